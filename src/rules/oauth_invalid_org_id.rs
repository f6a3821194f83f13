//! `oauth-invalid-org-id`.

use super::{Finding, Rule, oauth_invalid, rule};
use crate::ims::{FieldName, Model};

rule! {
    /// ## What it does
    ///
    /// Reports organization ids of OAuth Server-to-Server integrations (`auth.token.provider.orgId` and the `iss` claim
    /// of an IMS configuration, `aio.ims.org.id`, `ims_org_id`) that do not end in `@AdobeOrg`, and `iss` claims whose
    /// organization differs from `auth.token.provider.orgId`. Using the id of a technical account
    /// (`…@techacct.adobe.com`) instead is an error.
    ///
    /// ## Why is this bad
    ///
    /// Adobe IMS does not need the organization to issue the token, but the parts of AEM and of the product that read
    /// it from the configuration will not find theirs.
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// ```properties
    /// auth.token.provider.authorization.grants="client_credentials"
    /// auth.access.token.request="https://ims-na1.adobelogin.com/ims/token/v3"
    /// auth.token.provider.client.id="0000example"
    /// auth.token.provider.scope="openid,AdobeID,target_sdk"
    /// auth.token.provider.orgId="EXAMPLE0000"
    /// auth.token.provider.default.claims=("\"iss\"\ :\ \"EXAMPLE0000\"")
    /// ```
    ///
    /// Fixed:
    ///
    /// ```properties
    /// auth.token.provider.authorization.grants="client_credentials"
    /// auth.access.token.request="https://ims-na1.adobelogin.com/ims/token/v3"
    /// auth.token.provider.client.id="0000example"
    /// auth.token.provider.scope="openid,AdobeID,target_sdk"
    /// auth.token.provider.orgId="EXAMPLE0000@AdobeOrg"
    /// auth.token.provider.default.claims=("\"iss\"\ :\ \"EXAMPLE0000@AdobeOrg\"")
    /// ```
    ///
    /// ## How to fix
    ///
    /// Copy the organization id (`…@AdobeOrg`) from the Adobe Developer Console to both places, on AEM 6.5, AEM 6.5 LTS
    /// and AEM as a Cloud Service.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/assets/using/config-oauth>
    pub OauthInvalidOrgId {
        id: "oauth-invalid-org-id",
        level: Warning,
        summary: "The organization id is invalid, or differs from the iss claim",
        severity: "2.0",
        confidence: Medium,
        cwe: [1188],
        effect: Broken,
    }
}

impl Rule for OauthInvalidOrgId {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let because = "AEM and the product look up the organization by its id";
        oauth_invalid::check(&Self::META, &[FieldName::OrgId, FieldName::Issuer], because, model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check_one, oauth_provider, the_weight_decides};

    #[test]
    fn the_weight_of_the_fault_decides() {
        the_weight_decides(&OauthInvalidOrgId, FieldName::OrgId);
    }

    #[test]
    fn two_organizations_in_one_configuration() {
        let provider =
            |issuer| oauth_provider("acme").with(FieldName::Issuer, "auth.token.provider.default.claims", Some(issuer));
        let findings = check_one(&OauthInvalidOrgId, provider("OTHER0000@AdobeOrg"));
        assert_eq!(findings.len(), 1);
        assert!(findings[0].message.contains("differs from the organization in `auth.token.provider.orgId`"));
        assert!(check_one(&OauthInvalidOrgId, provider("$[env:ORG]")).is_empty());
    }

    #[test]
    fn what_is_masked_is_not_compared() {
        let provider = oauth_provider("acme").with(
            FieldName::Issuer,
            "auth.token.provider.default.claims",
            Some(crate::ims::disclosure::MASK),
        );
        assert!(check_one(&OauthInvalidOrgId, provider).is_empty());
    }
}
