//! Large files take turns, so that the memory for them is limited for any number of threads.

use std::sync::{Condvar, Mutex, PoisonError};

/// Files up to this size do not take turns.
const SMALL: u64 = 1 << 20;
/// Large files are read at the same time up to this total size; a larger file is read alone.
const TOGETHER: u64 = 64 << 20;

/// A thread that holds memory never waits for more, so there is no deadlock: a visitor gives no work to the other threads
/// of the pool, as it would take up another file while it waits for them ([`crate::strands`]).
#[derive(Debug, Default)]
pub(super) struct Turns {
    held: Mutex<u64>,
    given_back: Condvar,
}

/// The right to hold this much memory until it is dropped.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    turns: &'a Turns,
    bytes: u64,
}

impl Turns {
    /// Waits until this much memory may be held; small amounts do not wait.
    pub(super) fn take(&self, bytes: u64) -> Option<Turn<'_>> {
        (bytes > SMALL).then(|| {
            let bytes = bytes.min(TOGETHER);
            let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            while *held + bytes > TOGETHER {
                held = self.given_back.wait(held).unwrap_or_else(PoisonError::into_inner);
            }
            *held += bytes;
            Turn { turns: self, bytes }
        })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.turns.held.lock().unwrap_or_else(PoisonError::into_inner) -= self.bytes;
        self.turns.given_back.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn threads_together_hold_no_more_than_is_allowed() {
        let (turns, held, most) = (Turns::default(), AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for thread in 0..16_u64 {
                let (turns, held, most) = (&turns, &held, &most);
                scope.spawn(move || {
                    for round in 0..50 {
                        let bytes = SMALL + 1 + (thread * 7 + round * 3) % 30 * (1 << 20);
                        let turn = turns.take(bytes);
                        most.fetch_max(held.fetch_add(bytes, Ordering::SeqCst) + bytes, Ordering::SeqCst);
                        std::thread::yield_now();
                        held.fetch_sub(bytes, Ordering::SeqCst);
                        drop(turn);
                    }
                });
            }
        });
        assert!(most.load(Ordering::SeqCst) <= TOGETHER);
        assert!(turns.take(SMALL).is_none());
        assert!(turns.take(u64::MAX).is_some());
    }
}
