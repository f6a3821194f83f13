//! Envelopes of an export: a browser's archive of a page (MHTML) or a mail, a page that shows JSON, lines that a
//! command printed before its JSON.
//!
//! Only files that no format recognises are opened, and only exports are searched for inside: files that AEM reads have
//! no envelope. MHTML is RFC 2557, its parts RFC 2045 (quoted-printable, base64) and RFC 2046 (boundaries).

use super::console_page::PageText;
use super::json::KeptTree;
use super::rewritten::Rewritten;
use super::traits::Origin;
use super::web_console_json::json_start;
use super::{Document, FORMATS, Format, Input, MAX_CONFIGURATION, RawFile, Reading, Span, Text, base64, text};
use crate::repository::FileContext;
use crate::source::Limits;

/// Maximum number of bytes of the head of a mail, and of the lines before JSON.
const HEAD: usize = 8 << 10;
/// Maximum number of mail parts, or lines, that are tried as the beginning of an export.
const MAX_TRIES: usize = 64;

/// The content of the envelope.
pub(super) struct Inside {
    pub(super) format: &'static dyn Format,
    context: FileContext,
    content: Rewritten,
    /// The tree of the content.
    pub(super) tree: Option<KeptTree>,
}

impl Inside {
    /// Reads the content.
    pub(super) fn read(&self, limits: &Limits, reading: Reading) -> Document {
        let bytes = self.content.text().as_bytes();
        let inner = Input { context: &self.context, bytes, limits };
        let mut document = self.format.read(&inner, &Text::utf8(bytes).with_tree(self.tree.clone()), reading);
        self.content.relocate(&mut document);
        (document.pid, document.jcr_path) = (None, None);
        document
    }
}

/// The content of a file that has no format itself.
pub(super) fn detect(file: &RawFile<'_>) -> Option<Inside> {
    if !may_be_one(file.bytes) {
        return None;
    }
    match file.text() {
        text if text.has_replacements() => open(file, Text::utf8_or_ansi(file.bytes).as_str()),
        text => open(file, text.as_str()),
    }
}

/// The content in `format` of a file that is not in this format itself. It was `found` in the bytes of the file, and
/// `text` may be decoded differently.
pub(super) fn inside(
    format: &dyn Format,
    file: &RawFile<'_>,
    text: &Text<'_>,
    found: Option<Inside>,
) -> Option<Inside> {
    let traits = format.traits();
    if traits.own_encoding || traits.is_read_by_aem() || !may_be_one(file.bytes) || format.recognises(file) {
        return None;
    }
    let inside = found.filter(|_| text.as_str().as_bytes() == file.bytes).or_else(|| open(file, text.as_str()));
    inside.filter(|inside| inside.format.id() == format.id())
}

/// Whether the first bytes can be those of an envelope.
fn may_be_one(bytes: &[u8]) -> bool {
    bytes.len() <= MAX_CONFIGURATION && json_start(bytes).is_none()
}

fn open(input: &Input<'_>, text: &str) -> Option<Inside> {
    if is_mail(text) {
        return parts(text).take(MAX_TRIES).find_map(|(name, content)| export(input, name, content));
    }
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
        return export(input, ".json", shown(text)?);
    }
    json_lines(text).take(MAX_TRIES).find_map(|span| {
        let mut content = Rewritten::default();
        content.copy(text, span);
        export(input, ".json", content)
    })
}

/// The export in `content`.
fn export(input: &Input<'_>, extension: &str, content: Rewritten) -> Option<Inside> {
    let mut context = input.context.clone();
    if !context.file_name().ends_with(extension) {
        context.path = context.path.entry(format!("{}{extension}", context.file_name()));
    }
    let bytes = content.text().as_bytes();
    let inner = RawFile::new(Input { context: &context, bytes, limits: input.limits });
    let is_export = |format: &&&dyn Format| {
        let traits = format.traits();
        !traits.is_read_by_aem() && traits.origin != Origin::AnyProgram && format.recognises(&inner)
    };
    let format = FORMATS.iter().find(is_export).copied()?;
    let tree = inner.into_tree(content.text());
    Some(Inside { format, context, content, tree })
}

