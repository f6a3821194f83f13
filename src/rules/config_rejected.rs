//! `config-rejected`.

use super::{Finding, Phase, Rule, loading, pages, rule};
use crate::ims::Model;
use crate::ims::model::LoadingProblem;

rule! {
    /// ## What it does
    ///
    /// Reports IMS configurations that AEM cannot read, or cannot read in full: it rejects the whole file, or loads it
    /// without some of its keys, often without logging anything. Each format is checked with the rules of the reader
    /// that AEM uses for it. It is an error if an integration gets no token because of it, and a warning if only keys
    /// are lost that no token needs.
    ///
    /// ## Why is this bad
    ///
    /// The configuration in force differs from the file: an old one stays in force, or the integration runs without the
    /// ignored key.
    ///
    /// ## Example
    ///
    /// Flagged, a Felix `.config` file with an unescaped `=` in a value:
    ///
    /// ```properties
    /// auth.access.token.request="https://ims-na1.adobelogin.com/ims/token/v3?a=b"
    /// ```
    ///
    /// Fixed:
    ///
    /// ```properties
    /// auth.access.token.request="https://ims-na1.adobelogin.com/ims/token/v3?a\=b"
    /// ```
    ///
    /// ## How to fix
    ///
    /// * `.config`: escape every `=` and `"` in a value as `\=` and `\"`; put values in quotes; no byte order mark. Put
    ///   comments only where a key may begin.
    /// * `.cfg.json`: strict JSON apart from comments; no trailing comma, no `null`, a known type after `:` in a key,
    ///   no keys that differ only in case.
    /// * `sling:OsgiConfig`: well-formed XML, with types that AEM knows.
    ///
    /// On AEM as a Cloud Service use `.cfg.json`; it has replaced the other formats. AEM 6.5 and 6.5 LTS accept all of
    /// them.
    ///
    /// ## References
    ///
    /// * <https://sling.apache.org/documentation/bundles/configuration-installer-factory.html>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/implementing/deploying/configuring-osgi>
    pub ConfigRejected {
        id: "config-rejected",
        level: Error,
        summary: "AEM rejects the configuration file or ignores some of its keys",
        severity: "1.0",
        confidence: High,
        cwe: [],
    }
}

const REFUSED: &[(Phase, &str)] =
    &[(Phase::Files, "Fix the file here. Until then AEM keeps its previous configuration.")];
const DROPPED: &[(Phase, &str)] = &[(Phase::Files, "Fix the file here. The ignored keys have no value in AEM.")];

impl Rule for ConfigRejected {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let says = |kind| match kind {
            LoadingProblem::Rejected => Some(("AEM rejects this", REFUSED)),
            LoadingProblem::KeysDropped => Some(("AEM ignores this", DROPPED)),
            _ => None,
        };
        loading::check(&Self::META, pages::CONFIGURATION_INSTALLER, says, model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check_one, provider_with};

    #[test]
    fn flagged_when_refused_or_cut_short() {
        for kind in [LoadingProblem::Rejected, LoadingProblem::KeysDropped] {
            assert_eq!(check_one(&ConfigRejected, provider_with(kind)).len(), 1, "{kind:?}");
        }
        for kind in [LoadingProblem::FileName, LoadingProblem::NotInstalled] {
            assert!(check_one(&ConfigRejected, provider_with(kind)).is_empty(), "{kind:?}");
        }
    }
}
