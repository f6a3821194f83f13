//! Black-box tests of the configuration file.

#![allow(clippy::unwrap_used)]

mod project;

use std::path::Path;

use project::*;

#[test]
fn exclude_leaves_out_folders_files_and_entries() {
    let directory = with_settings("exclude = [\"ui.config\"]");
    assert_code(&run(directory.path(), &["check"]), 0);
    assert_code(&run(directory.path(), &["check", CONFIG]), 0);
    assert_code(&run(directory.path(), &["check", &format!("{CONFIG}/{NAME}")]), 1);
    put(directory.path(), "aem-ims-lint.toml", "exclude = [\"*~launch.cfg.json\"]");
    assert_code(&run(directory.path(), &["check"]), 0);
    put(directory.path(), "aem-ims-lint.toml", "exclude = [\"other\"]");
    assert_code(&run(directory.path(), &["check"]), 1);
}

#[test]
fn overrides_change_levels_in_some_files() {
    let settings = "[rules]\njwt-credential = \"note\"\n\
                    [[overrides]]\npaths = [\"ui.config\"]\nrules = { jwt-credential = \"warning\" }\n\
                    [[overrides]]\npaths = [\"**/config.publish/**\"]\nrules = { jwt-credential = \"off\" }\n";
    let directory = with_settings(settings);
    let publish = CONFIG.replace("config.author", "config.publish");
    put(directory.path(), &format!("{publish}/{NAME}"), JWT);
    put(directory.path(), &format!("jcr_root/apps/acme/config/{NAME}"), JWT.replace("Launch", "Other"));
    let report = report(directory.path(), &[]);
    let found = report["findings"].as_array().unwrap().iter().filter(|f| f["rule"] == "jwt-credential");
    let found: Vec<(String, String)> = found
        .map(|f| (f["location"]["path"].as_str().unwrap().to_owned(), f["level"].as_str().unwrap().to_owned()))
        .collect();
    let expected = [
        (format!("jcr_root/apps/acme/config/{NAME}"), "note".to_owned()),
        (format!("{CONFIG}/{NAME}"), "warning".to_owned()),
    ];
    assert_eq!(found, expected);
}

#[test]
fn products_can_be_named() {
    let directory = with_settings("[products]\n\"internal-*\" = \"Analytics\"\n");
    put(directory.path(), &format!("{CONFIG}/{NAME}"), JWT.replace("Adobe Launch", "internal-7"));
    assert_eq!(report(directory.path(), &[])["integrations"][0]["product"], "Analytics");
    assert_ne!(report(directory.path(), &["--isolated"])["integrations"][0]["product"], "Analytics");
}

#[test]
fn config_says_where_each_value_comes_from() {
    let directory = with_settings("target = \"6.5\"\n[rules]\nrelaxed-tls = \"off\"\n[limits]\nmax-depth = 3\n");
    let output = run(directory.path(), &["config", "--max-entries", "7"]);
    assert_code(&output, 0);
    for line in [
        "target = \"6.5\"  # aem-ims-lint.toml",
        "relaxed-tls = \"off\"  # aem-ims-lint.toml",
        "jwt-credential = \"error\"  # default",
        "max-depth = 3  # aem-ims-lint.toml",
        "max-entries = 7  # command line",
        "max-ratio = 1032  # default",
    ] {
        assert!(stdout(&output).lines().any(|shown| shown == line), "{line} is not in\n{}", stdout(&output));
    }
    assert!(stdout(&run(directory.path(), &["config", "--isolated"])).contains("# no configuration file"));
    assert_code(&run(directory.path(), &["config", "--config", "absent.toml"]), 2);
}

