//! Sling-Initial-Content in XML: `<node>` with `<name>`, `<primaryNodeType>`, `<properties>` (`XmlReader` of
//! apache/sling-org-apache-sling-jcr-contentloader).

use super::memory::Memory;
use super::osgi;
use super::traits::{CommentSyntax, Stores, Traits};
use super::xml::{self, Decoded, Element, Event, XmlFault, XmlReader, dtd::Dtd};
use super::{
    Document, Format, Input, Node, Property, PropertyPlaces, RawFile, Reading, Span, Text, Value, ValueType,
    docview_value,
};
use crate::repository::{FileContext, encoded_name};

/// Elements that distinguish this `<node>` from the `<node>` of any other XML.
const CHILDREN: &[&str] =
    &["name", "primaryNodeType", "mixinNodeTypes", "mixinNodeType", "properties", "property", "nodes", "node"];

/// An XML file of Sling-Initial-Content.
#[derive(Clone, Copy, Debug)]
pub struct InitialXml;

impl Format for InitialXml {
    fn traits(&self) -> Traits {
        Traits {
            own_encoding: true,
            ..Traits::written("initial-content-xml", Stores::Content, Some(CommentSyntax::Xml))
        }
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        input.context.file_name().ends_with(".xml")
            && xml::encoding::may_contain(input.bytes, "<node")
            && is_initial_content(&xml::encoding::decode(input.bytes))
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        let mut builder = InitialXmlBuilder::new(reading == Reading::Aem, input.context);
        let result = xml::read_file(input, text, reading, |reader| builder.run(reader));
        let mut document = builder.document;
        document.jcr_path = document.nodes.first().map(|root| root.path.clone());
        document.jcr_path.take_if(|_| input.context.repository_path.is_none());
        document.take(result);
        document
    }
}

fn is_initial_content(text: &Text<'_>) -> bool {
    let dtd = Dtd::default();
    let options = xml::Options { reading: Reading::Tolerant, max_depth: 8, undecodable: None, start: 0 };
    let mut reader = XmlReader::new(text.as_str(), &dtd, options);
    let mut elements = 0;
    while let Ok(Some(event)) = reader.next() {
        if let Event::Start(element) = event {
            let plain = element.name.uri.as_deref() == Some("") && element.attributes.is_empty();
            elements += 1;
            match elements {
                1 if plain && element.name.local() == "node" => {}
                2 => return plain && CHILDREN.contains(&element.name.local()),
                _ => return false,
            }
        }
    }
    false
}

/// Processes the events as `XmlReader` does: an element counts when it ends, with the text since the last end tag.
#[derive(Default)]
struct InitialXmlBuilder {
    is_strict: bool,
    document: Document,
    memory: Memory,
    /// Path of the file's node, if the file does not name one.
    file_path: String,
    open: Vec<OpenNode>,
    elements: Vec<String>,
    text: Option<Decoded<'static>>,
    property: Option<PendingProperty>,
}

struct OpenNode {
    index: usize,
    places: PropertyPlaces,
}

#[derive(Default)]
struct PendingProperty {
    name: Option<(String, Span)>,
    value_type: Option<ValueType>,
    multiple: bool,
    values: Vec<Value>,
}

impl InitialXmlBuilder {
    fn new(is_strict: bool, context: &FileContext) -> Self {
        let path = match &context.repository_path {
            Some(path) => path.clone(),
            None => encoded_name::decoded(context.file_name()),
        };
        let path = path.strip_suffix(".xml").unwrap_or(&path);
        Self { is_strict, file_path: format!("/{}", path.trim_start_matches('/')), ..Self::default() }
    }

    fn run(&mut self, reader: &mut XmlReader<'_>) -> Result<(), XmlFault> {
        while let Some(event) = reader.next()? {
            match event {
                Event::Start(element) => self.start(&element)?,
                Event::Text(text) => match &mut self.text {
                    Some(before) => before.append(&text),
                    None => self.text = Some(text.into_owned()),
                },
                Event::End => self.end()?,
            }
        }
        Ok(())
    }

    fn start(&mut self, element: &Element<'_>) -> Result<(), XmlFault> {
        match element.name.local() {
            "node" => {
                let parent = self.open.last().map(|node| node.index);
                let path = match parent {
                    Some(parent) => format!("{}/", self.document.nodes[parent].path),
                    None => self.file_path.clone(),
                };
                let node = Node { path, parent, name_span: element.name_span, ..Node::default() };
                self.memory.node(&node, element.span.start).map_err(XmlFault::Limit)?;
                self.open.push(OpenNode { index: self.document.nodes.len(), places: PropertyPlaces::default() });
                self.document.nodes.push(node);
            }
            "property" => self.property = Some(PendingProperty::default()),
            _ => {}
        }
        self.elements.push(element.name.local().to_owned());
        Ok(())
    }

