//! `plaintext-secret`.

use super::values::Value;
use super::{Finding, Rule, rule, secrets};
use crate::ims::{FieldState, Model};

rule! {
    /// ## What it does
    ///
    /// Reports client secrets, private keys and passwords that are stored in plain text in a configuration, a content
    /// node or a credential file, including sign-in configurations (`com.adobe.granite.auth.oauth.provider`,
    /// `com.adobe.granite.auth.ims.impl.IMSProviderImpl`). It does not report `$[secret:…]`, values that the build
    /// replaces (`${…}`) and values protected by AEM's CryptoSupport (`{…}`). The value itself is never shown.
    ///
    /// ## Why is this bad
    ///
    /// Anyone who can read the repository, the package or a backup of either can act as the technical account. A secret
    /// in the history of a repository stays there after it is removed from the file.
    ///
    /// ## Example
    ///
    /// Flagged, `com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl~acme.cfg.json`:
    ///
    /// ```json
    /// {
    ///   "customizer.type": "acme",
    ///   "auth.ims.client.secret": "not-a-real-secret"
    /// }
    /// ```
    ///
    /// Fixed for AEM as a Cloud Service:
    ///
    /// ```json
    /// {
    ///   "customizer.type": "acme",
    ///   "auth.ims.client.secret": "$[secret:ACME_IMS_CLIENT_SECRET]"
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// 1. Treat the secret as compromised: add a new client secret in the Adobe Developer Console (a credential may
    ///    have two), switch to it, and delete the old one.
    /// 2. Store the new one where it cannot be read:
    ///    * **AEM as a Cloud Service**: `$[secret:NAME]`, with the value set as a secret variable in Cloud Manager;
    ///    * **AEM 6.5 and 6.5 LTS**: protect it on the instance with CryptoSupport (`/system/console/crypto`), which
    ///      gives `{…}`; such a value works only on instances with the same master key;
    ///    * **`aio` and credential files**: keep them out of the repository.
    /// 3. After the migration to OAuth Server-to-Server, the private key is no longer needed: remove it.
    ///
    /// On AEM as a Cloud Service `aem-ims-lint migrate --write` replaces the client secrets of IMS configurations and
    /// I/O Events workspaces with `$[secret:NAME]`, and lists the secrets to set in Cloud Manager.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/implementing/deploying/configuring-osgi>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/security/encryption-support-for-configuration-properties>
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/implementation/>
    pub PlaintextSecret {
        id: "plaintext-secret",
        level: Error,
        summary: "A client secret, private key or password is stored in plain text",
        severity: "9.1",
        confidence: High,
        cwe: [312, 798],
        rank: Later,
    }
}

