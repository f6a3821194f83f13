//! What has to change, from hand-built integrations.

use super::changes::{self, Changes, Needs};
use super::*;
use crate::format::edit::{Change, Item};
use crate::ims::catalog::Product;
use crate::ims::model::Placeholder;
use crate::ims::target::Target;
use crate::ims::{AuthType, ClaimItem, FieldName, FieldState, Variable, Written};
use crate::rules::Phase;
use crate::rules::testing::{integration, jwt_provider, location, model_for, oauth_provider};

const REQUEST: &str = "auth.access.token.request";
const CLAIMS: &str = "auth.token.provider.default.claims";
const SECRET: &str = "auth.ims.client.secret";

/// The plan for a single system.
fn plan(model: &Model, findings: &[Finding]) -> Plan {
    Plan::of_system(0, model, &findings.iter().collect::<Vec<_>>())
}

/// A JWT provider with its claims and its URL as a reader gives them.
fn provider(written: &str, items: &[ClaimItem]) -> Integration {
    let mut provider = jwt_provider("acme").with(FieldName::TokenEndpoint, REQUEST, Some(written));
    for field in &mut provider.fields {
        match field.name {
            FieldName::TokenEndpoint => field.written = Some(Written::Url(written.to_owned())),
            FieldName::Claims => field.written = Some(Written::Claims(items.to_vec())),
            _ => {}
        }
    }
    provider
}

fn known() -> Integration {
    provider("https://%s/ims/exchange/jwt", &[ClaimItem::Issuer, ClaimItem::Other, ClaimItem::Other])
}

fn change<'a>(changes: &'a Changes, property: &str) -> Option<&'a Change> {
    changes.edits().find(|edit| edit.property() == property).map(|edit| &edit.change)
}

fn set(name: &str, value: &str) -> Change {
    Change::Set { name: name.to_owned(), value: value.to_owned() }
}

#[test]
fn a_jwt_provider_becomes_the_documented_oauth_one() {
    let changes = changes::of(&known(), Target::V65);
    let all: Vec<&Change> = changes.edits().map(|edit| &edit.change).collect();
    let scopes = "AdobeID,openid,read_organizations,additional_info.job_function,\
                  additional_info.projectedProductContext,additional_info.roles";
    assert_eq!(
        all,
        [
            &set("auth.token.provider.authorization.grants", "client_credentials"),
            &set(REQUEST, "https://%s/ims/token/v3"),
            &set("auth.token.provider.scope", scopes),
            &set("auth.token.provider.orgId", "EXAMPLE0000@AdobeOrg"),
            &Change::SetList { name: CLAIMS.to_owned(), items: vec![Item::Kept(0)] },
            &Change::Remove { name: "auth.token.provider.keypair.alias".to_owned() },
        ]
    );
    assert!(changes.edits().all(|edit| edit.needs == Needs::Nothing));
}

#[test]
fn a_complete_oauth_provider_stays_as_it_is() {
    for target in [Target::CloudService, Target::V65, Target::V65Lts, Target::Unknown] {
        assert!(changes::of(&oauth_provider("acme"), target).is_empty(), "{target:?}");
    }
}

#[test]
fn everything_around_the_path_of_an_endpoint_stays() {
    for (written, url) in [
        ("https://%s/ims/exchange/jwt/", "https://%s/ims/token/v3"),
        ("https://ims-na1-stg1.adobelogin.com/ims/exchange/v1/jwt", "https://ims-na1-stg1.adobelogin.com/ims/token/v3"),
        (
            "https://$[env:HOST;default=x.example]/ims/exchange/jwt",
            "https://$[env:HOST;default=x.example]/ims/token/v3",
        ),
        ("$[env:URL;default=https://%s/IMS/Exchange/JWT]", "$[env:URL;default=https://%s/ims/token/v3]"),
        ("https://ims-na1.adobelogin.com/ims/exchange/jwt?x=y", "https://ims-na1.adobelogin.com/ims/token/v3?x=y"),
    ] {
        let changes = changes::of(&provider(written, &[]), Target::V65);
        assert_eq!(change(&changes, REQUEST), Some(&set(REQUEST, url)), "{written}");
        let old = changes.edits().find(|edit| edit.property() == REQUEST).and_then(|edit| edit.old.as_deref());
        // What a query says is not shown.
        assert_eq!(old, Some(written.replace("?x=y", "?********").as_str()));
    }
    let other = changes::of(&provider("https://ims-na1.adobelogin.com/ims/token/v2", &[]), Target::V65);
    assert_eq!(change(&other, REQUEST), None);
}

