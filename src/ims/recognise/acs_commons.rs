//! ACS AEM Commons Adobe I/O: supports only JWT.
//!
//! Properties: `IntegrationConfiguration.java`; those with `get…` are from a pre-release of 2018.

use super::{AuthType, Confidence, Draft, Extract, FieldName, IntegrationKind, Literal, Lures, Recogniser, Subject};
use crate::ims::catalog::{self, Product, pid};
use crate::ims::claims;
use crate::ims::literals::{ACS_COMMONS, HOST};
use crate::ims::recognise::service_credentials::is_cloud_service_client;

/// The integration service.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "acs_commons",
    words: "ACS AEM Commons Adobe I/O",
    lures: Lures::Literals(&[
        ACS_COMMONS,
        HOST,
        Literal::new("techaccount"),
        Literal::only_in(&[".txt"], "amcorgid"),
        Literal::only_in(&[".txt"], "adobeloginclaimkey"),
    ]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    if subject.configures(pid::ACS_COMMONS).is_none() {
        return false;
    }
    let metascopes: Vec<&str> = ["adobeLoginClaimKey", "getAdobeLoginClaimKey"]
        .iter()
        .filter_map(|name| subject.property(name))
        .flat_map(|property| property.texts())
        .map(|text| claims::metascope_of_key(text).unwrap_or(text))
        .collect();
    let product = catalog::product_of_metascopes(metascopes.iter().copied());
    let client = subject.text("clientId").or_else(|| subject.text("getClientId")).unwrap_or_default();
    let cloud_service = product == Some(Product::AemCloudService) || is_cloud_service_client(client);
    let kind = if cloud_service { IntegrationKind::ServiceCredentials } else { IntegrationKind::AcsCommonsAdobeIo };
    let product = if cloud_service { Some(Product::AemCloudService) } else { product };
    let mut draft = Draft::new(subject, kind)
        .auth(AuthType::Jwt, Confidence::High)
        .product([product])
        .name(Some("ACS AEM Commons Adobe I/O"))
        .known_as_pid()
        .field(FieldName::ClientId, &["clientId", "getClientId"])
        .field(FieldName::ClientSecret, &["clientSecret", "getClientSecret"])
        .field(FieldName::OrgId, &["amcOrgId", "getAmcOrgId"])
        .field(FieldName::TechnicalAccount, &["techAccountId", "getTechAccountId"])
        .field(FieldName::Metascopes, &["adobeLoginClaimKey", "getAdobeLoginClaimKey"])
        .field(FieldName::PrivateKey, &["privateKey", "getPrivateKey"])
        .optional(FieldName::TokenEndpoint, &["endpoint", "getEndpoint"]);
    if cloud_service {
        draft = draft.evidence_at(
            AuthType::Jwt,
            "`clientId` or `adobeLoginClaimKey` belong to credentials of the AEM Developer Console",
            if is_cloud_service_client(client) { "clientId" } else { "adobeLoginClaimKey" },
        );
    }
    draft
        .shown_by(AuthType::Jwt, "endpoint", "is the JWT exchange endpoint")
        .shown_by(AuthType::Jwt, "privateKey", "is the key that signs a JWT")
        .evidence_of_node(AuthType::Jwt, "the component has no other mode than JWT")
        .add_to(found);
    true
}
