//! `.cfg` and `.properties` as the Sling installer reads them: `java.util.Properties`.
//!
//! There are no types and quotes mean nothing. The bytes are ISO-8859-1, unless the first one is `<`: then the file is
//! the XML form of properties (`InternalResource#readDictionary`).

mod line;
#[cfg(test)]
mod tests;
mod xml_form;

use super::osgi::{self, Place};
use super::xml::encoding;
use super::{Document, Format, Input, Problem, Property, Reading, Span, Text, Value, ValueType};

/// `.cfg` and `.properties` files that are OSGi configurations.
#[derive(Debug)]
pub struct Properties;

impl Format for Properties {
    fn id(&self) -> &'static str {
        "properties"
    }

    /// Most `.properties` files are something else (translations, build settings): outside a folder of configurations
    /// of a repository only those named like a component are taken.
    fn recognises(&self, input: &Input<'_>) -> bool {
        let name = input.context.path.file_name();
        let Some(stem) = name.strip_suffix(".cfg").or_else(|| name.strip_suffix(".properties")) else { return false };
        match osgi::place(input.context) {
            Place::Repository => true,
            Place::InstanceStore => false,
            Place::Loose => osgi::looks_like_pid(stem),
            Place::Elsewhere => osgi::looks_like_pid(stem) && osgi::looks_like_class(stem),
        }
    }

    fn decode<'a>(&self, input: &Input<'a>) -> Text<'a> {
        if input.bytes.first() == Some(&b'<') { encoding::decode(input.bytes) } else { Text::latin1(input.bytes) }
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        let result = if text.as_str().starts_with('<') {
            xml_form::read(text.as_str(), reading, input.limits.max_nesting)
        } else {
            line::read(text.as_str(), reading)
        };
        match result {
            Ok(Entries { properties, problem, limit, .. }) => {
                let mut document = osgi::configuration(input, reading, properties, problem);
                document.limit = limit;
                document
            }
            Err(problem) => osgi::refused(input, reading, problem),
        }
    }
}

/// The properties of a text in the line-oriented form.
///
/// # Errors
/// When Java refuses the text.
pub(super) fn read_lines(text: &str, reading: Reading) -> Result<Vec<Property>, Problem> {
    line::read(text, reading).map(|entries| entries.properties)
}

/// The entries of a file; a later one of a key takes the place of the earlier.
#[derive(Debug, Default)]
struct Entries {
    properties: Vec<Property>,
    index: std::collections::HashMap<String, usize>,
    problem: Option<Problem>,
    limit: Option<Problem>,
}

impl Entries {
    fn put(&mut self, name: String, name_span: Span, value: Value) {
        let property = Property {
            name: name.clone(),
            name_span,
            value_type: ValueType::String,
            multiple: false,
            span: value.span,
            values: vec![value],
        };
        match self.index.get(&name) {
            Some(&at) => self.properties[at] = property,
            None => {
                self.index.insert(name, self.properties.len());
                self.properties.push(property);
            }
        }
    }
}
