use super::*;
use crate::ims::Knowledge;

const JWT_URL: &str = "https://ims-na1.adobelogin.com/ims/exchange/jwt";
const TOKEN_URL: &str = "https://ims-na1.adobelogin.com/ims/token/v3";

#[test]
fn a_configuration_of_the_time_before_oauth_is_jwt() {
    let found = only(&[provider(&[
        ("name", &["Adobe Launch"]),
        ("auth.token.provider.title", &["Launch of ACME"]),
        ("auth.token.provider.client.id", &["acme-client"]),
        ("auth.token.provider.keypair.alias", &["acme"]),
        ("auth.token.provider.endpoint", &["ims-na1.adobelogin.com"]),
        ("auth.access.token.request", &["https://%s/ims/exchange/jwt"]),
        (
            "auth.token.provider.default.claims",
            &[
                "iss:\"ACME@AdobeOrg\"",
                "sub:\"x@techacct.adobe.com\"",
                "https://ims-na1.adobelogin.com/s/ent_reactor_sdk:true",
            ],
        ),
    ])]);
    assert_eq!((found.auth, found.confidence), (AuthType::Jwt, Confidence::High));
    assert_eq!(found.product, Some(Product::Launch));
    assert_eq!(found.name.as_deref(), Some("Adobe Launch"));
    assert_eq!(found.value(FieldName::TokenEndpoint), Some(JWT_URL));
    assert_eq!(found.value(FieldName::Issuer), Some("ACME@AdobeOrg"));
    assert_eq!(found.value(FieldName::Metascopes), Some("ent_reactor_sdk"));
    assert_eq!(found.state(FieldName::ClientSecret), FieldState::Missing);
    assert_eq!(found.state(FieldName::Grant), FieldState::Missing);
    assert_eq!(found.evidence[0].text, "`auth.access.token.request` is the JWT exchange endpoint");
    assert!(found.evidence.iter().filter(|e| e.auth == AuthType::Jwt).count() >= 4, "{:#?}", found.evidence);
}

#[test]
fn a_documented_oauth_configuration_is_complete() {
    let found = only(&[
        provider(&[
            ("auth.token.provider.authorization.grants", &["client_credentials"]),
            ("auth.token.provider.orgId", &["ACME@AdobeOrg"]),
            ("auth.token.provider.default.claims", &["\"iss\" : \"ACME@AdobeOrg\""]),
            ("auth.token.provider.scope", &["read_pc.dma_smart_content, openid, AdobeID"]),
            ("auth.token.validator.type", &["adobe-ims-similaritysearch"]),
            ("auth.token.provider.client.id", &["acme-client"]),
            ("auth.access.token.request", &[TOKEN_URL]),
            ("token.request.customizer.type", &["acme-customizer"]),
        ]),
        partner("acme-customizer", "$[secret:ACME_SECRET]"),
    ]);
    assert_eq!((found.auth, found.confidence), (AuthType::OAuth, Confidence::High));
    assert_eq!(found.product, Some(Product::SmartTags));
    assert_eq!(found.state(FieldName::ClientSecret), FieldState::Placeholder(Placeholder::Secret { default: false }));
    assert!(found.secret_partner.is_some());
    for name in [FieldName::ClientId, FieldName::Scopes, FieldName::OrgId, FieldName::Grant, FieldName::Issuer] {
        assert_eq!(found.state(name), FieldState::Present, "{name:?}");
    }
    assert_eq!(found.state(FieldName::KeyPairAlias), FieldState::Missing);
}

