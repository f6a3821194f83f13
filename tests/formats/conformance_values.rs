//! Placeholders and names of variables compared with the reference implementations.
//!
//! `tests/conformance/interpolation.json` and `variable_name.json` contain values and the results of running Felix'
//! `StandaloneInterpolator` and the AEM Analyser's `EnvVarAnalyserTask` on them; each table names the commit in its
//! `meta`.

#![allow(clippy::unwrap_used)] // a test fails by panicking

use std::fs;
use std::path::Path;

use aem_ims_lint::format::placeholder::{Lookup, interpolate};
use aem_ims_lint::ims::validity::placeholder::TYPES;
use aem_ims_lint::ims::validity::variable::{self, NameFault};
use serde_json::Value;

fn table(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance").join(name);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Runs `differs` on every case; it returns a message for a case that differs.
fn check(name: &str, mut differs: impl FnMut(&Value, &Value) -> Option<String>) {
    let table = table(name);
    let cases = table["cases"].as_array().unwrap();
    assert!(cases.len() > 90, "{name}: {} rows", cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| differs(case, &table["meta"]).map(|found| format!("{case}\n    found {found}")))
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// The analyser's message in the words of this project.
fn reason(fault: NameFault, secret: bool) -> &'static str {
    match fault {
        NameFault::Reserved if secret => "error: must not use secrets prefixed with INTERNAL_ or ADOBE_",
        NameFault::Reserved => "error: must not use env vars prefixed with INTERNAL_ or ADOBE_",
        NameFault::Length => "error: uses env var not following naming length restrictions (>= 2 and <= 100)",
        NameFault::Form => "warning: uses env var not following the required naming scheme of [a-zA-Z_][a-zA-Z_0-9]*",
        NameFault::Folder => "warning: must not use prefix customer-secrets/. Please remove the prefix",
        NameFault::Ignored => "",
    }
}

#[test]
fn variable_name() {
    check("variable_name.json", |case, _| {
        let mut found = Vec::new();
        interpolate(case["value"].as_str().unwrap(), &mut |lookup: &Lookup| {
            let secret = lookup.kind == "secret";
            if !secret && lookup.kind != "env" {
                return None;
            }
            found.extend(variable::faults(&lookup.name, secret).into_iter().map(|fault| reason(fault, secret)));
            Some(String::new())
        });
        found.retain(|reason| !reason.is_empty());
        found.sort_unstable();
        found.dedup();
        let mut expected: Vec<&str> =
            case["reasons"].as_array().unwrap().iter().map(|reason| reason.as_str().unwrap()).collect();
        expected.sort_unstable();
        (found != expected).then(|| format!("{found:?}"))
    });
}

/// The value that the plugin finds for a placeholder: variables, secret files (trimmed, not outside the folder),
/// framework properties, values of the configuration itself.
fn variable_of(lookup: &Lookup, meta: &Value) -> Option<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => {
            let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            Some(format!("[{}]", items.join(", ")))
        }
        _ => None,
    };
    let name = lookup.name.as_str();
    let found = match lookup.kind.as_str() {
        "env" => text(&meta["env"][name]),
        "prop" => text(&meta["framework_properties"][name]),
        "secret" if name.contains("..") => None,
        "secret" => {
            text(&meta["secrets"][name.trim_start_matches("./").trim_start_matches('/')]).map(|t| t.trim().to_owned())
        }
        // A property that refers to itself gets its own key.
        "conf" if name == "value" => Some(name.to_owned()),
        "conf" => text(&meta["configuration"][name]),
        _ => None,
    };
    found.or_else(|| lookup.directives.get("default").cloned())
}

/// The values of an element: several if it is one placeholder for a list.
fn delivered(element: &str, meta: &Value) -> Vec<String> {
    let mut list = None;
    let result = interpolate(element, &mut |lookup| {
        let is_list = lookup.depth == 0 && lookup.directives.get("type").is_some_and(|kind| kind.ends_with("[]"));
        if is_list && element.starts_with("$[") && element.ends_with(']') {
            list = Some(lookup.directives.get("delimiter").cloned());
        }
        variable_of(lookup, meta)
    });
    match list.flatten() {
        Some(delimiter) if !delimiter.is_empty() => result.split(&delimiter).map(str::to_owned).collect(),
        _ => vec![result],
    }
}

#[test]
fn interpolation() {
    check("interpolation.json", |case, meta| {
        let value = &case["value"];
        if !matches!(case["type"].as_str().unwrap(), "String" | "String[]") {
            // Only strings are interpolated.
            return (case["left"] != true).then(|| "anything but strings is left".to_owned());
        }
        if case.get("throws").is_some() {
            // The value of a missing configuration; nothing is delivered.
            let mut asked = Vec::new();
            interpolate(value.as_str().unwrap(), &mut |lookup| {
                asked.push((lookup.kind.clone(), lookup.name.clone()));
                None
            });
            return (asked != [("conf".to_owned(), "missing".to_owned())]).then(|| format!("{asked:?}"));
        }
        let elements: Vec<&str> = match value {
            Value::Array(items) => items.iter().map(|item| item.as_str().unwrap()).collect(),
            one => vec![one.as_str().unwrap()],
        };
        let expected: Vec<String> = match &case["result"] {
            Value::Array(items) => items.iter().map(|item| item.as_str().unwrap().to_owned()).collect(),
            one => vec![one.as_str().unwrap().to_owned()],
        };
        let found: Vec<String> = elements.iter().flat_map(|element| delivered(element, meta)).collect();
        (found != expected).then(|| format!("{found:?}"))
    });
}

#[test]
fn types_are_those_of_the_plugin() {
    assert_eq!(TYPES, ["secret", "env", "prop", "conf"]);
}
