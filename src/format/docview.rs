//! Docview XML: FileVault's enhanced document view of a node tree, one element per node, one attribute per property.
//!
//! `.content.xml` holds the node of its folder; another `x.xml` that looks like a docview holds the node `x`
//! (FileVault `Importer#prepare`, `DocViewParser`, `DocViewSAXHandler`). `sling:OsgiConfig` nodes are OSGi
//! configurations wherever they stand.

use super::docview_value;
use super::xml::{self, Element, Event, Fault, Mode, Reader, dtd::Dtd};
use super::{Document, Format, Input, Node, Problem, Property, Reading, Span, Text, Value, ValueType, iso9075};
use crate::repository::platform_name::repository_name;
use crate::repository::{FileContext, Pid};

/// The namespace of `jcr:root` and of JCR's own properties.
pub const JCR_NAMESPACE: &str = "http://www.jcp.org/jcr/1.0";

/// Namespaces of JCR, Jackrabbit, Sling and AEM with the prefixes under which every AEM registers them.
pub const NAMESPACES: &[(&str, &str)] = &[
    (JCR_NAMESPACE, "jcr"),
    ("http://www.jcp.org/jcr/nt/1.0", "nt"),
    ("http://www.jcp.org/jcr/mix/1.0", "mix"),
    ("http://www.jcp.org/jcr/sv/1.0", "sv"),
    ("internal", "rep"),
    ("http://jackrabbit.apache.org/oak/ns/1.0", "oak"),
    ("http://sling.apache.org/jcr/sling/1.0", "sling"),
    ("http://www.day.com/jcr/cq/1.0", "cq"),
    ("http://www.day.com/dam/1.0", "dam"),
    ("http://www.day.com/jcr/vault/1.0", "vlt"),
    ("http://www.day.com/crx/1.0", "crx"),
    ("http://www.adobe.com/jcr/granite/1.0", "granite"),
    (xml::XML_NAMESPACE, "xml"),
];

/// How much of a file FileVault looks at to tell a docview, in characters.
const SNIFFED_CHARACTERS: usize = 1024;

/// Docviews that FileVault recognises as such.
#[derive(Clone, Copy, Debug)]
pub struct Docview;

/// Docviews that only a person recognises: FileVault imports the file as an `nt:file`, so that its nodes never come to
/// be.
#[derive(Clone, Copy, Debug)]
pub struct UnrecognisedDocview;

impl Format for Docview {
    fn id(&self) -> &'static str {
        "docview"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.context.is_dot_content_xml() || has_xml_extension(input.context) && is_docview(input.bytes)
    }

    fn decode<'a>(&self, input: &Input<'a>) -> Text<'a> {
        xml::encoding::decode(input.bytes)
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        Builder::new(input, reading).read(input.bytes, text)
    }
}

impl Format for UnrecognisedDocview {
    fn id(&self) -> &'static str {
        "unrecognised-docview"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        has_xml_extension(input.context)
            && looks_like_docview(&xml::encoding::decode(input.bytes), input.limits.max_nesting)
    }

    fn decode<'a>(&self, input: &Input<'a>) -> Text<'a> {
        xml::encoding::decode(input.bytes)
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        match reading {
            Reading::Tolerant => Builder::new(input, reading).read(input.bytes, text),
            Reading::Aem => Document {
                jcr_path: input.context.jcr_path(),
                problem: Some(Problem::new(
                    0,
                    "FileVault does not recognise this file as a docview and imports it as a plain file: \
                     '<jcr:root' and \"http://www.jcp.org/jcr/1.0\" in double quotes must stand in its first 1024 characters",
                )),
                ..Document::default()
            },
        }
    }
}

fn has_xml_extension(context: &FileContext) -> bool {
    context.path.file_name().ends_with(".xml")
}

/// Whether FileVault takes a `*.xml` file other than `.content.xml` for a docview (`DocViewParser#isDocView`): by two
/// strings in its first 1024 characters, read as UTF-8.
pub fn is_docview(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(SNIFFED_CHARACTERS * 4)];
    let mut units = 0;
    let head: String = String::from_utf8_lossy(head)
        .chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= SNIFFED_CHARACTERS
        })
        .collect();
    head.contains("<jcr:root") && head.contains("\"http://www.jcp.org/jcr/1.0\"")
}

