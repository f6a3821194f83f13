//! `config/api.yaml` of AEM as a Cloud Service: the clients that may call the OpenAPI-based APIs.
//!
//! Source: "OpenAPI-Based APIs" and "Config pipelines" of AEM as a Cloud Service: `kind: "API"`, `metadata.envTypes`,
//! `data.allowedClientIDs` with `author`, `publish` and `preview`. Names of files and folders are arbitrary; `kind`
//! decides.

use super::{Literal, Lures, Property, Recogniser, Subject};
use crate::ims::api_access::{ApiAccess, ApiClient, ENVIRONMENTS, LIST, TIERS, UnknownName};
use crate::ims::model::{FieldName, FieldState, Placeholder};
use crate::ims::validity::{self, placeholder};
use crate::ims::{Extract, disclosure, fields};

const ENV_TYPES: &str = "metadata.envTypes";

/// Maximum number of names that are checked in one list.
const MOST: usize = 1000;

/// A list of clients.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "api_access",
    words: "`config/api.yaml`: which clients may call the OpenAPI-based APIs",
    lures: Lures::Literals(&[Literal::only_in(&[".yaml", ".yml"], "allowedClientIDs")]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    let file = subject.scene.capture.file().context.file_name();
    let is_yaml = [".yaml", ".yml"].iter().any(|extension| file.ends_with(extension));
    if !is_yaml || !subject.node.path.is_empty() || subject.text("kind") != Some("API") {
        return false;
    }
    let tier =
        |property: &Property| property.name.strip_prefix(LIST).map(|rest| rest.trim_start_matches('.').to_owned());
    let lists: Vec<(String, &Property)> =
        subject.node.properties.iter().filter_map(|property| Some((tier(property)?, property))).collect();
    if lists.is_empty() {
        return false;
    }
    let clients = lists.iter().flat_map(|(_, property)| clients(subject, property)).take(MOST).collect();
    let tiers = lists.iter().filter(|(tier, _)| !tier.is_empty() && !TIERS.contains(&tier.as_str()));
    let unknown = |name: &str, known, what, location| UnknownName {
        name: disclosure::name(name).into_owned(),
        known,
        what,
        location,
    };
    let mut all_unknown: Vec<UnknownName> =
        tiers.map(|(tier, property)| unknown(tier, &TIERS[..], "tier", subject.location_of(property))).collect();
    if let Some(property) = subject.property(ENV_TYPES) {
        let strange = |text: &str| !text.is_empty() && !ENVIRONMENTS.contains(&text) && !validity::is_open(text);
        let strange = property.texts().enumerate().filter(|(_, text)| strange(text.trim()));
        all_unknown.extend(strange.map(|(index, text)| {
            unknown(text.trim(), &ENVIRONMENTS, "environment", subject.location_of_value(property, index))
        }));
    }
    all_unknown.truncate(MOST);
    found.model.api_access.push(ApiAccess { clients, unknown: all_unknown, location: subject.location() });
    true
}

fn clients<'a>(subject: Subject<'a>, property: &'a Property) -> impl Iterator<Item = ApiClient> + 'a {
    let client = move |(index, text): (usize, &str)| {
        let open = text.contains("$[") || placeholder::has_build_token(text);
        let state = match fields::state_of_value(text) {
            _ if !open && placeholder::has_template(text) => FieldState::Placeholder(Placeholder::Template),
            state => state,
        };
        ApiClient {
            id: fields::shorten(&disclosure::field(FieldName::ClientId, &property.name, text.trim())),
            state,
            open,
            location: subject.location_of_value(property, index),
        }
    };
    property.texts().enumerate().filter(|(_, text)| !text.trim().is_empty()).map(client)
}
