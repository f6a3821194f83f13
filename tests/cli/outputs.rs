//! Black-box tests of report outputs: they never overwrite scanned files and never follow a link of the scanned tree.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use crate::project::*;

/// Every option that names an output file.
fn ways(file: &str) -> Vec<Vec<String>> {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let mut ways = vec![
        words(&["check", ".", "--output", file]),
        words(&["check", ".", "--report", &format!("json={file}")]),
        words(&["check", ".", "--report", &format!("sarif={file}"), "--report", "text=-"]),
        words(&["check", ".", "--write-baseline", file]),
        words(&["migrate", ".", "--diff", "--output", file]),
        words(&["migrate", ".", "--format", "json", "--output", file]),
    ];
    for command in ["inventory", "inspect"] {
        ways.push(words(&[command, ".", "--output", file]));
    }
    ways
}

#[track_caller]
fn assert_refused(directory: &Path, file: &str, why: &str) {
    for arguments in ways(file) {
        let output = run(directory, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
        assert_code(&output, 2);
        assert!(stderr(&output).contains(why), "{arguments:?}: {}", stderr(&output));
        assert_eq!(stdout(&output), "", "{arguments:?}");
    }
}

/// `check . -o X` overwrote the provider X.
#[test]
fn regression_a_scanned_file_is_not_written_over() {
    let directory = project();
    let file = format!("{CONFIG}/{NAME}");
    put(directory.path(), "pom.xml", "<project/>");
    put(directory.path(), "aem-ims-lint.toml", "target = \"6.5\"");
    put(directory.path(), "dist/all.zip", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    for name in [&file, &format!("./ui.config/../{file}"), "pom.xml", "dist/all.zip"] {
        let before = fs::read(directory.path().join(name)).unwrap();
        assert_refused(directory.path(), name, "it is one of the scanned files");
        assert_eq!(fs::read(directory.path().join(name)).unwrap(), before);
    }
    assert_refused(directory.path(), "aem-ims-lint.toml", "this run reads its configuration");
    put(directory.path(), "list", "ui.config\n");
    assert_code(&run(directory.path(), &["inventory", "--files-from", "list", "--output", "list"]), 2);
    put(directory.path(), "known", "{\"schema\": \"aem-ims-lint/baseline/v1\", \"findings\": []}");
    assert_code(&run(directory.path(), &["check", ".", "--baseline", "known", "--output", "known"]), 2);
    // Files that are not scanned may be overwritten.
    put(directory.path(), "ui.config/README.md", "text");
    assert_code(&run(directory.path(), &["check", ".", "--output", "ui.config/README.md"]), 1);
    assert_code(&run(directory.path(), &["check", "dist", "--output", "pom.xml"]), 0);
}

#[cfg(unix)]
#[test]
fn regression_another_name_of_a_scanned_file_is_not_written_over() {
    use std::os::unix::fs::symlink;
    let directory = project();
    let elsewhere = tempfile::tempdir().unwrap();
    let file = directory.path().join(CONFIG).join(NAME);
    fs::hard_link(&file, directory.path().join("report.sarif")).unwrap();
    fs::hard_link(&file, elsewhere.path().join("hard")).unwrap();
    symlink(&file, elsewhere.path().join("soft")).unwrap();
    let outside = |name: &str| elsewhere.path().join(name).to_str().unwrap().to_owned();
    for name in ["report.sarif".to_owned(), outside("hard"), outside("soft")] {
        assert_refused(directory.path(), &name, "it is one of the scanned files");
    }
    // A file that a link in the tree turns into a configuration.
    put(directory.path(), "docs/notes.md", JWT.replace("Launch", "Notes"));
    symlink("../docs/notes.md", directory.path().join(format!("ui.config/{NAME}"))).unwrap();
    assert_refused(directory.path(), "docs/notes.md", "it is one of the scanned files");
    assert_eq!(fs::read_to_string(&file).unwrap(), JWT);
}

/// A link in an untrusted tree determined which file of the machine was written.
#[cfg(unix)]
#[test]
fn regression_no_link_of_the_tree_leads_to_an_output() {
    use std::os::unix::fs::symlink;
    let directory = project();
    let elsewhere = tempfile::tempdir().unwrap();
    put(elsewhere.path(), "profile", "mine");
    fs::create_dir(directory.path().join("build")).unwrap();
    for (name, target) in [
        ("report.sarif", elsewhere.path().join("profile")),
        ("dangling.sarif", elsewhere.path().join("new")),
        ("out", elsewhere.path().to_path_buf()),
        ("inside", "build".into()),
    ] {
        symlink(target, directory.path().join(name)).unwrap();
    }
    let outer = elsewhere.path().join("outer");
    symlink(directory.path().join("out"), &outer).unwrap();
    let absolute = directory.path().join("out/profile").to_str().unwrap().to_owned();
    let through = outer.join("profile").to_str().unwrap().to_owned();
    for name in [
        "report.sarif",
        "dangling.sarif",
        "out/profile",
        "out/new",
        "inside/a.json",
        "build/../out/new",
        &absolute,
        &through,
    ] {
        assert_refused(directory.path(), name, "in the scanned tree would determine");
    }
    // The same applies if a part of the work tree or standard input is scanned.
    let args = ["check", "ui.config", "--output", "out/profile"];
    assert_code(&run(directory.path(), &args), 2);
    let args = ["check", "-", "--stdin-filename", "a.cfg.json", "--output", "out/profile"];
    assert_code(&run_with_input(directory.path(), &args, JWT.as_bytes()), 2);
    put(directory.path(), "known.json", "{\"schema\": \"aem-ims-lint/baseline/v1\", \"findings\": []}");
    symlink("known.json", directory.path().join("linked.json")).unwrap();
    assert_code(&run(directory.path(), &["check", ".", "--baseline", "linked.json", "--update-baseline"]), 2);
    assert_eq!(fs::read_to_string(elsewhere.path().join("profile")).unwrap(), "mine");
    assert!(!elsewhere.path().join("new").exists());
    // A link outside the tree belongs to the user and may be used.
    symlink(elsewhere.path().join("profile"), elsewhere.path().join("mine.json")).unwrap();
    let own = elsewhere.path().join("mine.json").to_str().unwrap().to_owned();
    assert_code(&run(directory.path(), &["check", ".", "--allow-incomplete", "--output", &own]), 1);
    assert_ne!(fs::read_to_string(elsewhere.path().join("profile")).unwrap(), "mine");
}

/// A report in the tree is read by the next scan, which overwrites it.
#[test]
fn a_report_of_an_earlier_run_is_written_again() {
    let directory = project();
    for (format, name) in [
        ("text", "report.txt"),
        ("concise", "concise.txt"),
        ("json", "report.json"),
        ("jsonl", "lines.json"),
        ("sarif", "sarif.json"),
        ("github", "github.txt"),
        ("gitlab", "gl-code-quality-report.json"),
        ("azure", "azure.txt"),
        ("checkstyle", "checkstyle.xml"),
        ("junit", "junit.xml"),
    ] {
        let report = format!("{format}={name}");
        for _ in 0..2 {
            assert_code(&run(directory.path(), &["check", ".", "--quiet", "--report", &report]), 1);
        }
        put(directory.path(), name, "");
        assert_code(&run(directory.path(), &["check", ".", "--quiet", "--report", &report]), 1);
    }
    for _ in 0..2 {
        assert_code(&run(directory.path(), &["check", ".", "--write-baseline", "known.json"]), 0);
        assert_code(&run(directory.path(), &["inventory", ".", "--output", "inventory.txt"]), 0);
        assert_code(&run(directory.path(), &["inventory", ".", "--format", "json", "--output", "inventory.json"]), 0);
        assert_code(&run(directory.path(), &["migrate", ".", "--output", "plan.txt"]), 0);
        assert_code(&run(directory.path(), &["inspect", ".", "--output", "inspect.txt"]), 0);
    }
    for _ in 0..2 {
        assert_code(&run(directory.path(), &["check", ".", "--baseline", "known.json", "--update-baseline"]), 0);
    }
}

/// The action created the directory of its SARIF file through any link of the workspace.
#[cfg(target_os = "linux")]
#[test]
fn regression_the_action_writes_nothing_behind_a_link() {
    use std::process::Command;
    let directory = project();
    let elsewhere = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), directory.path().join("linked")).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/.github/action/check.sh");
    let temp = tempfile::tempdir().unwrap();
    let action = |inputs: &[(&str, &str)]| {
        let mut command = Command::new("bash");
        command.arg(script).current_dir(directory.path()).envs(inputs.iter().copied());
        for (name, file) in [("GITHUB_OUTPUT", "outputs"), ("GITHUB_STEP_SUMMARY", "summary"), ("RUNNER_TEMP", "")] {
            command.env(name, temp.path().join(file));
        }
        command.env("AEM_IMS_LINT", crate::program::program()).env("INPUT_ALLOW_INCOMPLETE", "true");
        command.output().unwrap()
    };
    let absolute = directory.path().join("linked/a.sarif");
    for input in [
        ("INPUT_SARIF_FILE", "linked/new/a.sarif"),
        ("INPUT_SARIF_FILE", "ui.config/../linked//a.sarif"),
        ("INPUT_SARIF_FILE", absolute.to_str().unwrap()),
        ("INPUT_WORKING_DIRECTORY", "linked"),
    ] {
        let output = action(&[input, ("INPUT_UPLOAD_SARIF", "true")]);
        assert_code(&output, 2);
        assert!(stdout(&output).contains("goes through the symbolic link `"), "{output:?}");
    }
    let output = action(&[("INPUT_ARGS", "--report\njson=linked/a.json")]);
    assert_code(&output, 2);
    assert!(stderr(&output).contains("in the scanned tree would determine"), "{output:?}");
    let output = action(&[("INPUT_SARIF_FILE", &format!("{CONFIG}/{NAME}"))]);
    assert_code(&output, 2);
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    assert_code(&action(&[("INPUT_SARIF_FILE", "out/put/a.sarif")]), 0);
    assert!(directory.path().join("out/put/a.sarif").is_file());
}
