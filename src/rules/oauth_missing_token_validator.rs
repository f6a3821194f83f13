//! `oauth-missing-token-validator`.

use super::oauth_missing::{self, Demand};
use super::{Case, Finding, IntegrationRule, rule};
use crate::ims::FieldName;

rule! {
    /// ## What it does
    ///
    /// Reports OAuth Server-to-Server configurations for Smart Tags without a token validator,
    /// `auth.token.validator.type`.
    ///
    /// ## Why is this bad
    ///
    /// Adobe's instructions for Smart Tags require the validator `adobe-ims-similaritysearch`. A configuration that the
    /// console wrote for the JWT credential does not have it, so it is easily forgotten in the new one.
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// ```properties
    /// name="adobe-ims-similaritysearch"
    /// auth.token.provider.authorization.grants="client_credentials"
    /// auth.access.token.request="https://ims-na1.adobelogin.com/ims/token/v3"
    /// auth.token.provider.client.id="0000example"
    /// auth.token.provider.scope="read_pc.dma_smart_content,openid,AdobeID,additional_info.projectedProductContext"
    /// ```
    ///
    /// Fixed: the same with
    ///
    /// ```properties
    /// auth.token.validator.type="adobe-ims-similaritysearch"
    /// ```
    ///
    /// ## How to fix
    ///
    /// Set `auth.token.validator.type` to `adobe-ims-similaritysearch`, on AEM 6.5 and AEM 6.5 LTS. `aem-ims-lint
    /// migrate --write` does so.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/assets/using/config-oauth>
    pub OauthMissingTokenValidator {
        id: "oauth-missing-token-validator",
        level: Warning,
        summary: "The Smart Tags configuration has no token validator",
        severity: "1.0",
        confidence: Medium,
        cwe: [1188],
        migration: Integration,
        settled_by: [TokenValidator],
    }
}

impl IntegrationRule for OauthMissingTokenValidator {
    fn judge(&self, case: Case<'_>) -> Option<Finding> {
        let demand = Demand {
            rule: &Self::META,
            field: FieldName::TokenValidator,
            because: "Adobe's instructions for Smart Tags require it",
            write: "`adobe-ims-similaritysearch`",
        };
        oauth_missing::finding(&demand, case)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check_one, oauth_provider};

    const PROPERTY: &str = "auth.token.validator.type";

    #[test]
    fn flagged_where_the_product_needs_one() {
        let provider = || oauth_provider("acme");
        let missing = provider().with(FieldName::TokenValidator, PROPERTY, None);
        assert_eq!(check_one(&OauthMissingTokenValidator, missing).len(), 1);
        let there = provider().with(FieldName::TokenValidator, PROPERTY, Some("adobe-ims-similaritysearch"));
        assert!(check_one(&OauthMissingTokenValidator, there).is_empty());
        assert!(check_one(&OauthMissingTokenValidator, provider()).is_empty());
    }
}
