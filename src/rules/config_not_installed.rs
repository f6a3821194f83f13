//! `config-not-installed`.

use super::meta::rule;
use super::{Phase, Rule, loading, pages};
use crate::ims::Model;
use crate::ims::model::VerdictKind;
use crate::rules::Finding;

rule! {
    /// ## What it does
    ///
    /// Reports IMS configurations in a place that AEM does not install configurations from: outside `/apps` and `/libs`,
    /// in a folder that is not called `config` or `install` (with run modes), too deep below `/apps`, or in a file that
    /// is imported as something else.
    ///
    /// ## Why is this bad
    ///
    /// The file has no effect. If it is the OAuth configuration, the JWT one stays in force.
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
        level: Warning,
        summary: "The configuration lies where AEM does not install it from",
        severity: "1.0",
        confidence: High,
        cwe: [],
    }
}

const STEPS: &[(Phase, &str)] = &[(
    Phase::Files,
    "Move it to `/apps/<project>/config` or `/apps/<project>/osgiconfig/config`, with run modes behind a dot; or delete it if it is not meant to be in force.",
)];

impl Rule for ConfigNotInstalled {
    fn check(&self, model: &Model, findings: &mut Vec<Finding>) {
        let says = |kind| (kind == VerdictKind::NotInstalled).then_some(("not installed", STEPS));
        loading::check(&Self::META, &pages::osgi(), says, model, findings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::loading::tests::provider_with;
    use crate::rules::testing::check_one;

    #[test]
    fn flagged_for_its_verdict_only() {
        assert_eq!(check_one(&ConfigNotInstalled, provider_with(VerdictKind::NotInstalled)).len(), 1);
        assert!(check_one(&ConfigNotInstalled, provider_with(VerdictKind::KeysDropped)).is_empty());
    }
}