#[test]
fn what_config_prints_is_a_configuration_that_means_the_same() {
    let settings = "exclude = [\"a b\"]\n[products]\n\"x-*\" = \"Target\"\n\
                    [[overrides]]\npaths = [\"p\"]\nrules = { relaxed-tls = \"off\" }\n\
                    [[ignore]]\nrule = \"jwt-credential\"\npid = \"*\"\nreason = \"a \\\"b\\\"\"\nuntil = 2026-12-31\n";
    let directory = with_settings(settings);
    let first = stdout(&run(directory.path(), &["config"]));
    put(directory.path(), "aem-ims-lint.toml", &first);
    let second = run(directory.path(), &["config"]);
    assert_code(&second, 0);
    let values = |text: &str| text.lines().map(|line| line.split("  #").next().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(values(&first), values(&stdout(&second)));
}

/// The kinds were shown by their names alone, and names in Rust's spelling.
#[test]
fn regression_config_prints_kinds_and_odd_names_as_toml() {
    let settings = "exclude = [\"a\\u007f\\u200b\\u0000\"]\n[products]\n\"\\u0007x\" = \"Target\"\n\
                    [[kinds]]\nname = \"acme\"\npid = [\"a.b\"]\noptional = [\"scopes\"]\nname-property = \"n\"\n\
                    auth-type = { property = \"m\", jwt = [\"j\"], default = \"oauth\" }\n\
                    fields = { scopes = [\"s\"], client-secret = [\"p\"] }\nreferences = [\"r\"]\n\
                    [[kinds]]\nname = \"other\"\npath = [\"/apps/**\"]\nauth = \"jwt\"\n";
    let directory = with_settings(settings);
    let first = run(directory.path(), &["config"]);
    assert_code(&first, 0);
    for line in ["auth = \"jwt\"", "client-secret = [\"p\"]", "property = \"m\"", "optional = [\"scopes\"]"] {
        assert!(stdout(&first).contains(line), "{line} is not in\n{}", stdout(&first));
    }
    put(directory.path(), "aem-ims-lint.toml", stdout(&first));
    let second = run(directory.path(), &["config"]);
    assert_code(&second, 0);
    let values = |text: &str| text.lines().map(|l| l.split("  #").next().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(values(&stdout(&first)), values(&stdout(&second)));
}

/// `config` looked at the first argument as it was typed: it knew neither patterns nor lists, and no missing path.
#[test]
fn regression_config_shows_what_check_uses() {
    let directory = with_settings("target = \"6.5\"\n");
    put(directory.path(), "other/.git/HEAD", "");
    put(directory.path(), "other/ui.apps/x.xml", "<a/>");
    put(directory.path(), "list", "other/ui.apps\n");
    let uses = |args: &[&str]| stdout(&run(directory.path(), args)).contains("target = \"6.5\"");
    assert!(uses(&["config", "ui.*/src"]));
    assert!(!uses(&["config", "--files-from", "list"]));
    assert!(!uses(&["config", "other/ui.*"]));
    assert_code(&run(directory.path(), &["config", "absent"]), 2);
    assert_code(&run(directory.path(), &["config", "absent.*"]), 2);
}

/// The directory of the configuration had its links resolved and the names of the files had not.
#[cfg(unix)]
#[test]
fn regression_patterns_fit_below_a_linked_directory() {
    let directory = with_settings("exclude = [\"ui.config/src\"]\n");
    let elsewhere = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(directory.path(), elsewhere.path().join("link")).unwrap();
    assert_code(&run(elsewhere.path(), &["check", "link"]), 0);
    assert_code(&run(elsewhere.path(), &["check", "link/ui.config"]), 0);
    let absolute = elsewhere.path().join("link");
    assert_code(&run(Path::new("/"), &["check", absolute.to_str().unwrap()]), 0);
    assert_code(&run(elsewhere.path(), &["check", "link", "--isolated"]), 1);
}

#[test]
fn patterns_are_relative_to_the_configuration_wherever_the_run_is() {
    let directory = with_settings("exclude = [\"ui.config/src\"]\n");
    assert_code(&run(&directory.path().join("ui.config"), &["check", "."]), 0);
    assert_code(&run(&directory.path().join("ui.config"), &["check", "--isolated", "."]), 1);
    put(directory.path(), "ci/lint.toml", "exclude = [\"ui.config/src\"]\n");
    assert_code(&run(directory.path(), &["check", "--config", "ci/lint.toml"]), 1);
}

/// `.git` is a file in a work tree and in a submodule.
#[test]
fn the_search_ends_at_the_root_of_the_repository() {
    let directory = with_settings("[rules]\njwt-credential = \"off\"\n");
    put(directory.path(), &format!("tree/{CONFIG}/{NAME}"), JWT);
    assert_code(&run(directory.path(), &["check", "tree"]), 0);
    put(directory.path(), "tree/.git", "gitdir: ../elsewhere\n");
    assert_code(&run(directory.path(), &["check", "tree"]), 1);
    assert_code(&run(directory.path(), &["check", &format!("tree/{CONFIG}/{NAME}")]), 1);
}

#[test]
fn a_configuration_that_does_not_count_is_told() {
    let directory = with_settings("[rules]\njwt-credential = \"off\"\n");
    put(directory.path(), "other/.git/HEAD", "");
    put(directory.path(), "other/aem-ims-lint.toml", "");
    let said = |args: &[&str]| stderr(&run(directory.path(), args)).replace('\\', "/");
    let told = |args: &[&str]| said(args).contains("`other/aem-ims-lint.toml` is not used");
    assert!(told(&["check", ".", "other"]));
    assert!(!told(&["check", ".", CONFIG]));
    assert!(!told(&["check", "other", "other/aem-ims-lint.toml"]));
    assert!(!told(&["check", ".", "other", "--config", "aem-ims-lint.toml"]));
}

/// Line ends were shown as `\n`.
#[test]
fn regression_a_fault_in_the_configuration_is_shown_in_its_line() {
    let directory = with_settings("target = \"6.5\"\n[[kinds]]\nname = \"a\"\npidd = [\"b\"]\n");
    let output = run(directory.path(), &["check"]);
    assert_code(&output, 2);
    let shown = stderr(&output);
    assert!(shown.lines().any(|line| line == "4 | pidd = [\"b\"]"), "{shown}");
    assert!(shown.lines().any(|line| line == "did you mean `pid`?"), "{shown}");
}

/// What is quoted from the file is no command of the CI system that shows it.
#[test]
fn a_fault_in_the_configuration_forges_no_command() {
    for forged in ["::error::forged", "##vso[task.complete]forged"] {
        let directory = with_settings(&format!("exclude = \"\"\"\n{forged}\n\"\"\"\n{forged}\n"));
        let output = run(directory.path(), &["check"]);
        assert_code(&output, 2);
        assert!(!stderr(&output).lines().any(|line| line.starts_with("::") || line.contains("##vso")), "{output:?}");
    }
}

#[test]
fn the_command_line_wins_over_the_file() {
    let directory = with_settings("target = \"6.5\"\n[limits]\nmax-entry-bytes = 10\n");
    assert_code(&run(directory.path(), &["check"]), 3);
    assert_code(&run(directory.path(), &["check", "--max-entry-bytes", "1M"]), 1);
    let report = report(directory.path(), &["--target", "aemaacs"]);
    assert_eq!(report["target"]["edition"], "aemaacs");
}
