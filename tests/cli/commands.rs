//! Black-box tests of the command line: every flag and every exit code.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use tempfile::TempDir;

use crate::program::command;

const JWT: &str = r#"{
  "name": "Adobe Launch",
  "auth.token.provider.client.id": "0000launch0000example",
  "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/exchange/jwt",
  "auth.token.provider.keypair.alias": "launch-key"
}
"#;

const JWT_PATH: &str =
    "jcr_root/apps/acme/config.author/com.adobe.granite.auth.oauth.accesstoken.provider~launch.cfg.json";

/// An empty project directory with `.git`, so that no configuration file above it applies.
fn project() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join(".git")).unwrap();
    directory
}

fn put(directory: &Path, path: &str, content: impl AsRef<[u8]>) {
    let path = directory.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn jwt_project() -> TempDir {
    let directory = project();
    put(directory.path(), JWT_PATH, JWT);
    directory
}

fn run(directory: &Path, args: &[&str]) -> Output {
    command(directory, args).output().unwrap()
}

fn run_with_input(directory: &Path, args: &[&str], input: &[u8]) -> Output {
    let mut child =
        command(directory, args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
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

/// Rule ids of a JSON report, in order.
fn rules(output: &Output) -> Vec<String> {
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    report["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_clean_project_ends_with_0() {
    let directory = project();
    put(directory.path(), "jcr_root/content/.content.xml", "<a/>");
    let output = run(directory.path(), &["check"]);
    assert_code(&output, 0);
}

#[test]
fn a_jwt_credential_ends_with_1_and_names_its_line() {
    let directory = jwt_project();
    let output = run(directory.path(), &["check", "--format", "concise"]);
    assert_code(&output, 1);
    let line = format!("{JWT_PATH}:4:33: error[jwt-credential]");
    assert!(stdout(&output).contains(&line), "{}", stdout(&output));
}

#[test]
fn a_path_that_does_not_exist_ends_with_2() {
    let output = run(project().path(), &["check", "no/such/path"]);
    assert_code(&output, 2);
    assert!(stderr(&output).contains("`no/such/path` does not exist"), "{}", stderr(&output));
    assert!(output.stdout.is_empty());
}

#[test]
fn an_unknown_argument_ends_with_2() {
    assert_code(&run(project().path(), &["check", "--no-such-flag"]), 2);
    assert_code(&run(project().path(), &["no-such-command"]), 2);
    assert_code(&run(project().path(), &[]), 2);
}

#[test]
fn an_empty_list_of_paths_reads_the_current_directory() {
    let directory = jwt_project();
    let output = run(directory.path(), &["check", "--format", "json"]);
    assert_eq!(rules(&output)[0], "jwt-credential");
}

#[test]
fn a_truncated_package_ends_with_3_and_costs_no_finding() {
    let directory = jwt_project();
    put(directory.path(), "dist/broken.zip", b"PK\x03\x04\x14\x00\x00\x00\x08\x00truncated");
    let output = run(directory.path(), &["check", "--format", "json"]);
    assert_code(&output, 3);
    assert_eq!(rules(&output)[0], "jwt-credential");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["incidents"][0]["path"], "dist/broken.zip");
    assert_eq!(report["summary"]["complete"], false);
}

#[test]
fn allow_incomplete_lifts_3() {
    let directory = project();
    put(directory.path(), "broken.zip", b"PK\x03\x04\x14\x00\x00\x00\x08\x00truncated");
    assert_code(&run(directory.path(), &["check"]), 3);
    assert_code(&run(directory.path(), &["check", "--allow-incomplete"]), 0);
    put(directory.path(), JWT_PATH, JWT);
    assert_code(&run(directory.path(), &["check", "--allow-incomplete"]), 1);
}

#[test]
fn broken_xml_with_ims_evidence_is_an_incident_and_without_is_not() {
    let directory = project();
    put(
        directory.path(),
        "jcr_root/content/.content.xml",
        "<jcr:root xmlns:jcr='http://www.jcp.org/jcr/1.0' a='#set($x)'><",
    );
    assert_code(&run(directory.path(), &["check"]), 0);
    let evidence = "<jcr:root xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" imsHost=\"ims-na1.adobelogin.com\"><a b=";
    put(directory.path(), "jcr_root/content/b/.content.xml", evidence);
    let output = run(directory.path(), &["check", "--format", "json"]);
    assert_code(&output, 3);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["incidents"][0]["kind"], "malformed");
    assert_eq!(report["incidents"][0]["path"], "jcr_root/content/b/.content.xml");
}

/// A checkout without symbolic links contains a file with the path of the link's target instead.
#[test]
fn regression_an_integration_by_its_name_that_is_not_well_formed_is_an_incident() {
    let directory = project();
    let name = "jcr_root/apps/acme/config/com.adobe.granite.auth.oauth.accesstoken.provider~x.cfg.json";
    put(directory.path(), name, "../../../../docs/notes.md");
    assert_code(&run(directory.path(), &["check"]), 3);
}

/// `/proc/self/mem` can be opened but not read, even by the superuser.
#[cfg(target_os = "linux")]
#[test]
fn an_unreadable_file_is_an_incident() {
    let directory = jwt_project();
    let output = run(directory.path(), &["check", ".", "/proc/self/mem", "--format", "json"]);
    assert_code(&output, 3);
    assert_eq!(rules(&output)[0], "jwt-credential");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["incidents"][0]["kind"], "unreadable");
    assert_eq!(report["incidents"][0]["path"], "/proc/self/mem");
}

#[test]
fn a_directory_called_zip_is_read_as_a_directory() {
    let directory = project();
    put(directory.path(), &format!("all.zip/{JWT_PATH}"), JWT);
    put(directory.path(), "all.zip/META-INF/vault/filter.xml", "<workspaceFilter version=\"1.0\"/>");
    let output = run(directory.path(), &["check", "--format", "json", "all.zip"]);
    assert_code(&output, 1);
    assert_eq!(rules(&output)[0], "jwt-credential");
}

#[test]
fn fail_on_decides_what_fails() {
    let directory = project();
    // Relaxed TLS is a warning and the only problem here.
    let relaxed = JWT.replace("ims/exchange/jwt", "ims/token/v3").replace(
        "\"auth.token.provider.keypair.alias\": \"launch-key\"",
        concat!(
            "\"auth.token.provider.authorization.grants\": \"client_credentials\",\n",
            "\"auth.token.provider.scope\": \"openid\",\n",
            "\"auth.token.provider.orgId\": \"0000EXAMPLE@AdobeOrg\",\n",
            "\"auth.token.provider.default.claims\": [\"\\\"iss\\\" : \\\"0000EXAMPLE@AdobeOrg\\\"\"],\n",
            "\"token.request.customizer.type\": \"launch\",\n",
            "\"auth.token.provider.relaxed.ssl\": true"
        ),
    );
    put(directory.path(), JWT_PATH, relaxed);
    put(
        directory.path(),
        "jcr_root/apps/acme/config.author/com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl~launch.cfg.json",
        r#"{ "customizer.type": "launch", "auth.ims.client.secret": "$[secret:LAUNCH]" }"#,
    );
    let output = run(directory.path(), &["check", "--format", "json"]);
    assert_eq!(rules(&output), ["relaxed-tls"]);
    assert_code(&output, 0);
    assert_code(&run(directory.path(), &["check", "--fail-on", "error"]), 0);
    assert_code(&run(directory.path(), &["check", "--fail-on", "warning"]), 1);
    assert_code(&run(directory.path(), &["check", "--fail-on", "note"]), 1);
    assert_code(&run(jwt_project().path(), &["check", "--fail-on", "never"]), 0);
}

#[test]
fn every_format_writes_something_and_exits_alike() {
    let directory = jwt_project();
    let formats = [
        "text",
        "concise",
        "json",
        "jsonl",
        "sarif",
        "github",
        "gitlab",
        "azure",
        "checkstyle",
        "junit",
        "csv",
        "markdown",
        "html",
    ];
    for format in formats {
        let output = run(directory.path(), &["check", "--format", format]);
        assert_code(&output, 1);
        assert!(stdout(&output).contains("jwt-credential"), "{format}: {}", stdout(&output));
    }
}

#[test]
fn output_and_report_write_files() {
    let directory = jwt_project();
    let args = ["check", "-o", "out.txt", "--report", "sarif=a.sarif", "--report", "json=b.json"];
    let output = run(directory.path(), &args);
    assert_code(&output, 1);
    assert!(output.stdout.is_empty());
    for file in ["out.txt", "a.sarif", "b.json"] {
        assert!(fs::read_to_string(directory.path().join(file)).unwrap().contains("jwt-credential"), "{file}");
    }
}

#[test]
fn a_wrong_report_argument_says_what_to_write() {
    let output = run(project().path(), &["check", "--report", "pdf=x"]);
    assert_code(&output, 2);
    assert!(stderr(&output).contains("`pdf` is not a valid format; use one of text, concise"), "{}", stderr(&output));
    let output = run(project().path(), &["check", "--report", "sarif"]);
    assert_code(&output, 2);
    assert!(stderr(&output).contains("write FORMAT=FILE"), "{}", stderr(&output));
}

#[test]
fn an_output_that_cannot_be_written_ends_with_2() {
    let output = run(jwt_project().path(), &["check", "-o", "no/such/folder/out.txt"]);
    assert_code(&output, 2);
    assert!(stderr(&output).contains("cannot write `no/such/folder/out.txt`"), "{}", stderr(&output));
}

#[test]
fn standard_input_is_read_under_the_name_given() {
    let output = run_with_input(
        project().path(),
        &["check", "-", "--stdin-filename", JWT_PATH, "--format", "json"],
        JWT.as_bytes(),
    );
    assert_code(&output, 1);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["findings"][0]["location"]["path"], JWT_PATH);
}

