//! Files that an archive holds more than once, or does not list.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::kind::Role;
use super::{Open, has_archive_extension};
use crate::source::reading::Reading;

/// Reports files that the archive holds more than once, or does not list.
pub(super) fn report(reading: &Reading<'_>, open: &Open) {
    let directory = &open.directory;
    let mut seen: HashMap<Cow<'_, str>, (u32, u32, bool)> = HashMap::with_capacity(open.plan.len());
    let content = |index: u32| {
        let entry = &directory.entries[index as usize];
        (entry.crc, entry.size)
    };
    for &(index, role) in &open.plan {
        if role == Role::Check {
            continue;
        }
        let entry = &directory.entries[index as usize];
        let name = directory.name(entry);
        if !entry.listed() {
            // Without a directory nothing is hidden, and the archive is reported as broken.
            if directory.broken.is_none() && (role == Role::File || has_archive_extension(name)) {
                let message = "the archive's directory does not list this file; it is seen by those who read the archive as a stream";
                reading.ambiguous(open.context(name), message);
            }
            continue;
        }
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
