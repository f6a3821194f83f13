//! Stage *report*: writes findings as readable text and in machine-readable formats. One file per format.

mod base;
mod ci;
mod concise;
#[doc(hidden)]
pub mod configuration;
mod csv;
pub mod data;
#[doc(hidden)]
pub mod escape;
mod gitlab;
mod gitlab_sast;
mod html;
#[doc(hidden)]
pub mod inspect;
pub mod inventory;
mod json;
mod lines;
#[doc(hidden)]
pub mod log;
mod markdown;
pub mod merge;
#[doc(hidden)]
pub mod migration;
mod rdjson;
mod safe_json;
mod sarif;
mod statistics;
pub(crate) mod systems;
mod text;
#[doc(hidden)]
pub mod totals;
#[doc(hidden)]
pub mod wrap;
mod xml;

pub use base::PathBase;
pub use data::{Configuration, Recognition, Report, Stats};

use std::io;

use crate::rules::Level;

/// An output format of `check`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub enum ReportFormat {
    /// Annotated source, for users.
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
    /// GitLab SAST.
    GitlabSast,
    /// reviewdog.
    Rdjson,
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
    /// Width to which text is wrapped, in columns; [`usize::MAX`] without a terminal.
    pub width: usize,
    /// Show all help with each finding (text format), instead of only new help.
    pub explain_all: bool,
    /// Show counts by rule instead of the findings (text format).
    pub statistics: bool,
    /// Also show suppressed findings, marked as such, in formats that otherwise omit them (all except JSON).
    pub show_suppressed: bool,
    /// The lowest level that fails the run (JUnit); `None` if findings never do.
    pub fail_on: Option<Level>,
    /// When the scan was made, in UTC, such as `2026-06-30T12:00:00` (GitLab SAST).
    pub time: String,
    /// Whether incidents are accepted, so that the run is still successful (SARIF `executionSuccessful`).
    pub allow_incomplete: bool,
    /// The base of paths in formats for CI systems.
    pub base: PathBase,
    /// The name of this run, if there are several for one commit (SARIF `automationDetails.id`).
    pub category: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            color: false,
            hyperlinks: false,
            width: 120,
            explain_all: false,
            statistics: false,
            show_suppressed: false,
            fail_on: Some(Level::Error),
            time: "1970-01-01T00:00:00".to_owned(),
            allow_incomplete: false,
            base: PathBase::default(),
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
        ReportFormat::Text if options.statistics => log::safe_lines(out, |out| statistics::write(report, options, out)),
        ReportFormat::Text => log::safe_lines(out, |out| text::write(report, options, out)),
        ReportFormat::Concise => log::safe_lines(out, |out| concise::write(report, options, out)),
        ReportFormat::Json => json::write(report, out),
        ReportFormat::Jsonl => json::write_lines(report, out),
        ReportFormat::Sarif => sarif::write(report, options, out),
        ReportFormat::Github => ci::github(report, options, out),
        ReportFormat::Gitlab => gitlab::write(report, options, out),
        ReportFormat::GitlabSast => gitlab_sast::write(report, options, out),
        ReportFormat::Rdjson => rdjson::write(report, options, out),
        ReportFormat::Azure => ci::azure(report, options, out),
        ReportFormat::Checkstyle => xml::checkstyle(report, options, out),
        ReportFormat::Junit => xml::junit(report, options, out),
        ReportFormat::Csv => csv::write(report, options, out),
        ReportFormat::Markdown => markdown::write(report, options, out),
        ReportFormat::Html => html::write(report, options, out),
    }
}
