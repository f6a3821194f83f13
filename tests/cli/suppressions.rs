//! Black-box tests of suppressions in the configuration and in files.

#![allow(clippy::unwrap_used)]

use serde_json::Value;
use tempfile::TempDir;

use crate::project::*;

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
    // The finding is at the token endpoint.
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
    assert!(message("// aem-ims-lint: ignore[jwt-credential]").contains("has no reason"));
    assert!(message("// aem-ims-lint: ignore[] x").contains("has no rule"));
    assert!(message("// aem-ims-lint: ignore jwt-credential").contains("does not have the form"));
    assert!(message("// aem-ims-lint: ignore[jwt-credentials] x").contains("but there is `jwt-credential`"));
    assert!(message("// aem-ims-lint: ignore[jwt-credential, until=soon] x").contains("invalid `until` date"));
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

/// A file without any reference to Adobe IMS is still read for its comment.
#[test]
fn a_comment_left_in_a_file_without_any_integration_is_unused() {
    let directory = tempfile::tempdir().unwrap();
    let words = "aem-ims-lint: ignore[jwt-credential] release 12";
    put(directory.path(), "jcr_root/apps/a/config/com.acme.A.cfg.json", format!("// {words}\n{{ \"a\": 1 }}\n"));
    put(directory.path(), "jcr_root/apps/a/config/com.acme.B.config", format!("# {words}\na=\"1\"\n"));
    let page = format!("<!-- {words} -->\n<jcr:root xmlns:jcr=\"http://www.jcp.org/jcr/1.0\"/>\n");
    put(directory.path(), "jcr_root/content/a/.content.xml", page);
    assert_eq!(told(&report(directory.path(), &["--isolated"])), ["unused-suppression"; 3]);
}

#[test]
fn comments_in_provisioning_models_and_initial_content() {
    let directory = tempfile::tempdir().unwrap();
    let model = format!(
        "[feature name=acme]\n[configurations]\n  {}\n    # aem-ims-lint: ignore[jwt-credential] release 12\n    \
         name=\"Adobe Launch\"\n    auth.access.token.request=\"https://ims-na1.adobelogin.com/ims/exchange/jwt\"\n",
        NAME.trim_end_matches(".cfg.json").replace('~', "-")
    );
    put(directory.path(), "src/main/provisioning/acme.txt", &model);
    let all = told(&report(directory.path(), &["--isolated"]));
    assert!(all.contains(&"jwt-credential".to_owned()), "the comment covers the next property: {all:?}");
    let top = model.replace("    # aem-ims-lint: ignore[jwt-credential] release 12\n", "");
    put(
        directory.path(),
        "src/main/provisioning/acme.txt",
        format!("# aem-ims-lint: ignore[jwt-credential] release 12\n{top}"),
    );
    assert_told(directory.path(), &["--isolated"], &["jwt-credential: release 12"]);
}

#[test]
fn paths_of_entries_are_relative_to_the_configuration() {
    let directory = project();
    let entry = "[[ignore]]\nrule = \"jwt-credential\"\npath = \"ui.config/src\"\nreason = \"x\"\n";
    // `ci/ui.config` does not exist.
    put(directory.path(), "ci/lint.toml", entry);
    assert_told(directory.path(), &["--config", "ci/lint.toml"], &["jwt-credential"]);
    put(directory.path(), "ci/lint.toml", entry.replace("ui.config", "../ui.config"));
    assert_told(directory.path(), &["--config", "ci/lint.toml"], &["jwt-credential: x"]);
    put(directory.path(), "lint.toml", entry);
    assert_told(directory.path(), &["--config", "lint.toml"], &["jwt-credential: x"]);
    let absolute = directory.path().join(CONFIG);
    assert_told(directory.path(), &["--config", "lint.toml", absolute.to_str().unwrap()], &["jwt-credential: x"]);
}

/// Days are in UTC, whatever the time zone of the machine; the last second of the day still counts.
#[test]
fn regression_the_last_second_of_the_day_counts_in_utc() {
    let entry = "[[ignore]]\nrule = \"jwt-credential\"\nname = \"*\"\nreason = \"x\"\nuntil = 2026-06-30\n";
    let directory = with_settings(entry);
    // 2026-06-30T23:59:59Z and the following second.
    for (now, code) in [("1782863999", 0), ("1782864000", 1)] {
        for zone in ["Pacific/Kiritimati", "Etc/GMT+12", "UTC"] {
            let mut command = command(directory.path(), &["check"]);
            assert_code(&command.env("SOURCE_DATE_EPOCH", now).env("TZ", zone).output().unwrap(), code);
        }
    }
}

/// Each of thousands of suppressions was compared with every finding.
#[test]
fn many_suppressions_take_time_for_what_they_name_only() {
    let directory = tempfile::tempdir().unwrap();
    let name = |i: usize| NAME.replace("~launch", &format!("~launch{i}"));
    for i in 0..100 {
        let text = format!("// aem-ims-lint: ignore[jwt-credential] release {i}\n{JWT}");
        put(directory.path(), &format!("{CONFIG}/{}", name(i)), text.replace("Adobe Launch", &format!("Launch {i}")));
    }
    let entry = |i| format!("[[ignore]]\nrule = \"jwt-credential\"\npath = \"*~launch{i}.cfg.json\"\nreason = \"x\"\n");
    put(directory.path(), "aem-ims-lint.toml", (0..100).map(entry).collect::<String>());
    let report = report(directory.path(), &[]);
    let findings = report["findings"].as_array().unwrap();
    let jwt: Vec<&Value> = findings.iter().filter(|finding| finding["rule"] == "jwt-credential").collect();
    assert_eq!(jwt.len(), 100);
    assert!(jwt.iter().all(|finding| finding["suppressed"]["reason"] == "x"), "the configuration comes first");
    assert!(!told(&report).contains(&"unused-suppression".to_owned()), "a comment is used where an entry is, too");
}

#[test]
fn suppressed_findings_are_marked_in_every_format_that_shows_them() {
    let settings = "[[ignore]]\nrule = \"jwt-credential\"\nname = \"*\"\nreason = \"release 12\"\n";
    let directory = with_settings(settings);
    for format in ["text", "concise", "github", "gitlab", "azure", "checkstyle", "junit", "csv", "markdown", "html"] {
        let shown = |args: &[&str]| stdout(&run(directory.path(), &[&["check", "--format", format], args].concat()));
        assert!(!shown(&[]).contains("stopped working on"), "{format}: {}", shown(&[]));
        let all = shown(&["--show-suppressed"]);
        assert!(all.contains("uppressed") || all.contains("<skipped message=\"release 12\"/>"), "{format}: {all}");
    }
}

/// `*` stopped at a slash, which is not a separator in the name of an integration.
#[test]
fn regression_a_star_in_a_name_fits_a_slash() {
    let entry = "[[ignore]]\nrule = \"jwt-credential\"\nname = \"Launch *\"\nreason = \"x\"\n";
    let directory = with_settings(entry);
    put(directory.path(), &format!("{CONFIG}/{NAME}"), JWT.replace("Adobe Launch", "Launch prod/stage"));
    assert_told(directory.path(), &[], &["jwt-credential: x"]);
}
