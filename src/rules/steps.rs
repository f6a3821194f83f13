//! The steps for migrating from a Service Account (JWT) credential to an OAuth Server-to-Server one.

use crate::ims::catalog::Product;
use crate::ims::disclosure::MASK;
use crate::ims::endpoint::{self, CLIENT_CREDENTIALS, HOST_PROPERTY, TOKEN_HOST, TOKEN_URL};
use crate::ims::home::{Home, ScopeForm, ValuePlace};
use crate::ims::scopes::KnownScopes;
use crate::ims::target::Target;
use crate::ims::{Field, FieldName, FieldState, Integration, IntegrationKind, Model};

use super::rivals::Replacement;
use super::words::{self, code, list, property};
use super::{Phase, Step, kind_steps, verdict};

/// Fields that only JWT needs, in the order in which they are listed.
const JWT_ONLY: [FieldName; 3] = [FieldName::KeyPairAlias, FieldName::PrivateKey, FieldName::TechnicalAccount];

/// All steps for `integration`: Developer Console, AEM version, console, then property by property.
pub(crate) fn migration(integration: &Integration, model: &Model) -> Vec<Step> {
    let target = model.target.target;
    let mut steps = vec![credential(integration)];
    if needs_aem_support(&integration.kind) {
        steps.extend(aem_support(target));
        steps.extend(aem_console(integration, target));
    }
    let of_kind = kind_steps::of(integration, target);
    steps.extend(of_kind.steps);
    if !of_kind.is_whole {
        steps.extend(field_steps(integration, target));
    }
    steps
}

/// The step for a JWT configuration that already has an OAuth replacement: delete it once that one works.
pub(crate) fn superseded(by: Replacement<'_>) -> Step {
    let other = words::place(by.integration);
    let text = if by.works {
        format!("Delete it: {other} has the same name and uses OAuth already.")
    } else {
        format!(
            "First fix {other}: it has the same name and uses OAuth, but does not get a token everywhere this one is \
             in force. Then delete this one."
        )
    };
    Step::new(Phase::Files, text)
}

/// Notes about a credential that Adobe owns: nothing has to be migrated by hand. Sources: "Setting up IMS integrations
/// for AEM as a Cloud Service", "JWT Credentials Deprecation in Adobe Developer Console", Developer Console FAQ.
pub(crate) fn of_adobe() -> [Step; 2] {
    [
        "Do not change it: Adobe migrates it, asks you not to migrate it by hand, and planned to finish by 2025-06-30 \
         for environments on release 17258 or later."
            .to_owned(),
        format!(
            "Check on the instance, {CONSOLE}: if it is no longer marked \"JWT Credentials (deprecated)\" and Check \
             Health succeeds, nothing needs to be done. Otherwise update the environment to release 17258 or later, \
             and ask Adobe support."
        ),
    ]
    .map(|text| Step::new(Phase::Nothing, text))
}

/// Where the new credential comes from.
fn credential(integration: &Integration) -> Step {
    let filled = integration.field(FieldName::ClientId).filter(|field| field.state.is_filled());
    let same = match filled.map(|field| (&field.state, field.value.as_deref())) {
        Some((FieldState::Present, Some(id))) if id.trim().is_empty() => String::new(),
        Some((FieldState::Present, Some(id))) if !id.contains(MASK) => {
            format!("; a migrated credential keeps the client id {}", code(id))
        }
        // What stands here is not the id.
        Some(_) => "; a migrated credential keeps its client id".to_owned(),
        None => String::new(),
    };
    let text =
        format!("Take client id, client secret and scopes from the project's OAuth Server-to-Server credential{same}.");
    Step::new(Phase::DeveloperConsole, text).led()
}

/// Kinds for which AEM itself requests the token.
pub(crate) fn needs_aem_support(kind: &IntegrationKind) -> bool {
    use IntegrationKind::{AccessTokenProvider, Analytics, BrandPortal, Launch, ReplicationAgent, SmartTags, Stock};
    matches!(kind, AccessTokenProvider | Analytics | BrandPortal | Launch | ReplicationAgent | SmartTags | Stock)
        || *kind == IntegrationKind::Target
}

