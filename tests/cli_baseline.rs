//! Black-box tests of baselines.

#![allow(clippy::unwrap_used)]

mod project;

use std::fs;

use project::*;
use serde_json::Value;

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
