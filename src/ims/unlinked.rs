//! Providers that lack only the name of their secret: AEM joins a provider and a request customizer only by
//! `token.request.customizer.type` and `customizer.type`, wherever the two are. An interrupted migration or a forgotten
//! line leaves such a pair.

use std::collections::HashMap;

use super::draft::{Found, SecretPartner};
use super::graph::folder;
use super::model::{Integration, IntegrationKind, UnlinkedSecret};

/// Tells every provider that names no customizer which one beside it is likely its own: that of its own sub-name, or the
/// only one that nobody asks for where there is only one such provider.
pub(super) fn mark(found: &mut [Found], partners: &[SecretPartner], used: &[bool]) {
    let mut folders: HashMap<String, (Vec<usize>, Vec<usize>)> = HashMap::new();
    for (index, one) in found.iter().enumerate().filter(|(_, one)| asks_for_none(&one.integration)) {
        folders.entry(folder(&one.integration.location)).or_default().0.push(index);
    }
    for (index, partner) in partners.iter().enumerate() {
        let free = partner.customizer.is_some() && used.get(index) == Some(&false);
        if let Some((_, secrets)) = folders.get_mut(&folder(&partner.location)).filter(|_| free) {
            secrets.push(index);
        }
    }
    for (providers, secrets) in folders.into_values() {
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

fn asks_for_none(integration: &Integration) -> bool {
    integration.kind == IntegrationKind::AccessTokenProvider
        && integration.customizer.is_none()
        && integration.secret_partner.is_none()
}

fn sub_name(integration: &Integration) -> Option<&str> {
    integration.location.pid.as_deref()?.split_once('~').map(|(_, name)| name)
}

fn of(partner: &SecretPartner) -> Option<Box<UnlinkedSecret>> {
    let customizer = partner.customizer.clone()?;
    Some(Box::new(UnlinkedSecret { customizer, secret: partner.secret.clone(), location: partner.location.clone() }))
}
