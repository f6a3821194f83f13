//! `config-not-installed`.

use super::{Finding, Phase, Rule, loading, pages, rule};
use crate::ims::Model;
use crate::ims::model::LoadingProblem;

rule! {
    /// ## What it does
    ///
    /// Reports IMS configurations that are in a location AEM does not install configurations from, or that are for run
    /// modes that no environment has:
    ///
    /// * outside `/apps` and `/libs`, in a folder that is not called `config` (on AEM 6.5 also `install`), or too deep
    ///   below `/apps` for AEM 6.5 (if a project sets `sling.jcrinstall.folder.max.depth` or the folder pattern of the
    ///   JCR installer, those values apply);
    /// * in a file that is imported as something else: an `nt:unstructured` node, a node below the root of an XML file on
    ///   AEM as a Cloud Service;
    /// * on AEM as a Cloud Service in a folder whose run modes do not exist there (`config.qa`, `config.authour`,
    ///   `config.preview`), or are in an order that makes the build fail (`config.prod.author`);
    /// * on AEM 6.5 for run modes that no instance has at once (`config.author.publish`).
    ///
    /// It is an error if the configuration is not in force anywhere. It is a warning on AEM 6.5 if the package's filter
    /// does not cover the file, and if only one edition installs the file but the edition is unknown. It is a note if
    /// the configuration is in force on a local AEM SDK only, and on AEM 6.5 if the package's filter has
    /// `mode="merge"`, which keeps an existing configuration.
    ///
    /// ## Why is this bad
    ///
    /// The file has no effect, or breaks the build. If it is the OAuth configuration, the JWT one stays in force.
    ///
    /// ## Example
    ///
    /// Flagged: the folder is one level too deep.
    ///
    /// ```text
    /// jcr_root/apps/acme/core/osgi/config/com.adobe.granite.auth.oauth.accesstoken.provider~acme.cfg.json
    /// ```
    ///
    /// Fixed:
    ///
    /// ```text
    /// jcr_root/apps/acme/osgiconfig/config/com.adobe.granite.auth.oauth.accesstoken.provider~acme.cfg.json
    /// ```
    ///
    /// ## How to fix
    ///
    /// Put OSGi configurations below `/apps/<project>/config`, `/apps/<project>/config.<run modes>` or
    /// `/apps/<project>/osgiconfig/config.<run modes>`, in a format that is installed: `.cfg.json` on every edition;
    /// also `.config`, `.cfg`, `.properties` and `sling:OsgiConfig` nodes on AEM 6.5 and 6.5 LTS.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/implementing/deploying/configuring-osgi>
    /// * <https://sling.apache.org/documentation/bundles/configuration-installer-factory.html>
    pub ConfigNotInstalled {
        id: "config-not-installed",
        level: Error,
        summary: "AEM does not install configurations from this location",
        severity: "1.0",
        confidence: High,
        cwe: [],
    }
}

const STEPS: &[(Phase, &str)] = &[(
    Phase::Files,
    "Move it to `/apps/<project>/config` or `/apps/<project>/osgiconfig/config`, with run modes after a dot: `author` \
     or `publish`, then `dev`, `stage` or `prod` (on AEM 6.5 also your own).",
)];

const COVER: &[(Phase, &str)] = &[(Phase::Files, "Add its folder to the package's `filter.xml`.")];

const MERGED: &[(Phase, &str)] = &[(
    Phase::Files,
    "Remove `mode=\"merge\"` from the filter of the package, or change the configuration on the instance.",
)];

const ENCODED: &[(Phase, &str)] = &[(Phase::Files, "Rename the folder to its intended name.")];

impl Rule for ConfigNotInstalled {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let says = |kind| match kind {
            LoadingProblem::NotInstalled => Some(("not installed", STEPS)),
            LoadingProblem::NotOnInstances => Some(("not installed on AEM 6.5", STEPS)),
            LoadingProblem::SdkOnly => Some(("on a local SDK only", STEPS)),
            LoadingProblem::NotCovered => Some(("not covered by the filter", COVER)),
            LoadingProblem::Merged => Some(("not replaced by the package", MERGED)),
            LoadingProblem::EncodedName => Some(("encoded folder name", ENCODED)),
            LoadingProblem::Rejected
            | LoadingProblem::KeysDropped
            | LoadingProblem::FileName
            | LoadingProblem::OtherRunModes => None,
        };
        loading::check(&Self::META, &pages::osgi(), says, model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Level;
    use crate::rules::testing::{check_one, provider_with};

    #[test]
    fn flagged_for_its_verdict_only() {
        assert_eq!(check_one(&ConfigNotInstalled, provider_with(LoadingProblem::NotInstalled)).len(), 1);
        assert!(check_one(&ConfigNotInstalled, provider_with(LoadingProblem::KeysDropped)).is_empty());
        let merged = check_one(&ConfigNotInstalled, provider_with(LoadingProblem::Merged));
        assert_eq!((merged.len(), merged[0].level), (1, Level::Note));
    }
}
