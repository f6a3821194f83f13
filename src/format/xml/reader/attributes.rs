//! Attributes and namespace declarations of a start tag.

use std::collections::HashSet;
use std::rc::Rc;

use super::XmlReader;
use crate::format::Span;
use crate::format::xml::names::{Version, split_qname};
use crate::format::xml::tag::Tag;
use crate::format::xml::value::{self, Context, Decoded};
use crate::format::xml::{Attribute, Name, XML_NAMESPACE, XmlFault, short};

/// The namespace of the prefix `xmlns`, which nothing may bind.
const XMLNS_NAMESPACE: &str = "http://www.w3.org/2000/xmlns/";

/// The prefix that an attribute called `name` binds, if it is a namespace declaration.
fn declared_prefix(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("xmlns")?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix(':') }
}

/// The attribute names of one tag, hashed only when there are many.
struct NameSet<'a> {
    few: Vec<&'a str>,
    many: HashSet<&'a str>,
}

impl<'a> NameSet<'a> {
    const FEW: usize = 16;

    fn for_names(count: usize) -> Self {
        Self { few: Vec::with_capacity(count.min(Self::FEW)), many: HashSet::new() }
    }

    /// Whether `name` is new.
    fn insert(&mut self, name: &'a str) -> bool {
        if self.few.contains(&name) {
            return false;
        }
        if self.few.len() < Self::FEW {
            self.few.push(name);
            return true;
        }
        self.many.insert(name)
    }
}

impl<'a> XmlReader<'a> {
    /// A name with its namespace; an element's takes the default one.
    pub(super) fn name(&self, qualified: &'a str, offset: usize, element: bool) -> Result<Name<'a>, XmlFault> {
        let prefix = split_qname(qualified).0.unwrap_or("");
        let uri = if element { self.namespaces.element(prefix) } else { self.namespaces.attribute(prefix) };
        if uri.is_none() && self.strict() {
            return self.malformed(offset, format!("the prefix '{}' is not bound to a namespace", short(prefix)));
        }
        Ok(Name { qualified, uri })
    }

    /// Binds the tag's namespace declarations and resolves its other attributes.
    pub(super) fn attributes(&mut self, tag: &Tag<'a>, base: usize) -> Result<Vec<Attribute<'a>>, XmlFault> {
        let context = Context { in_attribute: true, ..self.context() };
        let mut found = Vec::with_capacity(tag.attributes.len());
        let mut names = NameSet::for_names(tag.attributes.len());
        for attribute in &tag.attributes {
            let at = base + attribute.name_at;
            let value = value::decode(attribute.value, base + attribute.value_at, context, &self.expansions)?;
            if !names.insert(attribute.name) {
                if self.strict() {
                    return self.malformed(at, format!("attribute '{}' is written twice", short(attribute.name)));
                }
                continue;
            }
            let declared = self.dtd.attribute(tag.name, attribute.name);
            let name_span = self.span(at, at + attribute.name.len());
            found.push((attribute.name, name_span, value, declared.is_none_or(|declared| declared.cdata)));
        }
        for declared in self.dtd.attributes(tag.name) {
            if let Some(default) = &declared.default
                && names.insert(&declared.name)
            {
                found.push((&declared.name, declared.name_span, default.borrowed(), declared.cdata));
            }
        }
        self.resolve(found)
    }

    fn resolve(&mut self, found: Vec<(&'a str, Span, Decoded<'a>, bool)>) -> Result<Vec<Attribute<'a>>, XmlFault> {
        for (name, name_span, value, _) in &found {
            if let Some(prefix) = declared_prefix(name) {
                self.bind(prefix, &value.text, name_span.start)?;
            }
        }
        let mut attributes = Vec::with_capacity(found.len());
        let mut expanded = HashSet::new();
        for (qualified, name_span, value, cdata) in found {
            if declared_prefix(qualified).is_some() {
                continue;
            }
            let name = self.name(qualified, name_span.start, false)?;
            if let Some(uri) = name.uri.as_ref().filter(|uri| !uri.is_empty())
                && !expanded.insert((Rc::clone(uri), name.local()))
                && self.strict()
            {
                return self.malformed(
                    name_span.start,
                    format!("attribute '{}' is written twice in one namespace", short(qualified)),
                );
            }
            attributes.push(Attribute { name, name_span, value, cdata });
        }
        Ok(attributes)
    }

    /// Binds a prefix under the rules of Namespaces in XML.
    fn bind(&mut self, prefix: &'a str, uri: &str, offset: usize) -> Result<(), XmlFault> {
        if self.strict() {
            let illegal = match prefix {
                "xmlns" => true,
                "xml" => uri != XML_NAMESPACE,
                _ => {
                    uri == XML_NAMESPACE
                        || uri == XMLNS_NAMESPACE
                        || uri.is_empty() && !prefix.is_empty() && self.version == Version::V10
                }
            };
            if illegal {
                return self
                    .malformed(offset, format!("illegal namespace declaration for the prefix '{}'", short(prefix)));
            }
        }
        self.namespaces.bind(prefix, uri);
        Ok(())
    }
}
