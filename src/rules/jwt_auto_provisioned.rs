//! `jwt-auto-provisioned`.

use super::verdict::{self, JwtVerdict};
use super::{Case, Finding, IntegrationRule, Phase, pages, rule, steps};
use crate::ims::Integration;
use crate::ims::home::ValuePlace;

rule! {
    /// ## What it does
    ///
    /// Notes Service Account (JWT) configurations that Adobe has probably provisioned itself on AEM as a Cloud Service:
    /// those of Launch (Tags) and Brand Portal, client ids of the form `cm-p<program>-e<environment>`, and credentials
    /// of the Adobe Developer Console projects that Cloud Manager creates: they are named
    /// `AEM-p<program>-e<environment>`, or their description says "Automatically created by Cloud Manager".
    ///
    /// A stored configuration does not show for certain who created it; the message gives the evidence. A configuration
    /// that your own project deploys is your own: set this rule to `error`, or migrate it as `jwt-credential`
    /// describes.
    ///
    /// ## Why is this bad
    ///
    /// It is not bad, but changing it does harm: Adobe migrates these configurations itself and asks you not to do it
    /// by hand. The Developer Console projects behind them are marked *Auto-generated*, are read-only and cannot be
    /// edited. Adobe migrated them for environments on release 17258 (August 2024) or later and planned to finish by
    /// 2025-06-30. So a file that still contains a JWT credential is either old, or from an environment that was not
    /// migrated.
    ///
    /// ## Example
    ///
    /// Flagged, exported from an AEM as a Cloud Service environment:
    ///
    /// ```json
    /// {
    ///   "name": "Adobe Launch",
    ///   "auth.token.provider.client.id": "cm-p0000-e0000-integration-0",
    ///   "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/exchange/jwt"
    /// }
    /// ```
    ///
    /// Fixed: the project does not deploy it, so that Adobe's own configuration stays in force.
    ///
    /// ## How to fix
    ///
    /// * **AEM as a Cloud Service**: do not change it, and check on the instance: Tools > Security > Adobe IMS
    ///   Integration (in other versions Adobe IMS Configurations). Where the configuration is no longer marked *JWT
    ///   Credentials (deprecated)* and *Check Health* succeeds, nothing needs to be done: this file is an old copy.
    ///   Otherwise update the environment, which must run release 17258 or later, and contact Adobe support. Do not
    ///   copy the configuration into code.
    /// * Only Adobe support can replace a compromised client secret of such a project.
    /// * **AEM 6.5, AEM 6.5 LTS**: Adobe provisions nothing there; migrate it as `jwt-credential` describes.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/security/setting-up-ims-integrations-for-aem-as-a-cloud-service>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/security/jwt-credentials-deprecation-in-adobe-developer-console>
    pub JwtAutoProvisioned {
        id: "jwt-auto-provisioned",
        level: Note,
        summary: "A JWT configuration that Adobe provisions and migrates itself",
        severity: "0.5",
        confidence: Medium,
        cwe: [],
        migration: Integration,
    }
}

impl IntegrationRule for JwtAutoProvisioned {
    fn judge(&self, case: Case<'_>) -> Option<Finding> {
        if verdict::of(case.integration, case.model) != Some(JwtVerdict::AutoProvisioned) {
            return None;
        }
        let because = case.integration.auto_provisioned.as_deref().map_or_else(String::new, |why| format!(" ({why})"));
        let message = format!(
            "{} has a Service Account (JWT) credential{} that Adobe probably owns{because}; Adobe migrates \
             these itself and should have finished by now.",
            case.subject(),
            case.environments(),
        );
        Some(
            case.finding(&Self::META, verdict::telling_location(case.integration).clone(), message)
                .label("provisioned by Adobe")
                .steps(steps::of_adobe())
                .steps(deployed_by_project(case.integration).then_some((
                    Phase::Nothing,
                    "If your project created the credential, migrate it yourself: see `jwt-credential`.",
                )))
                .url(pages::deprecation(case.target())),
        )
    }
}

/// Whether a project deploys the configuration, as opposed to an export from an instance or a download from the Adobe
/// Developer Console.
fn deployed_by_project(integration: &Integration) -> bool {
    let path = integration.location.file.context.repository_path.as_deref();
    ValuePlace::of(&integration.location) == ValuePlace::Osgi
        && path.is_some_and(|path| !path.starts_with("apps/system/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check_one, help, jwt_provider, oauth_provider};

    #[test]
    fn noted() {
        let mut provider = jwt_provider("Adobe Launch");
        provider.auto_provisioned = Some("the client id is `cm-p0000-e0000`".to_owned());
        let findings = check_one(&JwtAutoProvisioned, provider);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].message.contains("(the client id is `cm-p0000-e0000`)"));
        assert!(findings[0].steps[0].text.starts_with("Do not change it"));
        let told = help(&findings[0]).join("\n");
        assert!(told.contains("release 17258") && told.contains("ask Adobe support"), "{told}");
        assert!(findings[0].steps.iter().all(|step| step.phase == Phase::Nothing), "{told}");
    }

    #[test]
    fn clean_when_the_customer_owns_it_or_it_is_migrated() {
        assert!(check_one(&JwtAutoProvisioned, jwt_provider("acme")).is_empty());
        let mut migrated = oauth_provider("acme");
        migrated.auto_provisioned = Some("x".to_owned());
        assert!(check_one(&JwtAutoProvisioned, migrated).is_empty());
    }
}
