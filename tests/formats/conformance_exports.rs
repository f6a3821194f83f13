//! The tables of repository exports: the results of the reference implementations for writing and reading.
#![allow(clippy::unwrap_used)] // helpers of tests

use std::fs;
use std::path::Path;

use aem_ims_lint::format::json::{self, Dialect};
use aem_ims_lint::format::{self, Document, Input, Node, Property, Reading, Text, oak_export};
use aem_ims_lint::repository::{Container, FileContext};
use aem_ims_lint::source::{Limits, SourcePath};
use serde_json::Value;

fn table(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance").join(name);
    let table: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let cases = table["cases"].as_array().unwrap().clone();
    assert!(!cases.is_empty());
    cases
}

/// Reads `bytes` as a file with that name; also checks that every value is at its span.
fn read(context: &FileContext, bytes: &[u8], reading: Reading) -> (&'static str, Document) {
    let limits = Limits::default();
    let input = Input { context, bytes, limits: &limits };
    let format = format::detect(&input).expect("a format").format;
    let text = format.decode(&input);
    let document = format.read(&input, &text, reading);
    for value in document.nodes.iter().flat_map(|n| &n.properties).flat_map(|p| &p.values) {
        assert_eq!(unescaped(text.slice(value.span)), value.text, "{:?}", value.span);
    }
    (format.id(), document)
}

/// A JSON string without its quotes as text.
fn unescaped(raw: &str) -> String {
    match raw.contains('\\') {
        true => serde_json::from_str(&format!("\"{raw}\"")).unwrap(),
        false => raw.to_owned(),
    }
}

fn file(name: &str) -> FileContext {
    FileContext { path: SourcePath::file(name), ..FileContext::default() }
}

fn texts(values: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    values.as_array().unwrap().iter().map(text).collect()
}

/// Compares a property with `[type, multiple, values]`.
fn assert_property(node: &Node, name: &str, expected: &Value) {
    let property = node.property(name).unwrap_or_else(|| panic!("{name} in {node:?}"));
    let value_type = match expected[0].as_str().unwrap() {
        "undefined" => "String",
        other => other,
    };
    assert_eq!(summary(property), (value_type, expected[1].as_bool().unwrap(), texts(&expected[2])), "{name}");
}

fn summary(property: &Property) -> (&'static str, bool, Vec<String>) {
    (property.value_type.name(), property.multiple, property.texts().map(str::to_owned).collect())
}

#[test]
fn sling_get_json() {
    for case in table("sling_get_json.json") {
        for reading in [Reading::Aem, Reading::Tolerant] {
            let text = case["text"].as_str().unwrap();
            let (format, document) = read(&file("x/export.infinity.json"), text.as_bytes(), reading);
            assert_eq!((format, &document.problem), ("sling-get", &None), "{}", case["id"]);
            let expected = case["nodes"].as_array().unwrap();
            assert_eq!(document.nodes.len(), expected.len(), "{}", case["id"]);
            for (node, expected) in document.nodes.iter().zip(expected) {
                let relative = expected[0].as_str().unwrap();
                let path = if relative.is_empty() { "export".to_owned() } else { format!("export/{relative}") };
                assert_eq!(node.path, path, "{}", case["id"]);
                let properties = expected[1].as_object().unwrap();
                assert_eq!(node.properties.len(), properties.len(), "{}", case["id"]);
                for (name, property) in properties {
                    assert_property(node, name, property);
                }
            }
        }
    }
}

#[test]
fn sling_initial_content_json() {
    let context = FileContext {
        container: Container::Bundle,
        repository_path: Some("apps/a b/näme.json".into()),
        ..file("b.jar!/content/n%C3%A4me.json")
    };
    for case in table("sling_content_json.json") {
        let (format, document) = read(&context, case["text"].as_str().unwrap().as_bytes(), Reading::Aem);
        assert_eq!((format, &document.problem), ("initial-content", &None), "{}", case["id"]);
        let [node] = &document.nodes[..] else { panic!("{document:?}") };
        assert_eq!(node.path, "/apps/a b/näme");
        let expected = &case["node"];
        for (name, property) in expected["props"].as_object().unwrap() {
            assert_property(node, name, property);
        }
        assert_eq!(node.text("jcr:primaryType"), expected["primaryType"].as_str());
        let mixins = node.property("jcr:mixinTypes").map(|p| p.texts().map(str::to_owned).collect());
        assert_eq!(mixins, expected.get("mixins").map(texts));
        let types = ["primaryType", "mixins"].iter().filter(|key| expected.get(key).is_some()).count();
        assert_eq!(node.properties.len(), expected["props"].as_object().unwrap().len() + types, "{}", case["id"]);
    }
}

#[test]
fn oak_json_value() {
    for case in table("oak_json_value.json") {
        let text = serde_json::json!({"p": case["json"]}).to_string();
        let tree = json::parse(&text, Dialect::STRICT, 10);
        let property = oak_export::property("p", tree.root().unwrap().get("p").unwrap()).unwrap();
        let expected = (case["type"].as_str().unwrap(), case["multi"].as_bool().unwrap(), texts(&case["values"]));
        assert_eq!(summary(&property), expected, "{}", case["json"]);
        for value in &property.values {
            assert_eq!(&text[value.span.range()], value.text);
        }
    }
}

