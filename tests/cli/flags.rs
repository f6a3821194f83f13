//! Black-box tests of flags that exclude files, change levels or give help, and of the commands that start a project.

#![allow(clippy::unwrap_used)]

use std::fs;

use crate::project::*;

/// A project with a second configuration, which relaxes TLS.
fn with_relaxed_tls() -> tempfile::TempDir {
    let directory = project();
    let relaxed = JWT.replace("Adobe Launch", "Relaxed").replace('{', "{ \"auth.token.provider.relaxed.ssl\": true,");
    put(directory.path(), &format!("{CONFIG}/{}", NAME.replace("launch", "relaxed")), relaxed);
    directory
}

fn concise(directory: &std::path::Path, flags: &[&str]) -> String {
    stdout(&run(directory, &[&["check", ".", "--format", "concise"], flags].concat()))
}

#[test]
fn a_rule_gets_another_level_on_the_command_line() {
    let directory = with_relaxed_tls();
    assert!(concise(directory.path(), &[]).contains(": warning[relaxed-tls]"));
    assert!(concise(directory.path(), &["--rule", "relaxed-tls=error"]).contains(": error[relaxed-tls]"));
    assert!(!concise(directory.path(), &["--rule", "relaxed-tls=off"]).contains("relaxed-tls]"));
    // The flag overrides the configuration, including its overrides for some files.
    put(
        directory.path(),
        "aem-ims-lint.toml",
        "rules = { relaxed-tls = \"off\" }\n[[overrides]]\npaths = [\"**/*.json\"]\nrules = { relaxed-tls = \"off\" }\n",
    );
    assert!(concise(directory.path(), &["--rule", "relaxed-tls=note"]).contains(": note[relaxed-tls]"));
    let several = ["--rule", "relaxed-tls=note", "--rule", "jwt-credential=off"];
    assert!(!concise(directory.path(), &several).contains("jwt-credential]"));
    let config = stdout(&run(directory.path(), &["config", ".", "--rule", "relaxed-tls=note"]));
    assert!(config.contains("relaxed-tls = \"note\"  # command line"), "{config}");
    for (wrong, why) in [
        ("relaxed-tl=off", "did you mean `relaxed-tls`?"),
        ("relaxed-tls=loud", "`loud` is not a valid level"),
        ("relaxed-tls", "write ID=LEVEL"),
    ] {
        let output = run(directory.path(), &["check", ".", "--rule", wrong]);
        assert_code(&output, 2);
        assert!(stderr(&output).contains(why), "{}", stderr(&output));
    }
}

#[test]
fn files_are_left_out_on_the_command_line_and_counted() {
    let directory = with_relaxed_tls();
    put(directory.path(), "aem-ims-lint.toml", "exclude = [\"*launch*\"]\n");
    let text = stdout(&run(directory.path(), &["check", ".", "--exclude", "*relaxed*", "--exclude", "nothing"]));
    assert!(text.contains("no findings in ") && text.contains("; 1 path excluded on the command line"), "{text}");
    assert!(text.contains("1 path excluded"), "what the configuration excludes is told as before: {text}");
    // Patterns are relative to the working directory and also match inside packages; a path given explicitly is read.
    let below = directory.path().join("ui.config");
    let text = stdout(&run(&below, &["check", ".", "--isolated", "--exclude", "src/main"]));
    assert!(text.starts_with("no findings"), "{text}");
    let named = format!("{CONFIG}/{NAME}");
    assert_code(&run(directory.path(), &["check", &named, "--isolated", "--exclude", "*launch*"]), 1);
    for command in ["inventory", "inspect", "migrate"] {
        let text = stdout(&run(directory.path(), &[command, ".", "--isolated", "--exclude", "ui.config"]));
        assert!(!text.contains("launch"), "{command}: {text}");
    }
    assert_code(&run(directory.path(), &["check", ".", "--exclude", "!a"]), 2);
}

#[test]
fn what_git_ignores_is_read_unless_it_is_to_be_respected() {
    let directory = with_relaxed_tls();
    put(directory.path(), ".gitignore", "# built\n*launch*\n/build/\n");
    put(directory.path(), "ui.config/.gitignore", "!*launch*\n*relaxed*\n");
    put(directory.path(), &format!("build/{CONFIG}/{NAME}"), JWT);
    fs::create_dir_all(directory.path().join(".git/info")).unwrap();
    let all = concise(directory.path(), &[]);
    assert!(all.contains("build/") && all.contains("relaxed") && all.contains("~launch"), "{all}");
    let respected = concise(directory.path(), &["--respect-gitignore"]);
    assert!(!respected.contains("build/") && !respected.contains("relaxed"), "{respected}");
    assert!(respected.contains("~launch"), "a nearer pattern takes it back: {respected}");
    let summary = stdout(&run(directory.path(), &["check", ".", "--respect-gitignore"]));
    assert!(summary.contains("; 2 paths excluded on the command line"), "{summary}");
    // In a subfolder of the work tree, the patterns above it apply too; a file given explicitly is read.
    put(directory.path(), "ui.config/.gitignore", "");
    let text = stdout(&run(directory.path(), &["check", "ui.config", "--respect-gitignore", "-f", "concise"]));
    assert!(!text.contains("~launch") && text.contains("relaxed"), "{text}");
    put(directory.path(), ".git/info/exclude", "*relaxed*");
    assert_eq!(concise(&directory.path().join("ui.config"), &["--respect-gitignore"]), "");
    let named = format!("{CONFIG}/{NAME}");
    assert_code(&run(directory.path(), &["check", &named, "--respect-gitignore"]), 1);
}

