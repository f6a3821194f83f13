//! The variables and secrets of an environment of AEM as a Cloud Service: what `aio
//! cloudmanager:list-environment-variables` prints with `--json` and `--yaml`, and the answer of the Cloud Manager API.
//!
//! Grammar: `outputTable` of adobe/aio-cli-plugin-cloudmanager (`name`, `type`, `value`, `service`, `status`; oclif
//! prints YAML with js-yaml) and `EnvironmentVariable` of adobe/aio-lib-cloudmanager (`_embedded.variables`,
//! `_links.self.href`). Values are not kept: only the presence of a name matters.

use super::json::{self, Json};
use super::traits::{Stores, Traits};
use super::web_console_json::{dialect, json_start};
use super::{Document, Format, Input, Node, Property, RawFile, Reading, Span, Text, Value, flat, text};

/// Path of the list node.
pub const LIST: &str = "variables";
/// Its property that names program and environment, if the file does.
pub const LINK: &str = "self";
/// Members kept for a variable.
const MEMBERS: [&str; 4] = ["name", "type", "service", "status"];
/// The types of variables.
const TYPES: [&str; 2] = ["string", "secretString"];

/// A list of variables.
#[derive(Debug)]
pub struct Variables;

impl Format for Variables {
    fn traits(&self) -> Traits {
        Traits { is_small: true, ..Traits::written("environment-variables", Stores::Other, None) }
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        if is_empty_list(input) {
            return true;
        }
        let has_name = || input.contains(b"name") || input.contains(b"Name");
        let has_type = || input.contains(b"string") || input.contains(b"secretString");
        if !(input.contains(b"\"variables\"") || has_name() && has_type()) {
            return false;
        }
        match json_start(input.bytes) {
            Some(b'{') if !input.contains(b"\"_embedded\"") => false,
            Some(_) => json::has_root(input, dialect(Reading::Tolerant), |root| list(root).is_some()),
            None => {
                let text = input.text();
                let name = input.context.file_name();
                (name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".txt"))
                    && (is_yaml(text.as_str()) || table(text.as_str()).is_some())
            }
        }
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        let mut root_node = Node { path: LIST.to_owned(), ..Node::default() };
        let mut variables = Vec::new();
        let document = if json_start(input.bytes).is_none() {
            variables = table(text.as_str()).unwrap_or_else(|| yaml(text.as_str()));
            Document::default()
        } else {
            json::read(input, text, dialect(reading), |root, _| {
                let link = ["_links", LINK, "href"].iter().try_fold(root, |json, name| json.get(name));
                root_node.properties.extend(link.and_then(|link| flat::property(LINK, link)));
                variables.extend(list(root).into_iter().flat_map(Json::elements).filter_map(variable));
            })
        };
        Document { nodes: std::iter::once(root_node).chain(variables).collect(), ..document }
    }
}

/// Whether the file is named after variables and is an empty list.
fn is_empty_list(input: &Input<'_>) -> bool {
    let is_sign = |byte: &&u8| !byte.is_ascii_whitespace();
    let named = input.context.file_name().contains("variables") && input.bytes.len() < 64;
    named && input.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input.bytes).iter().filter(is_sign).eq(b"[]")
}

/// The list, when every element of it is a variable.
fn list(root: Json<'_>) -> Option<Json<'_>> {
    let list = match root.get("_embedded") {
        Some(embedded) => embedded.get("variables")?,
        None => root,
    };
    let is_variable = |json: Json<'_>| {
        let text = |name| json.get(name).and_then(Json::as_str);
        text("name").is_some() && text("type").is_some_and(|of| TYPES.contains(&of))
    };
    let any = list.elements().next().is_some() || root.is_object();
    (list.is_array() && any && list.elements().all(is_variable)).then_some(list)
}

fn variable(json: Json<'_>) -> Option<Node> {
    let name = json.get("name")?;
    let kept = MEMBERS.iter().filter_map(|member| flat::property(member, json.get(member)?));
    let path = format!("{LIST}/{}", name.as_str()?);
    Some(Node { path, parent: Some(0), name_span: name.span(), properties: kept.collect(), ..Node::default() })
}

/// Columns in the header of a table.
const COLUMNS: [&str; 5] = ["Name", "Type", "Value", "Service", "Status"];
/// The header is within this number of lines.
const MAX_LINES: usize = 16;
/// Possible values of the service column.
const SERVICES: [&str; 3] = ["author", "publish", "preview"];

/// The rows of the table that is printed without `--json`; `None` for any other text. Values may contain blanks; names,
/// types and services do not.
fn table(text: &str) -> Option<Vec<Node>> {
    let mut lines = text::lines(text, '\n').map(|(at, line)| (at, line.trim_end()));
    // Progress messages of the command may come first.
    lines.by_ref().take(MAX_LINES).find(|(_, line)| {
        let names = line.trim_start_matches('\u{feff}').split_whitespace();
        names.map(str::to_ascii_lowercase).eq(COLUMNS.map(str::to_ascii_lowercase))
    })?;
    let row = |(at, line): (usize, &str)| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (name, of_type) = (*words.first()?, words.get(1).filter(|of| TYPES.contains(of))?);
        let service = words.iter().rev().take(2).find(|word| SERVICES.contains(word));
        let property = |key: &str, word: &str| {
            let start = at + if key == "service" { line.rfind(word) } else { line.find(word) }.unwrap_or(0);
            let span = Span::new(start, start + word.len());
            Property::string(key, span, Value { text: word.to_owned(), span })
        };
        let mut properties = vec![property("name", name), property("type", of_type)];
        properties.extend(service.map(|service| property("service", service)));
        let path = format!("{LIST}/{name}");
        Some(Node { path, parent: Some(0), name_span: properties[0].span, properties, ..Node::default() })
    };
    Some(lines.filter_map(row).collect())
}

