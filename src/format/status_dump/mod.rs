//! The Felix web console's configuration status: the section *Configurations* of `configuration-status-*.txt`, its own
//! entry in the status `.zip` (`012_Configurations.txt`), and the same lines as a JSON array.
//!
//! Written by `ConfigurationAdminConfigurationPrinter`, `ConfigurationRender#infoLine` and `Util#toString` of the web
//! console and by `PlainTextConfigurationWriter`, `ZipConfigurationWriter` and `JSONConfigurationWriter` of the
//! inventory. Values are printed unescaped, so a value with line ends spans several lines, and the separators of an
//! array cannot be reliably told from commas in its values.

mod json_lines;
#[cfg(test)]
mod tests;

pub(super) use json_lines::json_string;

use std::borrow::Cow;
use std::collections::HashSet;

use super::console_page::{self, PageText};
use super::copied_lines::{Layout, trim_end_of_line};
use super::osgi::looks_like_markup;
use super::rewritten::Rewritten;
use super::traits::{FlatLines, Origin, Stores, Traits};
use super::web_console_json::json_start;
use super::{
    Document, Format, Input, MAX_CONFIGURATION, MAX_VALUES, Node, Property, RawFile, Reading, Span, Text, Value, text,
    too_many_values,
};
use crate::repository::{Pid, installer};

/// Begins the first line of the printer's output.
const STATUS: &str = "Status: ";
/// Begins the line that names a configuration.
const PID: &str = "PID = ";
/// Begins the line that names a section in a dump of all printers.
const SECTION: &str = "*** ";
/// Title of the section that is read.
const CONFIGURATIONS: &str = "Configurations";
/// Printed before the properties; not a property of the configuration.
const FACTORY_PID: &str = "Factory PID";
/// Likewise.
const BUNDLE_LOCATION: &str = "BundleLocation";

/// The web console's configuration status.
#[derive(Debug)]
pub struct StatusDump;

impl Format for StatusDump {
    fn traits(&self) -> Traits {
        Traits {
            origin: Origin::Printed,
            flat_lines: FlatLines::Always,
            ..Traits::exported("status-dump", Stores::Configurations)
        }
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        if json_lines::is_json(input.bytes) {
            return true;
        }
        // Other text may begin with a bracket as well; a large file that does is another export.
        if json_start(input.bytes).is_some() && input.bytes.len() > MAX_CONFIGURATION {
            return false;
        }
        let bytes = input.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input.bytes);
        !looks_like_markup(bytes) && (begins_as_status(bytes) || layout(bytes).is_some())
    }

    fn decode<'a>(&self, input: &Input<'a>) -> Text<'a> {
        Text::utf8_or_ansi(input.bytes)
    }

    fn printed<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match layout(text.as_bytes()).filter(|layout| !layout.is_plain()) {
            Some(layout) => Cow::Owned(layout.printed(text)),
            None => Cow::Borrowed(text),
        }
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        if json_lines::is_json(input.bytes) {
            return json_lines::read(text, input.limits.max_nesting, reading);
        }
        match Layout::of(text.as_str().as_bytes()).filter(|layout| !layout.is_plain()) {
            Some(layout) => copied(text.as_str(), &layout, reading),
            None => Dump::read(text.as_str(), reading),
        }
    }
}

/// The layout of a dump, or of the list of the OSGi installer.
fn layout(bytes: &[u8]) -> Option<Layout> {
    Layout::of(bytes).or_else(|| Layout::of_list(bytes, installer::TITLE))
}

