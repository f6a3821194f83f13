//! GitLab Code Quality: one JSON array ("Code Quality report format", GitLab Docs).

use std::collections::HashMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::configuration::Account;
use super::escape::Lazy;
use super::{Options, PathBase, Report, escape, totals};
use crate::findings::Finding;
use crate::rules::Level;
use crate::source::Incident;

/// Writes the report.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let base = &options.base;
    let issues = Lazy(|| {
        let mut seen = HashMap::new();
        let findings = totals::shown(report, options).map(|finding| issue(finding, base));
        let incidents = report.incidents.iter().map(|one| incident(one, base));
        let unique = move |issue: Issue| Issue { fingerprint: fingerprint(&issue, &mut seen), ..issue };
        findings.chain(incidents).chain(configuration(report, base)).map(unique)
    });
    escape::write_json(&issues, out)
}

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Value,
}

/// GitLab expects paths without `./`.
fn lines(path: &str, begin: u32, end: u32) -> Value {
    json!({ "path": path.trim_start_matches("./"), "lines": { "begin": begin, "end": end } })
}

fn issue(finding: &Finding, base: &PathBase) -> Issue {
    let location = &finding.location;
    Issue {
        description: escape::line(&totals::message(finding)).into_owned(),
        check_name: finding.rule.id.to_owned(),
        fingerprint: finding.fingerprint.clone(),
        severity: match totals::level(finding) {
            Level::Error => "critical",
            Level::Warning => "major",
            Level::Note => "info",
        },
        location: lines(&base.path(location.path()).to_string(), location.start.line, location.end.line),
    }
}

fn incident(incident: &Incident, base: &PathBase) -> Issue {
    let line = incident.position.map_or(1, |(line, _)| line);
    let path = base.path(&incident.path).to_string();
    Issue {
        description: format!("Not read: {}", escape::line(&incident.message)),
        check_name: format!("not-read-{}", incident.kind.id()),
        fingerprint: format!("{}:{path}", incident.kind.id()),
        severity: "blocker",
        location: lines(&path, line, line),
    }
}

/// What the configuration or comments hide, as an issue, because the format has nothing else for it.
fn configuration(report: &Report, base: &PathBase) -> Option<Issue> {
    let account = Account::of(report);
    let sentence = account.sentence().filter(|_| account.hides())?;
    Some(Issue {
        description: escape::line(&sentence).into_owned(),
        check_name: "configuration".to_owned(),
        fingerprint: sentence,
        severity: "info",
        location: lines(&base.input(account.path()), 1, 1),
    })
}

/// GitLab drops issues with a fingerprint that occurred before.
fn fingerprint(issue: &Issue, seen: &mut HashMap<String, u32>) -> String {
    let count = seen.entry(issue.fingerprint.clone()).or_insert(0);
    *count += 1;
    let text = format!("{}:{}:{count}", issue.check_name, issue.fingerprint);
    escape::hex(&Sha256::digest(text.as_bytes())[..16])
}
