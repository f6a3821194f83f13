//! `merge` of reports of repositories, one project each, with everything that a report can contain.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use crate::common::growth;
use crate::project::*;

fn written(directory: &Path, arguments: &[&str]) -> Vec<u8> {
    let mut command = command(directory, arguments);
    command.env("SOURCE_DATE_EPOCH", "1782820800").output().unwrap().stdout
}

#[track_caller]
fn assert_same(what: &str, merged: &[u8], one: &[u8]) {
    let (merged, one) = (String::from_utf8_lossy(merged), String::from_utf8_lossy(one));
    for (now, expected) in merged.lines().zip(one.lines()) {
        assert_eq!(now, expected, "{what}");
    }
    assert_eq!(merged.len(), one.len(), "{what}");
}

#[test]
fn merging_the_reports_of_repositories_is_one_run_over_all() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    fs::create_dir(directory.join(".git")).unwrap();
    let repositories: Vec<String> = (0..12).map(|number| format!("repositories/r{number:02}")).collect();
    for (number, folder) in repositories.iter().enumerate() {
        fs::create_dir_all(directory.join(folder).join(".git")).unwrap();
        for (path, content) in growth::repository(number, 2) {
            put(directory, &format!("{folder}/{path}"), content);
        }
        let report = format!("reports/{number}.json");
        fs::create_dir_all(directory.join("reports")).unwrap();
        run(directory, &["check", "--isolated", "--quiet", "--format=json", "--output", &report, folder]);
    }
    let repositories: Vec<&str> = repositories.iter().map(String::as_str).collect();
    for format in ["json", "sarif", "text"] {
        let one = written(directory, &[&["check", "--isolated", "--format", format], &repositories[..]].concat());
        let merged = written(directory, &["merge", "reports", "--format", format]);
        assert_same(format, &merged, &one);
        let text = String::from_utf8_lossy(&one);
        assert!(text.contains("jwt-credential") && text.contains("duplicate-provider"), "{text}");
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).unwrap();
        }
    }
}

/// Without the details for the JSON formats, `merge` keeps enough of each integration for all other formats.
#[test]
fn every_format_tells_of_a_merged_report_what_it_tells_of_a_scan() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    fs::create_dir(directory.join(".git")).unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules"), &directory.join("rules"));
    let of_checks = ["jsonl", "text", "csv", "sarif", "html", "markdown", "gitlab-sast"];
    let of_inventories = ["table", "json", "csv", "html"];
    let all = |name: &str| -> Vec<String> {
        of_checks.iter().flat_map(|format| ["--report".to_owned(), format!("{format}={name}.{format}")]).collect()
    };
    let reports = all("one");
    let reports: Vec<&str> = reports.iter().map(String::as_str).collect();
    written(directory, &[&["check", "--isolated", "--quiet", "--output=all.json", "rules"], &reports[..]].concat());
    let mut reports = all("merged");
    for format in of_inventories {
        reports.extend(["--report".to_owned(), format!("inventory-{format}=inventory.{format}")]);
    }
    let reports: Vec<&str> = reports.iter().map(String::as_str).collect();
    written(directory, &[&["merge", "all.json", "--quiet"], &reports[..]].concat());
    let read = |file: String| fs::read(directory.join(file)).unwrap();
    for format in of_checks {
        assert_same(format, &read(format!("merged.{format}")), &read(format!("one.{format}")));
    }
    for format in of_inventories {
        let one = written(directory, &["inventory", "--isolated", "--format", format, "rules"]);
        assert_same(&format!("inventory {format}"), &read(format!("inventory.{format}")), &one);
    }
}
