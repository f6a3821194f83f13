//! Strings, numbers and words.

use super::parser::{Failed, Parser};
use super::{ItemKind, WrittenText};
use crate::format::Span;
use crate::format::java::{self, Units};

/// The first character that is not a control character.
const FIRST_OTHER: u8 = 0x20;

impl Parser<'_> {
    /// Reads the string that begins with `quote` here.
    pub(super) fn string(&mut self, quote: u8) -> Result<WrittenText, Failed> {
        let start = self.pos + 1;
        let closing = self.closing(start, quote);
        let has_controls = closing.is_some_and(|(end, _)| has_controls(&self.bytes[start..end]));
        self.has_tolerated |= has_controls || quote == b'\'';
        let (end, after, has_escapes) = match closing {
            Some((end, has_escapes)) if !(self.dialect.recover && has_controls) || self.plausible(start, end) => {
                (end, end + 1, has_escapes)
            }
            _ => {
                self.fault("a string has no end")?;
                let end = self.end_on_line(start);
                self.lookahead += closing.map_or(self.bytes.len(), |(end, _)| end).saturating_sub(end);
                (end, end, self.text[start..end].contains('\\'))
            }
        };
        let span = Span::new(start, end);
        let raw = &self.text[span.range()];
        if has_controls
            && !self.dialect.control_characters
            && let Some(offset) = raw.bytes().position(|byte| byte < FIRST_OTHER)
        {
            // The escape errors before it come first.
            self.unescape(&raw[..offset], start)?;
            self.fault_at(start + offset, "a control character stands in a string")?;
        }
        let meant = if has_escapes { Some(self.unescape(raw, start)?.into()) } else { None };
        self.pos = after;
        Ok(WrittenText { meant, span })
    }

    /// The offset of the quote that ends the string which begins at `start`, and whether a backslash is before it.
    fn closing(&self, start: usize, quote: u8) -> Option<(usize, bool)> {
        let end = if self.lookahead > 4 * self.bytes.len() { self.line_end(start) } else { self.bytes.len() };
        let (mut pos, mut has_escapes) = (start, false);
        while pos < end {
            pos += memchr::memchr2(quote, b'\\', &self.bytes[pos..end])?;
            if self.bytes[pos] == quote {
                return Some((pos, has_escapes));
            }
            has_escapes = true;
            pos += 2;
        }
        None
    }

    fn line_end(&self, start: usize) -> usize {
        let rest = &self.bytes[start..];
        start + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())
    }

    /// Whether a multi-line string ends where a string can end; otherwise its own quote is missing and the one found
    /// begins another string.
    fn plausible(&self, start: usize, end: usize) -> bool {
        if memchr::memchr2(b'\n', b'\r', &self.bytes[start..end]).is_none() {
            return true;
        }
        let next = self.bytes[end + 1..].iter().take(256).find(|byte| !byte.is_ascii_whitespace());
        matches!(next, None | Some(b',' | b'}' | b']' | b':' | b'/' | b'#'))
    }

    /// The end of the line without its trailing comma: where an unterminated string most likely ends.
    fn end_on_line(&self, start: usize) -> usize {
        let text = self.text[start..self.line_end(start)].trim_end();
        start + text.strip_suffix(',').unwrap_or(text).len()
    }

    fn unescape(&mut self, raw: &str, start: usize) -> Result<String, Failed> {
        let mut units = Units::with_capacity(raw.len());
        let mut rest = raw;
        while let Some(index) = rest.find('\\') {
            units.str(&rest[..index]);
            let offset = start + raw.len() - rest.len() + index;
            let escape = &rest[index + 1..];
            let mut length = 1;
            match escape.bytes().next() {
                Some(byte) if b"\"\\/bfnrt".contains(&byte) => units.char(java::escaped(char::from(byte))),
                Some(b'\'') if self.dialect.single_quotes => {
                    self.has_tolerated = true;
                    units.char('\'');
                }
                Some(b'u') if escape.get(1..5).is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit())) => {
                    units.unit(u16::from_str_radix(&escape[1..5], 16).unwrap_or_default());
                    length = 5;
                }
                _ => {
                    self.fault_at(offset + 1, "an escape that JSON does not have")?;
                    length = 0;
                }
            }
            rest = &escape[length..];
        }
        units.str(rest);
        Ok(units.finish())
    }

    /// A number, `true`, `false` or `null`. When the dialect recovers, a word that only begins like one is not
    /// accepted.
    pub(super) fn word(&mut self) -> Option<ItemKind> {
        let rest = &self.bytes[self.pos..];
        let (kind, length) = if rest.starts_with(b"true") {
            (ItemKind::Bool(true), 4)
        } else if rest.starts_with(b"false") {
            (ItemKind::Bool(false), 5)
        } else if rest.starts_with(b"null") {
            (ItemKind::Null, 4)
        } else {
            (ItemKind::Number(()), number_length(rest)?)
        };
        let delimited = rest.get(length).is_none_or(|byte| byte.is_ascii_whitespace() || b",}]/#".contains(byte));
        if self.dialect.recover && !delimited {
            return None;
        }
        self.pos += length;
        Some(kind)
    }

    /// Skips unquoted text up to the end of the value, at least one character. Brackets inside it are skipped in pairs, so
    /// that a placeholder stays whole.
    pub(super) fn bare(&mut self) {
        let rest = &self.text[self.pos..];
        let mut depth = 0usize;
        let ends = |c: char| {
            match c {
                '\n' | '\r' => return true,
                ',' | ']' | '}' if depth == 0 => return true,
                '[' | '{' => depth += 1,
                ']' | '}' => depth -= 1,
                _ => {}
            }
            false
        };
        let text = rest[..rest.find(ends).unwrap_or(rest.len())].trim_end();
        let least = rest.chars().next().map_or(0, char::len_utf8);
        self.pos += text.len().max(least);
    }
}

/// Whether a control character is among `bytes`; all of them are compared at once, as far as the processor can.
fn has_controls(bytes: &[u8]) -> bool {
    bytes.iter().fold(u8::MAX, |least, byte| least.min(*byte)) < FIRST_OTHER
}

/// The length of the JSON number at the beginning of `bytes`.
fn number_length(bytes: &[u8]) -> Option<usize> {
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut pos = usize::from(bytes.first() == Some(&b'-'));
    match bytes.get(pos)? {
        b'0' => pos += 1,
        b'1'..=b'9' => pos += digits(pos),
        _ => return None,
    }
    if bytes.get(pos) == Some(&b'.') {
        let fraction = digits(pos + 1);
        if fraction == 0 {
            return None;
        }
        pos += 1 + fraction;
    }
    if matches!(bytes.get(pos), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(pos + 1), Some(b'+' | b'-')));
        let exponent = digits((pos + 1 + sign).min(bytes.len()));
        if exponent == 0 {
            return None;
        }
        pos += 1 + sign + exponent;
    }
    Some(pos)
}
