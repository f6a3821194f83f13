//! The types of the JSON report, which `merge` reads too: it ignores members of later versions, and those that earlier
//! versions did not write have defaults. Their doc comments are the descriptions in the schema.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use serde::ser::{SerializeSeq, Serializer};
use serde::{Deserialize, Serialize};

use crate::report::configuration::JsonConfiguration;
use crate::report::{Report, Stats};

/// A member that follows from others: `merge` neither reads nor compares it.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(inline))]
#[serde(transparent)]
pub(in crate::report) struct Derived<T>(pub(in crate::report) T);

impl<T> Hash for Derived<T> {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// A report.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct JsonReport<'a> {
    #[serde(flatten)]
    pub(in crate::report) head: JsonHead<'a>,
    /// All findings in order of path and position, including suppressed ones.
    #[cfg_attr(test, schemars(with = "Vec<JsonFinding>"))]
    pub(in crate::report) findings: Findings<'a>,
    /// All integrations, with or without findings.
    #[cfg_attr(test, schemars(with = "Vec<JsonIntegration>"))]
    pub(in crate::report) integrations: Integrations<'a>,
    /// What could not be read. A report with incidents is incomplete.
    pub(in crate::report) incidents: Vec<JsonIncident<'a>>,
}

/// What a report begins with.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(inline))]
pub(in crate::report) struct JsonHead<'a> {
    /// `aem-ims-lint/report/v1`.
    pub(in crate::report) schema: &'static str,
    /// What wrote this report.
    pub(in crate::report) tool: JsonTool,
    /// Counts.
    pub(in crate::report) summary: JsonSummary,
    /// The AEM edition of all systems; `unknown` if they differ.
    pub(in crate::report) target: JsonTarget<'a>,
    /// The projects and instances found, sorted by name.
    pub(in crate::report) systems: Vec<JsonSystem<'a>>,
    /// The configuration in use and what it hides; `null` if there is none.
    pub(in crate::report) configuration: Option<JsonConfiguration<'a>>,
    /// Findings suppressed by comments in the scanned files, by rule.
    pub(in crate::report) comments: BTreeMap<&'static str, u64>,
}

/// One line of the JSON Lines report.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "camelCase")]
#[allow(clippy::large_enum_variant)] // one at a time, written at once
pub(in crate::report) enum Line<'a> {
    /// The first line.
    Summary(JsonHead<'a>),
    /// A finding.
    Finding(JsonFinding<'a>),
    /// An integration.
    Integration(JsonIntegration<'a>),
    /// Something that could not be read.
    Incident(JsonIncident<'a>),
}

/// What wrote a report.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct JsonTool {
    /// `aem-ims-lint`.
    pub(in crate::report) name: &'static str,
    /// Its version.
    pub(in crate::report) version: &'static str,
}

/// Counts of a scan.
#[derive(Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub(in crate::report) struct JsonSummary {
    #[serde(flatten)]
    pub(in crate::report) stats: Stats,
    /// Integrations found.
    pub(in crate::report) integrations: u64,
    /// Integrations by authentication type.
    pub(in crate::report) integrations_by_auth: JsonCountsByAuth,
    /// Findings that are not suppressed, by level.
    pub(in crate::report) findings: JsonCountsByLevel,
    /// Suppressed findings.
    pub(in crate::report) suppressed: u64,
    /// Whether everything requested could be read.
    pub(in crate::report) complete: bool,
    /// Whether anything was recognised: a content package, configuration, export or credential file.
    #[cfg_attr(test, schemars(with = "bool"))]
    pub(in crate::report) recognised: Option<bool>,
    /// Given files that are none of these.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(in crate::report) unrecognised: Vec<String>,
    /// Names of the skipped directories.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(in crate::report) skipped_directories: Vec<String>,
}

/// Counts of findings by level.
#[derive(Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub(in crate::report) struct JsonCountsByLevel {
    pub(in crate::report) error: u64,
    pub(in crate::report) warning: u64,
    pub(in crate::report) note: u64,
}

