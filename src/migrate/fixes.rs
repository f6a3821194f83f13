//! The edits that need no human choice, finding by finding.

use std::sync::Arc;

use rayon::prelude::*;

use super::changes::{self, ConfigurationChange, Needs};
use super::files::{Opened, Parsed};
use crate::format::Input;
use crate::format::edit;
use crate::ims::{Confidence, FieldName, Integration, Model};
use crate::rules::rivals::Rivals;
use crate::rules::words;
use crate::rules::{FileFix, Finding, Fix, FixReplacement, SettledBy};
use crate::source::Limits;

/// Largest file that findings get fixes in, in bytes: each fix is proven by reading the file again.
const LARGEST: usize = 128 << 10;

/// The fixes of one model.
pub struct Fixes<'m> {
    model: &'m Model,
    rivals: Rivals<'m>,
}

impl<'m> Fixes<'m> {
    /// The fixes of `model`.
    pub fn new(model: &'m Model) -> Self {
        Self { model, rivals: Rivals::new(model) }
    }

    /// The changes that settle `finding`, if there are any and none needs a person.
    pub fn changes_for(&self, finding: &Finding) -> Option<Vec<ConfigurationChange>> {
        let settled_by = finding.rule.settled_by;
        if settled_by == SettledBy::Nothing {
            return None;
        }
        let index = finding.integration.filter(|index| finding.suppressed.is_none() && self.may_be_edited(*index))?;
        let all = changes::of(self.model.integrations.get(index)?, self.model.target.target);
        // What is left for a person would leave the integration half migrated.
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

    /// Adobe's own and what another configuration has replaced are left alone; so is what is not surely what it seems.
    fn may_be_edited(&self, index: usize) -> bool {
        let sure = |one: &Integration| one.confidence != Confidence::Low && one.auto_provisioned.is_none();
        self.model.integrations.get(index).is_some_and(sure) && self.rivals.replacement(index).is_none()
    }
}

/// Gives every finding its fix, where there is one: for reports. Nothing is written.
pub fn attach(findings: &mut [Finding], model: &Model, given: &[String], limits: &Limits) {
    let fixes = Fixes::new(model);
    findings.par_iter_mut().for_each(|finding| finding.fix = fix(finding, &fixes, given, limits));
}

fn fix(finding: &Finding, fixes: &Fixes<'_>, given: &[String], limits: &Limits) -> Option<Fix> {
    // A new name cannot be told in these terms.
    let changes = fixes.changes_for(finding).filter(|all| all.iter().all(|one| one.rename.is_none()))?;
    let files: Option<Vec<FileFix>> = changes.iter().map(|change| file_fix(change, given, limits)).collect();
    let description = description(&changes);
    files.filter(|files| !files.is_empty()).map(|files| Fix { description, files })
}

fn description(changes: &[ConfigurationChange]) -> String {
    let parts = changes.iter().flat_map(|change| &change.edits).map(|edit| match &edit.new {
        Some(new) => format!("set {} to {}", words::code(edit.property()), words::code(new)),
        None => format!("remove {}", words::code(edit.property())),
    });
    let parts: Vec<String> = parts.collect();
    format!("{}.", words::sentence(&words::list(&parts)))
}

/// The replacements in one file, proven to make exactly the change.
fn file_fix(change: &ConfigurationChange, given: &[String], limits: &Limits) -> Option<FileFix> {
    let location = &change.location;
    let opened = Opened::read(location, given).ok().filter(|opened| opened.bytes.len() <= LARGEST)?;
    let parsed = Parsed::new(location, opened.format, &opened.bytes, limits);
    let node = parsed.node(location).ok()?;
    let wanted: Vec<_> = change.edits.iter().map(|edit| edit.change.clone()).collect();
    let replacements = edit::replacements(opened.format.id(), &parsed.text, &parsed.document, node, &wanted).ok()?;
    let after = edit::apply(&parsed.text, &opened.bytes, &replacements).ok()?;
    let input = Input { context: &location.file.context, bytes: &opened.bytes, limits };
    edit::verify(opened.format, &input, &after, node, &wanted).ok()?;
    let replacement = |one: edit::Replacement| FixReplacement {
        start: parsed.text.position(one.span.start),
        end: parsed.text.position(one.span.end),
        text: one.text,
    };
    let replacements = replacements.into_iter().map(replacement).collect();
    Some(FileFix { file: Arc::clone(&location.file), replacements })
}
