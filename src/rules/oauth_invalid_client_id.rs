//! `oauth-invalid-client-id`.

use super::{Finding, Rule, oauth_invalid, rule};
use crate::ims::{FieldName, Model};

rule! {
    /// ## What it does
    ///
    /// Reports client ids of OAuth Server-to-Server integrations with a space, a tab, a line break, a no-break space or
    /// a zero-width character at the beginning, inside or at the end. The value behind a placeholder cannot be checked,
    /// but the text around it is. The form of a client id is not checked: it can be 32 hexadecimal digits or a name.
    ///
    /// ## Why is this bad
    ///
    /// The client id is sent unchanged, and with an extra character it is a different id: Adobe IMS answers
    /// `invalid_client`. Such characters are copied along when an id is pasted from a web page or a chat.
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// ```properties
    /// auth.token.provider.authorization.grants="client_credentials"
    /// auth.access.token.request="https://ims-na1.adobelogin.com/ims/token/v3"
    /// auth.token.provider.client.id="0000example\ "
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
    /// Retype the end of the value, or copy the client id with the button in the Adobe Developer Console. This applies
    /// to AEM 6.5, AEM 6.5 LTS and AEM as a Cloud Service.
    ///
    /// ## References
    ///
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/ims/>
    pub OauthInvalidClientId {
        id: "oauth-invalid-client-id",
        level: Error,
        summary: "The client id contains a space or an invisible character",
        severity: "4.0",
        confidence: High,
        cwe: [1188],
        effect: Broken,
    }
}

impl Rule for OauthInvalidClientId {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let because = "Adobe IMS does not know this client";
        oauth_invalid::check(&Self::META, &[FieldName::ClientId], because, model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::the_weight_decides;

    #[test]
    fn the_weight_of_the_fault_decides() {
        the_weight_decides(&OauthInvalidClientId, FieldName::ClientId);
    }
}
