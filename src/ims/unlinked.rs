//! Providers that lack only the name of their secret: AEM joins a provider and a request customizer only by
//! `token.request.customizer.type` and `customizer.type`, wherever the two are. An interrupted migration or a forgotten
//! line leaves such a pair.

use std::collections::HashMap;

use super::draft::{FoundIntegration, SecretPartner};
use super::graph::{by_folder, lacks_secret};
use super::model::{Integration, UnlinkedSecret};

/// Tells every provider that names no customizer which one beside it is likely its own: that of its own sub-name, or the
/// only one that nobody asks for where there is only one such provider.
pub(super) fn mark(found: &mut [FoundIntegration], partners: &[SecretPartner], used: &[bool]) {
    let asks_for_none = |integration: &Integration| lacks_secret(integration) && integration.customizer.is_none();
    let is_free = |index: usize| partners[index].customizer.is_some() && !used[index];
    for (providers, secrets) in by_folder(found, asks_for_none, partners, is_free) {
        let by_name: HashMap<&str, usize> =
            secrets.iter().filter_map(|&index| Some((partners[index].customizer.as_deref()?, index))).collect();
        for &provider in &providers {
            let integration = &mut found[provider].integration;
            let own = sub_name(integration).and_then(|name| by_name.get(name)).copied();
            let only = || (providers.len() == 1 && secrets.len() == 1).then(|| secrets[0]);
            integration.unlinked = own.or_else(only).and_then(|index| of(&partners[index]));
        }
    }
}

fn sub_name(integration: &Integration) -> Option<&str> {
    integration.location.pid.as_deref()?.split_once('~').map(|(_, name)| name)
}

fn of(partner: &SecretPartner) -> Option<Box<UnlinkedSecret>> {
    let customizer = partner.customizer.clone()?;
    Some(Box::new(UnlinkedSecret { customizer, secret: partner.secret.clone(), location: partner.location.clone() }))
}
