//! Files that an archive holds more than once, or does not list.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

use memchr::memmem::Finder;
use rayon::prelude::*;

use super::kind::Role;
use super::{Open, has_archive_extension};
use crate::source::reading::Reading;

/// Reports files that the archive holds more than once, or does not list.
pub(super) fn report(reading: &Reading<'_>, open: &Open) {
    let directory = &open.directory;
    // Without a directory nothing is hidden, and the archive is reported as broken.
    if directory.broken.is_none() {
        report_unlisted(reading, open);
    }
    for numbers in namesakes(open).chunk_by(|a, b| a.0 == b.0).filter(|numbers| numbers.len() > 1) {
        report_repeated(reading, open, numbers);
    }
}

fn report_unlisted(reading: &Reading<'_>, open: &Open) {
    // They follow those that the directory lists.
    for &(index, role) in open.plan.iter().rev() {
        let entry = &open.directory.entries[index as usize];
        let name = open.directory.name(entry);
        if entry.listed() {
            break;
        }
        if role == Role::File || role == Role::Probe && has_archive_extension(name) {
            let message =
                "the archive's directory does not list this file; it is seen by those who read the archive as a stream";
            reading.ambiguous(open.context(name), message);
        }
    }
}

/// Entries that count by the hash of their name, so that those of one name are neighbours: a fraction of the memory
/// that a map of all names takes.
fn namesakes(open: &Open) -> Vec<(u64, u32)> {
    let hasher = RandomState::new();
    let counts = |&(index, role): &(u32, Role)| {
        let entry = &open.directory.entries[index as usize];
        let name = without_empty_segments(open.directory.name(entry));
        (role != Role::Check && entry.listed()).then(|| (hasher.hash_one(name), index))
    };
    let mut numbers: Vec<(u64, u32)> = open.plan.par_iter().filter_map(counts).collect();
    numbers.par_sort_unstable();
    numbers
}

/// Reports which of the entries, whose names have one hash, have one name and differ.
fn report_repeated(reading: &Reading<'_>, open: &Open, numbers: &[(u64, u32)]) {
    let directory = &open.directory;
    let content = |index: u32| {
        let entry = &directory.entries[index as usize];
        (entry.crc, entry.size)
    };
    let mut seen: HashMap<Cow<'_, str>, (u32, u32, bool)> = HashMap::new();
    for &(_, index) in numbers {
        let name = directory.name(&directory.entries[index as usize]);
        let (count, last, differ) = seen.entry(without_empty_segments(name)).or_insert((0, index, false));
        // The same bytes again are no other version.
        *differ |= content(*last) != content(index);
        (*count, *last) = (*count + 1, index);
    }
    for (count, index, _) in seen.into_values().filter(|(count, _, differ)| *count > 1 && *differ) {
        let name = directory.name(&directory.entries[index as usize]);
        reading.ambiguous(
            open.context(name),
            format!("the archive holds {count} files of this name; AEM takes the last one of its directory"),
        );
    }
}

/// A name as FileVault takes it: empty segments do not count.
fn without_empty_segments(name: &str) -> Cow<'_, str> {
    static EMPTY: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"//"));
    if !name.starts_with('/') && !name.ends_with('/') && EMPTY.find(name.as_bytes()).is_none() {
        return Cow::Borrowed(name);
    }
    name.split('/').filter(|segment| !segment.is_empty()).collect::<Vec<_>>().join("/").into()
}
