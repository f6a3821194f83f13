//! What a rule is.

use super::{Case, Finding};
use crate::ims::{Confidence, FieldName, Landscape, Model};

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::VariantArray, strum::IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Level {
    /// Worth knowing; nothing to do now.
    Note,
    /// Should be checked.
    Warning,
    /// Broken, or a leaked secret.
    Error,
}

impl Level {
    /// The stable name used in reports and on the command line.
    pub fn id(self) -> &'static str {
        self.into()
    }
}

/// How the steps of a rule relate to the migration plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Migration {
    /// Not part of it: they apply to any credential.
    No,
    /// Part of the migration of the integration that the finding is about.
    Integration,
    /// Part of the plan, although the finding does not belong to an integration.
    Elsewhere,
}

/// Decides which of an integration's findings at the same level provides the next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepRank {
    /// It can wait: where the secret is stored, or how the environments differ.
    Later,
    /// How the integration authenticates comes first.
    First,
}

/// Which edits of an integration's files fix a finding of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettledBy {
    /// None that a program can make.
    Nothing,
    /// The edits of these fields.
    Fields(&'static [FieldName]),
    /// All of them together, because some of them alone would leave the integration half migrated.
    AllFields,
    /// Renaming the file.
    Rename,
}

/// The effect of a finding on the token of its integration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// No known effect: Adobe IMS still issues a token.
    None,
    /// Something that the request needs is missing.
    Incomplete,
    /// Adobe IMS does not issue a token.
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
    /// Short description, one line without a full stop (SARIF `shortDescription`, at most 255 characters).
    pub summary: &'static str,
    /// CVSS-like score for code scanning (`security-severity`), such as `"8.0"`; between `"0.1"` and `"10.0"`.
    pub security_severity: &'static str,
    /// Default confidence of its findings (SARIF `precision`).
    pub confidence: Confidence,
    /// CWE numbers, such as `798`.
    pub cwe: &'static [u16],
    /// Whether its steps belong to a migration.
    pub migration: Migration,
    /// Whether its steps come before those of other rules.
    pub rank: StepRank,
    /// Which edits fix its findings.
    pub settled_by: SettledBy,
    /// The effect of the rule's errors on the integration's token.
    pub effect: Effect,
    /// Documentation in Markdown, taken from the doc comment: what it does, why it is bad, example, how to fix,
    /// references.
    pub docs: &'static str,
}

impl Meta {
    /// The first page in the documentation's references.
    pub fn page(&self) -> Option<String> {
        let (_, rest) = self.docs.rsplit_once("## References").unwrap_or(("", self.docs));
        let (_, rest) = rest.split_once("<https://")?;
        rest.split_once('>').map(|(url, _)| format!("https://{url}"))
    }

    /// [`Self::docs`] as Markdown: without the space after `///` on every line.
    pub fn markdown(&self) -> String {
        self.docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
    }
}

/// What the macro `rule!` generates for every rule.
pub trait Described {
    /// Identity and documentation.
    fn meta(&self) -> &'static Meta;
}

/// A rule: one file in `src/rules`.
pub trait Rule: Described + Sync {
    /// Its findings in the model, in any order.
    fn check(&self, model: &Model) -> Vec<Finding>;

    /// Whether it compares the outcomes of integrations, and so runs after [`crate::ims::Integration::outcomes`] are
    /// set.
    fn needs_outcomes(&self) -> bool {
        false
    }

    /// How it compares systems, if it does. They are judged before, and each report that is merged may bring more of them.
    fn compares(&self) -> Option<fn(&Landscape) -> Vec<Finding>> {
        None
    }
}

/// A rule that judges integrations one by one.
pub trait IntegrationRule: Described + Sync {
    /// What is wrong with the integration.
    fn judge(&self, case: Case<'_>) -> impl IntoIterator<Item = Finding>;
}

impl<R: IntegrationRule> Rule for R {
    fn check(&self, model: &Model) -> Vec<Finding> {
        Case::all(model).flat_map(|case| self.judge(case)).collect()
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
/// After `cwe`, a rule states, in this order, where it differs from the defaults: `migration: Integration` or
/// `Elsewhere` ([`No`]), `rank: Later` ([`First`]), `settled_by: [Scopes, …]`, `AllFields` or `Rename` ([`Nothing`]),
/// and `effect: Broken`, `Incomplete` or `NotInForce` ([`None`]): the effect of the rule's errors on the token.
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

/// The value that a rule states, or else the default.
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