/// The pieces of text that begin with a line of JSON and end at the last closing bracket of the same kind.
fn json_lines(text: &str) -> impl Iterator<Item = Span> + '_ {
    let starts = text.match_indices('\n').map(|(at, _)| at + 1).take_while(|start| *start < HEAD);
    starts.filter_map(|start| {
        let close = match text.as_bytes().get(start)? {
            b'{' => '}',
            b'[' => ']',
            _ => return None,
        };
        Some(Span::new(start, text.rfind(close)? + 1)).filter(|span| span.end > span.start)
    })
}

/// The text that a browser shows for a page that contains only JSON.
fn shown(page: &str) -> Option<Rewritten> {
    let start = find(page, "<pre", 0)?;
    let start = start + page[start..].find('>')? + 1;
    let end = find(page, "</pre", start)?;
    if !matches!(page[start..end].trim_start().as_bytes().first(), Some(b'{' | b'[')) {
        return None;
    }
    let mut content = Rewritten::default();
    PageText::of_element().append(&mut content, page, Span::new(start, end));
    Some(content)
}

/// The first occurrence of an ASCII word at `from` or later, ignoring case.
pub(super) fn find(text: &str, word: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let first = word.as_bytes().first()?;
    let same =
        |at: &usize| bytes.get(*at..at + word.len()).is_some_and(|own| own.eq_ignore_ascii_case(word.as_bytes()));
    let starts = memchr::memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), &bytes[from..]);
    starts.map(|at| from + at).find(same)
}

/// Whether the text begins with the head of a mail.
fn is_mail(text: &str) -> bool {
    let first = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
    let is_field = first.split_once(':').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    });
    is_field && find(head(text), "content-type:", 0).is_some() && find(head(text), "mime-version:", 0).is_some()
}

/// The head of a mail or of one of its parts.
fn head(text: &str) -> &str {
    // The longest head, and an empty line that begins in it.
    let bytes = &text.as_bytes()[..text.len().min(HEAD + 2)];
    let ends = [&b"\n\n"[..], b"\n\r\n"].iter().filter_map(|end| memchr::memmem::find(bytes, end)).min();
    let end = ends.unwrap_or(text.len()).min(HEAD);
    text.get(..end).unwrap_or_default()
}

/// The parts of a mail in order; the mail itself if it has no boundaries.
fn parts(mail: &str) -> impl Iterator<Item = (&'static str, Rewritten)> {
    let boundaries = boundaries(mail);
    let mut starts: Vec<usize> = Vec::new();
    if boundaries.is_empty() {
        starts.push(0);
    }
    for (at, line) in text::lines(mail, '\n') {
        if line.strip_prefix("--").is_some_and(|rest| boundaries.iter().any(|known| rest.starts_with(known))) {
            starts.extend([at, at + line.len()]);
        }
    }
    starts.push(mail.len());
    let sections: Vec<Span> = starts.windows(2).map(|pair| Span::new(pair[0], pair[1])).collect();
    sections.into_iter().filter_map(|section| part(mail, section))
}

/// The boundaries of the parts, and of nested parts.
fn boundaries(mail: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = find(mail, "boundary=", at).filter(|_| found.len() < MAX_TRIES) {
        at = start + "boundary=".len();
        let value = &mail[at..];
        let value = match value.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next(),
            None => value.split(|c: char| c.is_ascii_whitespace() || c == ';').next(),
        };
        found.extend(value.filter(|value| !value.is_empty()));
    }
    found
}

/// The extension of a file with the content of a part, and the content.
fn part(mail: &str, section: Span) -> Option<(&'static str, Rewritten)> {
    let text = &mail[section.range()];
    let head = head(text);
    let body = text[head.len()..].find(|c: char| !matches!(c, '\r' | '\n')).map_or(text.len(), |at| head.len() + at);
    let field = |name: &str| {
        let start = find(head, name, 0)? + name.len();
        head[start..].lines().next().map(str::trim)
    };
    let of_type = field("content-type:").unwrap_or("text/plain").to_ascii_lowercase();
    let name = match of_type {
        of if of.starts_with("text/html") => ".html",
        of if of.starts_with("text/") => ".txt",
        of if of.starts_with("application/json") => ".json",
        _ => return None,
    };
    let body = Span::new(section.start + body, section.end);
    let mut content = Rewritten::default();
    match field("content-transfer-encoding:").unwrap_or_default().to_ascii_lowercase().as_str() {
        "quoted-printable" => quoted_printable(&mut content, mail, body),
        "base64" => content = base64_content(mail, body),
        _ => content.copy(mail, body),
    }
    Some((name, content))
}

