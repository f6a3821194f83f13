//! Black-box tests of what a project settles once: configuration, suppressions, baselines, habits.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const JWT: &str = r#"{
  "name": "Adobe Launch",
  "auth.token.provider.client.id": "0000launch0000example",
  "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/exchange/jwt",
  "auth.token.provider.keypair.alias": "launch-key"
}
"#;

const NAME: &str = "com.adobe.granite.auth.oauth.accesstoken.provider~launch.cfg.json";
const CONFIG: &str = "ui.config/src/main/content/jcr_root/apps/acme/config.author";

fn put(directory: &Path, path: &str, content: impl AsRef<[u8]>) {
    let path = directory.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// A project with one JWT configuration, ended by `.git` so that no configuration file above it counts.
fn project() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join(".git")).unwrap();
    put(directory.path(), &format!("{CONFIG}/{NAME}"), JWT);
    directory
}

fn with_settings(settings: &str) -> TempDir {
    let directory = project();
    put(directory.path(), "aem-ims-lint.toml", settings);
    directory
}

fn run(directory: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aem-ims-lint"));
    command.args(args).current_dir(directory);
    for name in ["NO_COLOR", "FORCE_COLOR", "COLUMNS"] {
        command.env_remove(name);
    }
    // 2026-06-30T12:00:00Z
    command.env("SOURCE_DATE_EPOCH", "1782820800").output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[track_caller]
fn assert_code(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "stdout:\n{}\nstderr:\n{}", stdout(output), stderr(output));
}

fn report(directory: &Path, args: &[&str]) -> Value {
    let output = run(directory, &[&["check", "--format", "json"], args].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(&output)))
}

/// `rule` or, when it is suppressed, `rule: reason`, in order.
fn told(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let one = |finding: &Value| match &finding["suppressed"] {
        Value::Null => text(&finding["rule"]),
        suppressed => format!("{}: {}", text(&finding["rule"]), text(&suppressed["reason"])),
    };
    report["findings"].as_array().unwrap().iter().map(one).collect()
}

#[track_caller]
fn assert_told(directory: &Path, args: &[&str], expected: &[&str]) {
    let told = told(&report(directory, args));
    for expected in expected {
        assert!(told.iter().any(|told| told == expected), "{expected} is not among {told:#?}");
    }
}

// Configuration

#[test]
fn exclude_leaves_out_folders_files_and_entries() {
    let directory = with_settings("exclude = [\"ui.config\"]");
    assert_code(&run(directory.path(), &["check"]), 0);
    assert_code(&run(directory.path(), &["check", CONFIG]), 0);
    assert_code(&run(directory.path(), &["check", &format!("{CONFIG}/{NAME}")]), 1);
    put(directory.path(), "aem-ims-lint.toml", "exclude = [\"*~launch.cfg.json\"]");
    assert_code(&run(directory.path(), &["check"]), 0);
    put(directory.path(), "aem-ims-lint.toml", "exclude = [\"other\"]");
    assert_code(&run(directory.path(), &["check"]), 1);
}

#[test]
fn overrides_change_levels_in_some_files() {
    let settings = "[rules]\njwt-credential = \"note\"\n\
                    [[overrides]]\npaths = [\"ui.config\"]\nrules = { jwt-credential = \"warning\" }\n\
                    [[overrides]]\npaths = [\"**/config.publish/**\"]\nrules = { jwt-credential = \"off\" }\n";
    let directory = with_settings(settings);
    let publish = CONFIG.replace("config.author", "config.publish");
    put(directory.path(), &format!("{publish}/{NAME}"), JWT);
    put(directory.path(), &format!("jcr_root/apps/acme/config/{NAME}"), JWT.replace("Launch", "Other"));
    let report = report(directory.path(), &[]);
    let found = report["findings"].as_array().unwrap().iter().filter(|f| f["rule"] == "jwt-credential");
    let found: Vec<(String, String)> = found
        .map(|f| (f["location"]["path"].as_str().unwrap().to_owned(), f["level"].as_str().unwrap().to_owned()))
        .collect();
    let expected = [
        (format!("jcr_root/apps/acme/config/{NAME}"), "note".to_owned()),
        (format!("{CONFIG}/{NAME}"), "warning".to_owned()),
    ];
    assert_eq!(found, expected);
}

