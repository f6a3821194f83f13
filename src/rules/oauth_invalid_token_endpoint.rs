//! `oauth-invalid-token-endpoint`.

use super::{Finding, Rule, oauth_invalid, rule};
use crate::ims::{FieldName, Model};

rule! {
    /// ## What it does
    ///
    /// Reports IMS configurations that send their token request to a URL that is not a token endpoint of Adobe IMS. The
    /// URL is `auth.access.token.request`, with `%s` replaced by `auth.token.provider.endpoint`:
    ///
    /// * no scheme, two schemes (`https://%s` where the endpoint also has `https://`), no host, no path: error;
    /// * an endpoint of Adobe IMS that does not issue such tokens (`/ims/authorize`, `/ims/userinfo`, …): error;
    /// * an undocumented path, a host that does not belong to Adobe IMS or is for user sign-in, a slash at the end of
    ///   the endpoint: warning;
    /// * a host of Adobe IMS that Adobe does not document (`ims-eu1`, `ims-jp1`, `ims-na2`): note.
    ///
    /// `/ims/token` and `/ims/token/v1` to `v4` are in use. The JWT exchange endpoint is reported by
    /// `oauth-jwt-endpoint`, plain HTTP by `insecure-endpoint`, a stage host by `stage-ims-host`.
    ///
    /// ## Why is this bad
    ///
    /// The request goes to the wrong place, and there is no token.
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// ```properties
    /// auth.token.provider.authorization.grants="client_credentials"
    /// auth.access.token.request="https://ims-na1.adobelogin.com"
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
    /// Write `https://ims-na1.adobelogin.com/ims/token/v3` into `auth.access.token.request`; or write
    /// `https://%s/ims/token/v3`, and only the host into `auth.token.provider.endpoint`. This applies to AEM 6.5, AEM
    /// 6.5 LTS and AEM as a Cloud Service.
    ///
    /// ## References
    ///
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/ims/>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/assets/using/config-oauth>
    pub OauthInvalidTokenEndpoint {
        id: "oauth-invalid-token-endpoint",
        level: Error,
        summary: "The URL is not a token endpoint of Adobe IMS",
        severity: "4.0",
        confidence: Medium,
        cwe: [1188],
        effect: Broken,
    }
}

impl Rule for OauthInvalidTokenEndpoint {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let because = "this URL does not issue tokens";
        oauth_invalid::check(&Self::META, &[FieldName::TokenEndpoint], because, model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::the_weight_decides;

    #[test]
    fn the_weight_of_the_fault_decides() {
        the_weight_decides(&OauthInvalidTokenEndpoint, FieldName::TokenEndpoint);
    }
}
