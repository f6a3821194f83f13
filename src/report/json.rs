//! The JSON report, `aem-ims-lint/report/v1`. What may change and what may not is written down in `docs/json.md`; the
//! schema in `docs/schema/report-v1.json` is made from these types.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::totals::Totals;
use super::{Report, escape};
use crate::findings::Finding;
use crate::format::Position;
use crate::ims::model::Placeholder;
use crate::ims::{Field, FieldState, Integration, Location};
use crate::source::Incident;

/// Names the format and its major version.
pub const SCHEMA: &str = "aem-ims-lint/report/v1";

/// Writes the report as one document.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    escape::write_json(&document(report), out)
}

/// The report as one document per line: a `summary`, then each `finding`, `integration` and `incident`.
pub(super) fn write_lines(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let head = Line::Summary { schema: SCHEMA, tool: tool(), summary: summary(report), target: target(report) };
    escape::write_json_line(&head, out)?;
    for f in &report.findings {
        escape::write_json_line(&Line::Finding(finding(report, f)), out)?;
    }
    for i in &report.model.integrations {
        escape::write_json_line(&Line::Integration(integration(report, i)), out)?;
    }
    for i in &report.incidents {
        escape::write_json_line(&Line::Incident(incident(i)), out)?;
    }
    Ok(())
}

/// A report.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Report"))]
#[serde(rename_all = "camelCase")]
pub(super) struct JsonReport<'a> {
    /// `aem-ims-lint/report/v1`.
    schema: &'static str,
    /// What wrote this report.
    tool: JsonTool,
    /// Counts.
    summary: JsonSummary,
    /// Which AEM the project is for.
    target: JsonTarget<'a>,
    /// All findings in order of path and position, suppressed ones included.
    #[serde(serialize_with = "each")]
    #[cfg_attr(test, schemars(with = "Vec<JsonFinding>"))]
    findings: Each<'a, Finding, JsonFinding<'a>>,
    /// All integrations, whether something was found about them or not.
    #[serde(serialize_with = "each")]
    #[cfg_attr(test, schemars(with = "Vec<JsonIntegration>"))]
    integrations: Each<'a, Integration, JsonIntegration<'a>>,
    /// What could not be read. A report with incidents is incomplete.
    incidents: Vec<JsonIncident<'a>>,
}

/// One line of the JSON Lines report.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "camelCase")]
pub(super) enum Line<'a> {
    /// The first line.
    Summary {
        /// `aem-ims-lint/report/v1`.
        schema: &'static str,
        /// What wrote this report.
        tool: JsonTool,
        /// Counts.
        summary: JsonSummary,
        /// Which AEM the project is for.
        target: JsonTarget<'a>,
    },
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
#[cfg_attr(test, schemars(rename = "Tool"))]
#[serde(rename_all = "camelCase")]
pub(super) struct JsonTool {
    /// `aem-ims-lint`.
    name: &'static str,
    /// Its version.
    version: &'static str,
}

/// Counts of a scan.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Summary"))]
#[serde(rename_all = "camelCase")]
pub(super) struct JsonSummary {
    /// Paths named on the command line.
    inputs: u64,
    /// Content packages, exploded ones included.
    packages: u64,
    /// Files and archive entries looked at.
    files: u64,
    /// Bytes read, inflated.
    bytes: u64,
    /// Directories skipped: build output, version control, dependencies.
    skipped: u64,
    /// Files that are not well-formed and show no IMS content.
    broken_without_evidence: u64,
    /// Integrations found.
    integrations: u64,
    /// The same by how they authenticate.
    integrations_by_auth: JsonByAuth,
    /// Findings that nobody suppressed, by level.
    findings: JsonByLevel,
    /// Suppressed findings.
    suppressed: u64,
    /// Whether everything that was asked for could be read.
    complete: bool,
}

/// Counts of findings by level.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "CountsByLevel"))]
#[serde(rename_all = "camelCase")]
pub(super) struct JsonByLevel {
    error: u64,
    warning: u64,
    note: u64,
}

/// Counts of integrations by how they authenticate.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "CountsByAuth"))]
#[serde(rename_all = "camelCase")]
pub(super) struct JsonByAuth {
    /// Service Account (JWT).
    jwt: u64,
    /// OAuth Server-to-Server, with everything IMS demands.
    oauth_complete: u64,
    /// OAuth Server-to-Server that lacks something.
    oauth_incomplete: u64,
    /// A user's or company's own sign-in.
    user_credentials: u64,
    /// Cloud configurations that authenticate through the IMS configuration they name.
    by_reference: u64,
    /// Not told.
    unknown: u64,
}