#[test]
fn an_endpoint_without_a_host_gets_both_its_host_and_its_path() {
    let host = "auth.token.provider.endpoint";
    for (request, expected) in [
        (Some("https://%s/ims/exchange/jwt"), Some(set(REQUEST, "https://%s/ims/token/v3"))),
        (Some("https://%s/ims/token/v2"), None),
        (None, None),
    ] {
        let mut provider = known().with(FieldName::TokenEndpoint, host, None);
        for field in provider.fields.iter_mut().filter(|field| field.name == FieldName::TokenEndpoint) {
            field.written = request.map(|request| Written::Url(request.to_owned()));
        }
        let changes = changes::of(&provider, Target::V65);
        assert_eq!(change(&changes, host), Some(&set(host, "ims-na1.adobelogin.com")), "{request:?}");
        assert_eq!(change(&changes, REQUEST), expected.as_ref(), "{request:?}");
        let old = changes.edits().find(|edit| edit.property() == REQUEST).and_then(|edit| edit.old.clone());
        assert_eq!(old.as_deref(), request.filter(|_| expected.is_some()), "{request:?}");
    }
}

#[test]
fn what_a_variable_fills_changes_where_the_variable_is() {
    const GRANT: &str = "auth.token.provider.authorization.grants";
    let env = FieldState::Placeholder(Placeholder::Env { default: false });
    let template = FieldState::Placeholder(Placeholder::Template);
    let named = || vec![Variable { name: "ACME".to_owned(), secret: false }];
    let token = "https://ims-na1.adobelogin.com/ims/token/v3";
    let url_by_hand = format!("`{REQUEST}` gets its value elsewhere: set `ACME` to `{token}`.");
    let grant_by_hand = |what: &str| format!("`{GRANT}` gets its value elsewhere: set {what} to `client_credentials`.");
    for (name, property, value, state, variables, expected) in [
        (FieldName::Grant, GRANT, "x", env, named(), vec![grant_by_hand("`ACME`")]),
        (FieldName::Grant, GRANT, "x", env, Vec::new(), vec![grant_by_hand("the value of its placeholder")]),
        (FieldName::Grant, GRANT, "x", template, Vec::new(), Vec::new()),
        (FieldName::Grant, GRANT, "client_credentials", env, named(), Vec::new()),
        (FieldName::TokenEndpoint, REQUEST, "$[env:ACME]", env, named(), vec![url_by_hand]),
        (FieldName::TokenEndpoint, REQUEST, "https://example.com/x", FieldState::Present, Vec::new(), Vec::new()),
        (FieldName::TokenEndpoint, REQUEST, token, env, named(), Vec::new()),
    ] {
        let mut provider = oauth_provider("acme").with(name, property, Some(value)).in_state(name, state);
        for field in provider.fields.iter_mut().filter(|field| field.name == name) {
            field.variables = variables.clone();
        }
        let changes = changes::of(&provider, Target::V65);
        assert_eq!(changes.by_hand, expected, "{property}: {value} {state:?}");
        let written = (state == template).then(|| set(GRANT, "client_credentials"));
        assert_eq!(change(&changes, property), written.as_ref(), "{property}: {value} {state:?}");
    }
}

#[test]
fn claims_keep_their_issuer() {
    let items = |written: &[ClaimItem]| {
        let changes = changes::of(&provider("https://%s/ims/exchange/jwt", written), Target::V65);
        match change(&changes, CLAIMS) {
            Some(Change::SetList { items, .. }) => Some(items.clone()),
            _ => None,
        }
    };
    let issuer = || Item::New("\"iss\" : \"EXAMPLE0000@AdobeOrg\"".to_owned());
    assert_eq!(items(&[ClaimItem::Issuer]), None, "nothing to change");
    assert_eq!(items(&[ClaimItem::Other]), Some(vec![issuer()]));
    assert_eq!(items(&[ClaimItem::Other, ClaimItem::IssuerAmongOthers]), Some(vec![issuer()]));
    assert_eq!(items(&[ClaimItem::Opaque]), None, "nobody sees what it holds");
    assert_eq!(items(&[ClaimItem::Other, ClaimItem::Opaque]), Some(vec![Item::Kept(1)]));
}

