//! Which results fit into a file that GitHub accepts.

use std::cmp::Reverse;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::log::ResultWriter;
use crate::findings::Finding;

/// Maximum number of results in one run.
pub(super) const MAX_RESULTS: usize = 25_000;
/// Maximum compressed size of the results: 10 MB minus what rules, artifacts and the order of results may add.
const MAX_COMPRESSED: u64 = 9_000_000;

/// The findings to report, in their order: all of them if they fit, or else the most severe.
pub(super) fn most_severe<'a>(findings: &[&'a Finding], writer: &ResultWriter<'a>) -> Vec<&'a Finding> {
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by_key(|&index| (Reverse(findings[index].level), index));
    order.truncate(MAX_RESULTS);
    let fitting = fitting(&order, findings, writer);
    order.truncate(fitting);
    order.sort_unstable();
    order.into_iter().map(|index| findings[index]).collect()
}

/// How many of the results, taken in `order`, fit.
fn fitting<'a>(order: &[usize], findings: &[&'a Finding], writer: &ResultWriter<'a>) -> usize {
    // Memory that is not written to is not taken.
    let mut size = Size::Plain(Vec::with_capacity(MAX_COMPRESSED as usize + 1));
    for (count, &index) in order.iter().enumerate() {
        // Neither memory nor the counter can fail.
        let _ = serde_json::to_writer(&mut size, &writer.result(findings[index]));
        if size.bytes() > MAX_COMPRESSED {
            return count;
        }
    }
    order.len()
}

/// Measures what is written to it. Compressing costs more than writing and never increases the size: most reports are
/// small enough uncompressed.
enum Size {
    /// What was written, which is small enough.
    Plain(Vec<u8>),
    Compressed(Box<GzEncoder<Counter>>),
}

impl Size {
    fn bytes(&self) -> u64 {
        match self {
            Self::Plain(written) => written.len() as u64,
            Self::Compressed(encoder) => encoder.get_ref().bytes,
        }
    }
}

impl Write for Size {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Compressed(encoder) => encoder.write_all(bytes)?,
            Self::Plain(written) => {
                written.extend_from_slice(bytes);
                if written.len() as u64 > MAX_COMPRESSED {
                    let mut encoder = GzEncoder::new(Counter::default(), Compression::fast());
                    encoder.write_all(written)?;
                    *self = Self::Compressed(Box::new(encoder));
                }
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Counts what is written to it.
#[derive(Default)]
struct Counter {
    bytes: u64,
}

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
