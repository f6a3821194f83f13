//! Which rule reports a JWT credential: one cause, one finding.

use crate::ims::endpoint::{self, CLIENT_CREDENTIALS};
use crate::ims::recognise::is_cloud_service_client;
use crate::ims::{AuthType, FieldName, FieldState, Integration, IntegrationKind, Location, Model};

/// Metascope of the service credentials of AEM as a Cloud Service.
const SERVICE_METASCOPES: [&str; 2] = ["ent_aem_cloud_api", "ent_aem_cloud_sdk"];

/// Why a configuration that uses JWT is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JwtVerdict {
    /// The customer's own credential.
    Credential,
    /// The component supports only JWT.
    OnlyComponent,
    /// Adobe's own.
    AutoProvisioned,
    /// Of the AEM Developer Console.
    ServiceCredentials,
    /// The client credentials grant is sent to the JWT endpoint.
    OAuthAtJwtEndpoint,
}

/// What to report about JWT in `integration`; `None` if it does not use JWT, or uses it through an integration that is
/// in the model itself.
pub(crate) fn of(integration: &Integration, model: &Model) -> Option<JwtVerdict> {
    if oauth_at_jwt_endpoint(integration) {
        return Some(JwtVerdict::OAuthAtJwtEndpoint);
    }
    if integration.auth != AuthType::Jwt || through_another(integration, model) {
        return None;
    }
    if integration.auto_provisioned.is_some() {
        return Some(JwtVerdict::AutoProvisioned);
    }
    if service_credentials(integration) {
        return Some(JwtVerdict::ServiceCredentials);
    }
    Some(match integration.kind {
        IntegrationKind::AcsCommonsAdobeIo => JwtVerdict::OnlyComponent,
        _ => JwtVerdict::Credential,
    })
}

/// Whether the integration is meant to use OAuth, regardless of its endpoint.
pub(crate) fn means_oauth(integration: &Integration) -> bool {
    integration.auth == AuthType::OAuth || oauth_at_jwt_endpoint(integration)
}

/// Whether the integration requests its token with its own credential, or will after its migration.
pub(crate) fn uses_server_to_server(integration: &Integration) -> bool {
    matches!(integration.auth, AuthType::Jwt | AuthType::OAuth) || means_oauth(integration)
}

fn oauth_at_jwt_endpoint(integration: &Integration) -> bool {
    let grant = integration.value(FieldName::Grant).is_some_and(|g| g.trim().eq_ignore_ascii_case(CLIENT_CREDENTIALS));
    (grant || integration.auth == AuthType::OAuth) && at_jwt_endpoint(integration)
}

/// Whether the token endpoint is the JWT exchange.
pub(crate) fn at_jwt_endpoint(integration: &Integration) -> bool {
    integration.value(FieldName::TokenEndpoint).is_some_and(|url| endpoint::jwt_to_token(url).is_some())
}

/// A cloud configuration whose IMS configuration is in the model: the finding belongs there.
fn through_another(integration: &Integration, model: &Model) -> bool {
    let mut named = integration.references.iter().flat_map(|r| &r.resolved).filter_map(|i| model.integrations.get(*i));
    named.any(|other| other.auth == AuthType::Jwt)
}

pub(crate) fn service_credentials(integration: &Integration) -> bool {
    if integration.kind == IntegrationKind::ServiceCredentials {
        return true;
    }
    let client = integration.value(FieldName::ClientId).unwrap_or("");
    let metascopes = integration.value(FieldName::Metascopes).unwrap_or("");
    is_cloud_service_client(client) || SERVICE_METASCOPES.iter().any(|scope| metascopes.contains(scope))
}

/// Fields whose value is the best evidence of JWT, best first: those before any other evidence, and those for when
/// there is none.
const TELLING: [FieldName; 4] =
    [FieldName::AuthType, FieldName::Grant, FieldName::TokenEndpoint, FieldName::KeyPairAlias];
const LESS_TELLING: [FieldName; 3] = [FieldName::Metascopes, FieldName::PrivateKey, FieldName::TechnicalAccount];

/// The location that best shows that this is JWT: the most telling property, or else any evidence, or else the node.
pub(crate) fn telling_location(integration: &Integration) -> &Location {
    let field = |name: &FieldName| {
        let field = integration.field(*name)?;
        field.location.as_deref().filter(|_| speaks_for_jwt(integration, *name, field.state))
    };
    let mut evidence = integration.evidence.iter().filter(|e| e.auth == AuthType::Jwt).map(|e| &e.location);
    TELLING
        .iter()
        .find_map(field)
        .or_else(|| evidence.next())
        .or_else(|| LESS_TELLING.iter().find_map(field))
        .unwrap_or(&integration.location)
}

fn speaks_for_jwt(integration: &Integration, name: FieldName, state: FieldState) -> bool {
    state.is_filled()
        && match name {
            FieldName::TokenEndpoint => at_jwt_endpoint(integration),
            FieldName::Grant => !integration.value(FieldName::Grant).unwrap_or("").contains(CLIENT_CREDENTIALS),
            _ => true,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{integration, jwt_provider};

    /// The property that shows best that `integration` is JWT.
    fn telling(integration: &Integration) -> Option<&str> {
        telling_location(integration).property.as_deref()
    }

    #[test]
    fn the_most_telling_property_shows_it() {
        let provider = jwt_provider("acme").with(FieldName::AuthType, "authType", Some("jwt"));
        assert_eq!(telling(&provider), Some("authType"));
    }

    #[test]
    fn a_property_that_says_oauth_shows_nothing() {
        let jwt = || {
            integration(IntegrationKind::Generic, AuthType::Jwt, "x").with(FieldName::KeyPairAlias, "alias", Some("a"))
        };
        assert_eq!(telling(&jwt().with(FieldName::Grant, "grant", Some("client_credentials"))), Some("alias"));
        assert_eq!(telling(&jwt().with(FieldName::Grant, "grant", Some("jwt-bearer"))), Some("grant"));
        assert_eq!(telling(&jwt().with(FieldName::Grant, "grant", Some(""))), Some("alias"));
        let oauth = "https://ims-na1.adobelogin.com/ims/token/v3";
        assert_eq!(telling(&jwt().with(FieldName::TokenEndpoint, "url", Some(oauth))), Some("alias"));
    }

    #[test]
    fn evidence_comes_before_what_tells_less() {
        let mut one = integration(IntegrationKind::Generic, AuthType::Jwt, "x").with(
            FieldName::Metascopes,
            "scope",
            Some("ent_x"),
        );
        assert_eq!(telling(&one), Some("scope"));
        one = one.jwt_evidence("evidence");
        assert_eq!(telling(&one), Some("evidence"));
        one.evidence[0].auth = AuthType::OAuth;
        assert_eq!(telling(&one), Some("scope"));
    }
}