    fn end(&mut self) -> Result<(), XmlFault> {
        let text = self.text.take().unwrap_or_else(|| Decoded::literal("", Span::default()));
        let trimmed = text.text.trim();
        let start = text.text.len() - text.text.trim_start().len();
        let span = text.source(start, start + trimmed.len());
        let value = Value { text: trimmed.to_owned(), span };
        let Some(element) = self.elements.pop() else { return Ok(()) };
        match (element.as_str(), &mut self.property) {
            ("node", _) => {
                if let Some(OpenNode { index, .. }) = self.open.pop() {
                    let node = &mut self.document.nodes[index];
                    node.pid = osgi::pid_of_node(node);
                }
            }
            ("property", _) => self.end_property()?,
            ("name", Some(property)) => property.name = Some((value.text, span)),
            ("name", None) => self.name_node(&value),
            ("value", Some(property)) => property.values.push(value),
            ("values", Some(property)) => property.multiple = true,
            ("type", Some(property)) => match docview_value::type_named(&value.text) {
                Some(value_type) => property.value_type = Some(value_type),
                None if self.is_strict => {
                    return Err(XmlFault::malformed(span.start, "no property type of JCR"));
                }
                None => {}
            },
            ("primaryNodeType", _) => self.add("jcr:primaryType", false, value)?,
            ("mixinNodeType", _) => self.add("jcr:mixinTypes", true, value)?,
            ("value" | "values" | "type", None) if self.is_strict => {
                return Err(XmlFault::malformed(span.start, format!("<{element}> outside a property")));
            }
            _ => {}
        }
        Ok(())
    }

    fn name_node(&mut self, name: &Value) {
        let Some(&OpenNode { index, .. }) = self.open.last() else { return };
        let parent = match self.document.nodes[index].parent {
            Some(parent) => self.document.nodes[parent].path.as_str(),
            None => self.file_path.rsplit_once('/').map_or("", |(folder, _)| folder),
        };
        self.document.nodes[index].path = format!("{parent}/{}", name.text);
        self.document.nodes[index].name_span = name.span;
    }

    /// Adds a node type.
    fn add(&mut self, name: &str, multiple: bool, value: Value) -> Result<(), XmlFault> {
        let Some(open) = self.open.last() else { return Ok(()) };
        let known = open.places.get(name).filter(|_| multiple);
        if let Some(at) = known {
            let property = &mut self.document.nodes[open.index].properties[at];
            property.span = property.span.to(value.span);
            property.values.push(value);
            return Ok(());
        }
        self.push(Property { value_type: ValueType::Name, multiple, ..Property::string(name, value.span, value) })
    }

    fn end_property(&mut self) -> Result<(), XmlFault> {
        let Some(pending) = self.property.take() else { return Ok(()) };
        let Some((name, name_span)) = pending.name else { return Ok(()) };
        let spans = pending.values.iter().map(|value| value.span);
        let span = spans.reduce(Span::to).unwrap_or(name_span);
        let mut values = pending.values;
        // A single property without a value, or with several, is created without one.
        if !pending.multiple && values.len() != 1 && (self.is_strict || values.is_empty()) {
            return Ok(());
        }
        values.shrink_to_fit();
        let multiple = pending.multiple || values.len() > 1;
        let value_type = pending.value_type.unwrap_or_default();
        self.push(Property { name, name_span, value_type, multiple, values, span })
    }

