//! Properties of SARIF that validators do not check: fingerprints, locations inside archives, columns, limits.

#![allow(clippy::unwrap_used)]

use std::io::Write;

use aem_ims_lint::findings::Finding;
use aem_ims_lint::report::{Options, Report, ReportFormat};
use aem_ims_lint::rules::Level;
use aem_ims_lint::source::SourcePath;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::{CONFIG, JWT, SECRET, TestFile, finding, options, render, sample};

fn run_of(report: &Report, options: &Options) -> Value {
    let mut log: Value = serde_json::from_str(&render(ReportFormat::Sarif, report, options)).unwrap();
    assert_eq!(log["runs"].as_array().unwrap().len(), 1);
    log["runs"][0].take()
}

fn with(findings: Vec<Finding>) -> Report {
    Report { findings, ..Report::default() }
}

fn at(path: SourcePath, text: &str, value: &str) -> Finding {
    finding(&JWT, TestFile::new(path, text).locate(&[value]).remove(0))
}

fn fingerprint(finding: Finding) -> String {
    let run = run_of(&with(vec![finding]), &options());
    run["results"][0]["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap().to_owned()
}

/// The hashes that `codeql-action` computes for this text (`src/fingerprints.test.ts`).
#[test]
fn a_file_of_the_checkout_has_the_fingerprint_that_code_scanning_computes() {
    let text = "x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n";
    for (value, expected) in
        [("x = 2", "e54938cc54b302f1:1"), ("x = 1", "bb609acbe9138d60:1"), ("x = 4", "2c644846cb18d53e:1")]
    {
        assert_eq!(fingerprint(at(SourcePath::file("a.config"), text, value)), expected);
    }
}

#[test]
fn equal_files_of_two_places_stay_apart_and_a_rebuilt_package_keeps_its_alerts() {
    let entry = |zip: &str, name: &str| fingerprint(at(SourcePath::file(zip).entry(name), CONFIG, "adobe-ims-launch"));
    assert_ne!(entry("a.zip", "jcr_root/a.config"), entry("a.zip", "jcr_root/b.config"));
    // All test packages are called `acme:all`, version 1.0.
    assert_eq!(entry("all-1.0.zip", "jcr_root/a.config"), entry("all-1.1.zip", "jcr_root/a.config"));
    let tree = fingerprint(at(SourcePath::file("jcr_root/a.config"), CONFIG, "adobe-ims-launch"));
    assert_ne!(tree, entry("a.zip", "jcr_root/a.config"));
}

#[test]
fn a_place_in_nested_archives_is_one_uri_and_a_nested_artifact() {
    let path = SourcePath::file("./dist/a b.zip").entry("jcr_root/100%.zip").entry("/jcr_root/ü#.config");
    let run = run_of(&with(vec![at(path, CONFIG, "adobe-ims-launch")]), &options());
    let result = &run["results"][0];
    let location = &result["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(location["uri"], "dist/a%20b.zip!/jcr_root/100%25.zip!/jcr_root/%C3%BC%23.config");
    assert_eq!(location["uriBaseId"], "%SRCROOT%");
    let nested = &result["relatedLocations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(nested["uri"], "jcr_root/%C3%BC%23.config");
    let innermost = &run["artifacts"][nested["index"].as_u64().unwrap() as usize];
    let middle = &run["artifacts"][innermost["parentIndex"].as_u64().unwrap() as usize];
    let outermost = &run["artifacts"][middle["parentIndex"].as_u64().unwrap() as usize];
    assert_eq!(middle["location"]["uri"], "jcr_root/100%25.zip");
    assert_eq!(outermost["location"]["uri"], "dist/a%20b.zip");
    assert_eq!(outermost["parentIndex"], Value::Null);
    let digest: String = Sha256::digest(CONFIG.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(innermost["hashes"]["sha-256"], digest);
    assert_eq!(outermost["hashes"], Value::Null);
    assert!(innermost["location"]["uriBaseId"].is_null() && outermost["location"]["uriBaseId"] == "%SRCROOT%");
    assert_eq!(result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"], "/apps/system/config/x.config");
}

#[test]
fn columns_are_utf16_code_units() {
    let run = run_of(&with(vec![at(SourcePath::file("x.config"), "é😀 name=\"é😀x\"", "é😀x")]), &options());
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    let region = &run["results"][0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!((&region["startColumn"], &region["endColumn"]), (&11.into(), &15.into()));
}

#[test]
fn an_incomplete_scan_is_unsuccessful_unless_that_is_allowed() {
    let run = run_of(&sample(), &options());
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["toolExecutionNotifications"][0]["descriptor"]["id"], "encrypted");
    assert_eq!(invocation["toolExecutionNotifications"][0]["level"], "error");
    let run = run_of(&sample(), &Options { allow_incomplete: true, ..options() });
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    assert_eq!(run["invocations"][0]["toolExecutionNotifications"][0]["level"], "warning");
    assert_eq!(run_of(&Report::default(), &options())["results"], Value::Array(Vec::new()));
}

#[test]
fn runs_are_told_apart_by_category() {
    assert_eq!(run_of(&Report::default(), &options())["automationDetails"]["id"], "aem-ims-lint/");
    let category = Options { category: Some("stage/".into()), ..options() };
    assert_eq!(run_of(&Report::default(), &category)["automationDetails"]["id"], "aem-ims-lint/stage/");
}

#[test]
fn suppressed_results_say_who_suppressed_them() {
    let run = run_of(&sample(), &options());
    assert_eq!(run["results"].as_array().unwrap().len(), 2);
    let run = run_of(&sample(), &Options { show_suppressed: true, ..options() });
    let suppressions: Vec<&Value> = run["results"].as_array().unwrap().iter().map(|r| &r["suppressions"]).collect();
    assert_eq!(suppressions[0][0]["kind"], "inSource");
    assert_eq!(suppressions[0][0]["justification"], "a test system");
    // According to the standard, if one result has `suppressions`, all do.
    assert_eq!(suppressions[1].as_array().unwrap().len(), 0);
}

#[test]
fn rules_are_described_whether_they_fired_or_not() {
    let run = run_of(&Report::default(), &options());
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), aem_ims_lint::rules::RULES.len());
    for rule in rules {
        let severity: f64 = rule["properties"]["security-severity"].as_str().unwrap().parse().unwrap();
        assert!(severity > 0.0 && severity <= 10.0, "{rule}");
        assert!(rule["help"]["markdown"].as_str().unwrap().len() > 40, "{rule}");
        assert!(!rule["fullDescription"]["text"].as_str().unwrap().is_empty());
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 10);
    }
}

/// The most severe are kept, in report order, and a notification states how many were omitted.
#[test]
fn above_25_000_results_the_most_severe_are_kept() {
    let template = at(SourcePath::file("x"), "a=\"b\"", "b");
    let mut findings = vec![Finding { steps: vec![], url: "".into(), message: "m.".into(), ..template }; 25_010];
    for (index, finding) in findings.iter_mut().enumerate() {
        finding.level = if index < 20 { Level::Note } else { Level::Error };
        finding.fingerprint = index.to_string();
    }
    let run = run_of(&with(findings), &options());
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 25_000);
    assert_eq!(results.iter().filter(|r| r["level"] == "note").count(), 10);
    let order: Vec<u64> =
        results.iter().map(|r| r["partialFingerprints"]["aemImsLint/v1"].as_str().unwrap().parse().unwrap()).collect();
    assert!(order.is_sorted());
    let notification = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert!(notification["message"]["text"].as_str().unwrap().starts_with("10 results of lower severity omitted"));
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn above_ten_megabytes_compressed_the_most_severe_are_kept() {
    let template = at(SourcePath::file("x.config"), CONFIG, "adobe-ims-launch");
    let mut seed = 1_u64;
    let mut noise = || {
        let letter = |_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-"[(seed >> 58) as usize])
        };
        (0..40_000).map(letter).collect::<String>()
    };
    let mut findings = vec![template; 200];
    for (index, finding) in findings.iter_mut().enumerate() {
        finding.message = noise();
        finding.level = if index % 2 == 0 { Level::Error } else { Level::Note };
        finding.rule = if index % 2 == 0 { &JWT } else { &SECRET };
    }
    let text = render(ReportFormat::Sarif, &with(findings), &options());
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    let compressed = encoder.finish().unwrap().len();
    assert!(compressed <= 10_000_000, "{compressed} bytes");
    let log: Value = serde_json::from_str(&text).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(results.len() > 100, "{} results", results.len());
    let left_out =
        log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap();
    assert!(left_out.contains("omitted"));
    // Notes are kept only if all errors are.
    let errors = results.iter().filter(|r| r["level"] == "error").count();
    assert!(errors == 100 || errors == results.len());
}
