//! Entries that the central directory does not list: hidden ones, those of another archive before or after this one,
//! and all of them if there is no directory.
//!
//! The search is linear in the length of the archive: it skips the bytes of listed entries, and counts all scanned
//! bytes, including those of entries of unknown length, against a budget.

use memchr::memmem::{self, Finder};

use super::{ArchiveEntry, Flags, LOCAL_HEADER, LOCAL_HEADER_LEN, LocalHeader};
use crate::source::inflate::{InflateError, inflate_with};
use crate::source::section::Section;

/// Bytes searched at a time.
const WINDOW: u64 = 64 << 10;
/// Cost of checking one signature in addition to its header, in scanned bytes.
const LOOK: u64 = 64;
/// Signature of a data descriptor.
const DESCRIPTOR: &[u8; 4] = b"PK\x07\x08";

/// Entries with their stored name and whether it is declared to be UTF-8.
#[derive(Debug, Default)]
pub(super) struct RecoveredEntries {
    pub(super) entries: Vec<(Vec<u8>, bool, ArchiveEntry)>,
    /// Whether the search was stopped before the end.
    pub(super) exhausted: bool,
    /// Number of scanned bytes.
    pub(super) searched: u64,
}

/// Searches everything outside the `listed` entries and outside the directory at `directory`; scans about `work` bytes
/// at most. `None` if the directory belongs to an archive that is itself an entry of this one; this archive has lost
/// its own directory.
pub(super) fn unlisted(
    section: &Section,
    listed: &[ArchiveEntry],
    directory: Option<(u64, u64)>,
    work: u64,
) -> Option<RecoveredEntries> {
    let (found, window) = (RecoveredEntries::default(), Ahead::default());
    let search = EntrySearch { section, found, allowed: work, work, window, buffer: Vec::new() };
    let directory_itself = directory.map(|(start, end)| Taken { start, end, entry: None });
    let taken = listed.iter().map(Taken::by).chain(directory_itself);
    let end = Taken { start: section.len(), end: section.len(), entry: None };
    // Most archives are in order, and sorting takes memory.
    let follow = |one: &ArchiveEntry, next: &ArchiveEntry| one.start < next.start;
    let last = listed.last().map_or(0, |entry| entry.start);
    if listed.is_sorted_by(follow) && directory.is_none_or(|(start, _)| last < start) {
        search.between(taken.chain([end]), directory.is_some())
    } else {
        let mut sorted: Vec<Taken<'_>> = taken.collect();
        sorted.sort_unstable_by_key(|taken| (taken.start, taken.end));
        search.between(sorted.into_iter().chain([end]), directory.is_some())
    }
}

#[derive(Clone, Copy)]
struct Taken<'a> {
    start: u64,
    end: u64,
    entry: Option<&'a ArchiveEntry>,
}

impl<'a> Taken<'a> {
    fn by(entry: &'a ArchiveEntry) -> Self {
        let data = entry.start.saturating_add(LOCAL_HEADER_LEN + u64::from(entry.name_len));
        Self { start: entry.start, end: data.saturating_add(entry.packed), entry: Some(entry) }
    }
}

struct EntrySearch<'a> {
    section: &'a Section,
    found: RecoveredEntries,
    allowed: u64,
    /// What is left of `allowed`.
    work: u64,
    window: Ahead,
    buffer: Vec<u8>,
}

/// The bytes of the archive that are being searched: every four bytes of them may be a signature.
#[derive(Default)]
struct Ahead {
    start: u64,
    len: usize,
    bytes: Vec<u8>,
}

