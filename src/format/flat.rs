//! Flattens JSON objects whose nesting means nothing to AEM (credential files) into properties with dotted names.

use super::json::{Children, Json, JsonKind};
use super::{Document, Node, Problem, Property, PropertyPlaces, Value, ValueType};
use crate::budget::{Allowance, NAMES_OF_FILE};

/// Turns the members of `object` into properties: `{"a": {"b": 1}}` becomes `a.b`. Arrays of scalars become one
/// property, other arrays use indices (`a.0.b`), `null` is left out. Of several equal names, the last one counts, as in
/// every JSON reader. `skip` selects dotted names to leave out, with everything below them.
pub fn flatten(object: Json<'_>, skip: impl Fn(&str) -> bool) -> Flat {
    let mut flat = Flat::default();
    let mut places = PropertyPlaces::default();
    let mut open = vec![ObjectLevel { children: object.children(), prefix: 0, index: 0 }];
    let mut prefix = String::new();
    let names = Allowance::new(NAMES_OF_FILE);
    while let Some(level) = open.last_mut() {
        prefix.truncate(level.prefix);
        let Some(child) = level.children.next() else {
            open.pop();
            continue;
        };
        match child.key() {
            Some(key) => prefix.push_str(key),
            None => prefix.push_str(&level.index.to_string()),
        }
        level.index += 1;
        if skip(&prefix) {
            continue;
        }
        if let Some(property) = property(&prefix, child) {
            if names.take(prefix.len() as u64).is_none() {
                flat.limit = Some(Problem::new(child.span().start, "the names of nested members take too much memory"));
                break;
            }
            places.put(&mut flat.properties, property);
        } else if child.is_container() {
            prefix.push('.');
            open.push(ObjectLevel { children: child.children(), prefix: prefix.len(), index: 0 });
        }
    }
    flat
}

/// Adds `node` with the members of `object` as its properties, see [`flatten`].
pub fn push(document: &mut Document, node: Node, object: Json<'_>, skip: impl Fn(&str) -> bool) {
    let flat = flatten(object, skip);
    document.limit = document.limit.take().or(flat.limit);
    document.nodes.push(Node { properties: flat.properties, ..node });
}

/// The result of [`flatten`].
#[derive(Debug, Default)]
pub struct Flat {
    /// The properties in document order, names unique.
    pub properties: Vec<Property>,
    /// Members that were left out because a limit was reached.
    pub limit: Option<Problem>,
}

struct ObjectLevel<'a> {
    children: Children<'a>,
    /// Length of the dotted name up to here.
    prefix: usize,
    /// Number of children seen so far.
    index: usize,
}

/// A scalar or an array of scalars as the property `name`; `None` for `null`, objects and other arrays.
pub fn property(name: &str, json: Json<'_>) -> Option<Property> {
    let is_nested = json.elements().any(Json::is_container);
    if is_nested { None } else { property_of(name, json, uniform_type(json), value) }
}

/// The property `name` with what `value` makes of a value, or of each element of an array.
pub fn property_of(
    name: &str,
    json: Json<'_>,
    value_type: ValueType,
    value: impl Fn(Json<'_>) -> Option<Value>,
) -> Option<Property> {
    let multiple = json.is_array();
    let values = if multiple { json.elements().filter_map(value).collect() } else { vec![value(json)?] };
    Some(Property { value_type, multiple, values, ..empty(name, json) })
}

/// The property `name`, written as `json`, without its values.
pub fn empty(name: &str, json: Json<'_>) -> Property {
    Property {
        name: name.to_owned(),
        name_span: json.key_span(),
        value_type: ValueType::String,
        multiple: false,
        values: Vec::new(),
        span: json.span(),
    }
}

/// The value of a scalar other than `null`.
pub fn value(json: Json<'_>) -> Option<Value> {
    let text = json.scalar().filter(|_| !json.is_null())?;
    Some(Value { text: text.to_owned(), span: json.span() })
}

/// The common type of all elements of an array, String if they differ or there are none; the type of any other value.
pub fn uniform_type(json: Json<'_>) -> ValueType {
    let first = first_type(json, scalar_type);
    if json.elements().all(|element| scalar_type(element) == first) { first } else { ValueType::String }
}

/// The type that `type_of` gives the first element of an array, String if there is none; the type of any other value.
pub fn first_type(json: Json<'_>, type_of: impl Fn(Json<'_>) -> ValueType) -> ValueType {
    let first = if json.is_array() { json.elements().next() } else { Some(json) };
    first.map_or(ValueType::String, type_of)
}

/// The type that a JSON scalar has on its own: whole numbers are Long, others Double.
pub fn scalar_type(json: Json<'_>) -> ValueType {
    match json.kind() {
        JsonKind::Number(text) if text.contains(['.', 'e', 'E']) => ValueType::Double,
        JsonKind::Number(_) => ValueType::Long,
        JsonKind::Bool(_) => ValueType::Boolean,
        _ => ValueType::String,
    }
}
