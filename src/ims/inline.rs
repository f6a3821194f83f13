//! Comments that suppress findings: `aem-ims-lint: ignore[rule, rule] reason`.
//!
//! Where a comment is safe, that is where AEM itself passes over it:
//!
//! | format | comment | source |
//! |---|---|---|
//! | XML (docview, system view, `sling:OsgiConfig`) | `<!-- … -->` between elements | FileVault reads with SAX and takes no comments |
//! | `.cfg.json`, Configurator JSON, feature models | `// …`, `/* … */` | Felix `cm.json` `JSONMin`, "OSGi Configurator" §150.3 |
//! | `.config` | `# …` where a key may start | Felix `ConfigurationHandler#readInternal` |
//! | `.cfg`, `.properties` | `# …`, `! …` at the start of a line | `java.util.Properties#load` |
//!
//! A comment above everything else covers the file; behind a property on its line, that property; otherwise the next
//! property, or the next element with all it holds.

use jiff::civil::Date;

use super::location::{Capture, Location};
use crate::format::{Document, Span, Text};

/// What such a comment begins with.
const MARK: &str = "aem-ims-lint:";
/// Longest text of one comment that is read.
const LONGEST: usize = 2000;

/// A comment that suppresses findings of its file.
#[derive(Clone, Debug)]
pub struct InlineIgnore {
    /// The rules it names, as written.
    pub rules: Vec<String>,
    /// Why; empty when its author gave no reason.
    pub reason: String,
    /// Last day on which it counts.
    pub until: Option<Date>,
    /// What is wrong with it, so that it cannot count.
    pub fault: Option<String>,
    /// The comment.
    pub location: Location,
    /// First byte that it covers, in the file's own encoding.
    pub from: u64,
    /// One past the last byte that it covers.
    pub to: u64,
}

impl InlineIgnore {
    /// Whether a finding at `location` is covered.
    pub fn covers(&self, location: &Location) -> bool {
        let whole = self.from == 0 && self.to == u64::MAX;
        let inside = (self.from..self.to).contains(&location.start.offset);
        self.location.path() == location.path() && (whole || inside)
    }
}

/// The comments in one file.
pub(super) fn capture(format: &str, text: &Text<'_>, document: &Document, capture: &Capture<'_>) -> Vec<InlineIgnore> {
    let source = text.as_str();
    let Some(syntax) = Syntax::of(format) else { return Vec::new() };
    let mut ignores = Vec::new();
    let mut end = 0;
    while let Some(at) = memchr::memmem::find(&source.as_bytes()[end..], MARK.as_bytes()).map(|at| end + at) {
        end = at + MARK.len();
        if in_property(document, at) {
            continue;
        }
        let Some(comment) = syntax.comment(source, at) else { continue };
        end = end.max(comment.end.min(source.len()));
        let words = source[at + MARK.len()..comment.words].trim();
        let parsed = parse(words);
        let covered = covered(source, document, &comment);
        let (from, to) = match covered {
            None => (0, u64::MAX),
            Some(span) => (text.position(span.start).offset, text.position(span.end).offset.max(1)),
        };
        let location = capture.at(Span::new(comment.start, comment.end));
        ignores.push(InlineIgnore { location, from, to, ..parsed.into_ignore(capture) });
    }
    ignores
}

/// How a format writes comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Syntax {
    Xml,
    Json,
    /// `#` as the first character of a line, and `!` where the flag says so.
    Hash(bool),
}

/// A comment found around [`MARK`].
#[derive(Clone, Copy, Debug)]
struct Comment {
    start: usize,
    /// Where its words end.
    words: usize,
    end: usize,
}

impl Syntax {
    fn of(format: &str) -> Option<Self> {
        match format {
            "felix-config" => Some(Self::Hash(false)),
            "properties" => Some(Self::Hash(true)),
            "docview" | "unrecognised-docview" | "system-view" | "initial-content-xml" => Some(Self::Xml),
            "cfg-json" | "configurator" | "feature-model" => Some(Self::Json),
            _ => None,
        }
    }

    /// The comment that the mark at `at` opens.
    fn comment(self, source: &str, at: usize) -> Option<Comment> {
        let before = source[..at].trim_end_matches([' ', '\t']);
        let line_end = source[at..].find(['\n', '\r']).map_or(source.len(), |end| at + end);
        let closed = |open: &str, close: &str| {
            let start = before.trim_end().strip_suffix(open)?.len();
            let words = at + source[at..].find(close)?;
            Some(Comment { start, words, end: words + close.len() })
        };
        match self {
            Self::Xml => closed("<!--", "-->"),
            Self::Json => closed("/*", "*/").or_else(|| {
                let start = before.strip_suffix("//")?.len();
                Some(Comment { start, words: line_end, end: line_end })
            }),
            Self::Hash(bang) => {
                let open = before.strip_suffix('#').or_else(|| before.strip_suffix('!').filter(|_| bang))?;
                let line_start = open.rfind(['\n', '\r']).map_or(0, |end| end + 1);
                let alone = open[line_start..].trim_matches([' ', '\t', '\u{feff}']).is_empty();
                alone.then_some(Comment { start: open.len(), words: line_end, end: line_end })
            }
        }
    }
}

