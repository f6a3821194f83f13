//! The recipes of docs/ci.md, run as far as possible on this machine: every command of this program, the download of a
//! release from a folder that replaces the site, and the problem matcher.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use regex::Regex;
use serde_json::Value;

use crate::project::*;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page() -> String {
    fs::read_to_string(root().join("docs/ci.md")).unwrap()
}

/// The commands of this program in the blocks of the page, each on one line.
fn commands() -> Vec<String> {
    let page = page();
    let mut commands: Vec<String> = Vec::new();
    let mut in_block = false;
    let mut folded = false;
    for line in page.lines() {
        if line.starts_with("```") {
            (in_block, folded) = (!in_block, false);
            continue;
        }
        let bare = line.trim();
        if folded && bare.starts_with("--") {
            let last = commands.last_mut().unwrap();
            last.push(' ');
            last.push_str(bare);
            continue;
        }
        folded = false;
        let starts = ["./aem-ims-lint ", "aem-ims-lint "];
        let Some(at) = starts.iter().filter_map(|start| bare.find(start)).min().filter(|_| in_block) else { continue };
        let before = &bare[..at];
        // Not a name, a key or an argument that only mentions the program.
        if !matches!(before, "" | "- script: " | "sh '" | "entry: ") {
            continue;
        }
        let command = bare[at..].trim_end_matches('\'').trim_start_matches("./");
        folded = before.is_empty() && !bare.contains("--");
        commands.push(command.to_owned());
    }
    commands
}

#[test]
fn every_command_of_the_recipes_runs_and_writes_its_reports() {
    let commands = commands();
    assert!(commands.len() >= 11, "{commands:#?}");
    for text in commands {
        let directory = project();
        fs::create_dir(directory.path().join("staging")).unwrap();
        let text = text.replace("$(Build.ArtifactStagingDirectory)", "staging").replace("--config FILE", "--isolated");
        if text.contains("--baseline") {
            assert_code(&run(directory.path(), &["check", ".", "--write-baseline", "aem-ims-lint.baseline.json"]), 0);
        }
        let arguments: Vec<&str> = text.split(' ').skip(1).collect();
        let output = run(directory.path(), &arguments);
        assert!(output.status.code() < Some(2), "{text}: {}", stderr(&output));
        let reports = arguments.windows(2).filter(|pair| matches!(pair[0], "--report" | "-o" | "--output"));
        for pair in reports {
            let file = directory.path().join(pair[1].split_once('=').map_or(pair[1], |(_, file)| file));
            let report =
                fs::read_to_string(&file).unwrap_or_else(|error| panic!("{text}: {}: {error}", file.display()));
            assert!(report.contains("jwt-credential"), "{text}: {}", file.display());
            if file.extension().is_some_and(|end| end != "xml" && end != "html") {
                serde_json::from_str::<Value>(&report).unwrap();
            }
        }
    }
}

/// A release in a folder: an archive and its checksum.
fn release(folder: &Path) -> PathBuf {
    let site = folder.join("site");
    let stage = folder.join("stage");
    fs::create_dir_all(&site).unwrap();
    fs::create_dir_all(&stage).unwrap();
    fs::write(stage.join("aem-ims-lint"), "#!/bin/sh\necho released\n").unwrap();
    let archive = "aem-ims-lint-0.2.0-x86_64-unknown-linux-musl.tar.gz";
    let script = format!(
        "chmod +x stage/aem-ims-lint && tar -czf site/{archive} -C stage . && cd site && sha256sum {archive} >{archive}.sha256"
    );
    assert!(Command::new("sh").args(["-c", &script]).current_dir(folder).status().unwrap().success());
    site
}

/// The lines between two lines of a page, without their indentation and list marks.
fn lines_between(page: &str, first: &str, last: &str) -> Vec<String> {
    let mut scripts = Vec::new();
    let mut script: Option<String> = None;
    for line in page.lines() {
        let bare = line.trim().trim_start_matches("- ");
        if bare.starts_with(first) {
            script = Some(String::new());
        }
        if let Some(text) = &mut script {
            text.push_str(bare);
            text.push('\n');
            if bare.starts_with(last) {
                scripts.extend(script.take());
            }
        }
    }
    scripts
}

/// All recipes verify the checksum before unpacking.
#[cfg(target_os = "linux")]
#[test]
fn the_download_of_the_recipes_takes_a_release_with_its_checksum_and_no_other() {
    let scripts = lines_between(&page(), "archive=aem-ims-lint-", "tar -xzf");
    assert_eq!(scripts.len(), 3, "{scripts:#?}");
    let url = Regex::new("https://github.com/OWNER/[^\n]*").unwrap();
    for script in scripts {
        let folder = tempfile::tempdir().unwrap();
        let site = release(folder.path());
        let script = url.replace(&script, format!("file://{}", site.display()));
        let take = || {
            let work = tempfile::tempdir_in(folder.path()).unwrap();
            let script = format!("set -e\nversion=0.2.0 VERSION=0.2.0\n{script}./aem-ims-lint\n");
            Command::new("sh").args(["-c", &script]).current_dir(work.path()).output().unwrap()
        };
        let output = take();
        assert!(stdout(&output).ends_with("released\n"), "{script}\n{}", stderr(&output));
        let archive = site.join("aem-ims-lint-0.2.0-x86_64-unknown-linux-musl.tar.gz");
        let bytes = [fs::read(&archive).unwrap(), b"x".to_vec()].concat();
        fs::write(&archive, bytes).unwrap();
        let output = take();
        assert!(!output.status.success() && !stdout(&output).contains("released"), "{script}");
    }
}

/// Every line of `concise` is one annotation, with its parts.
#[test]
fn the_problem_matcher_reads_every_line_of_concise() {
    let matcher = fs::read_to_string(root().join(".github/problem-matcher.json")).unwrap();
    let matcher: Value = serde_json::from_str(&matcher).unwrap();
    let directory = project();
    put(directory.path(), "dist/broken.zip", b"PK\x03\x04 cut off");
    let demo = stdout(&run(root(), &["check", "fixtures/demo", "--format", "concise"]));
    let broken = stdout(&run(directory.path(), &["check", ".", "--format", "concise"]));
    let patterns: Vec<(&Value, Regex)> = matcher["problemMatcher"]
        .as_array()
        .unwrap()
        .iter()
        .map(|matcher| (matcher, Regex::new(matcher["pattern"][0]["regexp"].as_str().unwrap()).unwrap()))
        .collect();
    for line in demo.lines().chain(broken.lines()) {
        let fitting: Vec<_> = patterns.iter().filter_map(|(m, regex)| Some((m, regex.captures(line)?))).collect();
        assert_eq!(fitting.len(), 1, "{line}");
        let (matcher, captures) = &fitting[0];
        let part = |name: &str| {
            let group = matcher["pattern"][0][name].as_u64().unwrap();
            captures.get(usize::try_from(group).unwrap()).map_or("", |found| found.as_str())
        };
        let known = line.contains(&format!("{}:{}:{}: ", part("file"), part("line"), part("column")));
        assert!(known || line.contains("not-read["), "{line}");
        assert!(line.contains(&format!("[{}] {}", part("code"), part("message"))), "{line}");
    }
    assert!(broken.contains("not-read["), "{broken}");
}
