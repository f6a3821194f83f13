//! `secret-in-env-placeholder`.

use super::values::Value;
use super::{Finding, Phase, Rule, pages, rule, secrets, words};
use crate::ims::home::Interpolation;
use crate::ims::model::Placeholder;
use crate::ims::{FieldState, Model};

rule! {
    /// ## What it does
    ///
    /// Reports client secrets, private keys and passwords that are read from an environment-specific *variable*
    /// (`$[env:NAME]`) instead of a *secret* (`$[secret:NAME]`).
    ///
    /// ## Why is this bad
    ///
    /// On AEM as a Cloud Service, Cloud Manager and its API show the values of plain variables to everyone who can view
    /// the environment. Adobe requires `$[secret:…]` for "passwords, private API keys, or any other values that cannot
    /// be stored in Git".
    ///
    /// ## Example
    ///
    /// Flagged, `com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl~acme.cfg.json`:
    ///
    /// ```json
    /// { "auth.ims.client.secret": "$[env:ACME_IMS_CLIENT_SECRET]" }
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
    /// Write `$[secret:NAME]`, and set the value as a secret: `aio cloudmanager:environment:set-variables <id> --secret
    /// NAME <value>`, or type *Secret* in the Cloud Manager UI. Then delete the variable and replace the secret,
    /// because it was readable. These placeholders are for AEM as a Cloud Service. AEM 6.5 and 6.5 LTS replace
    /// `$[secret:…]` only if set up for it; protect values with CryptoSupport there instead.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/implementing/deploying/configuring-osgi>
    pub SecretInEnvPlaceholder {
        id: "secret-in-env-placeholder",
        level: Warning,
        summary: "A secret is read from a plain environment variable instead of a secret one",
        severity: "4.0",
        confidence: High,
        cwe: [526],
        rank: Later,
    }
}

impl Rule for SecretInEnvPlaceholder {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let finding = |secret: Value<'_>| {
            // If there is a default, it is the more serious problem: `secret-placeholder-default`.
            if secret.field.state != FieldState::Placeholder(Placeholder::Env { default: false }) {
                return None;
            }
            let home = secret.home();
            // It is not replaced: `placeholder-not-resolved`.
            if home.interpolation == Interpolation::Never {
                return None;
            }
            let message = format!(
                "{} is read from a plain variable (`$[env:…]`){}, which is not protected.",
                secret.secret_subject(),
                secret.environments(),
            );
            let property = words::property(secret.field);
            let (change, after) = match home.has_cloud_manager {
                true => (
                    format!(
                        "{property}: `$[env:NAME]` -> `$[secret:NAME]`, with the value set as a secret in Cloud Manager."
                    ),
                    (Phase::CloudManager, "Delete the plain variable and replace the secret, because it was readable."),
                ),
                false => (
                    format!("{property}: {}.", home.secret),
                    (
                        Phase::DeveloperConsole,
                        "Replace the secret, because it was readable in the environment of the \
                    process.",
                    ),
                ),
            };
            let finding = secret.secret_finding(&Self::META, message, "in a plain variable");
            Some(finding.step(Phase::Files, change).steps([after]).url(pages::osgi()))
        };
        secrets::all(model).into_iter().filter_map(finding).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::target::Target;
    use crate::ims::{AuthType, FieldName, IntegrationKind, SourceFile};
    use crate::rules::testing::{check, check_one, help, integration, model_for, oauth_provider};
    use std::sync::Arc;

    #[test]
    fn flagged() {
        let env = FieldState::Placeholder(Placeholder::Env { default: false });
        let findings =
            check_one(&SecretInEnvPlaceholder, oauth_provider("acme").in_state(FieldName::ClientSecret, env));
        assert_eq!(findings.len(), 1);
        assert!(findings[0].steps[0].text.starts_with("`auth.ims.client.secret`: `$[env:NAME]` -> `$[secret:NAME]`"));
    }

    #[test]
    fn where_there_is_no_cloud_manager_nobody_is_sent_there() {
        let env = FieldState::Placeholder(Placeholder::Env { default: false });
        let provider = oauth_provider("acme").in_state(FieldName::ClientSecret, env);
        let findings = check(&SecretInEnvPlaceholder, &model_for(Target::V65, vec![provider]));
        let told = help(&findings[0]).join("\n");
        assert!(told.contains("CryptoSupport") && !told.contains("Cloud Manager"), "{told}");
        let mut context = integration(IntegrationKind::AioContext, AuthType::OAuth, ".aio")
            .with(FieldName::ClientSecret, "client_secrets", Some("x"))
            .in_state(FieldName::ClientSecret, env);
        for field in &mut context.fields {
            let place = field.location.as_mut().unwrap();
            let file = SourceFile { context: place.file.context.clone(), format: "aio", ..SourceFile::default() };
            (place.file, place.pid) = (Arc::new(file), None);
        }
        assert!(check_one(&SecretInEnvPlaceholder, context).is_empty());
    }

    #[test]
    fn clean_for_secrets_and_for_fields_that_are_none() {
        let env = FieldState::Placeholder(Placeholder::Env { default: false });
        let secret = FieldState::Placeholder(Placeholder::Secret { default: false });
        let default = FieldState::Placeholder(Placeholder::Env { default: true });
        for (field, state) in
            [(FieldName::ClientSecret, secret), (FieldName::ClientSecret, default), (FieldName::ClientId, env)]
        {
            assert!(check_one(&SecretInEnvPlaceholder, oauth_provider("acme").in_state(field, state)).is_empty());
        }
    }
}