/// Counts of integrations by authentication type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub(in crate::report) struct JsonCountsByAuth {
    /// Service Account (JWT).
    pub(in crate::report) jwt: u64,
    /// OAuth Server-to-Server that gets a token in every environment in which it is in force.
    pub(in crate::report) oauth_complete: u64,
    /// OAuth Server-to-Server with a missing value.
    pub(in crate::report) oauth_incomplete: u64,
    /// OAuth Server-to-Server with a value that Adobe IMS or AEM cannot use.
    pub(in crate::report) oauth_broken: u64,
    /// OAuth Server-to-Server that AEM does not read.
    pub(in crate::report) not_in_force: u64,
    /// A user's or company's own credential.
    pub(in crate::report) user_credentials: u64,
    /// Cloud configurations that authenticate through the IMS configuration they refer to.
    pub(in crate::report) by_reference: u64,
    /// Unknown.
    pub(in crate::report) unknown: u64,
}

/// The AEM edition of a project.
#[derive(Debug, Deserialize, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct JsonTarget<'a> {
    /// `aemaacs`, `6.5`, `6.5-lts` or `unknown`.
    pub(in crate::report) edition: Cow<'static, str>,
    /// The reason; empty if unknown.
    #[serde(default)]
    pub(in crate::report) because: Cow<'a, str>,
}

/// A system: a project or an instance. Secrets, references, duplicates, run modes and all advice are determined within
/// one system.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct JsonSystem<'a> {
    /// Its name, unique in the report.
    pub(in crate::report) name: Cow<'a, str>,
    /// Distinguishes systems with the same name in merged reports: 2 for the second; otherwise null.
    pub(in crate::report) number: Option<u32>,
    /// `project` (a repository, with the packages built from it) or `instance` (everything exported from one author or
    /// publish instance).
    pub(in crate::report) kind: Cow<'static, str>,
    /// The name from `--instance` or `aem-ims-lint.toml`; null if it was detected from the files.
    pub(in crate::report) label: Option<Cow<'a, str>>,
    /// The environment of an instance, such as `prod`; null if unknown.
    pub(in crate::report) environment: Option<Cow<'a, str>>,
    /// `author`, `publish` or `preview`; null if unknown.
    pub(in crate::report) service: Option<Cow<'static, str>>,
    /// Its AEM edition.
    pub(in crate::report) target: JsonTarget<'a>,
    /// Why these files are one system.
    #[serde(default)]
    pub(in crate::report) because: Cow<'a, str>,
    /// The folders, archives and files that belong to it.
    #[serde(default)]
    pub(in crate::report) paths: Cow<'a, [String]>,
    /// Integrations found in it.
    #[serde(skip_deserializing)]
    pub(in crate::report) integrations: u64,
    /// The comments in its files that suppress findings which only a comparison of systems makes. `merge` applies them.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(in crate::report) comments: Vec<JsonComment<'a>>,
}

/// A comment that suppresses findings of its file.
#[derive(Debug, Deserialize, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct JsonComment<'a> {
    /// Id of the rule whose findings it suppresses.
    pub(in crate::report) rule: Cow<'a, str>,
    /// Its reason; empty if there is none.
    pub(in crate::report) reason: Cow<'a, str>,
    /// Last day on which it applies, as `2026-12-31`; null if it does not expire.
    pub(in crate::report) until: Option<String>,
    /// The comment.
    pub(in crate::report) location: JsonLocation<'a>,
    /// Offset of the first byte of the file that it covers.
    pub(in crate::report) from: u64,
    /// Offset one past the last byte that it covers; null if it covers the rest of the file.
    pub(in crate::report) to: Option<u64>,
}

