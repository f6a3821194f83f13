//! YAML, by way of `saphyr-parser`: credentials, workflows and settings of Adobe's tools. AEM does not read it, so both
//! readings are the same.
//!
//! Every mapping is a node whose path consists of the keys above it. Members of mappings below it have dotted names,
//! down to `DEEPEST` dots, so that a recogniser sees a value beside its context. An alias of a short scalar is
//! resolved; an alias of a mapping or a list is left out, so that no file grows beyond its written content.

use std::borrow::Cow;
use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span as YamlSpan};

use super::flat::flatten;
use super::json::{ItemKind, Json, Tree, TreeBuilder, WrittenText};
use super::traits::{Origin, Stores, Traits};
use super::{
    Document, Format, Input, MAX_CONFIGURATION, MAX_VALUES, Node, Problem, RawFile, Reading, Span, Text, too_large,
    too_many_values,
};

/// Maximum number of dots in the name of a property: how deep below a mapping its members are included.
const DEEPEST: usize = 3;

/// Maximum length of a scalar that an alias is resolved to, in bytes.
const LONGEST_ALIAS: usize = 4096;

/// Any YAML file.
#[derive(Debug)]
pub struct Yaml;

impl Format for Yaml {
    fn traits(&self) -> Traits {
        Traits { origin: Origin::AnyProgram, ..Traits::written("yaml", Stores::Documents, None) }
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        let name = input.context.file_name();
        [".yaml", ".yml"].iter().any(|extension| name.ends_with(extension))
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, _reading: Reading) -> Document {
        if let Some(unread) = too_large(text.as_str()) {
            return unread;
        }
        let Stream { trees, problem, limit } = parse(text.as_str(), input.limits.max_nesting);
        // A template of another program is not YAML before that program has run.
        let problem = problem.filter(|_| !is_template(text.as_str()));
        let mut document = Document { problem, limit, ..Document::default() };
        let mut count = 0;
        for root in trees.iter().filter_map(Tree::root) {
            add(root, "", &mut document, &mut count);
        }
        document
    }
}

/// Whether the text contains `{{` other than in `${{`, the expressions of workflows.
fn is_template(text: &str) -> bool {
    text.match_indices("{{").any(|(at, _)| !text[..at].ends_with('$'))
}

/// Adds the nodes of `root`, parents first.
fn add(root: Json<'_>, path: &str, document: &mut Document, count: &mut usize) {
    let mut waiting = vec![(root, path.to_owned(), None)];
    while let Some((value, path, parent)) = waiting.pop() {
        let mut inside = parent;
        if value.is_object() {
            let flat = flatten(value, |name| name.bytes().filter(|byte| *byte == b'.').count() > DEEPEST);
            *count += flat.properties.iter().map(|property| property.values.len().max(1)).sum::<usize>();
            document.limit = document.limit.take().or(flat.limit);
            if *count > MAX_VALUES {
                document.limit = document.limit.take().or_else(|| Some(too_many_values(value.span().start)));
                return;
            }
            inside = Some(document.nodes.len());
            let name_span = value.key_span();
            document.nodes.push(Node {
                path: path.clone(),
                parent,
                name_span,
                properties: flat.properties,
                ..Node::default()
            });
        }
        let first = waiting.len();
        for (index, child) in value.children().enumerate().filter(|(_, child)| child.is_container()) {
            let name = child.key().map_or_else(|| Cow::Owned(index.to_string()), Cow::Borrowed);
            let below = if path.is_empty() { name.into_owned() } else { format!("{path}/{name}") };
            waiting.push((child, below, inside));
        }
        waiting[first..].reverse();
    }
}

/// The documents of a text.
#[derive(Debug, Default)]
pub(super) struct Stream<'t> {
    /// One tree per document; for a broken text, those before the error and what was read of the last one.
    pub(super) trees: Vec<Tree<'t>>,
    /// Why the text could not be read to its end.
    pub(super) problem: Option<Problem>,
    /// The limit that was reached.
    pub(super) limit: Option<Problem>,
}