#[test]
fn standard_input_without_a_name_ends_with_2() {
    let output = run_with_input(project().path(), &["check", "-"], b"");
    assert_code(&output, 2);
    assert!(stderr(&output).contains("--stdin-filename"), "{}", stderr(&output));
}

#[test]
fn files_from_reads_a_list() {
    let directory = jwt_project();
    put(directory.path(), "list", format!("{JWT_PATH}\r\n\n"));
    let output = run(directory.path(), &["check", "--files-from", "list", "--format", "json"]);
    assert_eq!(rules(&output)[0], "jwt-credential");
    let output =
        run_with_input(directory.path(), &["check", "--files-from", "-", "--format", "json"], JWT_PATH.as_bytes());
    assert_eq!(rules(&output)[0], "jwt-credential");
    assert_code(&run(directory.path(), &["check", "--files-from", "absent"]), 2);
}

#[test]
fn an_empty_list_of_files_reads_nothing() {
    let directory = jwt_project();
    put(directory.path(), "list", "");
    assert_code(&run(directory.path(), &["check", "--files-from", "list"]), 0);
}

#[test]
fn the_configuration_above_the_path_counts_unless_isolated() {
    let directory = jwt_project();
    let off = "[rules]\njwt-credential = \"off\"\n";
    put(directory.path(), "aem-ims-lint.toml", off);
    let deep = "jcr_root/apps/acme";
    assert!(!rules(&run(directory.path(), &["check", deep, "--format", "json"])).contains(&"jwt-credential".into()));
    let isolated = run(directory.path(), &["check", deep, "--isolated", "--format", "json"]);
    assert!(rules(&isolated).contains(&"jwt-credential".into()));
    put(directory.path(), "other.toml", "[rules]\njwt-credential = \"note\"\n");
    let output = run(directory.path(), &["check", "--config", "other.toml", "--format", "json"]);
    assert_code(&output, 0);
    assert!(rules(&output).contains(&"jwt-credential".into()));
}

