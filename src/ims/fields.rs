//! What stands in a field: a value, a placeholder, an encrypted value or nothing.

use std::borrow::Cow;

use super::location::Capture;
use super::model::{Field, FieldName, FieldState, Placeholder, Variable};
use super::{names, secrets, waiting};
use crate::format::placeholder::{Lookup, interpolate};
use crate::format::{Node, Property};

/// Longest value that is kept for reports, in characters.
const LONGEST_VALUE: usize = 400;

/// The field `name` of a node, held in `property`.
pub fn field(capture: &Capture<'_>, node: &Node, name: FieldName, property: &Property) -> Field {
    let state = state_of(property);
    let shown = state.is_filled() && !name.is_secret();
    Field {
        name,
        state,
        property: names::shared(&property.name),
        value: shown.then(|| shorten(&secrets::redact(&property.name, &joined(property)))),
        location: Some(Box::new(capture.property(node, property))),
        written: None,
        variables: property.texts().flat_map(variables).collect(),
    }
}

/// The field `name` that should stand in `property` and does not.
pub fn missing(name: FieldName, property: &str) -> Field {
    Field {
        name,
        state: FieldState::Missing,
        property: names::shared(property),
        value: None,
        location: None,
        written: None,
        variables: Vec::new(),
    }
}

/// All values of a property, joined with `, `.
pub fn joined(property: &Property) -> String {
    let mut text = String::new();
    for value in property.texts() {
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(value.trim());
        if text.len() > 4 * LONGEST_VALUE {
            break;
        }
    }
    text
}