/// Since when AEM supports OAuth Server-to-Server.
pub(crate) fn aem_support(target: Target) -> impl Iterator<Item = Step> {
    const V65: &str = "AEM 6.5: Service Pack 21 (6.5.21.0) or later; on SP11 to SP20 install `ims-jwt-compatibility-package-6.5-1.0.zip` first.";
    const V65_LTS: &str = "AEM 6.5 LTS supports OAuth Server-to-Server as installed.";
    const CLOUD: &str = "AEM as a Cloud Service supports OAuth Server-to-Server; do not change integrations that Adobe \
    provisioned itself.";
    let editions: &[&str] = match target {
        Target::CloudService => &[CLOUD],
        Target::V65 => &[V65],
        Target::V65Lts => &[V65_LTS],
        Target::Unknown => &[V65, V65_LTS, CLOUD],
    };
    editions.iter().map(|text| Step::new(Phase::Aem, *text))
}

/// Where AEM lists its IMS configurations; both labels are in use.
pub(crate) const CONSOLE: &str =
    "Tools > Security > Adobe IMS Integration (in other versions Adobe IMS Configurations)";
/// The first service pack whose console supports OAuth for Smart Tags. Source: release notes of AEM 6.5.23, NPR-42296.
const SMART_TAGS_CONSOLE: &str =
    "The console supports OAuth for Smart Tags since AEM 6.5.23; on older service packs change the files below.";
/// Source: KA-37748, and the lists of bundles of SP21 to SP25, which all have that version.
const SAVING: &str = "If the console refuses to save with \"Invalid parameter (empty or null)\", the bundle \
    `com.adobe.cq.adobeims.core` does not support OAuth: it has to be 1.1.26, which SP21 to SP25 include \
    (KA-37748).";

/// AEM's console, as an alternative to the steps on files.
fn aem_console(integration: &Integration, target: Target) -> Vec<Step> {
    let mut texts = Vec::new();
    if integration.product == Some(Product::SmartTags) && matches!(target, Target::V65 | Target::Unknown) {
        texts.push(SMART_TAGS_CONSOLE.to_owned());
    }
    if integration.product == Some(Product::Campaign) {
        texts.push(CAMPAIGN.to_owned());
    }
    if matches!(target, Target::V65 | Target::Unknown) {
        texts.push(SAVING.to_owned());
    }
    // Introduces the steps on files.
    texts.push(format!(
        "{CONSOLE}: select it, Properties, set Authentication Type to OAuth; or, if the configuration is deployed as \
         code, change the file:"
    ));
    texts.into_iter().map(|text| Step::new(Phase::Aem, text)).collect()
}

/// Source: "Create your Adobe technical account" of Campaign Classic.
const CAMPAIGN: &str = "Campaign Classic supports OAuth credentials since version 7.4.1. The credentials that Campaign \
    itself uses are stored on the Campaign server, not in AEM.";

/// Old property -> new property.
fn field_steps(integration: &Integration, target: Target) -> Vec<Step> {
    let mut steps = Vec::new();
    steps.extend(integration.field(FieldName::Grant).map(|grant| in_files(set(grant, CLIENT_CREDENTIALS))));
    steps.extend(integration.field(FieldName::TokenEndpoint).and_then(|field| endpoint_step(integration, field)));
    steps.extend(scope_step(integration, target));
    if let Some(secret) = integration.field(FieldName::ClientSecret) {
        let storage = secret_storage(integration, target);
        steps.push(in_files(format!("{}: a client secret of the OAuth credential, {storage}.", property(secret))));
    }
    if let Some(org) = integration.field(FieldName::OrgId).filter(|org| !org.state.is_filled()) {
        let text = format!("{}: the organization id (`…@AdobeOrg`), as in the `iss` claim.", property(org));
        steps.push(in_files(text));
    }
    steps.extend(removal_step(integration));
    steps
}

fn in_files(text: String) -> Step {
    Step::new(Phase::Files, text)
}

fn set(field: &Field, value: &str) -> String {
    match field.value.as_deref().filter(|old| !old.trim().is_empty()) {
        Some(old) => format!("{}: {} -> `{value}`.", property(field), code(old)),
        None => format!("{}: add it with `{value}`.", property(field)),
    }
}

