//! Stage *rules*: turns integrations into findings. One file per rule; [`RULES`] is the list.
#![allow(refining_impl_trait)] // A rule states whether it has one finding or several for an integration.

pub mod finding;
mod fingerprint;
pub mod meta;
pub mod step;

mod ambiguous_entry;
mod api_client_not_listed;
mod api_clients_invalid;
mod case;
mod config_file_name;
mod config_not_installed;
mod config_rejected;
mod consumer_demand;
mod credential_expired;
mod duplicate_configuration;
mod duplicate_provider;
mod environment_drift;
mod expired_suppression;
mod ims_reference_unresolved;
mod insecure_endpoint;
mod jwt_auto_provisioned;
mod jwt_credential;
mod jwt_exchange_endpoint;
mod jwt_library;
mod jwt_only_component;
mod jwt_service_credentials;
mod misspelt_key;
mod misspelt_placeholder;
mod oauth_invalid_claims;
mod oauth_invalid_client_id;
mod oauth_invalid_client_secret;
mod oauth_invalid_grant;
mod oauth_invalid_org_id;
mod oauth_invalid_scope;
mod oauth_invalid_token_endpoint;
mod oauth_jwt_endpoint;
mod oauth_jwt_leftover;
mod oauth_missing_client_id;
mod oauth_missing_client_secret;
mod oauth_missing_grant;
mod oauth_missing_org_id;
mod oauth_missing_scope;
mod oauth_missing_token_endpoint;
mod oauth_missing_token_validator;
mod placeholder_not_resolved;
mod plaintext_secret;
mod private_key_material;
mod relaxed_tls;
mod secret_in_env_placeholder;
mod secret_not_in_force;
mod secret_placeholder_default;
mod stage_ims_host;
mod unfilled_template;
mod unused_suppression;
mod user_credentials;
mod values_not_exported;
mod variable_name;
mod variable_not_set;

mod kind_steps;
mod loading;
mod oauth_invalid;
mod oauth_missing;
mod outcome;
mod pages;
pub(crate) mod rivals;
mod secrets;
pub(crate) mod steps;
#[cfg(test)]
pub(crate) mod testing;
mod values;
pub(crate) mod verdict;
pub(crate) mod words;

pub use case::Case;
pub use expired_suppression::ExpiredSuppression;
pub use finding::{FileFix, Finding, Fix, FixReplacement, Related, Suppressed};
pub use meta::{Described, Effect, Level, Meta, Migration, Rule, SettledBy, StepRank};
use meta::{IntegrationRule, rule};
pub use step::{Detail, Phase, Step};
pub use unused_suppression::UnusedSuppression;

