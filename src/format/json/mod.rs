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
mod parser;
mod string;
#[cfg(test)]
mod tests;

pub use comments::{Stripped, strip_comments};

use std::borrow::Cow;

use super::{Document, Input, Problem, Reading, Span, Text};

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
#[derive(Debug, Default)]
pub struct Tree<'t> {
    items: Vec<Item<'t>>,
    /// The first error.
    pub problem: Option<Problem>,
    /// Where the first value was left out because it was nested deeper than allowed.
    pub limit: Option<Problem>,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonKind<'t> {
    /// Members, in [`Json::children`], duplicate keys included.
    Object,
    /// Elements, in [`Json::children`].
    Array,
    /// An unescaped string. Lone halves of surrogate pairs are U+FFFD.
    String(Cow<'t, str>),
    /// A number as written.
    Number(Cow<'t, str>),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
}

#[derive(Debug)]
struct Item<'t> {
    kind: JsonKind<'t>,
    span: Span,
    key: Option<Key<'t>>,
    /// One past the last item below this one.
    end: usize,
}

/// The name of a member, and where it is written.
#[derive(Debug)]
pub(crate) struct Key<'t> {
    pub(crate) name: Cow<'t, str>,
    pub(crate) span: Span,
}

/// A value in a [`Tree`].
#[derive(Clone, Copy, Debug)]
pub struct Json<'a> {
    items: &'a [Item<'a>],
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
    let tree = parser::parse(text.as_str(), 0, text.quiet(), dialect, input.limits.max_nesting);
    let mut document = Document { problem: tree.problem.clone(), limit: tree.limit.clone(), ..Document::default() };
    if let Some(root) = tree.root() {
        add(root, &mut document);
    }
    document
}

/// Whether `fits` accepts the root value of a file.
pub(super) fn has_root(input: &Input<'_>, dialect: Dialect, fits: impl FnOnce(Json<'_>) -> bool) -> bool {
    let text = Text::utf8(input.bytes);
    parse(text.as_str(), dialect, input.limits.max_nesting).root().is_some_and(fits)
}

/// Parses `text` from the byte `start` on; spans count from the beginning of `text`.
pub fn parse_from(text: &str, start: usize, dialect: Dialect, max_nesting: usize) -> Tree<'_> {
    let rest = text.get(start..).filter(|_| dialect.comments == Comments::Felix);
    if let Some(stripped) = rest.and_then(strip_comments) {
        let mut tree = parser::parse(&stripped.text, 0, &[], dialect, max_nesting).into_owned();
        tree.relocate(|span| stripped.original(span), start);
        return tree;
    }
    parser::parse(text, start, &[], dialect, max_nesting)
}

impl<'t> Tree<'t> {
    /// The root value; `None` when the text has none.
    pub fn root(&self) -> Option<Json<'_>> {
        (!self.items.is_empty()).then_some(Json { items: &self.items, index: 0 })
    }

    fn into_owned(self) -> Tree<'static> {
        let own = |text: Cow<'t, str>| Cow::Owned(text.into_owned());
        let items = self.items.into_iter().map(|item| Item {
            kind: match item.kind {
                JsonKind::String(text) => JsonKind::String(own(text)),
                JsonKind::Number(text) => JsonKind::Number(own(text)),
                JsonKind::Object => JsonKind::Object,
                JsonKind::Array => JsonKind::Array,
                JsonKind::Bool(value) => JsonKind::Bool(value),
                JsonKind::Null => JsonKind::Null,
            },
            span: item.span,
            key: item.key.map(|key| Key { name: own(key.name), span: key.span }),
            end: item.end,
        });
        Tree { items: items.collect(), problem: self.problem, limit: self.limit }
    }

    /// Maps every position through `map` and then shifts it by `by` bytes.
    fn relocate(&mut self, map: impl Fn(Span) -> Span, by: usize) {
        let place = |span: Span| map(span).shifted(by);
        for item in &mut self.items {
            item.span = place(item.span);
            if let Some(key) = &mut item.key {
                key.span = place(key.span);
            }
        }
        for problem in [&mut self.problem, &mut self.limit].into_iter().flatten() {
            problem.offset = place(Span::at(problem.offset)).start;
        }
    }
}

impl<'a> Json<'a> {
    fn item(self) -> &'a Item<'a> {
        &self.items[self.index]
    }

    /// What it is.
    pub fn kind(self) -> &'a JsonKind<'a> {
        &self.item().kind
    }

    /// Where it is written: strings without their quotes, objects and arrays with their brackets.
    pub fn span(self) -> Span {
        self.item().span
    }

    /// Its key, when it is a member of an object.
    pub fn key(self) -> Option<&'a str> {
        self.item().key.as_ref().map(|key| &*key.name)
    }

    /// Where its key is written, without quotes; an empty span at the value when it has none.
    pub fn key_span(self) -> Span {
        self.item().key.as_ref().map_or(Span::at(self.item().span.start), |key| key.span)
    }

    /// The members of an object or the elements of an array, in the order written.
    pub fn children(self) -> Children<'a> {
        let end = self.item().end;
        Children { items: self.items, next: self.index + 1, end }
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
        Children { items: self.items, next: 0, end: 0 }
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
        matches!(self.kind(), JsonKind::Object)
    }

    /// Whether it is an array.
    pub fn is_array(self) -> bool {
        matches!(self.kind(), JsonKind::Array)
    }

    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        matches!(self.kind(), JsonKind::Null)
    }
}

/// Builds the tree of a text, also of one in another syntax with the data model of JSON.
#[derive(Debug, Default)]
pub(crate) struct Builder<'t> {
    tree: Tree<'t>,
    open: Vec<usize>,
}

impl<'t> Builder<'t> {
    /// Adds a value; an object or array stays open for its content until [`Builder::close`].
    pub(crate) fn add(&mut self, kind: JsonKind<'t>, span: Span, key: Option<Key<'t>>) {
        let index = self.tree.items.len();
        if matches!(kind, JsonKind::Object | JsonKind::Array) {
            self.open.push(index);
        }
        self.tree.items.push(Item { kind, span, key, end: index + 1 });
    }

    /// Ends the object or array that was opened last, at the byte `end`.
    pub(crate) fn close(&mut self, end: usize) {
        let after = self.tree.items.len();
        if let Some(item) = self.open.pop().and_then(|index| self.tree.items.get_mut(index)) {
            item.end = after;
            item.span.end = end.max(item.span.start);
        }
    }

    /// Whether the innermost open value is an object; `None` if none is open.
    fn in_object(&self) -> Option<bool> {
        self.open.last().map(|&index| self.tree.items[index].kind == JsonKind::Object)
    }

    /// How many objects and arrays are open.
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.tree.items.len()
    }

    /// The tree, with everything closed at the byte `end`.
    pub(crate) fn finish(mut self, end: usize) -> Tree<'t> {
        while !self.open.is_empty() {
            self.close(end);
        }
        self.tree
    }
}

/// Iterates over the members or elements of a [`Json`] value.
#[derive(Clone, Debug)]
pub struct Children<'a> {
    items: &'a [Item<'a>],
    next: usize,
    end: usize,
}

impl<'a> Iterator for Children<'a> {
    type Item = Json<'a>;

    fn next(&mut self) -> Option<Json<'a>> {
        if self.next >= self.end {
            return None;
        }
        let child = Json { items: self.items, index: self.next };
        self.next = child.item().end;
        Some(child)
    }
}
