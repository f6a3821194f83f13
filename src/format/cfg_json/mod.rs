//! `.cfg.json`: one OSGi configuration as JSON, and the code it shares with Configurator resources and feature models.
//!
//! [`Reading::Aem`] follows `org.apache.felix.cm.json.io.impl.ConfigurationReaderImpl` and its `TypeConverter`.

mod convert;
mod number;
#[cfg(test)]
mod tests;
mod write;

use std::collections::{HashMap, HashSet};

use super::json::{self, Dialect, Json};
use super::osgi::{self, ConfigurationPlace};
use super::traits::{CommentSyntax, Editor, Stores, Traits};
use super::web_console_json::json_start;
use super::{Document, Format, Input, Problem, Property, PropertyPlaces, RawFile, Reading, Span, Text, flat};
use convert::{Converted, TargetType, convert};
pub(super) use write::quote;

/// `.cfg.json` files.
#[derive(Debug)]
pub struct CfgJson;

impl Format for CfgJson {
    fn traits(&self) -> Traits {
        Traits::read_by_aem("cfg-json", Stores::Configurations, CommentSyntax::Json, Some(Editor::CfgJson))
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        let name = input.context.file_name();
        name.ends_with(".cfg.json") || name.strip_suffix(".json").is_some_and(|stem| is_misnamed(input, stem))
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        let tree = text.tree(dialect(reading), input.limits.max_nesting);
        let properties = |root| configuration(root, reading, Source::File).map_err(|rejection| rejection.problem);
        let document = match root(&tree, reading).and_then(properties) {
            Ok(properties) => osgi::configuration(input, reading, properties, tree.problem.clone()),
            Err(problem) => osgi::refused(input, reading, problem),
        };
        Document { limit: tree.limit.clone(), ..document }
    }
}

/// Whether a `.json` file called `stem` is a configuration with a wrong extension. A file that belongs to a bundle or
/// contains content nodes is something else.
fn is_misnamed(input: &RawFile<'_>, stem: &str) -> bool {
    let in_folder = matches!(osgi::place(input.context), ConfigurationPlace::Repository | ConfigurationPlace::Loose);
    let is_object = json_start(input.bytes) == Some(b'{');
    in_folder && osgi::looks_like_pid(stem) && is_object && !input.contains(b"\"jcr:")
}

/// The JSON dialect of each reading.
pub(super) fn dialect(reading: Reading) -> Dialect {
    match reading {
        Reading::Aem => Dialect::FELIX,
        Reading::Tolerant => Dialect::TOLERANT,
    }
}

/// The root object.
pub(super) fn root<'a>(tree: &'a json::Tree<'_>, reading: Reading) -> Result<Json<'a>, Problem> {
    if reading == Reading::Aem
        && let Some(problem) = &tree.problem
    {
        return Err(problem.clone());
    }
    match tree.root() {
        Some(root) if root.is_object() => Ok(root),
        other => {
            let offset = other.map_or(0, |root| root.span().start);
            Err(tree.problem.clone().unwrap_or_else(|| Problem::new(offset, "the JSON has no root object")))
        }
    }
}

/// Origin of a configuration; a few rules of the reference depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A file of its own: keys of the Configurator are stored without their prefix.
    File,
    /// A resource of a bundle with many configurations, read by the Configurator or for a feature: it handles such keys
    /// itself, and may have binary properties.
    Resource,
}

/// Why AEM rejects a configuration.
#[derive(Debug)]
pub(super) struct Rejection {
    pub(super) problem: Problem,
    /// The exception discards the whole file, not only this configuration.
    pub(super) whole_file: bool,
    /// AEM reports nothing.
    pub(super) silent: bool,
}

/// The integer that the standard converter returns for a value.
pub(super) fn integer(json: Json<'_>) -> Option<i32> {
    match convert(json, TargetType::Scalar(super::ValueType::Integer)) {
        Converted::Value { values, .. } => values.first()?.text.parse().ok(),
        Converted::Null | Converted::Failed => None,
    }
}

/// Prefix of the keys for the Configurator.
pub(super) const CONFIGURATOR_PREFIX: &str = ":configurator:";

