//! Black-box tests of baselines.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::project::*;

#[test]
fn a_baseline_lets_only_new_findings_fail() {
    let directory = project();
    let output = run(directory.path(), &["check", "--write-baseline", "known.json"]);
    assert_code(&output, 0);
    assert!(stderr(&output).contains("written to the baseline `known.json`"), "{}", stderr(&output));
    assert_code(&run(directory.path(), &["check"]), 1);
    assert_code(&run(directory.path(), &["check", "--baseline", "known.json"]), 0);
    put(directory.path(), &format!("{CONFIG}/{}", NAME.replace("~launch", "~new")), JWT.replace("Launch", "New"));
    let output = run(directory.path(), &["check", "--baseline", "known.json", "--format", "concise"]);
    assert_code(&output, 1);
    assert!(stdout(&output).contains("~new") && !stdout(&output).contains("~launch.cfg.json:"), "{}", stdout(&output));
}

#[test]
fn a_baseline_survives_moved_lines_and_files() {
    let directory = project();
    assert_code(&run(directory.path(), &["check", "--write-baseline", "known.json"]), 0);
    fs::remove_dir_all(directory.path().join("ui.config")).unwrap();
    put(directory.path(), &format!("all/jcr_root/apps/acme/config.author/{NAME}"), JWT.replace("{\n", "{\n\n\n"));
    assert_code(&run(directory.path(), &["check", "--baseline", "known.json"]), 0);
}

#[test]
fn fixed_findings_are_counted_and_taken_out() {
    let directory = project();
    run(directory.path(), &["check", "--write-baseline", "known.json"]);
    let count = || {
        let text = fs::read_to_string(directory.path().join("known.json")).unwrap();
        serde_json::from_str::<Value>(&text).unwrap()["findings"].as_array().unwrap().len()
    };
    let before = count();
    assert!(before > 0);
    fs::remove_file(directory.path().join(CONFIG).join(NAME)).unwrap();
    let output = run(directory.path(), &["check", "--baseline", "known.json"]);
    assert!(stderr(&output).contains(&format!("0 known findings, {before} fixed")), "{}", stderr(&output));
    assert_eq!(count(), before);
    put(directory.path(), "broken.zip", b"PK\x03\x04\x14\x00\x00\x00\x08\x00truncated");
    let output = run(directory.path(), &["check", "--baseline", "known.json", "--update-baseline"]);
    assert_code(&output, 3);
    assert_eq!(count(), before, "an incomplete scan proves nothing fixed");
    fs::remove_file(directory.path().join("broken.zip")).unwrap();
    assert_code(&run(directory.path(), &["check", "--baseline", "known.json", "--update-baseline"]), 0);
    assert_eq!(count(), 0);
}

#[test]
fn wrong_baselines_end_with_2() {
    let directory = project();
    assert_code(&run(directory.path(), &["check", "--baseline", "absent.json"]), 2);
    put(directory.path(), "known.json", "{}");
    assert_code(&run(directory.path(), &["check", "--baseline", "known.json"]), 2);
    put(directory.path(), "known.json", "{\"schema\": \"other/v9\", \"findings\": []}");
    let output = run(directory.path(), &["check", "--baseline", "known.json"]);
    assert_code(&output, 2);
    assert!(stderr(&output).contains("--write-baseline"), "{}", stderr(&output));
    assert_code(&run(directory.path(), &["check", "--update-baseline"]), 2);
    assert_code(&run(directory.path(), &["check", "--baseline", "a", "--write-baseline", "b"]), 2);
    assert_code(&run(directory.path(), &["check", "--write-baseline", "no/such/folder/b"]), 2);
}

fn known(directory: &Path) -> Vec<(String, String)> {
    let text = fs::read_to_string(directory.join("known.json")).unwrap();
    let baseline: Value = serde_json::from_str(&text).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    baseline["findings"].as_array().unwrap().iter().map(|f| (text(&f["rule"]), text(&f["path"]))).collect()
}

/// `--update-baseline` removed everything that the run did not scan.
#[test]
fn regression_a_scan_of_a_part_takes_out_nothing_elsewhere() {
    let directory = project();
    let other = format!("ui.other/jcr_root/apps/acme/config/{}", NAME.replace("~launch", "~other"));
    put(directory.path(), &other, JWT.replace("Launch", "Other"));
    run(directory.path(), &["check", "--write-baseline", "known.json"]);
    let before = known(directory.path());
    fs::remove_file(directory.path().join(&other)).unwrap();
    let output = run(directory.path(), &["check", "ui.config", "--baseline", "known.json", "--update-baseline"]);
    assert_code(&output, 0);
    assert!(stderr(&output).contains("1 in files not scanned, 0 fixed"), "{}", stderr(&output));
    assert_eq!(known(directory.path()), before);
    // From another directory, with another path.
    let inside = directory.path().join("ui.other");
    let output = run(&inside, &["check", "../ui.other", "--baseline", "../known.json", "--update-baseline"]);
    assert!(stderr(&output).contains("1 fixed and removed"), "{}", stderr(&output));
    assert_eq!(known(directory.path()).len(), before.len() - 1);
}

