//! Kinds that a project declares in its configuration file.

use super::*;

#[test]
fn declared_kinds_are_checked_like_built_in_ones() {
    let kind = |toml: &str| crate::ims::Knowledge {
        kinds: crate::ims::kinds::Kinds::new(vec![toml::from_str(toml).unwrap()]).unwrap(),
        ..Default::default()
    };
    let knowledge = kind(
        "name = 'acme'\nproduct = 'Target'\npid = ['com.acme.Client']\nname-property = 'label'\noptional = ['org-id']
        auth-type = { property = 'mode', jwt = ['service'], oauth = ['s2s'] }
        fields = { client-id = ['key'], client-secret = ['pass'], scopes = ['rights'], org-id = ['org'] }",
    );
    let file = |mode: &str| {
        configuration(
            "com.acme.Client",
            &[("mode", &[mode]), ("label", &["Shop"]), ("key", &["k"]), ("pass", &["invented"])],
        )
    };
    let found = crate::ims::testing::model_with(&[file("S2S")], &knowledge).integrations.remove(0);
    assert_eq!((found.kind.id(), found.auth, found.product), ("acme", AuthType::OAuth, Some(Product::Target)));
    assert_eq!(found.name.as_deref(), Some("Shop"));
    assert_eq!(
        found.field(FieldName::Scopes).map(|f| (f.state, f.property.as_ref())),
        Some((FieldState::Missing, "rights"))
    );
    assert!(found.field(FieldName::OrgId).is_none());
    assert_eq!(found.field(FieldName::ClientSecret).unwrap().value, None);
    let jwt = crate::ims::testing::model_with(&[file("service")], &knowledge).integrations.remove(0);
    assert_eq!(jwt.auth, AuthType::Jwt);
    assert!(is_silent(&model(&[file("service")])), "without the declaration there is no evidence of IMS");
}

fn declared(toml: &str, properties: &[(&str, &[&str])]) -> Integration {
    let kind = toml::from_str(&format!("name = 'acme'\npid = ['com.acme.Client']\n{toml}")).unwrap();
    let kinds = crate::ims::kinds::Kinds::new(vec![kind]).unwrap();
    let knowledge = crate::ims::Knowledge { kinds, ..Default::default() };
    crate::ims::testing::model_with(&[configuration("com.acme.Client", properties)], &knowledge).integrations.remove(0)
}

#[test]
fn a_declared_kind_without_a_type_is_judged_by_its_grant_and_its_endpoint() {
    let fields = "fields = { token-endpoint = ['url'], grant = ['grant'] }";
    for (url, grant, auth, evidence) in [
        ("https://proxy.example.com/ims/exchange/jwt", "", AuthType::Jwt, "`url` is the JWT exchange endpoint"),
        ("https://proxy.example.com/ims/token/v3", "", AuthType::OAuth, "`url` is the OAuth token endpoint"),
        ("https://proxy.example.com/", "client_credentials", AuthType::OAuth, "`grant` is `client_credentials`"),
        ("https://proxy.example.com/", "password", AuthType::Unknown, "it is declared as `acme`"),
    ] {
        let found = declared(fields, &[("url", &[url]), ("grant", &[grant])]);
        assert_eq!((found.auth, found.evidence[0].text.as_str()), (auth, evidence), "{url} {grant}");
        assert_eq!(found.confidence == Confidence::High, auth != AuthType::Unknown, "{url} {grant}");
    }
}

#[test]
fn a_declared_type_is_what_is_declared_or_what_its_property_says() {
    for (text, auth) in
        [("jwt", AuthType::Jwt), ("oauth", AuthType::OAuth), ("user-credentials", AuthType::UserCredentials)]
    {
        assert_eq!(declared(&format!("auth = '{text}'"), &[("x", &["y"])]).auth, auth, "{text}");
    }
    let property = "auth-type = { property = 'mode', jwt = ['a'], oauth = ['b'], user-credentials = ['c'] }";
    for (mode, auth) in [
        ("a", AuthType::Jwt),
        ("B", AuthType::OAuth),
        ("c", AuthType::UserCredentials),
        ("d", AuthType::Unknown),
        ("", AuthType::Unknown),
    ] {
        assert_eq!(declared(property, &[("mode", &[mode])]).auth, auth, "{mode}");
    }
    let default = "auth-type = { property = 'mode', jwt = ['a'], default = 'oauth' }";
    assert_eq!(declared(default, &[("x", &["y"])]).auth, AuthType::OAuth);
}