/// What the decision table says about each combination of grant, URL, key pair, claims, scope and organisation.
#[test]
fn the_decision_table() {
    let grants = ("auth.token.provider.authorization.grants", &["client_credentials"][..]);
    let bearer = ("auth.token.provider.authorization.grants", &["urn:ietf:params:oauth:grant-type:jwt-bearer"][..]);
    let misspelt = ("auth.token.provider.authorization.grants", &["client-credential"][..]);
    let other = ("auth.token.provider.authorization.grants", &["password"][..]);
    let exchange = ("auth.access.token.request", &[JWT_URL][..]);
    let token = ("auth.access.token.request", &[TOKEN_URL][..]);
    let host = ("auth.token.provider.endpoint", &["ims-na1.adobelogin.com"][..]);
    let alias = ("auth.token.provider.keypair.alias", &["acme"][..]);
    let scope = ("auth.token.provider.scope", &["openid"][..]);
    let org = ("auth.token.provider.orgId", &["ACME@AdobeOrg"][..]);
    let iss = ("auth.token.provider.default.claims", &["\"iss\":\"ACME@AdobeOrg\""][..]);
    let sub = ("auth.token.provider.default.claims", &["\"sub\":\"x@techacct.adobe.com\""][..]);
    let open = ("auth.token.provider.authorization.grants", &["$[env:GRANTS]"][..]);
    let open_default = ("auth.token.provider.authorization.grants", &["$[env:GRANTS;default=client_credentials]"][..]);
    let cases: &[(Properties<'_>, AuthType, Confidence)] = &[
        (&[grants, token], AuthType::OAuth, Confidence::High),
        (&[grants, exchange], AuthType::OAuth, Confidence::High),
        (&[grants, host], AuthType::OAuth, Confidence::High),
        (&[bearer, token], AuthType::OAuth, Confidence::Medium),
        (&[bearer, token, alias], AuthType::Jwt, Confidence::High),
        (&[misspelt, token], AuthType::OAuth, Confidence::Medium),
        (&[misspelt, exchange], AuthType::OAuth, Confidence::Medium),
        (&[other, token], AuthType::OAuth, Confidence::Medium),
        (&[other, host, alias], AuthType::Jwt, Confidence::Medium),
        (&[exchange], AuthType::Jwt, Confidence::High),
        (&[exchange, scope, org], AuthType::Jwt, Confidence::High),
        (&[host, alias], AuthType::Jwt, Confidence::High),
        (&[sub], AuthType::Jwt, Confidence::High),
        (&[iss], AuthType::Jwt, Confidence::Medium),
        (&[host], AuthType::Jwt, Confidence::Medium),
        (&[token], AuthType::OAuth, Confidence::Medium),
        (&[token, scope, alias], AuthType::OAuth, Confidence::Medium),
        (&[token, alias], AuthType::Jwt, Confidence::Medium),
        (&[host, scope, org], AuthType::OAuth, Confidence::Medium),
        (&[open, token], AuthType::OAuth, Confidence::Medium),
        (&[open, exchange], AuthType::Jwt, Confidence::Medium),
        (&[open, host], AuthType::Unknown, Confidence::Low),
        (&[open_default, host], AuthType::OAuth, Confidence::High),
    ];
    for (properties, auth, confidence) in cases {
        let found = only(&[provider(properties)]);
        assert_eq!((found.auth, found.confidence), (*auth, *confidence), "{properties:?}");
    }
}

#[test]
fn an_endpoint_that_lacks_its_host_is_missing() {
    let found = only(&[provider(&[
        ("auth.token.provider.authorization.grants", &["client_credentials"]),
        ("auth.access.token.request", &["https://%s/ims/token/v3"]),
    ])]);
    let field = found.field(FieldName::TokenEndpoint).unwrap();
    assert_eq!((field.state, field.property.as_ref()), (FieldState::Missing, "auth.token.provider.endpoint"));
}

#[test]
fn keys_of_configurations_are_case_insensitive() {
    let found = only(&[provider(&[("Auth.Access.Token.Request", &[JWT_URL])])]);
    assert_eq!(found.auth, AuthType::Jwt);
}

#[test]
fn a_file_that_an_instance_wrote_under_a_random_number_is_a_provider() {
    let file = TestFile::osgi(
        "jcr_root/apps/system/config/com.adobe.granite.auth.oauth.accesstoken.provider.12345.config",
        Pid::singleton(format!("{}.12345", pid::ACCESS_TOKEN_PROVIDER)),
        &[("auth.access.token.request", &[JWT_URL])],
    );
    let found = only(&[file]);
    assert_eq!(found.kind, IntegrationKind::AccessTokenProvider);
    assert_eq!(found.name.as_deref(), Some("12345"));
}

#[test]
fn a_provider_is_one_of_ims_when_its_secret_partner_is() {
    let bare = || {
        provider(&[
            ("auth.token.provider.client.id", &["acme-client"]),
            ("token.request.customizer.type", &["acme-customizer"]),
        ])
    };
    let found = only(&[bare(), partner("acme-customizer", "{0123456789abcdef0123456789abcdef}")]);
    assert_eq!(found.auth, AuthType::Jwt);
    assert_eq!(found.state(FieldName::ClientSecret), FieldState::Encrypted);
    assert!(model(&[bare()]).integrations.is_empty());
    assert!(model(&[bare(), partner("other", "x")]).integrations.is_empty());
}

#[test]
fn a_client_secret_in_the_provider_is_a_secret_but_not_its_client_secret() {
    let model = model(&[provider(&[
        ("auth.token.provider.authorization.grants", &["client_credentials"]),
        ("auth.access.token.request", &[TOKEN_URL]),
        ("auth.ims.client.secret", &["p8e-invented"]),
    ])]);
    assert_eq!(model.integrations[0].state(FieldName::ClientSecret), FieldState::Missing);
    assert_eq!(model.secrets.len(), 1);
    assert_eq!(model.secrets[0].field.value, None);
}

/// 400 000 of these took 3.4 GB.
#[test]
fn regression_what_can_never_be_an_integration_is_not_kept() {
    let bare = |customizer: &[(&str, &[&str])]| {
        provider(&[&[("a", &["[x, y"][..])], customizer].concat()).extract(&Knowledge::default())
    };
    assert!(bare(&[]).found.is_empty());
    assert!(bare(&[("token.request.customizer.type", &["acme"])]).found[0].pending);
}
