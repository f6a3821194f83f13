//! `oauth-missing-token-endpoint`.

use super::oauth_missing::{self, Demand};
use super::{Case, Finding, IntegrationRule, rule};
use crate::ims::FieldName;

rule! {
    /// ## What it does
    ///
    /// Reports OAuth Server-to-Server integrations without a token endpoint. In an IMS configuration the endpoint is
    /// `auth.access.token.request`, in which `%s` stands for `auth.token.provider.endpoint`.
    ///
    /// ## Why is this bad
    ///
    /// AEM does not know where to request an access token.
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// ```json
    /// {
    ///   "auth.token.provider.authorization.grants": "client_credentials",
    ///   "auth.token.provider.client.id": "0000example",
    ///   "auth.token.provider.scope": "openid,AdobeID",
    ///   "auth.token.provider.orgId": "EXAMPLE0000@AdobeOrg"
    /// }
    /// ```
    ///
    /// Fixed: the same with
    ///
    /// ```json
    /// { "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/token/v3" }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Set `auth.access.token.request` to `https://ims-na1.adobelogin.com/ims/token/v3`. The JWT exchange
    /// (`…/ims/exchange/jwt`) does not accept OAuth Server-to-Server credentials. This applies to AEM 6.5, AEM 6.5 LTS
    /// and configurations deployed to AEM as a Cloud Service. `aem-ims-lint migrate --write` makes this edit.
    ///
    /// ## References
    ///
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/ims/>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/assets/using/config-oauth>
    pub OauthMissingTokenEndpoint {
        id: "oauth-missing-token-endpoint",
        level: Error,
        summary: "The OAuth Server-to-Server integration has no token endpoint",
        severity: "4.0",
        confidence: High,
        cwe: [1188],
        migration: Integration,
        settled_by: [TokenEndpoint],
        effect: Incomplete,
    }
}

impl IntegrationRule for OauthMissingTokenEndpoint {
    fn judge(&self, case: Case<'_>) -> Option<Finding> {
        let demand = Demand {
            rule: &Self::META,
            field: FieldName::TokenEndpoint,
            because: "AEM does not know where to request an access token",
            write: "`https://ims-na1.adobelogin.com/ims/token/v3`",
        };
        oauth_missing::finding(&demand, case)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check_one, help, jwt_provider, oauth_provider};

    const PROPERTY: &str = "auth.access.token.request";

    #[test]
    fn flagged_when_missing_or_empty() {
        for value in [None, Some("")] {
            let provider = oauth_provider("acme").with(FieldName::TokenEndpoint, PROPERTY, value);
            let findings = check_one(&OauthMissingTokenEndpoint, provider);
            assert_eq!(findings.len(), 1);
            assert_eq!(help(&findings[0]), [format!("`{PROPERTY}`: `https://ims-na1.adobelogin.com/ims/token/v3`.")]);
        }
    }

    #[test]
    fn what_stands_for_percent_s_is_a_host() {
        let provider = oauth_provider("acme").with(FieldName::TokenEndpoint, "auth.token.provider.endpoint", None);
        let findings = check_one(&OauthMissingTokenEndpoint, provider);
        assert_eq!(help(&findings[0]), ["`auth.token.provider.endpoint`: `ims-na1.adobelogin.com`."]);
    }

    #[test]
    fn clean_with_an_endpoint_or_jwt() {
        assert!(check_one(&OauthMissingTokenEndpoint, oauth_provider("acme")).is_empty());
        let jwt = jwt_provider("acme").with(FieldName::TokenEndpoint, PROPERTY, None);
        assert!(check_one(&OauthMissingTokenEndpoint, jwt).is_empty());
    }
}
