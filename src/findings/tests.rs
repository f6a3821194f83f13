use std::sync::Arc;

use super::{Finding, Selection, order};
use crate::ims::{AuthType, Confidence, FieldName, IntegrationKind, SourceFile};
use crate::repository::FileContext;
use crate::rules::testing::{integration, jwt_provider, location};
use crate::rules::{Level, by_id};
use crate::source::SourcePath;

fn finding(rule: &str, file: &str, property: Option<&str>, message: &str) -> Finding {
    Finding::new(by_id(rule).unwrap().meta(), location(file, property), message)
}

#[test]
fn order_is_path_position_rule_message() {
    let mut findings = vec![
        finding("plaintext-secret", "b", None, "1"),
        finding("jwt-credential", "a", Some("zz"), "2"),
        finding("plaintext-secret", "a", None, "3"),
        finding("jwt-credential", "a", None, "5"),
        finding("jwt-credential", "a", None, "4"),
    ];
    order(&mut findings);
    let messages: Vec<&str> = findings.iter().map(|f| f.message.as_str()).collect();
    assert_eq!(messages, ["4", "5", "3", "2", "1"]);
}

#[test]
fn equal_fingerprints_are_numbered() {
    let mut findings = vec![finding("jwt-credential", "a", None, "1"), finding("jwt-credential", "a", None, "2")];
    let fingerprint = findings[0].fingerprint.clone();
    order(&mut findings);
    assert_eq!(fingerprint.len(), 16);
    assert_eq!(findings[0].fingerprint, fingerprint);
    assert_eq!(findings[1].fingerprint, format!("{fingerprint}:2"));
}

/// The fingerprint of a `jwt-credential` finding at `property` of a provider that lies in `path`.
fn fingerprint(path: SourcePath, line: u32, run_modes: &[&str], property: &str) -> String {
    let mut provider = jwt_provider("acme");
    let context = FileContext { path, ..FileContext::default() };
    provider.location.file = Arc::new(SourceFile { context, format: "cfg-json", ..SourceFile::default() });
    provider.run_modes = run_modes.iter().map(|m| (*m).to_owned()).collect();
    let mut at = provider.field(FieldName::TokenEndpoint).unwrap().location.clone().unwrap();
    at.property = Some(property.into());
    at.start.line = line;
    Finding::new(by_id("jwt-credential").unwrap().meta(), *at, "m").about(0, &provider).fingerprint
}

#[test]
fn fingerprints_survive_moves_but_tell_configurations_apart() {
    let tree = SourcePath::file("src/config.prod/x.cfg.json");
    let zip = SourcePath::file("all-2.zip").entry("jcr_root/apps/acme/config.prod/x.cfg.json");
    let here = fingerprint(tree.clone(), 3, &["prod"], "a");
    assert_eq!(here, fingerprint(tree.clone(), 30, &["prod"], "a"), "line numbers are no part of it");
    assert_eq!(here, fingerprint(zip, 3, &["prod"], "a"), "nor is the archive");
    assert_ne!(here, fingerprint(tree.clone(), 3, &["dev"], "a"), "run modes are");
    assert_ne!(here, fingerprint(tree, 3, &["prod"], "b"), "the property is");
}

#[test]
fn files_without_pid_or_path_are_told_apart_by_their_name() {
    let of = |file| {
        let credentials = integration(IntegrationKind::ServiceCredentials, AuthType::Jwt, file);
        finding("jwt-credential", file, None, "m").about(0, &credentials).fingerprint
    };
    assert_ne!(of("a/dev.json"), of("a/prod.json"));
    assert_eq!(of("a/dev.json"), of("b/dev.json"));
}

#[test]
fn selection_changes_levels_and_leaves_out() {
    let all = || vec![finding("jwt-credential", "a", None, "1"), finding("plaintext-secret", "a", None, "2")];
    let mut findings = all();
    Selection::default().apply(&mut findings);
    assert_eq!(findings.len(), 2);

    let levels = [("jwt-credential".to_owned(), Some(Level::Note)), ("plaintext-secret".to_owned(), None)];
    Selection { levels: levels.into(), ..Selection::default() }.apply(&mut findings);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].level, Level::Note);

    let mut findings = all();
    findings[0].confidence = Confidence::Low;
    Selection { min_confidence: Some(Confidence::Medium), ..Selection::default() }.apply(&mut findings);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].rule.id, "plaintext-secret");
}
