//! `stage-ims-host`.

use super::{Case, Finding, IntegrationRule, Phase, pages, rule, words};
use crate::ims::endpoint::Endpoint;
use crate::ims::{Environment, FieldName};

rule! {
    /// ## What it does
    ///
    /// Reports integrations that are in force in production but request their tokens from a stage system of Adobe IMS
    /// (`ims-na1-stg1.adobelogin.com`). It does not report files with run modes other than `prod`, or without
    /// information about run modes.
    ///
    /// ## Why is this bad
    ///
    /// The stage system does not know the credentials and organizations of production, and production services do not
    /// accept its tokens. It is for Adobe's own tests.
    ///
    /// ## Example
    ///
    /// Flagged, in `config.author` or `config.author.prod`:
    ///
    /// ```json
    /// { "auth.access.token.request": "https://ims-na1-stg1.adobelogin.com/ims/token/v3" }
    /// ```
    ///
    /// Fixed:
    ///
    /// ```json
    /// { "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/token/v3" }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Use `ims-na1.adobelogin.com`, or move the configuration to a run mode of the environment it is meant for
    /// (`config.author.dev`). This applies to AEM 6.5, AEM 6.5 LTS and AEM as a Cloud Service.
    ///
    /// ## References
    ///
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/ims/>
    /// * <https://github.com/adobe/aio-lib-java/blob/main/aem/core_aem/README.md>
    pub StageImsHost {
        id: "stage-ims-host",
        level: Warning,
        summary: "A stage host of Adobe IMS is in force in production",
        severity: "3.0",
        confidence: High,
        cwe: [1188],
    }
}

impl IntegrationRule for StageImsHost {
    fn judge(&self, case: Case<'_>) -> Option<Finding> {
        let field = case.integration.field(FieldName::TokenEndpoint)?;
        let value = field.value.as_deref()?;
        let location = field.location.as_deref().filter(|_| Endpoint::parse(value).is_some_and(|e| e.is_stage()))?;
        let production: Vec<Environment> =
            case.integration.environments.iter().filter(|e| e.stage == "prod").cloned().collect();
        if production.is_empty() {
            return None;
        }
        let message = format!(
            "{} requests its tokens from a stage system of Adobe IMS{}.",
            case.subject(),
            words::environments(&production),
        );
        let finding = case
            .finding(&StageImsHost::META, location.clone(), message)
            .label("stage system")
            .step(Phase::Files, format!("{}: use the host `ims-na1.adobelogin.com`.", words::property(field)))
            .step(
                Phase::Files,
                "Or move the configuration to the run mode it is meant for, such as `config.author.dev`.",
            )
            .url(pages::IMS_API);
        Some(finding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::Integration;
    use crate::rules::testing::{check_one, oauth_provider};

    fn at(url: &str, stages: &[&str]) -> Integration {
        oauth_provider("acme").with(FieldName::TokenEndpoint, "auth.access.token.request", Some(url)).on(stages)
    }

    const STAGE: &str = "https://ims-na1-stg1.adobelogin.com/ims/token/v3";

    #[test]
    fn flagged_in_production() {
        let findings = check_one(&StageImsHost, at(STAGE, &["prod", "stage"]));
        assert_eq!(findings.len(), 1);
        assert!(findings[0].message.ends_with("from a stage system of Adobe IMS in prod."), "{}", findings[0].message);
    }

    #[test]
    fn clean_elsewhere_or_with_the_production_host() {
        assert!(check_one(&StageImsHost, at(STAGE, &["dev", "stage"])).is_empty());
        assert!(check_one(&StageImsHost, at(STAGE, &[])).is_empty());
        let production = "https://ims-na1.adobelogin.com/ims/token/v3";
        assert!(check_one(&StageImsHost, at(production, &["prod"])).is_empty());
    }
}
