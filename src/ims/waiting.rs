//! Placeholders for values only a person can supply.
//!
//! These texts are this project's own, so no configuration has them by chance. A field that holds one counts as missing:
//! nothing works before somebody has filled it in.

use super::model::FieldName;

/// The placeholder of each field that may have to wait for a person.
pub static PLACEHOLDERS: &[(FieldName, &str)] = &[
    (FieldName::ClientId, "REPLACE_WITH_CLIENT_ID"),
    (FieldName::ClientSecret, "REPLACE_WITH_CLIENT_SECRET"),
    (FieldName::Scopes, "REPLACE_WITH_OAUTH_SCOPES"),
    (FieldName::OrgId, "REPLACE_WITH_ORGANIZATION_ID"),
];

/// The placeholder of `field`, if it is one that may have to wait.
pub fn placeholder(field: FieldName) -> Option<&'static str> {
    PLACEHOLDERS.iter().find(|(name, _)| *name == field).map(|&(_, text)| text)
}

/// Whether `text` is one of [`PLACEHOLDERS`].
pub fn is_placeholder(text: &str) -> bool {
    PLACEHOLDERS.iter().any(|&(_, placeholder)| placeholder == text.trim())
}
