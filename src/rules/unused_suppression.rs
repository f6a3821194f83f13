//! `unused-suppression`.

use super::meta::rule;
use super::{Meta, Rule};
use crate::ims::Model;
use crate::rules::Finding;

rule! {
    /// ## What it does
    ///
    /// Reports suppressions that suppress nothing: comments whose rule says nothing at that place, comments without a
    /// reason or with a rule that does not exist, and `[[ignore]]` entries that fit no finding. The entries are judged
    /// only when everything below the directory of `aem-ims-lint.toml` was scanned.
    ///
    /// ## Why is this bad
    ///
    /// What was suppressed is repaired, or the suppression never worked. Left where it is, it hides the next finding of
    /// its rule there, and readers take it for a reason that still holds.
    ///
    /// ## Example
    ///
    /// Flagged, when the configuration below is OAuth Server-to-Server already:
    ///
    /// ```xml
    /// <!-- aem-ims-lint: ignore[jwt-credential] migrated with release 12 -->
    /// ```
    ///
    /// Fixed: the comment is deleted.
    ///
    /// ## How to fix
    ///
    /// Delete the suppression, or correct the rule or the place that it names.
    ///
    /// ## References
    ///
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/migration/>
    pub UnusedSuppression {
        id: "unused-suppression",
        level: Warning,
        summary: "A suppression that suppresses nothing",
        severity: "1.0",
        confidence: High,
        cwe: [],
    }
}

impl Rule for UnusedSuppression {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    /// Nothing: which suppressions are used is known when all rules have spoken, so the stage *findings* says it.
    fn check(&self, _: &Model, _: &mut Vec<Finding>) {}
}
