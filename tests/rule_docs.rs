//! docs/rules is generated from the rules; this checks that it is fresh and that the rules' metadata is sound.
//!
//! `UPDATE_DOCS=1 cargo test --test rule_docs` rewrites the pages.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use aem_ims_lint::rules::{Meta, RULES, by_id};

/// What every rule's documentation has, in this order.
const SECTIONS: [&str; 5] = ["## What it does", "## Why is this bad", "## Example", "## How to fix", "## References"];

fn metas() -> impl Iterator<Item = &'static Meta> {
    RULES.iter().map(|rule| rule.meta())
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules")
}

/// File name -> content of everything in docs/rules.
fn pages() -> BTreeMap<String, String> {
    let mut pages: BTreeMap<String, String> = metas().map(|meta| (format!("{}.md", meta.id), page(meta))).collect();
    pages.insert("README.md".to_owned(), index());
    pages
}

fn page(meta: &Meta) -> String {
    let cwe: Vec<String> = meta
        .cwe
        .iter()
        .map(|number| format!("[CWE-{number}](https://cwe.mitre.org/data/definitions/{number}.html)"))
        .collect();
    let cwe = if cwe.is_empty() { String::new() } else { format!(" · {}", cwe.join(", ")) };
    format!(
        "# `{}`\n\n{}.\n\nLevel: **{}** · confidence: {} · security severity: {}{cwe}\n\n{}\n",
        meta.id,
        meta.summary,
        meta.level.id(),
        meta.confidence.id(),
        meta.security_severity,
        meta.markdown().trim(),
    )
}

fn index() -> String {
    let mut text = String::from(
        "# Rules\n\nGenerated from `src/rules`; `aem-ims-lint explain RULE` prints the same pages. Every level can be \
         changed, and every rule switched off, in `aem-ims-lint.toml`.\n\n| rule | level | says |\n|---|---|---|\n",
    );
    for meta in metas() {
        text.push_str(&format!("| [`{0}`]({0}.md) | {1} | {2} |\n", meta.id, meta.level.id(), meta.summary));
    }
    text
}

#[test]
fn docs_are_fresh() {
    let directory = directory();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(&directory).unwrap();
        for entry in fs::read_dir(&directory).unwrap() {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
        for (name, content) in pages() {
            fs::write(directory.join(name), content).unwrap();
        }
    }
    let committed: BTreeMap<String, String> = fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap()))
        .collect();
    let pages = pages();
    let names = |pages: &BTreeMap<String, String>| pages.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&committed), names(&pages), "run `UPDATE_DOCS=1 cargo test --test rule_docs`");
    for (name, content) in pages {
        assert_eq!(committed[&name], content, "docs/rules/{name}: run `UPDATE_DOCS=1 cargo test --test rule_docs`");
    }
}

#[test]
fn ids_are_unique_and_in_kebab_case() {
    let mut seen = BTreeSet::new();
    for meta in metas() {
        assert!(seen.insert(meta.id), "{} is there twice", meta.id);
        let kebab = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
        assert!(meta.id.split('-').all(kebab), "{}", meta.id);
        assert_eq!(by_id(meta.id).unwrap().meta().id, meta.id);
    }
    assert!(by_id("no-such-rule").is_none());
}

#[test]
fn metadata_suits_code_scanning() {
    for meta in metas() {
        assert!(meta.summary.chars().count() <= 255, "{}", meta.id);
        assert!(!meta.summary.ends_with('.') && !meta.summary.contains('\n'), "{}", meta.id);
        let severity: f64 = meta.security_severity.parse().unwrap();
        assert!((0.1..=10.0).contains(&severity), "{}", meta.id);
        assert!(meta.security_severity.contains('.'), "{}", meta.id);
    }
}

#[test]
fn every_section_is_there_in_order() {
    for meta in metas() {
        let docs = meta.markdown();
        let headings: Vec<&str> = docs.lines().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(headings, SECTIONS, "{}", meta.id);
        let references = docs.split("## References").nth(1).unwrap();
        assert!(references.contains("<https://"), "{} has no reference", meta.id);
        let example = docs.split("## Example").nth(1).unwrap();
        assert!(example.contains("Flagged") && example.contains("Fixed"), "{}", meta.id);
        assert_eq!(docs.matches("```").count() % 2, 0, "{}", meta.id);
    }
}

#[test]
fn json_examples_are_json() {
    for meta in metas() {
        let docs = meta.markdown();
        for block in docs.split("```json\n").skip(1) {
            let json = block.split("```").next().unwrap();
            let parsed: Result<serde_json::Value, _> = serde_json::from_str(json);
            assert!(parsed.is_ok(), "{}: {parsed:?}\n{json}", meta.id);
        }
    }
}
