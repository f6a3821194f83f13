//! The content of a zip archive: every entry of its central directory, including duplicates, and every entry that the
//! directory does not list.
//!
//! The central directory is what `java.util.zip.ZipFile` (and with it FileVault's `ZipArchive`) uses; stream readers
//! use the local headers. If the two disagree, both readings are kept.

mod listing;
mod name;
mod recover;

use super::limits::Limits;
use super::section::Section;
use super::tar;
use listing::{Listing, Looked};
use name::{BLOCK, Names};

/// Signature of a local file header, which is also the start of an archive.
pub(super) const LOCAL_HEADER: &[u8; 4] = b"PK\x03\x04";
/// Signature of an archive without entries.
pub(super) const EMPTY_ARCHIVE: &[u8; 4] = b"PK\x05\x06";
/// Length of a local file header without name and extra field.
pub(super) const LOCAL_HEADER_LEN: u64 = 30;
/// Room for the largest record of a central directory: three fields of 64 KiB each.
const RECORD_BUFFER: usize = 256 << 10;

/// One entry of an archive. There may be a million of them, so it is kept small.
#[derive(Clone, Copy, Debug)]
pub(super) struct ArchiveEntry {
    /// Offset of the local header; of the data, if the directory does not list the entry.
    pub(super) start: u64,
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

/// Flags of an entry.
#[derive(Clone, Copy, Debug, Default)]
struct Flags(u8);

impl Flags {
    const LISTED: u8 = 1;
    const ENCRYPTED: u8 = 2;
    const DESCRIPTOR: u8 = 4;
    const CUT: u8 = 8;
    const CHECKSUM: u8 = 16;
    /// The entry is not from a zip archive: its data offset is known, and its method is one of [`Packing`].
    const PLACED: u8 = 32;

    fn with(self, flag: u8, set: bool) -> Self {
        Self(if set { self.0 | flag } else { self.0 & !flag })
    }

    fn has(self, flag: u8) -> bool {
        self.0 & flag != 0
    }
}

/// How the data of an entry are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Packing {
    /// As they are.
    Stored,
    /// Deflated.
    Deflated,
    /// As gzip data, whose inflated length is unknown.
    Gzip,
    /// Not at all, or only in part.
    NoData(NoData),
    /// With another method.
    Other(u16),
}

/// Why an entry has no readable data.
#[repr(u16)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum NoData {
    /// The file is sparse: only the parts that are not zero are stored.
    Sparse = SPARSE,
    /// It is a link to something that the archive does not contain.
    Link = LINK,
}

const GZIP: u16 = 1;
const SPARSE: u16 = 2;
const LINK: u16 = 3;

impl ArchiveEntry {
    /// Data of `size` bytes stored at `at`, in an archive of `len` bytes.
    pub(super) fn placed(at: u64, size: u64, len: u64) -> Self {
        let packed = size.min(len.saturating_sub(at));
        let flags = Flags(Flags::LISTED | Flags::PLACED).with(Flags::CUT, packed < size);
        Self { start: at, packed, size, crc: 0, method: 0, name_len: 0, flags }
    }

    /// The only file in gzip data of `len` bytes. Its size is unknown: the declared size is not reliable.
    pub(super) fn gzip(len: u64) -> Self {
        Self { packed: len, method: GZIP, ..Self::placed(0, 0, len) }
    }

    /// An entry whose data is not in the archive.
    pub(super) fn without_data(why: NoData) -> Self {
        Self { method: why as u16, ..Self::placed(0, 0, 0) }
    }

    /// How its data are stored.
    pub(super) fn packing(&self) -> Packing {
        match (self.method, self.flags.has(Flags::PLACED)) {
            (0, _) => Packing::Stored,
            (GZIP, true) => Packing::Gzip,
            (SPARSE, true) => Packing::NoData(NoData::Sparse),
            (LINK, true) => Packing::NoData(NoData::Link),
            (8, _) => Packing::Deflated,
            (other, _) => Packing::Other(other),
        }
    }

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

    /// Truncated entry; only a nested archive can be recovered.
    pub(super) fn cut(&self) -> bool {
        self.flags.has(Flags::CUT)
    }

    /// Declared checksum, if known.
    pub(super) fn crc(&self) -> Option<u32> {
        self.flags.has(Flags::CHECKSUM).then_some(self.crc)
    }

