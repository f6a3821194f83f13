//! Every `console` block of README.md and docs/ is run, and its output must be what the page shows.
//!
//! `UPDATE_DOCS=1 cargo test --test docs` rewrites the pages.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Pages with commands to run.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = vec![root.join("README.md"), root.join("CONTRIBUTING.md")];
    let docs = fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    pages.extend(docs.filter(|path| path.extension().is_some_and(|e| e == "md")));
    pages.sort();
    pages
}

/// Runs `command` at the root of the repository and returns both its streams, followed by its exit code unless 0.
fn run(command: &str) -> String {
    let bin = Path::new(env!("CARGO_BIN_EXE_aem-ims-lint"));
    let directory = bin.parent().unwrap().to_str().unwrap();
    let path = std::env::var("PATH").unwrap();
    let output = Command::new("bash")
        .args(["-c", &format!("{command} 2>&1")])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("PATH", format!("{directory}:{path}"))
        .env("COLUMNS", "120")
        .env_remove("FORCE_COLOR")
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let mut text = String::from_utf8(output.stdout).unwrap();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    match output.status.code() {
        Some(0) => text,
        Some(code) => format!("{text}[exit code {code}]\n"),
        None => panic!("`{command}` was killed"),
    }
}

/// The page with the output of every `$ ` command in its `console` blocks made new; how many there were.
fn renewed(page: &str) -> (String, usize) {
    let mut out = String::new();
    let mut commands = 0;
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        if line != "```console" {
            continue;
        }
        while let Some(line) = lines.next_if(|line| *line != "```") {
            if let Some(command) = line.strip_prefix("$ ") {
                commands += 1;
                out.push_str(line);
                out.push('\n');
                out.push_str(&run(command));
            }
        }
    }
    (out, commands)
}

#[test]
fn every_command_in_the_documentation_prints_what_the_page_shows() {
    let mut commands = 0;
    for page in pages() {
        let shown = fs::read_to_string(&page).unwrap();
        let (renewed, count) = renewed(&shown);
        commands += count;
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&page, &renewed).unwrap();
        } else {
            assert!(
                shown == renewed,
                "{} is stale: run `UPDATE_DOCS=1 cargo test --test docs`\n{renewed}",
                page.display()
            );
        }
    }
    assert!(commands >= 3, "only {commands} commands found");
}

/// The lines of every fenced block of `language` in all pages, with the page they are in.
fn blocks(language: &str) -> Vec<(PathBuf, String)> {
    let mut blocks = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for block in text.split(&format!("```{language}\n")).skip(1) {
            blocks.push((page.clone(), block.split("```").next().unwrap().to_owned()));
        }
    }
    blocks
}

/// A project in which the paths of the examples exist.
fn example_project() -> tempfile::TempDir {
    let project = tempfile::tempdir().unwrap();
    for folder in [".git", "path/to/project", "dist/all.zip", "other/all.zip", "ui.config", "ui.content"] {
        fs::create_dir_all(project.path().join(folder)).unwrap();
    }
    project
}

#[test]
fn every_example_of_a_command_is_understood() {
    let bin = env!("CARGO_BIN_EXE_aem-ims-lint");
    let project = example_project();
    let mut commands = 0;
    for (page, block) in blocks("sh") {
        for line in block.lines().filter(|line| line.starts_with("aem-ims-lint ")) {
            // What a pipe at the end of the line leads to is another program.
            let script = line.replacen("aem-ims-lint", bin, 1);
            let script = script.trim_end_matches([' ', '|', '\\']);
            let output = Command::new("bash").args(["-c", script]).current_dir(project.path()).output().unwrap();
            let told = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(0), "{}: {line}\n{told}", page.display());
            commands += 1;
        }
    }
    assert!(commands >= 5, "only {commands} commands found");
}

#[test]
fn every_example_of_a_configuration_is_one() {
    let project = example_project();
    let mut examples = 0;
    for (page, block) in blocks("toml") {
        fs::write(project.path().join("aem-ims-lint.toml"), block).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_aem-ims-lint"));
        let output = command.arg("config").current_dir(project.path()).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{}: {told}", page.display());
        examples += 1;
    }
    assert!(examples >= 1, "no example found");
}
