//! Escapes strings from the input for each output context.
//!
//! File names, archive entry names, property values and labels are untrusted. They must not become terminal sequences,
//! CI commands, table rows or markup.

use std::borrow::Cow;
use std::fmt::Write as _;

pub use super::safe_json::{Lazy, write_json, write_json_line};
use crate::format::Span;

/// Whether a character is invisible or can change how other text is shown: control characters, line and paragraph
/// separators, bidirectional marks, zero-width characters, tags and noncharacters.
pub fn is_unsafe(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
        || (u32::from(c) & 0xFFFE) == 0xFFFE
}

/// One line of text for people: unsafe characters are written as `\n`, `\r`, `\t` or `\u{1b}`, and commands of CI systems
/// (`##[…]`, `##vso[…]`, `##teamcity[…]` anywhere, `::…` or `section_start:…` at the start) are broken up.
pub fn line(text: &str) -> Cow<'_, str> {
    let is_command = command_start(text.trim_start()).is_some();
    if !is_command && (is_plain(text) || !text.contains("##") && !text.chars().any(is_unsafe)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(escaped(text, Span::default(), |_| false).0)
}

/// Several lines of source text: like [`line()`], but LF and tab are kept. `span` is adjusted.
pub fn lines(text: &str, span: Span) -> (String, Span) {
    escaped(text, span, |c| matches!(c, '\n' | '\t'))
}

/// Whether a text consists of printable ASCII without `#`, as most do. It is safe, unless it starts with a command.
pub(super) fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'#')
}

/// The offset of the colon that makes a line with this start a command of GitHub Actions or GitLab.
fn command_start(line: &str) -> Option<usize> {
    const BEGINNINGS: [(&str, usize); 3] = [("::", 0), ("section_start:", 13), ("section_end:", 11)];
    // The text format uses `::: ` before a related location; the runner does not treat three colons as a command.
    let is_place = line.starts_with("::: ");
    BEGINNINGS.iter().find(|(beginning, _)| line.starts_with(beginning) && !is_place).map(|&(_, colon)| colon)
}

/// A finished line, with colours and line end, in a form that no CI system treats as a command.
pub fn log_line(text: &str) -> Cow<'_, str> {
    let bare = text.trim_start_matches(|c: char| c.is_whitespace());
    let bare = bare.strip_prefix('\u{1b}').and_then(|rest| rest.split_once('m')).map_or(bare, |(_, rest)| rest);
    if !text.contains("##") && command_start(bare).is_none() {
        return Cow::Borrowed(text);
    }
    let start = text.len() - bare.len();
    let colon = command_start(bare).map(|colon| start + colon);
    let mut out = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        let opens = c == '#' && text[..at].ends_with('#') && opens_command(&text[at + 1..]);
        if opens || colon == Some(at) { push_code(&mut out, c) } else { out.push(c) }
    }
    Cow::Owned(out)
}

fn escaped(text: &str, span: Span, keep: impl Fn(char) -> bool) -> (String, Span) {
    let mut out = String::with_capacity(text.len() + 16);
    let mut moved = Span::default();
    let mut line_start = true;
    let mut colon = None;
    for (at, c) in text.char_indices() {
        if at == span.start {
            moved.start = out.len();
        }
        if at == span.end {
            moved.end = out.len();
        }
        let rest = &text[at..];
        if line_start && !c.is_whitespace() {
            colon = command_start(rest).map(|colon| at + colon);
        }
        let command = colon == Some(at) || (c == '#' && text[..at].ends_with('#') && opens_command(&rest[1..]));
        if command {
            push_code(&mut out, c);
        } else if is_unsafe(c) && !keep(c) {
            push_escape(&mut out, c);
        } else {
            out.push(c);
        }
        line_start = c == '\n' || (line_start && c.is_whitespace());
    }
    if span.start >= text.len() {
        moved.start = out.len();
    }
    if span.end >= text.len() {
        moved.end = out.len();
    }
    (out, moved)
}

/// Whether GitHub Actions, Azure Pipelines or TeamCity treat `##` followed by this text as a command.
fn opens_command(after: &str) -> bool {
    after.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).starts_with('[')
}

fn push_escape(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        _ => push_code(out, c),
    }
}

fn push_code(out: &mut String, c: char) {
    // Writing to a string cannot fail.
    let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
}

