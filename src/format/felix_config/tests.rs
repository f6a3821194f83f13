use proptest::prelude::*;

use super::*;
use crate::format::Node;
use crate::repository::FileContext;
use crate::source::{Limits, SourcePath};

fn document(path: &str, text: &str, reading: Reading) -> Document {
    let context = FileContext { path: SourcePath::file(path), ..FileContext::default() };
    let input = Input { context: &context, bytes: text.as_bytes(), limits: &Limits::default() };
    FelixConfig.read(&input, &FelixConfig.decode(&input), reading)
}

fn node(text: &str, reading: Reading) -> Node {
    document("config/a.b.C.config", text, reading).nodes.remove(0)
}

/// `key=value` of every property, lists with `|`.
fn shown(text: &str) -> Vec<String> {
    let node = node(text, Reading::Tolerant);
    node.properties.iter().map(|p| format!("{}={}", p.name, p.texts().collect::<Vec<_>>().join("|"))).collect()
}

#[test]
fn a_person_sees_every_key() {
    let table: &[(&str, &[&str])] = &[
        ("a=\"https://x/y?b=c&d=e\"\nb=\"2\"", &["a=https://x/y?b=c&d=e", "b=2"]),
        ("a=true\nb=\"2\"", &["a=true", "b=2"]),
        ("\"a\"=\"1\"\nb=\"2\"", &["a=1", "b=2"]),
        ("a=\"x\"y\"\nb=\"2\"", &["a=x\"y", "b=2"]),
        ("a=\"x\nb=\"2\"\n", &["a=x", "b=2"]),
        ("a=[x, y]\nb=\"2\"", &["a=x|y", "b=2"]),
        ("a=[\"x\",\"y\"\nb=\"2\"", &["a=x|y", "b=2"]),
        ("a=[ \\ \n \"k=v\", # c\n \"y\" \\\n]\nb=\"2\"", &["a=k=v|y", "b=2"]),
        ("a=\"\"\nb = B \"yes\";\n", &["a=", "b=false"]),
        ("// c\n!d\n,a=\"1\",\nb=I\" 5\"", &["a=1", "b= 5"]),
        ("a=\"x\\\ny\"\r\nb=\\\n \"2\"", &["a=x\ny", "b=2"]),
        ("\u{feff}a=\"$[env:X;default=y]\"", &["a=$[env:X;default=y]"]),
        ("no key here\nb=\"2\"", &["b=2"]),
        // The text after a quote decides whether the value ends there.
        ("a=\"x\" # c\nb=\"2\"", &["a=x", "b=2"]),
        ("a=\"x\"#y\"\nb=\"2\"", &["a=x\"#y", "b=2"]),
        ("a=\"x\",y\"\nb=\"2\"", &["a=x\",y", "b=2"]),
        ("a=\"x\" ; y\"\nb=\"2\"", &["a=x\" ; y", "b=2"]),
        ("a=\"x\" ; \nb=\"2\"", &["a=x", "b=2"]),
        ("a=\"x\" \"y\"\nb=\"2\"", &["a=x\" \"y", "b=2"]),
        ("a=[\"x\" \"y\"]\nb=\"2\"", &["a=x|y", "b=2"]),
        ("a=[\"x\"\"y\"]\nb=\"2\"", &["a=x\"\"y", "b=2"]),
        ("a=D\"4615288898129284301\"\nb=D\"3.6\"", &["a=3.6", "b=3.6"]),
        ("a=\"x\"y\nb=\"2\"", &["a=x", "b=2"]),
        ("a=\"x\",\nb=true\nc=\"2\"", &["a=x", "b=true", "c=2"]),
        ("a=\"x\" ;\nb=true\nc=\"2\"", &["a=x", "b=true", "c=2"]),
        ("a=\"x\"\\y\"\nb=\"2\"", &["a=x\"y", "b=2"]),
        ("a=\"x\nb=I\"5\"", &["a=x", "b=5"]),
        ("a=\"x\nk=v\n\"\nb=\"2\"", &["a=x\nk=v\n", "b=2"]),
        ("a=\"x\n=\"y\"\nb=\"2\"", &["a=x\n=\"y", "b=2"]),
        ("a=[xx, yy z]\nb=\"2\"", &["a=xx|yy z", "b=2"]),
    ];
    for (text, expected) in table {
        assert_eq!(shown(text), *expected, "{text:?}");
    }
}

