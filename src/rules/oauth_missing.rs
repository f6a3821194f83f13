//! What the rules `oauth-missing-*` have in common.

use super::verdict::means_oauth;
use super::{Case, Finding, Meta, Phase, words};
use crate::ims::endpoint::{HOST_PROPERTY, TOKEN_HOST};
use crate::ims::{Field, FieldName, FieldState, Integration, Location};

/// A field that Adobe IMS requires from an OAuth Server-to-Server integration.
pub(super) struct Demand<'a> {
    /// The rule.
    pub rule: &'static Meta,
    /// The field.
    pub field: FieldName,
    /// Consequence of the missing field, as a clause.
    pub because: &'static str,
    /// What to write there.
    pub write: &'a str,
}

/// The field `name` of an OAuth integration whose kind has this field but which has no value for it.
pub(super) fn lacking(integration: &Integration, name: FieldName) -> Option<&Field> {
    let misspelt = |field: &Field| integration.misspelt_keys.iter().any(|key| *key.meant == *field.property);
    integration.field(name).filter(|field| means_oauth(integration) && !field.state.is_filled() && !misspelt(field))
}

/// Whether the field `name` is required to get a token.
pub(super) fn is_demanded(name: FieldName) -> bool {
    use FieldName::{ClientId, ClientSecret, Grant, Scopes, TokenEndpoint};
    matches!(name, ClientId | ClientSecret | Grant | Scopes | TokenEndpoint)
}

/// Where a missing property belongs: at the node. If the node is the whole file, next to its client id, or else next to
/// its first field, instead of at the beginning of the file.
pub(super) fn beside(integration: &Integration) -> Location {
    let node = &integration.location;
    if node.start.offset > 0 {
        return node.clone();
    }
    let here = |field: &&Field| field.location.as_deref().is_some_and(|l| l.path() == node.path() && l.pid == node.pid);
    let fields = || integration.fields.iter().filter(here);
    let client = fields().find(|field| field.name == FieldName::ClientId);
    let first = || fields().min_by_key(|field| field.location.as_deref().map(|l| l.start.offset));
    let place = client.or_else(first).and_then(|field| field.location.as_deref().cloned());
    place.map_or_else(|| node.clone(), |place| Location { property: None, ..place })
}

/// The finding about a missing or empty field of an OAuth integration.
pub(super) fn finding(demand: &Demand<'_>, case: Case<'_>) -> Option<Finding> {
    let field = lacking(case.integration, demand.field)?;
    let state = match (&field.state, demand.field) {
        (FieldState::Empty, FieldName::Scopes) => "empty",
        (FieldState::Empty, _) => "an empty",
        (FieldState::Placeholder(_), _) => "only a placeholder for its",
        _ => "no",
    };
    let message = format!(
        "{} has {state} {}{}: {}.",
        case.subject(),
        words::field(demand.field),
        words::environments_if_some(&case.integration.environments),
        demand.because,
    );
    let location = field.location.as_deref().cloned().unwrap_or_else(|| beside(case.integration));
    // The endpoint that replaces `%s` in the request is a host, not a URL.
    let write = if &*field.property == HOST_PROPERTY { words::code(TOKEN_HOST) } else { demand.write.to_owned() };
    let label = match field.state {
        FieldState::Empty => "empty",
        FieldState::Placeholder(_) => "to be filled in",
        _ => "missing here",
    };
    let finding = case
        .finding(demand.rule, location, message)
        .label(format!("{}: {label}", words::property(field)))
        .step(Phase::Files, format!("{}: {}.", words::property(field), write));
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::Model;
    use crate::ims::model::Placeholder;
    use crate::rules::oauth_missing_client_id::OauthMissingClientId;
    use crate::rules::testing::{location, oauth_provider};

    const CLIENT: &str = "auth.token.provider.client.id";

    /// A provider whose node is the whole of its file.
    fn of_a_whole_file() -> Integration {
        let mut provider = oauth_provider("acme");
        provider.location.pid = None;
        provider.location.start.offset = 0;
        provider
    }

    #[test]
    fn a_missing_property_belongs_at_its_node() {
        let mut provider = of_a_whole_file();
        provider.location.start.offset = 1;
        assert_eq!(beside(&provider).start, provider.location.start);
    }

    #[test]
    fn in_a_file_of_its_own_it_belongs_beside_the_client_id() {
        let provider = of_a_whole_file();
        let client = provider.field(FieldName::ClientId).unwrap().location.clone().unwrap();
        assert_eq!(beside(&provider).start, client.start);
        assert_eq!(beside(&provider).property, None);
    }

    #[test]
    fn without_a_client_id_it_belongs_beside_the_first_field_of_the_node() {
        let mut provider = of_a_whole_file().with(FieldName::ClientId, CLIENT, None);
        let first = provider.fields.iter().filter_map(|f| f.location.clone()).min_by_key(|l| l.start.offset).unwrap();
        let at = |field: &mut Field, change: fn(&mut Location)| {
            let mut place = location("partner.cfg.json", None);
            change(&mut place);
            field.location = Some(Box::new(place));
        };
        for field in provider.fields.iter_mut().filter(|field| field.name == FieldName::ClientSecret) {
            at(field, |place| place.start.offset = 0);
        }
        assert_eq!(beside(&provider).start, first.start);
        let file = first.file.clone();
        for field in provider.fields.iter_mut().filter(|field| field.name == FieldName::ClientSecret) {
            at(field, |place| place.pid = Some("another".into()));
            field.location.as_mut().unwrap().file = file.clone();
        }
        assert_eq!(beside(&provider).start, first.start);
    }

    #[test]
    fn what_is_there_is_named() {
        let says = |name, property, state| {
            let provider = oauth_provider("acme").with(name, property, Some("")).in_state(name, state);
            let demand = Demand { rule: &OauthMissingClientId::META, field: name, because: "", write: "" };
            let found = finding(&demand, Case { index: 0, integration: &provider, model: &Model::default() }).unwrap();
            let message = found.message.split("`acme` has ").nth(1).unwrap().trim_end_matches(": .").to_owned();
            (message, found.label.into_owned())
        };
        let waiting = FieldState::Placeholder(Placeholder::Waiting);
        let pair = |message: &str, label: &str| (message.to_owned(), format!("`x`: {label}"));
        assert_eq!(says(FieldName::Scopes, "x", FieldState::Empty), pair("empty scopes", "empty"));
        assert_eq!(says(FieldName::ClientId, "x", FieldState::Empty), pair("an empty client id", "empty"));
        let label = "to be filled in";
        assert_eq!(says(FieldName::ClientId, "x", waiting), pair("only a placeholder for its client id", label));
        assert_eq!(says(FieldName::ClientId, "x", FieldState::Missing), pair("no client id", "missing here"));
    }
}
