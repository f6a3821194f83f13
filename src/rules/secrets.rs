//! Every secret of a model once, whoever holds it.

use std::collections::HashSet;

use super::values;
use super::verdict::{self, means_oauth};
use super::{Meta, Phase, Step, pages, steps, words};
use crate::ims::home::Home;
use crate::ims::model::SecretHolder;
use crate::ims::{Field, FieldName, Integration, Location, Model};
use crate::rules::Finding;

/// A secret-bearing field that is there.
pub(super) struct Secret<'m> {
    /// The field.
    pub field: &'m Field,
    /// Where it is.
    pub location: &'m Location,
    /// Whose it is.
    pub holder: Holder<'m>,
}

/// Who holds a secret.
pub(super) enum Holder<'m> {
    /// An integration and its number in the model.
    Integration(usize, &'m Integration),
    /// A node that is no integration.
    Other(&'m SecretHolder),
}

/// The secrets of `model`. One that several integrations share, or that is known under two fields, is given once.
pub(super) fn all(model: &Model) -> Vec<Secret<'_>> {
    let of_integrations = model.integrations.iter().enumerate().flat_map(|(index, integration)| {
        let secrets = values::fields(integration).map(|(field, _)| field).filter(|field| field.name.is_secret());
        secrets.map(move |field| (field, Holder::Integration(index, integration)))
    });
    let others = model.secrets.iter().map(|holder| (&holder.field, Holder::Other(holder)));
    let mut seen = HashSet::new();
    of_integrations
        .chain(others)
        .filter_map(|(field, holder)| field.location.as_deref().map(|location| Secret { field, location, holder }))
        .filter(|secret| seen.insert((secret.location.path(), secret.location.start.offset)))
        .collect()
}

impl Secret<'_> {
    /// A finding of `rule` about it.
    pub fn finding(&self, rule: &'static Meta, message: String, label: &str, model: &Model) -> Finding {
        let finding = Finding::new(rule, self.location.clone(), message)
            .label(format!("{} {label}", words::field(self.field.name)))
            .url(pages::secrets(model.target.target));
        match self.holder {
            Holder::Integration(index, integration) => finding.about(index, integration),
            Holder::Other(_) => finding,
        }
    }

    /// "Client secret of Launch (Tags) IMS configuration `acme`"
    pub fn subject(&self) -> String {
        let holder = match self.holder {
            Holder::Integration(_, integration) => words::subject(integration),
            Holder::Other(other) => words::code(&other.holder),
        };
        words::sentence(&format!("{} of {holder}", words::field(self.field.name)))
    }

    /// " on author in prod"
    pub fn environments(&self) -> String {
        match self.holder {
            Holder::Integration(_, integration) => words::environments(&integration.environments),
            Holder::Other(_) => String::new(),
        }
    }

    /// How to store it instead.
    pub fn storage(&self, model: &Model) -> Step {
        let property = words::property(self.field);
        let text = if self.is_needless() {
            format!("Remove {property}: OAuth Server-to-Server needs no private key.")
        } else {
            format!("{property}: {}.", steps::storage(Home::of(self.location, model.target.target)))
        };
        Step::new(Phase::Files, text)
    }

    /// Whether the AEM Developer Console has handed it out, and not the Adobe Developer Console.
    pub fn is_of_service_credentials(&self) -> bool {
        matches!(self.holder, Holder::Integration(_, integration) if verdict::service_credentials(integration))
    }

    /// A private key that an OAuth integration has kept.
    fn is_needless(&self) -> bool {
        let Holder::Integration(_, integration) = self.holder else { return false };
        self.field.name == FieldName::PrivateKey && means_oauth(integration)
    }
}