#[test]
fn only_what_cannot_be_made_out_is_a_problem_to_a_person() {
    let problem = |text| document("config/a.b.C.config", text, Reading::Tolerant).problem.map(|p| p.offset);
    assert_eq!(problem("a=\"b=c\"\nd=true\n"), None);
    assert_eq!(problem("a=\"1\"\nwhat\n"), Some(6));
    assert_eq!(problem("a=\"x\nb=\"2\"\n"), Some(3));
    assert_eq!(problem("a=\"x\"y\nb=\"2\"\n"), None);
    assert_eq!(problem("a=\"x\"y"), Some(5));
}

#[test]
fn a_key_in_quotes_is_placed_between_them() {
    let text = "a=\"1\"\n \"bc\" =\"2\"";
    let properties = node(text, Reading::Tolerant).properties;
    assert_eq!(properties.iter().map(|p| &text[p.name_span.range()]).collect::<Vec<_>>(), ["a", "bc"]);
}

#[test]
fn losses_that_aem_does_not_mention_are_told() {
    let aem = |text| document("config/a.b.C.config", text, Reading::Aem);
    let quoted = aem("a=\"1\"\n\"b\"=\"2\"\n");
    assert_eq!(quoted.nodes[0].properties.len(), 1);
    assert_eq!(quoted.problem.unwrap().offset, 6);
    let unquoted = aem("a=\"1\"\nb=no\nc=\"3\"\n");
    assert_eq!(unquoted.problem.unwrap().offset, 6);
    let refused = aem("a=\"b=c\"\n");
    assert!(refused.nodes.is_empty() && refused.problem.is_some());
    assert_eq!(aem("a=\"b\\=c\"\n").problem, None);
}

#[test]
fn half_a_character_in_place_of_a_value_begins_the_next_key() {
    let properties = node("a=😀\nb=\"1\"\nc=[😀]\nd=\"2\"\n", Reading::Aem).properties;
    let names: Vec<&str> = properties.iter().map(|property| property.name.as_str()).collect();
    assert_eq!(names, ["\u{fffd}\nb", "\u{fffd}]\nd"]);
    let properties = node("a=é\nb=\"1\"\n", Reading::Aem).properties;
    assert_eq!(properties[0].name, "b");
}

#[test]
fn every_value_of_a_list_has_its_span() {
    let text = "k = I[ \\\r\n  \"1\", \\\r\n  \"22\", \\\r\n]\r\n";
    for reading in [Reading::Aem, Reading::Tolerant] {
        let node = node(text, reading);
        let property = &node.properties[0];
        let raw: Vec<&str> = property.values.iter().map(|v| &text[v.span.range()]).collect();
        assert_eq!(raw, ["1", "22"], "{reading:?}");
        assert_eq!(&text[property.name_span.range()], "k", "{reading:?}");
        assert!(text[property.span.range()].starts_with("I[") && text[property.span.range()].ends_with(']'));
    }
}

#[test]
fn the_store_of_an_instance_tells_the_pid_in_the_file() {
    let path = "crx-quickstart/launchpad/config/a/b/C/0a1b2c3d-0000-1111-2222-0123456789ab.config";
    let text = "service.factoryPid=\"a.b.C\"\nservice.pid=\"a.b.C.0a1b2c3d-0000-1111-2222-0123456789ab\"\n";
    let pid = document(path, text, Reading::Aem).pid.unwrap();
    assert_eq!(pid.to_string(), "a.b.C~0a1b2c3d-0000-1111-2222-0123456789ab");
    assert_eq!(pid.factory.as_deref(), Some("a.b.C"));
    let list = "factory.pid=\"a.b.C\"\nfactory.pidList=[\"a.b.C.1\"]\n";
    assert_eq!(document("crx-quickstart/launchpad/config/a/b/C/factory.config", list, Reading::Aem).pid, None);
}

#[test]
fn other_files_called_config_are_left_alone() {
    let recognises = |path: &str, text: &str| {
        let context = FileContext { path: SourcePath::file(path), ..FileContext::default() };
        let input = Input { context: &context, bytes: text.as_bytes(), limits: &Limits::default() };
        FelixConfig.recognises(&RawFile::new(input))
    };
    assert!(!recognises("site/web.config", "<configuration/>"));
    assert!(!recognises("site/config/web.config", "<?xml version=\"1.0\"?>"));
    assert!(!recognises("linux/kernel.config", "CONFIG_X=y"));
    assert!(recognises("some/a.b.C~x.config", "k=\"v\""));
    assert!(recognises("some/config.author/C.config", "k=\"v\""));
}

