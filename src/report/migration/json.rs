//! The plan as JSON, `aem-ims-lint/migration/v1`.

use serde::Serialize;

use super::{SCHEMA, View};
use crate::ims::Variable;
use crate::report::configuration::{Account, JsonConfiguration};
use crate::report::json;
use crate::repository::System;
use crate::rules::{Detail, Step};

/// A plan.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct JsonMigration<'a> {
    /// `aem-ims-lint/migration/v1`.
    schema: &'static str,
    /// What wrote this.
    tool: json::JsonTool,
    /// The AEM edition of all systems; `unknown` if they differ.
    target: json::JsonTarget<'a>,
    /// The projects and instances found, sorted by name.
    systems: Vec<json::JsonSystem<'a>>,
    /// The configuration in use and what it hides; `null` if there is none.
    configuration: Option<JsonConfiguration<'a>>,
    /// The plan as a sentence.
    summary: String,
    /// Whether everything could be read.
    complete: bool,
    /// One for each integration that needs a change.
    entries: Vec<JsonMigrationEntry<'a>>,
    /// Other parts of the migration.
    elsewhere: Vec<JsonMigrationElsewhere<'a>>,
    /// Files that need changes but cannot be edited.
    not_edited: Vec<JsonMigrationNotEdited<'a>>,
    /// What could not be read.
    incidents: Vec<json::JsonIncident<'a>>,
}

/// What to do about one integration.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonMigrationEntry<'a> {
    /// Identity of the integration, as in the reports of `check` and `inventory`.
    id: &'a str,
    /// Name of its system.
    system: Option<&'a str>,
    /// Name of the instance on which it was found; null in a project.
    instance: Option<&'a str>,
    /// Its kind.
    kind: &'a str,
    /// Which product it serves.
    product: Option<&'static str>,
    /// Its own name.
    name: Option<&'a str>,
    /// `jwt`, `oauth`, `userCredentials` or `unknown`.
    auth: &'static str,
    /// `edit`, `byHand`, `replace`, `delete` or `leaveAlone`.
    course: &'static str,
    /// Where it is.
    location: json::JsonLocation<'a>,
    /// Environments in which it is in force.
    environments: Vec<String>,
    /// The steps, in order.
    steps: Vec<JsonMigrationStep<'a>>,
    /// Variables to set in Cloud Manager.
    variables: Vec<JsonMigrationVariable<'a>>,
    /// Values that you have to fill in.
    placeholders: Vec<JsonMigrationPlaceholder<'a>>,
}

/// A step.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonMigrationStep<'a> {
    /// `developerConsole`, `aem`, `cloudManager`, `files`, `proof`, `afterwards` or `nothing`.
    phase: &'static str,
    /// What to do; code in backticks.
    text: &'a str,
    /// A shell command; lines that end in a backslash continue.
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<&'a str>,
    /// The changes by property, for a step that changes a file.
    changes: Vec<JsonMigrationChange<'a>>,
}

/// The change to a property.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonMigrationChange<'a> {
    /// Its name.
    property: &'a str,
    /// The value now; null if there is none. Secrets are redacted.
    old: Option<&'a str>,
    /// The value afterwards; null if there is none.
    new: Option<&'a str>,
}

/// A variable of Cloud Manager.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonMigrationVariable<'a> {
    /// Its name.
    name: &'a str,
    /// Whether it is a secret.
    secret: bool,
}

/// A value that you have to fill in.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonMigrationPlaceholder<'a> {
    /// The placeholder that `--write` leaves there.
    placeholder: &'static str,
    /// The property.
    property: &'a str,
}

/// A location that does not belong to an integration in the plan.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonMigrationElsewhere<'a> {
    /// The location.
    location: json::JsonLocation<'a>,
    /// What is there.
    message: &'a str,
    /// What to do.
    steps: &'a [String],
}

/// A file that needs changes but cannot be edited.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonMigrationNotEdited<'a> {
    /// The file.
    path: &'a str,
    /// Why, and what to do.
    reason: &'a str,
}

pub(super) fn document<'a>(view: &'a View<'_>) -> JsonMigration<'a> {
    let variable = |one: &'a Variable| JsonMigrationVariable { name: one.shown(), secret: one.secret };
    let entries = view.entries.iter().map(|one| JsonMigrationEntry {
        id: &one.integration.id,
        system: view.report.system_of(one.integration).map(|system| system.name.as_str()),
        instance: view.report.system_of(one.integration).and_then(System::instance),
        kind: one.integration.kind.id(),
        product: one.integration.product.map(|product| product.name()),
        name: one.integration.name.as_deref(),
        auth: one.integration.auth.id(),
        course: one.entry.course.id(),
        location: json::location(&one.integration.location),
        environments: one.integration.environments.iter().map(ToString::to_string).collect(),
        steps: one.entry.steps.iter().map(step).collect(),
        variables: one.variables.iter().map(variable).collect(),
        placeholders: one
            .waiting
            .iter()
            .map(|(placeholder, property)| JsonMigrationPlaceholder { placeholder, property })
            .collect(),
    });
    JsonMigration {
        schema: SCHEMA,
        tool: json::tool(),
        target: json::target(view.report),
        systems: json::systems(view.report),
        configuration: Account::of(view.report).json(),
        summary: view.summary(),
        complete: view.report.is_complete(),
        entries: entries.collect(),
        elsewhere: view
            .elsewhere
            .iter()
            .map(|one| JsonMigrationElsewhere {
                location: json::location(&one.location),
                message: &one.message,
                steps: &one.help,
            })
            .collect(),
        not_edited: view
            .left
            .iter()
            .map(|left| JsonMigrationNotEdited { path: &left.label, reason: &left.reason })
            .collect(),
        incidents: view.report.incidents.iter().map(json::incident).collect(),
    }
}

fn step(step: &Step) -> JsonMigrationStep<'_> {
    JsonMigrationStep {
        phase: step.phase.id(),
        text: &step.text,
        command: step.command(),
        changes: step.details().iter().map(change).collect(),
    }
}

fn change(detail: &Detail) -> JsonMigrationChange<'_> {
    JsonMigrationChange { property: &detail.property, old: detail.old.as_deref(), new: detail.new.as_deref() }
}
