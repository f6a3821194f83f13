//! A small project with JWT configurations, and actions on it.

#![allow(dead_code, clippy::unwrap_used)] // each test binary uses a part of it

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

pub const CONFIG: &str = "ui.config/src/main/content/jcr_root/apps/acme/config.author";
pub const PROVIDER: &str = "com.adobe.granite.auth.oauth.accesstoken.provider";
pub const PARTNER: &str = "com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl";

/// All values of this one are published: its edits need no human choice.
pub const LAUNCH: &str = r#"{
  "name": "Adobe Launch", // the only one
  "auth.token.provider.client.id": "0000launch0000example",
  "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/exchange/jwt",
  "auth.token.provider.keypair.alias": "launch-key",
  "auth.token.provider.default.claims": ["\"iss\":\"0000EXAMPLE@AdobeOrg\"", "\"https://ims-na1.adobelogin.com/s/ent_reactor_sdk\":true"],
  "token.request.customizer.type": "launch"
}
"#;
/// No source lists all scopes of this one.
pub const TARGET: &str = r#"name="Adobe Target"
auth.token.provider.client.id="0000target0000example"
auth.access.token.request="https://%s/ims/exchange/jwt"
auth.token.provider.endpoint="ims-na1.adobelogin.com"
auth.token.provider.keypair.alias="target-key"
auth.token.provider.default.claims=["\"iss\"\ :\ \"0000EXAMPLE@AdobeOrg\"","\"https://ims-na1.adobelogin.com/s/ent_marketing_sdk\"\ :\ true","\"https://ims-na1.adobelogin.com/s/ent_stocksearch_sdk\"\ :\ true"]
token.request.customizer.type="target"
"#;

pub fn put(directory: &Path, path: &str, content: impl AsRef<[u8]>) {
    let path = directory.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

pub fn partner(customizer: &str, secret: &str) -> String {
    format!("{{\n  \"customizer.type\": \"{customizer}\",\n  \"auth.ims.client.secret\": \"{secret}\"\n}}\n")
}

pub fn launch_file() -> String {
    format!("{CONFIG}/{PROVIDER}~launch.cfg.json")
}

pub fn target_file() -> String {
    format!("{CONFIG}/{PROVIDER}-target.config")
}

/// A project with two JWT configurations and their secrets, outside a git work tree.
pub fn project() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    put(directory.path(), &launch_file(), LAUNCH);
    put(directory.path(), &target_file(), TARGET);
    for (name, variable) in [("launch", "LAUNCH_SECRET"), ("target", "TARGET_SECRET")] {
        let contents = partner(name, &format!("$[secret:{variable}]"));
        put(directory.path(), &format!("{CONFIG}/{PARTNER}~{name}.cfg.json"), contents);
    }
    directory
}

pub fn git(directory: &Path, args: &[&str]) -> Output {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "core.autocrlf=false"]);
    command.args(args).current_dir(directory);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    command.output().expect("git is needed for this test: install it")
}

pub fn committed(directory: &Path) {
    for args in [&["init", "-q"][..], &["add", "-A"], &["commit", "-q", "-m", "before"]] {
        let output = git(directory, args);
        assert!(output.status.success(), "{}", stderr(&output));
    }
}

pub fn run(directory: &Path, args: &[&str]) -> Output {
    crate::program::command(directory, args).env("COLUMNS", "200").output().unwrap()
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

/// The rules of the findings of `check`.
pub fn rules(directory: &Path, args: &[&str]) -> Vec<String> {
    let output = run(directory, &[&["check", ".", "--format", "json"], args].concat());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

/// Every file of a project with its contents.
pub fn contents(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = walkdir::WalkDir::new(directory)
        .into_iter()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().is_file() && !entry.path().components().any(|c| c.as_os_str() == ".git"))
        .map(|entry| (entry.path().to_path_buf(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}
