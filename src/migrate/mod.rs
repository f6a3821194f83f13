//! Stage *migrate*: plans the shortest safe migration to OAuth Server-to-Server.
//!
//! [`Plan::new`] lists the steps for every integration, in order. [`files::edit`] turns them into the new contents of
//! files on disk, [`diff`] shows them, [`mod@write`] writes them, and [`fixes::attach`] adds safe fixes to findings.
//! Packages are never rewritten.

pub mod changes;
pub mod diff;
pub mod files;
pub mod fixes;
mod git;
mod git_blob;
mod keep;
mod obstacle;
mod proof;
mod rename;
mod secret_name;
mod steps;
#[cfg(test)]
mod tests;
pub mod write;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::findings::Finding;
use crate::ims::{Confidence, Integration, IntegrationKind, Landscape, Location, Model, disclosure};
use crate::rules::rivals::{Replacement, Rivals};
use crate::rules::verdict::{self, JwtVerdict};
use crate::rules::{Migration, Step};
use changes::{Changes, Needs};
use files::Left;

/// The plan for every integration that needs a change.
#[derive(Debug, Default)]
pub struct Plan {
    /// One for each such integration, in the order of the model.
    pub entries: Vec<PlanEntry>,
    /// Other parts of the migration.
    pub elsewhere: Vec<Elsewhere>,
}

/// What to do about one integration.
#[derive(Debug)]
pub struct PlanEntry {
    /// Index of its system in the [`Landscape`].
    pub system: usize,
    /// Its index in [`Model::integrations`] of that system.
    pub integration: usize,
    /// The course of action.
    pub course: Course,
    /// The steps in order.
    pub steps: Vec<Step>,
    /// The changes in its files.
    pub changes: Changes,
}

/// The course of action for an integration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Course {
    /// Its files can be edited.
    Edit,
    /// It has to be changed by hand: in the Developer Console, in AEM, in code, or in the project that a package is
    /// built from.
    ByHand,
    /// Its component does not support OAuth Server-to-Server and has to be replaced.
    Replace,
    /// Another configuration has already replaced it.
    Delete,
    /// Adobe takes care of it.
    LeaveAlone,
}

impl Course {
    /// The stable name used in reports.
    pub fn id(self) -> &'static str {
        self.into()
    }

    /// The name shown to users.
    pub fn label(self) -> &'static str {
        match self {
            Self::Edit => "to edit",
            Self::ByHand => "to change by hand",
            Self::Replace => "to replace",
            Self::Delete => "to delete",
            Self::LeaveAlone => "to leave to Adobe",
        }
    }
}

/// A location that does not belong to an integration in the plan: a JWT endpoint in another configuration, a key in the
/// repository.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// The location.
    pub location: Location,
    /// What is there.
    pub message: String,
    /// Notes and steps, line by line.
    pub help: Vec<String>,
}

impl Plan {
    /// The plan for everything in `landscape` with `findings`, or whose files can be completed. Suppressed findings are
    /// ignored.
    pub fn new(landscape: &Landscape, findings: &[Finding]) -> Self {
        let mut of_systems: Vec<Vec<&Finding>> = vec![Vec::new(); landscape.models().len()];
        for finding in findings {
            if let Some(own) = finding.system.and_then(|number| of_systems.get_mut(number)) {
                own.push(finding);
            }
        }
        let mut plan = Self::default();
        for (number, (model, findings)) in landscape.models().iter().zip(of_systems).enumerate() {
            let own = Self::of_system(number, model, &findings);
            plan.entries.extend(own.entries);
            plan.elsewhere.extend(own.elsewhere);
        }
        plan
    }

    /// The plan for one system, to which all `findings` belong.
    fn of_system(system: usize, model: &Model, findings: &[&Finding]) -> Self {
        // By integration: the steps of rules, for kinds without their own steps here.
        let mut told: BTreeMap<usize, Vec<&Finding>> = BTreeMap::new();
        let mut suppressed = BTreeSet::new();
        for &finding in findings.iter().filter(|finding| finding.rule.migration == Migration::Integration) {
            match (finding.integration, &finding.suppressed) {
                (Some(index), None) => told.entry(index).or_default().push(finding),
                (Some(index), Some(_)) => drop(suppressed.insert(index)),
                (None, _) => {}
            }
        }
        suppressed.retain(|index| !told.contains_key(index));
        let wanted = model.integrations.iter().enumerate().filter(|(index, _)| !suppressed.contains(index));
        let rivals = Rivals::new(model);
        let subject = |(index, integration)| Subject {
            model,
            integration,
            replacement: rivals.replacement(index),
            findings: told.get(&index).map(Vec::as_slice).unwrap_or_default(),
        };
        let entries = wanted.filter_map(|(index, one)| subject((index, one)).entry(system, index)).collect();
        let elsewhere = findings.iter().filter(|f| f.suppressed.is_none() && f.rule.migration == Migration::Elsewhere);
        let elsewhere = elsewhere.map(|finding| Elsewhere {
            location: finding.location.clone(),
            message: finding.message.clone(),
            help: finding.help().map(Cow::into_owned).collect(),
        });
        Self { entries, elsewhere: elsewhere.collect() }
    }