/// A finding.
#[derive(Debug, Deserialize, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct JsonFinding<'a> {
    /// Id of the rule.
    pub(in crate::report) rule: Cow<'a, str>,
    /// `error`, `warning` or `note`.
    pub(in crate::report) level: Cow<'static, str>,
    /// `high`, `medium` or `low`.
    pub(in crate::report) confidence: Cow<'static, str>,
    /// What is wrong and where it matters. Code is in backticks.
    pub(in crate::report) message: Cow<'a, str>,
    /// A short label for the location.
    #[cfg_attr(test, schemars(with = "&str"))]
    pub(in crate::report) label: Option<Cow<'a, str>>,
    /// Notes and steps, one per line.
    pub(in crate::report) help: Vec<Cow<'a, str>>,
    /// Number of notes at the start of `help`; the other lines are steps.
    #[serde(default)]
    pub(in crate::report) notes: u64,
    /// Documentation page for this product and AEM version.
    pub(in crate::report) url: Option<Cow<'a, str>>,
    /// Where.
    pub(in crate::report) location: JsonLocation<'a>,
    /// The lines of the location, without anything that must not be shown.
    #[cfg_attr(test, schemars(with = "JsonSource"))]
    pub(in crate::report) source: Option<JsonSource<'a>>,
    /// Related locations.
    pub(in crate::report) related: Vec<JsonRelated<'a>>,
    /// `id` of the integration it is about.
    pub(in crate::report) integration: Option<Cow<'a, str>>,
    /// Name of its system; null if it is about the configuration of this tool.
    pub(in crate::report) system: Option<Cow<'a, str>>,
    /// Name of the instance on which it was found; null in a project.
    #[serde(skip_deserializing)]
    pub(in crate::report) instance: Derived<Option<&'a str>>,
    /// Whether it compares its system with others in the report.
    #[serde(default)]
    pub(in crate::report) compared: bool,
    /// Environments in which it is in force, such as `author/prod`.
    pub(in crate::report) environments: Vec<String>,
    /// Identity that stays the same when lines move or packages are rebuilt.
    pub(in crate::report) fingerprint: Cow<'a, str>,
    /// The suppression; null if it is not suppressed.
    pub(in crate::report) suppressed: Option<JsonSuppressed<'a>>,
    /// Safe edits that fix it; null if there are none.
    pub(in crate::report) fix: Option<JsonFix<'a>>,
}

/// Edits that fix a finding.
#[derive(Debug, Deserialize, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct JsonFix<'a> {
    /// What they do.
    pub(in crate::report) description: Cow<'a, str>,
    /// The edits by file.
    pub(in crate::report) files: Vec<JsonFileFix>,
}

/// Edits of one file.
#[derive(Debug, Deserialize, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct JsonFileFix {
    /// Path of the file on disk.
    pub(in crate::report) input: String,
    /// Names of the archive entries that lead to the file.
    pub(in crate::report) entries: Vec<String>,
    /// The replacements.
    pub(in crate::report) replacements: Vec<JsonReplacement>,
}

/// A text that replaces what is between two positions.
#[derive(Debug, Deserialize, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct JsonReplacement {
    /// First character to replace.
    pub(in crate::report) start: JsonPosition,
    /// One past the last character to replace.
    pub(in crate::report) end: JsonPosition,
    /// 1-based columns of both in UTF-16 code units.
    pub(in crate::report) utf16_columns: (u32, u32),
    /// The new text.
    pub(in crate::report) text: String,
}

/// The lines around a location, as readable reports show them.
#[derive(Debug, Deserialize, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct JsonSource<'a> {
    /// The lines, joined with LF; `…` replaces the rest of a long line and `********` anything that is not shown.
    pub(in crate::report) text: Cow<'a, str>,
    /// 1-based number of the first line; 0 if there is nothing to show.
    pub(in crate::report) first_line: u32,
    /// Byte range of the location in `text`: the first byte, and one past the last.
    pub(in crate::report) highlight: (u64, u64),
    /// Whether `text` is the original text of the file from the first column on: not cut there, and with nothing
    /// hidden.
    #[serde(default)]
    pub(in crate::report) verbatim: bool,
    /// 1-based columns of `location.start` and `location.end` in UTF-16 code units.
    pub(in crate::report) utf16_columns: (u32, u32),
    /// The hash by which GitHub code scanning identifies the line.
    pub(in crate::report) line_hash: String,
    /// SHA-256 of the file in hexadecimal, if known.
    pub(in crate::report) sha256: Option<String>,
}

/// A suppression.
#[derive(Debug, Deserialize, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct JsonSuppressed<'a> {
    /// `inSource`, or `external` for the configuration and the baseline.
    pub(in crate::report) kind: Cow<'static, str>,
    /// The reason its author gave.
    pub(in crate::report) reason: Cow<'a, str>,
}

/// A location related to a finding.
#[derive(Debug, Deserialize, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct JsonRelated<'a> {
    /// What is there.
    pub(in crate::report) message: Cow<'a, str>,
    /// Where.
    pub(in crate::report) location: JsonLocation<'a>,
    /// The lines of the location.
    #[cfg_attr(test, schemars(with = "JsonSource"))]
    pub(in crate::report) source: Option<JsonSource<'a>>,
}

