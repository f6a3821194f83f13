//! Work on one large file by several threads.
//!
//! These are not the threads of the pool. A thread of the pool that waits for others takes up another file meanwhile, and
//! may then wait until it holds less memory itself: forever. Here a thread that waits does nothing else.

use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, ScopedJoinHandle, scope};

/// Bytes of a file that one thread works on at a time; a smaller file is not worth the threads.
pub(crate) const STRAND: usize = 16 << 20;

/// Does both at the same time, `one` on this thread. One after the other if the pool has a single thread, or the system
/// has none to give.
pub(crate) fn both<A, B: Send>(one: impl FnOnce() -> A, other: impl Fn() -> B + Sync) -> (A, B) {
    if rayon::current_num_threads() < 2 {
        return (one(), other());
    }
    scope(|scope| {
        let beside = Builder::new().spawn_scoped(scope, &other);
        let one = one();
        (one, beside.map_or_else(|_| other(), joined))
    })
}

/// The results of `work` for each of `items`, in their order, by as many threads as the pool has.
pub(crate) fn each<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let threads = if items.len() < 2 { 1 } else { rayon::current_num_threads().min(items.len()) };
    if threads < 2 {
        return items.into_iter().map(work).collect();
    }
    let queue = Mutex::new(items.into_iter().enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let run = || -> Vec<(usize, R)> { std::iter::from_fn(next).map(|(index, item)| (index, work(item))).collect() };
    let mut done = scope(|scope| {
        let others: Vec<_> = (1..threads).map_while(|_| Builder::new().spawn_scoped(scope, run).ok()).collect();
        let own = run();
        others.into_iter().fold(own, |mut all, other| {
            all.extend(joined(other));
            all
        })
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// The result of a thread. Its panic goes on in this one.
fn joined<R>(thread: ScopedJoinHandle<'_, R>) -> R {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
    use std::thread::sleep;
    use std::time::Duration;

    use super::*;

    fn in_pool<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
    }

    #[test]
    fn results_are_in_the_order_of_the_items_for_any_number_of_threads() {
        for threads in 1..5 {
            let squares = in_pool(threads, || each((0..100_u64).collect(), |n| n * n));
            assert_eq!(squares, (0..100).map(|n| n * n).collect::<Vec<_>>());
            assert_eq!(in_pool(threads, || both(|| 1, || 2)), (1, 2));
            assert!(in_pool(threads, || each(Vec::<u8>::new(), |n| n)).is_empty());
        }
    }

    thread_local! {
        static WORKS: Cell<bool> = const { Cell::new(false) };
    }

    /// Whether a thread that waits in `share`, for work that another one does, takes up what that work adds to the pool.
    /// `share` does two things at the same time, of which the first ends when the second has begun.
    fn takes_up_more(share: impl Fn(&(dyn Fn() + Sync), &(dyn Fn() + Sync)) + Sync) -> bool {
        let (begun, is_taken_up) = (AtomicBool::new(false), AtomicBool::new(false));
        in_pool(2, || {
            rayon::scope(|pool| {
                WORKS.set(true);
                let first = || (0..5_000).filter(|_| !begun.load(SeqCst)).for_each(|_| sleep(Duration::from_millis(1)));
                let second = || {
                    begun.store(true, SeqCst);
                    pool.spawn(|_| is_taken_up.store(WORKS.get(), SeqCst));
                    sleep(Duration::from_millis(100));
                };
                share(&first, &second);
                WORKS.set(false);
            });
        });
        assert!(begun.load(SeqCst), "nothing was shared");
        is_taken_up.load(SeqCst)
    }

    /// Large files in several folders waited for each other: a thread of the pool that waits for others takes up the next
    /// file, which waits until the first one is done.
    #[test]
    fn regression_a_thread_that_waits_takes_up_nothing_else() {
        let in_turn =
            |first: &(dyn Fn() + Sync), second: &(dyn Fn() + Sync)| drop(each(vec![first, second], |work| work()));
        assert!(!takes_up_more(|first, second| assert_eq!(both(first, second), ((), ()))));
        assert!(!takes_up_more(in_turn));
        // As it was, which shows that the test can fail.
        assert!(takes_up_more(|first, second| assert_eq!(rayon::join(first, second), ((), ()))));
    }

    #[test]
    fn a_panic_of_a_thread_is_one_of_the_caller() {
        for threads in 1..4 {
            let panics = |work: &(dyn Fn() + Sync)| {
                in_pool(threads, || std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_err())
            };
            assert!(panics(&|| drop(each((0..50).collect(), |n| assert_ne!(n, 33)))));
            assert!(panics(&|| drop(both(String::new, || -> String { panic!("no") }))));
        }
    }
}
