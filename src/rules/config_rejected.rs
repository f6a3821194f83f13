//! `config-rejected`.

use super::meta::rule;
use super::{Phase, Rule, loading, pages};
use crate::ims::Model;
use crate::ims::model::VerdictKind;
use crate::rules::Finding;

rule! {
    /// ## What it does
    ///
    /// Reports IMS configurations that a person can read but AEM cannot, or not in full: AEM refuses the whole file, or
    /// loads it without some of its keys, often without a word in the log. Each format is judged by the rules of the
    /// reader AEM uses for it. An error where an integration gets no token for it, a warning where only keys are lost that
    /// no token needs.
    ///
    /// ## Why is this bad
    ///
    /// The configuration in force is not the one in the file: an old one stays, or the integration runs without the key
    /// that was lost.
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
    /// * `.config`: every `=` and `"` in a value is written `\=`, `\"`; values stand in quotes; no byte order mark.
    ///   A comment stands only where a key may begin.
    /// * `.cfg.json`: strict JSON besides comments; no trailing comma, no `null`, a known type behind `:` in a key, keys
    ///   distinct also when case is ignored.
    /// * `sling:OsgiConfig`: well-formed XML, types as AEM knows them.
    ///
    /// On AEM as a Cloud Service use `.cfg.json`; the other formats are superseded. AEM 6.5 and 6.5 LTS take all of them.
    ///
    /// ## References
    ///
    /// * <https://sling.apache.org/documentation/bundles/configuration-installer-factory.html>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/implementing/deploying/configuring-osgi>
    pub ConfigRejected {
        id: "config-rejected",
        level: Error,
        summary: "AEM refuses the configuration file or drops keys of it",
        severity: "1.0",
        confidence: High,
        cwe: [],
    }
}

const REFUSED: &[(Phase, &str)] =
    &[(Phase::Files, "Correct the file here: until then AEM keeps whatever configuration it had.")];
const DROPPED: &[(Phase, &str)] =
    &[(Phase::Files, "Correct the file here: the keys that are lost have no value in AEM.")];

impl Rule for ConfigRejected {
    fn check(&self, model: &Model, findings: &mut Vec<Finding>) {
        let says = |kind| match kind {
            VerdictKind::Rejected => Some(("AEM refuses this", REFUSED)),
            VerdictKind::KeysDropped => Some(("AEM drops this", DROPPED)),
            _ => None,
        };
        loading::check(&Self::META, pages::CONFIGURATION_INSTALLER, says, model, findings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::loading::tests::provider_with;
    use crate::rules::testing::check_one;

    #[test]
    fn flagged_when_refused_or_cut_short() {
        for kind in [VerdictKind::Rejected, VerdictKind::KeysDropped] {
            assert_eq!(check_one(&ConfigRejected, provider_with(kind)).len(), 1, "{kind:?}");
        }
        for kind in [VerdictKind::FileName, VerdictKind::NotInstalled] {
            assert!(check_one(&ConfigRejected, provider_with(kind)).is_empty(), "{kind:?}");
        }
    }
}