/// All rules, in the order of the catalogue.
pub static RULES: &[&dyn Rule] = &[
    &jwt_credential::JwtCredential,
    &jwt_only_component::JwtOnlyComponent,
    &jwt_exchange_endpoint::JwtExchangeEndpoint,
    &jwt_auto_provisioned::JwtAutoProvisioned,
    &jwt_service_credentials::JwtServiceCredentials,
    &jwt_library::JwtLibrary,
    &user_credentials::UserCredentials,
    &oauth_missing_client_id::OauthMissingClientId,
    &oauth_missing_client_secret::OauthMissingClientSecret,
    &oauth_missing_scope::OauthMissingScope,
    &oauth_missing_token_endpoint::OauthMissingTokenEndpoint,
    &oauth_missing_grant::OauthMissingGrant,
    &oauth_missing_org_id::OauthMissingOrgId,
    &oauth_missing_token_validator::OauthMissingTokenValidator,
    &consumer_demand::ConsumerDemand,
    &oauth_invalid_client_id::OauthInvalidClientId,
    &oauth_invalid_client_secret::OauthInvalidClientSecret,
    &oauth_invalid_scope::OauthInvalidScope,
    &oauth_invalid_token_endpoint::OauthInvalidTokenEndpoint,
    &oauth_invalid_grant::OauthInvalidGrant,
    &oauth_invalid_org_id::OauthInvalidOrgId,
    &oauth_invalid_claims::OauthInvalidClaims,
    &misspelt_key::MisspeltKey,
    &unfilled_template::UnfilledTemplate,
    &misspelt_placeholder::MisspeltPlaceholder,
    &placeholder_not_resolved::PlaceholderNotResolved,
    &variable_name::VariableName,
    &variable_not_set::VariableNotSet,
    &credential_expired::CredentialExpired,
    &api_client_not_listed::ApiClientNotListed,
    &api_clients_invalid::ApiClientsInvalid,
    &oauth_jwt_endpoint::OauthJwtEndpoint,
    &oauth_jwt_leftover::OauthJwtLeftover,
    &secret_not_in_force::SecretNotInForce,
    &duplicate_provider::DuplicateProvider,
    &duplicate_configuration::DuplicateConfiguration,
    &environment_drift::EnvironmentDrift,
    &ims_reference_unresolved::ImsReferenceUnresolved,
    &plaintext_secret::PlaintextSecret,
    &secret_in_env_placeholder::SecretInEnvPlaceholder,
    &secret_placeholder_default::SecretPlaceholderDefault,
    &private_key_material::PrivateKeyMaterial,
    &relaxed_tls::RelaxedTls,
    &insecure_endpoint::InsecureEndpoint,
    &stage_ims_host::StageImsHost,
    &config_file_name::ConfigFileName,
    &config_rejected::ConfigRejected,
    &config_not_installed::ConfigNotInstalled,
    &ambiguous_entry::AmbiguousEntry,
    &values_not_exported::ValuesNotExported,
    &unused_suppression::UnusedSuppression,
    &expired_suppression::ExpiredSuppression,
];

/// The rule called `id`.
pub fn by_id(id: &str) -> Option<&'static dyn Rule> {
    RULES.iter().copied().find(|rule| rule.meta().id == id)
}

/// All findings of all rules, unordered, at their default level, system by system.
pub fn judge_all(landscape: &mut crate::ims::Landscape) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, model) in landscape.models_mut().iter_mut().enumerate() {
        let mut own = judge(model);
        if let Some(label) = &model.system.label {
            own.iter_mut().for_each(|finding| fingerprint::of_instance(label, &mut finding.fingerprint));
        }
        findings.extend(own.into_iter().map(|finding| Finding { system: Some(number), ..finding }));
    }
    findings.extend(compare(landscape));
    findings
}

/// All findings that compare systems. Each system is judged before.
pub fn compare(landscape: &crate::ims::Landscape) -> Vec<Finding> {
    RULES.iter().filter_map(|rule| rule.compares()).flat_map(|compare| compare(landscape)).collect()
}

/// Whether the rule also compares systems: a comment that names it may apply only once reports are merged.
pub fn compares_systems(id: &str) -> bool {
    by_id(id).is_some_and(|rule| rule.compares().is_some())
}

/// All findings of all rules about one system. Their verdict on each integration's token is written into the model;
/// every report and the migration read it there.
pub fn judge(model: &mut crate::ims::Model) -> Vec<Finding> {
    let (comparing, judging): (Vec<_>, Vec<_>) = RULES.iter().copied().partition(|rule| rule.needs_outcomes());
    let mut findings: Vec<Finding> = judging.iter().flat_map(|rule| rule.check(model)).collect();
    outcome::settle(model, &findings);
    findings.extend(comparing.iter().flat_map(|rule| rule.check(model)));
    findings.iter_mut().for_each(|finding| weaken(model, finding));
    findings
}

/// A configuration that is not in force on the instance it was found on breaks nothing there.
fn weaken(model: &crate::ims::Model, finding: &mut Finding) {
    let integration = finding.integration.and_then(|index| model.integrations.get(index));
    if let Some(idle) = integration.and_then(crate::ims::Integration::idle) {
        finding.level = Level::Note;
        finding.effect = Some(Effect::None);
        finding.notes.insert(0, format!("Not in force here: {}.", idle.message));
    }
}
