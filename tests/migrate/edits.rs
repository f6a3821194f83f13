//! Black-box tests of `migrate` and `check --fix`: what is edited, and what is left to people.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::common;

use crate::migration::*;
use crate::program::command;

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
    assert!(stderr(&diff).contains("may contain a secret"), "{}", stderr(&diff));
    let shown = run(project.path(), &["migrate", ".", "--diff", "--no-redact", "--target", "aemaacs"]);
    assert!(stdout(&shown).contains(SECRET));
    let written = run(project.path(), &["migrate", ".", "--write", "--target", "aemaacs"]);
    assert!(stdout(&written).contains("set      the secret `IMS_LAUNCH_CLIENT_SECRET` in Cloud Manager"));
    let text = fs::read_to_string(project.path().join(&file)).unwrap();
    assert_eq!(text, partner("launch", "$[secret:IMS_LAUNCH_CLIENT_SECRET]"));
}

/// A diff has a line for each LF. Lines with secrets were counted that way, but those of the diff were also split at
/// lone CRs.
#[test]
fn secrets_never_show_in_a_diff_behind_lone_carriage_returns() {
    const SECRET: &str = "p8e-PLANTED-secret-0002";
    let project = project();
    let contents = partner("launch", SECRET).replacen("{\n", &format!("{{{}\n", "\r".repeat(30)), 1);
    put(project.path(), &format!("{CONFIG}/{PARTNER}~launch.cfg.json"), contents);
    let output = run(project.path(), &["migrate", ".", "--diff", "--target", "aemaacs"]);
    assert_eq!(code(&output), Some(1), "a part is left out");
    assert!(stderr(&output).contains("may contain a secret"), "{}", stderr(&output));
    assert!(!stdout(&output).contains(SECRET), "{}", stdout(&output));
}

/// Lone CRs were treated as line ends, so git considered the patch corrupt.
#[test]
fn git_takes_the_diff_of_a_file_with_lone_carriage_returns() {
    let project = project();
    put(project.path(), &launch_file(), LAUNCH.replace(" // the only one", "").replace('\n', "\r"));
    committed(project.path());
    let diff = run(project.path(), &["migrate", ".", "--diff", "--output", "migration.patch"]);
    assert_eq!(code(&diff), Some(0), "{}", stderr(&diff));
    let applied = git(project.path(), &["apply", "--verbose", "migration.patch"]);
    assert!(applied.status.success(), "{}", stderr(&applied));
    let text = fs::read_to_string(project.path().join(launch_file())).unwrap();
    assert!(text.contains("/ims/token/v3") && !text.contains('\n'), "{text:?}");
}

#[test]
fn a_plain_text_secret_stays_marked_on_6_5() {
    let project = project();
    put(project.path(), &format!("{CONFIG}/{PARTNER}~launch.cfg.json"), partner("launch", "not-a-real-secret"));
    run(project.path(), &["migrate", ".", "--write", "--target", "6.5"]);
    let left = rules(project.path(), &["--target", "6.5"]);
    // On AEM 6.5, the remaining `$[secret:…]` placeholders of the project are not resolved.
    assert_eq!(left, ["plaintext-secret", "placeholder-not-resolved", "oauth-missing-scope"]);
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
        .replace(",\"\\\"https://ims-na1.adobelogin.com/s/ent_marketing_sdk\\\"\\ :\\ true\"", "")
        .replace(",\"\\\"https://ims-na1.adobelogin.com/s/ent_stocksearch_sdk\\\"\\ :\\ true\"", "");
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
    assert!(stderr(&output).contains("which already exists"), "{}", stderr(&output));
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
    assert!(plan.contains("belongs to an AEM instance"), "{plan}");
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
    assert!(plan.contains("to replace") && plan.contains("Replace the component"), "{plan}");
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
    assert!(plan.contains("to leave to Adobe") && plan.contains("must not be migrated by hand"), "{plan}");
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
    // Text that could not be parsed is shown only on request.
    let output = run(project.path(), &["migrate", ".", "--diff"]);
    assert!(!stdout(&output).contains("vso") && !stderr(&output).contains("vso"), "{}", stdout(&output));
    let output = run(project.path(), &["migrate", ".", "--diff", "--no-redact"]);
    assert_eq!(code(&output), Some(1));
    assert!(!stdout(&output).contains("##vso") && stderr(&output).contains("--output FILE"), "{}", stderr(&output));
    assert_eq!(code(&run(project.path(), &["migrate", ".", "--diff", "--no-redact", "-o", "x.patch"])), Some(0));
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
    assert!(stderr(&again).contains("no safe fixes to apply"), "{}", stderr(&again));
    assert_eq!(contents(project.path()), once);
}

