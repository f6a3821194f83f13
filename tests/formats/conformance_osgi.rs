//! The readers of OSGi configurations compared with the reference implementations.
//!
//! `tests/conformance/*.json` contain inputs and the results of running Apache Felix and Apache Sling on them; each
//! table names the classes and the commit in its `meta`.

#![allow(clippy::unwrap_used)] // a test fails by panicking

use std::fs;
use std::path::Path;

use aem_ims_lint::format::{self, Document, Input, Property, Reading};
use aem_ims_lint::repository::pid::ConfigName;
use aem_ims_lint::repository::{Container, FileContext};
use aem_ims_lint::source::{Limits, SourcePath};
use serde_json::{Map, Value};

fn cases(table: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance").join(table);
    let text = fs::read_to_string(&path).unwrap();
    let table: Value = serde_json::from_str(&text).unwrap();
    table["cases"].as_array().unwrap().clone()
}

fn bytes(case: &Value) -> Vec<u8> {
    match case.get("b64").and_then(Value::as_str) {
        Some(text) => base64(text),
        None => case["text"].as_str().unwrap().as_bytes().to_vec(),
    }
}

fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits: Vec<usize> =
        text.bytes().filter(|&b| b != b'=').map(|b| DIGITS.iter().position(|&d| d == b).unwrap()).collect();
    let mut out = Vec::new();
    for group in digits.chunks(4) {
        let bits = group.iter().fold(0, |bits, digit| bits << 6 | digit) << (6 * (4 - group.len()));
        out.extend((0..group.len() - 1).map(|i| (bits >> (16 - 8 * i)) as u8));
    }
    out
}

/// Reads `bytes` as the file `name` of a configuration folder, in both readings; the tolerant one must not panic.
fn read(name: &str, bytes: &[u8]) -> Document {
    let context = FileContext {
        path: SourcePath::file(format!("p/jcr_root/apps/x/config/{name}")),
        repository_path: Some(format!("apps/x/config/{name}")),
        ..FileContext::default()
    };
    read_at(&context, bytes)
}

fn read_at(context: &FileContext, bytes: &[u8]) -> Document {
    let input = Input { context, bytes, limits: &Limits::default() };
    let format = format::detect(&input).unwrap_or_else(|| panic!("no format takes {}", context.path)).format;
    let text = format.decode(&input);
    let tolerant = format.read(&input, &text, Reading::Tolerant);
    let document = format.read(&input, &text, Reading::Aem);
    for property in tolerant.nodes.iter().chain(&document.nodes).flat_map(|node| &node.properties) {
        for span in property.values.iter().map(|v| v.span).chain([property.name_span, property.span]) {
            assert!(text.as_str().get(span.range()).is_some(), "{property:?}");
        }
    }
    document
}

/// The difference between the properties read and those expected; `None` if there is none.
fn difference(properties: &[Property], expected: &Map<String, Value>) -> Option<String> {
    let mut names: Vec<&str> = properties.iter().map(|p| p.name.as_str()).collect();
    names.sort_unstable();
    let mut expected_names: Vec<&str> = expected.keys().map(String::as_str).collect();
    expected_names.sort_unstable();
    if names != expected_names {
        return Some(format!("keys {names:?} instead of {expected_names:?}"));
    }
    properties.iter().find_map(|property| {
        let want = &expected[&property.name];
        let java = want["java"].as_str().unwrap_or("String");
        let list = want.get("values").and_then(Value::as_array);
        let mut element = java.trim_end_matches("[]").to_owned();
        let values: Vec<String> = match list {
            Some(values) => values.iter().map(|v| text(v, java, &mut element)).collect(),
            None => vec![text(want.get("value").unwrap_or(want), java, &mut element)],
        };
        let read: Vec<&str> = property.texts().collect();
        let type_fits = match element.as_str() {
            "ArrayList" | "EmptyList" | "SingletonList" | "UnmodifiableCollection" => true,
            "int" => property.value_type.name() == "Integer",
            "char" => property.value_type.name() == "Character",
            other => property.value_type.name().eq_ignore_ascii_case(other),
        };
        (read != values || property.multiple != list.is_some() || !type_fits)
            .then(|| format!("{property:?} instead of {want}"))
    })
}

