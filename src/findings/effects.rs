//! What the configuration and the comments in the scanned files do to findings, counted by rule.

use std::collections::BTreeMap;

use super::{Finding, Level};

/// What was done to the findings of a scan, by rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    rules: BTreeMap<&'static str, RuleEffects>,
}

/// What was done to the findings of one rule. A finding is counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleEffects {
    /// Findings that an `[[ignore]]` entry suppresses.
    pub ignored: u64,
    /// Findings that a comment in the scanned file suppresses.
    pub commented: u64,
    /// Findings whose level the configuration lowers.
    pub lowered: u64,
    /// Findings that are left out because the configuration switches the rule off.
    pub off: u64,
}

impl Effects {
    /// Counts what the configuration makes of `finding`: `None` switches it off.
    pub(super) fn count(&mut self, finding: &Finding, level: Option<Level>) {
        let effects = self.rules.entry(finding.rule.id).or_default();
        let counter = match (&finding.suppressed, level) {
            (_, None) => &mut effects.off,
            (Some(suppressed), _) if suppressed.in_source => &mut effects.commented,
            (Some(_), _) => &mut effects.ignored,
            (None, Some(level)) if level < finding.level => &mut effects.lowered,
            (None, Some(_)) => return,
        };
        *counter += 1;
    }

    /// The rules that something was done to, in order of their ids.
    pub fn rules(&self) -> impl Iterator<Item = (&'static str, RuleEffects)> {
        self.rules.iter().map(|(rule, effects)| (*rule, *effects)).filter(|(_, effects)| !effects.is_empty())
    }

    /// Sum over all rules.
    pub fn total(&self) -> RuleEffects {
        self.rules.values().fold(RuleEffects::default(), |sum, one| RuleEffects {
            ignored: sum.ignored + one.ignored,
            commented: sum.commented + one.commented,
            lowered: sum.lowered + one.lowered,
            off: sum.off + one.off,
        })
    }
}

impl RuleEffects {
    /// Whether nothing was done.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