#[test]
fn what_nobody_knows_waits_for_a_person() {
    let mut provider = provider("https://%s/ims/exchange/jwt", &[])
        .with(FieldName::ClientId, "auth.token.provider.client.id", None)
        .with(FieldName::Metascopes, CLAIMS, Some("ent_marketing_sdk,ent_stocksearch_sdk"))
        .with(FieldName::Issuer, CLAIMS, None);
    provider.product = Some(Product::Target);
    let changes = changes::of(&provider, Target::V65);
    let entry = PlanEntry { system: 0, integration: 0, course: Course::Edit, steps: Vec::new(), changes };
    assert_eq!(
        entry.waiting(),
        [
            ("REPLACE_WITH_CLIENT_ID", "auth.token.provider.client.id"),
            ("REPLACE_WITH_OAUTH_SCOPES", "auth.token.provider.scope"),
            ("REPLACE_WITH_ORGANIZATION_ID", "auth.token.provider.orgId"),
            ("REPLACE_WITH_ORGANIZATION_ID", CLAIMS),
        ]
    );
}

#[test]
fn a_plain_text_secret_becomes_a_variable_in_the_cloud_and_stays_marked_elsewhere() {
    let leaked = known().with(FieldName::ClientSecret, SECRET, Some("not-a-real-secret"));
    let cloud = changes::of(&leaked, Target::CloudService);
    assert_eq!(change(&cloud, SECRET), Some(&set(SECRET, "$[secret:IMS_ACME_CLIENT_SECRET]")));
    for target in [Target::V65, Target::V65Lts, Target::Unknown] {
        let changes = changes::of(&leaked, target);
        assert_eq!(change(&changes, SECRET), None);
        assert!(changes.by_hand[0].contains("is stored in plain text"), "{:?}", changes.by_hand);
    }
}

#[test]
fn a_default_behind_a_secret_goes_and_its_name_stays() {
    let secret = FieldState::Placeholder(Placeholder::Secret { default: true });
    let mut provider =
        known().with(FieldName::ClientSecret, SECRET, Some("x")).in_state(FieldName::ClientSecret, secret);
    for field in provider.fields.iter_mut().filter(|field| field.name == FieldName::ClientSecret) {
        field.variables = vec![Variable { name: "ACME".to_owned(), secret: true }];
    }
    let changes = changes::of(&provider, Target::CloudService);
    assert_eq!(change(&changes, SECRET), Some(&set(SECRET, "$[secret:ACME]")));
    assert_eq!(change(&changes::of(&provider, Target::V65), SECRET), None);
}

#[test]
fn a_client_secret_changes_only_where_it_is_missing_or_in_plain_text() {
    let variable = Some("$[secret:IMS_ACME_CLIENT_SECRET]");
    let placeholder = Some("REPLACE_WITH_CLIENT_SECRET");
    let env = FieldState::Placeholder(Placeholder::Env { default: false });
    let secret = FieldState::Placeholder(Placeholder::Secret { default: false });
    for (state, in_cloud, on_premises) in [
        (FieldState::Missing, variable, placeholder),
        (FieldState::Empty, variable, placeholder),
        (FieldState::Present, variable, None),
        (FieldState::Encrypted, None, None),
        (env, None, None),
        (secret, None, None),
    ] {
        let provider = oauth_provider("acme").in_state(FieldName::ClientSecret, state);
        for (target, expected) in [(Target::CloudService, in_cloud), (Target::V65, on_premises)] {
            let changes = changes::of(&provider, target);
            let edit = changes.edits().find(|edit| edit.property() == SECRET);
            assert_eq!(edit.and_then(|edit| edit.new.as_deref()), expected, "{state:?} {target:?}");
            let old = edit.and_then(|edit| edit.old.as_deref());
            assert_eq!(old, (state == FieldState::Present).then_some("<redacted>").filter(|_| expected.is_some()));
        }
    }
}

