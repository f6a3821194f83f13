//! What a person sees in a `.config` file.

use super::TypeCode;
use super::pairs::Pairs;
use crate::format::java::{self, Units};
use crate::format::{Problem, Property, Span, Value};

/// Reads every line that has a key, an equals sign and a value. A value in double quotes may contain equals signs and
/// quotes, may span several lines, and ends where a value can end; an unquoted value ends with its line.
/// [`Pairs::problem`] is set where something could not be read. `pairs` is empty.
pub(super) fn read(text: &str, pairs: Pairs) -> Pairs {
    let mut reader = TolerantReader { text, bytes: text.as_bytes(), pos: 0, pairs, line: Span::default() };
    if text.starts_with('\u{feff}') {
        reader.pos = '\u{feff}'.len_utf8();
    }
    while reader.pos < text.len() {
        reader.line();
    }
    reader.pairs
}

struct TolerantReader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    pos: usize,
    pairs: Pairs,
    /// A part of a line up to its end, so that the end is not searched again for every pair on the line.
    line: Span,
}

impl TolerantReader<'_> {
    /// One key with its value, a comment, or an empty line; always advances.
    fn line(&mut self) {
        self.skip_while(|c| c.is_whitespace() || matches!(c, ',' | ';'));
        let start = self.pos;
        let end = self.line_end(start);
        let line = &self.text[start..end];
        if line.is_empty() || line.starts_with(['#', '!']) || line.starts_with("//") {
            self.pos = end;
            return;
        }
        let Some(equals) = unescaped(line, '=') else {
            self.unclear(start, "a line has no `=`");
            self.pos = end;
            return;
        };
        let key = self.key(Span::new(start, start + equals));
        self.pos = start + equals + 1;
        let property = self.value(key);
        if property.name.is_empty() {
            self.unclear(start, "a line has no key before `=`");
            return;
        }
        self.pairs.put(property);
    }

    /// The key without white space or quotes around it.
    fn key(&self, span: Span) -> (String, Span) {
        let raw = &self.text[span.range()];
        let trimmed = raw.trim();
        let start = span.start + (raw.len() - raw.trim_start().len());
        let bare = trimmed.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let (raw, start) = bare.map_or((trimmed, start), |bare| (bare, start + 1));
        (unescape(raw), Span::new(start, start + raw.len()))
    }

    fn value(&mut self, key: (String, Span)) -> Property {
        self.skip_while(|c| c.is_whitespace() && !matches!(c, '\n' | '\r'));
        self.skip_continuation();
        let start = self.pos;
        let code = self.type_code().unwrap_or_default();
        let (values, multiple) = match self.bytes.get(self.pos) {
            Some(b'"') => (vec![self.quoted(code, false)], false),
            Some(b'[') => (self.list(code, b']'), true),
            Some(b'(') => (self.list(code, b')'), true),
            _ => (vec![self.bare_line()], false),
        };
        code.property(key, multiple, values, Span::new(start, self.pos))
    }

    /// A type code, if quotes or brackets follow it.
    fn type_code(&mut self) -> Option<TypeCode> {
        let mut chars = self.text[self.pos..].char_indices();
        let code = TypeCode::of(chars.next()?.1)?;
        let (offset, next) = chars.find(|(_, c)| !matches!(c, ' ' | '\t'))?;
        if !matches!(next, '"' | '[' | '(') {
            return None;
        }
        self.pos += offset;
        Some(code)
    }

    /// A value in double quotes; the reader is at the opening one.
    fn quoted(&mut self, code: TypeCode, in_list: bool) -> Value {
        let start = self.pos + 1;
        let (end, after) = self.closing(start, in_list);
        self.pos = after;
        let text = unescape(&self.text[start..end]);
        // Where AEM would reject or drop the value, its text is all that can be shown.
        let text = code.convert(&text).ok().flatten().unwrap_or(text);
        Value { text, span: Span::new(start, end) }
    }

    /// Where the quoted text that begins at `start` ends, and where to continue.
    fn closing(&mut self, start: usize, in_list: bool) -> (usize, usize) {
        let mut pos = start;
        let (mut last_quote, mut next_pair) = (None, None);
        while let Some(length) = memchr::memchr3(b'"', b'\\', b'\n', &self.bytes[pos..]) {
            pos += length;
            match self.bytes[pos] {
                b'\\' => pos = self.next_char(pos + 1),
                b'"' if self.can_end(pos + 1, in_list) => return (pos, pos + 1),
                b'"' => {
                    last_quote = Some(pos);
                    pos += 1;
                }
                _ if self.begins_pair(pos + 1) => {
                    // The next key begins: this value ended on an earlier line, at the last quote found.
                    next_pair = Some(pos);
                    break;
                }
                _ => pos += 1,
            }
        }
        if let Some(quote) = last_quote {
            return (quote, next_pair.unwrap_or(quote + 1));
        }
        self.unclear(start, "a value in quotes has no end");
        let end = next_pair.unwrap_or(self.text.len());
        (self.trimmed_end(start, end), end)
    }

    /// Whether a value may end right before `pos`.
    fn can_end(&self, pos: usize, in_list: bool) -> bool {
        let rest = &self.bytes[pos..];
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        match rest.get(blanks) {
            None | Some(b'\n' | b'\r') => true,
            Some(b',' | b']' | b')' | b'\\') if in_list => true,
            Some(b'"') if in_list => blanks > 0,
            Some(b'#') => !in_list && blanks > 0,
            Some(b';' | b',') => !in_list && self.is_blank(pos + blanks + 1),
            _ => false,
        }
    }

    fn is_blank(&self, pos: usize) -> bool {
        let rest = &self.bytes[pos..];
        let next = rest.iter().find(|byte| !matches!(byte, b' ' | b'\t'));
        matches!(next, None | Some(b'\n' | b'\r'))
    }

    /// Whether the line at `pos` is a key, an equals sign and a quote or bracket: a well-formed value cannot contain
    /// that, because the equals sign would be escaped.
    fn begins_pair(&self, pos: usize) -> bool {
        let rest = &self.bytes[pos..];
        let key = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || b"._-:~$".contains(b)).count();
        let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
        let blanks = rest[key..].iter().take_while(is_blank).count();
        let Some(rest) = rest[key + blanks..].strip_prefix(b"=") else { return false };
        let rest = &rest[rest.iter().take_while(is_blank).count()..];
        let value = match rest {
            [code, value, ..] if TypeCode::of(char::from(*code)).is_some() => value,
            [value, ..] => value,
            [] => return false,
        };
        key > 0 && matches!(value, b'"' | b'[' | b'(')
    }

    fn list(&mut self, code: TypeCode, close: u8) -> Vec<Value> {
        let open = self.pos;
        self.pos += 1;
        let mut values = Vec::new();
        loop {
            self.skip_while(|c| c.is_whitespace() && c != '\n' || matches!(c, ',' | '\\'));
            match self.bytes.get(self.pos) {
                None => {
                    self.unclear(open, "a list has no end");
                    return values;
                }
                Some(&byte) if byte == close => {
                    self.pos += 1;
                    return values;
                }
                Some(b'\n') if self.begins_pair(self.pos + 1) => {
                    self.unclear(open, "a list has no end");
                    return values;
                }
                Some(b'\n') => self.pos += 1,
                Some(b'#') => self.pos = self.line_end(self.pos),
                Some(b'"') => values.push(self.quoted(code, true)),
                Some(_) => values.push(self.bare_item(close)),
            }
        }
    }

    /// An unquoted element, at least one character.
    fn bare_item(&mut self, close: u8) -> Value {
        let rest = &self.bytes[self.pos..];
        let length = rest.iter().position(|&b| b == close || matches!(b, b',' | b'\n' | b'\r')).unwrap_or(rest.len());
        let end = self.trimmed_end(self.pos, self.pos + length).max(self.next_char(self.pos));
        let span = Span::new(self.pos, end);
        self.pos = end;
        Value { text: unescape(&self.text[span.range()]), span }
    }

    /// An unquoted value: the rest of the line without a trailing semicolon or comma.
    fn bare_line(&mut self) -> Value {
        let line_end = self.line_end(self.pos);
        let line = self.text[self.pos..line_end].trim_end();
        let span = Span::new(self.pos, self.pos + line.trim_end_matches([';', ',']).len());
        self.pos = line_end;
        Value { text: unescape(&self.text[span.range()]), span }
    }

    /// A backslash at the end of the line right after the equals sign.
    fn skip_continuation(&mut self) {
        if self.bytes.get(self.pos) == Some(&b'\\') && self.is_blank(self.pos + 1) {
            self.pos += 1;
            self.skip_while(char::is_whitespace);
        }
    }

    fn skip_while(&mut self, skip: impl Fn(char) -> bool) {
        let rest = &self.text[self.pos..];
        self.pos += rest.find(|c| !skip(c)).unwrap_or(rest.len());
    }

    fn line_end(&mut self, start: usize) -> usize {
        if !(self.line.start..self.line.end).contains(&start) {
            let rest = &self.bytes[start..];
            self.line = Span::new(start, start + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len()));
        }
        self.line.end
    }

    fn trimmed_end(&self, start: usize, end: usize) -> usize {
        start + self.text[start..end].trim_end().len()
    }

    fn next_char(&self, pos: usize) -> usize {
        pos + self.text.get(pos..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
    }

    fn unclear(&mut self, offset: usize, message: &str) {
        self.pairs.problem.get_or_insert_with(|| Problem::new(offset, message));
    }
}

/// The offset of the first unescaped `wanted`.
fn unescaped(text: &str, wanted: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(index, c)| {
        if escaped {
            escaped = false;
            return None;
        }
        escaped = c == '\\';
        (c == wanted).then_some(index)
    })
}

/// Resolves the escapes of the format; an incomplete one stays unchanged. CR LF and CR become LF, as in AEM.
fn unescape(raw: &str) -> String {
    if !raw.contains(['\\', '\r']) {
        return raw.to_owned();
    }
    let mut units = Units::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(first) = chars.next() {
        let next = if first == '\\' { chars.next() } else { None };
        match next.unwrap_or(first) {
            '\r' => {
                if chars.as_str().starts_with('\n') {
                    chars.next();
                }
                units.char('\n');
            }
            'u' if next.is_some() => match chars.as_str().get(..4).map(|hex| u16::from_str_radix(hex, 16)) {
                Some(Ok(unit)) => {
                    units.unit(unit);
                    chars = chars.as_str()[4..].chars();
                }
                _ => units.str("\\u"),
            },
            c if next.is_some() => units.char(java::escaped(c)),
            c => units.char(c),
        }
    }
    units.finish()
}
