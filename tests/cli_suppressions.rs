//! Black-box tests of suppressions in the configuration and in files.

#![allow(clippy::unwrap_used)]

mod project;

use project::*;
use serde_json::Value;
use tempfile::TempDir;

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