#[test]
fn smart_tags_get_their_published_scopes() {
    let mut provider = known();
    provider.fields.retain(|field| field.name != FieldName::Metascopes);
    let scopes = |provider: &Integration| match change(&changes::of(provider, Target::V65), "auth.token.provider.scope")
    {
        Some(Change::Set { value, .. }) => value.clone(),
        other => panic!("{other:?}"),
    };
    provider.product = Some(Product::Stock);
    assert_eq!(scopes(&provider), "REPLACE_WITH_OAUTH_SCOPES");
    provider.product = Some(Product::SmartTags);
    assert_eq!(scopes(&provider), "read_pc.dma_smart_content,openid,AdobeID,additional_info.projectedProductContext");
}

#[test]
fn scopes_whose_source_is_not_adobe_are_compared_by_a_person() {
    let needs = |metascope: &str| {
        let provider = known().with(FieldName::Scopes, "auth.token.provider.scope", None).with(
            FieldName::Metascopes,
            CLAIMS,
            Some(metascope),
        );
        let changes = changes::of(&provider, Target::V65);
        changes.edits().find(|edit| edit.field == FieldName::Scopes).map(|edit| (edit.new.clone(), edit.needs.clone()))
    };
    let (scopes, of_target) = needs("ent_marketing_sdk").unwrap();
    assert!(scopes.unwrap().contains("target_sdk"));
    assert_eq!(of_target, Needs::Comparison);
    let (scopes, of_both) = needs("ent_smartcontent_sdk,ent_adobeio_sdk").unwrap();
    assert!(scopes.unwrap().contains("read_pc.dma_smart_content,openid,AdobeID"));
    assert_eq!(of_both, Needs::Nothing);
}

#[test]
fn what_cannot_be_edited_is_left_to_people() {
    let mut model = model_for(Target::V65, vec![known()]);
    let file = known().location.path().input.clone();
    for (label, course) in [("other.config".to_owned(), Course::Edit), (file, Course::ByHand)] {
        let findings = crate::rules::judge(&mut model);
        let mut plan = plan(&model, &findings);
        plan.leave_to_people(&Landscape::from(model.clone()), &[Left { label, reason: String::new() }]);
        assert_eq!(plan.entries[0].course, course);
        assert_eq!(plan.edits().count(), usize::from(course == Course::Edit));
    }
}

#[test]
fn a_missing_partner_is_added_beside_files_of_a_project_only() {
    let named = |sub_name: &str, file: &str, repository_path: Option<&str>| {
        let mut provider = known().with(FieldName::ClientSecret, SECRET, None);
        provider.secret_partner = None;
        provider.customizer = Some("acme-secret".to_owned());
        provider.location = location(file, None);
        provider.location.pid = Some(format!("com.adobe.granite.auth.oauth.accesstoken.provider~{sub_name}").into());
        let file = std::sync::Arc::get_mut(&mut provider.location.file).unwrap();
        file.context.repository_path = repository_path.map(str::to_owned);
        changes::of(&provider, Target::CloudService)
    };
    let without = |file: &str, repository_path: Option<&str>| named("acme", file, repository_path);
    let name = "com.adobe.granite.auth.oauth.accesstoken.provider~acme.cfg.json";
    let added = without(name, Some(&format!("apps/acme/config/{name}"))).added.unwrap();
    assert_eq!(added.file_name, "com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl~acme.cfg.json");
    assert_eq!(
        added.properties,
        [("customizer.type", "acme-secret".to_owned()), (SECRET, "$[secret:IMS_ACME_CLIENT_SECRET]".to_owned())]
    );
    for changes in [
        without(name, Some(&format!("apps/system/config/{name}"))),
        without(name, None),
        without("config/.content.xml", Some("apps/acme/config/.content.xml")),
        named("ac/me", name, Some(&format!("apps/acme/config/{name}"))),
        named("", name, Some(&format!("apps/acme/config/{name}"))),
    ] {
        assert!(changes.added.is_none());
        assert!(changes.by_hand.iter().any(|text| text.contains("customizer.type")), "{:?}", changes.by_hand);
    }
}

