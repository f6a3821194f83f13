//! Black-box tests of the content and length of reports, and of the paths by which CI systems find files.

#![allow(clippy::unwrap_used)]

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::project::*;

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

/// Shared steps are shown once; steps of a single finding are shown with it.
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
            // Source lines are cut instead of wrapped; a single word, alone or after its label, may be longer.
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
    assert!(text.contains(&format!("\n{} findings; --fix can fix {fixable} of them\n", all.len())), "{text}");
    for finding in all {
        let rule = finding["rule"].as_str().unwrap();
        let count = all.iter().filter(|other| other["rule"] == finding["rule"]).count();
        let row = text.lines().find(|line| line.ends_with(&format!("  {rule}"))).unwrap();
        assert_eq!(row.split_whitespace().next(), Some(&*count.to_string()), "{row}");
    }
    assert!(!text.contains("error["), "counts stand in place of the findings");
    assert_code(&run(root(), &["check", "fixtures/demo", "--statistics", "--format", "json"]), 2);
}

/// A repository with its project in `aem/`, and the path from its top to the JWT configuration.
fn repository() -> (tempfile::TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join(".git")).unwrap();
    put(directory.path(), &format!("aem/{CONFIG}/{NAME}"), JWT);
    (directory, format!("aem/{CONFIG}/{NAME}"))
}

/// How each format names the file at `path`.
fn named(format: &str, path: &str) -> String {
    match format {
        "github" => format!("::error file={path},"),
        "azure" => format!("sourcepath={path};"),
        "checkstyle" => format!("<file name=\"{path}\">"),
        "gitlab" | "rdjson" => format!("\"path\": \"{path}\""),
        "gitlab-sast" => format!("\"file\": \"{path}\""),
        "sarif" => format!("\"uri\": \"{path}\""),
        other => panic!("{other}"),
    }
}

const CI_FORMATS: [&str; 7] = ["github", "azure", "checkstyle", "gitlab", "gitlab-sast", "rdjson", "sarif"];

#[test]
fn ci_formats_name_files_from_the_top_of_the_repository_wherever_the_run_starts() {
    let (directory, path) = repository();
    let below = &path["aem/".len()..];
    for (folder, input) in [("", "aem"), ("aem", "."), ("aem", "ui.config"), ("aem/ui.config", ".."), ("aem", "../aem")]
    {
        let folder = directory.path().join(folder);
        for format in CI_FORMATS {
            let text = stdout(&run(&folder, &["check", input, "--format", format]));
            assert!(text.contains(&named(format, &path)), "{folder:?} {input} {format}: {text}");
        }
        let text = stdout(&run(&folder, &["check", input, "--format", "concise"]));
        let first = text.split(':').next().unwrap();
        assert!(folder.join(first).is_file(), "{first} is no path of the working directory");
    }
    // An absolute path is relative to the repository too.
    let absolute = directory.path().join("aem");
    let text = stdout(&run(directory.path(), &["check", absolute.to_str().unwrap(), "--format", "github"]));
    assert!(text.contains(&named("github", &path)), "{text}");
    let text = stdout(&run(&absolute, &["check", ".", "--path-base", ".", "--format", "github"]));
    assert!(text.contains(&named("github", below)), "{text}");
    assert_code(&run(&absolute, &["check", ".", "--path-base", "missing"]), 2);
}

#[test]
fn without_a_repository_paths_stay_unless_a_base_is_named() {
    let directory = tempfile::tempdir().unwrap();
    put(directory.path(), &format!("aem/{CONFIG}/{NAME}"), JWT);
    let folder = directory.path().join("aem");
    let arguments = ["check", ".", "--isolated", "--format", "gitlab"];
    let text = stdout(&run(&folder, &arguments));
    assert!(text.contains(&named("gitlab", &format!("{CONFIG}/{NAME}"))), "{text}");
    let text = stdout(&run(&folder, &[&arguments[..], &["--path-base", ".."]].concat()));
    assert!(text.contains(&named("gitlab", &format!("aem/{CONFIG}/{NAME}"))), "{text}");
}

#[test]
fn the_name_of_the_output_chooses_the_format_unless_a_format_is_named() {
    let directory = project();
    let written = |arguments: &[&str], name: &str| {
        let output = run(directory.path(), &[arguments, &["--output", name]].concat());
        assert!(output.status.code() < Some(2), "{}", stderr(&output));
        fs::read_to_string(directory.path().join(name)).unwrap()
    };
    for (name, beginning) in [
        ("x.html", "<!DOCTYPE html>"),
        ("x.csv", "\u{feff}level,rule,"),
        ("x.sarif", "{\n  \"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\""),
        ("x.json", "{\n  \"schema\": \"aem-ims-lint/report/v1\""),
        ("x.md", "# aem-ims-lint\n"),
        ("x.xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "),
        ("gl-sast-report.json", "{\n  \"schema\": \"https://gitlab.com/"),
        ("x.unknown", &format!("{CONFIG}/{NAME}\n")),
    ] {
        let text = written(&["check", "ui.config"], name);
        assert!(text.to_lowercase().starts_with(&beginning.to_lowercase()), "{name}: {}", &text[..120]);
    }
    assert!(written(&["check", "ui.config", "--format", "concise"], "y.html").starts_with(CONFIG));
    assert!(written(&["inventory", "ui.config"], "y.csv").starts_with("\u{feff}Product,"));
    assert!(written(&["migrate", "ui.config"], "y.json").starts_with('{'));
    assert!(written(&["inspect", "ui.config"], "z.json").starts_with('{'));
    assert_code(&run(directory.path(), &["check", "ui.config", "--report", "z.sarif"]), 1);
    assert!(fs::read_to_string(directory.path().join("z.sarif")).unwrap().contains("sarif-2.1.0"));
    assert_code(&run(directory.path(), &["check", "ui.config", "--report", "z"]), 2);
}

