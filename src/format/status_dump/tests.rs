use super::*;
use crate::repository::FileContext;
use crate::source::{Limits, SourcePath};

fn read(bytes: &[u8], reading: Reading) -> Option<(Document, String)> {
    let context = FileContext { path: SourcePath::file("012_Configurations.txt"), ..FileContext::default() };
    let limits = Limits::default();
    let input = Input { context: &context, bytes, limits: &limits };
    let text = Text::utf8(bytes);
    StatusDump
        .recognises(&RawFile::new(input))
        .then(|| (StatusDump.read(&input, &text, reading), text.as_str().to_owned()))
}

fn properties(node: &Node) -> Vec<(&str, Vec<&str>)> {
    node.properties.iter().map(|p| (p.name.as_str(), p.texts().collect())).collect()
}

const DUMP: &str = "Status: 2 configurations with 1 different factories available\n\nPID = a.b.C.0-1\n  \
    Factory PID = a.b.C\n  BundleLocation = launchpad:x.jar\n  claims = [iss:\"X@AdobeOrg\", sub:\"y\"]\n  \
    script = line1\n   if x = y\n\n  then  = z\nend\n  t = \n\nPID = org.x.Y\n  \n  n = n/a\n\n";

#[test]
fn values_run_over_lines_until_the_next_property() {
    let (document, text) = read(DUMP.as_bytes(), Reading::Tolerant).unwrap();
    let [first, second] = &document.nodes[..] else { panic!("{document:?}") };
    assert_eq!(first.pid, Some(Pid::factory("a.b.C", "0-1")));
    let script = "line1\n   if x = y\n\n  then  = z\nend";
    let claims = vec!["iss:\"X@AdobeOrg\"", "sub:\"y\""];
    assert_eq!(properties(first), [("claims", claims), ("script", vec![script]), ("t", vec![""])]);
    assert_eq!(second.pid, Some(Pid::singleton("org.x.Y")));
    assert_eq!(properties(second), [("n", vec!["n/a"])]);
    assert_eq!(&text[first.name_span.range()], "a.b.C.0-1");
    for property in document.nodes.iter().flat_map(|n| &n.properties) {
        for value in &property.values {
            assert_eq!(&text[value.span.range()], value.text);
        }
    }
}

#[test]
fn arrays_stay_as_printed_in_the_exact_reading() {
    let (document, _) = read(DUMP.as_bytes(), Reading::Aem).unwrap();
    let claims = document.nodes[0].property("claims").unwrap();
    assert_eq!((claims.multiple, claims.first()), (false, Some("[iss:\"X@AdobeOrg\", sub:\"y\"]")));
}

#[test]
fn only_the_configurations_of_a_full_dump_are_read() {
    let dump = format!("*** Bundles:\nPID = no\n  a = b\n\n*** Configurations:\n{DUMP}\n*** Threads:\nPID = no\n");
    let (document, _) = read(dump.as_bytes(), Reading::Tolerant).unwrap();
    assert_eq!(document.nodes.iter().map(|n| n.path.as_str()).collect::<Vec<_>>(), ["a.b.C.0-1", "org.x.Y"]);
}

#[test]
fn the_json_form_holds_the_same_lines() {
    let lines: Vec<&str> = DUMP.lines().filter(|line| !line.is_empty()).collect();
    let dump = serde_json::to_string_pretty(&lines).unwrap();
    let (document, text) = read(dump.as_bytes(), Reading::Tolerant).unwrap();
    assert_eq!(document.nodes.len(), 2);
    let claims = document.nodes[0].property("claims").unwrap();
    assert_eq!(claims.first(), Some("iss:\"X@AdobeOrg\""));
    assert_eq!(&text[claims.values[0].span.range()], "iss:\\\"X@AdobeOrg\\\"");
    let split = "[\"PID = p\", \"  a = \\uD83D\\uDE00x\"]";
    let (document, _) = read(split.as_bytes(), Reading::Aem).unwrap();
    assert_eq!(document.nodes[0].text("a"), Some("😀x"));
}

/// Gson and others escape `=`.
#[test]
fn regression_the_json_form_may_escape_the_equals_sign() {
    let dump = "[\"PID \\u003d p\",\"  a \\u003d x\\u003dy\"]";
    let (document, text) = read(dump.as_bytes(), Reading::Tolerant).unwrap();
    assert_eq!(properties(&document.nodes[0]), [("a", vec!["x=y"])]);
    assert_eq!(&text[document.nodes[0].name_span.range()], "p");
}

#[test]
fn the_json_form_is_read_past_errors_and_keeps_its_places() {
    let dump = "[\"PID = p\" \"  a = \\\"x\", \"  k \\u003d\\u0020\\u0078y\"]";
    let (document, text) = read(dump.as_bytes(), Reading::Aem).unwrap();
    assert_eq!(document.problem.map(|problem| problem.offset), Some(11));
    let node = &document.nodes[0];
    assert_eq!(properties(node), [("a", vec!["\"x"]), ("k", vec!["xy"])]);
    let written: Vec<&str> = node.properties.iter().map(|p| &text[p.span.range()]).collect();
    assert_eq!(written, ["\\\"x", "\\u0078y"]);
}

#[test]
fn arrays_are_taken_apart_up_to_the_limit_of_values() {
    let is_list = |commas: &[usize]| {
        let lines = commas.iter().enumerate().map(|(i, &commas)| format!("  p{i} = [{}]\n", ",".repeat(commas)));
        let dump = format!("PID = p\n{}", lines.collect::<String>());
        let (document, _) = read(dump.as_bytes(), Reading::Tolerant).unwrap();
        document.nodes[0].properties.iter().map(|property| property.multiple).collect::<Vec<_>>()
    };
    assert_eq!(is_list(&[MAX_VALUES - 2]), [true]);
    assert_eq!(is_list(&[MAX_VALUES - 1]), [false]);
    assert_eq!(is_list(&[MAX_VALUES / 5 * 3, 10, MAX_VALUES / 5 * 3]), [true, true, false]);
}

#[test]
fn a_text_may_begin_with_a_bracket() {
    for head in ["{noformat}", "[ticket 1]", "{code}"] {
        let (document, _) = read(format!("{head}\n{DUMP}").as_bytes(), Reading::Tolerant).unwrap();
        assert_eq!(document.nodes.len(), 2, "{head}");
    }
}

#[test]
fn other_texts_are_left_alone() {
    for text in ["Status: all fine\n", "*** Notes:\nPID = 1\n", "[\"PID\"]", "", "{\"a\":\"PID = x\"}"] {
        assert!(read(text.as_bytes(), Reading::Tolerant).is_none(), "{text}");
    }
}
