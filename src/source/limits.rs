//! Bounds that keep memory and time in hand whatever the input. All are counted on actual bytes.

/// Limits of one scan. `Default` gives the documented defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest file or inflated archive entry that is read, in bytes.
    pub max_entry_bytes: u64,
    /// Most bytes inflated from one input (a path on the command line or a package found in a tree).
    pub max_total_bytes: u64,
    /// Largest inflated size of one package nested in another, in bytes; also the budget of all in flight together.
    pub max_nested_bytes: u64,
    /// Most entries of one archive.
    pub max_entries: u64,
    /// Most bytes of the names of one archive's entries, as stored; decoded, they take up to three times as much. No option
    /// sets it: two million names of 80 bytes are within it.
    pub max_name_bytes: usize,
    /// Most packages inside packages.
    pub max_depth: usize,
    /// Largest ratio of inflated to stored bytes of one entry, checked from one mebibyte on.
    pub max_ratio: u64,
    /// Deepest nesting of XML elements or JSON values.
    pub max_nesting: usize,
}

impl Limits {
    /// These limits, each lowered where `wanted` is lower: what a file of the scanned tree may ask for.
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
            max_nested_bytes: 512 << 20,
            max_entries: 2_000_000,
            max_name_bytes: 160 << 20,
            max_depth: 8,
            max_ratio: 1_032,
            max_nesting: 10_000,
        }
    }
}
