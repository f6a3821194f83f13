//! The direction of the data: no stage refers to a later one, and docs/architecture.md describes the stages correctly.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the crate in the order of the data flow. Each may refer to those before it.
const ORDER: &[&str] = &[
    // Modules that any other may use.
    "bounded",
    "budget",
    "paths",
    "patterns",
    "strands",
    "suggest",
    // The stages.
    "repository",
    "source",
    "format",
    "ims",
    "rules",
    "findings",
    "migrate",
    "report",
    // Modules that run the stages.
    "config",
    "scan",
    "cli",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every source file of the crate, with the module of [`ORDER`] that it belongs to.
fn sources() -> Vec<(PathBuf, String)> {
    let src = root().join("src");
    let files = walkdir::WalkDir::new(&src).into_iter().map(|entry| entry.unwrap().into_path());
    files
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| {
            let below = path.strip_prefix(&src).unwrap();
            let first = below.components().next().unwrap().as_os_str().to_str().unwrap();
            let module = first.trim_end_matches(".rs").to_owned();
            (path, module)
        })
        .filter(|(_, module)| module != "lib" && module != "main")
        .collect()
}

/// The modules of the crate that a line of code refers to.
fn named(line: &str) -> impl Iterator<Item = &str> {
    let code = line.trim_start();
    let code = if code.starts_with("//") { "" } else { code };
    code.split("crate::").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        &rest[..end]
    })
}

#[test]
fn no_stage_names_a_later_one() {
    let place = |module: &str| ORDER.iter().position(|known| *known == module);
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for (path, module) in sources() {
        let own = place(&module).unwrap_or_else(|| panic!("`{module}` has no place in the order of the modules"));
        seen.insert(module.clone());
        for (number, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            for name in named(line) {
                assert_ne!(name, "", "{}:{}: names of modules stand behind `crate::`", path.display(), number + 1);
                if place(name).is_some_and(|other| other > own) {
                    wrong.push(format!("{}:{}: {module} names {name}", path.display(), number + 1));
                }
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
    let known: BTreeSet<String> = ORDER.iter().map(|module| (*module).to_owned()).collect();
    assert_eq!(seen, known, "the order has modules that do not exist");
}

/// Every `function` in the table of the page is defined in the file next to it.
#[test]
fn the_page_about_the_architecture_names_what_is_there() {
    let page = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let mut checked = 0;
    for row in page.lines().filter(|line| line.starts_with("| ") && line.contains("](../src/")) {
        let file = row.split("](../").nth(1).unwrap().split(')').next().unwrap();
        let source = fs::read_to_string(root().join(file)).unwrap_or_else(|_| panic!("{file} does not exist"));
        let function = row.split('|').nth(3).unwrap().trim().trim_matches('`');
        let name = function.rsplit("::").next().unwrap();
        let defined = [format!("fn {name}("), format!("fn {name}<"), format!("struct {name}"), format!("trait {name}")];
        assert!(defined.iter().any(|text| source.contains(text)), "{file} does not define `{function}`");
        checked += 1;
    }
    assert!(checked >= 12, "only {checked} rows found");
}

/// The capabilities of a format are part of `Format`: no other file decides by the name of a format.
#[test]
fn only_formats_know_their_names() {
    // Two of the names are also extensions of files.
    let names = aem_ims_lint::format::FORMATS.iter().map(|format| format.id());
    let names: Vec<&str> = names.filter(|name| !["properties", "aio"].contains(name)).collect();
    let pattern = format!(r#"([=!]= "({0})"|"({0})" *(=>|\||if ))"#, names.join("|"));
    let pattern = regex::Regex::new(&pattern).unwrap();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if path != root.join("format") && path.file_name().unwrap() != "tests" {
                    folders.push(path);
                }
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let found = pattern.find(code).map(|found| found.as_str());
            assert_eq!(found, None, "{}: ask for `Format::traits` instead of a name", path.display());
        }
    }
}

/// Each recogniser declares the texts that it searches; the selection of files itself knows no literals.
#[test]
fn the_source_names_nothing_of_ims() {
    let folder = root().join("src/source");
    // A text searched only in some files may be a common word.
    let literals = aem_ims_lint::ims::literals::all();
    let literals: Vec<&str> = literals.iter().filter(|one| one.is_everywhere()).map(|one| one.text()).collect();
    assert!(literals.len() > 40, "{literals:?}");
    let mut checked = 0;
    for (path, _) in sources().into_iter().filter(|(path, _)| path.starts_with(&folder)) {
        if path.file_name().unwrap() == "tests.rs" {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap().to_lowercase();
        for literal in &literals {
            // The folder of a key store is identified by its name alone.
            let is_folder = *literal == "keystore" && path.ends_with("names.rs");
            assert!(is_folder || !code.contains(*literal), "{}: `{literal}`", path.display());
        }
        checked += 1;
    }
    assert!(checked > 20, "{checked}");
}