impl Rule for PlaintextSecret {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let finding = |secret: Value<'_>| {
            let message = format!("{} is stored in plain text{}.", secret.secret_subject(), secret.environments());
            let steps = [secret.replacement(), secret.storage()];
            secret.secret_finding(&Self::META, message, "in plain text").steps(steps)
        };
        let secrets = secrets::all(model).into_iter();
        secrets.filter(|secret| secret.field.state == FieldState::Present).map(finding).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::FieldName;
    use crate::ims::model::{Placeholder, SecretHolder};
    use crate::ims::{Integration, IntegrationKind};
    use crate::rules::testing::{check, check_one, jwt_provider, location, model, oauth_provider};

    const SECRET: &str = "auth.ims.client.secret";

    #[test]
    fn flagged_in_an_integration() {
        let provider = oauth_provider("acme").in_state(FieldName::ClientSecret, FieldState::Present).on(&["prod"]);
        let findings = check_one(&PlaintextSecret, provider);
        assert_eq!(findings.len(), 1);
        assert_eq!(
            findings[0].message,
            "Client secret of Launch (Tags) IMS configuration `acme` is stored in plain text in prod."
        );
        assert_eq!(findings[0].location.property.as_deref(), Some(SECRET));
    }

    #[test]
    fn flagged_outside_integrations() {
        let mut provider = oauth_provider("acme");
        provider.fields.retain(|f| f.name == FieldName::ClientSecret);
        let mut field = provider.fields.remove(0);
        field.state = FieldState::Present;
        field.location = Some(Box::new(location("config/x.cfg.json", Some("oauth.client.secret"))));
        let holder = SecretHolder { holder: "com.adobe.granite.auth.oauth.provider~x".to_owned(), field };
        let findings = check(&PlaintextSecret, &Model { secrets: vec![holder], ..Model::default() });
        assert_eq!(findings.len(), 1);
        assert!(findings[0].message.starts_with("Client secret of `com.adobe.granite.auth.oauth.provider~x`"));
    }

    #[test]
    fn a_shared_secret_is_reported_once() {
        let leaking = |name| {
            let mut provider = oauth_provider(name).in_state(FieldName::ClientSecret, FieldState::Present);
            for field in provider.fields.iter_mut().filter(|f| f.name == FieldName::ClientSecret) {
                field.location = Some(Box::new(location("config/partner.cfg.json", Some(SECRET))));
            }
            provider
        };
        assert_eq!(check(&PlaintextSecret, &model(vec![leaking("a"), leaking("b")])).len(), 1);
    }

    #[test]
    fn a_private_key_of_an_oauth_integration_is_to_be_removed() {
        let provider = oauth_provider("acme").with(FieldName::PrivateKey, "aio.encoded.pkcs8", Some("x"));
        let findings = check_one(&PlaintextSecret, provider);
        assert!(findings[0].steps[1].text.starts_with("Remove `aio.encoded.pkcs8`"));
    }

    #[test]
    fn clean_when_protected_or_filled_in_elsewhere() {
        let states = [
            FieldState::Encrypted,
            FieldState::Empty,
            FieldState::Placeholder(Placeholder::Secret { default: false }),
            FieldState::Placeholder(Placeholder::Secret { default: true }),
            FieldState::Placeholder(Placeholder::Env { default: false }),
            FieldState::Placeholder(Placeholder::Build),
            FieldState::Placeholder(Placeholder::Template),
        ];
        for state in states {
            let provider = jwt_provider("acme").in_state(FieldName::ClientSecret, state);
            assert!(check_one(&PlaintextSecret, provider).is_empty(), "{state:?}");
        }
    }

    #[test]
    fn other_secrets_of_any_integration_are_to_be_stored_elsewhere() {
        let steps = |provider| check_one(&PlaintextSecret, provider).remove(0).steps;
        let provider = oauth_provider("acme").in_state(FieldName::ClientSecret, FieldState::Present);
        assert!(steps(provider)[1].text.starts_with(&format!("`{SECRET}`: as `$[secret:NAME]`")));
        let provider = jwt_provider("acme").with(FieldName::PrivateKey, "privateKey", Some("x"));
        assert_eq!(steps(provider)[1].text, "Remove `privateKey`: OAuth Server-to-Server needs no private key.");
        let service = jwt_provider("acme").with(FieldName::ClientId, "clientId", Some("cm-p1-e2-integration-0")).with(
            FieldName::PrivateKey,
            "privateKey",
            Some("x"),
        );
        assert!(steps(service)[1].text.starts_with("`privateKey`: as `$[secret:NAME]`"));
    }

    #[test]
    fn who_handed_it_out_replaces_it() {
        let step = |change: &dyn Fn(&mut Integration)| {
            let mut one = jwt_provider("acme").in_state(FieldName::ClientSecret, FieldState::Present);
            change(&mut one);
            check_one(&PlaintextSecret, one).remove(0).steps.remove(0).text.into_owned()
        };
        assert!(step(&|_| ()).contains("replace it in the Adobe Developer Console"));
        let own = step(&|one| one.auto_provisioned = Some("x".to_owned()));
        assert!(
            own.contains("ask Adobe support") && !own.contains("replace it in the Adobe Developer Console"),
            "{own}"
        );
        let service = step(&|one| one.kind = IntegrationKind::ServiceCredentials);
        assert!(service.contains("AEM Developer Console > Integrations"), "{service}");
    }

    #[test]
    fn the_public_key_of_a_dead_credential_is_no_work_any_more() {
        let provider = jwt_provider("acme").with(FieldName::PrivateKey, "privateKey", Some("x"));
        let text = &check_one(&PlaintextSecret, provider)[0].steps[0].text;
        assert!(text.contains("2026-03-01") && text.contains("no longer need to delete its public key"), "{text}");
    }

    #[test]
    fn a_password_is_changed_and_not_looked_up_in_the_console() {
        let provider = jwt_provider("acme").with(FieldName::Password, "password", Some("x"));
        assert!(check_one(&PlaintextSecret, provider)[0].steps[0].text.starts_with("Change the password"));
    }
}
