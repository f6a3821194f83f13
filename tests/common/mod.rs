//! Hand-made archives: unlike a zip library, this writer can produce contradictory headers.
#![allow(dead_code, clippy::unwrap_used)]

pub mod growth;

use std::io::Write;

/// One entry, with all declarations that a hostile archive may contain.
#[derive(Clone)]
pub struct Entry {
    pub name: Vec<u8>,
    pub data: Vec<u8>,
    pub method: u16,
    pub flags: u16,
    /// Values for both headers, unless the fields below override them.
    pub crc: u32,
    pub packed: Vec<u8>,
    pub size: u32,
    pub local_name: Option<Vec<u8>>,
    pub directory_size: Option<u32>,
    pub listed: bool,
    pub local: bool,
    pub zip64: bool,
    pub external: u32,
    /// Use the local header of this entry instead of its own.
    pub shares: Option<usize>,
    pub extra: Vec<u8>,
}

pub fn deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

impl Entry {
    pub fn stored(name: impl AsRef<[u8]>, data: impl AsRef<[u8]>) -> Self {
        let (name, data) = (name.as_ref().to_vec(), data.as_ref().to_vec());
        let mut crc = flate2::Crc::new();
        crc.update(&data);
        Self {
            name,
            packed: data.clone(),
            size: data.len() as u32,
            crc: crc.sum(),
            data,
            method: 0,
            flags: 0,
            local_name: None,
            directory_size: None,
            listed: true,
            local: true,
            zip64: false,
            external: 0,
            shares: None,
            extra: Vec::new(),
        }
    }

    pub fn deflated(name: impl AsRef<[u8]>, data: impl AsRef<[u8]>) -> Self {
        let mut entry = Self::stored(name, data);
        entry.packed = deflate(&entry.data);
        entry.method = 8;
        entry
    }

    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Sizes and checksum follow the data, as `JarOutputStream` writes them.
    pub fn streamed(self) -> Self {
        self.with(|entry| entry.flags |= 8)
    }
}

/// An archive: `prefix`, entries, directory, end record, comment, `suffix`.
#[derive(Default)]
pub struct Zip {
    pub entries: Vec<Entry>,
    pub prefix: Vec<u8>,
    /// Offsets count from the start of the prefix.
    pub fixed_offsets: bool,
    pub comment: Vec<u8>,
    pub suffix: Vec<u8>,
    pub directory: bool,
    pub descriptor_signature: bool,
    pub declared_entries: Option<u16>,
}

impl Zip {
    pub fn new(entries: Vec<Entry>) -> Self {
        Self { entries, directory: true, fixed_offsets: true, descriptor_signature: true, ..Self::default() }
    }

    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut out = self.prefix.clone();
        let base = if self.fixed_offsets { 0 } else { out.len() };
        let mut offsets: Vec<usize> = Vec::new();
        for entry in &self.entries {
            offsets.push(entry.shares.map_or(out.len() - base, |other| offsets[other]));
            if entry.local && entry.shares.is_none() {
                self.local(entry, &mut out);
            }
        }
        if !self.directory {
            return out;
        }
        let start = out.len();
        let mut count = 0_u16;
        for (entry, offset) in self.entries.iter().zip(offsets) {
            if entry.listed {
                Self::record(entry, offset, &mut out);
                count = count.wrapping_add(1);
            }
        }
        let size = out.len() - start;
        let many = self.entries.len() > 0xffff;
        if many {
            let end64 = out.len() as u64;
            out.extend(b"PK\x06\x06");
            out.extend(44_u64.to_le_bytes());
            out.extend([45, 0, 45, 0]);
            out.extend([0; 8]);
            out.extend((self.entries.len() as u64).to_le_bytes());
            out.extend((self.entries.len() as u64).to_le_bytes());
            out.extend((size as u64).to_le_bytes());
            out.extend(((start - base) as u64).to_le_bytes());
            out.extend(b"PK\x06\x07");
            out.extend([0; 4]);
            out.extend(end64.to_le_bytes());
            out.extend(1_u32.to_le_bytes());
            count = 0xffff;
        }
        let count = self.declared_entries.unwrap_or(count);
        out.extend(b"PK\x05\x06\0\0\0\0");
        out.extend(count.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend((size as u32).to_le_bytes());
        out.extend(((start - base) as u32).to_le_bytes());
        out.extend((self.comment.len() as u16).to_le_bytes());
        out.extend(&self.comment);
        out.extend(&self.suffix);
        out
    }

