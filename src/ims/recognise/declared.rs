//! Kinds that users declare in `aem-ims-lint.toml`.

use super::{AuthType, Confidence, Draft, Extract, FieldName, IntegrationKind, Lures, Recogniser, Subject, generic};
use crate::ims::catalog;
use crate::ims::endpoint::{self, CLIENT_CREDENTIALS, EndpointKind};
use crate::ims::fields;
use crate::ims::kinds::{DeclaredKind, NodeFacts};

/// The kinds of [`crate::ims::Knowledge::kinds`].
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "declared",
    words: "Kinds that are declared in `aem-ims-lint.toml`",
    lures: Lures::Declared,
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    let kinds = &subject.scene.knowledge.kinds;
    if kinds.is_empty() || subject.node.properties.is_empty() {
        return false;
    }
    let place = NodeFacts {
        component: subject.component(),
        resource_type: subject.text("sling:resourceType"),
        jcr_path: &subject.node.path,
        file_path: subject.scene.input.context.inner_path(),
    };
    let Some((kind, product)) = kinds.find(place) else { return false };
    let by_scopes = properties(kind, FieldName::Scopes)
        .iter()
        .find_map(|name| subject.property(name))
        .and_then(|property| catalog::product_of_scopes(&fields::joined(property)));
    let name = kind.name_property.as_deref().and_then(|name| subject.text(name));
    let (auth, evidence) = auth(kind, subject);
    let shown = generic::shown(subject);
    let by_property = evidence.as_ref().is_some_and(|(name, _)| subject.property(name).is_some());
    if auth != AuthType::Jwt && denies(kind, shown.jwt, by_property) {
        return false;
    }
    let confidence = if auth == AuthType::Unknown { Confidence::Medium } else { Confidence::High };
    let mut draft = Draft::new(subject, IntegrationKind::Declared(kind.name.clone()))
        .auth(auth, confidence)
        .product([product, by_scopes])
        .name(name.or_else(|| subject.node.pid.as_ref().map(|pid| pid.name.as_str())))
        .known_as(name)
        .known_as_pid()
        .reference(&kind.references);
    for (&field, names) in &kind.fields {
        draft = match kind.optional.contains(&field) {
            true => draft.optional(field.into(), names),
            false => draft.field(field.into(), names),
        };
    }
    if let Some(auth_type) = &kind.auth_type {
        draft = draft.optional(FieldName::AuthType, &[&auth_type.property]);
    }
    // Other fields of the node are checked as in any other integration.
    let declared: Vec<std::sync::Arc<str>> = draft.peek().fields.iter().map(|field| field.property.clone()).collect();
    for field in shown.fields {
        if draft.peek().field(field.name).is_none() && !declared.contains(&field.property) {
            draft = draft.with(field);
        }
    }
    if let Some((property, says)) = evidence {
        draft = draft.shown_by(auth, property, says);
    }
    if draft.peek().evidence.is_empty() {
        draft = draft.evidence_of_node(auth, format!("it is declared as `{}`", kind.name));
    }
    draft.add_to(found);
    true
}

/// Whether the declaration contradicts a JWT that the node itself shows. The author of the scanned tree may have
/// written the declaration, so the node wins: always if it is certain, otherwise unless a property of the node says
/// otherwise.
fn denies(kind: &DeclaredKind, jwt: Option<Confidence>, by_property: bool) -> bool {
    jwt.is_some_and(|sure| sure == Confidence::High || kind.auth.is_some() || !by_property)
}

fn properties(kind: &DeclaredKind, wanted: FieldName) -> &[String] {
    let held = kind.fields.iter().find(|(field, _)| FieldName::from(**field) == wanted);
    held.map_or(&[], |(_, names)| names.as_slice())
}

/// How it authenticates: as declared, as its property says, or else from the token endpoint and the grant.
fn auth<'k>(kind: &'k DeclaredKind, subject: Subject<'_>) -> (AuthType, Option<(&'k str, &'static str)>) {
    if let Some(auth) = kind.auth {
        return (auth.into(), None);
    }
    if let Some(auth_type) = &kind.auth_type {
        let name = auth_type.property.as_str();
        return (auth_type.meaning(subject.text(name)), Some((name, "tells how it authenticates")));
    }
    let first = |field: FieldName| {
        let mut names = properties(kind, field).iter().map(String::as_str);
        names.find_map(|name| subject.text(name).map(|text| (name, fields::effective(text).into_owned())))
    };
    if let Some((name, grant)) = first(FieldName::Grant)
        && grant.contains(CLIENT_CREDENTIALS)
    {
        return (AuthType::OAuth, Some((name, "is `client_credentials`")));
    }
    match first(FieldName::TokenEndpoint).map(|(name, url)| (name, endpoint::kind_of(&url))) {
        Some((name, EndpointKind::JwtExchange)) => (AuthType::Jwt, Some((name, "is the JWT exchange endpoint"))),
        Some((name, EndpointKind::Token)) => (AuthType::OAuth, Some((name, "is the OAuth token endpoint"))),
        _ => (AuthType::Unknown, None),
    }
}
