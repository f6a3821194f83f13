//! Black-box tests of common expectations of a command-line tool.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::project::*;

#[test]
fn glob_patterns_are_expanded() {
    let directory = project();
    assert_code(&run(directory.path(), &["check", "ui.*/**/*.cfg.json"]), 1);
    assert_code(&run(directory.path(), &["check", "./ui.*"]), 1);
    let output = run(directory.path(), &["check", "**/*.zip"]);
    assert_code(&output, 2);
    assert!(stderr(&output).contains("no file matches the pattern `**/*.zip`; check"), "{}", stderr(&output));
    assert_code(&run(directory.path(), &["check", "a/{b"]), 2);
    put(directory.path(), "list", "ui.*\n");
    assert_code(&run(directory.path(), &["check", "--files-from", "list"]), 1);
}

/// A path matched by a pattern was not given explicitly: a link out of the given folder is reported, not followed.
#[cfg(unix)]
#[test]
fn a_pattern_follows_no_link_out_of_its_folder() {
    use std::os::unix::fs::symlink;
    let (directory, elsewhere) = (project(), tempfile::tempdir().unwrap());
    put(elsewhere.path(), "secret", "text");
    symlink(elsewhere.path().join("secret"), directory.path().join("ui.config/out.cfg.json")).unwrap();
    symlink("src", directory.path().join("ui.config/in")).unwrap();
    let output = run(directory.path(), &["check", "ui.*/*.cfg.json"]);
    assert_code(&output, 3);
    assert!(stdout(&output).contains("ui.config/out.cfg.json: a symbolic link that leaves"), "{}", stdout(&output));
    assert_code(&run(directory.path(), &["check", "ui.*/i*"]), 1);
    assert_code(&run(directory.path(), &["check", "ui.config/out.cfg.json"]), 0);
}

#[test]
fn a_path_with_brackets_that_exists_is_no_pattern() {
    let directory = project();
    put(directory.path(), &format!("a[1]/jcr_root/apps/acme/config/{NAME}"), JWT);
    assert_eq!(report(directory.path(), &["a[1]"])["summary"]["integrations"], 1);
}

#[test]
fn completions_for_every_shell() {
    let directory = project();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = run(directory.path(), &["completions", shell]);
        assert_code(&output, 0);
        assert!(stdout(&output).contains("write-baseline"), "{shell}");
    }
    assert_code(&run(directory.path(), &["completions", "csh"]), 2);
}

#[test]
fn the_manual_page_names_every_command() {
    let output = run(project().path(), &["man"]);
    assert_code(&output, 0);
    for command in flags().into_iter().map(|(command, _)| command.to_uppercase()) {
        assert!(stdout(&output).contains(&format!(".SH \"AEM-IMS-LINT {command}\"")), "{command}");
    }
    assert_eq!(stdout(&output).matches(".SH \"EXIT STATUS\"").count(), 2, "of check and of migrate");
}

#[test]
fn every_command_that_scans_tells_how_long_it_took() {
    let directory = project();
    for command in ["check", "inventory", "migrate", "inspect"] {
        let output = run(directory.path(), &[command, "--verbose", "."]);
        assert!(stderr(&output).contains(" packages; scan "), "{command}: {}", stderr(&output));
    }
}

#[test]
fn a_diff_of_nothing_says_so() {
    let empty = tempfile::tempdir().unwrap();
    let output = run(empty.path(), &["migrate", "--diff", "."]);
    assert_code(&output, 0);
    assert_eq!(stdout(&output), "");
    assert!(stderr(&output).contains("nothing to edit"), "{}", stderr(&output));
}

#[test]
fn a_wrong_day_of_the_environment_ends_with_2() {
    let directory = project();
    let output = command(directory.path(), &["check", "--isolated"]).env("SOURCE_DATE_EPOCH", "tomorrow").output();
    assert_code(&output.unwrap(), 2);
}

/// Every long flag in a help text, by subcommand.
fn flags() -> BTreeSet<(String, String)> {
    let directory = project();
    let help = stdout(&run(directory.path(), &["--help"]));
    let commands = help.split("Commands:").nth(1).unwrap().split("Options:").next().unwrap();
    let own = |line: &&str| line.starts_with("  ") && !line.starts_with("   ");
    let commands = commands.lines().filter(own).filter_map(|line| line.split_whitespace().next()).map(str::to_owned);
    let mut flags = BTreeSet::new();
    for command in commands {
        let help = run(directory.path(), &[&command, "--help"]);
        assert_code(&help, 0);
        for line in stdout(&help).lines().map(str::trim_start).filter(|line| line.starts_with('-')) {
            let flag = line.split([' ', ',', '=']).find(|word| word.starts_with("--") && word.len() > 2);
            flags.extend(flag.map(|flag| (command.clone(), flag.to_owned())));
        }
    }
    flags
}

