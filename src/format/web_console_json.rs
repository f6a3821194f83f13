//! `/system/console/configMgr/<PID>.json` and `*.json`: configurations as the Felix web console shows them in its form.
//!
//! Grammar: `ConfigJsonSupport` and `MetaTypeServiceSupport` of the web console. Every attribute of the metatype is
//! listed: an attribute that is not configured has `is_set: false` and the default, which is not a property of the
//! configuration. A password is never written (`unmodified`, or `********`): it exists but is hidden. Properties
//! unknown to the metatype are listed by name only, in `additionalProperties`.

use super::flat::{first_type, property_of, scalar_type, value};
use super::json::{self, Dialect, Json};
use super::status_dump::factory_pid;
use super::traits::{Stores, Traits};
use super::{Document, Format, Input, Node, Property, RawFile, Reading, Text, Value};
use crate::repository::Pid;

/// Placeholder for a password (`MetaTypeSupport.PASSWORD_PLACEHOLDER_VALUE`).
const UNMODIFIED: &str = "unmodified";
/// Value that every reader understands as hidden.
const HIDDEN: &str = "********";

/// Number of bytes at the beginning of a file that are enough to identify it.
pub(super) const HEAD: usize = 64 << 10;

/// Configurations of the web console's form.
#[derive(Debug)]
pub struct WebConsoleJson;

impl Format for WebConsoleJson {
    fn traits(&self) -> Traits {
        Traits::exported("web-console-json", Stores::Configurations)
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        // Consoles that do not write `is_set` write for each attribute whether it is optional.
        let has_optional = || input.contains(b"\"optional\"") && input.contains(b"\"type\"");
        // The PID comes first, so that a large export of something else is not searched.
        let has_pid = || memchr::memmem::find(&input.bytes[..input.bytes.len().min(HEAD)], b"\"pid\"").is_some();
        json_start(input.bytes).is_some()
            && has_pid()
            && input.contains(b"\"properties\"")
            && (input.contains(b"\"is_set\"") || has_optional())
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        json::read(input, text, dialect(reading), |root, document| {
            document.nodes = objects(root).filter_map(configuration).collect();
        })
    }
}

/// The JSON dialect of each reading of an export.
pub(super) fn dialect(reading: Reading) -> Dialect {
    Dialect { implicit_object: false, ..Dialect::of_export(reading) }
}

/// The bracket that a JSON file begins with.
pub(super) fn json_start(bytes: &[u8]) -> Option<u8> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.trim_ascii_start().first().copied().filter(|byte| matches!(byte, b'{' | b'['))
}

/// The object that `json` is, or the elements of the list.
pub(super) fn objects(json: Json<'_>) -> impl Iterator<Item = Json<'_>> {
    json.is_object().then_some(json).into_iter().chain(json.elements())
}

fn configuration(json: Json<'_>) -> Option<Node> {
    let properties = json.get("properties").into_iter().flat_map(Json::members).filter_map(property).collect();
    node(json, &["factoryPid"], properties)
}

/// The node of a configuration with these `properties`, whose factory PID has one of the given names.
pub(super) fn node(json: Json<'_>, factory_names: &[&str], properties: Vec<Property>) -> Option<Node> {
    let pid = json.get("pid")?;
    let name = pid.as_str()?;
    let factory = factory_names.iter().find_map(|name| json.get(name).and_then(Json::as_str));
    let identity = factory.map_or_else(|| Pid::from_identity(name), |factory| factory_pid(name, factory));
    Some(Node { path: name.to_owned(), pid: Some(identity), name_span: pid.span(), properties, ..Node::default() })
}

/// A property that is set.
fn property(json: Json<'_>) -> Option<Property> {
    let name = json.key()?;
    let is_set = json.get("is_set").and_then(Json::scalar) != Some("false");
    let values = json.get("values").filter(|values| values.is_array());
    let written = values.or_else(|| json.get("value").filter(|value| !value.is_array())).filter(|_| is_set)?;
    let shown = |json: Json<'_>| {
        let value = value(json)?;
        Some(Value { text: if value.text == UNMODIFIED { HIDDEN.to_owned() } else { value.text }, ..value })
    };
    let property = property_of(name, written, first_type(written, scalar_type), shown)?;
    Some(Property { name_span: json.key_span(), ..property })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::FileContext;
    use crate::source::Limits;

    #[test]
    fn only_what_is_set_is_a_property_and_passwords_are_hidden() {
        let text = r#"[{"pid": "a.b.C.x1", "factoryPid": "a.b.C", "title": "t", "properties": {
            "name": {"name": "n", "optional": false, "is_set": true, "type": 1, "value": "acme"},
            "scope": {"name": "s", "is_set": false, "type": 1, "value": "default"},
            "claims": {"name": "c", "is_set": true, "type": 1, "values": ["a", "b"]},
            "secret": {"name": "p", "is_set": true, "type": 12, "value": "unmodified"},
            "empty": {"name": "e", "is_set": true, "type": 1, "values": []}},
            "additionalProperties": "other", "bundleLocation": ""}, {"title": "none"}]"#;
        let context = FileContext::default();
        let input = Input { context: &context, bytes: text.as_bytes(), limits: &Limits::default() };
        assert!(WebConsoleJson.recognises(&RawFile::new(input)));
        for reading in [Reading::Tolerant, Reading::Aem] {
            let document = WebConsoleJson.read(&input, &Text::utf8(text.as_bytes()), reading);
            assert_eq!((&document.problem, document.nodes.len()), (&None, 1));
            let node = &document.nodes[0];
            assert_eq!(node.pid, Some(Pid::factory("a.b.C", "x1")));
            let found: Vec<_> =
                node.properties.iter().map(|p| (p.name.as_str(), p.texts().collect::<Vec<_>>())).collect();
            assert_eq!(
                found,
                [("name", vec!["acme"]), ("claims", vec!["a", "b"]), ("secret", vec![HIDDEN]), ("empty", vec![])]
            );
            assert_eq!(&text[node.properties[2].values[0].span.range()], "unmodified");
            assert_eq!(&text[node.properties[1].values[1].span.range()], "b");
        }
    }
}
