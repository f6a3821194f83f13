//! `config-file-name`.

use super::{Finding, Phase, Rule, loading, pages, rule};
use crate::ims::Model;
use crate::ims::model::LoadingProblem;

rule! {
    /// ## What it does
    ///
    /// Reports IMS configurations whose file name gives them a different PID than the intended one:
    ///
    /// * `<factory PID>.<number>.config` or `<factory PID>.<name>.config`, with a dot where `-` or `~` is expected;
    /// * a PID that resembles that of a known component: different capitalisation, `_` instead of `~`, a typing error;
    /// * on AEM as a Cloud Service, also an encoded separator (`%2d`) and `<PID>/.content.xml`, whose PID is
    ///   `.content`.
    ///
    /// ## Why is this bad
    ///
    /// The installer splits the name into factory PID and name at `~`, or else at the first `-`. It treats any other
    /// name as the PID of a configuration that no component uses, so the deployed file has no effect. Instances write
    /// such names themselves when a configuration is saved in the console. Adobe's instructions therefore require
    /// replacing the dot with a hyphen.
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
    /// Rename the file. On AEM 6.5 and 6.5 LTS, change `.` to `-` before the number, both below `/apps/system/config`
    /// and in a package. In a project, prefer `<factory PID>~<name>.cfg.json`, the only form that AEM as a Cloud
    /// Service still documents. Delete the file with the old name, or `duplicate-provider` will be reported next.
    ///
    /// `aem-ims-lint migrate --write` renames the files of a project (`.` -> `-`).
    ///
    /// ## References
    ///
    /// * <https://sling.apache.org/documentation/bundles/configuration-installer-factory.html>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/assets/using/config-oauth>
    pub ConfigFileName {
        id: "config-file-name",
        level: Error,
        summary: "AEM reads the file under a different PID than the intended one",
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
    (Phase::Files, "Delete the file with the old name once the new one is deployed."),
];

impl Rule for ConfigFileName {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let says = |kind| (kind == LoadingProblem::FileName).then_some(("read under a different PID", STEPS));
        loading::check(&Self::META, pages::CONFIGURATION_INSTALLER, says, model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check_one, provider_with};

    #[test]
    fn flagged_for_its_verdict_only() {
        let findings = check_one(&ConfigFileName, provider_with(LoadingProblem::FileName));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "Launch (Tags) IMS configuration `acme`: AEM does something else.");
        assert!(check_one(&ConfigFileName, provider_with(LoadingProblem::Rejected)).is_empty());
    }
}
