//! What a rule is.

use crate::ims::{Confidence, FieldName, Model};
use crate::rules::Finding;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing; nothing to do now.
    Note,
    /// Should be looked at.
    Warning,
    /// Broken, or a leaked secret.
    Error,
}

impl Level {
    /// The stable name used in reports and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What the steps of a rule are to the plan of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Migration {
    /// No part of it: they would be right whatever the credential.
    No,
    /// Part of the migration of the integration that the finding is about.
    Integration,
    /// Part of the plan, though the finding is about no integration.
    Elsewhere,
}

/// Which of an integration's findings of one level gives it its next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepRank {
    /// It can wait: where the secret is kept, or what the environments have to do with each other.
    Later,
    /// How the integration authenticates comes first.
    First,
}

/// Which edits of an integration's files settle a finding of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettledBy {
    /// None that a program could make.
    Nothing,
    /// The edits of these fields.
    Fields(&'static [FieldName]),
    /// All of them together: some alone would leave the integration half migrated.
    AllFields,
    /// The right name for the file.
    Rename,
}

/// What a finding means for the token of its integration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Nothing that is known: Adobe IMS still gives one.
    None,
    /// Something that the request needs is not there.
    Incomplete,
    /// Adobe IMS gives none.
    Broken,
    /// AEM does not read the configuration.
    NotInForce,
}

/// A rule's identity and documentation.
#[derive(Clone, Copy, Debug)]
pub struct Meta {
    /// Kebab-case id, such as `jwt-credential`.
    pub id: &'static str,
    /// Default level.
    pub level: Level,
    /// What it says, one line without a full stop (SARIF `shortDescription`, at most 255 characters).
    pub summary: &'static str,
    /// CVSS-like number for code scanning (`security-severity`), such as `"8.0"`; between `"0.1"` and `"10.0"`.
    pub security_severity: &'static str,
    /// Confidence of its findings when nothing lowers it (SARIF `precision`).
    pub confidence: Confidence,
    /// CWE numbers, such as `798`.
    pub cwe: &'static [u16],
    /// Whether its steps belong to a migration.
    pub migration: Migration,
    /// Whether its steps come before those of other rules.
    pub rank: StepRank,
    /// Which edits settle its findings.
    pub settled_by: SettledBy,
    /// What an error of the rule means for the token of the integration that it is about.
    pub effect: Effect,
    /// Markdown: what it does, why it is bad, example, how to fix, references. Taken from the doc comment.
    pub docs: &'static str,
}

impl Meta {
    /// The first page that the documentation refers to.
    pub fn page(&self) -> Option<String> {
        let (_, rest) = self.docs.rsplit_once("## References").unwrap_or(("", self.docs));
        let (_, rest) = rest.split_once("<https://")?;
        rest.split_once('>').map(|(url, _)| format!("https://{url}"))
    }

    /// [`Self::docs`] as Markdown: without the blank that `///` leaves in front of every line.
    pub fn markdown(&self) -> String {
        self.docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
    }
}

/// What the macro `rule!` gives every rule.
pub trait Described {
    /// Identity and documentation.
    fn meta(&self) -> &'static Meta;
}

/// A rule: one file in `src/rules`.
pub trait Rule: Described + Sync {
    /// Looks at everything found and pushes what it has to say. Order does not matter.
    fn check(&self, model: &Model, findings: &mut Vec<Finding>);

    /// Whether it compares integrations by what they come to, and so is asked when [`crate::ims::Integration::outcomes`] are there.
    fn needs_outcomes(&self) -> bool {
        false
    }
}

/// Declares a rule: a unit struct whose doc comment is also the rule's documentation (`explain`, docs/rules, SARIF).
///
/// ```text
/// rule! {
///     /// ## What it does
///     /// …
///     pub JwtCredential { id: "jwt-credential", level: Error, summary: "…", severity: "8.0",
///         confidence: High, cwe: [1391] }
/// }
/// ```
///
/// Behind `cwe` a rule names, in this order, what is unusual about it: `migration: Integration` or `Elsewhere` ([`No`]),
/// `rank: Later` ([`First`]), `settled_by: [Scopes, …]`, `AllFields` or `Rename` ([`Nothing`]), and
/// `effect: Broken`, `Incomplete` or `NotInForce` ([`None`]): what an error of the rule means for the token.
///
/// [`No`]: Migration::No
/// [`First`]: StepRank::First
/// [`Nothing`]: SettledBy::Nothing
/// [`None`]: Effect::None
macro_rules! rule {
    ($(#[doc = $doc:literal])* pub $name:ident { id: $id:literal, level: $level:ident, summary: $summary:literal,
        severity: $severity:literal, confidence: $confidence:ident, cwe: [$($cwe:literal),*]
        $(, migration: $migration:ident)? $(, rank: $rank:ident)? $(, settled_by: $settled:tt)?
        $(, effect: $effect:ident)? $(,)? }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl $name {
            /// Identity and documentation of this rule.
            pub const META: $crate::rules::Meta = $crate::rules::Meta {
                id: $id,
                level: $crate::rules::Level::$level,
                summary: $summary,
                security_severity: $severity,
                confidence: $crate::ims::Confidence::$confidence,
                cwe: &[$($cwe),*],
                migration: $crate::rules::meta::given!(Migration, No $(, $migration)?),
                rank: $crate::rules::meta::given!(StepRank, First $(, $rank)?),
                effect: $crate::rules::meta::given!(Effect, None $(, $effect)?),
                settled_by: $crate::rules::meta::given!(SettledBy, Nothing $(, $settled)?),
                docs: concat!($($doc, "\n"),*),
            };
        }

        impl $crate::rules::Described for $name {
            fn meta(&self) -> &'static $crate::rules::Meta {
                &Self::META
            }
        }
    };
}
pub(crate) use rule;

/// What a rule says of itself, or else the usual.
macro_rules! given {
    (SettledBy, $usual:ident, [$($field:ident),+ $(,)?]) => {
        $crate::rules::SettledBy::Fields(&[$($crate::ims::FieldName::$field),+])
    };
    ($kind:ident, $usual:ident, $said:ident) => { $crate::rules::$kind::$said };
    ($kind:ident, $usual:ident) => { $crate::rules::$kind::$usual };
}
pub(crate) use given;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::by_id;

    #[test]
    fn a_rule_says_only_what_is_unusual() {
        let says = |id| {
            let meta = by_id(id).unwrap().meta();
            (meta.migration, meta.rank, meta.settled_by)
        };
        let claims = SettledBy::Fields(&[FieldName::OrgId, FieldName::Claims]);
        assert_eq!(says("relaxed-tls"), (Migration::No, StepRank::First, SettledBy::Nothing));
        assert_eq!(says("plaintext-secret"), (Migration::No, StepRank::Later, SettledBy::Nothing));
        assert_eq!(says("config-file-name"), (Migration::No, StepRank::First, SettledBy::Rename));
        assert_eq!(says("private-key-material"), (Migration::Elsewhere, StepRank::First, SettledBy::Nothing));
        assert_eq!(says("jwt-credential"), (Migration::Integration, StepRank::First, SettledBy::AllFields));
        assert_eq!(says("oauth-missing-org-id"), (Migration::Integration, StepRank::First, claims));
    }
}