/// The decoded base64 in `span`.
fn base64_content(mail: &str, span: Span) -> Rewritten {
    let bytes = base64::decode(&mail[span.range()]).unwrap_or_default();
    let text = Text::utf8(&bytes);
    base64::aligned(mail, span, text.as_str()).unwrap_or_else(|| Rewritten::whole(text.as_str(), span))
}

/// Appends the decoded quoted-printable text (RFC 2045, 6.7).
fn quoted_printable(out: &mut Rewritten, source: &str, span: Span) {
    let text = &source[span.range()];
    let hex = |at: usize| text.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
    let mut at = 0;
    while let Some(plain) = text[at..].find('=') {
        out.copy(source, Span::new(span.start + at, span.start + at + plain));
        let start = at + plain;
        at = start;
        let mut bytes = Vec::new();
        while let Some(byte) = text[at..].starts_with('=').then(|| hex(at)).flatten() {
            bytes.push(byte);
            at += 3;
        }
        if bytes.is_empty() {
            // A soft line break, or a sign that stands for itself.
            let soft = ["=\r\n", "=\n"].iter().find(|end| text[at..].starts_with(**end));
            at += soft.map_or(1, |end| end.len());
            if soft.is_none() {
                out.copy(source, Span::new(span.start + start, span.start + at));
            }
            continue;
        }
        let mut first = span.start + start;
        for c in String::from_utf8_lossy(&bytes).chars() {
            let end = (first + 3 * c.len_utf8()).min(span.start + at);
            out.replace(c.encode_utf8(&mut [0; 4]), Span::new(first, end));
            first = end;
        }
    }
    out.copy(source, Span::new(span.start + at, span.end));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format;
    use crate::source::{Limits, SourcePath};

    /// The format, and the value of `k` with the text at its span.
    fn read(name: &str, text: &str) -> Option<(&'static str, String, String)> {
        let context = FileContext { path: SourcePath::file(name), ..FileContext::default() };
        let input = Input { context: &context, bytes: text.as_bytes(), limits: &Limits::default() };
        let file = format::detect(&input)?;
        let document = file.read(Reading::Tolerant);
        let value = document.nodes.first()?.property("k")?.values.first()?.clone();
        Some((file.format.id(), value.text, file.text.slice(value.span).to_owned()))
    }

    fn some(id: &'static str, value: &str, written: &str) -> Option<(&'static str, String, String)> {
        Some((id, value.to_owned(), written.to_owned()))
    }

    #[test]
    fn lines_in_front_of_json_and_behind_it_are_none_of_it() {
        let json = "{\"items\": [{\"pid\": \"a.b~c\", \"properties\": {\"k\": \"v\"}}]}";
        for text in [
            format!("Warning: an update is there\n[INFO] running\n{json}\n"),
            format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{json}"),
            format!("$ aio aem rde inspect\n{json}\n$ exit\n"),
            format!("<html><body><pre style=\"x\">{json}</pre></body></html>"),
        ] {
            assert_eq!(read("a.json", &text), some("configuration-list", "v", "v"), "{text}");
        }
        assert_eq!(read("a.json", "x\n{\"a\": 1}\n"), None);
    }

    #[test]
    fn pages_are_read_out_of_an_archive_of_a_browser() {
        let page = "<pre>PID&nbsp;=3D&nbsp;a.b.C\r\n&nbsp;&nbsp;k&nbsp;=3D&nbsp;v=C3=A4lu=\r\ne</pre>";
        let mail = |encoding: &str, body: &str| {
            format!(
                "From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\
                 \tboundary=\"--b--1\"\r\n\r\n\r\n----b--1\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: {encoding}\r\n\
                 \r\n{body}\r\n----b--1\r\nContent-Type: text/css\r\n\r\na {{}}\r\n----b--1--\r\n"
            )
        };
        let quoted = mail("quoted-printable", page);
        assert_eq!(read("a.mhtml", &quoted), some("console-page", "välue", "v=C3=A4lu=\r\ne"));
        // <pre>PID = a.b.C
        //   k = v</pre>
        let encoded = mail("base64", "PHByZT5QSUQgPSBhLmIuQwogIGsgPSB2\r\nPC9wcmU+Cg==\r\n");
        assert_eq!(read("a.mht", &encoded).map(|found| found.1), Some("v".to_owned()));
    }
}
