//! `nodestates.json` of `oak-run export`, and other dumps written by Oak's `JsonSerializer`.
//!
//! A content tree whose strings begin with the first three letters of their type (`nam:nt:unstructured`), see
//! `TypeCodes`, `JsonSerializer` and `JsonDeserializer` in jackrabbit-oak's oak-store-spi. A plain string has a prefix
//! (`str:`) only if it would be ambiguous without one. JCR names are not encoded; hidden names begin with a colon.

use strum::VariantArray;

use super::content_tree::{self, Member};
use super::flat::{empty, scalar_type, value};
use super::json::{self, Dialect, Json};
use super::quiet::Outline;
use super::sling_get::{root_path, types};
use super::traits::{Stores, Traits};
use super::{Document, Format, Input, Property, RawFile, Reading, Span, Text, Value, ValueType, docview_value};

/// Type of the repository's root, as it is written.
const ROOT_TYPE: &str = "nam:rep:root";
/// Prefix of a binary property's value.
pub(super) const BLOB: &str = ":blobId:";
/// Prefix of an empty array, before the name of its type.
const EMPTY_ARRAY: &str = "[0]:";

/// The type of a prefix of `TypeCodes`: the first three letters of a name in `javax.jcr.PropertyType`. `und` (undefined)
/// and unknown codes leave a value unchanged.
fn type_of_code(code: &str) -> Option<ValueType> {
    let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_lowercase());
    let has_code = |own: &ValueType| own.name()[..3].eq_ignore_ascii_case(code);
    let mut coded = ValueType::VARIANTS.iter().filter(|own| own.is_jcr() && **own != ValueType::BinaryRef);
    // Binary properties have a prefix of their own.
    coded.find(|own| is_code && has_code(own)).copied().filter(|own| *own != ValueType::Binary)
}

/// An oak-run export.
#[derive(Debug)]
pub struct OakExport;

impl Format for OakExport {
    fn traits(&self) -> Traits {
        Traits { outline: Some(Outline::Objects), ..Traits::exported("oak-export", Stores::Content) }
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        let coded = types(input.bytes).next().is_some_and(|value| value.starts_with(b"\"nam:"));
        coded && input.context.file_name().ends_with(".json")
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        let (mut path, mut jcr_path) = root_path(input);
        let document = json::read(input, text, Dialect::of_export(reading), |root, document| {
            // The only location that the file reveals is the root, by its type.
            if root.get("jcr:primaryType").and_then(Json::as_str) == Some(ROOT_TYPE) {
                (path, jcr_path) = ("/".to_owned(), Some("/".to_owned()));
            }
            if root.is_object() {
                content_tree::read(root, path, document, &member);
            }
        });
        Document { jcr_path, ..document }
    }
}

fn member(json: Json<'_>) -> Member<'_> {
    let name = json.key().unwrap_or_default();
    if json.is_object() { Member::Child(name) } else { property(name, json).map_or(Member::Nothing, Member::Property) }
}

/// A member as Oak's `JsonDeserializer` reads it; `None` for `null` and nested arrays, which Oak does not write.
pub fn property(name: &str, json: Json<'_>) -> Option<Property> {
    let of = |value_type, multiple, values| Some(Property { value_type, multiple, values, ..empty(name, json) });
    if json.is_array() {
        let elements: Vec<_> = json.elements().filter_map(|element| typed(name, element)).collect();
        // `JsonDeserializer#readArrayProperty` uses the type of the last element for all.
        let value_type = elements.last().map_or(ValueType::String, |last| last.0);
        return of(value_type, true, elements.into_iter().map(|element| element.1).collect());
    }
    if let Some(empty) = json.as_str().and_then(|text| text.strip_prefix(EMPTY_ARRAY)) {
        return of(docview_value::type_named(empty).unwrap_or_default(), true, Vec::new());
    }
    let (value_type, value) = typed(name, json)?;
    of(value_type, false, vec![value])
}

fn typed(name: &str, json: Json<'_>) -> Option<(ValueType, Value)> {
    let Some(text) = json.as_str() else { return Some((scalar_type(json), value(json)?)) };
    let whole = |value_type| Some((value_type, Value { text: text.to_owned(), span: json.span() }));
    let rest = |value_type, prefix: usize| {
        // Prefixes are ASCII and written without escapes.
        let span = Span::new(json.span().start + prefix, json.span().end);
        Some((value_type, Value { text: text[prefix..].to_owned(), span }))
    };
    if text.starts_with(BLOB) {
        return rest(ValueType::Binary, BLOB.len());
    }
    match text.split_once(':').and_then(|(code, _)| type_of_code(code)) {
        Some(value_type) => rest(value_type, "str:".len()),
        // Written by hand without prefix: `JsonDeserializer#inferPropertyType`.
        None if matches!(name, "jcr:primaryType" | "jcr:mixinTypes") && text.matches(':').count() == 1 => {
            whole(ValueType::Name)
        }
        None => whole(ValueType::String),
    }
}
