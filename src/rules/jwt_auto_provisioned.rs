//! `jwt-auto-provisioned`.

use super::meta::rule;
use super::verdict::{self, Verdict};
use super::{Phase, Rule, pages, steps, words};
use crate::ims::home::Place;
use crate::ims::{Integration, Model};
use crate::rules::Finding;

rule! {
    /// ## What it does
    ///
    /// Notes Service Account (JWT) configurations that Adobe is believed to have provisioned itself on AEM as a Cloud
    /// Service: those of Launch (Tags) and Brand Portal, client ids of the form `cm-p<program>-e<environment>`, and
    /// credentials of the Adobe Developer Console projects that Cloud Manager makes: they are called
    /// `AEM-p<program>-e<environment>`, or their description says "Automatically created by Cloud Manager".
    ///
    /// Nothing in a stored configuration says for certain who made it; the message names what speaks for it. A
    /// configuration that your own project deploys is yours: switch this rule to `error`, or migrate it as
    /// `jwt-credential` describes.
    ///
    /// ## Why is this bad
    ///
    /// It is not, and changing it does harm: Adobe migrates these configurations itself and asks not to do it by hand.
    /// The Developer Console projects behind them are marked *Auto-generated*, are read-only and cannot be edited. Adobe
    /// migrated them for environments on release 17258 (August 2024) or later and meant to be done by 2025-06-30, so a
    /// file that still shows a JWT credential is either old, or of an environment where the migration did not happen.
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
    /// Fixed: not deployed from the project at all, so that Adobe's own configuration stays in force.
    ///
    /// ## How to fix
    ///
    /// * **AEM as a Cloud Service**: leave it alone, and look on the instance: Tools > Security > Adobe IMS Integration (in
    ///   other versions Adobe IMS Configurations). Where the configuration is no longer marked *JWT Credentials
    ///   (deprecated)* and *Check Health* succeeds, nothing is to be done: this file is an old copy. Else update the
    ///   environment, which has to run release 17258 or later, and ask Adobe support. Do not copy the configuration into
    ///   code.
    /// * A client secret of such a project that has become known can only be replaced by Adobe support.
    /// * **AEM 6.5, AEM 6.5 LTS**: nothing is provisioned by Adobe there; migrate it as `jwt-credential` says.
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

impl Rule for JwtAutoProvisioned {
    fn check(&self, model: &Model, findings: &mut Vec<Finding>) {
        for (index, integration) in model.integrations.iter().enumerate() {
            if verdict::of(integration, model) != Some(Verdict::AutoProvisioned) {
                continue;
            }
            let because = integration.auto_provisioned.as_deref().map_or_else(String::new, |why| format!(" ({why})"));
            let message = format!(
                "{} has a Service Account (JWT) credential{} that Adobe is believed to own{because}; Adobe migrates these itself, and should be done with it.",
                words::sentence(&words::subject(integration)),
                words::environments(&integration.environments),
            );
            findings.push(
                Finding::new(&Self::META, verdict::telling_location(integration).clone(), message)
                    .about(index, integration)
                    .label("provisioned by Adobe")
                    .steps(steps::of_adobe())
                    .steps(deployed_by_project(integration).then_some((
                        Phase::Nothing,
                        "If your project made the credential, it is yours after all: `jwt-credential` says how to migrate it.",
                    )))
                    .url(pages::deprecation(model.target.target)),
            );
        }
    }
}

/// Whether a project deploys the configuration, and not an instance has it or the Adobe Developer Console handed it out.
fn deployed_by_project(integration: &Integration) -> bool {
    let path = integration.location.file.context.repository_path.as_deref();
    Place::of(&integration.location) == Place::Osgi && path.is_some_and(|path| !path.starts_with("apps/system/"))
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
        assert!(findings[0].steps[0].text.starts_with("Leave it alone"));
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
