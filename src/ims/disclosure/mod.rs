//! Determines which parts of a value, a line or a sentence may be shown.
//!
//! The same rule applies to all commands and formats: only what is known to be harmless is shown. The name of a
//! property determines the expected shape of its value (`names`); values with that shape are shown (`shape`), and
//! nothing else. Between the properties of a file only its structure is shown (`structure`). `sentence` is an
//! additional safeguard for sentences that quote values.
//!
//! Only `inspect --no-redact` and `migrate --diff --no-redact` bypass this.

mod json;
mod names;
mod placeholder;
mod sentence;
mod shape;
mod structure;
#[cfg(test)]
mod tests;
mod url;

use std::borrow::Cow;

pub use super::excerpt::MASK;
use super::model::FieldName;
use super::{secrets, waiting};
use crate::format::{Property, Span, Value, ValueType};
pub use names::is_name;
pub use placeholder::is_variable;
pub use sentence::{mask as mask_sentence, masked as sentence};
use shape::Shape;
pub(super) use structure::hidden as hidden_between;

/// The parts of the value `text` of the property `name` that are not shown: sorted, without overlaps.
pub fn hidden(name: &str, text: &str) -> Vec<Span> {
    hidden_as(names::shape_of(name), text)
}

/// The value `text` of the property `name` with [`MASK`] for what is not shown.
pub fn value<'a>(name: &str, text: &'a str) -> Cow<'a, str> {
    mask(text, &hidden(name, text))
}

/// The value `text` of the field `field`, which the property `name` holds, with [`MASK`] for what is not shown.
pub fn field<'a>(field: FieldName, name: &str, text: &'a str) -> Cow<'a, str> {
    mask(text, &hidden_as(names::shape_in_field(field, name), text))
}

/// A user-defined name or title, with [`MASK`] for what is not shown.
pub fn name(text: &str) -> Cow<'_, str> {
    mask(text, &hidden_as(Shape::Name, text))
}

/// Whether all of what a shown value comes from is in it.
pub fn is_whole(shown: &str) -> bool {
    !shown.contains(MASK)
}

/// The parts of `value` of `property` that are not shown, in the text of the file, where `written` is what stands at
/// [`Value::span`].
pub(super) fn hidden_in_file(property: &Property, value: &Value, written: &str) -> Vec<Span> {
    let hidden = hidden_in_value(property, value);
    let all = || vec![value.span];
    if written == value.text {
        return hidden.iter().map(|part| shifted(*part, value.span.start)).collect();
    }
    // Only a value written without escapes has the same offsets in the file.
    if hidden.is_empty() && is_same(written, &value.text) { Vec::new() } else { all() }
}

/// The parts of `value` of `property` that are not shown, in its own text.
pub fn hidden_in_value(property: &Property, value: &Value) -> Vec<Span> {
    match property.value_type {
        ValueType::Binary | ValueType::BinaryRef => all_of(&value.text),
        _ => hidden(&property.name, &value.text),
    }
}

/// `text` with [`MASK`] for each of `hidden`, which are sorted and do not overlap.
pub fn mask<'a>(text: &'a str, hidden: &[Span]) -> Cow<'a, str> {
    if hidden.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for part in hidden {
        shown.push_str(text.get(at..part.start).unwrap_or(""));
        shown.push_str(MASK);
        at = part.end;
    }
    shown.push_str(text.get(at..).unwrap_or(""));
    Cow::Owned(shown)
}

fn hidden_as(shape: Shape, text: &str) -> Vec<Span> {
    if is_constant(text) {
        return Vec::new();
    }
    let filled = placeholder::fill(text, &|default| hidden_as(shape, default));
    if filled.is_all() {
        return filled.hidden();
    }
    let hidden = match shape {
        Shape::Secret => all_of(text),
        _ if secrets::looks_secret(text) => all_of(text),
        _ if shape.takes(&filled.text) => Vec::new(),
        _ => json::hidden(shape, text).unwrap_or_else(|| shape.hidden(&filled.text)),
    };
    filled.merged(hidden)
}

/// Values without information: blanks, booleans, placeholders of a migration, a row of crosses or asterisks.
fn is_constant(text: &str) -> bool {
    let text = text.trim();
    let repeated = |c: char| text.len() >= 3 && text.chars().all(|other| other == c);
    let template = || {
        let inner = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
        inner.is_some_and(|i| {
            i.len() <= 40 && i.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, ' ' | '_' | '-'))
        })
    };
    matches!(text, "" | "true" | "false" | "null")
        || waiting::is_placeholder(text)
        || ['x', 'X', '*'].into_iter().any(repeated)
        || template()
}

/// All of `text` but the blanks around it.
fn all_of(text: &str) -> Vec<Span> {
    let start = text.len() - text.trim_start().len();
    let end = text.trim_end().len();
    if start < end { vec![Span::new(start, end)] } else { Vec::new() }
}

fn shifted(span: Span, by: usize) -> Span {
    Span::new(span.start + by, span.end + by)
}

/// Sorts spans and joins those that overlap or touch; empty ones are dropped.
pub(super) fn merge(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|s| s.start < s.end);
    spans.sort_unstable();
    spans.dedup_by(|next, kept| {
        let overlaps = next.start <= kept.end;
        if overlaps {
            kept.end = kept.end.max(next.end);
        }
        overlaps
    });
    spans
}

/// Whether `written` is `text` with the escapes of JSON, XML or a `.config` file and with nothing else.
fn is_same(written: &str, text: &str) -> bool {
    const ENTITIES: [(&str, &str); 8] = [
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&#34;", "\""),
        ("&#xa;", "\n"),
        ("&#10;", "\n"),
        ("&amp;", "&"),
    ];
    let plain = |text: &str| text.replace('\\', "");
    let mut undone = written.to_owned();
    for (entity, character) in ENTITIES {
        if undone.contains('&') {
            undone = undone.replace(entity, character);
        }
    }
    plain(&undone) == plain(text)
}