/// Which AEM a project is for.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Target"))]
#[serde(rename_all = "camelCase")]
pub(super) struct JsonTarget<'a> {
    /// `aemaacs`, `6.5`, `6.5-lts` or `unknown`.
    edition: &'static str,
    /// Why that is believed; empty when unknown.
    because: &'a str,
}

/// A finding.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Finding"))]
#[serde(rename_all = "camelCase")]
pub(super) struct JsonFinding<'a> {
    /// Id of the rule.
    rule: &'a str,
    /// `error`, `warning` or `note`.
    level: &'static str,
    /// `high`, `medium` or `low`.
    confidence: &'static str,
    /// What is wrong and where it matters. Code is in backticks.
    message: &'a str,
    /// What goes where now, one step each.
    help: &'a [String],
    /// Documentation page for this product and AEM version.
    url: Option<&'a str>,
    /// Where.
    location: JsonLocation<'a>,
    /// Places that belong to it.
    related: Vec<JsonRelated<'a>>,
    /// `id` of the integration it is about.
    integration: Option<&'a str>,
    /// Environments it is in force in, such as `author/prod`.
    environments: Vec<String>,
    /// Stable identity across line moves and rebuilt packages.
    fingerprint: &'a str,
    /// Why it is not counted; null when it is.
    suppressed: Option<JsonSuppressed<'a>>,
}

/// A suppression.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Suppressed"))]
#[serde(rename_all = "camelCase")]
pub(super) struct JsonSuppressed<'a> {
    /// `inSource`, or `external` for the configuration and the baseline.
    kind: &'static str,
    /// The reason its author gave.
    reason: &'a str,
}

/// A place that belongs to a finding.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Related"))]
#[serde(rename_all = "camelCase")]
pub(super) struct JsonRelated<'a> {
    /// What is there.
    message: &'a str,
    /// Where.
    location: JsonLocation<'a>,
}

/// A place in a file.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Location"))]
#[serde(rename_all = "camelCase")]
pub(super) struct JsonLocation<'a> {
    /// `input` and `entries` joined: `dist/all.zip!/jcr_root/apps/x/.content.xml`.
    path: String,
    /// Path of the file on disk, as the input was named, joined with `/`.
    input: &'a str,
    /// Names of the archive entries that lead to the file, outermost first.
    entries: &'a [String],
    /// JCR path of the node.
    jcr_path: Option<&'a str>,
    /// PID of the OSGi configuration.
    pid: Option<&'a str>,
    /// Name of the property.
    property: Option<&'a str>,
    /// First character.
    start: JsonPosition,
    /// One past the last character.
    end: JsonPosition,
}

/// A position in a file.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Position"))]
#[serde(rename_all = "camelCase")]
pub(super) struct JsonPosition {
    /// 1-based line.
    line: u32,
    /// 1-based column in characters (Unicode scalar values).
    column: u32,
    /// 0-based offset in bytes of the file.
    offset: u64,
}

/// An integration.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Integration"))]
#[serde(rename_all = "camelCase")]
pub(super) struct JsonIntegration<'a> {
    /// Stable within scans of the same input.
    pub(super) id: &'a str,
    /// What it is stored as: `accessTokenProvider`, `launch`, `generic`, …
    pub(super) kind: &'a str,
    /// The product it serves.
    pub(super) product: Option<&'static str>,
    /// Its own name or title.
    pub(super) name: Option<&'a str>,
    /// `jwt`, `oauth`, `userCredentials` or `unknown`.
    pub(super) auth: &'static str,
    /// `high`, `medium` or `low`.
    confidence: &'static str,
    /// The node.
    location: JsonLocation<'a>,
    /// Why kind and authentication are believed.
    evidence: Vec<JsonEvidence<'a>>,
    /// Its fields by name, missing ones included.
    fields: BTreeMap<&'static str, JsonField<'a>>,
    /// The other configuration that holds the client secret.
    secret_partner: Option<JsonLocation<'a>>,
    /// What it names.
    references: Vec<JsonReference<'a>>,
    /// `id`s of the integrations that name it.
    referenced_by: Vec<&'a str>,
    /// Run modes of its folder and of the packages around it.
    run_modes: &'a [String],
    /// Environments it is in force in, such as `author/prod`; empty when run modes say nothing about it.
    environments: Vec<String>,
    /// Why Adobe is believed to provision and migrate it; null when not.
    auto_provisioned: Option<&'a str>,
    /// Other places with the same configuration.
    copies: Vec<JsonLocation<'a>>,
}

