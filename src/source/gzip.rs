//! Gzip (RFC 1952): one file, or a tar archive, in one or several members that follow each other.

use std::io::{self, BufRead, Read};

use flate2::Decompress;

use super::inflate::{InflateError, inflate_step};
use super::section::fill;

/// Maximum length of the stored file name that is kept.
const LONGEST_NAME: usize = 1 << 10;
const HEADER_LEN: usize = 10;
const TRAILER_LEN: usize = 8;
const HEADER_CHECKSUM: u8 = 2;
const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;
const RESERVED: u8 = 0xe0;

/// Whether `bytes` start like gzip data: with the only defined method and no undefined flag.
pub(super) fn is_magic(bytes: &[u8]) -> bool {
    matches!(bytes, [0x1f, 0x8b, 8, flags, _, _, _, _, _, _, ..] if flags & RESERVED == 0)
}

/// What is wrong with gzip data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GzipFault {
    /// The data are not gzip or deflate data.
    Broken,
    /// The data end before the stream does.
    Truncated,
    /// A member does not have its declared checksum or length.
    Checksum,
    /// Other data follow.
    Trailing,
}

impl GzipFault {
    /// The message.
    pub(super) const fn message(self) -> &'static str {
        match self {
            Self::Broken => "its data cannot be decompressed",
            Self::Truncated => "its compressed data end early",
            Self::Checksum => "its checksum does not match; the available data was read",
            Self::Trailing => "there is other data after its compressed data, which was not read",
        }
    }

    /// Whether the packed data is complete.
    pub(super) const fn is_whole(self) -> bool {
        matches!(self, Self::Checksum | Self::Trailing)
    }
}

/// Inflates all members, one after another. A fault ends the reading and is recorded; the reader does not return an
/// error.
pub(super) struct Gunzip<R> {
    data: R,
    stream: Decompress,
    checksum: libdeflater::Crc,
    state: State,
    members: u64,
    /// Bytes inflated so far.
    pub(super) made: u64,
    name: Vec<u8>,
    /// The first fault.
    pub(super) fault: Option<GzipFault>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Header,
    Body,
    End,
}

impl<R: BufRead> Gunzip<R> {
    pub(super) fn new(data: R) -> Self {
        let (stream, checksum) = (Decompress::new(false), libdeflater::Crc::new());
        Self { data, stream, checksum, state: State::Header, members: 0, made: 0, name: Vec::new(), fault: None }
    }

    /// Stops reading and records the fault.
    fn stop(&mut self, fault: Option<GzipFault>) -> io::Result<()> {
        self.fault = self.fault.or(fault);
        self.state = State::End;
        Ok(())
    }

    /// Reads a member header, up to its first data byte.
    fn header(&mut self) -> io::Result<()> {
        let next = self.data.fill_buf()?;
        match next.first() {
            None if self.members > 0 => return self.stop(None),
            // Tapes and block devices are padded with zeros.
            Some(0) if self.members > 0 => return self.stop(None),
            Some(0x1f) | None => {}
            Some(_) if self.members > 0 => return self.stop(Some(GzipFault::Trailing)),
            Some(_) => return self.stop(Some(GzipFault::Broken)),
        }
        let mut fixed = [0; HEADER_LEN];
        if !self.take(&mut fixed)? {
            return self.stop(Some(GzipFault::Truncated));
        }
        if !is_magic(&fixed) {
            let fault = if self.members > 0 { GzipFault::Trailing } else { GzipFault::Broken };
            return self.stop(Some(fault));
        }
        let flags = fixed[3];
        let mut whole = true;
        if flags & EXTRA != 0 {
            let mut len = [0; 2];
            whole = self.take(&mut len)? && self.skip(usize::from(u16::from_le_bytes(len)))?;
        }
        for flag in [NAME, COMMENT] {
            if whole && flags & flag != 0 {
                whole = self.text(flag == NAME && self.members == 0)?;
            }
        }
        if whole && flags & HEADER_CHECKSUM != 0 {
            whole = self.skip(2)?;
        }
        if !whole {
            return self.stop(Some(GzipFault::Truncated));
        }
        self.stream.reset(false);
        self.checksum = libdeflater::Crc::new();
        self.state = State::Body;
        Ok(())
    }

    /// Fills `out`; `false` when the data end before.
    fn take(&mut self, out: &mut [u8]) -> io::Result<bool> {
        match self.data.read_exact(out) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn skip(&mut self, len: usize) -> io::Result<bool> {
        Ok(io::copy(&mut (&mut self.data).take(len as u64), &mut io::sink())? == len as u64)
    }

    /// Skips a NUL-terminated text.
    fn text(&mut self, keep: bool) -> io::Result<bool> {
        loop {
            let next = self.data.fill_buf()?;
            let end = memchr::memchr(0, next);
            let text = &next[..end.unwrap_or(next.len())];
            if keep {
                let room = LONGEST_NAME - self.name.len();
                self.name.extend_from_slice(&text[..text.len().min(room)]);
            }
            let (at_end, taken) = (next.is_empty(), text.len() + usize::from(end.is_some()));
            self.data.consume(taken);
            match end {
                Some(_) => return Ok(true),
                None if at_end => return Ok(false),
                None => {}
            }
        }
    }

    fn trailer(&mut self) -> io::Result<()> {
        let mut trailer = [0; TRAILER_LEN];
        if !self.take(&mut trailer)? {
            return self.stop(Some(GzipFault::Truncated));
        }
        let number = |at: usize| u32::from_le_bytes([trailer[at], trailer[at + 1], trailer[at + 2], trailer[at + 3]]);
        if number(0) != self.checksum.sum() || number(4) != self.stream.total_out() as u32 {
            self.fault = self.fault.or(Some(GzipFault::Checksum));
        }
        self.members += 1;
        self.state = State::Header;
        Ok(())
    }

    fn body(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let (produced, is_end) = match inflate_step(&mut self.stream, &mut self.data, out)? {
            Ok(made) => made,
            Err(InflateError::Truncated) => return self.stop(Some(GzipFault::Truncated)).map(|()| 0),
            Err(_) => return self.stop(Some(GzipFault::Broken)).map(|()| 0),
        };
        self.checksum.update(&out[..produced]);
        self.made += produced as u64;
        if is_end {
            self.trailer()?;
        }
        Ok(produced)
    }
}

impl<R: BufRead> Read for Gunzip<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            match self.state {
                State::End => return Ok(0),
                State::Header => self.header()?,
                State::Body => match self.body(out)? {
                    0 => {}
                    produced => return Ok(produced),
                },
            }
        }
    }
}

