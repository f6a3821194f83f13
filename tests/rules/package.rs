//! What `cargo package` packs is what a user of the crate needs.

#![allow(clippy::unwrap_used)]

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
