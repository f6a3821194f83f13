//! What one reading may spend, for any input, counted in one place.
//!
//! In a normal archive, nested archives, records and inflated size are proportional to its length. So every input has
//! its own allowance that grows with its length, and all inputs of a reading share an additional allowance for small,
//! dense content. An input that exhausts both is not read further and is reported as an incident.
//!
//! Costs are charged between the parallel steps of [`super::archive`], in the order of paths and entries, so an
//! allowance ends at the same point in every run, independent of the number of threads.

use super::limits::Limits;
use crate::budget::{ARCHIVES, Allowance, ENTRIES, FILTERS, INFLATED, SEARCHED};

/// Minimum length of a record of a central directory: a normal archive has at least this many bytes for each entry.
const RECORD_LEN: u64 = 46;
/// An input may contain one nested archive for this many bytes, in addition to the shared allowance.
const BYTES_PER_ARCHIVE: u64 = 4 << 10;
/// The part of `--max-ratio` that an input as a whole may reach: single entries compress better than archives of them.
const RATIO_PART: u64 = 8;
/// Bytes that the search for unlisted entries may scan for each byte of an input.
const SEARCH_FACTOR: u64 = 16;
/// Maximum length that counts for the allowance: a sparse file can claim any length.
const SEARCH_MOST: u64 = 2 << 30;
/// The part of the search that any nested archive may have at once.
const SEARCH_FREE: u64 = 16 << 20;
/// Filters of packages up to this many bytes are not counted.
const SMALL_FILTER: usize = 4 << 10;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    /// Archives in archives.
    Archives,
    /// Entries of all archives.
    Entries,
    /// Inflated bytes.
    Bytes,
    /// Bytes scanned in search of entries that no directory lists.
    Search,
    /// Bytes of the filters of packages, which are kept until the end.
    Filters,
}

impl Resource {
    const ALL: [Self; 5] = [Self::Archives, Self::Entries, Self::Bytes, Self::Search, Self::Filters];

    /// The own allowance of an input of `len` bytes.
    fn own(self, len: u64, limits: &Limits) -> u64 {
        match self {
            Self::Archives => len / BYTES_PER_ARCHIVE,
            Self::Entries => len / RECORD_LEN,
            Self::Bytes => len.saturating_mul((limits.max_ratio / RATIO_PART).max(1)),
            Self::Search => len.saturating_mul(SEARCH_FACTOR).min(SEARCH_MOST),
            Self::Filters => 0,
        }
    }

    /// The message when it is exhausted.
    pub(super) fn ended(self) -> String {
        match self {
            Self::Archives => format!(
                "the budget for archives in archives is exhausted: {ARCHIVES} in a scan, plus one for every {} KiB of an \
                 input; to read this one, extract it and scan it separately",
                BYTES_PER_ARCHIVE >> 10
            ),
            Self::Entries => format!(
                "the budget for entries is exhausted: {ENTRIES} in a scan, plus as many as fit into an input; its \
                 archives share their entries"
            ),
            Self::Bytes => format!(
                "the limit is --max-ratio: an input may inflate to an eighth of that ratio times its length, and all \
                 inputs share an additional {} MiB",
                INFLATED >> 20
            ),
            Self::Search => "the search for entries outside its directory was stopped".to_owned(),
            Self::Filters => format!(
                "the filters of all packages need more than {} MiB, so it is unknown whether this one covers a node",
                FILTERS >> 20
            ),
        }
    }
}

/// What all inputs of a reading share, by [`Resource`].
pub(super) type SharedAllowances = [Allowance; Resource::ALL.len()];

/// [`SharedAllowances`] of which nothing is spent.
pub(super) fn shared() -> SharedAllowances {
    [ARCHIVES, ENTRIES, INFLATED, SEARCHED, FILTERS].map(Allowance::new)
}

/// The account of one input.
#[derive(Debug)]
pub(super) struct Account<'a> {
    shared: &'a SharedAllowances,
    max_total_bytes: u64,
    own: [u64; Resource::ALL.len()],
    spent: [u64; Resource::ALL.len()],
}

impl<'a> Account<'a> {
    /// An account for an input of `len` bytes.
    pub(super) fn new(shared: &'a SharedAllowances, len: u64, limits: &Limits) -> Self {
        let own = Resource::ALL.map(|resource| resource.own(len, limits));
        Self { shared, max_total_bytes: limits.max_total_bytes, own, spent: [0; Resource::ALL.len()] }
    }

    /// The remaining amount.
    pub(super) fn left(&self, resource: Resource) -> u64 {
        let (own, spent) = (self.own[resource as usize], self.spent[resource as usize]);
        let left = own.saturating_sub(spent).saturating_add(self.shared[resource as usize].left());
        if resource == Resource::Bytes { left.min(self.max_total_bytes.saturating_sub(spent)) } else { left }
    }