#[test]
fn a_wrong_configuration_ends_with_2_and_a_suggestion() {
    let directory = jwt_project();
    put(directory.path(), "aem-ims-lint.toml", "[rules]\njwt-credentials = \"off\"\n");
    let output = run(directory.path(), &["check"]);
    assert_code(&output, 2);
    assert!(stderr(&output).contains("did you mean `jwt-credential`?"), "{}", stderr(&output));
    assert_code(&run(directory.path(), &["check", "--config", "absent.toml"]), 2);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let directory = jwt_project();
    for i in 0..40 {
        put(directory.path(), &JWT_PATH.replace("~launch", &format!("~launch{i}")), JWT);
    }
    let one = run(directory.path(), &["check", "--threads", "1", "--format", "json"]);
    let many = run(directory.path(), &["check", "--threads", "4", "--format", "json"]);
    assert_eq!(stdout(&one), stdout(&many));
}

#[test]
fn quiet_prints_nothing_and_verbose_tells_timings() {
    let directory = jwt_project();
    let output = run(directory.path(), &["check", "--quiet"]);
    assert_code(&output, 1);
    assert!(output.stdout.is_empty() && output.stderr.is_empty());
    let output = run(directory.path(), &["check", "--verbose"]);
    assert!(stderr(&output).contains("scan"), "{}", stderr(&output));
}

