//! Pages of the Felix web console as a browser or `curl` saves them: the configuration status (`status-Configurations`,
//! `Configurations.nfo`) and the OSGi Installer Configuration Printer.
//!
//! Sources: `HtmlConfigurationWriter` of the Felix inventory (`&`, `<`, `>` as references, a blank as `&nbsp;`, several
//! line ends as one); `ConfigurationSerializerWebConsolePlugin` of
//! apache/sling-org-apache-sling-installer-factory-configuration (`<textarea id="output">` with the unchanged file, the
//! PID in `<input name='pid'>`). A browser that saves the page writes its own quotes and references.

use std::borrow::Cow;

use super::envelope::find;
use super::rewritten::Rewritten;
use super::traits::{Stores, Traits};
use super::web_console_json::json_start;
use super::{
    Detected, Document, Format, Input, MAX_CONFIGURATION, RawFile, Reading, Span, Text, cfg_json, detect, osgi,
    status_dump,
};
use crate::repository::{FileContext, installer};

/// A page of the web console.
#[derive(Debug)]
pub struct ConsolePage;

impl Format for ConsolePage {
    fn traits(&self) -> Traits {
        Traits::exported("console-page", Stores::Configurations)
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        if json_start(input.bytes).is_some() && input.bytes.len() > MAX_CONFIGURATION {
            return false;
        }
        if input.contains(b"PID&nbsp;=&nbsp;") {
            return true;
        }
        // The tag of a text area is in upper or lower case.
        let has_area = || input.contains(b"<textarea") || input.contains(b"<TEXTAREA");
        let has_printer = || !input.text().has_replacements() && Printer::of(input.text().as_str()).is_some();
        osgi::looks_like_markup(input.bytes)
            && (has_line(input.bytes) || has_mark(input.bytes) || has_area() && has_printer())
    }

    fn decode<'a>(&self, input: &Input<'a>) -> Text<'a> {
        Text::utf8_or_ansi(input.bytes)
    }

    fn printed<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut out = Rewritten::default();
        PageText { cells: true, ..PageText::of(text) }.append(&mut out, text, Span::new(0, text.len()));
        Cow::Owned(out.into_text())
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        match Printer::of(text.as_str()) {
            Some(printer) => printer.read(input, text.as_str(), reading),
            None => status_dump::page(text.as_str(), &mut PageText::of(text.as_str()), reading),
        }
    }
}

/// How pages write a blank, including no-break spaces in UTF-8 and in a code page.
pub(super) const BLANKS: [&[u8]; 7] = [b" ", b"&nbsp;", b"\xc2\xa0", b"\xa0", b"&#160;", b"&#xa0;", b"&#xA0;"];

/// The offset after `word`, if that is at `at`.
fn behind(bytes: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    bytes[at..].starts_with(word).then_some(at + word.len())
}

/// The offset after the blank at `at`.
fn behind_blank(bytes: &[u8], at: usize) -> Option<usize> {
    BLANKS.iter().find_map(|blank| behind(bytes, at, blank))
}

/// Whether the name of a configuration begins a line or follows a tag.
fn has_line(bytes: &[u8]) -> bool {
    let sign = |at: usize| behind_blank(bytes, behind(bytes, behind_blank(bytes, at)?, b"=")?);
    memchr::memmem::find_iter(bytes, b"PID").any(|at| {
        let begins = at == 0 || matches!(bytes[at - 1], b'\n' | b'\r' | b'>');
        begins && sign(at + 3).is_some()
    })
}

/// Whether a page tells something of its instance, even without a configuration.
fn has_mark(bytes: &[u8]) -> bool {
    [installer::TITLE, "Sling ID ="].iter().any(|mark| {
        let (first, others) = mark.split_once(' ').unwrap_or((mark, ""));
        memchr::memmem::find_iter(bytes, first.as_bytes()).any(|at| {
            let mut words = others.split(' ');
            let next = |at, word: &str| behind(bytes, behind_blank(bytes, at)?, word.as_bytes());
            words.try_fold(at + first.len(), next).is_some()
        })
    })
}

/// Builds the text of a page, part by part.
#[derive(Debug, Default)]
pub(super) struct PageText {
    markup: bool,
    /// The page has a `pre`, so only the text inside one counts.
    only_pre: bool,
    in_pre: bool,
    /// Inside a script or style.
    hidden: bool,
    /// A tab follows the cells of tables, as in text copied from a page.
    cells: bool,
}

impl PageText {
    /// A page.
    pub(super) fn of(text: &str) -> Self {
        let only_pre =
            ["<pre", "<PRE"].iter().any(|tag| memchr::memmem::find(text.as_bytes(), tag.as_bytes()).is_some());
        Self { only_pre, ..Self::of_element() }
    }

    /// The content of an element of a page.
    pub(super) fn of_element() -> Self {
        Self { markup: true, ..Self::default() }
    }

    /// Text copied from a page: its blanks may be no-break spaces.
    pub(super) fn of_plain_text() -> Self {
        Self::default()
    }