    fn local(&self, entry: &Entry, out: &mut Vec<u8>) {
        let name = entry.local_name.as_ref().unwrap_or(&entry.name);
        let streamed = entry.flags & 8 != 0;
        out.extend(b"PK\x03\x04");
        out.extend(20_u16.to_le_bytes());
        out.extend(entry.flags.to_le_bytes());
        out.extend(entry.method.to_le_bytes());
        out.extend([0, 0, 0x21, 0]);
        let packed = entry.packed.len() as u32;
        let mut extra = entry.extra.clone();
        let (crc, sizes) = if streamed {
            (0, [0, 0])
        } else if entry.zip64 {
            extra.extend([1, 0, 16, 0]);
            extra.extend(u64::from(entry.size).to_le_bytes());
            extra.extend(u64::from(packed).to_le_bytes());
            (entry.crc, [u32::MAX, u32::MAX])
        } else {
            (entry.crc, [packed, entry.size])
        };
        out.extend(crc.to_le_bytes());
        out.extend(sizes[0].to_le_bytes());
        out.extend(sizes[1].to_le_bytes());
        out.extend((name.len() as u16).to_le_bytes());
        out.extend((extra.len() as u16).to_le_bytes());
        out.extend(name);
        out.extend(extra);
        out.extend(&entry.packed);
        if streamed {
            if self.descriptor_signature {
                out.extend(b"PK\x07\x08");
            }
            out.extend(entry.crc.to_le_bytes());
            out.extend(packed.to_le_bytes());
            out.extend(entry.size.to_le_bytes());
        }
    }

    fn record(entry: &Entry, offset: usize, out: &mut Vec<u8>) {
        out.extend(b"PK\x01\x02");
        out.extend([20, 3, 20, 0]);
        out.extend(entry.flags.to_le_bytes());
        out.extend(entry.method.to_le_bytes());
        out.extend([0, 0, 0x21, 0]);
        out.extend(entry.crc.to_le_bytes());
        let size = entry.directory_size.unwrap_or(entry.size);
        let packed = entry.packed.len() as u32;
        let mut extra = Vec::new();
        if entry.zip64 {
            extra.extend([1, 0, 24, 0]);
            extra.extend(u64::from(size).to_le_bytes());
            extra.extend(u64::from(packed).to_le_bytes());
            extra.extend((offset as u64).to_le_bytes());
        }
        let value = |value: u32| if entry.zip64 { u32::MAX } else { value };
        out.extend(value(packed).to_le_bytes());
        out.extend(value(size).to_le_bytes());
        out.extend((entry.name.len() as u16).to_le_bytes());
        out.extend((extra.len() as u16).to_le_bytes());
        out.extend([0; 6]);
        out.extend(entry.external.to_le_bytes());
        out.extend(value(offset as u32).to_le_bytes());
        out.extend(&entry.name);
        out.extend(extra);
    }
}

/// A file that every test looks for.
pub fn marked(tag: &str) -> String {
    format!(
        "<jcr:root xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" jcr:primaryType=\"nt:unstructured\" \
         host=\"https://ims-na1.adobelogin.com/ims/exchange/jwt\" tag=\"{tag}\"/>"
    )
}

/// A minimal package with additional entries.
pub fn package(name: &str, entries: Vec<Entry>) -> Zip {
    let mut all = vec![
        Entry::deflated(
            "META-INF/vault/properties.xml",
            format!(
                "<properties><entry key=\"group\">com.example</entry><entry key=\"name\">{name}</entry>\
                 <entry key=\"version\">1.0</entry></properties>"
            ),
        ),
        Entry::deflated(
            "META-INF/vault/filter.xml",
            "<workspaceFilter version=\"1.0\"><filter root=\"/apps/x\"/></workspaceFilter>",
        ),
    ];
    all.extend(entries);
    Zip::new(all)
}

/// The visited files of a reading: path and bytes, in order.
pub type Visited = Vec<(String, String)>;

use aem_ims_lint::ims::literals;
use aem_ims_lint::source::{self, Options, Outcome};

pub fn read_bytes(name: &str, bytes: Vec<u8>) -> Outcome<String> {
    source::read_bytes(name, bytes, &Options::default(), &literals::known(), &|file| {
        Some(String::from_utf8_lossy(file.bytes).into_owned())
    })
}

pub fn paths<T>(outcome: &Outcome<T>) -> Vec<String> {
    outcome.results.iter().map(|(path, _)| path.to_string()).collect()
}

pub fn incidents<T>(outcome: &Outcome<T>) -> Vec<String> {
    outcome.incidents.iter().map(|i| format!("{} {}: {}", i.kind.id(), i.path, i.message)).collect()
}

pub fn ambiguous<T>(outcome: &Outcome<T>) -> Vec<String> {
    outcome.ambiguous.iter().map(|(context, message)| format!("{}: {message}", context.path)).collect()
}
