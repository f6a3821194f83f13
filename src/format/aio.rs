//! Configuration of the Adobe I/O command line: `.aio` files (Hjson, or YAML where the text does not begin with a
//! brace), `.env` files, and the `config.json` that its Cloud Manager plugin asks for.
//!
//! Semantics: `Config.js` and `util.js` of adobe/aio-lib-core-config, the README of adobe/aio-cli-plugin-cloudmanager
//! (`config.json`), and adobe/aio-cli-lib-app-config for the stored part of a Developer Console workspace. A node is an
//! IMS context, `ims.contexts.<name>`; the variables of a `.env` file that are not for the command line form an unnamed
//! node, because App Builder applications read their credentials from there.

use std::collections::HashMap;

use super::developer_console;
use super::dotenv::{self, Variable};
use super::flat;
use super::json::{self, Dialect, Json};
use super::traits::{FlatLines, Stores, Traits};
use super::yaml;
use super::{
    Document, Format, Input, MAX_VALUES, Node, Property, PropertyPlaces, RawFile, Reading, Span, Text, Value,
    too_many_values,
};

/// Prefix of the variables that the command line reads, ignoring case.
const PREFIX: &str = "AIO_";

/// Members that contain contexts: since aio-lib-ims 3, and before it for the contexts of one working copy.
const CONTEXTS: [&[&str]; 2] = [&["ims", "contexts"], &["$ims"]];

/// The only context in old versions of the command line, which did not support several.
const JWT_AUTH: &str = "jwt-auth";

/// Members of a `config.json`. All of them are needed to tell it from other files.
const CONFIG: [&str; 3] = ["client_id", "technical_account_id", "ims_org_id"];

/// Members of the `config.json` of the plugin's first versions, and of a `jwt.json` for `aio config:set --json`.
const OLD_CONFIG: [&str; 2] = ["client_id", "jwt_payload"];

/// Prefix of the variables of the Commerce kits. They look like variables of the command line but do not belong to it.
const COMMERCE: &str = "AIO_COMMERCE_AUTH_";

/// Configuration of the Adobe I/O command line.
#[derive(Debug)]
pub struct Aio;

impl Format for Aio {
    fn traits(&self) -> Traits {
        Traits {
            flat_lines: FlatLines::UnlessJson,
            is_small: true,
            ..Traits::written("aio", Stores::CommandLine, None)
        }
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        let name = input.context.file_name();
        if is_env(name) {
            return dotenv::variables(input.text().as_str()).next().is_some();
        }
        if !is_object(input.bytes) {
            return name.ends_with(".aio") || (name == "aio" && may_have_shape(input.bytes));
        }
        name.ends_with(".aio")
            || ((name.ends_with(".json") || name == "aio")
                && may_have_shape(input.bytes)
                && json::has_root(input, Dialect::HJSON, |root| contexts(root).next().is_some()))
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, _reading: Reading) -> Document {
        if is_env(input.context.file_name()) {
            return environment(text.as_str());
        }
        if !is_object(input.bytes) {
            let yaml::Stream { trees, problem, limit } = yaml::parse(text.as_str(), input.limits.max_nesting);
            let mut document = Document { problem, limit, ..Document::default() };
            if let Some(root) = trees.first().and_then(json::Tree::root) {
                configuration(root, &mut document);
            }
            return document;
        }
        json::read(input, text, Dialect::HJSON, configuration)
    }
}

fn is_env(name: &str) -> bool {
    name.ends_with(".env") || name.starts_with(".env.")
}

/// Whether the first character is a brace: the command line checks this before it parses a text as Hjson. Comments may
/// precede it: the README of the Cloud Manager plugin has one, and `--json` still treats the text as Hjson.
fn is_object(bytes: &[u8]) -> bool {
    let mut rest = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    loop {
        rest = rest.trim_ascii_start();
        let (end, length) = match rest {
            [b'/', b'/', ..] | [b'#', ..] => (memchr::memchr(b'\n', rest), 1),
            [b'/', b'*', ..] => (memchr::memmem::find(rest, b"*/"), 2),
            _ => return rest.first() == Some(&b'{'),
        };
        let Some(end) = end else { return false };
        rest = &rest[end + length..];
    }
}

/// Whether the bytes contain the words that one of the shapes needs.
fn may_have_shape(bytes: &[u8]) -> bool {
    let has = |word: &str| memchr::memmem::find(bytes, word.as_bytes()).is_some();
    has("client_id")
        && (has("contexts")
            || has("$ims")
            || has(JWT_AUTH)
            || CONFIG.iter().all(|member| has(member))
            || has(OLD_CONFIG[1]))
}

