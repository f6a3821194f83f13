//! The JSON reports conform to their published schemas, and every format writes the same bytes for the same scan.

#![allow(clippy::unwrap_used)]

use aem_ims_lint::report::inventory::{self, InventoryFormat};
use aem_ims_lint::report::{Report, ReportFormat};
use clap::ValueEnum;
use serde_json::Value;

use crate::support::{formats, options, render, sample};

fn validator(name: &str) -> jsonschema::Validator {
    let path = format!("{}/docs/schema/{name}", env!("CARGO_MANIFEST_DIR"));
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn assert_valid(validator: &jsonschema::Validator, json: &Value) {
    let errors: Vec<String> = validator.iter_errors(json).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{json:#}");
}

#[test]
fn reports_keep_to_the_schemas() {
    for report in [sample(), Report::default()] {
        let json: Value = serde_json::from_str(&render(ReportFormat::Json, &report, &options())).unwrap();
        assert_eq!(json["schema"], "aem-ims-lint/report/v1");
        assert_valid(&validator("report-v1.json"), &json);

        let lines = validator("report-lines-v1.json");
        for line in render(ReportFormat::Jsonl, &report, &options()).lines() {
            assert_valid(&lines, &serde_json::from_str(line).unwrap());
        }

        let mut out = Vec::new();
        inventory::write(InventoryFormat::Json, &report, 80, &mut out).unwrap();
        assert_valid(&validator("inventory-v1.json"), &serde_json::from_slice(&out).unwrap());
    }
}

#[test]
fn the_schema_refuses_what_is_no_report() {
    let mut json: Value = serde_json::from_str(&render(ReportFormat::Json, &sample(), &options())).unwrap();
    json["findings"][0]["location"]["start"]["line"] = "2".into();
    assert!(!validator("report-v1.json").is_valid(&json));
}

/// The names promised by `docs/json.md`.
#[test]
fn the_promised_members_are_there() {
    let json: Value = serde_json::from_str(&render(ReportFormat::Json, &sample(), &options())).unwrap();
    assert_eq!(json["tool"]["name"], "aem-ims-lint");
    let summary = &json["summary"];
    assert_eq!(summary["findings"], serde_json::json!({"error": 1, "warning": 1, "note": 0}));
    assert_eq!((&summary["suppressed"], &summary["complete"]), (&1.into(), &false.into()));
    for member in ["inputs", "packages", "files", "bytes", "skipped", "integrations"] {
        assert!(summary[member].is_u64(), "{member}");
    }

    let finding = &json["findings"][1];
    assert_eq!(finding["rule"], "jwt-credential");
    assert_eq!(finding["integration"], "accessTokenProvider:adobe-ims-launch");
    assert_eq!(finding["environments"], serde_json::json!(["author/prod"]));
    assert_eq!(finding["suppressed"], Value::Null);
    assert_eq!(finding["location"]["start"], serde_json::json!({"line": 2, "column": 28, "offset": 51}));
    assert_eq!(finding["location"]["end"], serde_json::json!({"line": 2, "column": 75, "offset": 98}));
    assert_eq!(finding["location"]["property"], "auth.access.token.request");
    assert_eq!(finding["related"][1]["location"]["entries"].as_array().unwrap().len(), 2);
    assert_eq!(
        finding["related"][1]["location"]["path"],
        "dist/all.zip!/jcr_root/apps/pkg.zip!/jcr_root/apps/a b/x.config"
    );
    assert_eq!(json["findings"][0]["suppressed"]["kind"], "inSource");

    let integration = &json["integrations"][0];
    assert_eq!(integration["auth"], "jwt");
    assert_eq!(integration["referencedBy"], serde_json::json!(["accessTokenProvider:tags"]));
    assert_eq!(integration["fields"]["clientSecret"]["state"], "placeholder");
    assert_eq!(integration["fields"]["clientSecret"]["value"], Value::Null);
    assert_eq!(integration["fields"]["scopes"]["location"], Value::Null);
    assert_eq!(json["integrations"][1]["references"][0]["resolved"][0], "accessTokenProvider:adobe-ims-launch");
    assert_eq!(json["incidents"][1]["line"], 3);
}

#[test]
fn the_same_scan_gives_the_same_bytes() {
    for &format in formats() {
        assert_eq!(render(format, &sample(), &options()), render(format, &sample(), &options()), "{format:?}");
    }
}

#[test]
fn every_format_writes_an_empty_report_and_names_what_was_not_read() {
    for &format in formats() {
        let _ = render(format, &Report::default(), &options());
        let out = render(format, &sample(), &options());
        assert!(out.contains("locked.zip"), "{format:?} does not tell what was not read");
    }
    for &format in InventoryFormat::value_variants() {
        let mut out = Vec::new();
        inventory::write(format, &sample(), 80, &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.contains("adobe-ims-launch"), "{format:?}");
    }
}

#[test]
fn suppressed_findings_are_left_out_unless_asked_for() {
    let all = aem_ims_lint::report::Options { show_suppressed: true, ..options() };
    let asked = [ReportFormat::Text, ReportFormat::Sarif, ReportFormat::Csv, ReportFormat::Junit, ReportFormat::Html];
    for format in asked {
        assert!(!render(format, &sample(), &options()).contains("a test system"), "{format:?}");
        assert!(render(format, &sample(), &all).contains("a test system"), "{format:?}");
    }
}
