//! Black-box tests of what reports say, how much of it, and where CI systems find it.

#![allow(clippy::unwrap_used)]

mod project;

use std::collections::HashSet;
use std::path::Path;

use project::*;
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn demo(flags: &[&str]) -> String {
    let output = run(root(), &[&["check", "fixtures/demo", "--today", "2026-06-30"], flags].concat());
    assert_code(&output, 1);
    stdout(&output)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The lines of a text report that belong to one finding.
fn findings(text: &str) -> Vec<Vec<&str>> {
    let mut findings: Vec<Vec<&str>> = Vec::new();
    for line in text.lines() {
        let is_title = line.starts_with("  ") && [" error[", " warning[", " note["].iter().any(|l| line.contains(l));
        match findings.last_mut() {
            _ if is_title => findings.push(vec![line]),
            Some(finding) if line.starts_with("    ") => finding.push(line),
            _ if line.is_empty() => break,
            _ => {}
        }
    }
    findings
}

#[test]
fn the_demo_is_told_in_260_lines_with_all_its_findings() {
    let text = demo(&[]);
    let lines = text.lines().count();
    assert!(lines <= 260, "{lines} lines");
    let report = json(&demo(&["--format", "json"]));
    let report = report["findings"].as_array().unwrap();
    assert_eq!(findings(&text).len(), report.len());
    for finding in report {
        let start = &finding["location"]["start"];
        let rule = finding["rule"].as_str().unwrap();
        let title = format!("  {}:{} {}[{rule}]: ", start["line"], start["column"], finding["level"].as_str().unwrap());
        assert!(text.contains(&title), "{title}");
        assert!(text.contains(finding["location"]["path"].as_str().unwrap()));
    }
}

#[test]
fn a_finding_has_three_lines_of_help_at_most_and_all_of_them_when_asked() {
    let help =
        |lines: &[&str]| lines.iter().filter(|line| line.contains("= help: ") || line.contains("^ help: ")).count();
    let brief = demo(&[]);
    let brief = findings(&brief);
    assert!(brief.iter().all(|finding| (0..=3).contains(&help(finding))), "{brief:#?}");
    let full = demo(&["--explain-all"]);
    assert!(findings(&full).iter().any(|finding| help(finding) > 3));
    let report = json(&demo(&["--format", "json"]));
    for line in report["findings"].as_array().unwrap().iter().flat_map(|finding| finding["help"].as_array().unwrap()) {
        assert!(full.contains(line.as_str().unwrap()), "{line}");
    }
    assert!(!full.contains("\nHow to migrate"), "steps are beside the findings already");
}

/// Steps that several findings share are told once, and what is one finding's own stands beside it.
#[test]
fn steps_are_told_once_for_the_findings_that_share_them() {
    let directory = project();
    for name in ["one", "two", "three"] {
        let other =
            JWT.replace("Adobe Launch", &format!("Launch {name}")).replace("0000launch", &format!("0000{name}"));
        put(directory.path(), &format!("{CONFIG}/{}", NAME.replace("launch", name)), other);
    }
    let text = stdout(&run(directory.path(), &["check", "."]));
    assert_eq!(text.matches("How to migrate an IMS configuration (for ").count(), 1, "{text}");
    let heading = "(for `Adobe Launch`, `Launch one`, `Launch three` and `Launch two`)";
    assert!(text.contains(heading), "{text}");
    assert_eq!(text.matches("authorization.grants`: add it with").count(), 1, "{text}");
    assert_eq!(text.matches("keeps the client id `…`").count(), 1, "{text}");
    assert_eq!(text.matches("keeps the client id `0000one0000example`").count(), 1, "{text}");
    assert_eq!(text.matches("steps are below: How to migrate an IMS configuration").count(), 4, "{text}");
}

#[test]
fn text_wraps_at_the_width_of_the_terminal_and_breaks_at_blanks() {
    for arguments in [
        &["check", "fixtures/demo"][..],
        &["check", "fixtures/demo", "--explain-all"],
        &["check", "fixtures/demo", "--statistics"],
        &["inventory", "fixtures/demo"],
        &["migrate", "fixtures/demo"],
        &["inspect", "fixtures/demo"],
        &["rules"],
    ] {
        let whole = stdout(&run(root(), arguments));
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let known: HashSet<String> = words(&whole).into_iter().collect();
        for columns in ["60", "80"] {
            let text = stdout(&command(root(), arguments).env("COLUMNS", columns).output().unwrap());
            let width: usize = columns.parse().unwrap();
            // A source line is cut, not wrapped; a word alone, or behind its label, may be as long as it is.
            let too_long = text.lines().filter(|line| {
                let (side, _) = line.split_once('|').unwrap_or((line, ""));
                let is_source = side.trim().chars().all(|c| c.is_ascii_digit());
                let longest = line.split(' ').map(|word| word.chars().count()).max().unwrap_or(0);
                line.chars().count() > width && !is_source && longest + 20 < width
            });
            assert_eq!(too_long.collect::<Vec<_>>(), [""; 0], "{arguments:?} {columns}");
            if arguments[0] != "check" && arguments[0] != "inventory" {
                assert!(words(&text).iter().all(|word| known.contains(word)), "{arguments:?}: a word was broken");
            }
        }
    }
}

#[test]
fn statistics_count_the_findings_by_rule_and_what_fix_repairs() {
    let text = demo(&["--statistics"]);
    let report = json(&demo(&["--format", "json"]));
    let sarif = json(&demo(&["--format", "sarif"]));
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let fixable = results.iter().filter(|result| result.get("fixes").is_some()).count();
    let all = report["findings"].as_array().unwrap();
    assert!(fixable > 0);
    assert!(text.contains(&format!("\n{} findings; --fix can repair {fixable} of them\n", all.len())), "{text}");
    for finding in all {
        let rule = finding["rule"].as_str().unwrap();
        let count = all.iter().filter(|other| other["rule"] == finding["rule"]).count();
        let row = text.lines().find(|line| line.ends_with(&format!("  {rule}"))).unwrap();
        assert_eq!(row.split_whitespace().next(), Some(&*count.to_string()), "{row}");
    }
    assert!(!text.contains("error["), "counts stand in place of the findings");
    assert_code(&run(root(), &["check", "fixtures/demo", "--statistics", "--format", "json"]), 2);
}
