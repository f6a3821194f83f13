//! Comments that suppress findings: `aem-ims-lint: ignore[rule, rule] reason`.
//!
//! Where a comment is safe because AEM itself ignores it:
//!
//! | format | comment | source |
//! |---|---|---|
//! | XML (docview, system view, `sling:OsgiConfig`) | `<!-- … -->` between elements | FileVault reads with SAX and takes no comments |
//! | `.cfg.json`, Configurator JSON, feature models | `// …`, `/* … */` | Felix `cm.json` `JSONMin`, "OSGi Configurator" §150.3 |
//! | `.config` | `# …` where a key may start | Felix `ConfigurationHandler#readInternal` |
//! | Sling-Initial-Content JSON | `// …`, `/* … */` | Sling content loader `JsonReader` |
//! | provisioning models | `# …` on a line of its own that is not the last | Sling `ModelReader` |
//! | `.cfg`, `.properties` | `# …`, `! …` at the start of a line | `java.util.Properties#load` |
//!
//! A comment at the top covers the file; after a property on its line, that property; otherwise the next property, or
//! the next element with its content.

use jiff::civil::Date;

use super::location::{Capture, Location};
use crate::bounded::char_floor;
use crate::format::traits::CommentSyntax;
use crate::format::{Document, Span, Text, traits_of};
use crate::source::Literal;

/// The prefix of such a comment.
const MARK: &str = "aem-ims-lint:";
/// Without this there is none.
pub static LITERALS: &[Literal] = &[Literal::new(MARK)];
/// Maximum length of a comment, in bytes.
const LONGEST: usize = 2000;
/// Maximum number of comments in one file.
const MOST: usize = 1000;
/// Maximum number of rules in a comment.
const MOST_RULES: usize = 64;

/// A comment that suppresses findings of its file.
#[derive(Clone, Debug, Default)]
pub struct InlineIgnore {
    /// The rules it names, as written.
    pub rules: Vec<String>,
    /// The reason; empty if there is none.
    pub reason: String,
    /// Last day on which it applies.
    pub until: Option<Date>,
    /// What is wrong with it, if it is invalid.
    pub fault: Option<String>,
    /// The comment.
    pub location: Location,
    /// First byte that it covers, in the file's own encoding.
    pub from: u64,
    /// One past the last byte that it covers.
    pub to: u64,
    /// The report that it was read from says whether it has expired.
    pub is_judged: bool,
}

/// The comments in one file.
pub(super) fn capture(format: &str, text: &Text<'_>, document: &Document, capture: &Capture<'_>) -> Vec<InlineIgnore> {
    let source = text.as_str();
    let mark = memchr::memmem::Finder::new(MARK);
    let Some(syntax) = traits_of(format).and_then(|traits| traits.comments) else { return Vec::new() };
    if mark.find(source.as_bytes()).is_none() {
        return Vec::new();
    }
    let map = Map::new(source, document);
    let mut ignores = Vec::new();
    let mut end = 0;
    while let Some(at) = mark.find(&source.as_bytes()[end..]).map(|at| end + at) {
        end = at + MARK.len();
        let Some(comment) = Comment::around(at, source, syntax).filter(|_| !map.is_in_property(at)) else { continue };
        end = end.max(comment.end);
        let mut ignore = parse(source[at + MARK.len()..comment.words].trim());
        if ignores.len() == MOST {
            ignore.fault = Some(format!("is not used, because this file has more than {MOST}; use `[[ignore]]`"));
        }
        (ignore.from, ignore.to) = match map.covered(&comment, syntax) {
            None => (0, u64::MAX),
            Some(span) => (text.position(span.start).offset, text.position(span.end).offset.max(1)),
        };
        ignore.location = capture.at(Span::new(comment.start, comment.end));
        ignores.push(ignore);
        if ignores.len() > MOST {
            break;
        }
    }
    ignores
}

/// A comment found around [`MARK`].
#[derive(Clone, Copy, Debug)]
struct Comment {
    start: usize,
    /// Where its words end.
    words: usize,
    end: usize,
}

