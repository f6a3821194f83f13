//! Reduces a tar archive while it is inflated: keeps the files that may be relevant and drops all others at once.
//! Archives of logs inflate to gigabytes that are almost entirely irrelevant.

use std::io::{self, Read};

use tar::{EntryType, Header};

use super::members::{BLOCK, Blocks, Content, Members, TarMember, padded};
use crate::budget::Allowance;
use crate::source::section::fill;
use crate::source::{archive, names};

/// Number of bytes read or skipped at a time.
const PIECE: usize = 64 << 10;
/// Maximum number of files reported as too large.
const MOST_TOLD: usize = 1_000;

/// A reduced archive.
pub(in crate::source) struct Condensed {
    /// The archive without irrelevant files.
    pub(in crate::source) tar: Vec<u8>,
    /// Number of irrelevant files.
    pub(in crate::source) dropped: u64,
    /// Number of unsupported archives among them.
    pub(in crate::source) foreign: u64,
    /// Files that may be relevant but were not kept, and why.
    pub(in crate::source) too_large: Vec<(String, TooLarge)>,
    /// What is wrong with the archive.
    pub(in crate::source) problem: Option<String>,
    /// Whether the stream is longer than allowed.
    pub(in crate::source) exceeded: bool,
}

/// Why a file was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum TooLarge {
    /// It exceeds the maximum size of a file.
    Entry,
    /// There is not enough memory left for it.
    Memory,
}

/// Limits for reading a stream.
#[derive(Clone, Copy, Debug)]
pub(in crate::source) struct Bounds {
    /// Maximum number of bytes read.
    pub(in crate::source) stream: u64,
    /// Maximum number of bytes kept.
    pub(in crate::source) kept: u64,
    /// Maximum size of a file that is not an archive.
    pub(in crate::source) entry: u64,
}

/// Reads and reduces the archive in `stream`.
pub(in crate::source) fn condense(stream: impl Read, bounds: Bounds) -> Condensed {
    let mut members = Members::of(Stream { stream, position: 0, left: Allowance::new(bounds.stream), exceeded: false });
    let mut condensed =
        Condensed { tar: Vec::new(), dropped: 0, foreign: 0, too_large: Vec::new(), problem: None, exceeded: false };
    while let Some(member) = members.next() {
        condensed.take(&member, &mut members, bounds);
    }
    condensed.problem = members.problem;
    condensed.exceeded = members.blocks.exceeded;
    condensed.tar.resize(condensed.tar.len() + 2 * BLOCK, 0);
    condensed
}

impl Condensed {
    fn take<R: Read>(&mut self, member: &TarMember, members: &mut Members<Stream<R>>, bounds: Bounds) {
        let name = String::from_utf8_lossy(&member.name);
        let candidate = names::is_candidate_name(&name);
        if !candidate && !names::may_be_archive(&name) {
            self.dropped += 1;
            self.foreign += u64::from(names::is_foreign_archive(&name));
            return;
        }
        match &member.content {
            Content::File => {}
            Content::Link(target) => return append(&mut self.tar, &member.name, EntryType::Link, target, 0),
            Content::Sparse => return append(&mut self.tar, &member.name, EntryType::GNUSparse, b"", 0),
        }
        let mut start = [0; archive::HEAD];
        let len = members.read(&mut start[..archive::HEAD.min(usize::try_from(member.size).unwrap_or(usize::MAX))]);
        let start = &start[..len];
        let is_archive = archive::is_magic(start) || archive::may_be_prefixed(&name, start);
        if !candidate && !is_archive {
            self.dropped += 1;
            return;
        }
        let room = bounds.kept.saturating_sub(self.tar.len() as u64);
        let refused = if !is_archive && member.size > bounds.entry {
            Some(TooLarge::Entry)
        } else {
            (padded(member.size).saturating_add(4 * BLOCK as u64 + name.len() as u64) > room)
                .then_some(TooLarge::Memory)
        };
        if let Some(refused) = refused {
            if self.too_large.len() < MOST_TOLD {
                self.too_large.push((name.into_owned(), refused));
            }
            return;
        }
        let before = self.tar.len();
        append(&mut self.tar, &member.name, EntryType::Regular, b"", member.size);
        let data = self.tar.len();
        self.tar.extend_from_slice(start);
        // There is room for all of it, but it grows only as data arrive: a header may declare more than there is.
        while self.tar.len() - data < member.size as usize {
            let filled = self.tar.len();
            let wanted = (member.size as usize - (filled - data)).min(PIECE);
            self.tar.resize(filled + wanted, 0);
            let read = members.read(&mut self.tar[filled..]);
            self.tar.truncate(filled + read);
            if read < wanted {
                // Only complete files are kept.
                return self.tar.truncate(before);
            }
        }
        self.tar.resize(data + padded(member.size) as usize, 0);
    }
}

/// Appends the header of a member.
fn append(tar: &mut Vec<u8>, name: &[u8], kind: EntryType, link: &[u8], size: u64) {
    for (long, kind) in [(name, EntryType::GNULongName), (link, EntryType::GNULongLink)] {
        if long.len() > 100 {
            tar.extend_from_slice(header(b"long", kind, b"", long.len() as u64).as_bytes());
            tar.extend_from_slice(long);
            tar.resize(tar.len().next_multiple_of(BLOCK), 0);
        }
    }
    tar.extend_from_slice(header(name, kind, link, size).as_bytes());
}

fn header(name: &[u8], kind: EntryType, link: &[u8], size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(size);
    let gnu = header.as_old_mut();
    let (name, link) = (&name[..name.len().min(100)], &link[..link.len().min(100)]);
    gnu.name[..name.len()].copy_from_slice(name);
    gnu.linkname[..link.len()].copy_from_slice(link);
    header.set_cksum();
    header
}

/// The blocks of an archive from a stream.
struct Stream<R> {
    stream: R,
    position: u64,
    /// Bytes that may still be read.
    left: Allowance,
    exceeded: bool,
}

impl<R: Read> Blocks for Stream<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let filled = fill(out, |rest, _| self.stream.read(rest))?;
        self.position += filled as u64;
        if self.left.spend_alone(filled as u64).is_none() {
            self.exceeded = true;
            // Treated as the end of the stream.
            return Ok(0);
        }
        Ok(filled)
    }

    fn skip(&mut self, len: u64) -> io::Result<u64> {
        let mut piece = vec![0; PIECE.min(usize::try_from(len).unwrap_or(PIECE))];
        let mut skipped = 0;
        while skipped < len {
            let wanted = (len - skipped).min(piece.len() as u64) as usize;
            match self.read(&mut piece[..wanted])? {
                0 => break,
                read => skipped += read as u64,
            }
        }
        Ok(skipped)
    }

    fn position(&self) -> u64 {
        self.position
    }
}
