//! The keys of the components whose metatype is known, and keys that resemble one of them.

use std::collections::HashSet;

use crate::ims::catalog::{pid, squeeze};
use crate::suggest::typing_errors;

/// Keys by PID, as the metatype has them; those of the provider that the metatype of 2021 lacks are from "Configure OAuth
/// for Smart Tags", those of the workspace from `WorkspaceConfig.java` of adobe/aio-lib-java.
static KEYS: &[(&str, &[&str])] = &[
    (
        pid::ACCESS_TOKEN_PROVIDER,
        &[
            "name",
            "auth.token.provider.title",
            "auth.token.provider.default.claims",
            "auth.token.provider.endpoint",
            "auth.access.token.request",
            "auth.token.provider.keypair.alias",
            "auth.token.provider.conn.timeout",
            "auth.token.provider.so.timeout",
            "auth.token.provider.client.id",
            "auth.token.provider.scope",
            "auth.token.provider.reuse.access.token",
            "auth.token.provider.relaxed.ssl",
            "token.request.customizer.type",
            "auth.token.validator.type",
            "auth.token.provider.authorization.grants",
            "auth.token.provider.orgId",
        ],
    ),
    (pid::REQUEST_CUSTOMIZER, &["auth.ims.client.secret", "customizer.type"]),
    (
        pid::AIO_WORKSPACE,
        &[
            "aio.api.key",
            "aio.client.secret",
            "aio.credential.id",
            "aio.encoded.pkcs8",
            "aio.ims.org.id",
            "aio.ims.url",
            "aio.meta.scopes",
            "aio.oauth.scopes",
            "aio.project.id",
            "aio.technical.account.id",
            "aio.workspace.id",
        ],
    ),
];

/// The components whose keys are known.
pub fn components() -> impl Iterator<Item = &'static str> {
    KEYS.iter().map(|(component, _)| *component)
}

/// Maximum number of letters in which a misspelt key differs.
const MISSPELT: usize = 2;
/// Shorter keys are words that anybody may use.
const SHORTEST: usize = 10;

/// Which of `present`, the keys of a configuration of `pid`, are misspelt, by position, each with the key that was meant
/// and is not there.
pub fn misspelt(pid: &str, present: &[&str]) -> Vec<(usize, &'static str)> {
    let Some((_, known)) = KEYS.iter().find(|(component, _)| *component == pid) else { return Vec::new() };
    let there: HashSet<String> = present.iter().map(|key| key.to_ascii_lowercase()).collect();
    let lacking: Vec<&'static str> =
        known.iter().copied().filter(|key| !there.contains(&key.to_ascii_lowercase())).collect();
    let is_known = |key: &str| known.iter().any(|known| known.eq_ignore_ascii_case(key));
    let unknown =
        present.iter().enumerate().filter(|(_, key)| key.len() >= SHORTEST && !key.contains(':') && !is_known(key));
    unknown.filter_map(|(at, key)| Some((at, meant(key, &lacking)?))).collect()
}

/// The one of `lacking` that `key` is nearest to, if it is near and no other is as near.
fn meant(key: &str, lacking: &[&'static str]) -> Option<&'static str> {
    let (lower, squeezed) = (key.to_ascii_lowercase(), squeeze(key));
    let errors = |known: &str| {
        if squeeze(known) == squeezed {
            return Some(0);
        }
        typing_errors(&lower, &known.to_ascii_lowercase(), MISSPELT)
    };
    let mut near: Vec<(usize, &'static str)> =
        lacking.iter().filter_map(|known| Some((errors(known)?, *known))).collect();
    near.sort_unstable();
    match near.as_slice() {
        [(_, key)] => Some(key),
        [(first, key), (second, _), ..] if first < second => Some(key),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_keys_are_misspelt() {
        for (key, expected) in [
            ("auth.token.provider.clientid", "auth.token.provider.client.id"),
            ("auth.token.provider.clientId", "auth.token.provider.client.id"),
            ("auth.token.provider.client_id", "auth.token.provider.client.id"),
            ("auth.token.provider.scopes", "auth.token.provider.scope"),
            ("auth.token.provider.org.id", "auth.token.provider.orgId"),
            ("auth.token.provider.authorization.grant", "auth.token.provider.authorization.grants"),
            ("auth.token.povider.scope", "auth.token.provider.scope"),
            ("token.request.customiser.type", "token.request.customizer.type"),
        ] {
            assert_eq!(misspelt(pid::ACCESS_TOKEN_PROVIDER, &["name", key]), [(1, expected)], "{key}");
        }
        assert_eq!(misspelt(pid::REQUEST_CUSTOMIZER, &["auth.ims.client.secrets"]), [(0, "auth.ims.client.secret")]);
        assert_eq!(misspelt(pid::AIO_WORKSPACE, &["aio.oauth.scope"]), [(0, "aio.oauth.scopes")]);
    }

    #[test]
    fn other_keys_are_not() {
        let provider = |keys: &[&str]| misspelt(pid::ACCESS_TOKEN_PROVIDER, keys);
        assert!(provider(&["auth.token.provider.orgid"]).is_empty(), "keys are case-insensitive");
        assert!(provider(&["jcr:primaryType", "names", "acme.token.provider.scope.list", "service.pid"]).is_empty());
        assert!(
            provider(&["auth.token.provider.scope", "auth.token.provider.scopes"]).is_empty(),
            "the right one is there"
        );
        assert!(misspelt("com.acme.Client", &["auth.token.provider.clientid"]).is_empty());
    }
}
