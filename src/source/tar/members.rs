//! The members of a tar archive, one after another: ustar, GNU and PAX headers (POSIX.1-2017 `pax`, GNU tar manual,
//! appendix D).

use std::io;

use tar::{EntryType, Header};

/// Length of a header; data are padded to a multiple of it.
pub(super) const BLOCK: usize = 512;
/// Maximum length of an extended header (names and attributes) that is read.
const MAX_EXTENSION: u64 = 1 << 20;

/// A source of blocks.
pub(super) trait Blocks {
    /// Fills `out`; returns a smaller length only at the end.
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize>;
    /// Skips up to `len` bytes; returns how many, which is fewer only at the end.
    fn skip(&mut self, len: u64) -> io::Result<u64>;
    /// Number of bytes read and skipped.
    fn position(&self) -> u64;
}

/// A member that is a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TarMember {
    /// The name as stored, without a leading `./`.
    pub(super) name: Vec<u8>,
    pub(super) content: Content,
    /// Length of its data.
    pub(super) size: u64,
    /// Offset of its data.
    pub(super) data: u64,
}

/// What the archive stores of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// All of it.
    File,
    /// A link to the member with this name.
    Link(Vec<u8>),
    /// Only the parts that are not zero.
    Sparse,
}

/// Reads members.
pub(super) struct Members<B> {
    /// The source of the blocks.
    pub(super) blocks: B,
    /// Remaining bytes of the last member's data, including padding.
    left: u64,
    /// Whether the zero blocks that end an archive were found.
    ended: bool,
    /// Whether nothing more can be read.
    over: bool,
    /// The first problem of the archive, as far as it was read.
    pub(super) problem: Option<String>,
}

/// Values of extended headers, for the next member.
#[derive(Default)]
struct Extensions {
    name: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    size: Option<u64>,
    sparse: bool,
}

impl<B: Blocks> Members<B> {
    pub(super) fn of(blocks: B) -> Self {
        Self { blocks, left: 0, ended: false, over: false, problem: None }
    }

    /// The next member that is a file or a link.
    pub(super) fn next(&mut self) -> Option<TarMember> {
        let mut extensions = Extensions::default();
        loop {
            let header = self.header()?;
            let kind = header.entry_type();
            let size = match header.entry_size() {
                Ok(size) => extensions.size.filter(|_| !is_extension(kind)).unwrap_or(size),
                Err(_) => {
                    self.tell("a header lacks the size of its file");
                    continue;
                }
            };
            if is_extension(kind) {
                self.extension(kind, size, &mut extensions);
                continue;
            }
            let has_data = !matches!(kind, EntryType::Link | EntryType::Symlink | EntryType::Directory);
            self.left = if has_data { padded(size) } else { 0 };
            if kind == EntryType::GNUSparse && header.as_gnu().is_some_and(tar::GnuHeader::is_extended) {
                self.skip_sparse_map()?;
            }
            let name = extensions.name.take().unwrap_or_else(|| header.path_bytes().into_owned());
            let link = extensions.link.take().or_else(|| header.link_name_bytes().map(Into::into)).unwrap_or_default();
            let name = clean(&name).to_vec();
            let content = match kind {
                EntryType::GNUSparse => Some(Content::Sparse),
                EntryType::Regular | EntryType::Continuous if extensions.sparse => Some(Content::Sparse),
                EntryType::Regular | EntryType::Continuous => Some(Content::File),
                EntryType::Link => Some(Content::Link(clean(&link).to_vec())),
                EntryType::Symlink => Some(Content::Link(beside(&name, &link))),
                _ => None,
            };
            // Old archives store folders as files whose name ends with a slash.
            if let Some(content) = content.filter(|_| !name.is_empty() && !name.ends_with(b"/")) {
                return Some(TarMember { name, content, size, data: self.blocks.position() });
            }
            extensions = Extensions::default();
        }
    }

    /// Reads data of the last member.
    pub(super) fn read(&mut self, out: &mut [u8]) -> usize {
        let read = self.blocks.read(out);
        let read = self.known(read).unwrap_or(0);
        self.left = self.left.saturating_sub(read as u64);
        read
    }

    fn tell(&mut self, problem: &str) {
        self.problem.get_or_insert_with(|| problem.to_owned());
    }

    fn known<T>(&mut self, result: io::Result<T>) -> Option<T> {
        result.map_err(|error| (self.tell(&error.to_string()), self.over = true)).ok()
    }

    /// The next header of any type.
    fn header(&mut self) -> Option<Header> {
        if self.over {
            return None;
        }
        let left = std::mem::take(&mut self.left);
        let skipped = self.blocks.skip(left);
        if self.known(skipped)? < left {
            self.over = true;
            self.tell("it ends before its last file does");
            return None;
        }
        let mut header = Header::new_old();
        let mut zeros = 0;
        loop {
            let block = header.as_mut_bytes();
            let read = self.blocks.read(block);
            match self.known(read)? {
                0 => {
                    self.over = true;
                    if !self.ended {
                        self.tell(
                            "the two empty blocks at the end of the archive are missing, so files may be missing \
                        too",
                        );
                    }
                    return None;
                }
                BLOCK if header.as_bytes().iter().all(|&byte| byte == 0) => {
                    zeros += 1;
                    self.ended |= zeros > 1;
                    continue;
                }
                BLOCK if is_header(header.as_bytes()) => {
                    // Another archive may follow.
                    self.ended = false;
                    return Some(header);
                }
                // Data after the end are not part of the archive.
                _ if self.ended => {
                    self.over = true;
                    return None;
                }
                BLOCK => self.tell("a header is broken; the intact entries after it were read"),
                _ => {
                    self.over = true;
                    self.tell("it ends within a header");
                    return None;
                }
            }
            zeros = 0;
        }
    }

