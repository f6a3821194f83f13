//! Which findings are reported, and at which level.

use std::collections::BTreeMap;

use super::suppress::Suppressions;
use super::{Effects, Finding};
use crate::ims::Confidence;
use crate::paths::PathPatterns;
use crate::patterns::PatternIndex;
use crate::rules::Level;
use crate::source::SourcePath;

/// Levels of rules by id; `None` turns off the rule. A rule that is not listed keeps its own level.
pub type Levels = BTreeMap<String, Option<Level>>;

/// The settings for rules from the configuration and the command line.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Levels of rules for all files.
    pub levels: Levels,
    /// Levels of rules for some files; the last match applies.
    pub overrides: Vec<(PathPatterns, Levels)>,
    /// Levels of rules from the command line, which override all others.
    pub forced: Levels,
    /// Minimum confidence of reported findings; `None` keeps all.
    pub min_confidence: Option<Confidence>,
    /// What is suppressed.
    pub suppressions: Suppressions,
}

impl Selection {
    /// Gives every finding its level and removes those that are turned off or below the minimum confidence. Returns the
    /// counted effects of the configuration.
    pub fn apply(&self, findings: &mut Vec<Finding>) -> Effects {
        let mut effects = Effects::default();
        let mut special = Overrides::new(&self.overrides);
        findings.retain_mut(|finding| {
            if self.min_confidence.is_some_and(|least| finding.confidence < least) {
                return false;
            }
            let rule = finding.rule.id;
            if let Some(level) = self.forced.get(rule) {
                return level.map(|level| finding.level = level).is_some();
            }
            let special = special.of(finding.location.path()).find(|levels| levels.contains_key(rule));
            let level = special.unwrap_or(&self.levels).get(rule).copied().unwrap_or(Some(finding.level));
            effects.count(finding, level);
            level.map(|level| finding.level = level).is_some()
        });
        effects
    }
}

/// The levels of rules for some files, looked up once per file, because findings are sorted by path.
struct Overrides<'a> {
    all: &'a [(PathPatterns, Levels)],
    index: PatternIndex,
    /// The last file and the settings that match it, last one first.
    last: Option<(SourcePath, Vec<&'a Levels>)>,
}

impl<'a> Overrides<'a> {
    fn new(all: &'a [(PathPatterns, Levels)]) -> Self {
        Self { all, index: PatternIndex::new(all.iter().map(|(paths, _)| paths.written()), false), last: None }
    }

    /// The levels for `path`, by descending priority.
    fn of(&mut self, path: &SourcePath) -> impl Iterator<Item = &'a Levels> + use<'a, '_> {
        if self.last.as_ref().is_none_or(|(last, _)| last != path) {
            // All are relative to the directory of one configuration file.
            let relative = self.all.first().map(|(paths, _)| paths.relative(&path.to_string())).unwrap_or_default();
            let fitting = self.index.candidates(&relative).into_iter().rev().filter_map(|number| self.all.get(number));
            let fitting = fitting.filter(|(paths, _)| !paths.is_empty() && paths.fits_relative(&relative));
            self.last = Some((path.clone(), fitting.map(|(_, levels)| levels).collect()));
        }
        self.last.iter().flat_map(|(_, fitting)| fitting).copied()
    }
}
