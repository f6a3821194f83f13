use proptest::prelude::*;

use super::*;

#[test]
fn literals_are_such_that_they_can_be_searched_for() {
    assert!(LITERALS.len() <= 64);
    for literal in LITERALS {
        assert!(literal.len() >= 6, "{literal}");
        let allowed = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'.' | b'_' | b':' | b'/' | b'-');
        assert!(literal.bytes().all(allowed), "{literal}");
    }
    assert!(Markers::default().searcher.is_some() || !cfg!(target_arch = "x86_64"));
}

fn matters(name: &str, text: &str) -> bool {
    Markers::default().may_matter(name, text.as_bytes())
}

#[test]
fn ordinary_files_are_left_out() {
    assert!(!matters(
        "a/.content.xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<jcr:root text=\"a&#xa;b &amp; \\[c\\, \\\\ _x0031_a\"/>"
    ));
    assert!(!matters("a/b.json", "{\"a\": \"line\\n\\ttab \\u00e9 \\\" quote\"}"));
    assert!(!matters("a/b.cfg.json", "{}"));
    assert!(!matters("a/b.config", "a=\"b\\ c\\=d\"\r\n"));
    assert!(!matters("a/b.properties", "a=b\r\n"));
    assert!(!matters("a/readme.txt", "nothing"));
}

#[test]
fn every_spelling_of_a_literal_is_seen() {
    let plain = "adobelogin.com";
    let xml = |value: &str| format!("<jcr:root xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" a=\"{value}\"/>");
    let utf16 = |order: fn(u16) -> [u8; 2]| xml(plain).encode_utf16().flat_map(order).collect::<Vec<_>>();
    assert!(matters("x.xml", &xml(plain)));
    for value in [
        "&#97;dobelogin.com",
        "&#x61;dobelogin.com",
        "&#x0061;dobelogin.com",
        "\\adobelogin.com",
        "adobelogin\\u002ecom",
        "adobelogin\\.com",
        "&#92;u0061dobelogin.com",
    ] {
        assert!(matters("x.xml", &xml(value)), "{value}");
    }
    assert!(matters("x.xml", "<jcr:root auth_x002e_token.provider.client.id=\"x\"/>"));
    assert!(matters("x.xml", "<jcr:root auth_x002E_token.provider.client.id=\"x\"/>"));
    assert!(matters("x.xml", "<!DOCTYPE a [<!ENTITY b \"adobelogin\">]><a c=\"&b;.com\"/>"));
    assert!(matters("x.xml", "<a><![CDATA[adobe]]>login.com</a>"));
    assert!(matters("x.xml", "<?xml version='1.0' encoding='UTF-7'?><a/>"));
    assert!(Markers::default().may_matter("x.xml", &utf16(u16::to_le_bytes)));
    assert!(Markers::default().may_matter("x.xml", &utf16(u16::to_be_bytes)));
    for value in ["{\"a\":\"\\u0061dobelogin.com\"}", "{\"a\":\"https:\\/\\/ims-na1\"}", "{\"a\\u002eb\":1}"] {
        assert!(matters("x.cfg.json", value), "{value}");
    }
    assert!(matters("x.properties", "a=adobe\\\n  login.com"));
    assert!(matters("x.cfg", "a=adobe\\\r\n  login.com"));
    assert!(matters("x.config", "a=\"\\adobelogin.com\""));
    assert!(matters("x.txt", "[feature name=a]"));
}

#[test]
fn a_bare_metascope_is_seen() {
    assert!(matters("x.json", "{\"metaScopes\": \"ent_reactor_sdk\"}"));
    assert!(!matters("x.json", "{\"content_type\": \"parent_element_\"}"));
}

