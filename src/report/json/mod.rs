//! The JSON report, `aem-ims-lint/report/v1`. `docs/json.md` documents what may change; the schema in
//! `docs/schema/report-v1.json` is generated from these types.

mod types;

use std::borrow::Cow;
use std::io::{self, Write};

pub(super) use self::types::*;
use super::configuration::Account;
use super::totals::Totals;
use super::{Report, escape};
use crate::findings::Finding;
use crate::format::Position;
use crate::ims::inline::InlineIgnore;
use crate::ims::model::{Cause, EnvironmentVerdict};
use crate::ims::target::DecidedTarget;
use crate::ims::{Excerpt, Field, FieldState, Integration, Location, Model, disclosure};
use crate::repository::System;
use crate::rules::{self, FileFix, Fix, FixReplacement, Related};
use crate::source::Incident;

/// Names the format and its major version.
pub const SCHEMA: &str = "aem-ims-lint/report/v1";

/// Writes the report as one document.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    escape::write_json(&document(report), out)
}

/// The report as one document per line: a `summary`, then each `finding`, `integration` and `incident`.
pub(super) fn write_lines(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    escape::write_json_line(&Line::Summary(head(report)), out)?;
    for f in &report.findings {
        escape::write_json_line(&Line::Finding(finding(report, f)), out)?;
    }
    for i in report.integrations_in_full() {
        escape::write_json_line(&Line::Integration(integration(report, &i)), out)?;
    }
    for i in &report.incidents {
        escape::write_json_line(&Line::Incident(incident(i)), out)?;
    }
    Ok(())
}

fn head(report: &Report) -> JsonHead<'_> {
    JsonHead {
        schema: SCHEMA,
        tool: tool(),
        summary: summary(report),
        target: target(report),
        systems: systems(report),
        configuration: Account::of(report).json(),
        comments: Account::of(report).comments(),
    }
}

fn document(report: &Report) -> JsonReport<'_> {
    JsonReport {
        head: head(report),
        findings: Findings(report),
        integrations: Integrations(report),
        incidents: report.incidents.iter().map(incident).collect(),
    }
}

pub(super) fn tool() -> JsonTool {
    JsonTool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") }
}

pub(super) fn summary(report: &Report) -> JsonSummary {
    let totals = Totals::of(report);
    JsonSummary {
        stats: report.stats,
        integrations: totals.integrations(),
        integrations_by_auth: totals.auth,
        findings: JsonCountsByLevel { error: totals.errors, warning: totals.warnings, note: totals.notes },
        suppressed: totals.suppressed,
        complete: report.is_complete(),
        recognised: Some(report.recognition.any),
        unrecognised: report.recognition.unrecognised.clone(),
        skipped_directories: report.recognition.skipped.clone(),
    }
}

pub(super) fn target(report: &Report) -> JsonTarget<'_> {
    edition(report.landscape.target())
}

fn edition(target: &DecidedTarget) -> JsonTarget<'_> {
    JsonTarget { edition: target.target.id().into(), because: target.because.as_str().into() }
}

/// The systems in which something was found.
pub(super) fn systems(report: &Report) -> Vec<JsonSystem<'_>> {
    report.landscape.inhabited().map(system).collect()
}

fn system(model: &Model) -> JsonSystem<'_> {
    let System { name, number, kind, label, environment, service, because, paths, .. } = &model.system;
    JsonSystem {
        name: name.into(),
        number: *number,
        kind: kind.id().into(),
        label: label.as_deref().map(Cow::Borrowed),
        environment: environment.as_deref().map(Cow::Borrowed),
        service: service.map(Cow::Borrowed),
        target: edition(&model.target),
        because: because.into(),
        paths: paths.into(),
        integrations: model.integrations.len() as u64,
        comments: model.ignores.iter().flat_map(comments).collect(),
    }
}

/// What `merge` needs of a comment: the rules that compare systems.
fn comments(ignore: &InlineIgnore) -> impl Iterator<Item = JsonComment<'_>> {
    let rules = ignore.rules.iter().filter(|rule| ignore.fault.is_none() && rules::compares_systems(rule));
    rules.map(|rule| JsonComment {
        rule: rule.into(),
        reason: disclosure::name(&ignore.reason),
        until: ignore.until.map(|day| day.to_string()),
        location: location(&ignore.location),
        from: ignore.from,
        to: Some(ignore.to).filter(|to| *to != u64::MAX),
    })
}

