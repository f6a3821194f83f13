//! What the rules `oauth-missing-*` have in common.

use super::verdict::means_oauth;
use super::{Meta, pages, words};
use crate::ims::endpoint::{HOST_PROPERTY, TOKEN_HOST};
use crate::ims::{Field, FieldName, FieldState, Integration, Location, Model};
use crate::rules::Finding;

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

/// Where a missing property belongs: at the node; where the node is the whole file, beside its client id or else beside
/// the first of its fields, instead of at the beginning of the file.
pub(super) fn beside(integration: &Integration) -> Location {
    let node = &integration.location;
    if node.start.offset > 0 {
        return node.clone();
    }
    let here = |field: &&Field| field.location.as_ref().is_some_and(|l| l.path() == node.path() && l.pid == node.pid);
    let fields = || integration.fields.iter().filter(here);
    let client = fields().find(|field| field.name == FieldName::ClientId);
    let first = || fields().min_by_key(|field| field.location.as_ref().map(|l| l.start.offset));
    let place = client.or_else(first).and_then(|field| field.location.clone());
    place.map_or_else(|| node.clone(), |place| Location { property: None, ..place })
}

/// The finding about one missing or empty field.
pub(super) fn finding(
    demand: &Demand,
    index: usize,
    integration: &Integration,
    field: &Field,
    model: &Model,
) -> Finding {
    let state = match (&field.state, demand.field) {
        (FieldState::Empty, FieldName::Scopes) => "empty",
        (FieldState::Empty, _) => "an empty",
        (FieldState::Placeholder(_), _) => "only a placeholder for its",
        _ => "no",
    };
    let message = format!(
        "{} has {state} {}{}: {}.",
        words::sentence(&words::subject(integration)),
        words::field(demand.field),
        words::environments_if_some(&integration.environments),
        demand.because,
    );
    let location = field.location.clone().unwrap_or_else(|| beside(integration));
    // The endpoint that `%s` in the request stands for is a host, not a URL.
    let write = if field.property == HOST_PROPERTY { words::code(TOKEN_HOST) } else { demand.write.to_owned() };
    let label = match field.state {
        FieldState::Empty => "empty",
        FieldState::Placeholder(_) => "to be filled in",
        _ => "missing here",
    };
    Finding::new(demand.rule, location, message)
        .about(index, integration)
        .label(format!("{}: {label}", words::property(field)))
        .help([format!("{}: {}.", words::property(field), write)])
        .url(pages::integration(integration, model.target.target))
}
