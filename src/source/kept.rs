//! A limited list of what to report: an archive with a million broken entries does not give a million messages.

use std::cmp::Ordering;
use std::sync::{Mutex, PoisonError};

/// Maximum number of items that are kept.
pub(super) const MOST: usize = 10_000;

/// The first [`MOST`] distinct items in sorted order rather than in order of arrival, so that the result does not
/// depend on the number of threads.
#[derive(Debug)]
pub(super) struct Kept<T> {
    order: fn(&T, &T) -> Ordering,
    things: Mutex<Things<T>>,
}

#[derive(Debug)]
struct Things<T> {
    list: Vec<T>,
    /// Whether some were dropped.
    cut: bool,
}

impl<T> Kept<T> {
    pub(super) fn new(order: fn(&T, &T) -> Ordering) -> Self {
        Self { order, things: Mutex::new(Things { list: Vec::new(), cut: false }) }
    }

    pub(super) fn keep(&self, thing: T) {
        let mut things = self.things.lock().unwrap_or_else(PoisonError::into_inner);
        things.list.push(thing);
        if things.list.len() >= 2 * MOST {
            things.cut(self.order);
        }
    }

    /// The kept items, in order, and whether some were dropped.
    pub(super) fn into_sorted(self) -> (Vec<T>, bool) {
        let mut things = self.things.into_inner().unwrap_or_else(PoisonError::into_inner);
        things.cut(self.order);
        (things.list, things.cut)
    }
}

impl<T> Things<T> {
    fn cut(&mut self, order: fn(&T, &T) -> Ordering) {
        self.list.sort_by(order);
        self.list.dedup_by(|a, b| order(a, b).is_eq());
        self.cut |= self.list.len() > MOST;
        self.list.truncate(MOST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_are_kept_in_whatever_order_they_come() {
        let numbers = || (0..3 * MOST).map(|number| number * 7_919 % (3 * MOST));
        let kept = |numbers: &mut dyn Iterator<Item = usize>| {
            let kept = Kept::new(usize::cmp);
            numbers.for_each(|number| kept.keep(number));
            kept.into_sorted()
        };
        let all = kept(&mut numbers());
        assert_eq!(all, ((0..MOST).collect(), true));
        assert_eq!(all, kept(&mut numbers().collect::<Vec<_>>().into_iter().rev()));
        assert_eq!(kept(&mut (0..3 * MOST).map(|number| number % 10)), ((0..10).collect(), false));
    }
}