#[test]
fn hostile_files_take_linear_time() {
    for unit in
        ["a=\"", "a=[", "\"", "a=\"x\n", "[\"", "\\\"\n", "a=\"x\"y\n", "# ", "=\n", "a=(\"x\" \"", "(\\\n", "a=[] "]
    {
        let text = unit.repeat(100_000);
        for reading in [Reading::Aem, Reading::Tolerant] {
            let document = document("config/a.b.C.config", &text, reading);
            assert!(document.nodes.len() <= 1, "{unit:?}");
        }
    }
}

/// `ConfigurationHandler#writeQuoted`.
fn write_quoted(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' | '"' | ' ' | '=' => out.extend(['\\', c]),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

proptest! {
    #[test]
    fn what_felix_writes_both_readings_give_back(
        key in "[a-z][a-zA-Z0-9._-]{0,8}",
        values in prop::collection::vec("\\PC*|[\u{0}-\u{22}\\\\=\\[\\],#\u{e9}\u{1f600}]{0,12}", 0..4),
    ) {
        let list: String = values.iter().map(|v| format!("  \"{}\", \\\r\n", write_quoted(v))).collect();
        let first = values.first().cloned().unwrap_or_default();
        let text = format!("{key}=\"{}\"\r\n{key}2=[ \\\r\n{list}  ]\r\nlast=B\"true\"\r\n", write_quoted(&first));
        for reading in [Reading::Aem, Reading::Tolerant] {
            let document = document("config/a.b.C.config", &text, reading);
            prop_assert_eq!(&document.problem, &None, "{:?} of {:?}", reading, text);
            let node = &document.nodes[0];
            prop_assert_eq!(node.properties.len(), 3);
            prop_assert_eq!(node.properties[0].first(), Some(first.as_str()));
            let read: Vec<&str> = node.properties[1].texts().collect();
            prop_assert_eq!(&read, &values);
            for (value, read) in values.iter().zip(&node.properties[1].values) {
                prop_assert_eq!(&text[read.span.range()], &write_quoted(value));
            }
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..60), noise in "[\"=\\\\\\[\\](),#TIB1a\n\r \u{1f600}]{0,60}") {
        for bytes in [bytes.as_slice(), noise.as_bytes()] {
            let context = FileContext { path: SourcePath::file("config/a.b.C.config"), ..FileContext::default() };
            let input = Input { context: &context, bytes, limits: &Limits::default() };
            let text = FelixConfig.decode(&input);
            for reading in [Reading::Aem, Reading::Tolerant] {
                for property in FelixConfig.read(&input, &text, reading).nodes.iter().flat_map(|n| &n.properties) {
                    for span in property.values.iter().map(|v| v.span).chain([property.name_span, property.span]) {
                        prop_assert!(text.as_str().get(span.range()).is_some(), "{property:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn texts_are_converted_to_their_type() {
    let table = [
        ('I', "-7", "-7"),
        ('L', "9999999999", "9999999999"),
        ('X', "-128", "-128"),
        ('S', "32767", "32767"),
        ('F', "1080452710", "3.6"),
        ('D', "4615288898129284301", "3.6"),
        ('C', "xy", "x"),
        ('B', "TRUE", "true"),
    ];
    for (code, text, value) in table {
        assert_eq!(TypeCode::of(code).unwrap().convert(text), Ok(Some(value.to_owned())), "{code}");
    }
    for (code, text) in [('I', "2147483648"), ('L', "x"), ('X', "128"), ('S', "32768"), ('F', "3.6"), ('D', "3.6")] {
        assert_eq!(TypeCode::of(code).unwrap().convert(text), Err(()), "{code}");
    }
    assert!(TypeCode::of('i').is_some() && TypeCode::of('t').is_none());
}

#[test]
fn values_that_a_later_one_replaces_are_kept_for_the_editor_alone() {
    let text = "a=\"1\"\na=\"2\"\n";
    for reading in [Reading::Aem, Reading::Tolerant] {
        let pairs = read_pairs(text, reading, Pairs::default()).unwrap();
        assert_eq!((pairs.properties[0].first(), pairs.shadowed), (Some("2"), None));
        let all = read_all(text, reading).unwrap();
        assert_eq!((all.properties[0].first(), all.shadowed.unwrap()[0].first()), (Some("2"), Some("1")));
    }
}
