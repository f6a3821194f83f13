//! One thread reads the central directory; others decode and check names, a block at a time.

use std::sync::mpsc::{self, Receiver, Sender};

use rawzip::{ZipFileHeaderRecord, ZipLocator};
use rayon::Scope;

use super::name::{BLOCK, Names, StoredNames};
use super::{ArchiveEntry, Directory, Flags, NO_DIRECTORY, RECORD_BUFFER, recover};
use crate::source::limits::Limits;
use crate::source::section::Section;

/// Length of a record of a central directory without name, extra field and comment.
const RECORD_LEN: u64 = 46;
/// Maximum number of end records tried, from the end of an archive, before it counts as having no directory. There is
/// more than one if a comment or data after the archive contain the signature.
const MAX_END_RECORDS: usize = 64;

/// Names of one block and the result of checking each.
pub(super) struct Looked<T> {
    pub(super) number: usize,
    pub(super) names: Names,
    pub(super) looks: Vec<T>,
}

/// A directory that is being listed. Other threads decode and check its names, a block at a time.
pub(super) struct Listing<'s, 'scope, T, L> {
    pub(super) directory: Directory,
    limits: &'s Limits,
    /// Total length of all names.
    name_bytes: usize,
    /// Names of the unfinished block.
    stored: StoredNames,
    scope: &'s Scope<'scope>,
    look: &'scope L,
    done: Sender<Looked<T>>,
    blocks: Receiver<Looked<T>>,
}

impl<'s, 'scope, T, L> Listing<'s, 'scope, T, L>
where
    T: Send + 'scope,
    L: Fn(&str) -> T + Sync,
{
    pub(super) fn new(scope: &'s Scope<'scope>, look: &'scope L, limits: &'s Limits) -> Self {
        let (done, blocks) = mpsc::channel();
        let (directory, stored) = (Directory::default(), StoredNames::default());
        Self { directory, limits, name_bytes: 0, stored, scope, look, done, blocks }
    }

    /// Passes on the block of names for decoding.
    fn give(&mut self, number: usize, run: impl FnOnce(Box<dyn FnOnce() + Send + 'scope>)) {
        let next = self.stored.next();
        let stored = std::mem::replace(&mut self.stored, next);
        let (done, look) = (self.done.clone(), self.look);
        run(Box::new(move || {
            let names = stored.decode();
            let looks = names.iter().map(look).collect();
            // The receiver either waits for every block or was dropped.
            let _ = done.send(Looked { number, names, looks });
        }));
    }

    /// Ends the listing; decodes the last block of names.
    pub(super) fn end(mut self) -> (Directory, Receiver<Looked<T>>) {
        self.give(self.directory.entries.len() / BLOCK, |work| work());
        (self.directory, self.blocks)
    }

    /// Reserves memory for all entries of the directory.
    fn reserve(&mut self, entries: u64, directory: u64) {
        // The length of the directory limits the number of entries, whatever it declares.
        self.directory.entries.reserve(entries.min(directory / RECORD_LEN).min(self.limits.max_entries) as usize);
    }

    /// Lists a zip archive: its central directory, and what that does not list.
    pub(super) fn zip(&mut self, section: &Section, search: u64) {
        let mut buffer = vec![0; RECORD_BUFFER];
        let covered = self.list(section, &mut buffer);
        match recover::unlisted(section, &self.directory.entries, covered, search) {
            Some(found) => self.add(found),
            None => {
                *self = Self::new(self.scope, self.look, self.limits);
                self.directory.broken = Some(NO_DIRECTORY.to_owned());
                if let Some(found) = recover::unlisted(section, &[], None, search) {
                    self.add(found);
                }
            }
        }
    }

    /// Lists the central directory. Returns the range of the directory with its end record.
    fn list(&mut self, section: &Section, buffer: &mut [u8]) -> Option<(u64, u64)> {
        let mut end = section.len();
        let mut empty = None;
        for _ in 0..MAX_END_RECORDS {
            let archive = match ZipLocator::new().locate_in_reader(section, buffer, end) {
                Ok(archive) => archive,
                Err((_, error)) => match error.eocd_offset() {
                    Some(offset) if offset < end => {
                        end = offset;
                        continue;
                    }
                    _ => break,
                },
            };
            let range = (archive.directory_offset(), archive.end_offset());
            end = archive.eocd_offset();
            let directory = range.1.min(section.len()).saturating_sub(range.0);
            self.reserve(archive.entries_hint(), directory);
            let mut entries = archive.entries(buffer);
            loop {
                match entries.next_entry() {
                    Ok(Some(record)) => {
                        if !self.push_record(&record) {
                            break;
                        }
                    }
                    Ok(None) => break,
                    Err(error) => {
                        self.directory.broken = Some(format!("its central directory ends early ({error})"));
                        break;
                    }
                }
            }
            if !self.directory.entries.is_empty() {
                return Some(range);
            }
            if self.directory.broken.take().is_none() {
                empty = empty.or(Some(range));
            }
        }
        if empty.is_none() {
            self.directory.broken = Some(NO_DIRECTORY.to_owned());
        }
        empty
    }

    fn push_record(&mut self, record: &ZipFileHeaderRecord<'_>) -> bool {
        let flags = record.flags();
        self.push(
            record.file_path().as_bytes(),
            flags.is_utf8(),
            ArchiveEntry {
                start: record.local_header_offset(),
                packed: record.compressed_size_hint(),
                size: record.uncompressed_size_hint(),
                crc: record.crc32(),
                method: record.compression_method().as_u16(),
                name_len: 0,
                flags: Flags(Flags::LISTED | Flags::CHECKSUM)
                    .with(Flags::ENCRYPTED, flags.is_encrypted() || flags.has_strong_encryption())
                    .with(Flags::DESCRIPTOR, flags.has_data_descriptor()),
            },
        )
    }

    fn add(&mut self, found: recover::RecoveredEntries) {
        self.directory.searched = found.searched;
        if found.exhausted && self.directory.limited.is_none() {
            self.directory.limited = Some("the search for entries outside its directory was stopped".to_owned());
        }
        for (name, utf8, entry) in found.entries {
            self.push(&name, utf8, entry);
        }
    }

    /// Adds an entry; `false` when the limits do not allow it.
    pub(super) fn push(&mut self, name: &[u8], utf8: bool, entry: ArchiveEntry) -> bool {
        let Directory { entries, metadata, limited, .. } = &mut self.directory;
        if entries.len() as u64 >= self.limits.max_entries {
            *limited = Some(format!("it has more than {} entries", self.limits.max_entries));
            return false;
        }
        // A name that is not UTF-8 takes up to three times its length when it is decoded.
        self.name_bytes += name.len() * if name.is_ascii() || str::from_utf8(name).is_ok() { 1 } else { 3 };
        if self.name_bytes > self.limits.max_name_bytes {
            *limited = Some(format!("the names of its entries need more than {} bytes", self.limits.max_name_bytes));
            return false;
        }
        if name.get(..9).is_some_and(|folder| folder.eq_ignore_ascii_case(b"META-INF/")) {
            metadata.push(entries.len() as u32);
        }
        entries.push(ArchiveEntry { name_len: u8::try_from(name.len()).unwrap_or(u8::MAX), ..entry });
        self.stored.push(name, utf8);
        if self.stored.len() == BLOCK {
            let (number, scope) = (self.directory.entries.len() / BLOCK - 1, self.scope);
            self.give(number, |work| scope.spawn(|_| work()));
        }
        true
    }
}
