//! What the configuration and the comments in the scanned files do to findings, counted by rule.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Finding, Level};

/// What was done to the findings of a scan, by rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    rules: BTreeMap<&'static str, RuleEffects>,
}

/// What was done to the findings of one rule. A finding is counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(description = "What the configuration did to the findings of a rule."))]
pub struct RuleEffects {
    /// Findings suppressed by an `[[ignore]]` entry.
    pub ignored: u64,
    /// Findings that a comment in the scanned file suppresses. Reports list them apart from the configuration.
    #[serde(skip)]
    pub commented: u64,
    /// Findings with a lower level than the rule's.
    pub lowered: u64,
    /// Findings not reported because the rule is off.
    pub off: u64,
}

impl Effects {
    /// Counts the effect of the configuration on `finding`: `None` turns it off.
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

    /// Adds what was done to the findings of `rule`.
    pub fn add_rule(&mut self, rule: &'static str, effects: RuleEffects) {
        let sum = self.rules.entry(rule).or_default();
        *sum = sum.with(effects);
    }

    /// Adds what was done to the findings of another scan.
    pub fn add(&mut self, other: &Self) {
        other.rules.iter().for_each(|(rule, effects)| self.add_rule(rule, *effects));
    }

    /// The affected rules, in order of their ids.
    pub fn rules(&self) -> impl Iterator<Item = (&'static str, RuleEffects)> {
        self.rules.iter().map(|(rule, effects)| (*rule, *effects)).filter(|(_, effects)| !effects.is_empty())
    }

    /// Sum over all rules.
    pub fn total(&self) -> RuleEffects {
        self.rules.values().fold(RuleEffects::default(), |sum, one| sum.with(*one))
    }
}

impl RuleEffects {
    /// The sum of both.
    fn with(self, other: Self) -> Self {
        Self {
            ignored: self.ignored + other.ignored,
            commented: self.commented + other.commented,
            lowered: self.lowered + other.lowered,
            off: self.off + other.off,
        }
    }

    /// Whether nothing was done.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