/// An audited package must not silence its own audit, whatever the command.
#[test]
fn comments_are_ignored_by_every_command_that_scans() {
    let directory = project();
    for command in ["check", "inventory", "migrate", "inspect", "config"] {
        let output = run(directory.path(), &[command, ".", "--ignore-comments"]);
        assert!(output.status.code() < Some(2), "{command}: {}", stderr(&output));
    }
}

#[test]
fn init_writes_a_configuration_and_nothing_over_one() {
    let directory = project();
    let output = run(directory.path(), &["init"]);
    assert_code(&output, 0);
    let file = directory.path().join("aem-ims-lint.toml");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("# jwt-credential = \"error\""), "{text}");
    let account = stdout(&run(directory.path(), &["check", "."]));
    assert!(account.contains("hides nothing"), "{account}");
    fs::write(&file, "target = \"6.5\"\n").unwrap();
    let output = run(directory.path(), &["init", "."]);
    assert_code(&output, 2);
    assert!(stderr(&output).contains("already exists"), "{}", stderr(&output));
    assert_eq!(fs::read_to_string(&file).unwrap(), "target = \"6.5\"\n");
    assert_code(&run(directory.path(), &["init", "missing"]), 2);
}

#[test]
fn short_help_fits_on_a_screen_and_groups_the_flags() {
    let directory = project();
    for (columns, most) in [("100", 60), ("80", 66)] {
        for command in ["check", "inventory", "migrate", "inspect", "config"] {
            let help = crate::project::command(directory.path(), &[command, "-h"]).env("COLUMNS", columns).output();
            let help = stdout(&help.unwrap());
            assert!(help.lines().count() < most, "{command} at {columns}: {} lines", help.lines().count());
            assert!(help.contains("\nInput:\n") && help.contains("\nConfiguration:\n"), "{help}");
        }
    }
    let long = stdout(&run(directory.path(), &["check", "--help"]));
    assert!(long.contains("\nLimits:\n") && long.contains("--category"), "{long}");
}

#[test]
fn help_and_version_are_commands_too() {
    let directory = project();
    let said = |arguments: &[&str]| {
        let output = run(directory.path(), arguments);
        assert_code(&output, 0);
        stdout(&output)
    };
    assert_eq!(said(&["help", "check"]), said(&["check", "--help"]));
    assert_eq!(said(&["help"]), said(&["--help"]));
    assert_eq!(said(&["version"]), said(&["--version"]));
    let output = run(directory.path(), &["help", "chek"]);
    assert_code(&output, 2);
    assert!(stderr(&output).contains("did you mean `check`?"), "{}", stderr(&output));
}

#[test]
fn tips_lead_to_what_was_meant() {
    let directory = project();
    for (arguments, tip) in [
        (&["check", "--ignore", "jwt-credential"][..], "'--rule ID=off'"),
        (&["check", "--disable=jwt-credential"], "'--rule ID=off'"),
        (&["check", "--jobs", "2"], "'--threads N'"),
        (&["check", "--no-color"], "'--color never'"),
        (&["check", "--json"], "'--format json'"),
        (&["check", "--treads", "2"], "'--threads'"),
        (&["migrate", "--fix"], "'aem-ims-lint migrate --write'"),
        (&["check", "--diff"], "'aem-ims-lint migrate --diff'"),
        (&["scan", "."], "'check'"),
        (&["chekc", "."], "'check'"),
    ] {
        let output = run(directory.path(), arguments);
        assert_code(&output, 2);
        let error = stderr(&output);
        assert!(error.contains(tip), "{arguments:?}: {error}");
        assert!(!error.contains("--force"), "{arguments:?}: {error}");
    }
    // Only misspellings get a suggestion.
    let error = stderr(&run(directory.path(), &["check", "--wrap"]));
    assert!(!error.contains("similar argument"), "{error}");
}

#[test]
fn threads_are_bounded() {
    let directory = project();
    assert_code(&run(directory.path(), &["check", ".", "--threads", "257"]), 2);
    assert_code(&run(directory.path(), &["check", ".", "--threads", "256"]), 1);
}
