//! Black-box tests of `migrate`: the plan, the diff, writing, and the page of the documentation about it.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use aem_ims_lint::ims::target::Target;
use aem_ims_lint::migrate::{Course, Plan};
use aem_ims_lint::report::Report;
use aem_ims_lint::rules::Phase;
use aem_ims_lint::scan::{Request, scan};
use serde_json::Value;
use tempfile::TempDir;

use crate::migration::*;
use crate::program::{self, command, program};

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
fn what_is_about_no_integration_is_told_in_every_format() {
    let directory = tempfile::tempdir().unwrap();
    let url = "https://ims-na1.adobelogin.com/ims/exchange/jwt";
    put(directory.path(), "conf/com.acme.Client.cfg.json", format!("{{\"url\": \"{url}\"}}\n"));
    let plan = |args: &[&str]| stdout(&run(directory.path(), &[&["migrate", "."], args].concat()));
    let summary = "no integration to migrate; 1 other place to change by hand";

    let text = plan(&[]);
    assert!(text.contains("`com.acme.Client` uses the JWT exchange endpoint"), "{text}");
    assert!(text.contains("\n  where   conf/com.acme.Client.cfg.json:1\n  - `url`: "), "{text}");
    assert!(text.ends_with(&format!("\n\n{summary}\n")), "{text}");

    let text = plan(&["-f", "markdown"]);
    assert!(
        text.starts_with(&format!("# Migration to OAuth Server-to-Server\n\n{summary}.\n\n## Elsewhere\n\n- [ ] ")),
        "{text}"
    );
    assert!(text.contains(" <code>conf/com.acme.Client.cfg.json:1</code>\n  - <code>url</code>: "), "{text}");
    assert!(text.ends_with(".\n\n"), "{text:?}");

    let text = plan(&["-f", "html"]);
    assert!(text.contains("<p>No integration to migrate; 1 other place to change by hand.</p>"), "{text}");
    assert!(
        text.contains(
            "<p class=\"soft\"><code>conf/com.acme.Client.cfg.json:1</code></p>\n<ul>\n<li><code>url</code>: "
        ),
        "{text}"
    );

    let plan: Value = serde_json::from_str(&plan(&["-f", "json"])).unwrap();
    assert_eq!((&plan["summary"], &plan["entries"]), (&summary.into(), &serde_json::json!([])));
    assert_eq!(plan["elsewhere"][0]["location"]["property"], "url");

    // Next to integrations it is counted separately.
    put(directory.path(), &launch_file(), LAUNCH);
    let text = stdout(&run(directory.path(), &["migrate", "."]));
    assert!(text.trim_end().ends_with("; 1 other place to change by hand"), "{text}");
    assert!(text.lines().last().unwrap().starts_with("1 integration: "), "{text}");
}

/// A plan has no filters, and the script for them would fail.
#[test]
fn the_page_of_a_plan_has_no_script() {
    let project = project();
    for (command, has_script) in [("migrate", false), ("check", true), ("inventory", true)] {
        let page = stdout(&run(project.path(), &[command, ".", "-f", "html"]));
        assert_eq!(page.contains("<script>"), has_script, "{command}");
        assert_eq!(page.contains("id=\"filters\""), has_script, "{command}");
        assert!(page.ends_with("</body>\n</html>\n"), "{command}");
    }
}

