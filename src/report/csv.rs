//! Comma-separated values, one row per finding (RFC 4180).

use std::io::{self, Write};

use super::configuration::Account;
use super::{Options, Report, escape, totals};
use crate::findings::Finding;
use crate::repository::System;
use crate::source::Incident;

/// Names of the columns; new ones are added at the end.
const COLUMNS: [&str; 21] = [
    "level",
    "rule",
    "confidence",
    "path",
    "line",
    "column",
    "endLine",
    "endColumn",
    "jcrPath",
    "pid",
    "property",
    "product",
    "integration",
    "environments",
    "message",
    "help",
    "url",
    "fingerprint",
    "suppressed",
    "system",
    "instance",
];

/// Writes the report. An incident is a row of level `incident`; the configuration in use is a row of level
/// `configuration`.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    begin(&COLUMNS, out)?;
    for finding in totals::shown(report, options) {
        write_finding(report, finding, out)?;
    }
    for incident in &report.incidents {
        write_incident(incident, out)?;
    }
    write_configuration(report, out)
}

/// Writes the header row. The byte order mark tells spreadsheets that the file is UTF-8.
pub(super) fn begin<T: AsRef<str>>(columns: &[T], out: &mut dyn Write) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    row(columns, out)
}

/// Writes one record.
pub(super) fn row<T: AsRef<str>>(fields: &[T], out: &mut dyn Write) -> io::Result<()> {
    let fields: Vec<String> = fields.iter().map(|field| escape::csv(field.as_ref())).collect();
    write!(out, "{}\r\n", fields.join(","))
}

fn write_finding(report: &Report, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let location = &finding.location;
    let integration = finding.subject(&report.landscape);
    let system = report.system_with(finding);
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let environments: Vec<String> = finding.environments.iter().map(ToString::to_string).collect();
    let fields: [String; COLUMNS.len()] = [
        finding.level.id().to_owned(),
        finding.rule.id.to_owned(),
        finding.confidence.id().to_owned(),
        location.path().to_string(),
        location.start.line.to_string(),
        location.start.column.to_string(),
        location.end.line.to_string(),
        location.end.column.to_string(),
        text(location.jcr_path.as_deref()),
        text(location.pid.as_deref()),
        text(location.property.as_deref()),
        integration.and_then(|i| i.product).map(|product| product.name()).unwrap_or_default().to_owned(),
        integration.map(|i| i.id.clone()).unwrap_or_default(),
        environments.join(" "),
        finding.message.clone(),
        finding.help().collect::<Vec<_>>().join(" | "),
        finding.url.to_string(),
        finding.fingerprint.clone(),
        finding.suppressed.as_ref().map(|s| s.reason.clone()).unwrap_or_default(),
        text(system.map(|system| system.name.as_str())),
        text(system.and_then(System::instance)),
    ];
    row(&fields, out)
}

fn write_configuration(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let account = Account::of(report);
    let Some(sentence) = account.sentence() else { return Ok(()) };
    let mut fields: [String; COLUMNS.len()] = Default::default();
    fields[0] = "configuration".to_owned();
    fields[3] = account.configuration().map(|configuration| configuration.path.clone()).unwrap_or_default();
    fields[14] = sentence;
    row(&fields, out)
}

fn write_incident(incident: &Incident, out: &mut dyn Write) -> io::Result<()> {
    let position = |part: Option<u32>| part.map(|number| number.to_string()).unwrap_or_default();
    let mut fields: [String; COLUMNS.len()] = Default::default();
    fields[0] = "incident".to_owned();
    fields[1] = incident.kind.id().to_owned();
    fields[3] = incident.path.to_string();
    fields[4] = position(incident.position.map(|(line, _)| line));
    fields[5] = position(incident.position.map(|(_, column)| column));
    fields[14] = incident.message.clone();
    row(&fields, out)
}
