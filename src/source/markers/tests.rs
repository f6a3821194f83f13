use super::*;

/// Sample literals, found by their parts.
const LITERALS: &[Literal] = &[
    Literal::new("adobelogin.com"),
    Literal::new("/ims/exchange"),
    Literal::new("com.adobe.granite.auth."),
    Literal::new("auth.token.provider."),
    Literal::new("accesstoken.provider"),
    Literal::new("cloudconfigs"),
    Literal::new("scene7"),
    Literal::only_in(&["pom.xml", ".yaml"], ">Some Library<"),
];

pub(super) fn markers() -> Markers {
    with_extra(Some(&[]))
}

fn with_extra(extra: Option<&[String]>) -> Markers {
    Markers::new(LITERALS, &["uth.", "oken", "obelogin.com"], extra, &["@AdobeOrg"])
}

fn matters(name: &str, text: &str) -> bool {
    markers().may_matter(name, text.as_bytes())
}

#[test]
fn some_literals_count_in_some_files_only() {
    for name in ["pom.xml", "a/pom.xml", "config/api.yaml"] {
        assert!(matters(name, "<a>SOME library</a>"), "{name}");
    }
    let far = format!("{}>some library<", " ".repeat(PIECE - 5));
    assert!(matters("pom.xml", &far), "across two pieces");
    assert!(!matters("a.xml", "<a>some library</a>"));
    assert!(!matters("pom.xml/a.xml", "<a>some library</a>"));
    assert!(!matters("pom.xml", "<a>some libraries</a>"));
}

#[test]
fn evidence_is_told() {
    assert!(markers().has_evidence("<a b='X@AdobeOrg'"));
    assert!(!markers().has_evidence("<a b='c'"));
    assert!(Markers::default().may_matter("a.xml", b"<a/>"), "without literals everything matters");
}

#[test]
fn literals_are_found_in_any_case_and_in_names() {
    assert!(matters("a.xml", "<a b='IMS-NA1.AdobeLogin.com'/>"));
    assert!(matters("config/com.adobe.granite.auth.oauth.provider-x.cfg.json", "{}"));
    assert!(!matters("config/com.acme.X.cfg.json", "{\"a\":\"b\"}"));
}

#[test]
fn every_disguise_is_looked_into() {
    for (name, text) in [
        ("a.xml", "<a b='ims-na1.&#97;dobelogin.com'/>"),
        ("a.xml", "<a b='ims-na1.&#x61;dobelogin.com'/>"),
        ("a.xml", "<a b='ims-na1.&#x0000000000000000061;dobelogin.com'/>"),
        ("a.xml", "<a b='ims-na1.\\adobelogin.com'/>"),
        ("a.xml", "<a b='ims-na1.\\u0061dobelogin.com'/>"),
        ("a.xml", "<a b='\\next'/>"),
        ("a.xml", "<a b='ims-na1.&#92;u0061dobelogin.com'/>"),
        ("a.xml", "<auth_x002e_token/>"),
        ("a.xml", "<scene_x0037_ />"),
        ("a.xml", "<!DOCTYPE a [<!ENTITY l 'login'>]><a b='adobe&l;.com'/>"),
        ("a.xml", "<a>adobe<![CDATA[login]]>.com</a>"),
        ("a.xml", "<a>adobe<!-- -->login.com</a>"),
        ("a.xml", "<?xml version='1.0' encoding='IBM037'?><a/>"),
        ("a.xml", "\u{feff}<?xml version='1.0' encoding='IBM037'?><a/>"),
        ("a.xml", "<?xml version='1.0' standalone='encoding' encoding='IBM037'?><a/>"),
        ("a.xml", "<a b='ims-na1.ado\\&#10;belogin.com'/>"),
        ("a.cfg", "<properties><entry key='a'>ims-na1.&#97;dobelogin.com</entry></properties>"),
        ("a.json", "#UTF-16BE {}"),
        ("a.json", r#"{"a":"ims-na1.ado\\belogin.com"}"#),
        ("a.json", r#"{"a":"ims-na1.ado\\\nbelogin.com"}"#),
        ("a.cfg/_jcr_content/_jcr_data.binary", "a=adobe\\login.com"),
        ("a.xml/_jcr_content/_jcr_data.binary", "<a b='ims-na1.&#97;dobelogin.com'/>"),
        ("a.json", r#"{"a":"ims\/exchange"}"#),
        ("a.json", r#"{"a":"\u0061dobelogin.com"}"#),
        ("a.config", "a=\"adobe\\login.com\""),
        ("a.cfg", "a=adobe\\\nlogin.com"),
        ("a.cfg", "a=\\u0061"),
        ("a.cfg", "a=ado\\belogin.com"),
        ("a.infinity.json", "[ \"/content.1.json\"]"),
        ("accesstoken%2eprovider.xml", "<a/>"),
    ] {
        assert!(matters(name, text), "{name}: {text}");
    }
    let far = format!("<?xml version='1.0'{} encoding='IBM1047'?><a/>", " ".repeat(5000));
    assert!(matters("a.xml", &far));
    assert!(markers().may_matter("a.xml", b"\x4C\x6F\xA7\x94"));
    let utf16: Vec<u8> = "<a/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(markers().may_matter("a.xml", &utf16));
}

#[test]
fn ordinary_text_is_left_alone() {
    for (name, text) in [
        ("a.xml", "<a b='one&#xa;two &#169; &lt; [a\\,b] \\{x}'/>"),
        ("a.xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- x -->\n<_x0031_a b_x0020_c='d'/>"),
        ("a.xml", "<?xml version='1.0' encoding='iso-8859-1'?><a/>"),
        ("a.json", r#"{"a":"b\nc\t\"d\""}"#),
        ("a.config", "a=\"b\\ c\\=d\\\"e\""),
        ("100%.xml", "<a/>"),
    ] {
        assert!(!matters(name, text), "{name}: {text}");
    }
}

#[test]
fn extra_literals_count_and_strange_ones_make_everything_matter() {
    let markers = with_extra(Some(&["com.acme.Client".to_owned()]));
    assert!(markers.may_matter("a.xml", b"<a b='com.acme.client'/>"));
    assert!(!markers.may_matter("a.xml", b"<a/>"));
    // The prefix of an encoded name must not hide a literal that starts with it or is inside it.
    for literal in ["x00abc", "_x0009c", "00zz"] {
        let text = format!("<_x0031_ b='_x00{}'/>", literal.trim_start_matches("_x00").trim_start_matches("x00"));
        assert!(with_extra(Some(&[literal.to_owned()])).may_matter("a.xml", text.as_bytes()), "{text}");
        assert!(!super::tests::markers().may_matter("a.xml", text.as_bytes()), "{text}");
    }
    assert!(with_extra(Some(&["a b".to_owned()])).may_matter("a.xml", b"<a/>"));
    assert!(with_extra(None).may_matter("a.xml", b"<a/>"));
}