impl Comment {
    /// The comment that the mark at `at` opens.
    fn around(at: usize, source: &str, syntax: CommentSyntax) -> Option<Self> {
        let blank = [' ', '\t'];
        let before = source[..at].trim_end_matches(blank);
        // No further than this, so that many marks in one long line cost no more than their number.
        let after = &source[at..char_floor(source, at + LONGEST)];
        let line_end = after.find(['\n', '\r']).map_or(at + after.len(), |end| at + end);
        let closed = |open: &str, close: &str| {
            let start = before.trim_end().strip_suffix(open)?.len();
            let words = at + after.find(close)?;
            Some(Comment { start, words, end: words + close.len() })
        };
        match syntax {
            CommentSyntax::Xml => closed("<!--", "-->"),
            CommentSyntax::Json => closed("/*", "*/").or_else(|| {
                let start = before.strip_suffix("//")?.len();
                Some(Comment { start, words: line_end, end: line_end })
            }),
            CommentSyntax::Hash | CommentSyntax::HashOrMark => {
                let bang = before.strip_suffix('!').filter(|_| syntax == CommentSyntax::HashOrMark);
                let open = before.strip_suffix('#').or(bang)?;
                let lead = open.trim_end_matches(blank);
                let alone = lead.is_empty() || lead.ends_with(['\n', '\r', '\u{feff}']);
                alone.then_some(Comment { start: open.len(), words: line_end, end: line_end })
            }
        }
    }
}

/// Where what a comment can cover begins, in order of the text.
struct Map<'a> {
    source: &'a str,
    document: &'a Document,
    /// Names and values of properties.
    spans: Vec<Span>,
    /// Properties from name to value.
    properties: Vec<Span>,
    /// Nodes that have a name in the text: where it begins, and their index.
    nodes: Vec<(usize, usize)>,
    /// [`ends`].
    ends: Vec<Option<usize>>,
    /// Offset of the first text that is neither blank nor a comment.
    top: usize,
}

impl<'a> Map<'a> {
    fn new(source: &'a str, document: &'a Document) -> Self {
        let all = || document.nodes.iter().flat_map(|node| &node.properties);
        let mut spans: Vec<Span> = all().flat_map(|p| [p.name_span, p.span]).collect();
        let mut properties: Vec<Span> = all().map(|p| p.name_span.to(p.span)).collect();
        let named = document.nodes.iter().enumerate().filter(|(_, node)| node.name_span.start > 0);
        let mut nodes: Vec<(usize, usize)> = named.map(|(index, node)| (node.name_span.start, index)).collect();
        spans.sort_unstable();
        properties.sort_unstable();
        nodes.sort_unstable();
        Self { source, document, spans, properties, nodes, ends: ends(document), top: top(source) }
    }

    fn is_in_property(&self, at: usize) -> bool {
        let after = self.spans.partition_point(|span| span.start <= at);
        self.spans[..after].last().is_some_and(|span| at < span.end)
    }

    /// What the comment covers; `None` for the whole file.
    fn covered(&self, comment: &Comment, syntax: CommentSyntax) -> Option<Span> {
        if comment.start <= self.top {
            return None;
        }
        let before = &self.properties[..self.properties.partition_point(|p| p.start < comment.start)];
        // No comment can stand between the attributes of an element.
        let same_line = |p: &&Span| syntax != CommentSyntax::Xml && self.is_one_line(p.end, comment.start);
        if let Some(property) = before.last().filter(same_line) {
            return Some(*property);
        }
        let property = self.properties.get(self.properties.partition_point(|p| p.start < comment.end));
        let node = self.nodes.get(self.nodes.partition_point(|(start, _)| *start < comment.end));
        match (property, node) {
            (Some(property), Some((start, _))) if property.start < *start => Some(*property),
            (_, Some((_, index))) => Some(self.subtree(*index)),
            (Some(property), None) => Some(*property),
            (None, None) => Some(Span::at(comment.end)),
        }
    }