/// Why something is believed.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Evidence"))]
#[serde(rename_all = "camelCase")]
pub(super) struct JsonEvidence<'a> {
    /// What it speaks for: `jwt`, `oauth`, `userCredentials` or `unknown`.
    auth: &'static str,
    /// One clause.
    text: &'a str,
    /// Where it is written.
    location: JsonLocation<'a>,
}

/// A field of an integration.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Field"))]
#[serde(rename_all = "camelCase")]
pub(super) struct JsonField<'a> {
    /// `present`, `placeholder`, `encrypted`, `empty` or `missing`.
    state: &'static str,
    /// For a placeholder, who fills it in: `secret`, `env`, `property`, `build` or `template`.
    placeholder: Option<&'static str>,
    /// The property that holds it in this kind of integration.
    property: &'a str,
    /// The value; null for secrets and where there is none.
    value: Option<Cow<'a, str>>,
    /// Where it is; null when missing.
    location: Option<JsonLocation<'a>>,
}

/// A name that one integration gives for another.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Reference"))]
#[serde(rename_all = "camelCase")]
pub(super) struct JsonReference<'a> {
    /// The name as written.
    target: &'a str,
    /// Where it is written.
    location: JsonLocation<'a>,
    /// `id`s of what it names; empty when that is not in what was scanned.
    resolved: Vec<&'a str>,
}

/// Something that could not be read.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Incident"))]
#[serde(rename_all = "camelCase")]
pub(super) struct JsonIncident<'a> {
    /// `unreadable`, `encrypted`, `unsupported-method`, `broken-archive`, `malformed`, `limit` or `internal`.
    kind: &'static str,
    /// The file, archive or entry.
    path: String,
    /// 1-based line inside it, where one is known.
    line: Option<u32>,
    /// 1-based column in characters.
    column: Option<u32>,
    /// What happened and what to do.
    message: &'a str,
}

/// A list that is converted item by item while it is written, so that a report never stands in memory twice.
pub(super) struct Each<'a, T, J> {
    report: &'a Report,
    items: &'a [T],
    convert: fn(&'a Report, &'a T) -> J,
}

impl<T, J> std::fmt::Debug for Each<'_, T, J> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} items", self.items.len())
    }
}

fn each<T, J: Serialize, S: Serializer>(each: &Each<'_, T, J>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(each.items.iter().map(|item| (each.convert)(each.report, item)))
}

fn document(report: &Report) -> JsonReport<'_> {
    JsonReport {
        schema: SCHEMA,
        tool: tool(),
        summary: summary(report),
        target: target(report),
        findings: Each { report, items: &report.findings, convert: finding },
        integrations: Each { report, items: &report.model.integrations, convert: integration },
        incidents: report.incidents.iter().map(incident).collect(),
    }
}

pub(super) fn tool() -> JsonTool {
    JsonTool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") }
}

pub(super) fn summary(report: &Report) -> JsonSummary {
    let totals = Totals::of(report);
    let stats = &report.stats;
    JsonSummary {
        inputs: stats.inputs,
        packages: stats.packages,
        files: stats.files,
        bytes: stats.bytes,
        skipped: stats.skipped_directories,
        broken_without_evidence: stats.broken_without_evidence,
        integrations: totals.integrations(),
        integrations_by_auth: JsonByAuth {
            jwt: totals.jwt,
            oauth_complete: totals.oauth_complete,
            oauth_incomplete: totals.oauth_incomplete,
            user_credentials: totals.user_credentials,
            by_reference: totals.by_reference,
            unknown: totals.unknown,
        },
        findings: JsonByLevel { error: totals.errors, warning: totals.warnings, note: totals.notes },
        suppressed: totals.suppressed,
        complete: report.is_complete(),
    }
}

pub(super) fn target(report: &Report) -> JsonTarget<'_> {
    use crate::ims::target::Target;
    let target = &report.model.target;
    let edition = match target.target {
        Target::CloudService => "aemaacs",
        Target::V65 => "6.5",
        Target::V65Lts => "6.5-lts",
        Target::Unknown => "unknown",
    };
    JsonTarget { edition, because: &target.because }
}

fn finding<'a>(report: &'a Report, finding: &'a Finding) -> JsonFinding<'a> {
    JsonFinding {
        rule: finding.rule.id,
        level: finding.level.id(),
        confidence: finding.confidence.id(),
        message: &finding.message,
        help: &finding.help,
        url: Some(finding.url.as_str()).filter(|url| !url.is_empty()),
        location: location(&finding.location),
        related: finding
            .related
            .iter()
            .map(|r| JsonRelated { message: &r.message, location: location(&r.location) })
            .collect(),
        integration: finding.integration.and_then(|index| id(report, index)),
        environments: finding.environments.iter().map(ToString::to_string).collect(),
        fingerprint: &finding.fingerprint,
        suppressed: finding
            .suppressed
            .as_ref()
            .map(|s| JsonSuppressed { kind: if s.in_source { "inSource" } else { "external" }, reason: &s.reason }),
    }
}

