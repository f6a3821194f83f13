//! Credentials of the AEM Developer Console: the JSON issued by AEM as a Cloud Service.
//!
//! Source: "Generating access tokens for server-side APIs" and the README of adobe/aemcs-api-client-lib:
//! `{ok, integration: {imsEndpoint, metascopes, technicalAccount: {clientId, clientSecret}, email, id, org, privateKey,
//! publicKey}, statusCode}`.

use super::{AuthType, Confidence, Draft, Extract, FieldName, IntegrationKind, Literal, Lures, Recogniser, Subject};
use crate::ims::catalog::{self, Product};
use crate::ims::fields;
use crate::ims::literals::METASCOPES;

/// The `integration` object; nested members have dotted names.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "service_credentials",
    words: "Service credentials of the AEM Developer Console",
    lures: Lures::Literals(&[METASCOPES[0], Literal::new("technicalaccount")]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    if subject.is_osgi() || subject.property("metascopes").is_none() || subject.is_interface() {
        return false;
    }
    let account = |name: &str| subject.property(name).is_some();
    if !(account("technicalAccount.clientId") || account("technicalAccount.clientSecret")) {
        return false;
    }
    // Asset Compute uses the same shape for a credential of the Adobe Developer Console.
    let text = subject.property("metascopes").map(fields::joined).unwrap_or_default();
    let metascopes = || text.split([',', ' ']).filter(|word| !word.is_empty());
    let aem = metascopes().any(|word| catalog::product_of_metascope(word) == Some(Product::AemCloudService))
        || subject.text("technicalAccount.clientId").is_some_and(is_cloud_service_client);
    // Its YAML names the application next to the account (`assetComputeDevTool.js` of adobe/asset-compute-devtool).
    let is_application = ["applicationId", "consumerId"].iter().any(|name| subject.property(name).is_some());
    let by_shape = is_application.then_some(Product::AssetCompute);
    let product = catalog::product_of_metascopes(metascopes()).or(by_shape).filter(|_| !aem);
    let of_console = product.is_some();
    Draft::new(subject, if of_console { IntegrationKind::CredentialFile } else { IntegrationKind::ServiceCredentials })
        .auth(AuthType::Jwt, Confidence::High)
        .product([product, Some(Product::AemCloudService)])
        .name(subject.text("technicalAccount.clientId"))
        .field(FieldName::ClientId, &["technicalAccount.clientId"])
        .field(FieldName::ClientSecret, &["technicalAccount.clientSecret"])
        .field(FieldName::OrgId, &["org", "technicalAccount.org"])
        .field(FieldName::TechnicalAccount, &["id", "technicalAccount.id"])
        .field(FieldName::Metascopes, &["metascopes"])
        .field(FieldName::PrivateKey, &["privateKey", "technicalAccount.privateKey"])
        .optional(FieldName::TokenEndpoint, &["imsEndpoint"])
        .shown_by(AuthType::Jwt, "metascopes", "are those of a Service Account")
        .shown_by(AuthType::Jwt, "privateKey", "is the key that signs a JWT")
        .add_to(found);
    true
}

/// Whether AEM as a Cloud Service created a client id for an environment: `cm-p<program>-e<environment>…`.
pub fn is_cloud_service_client(client: &str) -> bool {
    let effective = fields::effective(client);
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let Some(rest) = effective.trim().strip_prefix("cm-p") else { return false };
    let program = digits(rest);
    let Some(rest) = rest[program..].strip_prefix("-e") else { return false };
    program > 0 && digits(rest) > 0
}

#[cfg(test)]
mod tests {
    use super::is_cloud_service_client;

    #[test]
    fn clients_of_environments() {
        assert!(is_cloud_service_client("cm-p123-e456"));
        assert!(is_cloud_service_client("cm-p123-e456-integration-0"));
        assert!(is_cloud_service_client("$[env:ID;default=cm-p1-e2]"));
        assert!(!is_cloud_service_client("cm-p-e1"));
        assert!(!is_cloud_service_client("cm-program"));
        assert!(!is_cloud_service_client("acme"));
    }
}
