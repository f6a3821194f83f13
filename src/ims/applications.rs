//! Finds integrations in several systems that belong to one application, such as on dev, stage and prod. They are only
//! compared, not joined.

use std::collections::{BTreeMap, HashSet};

use super::landscape::Landscape;
use super::model::{FieldName, FieldState, Integration};

/// How many groups with the same key are tried: if a system has more of them, the key is not meaningful.
const TRIED: usize = 8;

/// An integration: the index of its system, and its index there.
pub type ApplicationMember = (usize, usize);

/// All integrations, each application once, with its integrations in order of their systems: at most one of each system.
/// They are matched by PID or JCR path, then by name, then by client id, always for one product.
pub fn applications(landscape: &Landscape) -> Vec<Vec<ApplicationMember>> {
    let models = landscape.models().iter().enumerate();
    let members = models.flat_map(|(system, model)| (0..model.integrations.len()).map(move |index| (system, index)));
    let mut groups = Groups::new(members.collect());
    if landscape.models().iter().filter(|model| !model.integrations.is_empty()).count() > 1 {
        for key in [place, name, client_id] {
            groups.join_by(landscape, key);
        }
    }
    groups.finish()
}

type ApplicationKey<'l> = (&'l str, &'l str, &'l str);

fn product(integration: &Integration) -> &str {
    integration.product.map_or("", |product| product.name())
}

fn place(integration: &Integration) -> Option<ApplicationKey<'_>> {
    let location = &integration.location;
    let place = location.pid.as_deref().or(location.jcr_path.as_deref()).filter(|place| !place.is_empty());
    place.map(|place| (product(integration), integration.kind.id(), place))
}

fn name(integration: &Integration) -> Option<ApplicationKey<'_>> {
    let name = integration.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    name.map(|name| (product(integration), integration.kind.id(), name))
}

fn client_id(integration: &Integration) -> Option<ApplicationKey<'_>> {
    let field = integration.field(FieldName::ClientId).filter(|field| field.state == FieldState::Present)?;
    field.value.as_deref().filter(|id| !id.is_empty()).map(|id| (product(integration), "", id))
}

/// Disjoint sets of integrations, each with at most one of each system.
struct Groups {
    members: Vec<ApplicationMember>,
    parent: Vec<usize>,
    systems: Vec<HashSet<usize>>,
}

impl Groups {
    fn new(members: Vec<ApplicationMember>) -> Self {
        let systems = members.iter().map(|(system, _)| HashSet::from([*system])).collect();
        Self { parent: (0..members.len()).collect(), members, systems }
    }

    fn root(&mut self, mut one: usize) -> usize {
        while self.parent[one] != one {
            self.parent[one] = self.parent[self.parent[one]];
            one = self.parent[one];
        }
        one
    }

    /// Merges two groups, unless both have an integration of the same system.
    fn join(&mut self, one: usize, other: usize) -> bool {
        let (large, small) =
            if self.systems[one].len() < self.systems[other].len() { (other, one) } else { (one, other) };
        if one != other && self.systems[small].iter().any(|system| self.systems[large].contains(system)) {
            return false;
        }
        let moved = if one == other { HashSet::new() } else { std::mem::take(&mut self.systems[small]) };
        self.systems[large].extend(moved);
        self.parent[small] = large;
        true
    }

    fn join_by<'l>(&mut self, landscape: &'l Landscape, key: fn(&'l Integration) -> Option<ApplicationKey<'l>>) {
        let mut alike: BTreeMap<ApplicationKey<'l>, Vec<usize>> = BTreeMap::new();
        for (number, (system, index)) in self.members.iter().enumerate() {
            let key = landscape.integration(*system, *index).and_then(key);
            if let Some(key) = key {
                alike.entry(key).or_default().push(number);
            }
        }
        for numbers in alike.into_values().filter(|numbers| numbers.len() > 1) {
            let mut open: Vec<usize> = Vec::new();
            for number in numbers {
                let own = self.root(number);
                let tried: Vec<usize> = open.iter().rev().take(TRIED).rev().copied().collect();
                let joined = tried.into_iter().any(|other| {
                    let other = self.root(other);
                    self.join(other, own)
                });
                if !joined {
                    open.push(own);
                }
            }
        }
    }

    fn finish(mut self) -> Vec<Vec<ApplicationMember>> {
        let mut by_root: BTreeMap<usize, Vec<ApplicationMember>> = BTreeMap::new();
        for number in 0..self.members.len() {
            by_root.entry(self.root(number)).or_default().push(self.members[number]);
        }
        // The order is that of their first members, whichever of them is the root.
        let mut groups: Vec<Vec<ApplicationMember>> = by_root.into_values().collect();
        groups.sort_unstable();
        groups
    }
}
