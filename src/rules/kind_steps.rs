//! Migration steps that are specific to one kind of integration, in its own files.

use crate::ims::catalog::Product;
use crate::ims::endpoint::{CLIENT_CREDENTIALS, TOKEN_URL};
use crate::ims::home::{ScopeForm, ValuePlace};
use crate::ims::model::UserManagementReader;
use crate::ims::target::Target;
use crate::ims::{FieldName, Integration, IntegrationKind};

use super::words::{self, code};
use super::{Phase, Step, steps};

/// The context that the Cloud Manager plugin of `aio` reads by default.
const CLOUD_MANAGER_CONTEXT: &str = "aio-cli-plugin-cloudmanager";

/// The steps of the kind, and whether they are complete for its files.
pub(super) struct KindSteps {
    /// In the order of the work.
    pub steps: Vec<Step>,
    /// Whether they are complete, so that no steps per property are needed.
    pub is_whole: bool,
}

/// The steps specific to the kind of `integration`.
pub(super) fn of(integration: &Integration, target: Target) -> KindSteps {
    let whole: fn(&Integration, Target) -> Vec<String> = match (&integration.kind, integration.user_management) {
        (IntegrationKind::AioContext, _) => context,
        (IntegrationKind::WorkflowStep, _) => workflow,
        (IntegrationKind::Guides, _) => guides,
        (IntegrationKind::CredentialFile, Some(UserManagementReader::UserSync)) => connector,
        (IntegrationKind::CredentialFile, Some(UserManagementReader::Client)) => user_management,
        (IntegrationKind::CredentialFile, _) if integration.product == Some(Product::PdfServices) => pdf_services,
        (IntegrationKind::CredentialFile, _) => credential_file,
        (IntegrationKind::DeveloperConsoleProject, _) => project,
        (kind, _) => return KindSteps { steps: files(plain(kind)), is_whole: false },
    };
    KindSteps { steps: files(whole(integration, target)), is_whole: true }
}

fn plain(kind: &IntegrationKind) -> Option<String> {
    match kind {
        IntegrationKind::SmartTags => Some(
            "Replace the cloud service with the OSGi configurations named `adobe-ims-similaritysearch` (access token \
             provider and request customizer)."
                .to_owned(),
        ),
        IntegrationKind::Generic | IntegrationKind::Declared(_) => {
            Some(format!("In the code that uses it, {}.", client_credentials()))
        }
        _ => None,
    }
}

fn files(texts: impl IntoIterator<Item = String>) -> Vec<Step> {
    texts.into_iter().map(|text| Step::new(Phase::Files, text)).collect()
}

/// The property of a field, as the file spells it.
fn spelled(integration: &Integration, name: FieldName, else_called: &str) -> String {
    integration.field(name).map_or_else(|| code(else_called), |field| in_file(integration, &field.property))
}

/// A key of `integration` in the spelling of its file: variables of a context contain the name of the context
/// (`aio-lib-core-config`: `_` for a dot, `__` for `_`).
pub(super) fn in_file(integration: &Integration, key: &str) -> String {
    let is_plain =
        !key.contains("__") && key.split_once('_').is_none_or(|(first, _)| !first.eq_ignore_ascii_case("aio"));
    let is_variable =
        integration.kind == IntegrationKind::AioContext && ValuePlace::of(&integration.location) == ValuePlace::DotEnv;
    match &integration.name {
        Some(context) if is_variable && is_plain => {
            code(&format!("AIO_ims_contexts_{context}_{}", key.replace('_', "__")))
        }
        _ => code(key),
    }
}

/// A sibling key of `client_id`, in the spelling of the file: next to `AIO_ims_contexts_acme_client__id` it is
/// `AIO_ims_contexts_acme_oauth__enabled`.
fn beside(integration: &Integration, key: &str) -> String {
    let client = integration.field(FieldName::ClientId).map(|field| &*field.property).unwrap_or_default();
    for (end, key) in [("client__id", key.replace('_', "__")), ("client_id", key.to_owned())] {
        let at = client.len().checked_sub(end.len());
        if let Some(at) = at.filter(|at| client.get(*at..).is_some_and(|tail| tail.eq_ignore_ascii_case(end))) {
            let upper = client[at..].bytes().all(|byte| !byte.is_ascii_lowercase());
            let key = if upper { key.to_ascii_uppercase() } else { key };
            return in_file(integration, &format!("{}{key}", &client[..at]));
        }
    }
    in_file(integration, key)
}