/// Parses `text`, which is at most [`MAX_CONFIGURATION`] long.
pub(super) fn parse(text: &str, max_nesting: usize) -> Stream<'_> {
    let mut stream = Stream::default();
    if text.len() > MAX_CONFIGURATION {
        return stream;
    }
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut reader = YamlReader::new(text, start);
    for next in Parser::new_from_str(&text[start..]) {
        let (event, place) = match next {
            Ok(event) => event,
            Err(error) => {
                let offset = reader.places.byte(error.marker().index());
                stream.problem = Some(Problem::new(offset, "the file is not valid YAML"));
                break;
            }
        };
        let span = reader.places.span(place);
        if matches!(event, Event::DocumentEnd) {
            stream.trees.push(reader.end_document(span.end));
            continue;
        }
        if reader.builder.depth() >= max_nesting && !matches!(event, Event::MappingEnd | Event::SequenceEnd) {
            stream.limit = Some(Problem::new(span.start, format!("values are nested deeper than {max_nesting}")));
            break;
        }
        reader.count += 1;
        if reader.count > 4 * MAX_VALUES {
            stream.limit = Some(too_many_values(span.start));
            break;
        }
        reader.event(event, span);
    }
    if reader.builder.len() > 0 {
        stream.trees.push(reader.end_document(text.len()));
    }
    stream
}

/// An open mapping or sequence.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OpenCollection {
    Sequence,
    Mapping,
    /// A mapping or sequence that is a key, and everything inside it.
    Key,
}

struct YamlReader<'t> {
    text: &'t str,
    places: Places,
    builder: TreeBuilder,
    open: Vec<OpenCollection>,
    /// The key of the next value of the innermost mapping.
    key: Option<WrittenText>,
    /// Short scalars that have an anchor.
    anchors: HashMap<usize, Cow<'t, str>>,
    /// Number of events in all documents.
    count: usize,
}

impl<'t> YamlReader<'t> {
    fn new(text: &'t str, start: usize) -> Self {
        Self {
            text,
            places: Places::new(text, start),
            builder: TreeBuilder::default(),
            open: Vec::new(),
            key: None,
            anchors: HashMap::new(),
            count: 0,
        }
    }

    fn end_document(&mut self, end: usize) -> Tree<'t> {
        self.open.clear();
        self.key = None;
        self.anchors.clear();
        std::mem::take(&mut self.builder).finish(self.text, end)
    }

    fn event(&mut self, event: Event<'t>, span: Span) {
        match event {
            Event::Scalar(value, style, anchor, _) => {
                let span = self.inner(span, style);
                if anchor > 0 && value.len() <= LONGEST_ALIAS {
                    self.anchors.insert(anchor, value.clone());
                }
                self.scalar(value, style == ScalarStyle::Plain, span);
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor).cloned() {
                Some(value) => self.scalar(value, false, span),
                None => self.scalar(Cow::Borrowed(""), true, span),
            },
            Event::SequenceStart(..) => self.start(ItemKind::Array, OpenCollection::Sequence, span),
            Event::MappingStart(..) => self.start(ItemKind::Object, OpenCollection::Mapping, span),
            Event::SequenceEnd | Event::MappingEnd => {
                if self.open.pop() != Some(OpenCollection::Key) {
                    self.builder.close(span.end);
                } else if self.open.last() != Some(&OpenCollection::Key) {
                    // The key ended, and no property has such a key.
                    self.key = Some(WrittenText { meant: Some("".into()), span });
                }
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {}
        }
    }

    fn start(&mut self, kind: ItemKind, open: OpenCollection, span: Span) {
        let is_key = match self.open.last() {
            Some(OpenCollection::Key) => true,
            Some(OpenCollection::Mapping) => self.key.is_none(),
            Some(OpenCollection::Sequence) | None => false,
        };
        if is_key {
            self.open.push(OpenCollection::Key);
            return;
        }
        let key = self.key.take();
        self.builder.add(kind, WrittenText::at(span), key);
        self.open.push(open);
    }

    fn scalar(&mut self, value: Cow<'t, str>, plain: bool, span: Span) {
        match self.open.last() {
            Some(OpenCollection::Key) => {}
            Some(OpenCollection::Mapping) if self.key.is_none() => {
                self.key = Some(WrittenText::new(self.text, span, value));
            }
            _ => {
                let (kind, key) = (kind_of(&value, plain), self.key.take());
                self.builder.add(kind, WrittenText::new(self.text, span, value), key);
            }
        }
    }

    /// Where a scalar is written, without quotes and without the indicator and indentation of a block.
    fn inner(&self, span: Span, style: ScalarStyle) -> Span {
        let written = &self.text[span.range()];
        match style {
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted if written.len() >= 2 => {
                Span::new(span.start + 1, span.end - 1)
            }
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let skipped = match written.starts_with(['|', '>']) {
                    true => written.find('\n').map_or(written.len(), |line| line + 1),
                    false => 0,
                };
                let rest = &written[skipped..];
                let start = span.start + skipped + (rest.len() - rest.trim_start().len());
                Span::new(start, start + rest.trim().len())
            }
            _ => Span::new(span.start, span.start + written.trim_end().len()),
        }
    }
}