fn finding<'a>(report: &'a Report, finding: &'a Finding) -> JsonFinding<'a> {
    let system = report.system_with(finding);
    JsonFinding {
        rule: finding.rule.id.into(),
        level: finding.level.id().into(),
        confidence: finding.confidence.id().into(),
        message: Cow::Borrowed(&finding.message),
        label: Some(Cow::Borrowed(&finding.label)),
        help: finding.help().collect(),
        notes: finding.notes.iter().filter(|note| !note.is_empty()).count() as u64,
        url: Some(&*finding.url).filter(|url| !url.is_empty()).map(Cow::Borrowed),
        location: location(&finding.location),
        source: Some(source(&finding.location)),
        related: finding.related.iter().map(related).collect(),
        integration: finding.subject(&report.landscape).map(|one| Cow::Borrowed(one.id.as_str())),
        system: system.map(|system| Cow::Borrowed(system.name.as_str())),
        instance: Derived(system.and_then(System::instance)),
        compared: finding.compared,
        environments: finding.environments.iter().map(ToString::to_string).collect(),
        fingerprint: Cow::Borrowed(&finding.fingerprint),
        suppressed: finding.suppressed.as_ref().map(|suppressed| JsonSuppressed {
            kind: if suppressed.in_source { "inSource" } else { "external" }.into(),
            reason: Cow::Borrowed(&suppressed.reason),
        }),
        fix: finding.fix.as_ref().map(fix),
    }
}

fn related(related: &Related) -> JsonRelated<'_> {
    let Related { message, location: place } = related;
    JsonRelated { message: message.into(), location: location(place), source: Some(source(place)) }
}

fn source(location: &Location) -> JsonSource<'_> {
    let Excerpt { text, highlight, first_line, cut_start, redacted, .. } = &*location.excerpt;
    JsonSource {
        text: Cow::Borrowed(text),
        first_line: *first_line,
        highlight: (highlight.start as u64, highlight.end as u64),
        verbatim: !cut_start && !redacted,
        utf16_columns: (location.start.utf16_column, location.end.utf16_column),
        line_hash: location.line_hash.to_string(),
        sha256: location.file.sha256.get().map(|digest| escape::hex(digest)),
    }
}

fn fix(fix: &Fix) -> JsonFix<'_> {
    let replacement = |one: &FixReplacement| JsonReplacement {
        start: position(one.start),
        end: position(one.end),
        utf16_columns: (one.start.utf16_column, one.end.utf16_column),
        text: one.text.clone(),
    };
    let file = |one: &'_ FileFix| JsonFileFix {
        input: one.file.context.path.input.clone(),
        entries: one.file.context.path.entries.clone(),
        replacements: one.replacements.iter().map(replacement).collect(),
    };
    JsonFix { description: Cow::Borrowed(&fix.description), files: fix.files.iter().map(file).collect() }
}

fn id(report: &Report, system: usize, index: usize) -> Option<Cow<'_, str>> {
    report.landscape.integration(system, index).map(|one| Cow::Borrowed(one.id.as_str()))
}