    /// Whether no line ends between `from` and `to`.
    fn is_one_line(&self, from: usize, to: usize) -> bool {
        let between = self.source.get(from..to).filter(|between| between.len() < LONGEST);
        between.is_some_and(|between| !between.contains(['\n', '\r']))
    }

    /// From the name of a node to the name of the next one that is not below it.
    fn subtree(&self, index: usize) -> Span {
        let nodes = &self.document.nodes;
        let start = nodes[index].name_span.start;
        let after = self.ends[index].and_then(|after| nodes.get(after));
        let end = after.map(|node| node.name_span.start).filter(|end| *end > start);
        Span::new(start, end.unwrap_or(self.source.len()))
    }
}

/// For each node the next one that is not below it. Parents stand before their children: whatever has a parent from a
/// node on is below that node.
fn ends(document: &Document) -> Vec<Option<usize>> {
    let mut ends = vec![None; document.nodes.len()];
    let mut open: Vec<usize> = Vec::new();
    for (index, node) in document.nodes.iter().enumerate() {
        while let Some(above) = open.pop_if(|above| node.parent.is_none_or(|parent| parent < *above)) {
            ends[above] = Some(index);
        }
        open.push(index);
    }
    ends
}

/// Offset of the first text that is not blank, a comment, an XML declaration or a DOCTYPE.
fn top(source: &str) -> usize {
    let mut rest = source;
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
        let declaration = || after("<?", "?>").or_else(|| after("<!DOCTYPE", ">"));
        match after("<!--", "-->").or_else(declaration).or_else(|| after("/*", "*/")).or_else(line) {
            Some(next) => rest = next,
            None => return source.len() - rest.len(),
        }
    }
}

/// Reads `ignore[rule, until=2026-12-31] reason`, wherever it stands.
fn parse(words: &str) -> InlineIgnore {
    let mut parsed = InlineIgnore::default();
    let list = words.strip_prefix("ignore").and_then(|rest| rest.trim_start().strip_prefix('['));
    let Some((list, reason)) = list.and_then(|rest| rest.split_once(']')) else {
        parsed.fault = Some("does not have the form `ignore[rule] reason`".into());
        return parsed;
    };
    parsed.reason = reason.trim().trim_start_matches([':', '-']).to_owned();
    parsed.reason = parsed.reason.split_whitespace().collect::<Vec<_>>().join(" ");
    for word in list.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        match word.strip_prefix("until") {
            Some(date) => match date.trim_start_matches([' ', '=', ':']).parse() {
                Ok(date) => parsed.until = Some(date),
                Err(_) => parsed.fault = Some("has an invalid `until` date; write it as `until=2026-12-31`".into()),
            },
            None => parsed.rules.push(plain(word)),
        }
    }
    if parsed.rules.is_empty() {
        parsed.fault = Some("has no rule".into());
    } else if parsed.rules.len() > MOST_RULES {
        parsed.fault = Some(format!("has more than {MOST_RULES} rules"));
    } else if parsed.reason.is_empty() {
        parsed.fault = Some("has no reason".into());
    }
    parsed
}