    /// Adds a property to the open node. Of two with the same name, the later one overwrites the earlier one.
    fn push(&mut self, property: Property) -> Result<(), XmlFault> {
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        self.memory.property(&property, property.span.start).map_err(XmlFault::Limit)?;
        let properties = &mut self.document.nodes[open.index].properties;
        open.places.put(properties, property);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::Pid;
    use crate::source::{Limits, SourcePath};

    fn read(text: &str, reading: Reading) -> Document {
        let context = FileContext {
            path: SourcePath::file("bundle.jar").entry("SLING-INF/content/demo.xml"),
            repository_path: Some("apps/demo.xml".to_owned()),
            ..FileContext::default()
        };
        let input = Input { context: &context, bytes: text.as_bytes(), limits: &Limits::default() };
        assert!(InitialXml.recognises(&RawFile::new(input)));
        assert_eq!(InitialXml.id(), "initial-content-xml");
        InitialXml.read(&input, &InitialXml.decode(&input), reading)
    }

    #[test]
    fn nodes_and_properties() {
        let text = "<node>\n <primaryNodeType>sling:Folder</primaryNodeType>\n <mixinNodeTypes><mixinNodeType>mix:title\
                    </mixinNodeType><mixinNodeType>mix:x</mixinNodeType></mixinNodeTypes>\n <properties>\n  <property>\
                    <name>a</name><value> b&amp;c </value></property>\n  <property><name>n</name><values><value>1</value>\
                    <value>2</value></values><type>Long</type></property>\n </properties>\n <nodes><node><name>a.b.C~x\
                    </name><primaryNodeType>sling:OsgiConfig</primaryNodeType></node></nodes>\n</node>";
        let document = read(text, Reading::Aem);
        assert_eq!(document.problem, None);
        assert_eq!(document.jcr_path.as_deref(), Some("/apps/demo"));
        let root = &document.nodes[0];
        assert_eq!(root.text("jcr:primaryType"), Some("sling:Folder"));
        assert_eq!(root.property("jcr:mixinTypes").unwrap().texts().collect::<Vec<_>>(), ["mix:title", "mix:x"]);
        assert_eq!(root.text("a"), Some("b&c"));
        assert_eq!(&text[root.property("a").unwrap().span.range()], "b&amp;c");
        let numbers = root.property("n").unwrap();
        assert_eq!((numbers.value_type, numbers.multiple, numbers.values.len()), (ValueType::Long, true, 2));
        assert_eq!(document.nodes[1].path, "/apps/demo/a.b.C~x");
        assert_eq!(document.nodes[1].pid, Some(Pid::factory("a.b.C", "x")));
        assert_eq!(root.name_span, Span::new(1, 5));
        assert_eq!(Some(document.nodes[1].name_span.start), text.find("a.b.C~x"));
    }

    #[test]
    fn names_of_properties_are_unique() {
        let property = |value: &str| format!("<property><name>a</name><value>{value}</value></property>");
        let text = format!("<node>{}{}</node>", property("1"), property("2"));
        let node = &read(&text, Reading::Aem).nodes[0];
        assert_eq!((node.properties.len(), node.text("a")), (1, Some("2")));
    }

    #[test]
    fn other_xml_with_nodes_is_left_alone() {
        for text in ["<node id=\"1\"><name/></node>", "<node><x/></node>", "<graph><node/></graph>", "<node/>"] {
            assert!(!is_initial_content(&Text::utf8(text.as_bytes())), "{text}");
        }
    }

    #[test]
    fn a_person_sees_what_the_loader_drops() {
        let text =
            "<node><properties><property><name>a</name><value>1</value><value>2</value></property></properties></node>";
        assert_eq!(read(text, Reading::Aem).nodes[0].property("a"), None);
        assert_eq!(read(text, Reading::Tolerant).nodes[0].property("a").unwrap().values.len(), 2);
    }

    #[test]
    fn oak_refuses_a_type_that_it_does_not_know() {
        let property = "<property><name>a</name><value>1</value><type>Nonsense</type></property>";
        let text = format!("<node><properties>{property}</properties></node>");
        assert!(read(&text, Reading::Aem).problem.is_some());
        let document = read(&text, Reading::Tolerant);
        assert_eq!(document.problem, None);
        assert_eq!(document.nodes[0].text("a"), Some("1"));
    }

    #[test]
    fn a_value_outside_a_property_is_passed_over_or_refused() {
        let text = "<node><primaryNodeType>x:y</primaryNodeType><value>1</value></node>";
        assert!(read(text, Reading::Aem).problem.is_some());
        assert_eq!(read(text, Reading::Tolerant).problem, None);
    }

    #[test]
    fn properties_have_as_many_values_as_are_written() {
        let values = |text: &str, reading| {
            let text = format!("<node><properties><property><name>a</name>{text}</property></properties></node>");
            let document = read(&text, reading);
            document.nodes[0].property("a").map(|property| (property.multiple, property.values.len()))
        };
        let (one, two) = ("<value>1</value>", "<value>1</value><value>2</value>");
        assert_eq!(values(one, Reading::Tolerant), Some((false, 1)));
        assert_eq!(values(two, Reading::Tolerant), Some((true, 2)));
        assert_eq!(values("<type>String</type>", Reading::Tolerant), None);
        assert_eq!(values(&format!("<values>{one}</values>"), Reading::Aem), Some((true, 1)));
    }
}
