//! Repoinit: statements that create nodes and set properties when an instance starts.
//!
//! This reads the statements that can contain a configuration (`RepoInitGrammar` of
//! apache/sling-org-apache-sling-repoinit-parser):
//!
//! ```text
//! create path (sling:Folder) /conf/acme/settings(nt:unstructured)
//! ensure nodes /conf/acme/settings/target with properties
//!     set imsConfigId to "acme"
//! end
//! set properties on /conf/acme/a,/conf/acme/b
//!     set names{String[]} to one, "two"
//!     default count{Long} to 42
//! end
//! ```
//!
//! All other statements — users, access control, namespaces — are skipped.

mod tokens;

use std::collections::HashMap;

use super::memory::Memory;
use super::osgi::{self, PRIMARY_TYPE};
use super::traits::{Stores, Traits};
use super::{
    Document, Format, Input, MAX_VALUES, Node, Problem, Property, RawFile, Reading, Span, Text, Value, ValueType,
    docview_value, too_many_values,
};
use tokens::{Token, Tokens};

/// A loose file of repoinit statements.
#[derive(Debug)]
pub struct Repoinit;

impl Format for Repoinit {
    fn traits(&self) -> Traits {
        Traits::written("repoinit", Stores::Other, None)
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        // Without a property there is nothing to find.
        input.context.file_name().ends_with(".txt")
            && input.contains(b"properties")
            && !read(input.text().as_str(), Reading::Tolerant).nodes.is_empty()
    }

    fn read(&self, _input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        read(text.as_str(), reading)
    }
}

/// The nodes that the statements in `text` create or change. In the exact reading, an error discards all of them.
pub(super) fn read(text: &str, reading: Reading) -> Document {
    let mut reader = StatementReader {
        tokens: Tokens::new(text),
        document: Document::default(),
        known: HashMap::new(),
        memory: Memory::default(),
        values: 0,
    };
    while reader.document.limit.is_none() && reader.statement() {}
    let mut document = reader.document;
    // A path on which nothing is set is of no interest.
    document.nodes.retain(|node| node.properties.iter().any(|property| property.name != PRIMARY_TYPE));
    for node in &mut document.nodes {
        node.pid = osgi::pid_of_node(node);
    }
    if reading == Reading::Aem && document.problem.is_some() {
        document.nodes.clear();
    }
    document
}

struct StatementReader<'t> {
    tokens: Tokens<'t>,
    document: Document,
    /// The nodes by path.
    known: HashMap<String, usize>,
    memory: Memory,
    values: usize,
}

impl<'t> StatementReader<'t> {
    /// Reads a statement, or skips it; `false` at the end.
    fn statement(&mut self) -> bool {
        let first = match self.tokens.next() {
            None => return false,
            Some(Token::Word(span)) => span,
            Some(Token::LineEnd) => return true,
            Some(_) => {
                self.tokens.skip_line();
                return true;
            }
        };
        let second = match self.tokens.peek() {
            Some(Token::Word(span)) => self.tokens.text(span),
            _ => "",
        };
        match (self.tokens.text(first), second) {
            ("create", "path") | ("ensure", "nodes") => {
                self.tokens.next();
                self.path();
            }
            ("set", "properties") => {
                self.tokens.next();
                self.set_properties();
            }
            _ => self.tokens.skip_line(),
        }
        true
    }

    /// `(type mixin one,two) /a/b(type)/c with properties`, after the keywords.
    fn path(&mut self) {
        let mut default = None;
        let mut path = String::new();
        let mut last = None;
        loop {
            match self.tokens.next() {
                Some(Token::Open) => {
                    let own = self.node_type();
                    // The type follows the path segment that it belongs to.
                    default = if last.is_none() { own } else { default };
                    self.typed(&path, last, own);
                }
                Some(Token::Word(span)) if self.tokens.text(span) == "with" => {
                    self.tokens.skip_line();
                    self.typed(&path, last, default);
                    if let Some(span) = last {
                        self.properties(&[(path, span)]);
                    }
                    return;
                }
                Some(Token::Word(span)) => {
                    path.push_str(self.tokens.text(span));
                    last = Some(span);
                }
                Some(Token::LineEnd) | None => {
                    return self.typed(&path, last, default);
                }
                Some(_) => {}
            }
        }
    }

    /// The node type in parentheses that are open already, without its mixin types.
    fn node_type(&mut self) -> Option<Span> {
        let mut first = None;
        while let Some(token) = self.tokens.peek().filter(|token| *token != Token::LineEnd) {
            self.tokens.next();
            match token {
                Token::Close => break,
                Token::Word(span) => first = first.or(Some(span)),
                _ => {}
            }
        }
        first
    }

