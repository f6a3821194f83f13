//! What `--version` shows of the commit: build.rs, compiled and run in different source trees.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// The program compiled from build.rs.
fn build_script(directory: &Path) -> std::path::PathBuf {
    let program = directory.join(format!("build-script{}", std::env::consts::EXE_SUFFIX));
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("build.rs");
    let mut compile = Command::new(rustc);
    compile.args(["--edition", "2024", "-o"]).arg(&program).arg(source).env("CARGO_PKG_VERSION", "1.2.3");
    assert!(compile.status().unwrap().success());
    program
}

/// The version from build.rs for a source tree in `directory`, and the files that it watches.
fn version(program: &Path, directory: &Path, commit: Option<&str>) -> (String, Vec<String>) {
    let mut command = Command::new(program);
    command.current_dir(directory).env_remove("AEM_IMS_LINT_COMMIT");
    command.envs(commit.map(|commit| ("AEM_IMS_LINT_COMMIT", commit)));
    let output = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let after = |key: &str| output.lines().filter_map(|line| line.strip_prefix(key)).map(str::to_owned).collect();
    let version: Vec<String> = after("cargo::rustc-env=AEM_IMS_LINT_VERSION=");
    assert_eq!(version.len(), 1, "{output}");
    (version[0].clone(), after("cargo::rerun-if-changed="))
}

fn git(directory: &Path, args: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=t", "-c", "user.email=t@example.invalid"])
        .args(args)
        .current_dir(directory)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn repository() -> (TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    git(directory.path(), &["init", "--quiet"]);
    git(directory.path(), &["commit", "--quiet", "--allow-empty", "-m", "first"]);
    let commit = git(directory.path(), &["rev-parse", "HEAD"])[..10].to_owned();
    (directory, commit)
}

#[test]
fn the_version_has_the_commit_where_there_is_one() {
    let programs = tempfile::tempdir().unwrap();
    let program = build_script(programs.path());
    let (checkout, commit) = repository();
    let (shown, watched) = version(&program, checkout.path(), None);
    assert_eq!(shown, format!("1.2.3 ({commit})"));
    assert!(watched.len() >= 2, "a new commit is not seen: {watched:?}");

    let tree = programs.path().join("tree");
    git(checkout.path(), &["worktree", "add", "--quiet", tree.to_str().unwrap()]);
    assert!(tree.join(".git").is_file());
    let (shown, watched) = version(&program, &tree, None);
    assert_eq!(shown, format!("1.2.3 ({commit})"));
    assert!(watched.len() >= 2, "a new commit of a work tree is not seen: {watched:?}");
}

#[test]
fn the_version_has_no_commit_outside_a_checkout() {
    let programs = tempfile::tempdir().unwrap();
    let program = build_script(programs.path());
    let unpacked = tempfile::tempdir().unwrap();
    assert_eq!(version(&program, unpacked.path(), None).0, "1.2.3");
    // Vendored into another repository.
    let (other, _) = repository();
    let vendored = other.path().join("vendor/aem-ims-lint");
    fs::create_dir_all(&vendored).unwrap();
    assert_eq!(version(&program, &vendored, None).0, "1.2.3");
    // A crate in the form of `cargo package`.
    let note = r#"{ "git": { "sha1": "0123456789abcdef0123456789abcdef01234567" }, "path_in_vcs": "" }"#;
    fs::write(vendored.join(".cargo_vcs_info.json"), note).unwrap();
    assert_eq!(version(&program, &vendored, None).0, "1.2.3 (0123456789)");
    fs::write(vendored.join(".cargo_vcs_info.json"), "{}").unwrap();
    assert_eq!(version(&program, &vendored, None).0, "1.2.3");
}

#[test]
fn the_version_takes_a_commit_that_is_given_and_nothing_else() {
    let programs = tempfile::tempdir().unwrap();
    let program = build_script(programs.path());
    let unpacked = tempfile::tempdir().unwrap();
    assert_eq!(version(&program, unpacked.path(), Some("abcdef0")).0, "1.2.3 (abcdef0)");
    for none in ["", "main", "abc", "0123456\ncargo::rustc-env=X=1"] {
        assert_eq!(version(&program, unpacked.path(), Some(none)).0, "1.2.3", "{none}");
    }
}

/// The documentation, the image and the example use the tested Rust version.
#[test]
fn the_rust_that_is_declared_is_the_one_named_everywhere() {
    let read = |name: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    let named = |file: &str, before: &str| -> Vec<(u32, u32)> {
        let text = read(file);
        let versions = text.split(before).skip(1).map(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            let (major, minor) = rest[..end].split_once('.').unwrap();
            (major.parse().unwrap(), minor.parse().unwrap())
        });
        versions.collect()
    };
    let declared = named("Cargo.toml", "rust-version = \"");
    assert_eq!(named("README.md", "[Rust](https://rustup.rs) "), declared);
    // The Rust version of images may be newer.
    let images = [named("Dockerfile", "FROM rust:"), named("docs/ci.md", "image: rust:")].concat();
    assert!(images.len() >= 2 && images.iter().all(|image| *image >= declared[0]), "{images:?}");
}

/// The action runs the downloaded program, so a matching checksum is required.
#[cfg(target_os = "linux")]
#[test]
fn the_installer_takes_only_what_its_checksum_names() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tools/check_install.sh");
    let output = Command::new("bash").arg(script).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
