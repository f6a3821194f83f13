//! Advice fits the place of a value, and a plan ends with the proof.

#![allow(clippy::unwrap_used)]

use std::fs;

use crate::migration::*;

const CONTEXT: &str = r#"{ "ims": { "contexts": { "aio-cli-plugin-cloudmanager": {
  "client_id": "0000example",
  "client_secret": "not-a-real-secret",
  "technical_account_id": "0000EXAMPLE@techacct.adobe.com",
  "ims_org_id": "0000EXAMPLE@AdobeOrg",
  "meta_scopes": ["ent_cloudmgr_sdk"],
  "private_key": "./private.key"
} } } }
"#;

/// The plan for a project with these files, on one line.
fn plan(files: &[(&str, &str)]) -> String {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        put(directory.path(), path, text);
    }
    stdout(&run(directory.path(), &["migrate", "."])).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_plan_of_a_cloud_manager_context_has_every_key() {
    let told = plan(&[(".aio", CONTEXT)]);
    for key in
        ["`client_secrets`", "`scopes`", "`technical_account_email`", "`oauth_enabled`: `true`", "read_pc.dma_aem_ams"]
    {
        assert!(told.contains(key), "{key}\n{told}");
    }
    assert!(told.contains("`technical_account_id`") && told.contains("stay unchanged"), "{told}");
    assert!(!told.contains("$[") && !told.contains("CryptoSupport"), "{told}");
}

#[test]
fn an_incomplete_context_is_told_everything_that_is_missing() {
    let half = CONTEXT
        .replace("\"client_secret\": \"not-a-real-secret\"", "\"client_secrets\": [\"not-a-real-secret\"]")
        .replace("\"meta_scopes\": [\"ent_cloudmgr_sdk\"]", "\"scopes\": [\"openid\"]")
        .replace(",\n  \"private_key\": \"./private.key\"", "");
    let told = plan(&[(".aio", &half)]);
    for missing in ["`technical_account_email`", "`oauth_enabled`", "`read_organizations`"] {
        assert!(told.contains(missing), "{missing}\n{told}");
    }
}

/// Every program that reads one of these has other settings beside the credential, which must stay.
#[test]
fn regression_a_program_is_told_each_of_its_own_keys_and_keeps_its_other_settings() {
    let account = "0000EXAMPLE@techacct.adobe.com";
    let variables = format!(
        "PORT=3000\nACME_CLIENT_ID=0000example\nACME_CLIENT_SECRET=not-a-real-secret\nACME_TECHNICAL_ACCOUNT_ID={account}\n\
         ACME_META_SCOPES=ent_analytics_bulk_ingest_sdk\nACME_PRIVATE_KEY_PATH=./private.key\n"
    );
    let yaml = format!(
        "server:\n  port: 3000\nadobe:\n  client-id: 0000example\n  client-secret: not-a-real-secret\n  \
         technical-account-id: {account}\n  metascopes: ent_reactor_sdk\n  private-key-path: ./private.key\n"
    );
    let settings = format!(
        "[server]\nims_endpoint_jwt = /ims/exchange/jwt\n[enterprise]\napi_key = 0000example\nclient_secret = \
         not-a-real-secret\norg_id = 0000EXAMPLE@AdobeOrg\ntech_acct = {account}\npriv_key_filename = private.key\n"
    );
    let java = format!(
        "apiKey=0000example\nsecret=not-a-real-secret\ntechnicalAccountId={account}\norgId=0000EXAMPLE@AdobeOrg\n\
         metascopes=ent_user_sdk\nkey_path=secret.key\nimsExchange=https://ims-na1.adobelogin.com/ims/exchange/jwt\n"
    );
    for (path, text, expected) in [
        (
            ".env",
            &variables,
            &[
                "`ACME_META_SCOPES` -> `ACME_SCOPES`: the scopes",
                "Remove `ACME_PRIVATE_KEY_PATH`.",
                "separated by commas",
            ][..],
        ),
        ("app.yaml", &yaml, &["`metascopes` -> `scopes`: the scopes", "Remove `private-key-path`."]),
        (
            "usermanagement.config",
            &settings,
            &[
                "`openid,AdobeID,user_management_sdk`",
                "Remove `enterprise.tech_acct` and `enterprise.priv_key_filename`.",
            ],
        ),
        (
            "config.properties",
            &java,
            &["`metascopes`: the scopes of the OAuth credential", "Remove `technicalAccountId` and `key_path`."],
        ),
    ] {
        let told = plan(&[(path, text)]);
        let program = ["In the program that reads this file, send", "In the code that uses it, send"];
        assert!(program.iter().any(|words| told.contains(words)), "{path}: {told}");
        expected.iter().for_each(|words| assert!(told.contains(words), "{path}: {words}\n{told}"));
        assert!(!told.contains("Replace its content"), "{path}: {told}");
    }
}

#[test]
fn the_command_of_the_proof_can_be_copied_and_has_no_secret() {
    for format in ["text", "markdown", "html", "json"] {
        let project = project();
        put(project.path(), &format!("{CONFIG}/{PARTNER}~launch.cfg.json"), partner("launch", "not-a-real-secret"));
        let told = stdout(&run(project.path(), &["migrate", ".", "--format", format]));
        for expected in
            ["grant_type=client_credentials", "client_id=0000launch0000example", "client_secret=$IMS_CLIENT_SECRET"]
        {
            assert!(told.contains(expected), "{format}: {expected}\n{told}");
        }
        assert!(!told.contains("not-a-real-secret"), "{format}");
    }
    let project = project();
    let told = stdout(&run(project.path(), &["migrate", "."]));
    let command: Vec<&str> = told
        .lines()
        .skip_while(|line| !line.contains("curl -sS"))
        .take_while(|line| line.starts_with("         "))
        .collect();
    let (last, others) = command.split_last().unwrap();
    assert!(others.len() >= 5 && others.iter().all(|line| line.ends_with(" \\")) && !last.ends_with('\\'), "{told}");
}

#[test]
fn writing_twice_does_not_fill_what_the_first_left_to_a_person() {
    let project = project();
    for _ in 0..2 {
        run(project.path(), &["migrate", ".", "--write"]);
        let text = fs::read_to_string(project.path().join(target_file())).unwrap();
        assert!(text.contains("REPLACE_WITH_OAUTH_SCOPES"), "{text}");
    }
}