/// If nothing was found in the files that could be read, the others may still contain something.
#[test]
fn nothing_to_migrate_is_no_last_word_after_an_incomplete_scan() {
    let directory = tempfile::tempdir().unwrap();
    put(directory.path(), "broken.zip", "PK\u{3}\u{4} and no more");
    let output = run(directory.path(), &["migrate", "."]);
    assert_eq!(code(&output), Some(3));
    assert!(stdout(&output).ends_with("nothing to migrate; incomplete: 1 place not read\n"), "{}", stdout(&output));
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
    // A name that git quotes, no final line end, and CR LF.
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
            stderr(&refused).contains("uncommitted changes") && stderr(&refused).contains("--force"),
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

/// The old path of a rename was parsed as a separate entry and lost its first letters.
#[test]
fn a_renamed_file_is_named_once() {
    let project = project();
    put(project.path(), "notes.txt", "mine");
    committed(project.path());
    assert!(git(project.path(), &["mv", "notes.txt", "moved.txt"]).status.success());
    let refused = run(project.path(), &["migrate", ".", "--write"]);
    assert_eq!(code(&refused), Some(2), "{}", stdout(&refused));
    assert!(stderr(&refused).contains("uncommitted changes (moved.txt):"), "{}", stderr(&refused));
}

/// `git status` ran the filters, the monitor and the hooks from the configuration of the work tree.
#[cfg(unix)]
#[test]
fn regression_git_runs_nothing_that_the_work_tree_names() {
    let project = project();
    let evil = tempfile::tempdir().unwrap();
    let ran = evil.path().join("ran");
    let program = evil.path().join("program");
    put(evil.path(), "program", format!("#!/bin/sh\necho \"$0 $*\" >> {}\ncat\n", ran.display()));
    let executable = |path: &Path| {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    };
    executable(&program);
    for hook in ["post-index-change", "pre-commit", "reference-transaction"] {
        put(evil.path(), &format!("hooks/{hook}"), fs::read(&program).unwrap());
        executable(&evil.path().join("hooks").join(hook));
    }
    committed(project.path());
    put(project.path(), ".gitattributes", "*.md filter=x diff=x ident\n*.txt filter=y\n");
    put(project.path(), "a.md", "text");
    put(project.path(), "b.txt", "text");
    committed(project.path());
    let program = program.to_str().unwrap();
    put(evil.path(), "included", format!("[filter \"y\"]\nclean = {program}\nprocess = {program}\nrequired = true\n"));
    for (key, value) in [
        ("filter.x.clean", program),
        ("filter.x.smudge", program),
        ("diff.x.textconv", program),
        ("diff.x.command", program),
        ("diff.external", program),
        ("core.fsmonitor", program),
        ("core.hooksPath", evil.path().join("hooks").to_str().unwrap()),
        ("core.sshCommand", program),
        ("core.pager", program),
        ("core.editor", program),
        ("core.askPass", program),
        ("core.alternateRefsCommand", program),
        ("credential.helper", program),
        ("alias.ls-files", &format!("!{program}")),
        ("include.path", evil.path().join("included").to_str().unwrap()),
        ("remote.origin.url", &format!("ext::{program}")),
        ("protocol.ext.allow", "always"),
        ("remote.origin.promisor", "true"),
        ("extensions.partialClone", "origin"),
    ] {
        assert!(git(project.path(), &["config", key, value]).status.success(), "{key}");
    }
    // Files with another modification time look changed, so git would compare them.
    for file in ["a.md", "b.txt", &launch_file()] {
        let file = fs::File::options().append(true).open(project.path().join(file)).unwrap();
        file.set_modified(std::time::UNIX_EPOCH).unwrap();
    }
    let _ = fs::remove_file(&ran);
    let output = run(project.path(), &["migrate", ".", "--write"]);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("edited"), "{}", stdout(&output));
    assert!(!ran.exists(), "{}", fs::read_to_string(&ran).unwrap());
}

/// Environment variables referred to another repository, or named programs.
#[test]
fn regression_git_is_asked_about_this_work_tree() {
    let (project, other) = (project(), project());
    committed(project.path());
    committed(other.path());
    put(project.path(), &launch_file(), LAUNCH.replace("Adobe Launch", "mine"));
    for (name, value) in [("GIT_DIR", ".git"), ("GIT_WORK_TREE", ""), ("GIT_INDEX_FILE", ".git/index")] {
        let value = other.path().join(value);
        let refused = command(project.path(), &["migrate", ".", "--write"]).env(name, value).output().unwrap();
        assert_eq!(code(&refused), Some(2), "{name}: {}", stdout(&refused));
        assert!(stderr(&refused).contains("uncommitted changes"), "{name}: {}", stderr(&refused));
    }
}

/// git does not report a change in a file that it was told not to watch.
#[test]
fn files_that_git_does_not_watch_count_as_changed() {
    for flag in ["--skip-worktree", "--assume-unchanged"] {
        let project = project();
        committed(project.path());
        assert!(git(project.path(), &["update-index", flag, &launch_file()]).status.success());
        let refused = run(project.path(), &["migrate", ".", "--write"]);
        assert_eq!(code(&refused), Some(2), "{}", stdout(&refused));
        let why = format!("which is {}", &flag[2..]);
        assert!(stderr(&refused).contains(&why), "{}", stderr(&refused));
        assert_eq!(code(&run(project.path(), &["migrate", ".", "--write", "--force"])), Some(0));
    }
    // A file omitted by a sparse checkout cannot be changed.
    let project = project();
    put(project.path(), "else/where.txt", "text");
    committed(project.path());
    assert!(git(project.path(), &["update-index", "--skip-worktree", "else/where.txt"]).status.success());
    fs::remove_file(project.path().join("else/where.txt")).unwrap();
    assert_eq!(code(&run(project.path(), &["migrate", ".", "--write"])), Some(0));
}

/// If only a filter could compare a file, it is not known to be clean; that does not matter if it is not edited.
#[test]
fn a_file_with_a_filter_is_edited_with_force_only() {
    for (attributes, expected) in [("*.txt filter=x\n", 0), ("*.cfg.json filter=x\n", 2)] {
        let project = project();
        put(project.path(), "a.txt", "text");
        committed(project.path());
        put(project.path(), ".gitattributes", attributes);
        put(project.path(), "a.txt", "other");
        let launch = fs::read_to_string(project.path().join(launch_file())).unwrap() + "\n";
        if expected == 2 {
            put(project.path(), "a.txt", "text");
            put(project.path(), &launch_file(), launch);
        }
        assert!(git(project.path(), &["add", ".gitattributes"]).status.success());
        assert!(git(project.path(), &["commit", "-qm", "attributes"]).status.success());
        let output = run(project.path(), &["migrate", ".", "--write"]);
        assert_eq!(code(&output), Some(expected), "{attributes}: {}", stderr(&output));
    }
}

