//! The members of a JSON report when it is read: the counterpart of [`crate::report::json`]. Members of later versions
//! are ignored; members that earlier versions did not write have defaults.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The counts that cannot be derived from the lists.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Summary {
    pub inputs: u64,
    pub packages: u64,
    pub files: u64,
    pub bytes: u64,
    pub skipped: u64,
    pub excluded: u64,
    pub links_not_followed: u64,
    pub broken_without_evidence: u64,
    pub left_out: u64,
    pub archives_not_read: u64,
    pub complete: bool,
    /// `None` in reports without this member.
    pub recognised: Option<bool>,
    pub unrecognised: Vec<String>,
    pub skipped_directories: Vec<String>,
}

/// The edition of a report or system.
#[derive(Debug, Default, Deserialize, Hash)]
pub(super) struct Edition {
    pub edition: String,
    #[serde(default)]
    pub because: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Configured {
    pub path: String,
    pub found: bool,
    pub sets: Vec<String>,
    #[serde(default)]
    pub rules: BTreeMap<String, RuleCounts>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RuleCounts {
    pub ignored: u64,
    pub lowered: u64,
    pub off: u64,
}

#[derive(Debug, Deserialize, Hash)]
pub(super) struct System {
    pub name: String,
    /// Distinguishes it from other systems with the same name, if an earlier merge numbered it.
    #[serde(default)]
    pub number: Option<u32>,
    pub kind: String,
    pub label: Option<String>,
    pub environment: Option<String>,
    pub service: Option<String>,
    pub target: Edition,
    #[serde(default)]
    pub because: String,
    #[serde(default)]
    pub paths: Vec<String>,
    #[serde(default)]
    pub comments: Vec<Comment>,
}

#[derive(Debug, Deserialize, Hash)]
pub(super) struct Comment {
    pub rule: String,
    pub reason: String,
    pub until: Option<String>,
    pub location: Location,
    pub from: u64,
    pub to: Option<u64>,
}

#[derive(Debug, Deserialize, Hash)]
#[serde(rename_all = "camelCase")]
pub(super) struct Finding {
    pub rule: String,
    pub level: String,
    pub confidence: String,
    pub message: String,
    #[serde(default)]
    pub label: Option<String>,
    pub help: Vec<String>,
    #[serde(default)]
    pub notes: usize,
    pub url: Option<String>,
    pub location: Location,
    #[serde(default)]
    pub source: Option<Source>,
    pub related: Vec<Related>,
    pub integration: Option<String>,
    #[serde(default)]
    pub system: Option<String>,
    #[serde(default)]
    pub compared: bool,
    pub environments: Vec<String>,
    pub fingerprint: String,
    pub suppressed: Option<Suppressed>,
    #[serde(default)]
    pub fix: Option<Fix>,
}

#[derive(Debug, Deserialize, Hash)]
pub(super) struct Suppressed {
    pub kind: String,
    pub reason: String,
}

#[derive(Debug, Deserialize, Hash)]
pub(super) struct Related {
    pub message: String,
    pub location: Location,
    #[serde(default)]
    pub source: Option<Source>,
}

#[derive(Debug, Deserialize, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    pub input: String,
    pub entries: Vec<String>,
    pub jcr_path: Option<String>,
    pub pid: Option<String>,
    pub property: Option<String>,
    pub package: Option<String>,
    pub covered: Option<bool>,
    pub start: Position,
    pub end: Position,
}

#[derive(Clone, Copy, Debug, Deserialize, Hash, Serialize)]
pub(super) struct Position {
    pub line: u32,
    pub column: u32,
    pub offset: u64,
}

#[derive(Debug, Deserialize, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Source {
    pub text: String,
    pub first_line: u32,
    pub highlight: (usize, usize),
    #[serde(default)]
    pub verbatim: bool,
    pub utf16_columns: (u32, u32),
    pub line_hash: String,
    pub sha256: Option<String>,
}

#[derive(Debug, Deserialize, Hash)]
pub(super) struct Fix {
    pub description: String,
    pub files: Vec<FileFix>,
}

#[derive(Debug, Deserialize, Hash)]
pub(super) struct FileFix {
    pub input: String,
    pub entries: Vec<String>,
    pub replacements: Vec<Replacement>,
}

#[derive(Debug, Deserialize, Hash)]
#[serde(rename_all = "camelCase")]
pub(super) struct Replacement {
    pub start: Position,
    pub end: Position,
    pub utf16_columns: (u32, u32),
    pub text: String,
}

#[derive(Debug, Deserialize, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Integration {
    pub id: String,
    #[serde(default)]
    pub system: Option<String>,
    pub kind: String,
    pub product: Option<String>,
    pub name: Option<String>,
    pub auth: String,
    pub confidence: String,
    pub location: Location,
    #[serde(default)]
    pub source: Option<Source>,
    pub evidence: Vec<Evidence>,
    pub fields: BTreeMap<String, Field>,
    pub secret_partner: Option<Location>,
    pub references: Vec<Reference>,
    pub referenced_by: Vec<String>,
    pub run_modes: Vec<String>,
    pub environments: Vec<String>,
    #[serde(default)]
    pub verdicts: Vec<EnvironmentVerdict>,
    pub auto_provisioned: Option<String>,
    pub copies: Vec<Location>,
}

#[derive(Debug, Deserialize, Hash, Serialize)]
pub(super) struct EnvironmentVerdict {
    pub environment: Option<String>,
    pub verdict: String,
    pub causes: Vec<Cause>,
}

#[derive(Debug, Deserialize, Hash, Serialize)]
pub(super) struct Cause {
    pub rule: String,
    pub message: String,
    pub location: Location,
}

#[derive(Debug, Deserialize, Hash, Serialize)]
pub(super) struct Evidence {
    pub auth: String,
    pub text: String,
    pub location: Location,
}

#[derive(Debug, Deserialize, Hash, Serialize)]
pub(super) struct Field {
    pub state: String,
    pub placeholder: Option<String>,
    pub property: String,
    pub value: Option<String>,
    pub location: Option<Location>,
}

#[derive(Debug, Deserialize, Hash, Serialize)]
pub(super) struct Reference {
    pub target: String,
    pub location: Location,
    pub resolved: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Incident {
    pub kind: String,
    pub path: String,
    #[serde(default)]
    pub input: Option<String>,
    #[serde(default)]
    pub entries: Vec<String>,
    pub line: Option<u32>,
    pub column: Option<u32>,
    pub message: String,
}