/// The kind of a scalar in the core schema of YAML 1.2.
fn kind_of(text: &str, plain: bool) -> ItemKind {
    match text {
        _ if !plain => ItemKind::String(()),
        "" | "~" | "null" | "Null" | "NULL" => ItemKind::Null,
        "true" | "True" | "TRUE" => ItemKind::Bool(true),
        "false" | "False" | "FALSE" => ItemKind::Bool(false),
        _ if text.bytes().all(|b| b.is_ascii_digit() || b".-+eE".contains(&b)) && text.parse::<f64>().is_ok() => {
            ItemKind::Number(())
        }
        _ => ItemKind::String(()),
    }
}

/// Converts positions in characters to positions in bytes.
struct Places {
    start: usize,
    length: usize,
    /// Byte offset of every character; empty if all characters are ASCII.
    bytes: Vec<u32>,
}

impl Places {
    fn new(text: &str, start: usize) -> Self {
        let rest = &text[start..];
        let bytes = match rest.is_ascii() {
            true => Vec::new(),
            // The text is at most `MAX_CONFIGURATION` long.
            false => rest.char_indices().filter_map(|(at, _)| u32::try_from(at).ok()).collect(),
        };
        Self { start, length: rest.len(), bytes }
    }

    fn byte(&self, index: usize) -> usize {
        let inside = match self.bytes.is_empty() {
            true => index.min(self.length),
            false => self.bytes.get(index).map_or(self.length, |byte| *byte as usize),
        };
        self.start + inside
    }

    fn span(&self, place: YamlSpan) -> Span {
        let start = self.byte(place.start.index());
        Span::new(start, self.byte(place.end.index()).max(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every scalar with its path, and the text at its span.
    fn scalars(text: &str) -> Vec<(String, String, String)> {
        let stream = parse(text, 64);
        assert_eq!(stream.problem, None);
        let mut found = Vec::new();
        for root in stream.trees.iter().filter_map(Tree::root) {
            for property in flatten(root, |_| false).properties {
                for value in property.values {
                    found.push((property.name.clone(), value.text, text[value.span.range()].to_owned()));
                }
            }
        }
        found
    }

    #[test]
    fn every_value_is_where_its_span_says() {
        let text =
            "\u{feff}# é\na: 'x'\nb: [ \"y\", z ] # no\nc:\n  d: ${{ secrets.X }}\n  e: |\n    one\n    two\nf: é\n";
        let found = scalars(text);
        let written: Vec<_> = found.iter().map(|(name, _, written)| (name.as_str(), written.as_str())).collect();
        let expected =
            [("a", "x"), ("b", "y"), ("b", "z"), ("c.d", "${{ secrets.X }}"), ("c.e", "one\n    two"), ("f", "é")];
        assert_eq!(written, expected);
        assert_eq!(found[4].1, "one\ntwo\n");
    }

    #[test]
    fn an_alias_is_a_scalar_and_never_grows() {
        let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\nd: &d one\ne: *d\n";
        let found = scalars(bomb);
        assert!(found.iter().any(|(name, value, _)| name == "e" && value == "one"));
        assert!(found.len() < 12, "{found:?}");
    }

    #[test]
    fn deep_nesting_is_a_limit_and_a_fault_is_a_problem() {
        // The parser may reject it before the bound is reached; in both cases, nothing grows with it.
        let deep = parse("[[[[[[[[a]]]]]]]]", 4);
        assert!(deep.limit.is_some() || deep.problem.is_some());
        let deeper = "[".repeat(500) + &"]".repeat(500);
        let deeper = parse(&deeper, 64);
        assert!(deeper.limit.is_some() || deeper.problem.is_some());
        assert!(parse("a: 'b\nc: d\n", 64).problem.is_some());
        assert!(parse("? [a, {b: c}]\n: d\ne: f\n", 64).problem.is_none());
    }

    #[test]
    fn keys_that_are_collections_do_not_shift_the_others() {
        let found = scalars("? [a, {b: c}]\n: d\ne: f\n");
        assert!(found.iter().any(|(name, value, _)| name == "e" && value == "f"), "{found:?}");
    }
}