    /// Gives the node at `path` the type at `node_type`, unless it has one already.
    fn typed(&mut self, path: &str, span: Option<Span>, node_type: Option<Span>) {
        let (Some(span), Some(at)) = (span, node_type) else { return };
        let value = Value { text: self.tokens.text(at).to_owned(), span: at };
        let property = Property { value_type: ValueType::Name, ..Property::string(PRIMARY_TYPE, at, value) };
        self.add(path, span, property, false);
    }

    /// `on /a,/b` and the lines below it, after the keywords.
    fn set_properties(&mut self) {
        let mut paths = Vec::new();
        loop {
            match self.tokens.next() {
                Some(Token::Word(span)) if self.tokens.text(span) != "on" => {
                    paths.push((self.tokens.text(span).to_owned(), span));
                }
                Some(Token::LineEnd) | None => break,
                Some(_) => {}
            }
        }
        self.properties(&paths);
    }

    /// Lines `set name{Type} to value, value` up to `end`.
    fn properties(&mut self, paths: &[(String, Span)]) {
        while self.document.limit.is_none() {
            let (word, start) = match self.tokens.next() {
                Some(Token::Word(span)) => (self.tokens.text(span), span.start),
                Some(Token::LineEnd) => continue,
                Some(_) => ("", self.tokens.offset()),
                None => return self.refuse(self.tokens.offset(), "`end` is missing"),
            };
            let property = match word {
                "set" | "default" => self.property(),
                _ => {
                    self.tokens.skip_line();
                    None
                }
            };
            match (word, property) {
                ("end", _) => return,
                ("remove", _) => {}
                (_, None) => self.refuse(start, "a line that sets no property"),
                (_, Some(property)) => {
                    for (path, span) in paths {
                        self.add(path, *span, property.clone(), word == "set");
                    }
                }
            }
        }
    }

    /// `name{Type[]} to value, value`; `None` for any other line, which is skipped.
    fn property(&mut self) -> Option<Property> {
        let (mut name, mut value_type, mut multiple) = (None, ValueType::String, false);
        let mut values: Vec<Value> = Vec::new();
        let mut to = false;
        while let Some(token) = self.tokens.next() {
            match token {
                Token::LineEnd => break,
                Token::Word(span) if name.is_none() => name = Some((self.tokens.text(span).to_owned(), span)),
                Token::Quoted(span) if name.is_none() => name = Some((self.tokens.unquoted(span), span)),
                Token::Type(span) if !to => {
                    let written = self.tokens.text(span).trim();
                    let single = written.strip_suffix("[]");
                    multiple = single.is_some();
                    value_type = docview_value::type_named(single.unwrap_or(written)).unwrap_or_default();
                }
                Token::Word(span) if !to && self.tokens.text(span) == "to" => to = true,
                Token::Word(span) => values.push(Value { text: self.tokens.text(span).to_owned(), span }),
                Token::Quoted(span) => values.push(Value { text: self.tokens.unquoted(span), span }),
                _ => {}
            }
        }
        let (name, name_span) = name.filter(|_| to)?;
        let spans = values.iter().map(|value| value.span);
        let span = spans.reduce(Span::to).unwrap_or(name_span);
        multiple |= values.len() != 1;
        Some(Property { name, name_span, value_type, multiple, values, span })
    }

    fn add(&mut self, path: &str, span: Span, property: Property, overrides: bool) {
        if let Err(limit) = self.try_add(path, span, property, overrides) {
            self.document.limit.get_or_insert(limit);
        }
    }

    fn try_add(&mut self, path: &str, span: Span, property: Property, overrides: bool) -> Result<(), Problem> {
        self.values += 1 + property.values.len();
        if self.values > MAX_VALUES {
            return Err(too_many_values(span.start));
        }
        let path = path.trim_end_matches('/');
        let index = match self.known.get(path) {
            Some(&index) => index,
            None => {
                let node = Node { path: path.to_owned(), name_span: span, ..Node::default() };
                self.memory.node(&node, span.start)?;
                self.known.insert(path.to_owned(), self.document.nodes.len());
                self.document.nodes.push(node);
                self.document.nodes.len() - 1
            }
        };
        self.memory.property(&property, span.start)?;
        let properties = &mut self.document.nodes[index].properties;
        match properties.iter().position(|own| own.name == property.name) {
            Some(at) if overrides => properties[at] = property,
            Some(_) => {}
            None => properties.push(property),
        }
        Ok(())
    }

    fn refuse(&mut self, offset: usize, message: &str) {
        self.document.problem.get_or_insert_with(|| Problem::new(offset, format!("repoinit: {message}")));
    }
}

#[cfg(test)]
mod tests;
