//! Inflates stored bytes, without trusting the size that an archive declares.

use std::io::{self, BufRead};

use flate2::{Decompress, FlushDecompress, Status};
use libdeflater::{DecompressionError, Decompressor};

/// Step size for inflating if the declared size cannot be trusted.
const STEP: usize = 256 << 10;
/// The first step: most files are small, and allocating memory costs more than inflating them.
const FIRST_STEP: usize = 8 << 10;

/// Extra buffer after a file, so that data beyond the declared size is detected. libdeflate decodes the last 299 bytes
/// of its buffer with a slower loop (`FASTLOOP_MAX_BYTES_WRITTEN` in its `decompress_template.h`), which a file of two
/// kilobytes feels.
const SPARE: usize = 320;

/// Why bytes could not be inflated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InflateError {
    /// They are not deflate data.
    Broken,
    /// They end before the stream does.
    Truncated,
    /// They inflate to more than the limit allows.
    TooLarge,
}

/// Bytes that [`inflate_declared`] needs for a file of this size.
pub(super) fn room_for(declared: usize) -> usize {
    declared + SPARE
}

/// Inflates deflate data of a declared size to the start of `out`, which has [room](room_for) for it, in one step.
/// `None` if the data does not inflate to exactly that size; then use [`inflate_streaming`].
pub(super) fn inflate_declared(
    inflater: &mut Decompressor,
    data: &[u8],
    declared: usize,
    out: &mut [u8],
) -> Option<usize> {
    // libdeflate refuses an output that is too small but accepts any that is large enough.
    match inflater.deflate_decompress(data, &mut out[..room_for(declared)]) {
        Ok(written) if written == declared => Some(written),
        Ok(_) | Err(DecompressionError::BadData | DecompressionError::InsufficientSpace) => None,
    }
}

/// Like [`inflate_declared`], for data that is too large to be in memory together with its inflated form. Nested
/// archives are nearly incompressible, so this costs no more time.
pub(super) fn inflate_declared_piecewise(mut data: impl BufRead, declared: usize, out: &mut [u8]) -> Option<usize> {
    let mut stream = Decompress::new(false);
    loop {
        let made = stream.total_out() as usize;
        let (_, is_end) = inflate_step(&mut stream, &mut data, out.get_mut(made..)?).ok()?.ok()?;
        if is_end {
            return (stream.total_out() == declared as u64).then_some(declared);
        }
    }
}

/// Inflates what `data` has at hand into `out`. Returns how many bytes that made, and whether the stream ends there.
pub(super) fn inflate_step(
    stream: &mut Decompress,
    data: &mut impl BufRead,
    out: &mut [u8],
) -> io::Result<Result<(usize, bool), InflateError>> {
    let input = data.fill_buf()?;
    let at_end = input.is_empty();
    let (taken, made) = (stream.total_in(), stream.total_out());
    let Ok(status) = stream.decompress(input, out, FlushDecompress::None) else {
        return Ok(Err(InflateError::Broken));
    };
    let consumed = (stream.total_in() - taken) as usize;
    let produced = (stream.total_out() - made) as usize;
    data.consume(consumed);
    Ok(match status {
        Status::StreamEnd => Ok((produced, true)),
        _ if produced == 0 && at_end => Err(InflateError::Truncated),
        _ if produced == 0 && consumed == 0 => Err(InflateError::Broken),
        Status::Ok | Status::BufError => Ok((produced, false)),
    })
}

/// Inflates a deflate stream up to `limit` bytes into `out`, which is cleared first. Returns how many bytes of `data`
/// the stream takes.
pub(super) fn inflate_streaming(data: &[u8], limit: u64, out: &mut Vec<u8>) -> Result<usize, InflateError> {
    out.clear();
    inflate_with(data, limit, |chunk| out.extend_from_slice(chunk))
}