#[test]
fn every_field_can_be_declared() {
    for (text, field) in [
        ("client-id", FieldName::ClientId),
        ("client-secret", FieldName::ClientSecret),
        ("scopes", FieldName::Scopes),
        ("org-id", FieldName::OrgId),
        ("token-endpoint", FieldName::TokenEndpoint),
        ("grant", FieldName::Grant),
        ("issuer", FieldName::Issuer),
        ("metascopes", FieldName::Metascopes),
        ("key-pair-alias", FieldName::KeyPairAlias),
        ("private-key", FieldName::PrivateKey),
        ("technical-account", FieldName::TechnicalAccount),
        ("user-name", FieldName::UserName),
        ("password", FieldName::Password),
        ("relaxed-tls", FieldName::RelaxedTls),
    ] {
        let found = declared(&format!("auth = 'jwt'\nfields = {{ {text} = ['held'] }}"), &[("held", &["x"])]);
        let property = found.field(field).map(|field| field.property.as_ref());
        assert_eq!((found.fields.len(), property), (1, Some("held")), "{text}");
    }
}

/// A declaration that came with the scanned tree made a JWT credential an OAuth one with nothing to check.
#[test]
fn regression_a_declaration_does_not_deny_a_jwt_that_the_node_shows() {
    let jwt = [("clientId", &["k"][..]), ("url", &["https://ims-na1.adobelogin.com/ims/exchange/jwt"])];
    let key =
        [("clientId", &["k"][..]), ("privateKey", &["$[secret:KEY]"]), ("org", &["0000@AdobeOrg"]), ("mode", &["s2s"])];
    let by_mode = "auth-type = { property = 'mode', jwt = ['service'], oauth = ['s2s'], default = 'oauth' }";
    for (toml, node) in [
        ("auth = 'oauth'", &jwt[..]),
        ("auth = 'user-credentials'", &jwt),
        ("fields = { client-id = ['clientId'] }", &jwt),
        (by_mode, &jwt),
        ("auth = 'oauth'", &key),
        ("", &key),
        (by_mode, &key[..3]),
    ] {
        let found = declared(toml, node);
        assert_eq!((found.kind, found.auth), (IntegrationKind::Generic, AuthType::Jwt), "{toml}");
    }
    // What is left of an earlier credential does not speak against a property that says otherwise.
    let found = declared(by_mode, &key);
    assert_eq!((found.kind.id(), found.auth), ("acme", AuthType::OAuth));
    let stray = configuration("com.acme.Client", &[jwt[1]]);
    let kind = toml::from_str("name = 'acme'\npid = ['com.acme.Client']\nauth = 'oauth'").unwrap();
    let kinds = crate::ims::kinds::Kinds::new(vec![kind]).unwrap();
    let knowledge = crate::ims::Knowledge { kinds, ..Default::default() };
    assert_eq!(crate::ims::testing::model_with(&[stray], &knowledge).endpoints.len(), 1);
}

#[test]
fn fields_that_a_declaration_does_not_name_are_checked_where_they_are_there() {
    let node = [
        ("key", &["k"][..]),
        ("clientId", &["other"]),
        ("clientSecret", &["invented"]),
        ("url", &["https://ims-na1.adobelogin.com/ims/token/v3"]),
    ];
    let found = declared("fields = { client-id = ['key'], token-endpoint = ['url'] }", &node);
    assert_eq!((found.kind.id(), found.auth), ("acme", AuthType::OAuth));
    assert_eq!(found.state(FieldName::ClientSecret), FieldState::Present);
    assert_eq!(found.field(FieldName::ClientId).map(|field| &*field.property), Some("key"));
    assert!(found.field(FieldName::Scopes).is_none(), "what is not there is not missed");
}
