//! What the rules `oauth-missing-*` have in common.

use super::verdict::means_oauth;
use super::{Meta, pages, words};
use crate::findings::Finding;
use crate::ims::{Field, FieldName, FieldState, Integration, Model};

/// A field that Adobe IMS demands of an OAuth Server-to-Server integration.
pub(super) struct Demand {
    /// The rule.
    pub rule: &'static Meta,
    /// The field.
    pub field: FieldName,
    /// What comes of its absence, a clause.
    pub because: &'static str,
    /// What to write there.
    pub write: &'static str,
}

/// Reports every OAuth integration that has no value for the demanded field.
pub(super) fn check(demand: &Demand, model: &Model, findings: &mut Vec<Finding>) {
    for (index, integration) in model.integrations.iter().enumerate() {
        if let Some(field) = lacking(integration, demand.field) {
            findings.push(finding(demand, index, integration, field, model));
        }
    }
}

/// The field called `name` of an OAuth integration whose kind has it but which gives it no value.
pub(super) fn lacking(integration: &Integration, name: FieldName) -> Option<&Field> {
    integration.field(name).filter(|field| means_oauth(integration) && !field.state.is_filled())
}

/// The finding about one missing or empty field.
pub(super) fn finding(
    demand: &Demand,
    index: usize,
    integration: &Integration,
    field: &Field,
    model: &Model,
) -> Finding {
    let state = if field.state == FieldState::Empty { "an empty" } else { "no" };
    let message = format!(
        "{} has {state} {}{}: {}.",
        words::sentence(&words::subject(integration)),
        words::field(demand.field),
        words::environments_if_some(&integration.environments),
        demand.because,
    );
    let location = field.location.as_ref().unwrap_or(&integration.location);
    let label = if field.state == FieldState::Empty { "empty" } else { "missing here" };
    Finding::new(demand.rule, location.clone(), message)
        .about(index, integration)
        .label(format!("{}: {label}", words::property(field)))
        .help([format!("{}: {}.", words::property(field), demand.write)])
        .url(pages::integration(integration, model.target.target))
}
