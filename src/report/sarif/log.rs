//! The parts of a SARIF log that this program writes, and how a finding becomes a result.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use super::artifacts::{Artifact, Artifacts};
use super::fixes;
use super::rules::RuleTable;
use crate::findings::{Finding, Suppressed};
use crate::format::Position;
use crate::ims::Location;
use crate::report::{Options, PathBase, Report, escape};
use crate::repository::System;
use crate::source::{Incident, SourcePath};

/// Base of the relative URIs: the directory that the scan was started in.
pub(super) const SRCROOT: &str = "%SRCROOT%";

#[derive(Serialize)]
pub(super) struct Log<'a, R> {
    #[serde(rename = "$schema")]
    pub schema: &'static str,
    pub version: &'static str,
    pub runs: [Run<'a, R>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run<'a, R> {
    pub tool: Value,
    pub automation_details: Value,
    pub invocations: [Invocation; 1],
    pub original_uri_base_ids: Value,
    pub column_kind: &'static str,
    pub newline_sequences: [&'static str; 3],
    pub artifacts: &'a [Artifact],
    pub results: R,
    pub properties: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation {
    pub execution_successful: bool,
    pub tool_execution_notifications: Vec<Notification>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tool_configuration_notifications: Vec<Notification>,
}

#[derive(Serialize)]
pub(super) struct Notification {
    pub level: &'static str,
    pub message: Message,
    pub descriptor: DescriptorReference,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<ResultLocation>,
}

#[derive(Serialize)]
pub(super) struct DescriptorReference {
    pub id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<usize>,
}

#[derive(Serialize)]
pub(super) struct Message {
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub markdown: Option<String>,
}

impl Message {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), markdown: None }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SarifResult<'a> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: [ResultLocation; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<ResultLocation>,
    partial_fingerprints: Fingerprints<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressions: Option<Vec<Value>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Value>,
    properties: ResultProperties<'a>,
}

#[derive(Serialize)]
struct Fingerprints<'a> {
    #[serde(rename = "primaryLocationLineHash")]
    line_hash: String,
    #[serde(rename = "aemImsLint/v1", skip_serializing_if = "str::is_empty")]
    own: &'a str,
}

#[derive(Serialize)]
struct ResultProperties<'a> {
    confidence: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    integration: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    environments: Vec<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    documentation: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResultLocation {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context_region: Option<Value>,
}

/// The location of an artifact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactLocation {
    pub uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri_base_id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<usize>,
}

#[derive(Clone, Copy, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<u32>,
}

impl Region {
    pub(super) fn new(start: Position, end: Position) -> Self {
        Self {
            start_line: start.line,
            start_column: Some(start.utf16_column),
            end_line: Some(end.line),
            end_column: Some(end.utf16_column),
        }
    }
}

/// Creates results.
pub(super) struct ResultWriter<'a> {
    pub rules: &'a RuleTable,
    pub artifacts: &'a Artifacts<'a>,
    pub report: &'a Report,
    pub options: &'a Options,
}