    /// Skips the extension blocks of the map of a sparse file; each says whether another follows.
    fn skip_sparse_map(&mut self) -> Option<()> {
        const MORE: usize = 504;
        let mut block = [0; BLOCK];
        loop {
            let read = self.blocks.read(&mut block);
            if self.known(read)? < BLOCK || block[MORE] == 0 {
                return Some(());
            }
        }
    }

    fn extension(&mut self, kind: EntryType, size: u64, extensions: &mut Extensions) {
        self.left = padded(size);
        if kind == EntryType::XGlobalHeader {
            return;
        }
        if size > MAX_EXTENSION {
            return self.tell("it contains a name longer than one mebibyte");
        }
        let mut text = vec![0; size as usize];
        let read = self.read(&mut text);
        text.truncate(read);
        match kind {
            EntryType::XHeader => extensions.pax(&text),
            EntryType::GNULongName => extensions.name = Some(until_nul(&text).to_vec()),
            _ => extensions.link = Some(until_nul(&text).to_vec()),
        }
    }
}

impl Extensions {
    /// Parses records of the form `LENGTH KEY=VALUE` and a line end; the length counts the complete record.
    fn pax(&mut self, mut text: &[u8]) {
        while let Some(space) = memchr::memchr(b' ', text) {
            let len = str::from_utf8(&text[..space]).ok().and_then(|len| len.parse::<usize>().ok());
            let Some(record) = len.filter(|&len| len > space).and_then(|len| text.get(space + 1..len)) else { return };
            text = &text[space + 1 + record.len()..];
            let record = record.strip_suffix(b"\n").unwrap_or(record);
            let Some(equals) = memchr::memchr(b'=', record) else { continue };
            let (key, value) = (&record[..equals], &record[equals + 1..]);
            match key {
                b"path" | b"GNU.sparse.name" => self.name = Some(value.to_vec()),
                b"linkpath" => self.link = Some(value.to_vec()),
                b"size" => self.size = str::from_utf8(value).ok().and_then(|size| size.parse().ok()),
                _ => {}
            }
            self.sparse |= key.starts_with(b"GNU.sparse.");
        }
    }
}

fn is_extension(kind: EntryType) -> bool {
    matches!(kind, EntryType::GNULongName | EntryType::GNULongLink | EntryType::XHeader | EntryType::XGlobalHeader)
}

/// Whether a block is a header: it contains the sum of its bytes. Old programs added signed bytes.
pub(super) fn is_header(block: &[u8]) -> bool {
    const SUM: std::ops::Range<usize> = 148..156;
    let header = Header::from_byte_slice(block);
    let Ok(declared) = header.cksum() else { return false };
    let bytes = || block.iter().enumerate().map(|(at, &byte)| if SUM.contains(&at) { b' ' } else { byte });
    let unsigned: u32 = bytes().map(u32::from).sum();
    let signed: i64 = bytes().map(|byte| i64::from(byte.cast_signed())).sum();
    block[0] != 0 && (declared == unsigned || i64::from(declared) == signed)
}

/// A length including the padding of its last block.
pub(super) fn padded(size: u64) -> u64 {
    size.checked_next_multiple_of(BLOCK as u64).unwrap_or(u64::MAX)
}

fn until_nul(text: &[u8]) -> &[u8] {
    &text[..memchr::memchr(0, text).unwrap_or(text.len())]
}

/// A name without leading `./` and `/`.
fn clean(mut name: &[u8]) -> &[u8] {
    while let Some(rest) = name.strip_prefix(b"./").or_else(|| name.strip_prefix(b"/")) {
        name = rest;
    }
    name
}

/// The member that the symbolic link `name` points to; empty if it leaves the archive.
fn beside(name: &[u8], target: &[u8]) -> Vec<u8> {
    if target.starts_with(b"/") {
        return Vec::new();
    }
    let mut folders: Vec<&[u8]> = name.split(|&byte| byte == b'/').collect();
    folders.pop();
    for segment in target.split(|&byte| byte == b'/') {
        match segment {
            b"" | b"." => {}
            b".." => {
                if folders.pop().is_none() {
                    return Vec::new();
                }
            }
            segment => folders.push(segment),
        }
    }
    folders.join(&b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_members_or_nowhere() {
        let beside = |name: &str, target: &str| String::from_utf8(beside(name.as_bytes(), target.as_bytes())).unwrap();
        assert_eq!(beside("a/b/c", "../d"), "a/d");
        assert_eq!(beside("a", "./b//c"), "b/c");
        assert_eq!(beside("a", "../b"), "");
        assert_eq!(beside("a/b", "/etc/passwd"), "");
    }

    #[test]
    fn records_say_how_long_they_are() {
        let mut extensions = Extensions::default();
        extensions.pax(b"13 path=a\nb\n\n11 size=012\n6 x=y\n20 GNU.sparse.name=z\nrest");
        assert_eq!(extensions.name.as_deref(), Some(&b"a\nb\n"[..]));
        let mut extensions = Extensions::default();
        extensions.pax(b"9 path=a\n12 size=012\n99 path=b\n");
        assert_eq!(
            (extensions.name.as_deref(), extensions.size, extensions.sparse),
            (Some(&b"a"[..]), Some(12), false)
        );
        extensions.pax(b"21 GNU.sparse.name=b\n");
        assert!(extensions.sparse);
    }
}