/// The properties of the configuration in `object`.
pub(super) fn configuration(object: Json<'_>, reading: Reading, source: Source) -> Result<Vec<Property>, Rejection> {
    let (mut properties, mut places) = (Vec::new(), PropertyPlaces::default());
    let mut names = HashSet::new();
    let mut rejected = None;
    for (key, member) in unique_members(object) {
        let name = Key::parse(key, member.key_span(), reading);
        if name.internal && source != Source::File {
            continue;
        }
        let whole_file = |message: String| Rejection {
            problem: Problem::new(member.span().start, message),
            whole_file: true,
            silent: false,
        };
        if reading == Reading::Aem && name.is_binary() && source == Source::File {
            return Err(whole_file(format!("`{}` is binary, which only resources of bundles can be", name.name)));
        }
        let target = if name.internal { Some(TargetType::Untyped) } else { TargetType::parse(name.type_info) };
        let converted = target.map_or(Converted::Failed, |target| convert(member, target));
        let (value_type, multiple, values) = match (converted, reading) {
            (Converted::Value { value_type, multiple, values }, _) => (value_type, multiple, values),
            (Converted::Null, Reading::Tolerant) => continue,
            (Converted::Failed, Reading::Tolerant) => convert::as_seen(member, target),
            (Converted::Null, Reading::Aem) => {
                let message = format!("`{}` is null: AEM drops the whole configuration without an error", name.name);
                rejected.get_or_insert(Rejection {
                    problem: Problem::new(member.span().start, message),
                    whole_file: false,
                    silent: true,
                });
                continue;
            }
            (Converted::Failed, Reading::Aem) => {
                let rejection = whole_file(match target {
                    None => format!("`{key}` names the type `{}`, which does not exist", name.type_info.unwrap_or("")),
                    Some(_) => format!("the value of `{key}` cannot be converted to its type"),
                });
                return Err(Rejection { whole_file: source == Source::File, ..rejection });
            }
        };
        if !names.insert(fold(name.name)) && reading == Reading::Aem {
            return Err(whole_file(format!("`{}` is there twice: keys are case-insensitive", name.name)));
        }
        let property =
            Property { name_span: name.span, value_type, multiple, values, ..flat::empty(name.name, member) };
        // Of `a` and `a:Integer`, which only the tolerant reading accepts together, the last one counts.
        places.put(&mut properties, property);
    }
    rejected.map_or(Ok(properties), Err)
}

/// The members by key. Of several members with the same key, the last one counts, in the position of the first
/// (`LinkedHashMap#put`).
pub(super) fn unique_members<'a>(object: Json<'a>) -> Vec<(&'a str, Json<'a>)> {
    let mut members: Vec<(&str, Json<'_>)> = Vec::new();
    let mut index = HashMap::new();
    for member in object.members() {
        let key = member.key().unwrap_or_default();
        match index.get(key) {
            Some(&at) => members[at] = (key, member),
            None => {
                index.insert(key, members.len());
                members.push((key, member));
            }
        }
    }
    members
}

/// Folds a text for `String#equalsIgnoreCase`, which compares character by character: `ß` does not equal `SS`.
pub(super) fn fold(text: &str) -> String {
    let one = |c: char, mapped: &mut dyn Iterator<Item = char>| match (mapped.next(), mapped.next()) {
        (Some(mapped), None) => mapped,
        _ => c,
    };
    text.chars().map(|c| one(c, &mut c.to_uppercase())).map(|c| one(c, &mut c.to_lowercase())).collect()
}

/// `ConfigurationReaderImpl.KeyInfo`.
pub(super) struct Key<'a> {
    /// Name of the property.
    pub(super) name: &'a str,
    /// The part after the colon.
    pub(super) type_info: Option<&'a str>,
    /// The key has the prefix for the Configurator.
    pub(super) internal: bool,
    /// Where the name is written; the whole key if it has escapes.
    pub(super) span: Span,
}

impl<'a> Key<'a> {
    /// Splits `key` at its first colon. A person recognises only known types, so that `jcr:title` stays whole.
    pub(super) fn parse(key: &'a str, span: Span, reading: Reading) -> Self {
        let (internal, rest) = key.strip_prefix(CONFIGURATOR_PREFIX).map_or((false, key), |rest| (true, rest));
        let (name, type_info) = match rest.split_once(':') {
            Some((_, info)) if reading == Reading::Tolerant && TargetType::parse(Some(info)).is_none() => (rest, None),
            Some((name, info)) => (name, Some(info)),
            None => (rest, None),
        };
        // In a key with escapes, the lengths of the parts do not give their offsets.
        let plain = span.end - span.start == key.len();
        let start = span.start + key.len() - rest.len();
        let span = if plain { Span::new(start, start + name.len()) } else { span };
        Self { name, type_info, internal, span }
    }

    fn is_binary(&self) -> bool {
        matches!(self.type_info, Some("binary" | "binary[]"))
    }
}
