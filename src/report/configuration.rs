//! What reports say about the configuration in use: its name, and what it and the comments in the scanned files hide,
//! so that nothing in a scanned tree can hide a finding silently.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::data::Configuration;
use super::inspect::Inspection;
use super::totals::counted;
use super::{Report, Stats};
use crate::findings::Effects;
use crate::findings::effects::RuleEffects;

/// The configuration in use and what was hidden.
#[derive(Clone, Debug)]
pub struct Account<'a> {
    configuration: Option<&'a Configuration>,
    stats: &'a Stats,
    effects: Option<&'a Effects>,
}

impl<'a> Account<'a> {
    /// For a report.
    pub fn of(report: &'a Report) -> Self {
        let Report { configuration, stats, effects, .. } = report;
        Self { configuration: configuration.as_ref(), stats, effects: Some(effects) }
    }

    /// For an inspection, which has no findings.
    pub fn of_inspection(inspection: &'a Inspection) -> Self {
        let Inspection { configuration, stats, .. } = inspection;
        Self { configuration: configuration.as_ref(), stats, effects: None }
    }

    /// The configuration in use.
    pub fn configuration(&self) -> Option<&'a Configuration> {
        self.configuration
    }

    /// The path of the configuration in use, or else the folder that was scanned.
    pub(super) fn path(&self) -> &'a str {
        self.configuration.map_or(".", |configuration| &configuration.path)
    }

    /// Whether the configuration or a comment hides a finding or lowers its level.
    pub fn hides(&self) -> bool {
        self.stats.excluded > 0 || self.rules().next().is_some()
    }

    fn rules(&self) -> impl Iterator<Item = (&'static str, RuleEffects)> + '_ {
        self.effects.into_iter().flat_map(Effects::rules)
    }

    /// The sentence for users, with code spans: the configuration and what it does, then what comments do. `None` if
    /// there is neither.
    pub fn sentence(&self) -> Option<String> {
        let of = |count: fn(RuleEffects) -> u64, what: &str| self.findings(count, what);
        let comments = of(|effects| effects.commented, "suppressed by comments");
        let Some(configuration) = self.configuration else { return comments };
        let keys = if configuration.sets.is_empty() { "nothing".to_owned() } else { configuration.sets.join(", ") };
        let mut parts: Vec<String> = Vec::new();
        if self.stats.excluded > 0 {
            parts.push(format!("{} excluded", counted(self.stats.excluded, "path")));
        }
        parts.extend(of(|effects| effects.ignored, "ignored"));
        parts.extend(of(|effects| effects.lowered, "at a lower level"));
        parts.extend(of(|effects| effects.off, "turned off"));
        let effect = if parts.is_empty() { "hides nothing".to_owned() } else { parts.join("; ") };
        let comments = comments.map(|comments| format!("; {comments}")).unwrap_or_default();
        // A backtick would end the code span.
        let path = configuration.path.replace('`', "'");
        Some(format!("configuration `{path}` (sets {keys}): {effect}{comments}"))
    }

    /// `3 findings ignored (jwt-credential 2, relaxed-tls 1)`; `None` for none.
    fn findings(&self, count: fn(RuleEffects) -> u64, what: &str) -> Option<String> {
        let by_rule: Vec<_> =
            self.rules().map(|(rule, effects)| (rule, count(effects))).filter(|(_, n)| *n > 0).collect();
        let total = by_rule.iter().map(|(_, count)| count).sum();
        let by_rule: Vec<String> = by_rule.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
        (total > 0).then(|| format!("{} {what} ({})", counted(total, "finding"), by_rule.join(", ")))
    }

    /// The JSON form; `None` if no configuration is in use.
    pub(super) fn json(&self) -> Option<JsonConfiguration<'a>> {
        let Configuration { path, found, sets } = self.configuration?;
        let rules = self.rules().filter(|(_, effects)| effects.ignored + effects.lowered + effects.off > 0);
        let rules = rules.map(|(rule, effects)| (rule.into(), effects));
        let (path, sets) = (Cow::Borrowed(path.as_str()), Cow::Borrowed(sets.as_slice()));
        Some(JsonConfiguration { path, found: *found, sets, excluded: self.stats.excluded, rules: rules.collect() })
    }

    /// Findings suppressed by comments, by rule.
    pub(super) fn comments(&self) -> BTreeMap<&'static str, u64> {
        self.rules().map(|(rule, effects)| (rule, effects.commented)).filter(|(_, count)| *count > 0).collect()
    }
}

/// The configuration in use.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct JsonConfiguration<'a> {
    /// The file.
    pub(super) path: Cow<'a, str>,
    /// Whether it was found in the scanned tree rather than given with `--config`.
    pub(super) found: bool,
    /// The keys that it sets.
    pub(super) sets: Cow<'a, [Cow<'static, str>]>,
    /// Files, folders and archive entries that it excluded.
    #[serde(default)]
    excluded: u64,
    /// What it did to the findings of each rule.
    #[serde(default)]
    pub(super) rules: BTreeMap<Cow<'static, str>, RuleEffects>,
}
