//! What only looks like an IMS integration.

use super::*;

#[test]
fn the_same_properties_of_another_vendor_are_silent() {
    let salesforce: Properties<'_> = &[
        ("auth.access.token.request", &["https://%s/dw/oauth2/access_token"]),
        ("auth.token.provider.client.id", &["shop"]),
        ("auth.token.provider.endpoint", &["account.demandware.com"]),
        ("token.request.customizer.type", &["shop"]),
    ];
    assert!(is_silent(&model(&[provider(salesforce)])));
    assert!(is_silent(&model(&[configuration(
        "com.adobe.cq.commerce.demandware.oauth.accesstoken.provider",
        salesforce
    )])));
    // A partner of the same name elsewhere does not make another vendor's provider one of IMS.
    assert!(model(&[provider(salesforce), partner("shop", "$[secret:X]")]).integrations.is_empty());
}

#[test]
fn other_vendors_with_client_credentials_are_silent() {
    let cases: &[(&str, Properties<'_>)] = &[
        (
            "com.acme.MarketingCloud",
            &[
                ("grantType", &["client_credentials"]),
                ("clientId", &["a"]),
                ("clientSecret", &["b"]),
                ("authUrl", &["https://acme.auth.marketingcloudapis.com/v2/token"]),
            ],
        ),
        (
            "com.acme.Okta",
            &[("issuer", &["https://acme.okta.com/oauth2/default"]), ("clientId", &["a"]), ("clientSecret", &["b"])],
        ),
        (
            "com.acme.Azure",
            &[
                ("tokenUrl", &["https://login.microsoftonline.com/acme/oauth2/v2.0/token"]),
                ("clientId", &["a"]),
                ("clientSecret", &["b"]),
            ],
        ),
        (
            "com.acme.Jwt",
            &[("privateKey", &["-----BEGIN PRIVATE KEY-----x"]), ("jwtIssuer", &["acme"]), ("authType", &["jwt"])],
        ),
        ("com.acme.Shop", &[("clientId", &["a"]), ("clientSecret", &["b"])]),
    ];
    for (pid, properties) in cases {
        assert!(is_silent(&model(&[configuration(pid, properties)])), "{pid}");
    }
}

#[test]
fn sign_in_is_not_an_integration_but_its_plain_text_secret_counts() {
    let model = model(&[TestFile::osgi(
        "jcr_root/apps/acme/config/com.adobe.granite.auth.oauth.provider-ims.config",
        Pid::factory("com.adobe.granite.auth.oauth.provider", "ims"),
        &[("oauth.config.provider.id", &["ims"]), ("oauth.client.id", &["a"]), ("oauth.client.secret", &["invented"])],
    )]);
    assert!(model.integrations.is_empty() && model.endpoints.is_empty());
    assert_eq!(model.secrets.len(), 1);
    let ims_provider = configuration(
        "com.adobe.granite.auth.ims.impl.IMSProviderImpl",
        &[
            ("oauth.provider.ims.token.url", &["https://ims-na1.adobelogin.com/ims/token/v1"]),
            ("oauth.provider.ims.service.token.client.id", &["a"]),
        ],
    );
    assert!(is_silent(&super::model(&[ims_provider])));
}

#[test]
fn loggers_and_users_are_silent() {
    let cases: &[(&str, Properties<'_>)] = &[
        (
            "org.apache.sling.commons.log.LogManager.factory.config",
            &[("org.apache.sling.commons.log.names", &["target-ims", "ims.exchange.jwt"])],
        ),
        (
            "org.apache.sling.jcr.repoinit.RepositoryInitializer",
            &[("scripts", &["create service user target-imsconfig-service"])],
        ),
        ("com.acme.Feature", &[("oauth.jwt.support", &["false"])]),
    ];
    for (pid, properties) in cases {
        assert!(is_silent(&model(&[configuration(pid, properties)])), "{pid}");
    }
}

#[test]
fn user_interfaces_are_silent() {
    let credentials: Properties<'_> = &[
        ("jcr:primaryType", &["nt:unstructured"]),
        ("sling:resourceType", &["granite/ui/components/coral/foundation/form/textfield"]),
        ("clientId", &["a"]),
        ("clientSecret", &["b"]),
        ("imsEndpoint", &["https://ims-na1.adobelogin.com/ims/exchange/jwt"]),
    ];
    for path in [
        "/apps/acme/components/x/cq:dialog/content/items/a",
        "/apps/acme/content/wizard/jcr:content/body/items/form",
        "/libs/cq/adobeims-configuration/content/configurations/jcr:content",
    ] {
        let file = TestFile::at("jcr_root/apps/acme/.content.xml").node(path, credentials);
        assert!(is_silent(&model(&[file])), "{path}");
    }
    let translation = TestFile::at("jcr_root/apps/acme/i18n/de.xml").node(
        "/apps/acme/i18n/de/secret",
        &[
            ("jcr:primaryType", &["sling:MessageEntry"]),
            ("sling:key", &["clientSecret"]),
            ("sling:message", &["https://ims-na1.adobelogin.com/ims/exchange/jwt"]),
        ],
    );
    assert!(is_silent(&model(&[translation])));
    // What lies below a dialog belongs to it, whatever its own type.
    let below = TestFile::at("jcr_root/apps/acme/.content.xml")
        .node("/apps/acme/x", &[("jcr:primaryType", &["cq:Dialog"])])
        .node("/apps/acme/x/items", &credentials[2..]);
    assert!(is_silent(&model(&[below])));
}

#[test]
fn pages_that_speak_of_the_endpoint_are_silent() {
    let file = page(
        "/content/docs/ims",
        &[
            ("text", &["Post to https://ims-na1.adobelogin.com/ims/exchange/jwt"]),
            ("link", &["https://ims-na1.adobelogin.com/ims/exchange/jwt"]),
        ],
    );
    assert!(is_silent(&model(&[file])));
}

#[test]
fn inputs_of_tests_are_silent() {
    let file = TestFile::osgi(
        "core/src/test/resources/workspace.cfg.json",
        Pid::singleton(pid::AIO_WORKSPACE),
        &[("aio.api.key", &["a"])],
    );
    assert!(is_silent(&model(&[file])));
}

#[test]
fn a_folder_of_tests_above_what_the_user_named_says_nothing() {
    let file = TestFile::osgi(
        "/home/me/src/test/resources/project/config/x.cfg.json",
        Pid::singleton(pid::AIO_WORKSPACE),
        &[("aio.api.key", &["a"])],
    );
    let knowledge = crate::ims::Knowledge {
        inputs: ["/home/me/src/test/resources/project".to_owned()].into(),
        ..Default::default()
    };
    assert_eq!(crate::ims::testing::model_with(&[file], &knowledge).integrations.len(), 1);
}

#[test]
fn a_content_sync_host_with_oauth_is_silent() {
    let file = TestFile::at("jcr_root/var/acs-commons/contentsync/hosts/.content.xml").node(
        "/var/acs-commons/contentsync/hosts/host1",
        &[
            ("jcr:primaryType", &["nt:unstructured"]),
            ("authType", &["oauth"]),
            ("accessTokenProviderName", &["publish-cloud"]),
        ],
    );
    assert!(is_silent(&model(&[file])));
}

#[test]
fn sign_in_with_facebook_is_silent() {
    let file = TestFile::osgi(
        "jcr_root/apps/acme/config/com.adobe.granite.auth.oauth.provider-fb.config",
        Pid::factory("com.adobe.granite.auth.oauth.provider", "fb"),
        &[("oauth.config.provider.id", &["soco-facebook"]), ("oauth.client.secret", &["invented"])],
    );
    assert!(is_silent(&model(&[file])));
}
