//! Types of configuration values: `TypeConverter`, backed by the OSGi standard converter.

use super::number::Number;
use super::write::json_text;
use crate::format::java;
use crate::format::json::{Json, JsonKind};
use crate::format::{Span, Value, ValueType};

/// The type that a key's type information asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TargetType {
    /// No type information: the JSON decides.
    Untyped,
    /// One value.
    Scalar(ValueType),
    /// An array; of primitives when the name of the type is in lower case.
    Array(ValueType, Elements),
    /// `Collection<T>`.
    Collection(ValueType),
    /// `Collection`.
    RawCollection,
}

/// Kind of the elements of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Elements {
    Objects,
    Primitives,
}

/// The scalar types of `TypeConverter.TYPE_MAP`: name, name of the primitive, type.
const TYPES: [(&str, Option<&str>, ValueType); 9] = [
    ("String", None, ValueType::String),
    ("Integer", Some("int"), ValueType::Integer),
    ("Long", Some("long"), ValueType::Long),
    ("Float", Some("float"), ValueType::Float),
    ("Double", Some("double"), ValueType::Double),
    ("Byte", Some("byte"), ValueType::Byte),
    ("Short", Some("short"), ValueType::Short),
    ("Character", Some("char"), ValueType::Character),
    ("Boolean", Some("boolean"), ValueType::Boolean),
];

impl TargetType {
    /// `None` for a type that does not exist.
    pub(super) fn parse(info: Option<&str>) -> Option<Self> {
        let Some(info) = info else { return Some(Self::Untyped) };
        match info {
            "binary" => return Some(Self::Scalar(ValueType::String)),
            "binary[]" => return Some(Self::Array(ValueType::String, Elements::Objects)),
            "Collection" => return Some(Self::RawCollection),
            _ => {}
        }
        if let Some(element) = info.strip_prefix("Collection<").and_then(|rest| rest.strip_suffix('>')) {
            return TYPES.iter().find(|(name, ..)| *name == element).map(|&(.., value)| Self::Collection(value));
        }
        let (name, array) = info.strip_suffix("[]").map_or((info, false), |name| (name, true));
        TYPES.iter().find_map(|&(object, primitive, value)| {
            let elements = match name {
                name if name == object => Elements::Objects,
                name if Some(name) == primitive => Elements::Primitives,
                _ => return None,
            };
            Some(if array { Self::Array(value, elements) } else { Self::Scalar(value) })
        })
    }

    fn value_type(self) -> ValueType {
        match self {
            Self::Untyped | Self::RawCollection => ValueType::String,
            Self::Scalar(value) | Self::Array(value, _) | Self::Collection(value) => value,
        }
    }

    pub(super) fn is_multiple(self) -> bool {
        !matches!(self, Self::Untyped | Self::Scalar(_))
    }
}

/// Result of a conversion.
#[derive(Debug)]
pub(super) enum Converted {
    Value {
        value_type: ValueType,
        multiple: bool,
        values: Vec<Value>,
    },
    /// The reference returns null: it drops the configuration.
    Null,
    /// `CONVERSION_FAILED`, or an exception.
    Failed,
}

/// A Java object made from a JSON scalar.
#[derive(Clone, Debug)]
enum Object {
    String(String),
    Boolean(bool),
    Long(i64),
    Double(f64),
    /// A value that only a conversion produces: its text and type.
    Other(String, ValueType),
}

impl Object {
    fn value_type(&self) -> ValueType {
        match self {
            Self::String(_) => ValueType::String,
            Self::Boolean(_) => ValueType::Boolean,
            Self::Long(_) => ValueType::Long,
            Self::Double(_) => ValueType::Double,
            Self::Other(_, value_type) => *value_type,
        }
    }

    fn text(self) -> String {
        match self {
            Self::String(text) | Self::Other(text, _) => text,
            Self::Boolean(value) => value.to_string(),
            Self::Long(value) => value.to_string(),
            Self::Double(value) => java::double_text(value),
        }
    }
}

/// The result of `JsonSupport#convertToObject` for a JSON value.
enum JsonSource {
    Null,
    Scalar(Object, Span),
    Array(ValueType, Vec<(Object, Span)>),
}

impl JsonSource {
    fn into_objects(self) -> Vec<(Object, Span)> {
        match self {
            Self::Null => Vec::new(),
            Self::Scalar(object, span) => vec![(object, span)],
            Self::Array(_, objects) => objects,
        }
    }
}

