//! Tells the program which commit it is built from, for `--version`; a build that cannot know tells none.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-env-changed=AEM_IMS_LINT_COMMIT");
    println!("cargo::rerun-if-changed=build.rs");
    let given = std::env::var("AEM_IMS_LINT_COMMIT").ok().as_deref().and_then(commit);
    let version = env!("CARGO_PKG_VERSION");
    let shown = given.or_else(from_package).or_else(from_git);
    let shown = shown.map_or_else(|| version.to_owned(), |commit| format!("{version} ({commit})"));
    println!("cargo::rustc-env=AEM_IMS_LINT_VERSION={shown}");
}

/// The commit that `cargo package` noted in the crate.
fn from_package() -> Option<String> {
    let note = std::fs::read_to_string(".cargo_vcs_info.json").ok()?;
    commit(note.split("\"sha1\"").nth(1)?.split('"').nth(1)?)
}

/// The commit of this source tree; not of a repository that merely contains an unpacked copy of it.
fn from_git() -> Option<String> {
    // A file in a work tree and in a submodule, a directory otherwise.
    if !Path::new(".git").exists() {
        return None;
    }
    // What changes with the next commit, wherever this work tree keeps it.
    for file in ["HEAD", "logs/HEAD"] {
        if let Some(path) = git(&["rev-parse", "--git-path", file]).filter(|path| Path::new(path).exists()) {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    commit(&git(&["rev-parse", "HEAD"])?)
}

fn git(args: &[&str]) -> Option<String> {
    let output = Command::new("git").args(args).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

/// The first ten digits of a commit; nothing that is none.
fn commit(text: &str) -> Option<String> {
    let digits: String = text.trim().chars().take(10).collect();
    (digits.len() >= 7 && digits.bytes().all(|b| b.is_ascii_hexdigit())).then_some(digits)
}
