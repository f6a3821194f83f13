//! What is found takes memory, which is counted in each file while it is read.
//!
//! A file of a few kilobytes can be a package whose only entry produces a hundred thousand integrations. What is found
//! is counted immediately, including what rules and plans will add, so that later stages need not count again.

use super::draft::{FoundIntegration, SecretPartner};
use super::model::{Field, Integration, Written};
use super::{Extract, Location};
use crate::budget::{Allowance, FOUND_IN_FILE};
use crate::format::Problem;

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
    left: Allowance,
    /// How many of each kind are counted.
    counted: [usize; 5],
}

impl FileBudget {
    pub(super) fn new(most: u64) -> Self {
        Self { left: Allowance::new(most), counted: [0; 5] }
    }

    /// Counts what came to `extract` since the last time.
    ///
    /// # Errors
    /// The limit, at `offset`, when all of it takes too much.
    pub(super) fn count(&mut self, extract: &mut Extract, offset: usize) -> Result<(), Problem> {
        let Extract { model, found, partners, bytes, .. } = extract;
        let [of_found, of_partners, of_secrets, of_endpoints, of_keys] = &mut self.counted;
        let new = since(found, of_found, Cost::cost)
            + since(partners, of_partners, Cost::cost)
            + since(&model.secrets, of_secrets, |one| PER_PLACE + one.field.cost())
            + since(&model.endpoints, of_endpoints, |one| PER_PLACE + one.location.cost())
            + since(&model.keys, of_keys, |one| PER_PLACE + one.location.cost());
        *bytes += new;
        let limit = || {
            let most = FOUND_IN_FILE >> 20;
            let message = format!(
                "what was found in this file needs more than {most} MiB of memory; the rest of the file was not checked"
            );
            Problem::new(offset, message)
        };
        self.left.spend_alone(new as u64).ok_or_else(limit)
    }
}

/// What the items behind the first `counted` take.
fn since<T>(list: &[T], counted: &mut usize, cost: impl Fn(&T) -> usize) -> usize {
    let new = list[*counted..].iter().map(cost).sum();
    *counted = list.len();
    new
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::ims::model::KeyMaterial;

    #[test]
    fn what_is_found_in_a_file_counts_as_it_comes() {
        let key = || KeyMaterial { what: String::new(), product: None, location: Location::of_file(Arc::default()) };
        let cost = PER_PLACE + key().location.cost();
        let mut budget = FileBudget::new(2 * cost as u64);
        let mut extract = Extract::default();
        for number in 0..2 {
            extract.model.keys.push(key());
            assert_eq!(budget.count(&mut extract, number), Ok(()));
            assert_eq!(budget.count(&mut extract, number), Ok(()), "nothing counts twice");
        }
        assert_eq!(extract.bytes, 2 * cost);
        extract.model.keys.push(key());
        let limit = budget.count(&mut extract, 7).unwrap_err();
        assert!(limit.offset == 7 && limit.message.contains("needs more than"), "{limit:?}");
    }
}
