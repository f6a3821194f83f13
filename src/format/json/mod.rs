//! JSON with positions: a syntax tree that records where every key and value is written.
//!
//! The parser is part of this project. `serde_json` has no spans and drops duplicate keys; `jsonc-parser` has spans but
//! recurses, gives up the whole document at the first error and cannot follow Felix' comment removal, which joins the
//! text on both sides of a comment. Here nesting is kept in a vector, so no input overflows the stack, everything
//! before an error is kept, and the tree is one flat allocation.
//!
//! ```
//! use aem_ims_lint::format::json::{Dialect, parse};
//! let tree = parse(r#"{"a": "x\ty"}"#, Dialect::STRICT, 100);
//! let value = tree.root().unwrap().get("a").unwrap();
//! assert_eq!(value.as_str(), Some("x\ty"));
//! assert_eq!(value.span().range(), 7..11);
//! ```

mod comments;
mod hjson;
pub(super) mod parser;
mod string;
#[cfg(test)]
mod tests;

pub use comments::{Stripped, strip_comments};

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::{Document, Input, Problem, RawFile, Reading, Span, Text};

/// How comments are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comments {
    /// Comments are errors (RFC 8259).
    None,
    /// Removed beforehand as Felix' `JsonSupport.CommentRemovingReader` does it, see [`strip_comments`].
    Felix,
    /// `//`, `#` and `/* */` wherever white space may be.
    Inline,
    /// `//` and `/* */` wherever white space may be, as with Johnzon's `org.apache.johnzon.supports-comments`.
    Slashes,
}

/// What is accepted beyond RFC 8259.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// Comments.
    pub comments: Comments,
    /// A byte order mark may come first.
    pub byte_order_mark: bool,
    /// Strings and keys may be in single quotes.
    pub single_quotes: bool,
    /// Strings may contain raw control characters, line ends included.
    pub control_characters: bool,
    /// A comma may follow the last member or element.
    pub trailing_commas: bool,
    /// The braces around the document may be missing (Sling-Initial-Content).
    pub implicit_object: bool,
    /// Keys and strings may be unquoted, lines may lack commas (Hjson).
    pub hjson: bool,
    /// Text after the root value is ignored.
    pub ignore_trailing: bool,
    /// Continue after an error and keep everything that can be read; [`Tree::problem`] gives the first error.
    pub recover: bool,
}

impl Dialect {
    /// Only RFC 8259.
    pub const STRICT: Self = Self {
        comments: Comments::None,
        byte_order_mark: false,
        single_quotes: false,
        control_characters: false,
        trailing_commas: false,
        implicit_object: false,
        hjson: false,
        ignore_trailing: false,
        recover: false,
    };

    /// The JSON that Felix' configuration reader (`org.apache.felix.cm.json`) and the Sling feature reader accept:
    /// strict JSON after the removal of comments; text after the root value is never reached.
    pub const FELIX: Self = Self { comments: Comments::Felix, ignore_trailing: true, ..Self::STRICT };

    /// What a person can read.
    pub const TOLERANT: Self = Self {
        comments: Comments::Inline,
        byte_order_mark: true,
        single_quotes: true,
        control_characters: true,
        trailing_commas: true,
        implicit_object: true,
        recover: true,
        ..Self::STRICT
    };

    /// Hjson, including what a person can read in a broken file.
    pub const HJSON: Self = Self { hjson: true, ..Self::TOLERANT };

    /// That of a file which AEM does not read: what a person can read, or what is written without errors.
    pub const fn of_export(reading: Reading) -> Self {
        match reading {
            Reading::Tolerant => Self::TOLERANT,
            Reading::Aem => Self { byte_order_mark: true, ..Self::STRICT },
        }
    }
}

/// A parsed text. After an error it contains what was read before it and, with [`Dialect::recover`], what follows it.
#[derive(Debug)]
pub struct Tree<'t> {
    text: &'t str,
    parsed: Arc<ParsedItems>,
    /// The first error.
    pub problem: Option<Problem>,
    /// Where the first value was left out because it was nested deeper than allowed.
    pub limit: Option<Problem>,
}

