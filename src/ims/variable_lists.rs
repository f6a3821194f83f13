//! To which systems a list of variables belongs: it is the list of an environment, so it belongs to every system of that
//! environment, and to the source tree that is deployed there.
//!
//! The environment is what the user says of the list (`--instance prod=variables.json`), program and environment in the list
//! itself (`_links`) or in its name (`p12345-e67890`, `e67890`), or a stage in its name or folders.

use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::model::VariableList;
use super::systems::SystemPart;
use super::{Extract, Model};
use crate::patterns::constant_regex;
use crate::repository::System;
use crate::repository::system::label::cloud_environment;
use crate::repository::system::{SystemKind, Tier};

/// What tells an environment of AEM as a Cloud Service from others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct EnvironmentSign {
    /// Its number, and that of its program where it is known: `67890`, `12345`.
    number: Option<(String, Option<String>)>,
    /// `prod`, `stage`, `dev` or another one.
    stage: Option<String>,
}

impl EnvironmentSign {
    /// What a name says.
    fn of_name(name: &str) -> Self {
        Self { number: number_of(name), stage: Tier::of_name(name).environment }
    }

    /// What the parts of a path say, the last one first.
    fn of_path(path: &str) -> Self {
        path.rsplit('/').map(Self::of_name).fold(Self::default(), Self::or)
    }

    fn of_list(list: &VariableList) -> Self {
        let linked = list.link.as_deref().and_then(number_of_link);
        Self { number: linked, stage: None }.or(Self::of_path(&list.location.path().to_string().replace("!/", "/")))
    }

    fn of_system(system: &System) -> Self {
        let own = Self { number: number_of(&system.name), stage: system.environment.clone() };
        system.paths.iter().map(|path| Self { stage: None, ..Self::of_path(path) }).fold(own, Self::or)
    }

    fn or(self, other: Self) -> Self {
        Self { number: self.number.or(other.number), stage: self.stage.or(other.stage) }
    }

    /// Whether both are the same environment; `None` where nothing tells.
    fn is(&self, other: &Self) -> Option<bool> {
        match (&self.number, &other.number) {
            (Some((own, program)), Some((others, others_program))) => {
                let one_program = program.is_none() || others_program.is_none() || program == others_program;
                Some(own == others && one_program)
            }
            _ => Some(self.stage.as_ref()? == other.stage.as_ref()?),
        }
    }
}

/// `p12345-e67890`, or `e67890` alone.
fn number_of(name: &str) -> Option<(String, Option<String>)> {
    static ALONE: LazyLock<Regex> = LazyLock::new(|| constant_regex(r"(?:^|[^A-Za-z0-9])e(\d{4,})(?:[^A-Za-z0-9]|$)"));
    if let Some(both) = cloud_environment(name) {
        let (program, environment) = both.split_once("-e")?;
        return Some((environment.to_owned(), program.strip_prefix('p').map(str::to_owned)));
    }
    let found = ALONE.captures(name)?;
    found.get(1).map(|number| (number.as_str().to_owned(), None))
}

/// Program and environment in an address of Cloud Manager's API: `/api/program/1/environment/2/variables`.
fn number_of_link(link: &str) -> Option<(String, Option<String>)> {
    let behind = |word: &str| link.split('/').skip_while(|part| *part != word).nth(1).map(str::to_owned);
    Some((behind("environment")?, behind("program")))
}

/// Whether a system is nothing but lists of variables.
fn is_lists(part: &SystemPart) -> bool {
    let is_list = |extract: &Extract| {
        !extract.model.variables.is_empty() && extract.found.is_empty() && extract.partners.is_empty()
    };
    part.ambiguous.is_empty() && part.extracts.iter().all(is_list)
}

/// Gives each list to the systems of its environment. One that no environment is known of belongs to the only system that
/// there is; of several, nothing tells which one.
pub(super) fn assign(parts: Vec<SystemPart>) -> Vec<SystemPart> {
    let (apart, mut others): (Vec<SystemPart>, Vec<SystemPart>) = parts.into_iter().partition(is_lists);
    let places: Vec<EnvironmentSign> = others.iter().map(|part| EnvironmentSign::of_system(&part.system)).collect();
    let mut left = Vec::new();
    for lists in apart {
        let place = place_of(&lists);
        let wanted = targets(&place, &others, &places);
        for &target in &wanted {
            give(&lists, &place, &mut others[target]);
        }
        if wanted.is_empty() {
            left.push(lists);
        }
    }
    others.extend(left);
    others
}

fn place_of(lists: &SystemPart) -> EnvironmentSign {
    let said = lists.system.label.is_some().then(|| lists.system.environment.clone()).flatten();
    let own = lists.extracts.iter().flat_map(|extract| &extract.model.variables).map(EnvironmentSign::of_list);
    own.fold(EnvironmentSign { number: None, stage: said }, EnvironmentSign::or)
}

fn targets(place: &EnvironmentSign, others: &[SystemPart], places: &[EnvironmentSign]) -> Vec<usize> {
    if let ([_], [only]) = (others, places) {
        return if place.number.is_some() && place.is(only) == Some(false) { Vec::new() } else { vec![0] };
    }
    let is_project = |number: &usize| others[*number].system.kind == SystemKind::Project;
    let of_environment = (0..others.len()).filter(|&number| place.is(&places[number]) == Some(true));
    let mut projects = (0..others.len()).filter(is_project);
    let only_project = projects.next().filter(|_| projects.next().is_none());
    let mut all: Vec<usize> = of_environment.chain(only_project).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Adds the lists to a system.
fn give(lists: &SystemPart, place: &EnvironmentSign, part: &mut SystemPart) {
    let is_instance = part.system.kind == SystemKind::Instance;
    for extract in &lists.extracts {
        let mut variables = extract.model.variables.clone();
        for list in &mut variables {
            list.of_system = is_instance;
            list.stage.clone_from(&place.stage);
        }
        let model = Model { variables, ..Model::default() };
        part.extracts.push(Extract { file: Arc::clone(&extract.file), model, ..Extract::default() });
    }
    part.system.paths.extend(lists.system.paths.iter().cloned());
    part.extracts.sort_by(|one, other| one.file.context.path.cmp(&other.file.context.path));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environments_are_told_by_number_and_by_stage() {
        let of = EnvironmentSign::of_path;
        for (one, other, same) in [
            ("p12345-e67890.json", "author-p12345-e67890", Some(true)),
            ("e67890-variables.json", "author-p12345-e67890", Some(true)),
            ("p1-e67890.json", "p12345-e67890", Some(false)),
            ("prod/e11111-variables.json", "prod/p12345-e67890", Some(false)),
            ("prod/variables.json", "production-author.zip", Some(true)),
            ("variables-stage.json", "prod/author", Some(false)),
            ("variables.json", "prod/author", None),
            ("e1-variables.json", "p12345-e1", None),
        ] {
            assert_eq!(of(one).is(&of(other)), same, "{one} {other}");
        }
        let link = number_of_link("https://cloudmanager.adobe.io/api/program/12/environment/34/variables");
        assert_eq!(link, Some(("34".to_owned(), Some("12".to_owned()))));
    }
}
