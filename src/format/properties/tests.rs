use proptest::prelude::*;

use super::*;
use crate::repository::FileContext;
use crate::source::{Limits, SourcePath};

fn read(bytes: &[u8], reading: Reading) -> (Document, String) {
    let context = FileContext { path: SourcePath::file("config/a.b.C.cfg"), ..FileContext::default() };
    let input = Input { context: &context, bytes, limits: &Limits::default() };
    let text = Properties.decode(&input);
    (Properties.read(&input, &text, reading), text.as_str().to_owned())
}

fn pairs(bytes: &[u8], reading: Reading) -> Option<Vec<(String, String)>> {
    let (document, _) = read(bytes, reading);
    let node = document.nodes.into_iter().next()?;
    Some(node.properties.iter().map(|p| (p.name.clone(), p.first().unwrap_or_default().to_owned())).collect())
}

fn expect(list: &[(&str, &str)]) -> Option<Vec<(String, String)>> {
    Some(list.iter().map(|&(k, v)| (k.to_owned(), v.to_owned())).collect())
}

/// Keys and values.
type Entries = &'static [(&'static str, &'static str)];

const DOCTYPE: &str = "<!DOCTYPE properties SYSTEM \"http://java.sun.com/dtd/properties.dtd\">";

/// The expected values are those of `java.util.Properties` of JDK 17.
#[test]
fn the_xml_form_is_read_as_java_does() {
    let table: &[(&str, Option<Entries>)] = &[
        ("<properties><comment>c</comment><entry key=\"a\"> 1 </entry></properties>", Some(&[("a", " 1 ")])),
        ("<properties><entry key=\"a\">x<![CDATA[<y>]]>&lt;&#65;</entry></properties>", Some(&[("a", "x<y><A")])),
        ("<properties>text<entry key='a' x='y'>1</entry><entry key='a'>2</entry></properties>", Some(&[("a", "2")])),
        ("<properties><entry key=' b&amp;'/></properties>", Some(&[(" b&", "")])),
        ("<properties><entry>b</entry></properties>", None),
        ("<properties><foo/></properties>", None),
        ("<properties><comment/><comment/></properties>", None),
        ("<foo/>", None),
        ("<properties><entry key='a'>1", None),
        ("<properties/>x", None),
    ];
    for (body, expected) in table {
        let bytes = format!("{DOCTYPE}{body}");
        assert_eq!(pairs(bytes.as_bytes(), Reading::Aem), expected.and_then(expect), "{body}");
    }
    let entry = "<properties><entry key='a'>1</entry></properties>";
    let subset = format!("<!DOCTYPE properties SYSTEM \"http://java.sun.com/dtd/properties.dtd\" []>{entry}");
    let other_name = format!("{}{entry}", DOCTYPE.replace("DOCTYPE properties", "DOCTYPE foo"));
    let other_id = format!("<!DOCTYPE properties>{entry}");
    for refused in [entry.to_owned(), subset, format!("<!DOCTYPE foo>{entry}"), other_name, other_id] {
        assert_eq!(pairs(refused.as_bytes(), Reading::Aem), None, "{refused}");
        assert_eq!(pairs(refused.as_bytes(), Reading::Tolerant), expect(&[("a", "1")]), "{refused}");
    }
}

#[test]
fn the_xml_form_tells_why_java_refuses_it() {
    for (body, place, message) in [
        ("<foo/>", "foo", "the root element is not `properties`"),
        ("<entry/>", "entry", "the root element is not `properties`"),
        ("<properties><comment/><comment a='b'/></properties>", "comment a", "there is more than one comment"),
        ("<properties><foo/></properties>", "foo", "an element that properties do not have"),
        ("<properties><entry>b</entry></properties>", "entry>b", "an entry has no key"),
    ] {
        let text = format!("{DOCTYPE}{body}");
        let problem = read(text.as_bytes(), Reading::Aem).0.problem.unwrap();
        assert_eq!((problem.message.as_str(), Some(problem.offset)), (message, text.find(place)), "{body}");
    }
}

#[test]
fn a_person_sees_every_entry_with_a_key() {
    let body = "<properties><entry>x</entry><entry key='a'>1<b>2</b>3</entry><x><entry key='c'/></x></properties>";
    assert_eq!(pairs(body.as_bytes(), Reading::Tolerant), expect(&[("a", "13"), ("c", "")]));
}

