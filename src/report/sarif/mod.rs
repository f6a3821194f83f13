//! SARIF 2.1.0, as GitHub code scanning and other readers expect it.
//!
//! * Always exactly one run; `results` is present even if it is empty.
//! * A location inside a package is `dist/a.zip!/jcr_root/…` with the line and column inside the entry; the nested
//!   artifact defined by the standard is the first related location, because GitHub shows only `uri`.
//! * Columns are UTF-16 code units.
//! * GitHub rejects files with more than 25 000 results or 10 MB gzipped ("SARIF support for code scanning", GitHub
//!   Docs): the most severe are kept and a notification states how many were omitted.

mod artifacts;
mod fixes;
mod limit;
mod log;
mod rules;

use std::io::{self, Write};

use serde_json::{Value, json};

use self::artifacts::Artifacts;
use self::log::{DescriptorReference, Invocation, Log, Message, Notification, ResultLocation, Run};
use self::rules::RuleTable;
use super::ci::incident_level;
use super::configuration::Account;
use super::escape::Lazy;
use super::totals::counted;
use super::{Options, Report, escape, json, systems, totals};
use crate::findings::Finding;
use crate::source::{Incident, IncidentKind};

/// Writes the report.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let findings: Vec<&Finding> = totals::shown(report, options).collect();
    let rules = RuleTable::new(&findings);
    let artifacts = Artifacts::of(&findings, &options.base);
    let writer = log::ResultWriter { rules: &rules, artifacts: &artifacts, report, options };
    let kept = limit::most_severe(&findings, &writer);
    let left_out = findings.len() - kept.len();
    // Omitted results have no artifacts, so the indices are recalculated.
    let artifacts = Artifacts::of(&kept, &options.base);
    let writer = log::ResultWriter { rules: &rules, artifacts: &artifacts, report, options };

    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: json!({ "driver": driver(&rules) }),
            automation_details: json!({ "id": automation_id(options) }),
            invocations: [invocation(report, options, left_out)],
            original_uri_base_ids: json!({
                log::SRCROOT: { "description": { "text": "The directory in which the scan was started." } }
            }),
            column_kind: "utf16CodeUnits",
            newline_sequences: ["\r\n", "\n", "\r"],
            artifacts: &artifacts.list,
            results: Lazy(|| kept.iter().map(|finding| writer.result(finding))),
            properties: json!({
                "configuration": Account::of(report).json(),
                "comments": Account::of(report).comments(),
                "systems": json::systems(report),
            }),
        }],
    };
    escape::write_json(&log, out)
}

fn automation_id(options: &Options) -> String {
    match options.category.as_deref().map(|category| category.trim_matches('/')) {
        Some(category) if !category.is_empty() => format!("{}/{category}/", env!("CARGO_PKG_NAME")),
        _ => format!("{}/", env!("CARGO_PKG_NAME")),
    }
}

fn driver(rules: &RuleTable) -> Value {
    // GitHub wants a description and help for notifications too.
    let notification = |(id, text): &(&str, &str)| {
        json!({
            "id": id,
            "shortDescription": { "text": text },
            "fullDescription": { "text": text },
            "help": { "text": format!("{text} The notification's message explains what to do.") },
        })
    };
    json!({
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "informationUri": "https://crates.io/crates/aem-ims-lint",
        "rules": rules.list,
        "notifications": NOTIFICATIONS.iter().map(notification).collect::<Vec<_>>(),
    })
}

/// Kinds of notifications; those of incidents come first and have the same names as in the other reports.
const NOTIFICATIONS: &[(&str, &str)] = &[
    (IncidentKind::Unreadable.id(), "A file could not be read."),
    (IncidentKind::Encrypted.id(), "An archive entry is encrypted."),
    (IncidentKind::UnsupportedMethod.id(), "An archive entry is compressed with an unsupported method."),
    (IncidentKind::BrokenArchive.id(), "An archive is broken."),
    (IncidentKind::Malformed.id(), "A file with IMS content could not be parsed to its end."),
    (IncidentKind::Limit.id(), "A limit was reached and part of the input was not read."),
    (IncidentKind::Internal.id(), "An internal error of aem-ims-lint."),
    (LEFT_OUT, "There are more results than a SARIF reader accepts."),
    (CONFIGURATION, "The configuration in use, and what it and comments exclude from the results."),
    (SYSTEMS, "The projects and instances found."),
];
const CONFIGURATION: &str = "configuration";
const SYSTEMS: &str = "systems";
const LEFT_OUT: &str = "results-left-out";

fn reference(id: &'static str) -> DescriptorReference {
    DescriptorReference { id, index: NOTIFICATIONS.iter().position(|(known, _)| *known == id) }
}

fn invocation(report: &Report, options: &Options, left_out: usize) -> Invocation {
    let mut notifications: Vec<Notification> =
        report.incidents.iter().map(|incident| notification(incident, options)).collect();
    if left_out > 0 {
        let text = format!(
            "{} of lower severity omitted: code scanning accepts at most {} results and 10 MB gzipped in one file. The \
             JSON report contains all of them.",
            counted(left_out as u64, "result"),
            limit::MAX_RESULTS,
        );
        notifications.push(told("warning", &text, LEFT_OUT));
    }
    Invocation {
        execution_successful: report.is_complete() || options.allow_incomplete,
        tool_execution_notifications: notifications,
        tool_configuration_notifications: Account::of(report)
            .sentence()
            .map(|sentence| told("note", &sentence, CONFIGURATION))
            .into_iter()
            .chain(systems::sentence(report).map(|sentence| told("note", &sentence, SYSTEMS)))
            .collect(),
    }
}

fn told(level: &'static str, text: &str, kind: &'static str) -> Notification {
    let message = Message::text(escape::sarif(text).into_owned());
    Notification { level, message, descriptor: reference(kind), locations: Vec::new() }
}

fn notification(incident: &Incident, options: &Options) -> Notification {
    let text = format!("{}: {}", options.base.path(&incident.path), incident.message);
    let locations = vec![ResultLocation::of_incident(incident, &options.base)];
    Notification { locations, ..told(incident_level(options), &text, incident.kind.id()) }
}
