use super::*;

fn in_folder(folder: &str, sub: &str, properties: Properties<'_>) -> TestFile {
    TestFile::osgi(
        &format!(
            "ui.config/src/main/content/jcr_root/apps/acme/{folder}/com.adobe.granite.auth.oauth.accesstoken.provider~{sub}.cfg.json"
        ),
        Pid::factory(pid::ACCESS_TOKEN_PROVIDER, sub),
        properties,
    )
}

const JWT: (&str, &[&str]) = ("auth.access.token.request", &["https://ims-na1.adobelogin.com/ims/exchange/jwt"]);
const OAUTH: (&str, &[&str]) = ("auth.token.provider.authorization.grants", &["client_credentials"]);
const TOKEN: (&str, &[&str]) = ("auth.access.token.request", &["https://ims-na1.adobelogin.com/ims/token/v3"]);

fn environments(integration: &Integration) -> Vec<String> {
    integration.environments.iter().map(ToString::to_string).collect()
}

#[test]
fn references_are_resolved_by_name_title_sub_name_and_pid() {
    let launch = |target: &str| {
        page(
            "/conf/acme/settings/cloudconfigs/launch",
            &[("sling:resourceType", &["cq/dtm-reactor/components/conf/page"]), ("imsConfigId", &[target])],
        )
    };
    let one =
        || in_folder("config", "sub", &[JWT, ("name", &["acme-name"]), ("auth.token.provider.title", &["ACME Title"])]);
    for target in ["acme-name", "acme title ", "sub", "com.adobe.granite.auth.oauth.accesstoken.provider~sub"] {
        let model = model(&[one(), launch(target)]);
        let (provider, launch) = (&model.integrations[0], &model.integrations[1]);
        assert_eq!(launch.references[0].resolved, [0], "{target}");
        assert_eq!(provider.referenced_by, [1], "{target}");
    }
    assert!(model(&[one(), launch("other")]).integrations[1].references[0].resolved.is_empty());
}

#[test]
fn the_secret_of_the_same_run_mode_belongs_to_a_provider() {
    let customizer = |folder: &str, secret: &str| {
        TestFile::osgi(
            &format!(
                "ui.config/src/main/content/jcr_root/apps/acme/{folder}/com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl~x.cfg.json"
            ),
            Pid::factory(pid::REQUEST_CUSTOMIZER, "x"),
            &[("customizer.type", &["x"]), ("auth.ims.client.secret", &[secret])],
        )
    };
    let named = ("token.request.customizer.type", &["x"][..]);
    let model = model(&[
        in_folder("config.prod", "a", &[OAUTH, TOKEN, named]),
        in_folder("config.dev", "a", &[OAUTH, TOKEN, named]),
        customizer("config.dev", "invented"),
        customizer("config.prod", "$[secret:S]"),
    ]);
    assert_eq!(model.integrations[1].state(FieldName::ClientSecret), FieldState::Present);
    assert_eq!(
        model.integrations[0].state(FieldName::ClientSecret),
        FieldState::Placeholder(Placeholder::Secret { default: false })
    );
    assert!(model.secrets.is_empty());
}

#[test]
fn a_secret_that_no_provider_asks_for_is_still_a_secret() {
    let model = model(&[partner("x", "invented")]);
    assert!(model.integrations.is_empty());
    assert_eq!(model.secrets.len(), 1);
}

#[test]
fn the_most_specific_run_modes_win_as_a_whole() {
    let model = model(&[
        in_folder("config", "a", &[OAUTH, TOKEN]),
        in_folder("config.author", "a", &[OAUTH, TOKEN]),
        in_folder("config.author.prod", "a", &[JWT]),
        in_folder("config.publish.prod", "b", &[JWT]),
    ]);
    assert_eq!(environments(&model.integrations[0]), ["publish/dev", "publish/prod", "publish/rde", "publish/stage"]);
    assert_eq!(environments(&model.integrations[1]), ["author/dev", "author/rde", "author/stage"]);
    assert_eq!(environments(&model.integrations[2]), ["author/prod"]);
    assert_eq!(environments(&model.integrations[3]), ["publish/prod"]);
}

#[test]
fn other_run_modes_are_environments_of_their_own() {
    let model = model(&[in_folder("config", "a", &[JWT]), in_folder("config.author.uat", "a", &[OAUTH, TOKEN])]);
    assert_eq!(environments(&model.integrations[1]), ["author/uat"]);
    assert!(environments(&model.integrations[0]).contains(&"publish/uat".to_owned()));
    assert!(!environments(&model.integrations[0]).contains(&"author/uat".to_owned()));
}

#[test]
fn ids_are_unique() {
    let model = model(&[in_folder("config", "a", &[JWT]), in_folder("config", "a", &[JWT])]);
    assert_ne!(model.integrations[0].id, model.integrations[1].id);
}

#[test]
fn a_built_package_is_reported_at_its_source() {
    let packaged = |properties: Properties<'_>| {
        in_folder("config", "a", properties).inside(
            "all/target/all.zip",
            "jcr_root/apps/acme/config/com.adobe.granite.auth.oauth.accesstoken.provider~a.cfg.json",
        )
    };
    let model = model(&[packaged(&[JWT]), in_folder("config", "a", &[JWT])]);
    assert_eq!(model.integrations.len(), 1);
    assert!(model.integrations[0].location.path().entries.is_empty());
    assert_eq!(model.integrations[0].copies.len(), 1);
    let differing = super::model(&[packaged(&[OAUTH, TOKEN]), in_folder("config", "a", &[JWT])]);
    assert_eq!(differing.integrations.len(), 2, "an older package is no copy");
}

#[test]
fn the_only_secret_of_a_folder_belongs_to_the_only_provider() {
    let unnamed = TestFile::osgi(
        "ui.config/src/main/content/jcr_root/apps/acme/config/com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl~x.cfg.json",
        Pid::factory(pid::REQUEST_CUSTOMIZER, "x"),
        &[("auth.ims.client.secret", &["$[secret:S]"])],
    );
    let model = model(&[in_folder("config", "a", &[OAUTH, TOKEN]), unnamed]);
    assert!(model.integrations[0].state(FieldName::ClientSecret).is_filled());
    let named = in_folder("config", "a", &[OAUTH, TOKEN, ("token.request.customizer.type", &["one"])]);
    let apart = super::model(&[named, partner("other", "invented")]);
    assert_eq!(apart.integrations[0].state(FieldName::ClientSecret), FieldState::Missing);
    assert_eq!(apart.secrets.len(), 1);
}

#[test]
fn clients_of_environments_are_provisioned_by_adobe() {
    let client = ("auth.token.provider.client.id", &["cm-p1-e2-integration-0"][..]);
    let knowledge = |target| crate::ims::Knowledge { target, ..Default::default() };
    let is_theirs = |target| {
        let files = [in_folder("config", "a", &[JWT, client])];
        crate::ims::testing::model_with(&files, &knowledge(target)).integrations[0].auto_provisioned.is_some()
    };
    assert!(is_theirs(crate::ims::target::Target::CloudService));
    assert!(!is_theirs(crate::ims::target::Target::V65));
    // Launch of a customer's own source is the customer's.
    let launch = [in_folder("config", "a", &[JWT, ("name", &["Adobe Launch"])])];
    let knowledge = knowledge(crate::ims::target::Target::CloudService);
    assert!(crate::ims::testing::model_with(&launch, &knowledge).integrations[0].auto_provisioned.is_none());
}
