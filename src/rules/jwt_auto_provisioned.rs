//! `jwt-auto-provisioned`.

use super::meta::rule;
use super::verdict::{self, Verdict};
use super::{Phase, Rule, pages, words};
use crate::ims::Model;
use crate::rules::Finding;

rule! {
    /// ## What it does
    ///
    /// Notes Service Account (JWT) configurations that Adobe is believed to have provisioned itself on AEM as a Cloud
    /// Service: those of Launch (Tags) and Brand Portal, and client ids of the form `cm-p<program>-e<environment>`.
    ///
    /// Nothing in a stored configuration says for certain who made it; the message names what speaks for it. A
    /// configuration that your own project deploys is yours: switch this rule to `error`, or migrate it as
    /// `jwt-credential` describes.
    ///
    /// ## Why is this bad
    ///
    /// It is not, and changing it does harm: Adobe migrates these configurations itself and asks not to do it by hand.
    /// The Developer Console projects behind them are called `AEM-p…-e…`, are marked *Auto-generated* and cannot be
    /// edited. Environments must run release 17258 or later to be migrated.
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
    /// * **AEM as a Cloud Service**: leave it alone. Keep the environment on release 17258 or later. If the integration
    ///   does not work, ask Adobe support; do not copy the configuration into code.
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
                "{} uses a Service Account (JWT) credential{} that Adobe is believed to own{because}; Adobe migrates these itself.",
                words::sentence(&words::subject(integration)),
                words::environments(&integration.environments),
            );
            findings.push(
                Finding::new(&Self::META, verdict::telling_location(integration).clone(), message)
                    .about(index, integration)
                    .label("provisioned by Adobe")
                    .steps([
                        (
                            Phase::Nothing,
                            "Leave it alone: Adobe migrates it on release 17258 or later, and asks not to do it by hand.",
                        ),
                        (
                            Phase::Files,
                            "If your project made it, it is yours: migrate it as `jwt-credential` says.",
                        ),
                    ])
                    .url(pages::deprecation(model.target.target)),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check_one, jwt_provider, oauth_provider};

    #[test]
    fn noted() {
        let mut provider = jwt_provider("Adobe Launch");
        provider.auto_provisioned = Some("the client id is `cm-p0000-e0000`".to_owned());
        let findings = check_one(&JwtAutoProvisioned, provider);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].message.contains("(the client id is `cm-p0000-e0000`)"));
        assert!(findings[0].steps[0].text.starts_with("Leave it alone"));
    }

    #[test]
    fn clean_when_the_customer_owns_it_or_it_is_migrated() {
        assert!(check_one(&JwtAutoProvisioned, jwt_provider("acme")).is_empty());
        let mut migrated = oauth_provider("acme");
        migrated.auto_provisioned = Some("x".to_owned());
        assert!(check_one(&JwtAutoProvisioned, migrated).is_empty());
    }
}
