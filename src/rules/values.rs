//! Every value of a model once, whoever holds it.

use std::collections::HashSet;

use super::{Meta, words};
use crate::ims::{Field, Integration, Location, Model};
use crate::rules::Finding;

/// A field that is there.
pub(super) struct Value<'m> {
    /// The field.
    pub field: &'m Field,
    /// Where it is.
    pub location: &'m Location,
    /// The integration that has it, and its number in the model.
    pub integration: Option<(usize, &'m Integration)>,
    /// What holds it, where it belongs to no integration.
    pub holder: Option<&'m str>,
}

/// The values of `model`, each place once: several integrations may share a secret, and several fields a property.
pub(super) fn all(model: &Model) -> Vec<Value<'_>> {
    let of_integrations = model.integrations.iter().enumerate().flat_map(|(index, integration)| {
        integration.fields.iter().map(move |field| (field, Some((index, integration)), None))
    });
    let others = model.secrets.iter().map(|secret| (&secret.field, None, Some(secret.holder.as_str())));
    let mut seen = HashSet::new();
    of_integrations
        .chain(others)
        .filter_map(|(field, integration, holder)| {
            let location = field.location.as_ref()?;
            let line = (location.path(), location.pid.as_deref(), field.property.as_str());
            seen.insert((line, location.jcr_path.as_deref())).then_some(Value { field, location, integration, holder })
        })
        .collect()
}

impl Value<'_> {
    /// "Launch (Tags) IMS configuration `acme`"
    pub fn subject(&self) -> String {
        match (self.integration, self.holder) {
            (Some((_, integration)), _) => words::sentence(&words::subject(integration)),
            (None, holder) => words::code(holder.unwrap_or_default()),
        }
    }

    /// A finding of `rule` about it.
    pub fn finding(&self, rule: &'static Meta, message: String) -> Finding {
        let finding = Finding::new(rule, self.location.clone(), message);
        match self.integration {
            Some((index, integration)) => finding.about(index, integration),
            None => finding,
        }
    }
}
