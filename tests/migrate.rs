//! Black-box tests of `migrate` and `check --fix`.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const CONFIG: &str = "ui.config/src/main/content/jcr_root/apps/acme/config.author";
const PROVIDER: &str = "com.adobe.granite.auth.oauth.accesstoken.provider";
const PARTNER: &str = "com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl";

/// Everything about this one is published: its edits need no human choice.
const LAUNCH: &str = r#"{
  "name": "Adobe Launch", // the only one
  "auth.token.provider.client.id": "0000launch0000example",
  "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/exchange/jwt",
  "auth.token.provider.keypair.alias": "launch-key",
  "auth.token.provider.default.claims": ["\"iss\":\"0000EXAMPLE@AdobeOrg\"", "\"https://ims-na1.adobelogin.com/s/ent_reactor_sdk\":true"],
  "token.request.customizer.type": "launch"
}
"#;
/// The scopes of this one are not published.
const TARGET: &str = r#"name="Adobe Target"
auth.token.provider.client.id="0000target0000example"
auth.access.token.request="https://%s/ims/exchange/jwt"
auth.token.provider.endpoint="ims-na1.adobelogin.com"
auth.token.provider.keypair.alias="target-key"
auth.token.provider.default.claims=["\"iss\"\ :\ \"0000EXAMPLE@AdobeOrg\"","\"https://ims-na1.adobelogin.com/s/ent_marketing_sdk\"\ :\ true"]
token.request.customizer.type="target"
"#;

fn put(directory: &Path, path: &str, content: impl AsRef<[u8]>) {
    let path = directory.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn partner(customizer: &str, secret: &str) -> String {
    format!("{{\n  \"customizer.type\": \"{customizer}\",\n  \"auth.ims.client.secret\": \"{secret}\"\n}}\n")
}

fn launch_file() -> String {
    format!("{CONFIG}/{PROVIDER}~launch.cfg.json")
}

fn target_file() -> String {
    format!("{CONFIG}/{PROVIDER}-target.config")
}

/// A project with two JWT configurations and their secrets, in no git work tree.
fn project() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    put(directory.path(), &launch_file(), LAUNCH);
    put(directory.path(), &target_file(), TARGET);
    for (name, variable) in [("launch", "LAUNCH_SECRET"), ("target", "TARGET_SECRET")] {
        let contents = partner(name, &format!("$[secret:{variable}]"));
        put(directory.path(), &format!("{CONFIG}/{PARTNER}~{name}.cfg.json"), contents);
    }
    directory
}

fn git(directory: &Path, args: &[&str]) -> Output {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "core.autocrlf=false"]);
    command.args(args).current_dir(directory);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    command.output().expect("git is needed for this test: install it")
}

fn committed(directory: &Path) {
    for args in [&["init", "-q"][..], &["add", "-A"], &["commit", "-q", "-m", "before"]] {
        let output = git(directory, args);
        assert!(output.status.success(), "{}", stderr(&output));
    }
}

