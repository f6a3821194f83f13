//! Converts the elements of a docview to nodes (`DocViewSAXHandler`, `DocViewImporter`).

use std::collections::HashSet;

use super::is_jcr_root;
use super::names::{JCR_NAMESPACE, NAMESPACES, canonical, canonical_value, jcr_prefix, name_and_index, qualified_name};
use crate::format::docview_value::{self, DocviewValue};
use crate::format::memory::Memory;
use crate::format::xml::{self, Attribute, Element, Event, XmlFault, XmlReader};
use crate::format::{Document, Input, Node, Problem, Property, Reading, Span, Text, Value, ValueType, iso9075, osgi};
use crate::repository::Pid;
use crate::repository::platform_name::repository_name;

const NEGATIVE_INDEX: &str = "a same-name-sibling index cannot be negative";

/// Reads a docview.
pub fn read(input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
    let mut builder = DocviewBuilder::new(input, reading);
    let result = xml::read_file(input, text, reading, |reader| builder.nodes(reader));
    builder.finish(result)
}

/// Builds the nodes of one docview.
struct DocviewBuilder {
    reading: Reading,
    document: Document,
    /// Path of the docview's root node if its element is `jcr:root`.
    root_path: String,
    /// Path of the node being read.
    path: String,
    /// The node index of each open element; `None` for an element that creates no node.
    open: Vec<Option<usize>>,
    memory: Memory,
}

impl DocviewBuilder {
    fn new(input: &Input<'_>, reading: Reading) -> Self {
        let place = input.context.docview_path();
        Self {
            reading,
            root_path: place.clone().unwrap_or_else(|| path_of_loose_file(input.context.inner_path())),
            document: Document { jcr_path: place, ..Document::default() },
            path: String::new(),
            open: Vec::new(),
            memory: Memory::default(),
        }
    }

    fn finish(mut self, result: Result<(), XmlFault>) -> Document {
        self.document.take(result);
        if let Some(root) = self.document.nodes.first() {
            if self.document.jcr_path.is_some() {
                self.document.jcr_path = Some(root.path.clone());
            }
            self.document.pid.clone_from(&root.pid);
        }
        self.document
    }

    fn nodes(&mut self, reader: &mut XmlReader<'_>) -> Result<(), XmlFault> {
        while let Some(event) = reader.next()? {
            match event {
                Event::Start(element) => self.start(&element, reader)?,
                Event::End => {
                    self.open.pop();
                    truncate_to_parent(&mut self.path);
                }
                Event::Text(_) => {}
            }
        }
        Ok(())
    }

    fn start(&mut self, element: &Element<'_>, reader: &XmlReader<'_>) -> Result<(), XmlFault> {
        let is_root = self.open.is_empty();
        let named_by_file = is_root && self.document.nodes.is_empty() && is_jcr_root(element);
        if named_by_file {
            self.check_file_name(element, reader)?;
            self.path.clone_from(&self.root_path);
            let name = self.path.rfind('/').map_or(0, |slash| slash + 1);
            let registered = canonical(&self.root_path[name..], reader).0;
            self.path.replace_range(name.., &registered);
        } else {
            if is_root {
                self.path.clone_from(&self.root_path);
                truncate_to_parent(&mut self.path);
            }
            self.append(element)?;
        }
        let parent = self.open.last().copied();
        if self.reading == Reading::Aem && parent == Some(None) {
            self.open.push(None);
            return Ok(());
        }
        let (properties, pid) = self.properties(element, reader)?;
        // An element without properties only fixes the position of its node among its siblings, and its subtree is
        // skipped with it. The document's root node already exists or is created by its parent.
        if self.reading == Reading::Aem && properties.is_empty() && !is_root {
            self.open.push(None);
            return Ok(());
        }
        let name_span = if named_by_file { Span::at(0) } else { element.name_span };
        let (path, parent) = (self.path.clone(), parent.flatten());
        let node = Node { path, parent, pid, name_span, properties, ..Node::default() };
        let at = element.span.start;
        let counted = self.memory.node(&node, at);
        let counted = counted.and_then(|()| node.properties.iter().try_for_each(|own| self.memory.property(own, at)));
        counted.map_err(XmlFault::Limit)?;
        self.open.push(Some(self.document.nodes.len()));
        self.document.nodes.push(node);
        Ok(())
    }

    /// Appends an element's name to the path by string concatenation, as the original does: a decoded `/` acts as a
    /// separator.
    fn append(&mut self, element: &Element<'_>) -> Result<(), XmlFault> {
        if self.reading == Reading::Aem && name_and_index(&iso9075::decode(element.name.local())).1 < 0 {
            return Err(XmlFault::malformed(element.name_span.start, NEGATIVE_INDEX));
        }
        if !self.path.is_empty() && !self.path.ends_with('/') {
            self.path.push('/');
        }
        self.path.push_str(&qualified_name(&element.name));
        Ok(())
    }

