//! `.env` files as the npm package `dotenv` (16) reads them, which the Adobe I/O command line uses.
//!
//! Its regular expression `LINE` in `lib/main.js`: `export` and white space before the name, `=` or `: ` after it, a
//! value in `'`, `"` or `` ` `` that may span lines, or the rest of the line up to `#`. The only escapes are `\n` and
//! `\r` in double quotes. Here, names may contain any letter, although the expression allows only ASCII: the command
//! line itself writes others.

use std::borrow::Cow;

use super::Span;

/// A variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable<'t> {
    /// Its name.
    pub name: &'t str,
    /// Where the name is.
    pub name_span: Span,
    /// Its unescaped value.
    pub value: Cow<'t, str>,
    /// Where the value is, without quotes.
    pub span: Span,
}

/// The variables of `text`, in order; other lines are skipped.
pub fn variables(text: &str) -> impl Iterator<Item = Variable<'_>> {
    let mut reader = VariableReader { text, pos: text.len() - text.trim_start_matches('\u{feff}').len() };
    std::iter::from_fn(move || {
        while reader.pos < text.len() {
            if let Some(variable) = reader.line() {
                return Some(variable);
            }
        }
        None
    })
}

struct VariableReader<'t> {
    text: &'t str,
    pos: usize,
}

impl<'t> VariableReader<'t> {
    /// Reads the line that begins here, or all lines of its value, and moves after it.
    fn line(&mut self) -> Option<Variable<'t>> {
        let start = self.pos;
        let end = self.end_of_line(start);
        self.pos = end + 1;
        let line = &self.text[start..end];
        let mut rest = line.trim_start();
        if let Some(exported) = rest.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])) {
            rest = exported.trim_start();
        }
        let length = rest.find(|c: char| !(c.is_alphanumeric() || "_.-$".contains(c))).unwrap_or(rest.len());
        let name_start = end - rest.len();
        let name_span = Span::new(name_start, name_start + length);
        let name = &rest[..length];
        let after = rest[length..].trim_start();
        let value = match (after.strip_prefix('='), rest[length..].strip_prefix(": ")) {
            _ if name.is_empty() => return None,
            (Some(value), _) | (None, Some(value)) => value.trim_start(),
            (None, None) => return None,
        };
        let value_start = end - value.len();
        let (value, span) = self.quoted(value_start).unwrap_or_else(|| self.plain(value_start, end));
        Some(Variable { name, name_span, value, span })
    }

    fn end_of_line(&self, from: usize) -> usize {
        memchr::memchr2(b'\n', b'\r', &self.text.as_bytes()[from..]).map_or(self.text.len(), |length| from + length)
    }

    /// The value in quotes that begins at `start`, if nothing but a comment follows it on its last line. The search
    /// stops at the next quote of that kind, so that the time is linear in the file size.
    fn quoted(&mut self, start: usize) -> Option<(Cow<'t, str>, Span)> {
        let bytes = self.text.as_bytes();
        let quote = *bytes.get(start).filter(|byte| matches!(byte, b'\'' | b'"' | b'`'))?;
        let mut quotes = memchr::memchr_iter(quote, &bytes[start + 1..]).map(|at| start + 1 + at);
        let end = quotes.find(|end| bytes[end - 1] != b'\\')?;
        let line_end = self.end_of_line(end);
        let rest = self.text[end + 1..line_end].trim_start();
        if !rest.is_empty() && !rest.starts_with('#') {
            return None;
        }
        self.pos = line_end + 1;
        let span = Span::new(start + 1, end);
        let raw = &self.text[span.range()];
        let value = match quote {
            b'"' if raw.contains('\\') => Cow::Owned(raw.replace("\\n", "\n").replace("\\r", "\r")),
            _ => Cow::Borrowed(raw),
        };
        Some((value, span))
    }

    /// The value up to a comment or the end of the line.
    fn plain(&self, start: usize, end: usize) -> (Cow<'t, str>, Span) {
        let line = &self.text[start..end];
        let value = line.find('#').map_or(line, |comment| &line[..comment]).trim_end();
        (Cow::Borrowed(value), Span::new(start, start + value.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(&str, String)> {
        variables(text).map(|v| (v.name, v.value.into_owned())).collect()
    }

    fn pairs(expected: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
        expected.iter().map(|&(name, value)| (name, value.to_owned())).collect()
    }

    #[test]
    fn lines_are_read_as_dotenv_reads_them() {
        let text =
            "\u{feff}A=b\r\nB = c d  # comment\n# C=no\n  export D='x # y' # z\nE: f\nF=\nbad\nG=a\"b\rH=`\"`\nI=#\n";
        let expected =
            [("A", "b"), ("B", "c d"), ("D", "x # y"), ("E", "f"), ("F", ""), ("G", "a\"b"), ("H", "\""), ("I", "")];
        assert_eq!(read(text), pairs(&expected));
    }

    #[test]
    fn quoted_values_run_over_lines() {
        let text = "KEY=\"-----BEGIN\nabc\n-----END\\n\"\nNEXT='it\\'s'\nOPEN=\"x\nLAST=y\n";
        let expected = [("KEY", "-----BEGIN\nabc\n-----END\n"), ("NEXT", "it\\'s"), ("OPEN", "\"x"), ("LAST", "y")];
        assert_eq!(read(text), pairs(&expected));
        for variable in variables(text) {
            assert_eq!(text[variable.span.range()].replace("\\n", "\n"), variable.value);
            assert_eq!(&text[variable.name_span.range()], variable.name);
        }
    }

    #[test]
    fn a_line_without_a_name_is_none() {
        assert_eq!(read("=x\nA=b\n"), pairs(&[("A", "b")]));
        assert_eq!(read("A=\"b\" # é\nC=\"d\" # é"), pairs(&[("A", "b"), ("C", "d")]));
    }
}
