//! Reports say what was recognised and what was not: "no findings" is never reported for files that were not read.

#![allow(clippy::unwrap_used)]

use crate::project::{assert_code, project, put, report, run, stderr, stdout};

const WHAT: &str = "not recognised: no content package, configuration, export or credential file";

#[test]
fn a_named_file_that_nothing_reads_is_called_so() {
    let directory = project();
    put(directory.path(), "notes.md", "nothing of interest\n");
    put(directory.path(), "compose.yaml", "services:\n  web:\n    image: acme\n");
    for name in ["notes.md", "compose.yaml"] {
        let output = run(directory.path(), &["check", name]);
        assert_code(&output, 0);
        assert!(stderr(&output).contains(&format!("{name}: {WHAT}")), "{}", stderr(&output));
        assert!(stderr(&output).contains("nothing was recognised"), "{}", stderr(&output));
        assert!(stdout(&output).contains("; nothing recognised"), "{}", stdout(&output));
        assert_code(&run(directory.path(), &["inventory", name]), 3);
        for command in ["check", "migrate"] {
            assert_code(&run(directory.path(), &[command, name, "--fail-on-nothing"]), 3);
        }
        let quiet = run(directory.path(), &["check", name, "--quiet", "--fail-on-nothing"]);
        assert_code(&quiet, 3);
        assert!(quiet.stderr.is_empty(), "{}", stderr(&quiet));
        let summary = &report(directory.path(), &[name])["summary"];
        assert_eq!((&summary["recognised"], &summary["unrecognised"][0]), (&false.into(), &name.into()));
    }
    // Found in a walk, it is only one of many files.
    let output = run(directory.path(), &["check", ".", "--fail-on-nothing"]);
    assert_code(&output, 1);
    assert!(stderr(&output).is_empty(), "{}", stderr(&output));
    assert_eq!(report(directory.path(), &["."])["summary"]["recognised"], true);
}

#[test]
fn skipped_directories_are_named() {
    let directory = project();
    put(directory.path(), "node_modules/a/b.json", "{}");
    let output = run(directory.path(), &["check", ".", "--verbose"]);
    assert!(stderr(&output).contains("node_modules: skipped; use --include-skipped to read it"), "{}", stderr(&output));
    let report = report(directory.path(), &["."]);
    let skipped = report["summary"]["skippedDirectories"].as_array().unwrap();
    assert!(skipped.contains(&"node_modules".into()), "{skipped:?}");
}

/// Examples were told by the names of their files alone.
#[test]
fn regression_files_in_a_folder_of_examples_are_meant_to_be_filled_in() {
    let connector = "enterprise:\n  org_id: \"EXAMPLE0000@AdobeOrg\"\n  authentication_method: oauth\n  \
                     client_id: \"YOUR_CLIENT_ID\"\n  client_secret: \"YOUR_CLIENT_SECRET\"\n";
    let directory = project();
    put(directory.path(), "tool/examples/config files/connector-umapi.yml", connector);
    let unfilled = |folder: &std::path::Path, args: &[&str]| {
        let found = report(folder, args);
        found["findings"].as_array().unwrap().iter().filter(|one| one["rule"] == "unfilled-template").count()
    };
    assert_eq!(unfilled(directory.path(), &["."]), 0);
    assert_eq!(unfilled(directory.path(), &["tool"]), 0);
    // What the user scans is theirs, whatever the folders around it are called.
    assert_eq!(unfilled(directory.path(), &["tool/examples/config files"]), 1);
    put(directory.path(), "tool/conf/connector-umapi.yml", connector);
    assert_eq!(unfilled(directory.path(), &["."]), 1);
}
