//! Stage *rules*: integrations become findings. One file per rule; [`RULES`] is the list.

pub mod meta;

mod duplicate_provider;
mod jwt_credential;
mod oauth_missing_client_id;
mod oauth_missing_client_secret;
mod oauth_missing_grant;
mod oauth_missing_scope;
mod oauth_missing_token_endpoint;
mod plaintext_secret;

mod oauth_missing;
mod pages;
mod secrets;
mod steps;
#[cfg(test)]
pub(crate) mod testing;
mod verdict;
mod words;

pub use meta::{Level, Meta, Rule};

/// Every rule, in the order of the catalogue.
pub static RULES: &[&dyn Rule] = &[
    &jwt_credential::JwtCredential,
    &oauth_missing_client_id::OauthMissingClientId,
    &oauth_missing_client_secret::OauthMissingClientSecret,
    &oauth_missing_scope::OauthMissingScope,
    &oauth_missing_token_endpoint::OauthMissingTokenEndpoint,
    &oauth_missing_grant::OauthMissingGrant,
    &duplicate_provider::DuplicateProvider,
    &plaintext_secret::PlaintextSecret,
];

/// The rule called `id`.
pub fn by_id(id: &str) -> Option<&'static dyn Rule> {
    RULES.iter().copied().find(|rule| rule.meta().id == id)
}

/// Every finding of every rule, unordered, at its default level.
pub fn check(model: &crate::ims::Model) -> Vec<crate::findings::Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        rule.check(model, &mut findings);
    }
    findings
}
