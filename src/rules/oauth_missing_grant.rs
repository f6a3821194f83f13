//! `oauth-missing-grant`.

use super::oauth_missing::{self, Demand};
use super::{Case, Finding, IntegrationRule, rule};
use crate::ims::FieldName;

rule! {
    /// ## What it does
    ///
    /// Reports integrations that use the OAuth token endpoint (`/ims/token/v3`) but do not set the client credentials
    /// grant.
    ///
    /// ## Why is this bad
    ///
    /// Without `auth.token.provider.authorization.grants` the access token provider builds a JWT and sends it as the
    /// authorization grant. The OAuth endpoint answers with `unsupported_grant_type`. The log of AEM shows the same
    /// error if the grant is correct but AEM lacks the service pack or hotfix that supports it. `unauthorized_client`
    /// has a different cause: the credential in the Adobe Developer Console is not an OAuth Server-to-Server one.
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// ```json
    /// {
    ///   "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/token/v3",
    ///   "auth.token.provider.client.id": "0000example",
    ///   "auth.token.provider.scope": "openid,AdobeID",
    ///   "auth.token.provider.orgId": "EXAMPLE0000@AdobeOrg"
    /// }
    /// ```
    ///
    /// Fixed: the same with
    ///
    /// ```json
    /// { "auth.token.provider.authorization.grants": "client_credentials" }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Add `auth.token.provider.authorization.grants` with the value `client_credentials`. AEM 6.5 supports it since
    /// Service Pack 21; SP11 to SP20 need `ims-jwt-compatibility-package-6.5-1.0.zip`. AEM 6.5 LTS and AEM as a Cloud
    /// Service support it as installed. `aem-ims-lint migrate --write` makes this edit.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/assets/using/config-oauth>
    /// * <https://experienceleague.adobe.com/en/docs/experience-cloud-kcs/kbarticles/ka-24660>
    pub OauthMissingGrant {
        id: "oauth-missing-grant",
        level: Error,
        summary: "The integration uses the OAuth token endpoint but does not set the client credentials grant",
        severity: "4.0",
        confidence: High,
        cwe: [1188],
        migration: Integration,
        settled_by: [Grant],
        effect: Incomplete,
    }
}

impl IntegrationRule for OauthMissingGrant {
    fn judge(&self, case: Case<'_>) -> Option<Finding> {
        let demand = Demand {
            rule: &Self::META,
            field: FieldName::Grant,
            because: "AEM then sends a JWT, which the OAuth endpoint rejects with `unsupported_grant_type`",
            write: "add it with `client_credentials`",
        };
        oauth_missing::finding(&demand, case)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check_one, jwt_provider, oauth_provider};

    #[test]
    fn flagged_when_missing_or_empty() {
        for value in [None, Some("")] {
            let provider =
                oauth_provider("acme").with(FieldName::Grant, "auth.token.provider.authorization.grants", value);
            let findings = check_one(&OauthMissingGrant, provider);
            assert_eq!(findings.len(), 1);
            assert!(findings[0].message.contains("grant type"));
        }
    }

    #[test]
    fn clean_with_the_grant_or_jwt() {
        assert!(check_one(&OauthMissingGrant, oauth_provider("acme")).is_empty());
        assert!(check_one(&OauthMissingGrant, jwt_provider("acme")).is_empty());
    }

    #[test]
    fn clean_where_the_kind_has_no_grant_property() {
        let mut provider = oauth_provider("acme");
        provider.fields.retain(|f| f.name != FieldName::Grant);
        assert!(check_one(&OauthMissingGrant, provider).is_empty());
    }
}