/// Inflates a deflate stream piecewise into `sink`; at most `limit` bytes. Returns how many bytes of `data` it takes.
pub(super) fn inflate_with(
    mut data: impl BufRead,
    limit: u64,
    mut sink: impl FnMut(&[u8]),
) -> Result<usize, InflateError> {
    let mut stream = Decompress::new(false);
    let mut chunk = vec![0; FIRST_STEP];
    loop {
        let step = inflate_step(&mut stream, &mut data, &mut chunk);
        let (produced, is_end) = step.map_err(|_| InflateError::Broken)??;
        if stream.total_out() > limit {
            return Err(InflateError::TooLarge);
        }
        sink(&chunk[..produced]);
        if produced == chunk.len() && produced < STEP {
            chunk.resize(2 * produced, 0);
        }
        if is_end {
            return Ok(stream.total_in() as usize);
        }
    }
}

/// The first bytes of a deflate stream, up to the length of `out`; fewer when the stream is shorter or broken.
pub(super) fn inflate_prefix(data: &[u8], out: &mut [u8]) -> usize {
    let mut stream = Decompress::new(false);
    // After a failure the bytes inflated so far are valid, which is enough to check the magic number.
    let _ = stream.decompress(data, out, FlushDecompress::None);
    stream.total_out() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deflate(data: &[u8]) -> Vec<u8> {
        use std::io::Write;
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_wrong_declared_size_is_noticed() {
        let data = vec![b'a'; 100_000];
        let packed = deflate(&data);
        let (mut inflater, mut out) = (Decompressor::new(), vec![0; room_for(data.len() + 1)]);
        assert_eq!(inflate_declared(&mut inflater, &packed, data.len(), &mut out), Some(data.len()));
        assert_eq!(inflate_declared(&mut inflater, &packed, data.len() - 1, &mut out), None);
        assert_eq!(inflate_declared(&mut inflater, &packed, data.len() + 1, &mut out), None);
        assert_eq!(inflate_declared(&mut inflater, &packed, 0, &mut out), None);
    }

    #[test]
    fn piecewise_a_wrong_declared_size_is_noticed_too() {
        let data: Vec<u8> = (0..1_000_000_u32).map(|i| (i ^ (i >> 7)) as u8).collect();
        let packed = deflate(&data);
        let inflate = |packed: &[u8], declared: usize| {
            let mut out = vec![0; declared + 1];
            let reader = std::io::BufReader::with_capacity(1000, packed);
            inflate_declared_piecewise(reader, declared, &mut out).map(|len| out[..len].to_vec())
        };
        assert_eq!(inflate(&packed, data.len()), Some(data.clone()));
        for wrong in [0, data.len() - 1, data.len() + 1] {
            assert_eq!(inflate(&packed, wrong), None, "{wrong}");
        }
        assert_eq!(inflate(&packed[..packed.len() - 1], data.len()), None);
        assert_eq!(inflate(b"", 10), None);
        assert_eq!(inflate(&[0xff; 9], 10), None);
    }

    #[test]
    fn streaming_stops_at_the_limit_and_finds_the_end() {
        let data: Vec<u8> = (0..1_000_000_u32).map(|i| (i % 251) as u8).collect();
        let mut packed = deflate(&data);
        let length = packed.len();
        packed.extend_from_slice(b"PK\x03\x04 something else");
        let mut out = Vec::new();
        assert_eq!(inflate_streaming(&packed, 1_000_000, &mut out), Ok(length));
        assert_eq!(out, data);
        assert_eq!(inflate_streaming(&packed, 999_999, &mut out), Err(InflateError::TooLarge));
        assert_eq!(inflate_streaming(&packed[..length - 1], 1_000_000, &mut out), Err(InflateError::Truncated));
        assert_eq!(inflate_streaming(b"", 10, &mut out), Err(InflateError::Truncated));
        assert_eq!(inflate_streaming(&[0xff; 9], 10, &mut out), Err(InflateError::Broken));
    }

    #[test]
    fn a_prefix_needs_only_a_part_of_the_stream() {
        let packed = deflate(&b"PK\x03\x04".repeat(10_000));
        let mut four = [0; 4];
        assert_eq!(inflate_prefix(&packed[..packed.len() / 2], &mut four), 4);
        assert_eq!(&four, b"PK\x03\x04");
    }
}
