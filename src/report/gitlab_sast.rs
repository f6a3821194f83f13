//! GitLab SAST (`gl-sast-report.json`), version 15 of the security report schemas
//! (<https://gitlab.com/gitlab-org/security-products/security-report-schemas>).

use std::collections::HashMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::configuration::Account;
use super::escape::Lazy;
use super::{Options, Report, escape, totals};
use crate::findings::Finding;
use crate::rules::{Level, Meta, RULES};
use crate::source::Incident;

/// The version of the schema. GitLab validates against a later patch version of it.
const VERSION: &str = "15.0.7";
const SCHEMA: &str = "https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v15.0.7/dist/sast-report-format.json";
/// Maximum length of `name` and `solution`, in characters.
const LONGEST_NAME: usize = 255;
const LONGEST_SOLUTION: usize = 7000;
/// Security severity from which an error is critical, as in code scanning.
const CRITICAL: f32 = 9.0;

/// Writes the report.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let tool = json!({
        "id": env!("CARGO_PKG_NAME"),
        "name": env!("CARGO_PKG_NAME"),
        "url": "https://crates.io/crates/aem-ims-lint",
        "version": env!("CARGO_PKG_VERSION"),
        "vendor": { "name": "aem-ims-lint contributors" },
    });
    let complete = report.is_complete() || options.allow_incomplete;
    let document = Document {
        schema: SCHEMA,
        version: VERSION,
        scan: json!({
            "type": "sast",
            "analyzer": tool,
            "scanner": tool,
            "start_time": options.time,
            "end_time": options.time,
            "status": if complete { "success" } else { "failure" },
            "messages": messages(report, options),
            "primary_identifiers": RULES.iter().map(|rule| identifier(rule.meta())).collect::<Vec<_>>(),
        }),
        vulnerabilities: Lazy(|| {
            let mut seen = HashMap::new();
            totals::shown(report, options).map(move |finding| vulnerability(finding, options, &mut seen))
        }),
    };
    escape::write_json(&document, out)
}

#[derive(Serialize)]
struct Document<V> {
    schema: &'static str,
    version: &'static str,
    scan: Value,
    vulnerabilities: V,
}

#[derive(Serialize)]
struct Identifier {
    r#type: &'static str,
    name: String,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Vulnerability {
    id: String,
    name: String,
    description: String,
    severity: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    solution: String,
    identifiers: Vec<Identifier>,
    links: Vec<Value>,
    location: Value,
}

fn vulnerability<'f>(
    finding: &'f Finding,
    options: &Options,
    seen: &mut HashMap<(&'f str, &'f str), u32>,
) -> Vulnerability {
    let count = seen.entry((finding.rule.id, finding.fingerprint.as_str())).or_insert(0);
    *count += 1;
    let help: Vec<String> = finding.help().map(|line| escape::markdown_message(&line)).collect();
    let mut description = escape::markdown_message(&totals::message(finding));
    // A solution that is too long becomes part of the description.
    let solution = help.join("\n\n");
    let fits = solution.chars().count() <= LONGEST_SOLUTION;
    if !fits {
        description = format!("{description}\n\n{solution}");
    }
    let place = &finding.location;
    Vulnerability {
        id: uuid(&format!("{}:{}:{count}", finding.rule.id, finding.fingerprint)),
        name: finding.rule.summary.chars().take(LONGEST_NAME).collect(),
        description,
        severity: severity(finding),
        solution: if fits { solution } else { String::new() },
        identifiers: std::iter::once(identifier(finding.rule))
            .chain(finding.rule.cwe.iter().map(|n| cwe(*n)))
            .collect(),
        links: escape::link(&finding.url).map(|url| json!({ "url": url })).into_iter().collect(),
        location: json!({
            "file": options.base.path(place.path()).to_string(),
            "start_line": place.start.line,
            "end_line": place.end.line,
        }),
    }
}

fn severity(finding: &Finding) -> &'static str {
    let score: f32 = finding.rule.security_severity.parse().unwrap_or_default();
    match totals::level(finding) {
        Level::Error if score >= CRITICAL => "Critical",
        Level::Error => "High",
        Level::Warning => "Medium",
        Level::Note => "Info",
    }
}

fn identifier(meta: &Meta) -> Identifier {
    Identifier { r#type: "aem_ims_lint", name: meta.id.to_owned(), value: meta.id.to_owned(), url: meta.page() }
}

fn cwe(number: u16) -> Identifier {
    Identifier {
        r#type: "cwe",
        name: format!("CWE-{number}"),
        value: number.to_string(),
        url: Some(format!("https://cwe.mitre.org/data/definitions/{number}.html")),
    }
}

/// What could not be read, and what the configuration and comments hide.
fn messages(report: &Report, options: &Options) -> Vec<Value> {
    let level = if options.allow_incomplete { "warn" } else { "fatal" };
    let message = |level, text: &str| json!({ "level": level, "value": escape::line(text) });
    let not_read = |one: &Incident| format!("not read: {}: {}", options.base.path(&one.path), one.message);
    let incidents = report.incidents.iter().map(|one| message(level, &not_read(one)));
    let account = Account::of(report).sentence().map(|sentence| message("info", &sentence));
    incidents.chain(account).collect()
}

/// A UUID of version 8 (RFC 9562), which is the same for the same text.
fn uuid(text: &str) -> String {
    let mut bytes = [0_u8; 16];
    bytes.iter_mut().zip(Sha256::digest(text.as_bytes())).for_each(|(byte, hash)| *byte = hash);
    bytes[6] = 0x80 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    let hex = escape::hex(&bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
