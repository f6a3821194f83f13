//! Sling-Initial-Content: JSON files that a bundle contains and the JCR content loader writes into the repository.
//!
//! Semantics: `JsonReader` of apache/sling-org-apache-sling-jcr-contentloader, which runs `JsonTicksConverter` and then
//! parses with Johnzon (comments allowed), and `BundleContentLoader#getName` for the name of the file's node.

use super::content_tree::{self, Member};
use super::flat::{first_type, property_of, scalar_type, value};
use super::json::{self, Comments, Dialect, Json};
use super::rewritten::Rewritten;
use super::traits::{CommentSyntax, Stores, Traits};
use super::xml::encoding;
use super::{Document, Format, Input, Problem, Property, RawFile, Reading, Span, Text, Value, ValueType};
use crate::repository::{Container, encoded_name};

/// Prefixes of member names that give a string property its type.
const TYPED: [(&str, ValueType); 4] = [
    ("jcr:reference:", ValueType::Reference),
    ("jcr:path:", ValueType::Path),
    ("jcr:name:", ValueType::Name),
    ("jcr:uri:", ValueType::Uri),
];

/// Members that are not stored as properties (`JsonReader#ignoredNames`, except the two that give the node its types).
const IGNORED: [&str; 6] =
    ["jcr:uuid", "jcr:baseVersion", "jcr:predecessors", "jcr:successors", "jcr:checkedOut", "jcr:created"];

/// Members that become users, groups and access control entries instead of nodes.
const SECURITY: [&str; 2] = ["security:principals", "security:acl"];

/// Folder for initial content in a bundle's sources, by convention.
const FOLDER: &str = "SLING-INF/";

/// A JSON file of Sling-Initial-Content.
#[derive(Debug)]
pub struct InitialContent;

impl Format for InitialContent {
    fn traits(&self) -> Traits {
        Traits { own_encoding: true, ..Traits::written("initial-content", Stores::Content, Some(CommentSyntax::Json)) }
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        let context = input.context;
        if !context.file_name().ends_with(".json") {
            return false;
        }
        if context.container == Container::Bundle {
            return context.repository_path.is_some();
        }
        context.inner_path().contains(FOLDER)
            && context.repository_path.is_none()
            && (input.bytes.starts_with(b"#") || input.contains(b"jcr:primaryType"))
    }

    fn decode<'a>(&self, input: &Input<'a>) -> Text<'a> {
        match charset(input.bytes) {
            (start, Some(label)) => encoding::decode_named(input.bytes, (start + 1).min(input.bytes.len()), label),
            (_, None) => Text::utf8(input.bytes),
        }
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        let start = charset(input.bytes).0;
        let (path, jcr_path) = node_path(input);
        let loaded = (reading == Reading::Aem).then(|| as_loaded(text.as_str(), start));
        let (source, start, dialect) = match &loaded {
            Some(loaded) => (loaded.text(), 0, Dialect { comments: Comments::Slashes, ..Dialect::STRICT }),
            None => (text.as_str(), start, Dialect::TOLERANT),
        };
        let tree = json::parse_from(source, start, dialect, input.limits.max_nesting);
        let (problem, limit) = (tree.problem.clone(), tree.limit.clone());
        let mut document = Document { jcr_path, problem, limit, ..Document::default() };
        match tree.root() {
            Some(root) if root.is_object() => {
                content_tree::read(root, path, &mut document, &|json| member(json, source, reading));
            }
            Some(root) => {
                let problem = || Problem::new(root.span().start, "a JSON object is expected");
                document.problem.get_or_insert_with(problem);
            }
            None => {}
        }
        if let Some(loaded) = loaded {
            loaded.relocate(&mut document);
            if document.problem.is_some() {
                // The loader reads the whole object before it writes anything.
                document.nodes.clear();
            }
        }
        document
    }
}

/// The offset of the JSON and its encoding. A file may begin with `#`, the name of a charset and one character of white
/// space; the charset applies after that (`JsonReader#toString`).
fn charset(bytes: &[u8]) -> (usize, Option<&str>) {
    let Some(rest) = bytes.strip_prefix(b"#") else { return (0, None) };
    let length = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
    match std::str::from_utf8(&rest[..length]) {
        Ok(label) if label.is_ascii() => (1 + length, Some(label)),
        // No charset has such a name, and the offset must also be valid in the decoded text.
        _ => (0, None),
    }
}

