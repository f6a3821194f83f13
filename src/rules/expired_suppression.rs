//! `expired-suppression`.

use super::Rule;
use super::meta::rule;
use crate::ims::Model;
use crate::rules::Finding;

rule! {
    /// ## What it does
    ///
    /// Reports suppressions whose `until` is past. They do not count any more: what they hid is reported again.
    ///
    /// ## Why is this bad
    ///
    /// Somebody promised to repair the integration by that day. The day is over and the integration is still broken.
    ///
    /// ## Example
    ///
    /// Flagged after 2026-06-30:
    ///
    /// ```toml
    /// [[ignore]]
    /// rule = "jwt-credential"
    /// path = "ui.config.legacy"
    /// reason = "switched off with release 12"
    /// until = 2026-06-30
    /// ```
    ///
    /// Fixed: the integration is repaired and the entry deleted.
    ///
    /// ## How to fix
    ///
    /// Repair what the suppression hides, or give it a later date and say why.
    ///
    /// ## References
    ///
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/migration/>
    pub ExpiredSuppression {
        id: "expired-suppression",
        level: Warning,
        summary: "A suppression whose last day is past",
        severity: "1.0",
        confidence: High,
        cwe: [],
    }
}

impl Rule for ExpiredSuppression {
    /// Nothing: which suppressions are used is known when all rules have spoken, so the stage *findings* says it.
    fn check(&self, _: &Model, _: &mut Vec<Finding>) {}
}
