use proptest::prelude::*;

use super::*;
use crate::repository::FileContext;
use crate::source::{Limits, SourcePath};

fn read(text: &str, reading: Reading) -> Document {
    let context = FileContext { path: SourcePath::file("config/a.b.C.cfg.json"), ..FileContext::default() };
    let input = Input { context: &context, bytes: text.as_bytes(), limits: &Limits::default() };
    CfgJson.read(&input, &CfgJson.decode(&input), reading)
}

/// `name:type=values` of every property.
fn shown(text: &str, reading: Reading) -> Vec<String> {
    let document = read(text, reading);
    let properties = document.nodes.iter().flat_map(|n| &n.properties);
    let show = |p: &Property| format!("{}:{}={}", p.name, p.value_type.name(), p.texts().collect::<Vec<_>>().join("|"));
    properties.map(show).collect()
}

/// The expected values are those of `ConfigurationReaderImpl` with the OSGi converter.
#[test]
fn conversions_of_the_reference() {
    let table: &[(&str, &[&str])] = &[
        ("\"a:byte\":300", &["a:Byte=44"]),
        ("\"a:Integer\":1.9", &["a:Integer=1"]),
        ("\"a:Long\":true", &["a:Integer=1"]),
        ("\"a:double[]\":[true,false]", &["a:Double=1.0|0.0"]),
        ("\"a:Character[]\":\"xy\"", &["a:Character=x|y"]),
        ("\"a:Integer[]\":\"12\"", &["a:Integer=12"]),
        ("\"a\":{\"x\":\"y z\"}", &["a:String={\"x\":\"y z\"}"]),
        ("\"a:String[]\":null", &["a:String="]),
        ("\"a\":1.5e1", &["a:Long=15"]),
        ("\"a\":[1,2.5]", &["a:Double=1.0|2.5"]),
        ("\"a\":[1,\"x\",1e3]", &["a:String=[1,\"x\",1E+3]"]),
        ("\"a\":{\"x\":1,\"x\":[\"\\u0001\"]}", &["a:String={\"x\":[\"\\u0001\"]}"]),
        ("\"a:Boolean\":5", &["a:Boolean=true"]),
        ("\"a\":1,\"b\":2,\"a\":3", &["a:Long=3", "b:Long=2"]),
        (
            "\"a:Boolean\":true,\"b:Boolean\":0,\"c:Boolean\":0.5",
            &["a:Boolean=true", "b:Boolean=false", "c:Boolean=false"],
        ),
        (
            "\"a:Character\":65,\"b:Character\":66.7,\"c:Character\":true",
            &["a:Character=A", "b:Character=B", "c:Character=\u{1}"],
        ),
        ("\"a:Byte\":300.5,\"b:Short\":70000,\"c:Short\":70000.5", &["a:Byte=44", "b:Short=4464", "c:Short=4464"]),
        (
            "\"a:Float\":3,\"b:Double\":3,\"c:Long\":3.9,\"d:Float\":1.5",
            &["a:Float=3.0", "b:Double=3.0", "c:Long=3", "d:Float=1.5"],
        ),
        ("\"a:Collection<Long>\":[1,2],\"b:Collection\":true", &["a:Long=1|2", "b:Boolean=true"]),
    ];
    for (member, expected) in table {
        assert_eq!(shown(&format!("{{{member}}}"), Reading::Aem), *expected, "{member}");
    }
    for refused in
        ["\"a:Long[]\":[true]", "\"a:Integer\":null", "\"a:byte\":\"300\"", "\"a\":1,\"A:int\":2", "\"jcr:x\":1"]
    {
        let document = read(&format!("{{{refused}}}"), Reading::Aem);
        assert!(document.nodes.is_empty() && document.problem.is_some(), "{refused}");
    }
}

#[test]
fn a_person_sees_what_aem_refuses() {
    let text =
        "\u{feff}{ // c\n 'a:Integer': 'x', \"jcr:title\": \"t\", \"n\": null,\n \"b\" \"2\", \"c\": [\"x\", null],}";
    assert_eq!(
        shown(text, Reading::Tolerant),
        ["a:Integer=x", "jcr:title:String=t", "b:String=2", "c:String=[\"x\",null]"]
    );
    assert!(read(text, Reading::Aem).nodes.is_empty());
}

#[test]
fn spans_of_names_and_values() {
    let text = "{/* é */\"a:String[]\":[\"x\\ty\",\"z\"],\":configurator:policy\":\"force\"}";
    for reading in [Reading::Aem, Reading::Tolerant] {
        let document = read(text, reading);
        let properties = &document.nodes[0].properties;
        let names: Vec<&str> = properties.iter().map(|p| &text[p.name_span.range()]).collect();
        assert_eq!(names, ["a", "policy"]);
        let raw: Vec<&str> = properties[0].values.iter().map(|v| &text[v.span.range()]).collect();
        assert_eq!(raw, ["x\\ty", "z"]);
        assert_eq!(&text[properties[0].span.range()], "[\"x\\ty\",\"z\"]");
    }
}

#[test]
fn depth_is_a_limit_and_no_overflow() {
    let text = format!("{{\"a\":{}{},\"b\":\"1\"}}", "[".repeat(100_000), "]".repeat(100_000));
    for reading in [Reading::Aem, Reading::Tolerant] {
        let document = read(&text, reading);
        assert!(document.limit.is_some());
        assert_eq!(document.nodes[0].text("b"), Some("1"));
    }
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in "\\PC*|[{}\\[\\]:,\"'a1e.:/* \n-]{0,60}", member in "[a:Collection<Integer>\\[\\]]{0,20}") {
        for text in [text, format!("{{\"a:{member}\":[1]}}")] {
            for reading in [Reading::Aem, Reading::Tolerant] {
                for property in read(&text, reading).nodes.iter().flat_map(|n| &n.properties) {
                    prop_assert!(text.get(property.span.range()).is_some());
                    prop_assert!(text.get(property.name_span.range()).is_some());
                }
            }
        }
    }
}

/// A list stays a list where AEM cannot convert its value, and nothing else becomes one.
#[test]
fn what_cannot_be_converted_keeps_its_shape() {
    let text = "{\"a:Long[]\":true,\"b:Integer\":\"x\",\"c:Integer\":[\"x\"]}";
    let multiple: Vec<bool> = read(text, Reading::Tolerant).nodes[0].properties.iter().map(|p| p.multiple).collect();
    assert_eq!(multiple, [true, false, true]);
}

#[test]
fn binaries_are_named_by_a_path() {
    assert!(convert::TargetType::parse(Some("binary")).is_some_and(|target| !target.is_multiple()));
    assert!(convert::TargetType::parse(Some("binary[]")).is_some_and(|target| target.is_multiple()));
}
