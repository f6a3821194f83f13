//! `.cfg` and `.properties` as the Sling installer reads them: `java.util.Properties`.
//!
//! There are no types, and quotes have no meaning. The bytes are ISO-8859-1, unless the first one is `<`: then the file
//! is the XML form of properties (`InternalResource#readDictionary`).

mod line;
#[cfg(test)]
mod tests;
mod xml_form;

use super::osgi::{self, ConfigurationPlace};
use super::traits::{CommentSyntax, FlatLines, Stores, Traits};
use super::xml::encoding;
use super::{Document, Format, Input, Problem, Property, PropertyPlaces, RawFile, Reading, Span, Text, Value};

/// The file with which AEM 6.5 opts in to Target and Analytics.
pub const MARKETING_CLOUD: &str = "marketingcloud.properties";

/// `.cfg` and `.properties` files that are OSGi configurations.
#[derive(Debug)]
pub struct Properties;

impl Format for Properties {
    fn traits(&self) -> Traits {
        Traits {
            flat_lines: FlatLines::Always,
            ..Traits::read_by_aem("properties", Stores::Settings, CommentSyntax::HashOrMark, None)
        }
    }

    /// Most `.properties` files are something else (translations, build settings): outside a configuration folder of a
    /// repository, only those named like a component are accepted.
    fn recognises(&self, input: &RawFile<'_>) -> bool {
        is_configuration(input)
            || input.context.file_name() == MARKETING_CLOUD
            || (has_extension(input) && (holds_workspace(input.bytes) || names_exchange(input.bytes)))
    }

    fn decode<'a>(&self, input: &Input<'a>) -> Text<'a> {
        if input.bytes.first() == Some(&b'<') { encoding::decode(input.bytes) } else { Text::latin1(input.bytes) }
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        if let Some(unread) = super::too_large(text.as_str()) {
            return unread;
        }
        let result = if text.as_str().starts_with('<') {
            xml_form::read(text.as_str(), reading, input.limits.max_nesting)
        } else {
            line::read(text.as_str(), reading)
        };
        match result {
            Ok(PropertyEntries { properties, problem, limit, .. }) => {
                let mut document = osgi::configuration(input, reading, properties, problem);
                document.limit = limit;
                if !is_configuration(input) {
                    document.pid = None;
                    document.nodes.iter_mut().for_each(|node| (node.pid, node.path) = (None, String::new()));
                }
                document
            }
            Err(problem) => osgi::refused(input, reading, problem),
        }
    }
}

fn has_extension(input: &Input<'_>) -> bool {
    let name = input.context.file_name();
    name.ends_with(".cfg") || name.ends_with(".properties")
}

/// Whether the location and the name are those of an OSGi configuration.
fn is_configuration(input: &Input<'_>) -> bool {
    let name = input.context.file_name();
    let Some(stem) = name.strip_suffix(".cfg").or_else(|| name.strip_suffix(".properties")) else { return false };
    match osgi::place(input.context) {
        ConfigurationPlace::Repository => true,
        ConfigurationPlace::InstanceStore => false,
        ConfigurationPlace::Loose => osgi::looks_like_pid(stem),
        ConfigurationPlace::Elsewhere => osgi::looks_like_pid(stem) && osgi::looks_like_class(stem),
    }
}

/// Whether the lines are those of a workspace of Adobe I/O (`WorkspaceUtil#getWorkspaceBuilder` of adobe/aio-lib-java
/// reads them from a file or resource of any name): an API key and its authentication data.
fn holds_workspace(bytes: &[u8]) -> bool {
    const KEYS: [&[u8]; 4] = [b"encoded_pkcs8", b"meta_scopes", b"oauth_scopes", b"technical_account_id"];
    if memchr::memmem::find(bytes, b"aio_").is_none() && memchr::memmem::find(bytes, b"aio.").is_none() {
        return false;
    }
    let begins_with = |line: &[u8], key: &[u8]| {
        let rest = line.strip_prefix(b"aio_").or_else(|| line.strip_prefix(b"aio."));
        rest.and_then(|rest| rest.get(..key.len())).is_some_and(|start| {
            start.iter().zip(key).all(|(&is, &wanted)| is == wanted || (is == b'.' && wanted == b'_'))
        })
    };
    let lines = || bytes.split(|&byte| byte == b'\n' || byte == b'\r').map(<[u8]>::trim_ascii_start);
    lines().any(|line| begins_with(line, b"api_key"))
        && lines().any(|line| KEYS.iter().any(|key| begins_with(line, key)))
}

/// Whether they are the settings of a program that exchanges a JWT, as `config.properties` of Adobe's samples for Java
/// (AdobeDocs/adobeio-auth, AdobeDocs/analytics-2.0-apis).
fn names_exchange(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"/ims/exchange/jwt").is_some()
}

/// The properties of a text in the line-oriented form.
///
/// # Errors
/// When Java refuses the text.
pub(super) fn read_lines(text: &str, reading: Reading) -> Result<Vec<Property>, Problem> {
    line::read(text, reading).map(|entries| entries.properties)
}

/// The entries of a file; a later entry of a key replaces the earlier one.
#[derive(Debug, Default)]
struct PropertyEntries {
    properties: Vec<Property>,
    places: PropertyPlaces,
    problem: Option<Problem>,
    limit: Option<Problem>,
}

impl PropertyEntries {
    fn put(&mut self, name: String, name_span: Span, value: Value) {
        self.places.put(&mut self.properties, Property::string(name, name_span, value));
    }
}
