//! Hand-built documents for the tests of this stage.

use super::systems::SystemPart;
use super::{Extract, Knowledge, Model};
use crate::format::{
    Detected, Document, Format, Input, Node, Property, RawFile, Reading, Span, Text, Value, ValueType,
};
use crate::repository::{FileContext, Pid};
use crate::source::{Limits, SourcePath};

/// A property of strings.
pub fn property(name: &str, values: &[&str]) -> Property {
    Property {
        name: name.to_owned(),
        name_span: Span::default(),
        value_type: ValueType::String,
        multiple: values.len() != 1,
        values: values.iter().map(|v| Value { text: (*v).to_owned(), span: Span::default() }).collect(),
        span: Span::default(),
    }
}

/// A format that never reads anything: the documents of these tests are made by hand.
#[derive(Debug)]
struct ByHand;

impl Format for ByHand {
    fn id(&self) -> &'static str {
        "by-hand"
    }
    fn traits(&self) -> crate::format::Traits {
        crate::format::status_dump::StatusDump.traits()
    }
    fn recognises(&self, _: &RawFile<'_>) -> bool {
        true
    }
    fn read(&self, _: &Input<'_>, _: &Text<'_>, _: Reading) -> Document {
        Document::default()
    }
}

/// A file with the nodes that a test gives it.
#[derive(Debug, Default)]
pub struct TestFile {
    context: FileContext,
    document: Document,
}

impl TestFile {
    /// A file at `path`; below `jcr_root` it lies in the repository.
    pub fn at(path: &str) -> Self {
        let mut file = Self::default();
        file.context.path = SourcePath::file(path);
        file.context.repository_path = path.split_once("jcr_root/").map(|(_, rest)| rest.to_owned());
        file
    }

    /// An OSGi configuration in `path`.
    pub fn osgi(path: &str, pid: Pid, properties: &[(&str, &[&str])]) -> Self {
        let mut file = Self::at(path);
        file.document.pid = Some(pid.clone());
        let path = file.context.repository_path.clone().map_or_else(String::new, |p| format!("/{p}"));
        file.document.nodes.push(Node { path, pid: Some(pid), properties: of(properties), ..Node::default() });
        file
    }

    /// The same as `entry` of the archive `archive`.
    #[must_use]
    pub fn inside(mut self, archive: &str, entry: &str) -> Self {
        self.context.path = SourcePath::file(archive).entry(entry);
        self
    }

    /// A content node at `jcr_path`, below the node before whose path it begins with.
    #[must_use]
    pub fn node(mut self, jcr_path: &str, properties: &[(&str, &[&str])]) -> Self {
        let parent = self.document.nodes.iter().rposition(|n| jcr_path.starts_with(&n.path));
        self.document.nodes.push(Node {
            path: jcr_path.to_owned(),
            parent,
            properties: of(properties),
            ..Node::default()
        });
        self
    }

    /// What is recognised in it.
    pub fn extract(&self, knowledge: &Knowledge) -> Extract {
        let limits = Limits::default();
        let input = Input { context: &self.context, bytes: b"", limits: &limits };
        super::recognise(&input, Some((&Detected::of(&ByHand, &input), &self.document)), knowledge)
    }
}

fn of(properties: &[(&str, &[&str])]) -> Vec<Property> {
    properties.iter().map(|(name, values)| property(name, values)).collect()
}

/// What a scan of `files` finds.
pub fn model(files: &[TestFile]) -> Model {
    model_with(files, &Knowledge::default())
}

/// What a scan of `files` finds.
pub fn model_with(files: &[TestFile], knowledge: &Knowledge) -> Model {
    let extracts = files.iter().map(|file| file.extract(knowledge)).collect();
    super::join(SystemPart { extracts, ..SystemPart::default() }, knowledge)
}