/// A rule's name for messages: characters that no rule's name has become `?`.
fn plain(word: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '?' };
    word.chars().take(64).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::format::{self, Detected, Input, Reading};
    use crate::ims::SourceFile;
    use crate::repository::FileContext;
    use crate::source::{Limits, SourcePath};

    fn ignores(name: &str, content: &str) -> Vec<InlineIgnore> {
        let context = FileContext { path: SourcePath::file(name), ..FileContext::default() };
        let limits = Limits::default();
        let input = Input { context: &context, bytes: content.as_bytes(), limits: &limits };
        let Detected { format, text, .. } = format::detect(&input).unwrap();
        let document = format.read(&input, &text, Reading::Tolerant);
        let file = Arc::new(SourceFile { context: context.clone(), format: format.id(), ..SourceFile::default() });
        let capture_of = Capture::new(&text, file, &document);
        capture(format.id(), &text, &document, &capture_of)
    }

    /// What the only comment of a file covers.
    #[track_caller]
    fn covered<'a>(name: &str, content: &'a str) -> &'a str {
        let [ignore] = &ignores(name, content)[..] else { panic!("{:?}", ignores(name, content)) };
        if (ignore.from, ignore.to) == (0, u64::MAX) {
            "file"
        } else {
            &content[ignore.from as usize..ignore.to as usize]
        }
    }

    const FELIX: &str = "apps/x/config/a.b.C.config";
    const JSON: &str = "apps/x/config/a.b.C.cfg.json";
    const XML: &str = "jcr_root/apps/x/.content.xml";

    #[test]
    fn felix_comments() {
        let mark = "# aem-ims-lint: ignore[x] y\n";
        assert_eq!(covered(FELIX, &format!("{mark}a=\"1\"\nb=\"2\"\n")), "file");
        assert_eq!(covered(FELIX, &format!("# head\n{mark}a=\"1\"\n")), "file");
        assert!(covered(FELIX, &format!("a=\"1\"\n{mark}b=\"2\"\nc=\"3\"\n")).starts_with("b=\"2"));
        assert!(ignores(FELIX, "a=\"# aem-ims-lint: ignore[x] y\"\n").is_empty());
        assert!(ignores(FELIX, "a=[ \\\n# aem-ims-lint: ignore[x] y\n  \"1\", \\\n]\n").is_empty());
    }

    #[test]
    fn json_comments() {
        let mark = "// aem-ims-lint: ignore[x] y\n";
        assert!(covered(JSON, &format!("{{\n\"a\": 1,\n{mark}\"b\": 2,\n\"c\": 3}}")).contains("b\": 2"));
        assert!(covered(JSON, &format!("{{\n\"a\": 1, {mark}\"b\": 2}}")).contains("a\": 1"));
        assert!(ignores(JSON, "{\"a\": \"// aem-ims-lint: ignore[x] y\"}").is_empty());
    }

    #[test]
    fn xml_comments_cover_the_next_element_with_all_it_holds() {
        let page = |before: &str, between: &str| {
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{before}<jcr:root \
                 xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" jcr:primaryType=\"nt:unstructured\">{between}\
                 <one jcr:primaryType=\"nt:unstructured\"><two jcr:primaryType=\"nt:unstructured\"/></one>\
                 <three jcr:primaryType=\"nt:unstructured\"/></jcr:root>"
            )
        };
        let mark = "<!-- aem-ims-lint: ignore[x] y -->";
        assert_eq!(covered(XML, &page(mark, "")), "file");
        let page = page("", mark);
        let covered = covered(XML, &page);
        assert!(covered.starts_with("one ") && covered.contains("<two") && !covered.contains("three"), "{covered}");
    }

    #[test]
    fn many_comments_are_bounded_in_number_and_time() {
        let mut content = "a=\"1\"\n".to_owned();
        content.push_str(&"# aem-ims-lint: ignore[x] y\n".repeat(20_000));
        let found = ignores(FELIX, &content);
        assert_eq!(found.len(), MOST + 1);
        assert!(found[MOST].fault.as_ref().unwrap().contains("more than"));
        let one_line = format!("{{ \"a\": 1 {} }}", "/* aem-ims-lint:".repeat(20_000));
        assert!(ignores(JSON, &one_line).is_empty());
    }

    #[test]
    fn words() {
        let parsed = parse("ignore[a, b-c , until = 2026-12-31]: - because\n  of it");
        assert_eq!(parsed.rules, ["a", "b-c"]);
        assert_eq!(parsed.until, Some(jiff::civil::date(2026, 12, 31)));
        assert_eq!(parsed.fault, None);
        assert_eq!(parse("ignore[a`b|c] x").rules, ["a?b?c"]);
        assert!(parse("ignore[a] ").fault.is_some());
        assert!(parse("ignore a").fault.is_some());
    }
}