#[test]
fn names_tell_what_bytes_do_not() {
    assert!(matters("a/config/com.adobe.granite.auth.oauth.accesstoken.provider-x.config", ""));
    assert!(matters(
        "jcr_root/apps/x/config/com.adobe.aio.aem.workspace.internal.WorkspaceSupplierImpl/.content.xml",
        "<a/>"
    ));
    assert!(matters("jcr_root/home/users/system/x/keystore/store.p12", ""));
    assert!(matters("jcr_root/conf/x/settings/cloudconfigs/target/.content.xml", "<a/>"));
    assert!(matters("p/.env.local", "A=b"));
    assert!(!matters("my-cloudservices-demo/com.adobe.aio.aem/a/b/c/d.xml", "<a/>"));
}

#[test]
fn candidates_are_told_by_name() {
    for name in [
        ".content.xml",
        "A.XML",
        "x.cfg.json",
        "x.config",
        ".env",
        ".env.local",
        ".aio",
        "a/store.p12",
        "private.key",
        "a/keystore/privatestore",
        "f.slingosgifeature",
        "configuration-status.txt",
    ] {
        assert!(is_candidate_name(name), "{name}");
    }
    for name in ["a.png", "Dockerfile", "xml", "a.xml/b.js", ""] {
        assert!(!is_candidate_name(name), "{name}");
    }
    assert!(may_be_archive("a/b.zip") && may_be_archive("original") && may_be_archive("x.zip.bak"));
    assert!(!may_be_archive("a/.vlt") && !may_be_archive(".vlt-sync") && !may_be_archive("a/b.PNG"));
}

#[test]
fn declared_literals_are_looked_for() {
    let markers = Markers::with_extra(&["com.example.ImsClient".to_owned()]);
    assert!(markers.may_matter("a.xml", b"<a b=\"com.example.ImsClient\"/>"));
    assert!(!markers.may_matter("a.xml", b"<a/>"));
    assert!(Markers::with_extra(&["x1".to_owned()]).may_matter("a.xml", b"<a/>"));
}

#[test]
fn broken_files_matter_only_with_evidence() {
    assert!(has_ims_evidence(b"<jcr:root #set($x) a=\"x@AdobeOrg\""));
    assert!(has_ims_evidence(&"x@AdobeOrg".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()));
    assert!(!has_ims_evidence(b"<jcr:root ${imsConfig} clientSecret=\"\""));
}

proptest! {
    /// Whatever way the characters of a docview value are written, the file is parsed.
    #[test]
    fn random_spellings_of_docview_values(literal in prop::sample::select(LITERALS), ways in prop::collection::vec(0..6_u8, 40)) {
        let mut value = String::new();
        for (character, way) in literal.chars().zip(ways) {
            match way {
                0 => value.push_str(&format!("&#{};", u32::from(character))),
                1 => value.push_str(&format!("&#x{:X};", u32::from(character))),
                2 => value.push_str(&format!("\\u{:04x}", u32::from(character))),
                // An escaped `u` or `0` would mean something else.
                3 if !matches!(character, 'u' | '0') => value.extend(['\\', character]),
                _ => value.push(character),
            }
        }
        let spelled = format!("<jcr:root a=\"{value}\"/>");
        prop_assert!(matters("x.xml", &spelled), "{}", spelled);
    }

    #[test]
    fn random_spellings_of_json(literal in prop::sample::select(LITERALS), ways in prop::collection::vec(0..3_u8, 40)) {
        let mut value = String::new();
        for (character, way) in literal.chars().zip(ways) {
            match way {
                0 => value.push_str(&format!("\\u{:04X}", u32::from(character))),
                1 if character == '/' => value.push_str("\\/"),
                _ => value.push(character),
            }
        }
        let spelled = format!("{{\"a\":\"{value}\"}}");
        prop_assert!(matters("x.json", &spelled), "{}", spelled);
    }

    #[test]
    fn arbitrary_bytes_never_panic(name in ".{0,20}", bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        Markers::default().may_matter(&name, &bytes);
        has_ims_evidence(&bytes);
    }
}
