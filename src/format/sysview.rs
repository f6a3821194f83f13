//! JCR system view: `sv:node`, `sv:property`, `sv:value` (JCR 2.0 §7.2; Oak `SysViewImportHandler`).
//!
//! Names are plain, without ISO 9075 escapes; values are the text between the tags, white space included. FileVault no
//! longer supports the format and imports such a file as a plain one; `Session#exportSystemView` writes it.

use std::collections::{HashMap, HashSet};

use super::base64::decode as base64;
use super::docview::{JCR_NAMESPACE, canonical, canonical_value};
use super::memory::Memory;
use super::osgi;
use super::quiet::Outline;
use super::traits::{CommentSyntax, Stores, Traits};
use super::xml::{self, Decoded, Element, Event, XmlFault, XmlReader, dtd::Dtd};
use super::{Document, Format, Input, Node, Property, RawFile, Reading, Span, Text, Value, ValueType, docview_value};
use crate::repository::Pid;
use crate::source::Literal;

/// The namespace of the format.
const SV_NAMESPACE: &str = "http://www.jcp.org/jcr/sv/1.0";

/// Values may be base64, or split by CDATA sections and comments, so every such file is read.
pub static LITERALS: &[Literal] = &[Literal::new("jcp.org/jcr/sv/1.0")];

/// Number of bytes at the beginning of a file that are examined before the whole file is.
const BEGINNING: usize = 64 << 10;

/// A system view of a node tree.
#[derive(Clone, Copy, Debug)]
pub struct SystemView;

impl Format for SystemView {
    fn traits(&self) -> Traits {
        Traits {
            comments: Some(CommentSyntax::Xml),
            own_encoding: true,
            outline: Some(Outline::RootElements),
            ..Traits::exported("system-view", Stores::Content)
        }
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        input.context.file_name().ends_with(".xml")
            && xml::encoding::may_contain(input.bytes, SV_NAMESPACE)
            && is_system_view(input.bytes)
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        let mut builder = SysviewBuilder { is_strict: reading == Reading::Aem, ..SysviewBuilder::default() };
        let result = xml::read_file(input, text, reading, |reader| builder.run(reader));
        let mut document = builder.document;
        document.jcr_path = input.context.jcr_path();
        document.take(result);
        document
    }
}

impl Document {
    /// Records how reading the XML ended.
    pub(super) fn take(&mut self, result: Result<(), XmlFault>) {
        match result {
            Ok(()) => {}
            Err(XmlFault::Malformed(problem)) => (self.problem, self.loads_anyway) = (Some(problem), false),
            Err(XmlFault::Limit(limit)) => self.limit = Some(limit),
        }
    }
}

/// Whether the root element belongs to the format; it is nearly always at the very beginning.
fn is_system_view(bytes: &[u8]) -> bool {
    let has_root = |bytes| {
        let (text, dtd) = (xml::encoding::decode(bytes), Dtd::default());
        xml::first_element(&text, &dtd, 1).is_some_and(|root| root.name.uri.as_deref() == Some(SV_NAMESPACE))
    };
    bytes.get(..BEGINNING).is_some_and(has_root) || has_root(bytes)
}

/// Kind of an open element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ElementKind {
    Node,
    Property,
    Value,
    Foreign,
}

#[derive(Debug, Default)]
struct SysviewBuilder {
    is_strict: bool,
    document: Document,
    memory: Memory,
    elements: Vec<ElementKind>,
    nodes: Vec<OpenNode>,
    property: Option<OpenProperty>,
    value: Option<OpenValue>,
}

#[derive(Debug)]
struct OpenNode {
    index: usize,
    /// Number of children of each name so far.
    children: HashMap<String, usize>,
    /// Names of the properties so far.
    properties: HashSet<String>,
}

#[derive(Debug)]
struct OpenProperty {
    property: Property,
    /// In JCR's own namespace.
    is_primary_type: bool,
}

#[derive(Debug)]
struct OpenValue {
    text: String,
    span: Span,
    base64: bool,
}

impl SysviewBuilder {
    fn run(&mut self, reader: &mut XmlReader<'_>) -> Result<(), XmlFault> {
        while let Some(event) = reader.next()? {
            match event {
                Event::Start(element) => self.start(&element, reader)?,
                Event::Text(text) => self.text(&text),
                Event::End => self.end(reader)?,
            }
        }
        Ok(())
    }

