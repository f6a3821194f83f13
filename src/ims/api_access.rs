//! Which clients may call the OpenAPI-based APIs of AEM as a Cloud Service: `config/api.yaml`.
//!
//! Source: "OpenAPI-Based APIs" of AEM as a Cloud Service and "Set up OpenAPI-based AEM APIs" of the tutorials: a client whose
//! id is not listed gets 403, although its token is valid.

use std::collections::HashMap;

use super::Location;
use super::catalog;
use super::model::{AuthType, Evidence, Field, FieldName, FieldState, Integration};
use super::validity;

/// The member of `api.yaml` below which the client ids are listed, for each tier.
pub const LIST: &str = "data.allowedClientIDs";

/// The tiers that a list may be for.
pub const TIERS: [&str; 3] = ["author", "publish", "preview"];

/// The environments that a list may be for. Source of `rde`: "Deploy config pipeline related configuration" of the
/// documentation on rapid development environments.
pub const ENVIRONMENTS: [&str; 4] = ["dev", "stage", "prod", "rde"];

/// One `api.yaml`.
#[derive(Clone, Debug)]
pub struct ApiAccess {
    /// The clients, in the order of the file.
    pub clients: Vec<ApiClient>,
    /// Tiers and environments that there are not.
    pub unknown: Vec<UnknownName>,
    /// The file.
    pub location: Location,
}

/// A client of an [`ApiAccess`].
#[derive(Clone, Debug)]
pub struct ApiClient {
    /// Its client id, as reports show it.
    pub id: String,
    /// What stands there.
    pub state: FieldState,
    /// Something outside the file is to fill it in, so that nobody sees which client it is.
    pub open: bool,
    /// Where.
    pub location: Location,
}

/// A name of a tier or an environment that there is not.
#[derive(Clone, Debug)]
pub struct UnknownName {
    /// As it is written.
    pub name: String,
    /// The names that there are.
    pub known: &'static [&'static str],
    /// "tier" or "environment".
    pub what: &'static str,
    /// Where.
    pub location: Location,
}

/// What an OAuth client of these lists shows of itself.
pub struct Caller<'m> {
    /// Its client id.
    pub id: &'m Field,
    /// The first scope that is one of an OpenAPI-based API.
    pub scope: &'m str,
}

/// The client id of an OAuth integration that calls the OpenAPI-based APIs of AEM, as its scopes say.
pub fn caller(integration: &Integration) -> Option<Caller<'_>> {
    let written = |name| integration.field(name).filter(|field| field.state == FieldState::Present);
    let scopes = written(FieldName::Scopes)?.value.as_deref()?;
    let scope = catalog::words_of_scopes(scopes).find(|word| catalog::is_scope_of_aem_api(word))?;
    let id = written(FieldName::ClientId).filter(|_| integration.auth == AuthType::OAuth)?;
    let seen = id.value.as_deref().is_some_and(|text| !validity::is_open(text));
    seen.then_some(Caller { id, scope })
}

/// Whether a list names the client `id`, or has one that nobody sees.
pub fn may_call(lists: &[ApiAccess], id: &str) -> bool {
    lists.iter().flat_map(|list| &list.clients).any(|client| client.id == id || client.open)
}

/// Tells OAuth integrations that a list names them.
pub fn resolve(integrations: &mut [Integration], lists: &[ApiAccess]) {
    let mut known: HashMap<&str, &ApiClient> = HashMap::new();
    for client in lists.iter().flat_map(|list| &list.clients).filter(|client| client.state == FieldState::Present) {
        known.entry(&client.id).or_insert(client);
    }
    for integration in integrations.iter_mut().filter(|one| one.auth == AuthType::OAuth) {
        let Some(client) = integration.value(FieldName::ClientId).and_then(|id| known.get(id)) else { continue };
        let text = format!("its client id stands in `{LIST}`, which is for OAuth credentials");
        integration.evidence.push(Evidence { auth: AuthType::OAuth, text, location: client.location.clone() });
    }
}