/// The path of the file's node: the target in the bundle header plus the file name without extension. In the sources of
/// a bundle the target is not known, and the name is still URL-encoded.
fn node_path(input: &Input<'_>) -> (String, Option<String>) {
    let node = |path: &str| path.strip_suffix(".json").unwrap_or(path).to_owned();
    let jcr_path = input.context.repository_path.as_deref().map(|path| format!("/{}", node(path)));
    let loose = || encoded_name::decoded(&node(input.context.file_name()));
    (jcr_path.clone().unwrap_or_else(loose), jcr_path)
}

/// The text that Johnzon gets: trimmed, in braces if it has none, with double quotes for single ones.
fn as_loaded(text: &str, start: usize) -> Rewritten {
    let rest = text.get(start..).unwrap_or("");
    let begin = text.len() - rest.trim_start_matches(|c| c <= ' ').len();
    let end = (start + rest.trim_end_matches(|c| c <= ' ').len()).max(begin);
    let mut out = Rewritten::default();
    let bare = !text[begin..end].starts_with('{');
    if bare {
        out.replace("{", Span::at(begin));
    }
    ticks_to_quotes(&mut out, text, Span::new(begin, end));
    if bare {
        out.replace("}", Span::at(end));
    }
    out
}

/// `JsonTicksConverter#tickToDoubleQuote`, which recognises only `/* */` as comments.
fn ticks_to_quotes(out: &mut Rewritten, text: &str, span: Span) {
    let mut quote = None;
    let mut escaped = false;
    let mut comment = false;
    let mut before = ' ';
    for (index, c) in text[span.range()].char_indices() {
        let at = Span::new(span.start + index, span.start + index + c.len_utf8());
        if quote.is_some() && escaped {
            escaped = false;
            put(out, text, Span::new(at.start - 1, at.end), (c == '\'').then_some("'"));
            if c != '\\' {
                before = c;
            }
            continue;
        }
        let meant = match (quote, c) {
            (_, '\\') => {
                // Outside strings it is dropped.
                escaped = quote.is_some();
                continue;
            }
            (Some(open), _) if c == open => {
                quote = None;
                Some("\"")
            }
            (Some(_), '"') => Some("\\\""),
            (None, '/') if comment => {
                comment = before != '*';
                None
            }
            (None, '*') if !comment && before == '/' => {
                comment = true;
                None
            }
            (None, '\'' | '"') if !comment => {
                quote = Some(c);
                Some("\"")
            }
            _ => None,
        };
        put(out, text, at, meant);
        before = if c == '\'' { '"' } else { c };
    }
}

/// Appends the part `at` of `text`, or what is `meant` by it.
fn put(out: &mut Rewritten, text: &str, at: Span, meant: Option<&str>) {
    match meant.filter(|meant| **meant != text[at.range()]) {
        Some(meant) => out.replace(meant, at),
        None => out.copy(text, at),
    }
}

fn member<'a>(json: Json<'a>, text: &str, reading: Reading) -> Member<'a> {
    let name = json.key().unwrap_or_default();
    if SECURITY.contains(&name) || (reading == Reading::Aem && IGNORED.contains(&name)) {
        Member::Nothing
    } else if json.is_object() {
        Member::Child(name)
    } else {
        property(name, json, text).map_or(Member::Nothing, Member::Property)
    }
}

/// `JsonReader#createProperty`: the first element gives an array its type; `null` is not stored.
fn property(member: &str, json: Json<'_>, text: &str) -> Option<Property> {
    let prefixed = TYPED.iter().find_map(|&(prefix, value_type)| Some((member.strip_prefix(prefix)?, value_type)));
    let (name, prefix) = prefixed.map_or((member, None), |(name, value_type)| (name, Some(value_type)));
    let type_of = |json: Json<'_>| match json.as_str() {
        Some(_) if matches!(member, "jcr:primaryType" | "jcr:mixinTypes") => ValueType::Name,
        Some(text) => prefix.unwrap_or(if is_date(text) { ValueType::Date } else { ValueType::String }),
        None => scalar_type(json),
    };
    let written = |json: Json<'_>| {
        let nested = || Value { text: text.get(json.span().range()).unwrap_or("").to_owned(), span: json.span() };
        value(json).or_else(|| (!json.is_null()).then(nested))
    };
    property_of(name, json, first_type(json, type_of), written)
}