#[test]
fn a_workspace_loses_its_key() {
    let workspace = integration(IntegrationKind::AioWorkspace, AuthType::Jwt, "x.cfg.json")
        .with(FieldName::ClientId, "aio.api.key", Some("0000example"))
        .with(FieldName::Scopes, "aio.oauth.scopes", None)
        .with(FieldName::OrgId, "aio.ims.org.id", Some("EXAMPLE0000@AdobeOrg"))
        .with(FieldName::PrivateKey, "aio.encoded.pkcs8", Some("not-a-real-key"))
        .with(FieldName::ClientSecret, "aio.client.secret", Some("not-a-real-secret"))
        .in_state(FieldName::ClientSecret, FieldState::Encrypted);
    let changes = changes::of(&workspace, Target::V65);
    let scopes = "openid,AdobeID,adobeio_api,additional_info.roles,additional_info.projectedProductContext";
    let all: Vec<&Change> = changes.edits().map(|edit| &edit.change).collect();
    let removed = Change::Remove { name: "aio.encoded.pkcs8".to_owned() };
    assert_eq!(all, [&set("aio.oauth.scopes", scopes), &removed]);
    assert!(changes.edits().all(|edit| !format!("{edit:?}").contains("not-a-real")), "{changes:?}");
}

fn course_of(target: Target, integrations: Vec<Integration>) -> Vec<Course> {
    let mut model = model_for(target, integrations);
    let findings = crate::rules::judge(&mut model);
    plan(&model, &findings).entries.iter().map(|entry| entry.course).collect()
}

#[test]
fn every_integration_has_its_course() {
    let mut auto = known();
    auto.auto_provisioned = Some("Launch on AEM as a Cloud Service".to_owned());
    let mut old = known();
    old.location.pid = Some("com.adobe.granite.auth.oauth.accesstoken.provider~4711".into());
    let mut unsure = known();
    unsure.confidence = Confidence::Low;
    assert_eq!(course_of(Target::CloudService, vec![auto]), [Course::LeaveAlone]);
    assert_eq!(course_of(Target::V65, vec![old, oauth_provider("acme")]), [Course::Delete]);
    assert_eq!(course_of(Target::V65, vec![unsure]), [Course::ByHand]);
    assert_eq!(course_of(Target::V65, vec![known()]), [Course::Edit]);
    assert_eq!(course_of(Target::V65, vec![oauth_provider("acme")]), []);
    let of_kind = |kind| integration(kind, AuthType::Jwt, "x.cfg.json");
    assert_eq!(course_of(Target::V65, vec![of_kind(IntegrationKind::AcsCommonsAdobeIo)]), [Course::Replace]);
    assert_eq!(course_of(Target::V65, vec![of_kind(IntegrationKind::SmartTags)]), [Course::Replace]);
    assert_eq!(course_of(Target::V65, vec![of_kind(IntegrationKind::ServiceCredentials)]), [Course::LeaveAlone]);
    assert_eq!(course_of(Target::V65, vec![of_kind(IntegrationKind::Generic)]), [Course::ByHand]);
    assert_eq!(course_of(Target::V65, vec![of_kind(IntegrationKind::AioContext)]), [Course::ByHand]);
    let user = integration(IntegrationKind::Target, AuthType::UserCredentials, "x/.content.xml");
    assert_eq!(course_of(Target::V65, vec![user]), [Course::ByHand]);
}

#[test]
fn what_is_suppressed_is_left_out() {
    let mut model = model_for(Target::V65, vec![known()]);
    let mut findings = crate::rules::judge(&mut model);
    for finding in &mut findings {
        finding.suppressed = Some(crate::findings::Suppressed { in_source: false, reason: "gone soon".to_owned() });
    }
    assert!(plan(&model, &findings).entries.is_empty());
}

#[test]
fn what_says_nothing_of_a_migration_is_no_part_of_it() {
    let insecure = "http://ims-na1.adobelogin.com/ims/token/v3";
    let provider = oauth_provider("acme").with(FieldName::TokenEndpoint, REQUEST, Some(insecure));
    let mut model = model_for(Target::V65, vec![provider]);
    let findings = crate::rules::judge(&mut model);
    assert!(!findings.is_empty());
    assert!(plan(&model, &findings).entries.is_empty());
}

