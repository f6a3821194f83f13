mod docview;
mod felix;
mod generated;
mod json;
mod verify;

use super::*;
use crate::format::cfg_json::CfgJson;
use crate::format::docview::Docview;
use crate::format::felix_config::FelixConfig;
use crate::format::{Format, Input, Reading};
use crate::repository::FileContext;
use crate::source::{Limits, SourcePath};

/// A format with a path for its file.
type EditedFormat = (&'static dyn Format, &'static str);

const JSON: EditedFormat = (&CfgJson, "apps/a/config/a.b.C~d.cfg.json");
const FELIX: EditedFormat = (&FelixConfig, "apps/a/config/a.b.C~d.config");
const DOCVIEW: EditedFormat = (&Docview, "apps/a/config/.content.xml");

fn context(kind: EditedFormat) -> FileContext {
    FileContext {
        path: SourcePath::file(format!("jcr_root/{}", kind.1)),
        repository_path: Some(kind.1.to_owned()),
        ..FileContext::default()
    }
}

/// The file after the changes, accepted by `verify`, with no changes left to make.
fn edit_bytes(kind: EditedFormat, bytes: &[u8], node: usize, changes: &[Change]) -> Result<Vec<u8>, Refusal> {
    let (format, context, limits) = (kind.0, context(kind), Limits::default());
    let input = Input { context: &context, bytes, limits: &limits };
    let text = format.decode(&input);
    let document = format.read(&input, &text, Reading::Tolerant);
    let replacements = replacements(format.id(), &text, &document, node, changes)?;
    for pair in replacements.windows(2) {
        assert!(pair[0].span.end < pair[1].span.start, "{replacements:?}");
    }
    let after = apply(&text, bytes, &replacements)?;
    let shown = || format!("{:?} became {:?}", String::from_utf8_lossy(bytes), String::from_utf8_lossy(&after));
    verify(format, &input, &after, node, changes).unwrap_or_else(|refusal| panic!("{refusal}: {}", shown()));

    let input = Input { context: &context, bytes: &after, limits: &limits };
    let edited = format.decode(&input);
    let now = format.read(&input, &edited, Reading::Tolerant);
    let again = changes.iter().map(|change| written_out(change, &document.nodes[node])).collect::<Vec<_>>();
    let nothing = super::replacements(format.id(), &edited, &now, node, &again);
    assert_eq!(nothing, Ok(Vec::new()), "{}", shown());
    Ok(after)
}

/// The change with the texts of the kept values.
fn written_out(change: &Change, node: &Node) -> Change {
    let Change::SetList { name, items } = change else { return change.clone() };
    let now = node.property_ignore_case(name);
    let texts = texts(name, now, items).unwrap();
    Change::SetList { name: name.clone(), items: texts.iter().map(|text| Item::New((*text).to_owned())).collect() }
}

fn edit(kind: EditedFormat, text: &str, changes: &[Change]) -> Result<String, Refusal> {
    edit_bytes(kind, text.as_bytes(), 0, changes).map(|bytes| String::from_utf8(bytes).unwrap())
}

/// Every line of the table: a text, changes, the expected text.
fn check(kind: EditedFormat, table: &[(&str, &[Change], &str)]) {
    for (text, changes, expected) in table {
        assert_eq!(edit(kind, text, changes).as_deref(), Ok(*expected), "{text:?} with {changes:?}");
    }
}

fn refused(kind: EditedFormat, text: &str, changes: &[Change]) -> String {
    match edit(kind, text, changes) {
        Ok(edited) => panic!("{text:?} became {edited:?}"),
        Err(refusal) => refusal.0,
    }
}

fn set(name: &str, value: &str) -> Change {
    Change::Set { name: name.to_owned(), value: value.to_owned() }
}

fn remove(name: &str) -> Change {
    Change::Remove { name: name.to_owned() }
}

/// A list; numbers are kept values.
fn list(name: &str, items: &[&str]) -> Change {
    let item = |item: &&str| item.parse().map_or_else(|_| Item::New((*item).to_owned()), Item::Kept);
    Change::SetList { name: name.to_owned(), items: items.iter().map(item).collect() }
}

