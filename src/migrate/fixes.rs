//! Safe fixes, by finding.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::sync::Arc;

use rayon::prelude::*;

use super::changes::{self, ConfigurationChange, Needs};
use super::files::{FileOnDisk, ParsedFile};
use crate::format::Input;
use crate::format::edit::{self, Change, Item, NodeChanges};
use crate::ims::{Confidence, FieldName, Integration, Landscape, Location, Model, disclosure};
use crate::rules::rivals::Rivals;
use crate::rules::words;
use crate::rules::{FileFix, Finding, Fix, FixReplacement, SettledBy};
use crate::source::Limits;

/// Largest file for which findings get fixes, in bytes: fixes are verified by reading the file again.
const LARGEST: usize = 128 << 10;
/// How often a file is read again for that, if some of its fixes cannot be verified.
const ATTEMPTS: usize = 64;

/// The fixes of all systems.
pub struct Fixes<'m>(Vec<SystemFixes<'m>>);

/// The fixes of one system.
struct SystemFixes<'m> {
    model: &'m Model,
    rivals: Rivals<'m>,
}

impl<'m> Fixes<'m> {
    /// The fixes of `landscape`.
    pub fn new(landscape: &'m Landscape) -> Self {
        let of = |model: &'m Model| SystemFixes { model, rivals: Rivals::new(model) };
        Self(landscape.models().iter().map(of).collect())
    }

    /// The changes that fix `finding`, if there are any and all are safe.
    pub fn changes_for(&self, finding: &Finding) -> Option<Vec<ConfigurationChange>> {
        self.0.get(finding.system?)?.changes_for(finding)
    }
}

impl SystemFixes<'_> {
    fn changes_for(&self, finding: &Finding) -> Option<Vec<ConfigurationChange>> {
        let settled_by = finding.rule.settled_by;
        if settled_by == SettledBy::Nothing {
            return None;
        }
        let index = finding.integration.filter(|index| finding.suppressed.is_none() && self.may_be_edited(*index))?;
        let all = changes::of(self.model.integrations.get(index)?, self.model.target.target);
        // A value left to fill in would leave the integration half migrated.
        if settled_by == SettledBy::AllFields && (all.added.is_some() || !all.by_hand.is_empty()) {
            return None;
        }
        let is_wanted = |field: FieldName| match settled_by {
            SettledBy::AllFields => true,
            SettledBy::Fields(fields) => fields.contains(&field),
            SettledBy::Nothing | SettledBy::Rename => false,
        };
        let mut wanted = Vec::new();
        for mut change in all.configurations {
            change.edits.retain(|edit| is_wanted(edit.field));
            change.rename = change.rename.filter(|_| settled_by == SettledBy::Rename);
            if change.edits.iter().any(|edit| edit.needs != Needs::Nothing) {
                return None;
            }
            if !change.edits.is_empty() || change.rename.is_some() {
                wanted.push(change);
            }
        }
        (!wanted.is_empty()).then_some(wanted)
    }

    /// Integrations that Adobe owns, that are already replaced, or whose kind is uncertain are not changed.
    fn may_be_edited(&self, index: usize) -> bool {
        let sure = |one: &Integration| one.confidence != Confidence::Low && one.auto_provisioned.is_none();
        self.model.integrations.get(index).is_some_and(sure) && self.rivals.replacement(index).is_none()
    }
}

/// Adds its fix to every finding that has one, for reports. Nothing is written.
pub fn attach(findings: &mut [Finding], landscape: &Landscape, given: &[String], limits: &Limits) {
    let fixes = Fixes::new(landscape);
    let too_large = too_large(landscape);
    let changes: Vec<Option<Vec<ConfigurationChange>>> = findings
        .par_iter()
        .map(|finding| {
            let integration = finding.subject(landscape)?;
            if too_large.contains(integration.location.path().input.as_str()) {
                return None;
            }
            // A rename cannot be expressed as replacements.
            fixes.changes_for(finding).filter(|all| all.iter().all(|one| one.rename.is_none()))
        })
        .collect();
    // Each file is read once for all findings that need changes in it.
    let mut by_file: BTreeMap<&str, Vec<&ConfigurationChange>> = BTreeMap::new();
    for change in changes.iter().flatten().flatten() {
        by_file.entry(&change.location.path().input).or_default().push(change);
    }
    let by_file: Vec<(&str, Vec<&ConfigurationChange>)> = by_file.into_iter().collect();
    let fixed: HashMap<&str, Vec<Option<FileFix>>> =
        by_file.par_iter().map(|(label, changes)| (*label, of_file(changes, given, limits))).collect();
    let mut fixed: HashMap<&str, _> = fixed.into_iter().map(|(label, fixes)| (label, fixes.into_iter())).collect();
    for (finding, changes) in findings.iter_mut().zip(&changes) {
        let Some(changes) = changes else { continue };
        let mut next = |change: &ConfigurationChange| fixed.get_mut(change.location.path().input.as_str())?.next()?;
        // All are taken, so that each following finding gets its own.
        let files: Vec<Option<FileFix>> = changes.iter().map(&mut next).collect();
        let files: Option<Vec<FileFix>> = files.into_iter().collect();
        finding.fix =
            files.filter(|files| !files.is_empty()).map(|files| Fix { description: description(changes), files });
    }
}

