//! Inputs of the command line other than scanned files are limited, and errors say who has to fix them.

#![allow(clippy::unwrap_used)]

use std::fs::{self, File};
use std::path::Path;

use crate::project::*;

/// A sparse file of 200 megabytes without data.
fn hole(directory: &Path, name: &str) {
    put(directory, name, "");
    File::options().write(true).open(directory.join(name)).unwrap().set_len(200 << 20).unwrap();
}

#[track_caller]
fn assert_refused(directory: &Path, args: &[&str], said: &str) {
    let output = run(directory, args);
    assert_code(&output, 2);
    assert!(stderr(&output).contains(said), "{}", stderr(&output));
}

#[test]
fn threads_are_as_many_as_a_machine_may_have() {
    let directory = project();
    assert_refused(directory.path(), &["check", "--threads", "100000"], "100000 is not in 0..=256");
    assert_refused(directory.path(), &["check", "--threads", "18446744073709551616"], "--threads");
    assert_code(&run(directory.path(), &["check", "--threads", "256"]), 1);
}

#[test]
fn an_oversized_configuration_baseline_or_list_is_not_read() {
    let directory = project();
    let directory = directory.path();
    hole(directory, "big");
    assert_refused(
        directory,
        &["check", "--config", "big"],
        "cannot read the configuration `big`: it is larger than 4 MiB",
    );
    assert_refused(
        directory,
        &["check", "--baseline", "big"],
        "cannot read the baseline `big`: it is larger than 64 MiB",
    );
    let list = ["check", "--files-from", "big"];
    assert_refused(directory, &list, "cannot read the list of files `big`: it is larger than 64 MiB");
    put(directory, "list", "a\n".repeat(1_000_001));
    assert_refused(
        directory,
        &["check", "--files-from", "list"],
        "the list of files `list` contains more than 1000000 paths: use folders instead",
    );
    fs::write(directory.join("aem-ims-lint.toml"), format!("# {}\n", "x".repeat(4 << 20))).unwrap();
    assert_refused(directory, &["check"], "it is larger than 4 MiB");
}

#[test]
fn standard_input_is_as_large_as_a_file_may_be() {
    let directory = project();
    let args = ["check", "-", "--stdin-filename", "a.json", "--max-entry-bytes", "1K"];
    let output = run_with_input(directory.path(), &args, " ".repeat(1025).as_bytes());
    assert_code(&output, 2);
    let said = "cannot read `a.json` from standard input: it is larger than 1024 bytes; write it to a file and pass that, or raise --max-entry-bytes";
    assert!(stderr(&output).contains(said), "{}", stderr(&output));
    assert_code(&run_with_input(directory.path(), &args, " ".repeat(1024).as_bytes()), 0);
}

#[test]
fn a_sparse_file_is_known_by_its_length() {
    let directory = project();
    hole(directory.path(), "jcr_root/a.xml");
    hole(directory.path(), "jcr_root/b.zip");
    // The first bytes of an archive, and nothing after them.
    hole(directory.path(), "jcr_root/c.zip");
    use std::io::Write as _;
    let archive = File::options().write(true).open(directory.path().join("jcr_root/c.zip"));
    archive.unwrap().write_all(b"PK\x03\x04").unwrap();
    let report = report(directory.path(), &["jcr_root"]);
    let incidents: Vec<String> =
        report["incidents"].as_array().unwrap().iter().map(|i| format!("{} {}", i["path"], i["message"])).collect();
    assert_eq!(incidents.len(), 3, "{incidents:?}");
    assert!(incidents[0].contains("a.xml") && incidents[0].contains("--max-entry-bytes"), "{incidents:?}");
    assert!(incidents[1].contains("b.zip") && incidents[2].contains("c.zip"), "{incidents:?}");
}

#[test]
fn excessive_limits_are_capped() {
    let directory = project();
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    put(directory.path(), "jcr_root/apps/x/config/com.adobe.x.cfg.json", format!("{{\"a\": {deep}}}"));
    let output =
        run(directory.path(), &["check", "--no-prefilter", "--max-nesting", "18446744073709551615", "jcr_root"]);
    assert!(matches!(output.status.code(), Some(0 | 1 | 3)), "{}", stderr(&output));
}

/// With one combination of run modes too many, it is unknown where the configurations are in force; this must be
/// reported, not guessed.
#[test]
fn run_modes_beyond_what_is_looked_at_are_an_incident() {
    let directory = project();
    let put_modes = |count: usize| {
        for number in 0..count {
            let folder = format!("ui.config/src/main/content/jcr_root/apps/acme/config.author.brand{number:03}");
            put(directory.path(), &format!("{folder}/{NAME}"), JWT);
        }
    };
    let incidents = || report(directory.path(), &[".", "--target", "6.5"])["incidents"].clone();
    put_modes(60);
    assert_eq!(incidents().as_array().unwrap().len(), 0);
    put_modes(70);
    let incidents = incidents();
    assert_eq!(incidents[0]["kind"], "limit", "{incidents}");
    let message = incidents[0]["message"].as_str().unwrap();
    assert!(message.starts_with("too many combinations of run modes: only 64 are checked"), "{message}");
    assert!(incidents[0]["path"].as_str().unwrap().contains("brand061"), "{incidents}");
}
