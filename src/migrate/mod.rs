//! Stage *migrate*: from findings to the shortest safe way to OAuth Server-to-Server.
//!
//! [`Plan::new`] says what to do for every integration, in order. [`files::edit`] makes of it the new contents of files on
//! disk, [`diff`] shows them, [`mod@write`] puts them in place, and [`fixes::attach`] gives findings the edits that need no
//! human choice. Packages are never rewritten.

pub mod changes;
pub mod diff;
pub mod files;
pub mod fixes;
mod git;
mod git_blob;
mod keep;
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
use crate::ims::{Confidence, Integration, Kind, Landscape, Location, Model, Variable, disclosure};
use crate::rules::rivals::{Replacement, Rivals};
use crate::rules::verdict::{self, Verdict};
use crate::rules::{Migration, Step};
use changes::{Changes, Needs};
use files::Left;

/// What to do about every integration that needs something.
#[derive(Debug, Default)]
pub struct Plan {
    /// One for each such integration, in the order of the model.
    pub entries: Vec<Entry>,
    /// What else belongs to the migration.
    pub elsewhere: Vec<Elsewhere>,
}

/// What to do about one integration.
#[derive(Debug)]
pub struct Entry {
    /// Number of its system in the [`Landscape`].
    pub system: usize,
    /// Its number in [`Model::integrations`] of that system.
    pub integration: usize,
    /// What it comes down to.
    pub course: Course,
    /// The steps in order.
    pub steps: Vec<Step>,
    /// The changes in its files.
    pub changes: Changes,
}

/// What the migration of an integration comes down to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Course {
    /// Its files can be edited.
    Edit,
    /// A person changes it: in the Developer Console, in AEM, in code, or in the project that a package is built from.
    ByHand,
    /// Its component knows no OAuth Server-to-Server: something else has to take its place.
    Replace,
    /// Another configuration has taken its place already.
    Delete,
    /// Adobe takes care of it.
    LeaveAlone,
}

impl Course {
    /// The stable name used in reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::ByHand => "byHand",
            Self::Replace => "replace",
            Self::Delete => "delete",
            Self::LeaveAlone => "leaveAlone",
        }
    }

    /// What people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Edit => "by edits",
            Self::ByHand => "by hand",
            Self::Replace => "to be replaced",
            Self::Delete => "to be deleted",
            Self::LeaveAlone => "left alone",
        }
    }
}

/// A place that no integration of the plan speaks of: a JWT endpoint in some other configuration, a key in the repository.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// Where.
    pub location: Location,
    /// What is there.
    pub message: String,
    /// What to know and what to do, line by line.
    pub help: Vec<String>,
}

impl Plan {
    /// The plan for everything in `landscape` that `findings` say something about, or whose files can be completed. What
    /// somebody has suppressed is left out.
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

    /// The plan for one system, of which all `findings` speak.
    fn of_system(system: usize, model: &Model, findings: &[&Finding]) -> Self {
        // By integration: the steps that rules give, for kinds that this stage knows no better.
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

    /// What cannot be edited after all is for people.
    pub fn leave_to_people(&mut self, landscape: &Landscape, left: &[Left]) {
        let left: BTreeSet<&str> = left.iter().map(|left| left.label.as_str()).collect();
        for entry in self.entries.iter_mut().filter(|entry| entry.course == Course::Edit) {
            let path = entry.subject(landscape).map(|one| one.location.path().input.as_str());
            if path.is_some_and(|path| left.contains(path)) {
                entry.course = Course::ByHand;
            }
        }
    }

    /// The entries that end in edits.
    pub fn edits(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.course == Course::Edit)
    }
}

impl Entry {
    /// The integration that it is about.
    pub fn subject<'l>(&self, landscape: &'l Landscape) -> Option<&'l Integration> {
        landscape.integration(self.system, self.integration)
    }

    /// What a person has to fill in: placeholder and property, each once.
    pub fn waiting(&self) -> Vec<(&'static str, &str)> {
        let edits = self.changes.edits().map(|edit| (&edit.needs, edit.property()));
        let added = self.changes.added.iter().map(|new| (&new.needs, "auth.ims.client.secret"));
        let mut all: Vec<(&'static str, &str)> = edits
            .chain(added)
            .filter_map(|(needs, property)| match needs {
                Needs::Value(placeholder) => Some((*placeholder, property)),
                _ => None,
            })
            .collect();
        all.dedup();
        all
    }

    /// The variables that Cloud Manager has to have for it, each once: those that its files name already and new ones.
    pub fn variables(&self, integration: &Integration) -> Vec<Variable> {
        let removed = |name| self.changes.edits().any(|edit| edit.field == name && edit.new.is_none());
        let there = integration.fields.iter().filter(|field| !removed(field.name)).flat_map(|f| f.variables.clone());
        let mut all: Vec<Variable> = there.chain(self.new_variables()).collect();
        all.sort();
        all.dedup();
        all
    }

    /// The variables that the changes bring.
    pub fn new_variables(&self) -> impl Iterator<Item = Variable> {
        let needs = self.changes.edits().map(|edit| &edit.needs).chain(self.changes.added.iter().map(|new| &new.needs));
        needs.filter_map(|needs| match needs {
            Needs::Variable(variable) => Some(variable.clone()),
            _ => None,
        })
    }
}

/// An integration and what is known of it beside.
struct Subject<'a> {
    model: &'a Model,
    integration: &'a Integration,
    /// The configuration that has taken its place.
    replacement: Option<Replacement<'a>>,
    /// The findings whose steps are part of the migration.
    findings: &'a [&'a Finding],
}

impl Subject<'_> {
    /// What to do about it; `None` when there is nothing to say.
    fn entry(&self, system: usize, index: usize) -> Option<Entry> {
        let course = self.course()?;
        let changes = match course {
            Course::Edit | Course::ByHand if !self.is_superseded() => {
                changes::of(self.integration, self.model.target.target)
            }
            _ => Changes::default(),
        };
        // Complete already, or nothing that edits or a rule could say.
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
        Some(Entry { system, integration: index, course, steps, changes })
    }

    /// Whether an OAuth configuration stands in for it already, be it that works or not.
    fn is_superseded(&self) -> bool {
        self.replacement.is_some() && verdict::of(self.integration, self.model) == Some(Verdict::Credential)
    }

    fn course(&self) -> Option<Course> {
        let integration = self.integration;
        match verdict::of(integration, self.model) {
            Some(Verdict::AutoProvisioned | Verdict::ServiceCredentials) => Some(Course::LeaveAlone),
            Some(Verdict::OnlyComponent) => Some(Course::Replace),
            Some(Verdict::Credential) if integration.kind == Kind::SmartTags => Some(Course::Replace),
            Some(Verdict::Credential) if self.replacement.is_some_and(|other| other.works) => Some(Course::Delete),
            // What has been replaced already is not edited: its replacement has to work first.
            Some(Verdict::Credential) if self.replacement.is_some() => Some(Course::ByHand),
            Some(Verdict::Credential | Verdict::OAuthAtJwtEndpoint) => Some(by_confidence(integration)),
            None if verdict::means_oauth(integration) => Some(by_confidence(integration)),
            None => (!self.findings.is_empty()).then_some(Course::ByHand),
        }
    }
}

/// Files are edited only where the integration is known for what it is.
fn by_confidence(integration: &Integration) -> Course {
    if integration.confidence == Confidence::Low { Course::ByHand } else { Course::Edit }
}
