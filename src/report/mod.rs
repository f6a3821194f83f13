//! Stage *report*: findings become text for people and formats for machines. One file per format.

mod ci;
mod concise;
pub mod configuration;
mod csv;
pub mod data;
pub mod escape;
mod gitlab;
mod html;
pub mod inspect;
pub mod inventory;
mod json;
pub mod log;
mod markdown;
pub mod migration;
mod safe_json;
mod sarif;
mod text;
pub mod totals;
mod wrap;
mod xml;

pub use data::{Configuration, Recognition, Report, Stats};

use std::io;

/// An output format of `check`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub enum ReportFormat {
    /// Annotated source for people.
    Text,
    /// One line per finding.
    Concise,
    /// One JSON document.
    Json,
    /// One JSON document per line.
    Jsonl,
    /// SARIF 2.1.0.
    Sarif,
    /// GitHub workflow commands.
    Github,
    /// GitLab Code Quality.
    Gitlab,
    /// Azure Pipelines logging commands.
    Azure,
    /// Checkstyle XML.
    Checkstyle,
    /// JUnit XML.
    Junit,
    /// Comma-separated values.
    Csv,
    /// Markdown, for step summaries.
    Markdown,
    /// One self-contained HTML page.
    Html,
}

/// How to write a report.
#[derive(Clone, Debug)]
pub struct Options {
    /// ANSI colours (text formats).
    pub color: bool,
    /// OSC 8 hyperlinks (text format).
    pub hyperlinks: bool,
    /// Terminal width in columns.
    pub width: usize,
    /// Show suppressed findings too, marked as such, in formats where they are left out otherwise (all but JSON).
    pub show_suppressed: bool,
    /// Incidents do not make the run unsuccessful (SARIF `executionSuccessful`).
    pub allow_incomplete: bool,
    /// Names one of several runs over the same commit (SARIF `automationDetails.id`).
    pub category: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            color: false,
            hyperlinks: false,
            width: 120,
            show_suppressed: false,
            allow_incomplete: false,
            category: None,
        }
    }
}

/// Writes `report` in `format`.
///
/// # Errors
/// Whatever `out` returns; a closed pipe arrives as [`io::ErrorKind::BrokenPipe`].
pub fn write(format: ReportFormat, report: &Report, options: &Options, out: &mut dyn io::Write) -> io::Result<()> {
    match format {
        ReportFormat::Text => log::safe_lines(out, |out| text::write(report, options, out)),
        ReportFormat::Concise => log::safe_lines(out, |out| concise::write(report, options, out)),
        ReportFormat::Json => json::write(report, out),
        ReportFormat::Jsonl => json::write_lines(report, out),
        ReportFormat::Sarif => sarif::write(report, options, out),
        ReportFormat::Github => ci::github(report, options, out),
        ReportFormat::Gitlab => gitlab::write(report, options, out),
        ReportFormat::Azure => ci::azure(report, options, out),
        ReportFormat::Checkstyle => xml::checkstyle(report, options, out),
        ReportFormat::Junit => xml::junit(report, options, out),
        ReportFormat::Csv => csv::write(report, options, out),
        ReportFormat::Markdown => markdown::write(report, options, out),
        ReportFormat::Html => html::write(report, options, out),
    }
}