/// The first inflated bytes, up to the length of `out`, and any fault in them.
pub(super) fn inflate_prefix(data: &[u8], out: &mut [u8]) -> (usize, Option<GzipFault>) {
    let mut gunzip = Gunzip::new(data);
    // Bytes in memory can be read.
    let filled = fill(out, |rest, _| gunzip.read(rest)).unwrap_or_default();
    (filled, gunzip.fault)
}

/// The name of the file inside `packed`, from the name of the packed file and from its header.
pub(super) fn unpacked_name(packed: &str, start: &[u8], is_known: impl Fn(&str) -> bool) -> String {
    let name = packed.rsplit('/').next().unwrap_or(packed);
    let without = |suffix: &str| {
        let at = name.len().checked_sub(suffix.len()).filter(|&at| at > 0 && name.is_char_boundary(at))?;
        name[at..].eq_ignore_ascii_case(suffix).then(|| &name[..at])
    };
    let own = without(".gz").map(str::to_owned).or_else(|| Some(format!("{}.tar", without(".tgz")?)));
    let own = own.unwrap_or_else(|| name.to_owned());
    if is_known(&own) {
        return own;
    }
    let mut gunzip = Gunzip::new(start);
    // Only the header is needed.
    let _ = gunzip.header();
    let told = String::from_utf8_lossy(&gunzip.name);
    let told = told.rsplit(['/', '\\']).next().unwrap_or_default();
    if is_known(told) { told.to_owned() } else { own }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    fn gunzip(data: &[u8]) -> (Vec<u8>, Option<GzipFault>) {
        let mut gunzip = Gunzip::new(io::BufReader::with_capacity(7, data));
        let mut out = Vec::new();
        gunzip.read_to_end(&mut out).unwrap();
        assert_eq!(gunzip.made, out.len() as u64);
        (out, gunzip.fault)
    }

    #[test]
    fn all_members_are_read_and_what_follows_them_is_noticed() {
        let text: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
        let (one, two) = (gzip(&text[..70_000]), gzip(&text[70_000..]));
        let both = [&one[..], &two].concat();
        assert_eq!(gunzip(&both), (text.clone(), None));
        assert_eq!(gunzip(&[&both[..], &[0; 100]].concat()), (text.clone(), None));
        assert_eq!(gunzip(&[&both[..], b"rest"].concat()), (text.clone(), Some(GzipFault::Trailing)));
        assert_eq!(gunzip(&[&both[..], &one[..5]].concat()).1, Some(GzipFault::Truncated));
        let mut wrong = both.clone();
        let at = one.len() - 6;
        wrong[at] ^= 1;
        assert_eq!(gunzip(&wrong), (text, Some(GzipFault::Checksum)));
    }

    #[test]
    fn pieces_of_any_size_may_be_asked_for() {
        let text = [vec![b'a'; 1500], vec![0; 8000]].concat();
        let packed = gzip(&text);
        for size in [1, 100, 512, 700, 4096] {
            let mut gunzip = Gunzip::new(&packed[..]);
            let (mut out, mut piece) = (Vec::new(), vec![0; size]);
            loop {
                match gunzip.read(&mut piece).unwrap() {
                    0 => break,
                    read => out.extend_from_slice(&piece[..read]),
                }
            }
            assert_eq!((out == text, gunzip.fault), (true, None), "{size}");
        }
    }

    #[test]
    fn wherever_it_is_cut_a_member_is_truncated() {
        let mut encoder = flate2::GzBuilder::new()
            .filename("a.txt")
            .comment("c")
            .extra(vec![1, 2, 3])
            .write(Vec::new(), flate2::Compression::default());
        encoder.write_all(b"some text, some text").unwrap();
        let whole = encoder.finish().unwrap();
        assert_eq!(gunzip(&whole), (b"some text, some text".to_vec(), None));
        for len in 0..whole.len() {
            assert_eq!(gunzip(&whole[..len]).1, Some(GzipFault::Truncated), "{len} bytes");
        }
        assert_eq!(gunzip(b"PK\x03\x04").1, Some(GzipFault::Broken));
        assert_eq!(unpacked_name("a/status", &whole, |name| name.ends_with(".txt")), "a.txt");
    }

    #[test]
    fn the_name_of_the_packed_file_is_that_without_the_extension() {
        for (packed, unpacked) in
            [("a/b.txt.gz", "b.txt"), ("b.TGZ", "b.tar"), ("b.tar.GZ", "b.tar"), ("b.json", "b.json"), (".gz", ".gz")]
        {
            assert_eq!(unpacked_name(packed, b"", |_| false), unpacked);
        }
    }
}