#[test]
fn other_formats_and_places_are_refused() {
    let text = Text::utf8(b"a=1\n");
    let document = Document::default();
    assert!(replacements("properties", &text, &document, 0, &[]).unwrap_err().0.contains("properties"));
    assert!(replacements("cfg-json", &text, &document, 0, &[]).is_err());
    let beyond = [Replacement { span: Span::new(9, 12), text: String::new() }];
    assert!(apply(&text, b"a=1\n", &beyond).is_err());
    assert!(apply(&text, b"other", &[]).is_err());
    assert_eq!(apply(&text, b"a=1\n", &[]), Ok(b"a=1\n".to_vec()));
}

#[test]
fn contradictory_changes_are_refused() {
    refused(JSON, r#"{"a": "1"}"#, &[set("a", "2"), remove("A")]);
    refused(JSON, r#"{"a": ["1"]}"#, &[list("a", &["1"])]);
    refused(JSON, r#"{"a": "1"}"#, &[set("", "2")]);
    refused(JSON, r#"{"a": "1"}"#, &[set("b c", "2")]);
    refused(FELIX, "a=\"1\"\n", &[set("#b", "2")]);
}

#[test]
fn verify_tells_what_an_editor_got_wrong() {
    let context = context(JSON);
    let limits = Limits::default();
    let before = Input { context: &context, bytes: br#"{"a": "1", "b": 2}"#, limits: &limits };
    let ok = |after: &str, changes: &[Change]| verify(JSON.0, &before, after.as_bytes(), 0, changes).is_ok();
    assert!(ok(r#"{"a": "2", "b": 2}"#, &[set("a", "2")]));
    assert!(!ok(r#"{"a": "2", "b": "2"}"#, &[set("a", "2")]));
    assert!(!ok(r#"{"a": "3", "b": 2}"#, &[set("a", "2")]));
    assert!(!ok(r#"{"a": "2", "b": 2, "c": 3}"#, &[set("a", "2")]));
    assert!(!ok(r#"{"a": "2", "b": 2,}"#, &[set("a", "2")]));
    assert!(!ok(r#"{"a": "2"}"#, &[set("a", "2")]));
    assert!(ok(r#"{"b": 2}"#, &[remove("a")]));
}

#[test]
fn new_files_hold_what_they_are_asked_for() {
    let properties = [("name", "in \"vented\" = <1>\t&"), ("service.url", "https://host.invalid/?a=b")];
    for (kind, end) in [(JSON, "\n"), (FELIX, "\r\n"), (DOCVIEW, "\n")] {
        let text = new_file(kind.0.id(), &properties, end).unwrap();
        let changes: Vec<Change> = properties.iter().map(|(name, value)| set(name, value)).collect();
        assert_eq!(edit(kind, &text, &changes), Ok(text.clone()));
        assert_eq!(text.contains('\r'), end == "\r\n");
    }
    assert_eq!(new_file("cfg-json", &[("a", "b")], "\r\n").unwrap(), "{\r\n  \"a\": \"b\"\r\n}\r\n");
    assert!(new_file("cfg-json", &[("a:String", "b")], "\n").is_err());
    assert!(new_file("docview", &[("a", "b"), ("A", "b")], "\n").is_err());
    assert!(new_file("properties", &[], "\n").is_err());
}

#[test]
fn large_files_take_linear_time() {
    let count = 10_000;
    let values: Vec<String> = (0..count).map(|i| format!("\"{i}\"")).collect();
    let items = (0..count).filter(|i| i % 2 == 0).flat_map(|i| [Item::Kept(i), Item::New(String::from("n"))]);
    let change = [Change::SetList { name: "a".to_owned(), items: items.collect() }];
    for between in [",", ", ", ",\n  "] {
        let list = values.join(between);
        assert!(edit(JSON, &format!("{{\"a\":[{list}]}}"), &change).is_ok());
        assert!(edit(FELIX, &format!("a=[{list}]\n"), &change).is_ok());
    }
    let members: String = (0..count).map(|i| format!("\"k{i}\":1,")).collect();
    assert_eq!(
        edit(JSON, &format!("{{{members}\"a\":1}}"), &[remove("a")]),
        Ok(format!("{{{}}}", members.trim_end_matches(',')))
    );
    let pairs: String = (0..count).map(|i| format!("k{i}=[] ")).collect();
    assert_eq!(edit(FELIX, &format!("{pairs}a=\"1\""), &[remove("a")]), Ok(pairs.trim_end().to_owned()));
    let comments = " /* c */".repeat(count);
    assert!(edit(JSON, &format!("{{{comments}\"a\":1,{comments}\"b\":2{comments}}}"), &[remove("a")]).is_ok());
}
