//! Tar archives: listed in place, or reduced while they are inflated.
//!
//! A tar archive is a packed folder. It has no directory: its members follow one another, each after a header of 512
//! bytes. Links are resolved once all members are known.

mod condense;
mod members;

use std::collections::{HashMap, HashSet};
use std::io;

use super::section::Section;
use super::zip::{ArchiveEntry, NoData};
pub(super) use condense::{Bounds, TooLarge, condense};
use members::{BLOCK, Blocks, Content, Members, TarMember};

/// Maximum total size of the names and targets of links that are kept while an archive is listed, in bytes.
const MAX_LINKS: usize = 16 << 20;
/// Number of bytes of a file read at once, for the headers of small members.
const AHEAD: u64 = 32 << 10;

/// Number of bytes that identify a tar archive.
pub(super) const HEAD: usize = BLOCK;

/// Whether `bytes` start with the header of a member, judging by its checksum.
pub(super) fn is_magic(bytes: &[u8]) -> bool {
    bytes.get(..BLOCK).is_some_and(members::is_header)
}

/// What is wrong with an archive.
#[derive(Debug, Default)]
pub(super) struct Problems {
    /// Its structure is broken.
    pub(super) broken: Option<String>,
    /// A limit was reached.
    pub(super) limited: Option<String>,
}

/// Lists the members of the archive in `section`, until `push` accepts no more.
pub(super) fn list(section: &Section, push: &mut dyn FnMut(&[u8], ArchiveEntry) -> bool) -> Problems {
    let mut members = Members::of(InPlace::new(section));
    let mut links = Links::default();
    while let Some(member) = members.next() {
        let listed = match member.content {
            Content::File => push(&member.name, ArchiveEntry::placed(member.data, member.size, section.len())),
            Content::Sparse => push(&member.name, ArchiveEntry::without_data(NoData::Sparse)),
            Content::Link(target) => links.add(member.name, target),
        };
        if !listed {
            break;
        }
    }
    links.list(section, push);
    Problems { broken: members.problem, limited: links.full.then(|| "it contains too many links".to_owned()) }
}

/// Links and their targets.
#[derive(Default)]
struct Links {
    links: Vec<(Vec<u8>, Vec<u8>)>,
    bytes: usize,
    full: bool,
}

impl Links {
    fn add(&mut self, name: Vec<u8>, target: Vec<u8>) -> bool {
        self.bytes += name.len() + target.len() + 64;
        self.full = self.bytes > MAX_LINKS;
        if !self.full {
            self.links.push((name, target));
        }
        !self.full
    }

    /// Lists every link as its target file.
    fn list(&self, section: &Section, push: &mut dyn FnMut(&[u8], ArchiveEntry) -> bool) {
        if self.links.is_empty() {
            return;
        }
        let wanted: HashSet<&[u8]> = self.links.iter().map(|(_, target)| target.as_slice()).collect();
        let mut found: HashMap<Vec<u8>, ArchiveEntry> = HashMap::new();
        let mut members = Members::of(InPlace::new(section));
        while let Some(TarMember { name, content, size, data }) = members.next() {
            if matches!(content, Content::File) && wanted.contains(name.as_slice()) {
                found.insert(name, ArchiveEntry::placed(data, size, section.len()));
            }
        }
        for (name, target) in &self.links {
            let entry = found.get(target).copied();
            if !push(name, entry.unwrap_or_else(|| ArchiveEntry::without_data(NoData::Link))) {
                break;
            }
        }
    }
}

/// The blocks of an archive with random access.
struct InPlace<'a> {
    section: &'a Section,
    position: u64,
    /// Bytes of a file that were read ahead, and where they begin.
    ahead: Vec<u8>,
    start: u64,
}

impl<'a> InPlace<'a> {
    fn new(section: &'a Section) -> Self {
        Self { section, position: 0, ahead: Vec::new(), start: 0 }
    }

    fn ahead(&mut self, len: u64) -> io::Result<&[u8]> {
        let within = |ahead: &[u8], start: u64, position: u64| {
            position.checked_sub(start).is_some_and(|at| at + len <= ahead.len() as u64)
        };
        if !within(&self.ahead, self.start, self.position) {
            let mut buffer = Vec::new();
            let read = self.section.read(self.position, len.max(AHEAD), &mut buffer)?;
            self.ahead.clear();
            self.ahead.extend_from_slice(read);
            self.start = self.position;
        }
        let at = (self.position - self.start) as usize;
        Ok(&self.ahead[at..self.ahead.len().min(at + len as usize)])
    }
}

impl Blocks for InPlace<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut own = Vec::new();
        let read = match self.section.is_memory() {
            true => self.section.read(self.position, out.len() as u64, &mut own)?,
            false => self.ahead(out.len() as u64)?,
        };
        let len = read.len();
        out[..len].copy_from_slice(read);
        self.position += len as u64;
        Ok(len)
    }

    fn skip(&mut self, len: u64) -> io::Result<u64> {
        let skipped = len.min(self.section.len().saturating_sub(self.position));
        self.position += skipped;
        Ok(skipped)
    }

    fn position(&self) -> u64 {
        self.position
    }
}
