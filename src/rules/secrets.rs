//! All secrets of a model, each once.

use std::collections::HashSet;

use super::values::{self, Value};
use super::verdict::{self, means_oauth};
use super::{Case, Finding, Meta, Phase, Step, pages, words};
use crate::ims::home::ValuePlace;
use crate::ims::{AuthType, FieldName, Integration, Model};

/// The secrets of `model`. A secret that several integrations share, or that appears in two fields, is given once.
pub(super) fn all(model: &Model) -> Vec<Value<'_>> {
    let mut seen = HashSet::new();
    let secrets = values::every(model).filter(|value| value.field.name.is_secret());
    secrets.filter(|secret| seen.insert((secret.location.path(), secret.location.start.offset))).collect()
}

/// What is told of a value that is a secret.
impl Value<'_> {
    /// A finding of `rule` about it.
    pub fn secret_finding(&self, rule: &'static Meta, message: String, label: &str) -> Finding {
        let finding = Finding::new(rule, self.location.clone(), message)
            .label(format!("{} {label}", words::field(self.field.name)))
            .url(pages::secrets_of(ValuePlace::of(self.location), self.model.target.target));
        match self.case() {
            Some(case) => finding.about(case.index, case.integration),
            None => finding,
        }
    }

    /// "Client secret of Launch (Tags) IMS configuration `acme`"
    pub fn secret_subject(&self) -> String {
        words::sentence(&format!("{} of {}", words::field(self.field.name), self.holder()))
    }

    /// " on author in prod"
    pub fn environments(&self) -> String {
        self.case().map_or_else(String::new, |case| case.environments())
    }

    /// How to store it instead.
    pub fn storage(&self) -> Step {
        let property = words::property(self.field);
        let text = if self.is_needless() {
            format!("Remove {property}: OAuth Server-to-Server needs no private key.")
        } else {
            format!("{property}: {}.", self.home().secret)
        };
        Step::new(Phase::Files, text)
    }

    /// Who issued it.
    pub fn issuer(&self) -> Issuer {
        self.case().map_or(Issuer::DeveloperConsole, |case| Issuer::of(case.integration))
    }

    /// What to do where it was issued, because it is compromised.
    pub fn replacement(&self) -> Step {
        let is_key = self.field.name == FieldName::PrivateKey;
        let (phase, text) = match self.issuer() {
            // The password of an account in the product that AEM signs in to.
            _ if self.field.name == FieldName::Password => {
                (Phase::Aem, "Change the password, because anyone who can read this file knows it.")
            }
            Issuer::AemDeveloperConsole => (
                Phase::DeveloperConsole,
                "Treat it as compromised. AEM Developer Console > Integrations > Technical Accounts: add a new \
                 certificate, and revoke the old one once nothing uses it.",
            ),
            Issuer::Adobe => (
                Phase::DeveloperConsole,
                "Treat it as compromised. The project belongs to Adobe and cannot be edited, so ask Adobe support to \
                 replace the credential.",
            ),
            Issuer::DeveloperConsole if is_key => (Phase::DeveloperConsole, PUBLIC_KEY),
            Issuer::DeveloperConsole => (
                Phase::DeveloperConsole,
                "Treat it as compromised: replace it in the Adobe Developer Console and delete the old one there.",
            ),
        };
        Step::new(phase, text)
    }

    /// A private key of a credential that no longer uses one.
    fn is_needless(&self) -> bool {
        let Some(Case { integration, .. }) = self.case() else { return false };
        let is_dead = integration.auth == AuthType::Jwt && self.issuer() == Issuer::DeveloperConsole;
        self.field.name == FieldName::PrivateKey && (is_dead || means_oauth(integration))
    }
}

/// What to do about the public key of a Service Account (JWT) credential. Source: "Migrating from Service Account (JWT)
/// credential to OAuth Server-to-Server credential", section "Deprecation Timelines".
pub(super) const PUBLIC_KEY: &str = "You no longer need to delete its public key: Adobe has converted every Service \
    Account (JWT) credential to an OAuth Server-to-Server one by 2026-03-01, and those have no key. If the key belongs to \
    service credentials, revoke it under AEM Developer Console > Integrations > Technical Accounts.";

/// Who issues a credential and so can replace it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Issuer {
    /// The Adobe Developer Console.
    DeveloperConsole,
    /// The AEM Developer Console: service credentials.
    AemDeveloperConsole,
    /// Adobe, for its own use: nobody else can edit the project.
    Adobe,
}

impl Issuer {
    fn of(integration: &Integration) -> Self {
        if integration.auto_provisioned.is_some() {
            Self::Adobe
        } else if verdict::service_credentials(integration) {
            Self::AemDeveloperConsole
        } else {
            Self::DeveloperConsole
        }
    }
}
