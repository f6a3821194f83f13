//! What a rule is.

use crate::ims::{Confidence, Model};
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
    /// Markdown: what it does, why it is bad, example, how to fix, references. Taken from the doc comment.
    pub docs: &'static str,
}

impl Meta {
    /// [`Self::docs`] as Markdown: without the blank that `///` leaves in front of every line.
    pub fn markdown(&self) -> String {
        self.docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
    }
}

/// A rule: one file in `src/rules`.
pub trait Rule: Sync {
    /// Identity and documentation.
    fn meta(&self) -> &'static Meta;

    /// Looks at everything found and pushes what it has to say. Order does not matter.
    fn check(&self, model: &Model, findings: &mut Vec<Finding>);
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
macro_rules! rule {
    ($(#[doc = $doc:literal])* pub $name:ident { id: $id:literal, level: $level:ident, summary: $summary:literal,
        severity: $severity:literal, confidence: $confidence:ident, cwe: [$($cwe:literal),*] $(,)? }) => {
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
                docs: concat!($($doc, "\n"),*),
            };
        }
    };
}
pub(crate) use rule;