/// Whether the text begins like the output of one printer, even if it contains no configuration.
fn begins_as_status(bytes: &[u8]) -> bool {
    let line = bytes.split(|&byte| byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    let is_status = line.starts_with(STATUS.as_bytes()) && memchr::memmem::find(line, b"onfigurations").is_some();
    let title = line.strip_prefix(SECTION.as_bytes()).and_then(|rest| rest.strip_suffix(b":"));
    is_status
        || line == installer::TITLE.as_bytes()
        || title.is_some_and(|title| PRINTERS.iter().any(|known| known.as_bytes() == title))
}

/// Titles of printers whose output people are asked for.
const PRINTERS: [&str; 8] = [
    CONFIGURATIONS,
    "Bundles",
    "Components",
    "OSGi Installer",
    "Product Information",
    "Sling Settings",
    "System Properties",
    "Topology Management",
];

/// Reads a page, mapping one configuration at a time.
pub(super) fn page(source: &str, page: &mut PageText, reading: Reading) -> Document {
    let lines = lines(source, 0).map(|line| (line.start, begins_block(&source[line.range()])));
    by_block(source, lines, !has_sections(source), reading, |out, span| page.append(out, source, span))
}

/// Reads a dump in another layout, one configuration after the other.
fn copied(source: &str, layout: &Layout, reading: Reading) -> Document {
    let is_first = |line: Span| layout.inside(source, line).is_some_and(|inside| begins_block(&source[inside.range()]));
    let lines = layout.lines(source).map(|line| (line.start, is_first(line)));
    by_block(source, lines, !has_sections(source), reading, |out, span| {
        for line in layout.lines(&source[span.range()]) {
            if let Some(inside) = layout.inside(source, line.shifted(span.start)) {
                layout.append(out, source, inside);
            }
        }
    })
}

/// Reads a text block by block. `lines` gives the start of each line and whether it begins a block; `append` converts a
/// part to what the console printed.
fn by_block(
    source: &str,
    lines: impl Iterator<Item = (usize, bool)>,
    in_section: bool,
    reading: Reading,
    mut append: impl FnMut(&mut Rewritten, Span),
) -> Document {
    let mut all = Document::default();
    let mut state = State { in_section, count: 0, is_end: false };
    let mut read = |span: Span, is_end: bool| {
        let mut out = Rewritten::default();
        append(&mut out, span);
        state.is_end = is_end;
        let mut block = Dump::read_on(out.text(), &mut state, reading);
        out.relocate(&mut block);
        all.limit = all.limit.take().or(block.limit);
        all.nodes.append(&mut block.nodes);
    };
    let mut start = 0;
    for (at, begins) in lines {
        if at > start && begins {
            read(Span::new(start, at), false);
            start = at;
        }
    }
    read(Span::new(start, source.len()), true);
    all
}

/// Whether a line of a page names a configuration or a section.
fn begins_block(line: &str) -> bool {
    let mut line = line;
    while let Some((_, rest)) = line.strip_prefix('<').and_then(|tag| tag.split_once('>')) {
        line = rest;
    }
    let names = |rest: &str| rest.starts_with([' ', '&', '\u{a0}']);
    line.strip_prefix("PID").is_some_and(names) || line.strip_prefix("***").is_some_and(names)
}

/// Whether a dump of all printers says where its configurations begin.
fn has_sections(text: &str) -> bool {
    memchr::memmem::find_iter(text.as_bytes(), CONFIGURATIONS.as_bytes()).any(|at| {
        let begins =
            |blank: &&[u8]| text.as_bytes()[..at].strip_suffix(*blank).is_some_and(|rest| rest.ends_with(b"***"));
        console_page::BLANKS.iter().any(begins) && text[at + CONFIGURATIONS.len()..].starts_with(':')
    })
}

/// Begin a line that ends a quotation in tickets and pages.
const FENCES: [&str; 5] = ["```", "~~~", "{code", "{noformat", "</"];

/// Reads the lines of a dump one after the other.
pub(super) struct Dump<'t> {
    text: &'t str,
    nodes: Vec<Node>,
    /// Names of the last node's properties, in lower case: configuration keys are unique ignoring case.
    names: HashSet<String>,
    /// The value that a following line may continue.
    open: OpenValue,
    state: &'t mut State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum OpenValue {
    None,
    /// A line that is not a property; its continuation is ignored too.
    Ignored,
    /// The last property of the last node.
    Property,
}

/// The state between one part of a dump and the next.
struct State {
    in_section: bool,
    /// Nodes, properties and elements of arrays so far.
    count: usize,
    /// The dump ends here.
    is_end: bool,
}

impl<'t> Dump<'t> {
    /// Reads a complete dump.
    pub(super) fn read(text: &str, reading: Reading) -> Document {
        let begins_with_section = text.trim_start_matches('\u{feff}').starts_with(SECTION);
        let mut state = State { in_section: !has_sections(text) && !begins_with_section, count: 0, is_end: true };
        Dump::read_on(text, &mut state, reading)
    }

    fn read_on(text: &'t str, state: &'t mut State, reading: Reading) -> Document {
        let mut dump = Dump { text, nodes: Vec::new(), names: HashSet::new(), open: OpenValue::None, state };
        let mut limit = None;
        let begin = text.len() - text.trim_start_matches('\u{feff}').len();
        for line in lines(text, begin) {
            if let Some(title) = text[line.range()].strip_prefix(SECTION).and_then(|rest| rest.strip_suffix(':')) {
                dump.state.in_section = title == CONFIGURATIONS;
                dump.open = OpenValue::None;
            } else if dump.state.in_section {
                if dump.state.count >= MAX_VALUES {
                    limit = Some(too_many_values(line.start));
                    break;
                }
                dump.line(line);
            }
        }
        if dump.state.is_end {
            dump.end();
        }
        Document { nodes: dump.finish(reading), limit, ..Document::default() }
    }

