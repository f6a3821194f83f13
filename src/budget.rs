//! How much a scan may use for any input, in one table, and the three ways to count it: an [`Allowance`] runs out, a
//! [`Room`] is waited for, and a [`Ledger`] gives what there is to the first files in order of their paths.
//!
//! A stage knows only what its own things cost, and what to say when an amount is exhausted, which is an incident.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

// Memory that a scan holds at the same time, in bytes. `docs/performance.md` shows the sum.

/// Large files: one of the default `--max-entry-bytes`, or several smaller ones.
pub(crate) const FILES: u64 = 64 << 20;
/// Packages inside packages: the default of `--max-nested-bytes`.
pub(crate) const NESTED: u64 = 384 << 20;
/// Free buffers for the next packages inside packages: enough for the packages that several threads inflate together.
pub(crate) const SPARE: u64 = 192 << 20;
/// Nodes of the files being read: twice [`NODES_OF_FILE`].
pub(crate) const NODES: u64 = 192 << 20;
/// What was found so far, with what rules and plans will add to it: more than twenty thousand integrations.
pub(crate) const FOUND: u64 = 256 << 20;
/// What was found in the file being read, which then fills the room for [`NODES`], so it is read alone. It is less than
/// [`FOUND`], so that what exceeds it has room in its scan.
pub(crate) const FOUND_IN_FILE: u64 = 240 << 20;
/// Filters of all packages, as they were read.
pub(crate) const FILTERS: u64 = 96 << 20;
/// Compiled patterns of all filters.
pub(crate) const PATTERNS: u64 = 64 << 20;

// Parts of these.

/// Nodes of one file. Deep nesting makes paths whose total length grows with the square of the depth.
pub(crate) const NODES_OF_FILE: u64 = 96 << 20;
/// Paths of the nodes of a JSON file: a path repeats its ancestors, so deep nesting would multiply the size of the file.
pub(crate) const PATHS_OF_FILE: u64 = 48 << 20;
/// Names of properties from nested JSON objects, which repeat their ancestors too.
pub(crate) const NAMES_OF_FILE: u64 = 32 << 20;
/// The files that `inspect` shows, which finds nothing.
pub(crate) const INSPECTED: u64 = 160 << 20;
/// The files that one `migrate` edits once nothing is read any more, before and after the edits.
pub(crate) const EDITED: u64 = 96 << 20;

// Work. The first four are for small, dense content, beside what the length of each input allows.

/// Archives in archives.
pub(crate) const ARCHIVES: u64 = 10_000;
/// Entries of archives.
pub(crate) const ENTRIES: u64 = 500_000;
/// Inflated bytes.
pub(crate) const INFLATED: u64 = 256 << 20;
/// Bytes searched for entries that no directory lists.
pub(crate) const SEARCHED: u64 = 1 << 30;
/// Files, folders and further links that are read through symbolic links.
pub(crate) const LINKED_FILES: u64 = 100_000;
/// Bytes that are read through symbolic links.
pub(crate) const LINKED_BYTES: u64 = 1 << 30;
/// General entities expanded in one document (`jdk.xml.entityExpansionLimit`).
pub(crate) const EXPANSIONS: u64 = 64_000;
/// Bytes that these expand to. `jdk.xml.totalEntitySizeLimit` is the same number of characters.
pub(crate) const EXPANDED: u64 = 50_000_000;
/// Steps of compiling and matching the patterns of all filters: a few seconds.
pub(crate) const STEPS: u64 = 300_000_000;
/// Comparisons of `[[ignore]]` entries with findings that they can match, far more than realistic configurations need: a
/// second or two.
pub(crate) const COMPARISONS: u64 = 2_000_000;

/// What is left of an amount, for one thread or several.
#[derive(Debug)]
pub(crate) struct Allowance(AtomicU64);

impl Allowance {
    pub(crate) const fn new(amount: u64) -> Self {
        Self(AtomicU64::new(amount))
    }

    pub(crate) fn left(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Takes `amount`; `None` if less is left, and then nothing is taken.
    pub(crate) fn take(&self, amount: u64) -> Option<()> {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(amount)).ok().map(drop)
    }

    /// Takes `amount`; `None` if less is left, and then nothing is left.
    pub(crate) fn spend(&self, amount: u64) -> Option<()> {
        let rest = |left: u64| Some(left.saturating_sub(amount));
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, rest).ok().filter(|left| *left >= amount).map(drop)
    }

    /// [`Self::spend`] for each of many small things that one thread counts: it costs no more than a subtraction.
    pub(crate) fn spend_alone(&mut self, amount: u64) -> Option<()> {
        let left = self.0.get_mut();
        let rest = left.checked_sub(amount);
        *left = rest.unwrap_or(0);
        rest.map(drop)
    }

    /// Returns what was taken but not needed.
    pub(crate) fn give_back(&self, amount: u64) {
        self.0.fetch_add(amount, Ordering::Relaxed);
    }
}

