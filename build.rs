//! Tells the program which commit it is built from, for `--version`; a build without git knows none.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-env-changed=AEM_IMS_LINT_COMMIT");
    for file in [".git/HEAD", ".git/logs/HEAD"] {
        if Path::new(file).exists() {
            println!("cargo::rerun-if-changed={file}");
        }
    }
    println!("cargo::rerun-if-changed=build.rs");
    let commit = std::env::var("AEM_IMS_LINT_COMMIT").ok().filter(|commit| !commit.is_empty()).or_else(from_git);
    let version = env!("CARGO_PKG_VERSION");
    let shown = commit.map_or_else(|| version.to_owned(), |commit| format!("{version} ({commit})"));
    println!("cargo::rustc-env=AEM_IMS_LINT_VERSION={shown}");
}

/// The commit of this source tree; not of a repository that merely contains an unpacked copy of it.
fn from_git() -> Option<String> {
    if !Path::new(".git").exists() {
        return None;
    }
    let output = Command::new("git").args(["rev-parse", "--short=10", "HEAD"]).output().ok()?;
    let commit = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && commit.bytes().all(|b| b.is_ascii_hexdigit()) && !commit.is_empty()).then_some(commit)
}
