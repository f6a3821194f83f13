//! The rules on complete projects: every case below fixtures/rules is scanned from files to findings.
//!
//! `fixtures/rules/<rule>/flagged/<case>/` is a small project for which the rule reports something, `…/clean/<case>/`
//! one for which it does not. Next to a case, `<case>.expected` lists all findings of all rules, one per line:
//! `path:line rule property`, with `-` for a finding without a property. Without that file there must be no findings.
//! The projects below fixtures/traps look like IMS integrations but are not.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use aem_ims_lint::findings::Finding;
use aem_ims_lint::rules::RULES;
use aem_ims_lint::scan::{Request, scan};

fn fixtures(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(below)
}

/// The folders in `directory`, sorted; none if it does not exist.
fn folders(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// `path:line rule property`, with the path below `project`.
fn line(finding: &Finding, project: &Path) -> String {
    let location = &finding.location;
    let prefix = format!("{}/", project.to_str().unwrap().replace('\\', "/"));
    let path = location.path().to_string();
    let path = path.strip_prefix(&prefix).unwrap_or(&path);
    let property = location.property.as_deref().unwrap_or("-");
    format!("{path}:{} {} {property}", location.start.line, finding.rule.id)
}

/// The findings of a scan of `project`, and its problems.
fn findings(project: &Path) -> (Vec<Finding>, Vec<String>) {
    let mut request = Request { inputs: vec![project.to_owned()], ..Request::default() };
    request.knowledge.today = Some(jiff::civil::date(2026, 3, 1));
    request.knowledge.inputs = [project.to_str().unwrap().to_owned()].into();
    let report = scan(&request);
    let incidents = report.incidents.iter().map(|i| format!("{}: {}", i.path, i.message)).collect();
    (report.findings, incidents)
}

/// The difference between `case` and its expected findings, or `None`.
fn difference(case: &Path) -> Option<String> {
    let expected = fs::read_to_string(case.with_extension("expected")).unwrap_or_default();
    let mut expected: Vec<String> = expected.lines().map(str::to_owned).collect();
    let (findings, incidents) = findings(case);
    let mut found: Vec<String> = findings.iter().map(|finding| line(finding, case)).collect();
    expected.sort();
    found.sort();
    let differs = expected != found || !incidents.is_empty();
    let lines = |lines: &[String]| lines.join("\n");
    differs.then(|| {
        let (expected, found, incidents) = (lines(&expected), lines(&found), lines(&incidents));
        format!("{0}\n-- {0}.expected\n{expected}\n-- found\n{found}\n-- not read\n{incidents}", case.display())
    })
}

fn cases(kind: &str) -> Vec<(String, PathBuf)> {
    let rules = folders(&fixtures("rules"));
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let cases = rules.iter().flat_map(|rule| folders(&rule.join(kind)).into_iter().map(|case| (name(rule), case)));
    cases.collect()
}

fn assert_all(cases: impl IntoIterator<Item = PathBuf>) {
    let differences: Vec<String> = cases.into_iter().filter_map(|case| difference(&case)).collect();
    assert!(differences.is_empty(), "{} cases:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn flagged_projects_give_exactly_what_is_expected() {
    let cases = cases("flagged");
    assert_all(cases.iter().map(|(_, case)| case.clone()));
    for (rule, case) in &cases {
        let expected = fs::read_to_string(case.with_extension("expected")).unwrap_or_default();
        let speaks = expected.lines().any(|line| line.split(' ').nth(1) == Some(rule));
        assert!(speaks, "{} expects nothing of {rule}", case.display());
    }
}

#[test]
fn clean_projects_give_nothing_of_the_rule() {
    let cases = cases("clean");
    for (rule, case) in &cases {
        let (findings, _) = findings(case);
        let speaks: Vec<String> = findings.iter().filter(|f| f.rule.id == rule).map(|f| line(f, case)).collect();
        assert!(speaks.is_empty(), "{}: {speaks:?}", case.display());
    }
    assert_all(cases.into_iter().map(|(_, case)| case));
}

#[test]
fn traps_give_nothing() {
    let traps = folders(&fixtures("traps"));
    assert!(traps.len() >= 25, "only {} traps", traps.len());
    assert_all(traps);
}

/// Rules that need an archive which cannot come from a file tree are tested in tests/archives, and those that need a
/// fixed date in tests/cli/suppressions.rs.
const WITHOUT_FIXTURE: [&str; 2] = ["ambiguous-entry", "expired-suppression"];

#[test]
fn every_rule_has_flagged_and_clean_projects() {
    let names = |kind| cases(kind).into_iter().map(|(rule, _)| rule).collect::<Vec<_>>();
    let (flagged, clean) = (names("flagged"), names("clean"));
    for rule in RULES.iter().map(|rule| rule.meta().id).filter(|id| !WITHOUT_FIXTURE.contains(id)) {
        assert!(flagged.iter().any(|name| name == rule), "{rule} has no flagged project");
        assert!(clean.iter().any(|name| name == rule), "{rule} has no clean project");
    }
    for name in flagged.iter().chain(&clean) {
        assert!(RULES.iter().any(|rule| rule.meta().id == name), "fixtures/rules/{name} is no rule");
    }
}

#[test]
fn fixtures_that_expect_findings_say_so_beside_an_existing_project() {
    for rule in folders(&fixtures("rules")) {
        for kind in folders(&rule) {
            let entries = fs::read_dir(&kind).unwrap().map(|entry| entry.unwrap().path());
            for expected in entries.filter(|path| path.is_file()) {
                assert!(expected.with_extension("").is_dir(), "{} stands alone", expected.display());
            }
        }
    }
}
