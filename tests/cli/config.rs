//! Black-box tests of the configuration file.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use tempfile::TempDir;

use crate::project::*;

#[test]
fn exclude_leaves_out_folders_files_and_entries() {
    let directory = with_settings("exclude = [\"ui.config\"]");
    assert_code(&run(directory.path(), &["check"]), 0);
    assert_code(&run(directory.path(), &["check", CONFIG]), 1);
    assert_code(&run(directory.path(), &["check", &format!("{CONFIG}/{NAME}")]), 1);
    put(directory.path(), "aem-ims-lint.toml", "exclude = [\"*~launch.cfg.json\"]");
    assert_code(&run(directory.path(), &["check"]), 0);
    put(directory.path(), "aem-ims-lint.toml", "exclude = [\"other\"]");
    assert_code(&run(directory.path(), &["check"]), 1);
}

/// A path given explicitly is read; its content can still be excluded, and is counted.
#[test]
fn a_named_path_is_never_excluded() {
    for pattern in ["ui.config", "ui.config/**", "*", "**/config.author"] {
        let directory = with_settings(&format!("exclude = [\"{pattern}\"]"));
        assert_code(&run(directory.path(), &["check", CONFIG]), 1);
        assert_code(&run(directory.path(), &["check", "ui.*/**/config.author"]), 1);
        put(directory.path(), "list", CONFIG);
        assert_code(&run(directory.path(), &["check", "--files-from", "list"]), 1);
    }
    let directory = with_settings("exclude = [\"*.cfg.json\"]");
    let report = report(directory.path(), &[CONFIG]);
    assert_eq!((&report["summary"]["excluded"], &report["configuration"]["excluded"]), (&1.into(), &1.into()));
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

/// Only the names of the kinds were shown, and names were escaped as in Rust.
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

/// `config` used the first argument as typed: it did not support patterns or lists, and did not detect a missing path.
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

/// Links in the directory of the configuration were resolved, but those in the names of the files were not.
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

/// Text quoted from the file must not become a command of the CI system that shows it.
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

/// A configuration that hides a finding in every possible way, and a comment that hides one.
fn hiding() -> TempDir {
    let settings = "exclude = [\"excluded\"]\n[rules]\nrelaxed-tls = \"off\"\n\
                    [[overrides]]\npaths = [\"lowered\"]\nrules = { jwt-credential = \"note\" }\n\
                    [[ignore]]\nrule = \"jwt-credential\"\npath = \"ignored\"\nreason = \"known\"\n";
    let directory = with_settings(settings);
    for (folder, text) in [
        ("excluded", JWT.to_owned()),
        ("lowered", JWT.to_owned()),
        ("ignored", JWT.to_owned()),
        ("off", JWT.replace("\n}", ",\n  \"auth.token.provider.relaxed.ssl\": true\n}")),
        ("comment", format!("// aem-ims-lint: ignore[jwt-credential] a test\n{JWT}")),
    ] {
        let text = text.replace("Launch", folder);
        put(directory.path(), &format!("{folder}/jcr_root/apps/acme/config/{}", NAME.replace("launch", folder)), text);
    }
    directory
}

/// How the reports of the project above describe it.
const HIDDEN: &str = "1 path excluded; 1 finding ignored (jwt-credential 1); 1 finding at a lower level (jwt-credential 1); \
                      1 finding turned off (relaxed-tls 1); 1 finding suppressed by comments (jwt-credential 1)";

#[test]
fn regression_every_report_names_the_configuration_and_counts_what_it_hides() {
    let directory = hiding();
    let report = report(directory.path(), &[]);
    let expected = serde_json::json!({
        "path": "aem-ims-lint.toml",
        "found": true,
        "sets": ["exclude", "rules", "overrides", "ignore"],
        "excluded": 1,
        "rules": {
            "jwt-credential": { "ignored": 1, "lowered": 1, "off": 0 },
            "relaxed-tls": { "ignored": 0, "lowered": 0, "off": 1 }
        }
    });
    assert_eq!(report["configuration"], expected);
    assert_eq!(report["comments"], serde_json::json!({ "jwt-credential": 1 }));
    let squeezed =
        |text: &str| text.replace("&#96;", "").replace(['`', '\n'], "").replace("<code>", "").replace("</code>", "");
    let sentence = format!("onfiguration aem-ims-lint.toml (sets exclude, rules, overrides, ignore): {HIDDEN}");
    for format in ["text", "sarif", "github", "gitlab", "azure", "checkstyle", "junit", "csv", "markdown", "html"] {
        let output = run(directory.path(), &["check", "--format", format]);
        let plain = squeezed(&stdout(&output)).replace("&#40;", "(").replace("&#41;", ")").replace("&#58;", ":");
        assert!(plain.contains(&sentence), "{format}:\n{}", stdout(&output));
    }
    for format in ["concise", "json", "jsonl", "csv", "gitlab"] {
        let output = run(directory.path(), &["check", "--format", format]);
        assert!(squeezed(&stderr(&output)).contains(&sentence), "{format}:\n{}", stderr(&output));
    }
    for (command, formats) in [
        ("inventory", &["table", "json", "csv", "markdown", "html"][..]),
        ("migrate", &["text", "json", "markdown", "html"]),
        ("inspect", &["text", "json"]),
    ] {
        for format in formats {
            let output = run(directory.path(), &[command, "--format", format]);
            let said = format!("{}{}", stdout(&output), stderr(&output));
            assert!(
                squeezed(&said).contains("onfiguration aem-ims-lint.toml (sets exclude"),
                "{command} {format}:\n{said}"
            );
        }
    }
    let sarif = run(directory.path(), &["check", "--format", "sarif"]);
    let sarif: serde_json::Value = serde_json::from_slice(&sarif.stdout).unwrap();
    assert_eq!(sarif["runs"][0]["properties"]["configuration"], expected);
}

#[test]
fn a_configuration_that_hides_nothing_is_named_too() {
    let directory = with_settings("target = \"aemaacs\"");
    let said = stdout(&run(directory.path(), &["check"]));
    assert!(said.contains("configuration `aem-ims-lint.toml` (sets target): hides nothing"), "{said}");
    let said = stdout(&run(directory.path(), &["check", "--isolated"]));
    assert!(!said.contains("(sets "), "{said}");
    assert_eq!(report(directory.path(), &["--isolated"])["configuration"], serde_json::Value::Null);
    assert_eq!(report(directory.path(), &["--config", "aem-ims-lint.toml"])["configuration"]["found"], false);
}

#[test]
fn an_audit_takes_neither_the_configuration_nor_comments() {
    let directory = hiding();
    let report = report(directory.path(), &["--isolated", "--ignore-comments"]);
    let of = |rule: &str| report["findings"].as_array().unwrap().iter().filter(|f| f["rule"] == rule).count();
    assert_eq!((of("jwt-credential"), of("relaxed-tls")), (6, 1));
    assert_eq!(report["summary"]["suppressed"], 0);
    assert_eq!(report["comments"], serde_json::json!({}));
}

/// A file above the scanned path could belong to another user.
#[test]
fn without_a_work_tree_only_the_scanned_folder_has_a_configuration() {
    let directory = tempfile::tempdir().unwrap();
    put(directory.path(), &format!("upload/{CONFIG}/{NAME}"), JWT);
    put(directory.path(), "aem-ims-lint.toml", "[rules]\njwt-credential = \"off\"\n");
    let file = format!("upload/{CONFIG}/{NAME}");
    assert_code(&run(directory.path(), &["check", "upload"]), 1);
    assert_code(&run(directory.path(), &["check", &file]), 1);
    assert_code(&run(directory.path(), &["check", "."]), 0);
    put(directory.path(), "aem-ims-lint.toml", "");
    put(directory.path(), &format!("upload/{CONFIG}/aem-ims-lint.toml"), "[rules]\njwt-credential = \"off\"\n");
    assert_code(&run(directory.path(), &["check", &file]), 1);
}

/// With the configuration as a link to `/proc/self/environ`, `SECRET=… check .` printed the environment.
#[cfg(unix)]
#[test]
fn regression_a_linked_configuration_is_not_read() {
    let directory = project();
    let elsewhere = tempfile::tempdir().unwrap();
    put(elsewhere.path(), "credentials", "[rules]\njwt-credential = \"off\"\naws_secret = planted\n");
    std::os::unix::fs::symlink(elsewhere.path().join("credentials"), directory.path().join("aem-ims-lint.toml"))
        .unwrap();
    for command in ["check", "inventory", "migrate", "inspect", "config"] {
        let output = run(directory.path(), &[command]);
        assert_code(&output, i32::from(command == "check"));
        assert!(stderr(&output).contains("`aem-ims-lint.toml` is not used"), "{output:?}");
        assert!(!format!("{}{}", stdout(&output), stderr(&output)).contains("planted"), "{output:?}");
    }
    let up = directory.path().join("ui.config/link");
    std::os::unix::fs::symlink(elsewhere.path(), &up).unwrap();
    put(elsewhere.path(), "aem-ims-lint.toml", "[rules]\njwt-credential = \"off\"\n");
    put(elsewhere.path(), &format!("below/{NAME}"), JWT);
    assert_code(&run(directory.path(), &["check", "ui.config/link/below"]), 1);
}

/// Messages quoted the line with the error; if another user controls the link, it may point to any file.
#[cfg(unix)]
#[test]
fn regression_no_message_quotes_a_file_behind_a_link() {
    let directory = project();
    let elsewhere = tempfile::tempdir().unwrap();
    put(elsewhere.path(), "secret", "planted secret\n{\"schema\": 0}\n");
    put(elsewhere.path(), "json", "{\"schema\": \"planted\", \"planted\": 1}");
    put(elsewhere.path(), "bytes", b"planted\xff\nplanted{\n");
    put(elsewhere.path(), "pattern", "planted{*\n");
    for name in ["secret", "json", "bytes", "pattern"] {
        std::os::unix::fs::symlink(elsewhere.path().join(name), directory.path().join(name)).unwrap();
        for flag in ["--config", "--baseline", "--files-from"] {
            let output = run(directory.path(), &["check", flag, name]);
            assert_code(&output, 2);
            let said = format!("{}{}", stdout(&output), stderr(&output));
            assert!(!said.contains("planted"), "{flag} {name}: {said}");
        }
    }
}

#[test]
fn a_configuration_in_the_tree_only_lowers_limits() {
    let directory = with_settings("[limits]\nmax-depth = 1000000\nmax-entry-bytes = 10\n");
    let said = stdout(&run(directory.path(), &["config"]));
    assert!(said.contains("max-depth = 8  # default; aem-ims-lint.toml can only lower it"), "{said}");
    assert!(said.contains("max-entry-bytes = 10  # aem-ims-lint.toml"), "{said}");
    let said = stdout(&run(directory.path(), &["config", "--config", "aem-ims-lint.toml"]));
    assert!(said.contains("max-depth = 1000000  # aem-ims-lint.toml"), "{said}");
}

/// A kind declared by the project took the provider away from the built-in recogniser, and "OAuth" was complete.
#[test]
fn regression_a_declared_kind_replaces_no_built_in_one() {
    for kind in [
        "pid = [\"com.adobe.granite.auth.oauth.accesstoken.provider\"]\nauth = \"oauth\"",
        "path = [\"**\"]\nauth = \"user-credentials\"",
    ] {
        let directory = with_settings(&format!("[[kinds]]\nname = \"x\"\n{kind}\n"));
        let (with, without) = (report(directory.path(), &[]), report(directory.path(), &["--isolated"]));
        assert_eq!(
            (&with["findings"], &with["integrations"]),
            (&without["findings"], &without["integrations"]),
            "{kind}"
        );
    }
}
