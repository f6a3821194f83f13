//! How to prove that a new credential works: the token request that Adobe documents, and what the answers mean.
//!
//! Sources: "OAuth Server-to-Server credential implementation guide", section "Generating access tokens programmatically";
//! answers: KA-23909 (`invalid_client`), "Troubleshooting smart tags for OAuth credentials" and KA-24660
//! (`unsupported_grant_type`), RFC 6749, section 5.2, AdobeDocs/adobe-dev-console#124 (`internal_error`).

use super::changes::{Changes, Needs};
use crate::ims::catalog::is_metascope;
use crate::ims::endpoint::{Endpoint, EndpointKind, TOKEN_URL};
use crate::ims::scopes::KnownScopes;
use crate::ims::{AuthType, FieldName, FieldState, Integration, IntegrationKind};
use crate::rules::{Phase, Step, steps, words};

/// The variable from which the command reads the client secret, so that it is in no file and no shell history.
const SECRET: &str = "IMS_CLIENT_SECRET";
/// Variables for values that the files do not contain.
const CLIENT: &str = "$IMS_CLIENT_ID";
const SCOPES: &str = "$IMS_SCOPES";

/// What the answers mean.
const ANSWERS: &str = "`access_token`: the credential works. `invalid_client`: client id or client secret is wrong; \
    the description says which. `invalid_scope`: the credential does not have one of the scopes. `unauthorized_client`: \
    the credential is not an OAuth Server-to-Server one. `unsupported_grant_type`: the grant is not `client_credentials`; \
    in AEM's log it means that AEM lacks the service pack or hotfix that supports OAuth. `internal_error` comes from the \
    JWT endpoint, for a credential that is already an OAuth one.";

/// The steps that prove the credential of `integration`, after its `changes`.
pub(super) fn of(integration: &Integration, changes: &Changes) -> Vec<Step> {
    let client = client(integration);
    let scopes = scopes(integration, changes);
    let open: Vec<String> = [(client == CLIENT, "client id"), (scopes == SCOPES, "scopes")]
        .into_iter()
        .filter(|(open, _)| *open)
        .map(|(_, what)| what.to_owned())
        .collect();
    let set = match open.as_slice() {
        [] => String::new(),
        open => format!(", and the {} of the credential in the variables that the command uses", words::list(open)),
    };
    let command = format!(
        "curl -sS -X POST '{}' \\\n  -H 'Content-Type: application/x-www-form-urlencoded' \\\n  \
         -d 'grant_type=client_credentials' \\\n  --data-urlencode \"client_id={client}\" \\\n  \
         --data-urlencode \"client_secret=${SECRET}\" \\\n  --data-urlencode \"scope={scopes}\"",
        url(integration),
    );
    let ask = format!(
        "Request a token from Adobe IMS yourself, with the client secret in the environment variable `{SECRET}`{set} \
         (`curl`, in a shell):"
    );
    let mut found = vec![Step::new(Phase::Proof, ask).with_command(command), Step::new(Phase::Proof, ANSWERS)];
    if steps::needs_aem_support(&integration.kind) {
        found.push(Step::new(Phase::Proof, format!("In AEM: {}: select it, Check Health, Check.", steps::CONSOLE)));
    }
    found
}

/// Whether you can request a token with the credential of this kind.
pub(super) fn is_possible(integration: &Integration) -> bool {
    !matches!(
        integration.kind,
        IntegrationKind::DynamicMedia
            | IntegrationKind::Target
            | IntegrationKind::Analytics
            | IntegrationKind::Launch
            | IntegrationKind::BrandPortal
            | IntegrationKind::Stock
    )
}

/// A text that every shell treats as plain text between double quotes.
fn is_plain(text: &str, signs: &[char]) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || signs.contains(&c))
}

fn client(integration: &Integration) -> String {
    let field = integration.field(FieldName::ClientId).filter(|field| field.state == FieldState::Present);
    let id = field.and_then(|field| field.value.as_deref()).map(str::trim);
    id.filter(|id| is_plain(id, &['-', '_', '.'])).unwrap_or(CLIENT).to_owned()
}

fn scopes(integration: &Integration, changes: &Changes) -> String {
    let edit = changes.edits().find(|edit| edit.field == FieldName::Scopes);
    let new = edit.filter(|edit| !matches!(edit.needs, Needs::Value(_))).and_then(|edit| edit.new.clone());
    let field = integration.field(FieldName::Scopes).filter(|field| field.state == FieldState::Present);
    // A client that signs a JWT may call its metascopes scopes; an OAuth credential has others.
    let is_meant = |text: &String| integration.auth != AuthType::Jwt || !words_of(text).any(is_metascope);
    let own = field.and_then(|field| field.value.clone()).filter(is_meant);
    let known = KnownScopes::of(integration);
    let known = known.is_complete().then(|| known.joined());
    let all = new.or(own).or(known).unwrap_or_default();
    let words: Vec<&str> = words_of(&all).collect();
    match !words.is_empty() && words.iter().all(|word| is_plain(word, &['_', '.', '-'])) {
        true => words.join(","),
        false => SCOPES.to_owned(),
    }
}

