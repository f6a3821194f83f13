//! `config-not-installed`.

use super::meta::rule;
use super::{Phase, Rule, loading, pages};
use crate::ims::Model;
use crate::ims::model::VerdictKind;
use crate::rules::Finding;

rule! {
    /// ## What it does
    ///
    /// Reports IMS configurations in a place that AEM does not install configurations from, or for run modes that no
    /// environment has:
    ///
    /// * outside `/apps` and `/libs`, in a folder that is not called `config` (on AEM 6.5 also `install`), or too deep
    ///   below `/apps` for AEM 6.5 (a project that sets `sling.jcrinstall.folder.max.depth` or the folder pattern of the
    ///   JCR installer itself is judged by that);
    /// * in a file that is imported as something else: an `nt:unstructured` node, a node below the root of an XML file on
    ///   AEM as a Cloud Service;
    /// * on AEM as a Cloud Service in a folder whose run modes do not exist there (`config.qa`, `config.authour`,
    ///   `config.preview`), or stand in an order that makes the build fail (`config.prod.author`);
    /// * on AEM 6.5 for run modes that no instance has at once (`config.author.publish`).
    ///
    /// An error where the configuration is in force nowhere. A warning on AEM 6.5 where the filter of the package does not
    /// cover the file, and where it is not known for which edition a file is that only one of them installs; a note for
    /// what counts on a local AEM SDK only, and on AEM 6.5 where the filter of the package has `mode="merge"`, which keeps
    /// a configuration that is there already.
    ///
    /// ## Why is this bad
    ///
    /// The file has no effect, or fails the build. If it is the OAuth configuration, the JWT one stays in force.
    ///
    /// ## Example
    ///
    /// Flagged: the folder lies one level too deep.
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
    /// `/apps/<project>/osgiconfig/config.<run modes>`, with an extension that is installed: `.cfg.json` on every
    /// edition; `.config`, `.cfg`, `.properties` and `sling:OsgiConfig` nodes on AEM 6.5 and 6.5 LTS too.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/implementing/deploying/configuring-osgi>
    /// * <https://sling.apache.org/documentation/bundles/configuration-installer-factory.html>
    pub ConfigNotInstalled {
        id: "config-not-installed",
        level: Error,
        summary: "AEM does not install the configuration from where it lies",
        severity: "1.0",
        confidence: High,
        cwe: [],
    }
}

const STEPS: &[(Phase, &str)] = &[(
    Phase::Files,
    "Move it to `/apps/<project>/config` or `/apps/<project>/osgiconfig/config`, with run modes behind a dot: `author` or `publish`, then `dev`, `stage` or `prod` (on AEM 6.5 also your own).",
)];

const COVER: &[(Phase, &str)] = &[(Phase::Files, "Add its folder to the `filter.xml` of the package.")];

const MERGED: &[(Phase, &str)] = &[(
    Phase::Files,
    "Remove `mode=\"merge\"` from the filter of the package, or change the configuration on the instance.",
)];

const ENCODED: &[(Phase, &str)] = &[(Phase::Files, "Rename the folder to what it is meant to be.")];

impl Rule for ConfigNotInstalled {
    fn check(&self, model: &Model, findings: &mut Vec<Finding>) {
        let says = |kind| match kind {
            VerdictKind::NotInstalled => Some(("not installed", STEPS)),
            VerdictKind::NotOnInstances => Some(("not installed on AEM 6.5", STEPS)),
            VerdictKind::SdkOnly => Some(("on a local SDK only", STEPS)),
            VerdictKind::NotCovered => Some(("not covered by the filter", COVER)),
            VerdictKind::Merged => Some(("not replaced by the package", MERGED)),
            VerdictKind::EncodedName => Some(("encoded folder name", ENCODED)),
            VerdictKind::Rejected | VerdictKind::KeysDropped | VerdictKind::FileName | VerdictKind::OtherRunModes => {
                None
            }
        };
        loading::check(&Self::META, &pages::osgi(), says, model, findings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Level;
    use crate::rules::loading::tests::provider_with;
    use crate::rules::testing::check_one;

    #[test]
    fn flagged_for_its_verdict_only() {
        assert_eq!(check_one(&ConfigNotInstalled, provider_with(VerdictKind::NotInstalled)).len(), 1);
        assert!(check_one(&ConfigNotInstalled, provider_with(VerdictKind::KeysDropped)).is_empty());
        let merged = check_one(&ConfigNotInstalled, provider_with(VerdictKind::Merged));
        assert_eq!((merged.len(), merged[0].level), (1, Level::Note));
    }
}