/// A value of the table; elements of collections have their class after a `|`.
fn text(value: &Value, java: &str, element: &mut String) -> String {
    let text = value.as_str().unwrap();
    match text.rsplit_once('|') {
        Some((text, class)) if java == "ArrayList" => {
            *element = class.to_owned();
            text.to_owned()
        }
        _ => text.to_owned(),
    }
}

fn check(table: &str, mut judge: impl FnMut(&Value) -> Option<String>) {
    let cases = cases(table);
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|case| judge(case).map(|why| format!("{}: {why}", case.get("id").unwrap_or(case))))
        .collect();
    assert!(failures.is_empty(), "{} of {} cases of {table}:\n{}", failures.len(), cases.len(), failures.join("\n"));
}

/// Whether `document` matches `expected`: properties or an error.
fn judge(document: &Document, expected: &Value) -> Option<String> {
    match expected.get("props") {
        Some(Value::Object(properties)) => match document.nodes.as_slice() {
            [node] => difference(&node.properties, properties),
            nodes => Some(format!("{} nodes, {:?}", nodes.len(), document.problem)),
        },
        _ if document.nodes.is_empty() && document.problem.is_some() => None,
        _ => Some(format!("no error but {:?}", document.nodes)),
    }
}

#[test]
fn felix_config() {
    check("felix_config.json", |case| {
        let sling = if case["sling"] == "same" { &case["felix"] } else { &case["sling"] };
        judge(&read("a.b.C.config", &bytes(case)), sling)
    });
}

#[test]
fn cfg_json() {
    check("cfg_json.json", |case| judge(&read("a.b.C.cfg.json", &bytes(case)), case));
}

#[test]
fn cfg_properties() {
    for name in ["a.b.C.cfg", "a.b.C.properties"] {
        check("cfg_properties.json", |case| judge(&read(name, &bytes(case)), case));
    }
}

#[test]
fn configurator_resource() {
    check("configurator_resource.json", |case| {
        if case["verifyAsBundleResource"] == false {
            return None;
        }
        let context = FileContext {
            path: SourcePath::file("b.jar").entry("OSGI-INF/configurator/t.json"),
            container: Container::Bundle,
            ..FileContext::default()
        };
        let document = read_at(&context, &bytes(case));
        let Some(expected) = case.get("configurations").and_then(Value::as_object) else {
            return document.problem.is_none().then(|| "no error".to_owned());
        };
        if document.nodes.len() != expected.len() {
            return Some(format!("{:?}", document.nodes));
        }
        document.nodes.iter().find_map(|node| {
            let pid = node.pid.as_ref().unwrap().to_string();
            let mut want = expected.get(&pid)?.as_object().unwrap().clone();
            // The table was created without the Configurator, which consumes these two.
            want.remove("policy");
            want.remove("ranking");
            difference(&node.properties, &want)
        })
    });
}

#[test]
fn pid() {
    check("pid.json", |case| {
        let name = ConfigName::of_url(case["input"].as_str().unwrap()).installed;
        let expected = (case["factoryPid"].as_str(), case["name"].as_str().unwrap(), case["id"].as_str().unwrap());
        let read = (name.factory.as_deref(), name.name.as_str(), name.to_string());
        ((read.0, read.1, read.2.as_str()) != expected).then(|| format!("{read:?}"))
    });
}

#[test]
fn json_comments() {
    check("json_comments.json", |case| {
        let text = case["text"].as_str().unwrap();
        let stripped = format::json::strip_comments(text).map_or_else(|| text.to_owned(), |stripped| stripped.text);
        (stripped != case["output"].as_str().unwrap()).then_some(stripped)
    });
}

#[test]
fn placeholder() {
    check("placeholder.json", |case| {
        let mut asked = Vec::new();
        let result = format::placeholder::interpolate(case["value"].as_str().unwrap(), &mut |lookup| {
            let call = serde_json::json!({"type": lookup.kind, "name": lookup.name, "directives": lookup.directives});
            if !asked.contains(&call) {
                asked.push(call);
            }
            lookup.directives.get("default").cloned()
        });
        let same = result == case["result"].as_str().unwrap() && asked == *case["calls"].as_array().unwrap();
        (!same).then(|| format!("{result} after {asked:?}"))
    });
}