/// The steps of each integration, as phase and beginning of the text.
#[test]
fn steps_are_those_that_the_integration_needs() {
    const ALIAS: &str = "auth.token.provider.keypair.alias";
    const OPEN: &str = "developerConsole: Open the project of client id `0000example`.";
    const COMPARE: &str = "developerConsole: Compare the scopes";
    const TAKE_SECRET: &str = "developerConsole: Get a client secret";
    const CHANGE: &str = "files: Change `";
    const ENCRYPTED: &str = "files: `auth.ims.client.secret` in `config/";
    const ASK: &str = "proof: Request a token from Adobe IMS yourself";
    const ANSWERS: &str = "proof: `access_token`: the credential works.";
    const HEALTH: &str = "proof: In AEM: Tools > Security > Adobe IMS Integration";
    const KEY_PAIR: &str = "afterwards: AEM: remove the key pair `example-alias`";
    const CREDENTIAL: &str = "afterwards: Adobe Developer Console: delete";
    let oauth = || oauth_provider("acme");
    let waiting = |name, property| {
        let mut provider = oauth().with(name, property, None).with(FieldName::Metascopes, CLAIMS, Some("unknown"));
        provider.product = Some(Product::Target);
        provider
    };
    let jwt = || known().with(FieldName::KeyPairAlias, ALIAS, Some("example-alias"));
    let mut old = jwt();
    old.location.pid = Some("com.adobe.granite.auth.oauth.accesstoken.provider~4711".into());
    let mut unsure = jwt();
    unsure.confidence = Confidence::Low;
    let workspace = integration(IntegrationKind::AioWorkspace, AuthType::OAuth, "x.cfg.json")
        .with(FieldName::ClientId, "aio.api.key", Some("0000example"))
        .with(FieldName::Scopes, "aio.oauth.scopes", Some("openid"))
        .with(FieldName::PrivateKey, "aio.encoded.pkcs8", Some("not-a-real-key"));
    for (what, target, integrations, expected) in [
        (
            "jwt",
            Target::V65Lts,
            vec![jwt()],
            &[
                OPEN,
                COMPARE,
                TAKE_SECRET,
                "aem: AEM 6.5 LTS",
                CHANGE,
                ENCRYPTED,
                ASK,
                ANSWERS,
                HEALTH,
                KEY_PAIR,
                CREDENTIAL,
            ][..],
        ),
        (
            "unsure",
            Target::V65Lts,
            vec![unsure],
            &[
                OPEN,
                COMPARE,
                TAKE_SECRET,
                "aem: AEM 6.5 LTS",
                CHANGE,
                ENCRYPTED,
                ASK,
                ANSWERS,
                HEALTH,
                KEY_PAIR,
                CREDENTIAL,
            ],
        ),
        ("replaced", Target::V65, vec![old, oauth()], &["files: Delete `config/", KEY_PAIR, CREDENTIAL]),
        (
            "no scopes",
            Target::V65,
            vec![waiting(FieldName::Scopes, "auth.token.provider.scope")],
            &[
                "developerConsole: Take the scopes from the OAuth Server-to-Server credential of the project of client id",
                CHANGE,
                ASK,
                ANSWERS,
                HEALTH,
            ],
        ),
        (
            "no client id",
            Target::V65,
            vec![waiting(FieldName::ClientId, "auth.token.provider.client.id")],
            &[
                "developerConsole: Take client id and organization id (`…@AdobeOrg`) from the project.",
                CHANGE,
                ASK,
                ANSWERS,
                HEALTH,
            ],
        ),
        (
            "secret in plain text",
            Target::CloudService,
            vec![oauth().in_state(FieldName::ClientSecret, FieldState::Present)],
            &[TAKE_SECRET, "cloudManager: Secret `IMS_ACME_CLIENT_SECRET`", CHANGE, ASK, ANSWERS, HEALTH],
        ),
        (
            "key pair left",
            Target::V65,
            vec![oauth().with(FieldName::KeyPairAlias, ALIAS, Some("example-alias"))],
            &[CHANGE, ASK, ANSWERS, HEALTH, KEY_PAIR],
        ),
        (
            "private key left",
            Target::V65,
            vec![workspace],
            &[CHANGE, ASK, ANSWERS, "afterwards: Delete the private key wherever it is stored, and from the history"],
        ),
        ("complete", Target::V65, vec![oauth()], &[]),
    ] {
        let mut model = model_for(target, integrations);
        let findings = crate::rules::judge(&mut model);
        let plan = plan(&model, &findings);
        let steps = plan.entries.iter().flat_map(|entry| &entry.steps);
        let steps: Vec<String> = steps.map(|step| format!("{}: {}", step.phase.id(), step.text)).collect();
        let same = steps.iter().zip(expected).all(|(step, beginning)| step.starts_with(beginning));
        assert!(same && steps.len() == expected.len(), "{what}: {steps:#?}");
    }
}

