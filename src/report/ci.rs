//! Commands that CI systems read from the output of a build: GitHub Actions and Azure Pipelines.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::io::{self, Write};

use super::configuration::Account;
use super::totals::{self, Totals};
use super::{Options, Report, escape};
use crate::findings::Finding;
use crate::rules::Level;

/// GitHub workflow commands, the most severe first, because GitHub shows only ten annotations per step.
pub(super) fn github(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    for finding in most_severe_first(report, options) {
        let level = match totals::level(finding) {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "notice",
        };
        let (start, end) = (finding.location.start, finding.location.end);
        let file = escape::github_property(&options.base.path(finding.location.path()).to_string());
        write!(out, "::{level} file={file},line={},endLine={}", start.line, end.line)?;
        // GitHub reads columns only if the annotation is on one line.
        if start.line == end.line {
            write!(out, ",col={},endColumn={}", start.column, end.column)?;
        }
        writeln!(out, ",title={}::{}", finding.rule.id, lines(finding, "%0A", escape::github_message))?;
    }
    for incident in &report.incidents {
        let file = escape::github_property(&options.base.path(&incident.path).to_string());
        let line = incident.position.map(|(line, _)| format!(",line={line}")).unwrap_or_default();
        let (level, kind) = (incident_level(options), incident.kind.id());
        let message = escape::github_message(&incident.message);
        writeln!(out, "::{level} file={file}{line},title=not read ({kind})::{message}")?;
    }
    if let Some(sentence) = Account::of(report).sentence() {
        match Account::of(report).hides() {
            true => writeln!(out, "::notice title=configuration::{}", escape::github_message(&sentence))?,
            false => writeln!(out, "{}", escape::log_line(&escape::line(&sentence)))?,
        }
    }
    writeln!(out, "{}", Totals::of(report).summary(report))
}

/// Azure Pipelines logging commands. They support only errors and warnings, so a note becomes a warning.
pub(super) fn azure(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    for finding in most_severe_first(report, options) {
        let level = if totals::level(finding) == Level::Error { "error" } else { "warning" };
        let start = finding.location.start;
        writeln!(
            out,
            "##vso[task.logissue type={level};sourcepath={};linenumber={};columnnumber={};code={}]{}",
            escape::azure_property(&options.base.path(finding.location.path()).to_string()),
            start.line,
            start.column,
            finding.rule.id,
            lines(finding, " ", escape::azure_message),
        )?;
    }
    for incident in &report.incidents {
        let level = incident_level(options);
        let path = escape::azure_property(&options.base.path(&incident.path).to_string());
        let position = incident.position.map(|(line, column)| format!("linenumber={line};columnnumber={column};"));
        writeln!(
            out,
            "##vso[task.logissue type={level};sourcepath={path};{}code=not-read-{}]{}",
            position.unwrap_or_default(),
            incident.kind.id(),
            escape::azure_message(&incident.message),
        )?;
    }
    if let Some(sentence) = Account::of(report).sentence() {
        writeln!(out, "{}", escape::log_line(&escape::line(&sentence)))?;
    }
    writeln!(out, "{}", Totals::of(report).summary(report))
}

fn most_severe_first<'a>(report: &'a Report, options: &Options) -> Vec<&'a Finding> {
    let mut findings: Vec<&Finding> = totals::shown(report, options).collect();
    findings.sort_by_key(|finding| Reverse(totals::level(finding)));
    findings
}

pub(super) fn incident_level(options: &Options) -> &'static str {
    if options.allow_incomplete { "warning" } else { "error" }
}

/// The message, the steps and the page, joined with the line separator of the system.
fn lines(finding: &Finding, line_end: &str, escape: fn(&str) -> String) -> String {
    let mut text = escape(&totals::message(finding));
    let page = (!finding.url.is_empty()).then(|| format!("See {}", finding.url));
    for step in finding.help().chain(page.map(Cow::Owned)) {
        text += line_end;
        text += &escape(&step);
    }
    text
}