/// A location in a file.
#[derive(Debug, Deserialize, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct JsonLocation<'a> {
    /// `input` and `entries` joined: `dist/all.zip!/jcr_root/apps/x/.content.xml`.
    #[serde(skip_deserializing)]
    pub(in crate::report) path: Derived<String>,
    /// Path of the file on disk, as given in the input, joined with `/`.
    pub(in crate::report) input: Cow<'a, str>,
    /// Names of the archive entries that lead to the file, outermost first.
    pub(in crate::report) entries: Cow<'a, [String]>,
    /// JCR path of the node.
    pub(in crate::report) jcr_path: Option<Cow<'a, str>>,
    /// PID of the OSGi configuration.
    pub(in crate::report) pid: Option<Cow<'a, str>>,
    /// Name of the property.
    pub(in crate::report) property: Option<Cow<'a, str>>,
    /// `group:name:version` of its content package, including exploded packages.
    pub(in crate::report) package: Option<String>,
    /// Whether the package's filter covers the node; null outside packages and without a filter.
    pub(in crate::report) covered: Option<bool>,
    /// First character.
    pub(in crate::report) start: JsonPosition,
    /// One past the last character.
    pub(in crate::report) end: JsonPosition,
}

/// A position in a file.
#[derive(Debug, Deserialize, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct JsonPosition {
    /// 1-based line.
    pub(in crate::report) line: u32,
    /// 1-based column in characters (Unicode scalar values).
    pub(in crate::report) column: u32,
    /// 0-based offset in bytes of the file.
    pub(in crate::report) offset: u64,
}

/// An integration.
#[derive(Debug, Deserialize, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct JsonIntegration<'a> {
    /// Stable within scans of the same input.
    pub(in crate::report) id: Cow<'a, str>,
    /// Name of its system.
    pub(in crate::report) system: Option<Cow<'a, str>>,
    /// Name of the instance on which it was found; null in a project.
    #[serde(skip_deserializing)]
    pub(in crate::report) instance: Derived<Option<&'a str>>,
    /// Its kind: `accessTokenProvider`, `launch`, `generic`, …
    pub(in crate::report) kind: Cow<'a, str>,
    /// The product it serves.
    pub(in crate::report) product: Option<Cow<'static, str>>,
    /// Its own name or title.
    pub(in crate::report) name: Option<Cow<'a, str>>,
    /// `jwt`, `oauth`, `userCredentials` or `unknown`.
    pub(in crate::report) auth: Cow<'static, str>,
    /// `high`, `medium` or `low`.
    pub(in crate::report) confidence: Cow<'static, str>,
    /// The node.
    pub(in crate::report) location: JsonLocation<'a>,
    /// The lines of the node.
    #[cfg_attr(test, schemars(with = "JsonSource"))]
    pub(in crate::report) source: Option<JsonSource<'a>>,
    /// The evidence for kind and authentication.
    pub(in crate::report) evidence: Vec<JsonEvidence<'a>>,
    /// Its fields by name, including missing ones.
    pub(in crate::report) fields: BTreeMap<Cow<'static, str>, JsonField<'a>>,
    /// The other configuration, which contains the client secret.
    pub(in crate::report) secret_partner: Option<JsonLocation<'a>>,
    /// What it refers to.
    pub(in crate::report) references: Vec<JsonReference<'a>>,
    /// `id`s of the integrations that refer to it.
    pub(in crate::report) referenced_by: Vec<Cow<'a, str>>,
    /// Run modes of its folder and of the packages around it.
    pub(in crate::report) run_modes: Cow<'a, [String]>,
    /// Environments in which it is in force, such as `author/prod`; empty if run modes do not determine it, or if it is
    /// not in force anywhere.
    pub(in crate::report) environments: Vec<String>,
    /// The worst of `verdicts`: `works`, `unknown`, `incomplete`, `broken` or `notInForce`.
    #[serde(skip_deserializing)]
    pub(in crate::report) verdict: Derived<&'static str>,
    /// Whether it gets a token, for each environment.
    #[serde(default)]
    pub(in crate::report) verdicts: Vec<JsonEnvironmentVerdict<'a>>,
    /// The evidence that Adobe provisions and migrates it; null if there is none.
    pub(in crate::report) auto_provisioned: Option<Cow<'a, str>>,
    /// Other locations with the same configuration.
    pub(in crate::report) copies: Vec<JsonLocation<'a>>,
}

