//! Limits the memory for what is found, in one file while it is read and in a whole scan.
//!
//! A file of a few kilobytes can be a package whose only entry produces a hundred thousand integrations. What is found
//! is counted immediately, including what rules and plans will add, so that later stages need not count again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::draft::{FoundIntegration, SecretPartner};
use super::model::{Field, Integration, Written};
use super::{Extract, Location};
use crate::format::Problem;
use crate::source::SourcePath;

/// Maximum bytes for what one scan finds: more than twenty thousand integrations.
pub const MAX_BYTES: usize = 256 << 20;
/// Most bytes for what one file gives: less, so that what a file gives until it is left has room in its scan.
pub(super) const MAX_BYTES_OF_FILE: usize = 240 << 20;
/// What an allocation takes beside its bytes.
const ALLOCATION: usize = 16;
/// What findings, and the steps and changes of a plan, about one integration take.
const PER_INTEGRATION: usize = 5 << 10;
/// What a finding about anything else takes.
const PER_PLACE: usize = 1 << 10;

/// The approximate memory of an item. Shared data is counted once for each user.
pub trait Cost {
    /// Bytes.
    fn cost(&self) -> usize;
}

impl Cost for Location {
    fn cost(&self) -> usize {
        size_of::<Self>() + size_of::<super::Excerpt>() + 2 * ALLOCATION + self.excerpt.text.len()
    }
}

impl Cost for Field {
    fn cost(&self) -> usize {
        let written = match &self.written {
            Some(Written::Url(url)) => url.len() + ALLOCATION,
            Some(Written::Claims(items)) => items.len() + ALLOCATION,
            None => 0,
        };
        let variables: usize = self.variables.iter().map(|variable| size_of_val(variable) + variable.name.len()).sum();
        let location = self.location.as_deref().map_or(0, Cost::cost);
        size_of::<Self>() + self.value.as_ref().map_or(0, String::len) + location + written + variables
    }
}

impl Cost for Integration {
    fn cost(&self) -> usize {
        let text = |text: &Option<String>| text.as_ref().map_or(0, |text| text.len() + ALLOCATION);
        let names =
            self.location.jcr_path.as_deref().map_or(0, str::len) + self.location.pid.as_deref().map_or(0, str::len);
        let evidence: usize = self.evidence.iter().map(|one| one.text.len() + one.location.cost()).sum();
        let references: usize = self.references.iter().map(|one| one.target.len() + one.location.cost()).sum();
        let fields: usize = self.fields.iter().map(Cost::cost).sum();
        let own = self.id.len() + text(&self.name) + text(&self.customizer) + names;
        size_of::<Self>() + own + self.location.cost() + evidence + references + fields
    }
}

impl Cost for FoundIntegration {
    fn cost(&self) -> usize {
        let names: usize = self.names.iter().map(|name| size_of_val(name) + name.len() + ALLOCATION).sum();
        let copies = self.integration.location.jcr_path.as_deref().map_or(0, str::len);
        PER_INTEGRATION + size_of::<Self>() - size_of::<Integration>() + self.integration.cost() + names + 2 * copies
    }
}

impl Cost for SecretPartner {
    fn cost(&self) -> usize {
        PER_PLACE + size_of::<Self>() + 2 * (self.secret.cost() + self.location.cost())
    }
}

/// Counts what is found in one file.
#[derive(Debug)]
pub(super) struct FileBudget {
    max: usize,
    bytes: usize,
    found: usize,
    partners: usize,
    secrets: usize,
    endpoints: usize,
    keys: usize,
}

impl FileBudget {
    /// Room for `max` bytes.
    pub(super) fn new(max: usize) -> Self {
        Self { max, bytes: 0, found: 0, partners: 0, secrets: 0, endpoints: 0, keys: 0 }
    }

    /// Counts what came to `extract` since the last time.
    ///
    /// # Errors
    /// The limit, at `offset`, when all of it takes too much.
    pub(super) fn count(&mut self, extract: &Extract, offset: usize) -> Result<(), Problem> {
        let Extract { model, found, partners, .. } = extract;
        self.bytes += since(found, &mut self.found, Cost::cost)
            + since(partners, &mut self.partners, Cost::cost)
            + since(&model.secrets, &mut self.secrets, |one| PER_PLACE + one.field.cost())
            + since(&model.endpoints, &mut self.endpoints, |one| PER_PLACE + one.location.cost())
            + since(&model.keys, &mut self.keys, |one| PER_PLACE + one.location.cost());
        if self.bytes <= self.max {
            return Ok(());
        }
        let message = format!(
            "what was found in this file needs more than {} MiB of memory; the rest of the file was not checked",
            self.max >> 20
        );
        Err(Problem::new(offset, message))
    }

