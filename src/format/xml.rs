//! XML as AEM's parser (the JDK's Xerces) reads it, and as a person does.
//!
//! `quick-xml` splits the text into markup; this layer adds what a docview also needs: exact spans of names and values,
//! namespaces by URI, references and internal entities under limits, attribute defaults, and — in [`Reading::Aem`] —
//! the well-formedness that the JDK's parser requires. [`Reading::Tolerant`] continues wherever the rest of the file is
//! still readable.

mod charset;
pub mod dtd;
pub mod encoding;
pub mod names;
mod namespaces;
mod reader;
mod tag;
#[cfg(test)]
mod tests;
mod value;

pub use reader::{Options, XmlReader};
pub use value::Decoded;

use std::rc::Rc;

use super::{Input, Problem, Reading, Span, Text};

/// The namespace of the prefix `xml`, which is always bound.
pub const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

/// Why reading ended before the end of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum XmlFault {
    /// The document is not well-formed here.
    Malformed(Problem),
    /// A bound on depth or expansion was reached here.
    Limit(Problem),
}

impl XmlFault {
    pub(super) fn malformed(offset: usize, message: impl Into<String>) -> Self {
        Self::Malformed(Problem::new(offset, message))
    }
}

/// The beginning of a name, short enough for a message.
fn short(name: &str) -> &str {
    let end = name.char_indices().nth(60).map_or(name.len(), |(at, _)| at);
    &name[..end]
}

/// A qualified name with its namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name<'a> {
    /// As written: `prefix:local` or `local`.
    pub qualified: &'a str,
    /// The URI that the prefix is bound to; empty for no namespace, `None` for an unbound prefix (tolerant only).
    pub uri: Option<Rc<str>>,
}

impl<'a> Name<'a> {
    /// The part before the colon, empty when there is none.
    pub fn prefix(&self) -> &'a str {
        names::split_qname(self.qualified).0.unwrap_or("")
    }

    /// The part after the colon.
    pub fn local(&self) -> &'a str {
        names::split_qname(self.qualified).1
    }

    /// Whether this is the name `local` in the namespace `uri`.
    pub fn is(&self, uri: &str, local: &str) -> bool {
        self.local() == local && self.uri.as_deref() == Some(uri)
    }
}

/// An attribute that is not a namespace declaration.
#[derive(Clone, Debug)]
pub struct Attribute<'a> {
    /// Its name.
    pub name: Name<'a>,
    /// Where the name is written.
    pub name_span: Span,
    /// Its normalised value.
    pub value: Decoded<'a>,
    /// Its declared or default type is `CDATA`; only such attributes are properties of a docview.
    pub cdata: bool,
}

/// A start tag.
#[derive(Clone, Debug)]
pub struct Element<'a> {
    /// The element's name.
    pub name: Name<'a>,
    /// Where the name is written.
    pub name_span: Span,
    /// The whole tag.
    pub span: Span,
    /// Attributes in document order, then those that the DTD adds.
    pub attributes: Vec<Attribute<'a>>,
}

/// The start tag that the document begins with, if a person can recognise one.
pub(super) fn first_element<'a>(text: &'a Text<'_>, dtd: &'a dtd::Dtd, max_depth: usize) -> Option<Element<'a>> {
    let options = Options { reading: Reading::Tolerant, max_depth, undecodable: None, start: 0 };
    match XmlReader::new(text.as_str(), dtd, options).next() {
        Ok(Some(Event::Start(root))) => Some(root),
        _ => None,
    }
}

/// Gives `read` the reader of a file whose text is `text`.
pub(super) fn read_file<T>(
    input: &Input<'_>,
    text: &Text<'_>,
    reading: Reading,
    read: impl FnOnce(&mut XmlReader<'_>) -> T,
) -> T {
    let dtd = dtd::Dtd::of(text.as_str(), reading);
    let options = Options::new(reading, input.limits.max_nesting, input.bytes, text);
    read(&mut XmlReader::new(text.as_str(), &dtd, options).passing_over(text.quiet()))
}

/// What the reader returns. Comments and processing instructions are skipped.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// A start tag or an empty element; an [`Event::End`] follows for both.
    Start(Element<'a>),
    /// The end of the element that was opened last.
    End,
    /// Character data, a CDATA section or the expansion of a reference.
    Text(Decoded<'a>),
}
