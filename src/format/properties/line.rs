//! The line-oriented form (`java.util.Properties#load`).

use super::PropertyEntries;
use crate::format::java::{self, Units};
use crate::format::{Problem, Reading, Span, Value};

/// Reads `text`. A malformed `\u` escape makes Java reject the file; a person sees the characters as written.
pub(super) fn read(text: &str, reading: Reading) -> Result<PropertyEntries, Problem> {
    let mut entries = PropertyEntries::default();
    let mut lines = Lines { text, pos: 0 };
    let mut line = Vec::new();
    while lines.next(&mut line) {
        let (key_end, value_start) = split(&line);
        let (name, name_span) = unescape(&line[..key_end], lines.pos, reading)?;
        let (value, span) = unescape(&line[value_start..], lines.pos, reading)?;
        let name_span = if key_end == 0 { Span::at(line.first().map_or(lines.pos, |c| c.0)) } else { name_span };
        // An empty value is located right after its separator.
        let span = if value_start == line.len() {
            Span::at(line.last().map_or(lines.pos, |&(offset, c)| offset + c.len_utf8()))
        } else {
            span
        };
        entries.put(name, name_span, Value { text: value, span });
    }
    Ok(entries)
}

/// A character and its offset.
type Placed = (usize, char);

/// Yields the logical lines: comments and blank lines are dropped, continued lines are joined (`LineReader`).
struct Lines<'t> {
    text: &'t str,
    pos: usize,
}

impl Lines<'_> {
    fn next(&mut self, line: &mut Vec<Placed>) -> bool {
        line.clear();
        let mut skip_blanks = true;
        let mut continued = false;
        let mut backslash = false;
        let bytes = self.text.as_bytes();
        while let Some(c) = self.text[self.pos..].chars().next() {
            let offset = self.pos;
            self.pos += c.len_utf8();
            let line_end = matches!(c, '\n' | '\r');
            if skip_blanks {
                if matches!(c, ' ' | '\t' | '\u{c}') || (line_end && !continued) {
                    continue;
                }
                skip_blanks = false;
                continued = false;
            }
            if line.is_empty() && matches!(c, '#' | '!') {
                let rest = &bytes[self.pos..];
                self.pos += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                skip_blanks = true;
                continue;
            }
            if !line_end {
                line.push((offset, c));
                backslash = c == '\\' && !backslash;
            } else if line.is_empty() {
                skip_blanks = true;
            } else if backslash {
                line.pop();
                if self.pos == bytes.len() {
                    return true;
                }
                (skip_blanks, continued, backslash) = (true, true, false);
                if c == '\r' && bytes.get(self.pos) == Some(&b'\n') {
                    self.pos += 1;
                }
            } else {
                return true;
            }
        }
        if line.is_empty() {
            return false;
        }
        if backslash {
            line.pop();
        }
        true
    }
}

/// Where the key of a line ends, and where its value begins. The key ends at the first unescaped `=`, `:` or blank; blanks and one `=` or `:` separate the value.
fn split(line: &[Placed]) -> (usize, usize) {
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\u{c}');
    let mut backslash = false;
    let key_end = line.iter().position(|&(_, c)| {
        let ends = !backslash && (is_blank(c) || matches!(c, '=' | ':'));
        backslash = c == '\\' && !backslash;
        ends
    });
    let Some(key_end) = key_end else { return (line.len(), line.len()) };
    let mut separated = !is_blank(line[key_end].1);
    let rest = &line[key_end + 1..];
    let blanks = rest.iter().position(|&(_, c)| {
        let separator = !separated && matches!(c, '=' | ':');
        separated |= separator;
        !(separator || is_blank(c))
    });
    (key_end, key_end + 1 + blanks.unwrap_or(rest.len()))
}

/// Resolves the escapes of `chars` (`loadConvert`); `end` is the offset for an empty text.
fn unescape(chars: &[Placed], end: usize, reading: Reading) -> Result<(String, Span), Problem> {
    let mut units = Units::with_capacity(chars.len());
    let mut rest = chars.iter();
    while let Some(&(offset, c)) = rest.next() {
        if c != '\\' {
            units.char(c);
            continue;
        }
        match rest.next().map(|escaped| escaped.1) {
            Some(c @ ('t' | 'r' | 'n' | 'f')) => units.char(java::escaped(c)),
            Some('u') => match hex_unit(rest.as_slice()) {
                Some(unit) => {
                    units.unit(unit);
                    rest = rest.as_slice()[4..].iter();
                }
                None if reading == Reading::Aem => {
                    return Err(Problem::new(offset, "`\\u` is not followed by four hexadecimal digits"));
                }
                None => units.str("\\u"),
            },
            Some(c) => units.char(c),
            None => {}
        }
    }
    let span = match (chars.first(), chars.last()) {
        (Some(first), Some(last)) => Span::new(first.0, last.0 + last.1.len_utf8()),
        _ => Span::at(end),
    };
    Ok((units.finish(), span))
}

fn hex_unit(chars: &[Placed]) -> Option<u16> {
    let digits = chars.get(..4)?;
    digits.iter().try_fold(0u16, |unit, (_, c)| Some(unit << 4 | u16::try_from(c.to_digit(16)?).ok()?))
}
