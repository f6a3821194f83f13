//! Which findings are reported, and at which level.

use std::collections::BTreeMap;

use super::Finding;
use crate::ims::Confidence;
use crate::rules::Level;

/// What the configuration and the command line make of the rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Levels of rules by id; `None` switches the rule off. A rule that is not here keeps the level it chose itself.
    pub levels: BTreeMap<String, Option<Level>>,
    /// Findings that are less sure than this are left out; `None` keeps all.
    pub min_confidence: Option<Confidence>,
}

impl Selection {
    /// Gives every finding its level and leaves out what is switched off or too unsure.
    pub fn apply(&self, findings: &mut Vec<Finding>) {
        findings.retain_mut(|finding| {
            if self.min_confidence.is_some_and(|least| finding.confidence < least) {
                return false;
            }
            match self.levels.get(finding.rule.id) {
                Some(Some(level)) => finding.level = *level,
                Some(None) => return false,
                None => {}
            }
            true
        });
    }
}
