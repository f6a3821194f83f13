//! Markdown, for GitHub Actions step summaries and for tickets.

use std::cmp::Reverse;
use std::io::{self, Write};

use super::configuration::Account;
use super::totals::{self, Totals, capitalised, counted};
use super::{Options, Report, escape, inventory, systems};
use crate::findings::Finding;

/// GitHub rejects step summaries larger than 1 MiB ("Workflow commands", GitHub Docs).
const MAX_BYTES: usize = 1 << 20;
/// Space for the sentences about omitted content.
const RESERVE: usize = 4 << 10;

/// Writes the report, below [`MAX_BYTES`].
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut text = Vec::new();
    writeln!(text, "# aem-ims-lint\n\n**{}**\n", escape::markdown(&Totals::of(report).summary(report)))?;
    configuration(report, &mut text)?;
    let room = MAX_BYTES - RESERVE;
    findings(report, options, room / 2, &mut text)?;
    incidents(report, room / 8, &mut text)?;
    if report.landscape.integrations().next().is_some() {
        writeln!(text, "## Integrations\n")?;
        inventory(report, room / 4, &mut text)?;
    }
    out.write_all(&text)
}

/// The configuration in use and what it hides; the systems that were found.
pub(super) fn configuration(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    if let Some(sentence) = systems::sentence(report) {
        writeln!(out, "{}.\n", escape::markdown(&sentence))?;
        for reason in systems::reasons(report) {
            writeln!(out, "* {}", escape::markdown(&reason))?;
        }
        writeln!(out)?;
    }
    match Account::of(report).sentence() {
        Some(sentence) => writeln!(out, "{}.\n", escape::markdown_message(&capitalised(&sentence))),
        None => Ok(()),
    }
}

/// A table that ends before a size is exceeded, and states how much was omitted.
struct Table<'a> {
    out: &'a mut Vec<u8>,
    until: usize,
    left_out: u64,
}

impl Table<'_> {
    fn row(&mut self, cells: &[String]) {
        let row = format!("| {} |\n", cells.join(" | "));
        if self.left_out > 0 || self.out.len() + row.len() > self.until {
            self.left_out += 1;
        } else {
            self.out.extend_from_slice(row.as_bytes());
        }
    }

    fn end(self, what: &str) -> io::Result<()> {
        if self.left_out > 0 {
            let what = counted(self.left_out, what);
            writeln!(self.out, "\n_Not shown in this summary: {what}. Other formats contain all of them._")?;
        }
        writeln!(self.out)
    }
}

fn findings(report: &Report, options: &Options, until: usize, out: &mut Vec<u8>) -> io::Result<()> {
    let mut findings: Vec<&Finding> = totals::shown(report, options).collect();
    if findings.is_empty() {
        return Ok(());
    }
    findings.sort_by_key(|finding| Reverse(finding.level));
    writeln!(out, "| Level | Rule | Location | Problem and fix |\n|---|---|---|---|")?;
    let mut table = Table { out, until, left_out: 0 };
    for finding in findings {
        table.row(&[
            format!("{}{}", finding.level.id(), if finding.suppressed.is_some() { " (suppressed)" } else { "" }),
            rule(finding),
            format!(
                "{}:{}:{}",
                escape::markdown_code(&finding.location.path().to_string()),
                finding.location.start.line,
                finding.location.start.column
            ),
            what(finding),
        ]);
    }
    table.end("finding")
}

fn rule(finding: &Finding) -> String {
    let id = escape::markdown(finding.rule.id);
    match escape::link(&finding.url) {
        None => id,
        Some(url) => format!("<a href=\"{}\">{id}</a>", escape::html(url)),
    }
}

fn what(finding: &Finding) -> String {
    let mut text = escape::markdown_message(&finding.message);
    for step in finding.help() {
        text += "<br>→ ";
        text += &escape::markdown_message(&step);
    }
    text
}

/// Unreadable files, in at most `until` bytes.
pub(super) fn incidents(report: &Report, until: usize, out: &mut dyn Write) -> io::Result<()> {
    if report.incidents.is_empty() {
        return Ok(());
    }
    let mut text = Vec::new();
    writeln!(text, "## Not read\n\n| Path | Why |\n|---|---|")?;
    let mut table = Table { out: &mut text, until, left_out: 0 };
    for incident in &report.incidents {
        table.row(&[escape::markdown_code(&incident.path.to_string()), escape::markdown_message(&incident.message)]);
    }
    table.end("path")?;
    out.write_all(&text)
}

/// The inventory as a table, in at most `until` bytes.
pub(super) fn inventory(report: &Report, until: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut text = Vec::new();
    let rows = inventory::rows(report);
    writeln!(text, "{}.\n", escape::markdown(&Totals::of(report).inventory()))?;
    if !rows.is_empty() {
        writeln!(text, "| {} |", inventory::COLUMNS.join(" | "))?;
        writeln!(text, "|{}", "---|".repeat(inventory::COLUMNS.len()))?;
        let mut table = Table { out: &mut text, until, left_out: 0 };
        for row in rows {
            table.row(&row.cells().map(|cell| escape::markdown_message(&cell)));
        }
        table.end("integration")?;
    }
    out.write_all(&text)
}
