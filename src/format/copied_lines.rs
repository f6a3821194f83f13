//! Dumps that are no longer as the console printed them: quoted in a mail, indented in a ticket, numbered by `cat -n`
//! or `grep -n`, in a `diff`, with the no-break spaces of the page, with another indentation or other line ends.
//!
//! The first configuration defines the layout: the text before its `PID = ` precedes every line, and the text before
//! its first property precedes every property.

use super::rewritten::Rewritten;
use super::{Span, console_page::PageText, text};

/// The word that names a configuration, up to the blank after it.
const PID: &[u8] = b"PID";
/// Names of the lines printed before the properties.
const HEADS: [&str; 2] = ["Factory PID", "BundleLocation"];
/// Maximum number of lines that are tried as the name of a configuration.
const MAX_TRIES: usize = 64;
/// Maximum length of a prefix that all lines share, in bytes.
const MAX_PREFIX: usize = 120;

/// How a dump is laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Text before the first line that names a configuration.
    prefix: Vec<u8>,
    /// Text before its first property, after the prefix.
    indent: Vec<u8>,
    /// Lines have trailing blanks or a second carriage return that do not belong to them.
    padded: bool,
    /// No-break spaces replace blanks.
    hard: bool,
    /// The only line ends are carriage returns.
    carriage: bool,
}

impl Layout {
    /// The layout of the dump in `text`; `None` unless a line names a configuration and the next one is a property.
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        let names = memchr::memmem::find_iter(text, PID).filter(|at| is_sign(&text[at + PID.len()..]));
        names.take(MAX_TRIES).find_map(|at| Self::at(text, at))
    }

    /// The layout of a list whose first line is `title`, underlined or followed by a section; `None` if there is none.
    pub(super) fn of_list(text: &[u8], title: &str) -> Option<Self> {
        let first = title.split(' ').next().unwrap_or(title);
        let lines = memchr::memmem::find_iter(text, first.as_bytes()).take(MAX_TRIES);
        lines.into_iter().find_map(|at| {
            let prefix = prefix_of(text, at)?;
            let mut lines = text[at..].split(is_end).filter(|line| !line.is_empty());
            let line = lines.next().filter(|line| words(line).eq(title.split(' ')))?;
            let next = lines.next()?;
            let next = &next[behind(prefix, next)?..];
            let is_section = || words(next).nth(1) == Some("Resources");
            (next.starts_with(b"===") || is_section()).then(|| Self::with(prefix, b"  ", line, next, text, at))
        })
    }

    fn at(text: &[u8], at: usize) -> Option<Self> {
        let prefix = prefix_of(text, at)?;
        let mut lines = text[at..].split(is_end).filter(|line| !line.is_empty());
        let line = lines.next()?;
        let property = lines.take(2).find_map(|line| {
            let line = &line[behind(prefix, line)?..];
            let indent = blanks(line);
            is_property(line, indent).then_some((line, &line[..indent]))
        });
        let (property, indent) = property.filter(|(_, indent)| !indent.is_empty() || is_qualified(line))?;
        Some(Self::with(prefix, indent, line, property, text, at))
    }

    /// The layout that two lines show, the first of which is at `at` of `text`.
    fn with(prefix: &[u8], indent: &[u8], line: &[u8], next: &[u8], text: &[u8], at: usize) -> Self {
        let ended = &text[at + line.len()..];
        let has_hard = |part: &[u8]| part.contains(&0xA0);
        Self {
            prefix: prefix.to_vec(),
            indent: indent.to_vec(),
            padded: matches!(line.last(), Some(b' ' | b'\t' | 0xA0)) || ended.starts_with(b"\r\r\n"),
            hard: has_hard(line) || has_hard(next),
            carriage: ended.starts_with(b"\r") && memchr::memchr(b'\n', ended).is_none(),
        }
    }

    /// The lines of `source` as the console printed them; others are left out.
    pub(super) fn printed(&self, source: &str) -> String {
        let mut out = Rewritten::default();
        for inside in self.lines(source).filter_map(|line| self.inside(source, line)) {
            self.append(&mut out, source, inside);
        }
        out.into_text()
    }

    /// Whether lines are as the console prints them.
    pub(super) fn is_plain(&self) -> bool {
        self.prefix.is_empty() && self.indent == b"  " && !self.padded && !self.hard && !self.carriage
    }

    /// The lines of `source` with their ends.
    pub(super) fn lines<'t>(&self, source: &'t str) -> impl Iterator<Item = Span> + use<'t> {
        let end = if self.carriage { '\r' } else { '\n' };
        text::lines(source, end).map(|(at, line)| Span::new(at, at + line.len()))
    }

    /// The part of a line that the console printed; `None` if the line does not belong to the dump.
    pub(super) fn inside(&self, source: &str, line: Span) -> Option<Span> {
        let text = &source[line.range()];
        let text = if self.carriage { text.trim_end_matches('\r') } else { trim_end_of_line(text) };
        let text = if self.padded { text.trim_end_matches([' ', '\t', '\r', '\u{a0}']) } else { text };
        let begin = if line.start == 0 { text.len() - text.trim_start_matches('\u{feff}').len() } else { 0 };
        let start = begin + behind(&self.prefix, &text.as_bytes()[begin..])?;
        text.is_char_boundary(start).then(|| Span::new(line.start + start, line.start + text.len()))
    }

    /// Appends the line `inside` of `source` as the console printed it.
    pub(super) fn append(&self, out: &mut Rewritten, source: &str, inside: Span) {
        let text = &source[inside.range()];
        let mut rest = inside;
        if let Some(length) = behind_exactly(&self.indent, text.as_bytes())
            && is_property(text.as_bytes(), length)
            && text.is_char_boundary(length)
            && !is_name(text)
        {
            rest.start += length;
            out.replace("  ", Span::new(inside.start, rest.start));
        }
        match self.hard {
            true => PageText::of_plain_text().append(out, source, rest),
            false => out.copy(source, rest),
        }
        out.replace("\n", Span::at(rest.end));
    }
}

