//! Reads the rest of a large file. Copying it into memory takes about as long as searching it, so that several threads do
//! it where the system can read at a position.

use std::fs::File;
use std::io::{self, Read};

use super::FIRST_READ;

/// Appends the rest of `file`, of which `buffer` contains the beginning, up to `limit` bytes in all. `len` is the length
/// of the file; it may change while it is read.
pub(super) fn read_rest(file: &File, buffer: &mut Vec<u8>, len: usize, limit: u64) -> io::Result<()> {
    at_once::read(file, buffer, len)?;
    let filled = buffer.len();
    // Space for the complete file and for the read that detects its end; the space is not written before.
    buffer.reserve_exact(len.saturating_sub(filled) + FIRST_READ);
    file.take(limit.saturating_add(1).saturating_sub(filled as u64)).read_to_end(buffer)?;
    Ok(())
}

#[cfg(unix)]
mod at_once {
    use std::io::{Seek, SeekFrom};

    use super::{FIRST_READ, File, io};
    use crate::source::section::read_full;
    use crate::strands::{self, STRAND};

    /// Reads the rest of a large file into `buffer`, as far as it is there.
    pub(super) fn read(mut file: &File, buffer: &mut Vec<u8>, len: usize) -> io::Result<()> {
        if len < 2 * STRAND || len < buffer.len() {
            return Ok(());
        }
        let begin = buffer.len();
        // The system fills such memory with zeros only when it is first written, by each thread for itself.
        let mut whole = vec![0; len + FIRST_READ];
        whole[..begin].copy_from_slice(buffer);
        let parts = whole[begin..len].chunks_mut(STRAND).zip((begin..).step_by(STRAND)).collect();
        let read = strands::each(parts, |(part, offset)| {
            let filled = read_full(file, part, offset as u64)?;
            io::Result::Ok((filled == part.len(), offset + filled))
        });
        // Where a part is not full, the file has become shorter.
        let mut filled = begin;
        for part in read {
            let (is_full, end) = part?;
            filled = end;
            if !is_full {
                break;
            }
        }
        whole.truncate(filled);
        file.seek(SeekFrom::Start(filled as u64))?;
        *buffer = whole;
        Ok(())
    }
}

#[cfg(not(unix))]
mod at_once {
    use super::{File, io};

    /// Leaves everything to one thread.
    pub(super) fn read(_file: &File, _buffer: &mut Vec<u8>, _len: usize) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// A file of `len` bytes, of which the first `begin` are read; it says it is `says` long.
    fn read(len: usize, begin: usize, says: usize, limit: u64) -> (Vec<u8>, Vec<u8>) {
        let mut written = tempfile::tempfile().unwrap();
        let bytes: Vec<u8> = (0..len).map(|at| (at / 251 + at) as u8).collect();
        written.write_all(&bytes).unwrap();
        std::io::Seek::rewind(&mut written).unwrap();
        let mut buffer = vec![0; begin];
        written.read_exact(&mut buffer).unwrap();
        read_rest(&written, &mut buffer, says, limit).unwrap();
        (buffer, bytes)
    }

    #[test]
    fn a_file_is_read_whole_however_long_it_says_it_is() {
        const LARGE: usize = (32 << 20) + 5;
        for (len, begin, says) in [
            (1000, 10, 1000),
            (LARGE, FIRST_READ, LARGE),
            (LARGE, FIRST_READ, LARGE - 3),
            (LARGE, FIRST_READ, LARGE + 3),
            (LARGE, FIRST_READ, 2 * LARGE),
            (1000, 1000, LARGE),
        ] {
            let (read, bytes) = read(len, begin, says, u64::MAX);
            assert!(read == bytes, "{len} {begin} {says}: {}", read.len());
        }
    }

    #[test]
    fn no_more_than_the_limit_and_a_byte_is_read_of_a_file_that_grows() {
        let (read, bytes) = read(1000, 10, 500, 600);
        assert_eq!(read, bytes[..601]);
    }
}