/// Whether an integration gets a token in an environment.
#[derive(Debug, Deserialize, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct JsonEnvironmentVerdict<'a> {
    /// Such as `author/prod`; null if run modes do not determine it, or if it is not in force anywhere.
    pub(in crate::report) environment: Option<String>,
    /// `works`, `unknown` (the files do not show it), `incomplete`, `broken` or `notInForce`.
    pub(in crate::report) verdict: Cow<'static, str>,
    /// Why it gets no token, most severe first.
    pub(in crate::report) causes: Vec<JsonCause<'a>>,
}

/// Why an integration gets no token.
#[derive(Debug, Deserialize, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct JsonCause<'a> {
    /// The rule.
    pub(in crate::report) rule: Cow<'static, str>,
    /// What is wrong.
    pub(in crate::report) message: Cow<'a, str>,
    /// The file and the property.
    pub(in crate::report) location: JsonLocation<'a>,
}

/// Evidence.
#[derive(Debug, Deserialize, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct JsonEvidence<'a> {
    /// What it is evidence for: `jwt`, `oauth`, `userCredentials` or `unknown`.
    pub(in crate::report) auth: Cow<'static, str>,
    /// One clause.
    pub(in crate::report) text: Cow<'a, str>,
    /// Its location.
    pub(in crate::report) location: JsonLocation<'a>,
}

/// A field of an integration.
#[derive(Debug, Deserialize, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct JsonField<'a> {
    /// `present`, `placeholder`, `encrypted`, `empty` or `missing`.
    pub(in crate::report) state: Cow<'static, str>,
    /// For a placeholder, what replaces it: `secret`, `env`, `property`, `build` or `template`.
    pub(in crate::report) placeholder: Option<Cow<'static, str>>,
    /// The property that contains it in this kind of integration.
    pub(in crate::report) property: Cow<'a, str>,
    /// The value; null for secrets and if there is none.
    pub(in crate::report) value: Option<Cow<'a, str>>,
    /// Where it is; null when missing.
    pub(in crate::report) location: Option<JsonLocation<'a>>,
}

/// A reference from one integration to another.
#[derive(Debug, Deserialize, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct JsonReference<'a> {
    /// The name as written.
    pub(in crate::report) target: Cow<'a, str>,
    /// Its location.
    pub(in crate::report) location: JsonLocation<'a>,
    /// `id`s of the integrations it refers to; empty if they were not found in the scanned files.
    pub(in crate::report) resolved: Vec<Cow<'a, str>>,
}

/// Something that could not be read.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct JsonIncident<'a> {
    /// `unreadable`, `encrypted`, `unsupported-method`, `broken-archive`, `malformed`, `limit` or `internal`.
    pub(in crate::report) kind: Cow<'static, str>,
    /// The file, archive or entry.
    pub(in crate::report) path: String,
    /// Path of the file on disk.
    #[serde(default)]
    pub(in crate::report) input: Cow<'a, str>,
    /// Names of the archive entries that lead to the file, outermost first.
    #[serde(default)]
    pub(in crate::report) entries: Cow<'a, [String]>,
    /// 1-based line inside it, if known.
    pub(in crate::report) line: Option<u32>,
    /// 1-based column in characters.
    pub(in crate::report) column: Option<u32>,
    /// What happened and what to do.
    pub(in crate::report) message: Cow<'a, str>,
}

/// The findings of a report, each created while it is written, so that a report is never in memory twice.
#[derive(Debug)]
pub(in crate::report) struct Findings<'a>(pub(in crate::report) &'a Report);

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.findings.iter().map(|finding| super::finding(self.0, finding)))
    }
}

/// The integrations of a report, written in the same way.
#[derive(Debug)]
pub(in crate::report) struct Integrations<'a>(pub(in crate::report) &'a Report);

impl Serialize for Integrations<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for full in self.0.integrations_in_full() {
            list.serialize_element(&super::integration(self.0, &full))?;
        }
        list.end()
    }
}
