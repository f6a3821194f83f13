//! `oauth-invalid-claims`.

use super::{Finding, Rule, oauth_invalid, rule};
use crate::ims::{FieldName, Model};

rule! {
    /// ## What it does
    ///
    /// Reports values of `auth.token.provider.default.claims` in OAuth Server-to-Server configurations that are not of
    /// the form `key : "value"`: a whole JSON object, a trailing comma, a string without double quotes. Keys may be
    /// quoted or unquoted.
    ///
    /// ## Why is this bad
    ///
    /// The description of the property requires this form: "the string values must be provided in double quotes". What
    /// AEM does with other forms is not documented, so this is a warning.
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
    /// auth.token.provider.orgId="EXAMPLE0000@AdobeOrg"
    /// auth.token.provider.default.claims=("{\"iss\":\"EXAMPLE0000@AdobeOrg\"}")
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
    /// Write one claim per value, such as `"iss" : "EXAMPLE0000@AdobeOrg"`, on AEM 6.5, AEM 6.5 LTS and AEM as a Cloud
    /// Service.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/assets/using/config-oauth>
    pub OauthInvalidClaims {
        id: "oauth-invalid-claims",
        level: Warning,
        summary: "A claim is not in the form key : \"value\"",
        severity: "2.0",
        confidence: Medium,
        cwe: [1188],
        effect: Broken,
    }
}

impl Rule for OauthInvalidClaims {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let because = "AEM documents claims as `key : \"value\"`";
        oauth_invalid::check(&Self::META, &[FieldName::Claims], because, model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::the_weight_decides;

    #[test]
    fn the_weight_of_the_fault_decides() {
        the_weight_decides(&OauthInvalidClaims, FieldName::Claims);
    }
}
