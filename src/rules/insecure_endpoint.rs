//! `insecure-endpoint`.

use super::{Case, Finding, IntegrationRule, Phase, pages, rule, words};
use crate::ims::FieldName;
use crate::ims::endpoint::Endpoint;

rule! {
    /// ## What it does
    ///
    /// Reports integrations whose token endpoint is reached over plain HTTP (`http://`).
    ///
    /// ## Why is this bad
    ///
    /// The token request contains the client secret and the response contains the access token. Over plain HTTP, both
    /// can be read and changed in transit. Adobe IMS is available over HTTPS only.
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// ```json
    /// { "auth.access.token.request": "http://ims-na1.adobelogin.com/ims/token/v3" }
    /// ```
    ///
    /// Fixed:
    ///
    /// ```json
    /// { "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/token/v3" }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Write `https://` in `auth.access.token.request` (I/O Events: `aio.ims.url`), on all AEM editions. If a secret
    /// was already sent this way, replace it.
    ///
    /// ## References
    ///
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/ims/>
    pub InsecureEndpoint {
        id: "insecure-endpoint",
        level: Error,
        summary: "Adobe IMS is reached over plain HTTP",
        severity: "7.5",
        confidence: High,
        cwe: [319],
    }
}

impl IntegrationRule for InsecureEndpoint {
    fn judge(&self, case: Case<'_>) -> Option<Finding> {
        let field = case.integration.field(FieldName::TokenEndpoint)?;
        let value = field.value.as_deref()?.trim();
        let location =
            field.location.as_deref().filter(|_| Endpoint::parse(value).is_some_and(|e| e.is_plain_http()))?;
        let message = format!("{} sends its client secret over plain HTTP{}.", case.subject(), case.environments());
        let finding = case
            .finding(&InsecureEndpoint::META, location.clone(), message)
            .label("plain HTTP")
            .step(Phase::Files, format!("{}: `http://` -> `https://`.", words::property(field)))
            .url(pages::IMS_API);
        Some(finding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::Integration;
    use crate::rules::testing::{check_one, oauth_provider};

    fn at(url: &str) -> Integration {
        oauth_provider("acme").with(FieldName::TokenEndpoint, "auth.access.token.request", Some(url))
    }

    #[test]
    fn flagged() {
        for url in ["http://ims-na1.adobelogin.com/ims/token/v3", "http://%s/ims/token/v3"] {
            assert_eq!(check_one(&InsecureEndpoint, at(url)).len(), 1, "{url}");
        }
    }

    #[test]
    fn clean() {
        for url in ["https://ims-na1.adobelogin.com/ims/token/v3", "%s/ims/token/v3", "$[env:URL]"] {
            assert!(check_one(&InsecureEndpoint, at(url)).is_empty(), "{url}");
        }
    }
}