fn id(report: &Report, index: usize) -> Option<&str> {
    report.model.integrations.get(index).map(|i| i.id.as_str())
}

fn location(location: &Location) -> JsonLocation<'_> {
    let path = location.path();
    JsonLocation {
        path: path.to_string(),
        input: &path.input,
        entries: &path.entries,
        jcr_path: location.jcr_path.as_deref(),
        pid: location.pid.as_deref(),
        property: location.property.as_deref(),
        start: position(location.start),
        end: position(location.end),
    }
}

fn position(position: Position) -> JsonPosition {
    JsonPosition { line: position.line, column: position.column, offset: position.offset }
}

pub(super) fn integration<'a>(report: &'a Report, integration: &'a Integration) -> JsonIntegration<'a> {
    let evidence = integration.evidence.iter();
    let references = integration.references.iter();
    JsonIntegration {
        id: &integration.id,
        kind: integration.kind.id(),
        product: integration.product.map(|product| product.name()),
        name: integration.name.as_deref(),
        auth: integration.auth.id(),
        confidence: integration.confidence.id(),
        location: location(&integration.location),
        evidence: evidence
            .map(|e| JsonEvidence { auth: e.auth.id(), text: &e.text, location: location(&e.location) })
            .collect(),
        fields: integration.fields.iter().map(|f| (f.name.id(), field(f))).collect(),
        secret_partner: integration.secret_partner.as_ref().map(location),
        references: references
            .map(|r| JsonReference {
                target: &r.target,
                location: location(&r.location),
                resolved: r.resolved.iter().filter_map(|&index| id(report, index)).collect(),
            })
            .collect(),
        referenced_by: integration.referenced_by.iter().filter_map(|&index| id(report, index)).collect(),
        run_modes: &integration.run_modes,
        environments: integration.environments.iter().map(ToString::to_string).collect(),
        auto_provisioned: integration.auto_provisioned.as_deref(),
        copies: integration.copies.iter().map(location).collect(),
    }
}

fn field(field: &Field) -> JsonField<'_> {
    JsonField {
        state: field.state.id(),
        placeholder: match field.state {
            FieldState::Placeholder(placeholder) => Some(placeholder_id(placeholder)),
            _ => None,
        },
        property: &field.property,
        // The model holds no secret values; this is the second lock on the same door.
        value: field.value.as_deref().filter(|_| !field.name.is_secret()).map(Cow::Borrowed),
        location: field.location.as_ref().map(location),
    }
}

fn placeholder_id(placeholder: Placeholder) -> &'static str {
    match placeholder {
        Placeholder::Secret { .. } => "secret",
        Placeholder::Env { .. } => "env",
        Placeholder::Property => "property",
        Placeholder::Build => "build",
        Placeholder::Template => "template",
    }
}

pub(super) fn incident(incident: &Incident) -> JsonIncident<'_> {
    JsonIncident {
        kind: incident.kind.id(),
        path: incident.path.to_string(),
        line: incident.position.map(|(line, _)| line),
        column: incident.position.map(|(_, column)| column),
        message: &incident.message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::inventory::JsonInventory;

    /// Makes the schema of `T` as it is in `docs/schema`, and writes it there when `UPDATE_DOCS` is set.
    fn schema<T: schemars::JsonSchema>(name: &str, title: &str) -> (String, String) {
        let mut schema = schemars::generate::SchemaSettings::draft2020_12()
            .for_serialize()
            .into_generator()
            .into_root_schema_for::<T>();
        schema.insert("title".to_owned(), title.into());
        let fresh = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let path = format!("{}/docs/schema/{name}", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema")).unwrap();
            std::fs::write(&path, &fresh).unwrap();
        }
        (fresh, std::fs::read_to_string(path).unwrap_or_default())
    }

    #[test]
    fn the_schemas_in_the_documentation_are_fresh() {
        for (fresh, written) in [
            schema::<JsonReport<'_>>("report-v1.json", SCHEMA),
            schema::<Line<'_>>("report-lines-v1.json", "aem-ims-lint/report/v1, JSON Lines"),
            schema::<JsonInventory<'_>>("inventory-v1.json", crate::report::inventory::SCHEMA),
        ] {
            assert!(fresh == written, "run `UPDATE_DOCS=1 cargo test --lib schemas` and commit docs/schema");
        }
    }
}
