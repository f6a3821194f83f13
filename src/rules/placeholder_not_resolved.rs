//! `placeholder-not-resolved`.

use super::values::{self, Value, ValueHolder};
use super::{Finding, Level, Phase, Rule, pages, rule, words};
use crate::ims::api_access::{ApiClient, LIST};
use crate::ims::catalog::pid;
use crate::ims::home::{Decryption, Home, Interpolation, ValuePlace};
use crate::ims::model::Placeholder;
use crate::ims::{AuthType, Confidence, FieldName, FieldState, Model};
use crate::rules::verdict::means_oauth;

rule! {
    /// ## What it does
    ///
    /// Reports placeholders and protected values of OAuth Server-to-Server integrations where they are used literally:
    ///
    /// | | `$[secret:…]`, `$[env:…]` | `{…}` of CryptoSupport |
    /// |---|---|---|
    /// | OSGi configuration, AEM as a Cloud Service | replaced | warning: every environment has its own key |
    /// | OSGi configuration, AEM 6.5 | warning: only with the plugin | decrypted |
    /// | OSGi configuration, AEM 6.5 LTS | note: not documented | decrypted |
    /// | node of the repository | error | some components decrypt it |
    /// | `.aio`, `.env`, JSON, properties file | error | error |
    /// | `config/api.yaml` | error (`${{…}}`: note) | |
    ///
    /// A project for AEM 6.5 whose `pom.xml` has `org.apache.felix.configadmin.plugin.interpolation` includes the
    /// plugin. If only a folder such as `osgiconfig` indicates the edition, nothing is reported.
    ///
    /// ## Why is this bad
    ///
    /// Adobe IMS gets the text of the placeholder as client id or client secret, and rejects the request.
    ///
    /// ## Example
    ///
    /// Flagged, in an OSGi configuration of AEM 6.5:
    ///
    /// ```text
    /// auth.ims.client.secret="$[secret:ACME_IMS_CLIENT_SECRET]"
    /// ```
    ///
    /// Fixed:
    ///
    /// ```text
    /// auth.ims.client.secret="{00112233445566778899aabbccddeeff}"
    /// ```
    ///
    /// ## How to fix
    ///
    /// * **AEM as a Cloud Service**: use `$[secret:NAME]` in an OSGi configuration and set the value in Cloud Manager.
    ///   The local SDK reads files in `crx-quickstart/secretsdir` only if
    ///   `org.apache.felix.configadmin.plugin.interpolation.secretsdir=${sling.home}/secretsdir` is set in
    ///   `crx-quickstart/conf/sling.properties`.
    /// * **AEM 6.5, AEM 6.5 LTS**: protect the value with CryptoSupport on the instance (`/system/console/crypto`). Or install the
    ///   plugin and set `org.apache.felix.configadmin.plugin.interpolation.secretsdir` in `conf/sling.properties`.
    /// * **nodes of the repository**: enter the value in the console of the product, on the instance.
    /// * **`aio`, `.env`, JSON**: the value itself, in a file that is not in the repository.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/implementing/deploying/configuring-osgi>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/security/encryption-support-for-configuration-properties>
    /// * <https://github.com/apache/felix-dev/tree/master/configadmin-plugins/interpolation>
    pub PlaceholderNotResolved {
        id: "placeholder-not-resolved",
        level: Error,
        summary: "A placeholder or a protected value is used where it is not resolved",
        severity: "4.0",
        confidence: Medium,
        cwe: [1188],
        effect: Broken,
    }
}

impl Rule for PlaceholderNotResolved {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let judged = |value: Value<'_>| Some(finding(&value, &judge(&value)?));
        let mut findings = values::folded(values::all(model).into_iter().filter(matters).filter_map(judged));
        findings.extend(model.api_access.iter().flat_map(|list| &list.clients).filter(|one| one.open).map(of_list));
        findings
    }
}

/// Client ids in `api.yaml` are written out: `$[…]` is known to AEM only, and whether a configuration pipeline fills in
/// `${{…}}` there, as it does for secrets, no documentation says.
fn of_list(client: &ApiClient) -> Finding {
    let (level, what) = match client.id.contains("$[") {
        true => (Level::Error, "is a placeholder, which nothing fills in in a configuration pipeline"),
        false => (Level::Note, "is a variable; that one is filled in here is not documented"),
    };
    let message = format!("`{LIST}`: {} {what}.", words::code(&client.id));
    Finding::new(&PlaceholderNotResolved::META, client.location.clone(), message)
        .level(level)
        .at_most(Confidence::Medium)
        .label("not replaced here")
        .step(Phase::Files, format!("`{LIST}`: the client id itself, which is not a secret."))
}

/// Values that are required for a token or a sign-in.
fn matters(value: &Value<'_>) -> bool {
    use FieldName::{ClientId, ClientSecret, Grant, OrgId, Password, Scopes, TokenEndpoint};
    match value.holder {
        ValueHolder::Integration(case) if case.integration.auth == AuthType::UserCredentials => {
            value.field.name == Password && ValuePlace::of(value.location) == ValuePlace::JcrNode
        }
        ValueHolder::Integration(case) => {
            let needed = [ClientId, ClientSecret, Scopes, TokenEndpoint, Grant, OrgId].contains(&value.field.name);
            means_oauth(case.integration) && needed
        }
        // A secret whose provider was not scanned.
        ValueHolder::Other(holder) => holder == pid::REQUEST_CUSTOMIZER,
    }
}

