use super::*;

fn parse(text: &str) -> Result<Config, String> {
    Config::parse(text, Path::new("/project/aem-ims-lint.toml")).map_err(|fault| fault.to_string())
}

#[track_caller]
fn assert_error(text: &str, expected: &str) {
    let error = parse(text).unwrap_err();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn unknown_keys_are_errors_with_a_suggestion() {
    assert_error("tarjet = \"6.5\"", "did you mean `target`?");
    assert_error("[limits]\nmax-dept = 3", "did you mean `max-depth`?");
    assert_error("[[ignore]]\nrule = \"jwt-credential\"\nreson = \"x\"", "did you mean `reason`?");
    assert_error("[[overrides]]\npath = [\"a\"]", "did you mean `paths`?");
    assert_error("[rules]\njwt-credential = \"warming\"", "did you mean `warning`?");
}

#[test]
fn unknown_rules_are_errors_wherever_they_are_named() {
    assert_error("[rules]\nno-such-rule = \"off\"", "there is no rule `no-such-rule`");
    let entry = "[[overrides]]\npaths = [\"a\"]\nrules = { jwt-credentials = \"off\" }";
    assert_error(entry, "did you mean `jwt-credential`?");
    let entry = "[[ignore]]\nrule = \"jwt-credentails\"\npath = \"a\"\nreason = \"x\"";
    assert_error(entry, "did you mean `jwt-credential`?");
}

#[test]
fn limits_and_target_are_taken() {
    let config = parse("target = \"6.5-lts\"\n[limits]\nmax-depth = 3").unwrap();
    let mut limits = Limits::default();
    config.apply_limits(&mut limits);
    assert_eq!(limits, Limits { max_depth: 3, ..Limits::default() });
    assert_eq!(config.target(), Target::V65Lts);
}

#[test]
fn declared_kinds_reach_the_recognisers() {
    let config = parse("[[kinds]]\nname = \"acme\"\npid = [\"com.acme.Client\"]\nauth = \"jwt\"").unwrap();
    assert_eq!(config.knowledge().kinds.literals(), Some(vec!["com.acme.Client".to_owned()]));
    assert_error("[[kinds]]\nname = \"acme\"", "needs `pid`, `resource-type` or `path`");
}

#[test]
fn ignores_need_a_reason_and_a_place() {
    let rule = "[[ignore]]\nrule = \"jwt-credential\"\n";
    assert_error(&format!("{rule}path = \"a\""), "missing field `reason`");
    assert_error(&format!("{rule}path = \"a\"\nreason = \" \""), "[[ignore]] in line 1: the reason is empty");
    assert_error(&format!("{rule}reason = \"x\""), "add path, jcr-path, pid or name");
    assert_error(
        &format!("\n{rule}path = \"a\"\nreason = \"x\"\nuntil = \"soon\""),
        "line 2: `until = \"soon\"` is not a valid date",
    );
    assert_error(&format!("{rule}path = \"{{a\"\nreason = \"x\""), "is not a valid path pattern");
}

#[test]
fn a_day_may_be_a_toml_date_or_a_string() {
    for day in ["2026-12-31", "\"2026-12-31\""] {
        let text = format!("[[ignore]]\nrule = \"jwt-credential\"\npid = \"a\"\nreason = \"x\"\nuntil = {day}");
        assert_eq!(parse(&text).unwrap().ignores[0].until, Some(jiff::civil::date(2026, 12, 31)));
    }
}

#[test]
fn products_must_exist() {
    assert!(parse("[products]\n\"acme-*\" = \"Target\"").is_ok());
    assert_error("[products]\n\"acme-*\" = \"Tarjet\"", "`Tarjet` in [products] is not a valid product");
}

#[test]
fn entries_are_judged_when_the_whole_project_is_scanned() {
    let config = parse("").unwrap();
    let whole = |inputs: &[&str]| {
        let inputs: Vec<PathBuf> = inputs.iter().map(PathBuf::from).collect();
        config.selection(&inputs, None).suppressions.whole
    };
    assert!(whole(&["/project"]));
    assert!(whole(&["/project/ui.apps", "/"]));
    assert!(!whole(&["/project/ui.apps"]));
    assert!(!whole(&[]));
}

#[test]
fn schema_is_fresh() {
    let schema = schemars::schema_for!(Settings);
    let fresh = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/aem-ims-lint.toml.schema.json");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &fresh).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(fresh == written, "run `UPDATE_DOCS=1 cargo test --lib schema_is_fresh` and commit docs/schema");
}