    /// The name of the file must be a JCR name whose prefix the file itself declares: FileVault's parser resolves it
    /// with the docview's own namespaces; only on an instance the registered ones count too.
    fn check_file_name(&mut self, element: &Element<'_>, reader: &XmlReader<'_>) -> Result<(), XmlFault> {
        if self.reading == Reading::Tolerant || self.root_path == "/" {
            return Ok(());
        }
        let (name, index) = name_and_index(self.root_path.rsplit('/').next().unwrap_or(""));
        let malformed = |message: String| Err(XmlFault::malformed(element.span.end, message));
        match jcr_prefix(name) {
            _ if index < 0 => malformed(NEGATIVE_INDEX.to_owned()),
            Err(reason) => malformed(format!("the file name stands for no node name: {reason}")),
            Ok(Some(prefix)) if !prefix.is_empty() && reader.namespace(prefix).is_none() => {
                let message = format!("the prefix '{prefix}' of the file name is not declared in the file");
                if NAMESPACES.iter().all(|(_, known)| *known != prefix) {
                    return malformed(message);
                }
                self.document.loads_anyway = true;
                self.document.problem = Some(Problem::new(element.span.end, message));
                Ok(())
            }
            Ok(_) => Ok(()),
        }
    }

    /// The properties of an element's node, and its PID if it is a `sling:OsgiConfig`.
    fn properties(
        &self,
        element: &Element<'_>,
        reader: &XmlReader<'_>,
    ) -> Result<(Vec<Property>, Option<Pid>), XmlFault> {
        let mut properties: Vec<Property> = Vec::with_capacity(element.attributes.len());
        let mut names = HashSet::with_capacity(element.attributes.len());
        let mut shown = HashSet::new();
        let look_alikes = element.attributes.iter().any(|attribute| may_look_like_another(&attribute.name));
        let mut pid = None;
        for attribute in element.attributes.iter().filter(|attribute| attribute.cdata) {
            let value = self.value(attribute)?;
            // Of two attributes with the same decoded name, the first one counts.
            let local = iso9075::decode(attribute.name.local());
            let uri = attribute.name.uri.as_deref();
            if !names.insert((uri, local.clone())) {
                continue;
            }
            let mut name = qualified_name(&attribute.name);
            // `jcr_x003a_title` looks like `jcr:title`, but is in no namespace.
            if look_alikes && !shown.insert(name.clone()) {
                name = format!("{{{}}}{local}", uri.unwrap_or(attribute.name.prefix()));
            }
            let is_jcr = is_jcr_property(attribute);
            let is_name = is_jcr && matches!(local.as_ref(), "primaryType" | "mixinTypes");
            let property = property(name, is_name, attribute, value, reader);
            if is_jcr && local == "primaryType" && osgi::is_configuration(&property) {
                pid = Some(Pid::from_node_name(self.path.rsplit('/').next().unwrap_or("")));
            }
            properties.push(property);
        }
        Ok((properties, pid))
    }

    fn value(&self, attribute: &Attribute<'_>) -> Result<DocviewValue, XmlFault> {
        let text = &attribute.value.text;
        match docview_value::parse(text) {
            Ok(value) => Ok(value),
            Err(error) if self.reading == Reading::Aem => {
                Err(XmlFault::malformed(attribute.value.source(error.offset, error.offset).start, error.message))
            }
            Err(_) => Ok(DocviewValue::plain(text)),
        }
    }
}

/// Whether the displayed name of the property may equal that of a property in another namespace.
fn may_look_like_another(name: &xml::Name<'_>) -> bool {
    name.uri.is_none() || name.prefix().ends_with('2') || name.local().contains("_x")
}

fn is_jcr_property(attribute: &Attribute<'_>) -> bool {
    match attribute.name.uri.as_deref() {
        Some(uri) => uri == JCR_NAMESPACE,
        None => attribute.name.prefix() == "jcr",
    }
}

fn property(
    name: String,
    is_name: bool,
    attribute: &Attribute<'_>,
    value: DocviewValue,
    reader: &XmlReader<'_>,
) -> Property {
    let value_type = match value.value_type {
        // A reference to a binary is stored as a Binary.
        Some(ValueType::BinaryRef) => ValueType::Binary,
        Some(value_type) => value_type,
        None if is_name => ValueType::Name,
        None => ValueType::String,
    };
    let source = |(text, range): (String, std::ops::Range<usize>)| Value {
        span: attribute.value.source(range.start, range.end),
        text: canonical_value(value_type, text, reader),
    };
    let mut values: Vec<Value> = value.values.into_iter().map(source).collect();
    values.shrink_to_fit();
    Property {
        name,
        name_span: attribute.name_span,
        value_type,
        multiple: value.multiple,
        values,
        span: attribute.value.span,
    }
}

/// Jackrabbit `Text#getRelativeParent(path, 1)`, in place.
fn truncate_to_parent(path: &mut String) {
    match path.rfind('/') {
        Some(0) => path.truncate(1),
        Some(end) => path.truncate(end),
        None => path.clear(),
    }
}

/// A path for a docview outside a repository: its own name below `/`.
fn path_of_loose_file(path: &str) -> String {
    let mut segments = path.rsplit('/');
    let name = segments.next().unwrap_or("");
    let platform = match name {
        ".content.xml" => segments.next().unwrap_or(""),
        _ => name.strip_suffix(".xml").unwrap_or(name),
    };
    format!("/{}", repository_name(platform))
}
