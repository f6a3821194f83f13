//! docs/rules is generated from the rules; this checks that it is current, that the metadata of the rules is valid, and
//! that the examples are flagged or fixed as stated.
//!
//! `UPDATE_DOCS=1 cargo test --test rules` rewrites the pages.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use aem_ims_lint::config::Config;
use aem_ims_lint::ims::recognise::RECOGNISERS;
use aem_ims_lint::ims::target::Target;
use aem_ims_lint::rules::{Meta, RULES, by_id};
use aem_ims_lint::scan::{Request, scan};

/// The sections of every rule's documentation, in this order.
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
         changed, and every rule turned off, in `aem-ims-lint.toml`.\n\n| rule | level | says |\n|---|---|---|\n",
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
    assert_eq!(names(&committed), names(&pages), "run `UPDATE_DOCS=1 cargo test --test rules`");
    for (name, content) in pages {
        assert_eq!(committed[&name], content, "docs/rules/{name}: run `UPDATE_DOCS=1 cargo test --test rules`");
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

const PROVIDER: &str = "com.adobe.granite.auth.oauth.accesstoken.provider";

/// Files of a content package by their path.
type Files = BTreeMap<String, String>;

/// Where the file of a block is: the last file name in code before it, otherwise `usual`, otherwise an IMS
/// configuration. `None` for blocks that are not files: listings are `text`, settings are `toml`.
fn place(language: &str, before: &str, usual: Option<&String>) -> Option<String> {
    let extension = match language {
        "json" => ".cfg.json",
        "properties" => ".config",
        "xml" => ".xml",
        _ => return None,
    };
    let is_file = |name: &&str| *name != extension && (name.ends_with(extension) || name.ends_with(".json"));
    Some(match before.split('`').skip(1).step_by(2).filter(is_file).last() {
        Some(name) if name.starts_with('/') => format!("jcr_root{name}"),
        Some(name) if name.starts_with("com.") => format!("jcr_root/apps/acme/config/{name}"),
        Some(name) => name.to_owned(),
        None => usual.cloned().unwrap_or_else(|| format!("jcr_root/apps/acme/config/{PROVIDER}-acme{extension}")),
    })
}

/// The blocks of `text` that are files: the text before each, its place and its content.
fn files<'a>(text: &'a str, usual: Option<&String>) -> Vec<(&'a str, String, &'a str)> {
    let parts: Vec<&str> = text.split("```").collect();
    let blocks = parts.chunks_exact(2).map(|pair| (pair[0], pair[1].split_once('\n').unwrap()));
    blocks
        .filter_map(|(before, (language, content))| Some((before, place(language, before, usual)?, content)))
        .collect()
}

/// The files of a rule's example, as flagged and as fixed. The fixed file stands alone, unless it is "the same with"
/// additions to the flagged file, or has another file "beside" it.
fn example(docs: &str) -> (Files, Files) {
    let section = docs.split("## Example").nth(1).unwrap().split("## How to fix").next().unwrap();
    let (flagged, fixed) = section.split_once("Fixed").unwrap();
    let flagged: Files =
        files(flagged, None).into_iter().map(|(_, place, content)| (place, content.to_owned())).collect();
    let mut repaired = Files::new();
    for (before, place, content) in files(fixed, flagged.keys().next()) {
        let mut content = content.to_owned();
        if before.contains("the same with") {
            let file = flagged.get(&place).unwrap_or_else(|| panic!("{place} is not flagged"));
            content = match (file.trim_end().strip_suffix('}'), content.trim_start().strip_prefix('{')) {
                (Some(members), Some(more)) => format!("{},{more}", members.trim_end()),
                _ => format!("{file}{content}"),
            };
        } else if before.contains("beside") || before.contains("together with") {
            repaired.extend(flagged.clone());
        }
        repaired.insert(place, content);
    }
    (flagged, repaired)
}

/// The rules with findings in `files`.
fn rules_about(files: &Files) -> BTreeSet<&'static str> {
    let folder = tempfile::tempdir().unwrap();
    for (place, content) in files {
        let file = folder.path().join(place);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }
    let mut request = Request { inputs: vec![folder.path().to_owned()], ..Request::default() };
    request.knowledge.target = Target::CloudService;
    let report = scan(&request);
    assert!(report.incidents.is_empty(), "{files:#?}\n{:?}", report.incidents);
    report.findings.iter().map(|finding| finding.rule.id).collect()
}

#[test]
fn examples_are_flagged_and_fixed() {
    let mut wrong = Vec::new();
    let mut examples = 0;
    for meta in metas() {
        let (flagged, fixed) = example(&meta.markdown());
        examples += usize::from(!flagged.is_empty());
        if !flagged.is_empty() && !rules_about(&flagged).contains(meta.id) {
            wrong.push(format!("{} does not speak about {flagged:#?}", meta.id));
        }
        if rules_about(&fixed).contains(meta.id) {
            wrong.push(format!("{} still speaks about {fixed:#?}", meta.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(examples >= 23, "only {examples} examples are files");
}

#[test]
fn examples_of_settings_are_settings() {
    for meta in metas() {
        for block in meta.markdown().split("```toml\n").skip(1) {
            let file = tempfile::NamedTempFile::new().unwrap();
            fs::write(file.path(), block.split("```").next().unwrap()).unwrap();
            Config::read(file.path()).unwrap();
        }
    }
}

/// docs/recognised.md lists the descriptions of the recognisers.
#[test]
fn the_page_of_what_is_recognised_is_fresh() {
    let rows = RECOGNISERS.iter().map(|recogniser| {
        let name = recogniser.name;
        format!("| {} | [{name}.rs](../src/ims/recognise/{name}.rs) |\n", recogniser.words)
    });
    let content = format!(
        "# What is recognised\n\nThe recognisers are asked in this order, and the first one that recognises a node takes it. \
         Old and misspelled names\nof configurations are recognised too.\n\n| what | recogniser |\n|---|---|\n{}",
        rows.collect::<String>()
    );
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/recognised.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&page, &content).unwrap();
    }
    let written = fs::read_to_string(&page).unwrap_or_default();
    assert!(written == content, "docs/recognised.md: run `UPDATE_DOCS=1 cargo test --test rules`");
}
