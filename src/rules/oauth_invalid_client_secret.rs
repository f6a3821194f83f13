//! `oauth-invalid-client-secret`.

use super::{Finding, Rule, oauth_invalid, rule};
use crate::ims::{FieldName, Model};

rule! {
    /// ## What it does
    ///
    /// Reports client secrets of OAuth Server-to-Server integrations with a space or an invisible character at the
    /// beginning, inside or at the end, including around a placeholder such as `$[secret:NAME]`. Also reports, as a
    /// warning, names in `customizer.type` and `token.request.customizer.type` that begin or end with a space: AEM uses
    /// this name to find the secret of a provider.
    ///
    /// ## Why is this bad
    ///
    /// The secret is sent unchanged. Adobe IMS answers `invalid_client`, "invalid client_secret parameter". Whether AEM
    /// compares the names of customizers exactly is not documented, so that is a warning.
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// `com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl~acme.cfg.json`:
    ///
    /// ```text
    /// {
    ///   "customizer.type": "acme",
    ///   "auth.ims.client.secret": "$[secret:ACME_IMS_CLIENT_SECRET] "
    /// }
    /// ```
    ///
    /// Fixed:
    ///
    /// ```text
    /// {
    ///   "customizer.type": "acme",
    ///   "auth.ims.client.secret": "$[secret:ACME_IMS_CLIENT_SECRET]"
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Remove the character, on AEM 6.5, AEM 6.5 LTS and AEM as a Cloud Service.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-cloud-kcs/kbarticles/ka-23909>
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/ims/>
    pub OauthInvalidClientSecret {
        id: "oauth-invalid-client-secret",
        level: Error,
        summary: "The client secret, or the name used to find it, contains a space or an invisible character",
        severity: "4.0",
        confidence: High,
        cwe: [1188],
        effect: Broken,
    }
}

impl Rule for OauthInvalidClientSecret {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let because = "Adobe IMS compares the secret exactly";
        oauth_invalid::check(&Self::META, &[FieldName::ClientSecret], because, model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::the_weight_decides;

    #[test]
    fn the_weight_of_the_fault_decides() {
        the_weight_decides(&OauthInvalidClientSecret, FieldName::ClientSecret);
    }
}