pub(super) fn location(location: &Location) -> JsonLocation<'_> {
    let path = location.path();
    JsonLocation {
        path: Derived(path.to_string()),
        input: Cow::Borrowed(&path.input),
        entries: Cow::Borrowed(&path.entries),
        jcr_path: location.jcr_path.as_deref().map(Cow::Borrowed),
        pid: location.pid.as_deref().map(Cow::Borrowed),
        property: location.property.as_deref().map(Cow::Borrowed),
        package: location.file.context.package.as_ref().and_then(|p| p.id.as_ref()).map(ToString::to_string),
        covered: location.is_covered(),
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
    let system = report.system_of(integration);
    JsonIntegration {
        id: Cow::Borrowed(&integration.id),
        system: system.map(|system| Cow::Borrowed(system.name.as_str())),
        instance: Derived(system.and_then(System::instance)),
        kind: integration.kind.id().into(),
        product: integration.product.map(|product| product.name().into()),
        name: integration.name.as_deref().map(Cow::Borrowed),
        auth: integration.auth.id().into(),
        confidence: integration.confidence.id().into(),
        location: location(&integration.location),
        source: Some(source(&integration.location)),
        evidence: evidence
            .map(|e| JsonEvidence {
                auth: e.auth.id().into(),
                text: Cow::Borrowed(&e.text),
                location: location(&e.location),
            })
            .collect(),
        fields: integration.fields.iter().map(|f| (f.name.id().into(), field(f))).collect(),
        secret_partner: integration.secret_partner.as_ref().map(location),
        references: references
            .map(|r| JsonReference {
                target: Cow::Borrowed(&r.target),
                location: location(&r.location),
                resolved: r.resolved.iter().filter_map(|&index| id(report, integration.system, index)).collect(),
            })
            .collect(),
        referenced_by: integration
            .referenced_by
            .iter()
            .filter_map(|&index| id(report, integration.system, index))
            .collect(),
        run_modes: Cow::Borrowed(&integration.run_modes),
        environments: integration.environments.iter().map(ToString::to_string).collect(),
        verdict: Derived(integration.token_verdict().id()),
        verdicts: integration.outcomes.iter().map(environment_verdict).collect(),
        auto_provisioned: integration.auto_provisioned.as_deref().map(Cow::Borrowed),
        copies: integration.copies.iter().map(location).collect(),
    }
}

fn cause(cause: &Cause) -> JsonCause<'_> {
    JsonCause { rule: cause.rule.into(), message: Cow::Borrowed(&cause.message), location: location(&cause.location) }
}

fn environment_verdict(one: &EnvironmentVerdict) -> JsonEnvironmentVerdict<'_> {
    JsonEnvironmentVerdict {
        environment: one.environment.as_ref().map(ToString::to_string),
        verdict: one.verdict.id().into(),
        causes: one.causes.iter().map(cause).collect(),
    }
}

fn field(field: &Field) -> JsonField<'_> {
    JsonField {
        state: field.state.id().into(),
        placeholder: match field.state {
            FieldState::Placeholder(placeholder) => Some(placeholder.id().into()),
            _ => None,
        },
        property: Cow::Borrowed(&field.property),
        // The model contains no secret values; this is a second safeguard.
        value: field.value.as_deref().filter(|_| !field.name.is_secret()).map(Cow::Borrowed),
        location: field.location.as_deref().map(location),
    }
}

pub(super) fn incident(incident: &Incident) -> JsonIncident<'_> {
    JsonIncident {
        kind: incident.kind.id().into(),
        path: incident.path.to_string(),
        input: Cow::Borrowed(&incident.path.input),
        entries: Cow::Borrowed(&incident.path.entries),
        line: incident.position.map(|(line, _)| line),
        column: incident.position.map(|(_, column)| column),
        message: Cow::Borrowed(&incident.message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::inventory::JsonInventory;
    use crate::report::migration::JsonMigration;

    /// Generates the schema of `T` as in `docs/schema`, and writes it there if `UPDATE_DOCS` is set.
    fn schema<T: schemars::JsonSchema>(name: &str, title: &str) -> (String, String) {
        let mut schema = schemars::generate::SchemaSettings::draft2020_12()
            .for_serialize()
            .into_generator()
            .into_root_schema_for::<T>();
        schema.insert("title".to_owned(), title.into());
        // Defaults are for `merge`, and the prefix of the names is for the crate; the format has neither.
        let mut written = schemars::transform::RecursiveTransform(|schema: &mut schemars::Schema| {
            schema.remove("default");
            schema.remove("readOnly");
        });
        schemars::transform::Transform::transform(&mut written, &mut schema);
        let fresh = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let fresh = fresh.replace("/Json", "/").replace("\"Json", "\"");
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
            schema::<JsonMigration<'_>>("migration-v1.json", crate::report::migration::SCHEMA),
        ] {
            assert!(fresh == written, "run `UPDATE_DOCS=1 cargo test --lib schemas` and commit docs/schema");
        }
    }
}
