//! What has to change, from hand-built integrations.

use super::changes::{self, Changes, Needs};
use super::*;
use crate::format::edit::{Change, Item};
use crate::ims::catalog::Product;
use crate::ims::model::Placeholder;
use crate::ims::target::Target;
use crate::ims::{AuthType, ClaimItem, FieldName, FieldState, Written};
use crate::rules::testing::{integration, jwt_provider, location, model_for, oauth_provider};

const REQUEST: &str = "auth.access.token.request";
const CLAIMS: &str = "auth.token.provider.default.claims";
const SECRET: &str = "auth.ims.client.secret";

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
        ("https://$[env:HOST;default=x]/ims/exchange/jwt", "https://$[env:HOST;default=x]/ims/token/v3"),
        ("$[env:URL;default=https://%s/IMS/Exchange/JWT]", "$[env:URL;default=https://%s/ims/token/v3]"),
        ("https://ims-na1.adobelogin.com/ims/exchange/jwt?x=y", "https://ims-na1.adobelogin.com/ims/token/v3?x=y"),
    ] {
        let changes = changes::of(&provider(written, &[]), Target::V65);
        assert_eq!(change(&changes, REQUEST), Some(&set(REQUEST, url)), "{written}");
    }
    let other = changes::of(&provider("https://ims-na1.adobelogin.com/ims/token/v2", &[]), Target::V65);
    assert_eq!(change(&other, REQUEST), None);
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
        .with(FieldName::Metascopes, CLAIMS, Some("ent_marketing_sdk"))
        .with(FieldName::Issuer, CLAIMS, None);
    provider.product = Some(Product::Target);
    let changes = changes::of(&provider, Target::V65);
    let entry = Entry { integration: 0, course: Course::Edit, steps: Vec::new(), changes };
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
fn a_secret_in_clear_becomes_a_variable_in_the_cloud_and_stays_marked_elsewhere() {
    let leaked = known().with(FieldName::ClientSecret, SECRET, Some("not-a-real-secret"));
    let cloud = changes::of(&leaked, Target::CloudService);
    assert_eq!(change(&cloud, SECRET), Some(&set(SECRET, "$[secret:IMS_ACME_CLIENT_SECRET]")));
    for target in [Target::V65, Target::V65Lts, Target::Unknown] {
        let changes = changes::of(&leaked, target);
        assert_eq!(change(&changes, SECRET), None);
        assert!(changes.by_hand[0].contains("stands in clear"), "{:?}", changes.by_hand);
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
fn a_missing_partner_is_added_beside_files_of_a_project_only() {
    let without = |file: &str, repository_path: Option<&str>| {
        let mut provider = known().with(FieldName::ClientSecret, SECRET, None);
        provider.secret_partner = None;
        provider.customizer = Some("acme-secret".to_owned());
        provider.location = location(file, None);
        provider.location.pid = Some("com.adobe.granite.auth.oauth.accesstoken.provider~acme".to_owned());
        let file = std::sync::Arc::get_mut(&mut provider.location.file).unwrap();
        file.context.repository_path = repository_path.map(str::to_owned);
        changes::of(&provider, Target::CloudService)
    };
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
    ] {
        assert!(changes.added.is_none());
        assert!(changes.by_hand.iter().any(|text| text.contains("customizer.type")), "{:?}", changes.by_hand);
    }
}

#[test]
fn a_workspace_loses_its_key() {
    let workspace = integration(Kind::AioWorkspace, AuthType::Jwt, "x.cfg.json")
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
    let model = model_for(target, integrations);
    let findings = crate::rules::check(&model);
    Plan::new(&model, &findings).entries.iter().map(|entry| entry.course).collect()
}

#[test]
fn every_integration_has_its_course() {
    let mut auto = known();
    auto.auto_provisioned = Some("Launch on AEM as a Cloud Service".to_owned());
    let mut old = known();
    old.location.pid = Some("com.adobe.granite.auth.oauth.accesstoken.provider~4711".to_owned());
    let mut unsure = known();
    unsure.confidence = Confidence::Low;
    assert_eq!(course_of(Target::CloudService, vec![auto]), [Course::LeaveAlone]);
    assert_eq!(course_of(Target::V65, vec![old, oauth_provider("acme")]), [Course::Delete]);
    assert_eq!(course_of(Target::V65, vec![unsure]), [Course::ByHand]);
    assert_eq!(course_of(Target::V65, vec![known()]), [Course::Edit]);
    assert_eq!(course_of(Target::V65, vec![oauth_provider("acme")]), []);
    let of_kind = |kind| integration(kind, AuthType::Jwt, "x.cfg.json");
    assert_eq!(course_of(Target::V65, vec![of_kind(Kind::AcsCommonsAdobeIo)]), [Course::Replace]);
    assert_eq!(course_of(Target::V65, vec![of_kind(Kind::SmartTags)]), [Course::Replace]);
    assert_eq!(course_of(Target::V65, vec![of_kind(Kind::ServiceCredentials)]), [Course::LeaveAlone]);
    assert_eq!(course_of(Target::V65, vec![of_kind(Kind::Generic)]), [Course::ByHand]);
    assert_eq!(course_of(Target::V65, vec![of_kind(Kind::AioContext)]), [Course::ByHand]);
    let user = integration(Kind::Target, AuthType::UserCredentials, "x/.content.xml");
    assert_eq!(course_of(Target::V65, vec![user]), [Course::ByHand]);
}

#[test]
fn what_is_suppressed_is_left_out() {
    let model = model_for(Target::V65, vec![known()]);
    let mut findings = crate::rules::check(&model);
    for finding in &mut findings {
        finding.suppressed = Some(crate::findings::Suppressed { in_source: false, reason: "gone soon".to_owned() });
    }
    assert!(Plan::new(&model, &findings).entries.is_empty());
}

#[test]
fn steps_follow_the_order_of_the_work() {
    let leaked = known().with(FieldName::ClientSecret, SECRET, Some("not-a-real-secret")).on(&["prod"]);
    let model = model_for(Target::CloudService, vec![leaked]);
    let plan = Plan::new(&model, &crate::rules::check(&model));
    let phases: Vec<Phase> = plan.entries[0].steps.iter().map(|step| step.phase).collect();
    assert!(phases.is_sorted(), "{phases:?}");
    let steps: Vec<&str> = plan.entries[0].steps.iter().map(|step| step.text.as_str()).collect();
    for expected in [
        "Secret `IMS_ACME_CLIENT_SECRET`: the client secret of the OAuth Server-to-Server credential in prod.",
        "AEM: remove the key pair `example-alias` from the key store of `dtm-reactor-imsconfig-service`.",
    ] {
        assert!(steps.contains(&expected), "{expected}\n{steps:#?}");
    }
    assert!(!format!("{plan:?}").contains("not-a-real"), "{plan:?}");
}
