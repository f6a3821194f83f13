//! Limits the cost of all package filters in a scan, which are untrusted and contain regular expressions.

use std::fmt;

use crate::budget::{Allowance, PATTERNS, STEPS};

/// The remaining budget for the filters of a scan.
#[derive(Debug)]
pub struct Effort {
    pub(super) steps: Allowance,
    compiled: Allowance,
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
            Self::Memory => write!(f, "the patterns of all filters need more than {} MiB", PATTERNS >> 20),
            Self::Steps => write!(f, "the filters of all packages need more than {STEPS} steps"),
        }
    }
}

impl Default for Effort {
    fn default() -> Self {
        Self { steps: Allowance::new(STEPS), compiled: Allowance::new(PATTERNS) }
    }
}

impl Effort {
    /// A budget with fewer steps.
    #[cfg(test)]
    pub(super) fn of(steps: u64) -> Self {
        Self { steps: Allowance::new(steps), ..Self::default() }
    }

    /// Takes steps; fails if fewer are left, and then none are left.
    pub(super) fn spend(&self, steps: u64) -> Result<(), Unknown> {
        self.steps.spend(steps).ok_or(Unknown::Steps)
    }

    /// Takes memory for a compiled pattern.
    pub(super) fn hold(&self, bytes: u64) -> Result<(), Unknown> {
        self.compiled.take(bytes).ok_or(Unknown::Memory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_stays_ended() {
        let effort = Effort::default();
        assert_eq!(effort.spend(STEPS - 1), Ok(()));
        assert_eq!(effort.steps.left(), 1);
        assert_eq!(effort.spend(2), Err(Unknown::Steps));
        assert_eq!((effort.steps.left(), effort.spend(1)), (0, Err(Unknown::Steps)));
        assert_eq!(effort.hold(PATTERNS + 1), Err(Unknown::Memory));
        assert_eq!(effort.hold(PATTERNS), Ok(()));
    }
}