/// Applies the replacements of a SARIF fix to `text`, whose columns are UTF-16 code units.
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
    let mut child = command(directory.path(), &["migrate", "-", "--write", "--stdin-filename", &name])
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

/// The state after an interruption at any file, and the result of a second run.
#[test]
fn an_interrupted_migration_is_finished_by_the_next() {
    let provider = LAUNCH.replace(",\n  \"token.request.customizer.type\": \"launch\"", "");
    let renamed = format!("{CONFIG}/{PROVIDER}.1234567890.config");
    let started = || {
        let directory = tempfile::tempdir().unwrap();
        put(directory.path(), &launch_file(), &provider);
        put(directory.path(), &renamed, TARGET.replace("\"target\"", "\"1234567890\""));
        put(directory.path(), &format!("{renamed}.dir/.content.xml"), "<x/>");
        directory
    };
    for target in ["6.5", "aemaacs"] {
        let arguments = ["migrate", ".", "--write", "--target", target];
        let whole = started();
        let below = |directory: &std::path::Path| -> Vec<(String, Vec<u8>)> {
            let relative = |path: PathBuf| path.strip_prefix(directory).unwrap().to_str().unwrap().to_owned();
            contents(directory).into_iter().map(|(path, bytes)| (relative(path), bytes)).collect()
        };
        let before = below(whole.path());
        let output = run(whole.path(), &arguments);
        assert_eq!(code(&output), Some(0), "{}", stderr(&output));
        let after = below(whole.path());
        let added: Vec<_> = after.iter().filter(|file| !before.contains(file)).collect();
        assert_eq!(added.len(), 5, "two partners, two providers and a folder: {added:?}");
        assert!(stdout(&output).contains("REPLACE_WITH_OAUTH_SCOPES"), "{}", stdout(&output));
        let place = |end: &str| added.iter().position(|(path, _)| path.ends_with(end)).unwrap();
        let (file, folder) = (place(&format!("{PROVIDER}-1234567890.config")), place(".config.dir/.content.xml"));
        // The folder of a file is renamed before the file.
        let possible = |done: &u32| done >> file & 1 == 0 || done >> folder & 1 == 1;
        for done in (0..1_u32 << added.len()).filter(possible) {
            let directory = started();
            for (_, file) in added.iter().enumerate().filter(|(index, _)| done >> index & 1 == 1) {
                let (path, bytes) = file;
                // A renamed file has either its old or its new name.
                if path.contains("1234567890.config") && path.contains(PROVIDER) {
                    let folder = path.contains(".config.dir");
                    let (old, new) = (renamed.clone(), renamed.replace(".1234567890", "-1234567890"));
                    let suffix = if folder { ".dir" } else { "" };
                    let at = |name: &str| directory.path().join(format!("{name}{suffix}"));
                    fs::rename(at(&old), at(&new)).unwrap();
                }
                put(directory.path(), path, bytes);
            }
            let output = run(directory.path(), &arguments);
            assert_eq!(code(&output), Some(0), "{done:b}: {}", stderr(&output));
            assert_eq!(below(directory.path()), after, "{done:b}, {target}");
        }
    }
}