#[test]
fn where_no_file_is_known_the_steps_are_those_of_the_rule() {
    let mut model = model_for(Target::V65, vec![integration(IntegrationKind::Generic, AuthType::Jwt, "x.cfg.json")]);
    let findings = crate::rules::judge(&mut model);
    let told = &findings.iter().find(|finding| finding.rule.id == "jwt-credential").unwrap().steps;
    let steps = &plan(&model, &findings).entries[0].steps;
    let of_rule = |step: &&Step| step.phase != Phase::Proof;
    assert!(!told.is_empty());
    assert_eq!(steps.iter().filter(of_rule).count(), told.len());
    for (step, told) in steps.iter().filter(of_rule).zip(told) {
        assert_eq!((step.phase, step.text.to_lowercase()), (told.phase, told.text.to_lowercase()));
        assert!(!step.text.starts_with(step.phase.label()), "{step:?}");
    }
}

#[test]
fn a_file_is_added_once_and_never_over_another() {
    use super::changes::NewConfiguration;
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().to_str().unwrap().replace('\\', "/");
    for (name, text) in [("a.config", "name=\"x\"\n"), ("crlf.config", "name=\"x\"\r\n"), ("taken.config", "")] {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    let new = |beside: &str, file_name: &str, value: &str| NewConfiguration {
        beside: location(&format!("{folder}/{beside}"), None),
        file_name: file_name.to_owned(),
        properties: vec![("customizer.type", value.to_owned())],
        needs: Needs::Nothing,
    };
    let limits = crate::source::Limits::default();
    for (added, files, reasons) in [
        (vec![new("a.config", "b.config", "1")], &["b.config"][..], &[][..]),
        (vec![new("a.config", "b.config", "1"), new("a.config", "b.config", "1")], &["b.config"], &[]),
        (vec![new("a.config", "b.config", "1"), new("a.config", "c.config", "1")], &["b.config", "c.config"], &[]),
        (vec![new("a.config", "b.config", "1"), new("a.config", "b.config", "2")], &["b.config"], &["two providers"]),
        (vec![new("a.config", "taken.config", "1")], &[], &["it already exists"]),
        (vec![new("gone.config", "b.config", "1")], &[], &["it cannot be read"]),
        (vec![new("crlf.config", "b.config", "1")], &["b.config"], &[]),
    ] {
        let edits = super::files::edit([], &added, &[], &limits);
        let labels: Vec<&str> = edits.files.iter().map(|file| &file.label[folder.len() + 1..]).collect();
        assert_eq!(labels, files, "{added:?}");
        assert_eq!(edits.left.len(), reasons.len(), "{:?}", edits.left);
        assert!(
            edits.left.iter().zip(reasons).all(|(left, reason)| left.reason.starts_with(reason)),
            "{:?}",
            edits.left
        );
        let line_end = if added[0].beside.path().input.ends_with("crlf.config") { "\r\n" } else { "\n" };
        for file in &edits.files {
            assert_eq!(String::from_utf8_lossy(&file.after), format!("customizer.type=\"1\"{line_end}"));
        }
    }
}

#[test]
fn steps_follow_the_order_of_the_work() {
    let leaked = known().with(FieldName::ClientSecret, SECRET, Some("not-a-real-secret")).on(&["prod"]);
    let mut model = model_for(Target::CloudService, vec![leaked]);
    let findings = crate::rules::judge(&mut model);
    let plan = plan(&model, &findings);
    let phases: Vec<Phase> = plan.entries[0].steps.iter().map(|step| step.phase).collect();
    assert!(phases.is_sorted(), "{phases:?}");
    let steps: Vec<&str> = plan.entries[0].steps.iter().map(|step| step.text.as_ref()).collect();
    for expected in [
        "Secret `IMS_ACME_CLIENT_SECRET`: the client secret of the OAuth Server-to-Server credential in prod.",
        "AEM: remove the key pair `example-alias` from the key store of `dtm-reactor-imsconfig-service`.",
    ] {
        assert!(steps.contains(&expected), "{expected}\n{steps:#?}");
    }
    assert!(!format!("{plan:?}").contains("not-a-real"), "{plan:?}");
}