#[test]
fn configuration_status() {
    for case in table("config_status.json") {
        let text = case["text"].as_str().unwrap();
        let (format, document) = read(&file("012_Configurations.txt"), text.as_bytes(), Reading::Aem);
        assert_eq!(format, "status-dump");
        let expected = case["configs"].as_array().unwrap();
        assert_eq!(document.nodes.len(), expected.len());
        for (node, expected) in document.nodes.iter().zip(expected) {
            let pid = node.pid.as_ref().unwrap();
            assert_eq!(node.path, expected["pid"].as_str().unwrap());
            assert_eq!(pid.factory.as_deref(), expected["factoryPid"].as_str());
            let properties = expected["props"].as_object().unwrap();
            assert_eq!(node.properties.len(), properties.len());
            for (name, value) in properties {
                assert_eq!(node.text(name), value.as_str(), "{name}");
            }
        }
    }
}

#[test]
fn configuration_manager() {
    for case in table("configuration_manager.json") {
        let text = case["text"].as_str().unwrap();
        for reading in [Reading::Aem, Reading::Tolerant] {
            let context = file("configMgr.json");
            let input = Input { context: &context, bytes: text.as_bytes(), limits: &Limits::default() };
            let format = format::detect(&input).expect("a format").format;
            let document = format.read(&input, &format.decode(&input), reading);
            assert_eq!((format.id(), &document.problem), ("web-console-json", &None), "{}", case["id"]);
            let expected = case["nodes"].as_array().unwrap();
            assert_eq!(document.nodes.len(), expected.len(), "{}", case["id"]);
            for (node, expected) in document.nodes.iter().zip(expected) {
                assert_eq!(node.path, expected["pid"].as_str().unwrap());
                assert_eq!(node.pid.as_ref().unwrap().factory.as_deref(), expected["factory"].as_str());
                let found: Vec<(&str, Vec<&str>)> = node
                    .properties
                    .iter()
                    .map(|property| (property.name.as_str(), property.texts().collect()))
                    .collect();
                let expected = expected["props"].as_object().unwrap().iter();
                let expected: Vec<(&str, Vec<String>)> =
                    expected.map(|(name, values)| (name.as_str(), texts(values))).collect();
                assert_eq!(found.len(), expected.len(), "{}", case["id"]);
                for (name, values) in expected {
                    let own = found.iter().find(|(own, _)| *own == name).map(|(_, values)| values);
                    assert!(own.is_some_and(|own| *own == values), "{} {name}: {own:?}", case["id"]);
                }
            }
        }
    }
}

#[test]
fn powershell_encoding() {
    let wanted = |case: &Value, name: &str| case[name].as_str().unwrap().to_owned();
    for case in table("powershell_encoding.json") {
        let bytes = base64(case["b64"].as_str().unwrap());
        let context = file("status-Configurations.txt");
        let input = Input { context: &context, bytes: &bytes, limits: &Limits::default() };
        let file = format::detect(&input).expect("a format");
        let text = &file.text;
        let document = file.read(Reading::Tolerant);
        for name in ["name", "other"] {
            let value = &document.nodes[0].property(name).unwrap().values[0];
            assert_eq!(value.text, wanted(&case, name), "{}", case["id"]);
            assert_eq!(text.slice(value.span), value.text, "{}", case["id"]);
        }
        assert_eq!(text.position(document.nodes[0].property("other").unwrap().span.start).line, 3);
    }
}

/// Decodes base64 without code of the program.
fn base64(text: &str) -> Vec<u8> {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for byte in text.bytes().filter(|byte| *byte != b'=') {
        bits = bits << 6 | digits.iter().position(|digit| *digit == byte).unwrap() as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xFF) as u8);
        }
    }
    bytes
}

#[test]
fn text_is_decoded_the_way_the_marker_says() {
    let context =
        FileContext { container: Container::Bundle, repository_path: Some("apps/x.json".into()), ..file("x.json") };
    let (_, document) = read(&context, b"#ISO-8859-1 {'a':'\xe4'}", Reading::Aem);
    assert_eq!(document.nodes[0].text("a"), Some("ä"));
    assert_eq!(Text::utf8(b"\xe4").as_str(), "\u{fffd}");
}

#[test]
fn ini() {
    let mut failures = Vec::new();
    for case in table("ini.json") {
        let context = file("config.ini");
        let input =
            Input { context: &context, bytes: case["text"].as_str().unwrap().as_bytes(), limits: &Limits::default() };
        let document = format::detect(&input).expect("a format").read(Reading::Tolerant);
        let found: serde_json::Map<String, serde_json::Value> = document.nodes[0]
            .properties
            .iter()
            .map(|property| (property.name.clone(), property.values[0].text.clone().into()))
            .collect();
        if serde_json::Value::Object(found.clone()) != case["properties"] {
            failures.push(format!("{}: {found:?}", case["id"]));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}