/// Whether a person takes the file for a docview: its root element is `jcr:root` by namespace or, unbound, by name.
fn looks_like_docview(text: &Text<'_>, max_depth: usize) -> bool {
    let dtd = Dtd::default();
    let mut reader =
        Reader::new(text.as_str(), &dtd, xml::Options { mode: Mode::Lenient, max_depth, undecodable: None });
    match reader.next() {
        Ok(Some(Event::Start(root))) => is_jcr_root(&root),
        _ => false,
    }
}

fn is_jcr_root(element: &Element<'_>) -> bool {
    element.name.is(JCR_NAMESPACE, "root") || element.name.uri.is_none() && element.name.qualified == "jcr:root"
}

/// Builds the nodes of one docview.
struct Builder {
    reading: Reading,
    document: Document,
    max_depth: usize,
    /// Path of the docview's root node, were its element `jcr:root`.
    root_path: String,
    /// Path of the node being read.
    path: String,
    /// The index of each open element's node; `None` for an element that makes no node.
    open: Vec<Option<usize>>,
}

impl Builder {
    fn new(input: &Input<'_>, reading: Reading) -> Self {
        let root_path = input.context.docview_path().unwrap_or_else(|| path_of_loose_file(input.context));
        Self {
            reading,
            document: Document { jcr_path: input.context.docview_path(), ..Document::default() },
            max_depth: input.limits.max_nesting,
            root_path,
            path: String::new(),
            open: Vec::new(),
        }
    }

    fn read(mut self, bytes: &[u8], text: &Text<'_>) -> Document {
        let mode = match self.reading {
            Reading::Aem => Mode::Strict,
            Reading::Tolerant => Mode::Lenient,
        };
        let dtd = Dtd::of(text.as_str(), mode);
        let mut reader = Reader::new(
            text.as_str(),
            &dtd,
            xml::Options { mode, max_depth: self.max_depth, undecodable: xml::encoding::fault(bytes, text) },
        );
        if let Err(fault) = self.nodes(&mut reader) {
            match fault {
                Fault::Malformed(problem) => self.document.problem = Some(problem),
                Fault::Limit(problem) => self.document.limit = Some(problem),
            }
        }
        if let Some(root) = self.document.nodes.first().filter(|node| node.parent.is_none()) {
            if self.document.jcr_path.is_some() {
                self.document.jcr_path = Some(root.path.clone());
            }
            self.document.pid = root.pid.clone();
        }
        self.document
    }

    fn nodes(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        while let Some(event) = reader.next()? {
            match event {
                Event::Start(element) => self.start(&element, reader)?,
                Event::End => self.end(),
                Event::Text(_) => {}
            }
        }
        Ok(())
    }

    fn start(&mut self, element: &Element<'_>, reader: &Reader<'_>) -> Result<(), Fault> {
        let is_root = self.open.is_empty();
        let named_by_file = is_root && is_jcr_root(element);
        if named_by_file {
            self.check_file_name(element, reader)?;
            self.path.clone_from(&self.root_path);
        } else {
            if is_root {
                self.path.clone_from(&self.root_path);
                truncate_to_parent(&mut self.path);
            }
            if !self.path.is_empty() && !self.path.ends_with('/') {
                self.path.push('/');
            }
            self.path.push_str(&iso9075::decode(element.name.qualified));
        }
        let parent = self.open.last().copied();
        if self.skips(parent) {
            self.open.push(None);
            return Ok(());
        }
        let properties = self.properties(element)?;
        // An element without property only gives its node's place among its siblings (`DocViewImporter`).
        if self.reading == Reading::Aem && properties.is_empty() && !is_root {
            self.open.push(None);
            return Ok(());
        }
        let pid = self.pid(&properties);
        let name_span = if named_by_file { Span::at(0) } else { element.name_span };
        self.open.push(Some(self.document.nodes.len()));
        self.document.nodes.push(Node {
            path: self.path.clone(),
            parent: parent.flatten(),
            pid,
            run_modes: Vec::new(),
            name_span,
            properties,
        });
        Ok(())
    }

    fn skips(&self, parent: Option<Option<usize>>) -> bool {
        self.reading == Reading::Aem && parent == Some(None)
    }

