//! What a zip archive holds: every entry of its central directory, duplicates included, and every entry that the
//! directory does not list.
//!
//! The central directory is what `java.util.zip.ZipFile` (and with it FileVault's `ZipArchive`) goes by; readers of
//! streams go by the local headers. Where the two disagree, both readings are kept.

mod name;
mod recover;

use rawzip::{ZipFileHeaderRecord, ZipLocator};

use super::section::Section;

/// Signature of a local file header, which is also what an archive begins with.
pub(super) const LOCAL_HEADER: &[u8; 4] = b"PK\x03\x04";
/// Signature of an archive without entries.
pub(super) const EMPTY_ARCHIVE: &[u8; 4] = b"PK\x05\x06";
/// Length of a local file header without name and extra field.
const LOCAL_HEADER_LEN: u64 = 30;
/// Room for the largest record of a central directory: three fields of 64 KiB each.
const RECORD_BUFFER: usize = 256 << 10;
/// End records tried from the end of an archive before it counts as one without a directory. More than one are met
/// when a comment or data after the archive contain the signature.
const MAX_END_RECORDS: usize = 64;
/// Names are kept in one string; an archive with more than this is listed no further.
const MAX_NAME_BYTES: usize = 512 << 20;

/// One entry of an archive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    name: (u32, u32),
    /// Offset of the local header.
    pub(super) header: u64,
    /// Declared length of the stored bytes.
    pub(super) packed: u64,
    /// Declared length of the file.
    pub(super) size: u64,
    /// Declared checksum, where one is known.
    pub(super) crc: Option<u32>,
    /// Compression method; 0 is stored, 8 deflated.
    pub(super) method: u16,
    /// Whether bit 0 or the strong encryption bit is set.
    pub(super) encrypted: bool,
    /// Whether bit 3 is set: sizes and checksum follow the data.
    pub(super) descriptor: bool,
    /// Offset of the data, known beforehand only for entries that the directory does not list.
    pub(super) data: Option<u64>,
    /// The archive ends before the entry does: it is good for nothing but what an archive inside it still holds.
    pub(super) cut: bool,
}

impl Entry {
    /// Whether the central directory lists this entry.
    pub(super) fn listed(&self) -> bool {
        self.data.is_none()
    }
}

/// The entries of an archive and what is wrong with its structure.
#[derive(Debug, Default)]
pub(super) struct Directory {
    names: String,
    /// Entries in the order of the directory, then those that it does not list, by position.
    pub(super) entries: Vec<Entry>,
    /// The structure is broken: no directory, or one that ends early.
    pub(super) broken: Option<String>,
    /// A limit was reached while listing.
    pub(super) limited: Option<String>,
}

impl Directory {
    /// Lists an archive: at most `max_entries`, never failing.
    pub(super) fn read(section: &Section, max_entries: u64) -> Self {
        let mut directory = Self::default();
        let mut buffer = vec![0; RECORD_BUFFER];
        let covered = directory.list(section, max_entries, &mut buffer);
        match recover::unlisted(section, &directory.entries, covered) {
            recover::Unlisted::Entries(found) => directory.add(found, max_entries),
            recover::Unlisted::DirectoryOfAnInnerArchive => {
                directory = Self { broken: Some(NO_DIRECTORY.to_owned()), ..Self::default() };
                if let recover::Unlisted::Entries(found) = recover::unlisted(section, &[], None) {
                    directory.add(found, max_entries);
                }
            }
        }
        directory
    }

    /// The name of an entry, decoded. It is a label and nothing else.
    pub(super) fn name(&self, entry: &Entry) -> &str {
        &self.names[entry.name.0 as usize..entry.name.1 as usize]
    }

