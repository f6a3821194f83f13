//! The document type declaration: internal entities, and attributes that it types or adds.
//!
//! Only declarations in the document itself count; external subsets and entities are never read and are empty, as in
//! FileVault's `RejectingEntityDefaultHandler`.

mod parser;

use std::collections::HashMap;

use quick_xml::events::Event;

use super::XmlFault;
use super::value::{Decoded, Expansions};
use crate::format::{Reading, Span};

/// What an entity stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entity {
    /// Its replacement text.
    Internal(String),
    /// An external file, which is never read: it is empty.
    External,
    /// A file that is not XML (`NDATA`).
    Unparsed,
}

/// An attribute that an `<!ATTLIST` declares for an element.
#[derive(Clone, Debug)]
pub struct AttributeDeclaration {
    /// Qualified name of the attribute.
    pub name: String,
    /// Where the declaration names it.
    pub name_span: Span,
    /// Its type is `CDATA`.
    pub cdata: bool,
    /// The value that an element without the attribute gets.
    pub default: Option<Decoded<'static>>,
}

/// The attributes declared for one element.
#[derive(Clone, Debug, Default)]
struct Attributes {
    declarations: Vec<AttributeDeclaration>,
    by_name: HashMap<String, usize>,
}

/// What a document's `<!DOCTYPE` declares.
#[derive(Clone, Debug, Default)]
pub struct Dtd {
    entities: HashMap<String, Entity>,
    parameter_entities: HashMap<String, Entity>,
    attributes: HashMap<String, Attributes>,
    /// There is an external subset or an external parameter entity, so an undeclared entity is not an error.
    pub may_declare_elsewhere: bool,
    /// What is wrong with the declaration.
    pub fault: Option<XmlFault>,
    /// What its own expansions leave.
    pub expansions: Expansions,
}

impl Dtd {
    /// The declarations of the document `text`; empty when it has no `<!DOCTYPE`.
    pub fn of(text: &str, reading: Reading) -> Self {
        match Self::place(text) {
            Some(span) => parser::parse(text.get(span.range()).unwrap_or(""), span.start, text, reading),
            None => Self::default(),
        }
    }

    /// Where the `<!DOCTYPE` of the document `text` is.
    pub fn place(text: &str) -> Option<Span> {
        let base = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        let mut reader = quick_xml::Reader::from_str(&text[base..]);
        let position =
            |reader: &quick_xml::Reader<&[u8]>| base + usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        reader.config_mut().allow_dangling_amp = true;
        loop {
            let start = position(&reader);
            match reader.read_event() {
                Ok(Event::DocType(_)) => return Some(Span::new(start, position(&reader))),
                Ok(Event::Start(_) | Event::Empty(_) | Event::End(_) | Event::Eof) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// The general entity called `name`.
    pub fn entity(&self, name: &str) -> Option<&Entity> {
        self.entities.get(name)
    }

    /// What is declared about the attribute `name` of `element`, both qualified names as written.
    pub fn attribute(&self, element: &str, name: &str) -> Option<&AttributeDeclaration> {
        let attributes = self.attributes.get(element)?;
        attributes.by_name.get(name).map(|&index| &attributes.declarations[index])
    }

    /// All attributes declared for `element`.
    pub fn attributes(&self, element: &str) -> &[AttributeDeclaration] {
        self.attributes.get(element).map_or(&[], |attributes| &attributes.declarations)
    }

    /// Of several declarations of one attribute, the first one counts.
    fn declare(&mut self, element: &str, declaration: AttributeDeclaration) {
        let attributes = self.attributes.entry(element.to_owned()).or_default();
        if !attributes.by_name.contains_key(&declaration.name) {
            attributes.by_name.insert(declaration.name.clone(), attributes.declarations.len());
            attributes.declarations.push(declaration);
        }
    }
}
