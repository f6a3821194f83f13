//! `secret-not-in-force`.

use super::verdict::means_oauth;
use super::{Case, Finding, IntegrationRule, Level, Phase, Step, pages, rule, words};
use crate::ims::model::{Partner, Scope};
use crate::ims::{Environment, Integration, IntegrationKind, Location};

rule! {
    /// ## What it does
    ///
    /// Reports OAuth Server-to-Server integrations whose client secret exists but is not in force where they run. An
    /// IMS configuration keeps its secret in a second configuration,
    /// `com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl`. This rule checks that file as strictly as
    /// the first one: AEM rejects it, reads it under a different PID, does not install it from its location, or its run
    /// modes differ from those of the provider.
    ///
    /// ## Why is this bad
    ///
    /// The provider looks complete, but requests its token without a client secret, and Adobe IMS answers
    /// `invalid_client`. A secret that is in force only on publish is missing on author.
    ///
    /// ## Example
    ///
    /// Flagged: the provider in `config.author`, its secret in `config.publish`.
    ///
    /// ```text
    /// osgiconfig/config.author/com.adobe.granite.auth.oauth.accesstoken.provider~acme.cfg.json
    /// osgiconfig/config.publish/com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl~acme.cfg.json
    /// ```
    ///
    /// Fixed: both in `config.author`.
    ///
    /// ## How to fix
    ///
    /// Put the file with the client secret next to the provider, with the same naming scheme, and fix what AEM rejects.
    /// If environments have their own secrets, each environment of the provider needs one.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/assets/using/config-oauth>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/implementing/deploying/configuring-osgi>
    pub SecretNotInForce {
        id: "secret-not-in-force",
        level: Error,
        summary: "The file with the client secret is not in force where the integration runs",
        severity: "4.0",
        confidence: High,
        cwe: [1188],
        migration: Integration,
        settled_by: Rename,
        effect: Broken,
    }
}

impl IntegrationRule for SecretNotInForce {
    fn judge(&self, case: Case<'_>) -> Option<Finding> {
        // An integration that is not in force anywhere has its own finding.
        let out = case.integration.verdicts.iter().any(|verdict| verdict.kind.keeps_out());
        let is_judged =
            case.integration.kind == IntegrationKind::AccessTokenProvider && means_oauth(case.integration) && !out;
        is_judged.then(|| finding(case)).flatten()
    }
}

fn finding(case: Case<'_>) -> Option<Finding> {
    let nearest = case.integration.partners.first()?;
    let lacking: Vec<Environment> = case
        .integration
        .environments
        .iter()
        .filter(|environment| !case.integration.partners.iter().any(|partner| partner.scope.contains(environment)))
        .cloned()
        .collect();
    let nowhere = case.integration.environments.is_empty() && nearest.scope == Scope::In(Vec::new());
    if lacking.is_empty() && !nowhere {
        return None;
    }
    let (location, why, step) = reason(nearest, case.integration);
    let partial = !nowhere && lacking.len() < case.integration.environments.len();
    let without = if partial { words::environments(&lacking) } else { words::environments_if_some(&lacking) };
    let message = format!("{} gets no client secret{without}: {why}.", case.subject());
    Some(
        case.finding(&SecretNotInForce::META, location, message)
            .within(lacking)
            .level(Level::Error)
            .label("the client secret is not in force")
            .steps([step])
            .url(pages::osgi())
            .related("the integration", &case.integration.location),
    )
}

/// Where it is, why the secret does not reach the provider (as a clause), and what to do.
fn reason(partner: &Partner, integration: &Integration) -> (Location, String, Step) {
    let file = words::site(&partner.location);
    if let Some(verdict) = partner.verdicts.iter().find(|verdict| verdict.kind.keeps_out()) {
        let why = format!("AEM does not use {file}, which contains it: {}", verdict.message.trim_end_matches('.'));
        let step = format!("Fix {file}: AEM must be able to read its name, its folder and its content.");
        return (verdict.location.clone(), why, Step::new(Phase::Files, step));
    }
    let Scope::In(environments) = &partner.scope else {
        return (partner.location.clone(), "its file is not in force".to_owned(), Step::new(Phase::Files, ""));
    };
    let there = words::environments(environments);
    let why = match there.as_str() {
        "" => format!("another configuration with the same PID overrides {file}"),
        there => format!("{file} is in force{there} only"),
    };
    let step = format!(
        "Put a request customizer with the client secret next to the provider, {}.",
        words::site(&integration.location)
    );
    (partner.location.clone(), why, Step::new(Phase::Files, step))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::FieldName;
    use crate::ims::model::{LoadingProblem, LoadingVerdict};
    use crate::rules::testing::{check_one, location, oauth_provider};

    fn with_partner(scope: Scope, verdicts: Vec<LoadingVerdict>) -> Integration {
        let mut provider = oauth_provider("acme").on(&["prod"]);
        provider.partners = vec![Partner {
            location: location("config/partner.cfg.json", None),
            secret: provider.field(FieldName::ClientSecret).unwrap().clone(),
            scope,
            verdicts,
            contests: Vec::new(),
        }];
        provider
    }

    fn author() -> Environment {
        Environment { service: "author", stage: "prod".to_owned() }
    }

    #[test]
    fn flagged_where_the_secret_does_not_reach() {
        let findings = check_one(&SecretNotInForce, with_partner(Scope::In(vec![author()]), Vec::new()));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].environments, [Environment { service: "publish", stage: "prod".to_owned() }]);
        assert!(findings[0].message.contains("gets no client secret on publish in prod"), "{}", findings[0].message);
    }

    #[test]
    fn flagged_when_aem_does_not_read_the_file() {
        let verdict =
            LoadingVerdict::new(LoadingProblem::Rejected, "AEM refuses it", location("config/partner.cfg.json", None));
        let findings = check_one(&SecretNotInForce, with_partner(Scope::In(Vec::new()), vec![verdict]));
        assert_eq!(findings.len(), 1);
        assert!(findings[0].message.contains("AEM refuses it"), "{}", findings[0].message);
    }

    #[test]
    fn clean_where_it_reaches() {
        let both = ["author", "publish"].map(|service| Environment { service, stage: "prod".to_owned() });
        assert!(check_one(&SecretNotInForce, with_partner(Scope::In(both.to_vec()), Vec::new())).is_empty());
        assert!(check_one(&SecretNotInForce, with_partner(Scope::Everywhere, Vec::new())).is_empty());
        assert!(check_one(&SecretNotInForce, oauth_provider("acme")).is_empty());
    }
}
