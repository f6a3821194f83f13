//! Large buffers for the bytes of nested archives.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};

use crate::budget;

/// Memory that is reused once it is free: allocating memory from the system costs as much as inflating into it.
#[derive(Debug)]
pub(super) struct Buffer(Vec<u8>);

static SPARE: Mutex<Pool> = Mutex::new(Pool(Vec::new()));

/// Free buffers: at most [`SPARE_BUFFERS`] with a total of [`SPARE_BYTES`], which is the limit for one group of nested
/// archives, plus the slack of [`with_slack`].
struct Pool(Vec<Vec<u8>>);
const SPARE_BUFFERS: usize = 8;
const SPARE_BYTES: usize = budget::SPARE as usize;

impl Pool {
    /// A free buffer of at least `len` bytes.
    fn take(&mut self, len: usize) -> Option<Vec<u8>> {
        let fitting = self.0.iter().position(|buffer| buffer.len() >= len);
        // Buffers that are too small would have to be replaced anyway, and must not add to a much larger one.
        fitting.map(|at| self.0.swap_remove(at)).or_else(|| {
            match len > SPARE_BYTES / SPARE_BUFFERS {
                true => self.0.clear(),
                false => drop(self.0.pop()),
            }
            None
        })
    }

    fn give(&mut self, buffer: Vec<u8>) {
        let held: usize = self.0.iter().map(Vec::capacity).sum();
        let fits = held + buffer.capacity() <= with_slack(SPARE_BYTES) && self.0.len() < SPARE_BUFFERS;
        if fits && !buffer.is_empty() {
            self.0.push(buffer);
        }
    }
}

impl Buffer {
    /// A buffer of at least `len` bytes, with undefined content.
    pub(super) fn spare(len: usize) -> Self {
        let taken = SPARE.lock().unwrap_or_else(PoisonError::into_inner).take(len);
        Self(taken.unwrap_or_else(|| fresh(len)))
    }
}

/// A buffer of `len` bytes with some slack.
fn fresh(len: usize) -> Vec<u8> {
    vec![0; with_slack(len)]
}

/// Archives next to each other often have a similar size: with some slack the first buffer fits all of them. The system
/// commits memory only when it is written, so unused slack costs nothing.
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
        SPARE.lock().unwrap_or_else(PoisonError::into_inner).give(std::mem::take(&mut self.0));
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
        let mut pool = Pool(Vec::new());
        pool.give(fresh(1000));
        assert_eq!(pool.take(1100).map(|buffer| buffer.len() >= 1100), Some(true));
        pool.give(fresh(1000));
        assert_eq!((pool.take(1200), pool.0.len()), (None, 0));
    }

    #[test]
    fn so_many_are_kept_as_a_group_of_archives_takes_up() {
        let mut pool = Pool(Vec::new());
        pool.give(Vec::new());
        // Memory that is not written costs nothing.
        (0..3).for_each(|_| pool.give(fresh(SPARE_BYTES / 2)));
        assert_eq!(pool.0.len(), 2);
        let mut pool = Pool(Vec::new());
        (0..20).for_each(|_| pool.give(fresh(10)));
        assert_eq!(pool.0.len(), SPARE_BUFFERS);
    }
}