#[test]
fn colour_is_for_terminals_unless_asked_for() {
    let directory = jwt_project();
    let escape = '\u{1b}';
    assert!(!stdout(&run(directory.path(), &["check"])).contains(escape));
    assert!(stdout(&run(directory.path(), &["check", "--color", "always"])).contains(escape));
    assert!(!stdout(&run(directory.path(), &["check", "--color", "never"])).contains(escape));
    let forced = command(directory.path(), &["check"]).env("FORCE_COLOR", "1").output().unwrap();
    assert!(stdout(&forced).contains(escape));
    let refused = command(directory.path(), &["check"]).env("FORCE_COLOR", "1").env("NO_COLOR", "1").output().unwrap();
    assert!(!stdout(&refused).contains(escape));
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let directory = jwt_project();
    for i in 0..2000 {
        put(directory.path(), &JWT_PATH.replace("~launch", &format!("~launch{i}")), JWT);
    }
    let mut child = command(directory.path(), &["check", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(stderr(&output).is_empty(), "{}", stderr(&output));
    assert!(output.status.code().is_some());
}

#[test]
fn limits_can_be_set() {
    let directory = jwt_project();
    let output = run(directory.path(), &["check", "--max-entry-bytes", "10", "--format", "json"]);
    assert_code(&output, 3);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["incidents"][0]["kind"], "limit");
    assert_code(&run(directory.path(), &["check", "--max-entry-bytes", "ten"]), 2);
}

/// Four million keys took more than a gigabyte.
#[test]
fn regression_huge_configurations_are_a_limit_and_take_no_memory() {
    let directory = jwt_project();
    for name in ["a.b.C.config", "a.b.D.cfg"] {
        let keys: String = (0..1_000_000).map(|i| format!("k{i}=\"1\"\n")).collect();
        put(directory.path(), &format!("jcr_root/apps/acme/config/{name}"), format!("h=\"adobelogin.com\"\n{keys}"));
    }
    let output = run(directory.path(), &["check", "--format", "json"]);
    assert_code(&output, 3);
    assert_eq!(rules(&output)[0], "jwt-credential");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let incidents = report["incidents"].as_array().unwrap();
    assert_eq!(incidents.len(), 2);
    assert!(incidents.iter().all(|i| i["kind"] == "limit"), "{incidents:?}");
}

#[test]
fn build_output_is_skipped_unless_asked_for() {
    let directory = project();
    put(directory.path(), "pom.xml", "<project/>");
    put(directory.path(), &format!("target/{JWT_PATH}"), JWT);
    let output = run(directory.path(), &["check", "--format", "json"]);
    assert_code(&output, 0);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["summary"]["skipped"], 2, "target and .git");
    assert_code(&run(directory.path(), &["check", "--include-skipped"]), 1);
    assert_code(&run(directory.path(), &["check", "target"]), 1);
}

#[test]
fn the_target_changes_the_advice() {
    let directory = jwt_project();
    let advice = |target| stdout(&run(directory.path(), &["check", "--target", target]));
    assert!(advice("6.5").contains("6.5.21"), "{}", advice("6.5"));
    assert!(!advice("aemaacs").contains("6.5.21"), "{}", advice("aemaacs"));
}

#[test]
fn rules_and_explain() {
    let output = run(project().path(), &["rules", "--format", "json"]);
    assert_code(&output, 0);
    let list: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for rule in list.as_array().unwrap() {
        let id = rule["id"].as_str().unwrap();
        let output = run(project().path(), &["explain", id]);
        assert_code(&output, 0);
        assert!(stdout(&output).contains("What it does"), "{id}");
    }
    assert!(stdout(&run(project().path(), &["rules"])).contains("jwt-credential"));
    let output = run(project().path(), &["explain", "jwt-credentails"]);
    assert_code(&output, 2);
    assert!(stderr(&output).contains("did you mean `jwt-credential`?"), "{}", stderr(&output));
}

#[test]
fn inspect_shows_files_and_redacts_secrets() {
    let directory = project();
    put(directory.path(), "apps/config/a.b.C.config", "clientSecret=\"not-a-real-secret\"\nx=I\"5\"\n");
    let output = run(directory.path(), &["inspect", "--format", "json"]);
    assert_code(&output, 0);
    assert!(!stdout(&output).contains("not-a-real-secret"));
    let shown: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(shown["schema"], "aem-ims-lint/inspect/v1");
    assert_eq!(shown["files"][0]["pid"], "a.b.C");
    assert_eq!(shown["files"][0]["nodes"][0]["properties"][1]["type"], "Integer");
    let shown = stdout(&run(directory.path(), &["inspect", "--no-redact"]));
    assert!(shown.contains("not-a-real-secret"), "{shown}");
}

#[test]
fn inventory_lists_integrations() {
    let directory = jwt_project();
    let output = run(directory.path(), &["inventory"]);
    assert_code(&output, 0);
    assert!(stdout(&output).contains("Adobe Launch"), "{}", stdout(&output));
    for format in ["json", "csv", "markdown", "html"] {
        let output = run(directory.path(), &["inventory", "--format", format]);
        assert_code(&output, 0);
        assert!(stdout(&output).contains("Adobe Launch"), "{format}");
    }
}