#[test]
fn products_can_be_named() {
    let directory = with_settings("[products]\n\"internal-*\" = \"Analytics\"\n");
    put(directory.path(), &format!("{CONFIG}/{NAME}"), JWT.replace("Adobe Launch", "internal-7"));
    assert_eq!(report(directory.path(), &[])["integrations"][0]["product"], "Analytics");
    assert_ne!(report(directory.path(), &["--isolated"])["integrations"][0]["product"], "Analytics");
}

#[test]
fn config_says_where_each_value_comes_from() {
    let directory = with_settings("target = \"6.5\"\n[rules]\nrelaxed-tls = \"off\"\n[limits]\nmax-depth = 3\n");
    let output = run(directory.path(), &["config", "--max-entries", "7"]);
    assert_code(&output, 0);
    for line in [
        "target = \"6.5\"  # aem-ims-lint.toml",
        "relaxed-tls = \"off\"  # aem-ims-lint.toml",
        "jwt-credential = \"error\"  # default",
        "max-depth = 3  # aem-ims-lint.toml",
        "max-entries = 7  # command line",
        "max-ratio = 1032  # default",
    ] {
        assert!(stdout(&output).lines().any(|shown| shown == line), "{line} is not in\n{}", stdout(&output));
    }
    assert!(stdout(&run(directory.path(), &["config", "--isolated"])).contains("# no configuration file"));
    assert_code(&run(directory.path(), &["config", "--config", "absent.toml"]), 2);
}

