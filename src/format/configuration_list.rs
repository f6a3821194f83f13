//! Lists of OSGi configurations in JSON, `{"pid": …, "properties": {…}}`: what `aio aem rde inspect osgi-configurations
//! --json` prints, a list or one; and `… inspect inventory --json`, which contains the text of a web console printer.
//!
//! Source: `src/commands/aem/rde/inspect/osgi-configurations.js` and `inventory.js` of adobe/aio-cli-plugin-aem-rde.

use super::json::{self, Json};
use super::sling_get;
use super::status_dump::{Dump, json_string};
use super::traits::{Stores, Traits};
use super::web_console_json::{self, dialect, json_start, objects};
use super::{Document, Format, Input, Node, PropertyPlaces, RawFile, Reading, Text, Value, embedded, flat};

/// A list of configurations.
#[derive(Debug)]
pub struct ConfigurationList;

impl Format for ConfigurationList {
    fn traits(&self) -> Traits {
        Traits { is_small: true, ..Traits::exported("configuration-list", Stores::Configurations) }
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        let may_be = input.contains(b"\"pid\"") && input.contains(b"\"properties\"")
            || input.contains(b"\"contents\"") && input.contains(b"\"format\"") && input.contains(b"PID = ");
        if json_start(input.bytes).is_none() || !may_be {
            return false;
        }
        json::has_root(input, dialect(Reading::Tolerant), |root| {
            items(root).any(|item| is_configuration(item) || printed(item).is_some())
        })
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        json::read(input, text, dialect(reading), |root, document| {
            for item in items(root) {
                if is_configuration(item) {
                    document.nodes.extend(configuration(item, text));
                } else if let Some(contents) = printed(item) {
                    let lines = json_string(text.as_str(), contents.span);
                    let mut inner = Dump::read(lines.text(), reading);
                    lines.relocate(&mut inner);
                    embedded::append(document, inner, reading);
                }
            }
        })
    }
}

/// The list, wherever it is: in `items`, as the root, or as one object.
fn items(root: Json<'_>) -> impl Iterator<Item = Json<'_>> {
    objects(root.get("items").unwrap_or(root))
}

fn is_configuration(json: Json<'_>) -> bool {
    let named = json.get("pid").and_then(Json::as_str).is_some_and(|pid| !pid.is_empty());
    named && json.get("properties").is_some_and(Json::is_object)
}

/// The text of a printer.
fn printed(json: Json<'_>) -> Option<Value> {
    json.get("format").filter(|format| format.as_str().is_some_and(|format| format.eq_ignore_ascii_case("text")))?;
    let contents = json.get("contents")?;
    flat::value(contents).filter(|value| contents.as_str().is_some() && value.text.contains("PID = "))
}

fn configuration(json: Json<'_>, text: &Text<'_>) -> Option<Node> {
    let members = json.get("properties")?.members().filter(|member| !member.is_null());
    let (mut properties, mut places) = (Vec::new(), PropertyPlaces::default());
    for property in members.filter_map(|member| sling_get::property(member.key().unwrap_or_default(), member, text)) {
        places.put(&mut properties, property);
    }
    web_console_json::node(json, &["factoryPid", "factory_pid"], properties)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::FileContext;
    use crate::repository::Pid;
    use crate::source::Limits;

    fn read(text: &str, reading: Reading) -> Document {
        let context = FileContext::default();
        let input = Input { context: &context, bytes: text.as_bytes(), limits: &Limits::default() };
        assert!(ConfigurationList.recognises(&RawFile::new(input)), "{text}");
        ConfigurationList.read(&input, &Text::utf8(text.as_bytes()), reading)
    }

    #[test]
    fn a_list_one_configuration_and_items_are_the_same() {
        let one = r#"{"pid": "a.b.C~x", "properties": {"k": "v\"", "n": 1, "l": ["a", "b"], "none": null}}"#;
        for text in [
            format!("[{one}]"),
            format!("{{\"programId\": \"1\", \"environmentId\": \"2\", \"items\": [{one}]}}"),
            format!("{{\"programId\": \"1\", \"items\": {one}}}"),
            one.to_owned(),
        ] {
            for reading in [Reading::Tolerant, Reading::Aem] {
                let document = read(&text, reading);
                let node = &document.nodes[0];
                assert_eq!(node.pid, Some(Pid::factory("a.b.C", "x")), "{text}");
                assert_eq!(node.properties.len(), 3);
                let value = &node.property("k").unwrap().values[0];
                assert_eq!((value.text.as_str(), &text[value.span.range()]), ("v\"", "v\\\""));
            }
        }
    }

    #[test]
    fn the_text_of_a_printer_is_a_dump_in_a_string() {
        let text = r#"{"items": {"id": "Configurations", "format": "TEXT", "contents": "Status: 1\n\nPID = a.b.C\n  k = \"v\"\n"}}"#;
        let document = read(text, Reading::Tolerant);
        let value = &document.nodes[0].property("k").unwrap().values[0];
        assert_eq!((value.text.as_str(), &text[value.span.range()]), ("\"v\"", "\\\"v\\\""));
    }

    #[test]
    fn a_text_of_a_printer_that_has_too_many_escapes_is_not_cut_silently() {
        let value = "\\\"".repeat(1_000_001);
        let text = format!(r#"{{"format": "TEXT", "contents": "PID = a.b.C\n  k = {value}\n"}}"#);
        for reading in [Reading::Tolerant, Reading::Aem] {
            let limit = read(&text, reading).limit.unwrap();
            assert!(text[limit.offset..].starts_with("\\\""), "{limit:?}");
            assert!(limit.message.contains("too many escapes"), "{limit:?}");
        }
    }
}