/// The new value of the endpoint's property; `None` if it is not the JWT exchange.
pub(crate) fn endpoint_step(integration: &Integration, field: &Field) -> Option<Step> {
    let text = if field.state.is_filled() {
        let jwt = verdict::at_jwt_endpoint(integration).then(|| field.value.as_deref().unwrap_or(""))?;
        set(field, &token_url(jwt))
    } else if &*field.property == HOST_PROPERTY {
        format!(
            "{}: add it with `{TOKEN_HOST}`; `auth.access.token.request`: `https://%s/ims/token/v3`.",
            property(field)
        )
    } else {
        set(field, TOKEN_URL)
    };
    Some(in_files(text))
}

/// The token endpoint on the host of the JWT one, or else the documented one.
pub(crate) fn token_url(jwt: &str) -> String {
    endpoint::jwt_to_token(jwt.trim()).unwrap_or_else(|| TOKEN_URL.to_owned())
}

fn scope_step(integration: &Integration, target: Target) -> Option<Step> {
    // Without a property for scopes, they take the place of the metascopes: not that of a claim, which goes.
    let replaced = || integration.field(FieldName::Metascopes).filter(|field| names_metascopes(integration, field));
    let scopes = integration.field(FieldName::Scopes).or_else(replaced)?;
    scope_text(integration, &property(scopes), target).map(in_files)
}

fn names_metascopes(integration: &Integration, field: &Field) -> bool {
    let name = field.property.to_ascii_lowercase().replace(['_', '-', '.'], "");
    integration.kind == IntegrationKind::Generic && field.state.is_filled() && name.contains("metascope")
}

/// The new value of `property`, which contains the scopes, and where it comes from.
pub(super) fn scope_text(integration: &Integration, property: &str, target: Target) -> Option<String> {
    let old = integration.field(FieldName::Metascopes).filter(|field| field.state.is_filled());
    let old = old.map(|field| (field, kind_steps::in_file(integration, &field.property)));
    let old = old.filter(|(_, old)| old != property);
    let from = old.map_or_else(String::new, |(_, old)| match integration.kind {
        IntegrationKind::AccessTokenProvider => format!("metascope claims in {old} -> "),
        _ => format!("{old} -> "),
    });
    let form = scope_form(integration, target);
    Some(format!(
        "{from}{property}: the scopes of the OAuth credential, {}{}.",
        form.words(),
        known_scopes(integration, form)
    ))
}

/// How the reader of `integration` expects its scopes.
pub(crate) fn scope_form(integration: &Integration, target: Target) -> ScopeForm {
    let field = integration.field(FieldName::Scopes).or(integration.field(FieldName::ClientId));
    let place = field.and_then(|field| field.location.as_deref()).unwrap_or(&integration.location);
    // App Builder and the Commerce kit parse a list; what another application does with its own variable is sent as it
    // is.
    let is_own_variable =
        integration.kind == IntegrationKind::CredentialFile && ValuePlace::of(place) == ValuePlace::DotEnv;
    match is_own_variable && !parses_list(integration.product) {
        true => ScopeForm::Commas,
        false => Home::of(place, target).scopes,
    }
}

fn parses_list(product: Option<Product>) -> bool {
    matches!(product, Some(Product::AppBuilder | Product::Commerce))
}

/// "; for Target these are `…` (source: …)": what is known about the scopes without the Adobe Developer Console.
pub(crate) fn known_scopes(integration: &Integration, form: ScopeForm) -> String {
    let known = KnownScopes::of(integration);
    match (known.scopes.as_slice(), known.unknown.as_slice()) {
        ([], _) => String::new(),
        (_, []) => format!("; for {} these are {}", known.origin(), words::path(form.write(&known.scopes))),
        (_, unknown) => {
            let unknown: Vec<String> = unknown.iter().map(|name| code(name)).collect();
            format!(
                "; for {} they include {}, and no source lists those for {}",
                known.origin(),
                words::path(form.write(&known.scopes)),
                list(&unknown)
            )
        }
    }
}

/// How to store the client secret of an integration in the place where it is.
pub(super) fn secret_storage(integration: &Integration, target: Target) -> &'static str {
    let place = integration.field(FieldName::ClientSecret).and_then(|field| field.location.as_deref());
    Home::of(place.unwrap_or(&integration.location), target).secret
}