impl EntrySearch<'_> {
    /// Searches the gaps between the `taken` ranges in order, including the one before the first.
    fn between<'e>(mut self, taken: impl Iterator<Item = Taken<'e>>, has_directory: bool) -> Option<RecoveredEntries> {
        let mut cursor = 0;
        let mut previous: Option<Taken<'_>> = None;
        for next in taken {
            if next.start > cursor && next.start - cursor > LOCAL_HEADER_LEN {
                // The directory does not contain the length of the local extra field, so it is read only if there is a
                // gap.
                if let Some(entry) = previous.and_then(|previous| previous.entry) {
                    cursor = cursor.max(self.end_of(entry)).min(next.start);
                }
                let overlaps = self.gap(cursor, next.start);
                if overlaps && cursor == 0 && has_directory {
                    return None;
                }
            }
            if next.end > cursor {
                cursor = next.end;
                previous = Some(next);
            }
        }
        self.found.searched = self.allowed - self.work;
        Some(self.found)
    }

    /// The real end of a listed entry, including its descriptor.
    fn end_of(&mut self, entry: &ArchiveEntry) -> u64 {
        let header =
            self.section.read(entry.start, LOCAL_HEADER_LEN, &mut self.buffer).ok().and_then(LocalHeader::parse);
        let Some(header) = header else { return entry.start };
        let descriptor = if entry.descriptor() { 16 } else { 0 };
        entry.start.saturating_add(header.len).saturating_add(entry.packed).saturating_add(descriptor)
    }

    /// Adds the entries whose local header is between `start` and `end`. Returns whether one of them extends beyond
    /// `end`.
    fn gap(&mut self, start: u64, end: u64) -> bool {
        let mut cursor = start;
        let mut overlaps = false;
        while let Some(header) = self.next_header(cursor, end) {
            self.spend(LOOK);
            match self.entry_at(header) {
                Some((name, utf8, entry)) => {
                    // `packed` is limited to the available bytes, so the sum stays within the section.
                    cursor = entry.start + entry.packed;
                    overlaps |= cursor > end;
                    self.found.entries.push((name, utf8, entry));
                }
                None => cursor = header + LOCAL_HEADER.len() as u64,
            }
        }
        overlaps
    }

    /// Offset of the next signature of a local header between `cursor` and `end`.
    fn next_header(&mut self, mut cursor: u64, end: u64) -> Option<u64> {
        while cursor.saturating_add(LOCAL_HEADER_LEN) < end {
            if self.work == 0 {
                self.found.exhausted = true;
                return None;
            }
            let ahead = match cursor.checked_sub(self.window.start).and_then(|at| usize::try_from(at).ok()) {
                Some(at) if at + LOCAL_HEADER.len() <= self.window.len => &self.window.bytes[at..self.window.len],
                _ => {
                    // Copied, because the buffer is reused to read headers.
                    let bytes = self.section.read(cursor, WINDOW, &mut self.buffer).ok()?;
                    self.work = self.work.saturating_sub((bytes.len() as u64).max(1));
                    self.window.bytes.clear();
                    self.window.bytes.extend_from_slice(bytes);
                    (self.window.start, self.window.len) = (cursor, bytes.len());
                    &self.window.bytes[..]
                }
            };
            if let Some(at) = memmem::find(ahead, LOCAL_HEADER) {
                return Some(cursor + at as u64).filter(|at| at + LOCAL_HEADER.len() as u64 <= end);
            }
            // The signature may begin in the last three bytes.
            cursor += (ahead.len() as u64).checked_sub(LOCAL_HEADER.len() as u64 - 1).filter(|&step| step > 0)?;
        }
        None
    }

    /// The entry whose local header is at `offset`; `None` if the bytes there are not a plausible header.
    fn entry_at(&mut self, offset: u64) -> Option<(Vec<u8>, bool, ArchiveEntry)> {
        let bytes = self.section.read(offset, LOCAL_HEADER_LEN + 1, &mut self.buffer).ok()?;
        let len = LocalHeader::parse(bytes).filter(LocalHeader::is_plausible)?.len;
        let bytes = self.section.read(offset, len, &mut self.buffer).ok()?;
        let header = LocalHeader::parse(bytes).filter(|header| header.len <= bytes.len() as u64)?;
        self.work = self.work.saturating_sub(len);
        let (name, utf8) = (header.name.to_vec(), header.utf8);
        let data = offset + header.len;
        let mut entry = ArchiveEntry {
            start: data,
            packed: u64::from(header.sizes.0),
            size: u64::from(header.sizes.1),
            crc: header.crc,
            method: header.method,
            name_len: 0,
            flags: Flags(Flags::CHECKSUM)
                .with(Flags::ENCRYPTED, header.flags & 1 != 0)
                .with(Flags::DESCRIPTOR, header.has_descriptor()),
        };
        if header.has_descriptor() && header.sizes.0 == 0 {
            self.measure(&mut entry, data)?;
        } else {
            if header.sizes.0 == u32::MAX || header.sizes.1 == u32::MAX {
                let extra = &bytes[LOCAL_HEADER_LEN as usize + name.len()..header.len as usize];
                if let Some((size, packed)) = zip64_sizes(extra) {
                    (entry.size, entry.packed) = (size, packed);
                }
            }
            let available = self.section.len() - data;
            entry.flags = entry.flags.with(Flags::CUT, entry.packed > available);
            entry.packed = entry.packed.min(available);
        }
        Some((name, utf8, entry))
    }

    /// Finds the end of an entry whose sizes follow its data, and completes `entry` with them.
    fn measure(&mut self, entry: &mut ArchiveEntry, data: u64) -> Option<()> {
        let rest = self.section.part(data, u64::MAX);
        let (packed, size) = match entry.method {
            8 => {
                let mut made = 0_u64;
                let result = inflate_with(rest.reader(), self.work, |chunk| made += chunk.len() as u64);
                let taken = match result {
                    Ok(taken) => taken as u64,
                    Err(InflateError::Truncated) => {
                        entry.flags = entry.flags.with(Flags::CUT, true);
                        rest.len()
                    }
                    Err(InflateError::TooLarge) => {
                        self.work = 0;
                        return None;
                    }
                    Err(InflateError::Broken) => {
                        self.spend(made.max(WINDOW));
                        return None;
                    }
                };
                self.spend(made.max(taken));
                (taken, made)
            }
            0 => {
                let packed = self.stored_length(&rest);
                entry.flags = entry.flags.with(Flags::CUT, packed.is_none());
                let packed = packed.unwrap_or(rest.len());
                (packed, packed)
            }
            _ => return None,
        };
        (entry.packed, entry.size) = (packed, size);
        entry.flags = entry.flags.with(Flags::CHECKSUM, false);
        Some(())
    }

    /// Length of stored data followed by a descriptor whose size field agrees.
    fn stored_length(&mut self, rest: &Section) -> Option<u64> {
        let finder = Finder::new(DESCRIPTOR);
        let mut cursor = 0;
        let mut length = None;
        while length.is_none() && cursor < rest.len() && self.work > 0 {
            let window = rest.read(cursor, WINDOW + 16, &mut self.buffer).ok()?;
            length = finder.find_iter(window).find_map(|at| {
                let size = window.get(at + 8..at + 12)?;
                let size = u32::from_le_bytes([size[0], size[1], size[2], size[3]]);
                (u64::from(size) == cursor + at as u64).then_some(u64::from(size))
            });
            self.spend(WINDOW);
            cursor += WINDOW;
        }
        length
    }

    fn spend(&mut self, work: u64) {
        self.work = self.work.saturating_sub(work.max(1));
    }
}

/// Inflated and stored size from the ZIP64 extra field (APPNOTE.TXT 4.5.3 requires both in a local header).
fn zip64_sizes(mut extra: &[u8]) -> Option<(u64, u64)> {
    while let [id0, id1, len0, len1, rest @ ..] = extra {
        let len = usize::from(u16::from_le_bytes([*len0, *len1]));
        let field = rest.get(..len)?;
        if u16::from_le_bytes([*id0, *id1]) == 1 {
            let size = field.get(..8)?.try_into().ok()?;
            let packed = field.get(8..16)?.try_into().ok()?;
            return Some((u64::from_le_bytes(size), u64::from_le_bytes(packed)));
        }
        extra = &rest[len..];
    }
    None
}