    /// Appends the visible text of `span` of `source`.
    pub(super) fn append(&mut self, out: &mut Rewritten, source: &str, span: Span) {
        let mut at = span.start;
        while at < span.end {
            let rest = &source[at..span.end];
            let special = |c: char| c == '\u{a0}' || self.markup && matches!(c, '<' | '&');
            let plain = rest.find(special).unwrap_or(rest.len());
            if plain > 0 {
                if self.is_visible() {
                    out.copy(source, Span::new(at, at + plain));
                }
                at += plain;
                continue;
            }
            let (length, meant) = if rest.starts_with('<') { self.tag(rest) } else { reference(rest) };
            let piece = Span::new(at, at + length);
            match meant {
                Some(text) if self.is_visible() => out.replace(&text, piece),
                None if self.is_visible() => out.copy(source, piece),
                _ => {}
            }
            at = piece.end;
        }
    }

    fn is_visible(&self) -> bool {
        !self.hidden && (self.in_pre || !self.only_pre)
    }

    /// The length of the tag at the start of `rest`, and the text it stands for; `None` if it is not a tag.
    fn tag(&mut self, rest: &str) -> (usize, Option<String>) {
        let Some(end) = rest.find('>') else { return (1, None) };
        let name = rest[1..end].split([' ', '\t', '\r', '\n', '/']).find(|part| !part.is_empty()).unwrap_or_default();
        let closes = rest.starts_with("</");
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            // No line end is added: the end of the text ends its last line.
            "pre" => self.in_pre = !closes,
            "script" | "style" => self.hidden = !closes,
            _ => {}
        }
        let meant = match name.as_str() {
            "td" if self.cells && closes => "\t",
            "br" => "\n",
            "p" | "div" | "tr" | "li" | "h1" | "h2" if closes => "\n",
            _ => "",
        };
        (end + 1, Some(meant.to_owned()))
    }
}

/// The references that the console and browsers write.
const REFERENCES: [(&str, &str); 6] =
    [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&quot;", "\""), ("&apos;", "'")];

/// The length of the reference or no-break space at the start of `rest`, and what it stands for; `None` if it is
/// neither.
fn reference(rest: &str) -> (usize, Option<String>) {
    if rest.starts_with('\u{a0}') {
        return ('\u{a0}'.len_utf8(), Some(" ".to_owned()));
    }
    if let Some((name, text)) = REFERENCES.iter().find(|(name, _)| rest.starts_with(name)) {
        return (name.len(), Some((*text).to_owned()));
    }
    let number = rest.strip_prefix("&#").and_then(|digits| {
        let end = digits.bytes().take(9).position(|byte| byte == b';')?;
        let number = match digits[..end].strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => digits[..end].parse().ok(),
        };
        Some((end + 3, char::from_u32(number?)?))
    });
    match number {
        Some((length, '\u{a0}')) => (length, Some(" ".to_owned())),
        Some((length, c)) => (length, Some(c.to_string())),
        None => (1, None),
    }
}

/// The OSGi Installer Configuration Printer.
#[derive(Debug)]
struct Printer<'t> {
    pid: &'t str,
    /// Where the file is, without the line end that the page puts before it.
    content: Span,
    /// A browser wrote the page, and wrote references into the file.
    saved: bool,
    /// The selected format.
    chosen: Option<&'t str>,
}

impl<'t> Printer<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let area = elements(text, "<textarea").find(|tag| attribute(&text[tag.range()], "id") == Some("output"))?;
        let after = &text[area.end..];
        let length = find(after, "</textarea", 0).unwrap_or(after.len());
        let start = after.strip_prefix("\r\n").or_else(|| after.strip_prefix('\n')).map_or(after.len(), str::len);
        let start = (area.end + after.len() - start).min(area.end + length);
        let input = elements(text, "<input").find(|tag| attribute(&text[tag.range()], "name") == Some("pid"))?;
        let pid = attribute(&text[input.range()], "value")?.trim();
        let option = elements(text, "<option").find(|tag| text[tag.range()].contains("selected"));
        let chosen = option.and_then(|tag| attribute(&text[tag.range()], "value"));
        // A browser that rewrites a page gives every attribute a value, or leaves out all quotes.
        let tag = &text[area.range()];
        let saved = find(tag, "readonly=", 0).is_some() || !tag.contains(['"', '\'']);
        (!pid.is_empty()).then_some(Self { pid, content: Span::new(start, area.end + length), saved, chosen })
    }

    fn read(&self, input: &Input<'_>, source: &str, reading: Reading) -> Document {
        let mut file = Rewritten::default();
        if self.saved {
            PageText::of_element().append(&mut file, source, self.content);
        } else {
            file.copy(source, self.content);
        }
        let path = format!("{}{}", self.pid, extension(file.text(), self.chosen));
        let context = FileContext { path: input.context.path.entry(&path), ..input.context.clone() };
        let inner = Input { context: &context, bytes: file.text().as_bytes(), limits: input.limits };
        let read = || {
            let format = detect(&inner).map_or(&cfg_json::CfgJson as &dyn Format, |file| file.format);
            Detected::with_text(format, &inner, Text::utf8(inner.bytes)).read_file(reading)
        };
        let mut document = super::too_large(file.text()).unwrap_or_else(read);
        file.relocate(&mut document);
        (document.pid, document.jcr_path) = (None, None);
        document
    }
}