    /// The prefix in the name of the file must be declared in it: FileVault resolves the name with the docview's own
    /// namespaces.
    fn check_file_name(&self, element: &Element<'_>, reader: &Reader<'_>) -> Result<(), Fault> {
        let name = self.root_path.rsplit('/').next().unwrap_or("");
        match name.split_once(':') {
            Some((prefix, _)) if self.reading == Reading::Aem && reader.namespace(prefix).is_none() => {
                Err(Fault::Malformed(Problem::new(
                    element.span.end,
                    format!("the prefix '{prefix}' of the file name is not declared in the file"),
                )))
            }
            _ => Ok(()),
        }
    }

    fn end(&mut self) {
        self.open.pop();
        truncate_to_parent(&mut self.path);
    }

    fn pid(&self, properties: &[Property]) -> Option<Pid> {
        let primary_type = properties.iter().find(|property| property.name == "jcr:primaryType")?;
        if primary_type.first() != Some("sling:OsgiConfig") {
            return None;
        }
        let name = self.path.rsplit('/').next().unwrap_or("");
        Some(pid_of_node_name(name))
    }

    fn properties(&self, element: &Element<'_>) -> Result<Vec<Property>, Fault> {
        let mut properties: Vec<Property> = Vec::with_capacity(element.attributes.len());
        let mut names = std::collections::HashSet::new();
        for attribute in element.attributes.iter().filter(|attribute| attribute.cdata) {
            let name = property_name(&attribute.name);
            let is_name_typed = matches!(name.as_str(), "jcr:primaryType" | "jcr:mixinTypes");
            let parsed = match docview_value::parse(&attribute.value.text) {
                Ok(parsed) => parsed,
                Err(error) if self.reading == Reading::Aem => {
                    let at = attribute.value.source(error.offset, error.offset).start;
                    return Err(Fault::Malformed(Problem::new(at, error.message)));
                }
                Err(_) => docview_value::DocviewValue {
                    value_type: None,
                    multiple: false,
                    values: vec![(attribute.value.text.to_string(), 0..attribute.value.text.len())],
                },
            };
            if !names.insert(name.clone()) {
                continue;
            }
            let value_type = match parsed.value_type {
                Some(ValueType::BinaryRef) => ValueType::Binary,
                Some(value_type) => value_type,
                None if is_name_typed => ValueType::Name,
                None => ValueType::String,
            };
            let values = parsed
                .values
                .into_iter()
                .map(|(text, range)| Value { text, span: attribute.value.source(range.start, range.end) })
                .collect();
            properties.push(Property {
                name,
                name_span: attribute.name_span,
                value_type,
                multiple: parsed.multiple,
                values,
                span: attribute.value.span,
            });
        }
        Ok(properties)
    }
}

/// The qualified name of a property: under the prefix that AEM registers for a namespace that it knows, under the
/// document's own otherwise.
fn property_name(name: &xml::Name<'_>) -> String {
    let local = iso9075::decode(name.local());
    let known = name.uri.as_deref().and_then(|uri| NAMESPACES.iter().find(|(known, _)| *known == uri));
    match (known, name.prefix()) {
        (Some((_, prefix)), _) => format!("{prefix}:{local}"),
        (None, "") => local.into_owned(),
        (None, prefix) => format!("{prefix}:{local}"),
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

/// A path for a docview that lies in no repository: its own name below `/`.
fn path_of_loose_file(context: &FileContext) -> String {
    let mut segments = context.path.innermost().rsplit('/');
    let name = segments.next().unwrap_or("");
    let platform = match name {
        ".content.xml" => segments.next().unwrap_or(""),
        _ => name.strip_suffix(".xml").unwrap_or(name),
    };
    format!("/{}", repository_name(platform))
}

/// The PID that a `sling:OsgiConfig` node's name stands for.
fn pid_of_node_name(name: &str) -> Pid {
    if let Some((factory, sub_name)) = name.split_once('~') {
        return Pid::factory(factory, sub_name);
    }
    match name.find('-') {
        Some(at) if at > 0 => Pid::factory(&name[..at], &name[at + 1..]),
        _ => Pid::singleton(name),
    }
}

#[cfg(test)]
mod tests;