/// A warning is a failure only if warnings fail the run.
#[test]
fn junit_fails_what_fail_on_fails() {
    let failures = |fail_on: &str| {
        let text = demo_code(&["--format", "junit", "--fail-on", fail_on]);
        let types = |level: &str| text.matches(&format!(" type=\"{level}\">")).count();
        (types("error") > 0, types("warning") > 0, types("note") > 0, text.contains("failures=\"0\" errors"))
    };
    assert_eq!(failures("error"), (true, false, false, true));
    assert_eq!(failures("warning"), (true, true, false, true));
    assert_eq!(failures("note"), (true, true, true, false));
    let text = demo_code(&["--format", "junit", "--fail-on", "never"]);
    assert!(!text.contains("<failure"), "{text}");
    assert!(text.contains("<system-out>error: "), "what does not fail is told all the same");
}

fn demo_code(flags: &[&str]) -> String {
    stdout(&run(root(), &[&["check", "fixtures/demo", "--today", "2026-06-30"], flags].concat()))
}

/// The schemas in `tests/schemas` are the relevant parts of the published ones.
#[test]
fn new_formats_keep_to_their_schemas() {
    let directory = project();
    put(directory.path(), "dist/broken.zip", b"PK\x05\x06");
    put(directory.path(), "bad.xml", "<a imsConfigId=\"x\" auth.token.provider.client.id=\"é");
    for (format, schema) in [("rdjson", "rdjson"), ("gitlab-sast", "gitlab-sast")] {
        let schema = fs::read_to_string(root().join(format!("tests/schemas/{schema}.schema.json"))).unwrap();
        let validator = jsonschema::validator_for(&json(&schema)).unwrap();
        for (folder, input) in
            [(root(), "fixtures/demo"), (directory.path(), "."), (root(), "fixtures/rules/private-key-material")]
        {
            let text = stdout(&run(folder, &["check", input, "--format", format, "--isolated", "--show-suppressed"]));
            let report = json(&text);
            let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{format} {input}: {errors:#?}");
        }
    }
}

#[test]
fn gitlab_sast_tells_what_was_not_read_and_names_findings_by_their_fingerprint() {
    let directory = project();
    put(directory.path(), "dist/broken.zip", b"PK\x03\x04 cut off");
    let report = || json(&stdout(&run(directory.path(), &["check", ".", "--format", "gitlab-sast"])));
    let first = report();
    assert_eq!(first["scan"]["status"], "failure", "{first:#}");
    assert_eq!(first["scan"]["start_time"], "2026-06-30T12:00:00");
    assert!(first["scan"]["messages"][0]["value"].as_str().unwrap().contains("dist/broken.zip"));
    let found = &first["vulnerabilities"][0];
    assert_eq!(found["identifiers"][0]["value"], "jwt-credential");
    put(directory.path(), &format!("{CONFIG}/{NAME}"), format!("\n\n{JWT}"));
    assert_eq!(report()["vulnerabilities"][0]["id"], found["id"], "the id stays when the line moves");
    let accepted = run(directory.path(), &["check", ".", "--format", "gitlab-sast", "--allow-incomplete"]);
    assert_eq!(json(&stdout(&accepted))["scan"]["status"], "success");
}

/// Columns of `rdjson` are bytes, and are omitted if the complete line of the file is unknown.
#[test]
fn rdjson_counts_columns_in_bytes() {
    let directory = project();
    let line = "{ \"name\": \"Größe 日本\", \"auth.access.token.request\": \"https://ims-na1.adobelogin.com/ims/exchange/jwt\" }";
    put(directory.path(), &format!("{CONFIG}/{NAME}"), line);
    let report = json(&stdout(&run(directory.path(), &["check", ".", "--format", "rdjson"])));
    let range = &report["diagnostics"][0]["location"]["range"];
    let at = line.find("https://").unwrap() + 1;
    assert_eq!(range["start"]["column"], at);
    assert_eq!(range["end"]["column"], at + "https://ims-na1.adobelogin.com/ims/exchange/jwt".len());
}

#[test]
fn every_rule_of_sarif_has_a_page() {
    let sarif = json(&demo(&["--format", "sarif"]));
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    for rule in rules {
        assert!(rule["helpUri"].as_str().is_some_and(|uri| uri.starts_with("https://")), "{}", rule["id"]);
    }
}

/// On a full disk, `-o report.json` left a truncated report.
#[cfg(unix)]
#[test]
fn regression_a_report_that_could_not_be_written_whole_is_removed_and_named() {
    let directory = project();
    let program = crate::program::program();
    let program = program.display();
    // The size limit for files is one block; the resulting signal is ignored.
    for arguments in ["check . -o r.sarif", "check . -q --report r.sarif", "inventory . -o r.sarif --format html"] {
        let script = format!("trap '' XFSZ; ulimit -f 1; exec {program} {arguments}");
        let output = std::process::Command::new("sh").args(["-c", &script]).current_dir(directory.path()).output();
        let output = output.unwrap();
        assert_code(&output, 2);
        let error = stderr(&output);
        assert!(error.contains("cannot write all of `r.sarif`") && error.contains("is removed"), "{error}");
        assert!(!directory.path().join("r.sarif").exists(), "{arguments}");
    }
    let output = run(directory.path(), &["check", ".", "-o", "missing/r.json"]);
    assert!(stderr(&output).contains("cannot write `missing/r.json`"), "{}", stderr(&output));
}