fn removal_step(integration: &Integration) -> Option<Step> {
    let fields = JWT_ONLY.iter().filter_map(|name| integration.field(*name)).filter(|f| f.state.is_filled());
    // OAuth credentials have a technical account too; for a provider it is the `sub` claim, which is handled with the
    // claims.
    let stays = |f: &&Field| {
        use IntegrationKind::{AccessTokenProvider, AioContext, AioWorkspace, DeveloperConsoleProject};
        let kept = [AccessTokenProvider, AioContext, AioWorkspace, DeveloperConsoleProject];
        f.name == FieldName::TechnicalAccount && kept.contains(&integration.kind)
    };
    let mut names: Vec<String> = fields.filter(|f| !stays(f)).map(property).collect();
    names.extend(integration.jwt_settings.iter().map(|name| code(name)));
    names.dedup();
    let claims = integration.field(FieldName::Claims).filter(|f| f.state.is_filled());
    if let Some(claims) = claims {
        names.push(format!("every claim but `iss` from {}", property(claims)));
    }
    (!names.is_empty()).then(|| in_files(format!("Remove {}.", list(&names))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::AuthType;
    use crate::rules::testing::integration;

    #[test]
    fn the_technical_account_of_a_workspace_stays() {
        let of = |kind| {
            let one = integration(kind, AuthType::Jwt, "x.cfg.json")
                .with(FieldName::PrivateKey, "key", Some("x"))
                .with(FieldName::TechnicalAccount, "account", Some("EXAMPLE@techacct.adobe.com"));
            removal_step(&one).map(|step| step.text)
        };
        assert_eq!(of(IntegrationKind::AioWorkspace).as_deref(), Some("Remove `key`."));
        assert_eq!(of(IntegrationKind::Generic).as_deref(), Some("Remove `key` and `account`."));
    }

    #[test]
    fn a_migrated_credential_keeps_the_client_id_that_is_there() {
        let of = |id| {
            let step = credential(&integration(IntegrationKind::Generic, AuthType::Jwt, "x").with(
                FieldName::ClientId,
                "id",
                id,
            ));
            step.line().into_owned()
        };
        let plain = "Adobe Developer Console: take client id, client secret and scopes from the project's OAuth \
                     Server-to-Server credential";
        assert_eq!(of(Some("0000")), format!("{plain}; a migrated credential keeps the client id `0000`."));
        assert_eq!(of(Some(" ")), format!("{plain}."));
    }

    /// A placeholder was called the id that the credential keeps.
    #[test]
    fn regression_what_stands_for_a_client_id_is_not_the_one_that_is_kept() {
        let masked = integration(IntegrationKind::Generic, AuthType::Jwt, "x")
            .with(FieldName::ClientId, "id", Some("********"))
            .in_state(FieldName::ClientId, FieldState::Hidden);
        assert!(credential(&masked).text.ends_with("a migrated credential keeps its client id."));
        // An id that must not be shown is masked only in what is reported.
        let hidden =
            integration(IntegrationKind::Generic, AuthType::Jwt, "x").with(FieldName::ClientId, "id", Some(MASK));
        assert!(credential(&hidden).text.ends_with("a migrated credential keeps its client id."));
    }

    #[test]
    fn the_edition_matters_where_aem_asks_for_the_token() {
        let of_aem = [
            IntegrationKind::AccessTokenProvider,
            IntegrationKind::Analytics,
            IntegrationKind::BrandPortal,
            IntegrationKind::Launch,
            IntegrationKind::Target,
        ];
        let others = [
            IntegrationKind::AcsCommonsAdobeIo,
            IntegrationKind::AioWorkspace,
            IntegrationKind::AioContext,
            IntegrationKind::Generic,
        ];
        let told = |kind: &IntegrationKind| {
            let steps = migration(&integration(kind.clone(), AuthType::Jwt, "x"), &Model::default());
            steps.iter().any(|step| step.text.starts_with("AEM 6.5 LTS supports"))
        };
        assert!(of_aem.iter().all(told));
        assert!(!others.iter().any(told));
    }

    #[test]
    fn the_steps_of_a_migration_say_where_they_are_done() {
        let provider = crate::rules::testing::jwt_provider("acme");
        let steps = migration(&provider, &Model::default());
        let phases: Vec<Phase> = steps.iter().map(|step| step.phase).collect();
        let mut expected = vec![Phase::DeveloperConsole];
        expected.extend([Phase::Aem; 5]);
        expected.extend([Phase::Files; 6]);
        assert_eq!(phases, expected, "{steps:#?}");
    }

    #[test]
    fn a_host_that_is_absent_is_added_with_the_request_that_takes_it() {
        let step = |property, value| {
            let one = integration(IntegrationKind::AccessTokenProvider, AuthType::Jwt, "x");
            let one = one.with(FieldName::TokenEndpoint, property, value);
            endpoint_step(&one, one.field(FieldName::TokenEndpoint).unwrap()).map(|step| step.text)
        };
        assert_eq!(
            step(HOST_PROPERTY, None).unwrap(),
            "`auth.token.provider.endpoint`: add it with `ims-na1.adobelogin.com`; `auth.access.token.request`: \
             `https://%s/ims/token/v3`."
        );
        assert_eq!(step("url", None).unwrap(), format!("`url`: add it with `{TOKEN_URL}`."));
        assert_eq!(step(HOST_PROPERTY, Some("ims-na1.adobelogin.com")), None);
        let jwt = "https://ims-na1.adobelogin.com/ims/exchange/jwt";
        assert_eq!(step(HOST_PROPERTY, Some(jwt)).unwrap(), format!("`{HOST_PROPERTY}`: `{jwt}` -> `{TOKEN_URL}`."));
    }

    /// The plan for the properties of a Java program left out what replaces `metascopes`, and that the key file goes.
    #[test]
    fn regression_a_program_without_a_key_for_scopes_is_told_where_they_go() {
        let java = |name: FieldName, property| {
            integration(IntegrationKind::Generic, AuthType::Jwt, "config.properties").with(
                name,
                property,
                Some("ent_x"),
            )
        };
        let told = |one: &Integration| scope_step(one, Target::Unknown).map(|step| step.text);
        assert_eq!(
            told(&java(FieldName::Metascopes, "ims.meta_scopes")).unwrap(),
            "`ims.meta_scopes`: the scopes of the OAuth credential, separated by commas."
        );
        assert_eq!(told(&java(FieldName::Metascopes, "claims")), None);
        let mut key = java(FieldName::TechnicalAccount, "technicalAccountId");
        key.jwt_settings = vec!["key_path".into()];
        assert_eq!(removal_step(&key).unwrap().text, "Remove `technicalAccountId` and `key_path`.");
    }

    #[test]
    fn scopes_come_from_metascopes_of_another_property() {
        let step = |property, value| {
            let one = integration(IntegrationKind::Generic, AuthType::Jwt, "x").with(FieldName::Scopes, "scopes", None);
            scope_step(&one.with(FieldName::Metascopes, property, value), Target::Unknown).unwrap().text
        };
        let plain = "`scopes`: the scopes of the OAuth credential, separated by commas.";
        assert_eq!(step("metascopes", Some("ent_x")), format!("`metascopes` -> {plain}"));
        assert_eq!(step("scopes", Some("ent_x")), plain);
        assert_eq!(step("metascopes", None), plain);
    }

    #[test]
    fn the_console_has_both_labels_and_says_what_a_refusal_means() {
        let of = |product, target| {
            let mut one = integration(IntegrationKind::AccessTokenProvider, AuthType::Jwt, "x");
            one.product = Some(product);
            aem_console(&one, target).into_iter().map(|step| step.text.into_owned()).collect::<Vec<_>>().join("\n")
        };
        let told = of(Product::Target, Target::V65);
        assert!(told.contains("Adobe IMS Integration") && told.contains("Adobe IMS Configurations"), "{told}");
        assert!(told.contains("KA-37748") && told.contains("1.1.26") && told.contains("SP25"), "{told}");
        assert!(!of(Product::Target, Target::CloudService).contains("KA-37748"));
        assert!(of(Product::SmartTags, Target::V65).contains("6.5.23"));
        assert!(!of(Product::SmartTags, Target::V65Lts).contains("6.5.23"));
        assert!(of(Product::Campaign, Target::V65Lts).contains("7.4.1"));
    }
}
