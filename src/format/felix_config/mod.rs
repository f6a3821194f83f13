//! Felix `.config` files (`org.apache.felix.cm.file.ConfigurationHandler`).
//!
//! The reference fails silently: an unquoted value loses its key and merges it with the next one, a quoted key ends the
//! file, an unescaped `=` splits a URL. [`Reading::Aem`] follows it step by step; [`Reading::Tolerant`] sees the keys
//! and values that a person sees.

mod aem;
pub(super) mod pairs;
#[cfg(test)]
mod tests;
mod tolerant;

use self::pairs::Pairs;
use super::java;
use super::osgi::{self, ConfigurationPlace};
use super::traits::{CommentSyntax, Editor, Stores, Traits};
use super::{Document, Format, Input, Problem, Property, RawFile, Reading, Span, Text, Value, ValueType};

/// Felix `.config`.
#[derive(Debug)]
pub struct FelixConfig;

impl Format for FelixConfig {
    fn traits(&self) -> Traits {
        Traits::read_by_aem("felix-config", Stores::Configurations, CommentSyntax::Hash, Some(Editor::Felix))
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        let name = input.context.file_name();
        let Some(stem) = name.strip_suffix(".config") else { return false };
        match osgi::place(input.context) {
            ConfigurationPlace::Repository | ConfigurationPlace::InstanceStore => true,
            ConfigurationPlace::Loose => !osgi::looks_like_markup(input.bytes),
            ConfigurationPlace::Elsewhere => {
                let named = osgi::looks_like_pid(stem) && !osgi::looks_like_markup(input.bytes);
                named || osgi::is_of_instance_store(input.bytes)
            }
        }
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        if let Some(unread) = super::too_large(text.as_str()) {
            return unread;
        }
        match read_text(text.as_str(), reading) {
            Ok((properties, problem)) => osgi::configuration(input, reading, properties, problem),
            Err(problem) => osgi::refused(input, reading, problem),
        }
    }
}

/// The properties of a configuration in this syntax, and the first silent loss.
///
/// # Errors
/// When AEM rejects the text.
pub(super) fn read_text(text: &str, reading: Reading) -> Result<(Vec<Property>, Option<Problem>), Problem> {
    read_pairs(text, reading, Pairs::default()).map(|pairs| (pairs.properties, pairs.problem))
}

/// The same, including the values that later ones of the same key replace.
pub(super) fn read_all(text: &str, reading: Reading) -> Result<Pairs, Problem> {
    read_pairs(text, reading, Pairs { shadowed: Some(Vec::new()), ..Pairs::default() })
}

fn read_pairs(text: &str, reading: Reading, pairs: Pairs) -> Result<Pairs, Problem> {
    match reading {
        Reading::Tolerant => Ok(tolerant::read(text, pairs)),
        Reading::Aem => aem::read(text, pairs),
    }
}

/// A type code before a value.
#[derive(Clone, Copy, Debug, Default)]
struct TypeCode {
    value_type: ValueType,
    /// It is written in the file; strings usually have none.
    written: bool,
}

/// The type codes of `ConfigurationHandler`: upper case for objects, lower case for primitives, which only matters
/// inside Java.
const TYPE_CODES: [(char, ValueType); 9] = [
    ('T', ValueType::String),
    ('I', ValueType::Integer),
    ('L', ValueType::Long),
    ('F', ValueType::Float),
    ('D', ValueType::Double),
    ('X', ValueType::Byte),
    ('S', ValueType::Short),
    ('C', ValueType::Character),
    ('B', ValueType::Boolean),
];

impl TypeCode {
    fn of(code: char) -> Option<Self> {
        let known = TYPE_CODES.iter().find(|(known, value_type)| {
            *known == code || (known.to_ascii_lowercase() == code && *value_type != ValueType::String)
        });
        known.map(|&(_, value_type)| Self { value_type, written: true })
    }

    /// A property of this type, whose value is written at `span`.
    fn property(self, (name, name_span): (String, Span), multiple: bool, values: Vec<Value>, span: Span) -> Property {
        let plain = values.first().filter(|_| !multiple && !self.written);
        let span = plain.map_or(span, |value| value.span);
        Property { name, name_span, value_type: self.value_type, multiple, values, span }
    }

    /// The value that `ConfigurationHandler#readSimple` makes of the unescaped text: `Ok(None)` where that returns
    /// null, `Err` where it throws.
    fn convert(self, text: &str) -> Result<Option<String>, ()> {
        fn number<T: std::str::FromStr + ToString>(text: &str) -> Option<String> {
            text.parse::<T>().ok().map(|number| number.to_string())
        }
        let converted = match self.value_type {
            ValueType::Integer => number::<i32>(text),
            ValueType::Long => number::<i64>(text),
            ValueType::Byte => number::<i8>(text),
            ValueType::Short => number::<i16>(text),
            // Floating-point numbers are written as their raw bits.
            ValueType::Float => text.parse().ok().map(|bits: i32| java::float_text(f32::from_bits(bits as u32))),
            ValueType::Double => text.parse().ok().map(|bits: i64| java::double_text(f64::from_bits(bits as u64))),
            ValueType::Character => return Ok(text.chars().next().map(|c| java::one_unit(c).to_string())),
            ValueType::Boolean => Some(text.eq_ignore_ascii_case("true").to_string()),
            _ => Some(text.to_owned()),
        };
        converted.map(Some).ok_or(())
    }
}