/// The properties present that only JWT needs: "Remove `a` and `b`."
fn removal(integration: &Integration, names: &[FieldName]) -> Option<String> {
    let there = names.iter().filter_map(|name| integration.field(*name)).filter(|field| field.state.is_filled());
    let there = there.map(|field| &*field.property).chain(integration.jwt_settings.iter().map(|name| &**name));
    let mut all: Vec<String> = there.map(|name| in_file(integration, name)).collect();
    all.dedup();
    (!all.is_empty()).then(|| format!("Remove {}.", words::list(&all)))
}

/// The client secret in its new property.
fn secret(integration: &Integration, old: Option<&str>, new: &str, what: &str, target: Target) -> String {
    let from = old.filter(|old| *old != new).map_or_else(String::new, |old| format!("{old} -> "));
    format!("{from}{new}: {what}, {}.", steps::secret_storage(integration, target))
}

/// Sources: README of adobe/aio-lib-ims (keys of an OAuth Server-to-Server context), `check-ims-context-config.js` of
/// adobe/aio-cli-plugin-cloudmanager.
fn context(integration: &Integration, target: Target) -> Vec<String> {
    let is_cloud_manager = integration.product == Some(Product::CloudManager)
        || integration.name.as_deref() == Some(CLOUD_MANAGER_CONTEXT);
    let mut texts = Vec::new();
    let account = integration.field(FieldName::TechnicalAccount).map(|field| &*field.property).unwrap_or_default();
    if account.contains("jwt_payload") {
        // The file format of old versions: one JWT with its claims.
        texts.push("`jwt_payload.sub` -> `technical_account_id`, `jwt_payload.iss` -> `ims_org_id`.".to_owned());
    }
    let old = integration.field(FieldName::ClientSecret).filter(|field| field.state.is_filled());
    let old = old.map(|field| in_file(integration, &field.property));
    let new = beside(integration, "client_secrets");
    let what = "a list with a client secret of the OAuth credential";
    texts.push(secret(integration, old.as_deref(), &new, what, target));
    texts.extend(steps::scope_text(integration, &beside(integration, "scopes"), target));
    texts.push(format!(
        "{}: the e-mail address of the technical account, from the page of the credential in the Adobe Developer \
         Console; {}, {} and {} stay unchanged.",
        beside(integration, "technical_account_email"),
        beside(integration, "client_id"),
        beside(integration, "technical_account_id"),
        beside(integration, "ims_org_id"),
    ));
    if is_cloud_manager {
        let text = "`true`; without it the Cloud Manager plugin requires the keys of a JWT credential.";
        texts.push(format!("{}: {text}", beside(integration, "oauth_enabled")));
    }
    texts.extend(removal(integration, &[FieldName::PrivateKey]));
    // `aio` reads its own files and variables by itself.
    let place = &integration.location;
    let is_read = ValuePlace::of(place) == ValuePlace::DotEnv || place.path().file_name().ends_with("aio");
    if is_cloud_manager && !is_read {
        texts.push(format!("Load the file: `aio config:set ims.contexts.{CLOUD_MANAGER_CONTEXT} FILE --file --json`."));
    }
    texts
}

/// Source: README of adobe/aio-apps-action.
fn workflow(integration: &Integration, target: Target) -> Vec<String> {
    let mut texts = vec!["`command: auth` -> `command: oauth_sts`.".to_owned()];
    let own = spelled(integration, FieldName::ClientSecret, "with.clientSecret");
    texts.push(secret(integration, None, &own, "a client secret of the OAuth credential", target));
    texts.extend(steps::scope_text(integration, "`with.scopes`", target));
    texts.push(
        "`with.TECHNICALACCOUNTID`, `with.TECHNICALACCOUNTEMAIL`, `with.IMSORGID`: technical account, its e-mail \
         address and the organization of the credential, as CI secrets."
            .to_owned(),
    );
    texts.extend(removal(integration, &[FieldName::PrivateKey]));
    texts
}