fn in_property(document: &Document, at: usize) -> bool {
    let inside = |span: Span| span.start <= at && at < span.end;
    document.nodes.iter().flat_map(|node| &node.properties).any(|p| inside(p.span) || inside(p.name_span))
}

/// What the comment covers; `None` for the whole file.
fn covered(source: &str, document: &Document, comment: &Comment) -> Option<Span> {
    if is_top(&source[..comment.start]) {
        return None;
    }
    let line_start = source[..comment.start].rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let properties = || document.nodes.iter().flat_map(|node| &node.properties);
    let on_line = properties().rfind(|p| (line_start..comment.start).contains(&p.name_span.start));
    if let Some(property) = on_line {
        return Some(property.name_span.to(property.span));
    }
    let next = |start: usize| start >= comment.end;
    let property = properties().filter(|p| next(p.name_span.start)).min_by_key(|p| p.name_span.start);
    let node = document.nodes.iter().position(|node| next(node.name_span.start) && node.name_span.start > 0);
    match (property, node) {
        (Some(property), Some(node)) if property.name_span.start < document.nodes[node].name_span.start => {
            Some(property.name_span.to(property.span))
        }
        (_, Some(node)) => Some(subtree(source, document, node)),
        (Some(property), None) => Some(property.name_span.to(property.span)),
        (None, None) => Some(Span::at(comment.end)),
    }
}

/// From the name of a node to the name of the next one that is not below it.
fn subtree(source: &str, document: &Document, index: usize) -> Span {
    let start = document.nodes[index].name_span.start;
    let below = |node: &crate::format::Node| node.parent.is_some_and(|parent| parent >= index);
    let after = document.nodes[index + 1..].iter().find(|node| !below(node));
    let end = after.map(|node| node.name_span.start).filter(|end| *end > start).unwrap_or(source.len());
    Span::new(start, end)
}

/// Whether nothing but blanks, comments, the XML declaration and the DOCTYPE stand in `before`.
fn is_top(before: &str) -> bool {
    let mut rest = before;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let after = |open: &str, close: &str| {
            let inner = rest.strip_prefix(open)?;
            inner.find(close).map(|end| &inner[end + close.len()..])
        };
        let line = || {
            let comment = rest.starts_with("//") || rest.starts_with('#') || rest.starts_with('!');
            comment.then(|| rest.find(['\n', '\r']).map_or("", |end| &rest[end..]))
        };
        let next = after("<!--", "-->").or_else(|| after("<?", "?>")).or_else(|| after("/*", "*/")).or_else(line);
        match next {
            Some(next) => rest = next,
            None => return rest.is_empty(),
        }
    }
}

/// The words of a comment.
struct Words {
    rules: Vec<String>,
    reason: String,
    until: Option<Date>,
    fault: Option<String>,
}

impl Words {
    fn into_ignore(self, capture: &Capture<'_>) -> InlineIgnore {
        let Self { rules, reason, until, fault } = self;
        let location = Location::of_file(std::sync::Arc::clone(capture.file()));
        InlineIgnore { rules, reason, until, fault, location, from: 0, to: 0 }
    }
}

/// Reads `ignore[rule, until=2026-12-31] reason`.
fn parse(words: &str) -> Words {
    let mut parsed = Words { rules: Vec::new(), reason: String::new(), until: None, fault: None };
    let list = words.strip_prefix("ignore").and_then(|rest| rest.trim_start().strip_prefix('['));
    let Some((list, reason)) = list.and_then(|rest| rest.split_once(']')) else {
        parsed.fault = Some("is not of the form `ignore[rule] reason`".into());
        return parsed;
    };
    parsed.reason = reason.trim().trim_start_matches([':', '-']).chars().take(LONGEST).collect::<String>();
    parsed.reason = parsed.reason.split_whitespace().collect::<Vec<_>>().join(" ");
    for word in list.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        match word.strip_prefix("until") {
            Some(date) => match date.trim_start_matches([' ', '=', ':']).parse() {
                Ok(date) => parsed.until = Some(date),
                Err(_) => parsed.fault = Some("has an `until` that is no date such as `until=2026-12-31`".into()),
            },
            None => parsed.rules.push(plain(word)),
        }
    }
    if parsed.rules.is_empty() {
        parsed.fault = Some("names no rule".into());
    } else if parsed.reason.is_empty() {
        parsed.fault = Some("gives no reason".into());
    }
    parsed
}

/// A rule's name as it may stand in messages: what no rule's name has becomes `?`.
fn plain(word: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '?' };
    word.chars().take(64).map(letter).collect()
}
