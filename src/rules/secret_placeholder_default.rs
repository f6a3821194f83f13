//! `secret-placeholder-default`.

use super::values::Value;
use super::{Finding, Phase, Rule, rule, secrets, words};
use crate::ims::model::Placeholder;
use crate::ims::{FieldState, Model};

rule! {
    /// ## What it does
    ///
    /// Reports placeholders for client secrets, private keys and passwords that have a default in plain text:
    /// `$[secret:NAME;default=…]`, and `$[env:NAME;default=…]` in a property for a secret.
    ///
    /// ## Why is this bad
    ///
    /// Anyone can read the default in the repository and in every package, and it is used wherever the variable is not
    /// set. It is a plain-text secret inside a placeholder.
    ///
    /// ## Example
    ///
    /// Flagged, `com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl~acme.cfg.json`:
    ///
    /// ```json
    /// { "auth.ims.client.secret": "$[secret:ACME_IMS_CLIENT_SECRET;default=not-a-real-secret]" }
    /// ```
    ///
    /// Fixed:
    ///
    /// ```json
    /// { "auth.ims.client.secret": "$[secret:ACME_IMS_CLIENT_SECRET]" }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Remove `;default=…`, set the secret in every environment in Cloud Manager, and replace the exposed secret. For
    /// the local SDK, put the value into a file named after the variable, without extension, below
    /// `crx-quickstart/secretsdir`, and set
    /// `org.apache.felix.configadmin.plugin.interpolation.secretsdir=${sling.home}/secretsdir` in
    /// `crx-quickstart/conf/sling.properties`: without that property the folder is not read. AEM 6.5 and 6.5 LTS
    /// replace such placeholders only if set up for it, so protect the value with CryptoSupport there.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/implementing/deploying/configuring-osgi>
    pub SecretPlaceholderDefault {
        id: "secret-placeholder-default",
        level: Error,
        summary: "A placeholder for a secret has a default in plain text",
        severity: "8.0",
        confidence: High,
        cwe: [312, 798],
        rank: Later,
    }
}

impl Rule for SecretPlaceholderDefault {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let finding = |secret: Value<'_>| {
            let kind = match secret.field.state {
                FieldState::Placeholder(Placeholder::Secret { default: true }) => "secret",
                FieldState::Placeholder(Placeholder::Env { default: true }) => "env",
                _ => return None,
            };
            let message = format!(
                "{} has a default in plain text in `$[{kind}:…;default=…]`{}.",
                secret.secret_subject(),
                secret.environments(),
            );
            let property = words::property(secret.field);
            let home = secret.home();
            let step = match home.has_cloud_manager {
                true => {
                    format!("{property}: `$[{kind}:NAME;default=…]` -> `$[secret:NAME]`, set in every environment.")
                }
                false => format!("{property}: {}.", home.secret),
            };
            let finding = secret.secret_finding(&Self::META, message, "with a default in plain text");
            Some(finding.step(Phase::Files, step).steps([secret.replacement()]))
        };
        secrets::all(model).into_iter().filter_map(finding).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::FieldName;
    use crate::rules::testing::{check_one, oauth_provider};

    #[test]
    fn flagged_behind_secret_and_env() {
        for placeholder in [Placeholder::Secret { default: true }, Placeholder::Env { default: true }] {
            let state = FieldState::Placeholder(placeholder);
            let findings =
                check_one(&SecretPlaceholderDefault, oauth_provider("acme").in_state(FieldName::ClientSecret, state));
            assert_eq!(findings.len(), 1, "{placeholder:?}");
        }
    }

    #[test]
    fn clean_without_a_default_or_for_a_field_that_is_no_secret() {
        let plain = FieldState::Placeholder(Placeholder::Secret { default: false });
        let default = FieldState::Placeholder(Placeholder::Env { default: true });
        for (field, state) in [(FieldName::ClientSecret, plain), (FieldName::ClientId, default)] {
            assert!(check_one(&SecretPlaceholderDefault, oauth_provider("acme").in_state(field, state)).is_empty());
        }
    }
}