    /// What turns out not to be editable has to be changed by hand.
    pub fn leave_to_people(&mut self, landscape: &Landscape, left: &[Left]) {
        let left: BTreeSet<&str> = left.iter().map(|left| left.label.as_str()).collect();
        for entry in self.entries.iter_mut().filter(|entry| entry.course == Course::Edit) {
            let path = entry.subject(landscape).map(|one| one.location.path().input.as_str());
            if path.is_some_and(|path| left.contains(path)) {
                entry.course = Course::ByHand;
            }
        }
    }

    /// The entries with edits.
    pub fn edits(&self) -> impl Iterator<Item = &PlanEntry> {
        self.entries.iter().filter(|entry| entry.course == Course::Edit)
    }
}

impl PlanEntry {
    /// The integration that it is about.
    pub fn subject<'l>(&self, landscape: &'l Landscape) -> Option<&'l Integration> {
        landscape.integration(self.system, self.integration)
    }

    /// Values to fill in: placeholder and property, each once.
    pub fn waiting(&self) -> Vec<(&'static str, &str)> {
        let value = |(needs, property): (&'_ Needs, _)| match needs {
            Needs::Value(placeholder) => Some((*placeholder, property)),
            _ => None,
        };
        let mut all: Vec<(&'static str, &str)> = self.changes.needs().filter_map(value).collect();
        all.dedup();
        all
    }
}

/// An integration with additional facts.
struct Subject<'a> {
    model: &'a Model,
    integration: &'a Integration,
    /// The configuration that has replaced it.
    replacement: Option<Replacement<'a>>,
    /// The findings whose steps are part of the migration.
    findings: &'a [&'a Finding],
}

impl Subject<'_> {
    /// What to do about it; `None` if there is nothing to do.
    fn entry(&self, system: usize, index: usize) -> Option<PlanEntry> {
        let course = self.course()?;
        let changes = match course {
            Course::Edit | Course::ByHand if !self.is_superseded() => {
                changes::of(self.integration, self.model.target.target)
            }
            _ => Changes::default(),
        };
        // Already complete, or neither edits nor a rule can help.
        if changes.is_empty() && self.findings.is_empty() {
            return None;
        }
        let course = match course {
            Course::Edit if !files::can_be_edited(self.integration, &changes) => Course::ByHand,
            course => course,
        };
        let mut steps = steps::of(self, course, &changes);
        for step in &mut steps {
            disclosure::mask_sentence(&mut step.text);
            step.command_mut().into_iter().for_each(disclosure::mask_sentence);
        }
        Some(PlanEntry { system, integration: index, course, steps, changes })
    }

    /// Whether an OAuth configuration already replaces it, whether or not that works.
    fn is_superseded(&self) -> bool {
        self.replacement.is_some() && verdict::of(self.integration, self.model) == Some(JwtVerdict::Credential)
    }

    fn course(&self) -> Option<Course> {
        let integration = self.integration;
        match verdict::of(integration, self.model) {
            Some(JwtVerdict::AutoProvisioned | JwtVerdict::ServiceCredentials) => Some(Course::LeaveAlone),
            Some(JwtVerdict::OnlyComponent) => Some(Course::Replace),
            Some(JwtVerdict::Credential) if integration.kind == IntegrationKind::SmartTags => Some(Course::Replace),
            Some(JwtVerdict::Credential) if self.replacement.is_some_and(|other| other.works) => Some(Course::Delete),
            // A configuration that is already replaced is not edited: its replacement has to work first.
            Some(JwtVerdict::Credential) if self.replacement.is_some() => Some(Course::ByHand),
            Some(JwtVerdict::Credential | JwtVerdict::OAuthAtJwtEndpoint) => Some(by_confidence(integration)),
            None if verdict::means_oauth(integration) => Some(by_confidence(integration)),
            None => (!self.findings.is_empty()).then_some(Course::ByHand),
        }
    }
}

/// Files are edited only if the kind of the integration is certain.
fn by_confidence(integration: &Integration) -> Course {
    if integration.confidence == Confidence::Low { Course::ByHand } else { Course::Edit }
}
