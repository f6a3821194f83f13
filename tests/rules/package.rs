//! What `cargo package` packs is what a user of the crate needs.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn the_crate_has_the_program_and_nothing_of_its_tests() {
    let mut cargo = Command::new(env!("CARGO"));
    let output = cargo.args(["package", "--list", "--allow-dirty", "--offline"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let list = String::from_utf8(output.stdout).unwrap();
    let files: Vec<String> = list.lines().map(|line| line.replace('\\', "/")).collect();
    for needed in ["src/lib.rs", "src/main.rs", "build.rs", "README.md", "CHANGELOG.md", "LICENSE-MIT", "Cargo.lock"] {
        assert!(files.iter().any(|file| file == needed), "{needed} is missing");
    }
    let known = [
        "Cargo.toml",
        "Cargo.toml.orig",
        "Cargo.lock",
        ".cargo_vcs_info.json",
        "build.rs",
        "README.md",
        "CHANGELOG.md",
    ];
    let belongs =
        |file: &&String| file.starts_with("src/") || file.starts_with("LICENSE") || known.contains(&file.as_str());
    let others: Vec<&String> = files.iter().filter(|file| !belongs(file)).collect();
    assert!(others.is_empty(), "{others:?}");
}

/// The texts of all Rust files below `folder`.
fn sources(folder: &Path) -> String {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let texts = entries.map(|path| match path.extension() {
        _ if path.is_dir() => sources(&path),
        Some(extension) if extension == "rs" => fs::read_to_string(&path).unwrap(),
        _ => String::new(),
    });
    texts.collect()
}

/// Of the other dependencies, `unused_crate_dependencies` in `src/lib.rs` makes the compiler say this.
#[test]
fn every_dependency_of_the_tests_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest: toml::Table = fs::read_to_string(root.join("Cargo.toml")).unwrap().parse().unwrap();
    let used = ["src", "tests", "benches"].map(|folder| sources(&root.join(folder))).concat();
    let named: Vec<&String> = manifest["dev-dependencies"].as_table().unwrap().keys().collect();
    assert!(named.len() > 5, "{named:?}");
    for name in named {
        let spelled = name.replace('-', "_");
        assert!(used.contains(&format!("{spelled}::")), "{name} is in no test");
    }
}