    fn line(&mut self, line: Span) {
        let text = &self.text[line.range()];
        if let Some(pid) = text.strip_prefix(PID) {
            let span = Span::new(line.start + PID.len(), line.end);
            self.state.count += 1;
            if let Some(last) = self.nodes.last_mut() {
                last.properties.shrink_to_fit();
            }
            self.nodes.push(Node {
                path: pid.to_owned(),
                pid: Some(Pid::singleton(pid)),
                name_span: span,
                ..Node::default()
            });
            self.names.clear();
            self.open = OpenValue::Ignored;
        } else if self.nodes.is_empty() || text.is_empty() {
            // The status line; or the end of a configuration, unless the following line continues the value.
        } else if FENCES.iter().any(|fence| text.starts_with(fence)) {
            self.open = OpenValue::Ignored;
        } else if let Some((key, value)) = self.property(text) {
            let key = Span::new(line.start + 2, line.start + 2 + key);
            self.pair(key, Span::new(line.start + value, line.end));
        } else if self.open == OpenValue::Property
            && let Some(property) = self.nodes.last_mut().and_then(|node| node.properties.last_mut())
        {
            property.span.end = line.end;
        }
    }

    /// Length of the key and offset of the value in a line `  key = value`; `None` for a line that continues a value.
    fn property(&self, line: &str) -> Option<(usize, usize)> {
        let rest = line.strip_prefix("  ")?;
        // An empty value may have lost its trailing space to an editor.
        let (key, _) = rest.split_once(" = ").or_else(|| Some((rest.strip_suffix(" =")?, "")))?;
        let known = [FACTORY_PID, BUNDLE_LOCATION].contains(&key);
        let name = known || (!key.is_empty() && !key.contains(char::is_whitespace));
        let value = (2 + key.len() + " = ".len()).min(line.len());
        (name && !self.names.contains(&key.to_lowercase())).then_some((key.len(), value))
    }

    fn pair(&mut self, key: Span, value: Span) {
        let Some(node) = self.nodes.last_mut() else { return };
        let name = &self.text[key.range()];
        self.names.insert(name.to_lowercase());
        self.open = OpenValue::Ignored;
        if name == FACTORY_PID && node.properties.is_empty() {
            node.pid = Some(factory_pid(&node.path, &self.text[value.range()]));
        } else if name != BUNDLE_LOCATION || !node.properties.is_empty() {
            self.state.count += 1;
            // The text is added when all its lines are known.
            node.properties.push(Property::string(name, key, Value { text: String::new(), span: value }));
            self.open = OpenValue::Property;
        }
    }

    /// Text after the dump, such as a shell prompt or the end of a mail, is not part of its last value: that value ends
    /// with its first line if a blank line follows. An open array continues.
    fn end(&mut self) {
        let open = self.nodes.last_mut().filter(|_| self.open == OpenValue::Property);
        if let Some(property) = open.and_then(|node| node.properties.last_mut()) {
            let text = &self.text[property.span.range()];
            let mut parts = text.split('\n');
            let (first, second) = (parts.next().unwrap_or_default(), parts.next());
            let is_whole = !first.starts_with('[') || first.trim_end().ends_with(']');
            if is_whole && second.is_some_and(|second| second.trim().is_empty()) {
                property.span.end = property.span.start + first.strip_suffix('\r').unwrap_or(first).len();
            }
        }
    }

    /// Values are created when all their lines are known.
    fn finish(mut self, reading: Reading) -> Vec<Node> {
        for property in self.nodes.iter_mut().flat_map(|node| &mut node.properties) {
            let text = &self.text[property.span.range()];
            let inside = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            property.values = match inside {
                // An array with too many elements stays as printed.
                Some(inside) if reading == Reading::Tolerant && self.state.count + commas(inside) <= MAX_VALUES => {
                    self.state.count += commas(inside);
                    property.multiple = true;
                    elements(inside, property.span.start + 1)
                }
                _ => vec![Value { text: text.to_owned(), span: property.span }],
            };
        }
        self.nodes
    }
}

fn commas(text: &str) -> usize {
    memchr::memchr_iter(b',', text.as_bytes()).count()
}

/// The elements of a printed array, which `Util#toString` separates with `", "`.
fn elements(inside: &str, mut start: usize) -> Vec<Value> {
    if inside.is_empty() {
        return Vec::new();
    }
    let value = |text: &str| {
        let span = Span::new(start, start + text.len());
        start = span.end + ", ".len();
        Value { text: text.to_owned(), span }
    };
    inside.split(", ").map(value).collect()
}

/// The PID of a factory configuration: Configuration Admin joins factory PID and name with `~`, or with `.` before a
/// generated name; the Sling installer with `-` or `.`.
pub(super) fn factory_pid(pid: &str, factory: &str) -> Pid {
    let name = pid.strip_prefix(factory).and_then(|rest| rest.strip_prefix(['~', '.', '-']));
    Pid::factory(factory, name.unwrap_or(pid))
}

/// The lines of `text` from `start` on, without their ends.
fn lines(text: &str, start: usize) -> impl Iterator<Item = Span> + '_ {
    let lines = text::lines(&text[start..], '\n');
    lines.map(move |(at, line)| Span::new(start + at, start + at + trim_end_of_line(line).len()))
}