/// Source: "Configure the new microservice-based publishing with OAuth" of AEM Guides.
fn guides(integration: &Integration, target: Target) -> Vec<String> {
    let own = spelled(integration, FieldName::ClientSecret, "service.account.details");
    let what = "the JSON of the project with its OAuth Server-to-Server credential, downloaded again";
    let mut texts = vec![secret(integration, None, &own, what, target)];
    texts.extend(removal(integration, &[FieldName::PrivateKey]));
    texts
}

/// Source: `connector_umapi.py` of adobe-apiplatform/user-sync.py.
fn connector(integration: &Integration, target: Target) -> Vec<String> {
    let secret_key = spelled(integration, FieldName::ClientSecret, "enterprise.client_secret");
    let storage = steps::secret_storage(integration, target);
    let mut texts = vec![
        "`authentication_method`: `oauth`.".to_owned(),
        format!(
            "{secret_key}: a client secret of the OAuth credential, {storage}; `secure_client_secret_key` reads it \
             from the credential store of the system."
        ),
    ];
    // User Sync rejects a technical account together with `oauth`.
    texts.extend(removal(integration, &[FieldName::TechnicalAccount, FieldName::PrivateKey]));
    texts
}

/// Sources: `get_jwt_token.py` and `get_oauth_token.py` of adobe-apiplatform/umapi-documentation.
fn user_management(integration: &Integration, target: Target) -> Vec<String> {
    let own = spelled(integration, FieldName::ClientSecret, "enterprise.client_secret");
    let form = ScopeForm::Commas;
    let mut texts = vec![
        format!("In the program that reads this file, {}.", client_credentials()),
        format!(
            "`scope` of that request: the scopes of the OAuth credential, {}{}.",
            form.words(),
            steps::known_scopes(integration, form)
        ),
        secret(integration, None, &own, "a client secret of the OAuth credential", target),
    ];
    texts.extend(removal(integration, &[FieldName::TechnicalAccount, FieldName::PrivateKey]));
    texts
}

/// What a program does instead of exchanging a JWT.
fn client_credentials() -> String {
    format!(
        "send `grant_type={CLIENT_CREDENTIALS}`, `client_id`, `client_secret` and `scope` to `{TOKEN_URL}` instead of a signed JWT"
    )
}

/// The download of one credential, a `.env` of an application, settings of a program.
fn credential_file(integration: &Integration, target: Target) -> Vec<String> {
    let own = spelled(integration, FieldName::ClientSecret, "CLIENT_SECRETS");
    let mut texts = vec![format!("In the program that reads this file, {}.", client_credentials())];
    texts.push(secret(integration, None, &own, "a client secret of the OAuth credential", target));
    texts.extend(steps::scope_text(integration, &code(&scopes_key(integration)), target));
    texts.extend(removal(integration, &[FieldName::PrivateKey]));
    texts
}

/// The key for the scopes of a credential, in the spelling of its other keys: `ACME_SCOPES` next to `ACME_META_SCOPES`
/// or `ACME_CLIENT_ID`, `scopes` next to `client-id`.
fn scopes_key(integration: &Integration) -> String {
    let property = |name| integration.field(name).map(|field| &*field.property);
    if let Some(scopes) = property(FieldName::Scopes) {
        return scopes.to_owned();
    }
    let known = property(FieldName::Metascopes).or(property(FieldName::ClientId)).unwrap_or_default();
    let plain = known.to_ascii_lowercase().replace('-', "_");
    let endings = ["meta_scopes", "metascopes", "meta_scope", "metascope", "client_id", "api_key"];
    let Some(ending) = endings.iter().find(|ending| plain.ends_with(*ending)) else { return "SCOPES".to_owned() };
    let (begins, ending) = known.split_at(known.len() - ending.len());
    let is_upper = ending.bytes().all(|byte| !byte.is_ascii_lowercase());
    format!("{begins}{}", if is_upper { "SCOPES" } else { "scopes" })
}

