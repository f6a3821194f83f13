//! `config-file-name`.

use super::meta::rule;
use super::{Phase, Rule, loading, pages};
use crate::ims::Model;
use crate::ims::model::VerdictKind;
use crate::rules::Finding;

rule! {
    /// ## What it does
    ///
    /// Reports IMS configurations that AEM reads under another PID than the one their file name is meant to be:
    ///
    /// * `<factory PID>.<number>.config` or `<factory PID>.<name>.config`, with a dot where `-` or `~` is expected;
    /// * a PID that is nearly that of a known component: other capitals, `_` for `~`, a slip;
    /// * on AEM as a Cloud Service also an encoded separator (`%2d`) and `<PID>/.content.xml`, whose PID is `.content`.
    ///
    /// ## Why is this bad
    ///
    /// The installer splits factory PID and name at `~`, else at the first `-`. It takes any other name as the PID of a
    /// configuration that no component asks for, so the file has no effect when it is deployed. Instances
    /// write such names themselves when a configuration is saved in the console; Adobe's instructions therefore demand
    /// to replace the dot by a hyphen.
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// ```text
    /// com.adobe.granite.auth.oauth.accesstoken.provider.1234567890.config
    /// ```
    ///
    /// Fixed:
    ///
    /// ```text
    /// com.adobe.granite.auth.oauth.accesstoken.provider-1234567890.config
    /// ```
    ///
    /// ## How to fix
    ///
    /// Rename the file: on AEM 6.5 and 6.5 LTS `.` -> `-` before the number, below `/apps/system/config` as in a package;
    /// in a project better `<factory PID>~<name>.cfg.json`, which is the only form that AEM as a Cloud Service still
    /// documents. Delete the file of the old name, or `duplicate-provider` comes next.
    ///
    /// `aem-ims-lint migrate --write` renames the files of a project, `.` -> `-`.
    ///
    /// ## References
    ///
    /// * <https://sling.apache.org/documentation/bundles/configuration-installer-factory.html>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/assets/using/config-oauth>
    pub ConfigFileName {
        id: "config-file-name",
        level: Error,
        summary: "AEM reads the file under another PID than the one that is meant",
        severity: "1.0",
        confidence: High,
        cwe: [],
        settled_by: Rename,
    }
}

const STEPS: &[(Phase, &str)] = &[
    (
        Phase::Files,
        "Rename it: `<factory PID>.<name>.config` -> `<factory PID>-<name>.config`, or `<factory PID>~<name>.cfg.json` in a project.",
    ),
    (Phase::Files, "Remove the file of the old name when the new one is deployed."),
];

impl Rule for ConfigFileName {
    fn check(&self, model: &Model, findings: &mut Vec<Finding>) {
        let says = |kind| (kind == VerdictKind::FileName).then_some(("read under another PID", STEPS));
        loading::check(&Self::META, pages::CONFIGURATION_INSTALLER, says, model, findings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::loading::tests::provider_with;
    use crate::rules::testing::check_one;

    #[test]
    fn flagged_for_its_verdict_only() {
        let findings = check_one(&ConfigFileName, provider_with(VerdictKind::FileName));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "Launch (Tags) IMS configuration `acme`: AEM does something else.");
        assert!(check_one(&ConfigFileName, provider_with(VerdictKind::Rejected)).is_empty());
    }
}
