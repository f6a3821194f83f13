//! What Hjson has beyond JSON, as `hjson-parse.js` of hjson/hjson-js reads it: values without quotes and strings over
//! several lines.

use std::borrow::Cow;

use super::Kind;
use super::parser::{Failed, Parser};
use crate::format::Span;

/// Begins and ends a string over several lines.
const TRIPLE: &str = "'''";
/// Deepest indentation that is looked for, in bytes: one line may hold many strings.
const MAX_INDENT: usize = 1000;

impl<'s> Parser<'s> {
    /// A number or word when nothing but punctuation or a comment follows it on its line, else the line as a string.
    pub(super) fn quoteless(&mut self) -> Kind<'s> {
        let start = self.pos;
        if let Some(kind) = self.word() {
            let rest = self.text[self.pos..].trim_start_matches([' ', '\t']);
            if rest.is_empty() || rest.starts_with(['\n', '\r', ',', '}', ']', '#']) || comment(rest) {
                return kind;
            }
            self.pos = start;
        }
        let rest = &self.text[start..];
        let line = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let least = rest.chars().next().map_or(0, char::len_utf8);
        let text = &rest[..rest[..line].trim_end().len().max(least)];
        self.pos += text.len();
        Kind::String(Cow::Borrowed(text))
    }

    /// The string between `'''`: a line end right after the opening and right before the closing does not count, and
    /// each line loses the white space that the opening stands behind.
    pub(super) fn triple_quoted(&mut self) -> Result<(Cow<'s, str>, Span), Failed> {
        let opening = self.pos;
        let start = opening + TRIPLE.len();
        let (end, after) = match self.text[start..].find(TRIPLE) {
            Some(length) => (start + length, start + length + TRIPLE.len()),
            None => {
                self.fault("a string has no end")?;
                (self.text.len(), self.text.len())
            }
        };
        let before = &self.bytes[opening.saturating_sub(MAX_INDENT)..opening];
        let indent = memchr::memrchr(b'\n', before).map_or(before.len(), |newline| before.len() - newline - 1);
        let raw = &self.text[start..end];
        let mut lines: Vec<&str> = raw.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
        if lines.len() > 1 && lines[0].trim().is_empty() {
            lines.remove(0);
            let unindented = lines.iter().map(|line| unindent(line, indent)).collect();
            lines = unindented;
        } else {
            let rest = lines.iter().skip(1).map(|line| unindent(line, indent));
            lines = lines.first().copied().into_iter().chain(rest).collect();
        }
        if lines.len() > 1 && lines.last().is_some_and(|line| line.trim().is_empty()) {
            lines.pop();
        }
        self.pos = after;
        Ok((Cow::Owned(lines.join("\n")), Span::new(start, end)))
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