    fn start(&mut self, element: &Element<'_>, reader: &XmlReader<'_>) -> Result<(), XmlFault> {
        let kind = match element.name.local() {
            _ if element.name.uri.as_deref() != Some(SV_NAMESPACE) => ElementKind::Foreign,
            "node" => ElementKind::Node,
            "property" if !self.nodes.is_empty() => ElementKind::Property,
            "value" if self.property.is_some() => ElementKind::Value,
            _ => ElementKind::Foreign,
        };
        match kind {
            ElementKind::Node => self.start_node(element, reader)?,
            ElementKind::Property => self.start_property(element, reader)?,
            ElementKind::Value => {
                let base64 = element
                    .attributes
                    .iter()
                    .any(|a| a.name.qualified == "xsi:type" && a.value.text == "xs:base64Binary");
                self.value = Some(OpenValue { text: String::new(), span: Span::at(element.span.end), base64 });
            }
            ElementKind::Foreign if self.is_strict => {
                let message = "only sv:node, sv:property and sv:value belong in a system view";
                return Err(XmlFault::malformed(element.span.start, message));
            }
            ElementKind::Foreign => {}
        }
        self.elements.push(kind);
        Ok(())
    }

    fn start_node(&mut self, element: &Element<'_>, reader: &XmlReader<'_>) -> Result<(), XmlFault> {
        let name = match attribute(element, "name") {
            Some(name) => canonical(&name.text, reader).0.into_owned(),
            None => self.missing(element, "sv:name").map(|()| String::new())?,
        };
        let parent = self.nodes.last_mut();
        let (path, index) = match parent {
            None => (format!("/{name}"), None),
            Some(parent) => {
                let count = parent.children.entry(name.clone()).or_default();
                *count += 1;
                let index = if *count > 1 { format!("[{count}]") } else { String::new() };
                (format!("{}/{name}{index}", self.document.nodes[parent.index].path), Some(parent.index))
            }
        };
        let node = Node { path, parent: index, name_span: element.name_span, ..Node::default() };
        self.memory.node(&node, element.span.start).map_err(XmlFault::Limit)?;
        let index = self.document.nodes.len();
        self.nodes.push(OpenNode { index, children: HashMap::new(), properties: HashSet::new() });
        self.document.nodes.push(node);
        Ok(())
    }

    fn start_property(&mut self, element: &Element<'_>, reader: &XmlReader<'_>) -> Result<(), XmlFault> {
        let Some(name) = attribute(element, "name") else { return self.missing(element, "sv:name") };
        let value_type = match attribute(element, "type") {
            Some(written) => match docview_value::type_named(&written.text) {
                Some(value_type) => value_type,
                None if self.is_strict => {
                    return Err(XmlFault::malformed(written.span.start, "no property type of JCR"));
                }
                None => ValueType::String,
            },
            None => {
                self.missing(element, "sv:type")?;
                ValueType::String
            }
        };
        let (qualified, uri) = canonical(&name.text, reader);
        let is_primary_type = qualified == "jcr:primaryType" && uri.is_none_or(|uri| *uri == *JCR_NAMESPACE);
        let property = Property {
            name: qualified.into_owned(),
            name_span: name.span,
            value_type,
            multiple: attribute(element, "multiple").is_some(),
            values: Vec::new(),
            span: Span::at(element.span.end),
        };
        self.property = Some(OpenProperty { property, is_primary_type });
        Ok(())
    }

    fn missing(&self, element: &Element<'_>, name: &str) -> Result<(), XmlFault> {
        if self.is_strict {
            return Err(XmlFault::malformed(element.span.start, format!("the attribute {name} is missing")));
        }
        Ok(())
    }

    fn text(&mut self, text: &Decoded<'_>) {
        let Some(value) = &mut self.value else { return };
        value.span = if value.text.is_empty() { text.span } else { value.span.to(text.span) };
        value.text.push_str(&text.text);
    }

    fn end(&mut self, reader: &XmlReader<'_>) -> Result<(), XmlFault> {
        match self.elements.pop() {
            Some(ElementKind::Node) => {
                self.nodes.pop();
            }
            Some(ElementKind::Property) => self.end_property()?,
            Some(ElementKind::Value) => self.end_value(reader),
            Some(ElementKind::Foreign) | None => {}
        }
        Ok(())
    }

    fn end_value(&mut self, reader: &XmlReader<'_>) {
        let (Some(value), Some(open)) = (self.value.take(), &mut self.property) else { return };
        let property = &mut open.property;
        let binary = matches!(property.value_type, ValueType::Binary | ValueType::BinaryRef);
        let decoded = (value.base64 || binary).then(|| base64(&value.text)).flatten();
        let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or(value.text);
        let text = canonical_value(property.value_type, text, reader);
        property.span = if property.values.is_empty() { value.span } else { property.span.to(value.span) };
        property.values.push(Value { text, span: value.span });
    }