/// Converts `json` as `TypeConverter#convertObjectToType` does.
pub(super) fn convert(json: Json<'_>, target: TargetType) -> Converted {
    let Some(source) = source(json) else { return Converted::Failed };
    match (target, source) {
        (TargetType::Untyped | TargetType::Scalar(_), JsonSource::Null) => Converted::Null,
        (TargetType::Untyped, JsonSource::Scalar(object, span)) => one(object, span),
        (TargetType::Untyped | TargetType::RawCollection, JsonSource::Array(value_type, objects)) => {
            many(value_type, objects)
        }
        (TargetType::Scalar(value_type), source) => {
            let first = source.into_objects().into_iter().next();
            let converted = first.and_then(|(object, span)| Some((to_type(object, value_type)?, span)));
            converted.map_or(Converted::Failed, |(object, span)| one(object, span))
        }
        (TargetType::Array(ValueType::Character, _), JsonSource::Scalar(Object::String(text), span)) => {
            many(ValueType::Character, text.encode_utf16().map(|c| (unit(c), span)).collect())
        }
        // The standard converter turns null into an empty array.
        (TargetType::Array(value_type, elements), source) => all(source.into_objects(), value_type, Some(elements)),
        (TargetType::Collection(value_type), source) => all(source.into_objects(), value_type, None),
        (TargetType::RawCollection, JsonSource::Null) => many(ValueType::String, Vec::new()),
        (TargetType::RawCollection, JsonSource::Scalar(object, span)) => {
            many(object.value_type(), vec![(object, span)])
        }
    }
}

/// The value as a person sees it, where AEM cannot convert it: the texts, with the requested type.
pub(super) fn as_seen(json: Json<'_>, target: Option<TargetType>) -> (ValueType, bool, Vec<Value>) {
    let target = target.unwrap_or(TargetType::Untyped);
    let text = |json: Json<'_>| Value {
        text: json.scalar().map_or_else(|| json_text(json), str::to_owned),
        span: json.span(),
    };
    let multiple = json.is_array() || target.is_multiple();
    let values = if json.is_array() { json.elements().map(text).collect() } else { vec![text(json)] };
    (target.value_type(), multiple, values)
}

fn one(object: Object, span: Span) -> Converted {
    let value_type = object.value_type();
    Converted::Value { value_type, multiple: false, values: vec![Value { text: object.text(), span }] }
}

fn many(value_type: ValueType, objects: Vec<(Object, Span)>) -> Converted {
    let values = objects.into_iter().map(|(object, span)| Value { text: object.text(), span }).collect();
    Converted::Value { value_type, multiple: true, values }
}

/// Converts every element. The elements of an array must fit its type.
fn all(objects: Vec<(Object, Span)>, declared: ValueType, array: Option<Elements>) -> Converted {
    let mut out = Vec::with_capacity(objects.len());
    for (object, span) in objects {
        match to_type(object, declared) {
            Some(object) if array.is_none_or(|elements| fits(object.value_type(), declared, elements)) => {
                out.push((if array.is_some() { widen(object, declared) } else { object }, span));
            }
            _ => return Converted::Failed,
        }
    }
    // A collection accepts whatever the converter returns.
    let first = out.first().map(|(object, _)| object.value_type()).filter(|_| array.is_none());
    many(first.unwrap_or(declared), out)
}

/// `Array#set`: the converter returns an Integer for a boolean, which only wider primitives accept.
fn fits(object: ValueType, element: ValueType, elements: Elements) -> bool {
    let wider = matches!(element, ValueType::Long | ValueType::Float | ValueType::Double);
    object == element || (elements == Elements::Primitives && object == ValueType::Integer && wider)
}

/// An integer in an array of floating-point primitives becomes a floating-point number.
fn widen(object: Object, element: ValueType) -> Object {
    match object {
        Object::Other(text, ValueType::Integer) if matches!(element, ValueType::Float | ValueType::Double) => {
            Object::Other(format!("{text}.0"), element)
        }
        object => object,
    }
}