/// Sources: "Getting started with PDF Extract API" (the file and the token request), adobe/pdfservices-node-sdk-samples
/// (`ServicePrincipalCredentials`).
fn pdf_services(integration: &Integration, target: Target) -> Vec<String> {
    let own = spelled(integration, FieldName::ClientSecret, "client_credentials.client_secret");
    vec![
        "Replace `service_account_credentials` with `service_principal_credentials`, which contains only `organization_id`. \
         The private key file is no longer used."
            .to_owned(),
        secret(integration, None, &own, "the client secret of the OAuth credential", target),
        "In the program that reads it, use the SDK's service principal credentials (client id and client secret) instead of \
         its service account credentials. Without an SDK, request the token from `https://pdf-services.adobe.io/token`."
            .to_owned(),
    ]
}

/// Source: test inputs of adobe/aio-cli-lib-app-config.
fn project(integration: &Integration, target: Target) -> Vec<String> {
    let storage = steps::secret_storage(integration, target);
    let has_secret = integration.field(FieldName::ClientSecret).is_some_and(|field| field.state.is_filled());
    let old = if has_secret { "`jwt.client_secret` -> " } else { "" };
    let mut texts = vec![
        "`integration_type`: `service` -> `oauth_server_to_server`; download the workspace again when the project is migrated."
            .to_owned(),
        format!(
            "{old}`oauth_server_to_server.client_secrets`: a list with a client secret of the OAuth credential, {storage}."
        ),
    ];
    texts.extend(steps::scope_text(integration, "`oauth_server_to_server.scopes`", target));
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A workspace names a credential of the type `service` and shows nothing of it.
    #[test]
    fn regression_a_project_without_a_jwt_object_has_no_secret_to_replace() {
        let mut one = integration(IntegrationKind::DeveloperConsoleProject, AuthType::Jwt, "console.json").with(
            FieldName::ClientSecret,
            "project.workspace.details.credentials.0.jwt.client_secret",
            Some("0000"),
        );
        assert!(texts(&one).join("\n").contains("`jwt.client_secret` -> "), "{:?}", texts(&one));
        one.fields.retain(|field| field.name != FieldName::ClientSecret);
        assert!(!texts(&one).join("\n").contains("jwt.client_secret"), "{:?}", texts(&one));
    }
    use crate::ims::{AuthType, SourceFile};
    use crate::rules::testing::integration;
    use std::sync::Arc;

    fn texts(one: &Integration) -> Vec<String> {
        of(one, Target::Unknown).steps.into_iter().map(|step| step.text.into_owned()).collect()
    }

    /// All of it in a file of the format `format`.
    fn stored(mut one: Integration, format: &'static str) -> Integration {
        let places = one.fields.iter_mut().filter_map(|field| field.location.as_deref_mut());
        for place in places.chain([&mut one.location]) {
            let file = SourceFile { context: place.file.context.clone(), format, ..SourceFile::default() };
            (place.file, place.pid) = (Arc::new(file), None);
        }
        one
    }

    fn jwt_context(prefix: [&str; 6]) -> Integration {
        let [id, secret, account, org, metascopes, key] = prefix;
        let mut one = integration(IntegrationKind::AioContext, AuthType::Jwt, ".aio")
            .with(FieldName::ClientId, id, Some("0000example"))
            .with(FieldName::ClientSecret, secret, Some("x"))
            .with(FieldName::TechnicalAccount, account, Some("0000EXAMPLE@techacct.adobe.com"))
            .with(FieldName::OrgId, org, Some("0000EXAMPLE@AdobeOrg"))
            .with(FieldName::Metascopes, metascopes, Some("ent_cloudmgr_sdk"))
            .with(FieldName::PrivateKey, key, Some("x"));
        one.product = Some(Product::CloudManager);
        stored(one, "aio")
    }

    #[test]
    fn a_cloud_manager_context_is_told_every_key() {
        let keys = ["client_id", "client_secret", "technical_account_id", "ims_org_id", "meta_scopes", "private_key"];
        let told = texts(&jwt_context(keys)).join("\n");
        for expected in [
            "`client_secret` -> `client_secrets`: a list with a client secret",
            "`meta_scopes` -> `scopes`: the scopes of the OAuth credential, as a list",
            "`technical_account_email`: the e-mail address",
            "`client_id`, `technical_account_id` and `ims_org_id` stay unchanged",
            "`oauth_enabled`: `true`",
            "Remove `private_key`.",
            "read_pc.dma_aem_ams",
        ] {
            assert!(told.contains(expected), "{expected}\n{told}");
        }
        assert!(!told.contains("$[") && !told.contains("CryptoSupport"), "{told}");
    }

    /// The plan left `private_key` in the file where it names another file, and told to load what `aio` reads anyway.
    #[test]
    fn a_key_that_is_a_file_goes_too_and_only_other_files_are_loaded() {
        let keys = ["client_id", "client_secret", "technical_account_id", "ims_org_id", "meta_scopes", "private_key"];
        let told = |file: &str| {
            let mut one = jwt_context(keys);
            one.jwt_settings = vec!["private_key".into()];
            one.fields.retain(|field| field.name != FieldName::PrivateKey);
            let mut place = crate::rules::testing::location(file, None);
            let context = place.file.context.clone();
            place.file = Arc::new(SourceFile { context, format: "aio", ..SourceFile::default() });
            one.location = place;
            texts(&one).join("\n")
        };
        assert!(told(".aio").contains("Remove `private_key`."), "{}", told(".aio"));
        assert!(!told(".aio").contains("Load the file") && !told(".env").contains("Load the file"));
        assert!(told("config.json").contains("Load the file: `aio config:set"));
    }

    #[test]
    fn other_contexts_have_no_switch() {
        let keys = ["client_id", "client_secret", "technical_account_id", "ims_org_id", "meta_scopes", "private_key"];
        let mut one = jwt_context(keys).with(FieldName::Metascopes, "meta_scopes", Some("ent_adobeio_sdk"));
        one.product = Some(Product::IoEvents);
        one.name = Some("acme".to_owned());
        assert!(!texts(&one).join("\n").contains("oauth_enabled"));
    }

    #[test]
    fn keys_of_variables_are_spelled_as_the_others() {
        let at = |key: &str| format!("AIO_ims_contexts_acme_{key}");
        let client = integration(IntegrationKind::AioContext, AuthType::Jwt, ".env").with(
            FieldName::ClientId,
            &at("client__id"),
            Some("x"),
        );
        assert_eq!(beside(&client, "oauth_enabled"), format!("`{}`", at("oauth__enabled")));
        let loud = integration(IntegrationKind::AioContext, AuthType::Jwt, ".env").with(
            FieldName::ClientId,
            "AIO_IMS_CONTEXTS_ACME_CLIENT__ID",
            Some("x"),
        );
        assert_eq!(beside(&loud, "client_secrets"), "`AIO_IMS_CONTEXTS_ACME_CLIENT__SECRETS`");
        let mut read = stored(
            integration(IntegrationKind::AioContext, AuthType::Jwt, ".env").with(
                FieldName::ClientId,
                "client_id",
                Some("x"),
            ),
            "aio",
        );
        read.name = Some("acme".to_owned());
        assert_eq!(beside(&read, "oauth_enabled"), format!("`{}`", at("oauth__enabled")));
        let none = integration(IntegrationKind::AioContext, AuthType::Jwt, ".aio");
        assert_eq!(beside(&none, "scopes"), "`scopes`");
    }

    #[test]
    fn the_old_file_of_cloud_manager_gives_its_claims_to_new_keys() {
        let keys = ["client_id", "client_secret", "jwt_payload.sub", "jwt_payload.iss", "meta_scopes", "private_key"];
        let mut old = jwt_context(keys);
        old.jwt_settings = vec!["jwt_payload".into(), "token_exchange_url".into()];
        let told = texts(&old).join("\n");
        assert!(told.contains("`jwt_payload.sub` -> `technical_account_id`"), "{told}");
        assert!(told.contains("`jwt_payload` and `token_exchange_url`"), "{told}");
    }

    #[test]
    fn workflows_guides_and_user_sync_have_their_own_words() {
        let step = integration(IntegrationKind::WorkflowStep, AuthType::Jwt, ".github/workflows/x.yml").with(
            FieldName::PrivateKey,
            "with.KEY",
            Some("x"),
        );
        let told = texts(&step).join("\n");
        assert!(told.contains("`command: oauth_sts`") && told.contains("Remove `with.KEY`."), "{told}");
        let guides = integration(IntegrationKind::Guides, AuthType::Jwt, "x.cfg.json")
            .with(FieldName::ClientSecret, "service.account.details", Some("x"))
            .with(FieldName::PrivateKey, "private.key", Some("x"));
        let told = texts(&guides).join("\n");
        assert!(told.contains("`service.account.details`: the JSON of the project"), "{told}");
        assert!(told.contains("Remove `private.key`."), "{told}");
        let mut sync = integration(IntegrationKind::CredentialFile, AuthType::Jwt, "connector-umapi.yml").with(
            FieldName::TechnicalAccount,
            "enterprise.tech_acct_id",
            Some("x"),
        );
        sync.product = Some(Product::UserManagement);
        sync.user_management = Some(UserManagementReader::UserSync);
        let told = texts(&sync).join("\n");
        assert!(told.contains("`authentication_method`: `oauth`"), "{told}");
        assert!(told.contains("Remove `enterprise.tech_acct_id`"), "{told}");
    }

    /// The settings of a program were told to become the download of a credential, and to have a key that they lack.
    #[test]
    fn regression_a_program_is_told_what_it_reads_not_to_replace_its_settings() {
        let mut client = integration(IntegrationKind::CredentialFile, AuthType::Jwt, "usermanagement.config")
            .with(FieldName::ClientId, "enterprise.api_key", Some("x"))
            .with(FieldName::ClientSecret, "enterprise.client_secret", Some("x"))
            .with(FieldName::TechnicalAccount, "enterprise.tech_acct", Some("x"));
        client.product = Some(Product::UserManagement);
        client.user_management = Some(UserManagementReader::Client);
        client.jwt_settings = vec!["enterprise.priv_key_filename".into()];
        let told = texts(&client).join("\n");
        for expected in [
            "In the program that reads this file, send `grant_type=client_credentials`",
            "`openid,AdobeID,user_management_sdk`",
            "`enterprise.client_secret`: a client secret of the OAuth credential",
            "Remove `enterprise.tech_acct` and `enterprise.priv_key_filename`.",
        ] {
            assert!(told.contains(expected), "{expected}\n{told}");
        }
        assert!(!told.contains("SCOPES") && !told.contains("Replace"), "{told}");
    }

    #[test]
    fn a_name_alone_makes_no_connector_of_a_credential_file() {
        let mut one = integration(IntegrationKind::CredentialFile, AuthType::Jwt, "x.json");
        one.name = Some(<&str>::from(UserManagementReader::UserSync).to_owned());
        assert!(!texts(&one).join("\n").contains("`authentication_method`"));
        one.user_management = Some(UserManagementReader::UserSync);
        assert!(texts(&one).join("\n").contains("`authentication_method`: `oauth`"));
    }

    #[test]
    fn the_key_of_the_scopes_is_spelled_as_the_keys_beside_it() {
        for (name, key, expected) in [
            (FieldName::Metascopes, "ACME_META_SCOPES", "ACME_SCOPES"),
            (FieldName::Metascopes, "meta-scopes", "scopes"),
            (FieldName::Metascopes, "metaScopes", "scopes"),
            (FieldName::ClientId, "ACME_API_KEY", "ACME_SCOPES"),
            (FieldName::ClientId, "acme-client-id", "acme-scopes"),
            (FieldName::ClientId, "key", "SCOPES"),
            (FieldName::Scopes, "OAUTH_SCOPE", "OAUTH_SCOPE"),
        ] {
            let one = integration(IntegrationKind::CredentialFile, AuthType::Jwt, ".env").with(name, key, Some("x"));
            assert_eq!(scopes_key(&one), expected, "{key}");
        }
    }

    #[test]
    fn kinds_without_a_file_of_their_own_are_told_property_by_property() {
        for (kind, words) in [
            (IntegrationKind::SmartTags, "named `adobe-ims-similaritysearch`"),
            (IntegrationKind::Generic, "send `grant_type=client_credentials`"),
            (IntegrationKind::Declared("own".to_owned()), "send `grant_type=client_credentials`"),
        ] {
            let found = of(&integration(kind.clone(), AuthType::Jwt, "x"), Target::Unknown);
            assert!(!found.is_whole && found.steps.iter().any(|step| step.text.contains(words)), "{kind:?}");
        }
        assert!(
            of(&integration(IntegrationKind::AccessTokenProvider, AuthType::Jwt, "x"), Target::Unknown)
                .steps
                .is_empty()
        );
    }
}
