//! What Hjson adds to JSON, as `hjson-parse.js` of hjson/hjson-js reads it: unquoted values and multi-line strings.

use super::parser::{Failed, Parser};
use super::{ItemKind, WrittenText};
use crate::format::Span;

/// Begins and ends a multi-line string.
const TRIPLE: &str = "'''";
/// Maximum indentation that is measured, in bytes: one line may contain many strings.
const MAX_INDENT: usize = 1000;

impl Parser<'_> {
    /// A number or word if only punctuation or a comment follows it on its line, otherwise the line as a string.
    pub(super) fn quoteless(&mut self) -> ItemKind {
        let start = self.pos;
        if let Some(kind) = self.word() {
            let rest = self.text[self.pos..].trim_start_matches([' ', '\t']);
            if rest.is_empty() || rest.starts_with(['\n', '\r', ',', '}', ']', '#']) || comment(rest) {
                return kind;
            }
            self.pos = start;
        }
        self.has_tolerated = true;
        let rest = &self.text[start..];
        let line = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let least = rest.chars().next().map_or(0, char::len_utf8);
        self.pos += rest[..line].trim_end().len().max(least);
        ItemKind::String(())
    }

    /// The string between `'''`. White space up to the first text or line end, that line end, and a line end right
    /// before the closing `'''` are not part of it. Every further line loses as much white space as there is text
    /// before the opening `'''`, counted in UTF-16 units. Carriage returns are dropped (hjson-js, `mlString`).
    pub(super) fn triple_quoted(&mut self) -> Result<WrittenText, Failed> {
        let opening = self.pos;
        let start = opening + TRIPLE.len();
        self.has_tolerated = true;
        let (end, after) = match self.text[start..].find(TRIPLE) {
            Some(length) => (start + length, start + length + TRIPLE.len()),
            None => {
                self.fault("a string has no end")?;
                (self.text.len(), self.text.len())
            }
        };
        let before = &self.bytes[opening.saturating_sub(MAX_INDENT)..opening];
        let column = &before[memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1)..];
        let indent = column.iter().map(|&byte| utf16_units(byte)).sum();
        let raw = self.text[start..end].trim_start_matches(|c| c <= ' ' && c != '\n');
        let mut lines = raw.split('\n');
        let first = lines.next().unwrap_or("");
        let text = lines.fold(first.to_owned(), |text, line| text + "\n" + unindent(line, indent)).replace('\r', "");
        let text = text.strip_prefix('\n').unwrap_or(&text);
        let text = text.strip_suffix('\n').unwrap_or(text);
        self.pos = after;
        Ok(WrittenText { meant: Some(text.into()), span: Span::new(start, end) })
    }
}

/// How many UTF-16 units begin with this UTF-8 byte.
fn utf16_units(byte: u8) -> usize {
    match byte {
        0x80..=0xBF => 0,
        0xF0.. => 2,
        _ => 1,
    }
}

fn comment(text: &str) -> bool {
    text.starts_with("//") || text.starts_with("/*")
}

/// `line` without at most `indent` characters of white space.
fn unindent(line: &str, indent: usize) -> &str {
    let space = line.bytes().take(indent).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    &line[space..]
}
