//! The format of reviewdog (`rdjson`, <https://github.com/reviewdog/reviewdog/tree/master/proto/rdf>).
//!
//! Columns are counted in UTF-8 bytes. They are computed from the displayed line; if that is not the complete line of
//! the file, the range has no columns.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value, json};

use super::configuration::Account;
use super::escape::Lazy;
use super::{Options, Report, escape, totals};
use crate::findings::Finding;
use crate::ims;
use crate::rules::Level;
use crate::source::Incident;

/// Writes the report.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let source = json!({ "name": env!("CARGO_PKG_NAME"), "url": "https://crates.io/crates/aem-ims-lint" });
    let diagnostics = Lazy(|| {
        let findings = totals::shown(report, options).map(|finding| diagnostic(finding, options));
        let incidents = report.incidents.iter().map(|one| incident(one, options));
        findings.chain(incidents).chain(configuration(report, options))
    });
    escape::write_json(&DiagnosticResult { source, diagnostics }, out)
}

#[derive(Serialize)]
struct DiagnosticResult<D> {
    source: Value,
    diagnostics: D,
}

#[derive(Serialize)]
struct Diagnostic {
    message: String,
    location: Location,
    severity: &'static str,
    code: Code,
}

#[derive(Serialize)]
struct Location {
    path: String,
    range: Range,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<Position>,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

#[derive(Serialize)]
struct Code {
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

fn diagnostic(finding: &Finding, options: &Options) -> Diagnostic {
    let mut message = totals::message(finding).into_owned();
    for line in finding.help() {
        message.push('\n');
        message += &line;
    }
    Diagnostic {
        // Reviewdog puts the message into a comment, which is Markdown.
        message: message.split('\n').map(escape::markdown_message).collect::<Vec<_>>().join("\n\n"),
        location: Location {
            path: options.base.path(finding.location.path()).to_string(),
            range: range(&finding.location),
        },
        severity: match totals::level(finding) {
            Level::Error => "ERROR",
            Level::Warning => "WARNING",
            Level::Note => "INFO",
        },
        code: Code { value: finding.rule.id.to_owned(), url: escape::link(&finding.url).map(str::to_owned) },
    }
}

fn range(location: &ims::Location) -> Range {
    let columns = byte_columns(location);
    Range {
        start: Position { line: location.start.line, column: columns.map(|(start, _)| start) },
        end: Some(Position { line: location.end.line, column: columns.map(|(_, end)| end) }),
    }
}

/// Columns of a location on one line whose text is known up to the end of the location.
fn byte_columns(location: &ims::Location) -> Option<(usize, usize)> {
    let (start, end) = (location.start, location.end);
    let length = usize::try_from(end.column.checked_sub(start.column)?).ok()?;
    let before = usize::try_from(start.column.checked_sub(1)?).ok()?;
    let excerpt = &location.excerpt;
    if start.line != end.line || excerpt.first_line == 0 || excerpt.cut_start || excerpt.redacted {
        return None;
    }
    let line = excerpt.line();
    // `column` counts characters; reviewdog expects bytes.
    let byte = |characters: usize| line.char_indices().map(|(at, _)| at).chain([line.len()]).nth(characters);
    Some((byte(before)? + 1, byte(before + length)? + 1))
}

fn incident(incident: &Incident, options: &Options) -> Diagnostic {
    let (line, _) = incident.position.unwrap_or((1, 1));
    Diagnostic {
        message: escape::markdown_message(&format!("Not read: {}", incident.message)),
        location: whole_line(options.base.path(&incident.path).to_string(), line),
        severity: if options.allow_incomplete { "WARNING" } else { "ERROR" },
        code: Code { value: format!("not-read-{}", incident.kind.id()), url: None },
    }
}

/// What the configuration or comments hide, as a diagnostic, because the format has nothing else for it.
fn configuration(report: &Report, options: &Options) -> Option<Diagnostic> {
    let account = Account::of(report);
    let sentence = account.sentence().filter(|_| account.hides())?;
    Some(Diagnostic {
        message: escape::markdown_message(&sentence),
        location: whole_line(options.base.input(account.path()).into_owned(), 1),
        severity: "INFO",
        code: Code { value: "configuration".to_owned(), url: None },
    })
}

fn whole_line(path: String, line: u32) -> Location {
    Location { path, range: Range { start: Position { line, column: None }, end: None } }
}
