//! Limits on memory and time for any input. All are counted on actual bytes.

use crate::budget;

/// Limits of one scan. `Default` gives the documented defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Maximum size of a file or inflated archive entry, in bytes.
    pub max_entry_bytes: u64,
    /// Maximum bytes inflated from one input (a path on the command line or a package found in a tree).
    pub max_total_bytes: u64,
    /// Maximum inflated size of one package nested in another, in bytes; also the total for all that are processed at
    /// the same time.
    pub max_nested_bytes: u64,
    /// Maximum number of entries in one archive.
    pub max_entries: u64,
    /// Maximum total length of the names of one archive's entries, in bytes; names that are not UTF-8 count three
    /// times, their size when decoded. There is no option for it: two million names of 80 bytes fit.
    pub max_name_bytes: usize,
    /// Maximum nesting of packages, at most [`DEEPEST`].
    pub max_depth: usize,
    /// Maximum ratio of inflated to stored bytes of one entry, checked above one mebibyte.
    pub max_ratio: u64,
    /// Maximum nesting of XML elements or JSON values.
    pub max_nesting: usize,
}

impl Limits {
    /// These limits, each lowered if `wanted` is lower: a file in the scanned tree can only lower them.
    #[must_use]
    pub fn lowered_by(self, wanted: &Self) -> Self {
        Self {
            max_entry_bytes: self.max_entry_bytes.min(wanted.max_entry_bytes),
            max_total_bytes: self.max_total_bytes.min(wanted.max_total_bytes),
            max_nested_bytes: self.max_nested_bytes.min(wanted.max_nested_bytes),
            max_entries: self.max_entries.min(wanted.max_entries),
            max_name_bytes: self.max_name_bytes.min(wanted.max_name_bytes),
            max_depth: self.max_depth.min(wanted.max_depth),
            max_ratio: self.max_ratio.min(wanted.max_ratio),
            max_nesting: self.max_nesting.min(wanted.max_nesting),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_entry_bytes: 64 << 20,
            max_total_bytes: 64 << 30,
            max_nested_bytes: budget::NESTED,
            max_entries: 2_000_000,
            max_name_bytes: 160 << 20,
            max_depth: 8,
            max_ratio: 1_032,
            max_nesting: 10_000,
        }
    }
}

/// Upper bound for the nesting of packages, for any options.
pub const DEEPEST: usize = 64;
/// Upper bound for the nesting of XML elements and JSON values, for any options.
pub const DEEPEST_NESTING: usize = 100_000;

impl Limits {
    /// These limits, capped: nesting needs stack space, and memory for names.
    #[must_use]
    pub fn capped(self) -> Self {
        let (max_depth, max_nesting) = (self.max_depth.min(DEEPEST), self.max_nesting.min(DEEPEST_NESTING));
        Self { max_depth, max_nesting, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_only_lowered() {
        let least = Limits {
            max_entry_bytes: 1,
            max_total_bytes: 2,
            max_nested_bytes: 3,
            max_entries: 4,
            max_name_bytes: 5,
            max_depth: 6,
            max_ratio: 7,
            max_nesting: 8,
        };
        let most = Limits {
            max_entry_bytes: u64::MAX,
            max_total_bytes: u64::MAX,
            max_nested_bytes: u64::MAX,
            max_entries: u64::MAX,
            max_name_bytes: usize::MAX,
            max_depth: usize::MAX,
            max_ratio: u64::MAX,
            max_nesting: usize::MAX,
        };
        assert_eq!(Limits::default().lowered_by(&most), Limits::default());
        assert_eq!(Limits::default().lowered_by(&least), least);
        assert_eq!(most.capped(), Limits { max_depth: DEEPEST, max_nesting: DEEPEST_NESTING, ..most });
        assert_eq!(least.capped(), least);
    }
}
