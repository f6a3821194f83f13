//! `secret-placeholder-default`.

use super::meta::rule;
use super::{Phase, Rule, secrets, words};
use crate::ims::model::Placeholder;
use crate::ims::{FieldState, Model};
use crate::rules::Finding;

rule! {
    /// ## What it does
    ///
    /// Reports placeholders for client secrets, private keys and passwords that carry a default in clear:
    /// `$[secret:NAME;default=…]`, and `$[env:NAME;default=…]` in a secret-bearing property.
    ///
    /// ## Why is this bad
    ///
    /// The default stands in the repository and in every package for all to read, and it comes into force wherever the
    /// variable is not set. It is a secret in clear with a placeholder around it.
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
    /// Remove `;default=…`, set the secret in every environment in Cloud Manager, and replace the secret that stood
    /// there. For the local SDK put the value into a file called as the variable, without extension, below
    /// `crx-quickstart/secretsdir`, and set
    /// `org.apache.felix.configadmin.plugin.interpolation.secretsdir=${sling.home}/secretsdir` in
    /// `crx-quickstart/conf/sling.properties`: without that property the folder is not read. On AEM 6.5 and 6.5
    /// LTS, where such placeholders are filled in only if set up for it, protect the value with CryptoSupport.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/implementing/deploying/configuring-osgi>
    pub SecretPlaceholderDefault {
        id: "secret-placeholder-default",
        level: Error,
        summary: "A placeholder for a secret carries a default in clear",
        severity: "8.0",
        confidence: High,
        cwe: [312, 798],
        rank: Later,
    }
}

impl Rule for SecretPlaceholderDefault {
    fn check(&self, model: &Model, findings: &mut Vec<Finding>) {
        for secret in secrets::all(model) {
            let kind = match secret.field.state {
                FieldState::Placeholder(Placeholder::Secret { default: true }) => "secret",
                FieldState::Placeholder(Placeholder::Env { default: true }) => "env",
                _ => continue,
            };
            let message = format!(
                "{} has a default in clear behind `$[{kind}:…;default=…]`{}.",
                secret.subject(),
                secret.environments(),
            );
            let property = words::property(secret.field);
            findings.push(
                secret
                    .finding(&Self::META, message, "with a default in clear", model)
                    .step(
                        Phase::Files,
                        match secret.home(model).has_cloud_manager() {
                            true => format!(
                                "{property}: `$[{kind}:NAME;default=…]` -> `$[secret:NAME]`, set in every environment."
                            ),
                            false => format!("{property}: {}.", secret.home(model).secret()),
                        },
                    )
                    .steps([secret.replacement()]),
            );
        }
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
