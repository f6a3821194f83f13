//! `oauth-missing-scope`.

use super::Rule;
use super::meta::rule;
use super::oauth_missing::{self, Demand};
use crate::ims::{FieldName, Model};
use crate::rules::Finding;

rule! {
    /// ## What it does
    ///
    /// Reports OAuth Server-to-Server integrations without scopes. Metascopes in JWT claims are no substitute: the
    /// client credentials grant does not send them. Nor is `REPLACE_WITH_OAUTH_SCOPES`, which `aem-ims-lint migrate`
    /// leaves for a person.
    ///
    /// ## Why is this bad
    ///
    /// `scope` is mandatory in a client credentials request to Adobe IMS. It is the field most often forgotten in a
    /// migration, because the JWT configuration left it empty and kept its metascopes among the claims.
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// ```properties
    /// auth.token.provider.authorization.grants="client_credentials"
    /// auth.access.token.request="https://ims-na1.adobelogin.com/ims/token/v3"
    /// auth.token.provider.client.id="0000example"
    /// auth.token.provider.scope=""
    /// ```
    ///
    /// Fixed:
    ///
    /// ```properties
    /// auth.token.provider.authorization.grants="client_credentials"
    /// auth.access.token.request="https://ims-na1.adobelogin.com/ims/token/v3"
    /// auth.token.provider.client.id="0000example"
    /// auth.token.provider.scope="read_pc.dma_smart_content,\ openid,\ AdobeID,\ additional_info.projectedProductContext"
    /// ```
    ///
    /// ## How to fix
    ///
    /// Copy the scopes of the OAuth Server-to-Server credential from the Adobe Developer Console, separated by commas.
    ///
    /// | old (JWT) | new (OAuth) |
    /// |---|---|
    /// | claim `https://ims-na1.adobelogin.com/s/<metascope>` | `auth.token.provider.scope` |
    /// | `aio.meta.scopes` | `aio.oauth.scopes` |
    /// | `meta_scopes` (`aio` context, Developer Console) | `scopes` |
    ///
    /// In a Felix `.config` file blanks are written `\ `.
    ///
    /// `aem-ims-lint migrate --write` adds the scopes where Adobe has published those that take the place of the
    /// metascopes, else a placeholder.
    ///
    /// ## References
    ///
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/ims/>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/assets/using/config-oauth>
    pub OauthMissingScope {
        id: "oauth-missing-scope",
        level: Error,
        summary: "The OAuth Server-to-Server integration has no scopes",
        severity: "4.0",
        confidence: High,
        cwe: [1188],
        migration: Integration,
        settled_by: [Scopes],
        effect: Incomplete,
    }
}

const DEMAND: Demand = Demand {
    rule: &OauthMissingScope::META,
    field: FieldName::Scopes,
    because: "Adobe IMS refuses a client credentials request without `scope`",
    write: "the scopes of the OAuth Server-to-Server credential in the Adobe Developer Console, separated by commas",
};

impl Rule for OauthMissingScope {
    fn check(&self, model: &Model, findings: &mut Vec<Finding>) {
        oauth_missing::check(&DEMAND, model, findings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check_one, jwt_provider, oauth_provider};

    #[test]
    fn flagged_when_missing_or_empty() {
        for value in [None, Some("")] {
            let provider = oauth_provider("acme").with(FieldName::Scopes, "auth.token.provider.scope", value);
            let findings = check_one(&OauthMissingScope, provider);
            assert_eq!(findings.len(), 1);
            assert!(findings[0].steps[0].text.starts_with("`auth.token.provider.scope`: the scopes of"));
        }
    }

    #[test]
    fn clean_with_scopes_or_jwt() {
        assert!(check_one(&OauthMissingScope, oauth_provider("acme")).is_empty());
        assert!(check_one(&OauthMissingScope, jwt_provider("acme")).is_empty());
    }
}
