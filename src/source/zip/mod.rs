//! What a zip archive holds: every entry of its central directory, duplicates included, and every entry that the
//! directory does not list.
//!
//! The central directory is what `java.util.zip.ZipFile` (and with it FileVault's `ZipArchive`) goes by; readers of
//! streams go by the local headers. Where the two disagree, both readings are kept.

mod listing;
mod name;
mod recover;

use super::limits::Limits;
use super::section::Section;
use listing::{Listing, Looked};
use name::{BLOCK, Names};

/// Signature of a local file header, which is also what an archive begins with.
pub(super) const LOCAL_HEADER: &[u8; 4] = b"PK\x03\x04";
/// Signature of an archive without entries.
pub(super) const EMPTY_ARCHIVE: &[u8; 4] = b"PK\x05\x06";
/// Length of a local file header without name and extra field.
pub(super) const LOCAL_HEADER_LEN: u64 = 30;
/// Room for the largest record of a central directory: three fields of 64 KiB each.
const RECORD_BUFFER: usize = 256 << 10;

/// One entry of an archive. There may be a million of them, so it is kept small.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// Offset of the local header; of the data, where the directory does not list the entry.
    at: u64,
    /// Declared length of the stored bytes.
    pub(super) packed: u64,
    /// Declared length of the file.
    pub(super) size: u64,
    crc: u32,
    /// Compression method; 0 is stored, 8 deflated.
    pub(super) method: u16,
    /// Length of the stored name, or 255 when it is longer.
    name_len: u8,
    flags: Flags,
}

/// What is so of an entry, or not.
#[derive(Clone, Copy, Debug, Default)]
struct Flags(u8);

impl Flags {
    const LISTED: u8 = 1;
    const ENCRYPTED: u8 = 2;
    const DESCRIPTOR: u8 = 4;
    const CUT: u8 = 8;
    const CHECKSUM: u8 = 16;

    fn with(self, flag: u8, set: bool) -> Self {
        Self(if set { self.0 | flag } else { self.0 & !flag })
    }

    fn has(self, flag: u8) -> bool {
        self.0 & flag != 0
    }
}

impl Entry {
    /// Whether the central directory lists this entry.
    pub(super) fn listed(&self) -> bool {
        self.flags.has(Flags::LISTED)
    }

    /// Whether bit 0 or the strong encryption bit is set.
    pub(super) fn encrypted(&self) -> bool {
        self.flags.has(Flags::ENCRYPTED)
    }

    /// Whether bit 3 is set: sizes and checksum follow the data.
    pub(super) fn descriptor(&self) -> bool {
        self.flags.has(Flags::DESCRIPTOR)
    }

    /// The archive ends before the entry does: it is good for nothing but what an archive inside it still holds.
    pub(super) fn cut(&self) -> bool {
        self.flags.has(Flags::CUT)
    }

    /// Declared checksum, where one is known.
    pub(super) fn crc(&self) -> Option<u32> {
        self.flags.has(Flags::CHECKSUM).then_some(self.crc)
    }

    /// Where the entry begins: offset of its local header, or of its data where they were met without the directory.
    pub(super) fn start(&self) -> u64 {
        self.at
    }

    /// Offset of the data, known beforehand only for entries that the directory does not list.
    pub(super) fn data(&self) -> Option<u64> {
        (!self.listed()).then_some(self.at)
    }
}

/// The entries of an archive and what is wrong with its structure.
#[derive(Debug, Default)]
pub(super) struct Directory {
    /// Names of the entries, [`BLOCK`] of them in each.
    names: Vec<Names>,
    /// Entries in the order of the directory, then those that it does not list, by position.
    pub(super) entries: Vec<Entry>,
    /// The entries below `META-INF`, which tell what the archive is: few, and wanted without a look at all the others.
    metadata: Vec<u32>,
    /// The structure is broken: no directory, or one that ends early.
    pub(super) broken: Option<String>,
    /// A limit was reached while listing.
    pub(super) limited: Option<String>,
    /// Bytes gone through in search of entries that are not listed.
    pub(super) searched: u64,
}

impl Directory {
    /// Lists an archive: at most what `limits` says, never failing, and with a search for unlisted entries that goes through
    /// no more than `search` bytes. What `look` makes of the name of each entry is found by
    /// other threads while the listing goes on; it is given in pieces, which together have as many as there are entries.
    pub(super) fn read<T: Send>(
        section: &Section,
        limits: &Limits,
        search: u64,
        look: &(impl Fn(&str) -> T + Sync),
    ) -> (Self, Vec<Vec<T>>) {
        let (directory, blocks) = rayon::in_place_scope(|scope| {
            let mut listing = Listing::new(scope, look, limits);
            let mut buffer = vec![0; RECORD_BUFFER];
            let covered = listing.list(section, &mut buffer);
            match recover::unlisted(section, &listing.directory.entries, covered, search) {
                recover::Unlisted::Entries(found) => listing.add(found),
                recover::Unlisted::DirectoryOfAnInnerArchive => {
                    listing = Listing::new(scope, look, limits);
                    listing.directory.broken = Some(NO_DIRECTORY.to_owned());
                    if let recover::Unlisted::Entries(found) = recover::unlisted(section, &[], None, search) {
                        listing.add(found);
                    }
                }
            }
            listing.end()
        });
        let mut blocks: Vec<Looked<T>> = blocks.into_iter().collect();
        blocks.sort_unstable_by_key(|block| block.number);
        let (names, looks) = blocks.into_iter().map(|block| (block.names, block.looks)).unzip();
        (Self { names, ..directory }, looks)
    }

    /// The name of the entry at `index`, decoded. It is a label and nothing else.
    pub(super) fn name(&self, index: u32) -> &str {
        let index = index as usize;
        self.names[index / BLOCK].get(index % BLOCK)
    }

    /// The names of all entries, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        // The number of entries is bounded far below 2^32 by the length of their names.
        (0..self.entries.len() as u32).map(|index| self.name(index))
    }

    /// The entries below `META-INF` with their names, in order.
    pub(super) fn metadata(&self) -> impl DoubleEndedIterator<Item = (&str, &Entry)> {
        self.metadata.iter().map(|&index| (self.name(index), &self.entries[index as usize]))
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
