//! What every report is written from.

use std::borrow::Cow;

use jiff::civil::Date;

use super::merge::Details;
use crate::findings::{Effects, Finding};
use crate::ims::{Integration, Landscape};
use crate::repository::System;
use crate::source::Incident;

/// The outcome of a scan.
#[derive(Debug, Default)]
pub struct Report {
    /// Everything found, system by system, for the inventory and for names in messages.
    pub landscape: Landscape,
    /// Findings in report order, suppressed ones included.
    pub findings: Vec<Finding>,
    /// What could not be read, sorted.
    pub incidents: Vec<Incident>,
    /// Counts.
    pub stats: Stats,
    /// The configuration that was in force.
    pub configuration: Option<Configuration>,
    /// The day of the run.
    pub day: Option<Date>,
    /// What the configuration and comments in the scanned files did to the findings.
    pub effects: Effects,
    /// What was recognised, and what was not.
    pub recognition: Recognition,
    /// What the landscape of a merged report does not tell of its integrations.
    pub details: Option<Details>,
}

/// What a scan recognised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recognition {
    /// Anything at all: a content package, or a file that one of the formats takes.
    pub any: bool,
    /// The files that were named and that no format takes.
    pub unrecognised: Vec<String>,
    /// Directories that were skipped.
    pub skipped: Vec<String>,
}

impl Recognition {
    /// Adds what another scan recognised.
    pub fn add(&mut self, other: Self) {
        self.any |= other.any;
        self.unrecognised.extend(other.unrecognised);
        self.skipped.extend(other.skipped);
        self.sort();
    }

    /// Brings the paths into order, each once.
    pub fn sort(&mut self) {
        for paths in [&mut self.unrecognised, &mut self.skipped] {
            paths.sort();
            paths.dedup();
        }
    }
}

/// A configuration file that was in force.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Configuration {
    /// Its path.
    pub path: String,
    /// It was found in the scanned tree, and not named on the command line.
    pub found: bool,
    /// The keys that it sets, such as `exclude` and `rules`.
    pub sets: Vec<Cow<'static, str>>,
}

impl Report {
    /// The system that `integration` belongs to.
    pub fn system_of(&self, integration: &Integration) -> Option<&System> {
        self.landscape.model(integration.system).map(|model| &model.system)
    }

    /// All integrations with all that is known of them, in the order of the landscape.
    pub(super) fn integrations_in_full(&self) -> impl Iterator<Item = Cow<'_, Integration>> {
        self.landscape.models().iter().enumerate().flat_map(|(system, model)| match &self.details {
            Some(details) => details.of(system, model),
            None => Box::new(model.integrations.iter().map(Cow::Borrowed)),
        })
    }

    /// The system that `finding` is about.
    pub fn system_with(&self, finding: &Finding) -> Option<&System> {
        self.landscape.model(finding.system?).map(|model| &model.system)
    }

    /// The integration that `finding` is about.
    pub fn integration_of(&self, finding: &Finding) -> Option<&Integration> {
        self.landscape.integration(finding.system?, finding.integration?)
    }

    /// Whether everything that was asked for could be read.
    pub fn is_complete(&self) -> bool {
        self.incidents.is_empty()
    }
}

/// Counts of a scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Paths named on the command line.
    pub inputs: u64,
    /// Content packages, exploded ones included.
    pub packages: u64,
    /// Files and archive entries looked at.
    pub files: u64,
    /// Bytes read, inflated.
    pub bytes: u64,
    /// Directories skipped because they are build output, version control or dependencies.
    pub skipped_directories: u64,
    /// Files, folders and archive entries that the configuration excluded.
    pub excluded: u64,
    /// Files, folders and archive entries that `--exclude` and `--respect-gitignore` left out.
    pub left_out: u64,
    /// Symbolic links in the scanned tree that were not followed, and are no incidents.
    pub links_not_followed: u64,
    /// Archives of forms that are not read, such as 7z, in what was scanned; one that was named is an incident.
    pub archives_not_read: u64,
    /// Files that are not well-formed and show no IMS evidence.
    pub broken_without_evidence: u64,
}