#[test]
fn properties_of_other_kinds_are_left_alone() {
    let read = |path: &str, text: &str| {
        let context = FileContext { path: SourcePath::file(path), ..FileContext::default() };
        let input = Input { context: &context, bytes: text.as_bytes(), limits: &Limits::default() };
        let text = Properties.decode(&input);
        Properties.recognises(&RawFile::new(input)).then(|| Properties.read(&input, &text, Reading::Aem).pid.is_some())
    };
    let workspace = "aio_api_key=k\r aio.meta.scopes=s\n";
    for (path, text, has_pid) in [
        ("some/org.example.Component.properties", "a=b", Some(true)),
        ("some/org.example.Component.cfg", "a=b", Some(true)),
        ("some/org.example.messages.properties", "a=b", None),
        ("some/messages.properties", "a=b", None),
        ("some/workspace.properties", workspace, Some(false)),
        ("some/workspace.properties", "aio_api_key=k\naio_encoded_pkcs8=s", Some(false)),
        ("some/workspace.txt", workspace, None),
        ("some/workspace.properties", "aio_api_key=k\n", None),
        ("some/workspace.properties", "aio.meta_scopes=s\n", None),
        ("some/workspace.properties", "aio_api-key=k\naio_meta_scopes=s\n", None),
        ("some/workspace.properties", "api_key=k\nmeta_scopes=s\n", None),
    ] {
        assert_eq!(read(path, text), has_pid, "{path} {text}");
    }
}

/// The expected values are those of `java.util.Properties` of JDK 17.
#[test]
fn odd_lines_are_read_as_java_does() {
    let table: &[(&str, &[(&str, &str)])] = &[
        ("\\\r!:x", &[]),
        ("\\", &[("", "")]),
        ("key\\\n", &[("key", "")]),
        ("a\\\n# b", &[("a#", "b")]),
        ("a = = b \n", &[("a", "= b ")]),
        ("a\\ b\\=c : d\n", &[("a b=c", "d")]),
        ("a=1\\\n\nb=2", &[("a", "1"), ("b", "2")]),
        ("a=1\\\r\n 2\r\nb=3", &[("a", "12"), ("b", "3")]),
        ("a=1\\\r 2\rb=3", &[("a", "12"), ("b", "3")]),
    ];
    for (text, expected) in table {
        assert_eq!(pairs(text.as_bytes(), Reading::Aem), expect(expected), "{text:?}");
    }
}

#[test]
fn a_bad_escape_costs_a_person_nothing() {
    assert_eq!(pairs(b"a=\\u00zz\nb=2", Reading::Aem), None);
    assert_eq!(pairs(b"a=\\u00zz\nb=2", Reading::Tolerant), expect(&[("a", "\\u00zz"), ("b", "2")]));
}

#[test]
fn values_have_their_spans() {
    let (document, text) = read(b"# \xe9\na : x\\\n  y\\u0041\nempty=\n", Reading::Aem);
    let properties = &document.nodes[0].properties;
    assert_eq!(&text[properties[0].name_span.range()], "a");
    assert_eq!(&text[properties[0].span.range()], "x\\\n  y\\u0041");
    assert_eq!(properties[0].first(), Some("xyA"));
    assert_eq!(text[..properties[1].span.start].rsplit('\n').next(), Some("empty="));
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..80), noise in "<?[<>=:\\\\#! a\n\r\tu0&;\"]{0,60}") {
        for bytes in [bytes.as_slice(), noise.as_bytes()] {
            for reading in [Reading::Aem, Reading::Tolerant] {
                let (document, text) = read(bytes, reading);
                for property in document.nodes.iter().flat_map(|n| &n.properties) {
                    prop_assert!(text.get(property.span.range()).is_some(), "{property:?}");
                    prop_assert!(text.get(property.name_span.range()).is_some(), "{property:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_escaped_comes_back(value in "[ -~\u{e9}\t\n\r\u{c}]{0,20}") {
        let escaped: String = value.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
        let text = format!("k={escaped}\n");
        prop_assert_eq!(pairs(text.as_bytes(), Reading::Aem), expect(&[("k", &value)]));
        let (document, decoded) = read(text.as_bytes(), Reading::Tolerant);
        prop_assert_eq!(&decoded[document.nodes[0].properties[0].span.range()], &escaped);
    }
}
