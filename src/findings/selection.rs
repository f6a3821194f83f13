//! Which findings are reported, and at which level.

use std::collections::BTreeMap;

use super::suppress::Suppressions;
use super::{Effects, Finding};
use crate::ims::Confidence;
use crate::paths::PathPatterns;
use crate::rules::Level;

/// Levels of rules by id; `None` switches the rule off. A rule that is not here keeps the level it chose itself.
pub type Levels = BTreeMap<String, Option<Level>>;

/// What the configuration and the command line make of the rules.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Levels of rules everywhere.
    pub levels: Levels,
    /// Levels of rules in some files; the last that fits counts.
    pub overrides: Vec<(PathPatterns, Levels)>,
    /// Findings that are less sure than this are left out; `None` keeps all.
    pub min_confidence: Option<Confidence>,
    /// What is suppressed.
    pub suppressions: Suppressions,
}

impl Selection {
    /// Gives every finding its level and leaves out what is switched off or too unsure. The result counts what the
    /// configuration did.
    pub fn apply(&self, findings: &mut Vec<Finding>) -> Effects {
        let mut effects = Effects::default();
        findings.retain_mut(|finding| {
            if self.min_confidence.is_some_and(|least| finding.confidence < least) {
                return false;
            }
            let level = self.level(finding).unwrap_or(Some(finding.level));
            effects.count(finding, level);
            level.map(|level| finding.level = level).is_some()
        });
        effects
    }

    fn level(&self, finding: &Finding) -> Option<Option<Level>> {
        let rule = finding.rule.id;
        let path = (!self.overrides.is_empty()).then(|| finding.location.path().to_string());
        let overrides = self.overrides.iter().rev().filter(|(_, levels)| levels.contains_key(rule));
        let special = path.and_then(|path| overrides.into_iter().find(|(paths, _)| paths.fits(&path)));
        special.map(|(_, levels)| levels).unwrap_or(&self.levels).get(rule).copied()
    }
}
