//! `expired-suppression`.

use super::{Finding, Rule, rule};
use crate::ims::Model;

rule! {
    /// ## What it does
    ///
    /// Reports suppressions whose `until` date has passed. They no longer apply: the findings they suppressed are
    /// reported again.
    ///
    /// ## Why is this bad
    ///
    /// Someone planned to fix the integration by that date. The date has passed and the integration is still broken.
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
    /// Fixed: the integration is fixed and the entry deleted.
    ///
    /// ## How to fix
    ///
    /// Fix the suppressed finding, or set a later date and give the reason.
    ///
    /// ## References
    ///
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/migration/>
    pub ExpiredSuppression {
        id: "expired-suppression",
        level: Warning,
        summary: "A suppression has expired",
        severity: "1.0",
        confidence: High,
        cwe: [],
    }
}

impl Rule for ExpiredSuppression {
    /// Does nothing here: the stage *findings* reports it, once all rules have run and it is known which suppressions
    /// are used.
    fn check(&self, _: &Model) -> Vec<Finding> {
        Vec::new()
    }
}