/// The contexts of a configuration, each with its path.
fn contexts<'a>(root: Json<'a>) -> impl Iterator<Item = (String, Json<'a>)> {
    let named = CONTEXTS.iter().flat_map(move |members| {
        let parent = members.iter().try_fold(root, |json, name| json.get(name));
        let context = move |json: Json<'a>| (format!("{}/{}", members.join("/"), json.key().unwrap_or_default()), json);
        parent.into_iter().flat_map(Json::members).filter(|json| json.is_object()).map(context)
    });
    let only = root.get(JWT_AUTH).filter(|json| json.is_object()).map(|json| (JWT_AUTH.to_owned(), json));
    let has = |names: &[&str]| names.iter().all(|name| root.get(name).is_some());
    let whole = (has(&CONFIG) || has(&OLD_CONFIG)).then(|| (String::new(), root));
    named.chain(only).chain(whole)
}

fn configuration(root: Json<'_>, document: &mut Document) {
    for (path, context) in contexts(root) {
        let node = Node { path, name_span: context.key_span(), ..Node::default() };
        flat::push(document, node, context, |_| false);
    }
    developer_console::workspace(root, document);
}

fn is_aio(variable: &Variable<'_>) -> bool {
    let begins = |prefix: &str| variable.name.get(..prefix.len()).is_some_and(|own| own.eq_ignore_ascii_case(prefix));
    begins(PREFIX) && !begins(COMMERCE)
}

/// The contexts that `AIO_` variables define. Other `AIO_` variables are kept in an unnamed node, and the variables of
/// applications in another one.
fn environment(text: &str) -> Document {
    let mut document = Document::default();
    let of_context = |name: &str| {
        let key = key(&name[PREFIX.len()..]);
        let (path, name) = split(&key);
        (path, name.to_owned())
    };
    add_variables(&mut document, text, is_aio, of_context);
    let contexts = document.nodes.len();
    add_variables(&mut document, text, |variable| !is_aio(variable), |name| (String::new(), name.to_owned()));
    document.nodes[contexts..].iter_mut().for_each(|node| node.name_span = Span::default());
    document
}

/// Adds the variables that `belongs` accepts, each to the node and under the name that `place` gives.
fn add_variables(
    document: &mut Document,
    text: &str,
    belongs: impl Fn(&Variable<'_>) -> bool,
    place: impl Fn(&str) -> (String, String),
) {
    let mut nodes = HashMap::new();
    let mut count = 0;
    for variable in dotenv::variables(text).filter(belongs) {
        let (path, name) = place(variable.name);
        let (node, places) = nodes.entry(path).or_insert_with_key(|path| {
            let name_span = variable.name_span;
            document.nodes.push(Node { path: path.clone(), name_span, ..Node::default() });
            (document.nodes.len() - 1, PropertyPlaces::default())
        });
        let property = property(&name, &variable, text);
        count += property.values.len().max(1);
        if count > MAX_VALUES {
            document.limit = document.limit.take().or_else(|| Some(too_many_values(variable.name_span.start)));
            break;
        }
        places.put(&mut document.nodes[*node].properties, property);
    }
}

/// The dotted key of a variable (`Config#reload`): lower case, a single `_` is a dot, `__` an underscore.
fn key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(start) = rest.find('_') {
        key.push_str(&rest[..start]);
        let run = rest[start..].len() - rest[start..].trim_start_matches('_').len();
        // From a run of more than two, keep what `replace(/__/g, '_')` leaves.
        let kept = if run == 1 { "." } else { &"_".repeat(run / 2 + run % 2) };
        key.push_str(kept);
        rest = &rest[start + run..];
    }
    key.push_str(rest);
    key.to_lowercase()
}

/// The path of the node and the name of the property that a dotted key stands for.
fn split(key: &str) -> (String, &str) {
    for members in CONTEXTS {
        let context = key.strip_prefix(&members.join(".")).and_then(|rest| rest.strip_prefix('.'));
        if let Some((context, name)) = context.and_then(|rest| rest.split_once('.')) {
            return (format!("{}/{context}", members.join("/")), name);
        }
    }
    match key.strip_prefix(JWT_AUTH).and_then(|rest| rest.strip_prefix('.')) {
        Some(name) => (JWT_AUTH.to_owned(), name),
        None => (String::new(), key),
    }
}

/// A variable as a property. A JSON array, which the command line writes for scopes, becomes its elements.
fn property(name: &str, variable: &Variable<'_>, text: &str) -> Property {
    let written = &text[variable.span.range()];
    if written.starts_with('[') && written.ends_with(']') {
        let tree = json::parse(written, Dialect::STRICT, 2);
        let array = tree.root().filter(|_| tree.problem.is_none());
        if let Some(mut property) = array.and_then(|array| flat::property(name, array)) {
            for value in &mut property.values {
                value.span = value.span.shifted(variable.span.start);
            }
            return Property { name_span: variable.name_span, span: variable.span, ..property };
        }
    }
    let value = Value { text: variable.value.clone().into_owned(), span: variable.span };
    Property::string(name, variable.name_span, value)
}
