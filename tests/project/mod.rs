//! A small project with one JWT configuration, and the program run in it.

#![allow(dead_code, clippy::unwrap_used)]

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

pub const JWT: &str = r#"{
  "name": "Adobe Launch",
  "auth.token.provider.client.id": "0000launch0000example",
  "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/exchange/jwt",
  "auth.token.provider.keypair.alias": "launch-key"
}
"#;

pub const NAME: &str = "com.adobe.granite.auth.oauth.accesstoken.provider~launch.cfg.json";
pub const CONFIG: &str = "ui.config/src/main/content/jcr_root/apps/acme/config.author";

pub fn put(directory: &Path, path: &str, content: impl AsRef<[u8]>) {
    let path = directory.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// A project with one JWT configuration and a `.git`, so that no configuration file above it applies.
pub fn project() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join(".git")).unwrap();
    put(directory.path(), &format!("{CONFIG}/{NAME}"), JWT);
    directory
}

pub fn with_settings(settings: &str) -> TempDir {
    let directory = project();
    put(directory.path(), "aem-ims-lint.toml", settings);
    directory
}

pub fn command(directory: &Path, args: &[&str]) -> Command {
    let mut command = crate::program::command(directory, args);
    // 2026-06-30T12:00:00Z
    command.env("SOURCE_DATE_EPOCH", "1782820800");
    command
}

pub fn run(directory: &Path, args: &[&str]) -> Output {
    command(directory, args).output().unwrap()
}

pub fn run_with_input(directory: &Path, args: &[&str], input: &[u8]) -> Output {
    let mut command = command(directory, args);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // With invalid arguments the program ends before it reads its input.
    let written = child.stdin.take().unwrap().write_all(input);
    assert!(written.as_ref().err().is_none_or(|error| error.kind() == ErrorKind::BrokenPipe), "{written:?}");
    child.wait_with_output().unwrap()
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[track_caller]
pub fn assert_code(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "stdout:\n{}\nstderr:\n{}", stdout(output), stderr(output));
}

pub fn report(directory: &Path, args: &[&str]) -> Value {
    let output = run(directory, &[&["check", "--format", "json"], args].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(&output)))
}

/// `rule` or, when it is suppressed, `rule: reason`, in order.
pub fn told(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let one = |finding: &Value| match &finding["suppressed"] {
        Value::Null => text(&finding["rule"]),
        suppressed => format!("{}: {}", text(&finding["rule"]), text(&suppressed["reason"])),
    };
    report["findings"].as_array().unwrap().iter().map(one).collect()
}

#[track_caller]
pub fn assert_told(directory: &Path, args: &[&str], expected: &[&str]) {
    let told = told(&report(directory, args));
    for expected in expected {
        assert!(told.iter().any(|told| told == expected), "{expected} is not among {told:#?}");
    }
}
