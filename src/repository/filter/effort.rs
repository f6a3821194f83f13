//! Limits the cost of all package filters in a scan, which are untrusted and contain regular expressions.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// Maximum number of steps for all matching and compiling: a few seconds.
const STEPS: u64 = 300_000_000;
/// Maximum total memory of compiled patterns.
const COMPILED: u64 = 64 << 20;

/// The remaining budget for the filters of a scan.
#[derive(Debug)]
pub struct Effort {
    steps: AtomicU64,
    compiled: AtomicU64,
}

/// Why it is unknown whether a filter covers a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// The filter has too many roots and patterns.
    TooMany,
    /// A pattern is too large when it is compiled.
    TooLarge,
    /// A pattern with backtracking takes too many steps for one path.
    Backtracking,
    /// All patterns together take too much memory.
    Memory,
    /// All filters of the scan have taken too many steps.
    Steps,
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is unknown whether it covers a node: ")?;
        match self {
            Self::TooMany => write!(f, "it has more than {} filters and patterns", super::MOST),
            Self::TooLarge => f.write_str("one of its compiled patterns is too large"),
            Self::Backtracking => f.write_str("one of its patterns takes too many steps to match"),
            Self::Memory => write!(f, "the patterns of all filters need more than {} MiB", COMPILED >> 20),
            Self::Steps => write!(f, "the filters of all packages need more than {STEPS} steps"),
        }
    }
}

impl Default for Effort {
    fn default() -> Self {
        Self { steps: AtomicU64::new(STEPS), compiled: AtomicU64::new(COMPILED) }
    }
}

impl Effort {
    /// A budget with fewer steps.
    #[cfg(test)]
    pub(super) fn of(steps: u64) -> Self {
        Self { steps: AtomicU64::new(steps), ..Self::default() }
    }

    /// The remaining steps.
    pub(super) fn left(&self) -> u64 {
        self.steps.load(Ordering::Relaxed)
    }

    /// Takes steps; fails if fewer are left, and then none are left.
    pub(super) fn spend(&self, steps: u64) -> Result<(), Unknown> {
        if take(&self.steps, steps) {
            return Ok(());
        }
        self.steps.store(0, Ordering::Relaxed);
        Err(Unknown::Steps)
    }

    /// Takes memory for a compiled pattern.
    pub(super) fn hold(&self, bytes: u64) -> Result<(), Unknown> {
        if take(&self.compiled, bytes) { Ok(()) } else { Err(Unknown::Memory) }
    }
}

/// Takes `amount`; takes nothing if less is left.
fn take(from: &AtomicU64, amount: u64) -> bool {
    from.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(amount)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_stays_ended() {
        let effort = Effort::default();
        assert_eq!(effort.spend(STEPS - 1), Ok(()));
        assert_eq!(effort.left(), 1);
        assert_eq!(effort.spend(2), Err(Unknown::Steps));
        assert_eq!((effort.left(), effort.spend(1)), (0, Err(Unknown::Steps)));
        assert_eq!(effort.hold(COMPILED + 1), Err(Unknown::Memory));
        assert_eq!(effort.hold(COMPILED), Ok(()));
    }
}
