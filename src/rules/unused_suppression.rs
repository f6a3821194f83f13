//! `unused-suppression`.

use super::Rule;
use super::meta::rule;
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
    /// Flagged, because the configuration is OAuth Server-to-Server already:
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
    /// Nothing: which suppressions are used is known when all rules have spoken, so the stage *findings* says it.
    fn check(&self, _: &Model, _: &mut Vec<Finding>) {}
}
