//! The content of a field: a value, a placeholder, an encrypted value or nothing.

use std::borrow::Cow;

use super::home::ValuePlace;
use super::location::Capture;
use super::model::{Field, FieldName, FieldState, Placeholder, Variable};
use super::validity::{self, placeholder};
use super::{disclosure, names, waiting};
use crate::format::placeholder::{Lookup, interpolate};
use crate::format::{Node, Property};

/// Maximum length of a value that is kept for reports, in characters.
const LONGEST_VALUE: usize = 400;

/// The field `name` of a node, held in `property`.
pub fn field(capture: &Capture<'_>, node: &Node, name: FieldName, property: &Property) -> Field {
    let location = capture.property(node, property);
    let place = ValuePlace::of(&location);
    let state = state_in(place, name, property);
    let shown = state.is_filled() && !name.is_secret();
    let values: Vec<Cow<'_, str>> = property.texts().take(MOST_JUDGED).map(effective).collect();
    let values: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
    let faults = if is_judged(state) { validity::faults(name, &values, place) } else { Vec::new() };
    Field {
        name,
        state,
        property: names::shared(&property.name),
        value: shown.then(|| shown_value(name, property)),
        location: Some(Box::new(location)),
        written: None,
        variables: property.texts().flat_map(variables).collect(),
        faults: validity::shown(faults, property.texts().take(MOST_JUDGED)),
        near: near(state, property),
    }
}

/// Maximum number of values of a property that are checked.
const MOST_JUDGED: usize = 256;

/// Whether there is a value, or a part of one, to check.
fn is_judged(state: FieldState) -> bool {
    use Placeholder::{Env, Property, Secret};
    matches!(state, FieldState::Present | FieldState::Placeholder(Secret { .. } | Env { .. } | Property))
}

/// The content of the property of the field `name` in `place`. Only AEM supports `$[secret:NAME]`, so `${secret:NAME}`
/// elsewhere is a placeholder of another tool. A part of a value counts as a documentation placeholder only if the
/// value is not a secret.
fn state_in(place: ValuePlace, name: FieldName, property: &Property) -> FieldState {
    let state = state_of(property);
    match state {
        FieldState::Placeholder(Placeholder::Misspelt)
            if !place.is_aem() && !property.texts().any(|text| text.contains("$[")) =>
        {
            let open = property.texts().any(placeholder::has_build_token);
            if open { FieldState::Placeholder(Placeholder::Build) } else { FieldState::Present }
        }
        FieldState::Present if !name.is_secret() && property.texts().any(placeholder::has_template) => {
            FieldState::Placeholder(Placeholder::Template)
        }
        state => state,
    }
}

/// The intended placeholder, if it is misspelt.
fn near(state: FieldState, property: &Property) -> Option<placeholder::Near> {
    let misspelt = state == FieldState::Placeholder(Placeholder::Misspelt);
    property.texts().filter(|_| misspelt).find_map(placeholder::near)
}

/// The field `name` that is missing from `property`.
pub fn missing(name: FieldName, property: &str) -> Field {
    Field {
        name,
        state: FieldState::Missing,
        property: names::shared(property),
        value: None,
        location: None,
        written: None,
        variables: Vec::new(),
        faults: Vec::new(),
        near: None,
    }
}