fn run(directory: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aem-ims-lint"));
    command.args(args).current_dir(directory).env("COLUMNS", "200");
    command.output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

/// The rules of what `check` finds.
fn rules(directory: &Path, args: &[&str]) -> Vec<String> {
    let output = run(directory, &[&["check", ".", "--format", "json"], args].concat());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

/// Every file of a project with its contents.
fn contents(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = walkdir::WalkDir::new(directory)
        .into_iter()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().is_file() && !entry.path().components().any(|c| c.as_os_str() == ".git"))
        .map(|entry| (entry.path().to_path_buf(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn the_plan_is_there_in_every_format_and_changes_nothing() {
    let project = project();
    let before = contents(project.path());
    for format in ["text", "markdown", "html"] {
        let output = run(project.path(), &["migrate", ".", "--format", format]);
        assert_eq!(code(&output), Some(0), "{}", stderr(&output));
        let text = stdout(&output);
        for expected in ["Adobe Developer Console", "0000launch0000example", "REPLACE_WITH_OAUTH_SCOPES", "launch-key"]
        {
            assert!(text.contains(expected), "{format}: {expected}\n{text}");
        }
    }
    let output = run(project.path(), &["migrate", ".", "--format", "json", "--target", "aemaacs"]);
    let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(plan["schema"], "aem-ims-lint/migration/v1");
    let schema: Value = serde_json::from_slice(
        &fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/migration-v1.json")).unwrap(),
    )
    .unwrap();
    assert!(jsonschema::is_valid(&schema, &plan));
    assert_eq!(plan["entries"][0]["course"], "edit");
    assert_eq!(plan["entries"][0]["variables"][0]["name"], "TARGET_SECRET");
    assert_eq!(contents(project.path()), before);
}

#[test]
fn the_plan_goes_into_a_file() {
    let project = project();
    let output = run(project.path(), &["migrate", ".", "-f", "markdown", "-o", "plan.md"]);
    assert_eq!((code(&output), stdout(&output).as_str()), (Some(0), ""));
    assert!(fs::read_to_string(project.path().join("plan.md")).unwrap().contains("- [ ] "));
}

#[test]
fn an_incomplete_scan_is_told_and_nothing_is_written_after_one() {
    let project = project();
    put(project.path(), "broken.zip", "PK\u{3}\u{4} and no more");
    let before = contents(project.path());
    assert_eq!(code(&run(project.path(), &["migrate", "."])), Some(3));
    let refused = run(project.path(), &["migrate", ".", "--write"]);
    assert_eq!(code(&refused), Some(2));
    assert!(stderr(&refused).contains("the scan is incomplete"), "{}", stderr(&refused));
    assert_eq!(contents(project.path()), before);
    assert_eq!(code(&run(project.path(), &["migrate", ".", "--write", "--allow-incomplete"])), Some(0));
    assert_ne!(contents(project.path()), before);
}

#[test]
fn git_takes_the_diff_and_it_does_what_writing_does() {
    let (shown, written) = (project(), project());
    // A name that git quotes, no line end at the end, and CR LF.
    let odd = format!("{CONFIG}/{PROVIDER}~ä b.cfg.json");
    let text = LAUNCH.replace("Adobe Launch", "Launch 2").replace('\n', "\r\n");
    for project in [&shown, &written] {
        put(project.path(), &odd, text.trim_end());
        committed(project.path());
    }
    let diff = run(shown.path(), &["migrate", ".", "--diff", "--output", "migration.patch"]);
    assert_eq!(code(&diff), Some(0), "{}", stderr(&diff));
    let applied = git(shown.path(), &["apply", "--verbose", "migration.patch"]);
    assert!(applied.status.success(), "{}", stderr(&applied));
    fs::remove_file(shown.path().join("migration.patch")).unwrap();
    assert_eq!(code(&run(written.path(), &["migrate", ".", "--write"])), Some(0));

    let relative = |project: &TempDir| -> Vec<(PathBuf, Vec<u8>)> {
        let strip = |(path, bytes): (PathBuf, _)| (path.strip_prefix(project.path()).unwrap().to_path_buf(), bytes);
        contents(project.path()).into_iter().map(strip).collect()
    };
    assert_eq!(relative(&shown), relative(&written));
    let crlf = fs::read_to_string(written.path().join(&odd)).unwrap();
    assert!(!crlf.ends_with('\n') && crlf.replace("\r\n", "").matches('\n').count() == 0, "{crlf:?}");
}

#[test]
fn the_diff_names_paths_below_the_root_of_the_work_tree() {
    let project = project();
    committed(project.path());
    let below = project.path().join("ui.config");
    let diff = run(&below, &["migrate", "src", "--diff"]);
    assert!(stdout(&diff).contains(&format!("+++ b/{}", launch_file())), "{}", stdout(&diff));
    fs::write(project.path().join("migration.patch"), &diff.stdout).unwrap();
    assert!(git(project.path(), &["apply", "--check", "migration.patch"]).status.success());
}

#[test]
fn after_writing_only_placeholders_wait_and_writing_again_changes_nothing() {
    let project = project();
    assert!(rules(project.path(), &[]).contains(&"jwt-credential".to_owned()));
    let output = run(project.path(), &["migrate", ".", "--write"]);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    let told = stdout(&output);
    assert!(told.contains("fill in  REPLACE_WITH_OAUTH_SCOPES in `auth.token.provider.scope`"), "{told}");
    assert_eq!(rules(project.path(), &[]), ["oauth-missing-scope"]);
    let once = contents(project.path());
    assert_eq!(code(&run(project.path(), &["migrate", ".", "--write"])), Some(0));
    assert_eq!(contents(project.path()), once);

    let path = project.path().join(target_file());
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("REPLACE_WITH_OAUTH_SCOPES", "openid,AdobeID")).unwrap();
    assert_eq!(rules(project.path(), &[]), [""; 0]);
}

#[test]
fn the_path_changes_in_one_go_where_the_host_is_missing_too() {
    let directory = tempfile::tempdir().unwrap();
    put(directory.path(), &target_file(), TARGET.replace("endpoint=\"ims-na1.adobelogin.com\"", "endpoint=\"\""));
    run(directory.path(), &["migrate", ".", "--write"]);
    let after = contents(directory.path());
    let text = fs::read_to_string(directory.path().join(target_file())).unwrap();
    for line in ["endpoint=\"ims-na1.adobelogin.com\"\n", "auth.access.token.request=\"https://%s/ims/token/v3\"\n"] {
        assert!(text.contains(line), "{line}{text}");
    }
    run(directory.path(), &["migrate", ".", "--write"]);
    assert_eq!(contents(directory.path()), after);
}

#[test]
fn comments_and_order_stay() {
    let project = project();
    run(project.path(), &["migrate", ".", "--write"]);
    let launch = fs::read_to_string(project.path().join(launch_file())).unwrap();
    assert!(launch.starts_with("{\n  \"name\": \"Adobe Launch\", // the only one\n"), "{launch}");
    assert!(!launch.contains("keypair") && !launch.contains("ent_reactor_sdk"), "{launch}");
    let target = fs::read_to_string(project.path().join(target_file())).unwrap();
    assert!(target.starts_with("name=\"Adobe Target\"\nauth.token.provider.client.id="), "{target}");
    assert!(target.contains("auth.access.token.request=\"https://%s/ims/token/v3\"\n"), "{target}");
}

#[test]
fn a_dirty_work_tree_is_refused_without_force() {
    let project = project();
    committed(project.path());
    put(project.path(), &format!("{CONFIG}/{PARTNER}~target.cfg.json"), partner("target", "$[secret:OTHER]"));
    let before = contents(project.path());
    for command in [&["migrate", ".", "--write"][..], &["check", ".", "--fix"]] {
        let refused = run(project.path(), command);
        assert_eq!(code(&refused), Some(2), "{command:?}");
        assert!(
            stderr(&refused).contains("not committed") && stderr(&refused).contains("--force"),
            "{}",
            stderr(&refused)
        );
        assert_eq!(contents(project.path()), before);
    }
    assert_eq!(code(&run(project.path(), &["migrate", ".", "--write", "--force"])), Some(0));
    assert_ne!(contents(project.path()), before);
}

#[test]
fn a_file_that_git_does_not_know_is_refused_without_force() {
    let project = project();
    fs::write(project.path().join(".gitignore"), "*.cfg.json\n").unwrap();
    committed(project.path());
    let refused = run(project.path(), &["migrate", ".", "--write"]);
    assert_eq!(code(&refused), Some(2), "{}", stdout(&refused));
    assert!(stderr(&refused).contains("~launch.cfg.json"), "{}", stderr(&refused));
}

#[test]
fn what_else_lies_untracked_does_not_matter() {
    let project = project();
    committed(project.path());
    put(project.path(), "notes.txt", "mine");
    assert_eq!(code(&run(project.path(), &["migrate", ".", "--write"])), Some(0));
}

/// Writing fails because no file may grow: the old file is whole, and no temporary one is left.
#[cfg(unix)]
#[test]
fn a_failed_write_leaves_the_old_file_whole() {
    let project = project();
    let before = contents(project.path());
    let script = format!("trap '' XFSZ; ulimit -f 0; exec {} migrate . --write", env!("CARGO_BIN_EXE_aem-ims-lint"));
    let output = Command::new("bash").args(["-c", &script]).current_dir(project.path()).output().unwrap();
    assert_eq!(code(&output), Some(2), "{}", stdout(&output));
    assert!(stderr(&output).contains("cannot write"), "{}", stderr(&output));
    assert_eq!(contents(project.path()), before);
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let project = project();
    let file = project.path().join(launch_file());
    let real = project.path().join(CONFIG).join("real.txt");
    fs::rename(&file, &real).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.txt", &file).unwrap();
    // A walk does not read a link to what it reads anyway; a path that is named is always read.
    let secret = format!("{CONFIG}/{PARTNER}~launch.cfg.json");
    let output = run(project.path(), &["migrate", &launch_file(), &secret, "--write"]);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    assert!(fs::symlink_metadata(&file).unwrap().is_symlink());
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::read_to_string(&real).unwrap().contains("client_credentials"));
}

#[test]
fn secrets_never_show_and_become_variables_in_the_cloud() {
    const SECRET: &str = "p8e-PLANTED-secret-0001";
    let project = project();
    let file = format!("{CONFIG}/{PARTNER}~launch.cfg.json");
    put(project.path(), &file, partner("launch", SECRET));
    for args in [
        &["migrate", "."][..],
        &["migrate", ".", "--format", "json"],
        &["migrate", ".", "--diff"],
        &["check", ".", "--format", "sarif"],
    ] {
        let output = run(project.path(), &[args, &["--target", "aemaacs"]].concat());
        assert!(!stdout(&output).contains(SECRET) && !stderr(&output).contains(SECRET), "{args:?}");
    }
    let diff = run(project.path(), &["migrate", ".", "--diff", "--target", "aemaacs"]);
    assert_eq!(code(&diff), Some(1), "a part is left out");
    assert!(stderr(&diff).contains("hold a secret"), "{}", stderr(&diff));
    let shown = run(project.path(), &["migrate", ".", "--diff", "--no-redact", "--target", "aemaacs"]);
    assert!(stdout(&shown).contains(SECRET));
    let written = run(project.path(), &["migrate", ".", "--write", "--target", "aemaacs"]);
    assert!(stdout(&written).contains("set      the secret `IMS_LAUNCH_CLIENT_SECRET` in Cloud Manager"));
    let text = fs::read_to_string(project.path().join(&file)).unwrap();
    assert_eq!(text, partner("launch", "$[secret:IMS_LAUNCH_CLIENT_SECRET]"));
}

#[test]
fn a_secret_in_clear_stays_marked_on_6_5() {
    let project = project();
    put(project.path(), &format!("{CONFIG}/{PARTNER}~launch.cfg.json"), partner("launch", "not-a-real-secret"));
    run(project.path(), &["migrate", ".", "--write", "--target", "6.5"]);
    let left = rules(project.path(), &["--target", "6.5"]);
    assert_eq!(left, ["plaintext-secret", "oauth-missing-scope"]);
}

#[test]
fn a_misnamed_file_gets_its_name() {
    let directory = tempfile::tempdir().unwrap();
    let folder = "jcr_root/apps/acme/config";
    put(directory.path(), &format!("{folder}/{PROVIDER}.1234567890.config"), TARGET);
    put(directory.path(), &format!("{folder}/{PROVIDER}.1234567890.config.dir/.content.xml"), "<x/>");
    put(directory.path(), &format!("{folder}/{PARTNER}~target.cfg.json"), partner("target", "$[secret:TARGET]"));
    committed(directory.path());
    let diff = run(directory.path(), &["migrate", ".", "--diff"]);
    assert!(stdout(&diff).contains(&format!("rename to {folder}/{PROVIDER}-1234567890.config")), "{}", stdout(&diff));
    fs::write(directory.path().join("migration.patch"), &diff.stdout).unwrap();
    let check = git(directory.path(), &["apply", "--check", "migration.patch"]);
    assert!(check.status.success(), "{}", stderr(&check));
    let output = run(directory.path(), &["migrate", ".", "--write"]);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    let exists = |name: &str| directory.path().join(folder).join(name).exists();
    assert!(exists(&format!("{PROVIDER}-1234567890.config")) && !exists(&format!("{PROVIDER}.1234567890.config")));
    assert!(exists(&format!("{PROVIDER}-1234567890.config.dir")));
    assert_eq!(rules(directory.path(), &[]), ["oauth-missing-scope"]);
}

#[test]
fn a_new_name_alone_is_an_edit_too() {
    let directory = tempfile::tempdir().unwrap();
    let folder = "jcr_root/apps/acme/config";
    let old = format!("{folder}/{PROVIDER}.1234567890.config");
    let complete = TARGET
        .replace("exchange/jwt", "token/v3")
        .replace("auth.token.provider.keypair.alias=\"target-key\"", "auth.token.provider.scope=\"openid\"")
        .replace(",\"\\\"https://ims-na1.adobelogin.com/s/ent_marketing_sdk\\\"\\ :\\ true\"", "");
    let rest = "auth.token.provider.authorization.grants=\"client_credentials\"\nauth.token.provider.orgId=\"0000EXAMPLE@AdobeOrg\"\n";
    put(directory.path(), &old, format!("{complete}{rest}"));
    put(directory.path(), &format!("{folder}/{PARTNER}~target.cfg.json"), partner("target", "$[secret:TARGET]"));
    committed(directory.path());
    assert_eq!(rules(directory.path(), &[]), ["config-file-name"]);
    let diff = run(directory.path(), &["migrate", ".", "--diff"]);
    assert!(!stdout(&diff).contains("@@"), "{}", stdout(&diff));
    fs::write(directory.path().join("migration.patch"), &diff.stdout).unwrap();
    let check = git(directory.path(), &["apply", "--check", "migration.patch"]);
    assert!(check.status.success(), "{}", stderr(&check));
    fs::remove_file(directory.path().join("migration.patch")).unwrap();
    let fixed = run(directory.path(), &["check", ".", "--fix"]);
    assert_eq!(code(&fixed), Some(0), "{}{}", stdout(&fixed), stderr(&fixed));
    assert_eq!(rules(directory.path(), &[]), [""; 0]);
    assert!(!directory.path().join(old).exists());
}

#[test]
fn no_partner_is_added_beside_a_provider_that_is_not_edited() {
    let directory = tempfile::tempdir().unwrap();
    let name = format!("jcr_root/apps/acme/config/{PROVIDER}~launch.cfg.json");
    put(directory.path(), &name, LAUNCH.replace("\"launch-key\"", "null"));
    let before = contents(directory.path());
    let output = run(directory.path(), &["migrate", ".", "--write"]);
    assert_eq!(code(&output), Some(1));
    assert!(stderr(&output).contains("AEM"), "{}", stderr(&output));
    assert_eq!(contents(directory.path()), before);
}

#[test]
fn a_new_name_that_is_taken_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let folder = "jcr_root/apps/acme/config";
    put(directory.path(), &format!("{folder}/{PROVIDER}.1234567890.config"), TARGET);
    put(directory.path(), &format!("{folder}/{PROVIDER}-1234567890.config"), "unrelated=\"x\"\n");
    let before = contents(directory.path());
    let output = run(directory.path(), &["migrate", ".", "--write"]);
    assert_eq!(code(&output), Some(1));
    assert!(stderr(&output).contains("which is there already"), "{}", stderr(&output));
    let after = contents(directory.path());
    let unchanged = |file: &(PathBuf, Vec<u8>)| after.contains(file);
    assert!(before.iter().all(unchanged));
}

#[test]
fn packages_are_never_rewritten() {
    let directory = tempfile::tempdir().unwrap();
    let zip = directory.path().join("all.zip");
    let entry = format!("jcr_root/apps/acme/config/{PROVIDER}~launch.cfg.json");
    fs::write(
        &zip,
        common_zip(&[("META-INF/vault/filter.xml", "<workspaceFilter version=\"1.0\"/>"), (&entry, LAUNCH)]),
    )
    .unwrap();
    let before = contents(directory.path());
    let plan = run(directory.path(), &["migrate", "all.zip"]);
    assert!(stdout(&plan).contains("packages are never rewritten"), "{}", stdout(&plan));
    let diff = run(directory.path(), &["migrate", "all.zip", "--diff"]);
    assert_eq!(stdout(&diff), "");
    run(directory.path(), &["migrate", "all.zip", "--write"]);
    assert_eq!(contents(directory.path()), before);
}

#[test]
fn the_store_of_an_instance_is_left_to_the_instance() {
    let directory = tempfile::tempdir().unwrap();
    let name = "crx-quickstart/launchpad/config/com/adobe/granite/auth/oauth/accesstoken/provider/acme.config";
    let pid = format!("service.pid=\"{PROVIDER}.acme\"\nservice.factoryPid=\"{PROVIDER}\"\n");
    put(directory.path(), name, format!("{pid}{TARGET}"));
    let before = contents(directory.path());
    let plan = stdout(&run(directory.path(), &["migrate", "."]));
    assert!(plan.contains("the store of an AEM instance"), "{plan}");
    run(directory.path(), &["migrate", ".", "--write"]);
    run(directory.path(), &["check", ".", "--fix"]);
    assert_eq!(contents(directory.path()), before);
}

#[test]
fn a_format_that_is_not_edited_is_planned() {
    let directory = tempfile::tempdir().unwrap();
    let text = "aio_api_key=0000example\naio_technical_account_id=0000@techacct.adobe.com\naio_encoded_pkcs8=x\n";
    put(directory.path(), "workspace.properties", text);
    let plan = stdout(&run(directory.path(), &["migrate", "."]));
    assert!(plan.contains("`aio_oauth_scopes`: add") && plan.contains("are not edited"), "{plan}");
    run(directory.path(), &["migrate", ".", "--write"]);
    assert_eq!(fs::read_to_string(directory.path().join("workspace.properties")).unwrap(), text);
}

/// An archive of stored entries.
fn common_zip(entries: &[(&str, &str)]) -> Vec<u8> {
    let entries = entries.iter().map(|(name, data)| common::Entry::stored(name, data)).collect();
    common::Zip::new(entries).bytes()
}

mod common;

#[test]
fn a_component_without_oauth_gets_the_honest_answer() {
    let directory = tempfile::tempdir().unwrap();
    let name = "com.adobe.acs.commons.adobeio.service.impl.IntegrationServiceImpl.cfg.json";
    put(
        directory.path(),
        &format!("jcr_root/apps/acme/config/{name}"),
        "{\"endpoint\": \"https://ims-na1.adobelogin.com/ims/exchange/jwt\", \"clientId\": \"0000example\"}",
    );
    let plan = stdout(&run(directory.path(), &["migrate", "."]));
    assert!(plan.contains("to be replaced") && plan.contains("Replace the component"), "{plan}");
    let before = contents(directory.path());
    assert_eq!(code(&run(directory.path(), &["migrate", ".", "--write"])), Some(0));
    assert_eq!(contents(directory.path()), before);
}

#[test]
fn what_adobe_provisioned_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let text = LAUNCH.replace("0000launch0000example", "cm-p12345-e67890-integration-0");
    put(directory.path(), &format!("jcr_root/apps/acme/config/{PROVIDER}~launch.cfg.json"), text);
    let before = contents(directory.path());
    let plan = stdout(&run(directory.path(), &["migrate", ".", "--target", "aemaacs"]));
    assert!(plan.contains("left alone") && plan.contains("must not be migrated by hand"), "{plan}");
    run(directory.path(), &["migrate", ".", "--target", "aemaacs", "--write"]);
    run(directory.path(), &["check", ".", "--target", "aemaacs", "--fix"]);
    assert_eq!(contents(directory.path()), before);
}

#[test]
fn what_is_suppressed_is_not_edited() {
    let project = project();
    let settings = "[[ignore]]\nrule = \"jwt-credential\"\nname = \"Adobe Target\"\nreason = \"switched off soon\"\n";
    put(project.path(), "aem-ims-lint.toml", settings);
    run(project.path(), &["migrate", ".", "--write"]);
    assert_eq!(fs::read_to_string(project.path().join(target_file())).unwrap(), TARGET);
    assert_ne!(fs::read_to_string(project.path().join(launch_file())).unwrap(), LAUNCH);
}

#[test]
fn nothing_to_do_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let output = run(directory.path(), &["migrate", "."]);
    assert_eq!((code(&output), stdout(&output).as_str()), (Some(0), "nothing to migrate\n"));
}

