//! A tree, the package built from it and the container around that give the same findings; copies are distinguished
//! from packages that merely look alike.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use aem_ims_lint::report::Report;
use aem_ims_lint::scan::{Request, scan};

use crate::common::{Entry, Zip};

/// The demo's package sources, as (path below the package root, bytes).
fn demo() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo/ui.config/src/main/content");
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                files.push((name, fs::read(path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

fn zip(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    Zip::new(files.iter().map(|(name, data)| Entry::deflated(name, data)).collect()).bytes()
}

/// A package that embeds `inner`, in a folder without run modes.
fn container(inner: &[u8], deflated: bool) -> Vec<u8> {
    let name = "jcr_root/apps/acme-packages/application/install/inner.zip";
    let embedded = if deflated { Entry::deflated(name, inner) } else { Entry::stored(name, inner) };
    let properties = "<properties><entry key=\"group\">com.acme</entry><entry key=\"name\">all</entry></properties>";
    Zip::new(vec![Entry::deflated("META-INF/vault/properties.xml", properties), embedded]).bytes()
}

fn scan_paths(inputs: &[PathBuf]) -> Report {
    scan(&Request { inputs: inputs.to_vec(), ..Request::default() })
}

/// Findings as (path inside the package, line, column, rule, message).
fn told(report: &Report) -> Vec<(String, u32, u32, &'static str, String)> {
    assert!(report.incidents.is_empty(), "{:?}", report.incidents);
    let inner = |path: &str| path.find("jcr_root/").map_or(path.to_owned(), |at| path[at..].to_owned());
    let mut told: Vec<_> = report
        .findings
        .iter()
        .map(|f| {
            let path = inner(f.location.path().innermost());
            (path, f.location.start.line, f.location.start.column, f.rule.id, f.message.clone())
        })
        .collect();
    told.sort();
    told
}

#[test]
fn a_tree_its_package_and_a_container_give_the_same_findings() {
    let directory = tempfile::tempdir().unwrap();
    let files = demo();
    for (name, data) in &files {
        let path = directory.path().join("tree.zip").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, data).unwrap();
    }
    let package = zip(&files);
    fs::write(directory.path().join("package.zip"), &package).unwrap();
    fs::write(directory.path().join("stored.zip"), container(&package, false)).unwrap();
    fs::write(directory.path().join("deflated.zip"), container(&package, true)).unwrap();

    let tree = told(&scan_paths(&[directory.path().join("tree.zip")]));
    assert!(tree.len() > 10);
    for other in ["package.zip", "stored.zip", "deflated.zip"] {
        let report = scan_paths(&[directory.path().join(other)]);
        assert_eq!(told(&report), tree, "{other}");
        for finding in &report.findings {
            let id = finding.location.file.context.package.as_ref().unwrap().id.as_ref().unwrap();
            assert_eq!(id.to_string(), "com.acme:acme-site.ui.config:1.0.0");
        }
    }
    // Source and build in one scan: reported once, at the source.
    let both = scan_paths(&[directory.path().join("tree.zip"), directory.path().join("deflated.zip")]);
    assert_eq!(told(&both), tree);
    assert!(both.findings.iter().all(|f| f.location.path().entries.is_empty()));
    // A package and the container that embeds it: reported once, in the package.
    let both = scan_paths(&[directory.path().join("deflated.zip"), directory.path().join("package.zip")]);
    assert_eq!(told(&both), tree);
    assert!(both.findings.iter().all(|f| f.location.path().entries.len() == 1));
}

#[test]
fn packages_side_by_side_are_no_copies_of_each_other() {
    let directory = tempfile::tempdir().unwrap();
    let launch = "com.adobe.granite.auth.oauth.accesstoken.provider~launch.cfg.json";
    let files: Vec<_> =
        demo().into_iter().filter(|(name, _)| name.ends_with(launch) || name.contains("META-INF")).collect();
    let package = zip(&files);
    for name in ["author", "publish"] {
        fs::create_dir(directory.path().join(name)).unwrap();
        fs::write(directory.path().join(name).join("acme.zip"), &package).unwrap();
    }
    let report = scan_paths(&[directory.path().to_path_buf()]);
    let jwt: Vec<_> = report.findings.iter().filter(|f| f.rule.id == "jwt-credential").collect();
    assert_eq!(jwt.len(), 2);
    assert_ne!(jwt[0].location.path(), jwt[1].location.path());
}