/// The extension for a file with this content.
fn extension(content: &str, chosen: Option<&str>) -> &'static str {
    match (content.trim_start().as_bytes().first(), chosen) {
        (Some(b'{'), _) => ".cfg.json",
        (Some(b'<'), _) | (_, Some("PROPERTIES" | "PROPERTIES_XML")) => ".properties",
        _ => ".config",
    }
}

/// The opening tags that begin with `start`.
fn elements<'t>(text: &'t str, start: &'static str) -> impl Iterator<Item = Span> + 't {
    let next = move |from: &usize| find(text, start, *from);
    let tags = std::iter::successors(next(&0), move |at| next(&(at + 1)));
    tags.filter_map(|at| Some(Span::new(at, at + text[at..].find('>')? + 1)))
}

/// The value of an attribute, in quotes of either kind.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let mut from = 0;
    while let Some(at) = tag[from..].find(name).map(|at| from + at) {
        let begins = tag[..at].ends_with(|c: char| c.is_ascii_whitespace() || matches!(c, '\'' | '"'));
        let value = tag[at + name.len()..].trim_start().strip_prefix('=').map(str::trim_start);
        if let Some(value) = value.filter(|_| begins) {
            return match value.chars().next()? {
                quote @ ('\'' | '"') => value[1..].split(quote).next(),
                _ => value.split(|c: char| c.is_ascii_whitespace() || c == '>').next(),
            };
        }
        from = at + name.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::Pid;
    use crate::source::{Limits, SourcePath};

    fn read(page: &str, reading: Reading) -> Document {
        let context = FileContext { path: SourcePath::file("page.html"), ..FileContext::default() };
        let input = Input { context: &context, bytes: page.as_bytes(), limits: &Limits::default() };
        assert!(ConsolePage.recognises(&RawFile::new(input)), "{page}");
        ConsolePage.read(&input, &Text::utf8(page.as_bytes()), reading)
    }

    #[test]
    fn the_status_page_holds_the_lines_of_the_dump() {
        let page = "<html><body>PID&nbsp;=&nbsp;no\n<pre>Status:&nbsp;1&nbsp;configurations\nPID&nbsp;=&nbsp;a.b.C.x\n\
            &nbsp;&nbsp;Factory&nbsp;PID&nbsp;=&nbsp;a.b.C\n&nbsp;&nbsp;name&nbsp;=&nbsp;a&amp;b&nbsp;&lt;c\n\
            </pre>\n<p>Apache</p></body></html>";
        for reading in [Reading::Tolerant, Reading::Aem] {
            let document = read(page, reading);
            assert_eq!(document.nodes.len(), 1);
            assert_eq!(document.nodes[0].pid, Some(Pid::factory("a.b.C", "x")));
            let value = &document.nodes[0].property("name").unwrap().values[0];
            assert_eq!((value.text.as_str(), &page[value.span.range()]), ("a&b <c", "a&amp;b&nbsp;&lt;c"));
        }
    }

    #[test]
    fn line_ends_may_be_elements() {
        let page = "<p>Date</p>\n<div>PID&nbsp;=&nbsp;a.b.C<br>&nbsp;&nbsp;x&nbsp;=&nbsp;1<br/>&nbsp;&nbsp;y = 2</div>";
        let document = read(page, Reading::Tolerant);
        assert_eq!((document.nodes[0].text("x"), document.nodes[0].text("y")), (Some("1"), Some("2")));
    }

    #[test]
    fn the_printer_names_the_configuration_beside_its_file() {
        let page = |content: &str, readonly: &str| {
            format!(
                "<form><input type='text' name='pid' ' value='a.b.C~x' class='i'><select><option value='JSON' selected>\
                 </select><textarea rows=\"20\" id=\"output\" {readonly}>\n{content}</textarea></form>"
            )
        };
        let json = page("{\"k\": \"a<b&c\"}", "readonly");
        let saved = page("{\"k\": \"a&lt;b&amp;c\"}", "readonly=\"\"");
        let felix = page("k=\"a<b&c\"\n", "readonly");
        for (page, written) in [(&json, "a<b&c"), (&saved, "a&lt;b&amp;c"), (&felix, "a<b&c")] {
            let document = read(page, Reading::Tolerant);
            assert_eq!(document.nodes[0].pid, Some(Pid::factory("a.b.C", "x")), "{page}");
            let value = &document.nodes[0].property("k").unwrap().values[0];
            assert_eq!((value.text.as_str(), &page[value.span.range()]), ("a<b&c", written), "{page}");
        }
    }
}
