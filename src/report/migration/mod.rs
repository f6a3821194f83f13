//! The plan of a migration.

mod html;
mod json;
mod markdown;
mod text;

use std::io::{self, Write};

use strum::VariantArray;

use super::totals::{Status, counted};
use super::wrap::wrapped_lines;
use super::{Report, escape, inventory, log};
use crate::ims::{Integration, Variable};
use crate::migrate::files::{Edits, Left};
use crate::migrate::{Course, Elsewhere, Plan, PlanEntry};
use crate::rules::{Detail, Phase, Step, words};

#[cfg(test)]
pub(super) use json::JsonMigration;

/// `migrate --format`
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum MigrationFormat {
    /// Readable steps
    Text,
    /// One JSON document
    Json,
    /// Markdown, for a ticket or a pull request
    Markdown,
    /// One self-contained HTML page, suitable for printing
    Html,
}

/// Names the format of [`MigrationFormat::Json`] and its major version.
pub const SCHEMA: &str = "aem-ims-lint/migration/v1";

/// Writes the plan. `edits` are those of its files; `width` is that of the terminal in columns.
///
/// # Errors
/// Whatever `out` returns; a closed pipe arrives as [`io::ErrorKind::BrokenPipe`].
pub fn write(
    format: MigrationFormat,
    report: &Report,
    plan: &Plan,
    edits: &Edits,
    width: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let view = View::new(report, plan, edits);
    match format {
        MigrationFormat::Text => {
            log::safe_lines(out, |out| wrapped_lines(out, width, |out| text::write(&view, width, out)))
        }
        MigrationFormat::Json => escape::write_json(&json::document(&view), out),
        MigrationFormat::Markdown => markdown::write(&view, out),
        MigrationFormat::Html => html::write(&view, out),
    }
}

/// What every format shows.
struct View<'a> {
    report: &'a Report,
    entries: Vec<EntryView<'a>>,
    elsewhere: &'a [Elsewhere],
    left: &'a [Left],
    /// Files that `--write` changes or adds.
    editable: usize,
}

struct EntryView<'a> {
    integration: &'a Integration,
    entry: &'a PlanEntry,
    /// Product, kind and name.
    title: String,
    status: Status,
    environments: String,
    place: String,
    variables: Vec<Variable>,
    waiting: Vec<(&'static str, &'a str)>,
}

impl<'a> View<'a> {
    fn new(report: &'a Report, plan: &'a Plan, edits: &'a Edits) -> Self {
        let entry = |entry: &'a PlanEntry| {
            let integration = entry.subject(&report.landscape)?;
            Some(EntryView {
                integration,
                entry,
                title: words::sentence(&words::subject(integration)),
                status: Status::of(integration),
                environments: inventory::environments(&integration.environments),
                place: format!("{}:{}", integration.location.path(), integration.location.start.line),
                variables: entry.changes.variables(integration),
                // Changes made by hand have no placeholders.
                waiting: if entry.course == Course::Edit { entry.waiting() } else { Vec::new() },
            })
        };
        let mut entries: Vec<EntryView<'_>> = plan.entries.iter().filter_map(entry).collect();
        entries.sort_by_key(|view| view.entry.course);
        let editable = edits.files.len();
        Self { report, entries, elsewhere: &plan.elsewhere, left: &edits.left, editable }
    }

    /// `3 integrations: 2 to edit, 1 to leave to Adobe; `--write` edits 4 files, 1 value to fill in`.
    fn summary(&self) -> String {
        let mut text = match (self.entries.len(), self.elsewhere.len()) {
            (0, 0) => "nothing to migrate".to_owned(),
            (0, _) => "no integration to migrate".to_owned(),
            (entries, _) => format!("{}: {}", counted(entries as u64, "integration"), self.courses()),
        };
        if self.editable > 0 {
            text += &format!("; `--write` edits {}", counted(self.editable as u64, "file"));
        }
        let waiting: usize = self.entries.iter().map(|view| view.waiting.len()).sum();
        if waiting > 0 {
            text += &format!(", {} to fill in", counted(waiting as u64, "value"));
        }
        if !self.elsewhere.is_empty() {
            text += &format!("; {} to change by hand", counted(self.elsewhere.len() as u64, "other place"));
        }
        if !self.report.is_complete() {
            text += &format!("; incomplete: {} not read", counted(self.report.incidents.len() as u64, "place"));
        }
        text
    }

    /// `2 to edit, 1 to leave to Adobe`.
    fn courses(&self) -> String {
        let count = |course| self.entries.iter().filter(|view| view.entry.course == course).count();
        let counts = Course::VARIANTS.iter().map(|&course| (count(course), course)).filter(|(count, _)| *count > 0);
        counts.map(|(count, course)| format!("{count} {}", course.label())).collect::<Vec<_>>().join(", ")
    }

    /// What is left to do by hand, under its title, as sentences with code spans. Empty lists are omitted.
    fn lists(&self) -> Vec<(&'static str, Vec<String>)> {
        let waiting =
            |(text, property, place)| format!("`{text}` in {}, {}", words::code(property), words::path(place));
        let left = |left: &Left| format!("{}: {}.", words::path(&left.label), left.reason);
        let lists = [
            ("To fill in", self.waiting().map(waiting).collect::<Vec<_>>()),
            ("Not edited", self.left.iter().map(left).collect()),
        ];
        lists.into_iter().filter(|(_, items)| !items.is_empty()).collect()
    }

    /// The values to fill in, with their file.
    fn waiting(&self) -> impl Iterator<Item = (&'static str, &str, &str)> {
        self.entries
            .iter()
            .flat_map(|view| view.waiting.iter().map(|(text, property)| (*text, *property, view.place.as_str())))
    }
}

impl EntryView<'_> {
    /// The steps of each phase, in order.
    fn phases(&self) -> Vec<(Phase, Vec<&Step>)> {
        let mut phases: Vec<(Phase, Vec<&Step>)> = Vec::new();
        for step in &self.entry.steps {
            match phases.last_mut() {
                Some((phase, steps)) if *phase == step.phase => steps.push(step),
                _ => phases.push((step.phase, vec![step])),
            }
        }
        phases
    }
}

/// The change to a property, as a sentence with code spans.
fn detail(detail: &Detail) -> String {
    let property = words::code(&detail.property);
    match (&detail.old, &detail.new) {
        (Some(old), Some(new)) => format!("{property}: {} -> {}", words::code(old), words::code(new)),
        (None, Some(new)) => format!("{property}: add {}", words::code(new)),
        (Some(old), None) => format!("{property}: remove {}", words::code(old)),
        (None, None) => property,
    }
}
