//! What the disk and the decompressor allow: the same bytes read or inflated with no search, no parser and no report.
//! `benches/compare` measures the program against it.
//!
//!   floor inflate FILE.zip   lists the archive and inflates every candidate entry
//!   floor list FILE.zip      lists it
//!   floor read DIRECTORY     walks the tree and reads every candidate file
//!
//! For Linux.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

#[cfg(target_os = "linux")]
mod linux {
    use std::fs::File;
    use std::os::unix::fs::FileExt;

    use libdeflater::Decompressor;
    use rawzip::{RECOMMENDED_BUFFER_SIZE, ZipArchive};
    use rayon::prelude::*;

    /// Entries that one task inflates.
    const TASK: usize = 64;
    /// Room for a local header beside the data.
    const HEADER: u64 = 512;

    pub(super) fn main() {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let bytes = match arguments.as_slice() {
            ["inflate", file] => inflate(file),
            ["list", file] => list(file).len() as u64,
            ["read", directory] => tree::read(directory),
            _ => panic!("floor inflate FILE.zip | list FILE.zip | read DIRECTORY"),
        };
        println!("{bytes}");
    }

    fn is_candidate(name: &[u8]) -> bool {
        [&b".xml"[..], b".json", b".config", b".cfg", b".properties", b".txt"].iter().any(|end| name.ends_with(end))
    }

    struct Entry {
        header: u64,
        packed: u64,
        size: u64,
        deflated: bool,
    }

    fn list(file: &str) -> Vec<Entry> {
        let file = File::open(file).unwrap();
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let archive = ZipArchive::from_file(file, &mut buffer).unwrap();
        let mut records = archive.entries(&mut buffer);
        let mut entries = Vec::new();
        while let Some(record) = records.next_entry().unwrap() {
            if is_candidate(record.file_path().as_bytes()) {
                entries.push(Entry {
                    header: record.local_header_offset(),
                    packed: record.compressed_size_hint(),
                    size: record.uncompressed_size_hint(),
                    deflated: record.compression_method().as_u16() == 8,
                });
            }
        }
        entries
    }

    fn inflate(path: &str) -> u64 {
        let file = File::open(path).unwrap();
        let new = || (Decompressor::new(), Vec::new(), Vec::new());
        let one = |(inflater, packed, plain): &mut (Decompressor, Vec<u8>, Vec<u8>), entry: &Entry| {
            packed.resize((entry.packed + HEADER) as usize, 0);
            let read = file.read_at(packed, entry.header).unwrap();
            let field = |at: usize| usize::from(u16::from_le_bytes([packed[at], packed[at + 1]]));
            let data = 30 + field(26) + field(28);
            let data = &packed[data..read.min(data + entry.packed as usize)];
            plain.resize(entry.size as usize, 0);
            if entry.deflated { inflater.deflate_decompress(data, plain).unwrap() as u64 } else { data.len() as u64 }
        };
        let chunk = |entries: &[Entry]| {
            let mut buffers = new();
            entries.iter().map(|entry| one(&mut buffers, entry)).sum::<u64>()
        };
        list(path).par_chunks(TASK).map(chunk).sum()
    }

    mod tree {
        use std::mem::MaybeUninit;
        use std::os::fd::OwnedFd;
        use std::sync::Arc;
        use std::sync::atomic::{AtomicU64, Ordering};

        use rayon::Scope;
        use rustix::fs::{CWD, FileType, Mode, OFlags, RawDir, openat};

        pub(super) fn read(directory: &str) -> u64 {
            let root = openat(CWD, directory, OFlags::DIRECTORY, Mode::empty()).unwrap();
            let bytes = AtomicU64::new(0);
            rayon::scope(|scope| folder(scope, root, &bytes));
            bytes.into_inner()
        }

        fn folder<'s>(scope: &Scope<'s>, folder: OwnedFd, bytes: &'s AtomicU64) {
            let folder_fd = Arc::new(folder);
            let mut names = [MaybeUninit::uninit(); 16 << 10];
            let mut text = [0; 64 << 10];
            let mut listing = RawDir::new(&*folder_fd, &mut names);
            while let Some(entry) = listing.next() {
                let entry = entry.unwrap();
                let name = entry.file_name().to_owned();
                if entry.file_type() == FileType::Directory && name.as_bytes() != b"." && name.as_bytes() != b".." {
                    let above = Arc::clone(&folder_fd);
                    scope.spawn(move |scope| {
                        let inner = openat(&*above, &name, OFlags::DIRECTORY, Mode::empty()).unwrap();
                        drop(above);
                        self::folder(scope, inner, bytes);
                    });
                } else if entry.file_type() == FileType::RegularFile && super::is_candidate(name.as_bytes()) {
                    let file = openat(&*folder_fd, &name, OFlags::RDONLY, Mode::empty()).unwrap();
                    loop {
                        match rustix::io::read(&file, &mut text).unwrap() {
                            0 => break,
                            read => bytes.fetch_add(read as u64, Ordering::Relaxed),
                        };
                    }
                }
            }
        }
    }
}

#[cfg(target_os = "linux")]
fn main() {
    linux::main();
}

#[cfg(not(target_os = "linux"))]
fn main() {}