/// What a parser found in a text, without the text.
#[derive(Debug, Default)]
struct ParsedItems {
    items: Vec<Item>,
    problem: Option<Problem>,
    limit: Option<Problem>,
    /// The text begins with a byte order mark.
    has_mark: bool,
    /// Something was accepted, other than the mark, that is an error in [`Dialect::STRICT`].
    has_tolerated: bool,
}

/// What was found in a text that is kept elsewhere, and how it was parsed.
#[derive(Clone, Debug)]
pub(super) struct KeptTree {
    dialect: Dialect,
    max_nesting: usize,
    parsed: Arc<ParsedItems>,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind<T> {
    /// Members, in [`Json::children`], duplicate keys included.
    Object,
    /// Elements, in [`Json::children`].
    Array,
    /// An unescaped string. Lone halves of surrogate pairs are U+FFFD.
    String(T),
    /// A number as written.
    Number(T),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
}

/// [`JsonKind`] without texts.
pub(crate) type ItemKind = JsonKind<()>;

#[derive(Debug, PartialEq, Eq)]
struct Item {
    kind: ItemKind,
    scalar: WrittenText,
    key: Option<WrittenText>,
    /// One past the last item below this one.
    end: usize,
}

/// A piece of text, and where it is written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WrittenText {
    /// What it stands for, if that is not what is written.
    pub(crate) meant: Option<Box<str>>,
    pub(crate) span: Span,
}

impl WrittenText {
    /// What is written at `span` and stands for itself.
    pub(crate) fn at(span: Span) -> Self {
        Self { meant: None, span }
    }

    /// What stands for `meant` and is written at `span` of `text`.
    pub(crate) fn new(text: &str, span: Span, meant: Cow<'_, str>) -> Self {
        let differs = text.get(span.range()) != Some(&*meant);
        Self { meant: differs.then(|| meant.into()), span }
    }

    #[inline]
    fn text<'a>(&'a self, text: &'a str) -> &'a str {
        self.meant.as_deref().or_else(|| text.get(self.span.range())).unwrap_or_default()
    }
}

/// A value in a [`Tree`].
#[derive(Clone, Copy, Debug)]
pub struct Json<'a> {
    text: &'a str,
    items: &'a [Item],
    index: usize,
}

/// Parses `text`. Values nested deeper than `max_nesting` are left out and reported in [`Tree::limit`].
pub fn parse(text: &str, dialect: Dialect, max_nesting: usize) -> Tree<'_> {
    parse_from(text, 0, dialect, max_nesting)
}

/// The document of a file which AEM does not read. `add` gets the root value; subtrees without anything of interest are
/// skipped.
pub(super) fn read(
    input: &Input<'_>,
    text: &Text<'_>,
    dialect: Dialect,
    add: impl FnOnce(Json<'_>, &mut Document),
) -> Document {
    let tree = text.tree(dialect, input.limits.max_nesting);
    let mut document = Document { problem: tree.problem.clone(), limit: tree.limit.clone(), ..Document::default() };
    if let Some(root) = tree.root() {
        add(root, &mut document);
    }
    document
}

/// Whether `fits` accepts the root value of a file.
pub(super) fn has_root(file: &RawFile<'_>, dialect: Dialect, fits: impl FnOnce(Json<'_>) -> bool) -> bool {
    file.text().tree(dialect, file.limits.max_nesting).root().is_some_and(fits)
}

/// Parses `text` from the byte `start` on; spans count from the beginning of `text`.
pub fn parse_from(text: &str, start: usize, dialect: Dialect, max_nesting: usize) -> Tree<'_> {
    parse_rest(text, start, &[], dialect, max_nesting)
}

/// [`parse_from`] without the `quiet` subtrees.
pub(super) fn parse_rest<'t>(
    text: &'t str,
    start: usize,
    quiet: &[Range<usize>],
    dialect: Dialect,
    max_nesting: usize,
) -> Tree<'t> {
    let rest = text.get(start..).filter(|_| dialect.comments == Comments::Felix);
    let parsed = match rest.and_then(strip_comments) {
        Some(stripped) => {
            let mut parsed = parser::parse(&stripped.text, 0, &[], dialect, max_nesting);
            parsed.relocate(&stripped, text, start);
            parsed
        }
        None => parser::parse(text, start, quiet, dialect, max_nesting),
    };
    Tree::new(text, Arc::new(parsed))
}