impl<'a> ResultWriter<'a> {
    pub(super) fn result(&self, finding: &'a Finding) -> SarifResult<'a> {
        let integration = finding.subject(&self.report.landscape);
        let system = self.report.system_with(finding);
        SarifResult {
            rule_id: finding.rule.id,
            rule_index: self.rules.index(finding.rule.id),
            level: finding.level.id(),
            message: message(finding),
            locations: [place(&finding.location, true, &self.options.base)],
            related_locations: self.related(finding),
            partial_fingerprints: Fingerprints {
                line_hash: line_hash(&finding.location, &self.options.base),
                own: &finding.fingerprint,
            },
            suppressions: self.options.show_suppressed.then(|| finding.suppressed.iter().map(suppression).collect()),
            fixes: finding.fix.iter().map(|fix| fixes::fix(fix, &self.options.base)).collect(),
            properties: ResultProperties {
                confidence: finding.confidence.id(),
                integration: integration.map(|i| i.id.as_str()),
                system: system.map(|system| system.name.as_str()),
                instance: system.and_then(System::instance),
                environments: finding.environments.iter().map(ToString::to_string).collect(),
                documentation: &finding.url,
            },
        }
    }

    fn related(&self, finding: &Finding) -> Vec<ResultLocation> {
        let region = Region::new(finding.location.start, finding.location.end);
        let nested = self.artifacts.nested(finding.location.path()).map(|artifact_location| ResultLocation {
            message: Some(Message::text("The file inside the archive.")),
            ..ResultLocation::new(artifact_location, Some(region))
        });
        let related = finding.related.iter().map(|related| ResultLocation {
            message: Some(Message::text(escape::sarif(&related.message).into_owned())),
            ..place(&related.location, false, &self.options.base)
        });
        let numbered = nested.into_iter().chain(related).enumerate();
        numbered.map(|(index, place)| ResultLocation { id: Some(index + 1), ..place }).collect()
    }
}

/// The message, followed by what to do: GitHub shows the first sentence as the title.
fn message(finding: &Finding) -> Message {
    let mut text = escape::sarif(&finding.message).into_owned();
    let mut markdown = escape::markdown_message(&finding.message);
    for step in finding.help() {
        text += "\n";
        text += &escape::sarif(&step);
        markdown += "\n\n";
        markdown += &escape::markdown_message(&step);
    }
    if !finding.url.is_empty() {
        text += &format!("\nSee {}", escape::sarif(&finding.url));
        let page = escape::link(&finding.url).map(|url| format!("<{}>", escape::html(url)));
        markdown += &format!("\n\nSee {}", page.unwrap_or_else(|| escape::markdown(&finding.url)));
    }
    Message { text, markdown: Some(markdown) }
}

fn suppression(suppressed: &Suppressed) -> Value {
    let kind = if suppressed.in_source { "inSource" } else { "external" };
    json!({ "kind": kind, "status": "accepted", "justification": escape::line(&suppressed.reason) })
}

/// The line hash as `codeql-action` computes it for files of the checkout. For files in archives, which it does not
/// see, the hash also includes the location, so that equal files in two packages are distinct; a package is identified
/// by group and name, so that a new version keeps its alerts.
fn line_hash(location: &Location, base: &PathBase) -> String {
    let context = &location.file.context;
    if context.path.entries.is_empty() {
        return location.line_hash.to_string();
    }
    let package = context.package.as_ref().and_then(|package| package.id.as_ref());
    let container =
        package.map_or_else(|| base.input(&context.path.input).into_owned(), |id| format!("{}:{}", id.group, id.name));
    location.line_hash.in_place(&format!("{container}!/{}", context.path.innermost())).to_string()
}

fn place(location: &Location, primary: bool, base: &PathBase) -> ResultLocation {
    let names = [(&location.jcr_path, "resource"), (&location.pid, "configuration")];
    let logical = |(name, kind): (&Option<Arc<str>>, &str)| {
        name.as_ref().map(|name| json!({ "fullyQualifiedName": escape::line(name), "kind": kind }))
    };
    let region = Region::new(location.start, location.end);
    let mut place = ResultLocation::new(artifact_location(location.path(), base), Some(region));
    place.physical_location.context_region = if primary { context(location) } else { None };
    place.logical_locations = names.into_iter().filter_map(logical).collect();
    place
}

impl ResultLocation {
    fn new(artifact_location: ArtifactLocation, region: Option<Region>) -> Self {
        let physical_location = Physical { artifact_location, region, context_region: None };
        Self { id: None, physical_location, logical_locations: Vec::new(), message: None }
    }

    pub(super) fn of_incident(incident: &Incident, base: &PathBase) -> Self {
        let region = incident.position.map(|(start_line, _)| Region { start_line, ..Region::default() });
        Self::new(artifact_location(&incident.path, base), region)
    }
}

/// `dist/a.zip!/jcr_root/…`, every segment percent-encoded.
pub(super) fn artifact_location(path: &SourcePath, base: &PathBase) -> ArtifactLocation {
    let path = base.path(path);
    let mut uri = escape::uri_path(&path.input);
    for entry in &path.entries {
        uri += "!/";
        uri += &escape::uri_entry(entry);
    }
    if uri.starts_with('/') {
        return ArtifactLocation { uri: format!("file://{uri}"), uri_base_id: None, index: None };
    }
    ArtifactLocation { uri, uri_base_id: Some(SRCROOT), index: None }
}

/// The lines around a region, if they are short enough to be included completely.
fn context(location: &Location) -> Option<Value> {
    let excerpt = &location.excerpt;
    let lines = u32::try_from(excerpt.text.split('\n').count()).ok()?;
    let end_line = excerpt.first_line.checked_add(lines)?.checked_sub(1)?;
    let whole = excerpt.first_line > 0 && !excerpt.text.contains('…') && end_line >= location.end.line;
    whole.then(|| {
        let text = escape::lines(&excerpt.text, excerpt.highlight).0;
        json!({ "startLine": excerpt.first_line, "endLine": end_line, "snippet": { "text": text } })
    })
}