/// Duplicates were numbered in the order of their paths, so a new one with an earlier path took the place of the old
/// one.
#[test]
fn regression_duplicates_are_known_by_their_file_first() {
    let directory = project();
    assert_code(&run(directory.path(), &["check", "--write-baseline", "known.json"]), 0);
    let earlier = CONFIG.replace("ui.config", "aaa");
    put(directory.path(), &format!("{earlier}/{NAME}"), JWT.replace("0000launch0000example", "0000other0000example"));
    let output = run(directory.path(), &["check", "--baseline", "known.json", "--format", "concise"]);
    assert_code(&output, 1);
    let fails = stdout(&output).lines().filter(|line| line.contains("[jwt-credential]")).count();
    assert_eq!(fails, 1, "{}", stdout(&output));
    assert!(stdout(&output).contains(&format!("{earlier}/")), "{}", stdout(&output));
    // With both in the baseline nothing is new, and fixing one counts as one.
    run(directory.path(), &["check", "--write-baseline", "known.json"]);
    assert_code(&run(directory.path(), &["check", "--baseline", "known.json"]), 0);
    fs::remove_dir_all(directory.path().join("aaa")).unwrap();
    let output = run(directory.path(), &["check", "--baseline", "known.json", "--update-baseline"]);
    assert_code(&output, 0);
    assert!(known(directory.path()).iter().all(|(_, path)| path.starts_with("ui.config/")));
}

#[test]
fn paths_are_relative_to_the_baseline_and_follow_what_moves() {
    let directory = project();
    let absolute = directory.path().to_str().unwrap().to_owned();
    run(Path::new("/"), &["check", &absolute, "--write-baseline", &format!("{absolute}/known.json")]);
    assert!(known(directory.path()).iter().all(|(_, path)| path == &format!("{CONFIG}/{NAME}")));
    assert_code(&run(directory.path(), &["check", "--baseline", "known.json"]), 0);
    fs::rename(directory.path().join("ui.config"), directory.path().join("ui.moved")).unwrap();
    let output = run(directory.path(), &["check", "--baseline", "known.json", "--update-baseline"]);
    assert_code(&output, 0);
    assert!(known(directory.path()).iter().all(|(_, path)| path.starts_with("ui.moved/")));
    fs::create_dir(directory.path().join("ci")).unwrap();
    run(directory.path(), &["check", "--write-baseline", "ci/known.json"]);
    assert!(fs::read_to_string(directory.path().join("ci/known.json")).unwrap().contains("\"../ui.moved/"));
}

#[test]
fn a_baseline_holds_no_secret_and_no_place_on_the_machine() {
    let directory = project();
    let secret = "not-a-real-secret-0000";
    let partner = "com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl~launch.cfg.json";
    let content = format!("{{ \"customizer.type\": \"launch\", \"auth.ims.client.secret\": \"{secret}\" }}");
    put(directory.path(), &format!("{CONFIG}/{partner}"), content);
    let absolute = directory.path().to_str().unwrap();
    run(directory.path(), &["check", absolute, "--write-baseline", "known.json"]);
    let text = fs::read_to_string(directory.path().join("known.json")).unwrap();
    assert!(text.contains("plaintext-secret"), "{text}");
    assert!(!text.contains(secret) && !text.contains(absolute), "{text}");
}

#[test]
fn suppressed_findings_are_no_part_of_a_baseline_and_stay_suppressed() {
    let directory = with_settings("[[ignore]]\nrule = \"jwt-credential\"\nname = \"*\"\nreason = \"release 12\"\n");
    run(directory.path(), &["check", "--write-baseline", "known.json"]);
    assert!(!known(directory.path()).iter().any(|(rule, _)| rule == "jwt-credential"));
    // A baseline older than the suppression: the reason given by a person is reported.
    run(directory.path(), &["check", "--isolated", "--write-baseline", "known.json"]);
    assert!(known(directory.path()).iter().any(|(rule, _)| rule == "jwt-credential"));
    assert_told(directory.path(), &["--baseline", "known.json"], &["jwt-credential: release 12"]);
    let sarif = run(directory.path(), &["check", "--baseline", "known.json", "--format", "sarif", "--show-suppressed"]);
    let sarif: Value = serde_json::from_slice(&sarif.stdout).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert!(results.iter().all(|result| result["suppressions"][0]["kind"] == "external"), "{results:?}");
}

#[test]
fn regression_a_broken_baseline_says_what_to_do() {
    let directory = project();
    for (content, hint) in [
        ("<<<<<<< ours\n", "keep the lines of both sides"),
        ("{ \"schema\"", "restore it from version control"),
        ("", "restore it from version control"),
    ] {
        put(directory.path(), "known.json", content);
        let output = run(directory.path(), &["check", "--baseline", "known.json"]);
        assert_code(&output, 2);
        assert!(stderr(&output).contains(hint), "{}", stderr(&output));
    }
    let output = run(directory.path(), &["check", "--baseline", "absent.json"]);
    assert!(stderr(&output).contains("use --write-baseline to create one"), "{}", stderr(&output));
    // Otherwise, findings hidden because of their confidence would look fixed.
    let args = ["check", "--baseline", "known.json", "--update-baseline", "--min-confidence", "high"];
    assert_code(&run(directory.path(), &args), 2);
}
