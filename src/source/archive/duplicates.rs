//! Files that an archive contains more than once, or does not list.

use std::collections::HashSet;
use std::io::BufRead;

use super::form::Form;
use super::kind::{Planned, Role};
use super::{OpenArchive, has_archive_extension};
use crate::source::reading::SourceReading;
use crate::source::zip::{ArchiveEntry, Packing};

/// Reports files that the archive contains more than once, or does not list.
pub(super) fn report(reading: &SourceReading<'_>, open: &OpenArchive) {
    let directory = &open.directory;
    // Without a directory nothing is hidden, and the archive is reported as broken.
    if directory.broken.is_none() {
        report_unlisted(reading, open);
    }
    for numbers in namesakes(open).chunk_by(|a, b| a.0 == b.0).filter(|numbers| numbers.len() > 1) {
        report_repeated(reading, open, numbers);
    }
}

fn report_unlisted(reading: &SourceReading<'_>, open: &OpenArchive) {
    // They come after those that the directory lists.
    for &Planned { index, role, .. } in open.plan.iter().rev() {
        let entry = &open.directory.entries[index as usize];
        let name = open.directory.name(index);
        if entry.listed() {
            break;
        }
        if role == Role::File || role == Role::Probe && has_archive_extension(name) {
            let message =
                "the archive's directory does not list this file; only tools that read the archive as a stream see it";
            reading.ambiguous(open.context(name), message);
        }
    }
}

/// Relevant entries with the hash of their name, where another has the same; equal names are adjacent.
fn namesakes(open: &OpenArchive) -> Vec<(u32, u32)> {
    let counts =
        |planned: &&Planned| planned.role != Role::Check && open.directory.entries[planned.index as usize].listed();
    let mut seen = HashSet::with_capacity(open.plan.len());
    let hashes = open.plan.iter().filter(counts).map(|planned| planned.name_hash);
    let again: HashSet<u32> = hashes.filter(|hash| !seen.insert(*hash)).collect();
    let repeated = open.plan.iter().filter(|planned| again.contains(&planned.name_hash)).filter(counts);
    let mut namesakes: Vec<_> = repeated.map(|planned| (planned.name_hash, planned.index)).collect();
    namesakes.sort_unstable();
    namesakes
}

/// Reports which of the entries, whose names have the same hash, have the same name but different content.
fn report_repeated(reading: &SourceReading<'_>, open: &OpenArchive, numbers: &[(u32, u32)]) {
    let directory = &open.directory;
    let content = |index: u32| {
        let entry = &directory.entries[index as usize];
        (entry.crc().or_else(|| checksum(open, entry)), entry.size)
    };
    let taken = match open.form {
        Form::Tar => "the last one is unpacked",
        Form::Zip | Form::Gzip => "AEM uses the last one in its directory",
    };
    // Names are compared in place: there may be millions that were crafted to have the same hash.
    let segments = |index: u32| directory.name(index).split('/').filter(|segment| !segment.is_empty());
    let mut indices: Vec<u32> = numbers.iter().map(|&(_, index)| index).collect();
    indices.sort_by(|&a, &b| segments(a).cmp(segments(b)));
    for same in indices.chunk_by(|&a, &b| segments(a).eq(segments(b))) {
        // Identical bytes are not a different version.
        let differ = same.windows(2).any(|pair| content(pair[0]) != content(pair[1]));
        if let (true, Some(&index)) = (differ, same.last()) {
            let (name, count) = (directory.name(index), same.len());
            reading.ambiguous(
                open.context(name),
                format!(
                    "the archive contains {count} files with this name; \
            {taken}"
                ),
            );
        }
    }
}

/// The checksum of an entry that does not declare one, if it is stored uncompressed.
fn checksum(open: &OpenArchive, entry: &ArchiveEntry) -> Option<u32> {
    let data = entry.data().filter(|_| entry.packing() == Packing::Stored)?;
    let part = open.container.section.part(data, entry.packed);
    let (mut reader, mut checksum) = (part.reader(), libdeflater::Crc::new());
    loop {
        let bytes = reader.fill_buf().ok()?;
        if bytes.is_empty() {
            return Some(checksum.sum());
        }
        checksum.update(bytes);
        let len = bytes.len();
        reader.consume(len);
    }
}