    /// Bytes so far.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}

/// What the items behind the first `counted` take.
fn since<T>(list: &[T], counted: &mut usize, cost: impl Fn(&T) -> usize) -> usize {
    let new = list[*counted..].iter().map(cost).sum();
    *counted = list.len();
    new
}

/// What is found in all files of a scan, up to the limit: that of the first files in order of their paths, independent
/// of the order in which they are read.
#[derive(Debug)]
pub struct Ledger<T> {
    max: usize,
    state: Mutex<LedgerState<T>>,
}

/// What one file gave, until there is no room for it.
pub type Held<T> = Arc<Mutex<Option<T>>>;

#[derive(Debug)]
struct LedgerState<T> {
    bytes: usize,
    kept: BTreeMap<SourcePath, Vec<(usize, Held<T>)>>,
    /// The first file for which there was no room.
    cut: Option<SourcePath>,
}

impl<T> Ledger<T> {
    /// Room for `max` bytes.
    pub fn new(max: usize) -> Self {
        Self { max, state: Mutex::new(LedgerState { bytes: 0, kept: BTreeMap::new(), cut: None }) }
    }

    /// Keeps what the file `path` gave, which takes `bytes`, as long as there is room for it and for everything before it.
    pub fn keep(&self, path: &SourcePath, bytes: usize, value: T) -> Held<T> {
        let held = Arc::new(Mutex::new(Some(value)));
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.kept.entry(path.clone()).or_default().push((bytes, Arc::clone(&held)));
        state.bytes += bytes;
        // What lies behind a cut can never come back, for what is before it only grows.
        while state.bytes > self.max || state.kept.last_key_value().is_some_and(|(last, _)| state.is_cut(last)) {
            let Some((last, gone)) = state.kept.pop_last() else { break };
            for (bytes, value) in gone {
                state.bytes -= bytes;
                drop(take(&value));
            }
            if !state.is_cut(&last) {
                state.cut = Some(last);
            }
        }
        held
    }

    /// The first file for which there was no room; nothing is kept of it and of those behind it.
    pub fn cut(&self) -> Option<SourcePath> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).cut.clone()
    }
}

impl<T> LedgerState<T> {
    fn is_cut(&self, path: &SourcePath) -> bool {
        self.cut.as_ref().is_some_and(|cut| path >= cut)
    }
}

/// Takes out what is held, where there was room for it.
pub fn take<T>(held: &Held<T>) -> Option<T> {
    held.lock().unwrap_or_else(PoisonError::into_inner).take()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::model::KeyMaterial;

    /// Which of files `a`, `b`, … that take so many bytes are kept when they come in this order, and where the cut is.
    fn kept(max: usize, sizes: &[usize], order: &[usize]) -> (Vec<usize>, Option<String>) {
        let ledger = Ledger::new(max);
        let path = |at: usize| SourcePath::file(char::from(b'a' + at as u8).to_string());
        let mut held: Vec<(usize, Held<usize>)> =
            order.iter().map(|&at| (at, ledger.keep(&path(at), sizes[at], at))).collect();
        held.sort_by_key(|(at, _)| *at);
        let kept = held.iter().filter_map(|(_, held)| take(held)).collect();
        (kept, ledger.cut().map(|path| path.to_string()))
    }

    #[test]
    fn the_first_files_are_kept_whatever_the_order_they_come_in() {
        let sizes = [60, 60, 10, 5];
        let orders = [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 1, 3], [1, 3, 0, 2], [3, 0, 2, 1]];
        for order in orders {
            assert_eq!(kept(100, &sizes, &order), (vec![0], Some("b".to_owned())), "{order:?}");
            assert_eq!(kept(130, &sizes, &order), (vec![0, 1, 2], Some("d".to_owned())), "{order:?}");
            assert_eq!(kept(135, &sizes, &order), (vec![0, 1, 2, 3], None), "{order:?}");
            assert_eq!(kept(59, &sizes, &order), (vec![], Some("a".to_owned())), "{order:?}");
        }
    }

    #[test]
    fn what_is_found_in_a_file_counts_as_it_comes() {
        let key = || KeyMaterial { what: String::new(), product: None, location: Location::of_file(Arc::default()) };
        let cost = PER_PLACE + key().location.cost();
        let mut budget = FileBudget::new(2 * cost);
        let mut extract = Extract::default();
        for number in 0..2 {
            extract.model.keys.push(key());
            assert_eq!(budget.count(&extract, number), Ok(()));
            assert_eq!(budget.count(&extract, number), Ok(()), "nothing counts twice");
        }
        assert_eq!(budget.bytes(), 2 * cost);
        extract.model.keys.push(key());
        let limit = budget.count(&extract, 7).unwrap_err();
        assert!(limit.offset == 7 && limit.message.contains("needs more than"), "{limit:?}");
    }

    #[test]
    fn two_entries_of_one_path_go_together() {
        let path = SourcePath::file("a");
        let ledger = Ledger::new(10);
        let (first, second) = (ledger.keep(&path, 6, 1), ledger.keep(&path, 6, 2));
        assert_eq!((take(&first), take(&second)), (None, None));
        assert_eq!(ledger.cut(), Some(path));
    }
}
