//! A readable range of bytes: a file on disk, bytes in memory, or a part of either.

use std::fs::File;
use std::io;
use std::sync::Arc;

use super::memory::Buffer;

/// A range of a file or of memory. Cloning and slicing copy no bytes, so a stored archive inside another one is read in
/// place. Files are read at absolute positions without a shared cursor, so threads need no lock.
#[derive(Clone, Debug)]
pub(super) struct Section {
    data: Data,
    start: u64,
    len: u64,
}

#[derive(Clone, Debug)]
enum Data {
    File(Arc<File>),
    Memory(Arc<Buffer>),
}

impl Section {
    /// A complete file of `len` bytes.
    pub(super) fn file(file: File, len: u64) -> Self {
        Self { data: Data::File(Arc::new(file)), start: 0, len }
    }

    /// Bytes in memory.
    pub(super) fn memory(bytes: Vec<u8>) -> Self {
        let len = bytes.len();
        Self::start_of(bytes.into(), len)
    }

    /// The first `len` bytes of a buffer.
    pub(super) fn start_of(buffer: Buffer, len: usize) -> Self {
        let len = len.min(buffer.len()) as u64;
        Self { data: Data::Memory(Arc::new(buffer)), start: 0, len }
    }

    /// Length in bytes.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Whether reading borrows bytes in memory instead of filling a buffer.
    pub(super) fn is_memory(&self) -> bool {
        matches!(self.data, Data::Memory(_))
    }

    /// The part of `len` bytes from `offset`, cut at the end of the section.
    pub(super) fn part(&self, offset: u64, len: u64) -> Self {
        let offset = offset.min(self.len);
        Self { data: self.data.clone(), start: self.start + offset, len: len.min(self.len - offset) }
    }

    /// Reads the section piece by piece.
    pub(super) fn reader(&self) -> impl io::BufRead {
        io::BufReader::with_capacity(PIECE, SectionReader { section: self, position: 0 })
    }

    /// Reads the available part of `range` at once. Returns an empty window for bytes in memory, which need none, and
    /// after an error, which occurs again when a part is read.
    pub(super) fn window<'a>(&self, range: std::ops::Range<u64>, buffer: &'a mut Vec<u8>) -> Window<'a> {
        let len = range.end.saturating_sub(range.start);
        if self.is_memory() || usize::try_from(len).is_err() {
            return Window::default();
        }
        let len = self.read(range.start, len, buffer).map_or(0, <[u8]>::len);
        Window { start: range.start, bytes: &buffer[..len] }
    }

    /// Up to `len` bytes from `offset`; fewer only at the end. Bytes in memory are borrowed, those of a file are read
    /// into `buffer`, which grows and is never shrunk here.
    pub(super) fn read<'a>(&'a self, offset: u64, len: u64, buffer: &'a mut Vec<u8>) -> io::Result<&'a [u8]> {
        let part = self.part(offset, len);
        // Sections never exceed the memory they were made from, and callers bound `len` for files.
        let len = usize::try_from(part.len).map_err(|_| io::ErrorKind::OutOfMemory)?;
        match &self.data {
            Data::Memory(bytes) => {
                let start = part.start as usize;
                Ok(&bytes[start..start + len])
            }
            Data::File(file) => {
                if buffer.len() < len {
                    buffer.resize(len, 0);
                }
                let read = read_full(file, &mut buffer[..len], part.start)?;
                Ok(&buffer[..read])
            }
        }
    }
}

/// A piece of a section that was read at once, for everything inside it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Window<'a> {
    start: u64,
    bytes: &'a [u8],
}

impl<'a> Window<'a> {
    /// The `len` bytes from `offset` of the section, if the window contains all of them.
    pub(super) fn get(&self, offset: u64, len: u64) -> Option<&'a [u8]> {
        let start = usize::try_from(offset.checked_sub(self.start)?).ok()?;
        self.bytes.get(start..start.checked_add(usize::try_from(len).ok()?)?)
    }
}

/// Number of bytes read at a time when a section is read to its end: an inflater with piecewise input copies the 32 KiB
/// before each piece.
const PIECE: usize = 256 << 10;

/// A section, read from its start.
struct SectionReader<'a> {
    section: &'a Section,
    position: u64,
}

impl io::Read for SectionReader<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = rawzip::ReaderAt::read_at(self.section, buf, self.position)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl rawzip::ReaderAt for Section {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let part = self.part(offset, buf.len() as u64);
        match &self.data {
            Data::Memory(bytes) => {
                let (start, len) = (part.start as usize, part.len as usize);
                buf[..len].copy_from_slice(&bytes[start..start + len]);
                Ok(len)
            }
            Data::File(file) => read_full(file, &mut buf[..part.len as usize], part.start),
        }
    }
}

/// Fills `out` by reads at growing positions in it, until one reads nothing: how many bytes it got.
pub(super) fn fill(out: &mut [u8], mut read: impl FnMut(&mut [u8], usize) -> io::Result<usize>) -> io::Result<usize> {
    let mut filled = 0;
    while filled < out.len() {
        match read(&mut out[filled..], filled) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Reads from `offset` in the file until `out` is full or the file ends.
pub(super) fn read_full(file: &File, out: &mut [u8], offset: u64) -> io::Result<usize> {
    fill(out, |rest, filled| read_at(file, rest, offset + filled as u64))
}

#[cfg(unix)]
fn read_at(file: &File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buf, offset)
}

#[cfg(windows)]
fn read_at(file: &File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buf, offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_cut_to_what_there_is() {
        let section = Section::memory(b"0123456789".to_vec());
        let mut buffer = Vec::new();
        assert_eq!(section.part(2, 5).read(1, 2, &mut buffer).unwrap(), b"34");
        assert_eq!(section.part(8, 5).read(0, 100, &mut buffer).unwrap(), b"89");
        assert_eq!(section.part(100, 5).read(0, 100, &mut buffer).unwrap(), b"");
        assert_eq!(section.part(u64::MAX, u64::MAX).len(), 0);
    }

    #[test]
    fn a_used_buffer_shows_nothing_of_its_past() {
        drop(Section::memory(vec![7; 1000]));
        let mut again = Buffer::spare(10);
        assert!(again.len() >= 10);
        again[..3].copy_from_slice(b"abc");
        let section = Section::start_of(again, 3);
        assert_eq!(section.len(), 3);
        assert_eq!(section.read(0, 100, &mut Vec::new()).unwrap(), b"abc");
    }

    #[test]
    fn file_and_memory_read_alike() {
        let path = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(path.path(), b"0123456789").unwrap();
        let file = Section::file(File::open(path.path()).unwrap(), 10);
        let mut buffer = Vec::new();
        assert_eq!(file.part(3, 4).read(1, 9, &mut buffer).unwrap(), b"456");
        assert_eq!(file.read(8, 9, &mut buffer).unwrap(), b"89");
        let window = file.window(6..20, &mut buffer);
        assert_eq!(window.get(7, 2), Some(&b"78"[..]));
        assert_eq!((window.get(5, 2), window.get(8, 3), window.get(7, u64::MAX)), (None, None, None));
        assert_eq!(Section::memory(b"0123".to_vec()).window(0..4, &mut Vec::new()).get(0, 1), None);
    }
}
