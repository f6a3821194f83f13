//! `unused-suppression`.

use super::{Finding, Rule, rule};
use crate::ims::Model;

rule! {
    /// ## What it does
    ///
    /// Reports suppressions that have no effect: comments whose rule reports nothing at that location, comments without
    /// a reason or with a rule that does not exist, and `[[ignore]]` entries that match no finding. The entries are
    /// checked only when everything below the directory of `aem-ims-lint.toml` was scanned.
    ///
    /// ## Why is this bad
    ///
    /// The suppressed problem has been fixed, or the suppression never worked. If it stays, it hides the next finding
    /// of its rule there, and readers assume that its reason still applies.
    ///
    /// ## Example
    ///
    /// Flagged, because the configuration already uses OAuth Server-to-Server:
    ///
    /// ```xml
    /// <!-- aem-ims-lint: ignore[jwt-credential] migrated with release 12 -->
    /// <jcr:root xmlns:jcr="http://www.jcp.org/jcr/1.0" xmlns:sling="http://sling.apache.org/jcr/sling/1.0"
    ///     jcr:primaryType="sling:OsgiConfig"
    ///     auth.token.provider.authorization.grants="client_credentials"
    ///     auth.access.token.request="https://ims-na1.adobelogin.com/ims/token/v3"/>
    /// ```
    ///
    /// Fixed: the comment is deleted.
    ///
    /// ## How to fix
    ///
    /// Delete the suppression, or correct its rule or location.
    ///
    /// ## References
    ///
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/migration/>
    pub UnusedSuppression {
        id: "unused-suppression",
        level: Warning,
        summary: "A suppression has no effect",
        severity: "1.0",
        confidence: High,
        cwe: [],
    }
}

impl Rule for UnusedSuppression {
    /// Does nothing here: the stage *findings* reports it, once all rules have run and it is known which suppressions
    /// are used.
    fn check(&self, _: &Model) -> Vec<Finding> {
        Vec::new()
    }
}