fn words_of(scopes: &str) -> impl Iterator<Item = &str> {
    scopes.split([',', ' ', '"', '[', ']']).filter(|word| !word.is_empty())
}

/// The token endpoint on the integration's host, if that belongs to Adobe: the secret is sent nowhere else.
fn url(integration: &Integration) -> String {
    let own = integration.value(FieldName::TokenEndpoint).map(steps::token_url).unwrap_or_default();
    let of_adobe = Endpoint::parse(&own).filter(|own| own.is_ims_host() && is_plain(own.host, &['-', '.']));
    match of_adobe {
        Some(own) if own.kind == EndpointKind::Token => format!("https://{}/ims/token/v3", own.host),
        _ => TOKEN_URL.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::catalog::Product;
    use crate::rules::testing::{integration, jwt_provider, oauth_provider};

    fn command(one: &Integration) -> String {
        of(one, &Changes::default())[0].command().unwrap().to_owned()
    }

    #[test]
    fn the_command_has_what_the_files_tell_and_no_secret() {
        let one = oauth_provider("acme").with(FieldName::ClientSecret, "auth.ims.client.secret", Some("topsecret"));
        let told = command(&one);
        assert!(told.starts_with("curl -sS -X POST 'https://ims-na1.adobelogin.com/ims/token/v3' \\\n"), "{told}");
        assert!(told.contains("client_secret=$IMS_CLIENT_SECRET") && !told.contains("topsecret"), "{told}");
        assert!(told.contains("grant_type=client_credentials"), "{told}");
        assert!(!told.contains(CLIENT) && !told.contains(SCOPES), "{told}");
    }

    #[test]
    fn what_a_shell_would_run_is_left_out() {
        for evil in ["x\"; rm -rf ~; \"", "`id`", "$(id)", "a b", "x\nid"] {
            let told = command(&oauth_provider("acme").with(FieldName::ClientId, "client", Some(evil)));
            assert!(told.contains("client_id=$IMS_CLIENT_ID"), "{told}");
            let told = command(&oauth_provider("acme").with(FieldName::Scopes, "scope", Some("openid,$(id)")));
            assert!(told.contains("scope=$IMS_SCOPES"), "{told}");
        }
    }

    #[test]
    fn the_secret_is_sent_to_adobe_alone() {
        let at = |url| command(&oauth_provider("acme").with(FieldName::TokenEndpoint, "url", Some(url)));
        assert!(at("https://evil.example/ims/token/v3").contains(TOKEN_URL));
        assert!(at("https://adobelogin.com.evil.example/ims/token/v3").contains(TOKEN_URL));
        assert!(
            at("https://ims-na1-stg1.adobelogin.com/ims/exchange/jwt")
                .contains("ims-na1-stg1.adobelogin.com/ims/token/v3")
        );
    }

    /// The request of a client with `meta.scopes` asked for the metascope.
    #[test]
    fn regression_a_metascope_of_a_jwt_client_is_no_scope_to_ask_for() {
        let client = |auth| {
            integration(IntegrationKind::Generic, auth, "x").with(
                FieldName::Scopes,
                "scopes",
                Some("ent_dataservices_sdk"),
            )
        };
        assert!(command(&client(AuthType::Jwt)).contains("scope=$IMS_SCOPES"), "{}", command(&client(AuthType::Jwt)));
        assert!(command(&client(AuthType::OAuth)).contains("scope=ent_dataservices_sdk"));
    }

    #[test]
    fn scopes_that_no_file_has_come_from_the_table() {
        let mut one = jwt_provider("acme").with(FieldName::Scopes, "scope", None);
        one.fields.retain(|field| field.name != FieldName::Metascopes);
        one.product = Some(Product::Target);
        assert!(command(&one).contains("scope=openid,AdobeID,target_sdk"));
        one.product = Some(Product::Stock);
        assert!(command(&one).contains(SCOPES));
    }

    #[test]
    fn every_answer_is_explained_and_aem_asks_too() {
        let told = of(&oauth_provider("acme"), &Changes::default());
        for answer in ["invalid_client", "invalid_scope", "unsupported_grant_type", "unauthorized_client"] {
            assert!(told[1].text.contains(&format!("`{answer}`")), "{answer}");
        }
        assert!(told[2].text.contains("Check Health"));
        let context = integration(IntegrationKind::AioContext, AuthType::OAuth, ".aio");
        assert_eq!(of(&context, &Changes::default()).len(), 2);
        assert!(is_possible(&context) && !is_possible(&integration(IntegrationKind::Launch, AuthType::Jwt, "x")));
    }
}
