//! `oauth-invalid-token-endpoint`.

use super::Rule;
use super::meta::rule;
use super::oauth_invalid::{self, Judged};
use crate::ims::{FieldName, Model};
use crate::rules::Finding;

rule! {
    /// ## What it does
    ///
    /// Reports the URL that an IMS configuration really sends its token request to, with `auth.token.provider.endpoint` in the
    /// place of `%s` in `auth.access.token.request`, when it is no token endpoint of Adobe IMS:
    ///
    /// * no scheme, two schemes (`https://%s` with `https://` in the endpoint too), no host, no path: error;
    /// * an endpoint of Adobe IMS that gives no such token (`/ims/authorize`, `/ims/userinfo`, …): error;
    /// * a path that no documentation knows, a host that is none of Adobe IMS or where people sign in, a slash at the end of the
    ///   endpoint: warning;
    /// * a host of Adobe IMS that Adobe does not document (`ims-eu1`, `ims-jp1`, `ims-na2`): note.
    ///
    /// `/ims/token` and `/ims/token/v1` to `v4` are in use. The JWT exchange endpoint is `oauth-jwt-endpoint`, plain HTTP
    /// `insecure-endpoint`, a stage host `stage-ims-host`.
    ///
    /// ## Why is this bad
    ///
    /// The request goes somewhere else, and there is no token.
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
    /// Write `https://ims-na1.adobelogin.com/ims/token/v3` into `auth.access.token.request`; or `https://%s/ims/token/v3`, and
    /// the host alone into `auth.token.provider.endpoint`. The same on AEM 6.5, AEM 6.5 LTS and AEM as a Cloud Service.
    ///
    /// ## References
    ///
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/ims/>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/assets/using/config-oauth>
    pub OauthInvalidTokenEndpoint {
        id: "oauth-invalid-token-endpoint",
        level: Error,
        summary: "The URL is no token endpoint of Adobe IMS",
        severity: "4.0",
        confidence: Medium,
        cwe: [1188],
        effect: Broken,
    }
}

const JUDGED: Judged = Judged {
    rule: &OauthInvalidTokenEndpoint::META,
    fields: &[FieldName::TokenEndpoint],
    because: "there is no token to be had there",
};

impl Rule for OauthInvalidTokenEndpoint {
    fn check(&self, model: &Model, findings: &mut Vec<Finding>) {
        oauth_invalid::check(&JUDGED, model, findings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::validity::{Fault, Weight};
    use crate::rules::Level;
    use crate::rules::testing::{check_one, jwt_provider, oauth_provider};

    #[test]
    fn the_weight_of_the_fault_decides() {
        for (weight, level) in
            [(Weight::Breaks, Level::Error), (Weight::Doubtful, Level::Warning), (Weight::Unusual, Level::Note)]
        {
            let fault = Fault::new(weight, "is wrong", "another");
            let findings = check_one(
                &OauthInvalidTokenEndpoint,
                oauth_provider("acme").with_fault(FieldName::TokenEndpoint, fault.clone()),
            );
            assert_eq!(findings.iter().map(|finding| finding.level).collect::<Vec<_>>(), [level]);
            assert!(
                check_one(&OauthInvalidTokenEndpoint, jwt_provider("acme").with_fault(FieldName::TokenEndpoint, fault))
                    .is_empty()
            );
        }
        assert!(check_one(&OauthInvalidTokenEndpoint, oauth_provider("acme")).is_empty());
    }
}
