//! JSON inside values: keys and structure are shown, each value by its own name.

use super::shape::Shape;
use super::{hidden_as, is_name, is_same, merge, names, shifted};
use crate::format::Span;
use crate::format::json::{self, Dialect, Json, JsonKind};

/// Maximum nesting that is checked.
const MAX_NESTING: usize = 16;
/// Maximum length of a text that is checked, in bytes.
const LONGEST: usize = 1 << 16;

/// What is not shown of `text`, the value of a property of the shape `shape`; `None` when it is no JSON object or array.
pub(super) fn hidden(shape: Shape, text: &str) -> Option<Vec<Span>> {
    let trimmed = text.trim_start();
    if !trimmed.starts_with(['{', '[']) || text.len() > LONGEST {
        return None;
    }
    let tree = json::parse(text, Dialect::STRICT, MAX_NESTING);
    let root = tree.root().filter(|_| tree.problem.is_none() && tree.limit.is_none())?;
    let mut hidden = Vec::new();
    add(root, shape, text, &mut hidden);
    Some(merge(hidden))
}

/// The depth is bounded by [`MAX_NESTING`].
fn add(json: Json<'_>, shape: Shape, text: &str, hidden: &mut Vec<Span>) {
    let shape = match json.key() {
        Some(key) => {
            if !is_name(key) || text.get(json.key_span().range()) != Some(key) {
                hidden.push(json.key_span());
            }
            names::shape_of(key)
        }
        None => shape,
    };
    match json.kind() {
        JsonKind::Object | JsonKind::Array => json.children().for_each(|child| add(child, shape, text, hidden)),
        JsonKind::String(value) => hidden.extend(of_string(json.span(), value, shape, text)),
        JsonKind::Number(value) => {
            if !hidden_as(shape, value).is_empty() {
                hidden.push(json.span());
            }
        }
        JsonKind::Bool(_) | JsonKind::Null => {}
    }
}

fn of_string(span: Span, value: &str, shape: Shape, text: &str) -> Vec<Span> {
    let parts = hidden_as(shape, value);
    let written = text.get(span.range()).unwrap_or("");
    match (written == value, parts.is_empty()) {
        (true, _) => parts.into_iter().map(|part| shifted(part, span.start)).collect(),
        (false, true) if is_same(written, value) => Vec::new(),
        (false, _) => vec![span],
    }
}