/// A flag without a test was never tried.
#[test]
fn every_flag_has_a_test() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let files = walkdir::WalkDir::new(tests).into_iter().map(|entry| entry.unwrap().into_path());
    let rust = files.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let text: String = rust.map(|path| fs::read_to_string(path).unwrap()).collect();
    let flags: BTreeSet<String> = flags().into_iter().map(|(_, flag)| flag).filter(|flag| flag != "--help").collect();
    assert!(flags.len() > 30, "{flags:?}");
    let untested: Vec<String> = flags.into_iter().filter(|flag| !text.contains(&format!("\"{flag}\""))).collect();
    assert!(untested.is_empty(), "no test uses {untested:?}");
}

#[test]
fn completions_know_every_flag_of_every_command() {
    let directory = project();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let text = stdout(&run(directory.path(), &["completions", shell]));
        for (command, flag) in flags() {
            let flag = if shell == "fish" { flag.trim_start_matches("--").to_owned() } else { flag };
            assert!(text.contains(&command) && text.contains(&flag), "{shell}: {command} {flag}");
        }
    }
}

#[test]
fn the_manual_page_has_every_flag() {
    let page = stdout(&run(project().path(), &["man"])).replace("\\-", "-");
    for (command, flag) in flags() {
        assert!(page.contains(&flag), "{command} {flag}");
    }
    assert!(page.starts_with(".ie") || page.starts_with(".TH") || page.contains(".TH "), "{page}");
}

#[test]
fn files_from_takes_what_git_and_shells_write() {
    let directory = project();
    let odd = "odd name\u{e9}/jcr_root/apps/acme/config";
    put(directory.path(), &format!("{odd}/{NAME}"), JWT);
    let path = format!("{odd}/{NAME}");
    let utf16: Vec<u8> = format!("\u{feff}{path}\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for list in [
        format!("{path}\0").into_bytes(),
        format!("{path}\0README.md\0").into_bytes(),
        format!("\u{feff}{path}\n").into_bytes(),
        format!("{path}\r\n\r\n").into_bytes(),
        utf16,
    ] {
        put(directory.path(), "README.md", "");
        let output = run_with_input(directory.path(), &["check", "--files-from", "-", "--format", "json"], &list);
        assert_code(&output, 1);
        assert!(stdout(&output).contains("odd name\u{e9}/"), "{}", stdout(&output));
        put(directory.path(), "list", &list);
        assert_code(&run(directory.path(), &["check", "--files-from", "list"]), 1);
    }
}

/// With `-z`, git writes such names unchanged.
#[cfg(unix)]
#[test]
fn regression_files_from_takes_names_that_are_no_text() {
    let directory = project();
    let odd = format!("a\nb/jcr_root/apps/acme/config/{NAME}");
    put(directory.path(), &odd, JWT);
    let list = format!("{odd}\0");
    assert_code(&run_with_input(directory.path(), &["check", "--files-from", "-"], list.as_bytes()), 1);
    let output = run_with_input(directory.path(), &["check", "--files-from", "-"], b"\xff\n");
    assert_code(&output, 2);
    assert!(stderr(&output).contains("does not exist"), "{}", stderr(&output));
}

/// Standard input was empty at the second read, so the scan found nothing.
#[test]
fn regression_standard_input_is_asked_for_once() {
    let directory = project();
    let name = format!("{CONFIG}/{NAME}");
    for args in
        [["check", "-", "-", "--stdin-filename", &name], ["check", "-", "--files-from=-", "--stdin-filename", &name]]
    {
        let output = run_with_input(directory.path(), &args, JWT.as_bytes());
        assert_code(&output, 2);
        assert!(stderr(&output).contains("only once"), "{}", stderr(&output));
    }
    let output = run_with_input(directory.path(), &["check", "--files-from", "-"], b"-\n");
    assert_code(&output, 2);
}

/// The name was ignored and the current directory was scanned.
#[test]
fn regression_a_stdin_filename_without_standard_input_is_a_mistake() {
    let directory = project();
    let output = run_with_input(directory.path(), &["check", "--stdin-filename", "x.cfg.json"], JWT.as_bytes());
    assert_code(&output, 2);
    assert!(stderr(&output).contains("add it"), "{}", stderr(&output));
}

#[test]
fn a_package_may_come_through_standard_input() {
    let directory = project();
    let mut zip = Vec::new();
    let name = format!("jcr_root/apps/acme/config/{NAME}");
    zip_entry(&mut zip, &name, JWT.as_bytes());
    let args = ["check", "-", "--stdin-filename", "dist/my all.zip", "--format", "json"];
    let output = run_with_input(directory.path(), &args, &zip);
    assert_code(&output, 1);
    assert!(stdout(&output).contains(&format!("dist/my all.zip!/{name}")), "{}", stdout(&output));
}

