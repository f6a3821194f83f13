//! The findings of `merge` itself, and the settings that apply to it.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::project::*;

const DRIFT: &str = "environment-drift";

/// Reports of two instances that differ, and the arguments of one run over both.
fn instances() -> (tempfile::TempDir, [&'static str; 2]) {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join(".git")).unwrap();
    let migrated = JWT
        .replace("exchange/jwt", "token/v3")
        .replace(",\n  \"auth.token.provider.keypair.alias\": \"launch-key\"", "");
    for (folder, text) in [("dev", migrated.as_str()), ("prod", JWT)] {
        put(directory.path(), &format!("exports/{folder}/{NAME}"), text);
    }
    (directory, ["--instance=dev/author=exports/dev", "--instance=prod/author=exports/prod"])
}

fn scanned(directory: &Path, instances: [&str; 2], settings: &[&str]) {
    for (number, instance) in instances.iter().enumerate() {
        let file = format!("{number}.json");
        run(directory, &[&["check", "--quiet", "--format=json", "--output", &file, instance], settings].concat());
    }
}

fn merged(directory: &Path, arguments: &[&str]) -> Value {
    let output = run(directory, &[&["merge", "0.json", "1.json", "--format=json"], arguments].concat());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The findings that compare instances, each with the kind of its suppression.
fn drift(report: &Value) -> Vec<Option<String>> {
    let all = report["findings"].as_array().unwrap().iter().filter(|one| one["rule"] == DRIFT);
    all.map(|one| one["suppressed"]["kind"].as_str().map(str::to_owned)).collect()
}

#[test]
fn a_baseline_counts_for_what_merging_finds() {
    let (directory, instances) = instances();
    let directory = directory.path();
    scanned(directory, instances, &["--isolated"]);
    assert_eq!(drift(&merged(directory, &[])), [None]);
    // A baseline from one run over everything is equivalent to one from an earlier merge.
    let all = [&["check", "--isolated", "--quiet", "--write-baseline=scan.json"], &instances[..]].concat();
    assert_code(&run(directory, &all), 0);
    assert_code(&run(directory, &["merge", "0.json", "1.json", "--quiet"]), 1);
    let output = run(directory, &["merge", "0.json", "1.json", "--write-baseline=known.json"]);
    assert_code(&output, 0);
    assert!(stderr(&output).contains("findings written to the baseline `known.json`"), "{}", stderr(&output));
    assert_eq!(
        fs::read_to_string(directory.join("known.json")).unwrap(),
        fs::read_to_string(directory.join("scan.json")).unwrap()
    );
    for baseline in ["--baseline=known.json", "--baseline=scan.json"] {
        let report = merged(directory, &[baseline]);
        assert_eq!(drift(&report), [Some("external".to_owned())]);
        assert!(report["findings"].as_array().unwrap().iter().all(|one| !one["suppressed"].is_null()), "{report}");
        assert_code(&run(directory, &["merge", "0.json", "1.json", "--quiet", baseline]), 0);
    }
    assert_code(&run(directory, &["merge", "0.json", "--baseline=missing.json"]), 2);
}

#[test]
fn a_configuration_counts_for_what_merging_finds_as_in_one_run() {
    let ignore = "[[ignore]]\nrule = \"environment-drift\"\nname = \"Adobe*\"\nreason = \"known to the team\"\n";
    for (text, expected) in [
        ("[rules]\nenvironment-drift = \"off\"\n", vec![]),
        ("[rules]\nenvironment-drift = \"note\"\n", vec![None]),
        (ignore, vec![Some("external".to_owned())]),
    ] {
        let (directory, instances) = instances();
        let directory = directory.path();
        put(directory, "own.toml", text);
        let settings = ["--config=own.toml"];
        scanned(directory, instances, &settings);
        let report = merged(directory, &settings);
        assert_eq!(drift(&report), expected, "{text}");
        let all = [&["check", "--format=json"], &settings[..], &instances[..]].concat();
        let one: Value = serde_json::from_slice(&run(directory, &all).stdout).unwrap();
        assert_eq!(report, one, "{text}");
    }
}

/// [`instances`], with a comment in the file that uses JWT.
fn commented(comment: &str) -> (tempfile::TempDir, [&'static str; 2]) {
    let (directory, instances) = instances();
    let file = directory.path().join("exports/prod").join(NAME);
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("// aem-ims-lint: {comment}\n{text}")).unwrap();
    (directory, instances)
}

/// Reports had no comments, so `merge` reported what a comment suppresses in one run over both instances.
#[test]
fn a_comment_counts_for_what_merging_finds_as_in_one_run() {
    for (comment, suppressed) in [
        ("ignore[environment-drift] known to the team", true),
        ("ignore[environment-drift, until=2030-01-01] known", true),
        ("ignore[jwt-credential, environment-drift] both", true),
        ("ignore[jwt-credential] another rule", false),
    ] {
        let (directory, instances) = commented(comment);
        let directory = directory.path();
        scanned(directory, instances, &["--isolated"]);
        let report = merged(directory, &[]);
        assert_eq!(drift(&report), [suppressed.then(|| "inSource".to_owned())], "{comment}");
        let all = [&["check", "--format=json", "--isolated"], &instances[..]].concat();
        let one: Value = serde_json::from_slice(&run(directory, &all).stdout).unwrap();
        assert_eq!(report, one, "{comment}");
        let unused = |one: &Value| one["rule"] == "unused-suppression";
        assert!(!report["findings"].as_array().unwrap().iter().any(unused), "{report}");
        // Merged with nothing, and then with the rest.
        let parts = ["merge", "0.json", "--format=json", "--output=again.json", "--quiet"];
        assert_code(&run(directory, &parts), 1);
        let output = run(directory, &["merge", "1.json", "again.json", "--format=json"]);
        assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap(), report, "{comment}");
        // An audit does not let the audited files decide.
        scanned(directory, instances, &["--isolated", "--ignore-comments"]);
        assert_eq!(drift(&merged(directory, &[])), [None], "{comment}");
    }
}

/// An expired comment suppresses nothing, and is reported once.
#[test]
fn an_expired_comment_is_reported_once_when_merged() {
    let (directory, instances) = commented("ignore[environment-drift, until=2020-01-01] late");
    let directory = directory.path();
    scanned(directory, instances, &["--isolated"]);
    let report = merged(directory, &[]);
    assert_eq!(drift(&report), [None]);
    let expired = report["findings"].as_array().unwrap().iter().filter(|one| one["rule"] == "expired-suppression");
    assert_eq!(expired.count(), 1, "{report}");
}