#[test]
fn flags_that_exclude_each_other_are_refused() {
    let project = project();
    for args in [
        &["--diff", "--write"][..],
        &["--diff", "--format", "json"],
        &["--write", "--output", "x"],
        &["--force"],
        &["--no-redact"],
    ] {
        assert_eq!(code(&run(project.path(), &[&["migrate", "."], args].concat())), Some(2), "{args:?}");
    }
    assert_eq!(code(&run(project.path(), &["check", ".", "--force"])), Some(2));
}

#[test]
fn a_diff_forges_no_command_of_a_ci_system() {
    let project = project();
    let text = LAUNCH.replace("// the only one", "\n  // x\n  // ##vso[task.complete result=Succeeded;]");
    put(project.path(), &launch_file(), text);
    let output = run(project.path(), &["migrate", ".", "--diff"]);
    assert_eq!(code(&output), Some(1));
    assert!(!stdout(&output).contains("##vso") && stderr(&output).contains("--output FILE"), "{}", stderr(&output));
    assert_eq!(code(&run(project.path(), &["migrate", ".", "--diff", "-o", "x.patch"])), Some(0));
}

#[test]
fn fix_makes_the_edits_that_need_no_choice_and_reports_what_is_left() {
    let project = project();
    let output = run(project.path(), &["check", ".", "--fix", "--format", "concise"]);
    assert_eq!(code(&output), Some(1), "{}", stdout(&output));
    assert!(stderr(&output).contains("edited 1 file for 1 finding"), "{}", stderr(&output));
    assert!(!stdout(&output).contains("Adobe Launch"), "{}", stdout(&output));
    assert!(stdout(&output).contains("Adobe Target"), "{}", stdout(&output));
    assert_eq!(fs::read_to_string(project.path().join(target_file())).unwrap(), TARGET);
    let once = contents(project.path());
    let again = run(project.path(), &["check", ".", "--fix", "--format", "concise"]);
    assert!(stderr(&again).contains("nothing to fix"), "{}", stderr(&again));
    assert_eq!(contents(project.path()), once);
}

