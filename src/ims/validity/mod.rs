//! Which values Adobe IMS and AEM can use: facts in tables, each with its source, and pure functions that judge a value.
//!
//! A value that is unknown, because a placeholder or the build provides it, is not checked.

pub mod certificate;
pub mod claims;
pub mod endpoint;
pub mod grant;
pub mod keys;
pub mod organization;
pub mod placeholder;
pub mod scope;
pub mod text;
pub mod variable;

use super::disclosure::MASK;
use super::fields;
use super::home::ValuePlace;
use super::location::Location;
use super::model::FieldName;

/// The effect of a fault, according to the sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// It may work; no documentation speaks of it.
    Unusual,
    /// It differs from the documentation; the effect is unknown.
    Doubtful,
    /// There will be no token.
    Breaks,
}

/// What is wrong with the value of a field.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Its effect.
    pub weight: Weight,
    /// What is wrong, as the end of a sentence that begins with the property: "lists the metascope `ent_x`". No secrets.
    pub what: String,
    /// What to write instead, as the end of "`property`: ".
    pub instead: String,
    /// Where, when it is not where the field is.
    pub location: Option<Location>,
}

impl Fault {
    /// A fault at the field itself.
    pub fn new(weight: Weight, what: impl Into<String>, instead: impl Into<String>) -> Self {
        Self { weight, what: what.into(), instead: instead.into(), location: None }
    }

    /// The same without what it quotes: the value comes from the default of a secret.
    fn unquoted(self) -> Self {
        let masked = |(index, part): (usize, &str)| if index % 2 == 1 { MASK.to_owned() } else { part.to_owned() };
        let parts: Vec<String> = self.what.split('`').enumerate().map(masked).collect();
        Self { what: parts.join("`"), ..self }
    }
}

/// Whether `text` contains a placeholder, so that the full value is unknown.
pub fn is_open(text: &str) -> bool {
    text.contains("$[") || placeholder::is_template(text) || placeholder::has_build_token(text)
}

/// Which of the `faults` to report for the values `written`.
pub fn shown<'t>(faults: Vec<Fault>, mut written: impl Iterator<Item = &'t str>) -> Vec<Fault> {
    let has_secret = |text: &str| fields::effective_without_secrets(text) != fields::effective(text);
    if !faults.is_empty() && written.any(has_secret) {
        return faults.into_iter().map(Fault::unquoted).collect();
    }
    faults
}

/// What is wrong with the values of the field `name`, in which placeholders are already replaced by their defaults.
///
/// Token endpoint, grant and claims are judged by those who know what AEM makes of them.
pub fn faults(name: FieldName, values: &[&str], place: ValuePlace) -> Vec<Fault> {
    let mut faults = text::faults(name, values);
    if place.is_aem() {
        // Other readers take quotes for what they are.
        faults.extend(text::quotes(name, values));
    }
    match name {
        FieldName::Scopes => faults.extend(scope::faults(values, place)),
        FieldName::OrgId | FieldName::Issuer => {
            faults.extend(values.iter().filter_map(|text| organization::fault(text)))
        }
        _ => {}
    }
    faults.sort_by_key(|fault| std::cmp::Reverse(fault.weight));
    faults
}