#[test]
fn what_was_added_and_never_committed_is_refused() {
    let project = project();
    assert!(git(project.path(), &["init", "--quiet"]).status.success());
    assert!(git(project.path(), &["add", "--all"]).status.success());
    assert_eq!(code(&run(project.path(), &["migrate", ".", "--write"])), Some(2));
}

/// git may interpret a path as a pattern.
#[test]
fn the_folder_of_a_file_is_no_pattern() {
    let outer = tempfile::tempdir().unwrap();
    put(outer.path(), &format!("[x]/{}", launch_file()), LAUNCH);
    committed(outer.path());
    put(outer.path(), &format!("x/{}", launch_file()), LAUNCH);
    let written = run(outer.path(), &["migrate", "[x]", "--write"]);
    assert_eq!(code(&written), Some(0), "{}", stderr(&written));
}

/// Writing fails because the file size is limited: the old file is unchanged, and no temporary file remains.
#[cfg(unix)]
#[test]
fn a_failed_write_leaves_the_old_file_whole() {
    let project = project();
    let before = contents(project.path());
    let script = format!("trap '' XFSZ; ulimit -f 0; exec {} migrate . --write", program().display());
    let output = Command::new("bash").args(["-c", &script]).current_dir(project.path()).output().unwrap();
    assert_eq!(code(&output), Some(1), "{}", stdout(&output));
    for file in [launch_file(), target_file()] {
        assert!(stderr(&output).contains(&format!("not edited: {file}: it cannot be written")), "{}", stderr(&output));
    }
    assert!(stdout(&output).contains("0 files written"), "{}", stdout(&output));
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
    // A file that a walk reads through a link is not edited; a link given explicitly is.
    let secret = format!("{CONFIG}/{PARTNER}~launch.cfg.json");
    let output = run(project.path(), &["migrate", &launch_file(), &secret, "--write"]);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    assert!(fs::symlink_metadata(&file).unwrap().is_symlink());
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::read_to_string(&real).unwrap().contains("client_credentials"));
}

/// The page that guides a reader through a migration: its commands are run in sequence in a copy of the project, and
/// must print what the page shows.
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
    let mut shell = program::shell(directory, "bash", &["-c", &format!("{command} 2>&1")]);
    shell.env("COLUMNS", "120");
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

/// The projects below fixtures/rules and the larger ones next to them.
fn fixtures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut projects: Vec<PathBuf> =
        ["demo", "migration", "declared-kind", "formats"].iter().map(|name| root.join(name)).collect();
    for rule in fs::read_dir(root.join("rules")).unwrap() {
        let Ok(cases) = fs::read_dir(rule.unwrap().path().join("flagged")) else { continue };
        projects.extend(cases.map(|case| case.unwrap().path()).filter(|case| case.is_dir()));
    }
    projects
}

/// The phases of a plan, step by step, for each integration.
fn phases(report: &Report) -> Vec<(Course, Vec<Phase>)> {
    let plan = Plan::new(&report.landscape, &report.findings);
    plan.entries.iter().map(|entry| (entry.course, entry.steps.iter().map(|step| step.phase).collect())).collect()
}

#[test]
fn no_sentence_of_a_rule_decides_where_a_step_is_done() {
    let mut seen = BTreeSet::new();
    for project in fixtures() {
        for target in [Target::CloudService, Target::V65] {
            let mut request = Request { inputs: vec![project.clone()], ..Request::default() };
            request.knowledge.target = target;
            let mut report = scan(&request);
            let before = phases(&report);
            for text in ["X", "AEM: x", "Tools > x", "Adobe Developer Console: x", ""] {
                for finding in &mut report.findings {
                    finding.message = text.to_owned();
                    finding.notes = vec![text.to_owned()];
                    for step in &mut finding.steps {
                        step.text = text.to_owned().into();
                    }
                }
                let integrations = report.landscape.models_mut().iter_mut().flat_map(|model| &mut model.integrations);
                for verdict in integrations.flat_map(|integration| &mut integration.verdicts) {
                    verdict.message = text.to_owned();
                }
                assert_eq!(phases(&report), before, "{} with `{text}`", project.display());
            }
            for (course, phases) in &before {
                assert!(phases.is_sorted() && !phases.is_empty(), "{}: {phases:?}", project.display());
                seen.extend(phases.iter().map(|phase| (*course, *phase)));
            }
        }
    }
    for known in [
        (Course::LeaveAlone, Phase::Nothing),
        (Course::ByHand, Phase::DeveloperConsole),
        (Course::ByHand, Phase::Aem),
        (Course::Edit, Phase::CloudManager),
        (Course::Replace, Phase::Files),
        (Course::Delete, Phase::Afterwards),
    ] {
        assert!(seen.contains(&known), "{known:?} is not in {seen:?}");
    }
}
