//! Large buffers, for the bytes of nested archives.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};

/// Memory that is used again when nobody reads it any more: getting fresh memory from the system costs as much as
/// inflating into it.
#[derive(Debug)]
pub(super) struct Buffer(Vec<u8>);

/// Buffers that are free: at most [`SPARE_BUFFERS`] that take up [`SPARE_BYTES`] together, which is what one group of
/// nested archives may, and what [`with_slack`] adds.
static SPARE: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());
const SPARE_BUFFERS: usize = 8;
pub(super) const SPARE_BYTES: usize = 192 << 20;

impl Buffer {
    /// A buffer of at least `len` bytes, of whatever content.
    pub(super) fn spare(len: usize) -> Self {
        let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
        let fitting = spare.iter().position(|buffer| buffer.len() >= len);
        // What is too small would have to be replaced anyway.
        let taken = fitting.map(|at| spare.swap_remove(at)).or_else(|| {
            spare.pop();
            None
        });
        drop(spare);
        Self(taken.unwrap_or_else(|| vec![0; with_slack(len)]))
    }
}

/// Archives that lie side by side are often of about one size: with a little more the first buffer fits for all of them.
/// The system gives memory when it is written, so what is not needed costs nothing.
fn with_slack(len: usize) -> usize {
    len + len / 8
}

impl From<Vec<u8>> for Buffer {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let buffer = std::mem::take(&mut self.0);
        let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
        let held: usize = spare.iter().map(Vec::capacity).sum();
        if !buffer.is_empty() && held + buffer.capacity() <= with_slack(SPARE_BYTES) && spare.len() < SPARE_BUFFERS {
            spare.push(buffer);
        }
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_fits_for_what_is_a_little_larger() {
        // Larger than what any other test asks for, so that none of them takes it meanwhile.
        let len = 32 << 20;
        let first = Buffer::spare(len);
        let place = first.as_ptr();
        drop(first);
        assert_eq!(Buffer::spare(len + len / 10).as_ptr(), place);
    }
}