/// The same amount, which runs out on its own.
impl Clone for Allowance {
    fn clone(&self) -> Self {
        Self::new(self.left())
    }
}

/// Memory that threads hold at the same time: as many small files as there are threads, but only one large file.
///
/// There is no deadlock: a thread with a place enters only the room for [`NODES`] after that for [`FILES`], and waits for
/// nothing else. So a visitor gives no work to the other threads of the pool, as its thread would take up another file
/// while it waits for them ([`crate::strands`]).
#[derive(Debug)]
pub(crate) struct Room {
    most: u64,
    taken: Mutex<u64>,
    given_back: Condvar,
}

/// The right to hold this much memory until it is dropped.
#[derive(Debug)]
pub(crate) struct RoomPlace<'a> {
    room: &'a Room,
    amount: u64,
}

impl Room {
    pub(crate) const fn new(most: u64) -> Self {
        Self { most, taken: Mutex::new(0), given_back: Condvar::new() }
    }

    /// Waits for a place of this size; for the whole room, if it is larger.
    pub(crate) fn enter(&self, amount: u64) -> RoomPlace<'_> {
        let amount = amount.min(self.most);
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |taken: &mut u64| *taken + amount > self.most;
        *self.given_back.wait_while(taken, is_full).unwrap_or_else(PoisonError::into_inner) += amount;
        RoomPlace { room: self, amount }
    }
}

impl Drop for RoomPlace<'_> {
    fn drop(&mut self) {
        *self.room.taken.lock().unwrap_or_else(PoisonError::into_inner) -= self.amount;
        self.room.given_back.notify_all();
    }
}

/// What all files of a scan give, up to a limit: that of the first files in order of their paths, independent of the
/// order in which they are read.
#[derive(Debug)]
pub(crate) struct Ledger<K, T> {
    /// Maximum bytes.
    pub(crate) most: u64,
    state: Mutex<LedgerState<K, T>>,
}

/// What one file gave, until there is no room for it.
#[derive(Debug)]
pub(crate) struct Held<T>(Arc<Mutex<Option<T>>>);

#[derive(Debug)]
struct LedgerState<K, T> {
    bytes: u64,
    kept: BTreeMap<K, Vec<(u64, Held<T>)>>,
    /// The first file for which there was no room.
    cut: Option<K>,
}

impl<K: Clone + Ord, T> Ledger<K, T> {
    pub(crate) const fn new(most: u64) -> Self {
        Self { most, state: Mutex::new(LedgerState { bytes: 0, kept: BTreeMap::new(), cut: None }) }
    }

    /// Keeps what the file `path` gave, which takes `bytes`, as long as there is room for it and for everything before it.
    pub(crate) fn keep(&self, path: &K, bytes: u64, value: T) -> Held<T> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // What lies behind a cut can never come back, for what is before it only grows.
        if state.cut.as_ref().is_some_and(|cut| path >= cut) {
            return Held(Arc::default());
        }
        let held = Arc::new(Mutex::new(Some(value)));
        state.kept.entry(path.clone()).or_default().push((bytes, Held(Arc::clone(&held))));
        state.bytes += bytes;
        while state.bytes > self.most
            && let Some((last, gone)) = state.kept.pop_last()
        {
            for (bytes, value) in gone {
                state.bytes -= bytes;
                drop(value.take());
            }
            state.cut = Some(last);
        }
        Held(held)
    }

    /// The first file for which there was no room; nothing is kept of it and of those behind it.
    pub(crate) fn cut(&self) -> Option<K> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).cut.clone()
    }
}

impl<T> Held<T> {
    /// What is held, where there was room for it.
    pub(crate) fn take(self) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything of which a scan may hold so much at the same time, as the page about performance calls it.
    const HELD: [(&str, u64); 8] = [
        ("large files", FILES),
        ("packages inside packages (`--max-nested-bytes`)", NESTED),
        ("free buffers for these", SPARE),
        ("nodes of the files being read", NODES),
        ("findings so far", FOUND),
        ("findings of the file being read", FOUND_IN_FILE),
        ("filters of packages", FILTERS),
        ("their compiled patterns", PATTERNS),
    ];

    // Parts are smaller than the whole; what is edited takes the place of nodes.
    const _: () = assert!(NODES_OF_FILE <= NODES && PATHS_OF_FILE <= NODES_OF_FILE && NAMES_OF_FILE <= NODES_OF_FILE);
    const _: () = assert!(FOUND_IN_FILE < FOUND && INSPECTED <= FOUND && SPARE <= NESTED && EDITED <= NODES);

