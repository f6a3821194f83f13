//! Names that only some file systems allow: backslashes, two names that differ only in case, bytes that are not text.
//! Behaviour specific to Windows is tested in `src/paths.rs`.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use crate::common::{Entry, Zip};

use crate::project::*;

const PROVIDER: &str = "jcr_root/apps/acme/config.author/com.adobe.granite.auth.oauth.accesstoken.provider";

/// Locations of the JWT credentials of a report.
fn places(directory: &Path, args: &[&str]) -> Vec<String> {
    let report = report(directory, args);
    let findings = report["findings"].as_array().unwrap().iter();
    let jwt = findings.filter(|finding| finding["rule"] == "jwt-credential" && finding["suppressed"].is_null());
    jwt.map(|finding| finding["location"]["path"].as_str().unwrap().to_owned()).collect()
}

/// URIs of the JWT credentials in SARIF.
fn uris(directory: &Path, args: &[&str]) -> Vec<String> {
    let output = run(directory, &[&["check", "--format", "sarif"], args].concat());
    let log: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap().iter();
    let jwt = results.filter(|result| result["ruleId"] == "jwt-credential");
    let uri = |result: &serde_json::Value| {
        let location = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        location["uri"].as_str().unwrap().to_owned()
    };
    jwt.map(uri).collect()
}

fn named(name: &str) -> String {
    JWT.replace("Adobe Launch", name)
}

#[test]
fn entries_that_differ_by_case_are_two() {
    let directory = project();
    let (upper, lower) = (format!("{PROVIDER}~Launch.cfg.json"), format!("{PROVIDER}~launch.cfg.json"));
    let zip = Zip::new(vec![Entry::stored(&upper, named("Upper")), Entry::stored(&lower, named("Lower"))]);
    put(directory.path(), "all.zip", zip.bytes());
    let both = [format!("all.zip!/{upper}"), format!("all.zip!/{lower}")];
    assert_eq!(places(directory.path(), &["all.zip"]), both);
    assert_eq!(uris(directory.path(), &["all.zip"]), both);
    put(directory.path(), "aem-ims-lint.toml", format!("exclude = [\"all.zip!/{lower}\"]\n"));
    assert_eq!(places(directory.path(), &["all.zip"]), both[..1]);
}

/// Java reads such an entry as one name, so AEM does not see a folder in it; the user should still see the credential.
#[test]
fn backslashes_in_entries_are_characters() {
    let directory = project();
    let name = format!("{}~launch.cfg.json", PROVIDER.replace('/', "\\"));
    put(directory.path(), "all.zip", Zip::new(vec![Entry::stored(&name, JWT)]).bytes());
    let report = report(directory.path(), &["all.zip"]);
    let paths: Vec<_> = report["findings"].as_array().unwrap().iter().map(|f| &f["location"]["path"]).collect();
    assert!(!paths.is_empty() && paths.iter().all(|path| **path == format!("all.zip!/{name}")), "{paths:?}");
}

/// On systems where a backslash is an ordinary character.
#[cfg(unix)]
mod unix {
    use super::*;

    #[test]
    fn folders_that_differ_by_case_are_two() {
        let directory = project();
        for folder in ["Ui.config", "UI.config"] {
            put(directory.path(), &format!("{folder}/{PROVIDER}~{folder}.cfg.json"), named(folder));
        }
        // Some file systems keep only one of them.
        let expected = std::fs::read_dir(directory.path())
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().to_lowercase() == "ui.config");
        let expected = expected.count();
        assert_eq!(places(directory.path(), &["."]).len(), expected);
        put(directory.path(), "aem-ims-lint.toml", "exclude = [\"Ui.config\"]\n");
        assert_eq!(places(directory.path(), &["."]).len(), expected - 1);
    }

    #[test]
    fn backslashes_stay_in_reports() {
        let directory = project();
        put(directory.path(), &format!(r"a\b/{PROVIDER}~b.cfg.json"), named("B"));
        assert_eq!(places(directory.path(), &[r"a\b"]), [format!(r"a\b/{PROVIDER}~b.cfg.json")]);
        assert_eq!(uris(directory.path(), &[r"a\b"]), [format!("a%5Cb/{PROVIDER}~b.cfg.json")]);
        put(directory.path(), "aem-ims-lint.toml", r"exclude = ['a\\b/jcr_root']");
        assert_eq!(places(directory.path(), &[r"a\b"]), [""; 0]);
        put(directory.path(), "aem-ims-lint.toml", "exclude = ['a/b']");
        assert_eq!(places(directory.path(), &[r"a\b"]).len(), 1);
    }

    /// The backslash in the name was treated as a separator, so `x/*` matched a file outside `x`.
    #[test]
    fn regression_patterns_see_backslashes_as_characters() {
        let directory = project();
        put(directory.path(), r"x\y.cfg.json", "{}");
        let output = run(directory.path(), &["check", "x?y.cfg.json"]);
        assert_code(&output, 0);
        put(directory.path(), "x/z.cfg.json", "{}");
        assert_eq!(report(directory.path(), &["*/z.cfg.json"])["summary"]["files"], 1);
        assert_eq!(report(directory.path(), &["*.cfg.json"])["summary"]["files"], 1);
    }

    /// Reports called the folder `a/b`, which does not exist.
    #[test]
    fn regression_the_configuration_is_named_as_it_is() {
        let directory = project();
        let settings = "[[ignore]]\nrule = \"jwt-credential\"\npath = \"nowhere\"\nreason = \"test\"\n";
        put(directory.path(), r"a\b/aem-ims-lint.toml", settings);
        let args = ["--config", r"a\b/aem-ims-lint.toml"];
        let unused = report(&directory.path().join(r"a\b"), &["."]);
        let unused = unused["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "unused-suppression").unwrap();
        assert!(unused["location"]["path"].as_str().unwrap().ends_with("aem-ims-lint.toml"), "{unused}");
        let output = run(directory.path(), &[&["config"], &args[..]].concat());
        assert!(stdout(&output).starts_with("# configuration file: a\\b/aem-ims-lint.toml\n"), "{}", stdout(&output));
        let output = run(directory.path(), &[&["check", "a\\b", "--format", "concise"], &args[..]].concat());
        assert!(!stdout(&output).contains("a/b/aem-ims-lint.toml"), "{}", stdout(&output));
    }
}