impl KeptTree {
    /// The tree of `text`, if parsing it in `dialect` would give the same one.
    ///
    /// A dialect that recovers reports whatever it has no rule for, so that a tree without a problem in which nothing
    /// was tolerated is that of strict JSON, and of every dialect.
    pub(super) fn tree<'t>(&self, text: &'t str, dialect: Dialect, max_nesting: usize) -> Option<Tree<'t>> {
        let parsed = &self.parsed;
        let is_strict = self.dialect.recover && parsed.is_strict() && (dialect.byte_order_mark || !parsed.has_mark);
        let is_same = self.dialect == dialect || is_strict;
        (is_same && self.max_nesting == max_nesting).then(|| Tree::new(text, Arc::clone(parsed)))
    }
}

impl<'t> Tree<'t> {
    fn new(text: &'t str, parsed: Arc<ParsedItems>) -> Self {
        Self { text, problem: parsed.problem.clone(), limit: parsed.limit.clone(), parsed }
    }

    /// The root value; `None` when the text has none.
    pub fn root(&self) -> Option<Json<'_>> {
        let items = &self.parsed.items;
        (!items.is_empty()).then_some(Json { text: self.text, items, index: 0 })
    }

    /// Whether the text has no error, and nothing beyond [`Dialect::STRICT`] but a byte order mark. Only a dialect that
    /// recovers tells all errors.
    pub(super) fn is_strict(&self) -> bool {
        self.parsed.is_strict()
    }

    /// The same, to be kept without the text.
    pub(super) fn kept(&self, dialect: Dialect, max_nesting: usize) -> KeptTree {
        KeptTree { dialect, max_nesting, parsed: Arc::clone(&self.parsed) }
    }
}

impl ParsedItems {
    fn is_strict(&self) -> bool {
        self.problem.is_none() && !self.has_tolerated
    }

    /// Maps every position in a text without comments back to `text`, whose byte `start` is where it begins.
    fn relocate(&mut self, stripped: &Stripped, text: &str, start: usize) {
        let place = |span: Span| stripped.original(span).shifted(start);
        for item in &mut self.items {
            for written in [Some(&mut item.scalar), item.key.as_mut()].into_iter().flatten() {
                let WrittenText { meant, span } = written;
                let to = place(*span);
                *written = match meant.take() {
                    Some(meant) => WrittenText { meant: Some(meant), span: to },
                    None => WrittenText::new(text, to, Cow::Borrowed(&stripped.text[span.range()])),
                };
            }
        }
        for problem in [&mut self.problem, &mut self.limit].into_iter().flatten() {
            problem.offset = place(Span::at(problem.offset)).start;
        }
        self.has_tolerated = true;
    }
}