/// `text`, cut to what reports show.
pub fn shorten(text: &str) -> String {
    match text.char_indices().nth(LONGEST_VALUE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What stands in a property: the most literal of its values decides.
pub fn state_of(property: &Property) -> FieldState {
    property.texts().map(state_of_value).max_by_key(|state| literalness(*state)).unwrap_or(FieldState::Empty)
}

fn literalness(state: FieldState) -> u8 {
    match state {
        FieldState::Missing => 0,
        FieldState::Empty => 1,
        FieldState::Encrypted => 2,
        FieldState::Placeholder(_) => 3,
        FieldState::Present => 4,
    }
}

/// What one value is.
pub fn state_of_value(text: &str) -> FieldState {
    let text = text.trim();
    if text.is_empty() {
        FieldState::Empty
    } else if is_encrypted(text) {
        FieldState::Encrypted
    } else if let Some(placeholder) = placeholder(text) {
        FieldState::Placeholder(placeholder)
    } else {
        FieldState::Present
    }
}

/// A value that AEM's CryptoSupport has protected: `{<hex>}`. A backslash that docview escaping left is allowed.
fn is_encrypted(text: &str) -> bool {
    let inner = text.strip_prefix('\\').unwrap_or(text).strip_prefix('{').and_then(|t| t.strip_suffix('}'));
    inner.is_some_and(|hex| hex.len() >= 32 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn placeholder(text: &str) -> Option<Placeholder> {
    if let Some(found) = variables_of(text).into_iter().next() {
        let default = found.directives.get("default").is_some_and(|default| !default.is_empty());
        return match found.kind.as_str() {
            "secret" => Some(Placeholder::Secret { default }),
            "env" => Some(Placeholder::Env { default }),
            _ => Some(Placeholder::Property),
        };
    }
    if text.find("${").is_some_and(|at| text[at..].contains('}')) {
        return Some(Placeholder::Build);
    }
    if waiting::is_placeholder(text) {
        return Some(Placeholder::Waiting);
    }
    is_template(text).then_some(Placeholder::Template)
}

/// Squeezed texts that ask a person to fill something in.
static TEMPLATE_WORDS: &[&str] =
    &["changeme", "replaceme", "replacewithyourownvalue", "fixme", "todo", "tbd", "fillme"];

/// Beginnings of such texts.
static TEMPLATE_BEGINNINGS: &[&str] = &[
    "your_",
    "your-",
    "your ",
    "insert_",
    "insert-",
    "insert ",
    "enter your",
    "replace_with",
    "replace-with",
    "replace with",
];

/// Text that asks a person to fill it in, or a mask (`********`) that stands for a value which was there.
fn is_template(text: &str) -> bool {
    let bracketed = (text.starts_with('<') && text.ends_with('>')) || (text.starts_with("{{") && text.ends_with("}}"));
    let repeated = text.len() >= 3 && text.chars().all(|c| matches!(c, 'x' | 'X' | '*' | '.' | '-' | '_'));
    let lower = text.to_ascii_lowercase();
    let word = super::catalog::squeeze(text);
    bracketed
        || repeated
        || TEMPLATE_WORDS.contains(&word.as_str())
        || word.ends_with("changeme")
        || TEMPLATE_BEGINNINGS.iter().any(|beginning| lower.starts_with(beginning))
}

/// The types of placeholders that Felix' interpolation knows (`InterpolationConfigurationPlugin`, and `conf` of Sling).
const INTERPOLATED: [&str; 4] = ["secret", "env", "prop", "conf"];

/// The placeholders that stand in `text` itself, not in other placeholders, in order.
fn variables_of(text: &str) -> Vec<Lookup> {
    let mut found = Vec::new();
    interpolate(text, &mut |lookup| {
        if lookup.depth == 0 && INTERPOLATED.contains(&lookup.kind.as_str()) {
            found.push(lookup.clone());
        }
        None
    });
    found
}

/// The variables of Cloud Manager among them.
fn variables(text: &str) -> impl Iterator<Item = Variable> {
    let variable = |found: Lookup| {
        let secret = found.kind == "secret";
        (secret || found.kind == "env").then(|| Variable { name: found.name.trim().to_owned(), secret })
    };
    variables_of(text).into_iter().filter_map(variable)
}

/// `text` with every placeholder that has a default replaced by it: what is in force when nobody sets the variable.
pub fn effective(text: &str) -> Cow<'_, str> {
    if !text.contains("$[") {
        return Cow::Borrowed(text);
    }
    let default = |lookup: &Lookup| {
        let known = INTERPOLATED.contains(&lookup.kind.as_str());
        lookup.directives.get("default").filter(|_| known).cloned()
    };
    Cow::Owned(interpolate(text, &mut |lookup| default(lookup)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_values() {
        let hex = "0123456789abcdef0123456789abcdef";
        let cases = [
            ("", FieldState::Empty),
            ("  ", FieldState::Empty),
            ("acme-client", FieldState::Present),
            ("$[secret:A]", FieldState::Placeholder(Placeholder::Secret { default: false })),
            ("$[secret:A;default=]", FieldState::Placeholder(Placeholder::Secret { default: false })),
            ("$[secret:A;default=x]", FieldState::Placeholder(Placeholder::Secret { default: true })),
            ("$[env:A]", FieldState::Placeholder(Placeholder::Env { default: false })),
            ("$[env:A;default=b]", FieldState::Placeholder(Placeholder::Env { default: true })),
            ("$[prop:a]", FieldState::Placeholder(Placeholder::Property)),
            ("https://$[env:HOST]/ims/token/v3", FieldState::Placeholder(Placeholder::Env { default: false })),
            ("\\$[env:A]", FieldState::Present),
            ("$[env:A", FieldState::Present),
            ("${ims.client.id}", FieldState::Placeholder(Placeholder::Build)),
            ("<OrgID>", FieldState::Placeholder(Placeholder::Template)),
            ("aio_client_secret_changeMe", FieldState::Placeholder(Placeholder::Template)),
            ("********", FieldState::Placeholder(Placeholder::Template)),
            ("your-client-id", FieldState::Placeholder(Placeholder::Template)),
            ("REPLACE_WITH_OAUTH_SCOPES", FieldState::Placeholder(Placeholder::Waiting)),
            ("REPLACE_WITH_SOMETHING", FieldState::Placeholder(Placeholder::Template)),
        ];
        for (text, state) in cases {
            assert_eq!(state_of_value(text), state, "{text}");
        }
        assert_eq!(state_of_value(&format!("{{{hex}}}")), FieldState::Encrypted);
        assert_eq!(state_of_value(&format!("\\{{{hex}}}")), FieldState::Encrypted);
        assert_eq!(state_of_value("{abc}"), FieldState::Present);
    }

    #[test]
    fn defaults_are_in_force_when_a_variable_is_not_set() {
        assert_eq!(effective("https://$[env:H;default=ims-na1.adobelogin.com]/x"), "https://ims-na1.adobelogin.com/x");
        assert_eq!(effective("$[env:H]/x"), "$[env:H]/x");
        assert_eq!(effective("$[env:A;default=$[env:B;default=c]]"), "c");
    }
}
