//! The tables of `tests/conformance/` about docview XML and JCR names: the results of Jackrabbit FileVault for each
//! input.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use aem_ims_lint::format::{
    self, Document, Format, Input, Property, Reading, ValueType, docview, docview_value, iso9075,
};
use aem_ims_lint::repository::{FileContext, jcr_path, platform_name};
use aem_ims_lint::source::{Limits, SourcePath};
use serde_json::Value as Json;

/// The cases of a table. Lone surrogates, which a Rust string cannot contain, become U+FFFD as in the model.
fn cases(table: &str) -> Vec<Json> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance").join(format!("{table}.json"));
    let text = replace_lone_surrogates(&std::fs::read_to_string(path).unwrap());
    let table: Json = serde_json::from_str(&text).unwrap();
    table["cases"].as_array().unwrap().clone()
}

fn replace_lone_surrogates(json: &str) -> String {
    let escape = |at: usize| {
        let digits = json.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut out = String::new();
    let mut at = 0;
    while at < json.len() {
        let rest = &json[at..];
        let length = match escape(at) {
            Some(0xD800..=0xDBFF) if matches!(escape(at + 6), Some(0xDC00..=0xDFFF)) => 12,
            Some(0xD800..=0xDFFF) => {
                out.push_str("\\ufffd");
                at += 6;
                continue;
            }
            _ if rest.starts_with('\\') => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
        out.push_str(&rest[..length]);
        at += length;
    }
    out
}

fn text<'a>(case: &'a Json, key: &str) -> &'a str {
    case[key].as_str().unwrap_or_else(|| panic!("{key} of {case}"))
}

fn bytes(case: &Json) -> Vec<u8> {
    base64(text(case, "b64"))
}

fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for digit in text.bytes().filter_map(|b| DIGITS.iter().position(|&d| d == b)) {
        bits = bits << 6 | digit as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

fn context(path: &str) -> FileContext {
    FileContext {
        path: SourcePath::file(format!("jcr_root/{path}")),
        repository_path: Some(path.to_owned()),
        ..FileContext::default()
    }
}

fn read(format: &dyn Format, path: &str, bytes: &[u8], reading: Reading) -> Document {
    let context = context(path);
    let input = Input { context: &context, bytes, limits: &Limits::default() };
    let text = format.decode(&input);
    format.read(&input, &text, reading)
}

/// `{uri}local` as the property name that AEM shows.
fn qualified(expanded: &str) -> String {
    let (uri, local) = expanded[1..].split_once('}').unwrap();
    match docview::NAMESPACES.iter().find(|(known, _)| *known == uri) {
        Some((_, prefix)) => format!("{prefix}:{local}"),
        None => local.to_owned(),
    }
}

fn assert_property(id: &str, property: Option<&Property>, want: &Json) {
    let property = property.unwrap_or_else(|| panic!("{id}: no property for {want}"));
    let wanted_type = match text(want, "type") {
        "undefined" => "String",
        other => other,
    };
    assert_eq!(property.value_type.name(), wanted_type, "{id}");
    assert_eq!(property.multiple, want["multi"].as_bool().unwrap(), "{id}");
    let values: Vec<&str> = want["values"].as_array().unwrap().iter().map(|v| v.as_str().unwrap()).collect();
    assert_eq!(property.texts().collect::<Vec<_>>(), values, "{id}");
}

/// Every encoding that the JDK's parser accepts, under every name, detected or declared, and with a change after the
/// declaration.
#[test]
fn encodings() {
    let cases = cases("xml_encoding");
    assert!(cases.len() > 1000);
    for case in cases {
        let id = text(&case, "id");
        let bytes = bytes(&case);
        let document = read(&docview::Docview, "a/.content.xml", &bytes, Reading::Aem);
        assert_eq!(document.problem.is_some(), case.get("error").is_some(), "{id}: {:?}", document.problem);
        if let Some(value) = case["value"].as_str() {
            let read = document.nodes[0].text("b").unwrap_or_else(|| panic!("{id}: {:?}", document.nodes));
            // Multi-byte characters are not supported in every encoding.
            let known = !read.contains('\u{fffd}') || value.is_ascii();
            assert!(if known { read == value } else { read.starts_with("x[y]") }, "{id}: {read}");
            let context = context("a/.content.xml");
            let input = Input { context: &context, bytes: &bytes, limits: &Limits::default() };
            let decoded = docview::Docview.decode(&input);
            let span = document.nodes[0].properties[0].span;
            assert_eq!(decoded.slice(span), read, "{id}");
            assert!(decoded.position(span.start).offset < bytes.len() as u64, "{id}");
        }
    }
}

#[test]
fn docview() {
    for case in cases("docview") {
        let id = text(&case, "id");
        let path = format!("{}/.content.xml", text(&case, "root").trim_start_matches('/'));
        let document = read(&docview::Docview, &path, &bytes(&case), Reading::Aem);
        assert_eq!(document.problem.is_some(), case.get("error").is_some(), "{id}: {:?}", document.problem);
        assert_eq!(document.limit, None, "{id}");
        if let Some(count) = case.get("nodeCount") {
            assert_eq!(document.nodes.len() as u64, count.as_u64().unwrap(), "{id}");
            continue;
        }
        if document.loads_anyway {
            // The table's parser had no session, so it did not know the prefix in the file name.
            assert_eq!((id, document.nodes.len()), ("root-prefixed-undeclared", 1));
            continue;
        }
        // Elements without properties are ordering hints: the parser delivers them, but the importer creates no nodes
        // from them.
        let wanted: Vec<&Json> = case["nodes"].as_array().unwrap().iter().collect();
        let is_node = |n: &Json| !n["props"].as_object().unwrap().is_empty();
        let wanted: Vec<&Json> =
            wanted.iter().enumerate().filter(|(i, n)| *i == 0 || is_node(n)).map(|(_, n)| *n).collect();
        assert_eq!(document.nodes.len(), wanted.len(), "{id}: {:?}", document.nodes);
        for (node, want) in document.nodes.iter().zip(wanted) {
            assert_eq!(node.path, text(want, "path"), "{id}");
            let properties = want["props"].as_object().unwrap();
            assert_eq!(node.properties.len(), properties.len(), "{id}");
            for (name, want) in properties {
                let name = qualified(name);
                let property = node.properties.iter().find(|p| p.name == name || p.name.ends_with(&format!(":{name}")));
                assert_property(id, property, want);
            }
        }
    }
}

#[test]
fn docview_property() {
    for case in cases("docview_property") {
        let value = text(&case, "value");
        let parsed = docview_value::parse(value);
        assert_eq!(parsed.is_err(), case.get("error").is_some(), "{value}");
        let Ok(parsed) = parsed else { continue };
        let named = text(&case, "name") != "{}foo";
        let (value_type, binary_ref) = match parsed.value_type {
            None if named => ("Name", false),
            None => ("undefined", false),
            Some(ValueType::BinaryRef) => ("Binary", true),
            Some(other) => (other.name(), false),
        };
        assert_eq!(value_type, text(&case, "type"), "{value}");
        assert_eq!(binary_ref, case["binaryRef"].as_bool().unwrap(), "{value}");
        assert_eq!(parsed.multiple, case["multi"].as_bool().unwrap(), "{value}");
        let values: Vec<&str> = parsed.values.iter().map(|v| v.0.as_str()).collect();
        assert_eq!(Json::from(values.clone()), case["values"], "{value}");
        // Written output shows the lone surrogate itself, which the model does not keep.
        if !values.iter().any(|v| v.contains(char::REPLACEMENT_CHARACTER)) {
            let written_type = parsed.value_type.filter(|_| !(named && value_type == "Name"));
            let formatted = docview_value::format(&values, parsed.multiple, written_type);
            assert_eq!(formatted, text(&case, "formatted"), "{value}");
        }
    }
}

#[test]
fn docview_property_format() {
    for case in cases("docview_property_format") {
        let values: Vec<&str> = case["values"].as_array().unwrap().iter().map(|v| v.as_str().unwrap()).collect();
        let value_type = match text(&case, "type") {
            "undefined" | "String" => None,
            "Long" => Some(ValueType::Long),
            "Path" => Some(ValueType::Path),
            other => panic!("{other}"),
        };
        let formatted = docview_value::format(&values, case["multi"].as_bool().unwrap(), value_type);
        assert_eq!(formatted, text(&case, "formatted"));
    }
}

#[test]
fn is_docview() {
    for case in cases("is_docview") {
        let bytes = bytes(&case);
        let is_docview = case["isDocView"].as_bool().unwrap();
        assert_eq!(docview::is_docview(&bytes), is_docview, "{}", text(&case, "id"));
        let context = context("apps/x/_cq_dialog.xml");
        let input = Input { context: &context, bytes: &bytes, limits: &Limits::default() };
        let format = format::detect(&input).map(|file| file.format.id());
        assert_eq!(format == Some("docview"), is_docview, "{}", text(&case, "id"));
    }
}

#[test]
fn iso9075() {
    for case in cases("iso9075") {
        let input = text(&case, "input");
        assert_eq!(iso9075::decode(input), text(&case, "decoded"), "{input}");
        if !input.contains(char::REPLACEMENT_CHARACTER) {
            assert_eq!(iso9075::encode(input), text(&case, "encoded"), "{input}");
        }
    }
}

#[test]
fn platform_name() {
    for case in cases("platform_name") {
        let input = text(&case, "input");
        assert_eq!(platform_name::repository_name(input), text(&case, "repositoryName"), "{input}");
    }
}

#[test]
fn platform_path() {
    for case in cases("platform_path") {
        let input = text(&case, "input");
        assert_eq!(platform_name::repository_path(input, false), text(&case, "repositoryPath"), "{input}");
        assert_eq!(platform_name::repository_path(input, true), text(&case, "repositoryPathDotDir"), "{input}");
    }
}

#[test]
fn rootpath() {
    for case in cases("rootpath") {
        let path = text(&case, "path");
        let is_docview = case["contentIsDocView"].as_bool().unwrap();
        let root = jcr_path::docview_path(path).filter(|_| is_docview);
        assert_eq!(Json::from(root), case["rootPath"], "{path}");
    }
}

#[test]
fn sysview() {
    for case in cases("sysview") {
        let id = text(&case, "id");
        let xml = text(&case, "xml").as_bytes();
        let context = FileContext { path: SourcePath::file("export.xml"), ..FileContext::default() };
        let input = Input { context: &context, bytes: xml, limits: &Limits::default() };
        let format = format::detect(&input).unwrap().format;
        assert_eq!(format.id(), "system-view", "{id}");
        let document = format.read(&input, &format.decode(&input), Reading::Aem);
        assert_eq!(document.problem.is_some(), case.get("error").is_some(), "{id}: {:?}", document.problem);
        let Some(wanted) = case.get("nodes") else { continue };
        let wanted = wanted.as_array().unwrap();
        assert_eq!(document.nodes.len(), wanted.len(), "{id}");
        for (node, want) in document.nodes.iter().zip(wanted) {
            assert_eq!(node.path, format!("/{}", want[0].as_str().unwrap()), "{id}");
            let properties = want[1].as_object().unwrap();
            assert_eq!(node.properties.len(), properties.len(), "{id}");
            for (name, want) in properties {
                let want = serde_json::json!({"type": want[0], "multi": want[1], "values": want[2]});
                assert_property(id, node.property(name), &want);
            }
        }
    }
}
