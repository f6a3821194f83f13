//! IMS configurations with the same name that are in force at the same time, found without comparing every pair.

use std::collections::HashMap;

use crate::ims::model::{Environment, LoadingProblem};
use crate::ims::{AuthType, Integration, IntegrationKind, Model};

/// Identity that excludes a configuration from its own rivals: the PID, and whether AEM reads the file name as a
/// different PID than it shows (`<factory PID>.<number>.config`, as instances write it, beside `<factory
/// PID>-<number>.config`).
type Identity<'m> = (Option<&'m str>, bool);

/// Where a configuration with a name is in force. Without run modes, it is in force everywhere.
#[derive(PartialEq, Eq, Hash)]
enum Where<'m> {
    /// All configurations with the name.
    Any,
    /// Those without run modes.
    Everywhere,
    In(&'m Environment),
}

/// The best configuration of a place and the best one with a different identity: for any configuration, one of the two
/// is a rival.
#[derive(Clone, Copy)]
struct Best {
    first: usize,
    second: Option<usize>,
}

/// An OAuth configuration that is meant to replace another one.
#[derive(Clone, Copy)]
pub(crate) struct Replacement<'m> {
    /// The configuration.
    pub(crate) integration: &'m Integration,
    /// It gets a token everywhere the other one is in force, so the other one can be deleted.
    pub(crate) works: bool,
}

/// All IMS configurations of a model.
pub(crate) struct Rivals<'m> {
    model: &'m Model,
    best: HashMap<(&'m str, Where<'m>), Best>,
}

impl<'m> Rivals<'m> {
    pub(crate) fn new(model: &'m Model) -> Self {
        let mut rivals = Self { model, best: HashMap::new() };
        let mut order: Vec<usize> = (0..model.integrations.len()).collect();
        order.sort_by_key(|&index| rivals.rank(index));
        for index in order {
            let integration = &model.integrations[index];
            let Some(name) = provider_name(integration) else { continue };
            let places = integration.environments.iter().map(Where::In);
            let everywhere = integration.environments.is_empty().then_some(Where::Everywhere);
            for place in places.chain(everywhere).chain([Where::Any]) {
                let best = rivals.best.entry((name, place)).or_insert(Best { first: index, second: None });
                if best.second.is_none() && identity(&model.integrations[best.first]) != identity(integration) {
                    best.second = Some(index);
                }
            }
        }
        rivals
    }

    /// OAuth is preferred, then the first one.
    fn rank(&self, index: usize) -> (bool, usize) {
        (self.model.integrations[index].auth != AuthType::OAuth, index)
    }

    /// The best other configuration with the same name as number `index` that is in force in the same place.
    pub(super) fn of(&self, index: usize) -> Option<usize> {
        let integration = &self.model.integrations[index];
        let name = provider_name(integration)?;
        let identity = identity(integration);
        let best = |place| {
            let best = self.best.get(&(name, place))?;
            let is_other = |index: &usize| self::identity(&self.model.integrations[*index]) != identity;
            [Some(best.first), best.second].into_iter().flatten().find(is_other)
        };
        if integration.environments.is_empty() {
            return best(Where::Any);
        }
        let places = integration.environments.iter().map(Where::In).chain([Where::Everywhere]);
        places.filter_map(best).min_by_key(|&index| self.rank(index))
    }

    /// The OAuth configuration that is meant to replace number `index`.
    pub(crate) fn replacement(&self, index: usize) -> Option<Replacement<'m>> {
        // OAuth comes first.
        let best = self.of(index).map(|best| &self.model.integrations[best])?;
        (best.auth == AuthType::OAuth)
            .then(|| Replacement { integration: best, works: best.works_where(&self.model.integrations[index]) })
    }

    /// The configuration to keep instead of number `index`, or `None` if that one should be kept.
    pub(super) fn keeper(&self, index: usize) -> Option<usize> {
        self.of(index).filter(|&best| self.rank(best) < self.rank(index))
    }
}

fn identity(integration: &Integration) -> Identity<'_> {
    let misread = integration.verdicts.iter().any(|verdict| verdict.kind == LoadingProblem::FileName);
    (integration.location.pid.as_deref(), misread)
}

/// The name by which others look up an IMS configuration.
pub(super) fn provider_name(integration: &Integration) -> Option<&str> {
    let name = integration.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    name.filter(|_| integration.kind == IntegrationKind::AccessTokenProvider && integration.idle().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{PROVIDER, jwt_provider, model, oauth_provider};

    /// The same, comparing each with each.
    fn rival(model: &Model, index: usize) -> Option<usize> {
        let one = &model.integrations[index];
        let overlap = |other: &Integration| {
            one.environments.is_empty()
                || other.environments.is_empty()
                || one.environments.iter().any(|environment| other.environments.contains(environment))
        };
        let rank = |i: usize| (model.integrations[i].auth != AuthType::OAuth, i);
        let is_rival = |other: &Integration| {
            provider_name(one).is_some()
                && provider_name(one) == provider_name(other)
                && identity(one) != identity(other)
                && overlap(other)
        };
        (0..model.integrations.len()).filter(|&i| is_rival(&model.integrations[i])).min_by_key(|&i| rank(i))
    }

    #[test]
    fn the_same_as_comparing_each_with_each() {
        let stages: [&[&str]; 5] = [&[], &["dev"], &["prod"], &["dev", "prod"], &["stage"]];
        // A small generator of numbers, the same in each run.
        let mut state = 7_u32;
        let mut next = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % below
        };
        for _ in 0..300 {
            let integrations = (0..next(9) + 1).map(|_| {
                let name = ["acme", " acme ", "other", ""][next(4) as usize];
                let mut one = if next(2) == 0 { oauth_provider(name) } else { jwt_provider(name) };
                one.location.pid = Some(format!("{PROVIDER}~{}", next(3)).into());
                one.on(stages[next(5) as usize])
            });
            let model = model(integrations.collect());
            let rivals = Rivals::new(&model);
            for index in 0..model.integrations.len() {
                assert_eq!(rivals.of(index), rival(&model, index));
            }
        }
    }
}