#[test]
fn what_cannot_be_written_is_told_and_the_rest_is() {
    let project = project();
    fs::hard_link(project.path().join(launch_file()), project.path().join("other-name.txt")).unwrap();
    let output = run(project.path(), &["migrate", ".", "--write"]);
    assert_eq!(code(&output), Some(1), "{}", stdout(&output));
    assert!(stdout(&output).contains(&format!("edited   {}", target_file())), "{}", stdout(&output));
    assert!(stdout(&output).contains("fill in  REPLACE_WITH_OAUTH_SCOPES"), "{}", stdout(&output));
    assert!(stdout(&output).contains("1 file written"), "{}", stdout(&output));
    assert!(stderr(&output).contains(&format!("not edited: {}", launch_file())), "{}", stderr(&output));
    assert!(stderr(&output).contains("hard links"), "{}", stderr(&output));
    assert_eq!(fs::read_to_string(project.path().join(launch_file())).unwrap(), LAUNCH);
    assert!(contents(project.path()).iter().all(|(path, _)| !path.to_str().unwrap().contains(".aem-ims-lint-")));
    let fixed = run(project.path(), &["check", ".", "--fix", "--format", "concise"]);
    assert_eq!(code(&fixed), Some(1));
    assert!(stderr(&fixed).contains("hard links"), "{}", stderr(&fixed));
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_keeps_its_owner_its_mode_and_its_attributes() {
    use rustix::fs::{XattrFlags, getxattr, setxattr};
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

    let project = project();
    let path = project.path().join(launch_file());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    // Only root may change the owner of files, and not every file system has extended attributes.
    let given = chown(&path, Some(12345), Some(12345)).is_ok();
    let marked = setxattr(&path, "user.acme", b"kept", XattrFlags::empty()).is_ok();
    assert_eq!(code(&run(project.path(), &["migrate", ".", "--write"])), Some(0));
    assert_ne!(fs::read_to_string(&path).unwrap(), LAUNCH);
    let metadata = fs::metadata(&path).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o7777, 0o640);
    assert!(!given || (metadata.uid(), metadata.gid()) == (12345, 12345));
    let mut value = [0; 8];
    assert!(!marked || getxattr(&path, "user.acme", &mut value[..]).is_ok_and(|length| value[..length] == *b"kept"));
}

/// It was paired with the only secret in its folder, which AEM does not use for it.
#[test]
fn a_provider_without_a_customizer_is_not_complete() {
    let directory = tempfile::tempdir().unwrap();
    let folder = "jcr_root/apps/acme/config";
    let provider = r#"{
  "name": "acme",
  "auth.token.provider.default.claims": "\"iss\" : \"0000EXAMPLE@AdobeOrg\"",
  "auth.token.provider.authorization.grants": "client_credentials",
  "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/token/v3",
  "auth.token.provider.client.id": "0000example",
  "auth.token.provider.scope": "openid",
  "auth.token.provider.orgId": "0000EXAMPLE@AdobeOrg"
}
"#;
    put(directory.path(), &format!("{folder}/{PROVIDER}~a.cfg.json"), provider);
    put(directory.path(), &format!("{folder}/{PARTNER}~a.cfg.json"), partner("a", "$[secret:ACME_SECRET]"));
    assert_eq!(rules(directory.path(), &[]), ["oauth-missing-client-secret"]);
    assert!(stdout(&run(directory.path(), &["inventory", "."])).contains("OAuth, incomplete"));
    assert_eq!(code(&run(directory.path(), &["migrate", ".", "--write"])), Some(0));
    let text = fs::read_to_string(directory.path().join(format!("{folder}/{PROVIDER}~a.cfg.json"))).unwrap();
    assert!(text.contains("\"token.request.customizer.type\": \"a\""), "{text}");
    assert_eq!(rules(directory.path(), &[]), [""; 0]);
}

#[test]
fn lines_that_may_not_be_shown_are_left_out_of_the_diff() {
    let project = project();
    let text = LAUNCH
        .replace("{\n", "{\n  \"acme.first\": \"Zq1\",\n")
        .replace(" // the only one", "")
        .replace("\"launch\"\n}", "\"launch\",\n  \"acme.last\": \"Zq2\",\n  \"auth.token.provider.title\": \"x\"\n}");
    put(project.path(), &launch_file(), &text);
    committed(project.path());
    let diff = run(project.path(), &["migrate", ".", "--diff", "--output", "migration.patch"]);
    assert_eq!(code(&diff), Some(0), "{}", stderr(&diff));
    let patch = fs::read_to_string(project.path().join("migration.patch")).unwrap();
    assert!(patch.contains("token/v3") && !patch.contains("Zq"), "{patch}");
    let applied = git(project.path(), &["apply", "migration.patch"]);
    assert!(applied.status.success(), "{}\n{patch}", stderr(&applied));
    let edited = fs::read_to_string(project.path().join(launch_file())).unwrap();
    assert!(edited.contains("token/v3") && edited.contains("Zq1") && edited.contains("Zq2"), "{edited}");
}