/// Makes the replacements of a SARIF fix in `text`, whose columns are UTF-16 code units.
fn replaced(text: &str, replacements: &[Value]) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let offset = |line: &Value, column: &Value| {
        let (line, column) = (line.as_u64().unwrap() as usize - 1, column.as_u64().unwrap() as usize - 1);
        let before: usize = lines[..line].iter().map(|line| line.len()).sum();
        let units: Vec<u16> = lines.get(line).unwrap_or(&"").encode_utf16().take(column).collect();
        before + String::from_utf16(&units).unwrap().len()
    };
    let mut out = text.to_owned();
    for one in replacements.iter().rev() {
        let region = &one["deletedRegion"];
        let start = offset(&region["startLine"], &region["startColumn"]);
        let end = offset(&region["endLine"], &region["endColumn"]);
        out.replace_range(start..end, one["insertedContent"]["text"].as_str().unwrap_or(""));
    }
    out
}

#[test]
fn a_sarif_fix_is_the_edit() {
    let project = project();
    let text = LAUNCH.replace("the only one", "é 😀 \"\\");
    put(project.path(), &launch_file(), &text);
    let output = run(project.path(), &["check", ".", "--format", "sarif"]);
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let with_fix: Vec<&Value> = results.iter().filter(|result| result["fixes"].is_array()).collect();
    assert_eq!(with_fix.len(), 1, "the scopes of Target are a human choice");
    let change = &with_fix[0]["fixes"][0]["artifactChanges"][0];
    assert!(change["artifactLocation"]["uri"].as_str().unwrap().ends_with("~launch.cfg.json"));
    let fixed = replaced(&text, change["replacements"].as_array().unwrap());
    run(project.path(), &["migrate", ".", "--write"]);
    assert_eq!(fs::read_to_string(project.path().join(launch_file())).unwrap(), fixed);
}