    /// Offset of the data, if known in advance: for an entry listed in the directory of a zip archive it is not.
    pub(super) fn data(&self) -> Option<u64> {
        (!self.listed() || self.flags.has(Flags::PLACED)).then_some(self.start)
    }
}

/// The entries of an archive and what is wrong with its structure.
#[derive(Debug, Default)]
pub(super) struct Directory {
    /// Names of the entries, [`BLOCK`] of them in each.
    names: Vec<Names>,
    /// Entries in the order of the directory, then those that it does not list, by position.
    pub(super) entries: Vec<ArchiveEntry>,
    /// The entries below `META-INF`, which identify the kind of archive: few, and needed without a search through all
    /// others.
    metadata: Vec<u32>,
    /// The structure is broken: no directory, or one that ends early.
    pub(super) broken: Option<String>,
    /// A limit was reached while listing.
    pub(super) limited: Option<String>,
    /// Bytes scanned in search of unlisted entries.
    pub(super) searched: u64,
}

impl Directory {
    /// Lists an archive of this form within `limits`; never fails. Other threads call `look` for the name of each entry
    /// while the listing goes on. The results are in blocks, with one result for each entry in total.
    pub(super) fn read<T: Send>(
        section: &Section,
        form: &Listed<'_>,
        limits: &Limits,
        look: &(impl Fn(&str) -> T + Sync),
    ) -> (Self, Vec<Vec<T>>) {
        let (directory, blocks) = rayon::in_place_scope(|scope| {
            let mut listing = Listing::new(scope, look, limits);
            match *form {
                Listed::Zip { search } => listing.zip(section, search),
                Listed::Tar => {
                    let problems = tar::list(section, &mut |name, entry| listing.push(name, true, entry));
                    listing.directory.broken = problems.broken;
                    listing.directory.limited = listing.directory.limited.take().or(problems.limited);
                }
                Listed::Gzip { name } => {
                    listing.push(name.as_bytes(), true, ArchiveEntry::gzip(section.len()));
                }
            }
            listing.end()
        });
        let mut blocks: Vec<Looked<T>> = blocks.into_iter().collect();
        blocks.sort_unstable_by_key(|block| block.number);
        let (names, looks) = blocks.into_iter().map(|block| (block.names, block.looks)).unzip();
        (Self { names, ..directory }, looks)
    }

    /// The decoded name of the entry at `index`. It is only a label.
    pub(super) fn name(&self, index: u32) -> &str {
        let index = index as usize;
        self.names[index / BLOCK].get(index % BLOCK)
    }

    /// The names of all entries, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        // The limit on the length of all names keeps the number of entries far below 2^32.
        (0..self.entries.len() as u32).map(|index| self.name(index))
    }

    /// The entries below `META-INF` with their names, in order.
    pub(super) fn metadata(&self) -> impl DoubleEndedIterator<Item = (&str, &ArchiveEntry)> {
        self.metadata.iter().map(|&index| (self.name(index), &self.entries[index as usize]))
    }
}

/// The form of the listed archive, and what listing it requires.
#[derive(Clone, Copy, Debug)]
pub(super) enum Listed<'a> {
    /// A zip archive. The search for unlisted entries scans at most `search` bytes.
    Zip { search: u64 },
    /// A tar archive.
    Tar,
    /// Gzip data of one file.
    Gzip { name: &'a str },
}

const NO_DIRECTORY: &str = "it has no central directory; intact entries were read from the local headers";

/// The part of a local header that determines how an entry is read.
#[derive(Debug)]
pub(super) struct LocalHeader<'a> {
    version: u16,
    /// The name as stored.
    name: &'a [u8],
    /// The available bytes end within the name.
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
    /// Reads a local header at the start of `bytes`. The name is cut if `bytes` end within it.
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

    /// Whether the stored name equals `name`.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.name == name.as_bytes()
    }

    /// The decoded name.
    pub(super) fn label(&self) -> String {
        let mut label = String::new();
        name::decode_into(self.name, self.utf8, &mut label);
        label
    }

    fn has_descriptor(&self) -> bool {
        self.flags & (1 << 3) != 0
    }

    /// Whether the bytes after a signature can be a header: the needed version and the method are in the range of
    /// APPNOTE.TXT, and there is a name.
    fn is_plausible(&self) -> bool {
        self.version & 0xff <= 63 && self.method <= 99 && !self.name.is_empty()
    }
}
