//! The lines of a dump as an array of JSON strings, as the inventory writes them: escaped, or, before FELIX-6371
//! (2021), with only the quotes escaped.

use super::{Dump, lines};
use crate::format::json::{self, Dialect};
use crate::format::rewritten::Rewritten;
use crate::format::web_console_json::json_start;
use crate::format::{Document, Reading, Span, Text};

/// Begins the string that names a configuration.
const PID: &[u8] = b"\"PID ";
/// What follows it; some JSON writers escape the equals sign.
const EQUALS: [&[u8]; 3] = [b"= ", b"\\u003d ", b"\\u003D "];

/// Whether the lines are written as JSON strings.
pub(super) fn is_json(bytes: &[u8]) -> bool {
    let names_one = |at: usize| EQUALS.iter().any(|equals| bytes[at + PID.len()..].starts_with(equals));
    json_start(bytes) == Some(b'[') && memchr::memmem::find_iter(bytes, PID).any(names_one)
}

/// The lines as an array of JSON strings.
pub(super) fn read(text: &Text<'_>, max_nesting: usize, reading: Reading) -> Document {
    let tree = text.tree(Dialect { recover: true, ..Dialect::STRICT }, max_nesting);
    let text = text.as_str();
    let mut lines = Rewritten::default();
    let raw = tree.problem.as_ref().and_then(|_| raw_lines(text));
    let is_raw = raw.is_some();
    let strings = || tree.root().into_iter().flat_map(json::Json::elements).filter(|line| line.as_str().is_some());
    for line in raw.unwrap_or_else(|| strings().map(json::Json::span).collect()) {
        unescape(&mut lines, text, line, if is_raw { of_quote } else { of_escape });
        lines.replace("\n", Span::at(line.end));
    }
    let mut document = Dump::read(lines.text(), reading);
    lines.relocate(&mut document);
    document.problem = tree.problem.clone().filter(|_| !is_raw);
    document.limit = document.limit.or_else(|| tree.limit.clone());
    document
}

/// The text of the JSON string whose content is `span`, with every escape mapped to its position.
pub(in crate::format) fn json_string(source: &str, span: Span) -> Rewritten {
    let mut out = Rewritten::default();
    unescape(&mut out, source, span, of_escape);
    out
}

/// What an escape stands for.
fn of_escape(escape: &str) -> Option<String> {
    serde_json::from_str(&format!("\"{escape}\"")).ok()
}

/// What an escape stands for where only quotes are escaped: other characters after a backslash are no escape.
fn of_quote(escape: &str) -> Option<String> {
    (escape == "\\\"").then(|| "\"".to_owned())
}

/// The contents of the strings of a dump that the inventory wrote before FELIX-6371 (2021), one per line, with only
/// quotes escaped. `None` for any other text.
fn raw_lines(text: &str) -> Option<Vec<Span>> {
    let mut strings = Vec::new();
    let mut has_end = false;
    for line in lines(text, 0) {
        let written = &text[line.range()];
        let start = line.start + (written.len() - written.trim_start_matches([' ', '\u{feff}']).len());
        match written.trim_matches([' ', '\u{feff}']) {
            "" | "[" => {}
            "]" => has_end = true,
            other => {
                let inside = other.strip_prefix('"')?;
                let inside = inside.strip_suffix(',').unwrap_or(inside).strip_suffix('"')?;
                strings.push(Span::new(start + 1, start + 1 + inside.len()));
            }
        }
    }
    (has_end && !strings.is_empty()).then_some(strings)
}

/// Appends the JSON string whose content is `span` of `source`, with every escape mapped to its position. `meant`
/// returns what an escape stands for, if it is one.
fn unescape(out: &mut Rewritten, source: &str, span: Span, meant: fn(&str) -> Option<String>) {
    let Some(raw) = source.get(span.range()) else { return };
    let mut pos = 0;
    while let Some(length) = raw[pos..].find('\\') {
        out.copy(source, Span::new(span.start + pos, span.start + pos + length));
        let start = pos + length;
        pos = start + escape_length(&raw[start..]);
        let escape = Span::new(span.start + start, span.start + pos);
        match meant(&raw[start..pos]) {
            Some(text) => out.replace(&text, escape),
            None => out.copy(source, escape),
        }
    }
    out.copy(source, Span::new(span.start + pos, span.end));
}

/// The length of the escape at the beginning of `text`; consecutive `\u` escapes count as one, because two may be a
/// surrogate pair.
fn escape_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut length = 0;
    while bytes[length..].starts_with(b"\\u") && length < 12 && text.is_char_boundary(length + 6) {
        length += 6;
    }
    let simple = 1 + text[1..].chars().next().map_or(0, char::len_utf8);
    length.max(simple).min(text.len())
}