#[test]
fn standard_input_is_planned_but_not_edited() {
    use std::io::Write;
    use std::process::Stdio;
    let directory = tempfile::tempdir().unwrap();
    let name = format!("jcr_root/apps/acme/config/{PROVIDER}~launch.cfg.json");
    let mut child = Command::new(env!("CARGO_BIN_EXE_aem-ims-lint"))
        .args(["migrate", "-", "--write", "--stdin-filename", &name])
        .current_dir(directory.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(LAUNCH.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), Some(1));
    assert!(stderr(&output).contains("standard input"), "{}", stderr(&output));
}

/// The page that takes a reader through a migration: its commands are run one after the other in a copy of the project,
/// and print what the page shows.
#[test]
fn the_walk_through_in_the_documentation_is_true() {
    let project = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fixture = root.join("fixtures/migration");
    for (path, bytes) in contents(&fixture) {
        put(project.path(), path.strip_prefix(&fixture).unwrap().to_str().unwrap(), bytes);
    }
    committed(project.path());
    let page = root.join("docs/migration.md");
    let shown = fs::read_to_string(&page).unwrap();
    let (mut renewed, mut commands) = (String::new(), 0);
    let mut lines = shown.lines().peekable();
    while let Some(line) = lines.next() {
        renewed += &format!("{line}\n");
        if line != "```shell-session" {
            continue;
        }
        while let Some(line) = lines.next_if(|line| *line != "```") {
            if let Some(command) = line.strip_prefix("$ ") {
                commands += 1;
                renewed += &format!("{line}\n{}", in_shell(project.path(), command));
            }
        }
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&page, &renewed).unwrap();
    }
    assert!(commands >= 5, "only {commands} commands found");
    assert!(shown == renewed, "docs/migration.md is stale: run `UPDATE_DOCS=1 cargo test --test migrate`\n{renewed}");
}

/// Both streams of a command, and its exit code unless 0.
fn in_shell(directory: &Path, command: &str) -> String {
    let bin = Path::new(env!("CARGO_BIN_EXE_aem-ims-lint")).parent().unwrap().to_str().unwrap();
    let path = format!("{bin}:{}", std::env::var("PATH").unwrap());
    let mut shell = Command::new("bash");
    shell.args(["-c", &format!("{command} 2>&1")]).current_dir(directory).env("PATH", path).env("COLUMNS", "120");
    shell.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null").env("NO_COLOR", "1");
    for (name, value) in [("NAME", "Acme"), ("EMAIL", "acme@example.com")] {
        shell.env(format!("GIT_AUTHOR_{name}"), value).env(format!("GIT_COMMITTER_{name}"), value);
    }
    let output = shell.output().unwrap();
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    match code(&output) {
        Some(0) => text,
        code => format!("{text}[exit code {}]\n", code.unwrap()),
    }
}