/// `JsonSupport#convertToObject`; `None` where a number is out of range.
fn source(json: Json<'_>) -> Option<JsonSource> {
    if !json.is_array() {
        return Some(match json.kind() {
            JsonKind::Null => JsonSource::Null,
            _ => JsonSource::Scalar(object(json)?, json.span()),
        });
    }
    let kind = |json: Json<'_>| match json.kind() {
        JsonKind::String(_) => Some(ValueType::String),
        JsonKind::Number(_) => Some(ValueType::Double),
        JsonKind::Bool(_) => Some(ValueType::Boolean),
        // Strings and objects are distinguished only to see whether the array is mixed.
        JsonKind::Object => Some(ValueType::Binary),
        JsonKind::Array | JsonKind::Null => None,
    };
    let first = json.elements().next().map_or(Some(ValueType::String), kind);
    let Some(first) = first.filter(|_| json.elements().all(|element| kind(element) == first)) else {
        return Some(JsonSource::Scalar(Object::String(json_text(json)), json.span()));
    };
    let objects: Vec<(Object, Span)> =
        json.elements().map(|element| Some((object(element)?, element.span()))).collect::<Option<_>>()?;
    let value_type = match first {
        ValueType::Double if objects.iter().all(|(object, _)| matches!(object, Object::Long(_))) => ValueType::Long,
        ValueType::Binary => ValueType::String,
        other => other,
    };
    let objects = objects.into_iter().map(|(object, span)| match object {
        Object::Long(value) if value_type == ValueType::Double => (Object::Double(value as f64), span),
        object => (object, span),
    });
    Some(JsonSource::Array(value_type, objects.collect()))
}

fn object(json: Json<'_>) -> Option<Object> {
    Some(match json.kind() {
        JsonKind::String(text) => Object::String(text.to_string()),
        JsonKind::Bool(value) => Object::Boolean(value),
        JsonKind::Number(text) => match Number::parse(text)? {
            Number::Integral(value) => Object::Long(value),
            Number::Floating(value) => Object::Double(value),
        },
        JsonKind::Object | JsonKind::Array | JsonKind::Null => Object::String(json_text(json)),
    })
}

/// Converts one object with the OSGi standard converter; `None` where that fails.
fn to_type(object: Object, target: ValueType) -> Option<Object> {
    let other = |text: String| Some(Object::Other(text, target));
    match (object, target) {
        (object, ValueType::String) => Some(Object::String(object.text())),
        (Object::String(text), ValueType::Boolean) => Some(Object::Boolean(text.eq_ignore_ascii_case("true"))),
        (Object::Boolean(value), ValueType::Boolean) => Some(Object::Boolean(value)),
        (Object::Long(value), ValueType::Boolean) => Some(Object::Boolean(value != 0)),
        (Object::Double(value), ValueType::Boolean) => Some(Object::Boolean(value as i64 != 0)),
        (Object::String(text), ValueType::Character) => Some(character(text.chars().next().unwrap_or('\0'))),
        (Object::Boolean(value), ValueType::Character) => Some(character(char::from(u8::from(value)))),
        (Object::Long(value), ValueType::Character) => Some(unit(value as u16)),
        (Object::Double(value), ValueType::Character) => Some(unit(value as i32 as u16)),
        // `trySpecialCases` returns an Integer, whatever number type is requested.
        (Object::Boolean(value), _) => Some(Object::Other(u8::from(value).to_string(), ValueType::Integer)),
        (Object::String(text), ValueType::Integer) => other(text.parse::<i32>().ok()?.to_string()),
        (Object::String(text), ValueType::Long) => other(text.parse::<i64>().ok()?.to_string()),
        (Object::String(text), ValueType::Byte) => other(text.parse::<i8>().ok()?.to_string()),
        (Object::String(text), ValueType::Short) => other(text.parse::<i16>().ok()?.to_string()),
        (Object::String(text), ValueType::Float) => {
            other(java::float_text(java::parse_floating(&text)?.parse::<f32>().ok()?))
        }
        (Object::String(text), ValueType::Double) => {
            other(java::double_text(java::parse_floating(&text)?.parse::<f64>().ok()?))
        }
        (Object::Long(value), ValueType::Integer) => other((value as i32).to_string()),
        (Object::Long(value), ValueType::Byte) => other((value as i8).to_string()),
        (Object::Long(value), ValueType::Short) => other((value as i16).to_string()),
        (Object::Long(value), ValueType::Float) => other(java::float_text(value as f32)),
        (Object::Long(value), ValueType::Double) => other(java::double_text(value as f64)),
        (Object::Double(value), ValueType::Integer) => other((value as i32).to_string()),
        (Object::Double(value), ValueType::Long) => other((value as i64).to_string()),
        (Object::Double(value), ValueType::Byte) => other((value as i32 as i8).to_string()),
        (Object::Double(value), ValueType::Short) => other((value as i32 as i16).to_string()),
        (Object::Double(value), ValueType::Float) => other(java::float_text(value as f32)),
        (object, target) if object.value_type() == target => Some(object),
        _ => None,
    }
}

fn character(c: char) -> Object {
    Object::Other(java::one_unit(c).to_string(), ValueType::Character)
}

fn unit(unit: u16) -> Object {
    character(char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER))
}
