//! The result of reading a file: a flat list of nodes.

use std::collections::HashMap;

use super::{Span, Value, ValueType};
use crate::repository::Pid;

/// A parsed file.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// The nodes in document order, parents before children.
    pub nodes: Vec<Node>,
    /// JCR path of the document's root node or of the file itself; `None` if the location does not determine it.
    pub jcr_path: Option<String>,
    /// The PID, when the whole file is one OSGi configuration.
    pub pid: Option<Pid>,
    /// Why this reading did not accept the whole file. Nodes before the error remain if the reader keeps them.
    pub problem: Option<Problem>,
    /// Only FileVault's parser has the problem (the Maven plugin's validation): an AEM instance knows the namespace
    /// that the file does not declare, and loads the file.
    pub loads_anyway: bool,
    /// A limit was reached, so part of the file was not read.
    pub limit: Option<Problem>,
}

impl Document {
    /// Whether AEM would load the file, for the document of the `aem` reading.
    pub fn loads(&self) -> bool {
        self.problem.is_none() || self.loads_anyway
    }
}

/// What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// One sentence for people; no secret values.
    pub message: String,
    /// Byte offset in the decoded text.
    pub offset: usize,
}

impl Problem {
    /// A problem at `offset` of the decoded text.
    pub fn new(offset: usize, message: impl Into<String>) -> Self {
        Self { message: message.into(), offset }
    }
}

/// A repository node, an OSGi configuration, or an object of a JSON file.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// Absolute JCR path of a content node (with the document's own prefixes); for an OSGi configuration the path of
    /// its file or node; for other JSON the keys joined with `/`.
    pub path: String,
    /// Index of the parent in [`Document::nodes`].
    pub parent: Option<usize>,
    /// The configuration's PID, when this node is an OSGi configuration.
    pub pid: Option<Pid>,
    /// Run modes that the *content* of the file attaches to this node (provisioning model, feature variables).
    pub run_modes: Vec<String>,
    /// Where the node is named: the element name, the key, the `PID = ` line; an empty span at 0 when it is the file.
    pub name_span: Span,
    /// The properties in document order; names are unique.
    pub properties: Vec<Property>,
}

/// A property of a [`Node`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Qualified name, decoded, with the document's own prefix (`jcr:primaryType`).
    pub name: String,
    /// Where the name is written.
    pub name_span: Span,
    /// Declared or default type.
    pub value_type: ValueType,
    /// Array or collection.
    pub multiple: bool,
    /// The values; exactly one unless `multiple`.
    pub values: Vec<Value>,
    /// The whole value as written, with type prefix and brackets, without the quotes around it.
    pub span: Span,
}

impl Node {
    /// The property called `name`, exactly.
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|p| p.name == name)
    }

    /// The property called `name`, ignoring ASCII case: OSGi Configuration Admin keys are case-insensitive.
    pub fn property_ignore_case(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|p| p.name.eq_ignore_ascii_case(name))
    }

    /// The first value of the property called `name`.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.property(name).and_then(Property::first)
    }

    /// The last segment of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or("")
    }
}

/// Where the properties of a node are, by name.
#[derive(Debug, Default)]
pub(crate) struct PropertyPlaces(HashMap<String, usize>);

impl PropertyPlaces {
    /// Adds `property` to `properties`. Of several with the same name, the last one counts, in the place of the first;
    /// the one that it replaces is returned.
    pub(crate) fn put(&mut self, properties: &mut Vec<Property>, property: Property) -> Option<Property> {
        if let Some(&place) = self.0.get(&property.name) {
            return Some(std::mem::replace(&mut properties[place], property));
        }
        self.0.insert(property.name.clone(), properties.len());
        properties.push(property);
        None
    }

    /// The place of the property called `name`.
    pub(crate) fn get(&self, name: &str) -> Option<usize> {
        self.0.get(name).copied()
    }
}

impl Property {
    /// A String with one value.
    pub fn string(name: impl Into<String>, name_span: Span, value: Value) -> Self {
        let value_type = ValueType::String;
        Self { name: name.into(), name_span, value_type, multiple: false, span: value.span, values: vec![value] }
    }

    /// The first value, if there is one.
    pub fn first(&self) -> Option<&str> {
        self.values.first().map(|v| v.text.as_str())
    }

    /// All values as text.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(|v| v.text.as_str())
    }
}
