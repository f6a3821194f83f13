//! `misspelt-key`.

use super::oauth_missing::is_demanded;
use super::verdict::means_oauth;
use super::{Case, Finding, Level, Phase, Rule, rule, values, words};
use crate::ims::Model;
use crate::ims::model;

rule! {
    /// ## What it does
    ///
    /// Reports unknown keys in an IMS configuration, its request customizer or an I/O Events workspace that resemble a
    /// known key which is missing, such as `auth.token.provider.clientid` or `auth.token.provider.scopes`. It is an
    /// error if an OAuth Server-to-Server integration lacks the value that the key was meant to set.
    ///
    /// ## Why is this bad
    ///
    /// AEM ignores keys that it does not know, so the value is missing.
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// ```properties
    /// auth.token.provider.authorization.grants="client_credentials"
    /// auth.access.token.request="https://ims-na1.adobelogin.com/ims/token/v3"
    /// auth.token.provider.clientid="0000example"
    /// auth.token.provider.scope="openid,AdobeID"
    /// ```
    ///
    /// Fixed:
    ///
    /// ```properties
    /// auth.token.provider.authorization.grants="client_credentials"
    /// auth.access.token.request="https://ims-na1.adobelogin.com/ims/token/v3"
    /// auth.token.provider.client.id="0000example"
    /// auth.token.provider.scope="openid,AdobeID"
    /// ```
    ///
    /// ## How to fix
    ///
    /// Correct the name of the key, on AEM 6.5, AEM 6.5 LTS and AEM as a Cloud Service.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/assets/using/config-oauth>
    /// * <https://github.com/adobe/aio-lib-java/blob/main/aem/core_aem/README.md>
    pub MisspeltKey {
        id: "misspelt-key",
        level: Warning,
        summary: "An unknown key resembles one that the component knows",
        severity: "2.0",
        confidence: Medium,
        cwe: [1188],
        effect: Incomplete,
    }
}

impl Rule for MisspeltKey {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let keys = Case::all(model).flat_map(|case| case.integration.misspelt_keys.iter().map(move |key| (case, key)));
        values::folded(keys.map(|(case, key)| finding(case, key)))
    }
}

fn finding(case: Case<'_>, key: &model::MisspeltKey) -> Finding {
    let (written, meant) = (words::code(&key.written), words::code(key.meant));
    let mut lacking =
        case.integration.fields.iter().filter(|field| !field.state.is_filled() && *field.property == *key.meant);
    let lacks = lacking.any(|field| is_demanded(field.name)) && means_oauth(case.integration);
    let so = if lacks { format!(", so {meant} is missing and there is no token") } else { String::new() };
    let message = format!("{}: AEM does not recognise the key {written}{so}; did you mean {meant}?", case.subject());
    let finding = case
        .finding(&MisspeltKey::META, key.location.clone(), message)
        .label("not recognised by the component")
        .step(Phase::Files, format!("Rename {written} to {meant}."));
    if lacks { finding.level(Level::Error) } else { finding }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::FieldName;
    use crate::ims::Integration;
    use crate::rules::oauth_missing_client_id::OauthMissingClientId;
    use crate::rules::testing::{check_one, location, oauth_provider};

    const CLIENT: &str = "auth.token.provider.client.id";

    fn misspelt() -> Integration {
        let mut provider = oauth_provider("acme");
        let written = "auth.token.provider.clientid".to_owned();
        let location = location("config/acme.config", Some(&written));
        provider.misspelt_keys.push(model::MisspeltKey { written, meant: CLIENT, location });
        provider
    }

    #[test]
    fn an_error_where_the_value_is_needed_and_reported_once() {
        let provider = misspelt().with(FieldName::ClientId, CLIENT, None);
        let findings = check_one(&MisspeltKey, provider.clone());
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].level, Level::Error);
        assert!(findings[0].message.ends_with("did you mean `auth.token.provider.client.id`?"));
        assert!(check_one(&OauthMissingClientId, provider).is_empty());
    }

    #[test]
    fn a_warning_where_it_is_not() {
        assert_eq!(check_one(&MisspeltKey, misspelt())[0].level, Level::Warning);
        assert!(check_one(&MisspeltKey, oauth_provider("acme")).is_empty());
    }
}
