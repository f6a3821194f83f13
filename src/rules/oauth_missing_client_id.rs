//! `oauth-missing-client-id`.

use super::oauth_missing::{self, Demand};
use super::{Case, Finding, IntegrationRule, rule};
use crate::ims::FieldName;

rule! {
    /// ## What it does
    ///
    /// Reports OAuth Server-to-Server integrations without a client id. A placeholder (`$[env:…]`, `${…}`) counts as a
    /// value; `REPLACE_WITH_CLIENT_ID`, which `aem-ims-lint migrate` writes for you to replace, does not.
    ///
    /// ## Why is this bad
    ///
    /// `client_id` is mandatory in every token request to Adobe IMS; without it the request is rejected
    /// (`invalid_client`, "invalid client_id parameter") and the integration gets no access token.
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// ```json
    /// {
    ///   "name": "acme-target",
    ///   "auth.token.provider.authorization.grants": "client_credentials",
    ///   "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/token/v3",
    ///   "auth.token.provider.scope": "openid,AdobeID,target_sdk",
    ///   "auth.token.provider.orgId": "EXAMPLE0000@AdobeOrg"
    /// }
    /// ```
    ///
    /// Fixed: the same with
    ///
    /// ```json
    /// { "auth.token.provider.client.id": "0000example" }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Copy the client id of the OAuth Server-to-Server credential from the Adobe Developer Console. A migrated
    /// credential keeps the client id of the JWT one.
    ///
    /// * IMS configuration (AEM 6.5, 6.5 LTS, AEM as a Cloud Service): `auth.token.provider.client.id`
    /// * I/O Events: `aio.api.key`
    /// * `aio` context: `client_id`
    ///
    /// ## References
    ///
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/ims/>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/assets/using/config-oauth>
    pub OauthMissingClientId {
        id: "oauth-missing-client-id",
        level: Error,
        summary: "The OAuth Server-to-Server integration has no client id",
        severity: "4.0",
        confidence: High,
        cwe: [1188],
        migration: Integration,
        effect: Incomplete,
    }
}

impl IntegrationRule for OauthMissingClientId {
    fn judge(&self, case: Case<'_>) -> Option<Finding> {
        let demand = Demand {
            rule: &Self::META,
            field: FieldName::ClientId,
            because: "Adobe IMS rejects a token request without `client_id`",
            write: "the client id of the OAuth Server-to-Server credential in the Adobe Developer Console",
        };
        oauth_missing::finding(&demand, case)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::FieldState;
    use crate::ims::model::Placeholder;
    use crate::rules::testing::{check_one, jwt_provider, oauth_provider};

    const PROPERTY: &str = "auth.token.provider.client.id";

    #[test]
    fn flagged_when_missing_or_empty() {
        let missing = oauth_provider("acme").with(FieldName::ClientId, PROPERTY, None);
        let findings = check_one(&OauthMissingClientId, missing);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].location.property, None, "a missing property is reported at the configuration");
        assert_eq!(
            findings[0].message,
            "Launch (Tags) IMS configuration `acme` has no client id: Adobe IMS rejects a token request without \
             `client_id`."
        );

        let empty = oauth_provider("acme").with(FieldName::ClientId, PROPERTY, Some(""));
        assert_eq!(check_one(&OauthMissingClientId, empty)[0].location.property.as_deref(), Some(PROPERTY));
    }

    #[test]
    fn clean_with_a_value_a_placeholder_or_jwt() {
        assert!(check_one(&OauthMissingClientId, oauth_provider("acme")).is_empty());
        let env = FieldState::Placeholder(Placeholder::Env { default: false });
        assert!(check_one(&OauthMissingClientId, oauth_provider("acme").in_state(FieldName::ClientId, env)).is_empty());
        let jwt = jwt_provider("acme").with(FieldName::ClientId, PROPERTY, None);
        assert!(check_one(&OauthMissingClientId, jwt).is_empty());
    }
}
