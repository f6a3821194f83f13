//! `oauth-invalid-grant`.

use super::{Finding, Rule, oauth_invalid, rule};
use crate::ims::{FieldName, Model};

rule! {
    /// ## What it does
    ///
    /// Reports IMS configurations that seem meant to use OAuth Server-to-Server, judging by their token endpoint or a
    /// grant that resembles `client_credentials`, but whose `auth.token.provider.authorization.grants` is not
    /// `client_credentials`. A value that differs only in upper and lower case is a warning, because it is not known
    /// how AEM handles it.
    ///
    /// ## Why is this bad
    ///
    /// `client_credentials` is the only grant of such a credential. What AEM does with any other value is not
    /// documented. At best, Adobe IMS rejects it with `unsupported_grant_type`, or with `unauthorized_client` if the
    /// credential does not support the grant.
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// ```properties
    /// auth.token.provider.authorization.grants="client_credential"
    /// auth.access.token.request="https://ims-na1.adobelogin.com/ims/token/v3"
    /// auth.token.provider.client.id="0000example"
    /// auth.token.provider.scope="openid,AdobeID,target_sdk"
    /// auth.token.provider.orgId="EXAMPLE0000@AdobeOrg"
    /// auth.token.provider.default.claims=("\"iss\"\ :\ \"EXAMPLE0000@AdobeOrg\"")
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
    /// Write `client_credentials`, on AEM 6.5, AEM 6.5 LTS and AEM as a Cloud Service.
    ///
    /// ## References
    ///
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/ims/>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/assets/using/config-oauth>
    pub OauthInvalidGrant {
        id: "oauth-invalid-grant",
        level: Error,
        summary: "The grant type is not client_credentials",
        severity: "4.0",
        confidence: Medium,
        cwe: [1188],
        effect: Broken,
    }
}

impl Rule for OauthInvalidGrant {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let because = "the token endpoint accepts only `client_credentials`";
        oauth_invalid::check(&Self::META, &[FieldName::Grant], because, model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::the_weight_decides;

    #[test]
    fn the_weight_of_the_fault_decides() {
        the_weight_decides(&OauthInvalidGrant, FieldName::Grant);
    }
}