#[test]
fn several_paths_are_one_scan() {
    let directory = jwt_project();
    put(
        directory.path(),
        "content/jcr_root/conf/acme/settings/cloudconfigs/launch/.content.xml",
        r#"<jcr:root xmlns:jcr="http://www.jcp.org/jcr/1.0" xmlns:cq="http://www.day.com/jcr/cq/1.0" xmlns:sling="http://sling.apache.org/jcr/sling/1.0" jcr:primaryType="cq:Page"><jcr:content jcr:primaryType="cq:PageContent" sling:resourceType="cq/dtm-reactor/components/conf/page" imsConfigId="Adobe Launch"/></jcr:root>"#,
    );
    let alone = run(directory.path(), &["check", "content", "--format", "json"]);
    assert_eq!(rules(&alone), ["ims-reference-unresolved"]);
    let together = run(directory.path(), &["check", "content", "jcr_root", "--format", "json"]);
    assert!(!rules(&together).contains(&"ims-reference-unresolved".into()), "{:?}", rules(&together));
}

#[test]
fn version_is_printed() {
    let output = run(project().path(), &["--version"]);
    assert_code(&output, 0);
    assert!(stdout(&output).contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn certificates_are_judged_by_the_day_that_is_given() {
    let directory = tempfile::tempdir().unwrap();
    put(
        directory.path(),
        "service-credentials.json",
        r#"{"ok":true,"integration":{"imsEndpoint":"ims-na1.adobelogin.com","metascopes":"ent_aem_cloud_api","technicalAccount":{"clientId":"cm-p00000-e000000-integration-0"},"certificateExpirationDate":"2026-05-10T21:12:43.000Z"},"statusCode":200}"#,
    );
    let says = |day: &str| {
        let output = run(directory.path(), &["check", "--isolated", "--today", day, "--format", "concise"]);
        stdout(&output).lines().find(|line| line.contains("credential-expired")).map(str::to_owned)
    };
    assert_eq!(says("2026-04-10"), None);
    assert!(says("2026-04-11").unwrap().contains("warning[credential-expired]"));
    assert!(says("2026-05-11").unwrap().contains("error[credential-expired]"));
    assert!(says("2026-05-11").unwrap().contains("expired on 2026-05-10"));
    for command in ["inventory", "migrate"] {
        assert!(stderr(&run(directory.path(), &[command, "--today", "2026-05-11"])).is_empty(), "{command}");
    }
    let wrong = run(directory.path(), &["check", "--today", "tomorrow"]);
    assert_code(&wrong, 2);
    assert!(stderr(&wrong).contains("--today"));
}

/// The demo is a source tree for AEM 6.5: it has no credentials provisioned by Adobe, no Cloud Manager variables, no
/// ambiguous archives, no exports, no files for programs other than AEM, and no code.
#[test]
fn the_demo_shows_every_other_rule() {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo");
    let output = run(&demo, &["check", "--format", "json"]);
    let shown = rules(&output);
    let list = run(&demo, &["rules", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_slice(&list.stdout).unwrap();
    let elsewhere = [
        "jwt-auto-provisioned",
        "variable-name",
        "variable-not-set",
        "ambiguous-entry",
        "values-not-exported",
        "consumer-demand",
        "jwt-library",
        "api-client-not-listed",
        "api-clients-invalid",
        "unused-suppression",
        "expired-suppression",
    ];
    for rule in list.as_array().unwrap() {
        let id = rule["id"].as_str().unwrap();
        assert!(shown.iter().any(|s| s == id) || elsewhere.contains(&id), "{id} is not shown");
    }
}

#[test]
fn an_integration_that_works_in_some_environments_only_says_where() {
    let demo =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules/secret-not-in-force/flagged/no-secret-for-stage");
    let output = run(&demo, &["inventory", "--format", "json", "--isolated"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let integration = &report["integrations"][0];
    assert_eq!((&integration["status"], &integration["verdict"]), (&"oauthBroken".into(), &"broken".into()));
    let verdicts: Vec<(&str, &str)> = integration["verdicts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["environment"].as_str().unwrap(), one["verdict"].as_str().unwrap()))
        .collect();
    let expected =
        [("author/dev", "works"), ("author/prod", "works"), ("author/rde", "works"), ("author/stage", "broken")];
    assert_eq!(verdicts, expected);
    assert_eq!(integration["verdicts"][3]["causes"][0]["rule"], "secret-not-in-force");
    let table = stdout(&run(&demo, &["inventory", "--isolated"]));
    assert!(table.contains("works in author: dev, prod, rde; broken in author: stage"), "{table}");
}