/// What is shown of the values of a property that holds the field `name`, joined with `, `.
fn shown_value(name: FieldName, property: &Property) -> String {
    let mut shown = Vec::new();
    let mut length = 0;
    for text in property.texts() {
        let text = disclosure::field(name, &property.name, text.trim()).into_owned();
        length += text.len();
        shown.push(text);
        if length > 4 * LONGEST_VALUE {
            break;
        }
    }
    shorten(&shown.join(", "))
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

/// The state of a property: the most literal of its values determines it.
pub fn state_of(property: &Property) -> FieldState {
    property.texts().map(state_of_value).max_by_key(|state| literalness(*state)).unwrap_or(FieldState::Empty)
}

fn literalness(state: FieldState) -> u8 {
    match state {
        FieldState::Missing => 0,
        FieldState::Empty => 1,
        FieldState::Encrypted | FieldState::Hidden => 2,
        FieldState::Placeholder(Placeholder::Misspelt | Placeholder::Template) => 4,
        FieldState::Placeholder(_) => 3,
        FieldState::Present => 5,
    }
}

/// The state of one value.
pub fn state_of_value(text: &str) -> FieldState {
    let text = text.trim();
    if text.is_empty() {
        FieldState::Empty
    } else if is_encrypted(text) {
        FieldState::Encrypted
    } else if placeholder::is_hidden(text) {
        FieldState::Hidden
    } else if let Some(placeholder) = placeholder_of(text) {
        FieldState::Placeholder(placeholder)
    } else {
        FieldState::Present
    }
}

/// What the value of a claim is: it is shown, so that words of the documentation inside it count.
pub fn state_of_claim(text: &str) -> FieldState {
    match state_of_value(text) {
        FieldState::Present if placeholder::has_template(text) => FieldState::Placeholder(Placeholder::Template),
        state => state,
    }
}

/// A value that AEM's CryptoSupport has protected: `{<hex>}`. A backslash that docview escaping left is allowed.
fn is_encrypted(text: &str) -> bool {
    let inner = text.strip_prefix('\\').unwrap_or(text).strip_prefix('{').and_then(|t| t.strip_suffix('}'));
    inner.is_some_and(|hex| hex.len() >= 32 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn placeholder_of(text: &str) -> Option<Placeholder> {
    if placeholder::is_near(text) {
        return Some(Placeholder::Misspelt);
    }
    if let Some(found) = variables_of(text).into_iter().next() {
        let default = found.directives.get("default").is_some_and(|default| !default.is_empty());
        return match found.kind.as_str() {
            "secret" => Some(Placeholder::Secret { default }),
            "env" => Some(Placeholder::Env { default }),
            _ => Some(Placeholder::Property),
        };
    }
    if placeholder::has_build_token(text) {
        return Some(Placeholder::Build);
    }
    if waiting::is_placeholder(text) {
        return Some(Placeholder::Waiting);
    }
    placeholder::is_template(text).then_some(Placeholder::Template)
}

/// The top-level placeholders in `text`, in order.
fn variables_of(text: &str) -> Vec<Lookup> {
    let mut found = Vec::new();
    interpolate(text, &mut |lookup| {
        if lookup.depth == 0 && placeholder::is_known(lookup) {
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
        (secret || found.kind == "env").then_some(Variable { name: found.name, secret })
    };
    variables_of(text).into_iter().filter_map(variable)
}

/// `text` with every placeholder that has a default replaced by it: the value that applies if the variable is not set.
pub fn effective(text: &str) -> Cow<'_, str> {
    with_defaults(text, |_| true)
}

/// As [`effective`], but the defaults of secrets stay behind their placeholders: what [`disclosure`] can judge.
pub fn effective_without_secrets(text: &str) -> Cow<'_, str> {
    with_defaults(text, |kind| kind != "secret")
}

fn with_defaults(text: &str, of: impl Fn(&str) -> bool) -> Cow<'_, str> {
    if !text.contains("$[") {
        return Cow::Borrowed(text);
    }
    let default = |lookup: &Lookup| {
        let known = of(&lookup.kind) && placeholder::is_known(lookup);
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
            ("\\$[env:A]", FieldState::Placeholder(Placeholder::Misspelt)),
            ("$[env:A", FieldState::Placeholder(Placeholder::Misspelt)),
            ("${secret:A}", FieldState::Placeholder(Placeholder::Misspelt)),
            ("#{ims.secret}#", FieldState::Placeholder(Placeholder::Build)),
            ("SECRET", FieldState::Placeholder(Placeholder::Template)),
            ("${ims.client.id}", FieldState::Placeholder(Placeholder::Build)),
            ("<OrgID>", FieldState::Placeholder(Placeholder::Template)),
            ("aio_client_secret_changeMe", FieldState::Placeholder(Placeholder::Template)),
            ("********", FieldState::Hidden),
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