/// The message of a GitHub workflow command. Escapes as `@actions/core` does, after [`line()`].
pub fn github_message(text: &str) -> String {
    line(text).replace('%', "%25")
}

/// A property of a GitHub workflow command, such as `file`.
pub fn github_property(text: &str) -> String {
    // A path must arrive unchanged, so control characters are percent-encoded instead of made visible. `##[` would be a
    // command in the older syntax of the runner.
    let command = text.contains("##");
    percent(text, |c| matches!(c, '%' | ':' | ',') || is_unsafe(c) || (c == '#' && command))
}

/// The message of an Azure Pipelines logging command.
pub fn azure_message(text: &str) -> String {
    line(text).replace('%', "%AZP25")
}

/// A property of an Azure Pipelines logging command, such as `sourcepath`.
pub fn azure_property(text: &str) -> String {
    line(text).replace('%', "%AZP25").replace(';', "%3B").replace(']', "%5D")
}

/// A path as a relative URI reference (RFC 3986): each segment is percent-encoded, `/` is kept, and no segment can be
/// mistaken for a scheme or a dot segment.
pub fn uri_path(path: &str) -> String {
    let encode = |segment: &str| match segment {
        "" | "." => None,
        segment => Some(percent(segment, |c| !(c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=@".contains(c)))),
    };
    let mut uri: Vec<String> = path.split('/').filter_map(encode).collect();
    if uri.is_empty() {
        uri.push(".".to_owned());
    }
    let absolute = if path.starts_with('/') { "/" } else { "" };
    format!("{absolute}{}", uri.join("/"))
}

/// The name of an archive entry in the form of [`uri_path`]; `..` segments are encoded too, so that no resolver leaves
/// the archive.
pub fn uri_entry(name: &str) -> String {
    let uri = uri_path(name.trim_start_matches('/'));
    uri.split('/').map(|segment| if segment == ".." { "%2E%2E" } else { segment }).collect::<Vec<_>>().join("/")
}

/// Percent-encodes the UTF-8 bytes of the characters that match `must`.
fn percent(text: &str, must: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if must(c) {
            let mut buffer = [0; 4];
            for byte in c.encode_utf8(&mut buffer).bytes() {
                // Writing to a string cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Text of an HTML element or a quoted attribute.
pub fn html(text: &str) -> String {
    markup(&line(text))
}

/// Source text already escaped by [`lines`], as HTML.
pub fn markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A URL that is safe as a link: an `https` address that contains only characters of RFC 3986.
pub fn link(url: &str) -> Option<&str> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&()*+,;=%".contains(c);
    (url.starts_with("https://") && url.chars().all(allowed)).then_some(url)
}

/// A message with code spans in backticks, as HTML.
pub fn html_message(message: &str) -> String {
    code_spans(message)
        .map(|(code, text)| if code { format!("<code>{}</code>", html(text)) } else { html(text) })
        .collect()
}

/// Text in Markdown, also inside a table cell. Every character with a meaning in Markdown, its GitHub extensions or
/// HTML becomes a character reference, so that the result does not depend on the context. Characters that turn an
/// address, a name or a number into a link are put into their own element, because readers look for links after
/// decoding the references.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    let text = line(text);
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let after = rest.chars().next().unwrap_or(' ');
        let markup = match c {
            '_' => !before.is_alphanumeric() || !after.is_alphanumeric(),
            ':' => after == '/' || after.is_alphabetic(),
            '!' => after == '[',
            '.' | ',' | '/' | '-' | '(' | ')' | ';' | '=' | '?' | '\'' | '"' | '%' => false,
            c => c.is_ascii_punctuation(),
        };
        let links = match c {
            '@' => true,
            ':' => rest.starts_with("//"),
            '.' => ends_with_www(&text[..at]),
            '#' => after.is_ascii_digit(),
            _ => false,
        };
        // Writing to a string cannot fail.
        let _ = match (links, markup) {
            (true, true) => write!(out, "<span>&#{};</span>", u32::from(c)),
            (true, false) => write!(out, "<span>{c}</span>"),
            (false, true) => write!(out, "&#{};", u32::from(c)),
            (false, false) => out.write_char(c),
        };
        before = c;
    }
    out
}

fn ends_with_www(text: &str) -> bool {
    text.len() >= 3 && text.is_char_boundary(text.len() - 3) && text[text.len() - 3..].eq_ignore_ascii_case("www")
}

/// Code in Markdown, also inside a table cell.
pub fn markdown_code(text: &str) -> String {
    format!("<code>{}</code>", markdown(text))
}

/// A message with code spans in backticks, as Markdown.
pub fn markdown_message(message: &str) -> String {
    code_spans(message).map(|(code, text)| if code { markdown_code(text) } else { markdown(text) }).collect()
}

/// Splits a message at its backticks: whether each part is code, and its text. A message with an odd number of
/// backticks has no code.
pub fn code_spans(message: &str) -> impl Iterator<Item = (bool, &str)> {
    let paired = message.matches('`').count().is_multiple_of(2);
    let parts: Vec<&str> = if paired { message.split('`').collect() } else { vec![message] };
    parts.into_iter().enumerate().map(|(index, part)| (index % 2 == 1, part)).filter(|(_, part)| !part.is_empty())
}

/// A field of a CSV file: one line, quoted if needed, and never a formula in a spreadsheet, even in one that separates
/// fields by semicolons.
pub fn csv(text: &str) -> String {
    let text = line(text);
    let mut safe = String::with_capacity(text.len() + 2);
    for (index, part) in text.split(';').enumerate() {
        if index > 0 {
            safe.push(';');
        }
        let begins = part.trim_start_matches(['"', '\'', ' ', '\u{a0}', '\u{3000}']);
        let sign = begins.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
        if sign && text.len() > 1 {
            safe.push('\'');
        }
        safe.push_str(part);
    }
    if safe.contains([',', '"', ';', '\'']) || safe.starts_with(' ') || safe.ends_with(' ') {
        return format!("\"{}\"", safe.replace('"', "\"\""));
    }
    safe
}

/// Plain text of a SARIF message. `[…](…)` would be a link; readers disagree about a backslash before the bracket, so a
/// space separates the brackets instead.
pub fn sarif(text: &str) -> Cow<'_, str> {
    let text = line(text);
    if text.contains("](") { Cow::Owned(text.replace("](", "] (")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_a_line() {
        assert_eq!(line("plain é 😀"), "plain é 😀");
        assert_eq!(line("a\nb\r\u{1b}[31m\u{202e}\u{9b}"), "a\\nb\\r\\u{1b}[31m\\u{202e}\\u{9b}");
        assert_eq!(line("::error::x"), "\\u{3a}:error::x");
        assert_eq!(line("  ::error::x a::b"), "  \\u{3a}:error::x a::b");
        assert_eq!(line("x ##vso[task] ##[error] # ## [x"), "x #\\u{23}vso[task] #\\u{23}[error] # ## [x");
    }

    #[test]
    fn lines_keep_their_span() {
        let text = "a\u{1b}b\n::x=\"v\u{202e}w\"\n";
        let start = text.find('v').unwrap();
        let (out, span) = lines(text, Span::new(start, start + 5));
        assert_eq!(&out[span.range()], "v\\u{202e}w");
        assert_eq!(out, "a\\u{1b}b\n\\u{3a}:x=\"v\\u{202e}w\"\n");
        let (out, span) = lines("é", Span::new(2, 2));
        assert_eq!((out.len(), span), (2, Span::new(2, 2)));
    }

    #[test]
    fn uris_are_encoded_by_segment() {
        assert_eq!(uri_path("./dist/a b%#?.zip!/jcr_root/é\n"), "dist/a%20b%25%23%3F.zip!/jcr_root/%C3%A9%0A");
        assert_eq!(uri_path("c:/x"), "c%3A/x");
        assert_eq!(uri_path("."), ".");
        assert_eq!(uri_path("/abs//x"), "/abs/x");
        assert_eq!(uri_path("../x"), "../x");
        assert_eq!(uri_entry("/../../etc/x"), "%2E%2E/%2E%2E/etc/x");
    }

    #[test]
    fn formulas_are_text() {
        assert_eq!(csv("=cmd()"), "\"'=cmd()\"");
        assert_eq!(csv("-"), "-");
        assert_eq!(csv("a,\"b\""), "\"a,\"\"b\"\"\"");
    }

    #[test]
    fn code_needs_paired_backticks() {
        assert_eq!(html_message("a `b<` c"), "a <code>b&lt;</code> c");
        assert_eq!(html_message("a `b` c `"), "a `b` c `");
        assert_eq!(markdown_message("`a|b` <c>"), "<code>a&#124;b</code> &#60;c&#62;");
    }
}