    /// Takes `amount`; takes nothing if less is left.
    pub(super) fn take(&mut self, resource: Resource, amount: u64) -> bool {
        let enough = amount <= self.left(resource);
        if enough {
            self.spend(resource, amount);
        }
        enough
    }

    /// Takes `amount`, or what is left if that is less: for costs that are known only afterwards.
    pub(super) fn spend(&mut self, resource: Resource, amount: u64) {
        let at = resource as usize;
        let amount = amount.min(self.left(resource));
        let before = self.borrowed(resource);
        self.spent[at] += amount;
        self.shared[at].spend(self.borrowed(resource) - before);
    }

    /// Returns what was taken but not needed.
    pub(super) fn give_back(&mut self, resource: Resource, amount: u64) {
        let at = resource as usize;
        let before = self.borrowed(resource);
        self.spent[at] = self.spent[at].saturating_sub(amount);
        self.shared[at].give_back(before - self.borrowed(resource));
    }

    /// The amount taken from the shared allowance.
    fn borrowed(&self, resource: Resource) -> u64 {
        self.spent[resource as usize].saturating_sub(self.own[resource as usize])
    }

    /// Takes the search budget of a nested archive of `len` bytes; the caller returns what it does not use.
    pub(super) fn take_search(&mut self, len: u64) -> u64 {
        let wanted = SEARCH_FREE.saturating_add(len.saturating_mul(SEARCH_FACTOR)).min(self.left(Resource::Search));
        self.spend(Resource::Search, wanted);
        wanted
    }

    /// Takes the memory for a filter of `len` bytes.
    pub(super) fn take_filter(&mut self, len: usize) -> bool {
        len <= SMALL_FILTER || self.take(Resource::Filters, len as u64)
    }

    /// Which budget is exhausted if `amount` cannot be taken, and what to do.
    pub(super) fn refusal(&self, resource: Resource, amount: u64) -> String {
        if resource == Resource::Bytes && self.spent[resource as usize].saturating_add(amount) > self.max_total_bytes {
            return "the limit is --max-total-bytes".to_owned();
        }
        resource.ended()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_spends_its_own_before_what_all_share() {
        let shared = shared();
        let mut first = Account::new(&shared, BYTES_PER_ARCHIVE * 5, &Limits::default());
        assert!(first.take(Resource::Archives, 5));
        assert_eq!(first.left(Resource::Archives), 10_000);
        assert!(first.take(Resource::Archives, 9_000));
        let mut second = Account::new(&shared, BYTES_PER_ARCHIVE * 3, &Limits::default());
        assert_eq!(second.left(Resource::Archives), 1_003);
        assert!(!second.take(Resource::Archives, 1_004));
        assert!(second.take(Resource::Archives, 1_003));
        assert_eq!((first.left(Resource::Archives), second.left(Resource::Archives)), (0, 0));
        first.give_back(Resource::Archives, 9_002);
        assert_eq!((first.left(Resource::Archives), second.left(Resource::Archives)), (9_002, 9_000));
    }

    #[test]
    fn bytes_end_at_the_limit_of_an_input_whatever_it_brings() {
        let shared = shared();
        let limits = Limits { max_total_bytes: 1_000, ..Limits::default() };
        let mut account = Account::new(&shared, 1 << 30, &limits);
        assert!(!account.take(Resource::Bytes, 1_001));
        assert!(account.refusal(Resource::Bytes, 1_001).contains("--max-total-bytes"));
        account.spend(Resource::Bytes, 5_000);
        assert_eq!(account.left(Resource::Bytes), 0);
        let mut account = Account::new(&shared, 100, &Limits::default());
        assert!(!account.take(Resource::Bytes, 1 << 30));
        assert!(account.refusal(Resource::Bytes, 1 << 30).contains("--max-ratio"));
        assert!(account.take(Resource::Bytes, 256 << 20));
    }

    #[test]
    fn nothing_overflows() {
        let shared = shared();
        let limits = Limits { max_ratio: u64::MAX, max_total_bytes: u64::MAX, ..Limits::default() };
        let mut account = Account::new(&shared, u64::MAX, &limits);
        assert_eq!(account.left(Resource::Bytes), u64::MAX);
        account.spend(Resource::Bytes, u64::MAX);
        assert!(!account.take(Resource::Bytes, 1));
        assert_eq!(account.take_search(u64::MAX), SEARCH_MOST + SEARCHED);
        account.give_back(Resource::Search, u64::MAX);
    }
}