    fn end_property(&mut self) -> Result<(), XmlFault> {
        let (Some(open), Some(node)) = (self.property.take(), self.nodes.last_mut()) else { return Ok(()) };
        let mut property = open.property;
        // Without the hint, a property with one value is single-valued.
        property.multiple |= property.values.len() != 1;
        property.values.shrink_to_fit();
        let target = &mut self.document.nodes[node.index];
        if open.is_primary_type && osgi::is_configuration(&property) {
            target.pid = Some(Pid::from_node_name(target.name()));
        }
        if node.properties.insert(property.name.clone()) {
            self.memory.property(&property, property.span.start).map_err(XmlFault::Limit)?;
            target.properties.push(property);
        }
        Ok(())
    }
}

fn attribute<'e, 'a>(element: &'e Element<'a>, local: &str) -> Option<&'e Decoded<'a>> {
    let found = element.attributes.iter().find(|attribute| attribute.name.is(SV_NAMESPACE, local));
    found.map(|attribute| &attribute.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::FileContext;
    use crate::source::{Limits, SourcePath};

    const NS: &str = "xmlns:sv=\"http://www.jcp.org/jcr/sv/1.0\" xmlns:jcr=\"http://www.jcp.org/jcr/1.0\"";

    fn read(text: &str, reading: Reading) -> Document {
        let context = FileContext { path: SourcePath::file("export.xml"), ..FileContext::default() };
        let input = Input { context: &context, bytes: text.as_bytes(), limits: &Limits::default() };
        assert!(SystemView.recognises(&RawFile::new(input)));
        SystemView.read(&input, &SystemView.decode(&input), reading)
    }

    #[test]
    fn configurations_have_a_pid() {
        let text = format!(
            "<sv:node {NS} sv:name=\"config\"><sv:node sv:name=\"a.b.C~x\"><sv:property sv:name=\"jcr:primaryType\" \
             sv:type=\"Name\"><sv:value>sling:OsgiConfig</sv:value></sv:property></sv:node></sv:node>"
        );
        let document = read(&text, Reading::Aem);
        assert_eq!(document.problem, None);
        assert_eq!(document.nodes[1].path, "/config/a.b.C~x");
        assert_eq!(document.nodes[1].pid, Some(Pid::factory("a.b.C", "x")));
    }

    #[test]
    fn values_keep_their_place_and_white_space() {
        let text = format!(
            "<sv:node {NS} sv:name=\"a\"><sv:property sv:name=\"s\" sv:type=\"String\"><sv:value> x&amp;y </sv:value>\
             <sv:value/></sv:property></sv:node>"
        );
        let document = read(&text, Reading::Aem);
        let property = document.nodes[0].property("s").unwrap();
        assert_eq!(property.texts().collect::<Vec<_>>(), [" x&y ", ""]);
        assert_eq!(&text[property.values[0].span.range()], " x&amp;y ");
        assert!(property.multiple);
    }

    #[test]
    fn a_person_reads_on_where_oak_refuses() {
        let text = format!(
            "<sv:node {NS} sv:name=\"a\"><x/><sv:property sv:name=\"s\"><sv:value>1</sv:value></sv:property></sv:node>"
        );
        assert!(read(&text, Reading::Aem).problem.is_some());
        let document = read(&text, Reading::Tolerant);
        assert_eq!(document.problem, None);
        assert_eq!(document.nodes[0].text("s"), Some("1"));
    }

    #[test]
    fn nodes_without_a_name_have_a_place_for_people_and_are_counted() {
        let text = format!(
            "<sv:node {NS} sv:name=\"a\"><sv:node><sv:property sv:name=\"s\"><sv:value>1</sv:value></sv:property>\
             </sv:node><sv:node/></sv:node>"
        );
        let problem = read(&text, Reading::Aem).problem.unwrap();
        assert_eq!(problem.offset, text.find("<sv:node><sv:property").unwrap());
        assert_eq!(problem.message, "the attribute sv:name is missing");
        let document = read(&text, Reading::Tolerant);
        assert_eq!(document.problem, None);
        let nodes: Vec<_> = document.nodes.iter().map(|node| (node.path.as_str(), node.parent)).collect();
        assert_eq!(nodes, [("/a", None), ("/a/", Some(0)), ("/a/[2]", Some(0))]);
        assert_eq!(document.nodes[1].text("s"), Some("1"));
        // They take memory like any other.
        let (long, nodes) = ("a".repeat(4000), "<sv:node/>".repeat(100_000));
        let many = format!("<sv:node {NS} sv:name=\"{long}\">{nodes}</sv:node>");
        assert_eq!(
            read(&many, Reading::Tolerant).limit.unwrap().message,
            "the nodes of this file take too much memory"
        );
    }

    #[test]
    fn elements_out_of_place_are_refused() {
        let problem = |text: &str| read(text, Reading::Aem).problem;
        for inside in [
            "<sv:value/>",
            "<x:node xmlns:x=\"y\" sv:name=\"b\"/>",
            "<x:property xmlns:x=\"y\" sv:name=\"b\" sv:type=\"String\"/>",
        ] {
            assert!(problem(&format!("<sv:node {NS} sv:name=\"a\">{inside}</sv:node>")).is_some(), "{inside}");
        }
        assert!(problem(&format!("<sv:property {NS} sv:name=\"b\" sv:type=\"String\"/>")).is_some());
    }

    #[test]
    fn nodes_know_their_parent_and_place() {
        let text =
            format!("<sv:node {NS} sv:name=\"a\"><sv:node sv:name=\"b\"/><sv:node><sv:node/></sv:node></sv:node>");
        let document = read(&text, Reading::Tolerant);
        let nodes: Vec<_> = document.nodes.iter().map(|node| (node.path.as_str(), node.parent)).collect();
        assert_eq!(nodes, [("/a", None), ("/a/b", Some(0)), ("/a/", Some(0)), ("/a//", Some(2))]);
        let starts: Vec<usize> = text.match_indices("sv:node").map(|found| found.0).collect();
        let opened: Vec<usize> = starts.into_iter().filter(|&at| &text[at - 1..at] == "<").collect();
        assert_eq!(document.nodes.iter().map(|node| node.name_span.start).collect::<Vec<_>>(), opened);
        assert!(document.nodes.iter().all(|node| &text[node.name_span.range()] == "sv:node"));
    }

    #[test]
    fn only_the_primary_type_makes_a_configuration() {
        for (name, value, is_configuration) in [
            ("jcr:primaryType", "sling:OsgiConfig", true),
            ("jcr:primaryType", "nt:folder", false),
            ("s", "sling:OsgiConfig", false),
            ("x:primaryType", "sling:OsgiConfig", false),
        ] {
            let text = format!(
                "<sv:node {NS} sv:name=\"a.b.C\"><sv:property sv:name=\"{name}\" sv:type=\"Name\">\
                 <sv:value>{value}</sv:value></sv:property></sv:node>"
            );
            assert_eq!(read(&text, Reading::Aem).nodes[0].pid.is_some(), is_configuration, "{name} {value}");
        }
    }

    #[test]
    fn values_are_base64_when_their_type_says_so() {
        let text = |attribute: &str| {
            let text = format!(
                "<sv:node {NS} sv:name=\"a\"><sv:property sv:name=\"s\" sv:type=\"String\"><sv:value \
                 xmlns:xsi=\"x\" {attribute}>SGVsbG8=</sv:value></sv:property></sv:node>"
            );
            read(&text, Reading::Aem).nodes[0].text("s").unwrap().to_owned()
        };
        assert_eq!(text("xsi:type=\"xs:base64Binary\""), "Hello");
        assert_eq!(text("xsi:type=\"xs:string\""), "SGVsbG8=");
        assert_eq!(text("xsi:nil=\"xs:base64Binary\""), "SGVsbG8=");
    }

    #[test]
    fn binaries_are_decoded_when_they_are_text() {
        assert_eq!(base64("SGVs bG8="), Some(b"Hello".to_vec()));
        assert_eq!(base64("*"), None);
    }

    #[test]
    fn every_digit_of_base64_counts() {
        assert_eq!(base64("+/+/"), Some(vec![0xfb, 0xff, 0xbf]));
        assert_eq!(base64("AZaz09"), Some(vec![0x01, 0x96, 0xb3, 0xd3]));
    }

    #[test]
    fn properties_of_other_namespaces_and_types_are_refused() {
        let wrong = format!("<sv:node {NS} sv:name=\"a\"><sv:property sv:name=\"s\" sv:type=\"Nonsense\"/></sv:node>");
        assert!(read(&wrong, Reading::Aem).problem.is_some());
        assert_eq!(read(&wrong, Reading::Tolerant).problem, None);
    }
}
