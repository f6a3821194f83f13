//! Which findings are reported, and at which level.

use std::collections::BTreeMap;

use super::suppress::Suppressions;
use super::{Effects, Finding};
use crate::ims::Confidence;
use crate::paths::PathPatterns;
use crate::patterns::PatternIndex;
use crate::rules::Level;
use crate::source::SourcePath;

/// Levels of rules by id; `None` switches the rule off. A rule that is not here keeps the level it chose itself.
pub type Levels = BTreeMap<String, Option<Level>>;

/// What the configuration and the command line make of the rules.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Levels of rules everywhere.
    pub levels: Levels,
    /// Levels of rules in some files; the last that fits counts.
    pub overrides: Vec<(PathPatterns, Levels)>,
    /// Levels of rules that count more than all others: those of the command line.
    pub forced: Levels,
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

/// The levels of rules in some files, looked up once for each file: findings come in order of their path.
struct Overrides<'a> {
    all: &'a [(PathPatterns, Levels)],
    index: PatternIndex,
    /// The last file, and those that fit it, the last one first.
    last: Option<(SourcePath, Vec<&'a Levels>)>,
}

impl<'a> Overrides<'a> {
    fn new(all: &'a [(PathPatterns, Levels)]) -> Self {
        Self { all, index: PatternIndex::new(all.iter().map(|(paths, _)| paths.written()), false), last: None }
    }

    /// The levels of `path`; those that count more come first.
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