/// `JsonReader#jsonDate`: `yyyy-MM-ddTHH:mm:ss.SSS` and an offset in hours and minutes, no `Z`.
fn is_date(text: &str) -> bool {
    const PATTERN: &[u8] = b"0000-00-00T00:00:00.000+00";
    let Some((head, tail)) = text.as_bytes().split_at_checked(PATTERN.len()) else { return false };
    let fits = |(&byte, &pattern): (&u8, &u8)| match pattern {
        b'0' => byte.is_ascii_digit(),
        b'+' => matches!(byte, b'+' | b'-'),
        _ => byte == pattern,
    };
    let minutes = tail.strip_prefix(b":").unwrap_or(tail);
    head.iter().zip(PATTERN).all(fits) && minutes.len() == 2 && minutes.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_become_quotes_as_the_converter_has_it() {
        let table = include_str!("../../tests/conformance/json_ticks.json");
        let table: serde_json::Value = serde_json::from_str(table).unwrap();
        let cases = table["cases"].as_array().unwrap();
        assert!(cases.len() > 5);
        for case in cases {
            let text = case["text"].as_str().unwrap();
            let mut out = Rewritten::default();
            ticks_to_quotes(&mut out, text, Span::new(0, text.len()));
            assert_eq!(out.text(), case["output"].as_str().unwrap(), "{text}");
        }
    }

    #[test]
    fn the_text_is_in_the_charset_that_comes_first() {
        let json = "{'jcr:primaryType': 'sling:OsgiConfig', 'a': 'é'}";
        let utf16: Vec<u8> = json.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let ebcdic = super::super::code_page::CodePage::ebcdic().encode(json).unwrap();
        for (label, bytes) in [("UTF-16BE", utf16), ("ibm037", ebcdic), ("utf-8", json.into())] {
            let file = [b"#", label.as_bytes(), b"\n", &bytes].concat();
            let context = crate::repository::FileContext {
                path: crate::repository::SourcePath::file("x.jar").entry("SLING-INF/a.b.C~d.json"),
                container: Container::Bundle,
                repository_path: Some("apps/config/a.b.C~d.json".to_owned()),
                ..Default::default()
            };
            let input = Input { context: &context, bytes: &file, limits: &crate::source::Limits::default() };
            assert!(InitialContent.recognises(&RawFile::new(input)));
            let text = InitialContent.decode(&input);
            for reading in [Reading::Tolerant, Reading::Aem] {
                let document = InitialContent.read(&input, &text, reading);
                assert_eq!(document.problem, None, "{label}");
                let node = &document.nodes[0];
                assert_eq!(node.pid, Some(crate::repository::Pid::factory("a.b.C", "d")));
                let value = &node.property("a").unwrap().values[0];
                let quoted = text.slice(value.span).trim_matches('\'');
                assert_eq!((value.text.as_str(), quoted), ("é", "é"), "{label} {reading:?}");
            }
        }
    }

    #[test]
    fn escapes_survive_the_conversion() {
        let text = r#"{'a':'it\'s \\ \"x\" "y"', "b":'\u0041'} \"#;
        let out = as_loaded(text, 0);
        assert_eq!(out.text(), r#"{"a":"it's \\ \"x\" \"y\"", "b":"\u0041"} "#);
        let start = out.text().find("it's").unwrap();
        assert_eq!(out.source(Span::new(start, start + 4)), Span::new(6, 11));
    }

    #[test]
    fn dates_need_milliseconds_and_a_numeric_offset() {
        assert!(is_date("2012-01-01T10:00:00.000+0100") && is_date("2012-01-01T10:00:00.000-01:00"));
        for text in ["2012-01-01T10:00:00.000Z", "2012-01-01T10:00:00+0100", "2012-01-01T10:00:00.000+01000", "é"] {
            assert!(!is_date(text), "{text}");
        }
    }

    #[test]
    fn ticks_in_comments_stay() {
        let converted = |text: &str| {
            let mut out = Rewritten::default();
            ticks_to_quotes(&mut out, text, Span::new(0, text.len()));
            out.text().to_owned()
        };
        assert_eq!(converted("/* it's / \" **/ 'a'"), "/* it's / \" **/ \"a\"");
        assert_eq!(converted("2 * 'a'"), "2 * \"a\"");
        assert_eq!(converted("// 'a'"), "// \"a\"");
    }
}
