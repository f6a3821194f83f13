//! Answers of Sling's default GET servlet for `.json`, `.infinity.json`, `.tidy.json`, `.harray.json` and `.<n>.json`.
//!
//! Semantics: `JsonObjectCreator`, `JsonToText` and `JsonRenderer` of apache/sling-org-apache-sling-servlets-get. JCR
//! types are lost: names, paths, dates and decimals are strings. At the depth limit, children are left out, so the
//! absence of a property proves nothing. If a tree is too large, the answer is an array of URLs of shallower trees.

use super::content_tree::{self, Member};
use super::flat::{property_of, uniform_type, value};
use super::json::{self, Dialect, Json};
use super::quiet::Outline;
use super::traits::{Stores, Traits};
use super::web_console_json::json_start;
use super::{Document, Format, Input, Problem, Property, RawFile, Reading, Text, Value};

/// `.harray`: contains the children of a node.
const CHILDREN: &str = "__children__";
/// `.harray`: the name of a child.
const NAME: &str = "__name__";
/// Selectors that only the GET servlet knows; a file with such a name is its answer, whatever it contains.
const SELECTORS: [&str; 4] = [".infinity.json", ".tidy.json", ".harray.json", ".-1.json"];
/// Maximum length of an answer that is checked for an array of URLs, in bytes.
const MAX_CHOICES: usize = 1 << 16;

/// Members of JSON Schema, Swagger, OpenAPI and Postman documents.
const FOREIGN: [&[u8]; 4] = [b"\"$schema\"", b"\"swagger\"", b"\"openapi\"", b"\"_postman_id\""];
/// How far from the beginning they are searched for, in bytes.
const FOREIGN_WITHIN: usize = 512;

/// JSON of Sling's default GET servlet.
#[derive(Debug)]
pub struct SlingGet;

impl Format for SlingGet {
    fn traits(&self) -> Traits {
        Traits { outline: Some(Outline::Objects), ..Traits::exported("sling-get", Stores::Content) }
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        let name = input.context.file_name();
        let is_named = name.ends_with(".json") && !name.ends_with(".cfg.json");
        // Text copied from a browser.
        let is_copied = name.ends_with(".txt") && has_typed_node(input.bytes);
        if !(is_named || is_copied) {
            return false;
        }
        let selected = SELECTORS.iter().any(|selector| name.ends_with(selector));
        let bytes = input.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input.bytes);
        match json_start(bytes) {
            Some(b'{') => selected || (has_typed_node(bytes) && !is_foreign(bytes)),
            Some(b'[') if bytes.len() <= MAX_CHOICES && !input.text().has_replacements() => {
                cut_at(input, input.text()).is_some()
            }
            _ => false,
        }
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        if text.as_str().len() <= MAX_CHOICES
            && let Some(levels) = cut_at(input, text)
        {
            return cut(levels);
        }
        let (path, jcr_path) = root_path(input);
        let document = json::read(input, text, Dialect::of_export(reading), |root, document| {
            if root.is_object() {
                content_tree::read(root, path, document, &|json| member(json, text));
            }
        });
        Document { jcr_path, ..document }
    }
}

/// Whether a node declares its type: a member `jcr:primaryType` with a string.
fn has_typed_node(bytes: &[u8]) -> bool {
    types(bytes).any(|value| value.starts_with(b"\""))
}

/// What follows the colon after each name of a member `jcr:primaryType`; nothing where there is no colon.
pub(super) fn types(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    const MEMBER: &[u8] = b"\"jcr:primaryType\"";
    memchr::memmem::find_iter(bytes, MEMBER).map(|found| {
        let value = bytes[found + MEMBER.len()..].trim_ascii_start().strip_prefix(b":");
        value.unwrap_or_default().trim_ascii_start()
    })
}

/// Whether the beginning identifies another kind of document, which may quote content as an example.
fn is_foreign(bytes: &[u8]) -> bool {
    let beginning = &bytes[..bytes.len().min(FOREIGN_WITHIN)];
    FOREIGN.iter().any(|member| memchr::memmem::find(beginning, member).is_some())
}

/// The path of the exported node: the file's path in a repository without extension and selectors; elsewhere, only the
/// node's name is known, from the file name.
pub(super) fn root_path(input: &Input<'_>) -> (String, Option<String>) {
    let strip = |path: &str| {
        let slash = path.rfind('/').map_or(0, |slash| slash + 1);
        let (folder, name) = path.split_at(slash);
        let mut name = name.strip_suffix(".json").unwrap_or(name);
        while let Some((rest, selector)) = name.rsplit_once('.') {
            if !matches!(selector, "infinity" | "tidy" | "harray" | "-1") && selector.parse::<u32>().is_err() {
                break;
            }
            name = rest;
        }
        format!("{folder}{name}")
    };
    let jcr_path = input.context.repository_path.as_deref().map(|path| format!("/{}", strip(path)));
    (jcr_path.clone().unwrap_or_else(|| strip(input.context.file_name())), jcr_path)
}

pub(super) fn member<'a>(json: Json<'a>, text: &Text<'_>) -> Member<'a> {
    let name = json.key().unwrap_or_default();
    if json.is_object() {
        Member::Child(name)
    } else if name == CHILDREN && json.is_array() && json.elements().all(Json::is_object) {
        Member::Children(NAME)
    } else if name == NAME || json.is_null() {
        Member::Nothing
    } else {
        property(name, json, text).map_or(Member::Nothing, Member::Property)
    }
}

/// A property called `name`; nested values in an array are kept as JSON text.
pub(super) fn property(name: &str, json: Json<'_>, text: &Text<'_>) -> Option<Property> {
    let own = |json: Json<'_>| {
        let written = || Value { text: text.slice(json.span()).to_owned(), span: json.span() };
        // `JsonObjectCreator#getValue` writes null as an empty string; older versions wrote it as null.
        let empty = || Value { text: String::new(), span: json.span() };
        value(json).or_else(|| Some(if json.is_null() { empty() } else { written() }))
    };
    property_of(name, json, uniform_type(json), own)
}

/// The number of levels offered, if `text` is the list of URLs that replaces a tree that was too large (`JsonRenderer`,
/// status 300): `["/content/x.2.json", "/content/x.1.json", "/content/x.0.json"]`.
fn cut_at(input: &Input<'_>, text: &Text<'_>) -> Option<usize> {
    let list = text.as_str().trim_start_matches('\u{feff}').trim_ascii_start().strip_prefix('[')?;
    // Other lists need not be parsed.
    list.trim_ascii_start().strip_prefix('"')?;
    let tree = text.tree(Dialect::of_export(Reading::Tolerant), input.limits.max_nesting);
    let urls: Option<Vec<&str>> = tree.root()?.elements().map(Json::as_str).collect();
    let urls = urls.filter(|urls| tree.is_strict() && tree.limit.is_none() && !urls.is_empty())?;
    let offers = |(level, url): (usize, &&str)| url.starts_with('/') && url.ends_with(&format!(".{level}.json"));
    urls.iter().rev().enumerate().all(offers).then_some(urls.len())
}

fn cut(levels: usize) -> Document {
    let message = format!(
        "the export was cut: the tree was too large for the server, which lists {levels} shallower addresses instead; \
         export those, or raise json.maximumresults of the Sling GET servlet"
    );
    let problem = Some(Problem::new(0, message));
    Document { problem: problem.clone(), limit: problem, ..Document::default() }
}
