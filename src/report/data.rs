//! What every report is written from.

use crate::findings::Finding;
use crate::ims::Model;
use crate::source::Incident;

/// The outcome of a scan.
#[derive(Debug, Default)]
pub struct Report {
    /// Everything found, for the inventory and for names in messages.
    pub model: Model,
    /// Findings in report order, suppressed ones included.
    pub findings: Vec<Finding>,
    /// What could not be read, sorted.
    pub incidents: Vec<Incident>,
    /// Counts.
    pub stats: Stats,
}

impl Report {
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
    /// Files that are not well-formed and show no IMS evidence.
    pub broken_without_evidence: u64,
}