    #[test]
    fn the_page_about_performance_says_what_a_scan_may_hold_at_once() {
        let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/performance.md")).unwrap();
        let table = page.split("| held at the same time |").nth(1).unwrap().split("\n\n").next().unwrap();
        let mut rows: Vec<String> = HELD.map(|(what, most)| format!("| {what} | {} MiB |", most >> 20)).into();
        rows.push(format!("| together | {} MiB |", HELD.map(|(_, most)| most).iter().sum::<u64>() >> 20));
        assert_eq!(table.lines().skip(2).collect::<Vec<_>>(), rows);
    }

    #[test]
    fn what_ends_stays_ended() {
        let mut allowance = Allowance::new(10);
        assert_eq!((allowance.take(9), allowance.take(2), allowance.left()), (Some(()), None, 1));
        assert_eq!(
            (allowance.spend(2), allowance.left(), allowance.spend(1), allowance.take(1)),
            (None, 0, None, None)
        );
        allowance.give_back(3);
        let other = allowance.clone();
        assert_eq!((allowance.spend_alone(3), allowance.spend_alone(1)), (Some(()), None));
        assert_eq!((allowance.left(), other.left()), (0, 3));
    }

    #[test]
    fn threads_together_take_no_more_than_there_is() {
        let (allowance, taken) = (Allowance::new(10_000), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    (0..).map_while(|_: u64| allowance.take(3)).for_each(|_| _ = taken.fetch_add(3, Ordering::Relaxed))
                });
            }
        });
        assert_eq!((taken.into_inner(), allowance.left()), (9_999, 1));
    }

    #[test]
    fn threads_together_hold_no_more_than_is_allowed() {
        let (files, nodes) = (Room::new(FILES), Room::new(NODES));
        let (held, most) = (AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for thread in 0..16_u64 {
                let (files, nodes, held, most) = (&files, &nodes, &held, &most);
                scope.spawn(move || {
                    for round in 0..50 {
                        let bytes = (1 << 20) + 1 + (thread * 7 + round * 3) % 30 * (1 << 20);
                        let file = files.enter(bytes);
                        most.fetch_max(held.fetch_add(bytes, Ordering::SeqCst) + bytes, Ordering::SeqCst);
                        // In this order, nobody waits forever.
                        drop(nodes.enter(bytes * 10));
                        std::thread::yield_now();
                        held.fetch_sub(bytes, Ordering::SeqCst);
                        drop(file);
                    }
                });
            }
        });
        assert!(most.load(Ordering::SeqCst) <= FILES);
        drop((files.enter(u64::MAX), nodes.enter(u64::MAX)));
    }

    #[test]
    fn one_large_file_or_many_small_ones_are_read_at_once() {
        let room = Room::new(NODES);
        let is_free = |amount: u64| *room.taken.lock().unwrap() + amount.min(NODES) <= NODES;
        // What files of 4 KiB and 64 MiB need.
        let (small, large) = (640 << 10, 10 << 30);
        let places: Vec<RoomPlace<'_>> = (0..64).map(|_| room.enter(small)).collect();
        assert!(is_free(small) && !is_free(large));
        drop(places);
        let place = room.enter(large);
        assert!(!is_free(1) && is_free(0));
        // The waiting thread gets in as soon as there is room.
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| drop(room.enter(large)));
            drop(place);
            waiting.join().unwrap();
        });
        assert_eq!(*room.taken.lock().unwrap(), 0);
    }

    /// Which of files `a`, `b`, … that take so many bytes are kept when they come in this order, and where the cut is.
    fn kept(most: u64, sizes: &[u64], order: &[usize]) -> (Vec<usize>, Option<char>) {
        let ledger = Ledger::new(most);
        let path = |at: usize| char::from(b'a' + at as u8);
        let mut held: Vec<(usize, Held<usize>)> =
            order.iter().map(|&at| (at, ledger.keep(&path(at), sizes[at], at))).collect();
        held.sort_by_key(|(at, _)| *at);
        (held.into_iter().filter_map(|(_, held)| held.take()).collect(), ledger.cut())
    }

    #[test]
    fn the_first_files_are_kept_whatever_the_order_they_come_in() {
        let sizes = [60, 60, 10, 5];
        let orders = [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 1, 3], [1, 3, 0, 2], [3, 0, 2, 1]];
        for order in orders {
            assert_eq!(kept(100, &sizes, &order), (vec![0], Some('b')), "{order:?}");
            assert_eq!(kept(130, &sizes, &order), (vec![0, 1, 2], Some('d')), "{order:?}");
            assert_eq!(kept(135, &sizes, &order), (vec![0, 1, 2, 3], None), "{order:?}");
            assert_eq!(kept(59, &sizes, &order), (vec![], Some('a')), "{order:?}");
        }
    }

    #[test]
    fn two_entries_of_one_path_go_together() {
        let ledger = Ledger::new(10);
        let (first, second) = (ledger.keep(&"a", 6, 1), ledger.keep(&"a", 6, 2));
        assert_eq!((first.take(), second.take()), (None, None));
        assert_eq!(ledger.cut(), Some("a"));
    }
}
