//! What is shown of values and sentences, and what is not.

use super::*;

/// What a property shows of a value.
fn shown(name: &str, text: &str) -> String {
    value(name, text).into_owned()
}

#[test]
fn the_patterns_are_valid() {
    assert!(!secrets::looks_secret("plain text"));
    assert_eq!(sentence("plain text, long enough"), "plain text, long enough");
    assert_eq!(hidden_between("\n  \"name\": \""), []);
}

#[test]
fn what_a_reader_needs_is_shown_whole() {
    for (name, text) in [
        ("name", "Adobe Launch"),
        ("auth.token.provider.title", "Acme – Tags (prod)"),
        ("auth.access.token.request", "https://ims-na1.adobelogin.com/ims/exchange/jwt"),
        ("auth.access.token.request", "https://%s/ims/token/v3"),
        ("auth.access.token.request", "https://$[env:IMS_HOST;default=ims-na1.adobelogin.com]/ims/token/v3"),
        ("auth.token.provider.endpoint", "ims-na1.adobelogin.com"),
        ("auth.token.provider.client.id", "0000000000000000000000000example"),
        ("auth.token.provider.client.id", "$[env:CLIENT_ID]"),
        ("auth.token.provider.scope", "openid,AdobeID,read_organizations,additional_info.projectedProductContext"),
        ("auth.token.provider.orgId", "0000EXAMPLE@AdobeOrg"),
        ("auth.token.provider.authorization.grants", "client_credentials"),
        ("auth.token.provider.authorization.grants", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("auth.token.provider.keypair.alias", "launch-key"),
        ("auth.token.provider.default.claims", "\"iss\" : \"0000EXAMPLE@AdobeOrg\""),
        ("auth.token.provider.default.claims", "\"https://ims-na1.adobelogin.com/s/ent_reactor_sdk\":true"),
        (
            "auth.token.provider.default.claims",
            "{\"exp\": 1, \"aud\": \"https://ims-na1.adobelogin.com/c/0000example\"}",
        ),
        ("auth.ims.client.secret", "$[secret:IMS_CLIENT_SECRET]"),
        ("auth.ims.client.secret", "REPLACE_WITH_CLIENT_SECRET"),
        ("auth.ims.client.secret", "${ims.client.secret}"),
        ("clientSecret", "<your client secret>"),
        ("sling:resourceType", "cq/dtm-reactor/components/conf/page"),
        ("jcr:primaryType", "cq:PageContent"),
        ("service.ranking", "100"),
        ("acme.enabled", "true"),
        ("acme.anything", "https://ims-na1.adobelogin.com/ims/exchange/jwt"),
        ("acme.anything", "0000EXAMPLE@AdobeOrg"),
        ("acme.json", "{\"client_id\": \"0000example\", \"scopes\": [\"openid\", \"AdobeID\"]}"),
        ("AIO_ims_contexts_x_meta__scopes", "[\"ent_cloudmgr_sdk\"]"),
        ("metascopes", "ent_aem_cloud_api"),
    ] {
        assert_eq!(shown(name, text), text, "{name}");
    }
}

#[test]
fn what_nobody_knows_is_not() {
    for (name, text) in [
        ("acme.kennwort", "Zq1-geheim"),
        ("AIO_runtime_auth", "00000000-0000-4000-8000-000000000000:Zq2Zq2Zq2Zq2Zq2Zq2Zq2"),
        ("auth", "Zq3"),
        ("SERVICE_PASS", "Zq4"),
        ("AZURE_STORAGE_KEY", "Zq5+Zq5/Zq5=="),
        ("sendgrid.apiKey", "Zq6"),
        ("name", "Bearer Zq7.abc"),
        ("title", "p8e-Zq8Zq8Zq8"),
        ("auth.ims.client.secret", "0000example"),
        ("vault.secret.id", "Zq9"),
        ("sessionId", "Zq10"),
        ("pin", "4711"),
        ("jdbc.url", "jdbc:mysql://Zq11:Zq12@db.example/x"),
        ("auth.token.provider.default.claims", "\"client_secret\":\"Zq13\""),
        ("auth.token.provider.scope", "-----BEGIN PGP PRIVATE KEY BLOCK-----\nZq15"),
    ] {
        assert_eq!(shown(name, text), MASK, "{name}");
    }
}

#[test]
fn parts_of_values_are_shown() {
    for (name, text, expected) in [
        (
            "auth.access.token.request",
            "https://user:Zq1@ims-na1.adobelogin.com/ims/exchange/jwt?client_secret=Zq2#Zq3",
            "https://********@ims-na1.adobelogin.com/ims/exchange/jwt?********",
        ),
        (
            "auth.access.token.request",
            "https://Zq4:p@ss/w@ims.example/ims/token",
            "https://********@ims.example/ims/token",
        ),
        (
            "slack.webhook.url",
            "https://hooks.slack.com/services/T0/B0/Zq5",
            "https://hooks.slack.com/services/********/********/********",
        ),
        ("acme.value", "$[secret:X;default=Zq6]", "$[secret:X;default=********]"),
        ("acme.value", "$[env:X;default=Zq7]", "$[env:X;default=********]"),
        ("name", "$[secret:X;type=String;default=Zq8;Zq8]", "$[secret:X;type=String;default=********;********]"),
        ("auth.ims.client.secret", "$[env:X;default=Zq9]", "$[env:X;default=********]"),
        ("acme.value", "a$[env:X]b", "********$[env:X]********"),
        (
            "acme.json",
            "{\"client_id\": \"0000example\", \"client_secret\": \"Zq10\", \"x\": [1, {\"y\": \"Zq11\"}]}",
            "{\"client_id\": \"0000example\", \"client_secret\": \"********\", \"x\": [********, {\"y\": \"********\"}]}",
        ),
        (
            "auth.token.provider.default.claims",
            "{\"iss\":\"Zq14\",\"iss\":\"0000EXAMPLE@AdobeOrg\"}",
            "{\"iss\":\"********\",\"iss\":\"0000EXAMPLE@AdobeOrg\"}",
        ),
        (
            "acme.json",
            "{\"a\": {\"name\": \"Acme\", \"name\": \"Bearer Zq12x\"}}",
            "{\"a\": {\"name\": \"Acme\", \"name\": \"********\"}}",
        ),
    ] {
        assert_eq!(shown(name, text), expected, "{name}");
    }
}

#[test]
fn sentences_that_quote_are_masked() {
    for (text, expected) in [
        ("`x`: `https://user:Zq1@host/a` -> `y`.", "`x`: `https://********@host/a` -> `y`."),
        ("at `https://host/ims/exchange/jwt?client_secret=Zq2`.", "at `https://host/ims/exchange/jwt?********`."),
        ("`$[secret:X;default=Zq3]` is", "`$[secret:X;default=********]` is"),
        ("`$[secret:X;default=Zq4` is", "`$[secret:X;default=********` is"),
        ("says `Bearer Zq5.x`", "says `Bearer ********`"),
        ("a `p8e-Zq6Zq6Zq6` key", "a `********` key"),
        ("-----BEGIN PGP MESSAGE-----\nZq7\n-----END", "********"),
        ("hooks.slack.com/services/T0/Zq8", "hooks.slack.com/********"),
    ] {
        let masked = sentence(text);
        assert!(!masked.contains("Zq"), "{masked}");
        if !text.starts_with('-') {
            assert_eq!(masked, expected);
        }
    }
    for text in [
        "It comes from a plain variable (`$[env:…]`), not from `$[secret:…]`, nor from `$[secret:…;default=…]`.",
        "Set `auth.access.token.request` to `https://ims-na1.adobelogin.com/ims/token/v3`.",
        "`auth.ims.client.secret`: `<redacted>` -> `$[secret:IMS_CLIENT_SECRET]`",
        "Uses basic authentication; a bearer token comes from IMS. Client secret: take it from the console.",
        "`https://$[env:HOST]@x/`, `0000EXAMPLE@AdobeOrg`",
    ] {
        assert_eq!(sentence(text), text);
    }
}

#[test]
fn keys_are_names_and_nothing_else() {
    for key in [
        "auth.token.provider.client.id",
        "AIO_ims_contexts_x_client__id",
        "jcr:primaryType",
        "scopes:String[]",
        "0",
        "Größe",
    ] {
        assert!(is_name(key), "{key}");
    }
    for key in [
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7",
        "p8e-Zq1Zq1Zq1",
        "a=b",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0.c2lnbmF0dXJlMTIz",
    ] {
        assert!(!is_name(key), "{key}");
    }
}

#[test]
fn only_the_structure_between_properties_is_shown() {
    let shown = |text: &str| mask(text, &hidden_between(text)).into_owned();
    for text in [
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<jcr:root xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" ",
        "</jcr:content>\n</jcr:root>",
        "\": \"",
        "=[ \\\n  \"",
        "\n  // aem-ims-lint: ignore[jwt-credential] \n",
        "{Boolean}",
    ] {
        assert_eq!(shown(text), text);
    }
    assert_eq!(shown("# password=Zq1\n"), "# ********\n");
    assert_eq!(shown("<!-- it is Zq2, Zq3! -->"), "<!-- ******** -->");
    assert_eq!(shown("\"old\": \"Zq4\",\n  \"xy"), "\"********\",\n  \"********");
    assert_eq!(shown("# aem-ims-lint: ignore[x] because Zq5"), "# aem-ims-lint: ignore[x] ********");
}