fn is_end(byte: &u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// The text before `at` in its line; `None` if it is too long, or a JSON string: there the line ends in a quote too.
fn prefix_of(text: &[u8], at: usize) -> Option<&[u8]> {
    let start = text[..at].iter().rev().take(MAX_PREFIX + 1).position(is_end);
    let start = start.map_or_else(|| (at <= MAX_PREFIX).then_some(0), |back| Some(at - back))?;
    let prefix = text[start..at].strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text[start..at]);
    (!prefix.contains(&b'"')).then_some(prefix)
}

/// Whether the PID is a Java class name with a package. Without indentation, nothing less identifies a dump.
fn is_qualified(line: &[u8]) -> bool {
    line.iter().filter(|&&byte| byte == b'.').count() >= 2
}

/// Whether a line names a configuration.
fn is_name(line: &str) -> bool {
    line.as_bytes().strip_prefix(PID).is_some_and(is_sign)
}

/// A line without its end.
pub(super) fn trim_end_of_line(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

/// Whether ` = ` follows, with blanks of any kind.
fn is_sign(text: &[u8]) -> bool {
    let after = |text: &[u8]| blank(text).map(|length| length.min(text.len()));
    after(text).is_some_and(|length| text[length..].strip_prefix(b"=").is_some_and(|rest| after(rest).is_some()))
}

/// The length of the blank at the start of `text`: an ASCII one, or a no-break space in UTF-8 or in a code page.
fn blank(text: &[u8]) -> Option<usize> {
    match text {
        [b' ' | b'\t' | 0xA0, ..] => Some(1),
        [0xC2, 0xA0, ..] => Some(2),
        _ => None,
    }
}

/// The length of the blanks at the start of `text`.
fn blanks(text: &[u8]) -> usize {
    let mut length = 0;
    while let Some(next) = blank(&text[length..]) {
        length += next;
    }
    length
}

/// Whether a line is a property after an indentation of length `indent`. Without indentation, its key must look like a
/// key.
fn is_property(line: &[u8], indent: usize) -> bool {
    let rest = &line[indent..];
    let Some(sign) = memchr::memchr(b'=', rest) else { return false };
    let key = rest[..sign].trim_ascii_end();
    let key = key.strip_suffix(b"\xa0").map_or(key, |key| key.strip_suffix(b"\xc2").unwrap_or(key));
    if HEADS.iter().any(|head| head.split(' ').eq(words(key))) {
        return true;
    }
    let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/' | b':' | b'$');
    let before_sign = sign > 0 && (blank(&rest[sign - 1..]).is_some() || rest[sign - 1] == 0xA0);
    if indent > 0 { before_sign || sign > 0 } else { before_sign && !key.is_empty() && key.iter().all(is_key) }
}

fn words(text: &[u8]) -> impl Iterator<Item = &str> {
    let parts = text.split(|byte| matches!(byte, b' ' | b'\t' | 0xA0 | 0xC2)).filter(|part| !part.is_empty());
    parts.map(|part| std::str::from_utf8(part).unwrap_or_default())
}

/// The length of the start of `line` that matches `prefix`. Other digits match, and so do more or fewer blanks before a
/// number. A line that ends before the trailing blanks of the prefix is empty.
fn behind(prefix: &[u8], line: &[u8]) -> Option<usize> {
    let numbered = prefix.iter().any(u8::is_ascii_digit);
    let (mut at, mut own) = (0, 0);
    if numbered {
        (at, own) = (blanks(line), blanks(prefix));
    }
    while own < prefix.len() {
        let rest = &prefix[own..];
        let Some(&next) = line.get(at) else {
            return (blanks(rest) == rest.len()).then_some(line.len());
        };
        if rest[0].is_ascii_digit() {
            let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let (length, expected) = (digits(&line[at..]), digits(rest));
            if length == 0 {
                return None;
            }
            (at, own) = (at + length, own + expected);
            continue;
        }
        match (blank(&line[at..]), blank(rest)) {
            (Some(length), Some(expected)) if (next == b'\t') == (rest[0] == b'\t') => {
                (at, own) = (at + length, own + expected)
            }
            (None, None) if next == rest[0] || numbered && rest[0] == b':' && next == b'-' => {
                // `grep -n -A 9` marks the lines after a match with another sign.
                (at, own) = (at + 1, own + 1);
            }
            _ => return None,
        }
    }
    Some(at)
}

/// [`behind`], but all blanks must be present.
fn behind_exactly(indent: &[u8], line: &[u8]) -> Option<usize> {
    behind(indent, line).filter(|_| indent.is_empty() || !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUMP: [&str; 5] = ["PID = a.b.C", "  Factory PID = a.b", "  k = v  w", "", "PID = x"];

    /// The lines as the console printed them.
    fn printed(text: &str) -> Option<Vec<String>> {
        Some(Layout::of(text.as_bytes())?.printed(text).lines().map(str::to_owned).collect())
    }

    fn with(each: impl Fn(usize, &str) -> String, end: &str) -> String {
        DUMP.iter().enumerate().map(|(at, line)| each(at, line) + end).collect()
    }

    #[test]
    fn whatever_stands_in_front_of_every_line_is_none_of_it() {
        type Form = fn(usize, &str) -> String;
        let forms: [Form; 9] = [
            |_, line| line.to_owned(),
            |_, line| format!("> {line}").trim_end().to_owned(),
            |_, line| format!(">> {line}"),
            |_, line| format!("\t{line}"),
            |at, line| format!("{:6}\t{line}", at * 7 + 5),
            |at, line| format!("{}{}{line}", at * 9 + 9, if at == 0 { ':' } else { '-' }),
            |at, line| {
                let sign = if at == 0 { ':' } else { '-' };
                format!("d/status.txt{sign}{at}{sign}{line}")
            },
            |at, line| format!("2026-11-28 10:00:0{at},123 INFO [author] {line}"),
            |_, line| format!("+{line}"),
        ];
        for (number, form) in forms.iter().enumerate() {
            for end in ["\n", "\r\n", "\r\r\n", "\r"] {
                let text = with(form, end);
                assert_eq!(printed(&text).as_deref(), Some(&DUMP.map(str::to_owned)[..]), "{number} {text:?}");
            }
        }
        let quoted = format!("Dear all,\n\n{}\nBye\n", with(|_, line| format!("> {line}"), "\n"));
        assert_eq!(printed(&quoted).as_deref(), Some(&DUMP.map(str::to_owned)[..]));
    }

    #[test]
    fn properties_may_be_indented_otherwise() {
        for indent in ["\t", " ", "    ", "", "\u{a0}\u{a0}", "\u{a0} ", " \u{a0}"] {
            let text =
                with(|_, line| line.strip_prefix("  ").map_or(line.to_owned(), |rest| format!("{indent}{rest}")), "\n");
            assert_eq!(printed(&text).as_deref(), Some(&DUMP.map(str::to_owned)[..]), "{indent:?}");
        }
        let padded = with(|_, line| format!("{line}   "), "\n");
        assert_eq!(printed(&padded).as_deref(), Some(&DUMP.map(str::to_owned)[..]));
    }

    #[test]
    fn other_texts_have_no_layout() {
        for text in
            ["PID = 1", "the PID = 1\n  a = b\n", "PID = 1\nsee below\n", "PID=1\n  a = b", "  Factory PID = a\n  b\n"]
        {
            assert_eq!(Layout::of(text.as_bytes()), None, "{text}");
        }
    }
}