/// Whether the first line begins a list of variables.
fn is_yaml(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    let begins = text.lines().find(|line| !line.trim().is_empty() && line.trim() != "---");
    begins.is_some_and(|line| line.starts_with("- ")) && yaml(text).iter().any(|node| node.property("type").is_some())
}

/// The entries of a list as js-yaml writes it: one scalar per line.
fn yaml(text: &str) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    for (at, line) in text::lines(text, '\n') {
        let written = line.trim_end();
        let Some((key, value)) = written.split_once(':') else { continue };
        let begins = key.trim_start_matches('\u{feff}').starts_with("- ");
        if begins {
            nodes.push(Node { parent: Some(0), name_span: Span::at(at), ..Node::default() });
        }
        let name = key.trim_start_matches('\u{feff}').trim_start_matches("- ").trim();
        let Some(node) = nodes.last_mut().filter(|_| MEMBERS.contains(&name)) else { continue };
        let plain = value.trim();
        let inside = ['\'', '"'].iter().find_map(|quote| plain.strip_prefix(*quote)?.strip_suffix(*quote));
        let shown = inside.unwrap_or(plain);
        // `shown` is a part of the value, and the value ends the line.
        let end = at + written.len() - usize::from(inside.is_some());
        let span = Span::new(end - shown.len(), end);
        let name_start = at + key.rfind(name).unwrap_or(0);
        let name_span = Span::new(name_start, name_start + name.len());
        node.properties.push(Property::string(name, name_span, Value { text: shown.to_owned(), span }));
        if name == "name" {
            (node.path, node.name_span) = (format!("{LIST}/{shown}"), span);
        }
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::FileContext;
    use crate::source::{Limits, SourcePath};

    fn read(name: &str, text: &str) -> Option<Document> {
        let context = FileContext { path: SourcePath::file(name), ..FileContext::default() };
        let input = Input { context: &context, bytes: text.as_bytes(), limits: &Limits::default() };
        let document = Variables.recognises(&RawFile::new(input)).then(|| {
            assert_eq!(Variables.read(&input, &Text::utf8(text.as_bytes()), Reading::Aem).problem, None, "{text}");
            Variables.read(&input, &Text::utf8(text.as_bytes()), Reading::Tolerant)
        })?;
        for property in document.nodes.iter().flat_map(|node| &node.properties) {
            assert_eq!(&text[property.values[0].span.range()], property.values[0].text, "{text}");
        }
        Some(document)
    }

    #[test]
    fn every_form_is_one_list() {
        let json = r#"[{"name": "ACME_SECRET", "type": "secretString", "value": "****", "service": "author", "status": "ready"}]"#;
        let api = r#"{"_links": {"self": {"href": "/api/program/1/environment/2/variables"}},
            "_embedded": {"variables": [{"name": "ACME_SECRET", "type": "secretString", "service": "author", "status": "ready"}]}}"#;
        let yaml =
            "---\n- name: ACME_SECRET\n  type: secretString\n  value: '****'\n  service: 'author'\n  status: ready\n";
        for (name, text) in [("v.json", json), ("v.json", api), ("v.yaml", yaml), ("v.yml", yaml)] {
            let document = read(name, text).unwrap();
            let one = &document.nodes[1];
            assert_eq!((one.path.as_str(), one.parent), ("variables/ACME_SECRET", Some(0)), "{text}");
            let kept: Vec<_> = MEMBERS.iter().map(|member| one.text(member)).collect();
            assert_eq!(kept, [Some("ACME_SECRET"), Some("secretString"), Some("author"), Some("ready")], "{text}");
            assert!(one.property("value").is_none());
        }
        assert_eq!(read("v.json", api).unwrap().nodes[0].text(LINK), Some("/api/program/1/environment/2/variables"));
        assert!(read("v.json", r#"{"_embedded": {"variables": []}}"#).is_some());
        assert_eq!(read("p1-e2-variables.json", "[]\n").unwrap().nodes.len(), 1);
    }

    #[test]
    fn the_table_is_a_list_too() {
        let text = "Name        Type         Value     Service Status \nACME_SECRET secretString ****      author  ready  \n\
            ACME_HOST   string       a author          ready\n";
        let document = read("v.txt", text).unwrap();
        let kept =
            |node: usize| ["name", "type", "service"].map(|name| document.nodes[node].text(name).map(str::to_owned));
        assert_eq!(
            kept(1),
            [Some("ACME_SECRET"), Some("secretString"), Some("author")].map(|one| one.map(str::to_owned))
        );
        assert_eq!(document.nodes[2].text("type"), Some("string"));
    }

    #[test]
    fn other_lists_are_none() {
        for (name, text) in [
            ("x.json", r#"[{"name": "a", "type": "number"}]"#),
            ("x.json", r#"{"name": "string"}"#),
            ("x.json", "[]"),
            ("x.yaml", "name: x\ntype: string\n"),
            ("x.yaml", "- name: x\n  other: string\n"),
        ] {
            assert!(read(name, text).is_none(), "{text}");
        }
    }
}
