//! `oauth-invalid-scope`.

use super::{Finding, Rule, oauth_invalid, rule};
use crate::ims::{FieldName, Model};

rule! {
    /// ## What it does
    ///
    /// Reports invalid scopes of OAuth Server-to-Server integrations:
    ///
    /// * the claim of a metascope, `https://ims-na1.adobelogin.com/s/ent_…`: error;
    /// * a no-break space or a zero-width character in the list: error;
    /// * a documented metascope of JWT credentials, such as `ent_marketing_sdk`: warning, because the Adobe Developer
    ///   Console lists other names as scopes, and it is not known how Adobe IMS handles these;
    /// * quotes, brackets, braces or semicolons in an OSGi configuration: warning.
    ///
    /// Commas, spaces, or both separate scopes. Only the Console knows which scopes a credential has.
    ///
    /// ## Why is this bad
    ///
    /// If the credential does not have a scope, Adobe IMS answers `invalid_scope` and gives no token. The metascopes of
    /// a JWT configuration are easily copied by mistake.
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// ```properties
    /// auth.token.provider.authorization.grants="client_credentials"
    /// auth.access.token.request="https://ims-na1.adobelogin.com/ims/token/v3"
    /// auth.token.provider.client.id="0000example"
    /// auth.token.provider.scope="https://ims-na1.adobelogin.com/s/ent_marketing_sdk"
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
    /// Copy the scopes of the OAuth Server-to-Server credential from the Adobe Developer Console, separated by commas,
    /// on AEM 6.5, AEM 6.5 LTS and AEM as a Cloud Service. Some metascopes and the scopes that replace them:
    ///
    /// | metascope (JWT) | scopes (OAuth) |
    /// |---|---|
    /// | `ent_smartcontent_sdk` | `read_pc.dma_smart_content`, `openid`, `AdobeID`, `additional_info.projectedProductContext` |
    /// | `ent_adobeio_sdk` | `adobeio_api`, `openid`, `AdobeID`, `additional_info.roles`, `additional_info.projectedProductContext` |
    ///
    /// ## References
    ///
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/ims/>
    /// * <https://experienceleague.adobe.com/en/docs/asset-compute/using/extend/extension-api>
    pub OauthInvalidScope {
        id: "oauth-invalid-scope",
        level: Error,
        summary: "The scopes are not valid for OAuth Server-to-Server credentials",
        severity: "4.0",
        confidence: Medium,
        cwe: [1188],
        effect: Broken,
    }
}

impl Rule for OauthInvalidScope {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let because = "a token can only have the scopes of its credential";
        oauth_invalid::check(&Self::META, &[FieldName::Scopes], because, model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::the_weight_decides;

    #[test]
    fn the_weight_of_the_fault_decides() {
        the_weight_decides(&OauthInvalidScope, FieldName::Scopes);
    }
}
