//! JSON values as text, the way `JsonValue#toString` writes them: objects and mixed arrays become strings.

use super::number::decimal_text;
use super::unique_members;
use crate::format::json::{Json, JsonKind};

/// The compact text of `value`. Nesting is kept in a vector.
pub(super) fn json_text(value: Json<'_>) -> String {
    let mut out = String::new();
    let mut open: Vec<OpenObject<'_>> = Vec::new();
    begin(value, &mut out, &mut open);
    while let Some(top) = open.last_mut() {
        match top.rest.next() {
            Some((key, member)) => {
                if !std::mem::take(&mut top.first) {
                    out.push(',');
                }
                if let Some(key) = key {
                    quote(key, &mut out);
                    out.push(':');
                }
                begin(member, &mut out, &mut open);
            }
            None => {
                out.push(top.close);
                open.pop();
            }
        }
    }
    out
}

struct OpenObject<'a> {
    rest: std::vec::IntoIter<(Option<&'a str>, Json<'a>)>,
    first: bool,
    close: char,
}

fn begin<'a>(value: Json<'a>, out: &mut String, open: &mut Vec<OpenObject<'a>>) {
    match value.kind() {
        JsonKind::Object => {
            out.push('{');
            let members: Vec<_> = unique_members(value).into_iter().map(|(key, member)| (Some(key), member)).collect();
            open.push(OpenObject { rest: members.into_iter(), first: true, close: '}' });
        }
        JsonKind::Array => {
            out.push('[');
            let elements: Vec<_> = value.elements().map(|element| (None, element)).collect();
            open.push(OpenObject { rest: elements.into_iter(), first: true, close: ']' });
        }
        JsonKind::String(text) => quote(text, out),
        JsonKind::Number(text) => out.push_str(&decimal_text(text)),
        JsonKind::Bool(_) | JsonKind::Null => out.push_str(value.scalar().unwrap_or_default()),
    }
}

/// Appends `text` as a JSON string.
pub(in crate::format) fn quote(text: &str, out: &mut String) {
    out.push_str(&serde_json::Value::from(text).to_string());
}