#[test]
fn what_config_prints_is_a_configuration_that_means_the_same() {
    let settings = "exclude = [\"a b\"]\n[products]\n\"x-*\" = \"Target\"\n\
                    [[overrides]]\npaths = [\"p\"]\nrules = { relaxed-tls = \"off\" }\n\
                    [[ignore]]\nrule = \"jwt-credential\"\npid = \"*\"\nreason = \"a \\\"b\\\"\"\nuntil = 2026-12-31\n";
    let directory = with_settings(settings);
    let first = stdout(&run(directory.path(), &["config"]));
    put(directory.path(), "aem-ims-lint.toml", &first);
    let second = run(directory.path(), &["config"]);
    assert_code(&second, 0);
    let values = |text: &str| text.lines().map(|line| line.split("  #").next().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(values(&first), values(&stdout(&second)));
}

// Suppressions

#[test]
fn ignore_entries_suppress_by_place() {
    let path = format!("path = \"{CONFIG}\"");
    let pid = "pid = \"com.adobe.granite.auth.oauth.*\"";
    for place in [path.as_str(), pid, "name = \"Adobe *\"", "jcr-path = \"/apps/acme/**\""] {
        let settings = format!("[[ignore]]\nrule = \"jwt-credential\"\n{place}\nreason = \"goes with release 12\"\n");
        let directory = with_settings(&settings);
        assert_told(directory.path(), &[], &["jwt-credential: goes with release 12"]);
    }
}

#[test]
fn suppressed_findings_stay_in_json_and_sarif_and_do_not_fail() {
    let settings = "[[ignore]]\nrule = \"jwt-credential\"\nname = \"*\"\nreason = \"release 12\"\n";
    let directory = with_settings(settings);
    assert_code(&run(directory.path(), &["check"]), 0);
    let report = report(directory.path(), &[]);
    assert_eq!(report["summary"]["suppressed"], 1);
    let sarif = run(directory.path(), &["check", "--format", "sarif", "--show-suppressed"]);
    let sarif: Value = serde_json::from_slice(&sarif.stdout).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let jwt = results.iter().find(|result| result["ruleId"] == "jwt-credential").unwrap();
    assert_eq!(jwt["suppressions"][0]["kind"], "external");
    assert_eq!(jwt["suppressions"][0]["justification"], "release 12");
}

#[test]
fn an_entry_that_fits_nothing_is_unused_when_all_was_scanned() {
    let settings = "\n[[ignore]]\nrule = \"relaxed-tls\"\npath = \"*\"\nreason = \"test server\"\n";
    let directory = with_settings(settings);
    let report = report(directory.path(), &[]);
    let unused = report["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "unused-suppression").unwrap();
    assert_eq!(unused["location"]["path"], "aem-ims-lint.toml");
    assert_eq!(unused["location"]["start"]["line"], 2);
    assert!(!told(&self::report(directory.path(), &[CONFIG])).contains(&"unused-suppression".to_owned()));
}

#[test]
fn an_entry_of_a_rule_that_is_off_is_not_unused() {
    let settings = "[rules]\njwt-credential = \"off\"\n\
                    [[ignore]]\nrule = \"jwt-credential\"\nname = \"*\"\nreason = \"release 12\"\n";
    assert!(!told(&report(with_settings(settings).path(), &[])).contains(&"unused-suppression".to_owned()));
}

#[test]
fn suppressions_count_to_the_end_of_their_day() {
    let entry = |until| {
        format!("[[ignore]]\nrule = \"jwt-credential\"\nname = \"*\"\nreason = \"release 12\"\nuntil = \"{until}\"\n")
    };
    let directory = with_settings(&entry("2026-06-30"));
    assert_told(directory.path(), &[], &["jwt-credential: release 12"]);
    put(directory.path(), "aem-ims-lint.toml", entry("2026-06-29"));
    assert_told(directory.path(), &[], &["jwt-credential", "expired-suppression"]);
    assert_code(&run(directory.path(), &["check"]), 1);
}

/// The JWT configuration with `comment` above line `line` (0-based).
fn commented(comment: &str, line: usize) -> TempDir {
    let directory = project();
    let mut lines: Vec<&str> = JWT.lines().collect();
    lines.insert(line, comment);
    put(directory.path(), &format!("{CONFIG}/{NAME}"), lines.join("\n"));
    directory
}

#[test]
fn comments_in_cfg_json_cover_the_file_or_the_next_property() {
    let comment = "// aem-ims-lint: ignore[jwt-credential] release 12";
    assert_told(commented(comment, 0).path(), &[], &["jwt-credential: release 12"]);
    // The finding stands at the token endpoint.
    assert_told(commented(comment, 3).path(), &[], &["jwt-credential: release 12"]);
    assert_told(commented(comment, 1).path(), &[], &["jwt-credential", "unused-suppression"]);
    let block = "/* aem-ims-lint: ignore[jwt-credential] release 12 */";
    assert_told(commented(block, 3).path(), &[], &["jwt-credential: release 12"]);
}

#[test]
fn a_comment_behind_a_property_covers_it() {
    let directory = project();
    let endpoint = "/ims/exchange/jwt\",";
    let comment = format!("{endpoint} // aem-ims-lint: ignore[jwt-credential] release 12");
    put(directory.path(), &format!("{CONFIG}/{NAME}"), JWT.replace(endpoint, &comment));
    assert_told(directory.path(), &[], &["jwt-credential: release 12"]);
}

#[test]
fn comments_in_felix_config_and_xml() {
    let directory = tempfile::tempdir().unwrap();
    let felix = "# aem-ims-lint: ignore[jwt-credential] release 12\nname=\"Adobe Launch\"\n\
                 auth.access.token.request=\"https://ims-na1.adobelogin.com/ims/exchange/jwt\"\n";
    let name = NAME.replace("~launch.cfg.json", "-launch.config");
    put(directory.path(), &format!("{CONFIG}/{name}"), felix);
    assert_told(directory.path(), &["--isolated"], &["jwt-credential: release 12"]);

    let directory = tempfile::tempdir().unwrap();
    let element = |name: &str, comment: &str| {
        format!(
            "{comment}<{name} jcr:primaryType=\"sling:OsgiConfig\" name=\"Adobe Launch\" \
             auth.access.token.request=\"https://ims-na1.adobelogin.com/ims/exchange/jwt\"/>"
        )
    };
    let comment = "<!-- aem-ims-lint: ignore[jwt-credential] release 12 -->";
    let provider = NAME.trim_end_matches("~launch.cfg.json");
    let page = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<jcr:root xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" \
         xmlns:sling=\"http://sling.apache.org/jcr/sling/1.0\" jcr:primaryType=\"sling:Folder\">\n{}\n{}\n</jcr:root>\n",
        element(&format!("{provider}-a"), comment),
        element(&format!("{provider}-b"), ""),
    );
    put(directory.path(), "jcr_root/apps/acme/config/.content.xml", page);
    assert_told(directory.path(), &["--isolated"], &["jwt-credential: release 12", "jwt-credential"]);
}

#[test]
fn a_comment_without_reason_or_with_a_misspelt_rule_does_not_count() {
    let message = |comment: &str| {
        let directory = commented(comment, 0);
        let report = report(directory.path(), &[]);
        assert!(told(&report).contains(&"jwt-credential".to_owned()), "{comment}");
        let findings = report["findings"].as_array().unwrap();
        let unused = findings.iter().find(|f| f["rule"] == "unused-suppression").unwrap();
        unused["message"].as_str().unwrap().to_owned()
    };
    assert!(message("// aem-ims-lint: ignore[jwt-credential]").contains("gives no reason"));
    assert!(message("// aem-ims-lint: ignore[] x").contains("names no rule"));
    assert!(message("// aem-ims-lint: ignore jwt-credential").contains("not of the form"));
    assert!(message("// aem-ims-lint: ignore[jwt-credentials] x").contains("but there is `jwt-credential`"));
    assert!(message("// aem-ims-lint: ignore[jwt-credential, until=soon] x").contains("no date"));
}

#[test]
fn a_comment_may_end_on_a_day() {
    let comment = "// aem-ims-lint: ignore[jwt-credential, until=2026-06-29] release 12";
    assert_told(commented(comment, 0).path(), &[], &["jwt-credential", "expired-suppression"]);
    let comment = comment.replace("29", "30");
    assert_told(commented(&comment, 0).path(), &[], &["jwt-credential: release 12"]);
}

#[test]
fn what_looks_like_a_comment_in_a_value_is_none() {
    let directory = project();
    let value = "Adobe Launch // aem-ims-lint: ignore[jwt-credential] forged";
    put(directory.path(), &format!("{CONFIG}/{NAME}"), JWT.replace("Adobe Launch", value));
    assert_told(directory.path(), &[], &["jwt-credential"]);
}

// Baseline

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

// Habits

#[test]
fn glob_patterns_are_expanded() {
    let directory = project();
    assert_code(&run(directory.path(), &["check", "ui.*/**/*.cfg.json"]), 1);
    assert_code(&run(directory.path(), &["check", "./ui.*"]), 1);
    let output = run(directory.path(), &["check", "**/*.zip"]);
    assert_code(&output, 2);
    assert!(stderr(&output).contains("nothing fits the pattern `**/*.zip`"), "{}", stderr(&output));
    assert_code(&run(directory.path(), &["check", "a/{b"]), 2);
    put(directory.path(), "list", "ui.*\n");
    assert_code(&run(directory.path(), &["check", "--files-from", "list"]), 1);
}

#[test]
fn a_path_with_brackets_that_exists_is_no_pattern() {
    let directory = project();
    put(directory.path(), &format!("a[1]/jcr_root/apps/acme/config/{NAME}"), JWT);
    assert_eq!(report(directory.path(), &["a[1]"])["summary"]["integrations"], 1);
}

#[test]
fn completions_for_every_shell() {
    let directory = project();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = run(directory.path(), &["completions", shell]);
        assert_code(&output, 0);
        assert!(stdout(&output).contains("write-baseline"), "{shell}");
    }
    assert_code(&run(directory.path(), &["completions", "csh"]), 2);
}

#[test]
fn the_manual_page_names_every_command() {
    let output = run(project().path(), &["man"]);
    assert_code(&output, 0);
    for command in ["CHECK", "INVENTORY", "INSPECT", "CONFIG", "COMPLETIONS"] {
        assert!(stdout(&output).contains(&format!(".SH \"AEM-IMS-LINT {command}\"")), "{command}");
    }
}

#[test]
fn a_wrong_day_of_the_environment_ends_with_2() {
    let output = Command::new(env!("CARGO_BIN_EXE_aem-ims-lint"))
        .args(["check", "--isolated"])
        .current_dir(project().path())
        .env("SOURCE_DATE_EPOCH", "tomorrow")
        .output()
        .unwrap();
    assert_code(&output, 2);
}