/// A zip archive of one stored entry.
fn zip_entry(out: &mut Vec<u8>, name: &str, data: &[u8]) {
    let mut crc = flate2::Crc::new();
    crc.update(data);
    let (size, length) = ((data.len() as u32).to_le_bytes(), (name.len() as u16).to_le_bytes());
    let head =
        [&[20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0][..], &crc.sum().to_le_bytes(), &size, &size, &length, &[0, 0]].concat();
    out.extend([b"PK\x03\x04", &head[..], name.as_bytes(), data].concat());
    let start = out.len() as u32;
    out.extend([b"PK\x01\x02\x14\0", &head[..], &[0; 14], name.as_bytes()].concat());
    let length = (out.len() as u32 - start).to_le_bytes();
    out.extend([b"PK\x05\x06\0\0\0\0\x01\0\x01\0", &length[..], &start.to_le_bytes(), &[0, 0]].concat());
}

#[test]
fn the_name_of_standard_input_decides_which_configuration_counts() {
    let directory = project();
    put(directory.path(), "aem-ims-lint.toml", "[rules]\njwt-credential = \"off\"\n");
    let args = ["check", "-", "--stdin-filename", &format!("{CONFIG}/{NAME}")];
    assert_code(&run_with_input(directory.path(), &args, JWT.as_bytes()), 0);
}

/// <https://no-color.org>: "regardless of its value". The other variable is the convention of BSD and CMake.
#[test]
fn regression_colours_follow_the_environment() {
    let directory = project();
    let coloured = |set: &[(&str, &str)]| {
        stdout(&command(directory.path(), &["check"]).envs(set.iter().copied()).output().unwrap()).contains('\u{1b}')
    };
    assert!(coloured(&[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "0")]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "0")]));
    assert!(coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")]));
}

/// Even with a closed standard output, because an exit code for "clean" would be wrong.
#[test]
fn quiet_says_nothing_whatever_the_outcome() {
    let directory = project();
    let quiet = |args: &[&str], code| {
        let output = run(directory.path(), args);
        assert_code(&output, code);
        assert!(output.stdout.is_empty() && output.stderr.is_empty(), "{}", stderr(&output));
    };
    quiet(&["check", "--quiet"], 1);
    quiet(&["check", "-q", "--fail-on", "never"], 0);
    quiet(&["check", "--quiet", "--write-baseline", "known.json"], 0);
    quiet(&["check", "--quiet", "--baseline", "known.json"], 0);
    put(directory.path(), "broken.zip", b"PK\x03\x04\x14\x00\x00\x00\x08\x00truncated");
    quiet(&["check", "--quiet"], 3);
}

/// The heading was also shown above all following options.
#[test]
fn regression_only_limits_stand_under_limits() {
    // The short help omits the limits.
    let help = stdout(&run(project().path(), &["check", "--help"]));
    let limits = help.split("\nLimits:\n").nth(1).unwrap();
    let limits = limits.lines().take_while(|line| line.is_empty() || line.starts_with(' ')).collect::<String>();
    assert!(limits.contains("--max-depth") && !limits.contains("--baseline") && !limits.contains("--quiet"), "{help}");
}

#[test]
fn a_category_names_the_run_in_sarif() {
    let output = run(project().path(), &["check", "--format", "sarif", "--category", "nightly"]);
    assert!(stdout(&output).contains("\"aem-ims-lint/nightly/\""), "{}", stdout(&output));
}

#[test]
fn nesting_is_bounded() {
    let directory = project();
    let deep = format!("{{ \"imsHost\": \"ims-na1.adobelogin.com\", \"a\": {}1{} }}", "[".repeat(50), "]".repeat(50));
    put(directory.path(), "jcr_root/apps/a/config/com.acme.A.cfg.json", deep);
    assert_code(&run(directory.path(), &["check", "--fail-on", "never"]), 0);
    assert_code(&run(directory.path(), &["check", "--fail-on", "never", "--max-nesting", "20"]), 3);
}

#[test]
fn findings_that_are_less_sure_can_be_left_out() {
    let directory = project();
    let sure = |least| stdout(&run(directory.path(), &["check", "--format", "jsonl", "--min-confidence", least]));
    let (low, high) = (sure("low"), sure("high"));
    assert!(low.contains("\"confidence\":") && low.lines().count() >= high.lines().count());
    assert!(!high.contains("\"confidence\":\"low\"") && !high.contains("\"confidence\":\"medium\""), "{high}");
    assert_code(&run(directory.path(), &["check", "--min-confidence", "some"]), 2);
}

/// Standard error is not a terminal here, so there is no bar to hide: the flag is accepted and changes nothing.
#[test]
fn no_progress_and_output_are_understood_by_every_command_that_scans() {
    let directory = project();
    for command in ["check", "inventory", "inspect"] {
        let plain = run(directory.path(), &[command]);
        let output = run(directory.path(), &[command, "--no-progress"]);
        assert_eq!((plain.status.code(), stdout(&plain)), (output.status.code(), stdout(&output)), "{command}");
        let output = run(directory.path(), &[command, "--output", "out file.txt"]);
        assert_eq!(plain.status.code(), output.status.code());
        assert_eq!(fs::read_to_string(directory.path().join("out file.txt")).unwrap(), stdout(&plain), "{command}");
    }
}