struct Judgement {
    level: Level,
    /// The end of a sentence that begins with the property.
    what: String,
    label: &'static str,
}

fn judge(value: &Value<'_>) -> Option<Judgement> {
    use Placeholder::{Env, Property, Secret};
    match value.field.state {
        FieldState::Placeholder(Secret { .. } | Env { .. } | Property) => unfilled(value.home(), value.model),
        FieldState::Encrypted => undecrypted(value.home(), value.model),
        _ => None,
    }
}

fn unfilled(home: Home, model: &Model) -> Option<Judgement> {
    let (level, what) = match home.interpolation {
        Interpolation::Works => return None,
        Interpolation::NeedsPlugin if model.interpolation_plugin || model.target.is_guess() => return None,
        Interpolation::NeedsPlugin => (
            Level::Warning,
            "is a placeholder, which AEM 6.5 replaces only if the interpolation plugin is installed".to_owned(),
        ),
        Interpolation::NotKnown if home == Home::LTS_OSGI => {
            (Level::Note, "is a placeholder; whether AEM 6.5 LTS replaces it is not documented".to_owned())
        }
        Interpolation::NotKnown => return None,
        Interpolation::Never => {
            (Level::Error, format!("is a placeholder, but placeholders are not replaced in {}", home.name))
        }
    };
    Some(Judgement { level, what, label: "not replaced here" })
}

fn undecrypted(home: Home, model: &Model) -> Option<Judgement> {
    let (level, what) = match home.decryption {
        Decryption::OwnKeyEach if model.target.is_guess() => return None,
        Decryption::OwnKeyEach => (
            Level::Warning,
            "is encrypted with the key of one instance, but every environment has its own key".to_owned(),
        ),
        Decryption::Never => (
            Level::Error,
            format!("is encrypted with CryptoSupport, but encrypted values are not decrypted in {}", home.name),
        ),
        Decryption::Works | Decryption::SomeComponents | Decryption::NotKnown => return None,
    };
    Some(Judgement { level, what, label: "not decrypted here" })
}

fn finding(value: &Value<'_>, judgement: &Judgement) -> Finding {
    let property = words::property(value.field);
    let message = format!("{}: {property} {}.", value.subject(), judgement.what);
    let finding = value
        .finding(&PlaceholderNotResolved::META, message)
        .level(judgement.level)
        .at_most(Confidence::Medium)
        .label(judgement.label)
        .url(pages::secrets(value.model.target.target));
    let text = match value.field.name {
        name if name.is_secret() => format!("{property}: {}.", value.home().secret),
        _ => format!("{property}: the value itself, which is not a secret."),
    };
    finding.step(Phase::Files, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::target::Target;
    use crate::rules::testing::{check, jwt_provider, model_for, oauth_provider};

    fn levels(target: Target, state: FieldState) -> Vec<Level> {
        let provider = oauth_provider("acme").in_state(FieldName::ClientSecret, state);
        check(&PlaceholderNotResolved, &model_for(target, vec![provider])).iter().map(|finding| finding.level).collect()
    }

    #[test]
    fn the_edition_decides_in_osgi_configurations() {
        let secret = FieldState::Placeholder(Placeholder::Secret { default: false });
        assert_eq!(levels(Target::CloudService, secret), []);
        assert_eq!(levels(Target::Unknown, secret), []);
        assert_eq!(levels(Target::V65, secret), [Level::Warning]);
        assert_eq!(levels(Target::V65Lts, secret), [Level::Note]);
        assert_eq!(levels(Target::CloudService, FieldState::Encrypted), [Level::Warning]);
        assert_eq!(levels(Target::V65, FieldState::Encrypted), []);
    }

    #[test]
    fn the_plugin_fills_them_in() {
        let secret = FieldState::Placeholder(Placeholder::Secret { default: false });
        let mut model = model_for(Target::V65, vec![oauth_provider("acme").in_state(FieldName::ClientSecret, secret)]);
        model.interpolation_plugin = true;
        assert!(check(&PlaceholderNotResolved, &model).is_empty());
    }

    #[test]
    fn a_shared_secret_is_reported_once_and_a_dead_credential_not_at_all() {
        let secret = FieldState::Placeholder(Placeholder::Secret { default: false });
        let of = |name| oauth_provider(name).in_state(FieldName::ClientSecret, secret);
        let shared = |name| {
            let mut one = of(name);
            let place = of("a").field(FieldName::ClientSecret).and_then(|field| field.location.clone());
            for field in one.fields.iter_mut().filter(|field| field.name == FieldName::ClientSecret) {
                field.location.clone_from(&place);
            }
            one
        };
        assert_eq!(check(&PlaceholderNotResolved, &model_for(Target::V65, vec![shared("a"), shared("b")])).len(), 1);
        let jwt = jwt_provider("acme").in_state(FieldName::ClientSecret, secret);
        assert!(check(&PlaceholderNotResolved, &model_for(Target::V65, vec![jwt])).is_empty());
    }
}
