//! Flattens JSON objects whose nesting means nothing to AEM (credential files) into properties with dotted names.

use std::collections::HashMap;

use super::json::{Children, Json, JsonKind};
use super::{Problem, Property, Value, ValueType};

/// Maximum number of bytes of property names in one file: names repeat their ancestors, so deep nesting would multiply
/// the size of the file.
const MAX_NAMES: usize = 32 << 20;

/// Turns the members of `object` into properties: `{"a": {"b": 1}}` becomes `a.b`. Arrays of scalars become one
/// property, other arrays use indices (`a.0.b`), `null` is left out. Of several equal names, the last one counts, as in
/// every JSON reader. `skip` selects dotted names to leave out, with everything below them.
pub fn flatten(object: Json<'_>, skip: impl Fn(&str) -> bool) -> Flat {
    let mut flat = Flat::default();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut open = vec![Level { children: object.children(), prefix: 0, index: 0 }];
    let mut prefix = String::new();
    let mut budget = MAX_NAMES;
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
            let Some(rest) = budget.checked_sub(prefix.len()) else {
                flat.limit = Some(Problem::new(child.span().start, "the names of nested members take too much memory"));
                break;
            };
            budget = rest;
            match places.get(&prefix) {
                Some(&place) => flat.properties[place] = property,
                None => {
                    places.insert(prefix.clone(), flat.properties.len());
                    flat.properties.push(property);
                }
            }
        } else if matches!(child.kind(), JsonKind::Object | JsonKind::Array) {
            prefix.push('.');
            open.push(Level { children: child.children(), prefix: prefix.len(), index: 0 });
        }
    }
    flat
}

/// The result of [`flatten`].
#[derive(Debug, Default)]
pub struct Flat {
    /// The properties in document order, names unique.
    pub properties: Vec<Property>,
    /// Members that were left out because a limit was reached.
    pub limit: Option<Problem>,
}

struct Level<'a> {
    children: Children<'a>,
    /// Length of the dotted name up to here.
    prefix: usize,
    /// Number of children seen so far.
    index: usize,
}

/// A scalar or an array of scalars as the property `name`; `None` for `null`, objects and other arrays.
pub fn property(name: &str, json: Json<'_>) -> Option<Property> {
    let multiple = json.is_array();
    let (value_type, values) = if multiple {
        if json.elements().any(|element| element.scalar().is_none()) {
            return None;
        }
        let first = json.elements().next().map_or(ValueType::String, scalar_type);
        let uniform = json.elements().all(|element| scalar_type(element) == first);
        (if uniform { first } else { ValueType::String }, json.elements().filter_map(value).collect())
    } else {
        (scalar_type(json), vec![value(json)?])
    };
    Some(Property {
        name: name.to_owned(),
        name_span: json.key_span(),
        value_type,
        multiple,
        values,
        span: json.span(),
    })
}

/// The value of a scalar other than `null`.
pub fn value(json: Json<'_>) -> Option<Value> {
    let text = json.scalar().filter(|_| !json.is_null())?;
    Some(Value { text: text.to_owned(), span: json.span() })
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