    /// Lists the central directory; returns the range that it takes up together with its end record.
    fn list(&mut self, section: &Section, max_entries: u64, buffer: &mut [u8]) -> Option<(u64, u64)> {
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
            let mut entries = archive.entries(buffer);
            loop {
                match entries.next_entry() {
                    Ok(Some(record)) => {
                        if !self.push_record(&record, max_entries) {
                            break;
                        }
                    }
                    Ok(None) => break,
                    Err(error) => {
                        self.broken = Some(format!("its central directory ends early ({error})"));
                        break;
                    }
                }
            }
            if !self.entries.is_empty() {
                return Some(range);
            }
            if self.broken.take().is_none() {
                empty = empty.or(Some(range));
            }
        }
        if empty.is_none() {
            self.broken = Some(NO_DIRECTORY.to_owned());
        }
        empty
    }

    fn push_record(&mut self, record: &ZipFileHeaderRecord<'_>, max_entries: u64) -> bool {
        let flags = record.flags();
        self.push(
            record.file_path().as_bytes(),
            flags.is_utf8(),
            max_entries,
            Entry {
                name: (0, 0),
                header: record.local_header_offset(),
                packed: record.compressed_size_hint(),
                size: record.uncompressed_size_hint(),
                crc: Some(record.crc32()),
                method: record.compression_method().as_u16(),
                encrypted: flags.is_encrypted() || flags.has_strong_encryption(),
                descriptor: flags.has_data_descriptor(),
                data: None,
                cut: false,
            },
        )
    }

    fn add(&mut self, found: recover::Found, max_entries: u64) {
        if found.exhausted && self.limited.is_none() {
            self.limited = Some("the search for entries outside its directory was given up".to_owned());
        }
        for (name, utf8, entry) in found.entries {
            self.push(&name, utf8, max_entries, entry);
        }
    }

    fn push(&mut self, name: &[u8], utf8: bool, max_entries: u64, entry: Entry) -> bool {
        if self.entries.len() as u64 >= max_entries {
            self.limited = Some(format!("it holds more than {max_entries} entries"));
            return false;
        }
        if self.names.len() + 4 * name.len() > MAX_NAME_BYTES {
            self.limited = Some(format!("the names of its entries take more than {MAX_NAME_BYTES} bytes"));
            return false;
        }
        let start = self.names.len();
        name::decode_into(name, utf8, &mut self.names);
        // Both fit: the length is bounded just above.
        self.entries.push(Entry { name: (start as u32, self.names.len() as u32), ..entry });
        true
    }
}

const NO_DIRECTORY: &str = "it has no central directory; what is whole was read from the local headers";

/// The local header of an entry, as far as it decides how the entry is read.
#[derive(Debug)]
pub(super) struct LocalHeader<'a> {
    version: u16,
    /// The name as stored.
    name: &'a [u8],
    /// The bytes at hand end within the name.
    pub(super) cut_name: bool,
    /// Whether bit 11 is set.
    utf8: bool,
    /// Declared sizes: stored and inflated.
    pub(super) sizes: (u32, u32),
    /// Declared checksum.
    pub(super) crc: u32,
    /// Compression method.
    pub(super) method: u16,
    /// General purpose flags.
    pub(super) flags: u16,
    /// Length of header, name and extra field: where the data begin.
    pub(super) len: u64,
}

impl<'a> LocalHeader<'a> {
    /// Reads a local header at the start of `bytes`. The name is cut when `bytes` end within it.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let fixed = bytes.get(..LOCAL_HEADER_LEN as usize)?;
        if !fixed.starts_with(LOCAL_HEADER) {
            return None;
        }
        let u16_at = |at: usize| u16::from_le_bytes([fixed[at], fixed[at + 1]]);
        let u32_at = |at: usize| u32::from_le_bytes([fixed[at], fixed[at + 1], fixed[at + 2], fixed[at + 3]]);
        let (name_len, extra_len) = (u16_at(26), u16_at(28));
        let rest = &bytes[LOCAL_HEADER_LEN as usize..];
        Some(Self {
            version: u16_at(4),
            name: &rest[..rest.len().min(usize::from(name_len))],
            cut_name: rest.len() < usize::from(name_len),
            utf8: u16_at(6) & (1 << 11) != 0,
            sizes: (u32_at(18), u32_at(22)),
            crc: u32_at(14),
            method: u16_at(8),
            flags: u16_at(6),
            len: LOCAL_HEADER_LEN + u64::from(name_len) + u64::from(extra_len),
        })
    }

    /// Whether the name is this one, as it is stored.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.name == name.as_bytes()
    }

    /// The name, decoded.
    pub(super) fn label(&self) -> String {
        let mut label = String::new();
        name::decode_into(self.name, self.utf8, &mut label);
        label
    }

    fn has_descriptor(&self) -> bool {
        self.flags & (1 << 3) != 0
    }

    /// Whether the bytes after a signature can be a header at all: the needed version is one that APPNOTE.TXT knows, the
    /// method too, and there is a name.
    fn is_plausible(&self) -> bool {
        self.version & 0xff <= 63 && self.method <= 99 && !self.name.is_empty()
    }
}