/// The files that are too large for fixes.
fn too_large(landscape: &Landscape) -> HashSet<&str> {
    let files: HashSet<&str> = landscape
        .integrations()
        .filter(|one| one.location.path().entries.is_empty())
        .map(|one| one.location.path().input.as_str())
        .collect();
    files.into_iter().filter(|file| fs::metadata(file).is_ok_and(|metadata| metadata.len() > LARGEST as u64)).collect()
}

fn description(changes: &[ConfigurationChange]) -> String {
    let parts = changes.iter().flat_map(|change| &change.edits).map(|edit| match &edit.new {
        Some(new) => format!("set {} to {}", words::code(edit.property()), words::code(new)),
        None => format!("remove {}", words::code(edit.property())),
    });
    let parts: Vec<String> = parts.collect();
    format!("{}.", words::sentence(&words::list(&parts)))
}

/// Whether the text of an edit may be shown in a report.
fn may_be_shown(edit: &Change) -> bool {
    match edit {
        Change::Set { name, value } => disclosure::hidden(name, value).is_empty(),
        Change::SetList { name, items } => items.iter().all(|item| match item {
            Item::New(text) => disclosure::hidden(name, text).is_empty(),
            Item::Kept(_) => true,
        }),
        Change::Remove { .. } => true,
    }
}

/// For each of `changes`, all in one file, the replacements, verified to make exactly that change.
fn of_file(changes: &[&ConfigurationChange], given: &[String], limits: &Limits) -> Vec<Option<FileFix>> {
    let none = || changes.iter().map(|_| None).collect();
    let Some(location) = changes.first().map(|change| &change.location) else { return Vec::new() };
    let Some(opened) = FileOnDisk::read(location, given).ok().filter(|opened| opened.bytes.len() <= LARGEST) else {
        return none();
    };
    let parsed = ParsedFile::new(location, opened.format, &opened.bytes, limits);
    let nodes = parsed.nodes(changes.iter().map(|change| &change.location));
    let wanted: Vec<Vec<Change>> =
        changes.iter().map(|change| change.edits.iter().map(|edit| edit.change.clone()).collect()).collect();
    let known = nodes.into_iter().zip(&wanted).enumerate();
    let known = known.filter(|(_, (_, changes))| changes.iter().all(may_be_shown));
    let known = known.filter_map(|(index, (node, changes))| Some((index, NodeChanges { node: node.ok()?, changes })));
    let (indexes, all): (Vec<usize>, Vec<NodeChanges<'_>>) = known.unzip();
    let Ok(edits) = edit::replacements_of_each(opened.format.id(), &parsed.text, &parsed.document, &all) else {
        return none();
    };
    // Several findings may need changes in one node: each node is verified once per round.
    let mut rounds: Vec<Vec<FixCandidate<'_>>> = Vec::new();
    let mut seen: HashMap<usize, usize> = HashMap::new();
    for ((index, changes), edit) in indexes.into_iter().zip(all).zip(edits) {
        let Ok(replacements) = edit else { continue };
        let round = seen.entry(changes.node).and_modify(|round| *round += 1).or_insert(0);
        if *round == rounds.len() {
            rounds.push(Vec::new());
        }
        rounds[*round].push(FixCandidate { index, changes, replacements });
    }
    let mut proof = Proof { location, opened: &opened, parsed: &parsed, limits, attempts: ATTEMPTS };
    let mut fixes: Vec<Option<FileFix>> = none();
    for candidate in rounds.iter().flat_map(|round| proof.proven(round)) {
        let replacement = |one: &edit::Replacement| FixReplacement {
            start: parsed.text.position(one.span.start),
            end: parsed.text.position(one.span.end),
            text: one.text.clone(),
        };
        let replacements = candidate.replacements.iter().map(replacement).collect();
        fixes[candidate.index] = Some(FileFix { file: Arc::clone(&location.file), replacements });
    }
    fixes
}

/// An edit to verify.
struct FixCandidate<'a> {
    /// Which of the file's changes it makes.
    index: usize,
    changes: NodeChanges<'a>,
    replacements: Vec<edit::Replacement>,
}

/// Verifies edits of one file by applying them and reading the result.
struct Proof<'a> {
    location: &'a Location,
    opened: &'a FileOnDisk,
    parsed: &'a ParsedFile<'a>,
    limits: &'a Limits,
    /// How often the file may still be read.
    attempts: usize,
}

impl Proof<'_> {
    /// Those of `candidates`, each in a different node, that make exactly their change: tried all at once and, if that
    /// fails, half at a time.
    fn proven<'c, 'a>(&mut self, candidates: &'c [FixCandidate<'a>]) -> Vec<&'c FixCandidate<'a>> {
        if candidates.is_empty() || self.attempts == 0 {
            return Vec::new();
        }
        self.attempts -= 1;
        if self.holds(candidates) {
            return candidates.iter().collect();
        }
        if candidates.len() == 1 {
            return Vec::new();
        }
        let (first, second) = candidates.split_at(candidates.len() / 2);
        [self.proven(first), self.proven(second)].concat()
    }

    fn holds(&self, candidates: &[FixCandidate<'_>]) -> bool {
        let ParsedFile { text, .. } = self.parsed;
        let replacements = edit::joined(text, candidates.iter().map(|one| one.replacements.clone()));
        let Ok(after) = edit::apply(text, &self.opened.bytes, &replacements) else { return false };
        let input = Input { context: &self.location.file.context, bytes: &self.opened.bytes, limits: self.limits };
        let changes: Vec<NodeChanges<'_>> = candidates.iter().map(|one| one.changes).collect();
        edit::verify_each(self.opened.format, &input, &after, &changes).is_ok()
    }
}