/// Names of arbitrary bytes, which other file systems reject.
#[cfg(target_os = "linux")]
mod bytes {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::path::PathBuf;

    use super::*;

    fn path(name: &[u8]) -> PathBuf {
        PathBuf::from(OsStr::from_bytes(name))
    }

    fn run_os(directory: &Path, args: &[&OsStr]) -> std::process::Output {
        command(directory, &[]).args(args).output().unwrap()
    }

    #[test]
    fn two_names_that_read_alike_are_two_files() {
        let directory = tempfile::tempdir().unwrap();
        for (byte, name) in [(0xff, "One"), (0xfe, "Two")] {
            let folder = directory.path().join(path(&[b'x', byte]));
            put(&folder, &format!("{PROVIDER}~{name}.cfg.json"), named(name));
            put(&folder, &format!("{PROVIDER}~same.cfg.json"), named("Same"));
        }
        let report = report(directory.path(), &["."]);
        let jwt = report["findings"].as_array().unwrap().iter().filter(|f| f["rule"] == "jwt-credential");
        let jwt: Vec<_> = jwt.collect();
        assert_eq!(jwt.len(), 4, "{report}");
        let fingerprints: std::collections::BTreeSet<_> = jwt.iter().map(|f| f["fingerprint"].as_str()).collect();
        assert_eq!(fingerprints.len(), 4);
        assert!(uris(directory.path(), &["."]).iter().all(|uri| uri.starts_with("x%EF%BF%BD/jcr_root/")));
    }

    /// The folder had different names in labels and on disk, so patterns with a slash did not match below it.
    #[test]
    fn regression_patterns_fit_below_a_folder_whose_name_is_no_text() {
        let directory = tempfile::tempdir().unwrap();
        let folder = directory.path().join(path(b"caf\xe9"));
        put(&folder, &format!("ui.config/{PROVIDER}~a.cfg.json"), JWT);
        put(&folder, "aem-ims-lint.toml", "exclude = [\"ui.config/jcr_root\"]\n");
        // A configuration above the scanned folder applies in the same work tree.
        put(&folder, ".git/HEAD", "");
        let check = |from: &Path, input: &Path| {
            assert_code(&run_os(from, &[OsStr::new("check"), input.as_os_str()]), 0);
            assert_code(&run_os(from, &[OsStr::new("check"), OsStr::new("--isolated"), input.as_os_str()]), 1);
        };
        check(directory.path(), &path(b"caf\xe9"));
        check(directory.path(), &folder);
        check(&folder, Path::new("."));
        check(&folder.join("ui.config"), Path::new("."));
        // As written in reports.
        put(directory.path(), "aem-ims-lint.toml", "exclude = [\"caf\u{fffd}/ui.config\"]\n");
        std::fs::remove_file(folder.join("aem-ims-lint.toml")).unwrap();
        std::fs::rename(folder.join(".git"), directory.path().join(".git")).unwrap();
        check(directory.path(), &path(b"caf\xe9"));
    }

    /// Fixed findings in a folder with such a name stayed in the baseline, as if they were elsewhere.
    #[test]
    fn regression_a_baseline_knows_what_was_scanned_whatever_its_name() {
        let directory = tempfile::tempdir().unwrap();
        let folder = path(b"caf\xe9");
        put(&directory.path().join(&folder), &format!("{PROVIDER}~a.cfg.json"), JWT);
        let args = |last: &'static str| {
            [OsStr::new("check"), folder.as_os_str(), OsStr::new(last), OsStr::new("known.json")].to_vec()
        };
        assert_code(&run_os(directory.path(), &args("--write-baseline")), 0);
        assert_code(&run_os(directory.path(), &args("--baseline")), 0);
        put(&directory.path().join(&folder), &format!("{PROVIDER}~a.cfg.json"), "{}");
        let output = run_os(directory.path(), &args("--baseline"));
        assert_code(&output, 0);
        let told = stderr(&output);
        assert!(told.contains(" 0 known findings") && !told.contains(" 0 fixed"), "{told}");
    }

    /// The label names no file, or a different one, so nothing may be written there.
    #[test]
    fn a_file_whose_name_is_no_text_is_not_edited() {
        let directory = tempfile::tempdir().unwrap();
        let folder = directory.path().join(path(b"caf\xe9"));
        let name = format!("{PROVIDER}~launch.cfg.json");
        let jwt = JWT.replace(
            "\n}",
            ",\n  \"auth.token.provider.default.claims\": [\"\\\"https://ims-na1.adobelogin.com/s/ent_reactor_admin_sdk\\\" : true\"]\n}",
        );
        put(&folder, &name, &jwt);
        let edited = run_os(&folder, &[OsStr::new("migrate"), OsStr::new("--diff"), OsStr::new(".")]);
        assert!(stdout(&edited).contains("+++ "), "{}", stdout(&edited));
        let output = run(directory.path(), &["migrate", "--write", "."]);
        let told = stdout(&output) + &stderr(&output);
        assert!(told.contains("caf\u{fffd}/") && told.contains("its path is not UTF-8"), "{told}");
        assert_eq!(std::fs::read_to_string(folder.join(name)).unwrap(), jwt);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    }
}