impl<'a> Json<'a> {
    #[inline]
    fn item(self) -> &'a Item {
        &self.items[self.index]
    }

    /// What it is.
    #[inline]
    pub fn kind(self) -> JsonKind<&'a str> {
        let Item { kind, scalar, .. } = self.item();
        match kind {
            ItemKind::Object => JsonKind::Object,
            ItemKind::Array => JsonKind::Array,
            ItemKind::String(()) => JsonKind::String(scalar.text(self.text)),
            ItemKind::Number(()) => JsonKind::Number(scalar.text(self.text)),
            ItemKind::Bool(value) => JsonKind::Bool(*value),
            ItemKind::Null => JsonKind::Null,
        }
    }

    /// Where it is written: strings without their quotes, objects and arrays with their brackets.
    pub fn span(self) -> Span {
        self.item().scalar.span
    }

    /// Its key, when it is a member of an object.
    #[inline]
    pub fn key(self) -> Option<&'a str> {
        self.item().key.as_ref().map(|key| key.text(self.text))
    }

    /// Where its key is written, without quotes; an empty span at the value when it has none.
    pub fn key_span(self) -> Span {
        self.item().key.as_ref().map_or(Span::at(self.span().start), |key| key.span)
    }

    /// The members of an object or the elements of an array, in the order written.
    pub fn children(self) -> Children<'a> {
        let end = self.item().end;
        Children { next: Json { index: self.index + 1, ..self }, end }
    }

    /// The members of an object; nothing for other values.
    pub fn members(self) -> Children<'a> {
        if self.is_object() { self.children() } else { self.nothing() }
    }

    /// The elements of an array; nothing for other values.
    pub fn elements(self) -> Children<'a> {
        if self.is_array() { self.children() } else { self.nothing() }
    }

    fn nothing(self) -> Children<'a> {
        Children { next: self, end: 0 }
    }

    /// The member called `name`; the last one if there are several, as in JSON readers.
    pub fn get(self, name: &str) -> Option<Json<'a>> {
        self.members().filter(|member| member.key() == Some(name)).last()
    }

    /// The text of a string.
    pub fn as_str(self) -> Option<&'a str> {
        match self.kind() {
            JsonKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a string, number, boolean or `null` without quotes; `None` for objects and arrays.
    #[inline]
    pub fn scalar(self) -> Option<&'a str> {
        match self.kind() {
            JsonKind::String(text) | JsonKind::Number(text) => Some(text),
            JsonKind::Bool(true) => Some("true"),
            JsonKind::Bool(false) => Some("false"),
            JsonKind::Null => Some("null"),
            JsonKind::Object | JsonKind::Array => None,
        }
    }

    /// Whether it is an object.
    pub fn is_object(self) -> bool {
        self.item().kind == ItemKind::Object
    }

    /// Whether it is an array.
    pub fn is_array(self) -> bool {
        self.item().kind == ItemKind::Array
    }

    /// Whether it is an object or an array.
    pub fn is_container(self) -> bool {
        self.is_object() || self.is_array()
    }

    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        self.item().kind == ItemKind::Null
    }
}

/// Builds the tree of a text, also of one in another syntax with the data model of JSON.
#[derive(Debug, Default)]
pub(crate) struct TreeBuilder {
    items: Vec<Item>,
    open: Vec<usize>,
}

impl TreeBuilder {
    /// Adds a value; an object or array stays open for its content until [`TreeBuilder::close`].
    pub(crate) fn add(&mut self, kind: ItemKind, scalar: WrittenText, key: Option<WrittenText>) {
        let index = self.items.len();
        if matches!(kind, ItemKind::Object | ItemKind::Array) {
            self.open.push(index);
        }
        self.items.push(Item { kind, scalar, key, end: index + 1 });
    }

    /// Ends the object or array that was opened last, at the byte `end`.
    pub(crate) fn close(&mut self, end: usize) {
        let after = self.items.len();
        if let Some(item) = self.open.pop().and_then(|index| self.items.get_mut(index)) {
            item.end = after;
            item.scalar.span.end = end.max(item.scalar.span.start);
        }
    }

    /// Whether the innermost open value is an object; `None` if none is open.
    fn in_object(&self) -> Option<bool> {
        self.open.last().map(|&index| self.items[index].kind == ItemKind::Object)
    }

    /// How many objects and arrays are open.
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// The tree of `text`, with everything closed at the byte `end`.
    pub(crate) fn finish(self, text: &str, end: usize) -> Tree<'_> {
        Tree::new(text, Arc::new(ParsedItems { items: self.into_items(end), ..ParsedItems::default() }))
    }

    fn into_items(mut self, end: usize) -> Vec<Item> {
        while !self.open.is_empty() {
            self.close(end);
        }
        self.items
    }
}

/// Iterates over the members or elements of a [`Json`] value.
#[derive(Clone, Debug)]
pub struct Children<'a> {
    next: Json<'a>,
    end: usize,
}

impl<'a> Iterator for Children<'a> {
    type Item = Json<'a>;

    #[inline]
    fn next(&mut self) -> Option<Json<'a>> {
        if self.next.index >= self.end {
            return None;
        }
        let child = self.next;
        self.next.index = child.item().end;
        Some(child)
    }
}
