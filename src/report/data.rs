//! The data of every report.

use std::borrow::Cow;

use jiff::civil::Date;

use super::merge::Details;
use crate::findings::{Effects, Finding};
use crate::ims::{Integration, Landscape};
use crate::repository::System;
use crate::source::Incident;

pub use crate::source::Stats;

/// The outcome of a scan.
#[derive(Debug, Default)]
pub struct Report {
    /// Everything found, by system, for the inventory and for names in messages.
    pub landscape: Landscape,
    /// Findings in report order, including suppressed ones.
    pub findings: Vec<Finding>,
    /// What could not be read, sorted.
    pub incidents: Vec<Incident>,
    /// Counts.
    pub stats: Stats,
    /// The configuration in use.
    pub configuration: Option<Configuration>,
    /// The day of the run.
    pub day: Option<Date>,
    /// What the configuration and comments in the scanned files did to the findings.
    pub effects: Effects,
    /// What was recognised and what was not.
    pub recognition: Recognition,
    /// Details of the integrations that the landscape of a merged report omits.
    pub details: Option<Details>,
}

/// What a scan recognised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recognition {
    /// Whether anything was recognised: a content package, or a file in one of the formats.
    pub any: bool,
    /// The given files that no format recognises.
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

    /// Sorts the paths and removes duplicates.
    pub fn sort(&mut self) {
        for paths in [&mut self.unrecognised, &mut self.skipped] {
            paths.sort();
            paths.dedup();
        }
    }
}

/// A configuration file in use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Configuration {
    /// Its path.
    pub path: String,
    /// Whether it was found in the scanned tree rather than given on the command line.
    pub found: bool,
    /// The keys that it sets, such as `exclude` and `rules`.
    pub sets: Vec<Cow<'static, str>>,
}

impl Report {
    /// The system that `integration` belongs to.
    pub fn system_of(&self, integration: &Integration) -> Option<&System> {
        self.landscape.model(integration.system).map(|model| &model.system)
    }

    /// All integrations with all details, in the order of the landscape.
    pub(super) fn integrations_in_full(&self) -> impl Iterator<Item = Cow<'_, Integration>> {
        self.landscape.models().iter().enumerate().flat_map(|(system, model)| match &self.details {
            Some(details) => details.of(system, model),
            None => Box::new(model.integrations.iter().map(Cow::Borrowed)),
        })
    }

    /// The system of `finding`.
    pub fn system_with(&self, finding: &Finding) -> Option<&System> {
        self.landscape.model(finding.system?).map(|model| &model.system)
    }

    /// The integration of `finding`.
    pub fn integration_of(&self, finding: &Finding) -> Option<&Integration> {
        self.landscape.integration(finding.system?, finding.integration?)
    }

    /// Whether everything requested could be read.
    pub fn is_complete(&self) -> bool {
        self.incidents.is_empty()
    }
}
