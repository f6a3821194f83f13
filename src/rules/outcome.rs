//! Whether an integration gets a token where it runs: the sum of what the rules found.

use super::{Effect, Finding};
use std::collections::HashMap;

use super::verdict::{self, JwtVerdict};
use crate::ims::model::{Cause, EnvironmentVerdict, TokenVerdict};
use crate::ims::{AuthType, Environment, Integration, Location, Model, disclosure};

/// Maximum number of causes kept for one environment; more would not help the reader.
const MOST_CAUSES: usize = 20;

/// Records in every integration what `findings` mean for its token, environment by environment.
pub(super) fn settle(model: &mut Model, findings: &[Finding]) {
    let mut by_integration: HashMap<usize, Vec<&Finding>> = HashMap::new();
    for finding in findings.iter().filter(|finding| finding.token_effect() != Effect::None) {
        for index in finding.integration.iter().chain(&finding.shared).copied() {
            by_integration.entry(index).or_default().push(finding);
        }
    }
    let none = Vec::new();
    let outcomes: Vec<_> = (0..model.integrations.len())
        .map(|index| outcomes(&model.integrations[index], model, by_integration.get(&index).unwrap_or(&none)))
        .collect();
    for (integration, outcomes) in model.integrations.iter_mut().zip(outcomes) {
        integration.outcomes = outcomes;
    }
    follow_references(model);
}

/// An integration that authenticates through another one has the outcome of that one.
fn follow_references(model: &mut Model) {
    let mut followed: Vec<(usize, TokenVerdict, Vec<Cause>)> = Vec::new();
    for (index, integration) in model.integrations.iter().enumerate() {
        if integration.auth != AuthType::Unknown || integration.token_verdict() != TokenVerdict::Unknown {
            continue;
        }
        let named = integration.references.iter().flat_map(|reference| &reference.resolved);
        let named =
            named.filter_map(|&other| model.integrations.get(other)).filter(|other| other.auth != AuthType::Unknown);
        // If several have the same name, it is enough that one works.
        if let Some(best) = named.min_by_key(|other| other.token_verdict()) {
            let causes = best.outcomes.iter().flat_map(|one| one.causes.first()).take(1).cloned().collect();
            followed.push((index, best.token_verdict(), causes));
        }
    }
    for (index, verdict, causes) in followed {
        for outcome in &mut model.integrations[index].outcomes {
            outcome.verdict = verdict;
            outcome.causes.clone_from(&causes);
        }
    }
}

fn outcomes(integration: &Integration, model: &Model, findings: &[&Finding]) -> Vec<EnvironmentVerdict> {
    let places: Vec<Option<&Environment>> = match integration.environments.as_slice() {
        [] => vec![None],
        environments => environments.iter().map(Some).collect(),
    };
    places.into_iter().map(|environment| outcome(integration, model, findings, environment)).collect()
}

fn outcome(
    integration: &Integration,
    model: &Model,
    findings: &[&Finding],
    environment: Option<&Environment>,
) -> EnvironmentVerdict {
    let concerns = |finding: &&&Finding| {
        environment.is_none_or(|here| finding.environments.is_empty() || finding.environments.contains(here))
    };
    let mut here: Vec<&&Finding> = findings.iter().filter(concerns).collect();
    here.sort_by_key(|finding| std::cmp::Reverse(finding.token_effect()));
    let worst = here.first().map_or(Effect::None, |finding| finding.token_effect());
    let mut causes: Vec<Cause> = here
        .into_iter()
        .take(MOST_CAUSES)
        .map(|finding| cause(finding.rule.id, &finding.message, &finding.location))
        .collect();
    if let Some(idle) = integration.idle() {
        let cause = cause("config-not-installed", &idle.message, &idle.location);
        let verdict = TokenVerdict::NotInForce;
        return EnvironmentVerdict { environment: environment.cloned(), verdict, causes: vec![cause] };
    }
    let by_auth = of_authentication(integration, model);
    if let Some(cause) = by_auth.1.filter(|_| worst != Effect::NotInForce) {
        causes.insert(0, cause);
    }
    let verdict = match worst {
        Effect::NotInForce => TokenVerdict::NotInForce,
        Effect::Broken => TokenVerdict::Broken.max(by_auth.0),
        Effect::Incomplete => TokenVerdict::Incomplete.max(by_auth.0),
        Effect::None => by_auth.0,
    };
    EnvironmentVerdict { environment: environment.cloned(), verdict, causes }
}

/// The verdict from the authentication type alone: Service Account (JWT) credentials stopped working.
fn of_authentication(integration: &Integration, model: &Model) -> (TokenVerdict, Option<Cause>) {
    match verdict::of(integration, model) {
        Some(JwtVerdict::Credential | JwtVerdict::OnlyComponent | JwtVerdict::OAuthAtJwtEndpoint) => {
            let message = "Service Account (JWT) credentials stopped working on 2026-03-01 at the latest.";
            let cause = cause("jwt-credential", message, verdict::telling_location(integration));
            (TokenVerdict::Broken, Some(cause).filter(|_| integration.auth == AuthType::Jwt))
        }
        Some(JwtVerdict::AutoProvisioned | JwtVerdict::ServiceCredentials) => (TokenVerdict::Unknown, None),
        None if verdict::means_oauth(integration) => (TokenVerdict::Works, None),
        None => (TokenVerdict::Unknown, None),
    }
}

fn cause(rule: &'static str, message: &str, location: &Location) -> Cause {
    Cause { rule, message: disclosure::sentence(message).into_owned(), location: location.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::FieldName;
    use crate::rules::testing::{jwt_provider, model, oauth_provider};

    fn judged(integration: Integration) -> Integration {
        let mut model = model(vec![integration]);
        crate::rules::judge(&mut model);
        model.integrations.remove(0)
    }

    fn verdicts(integration: &Integration) -> Vec<(Option<String>, TokenVerdict)> {
        let one = |one: &EnvironmentVerdict| (one.environment.as_ref().map(ToString::to_string), one.verdict);
        integration.outcomes.iter().map(one).collect()
    }

    #[test]
    fn what_is_complete_works_in_each_environment() {
        let works = |service: &str| (Some(format!("{service}/prod")), TokenVerdict::Works);
        assert_eq!(verdicts(&judged(oauth_provider("acme").on(&["prod"]))), [works("author"), works("publish")]);
        assert_eq!(verdicts(&judged(oauth_provider("acme"))), [(None, TokenVerdict::Works)]);
    }

    #[test]
    fn what_lacks_a_field_is_incomplete_and_says_where() {
        let provider = oauth_provider("acme").with(FieldName::ClientId, "auth.token.provider.client.id", None);
        let judged = judged(provider);
        assert_eq!(judged.token_verdict(), TokenVerdict::Incomplete);
        assert_eq!(judged.outcomes[0].causes[0].rule, "oauth-missing-client-id");
    }

    #[test]
    fn a_service_account_is_broken() {
        let judged = judged(jwt_provider("acme"));
        assert_eq!(judged.token_verdict(), TokenVerdict::Broken);
        assert_eq!(judged.outcomes[0].causes[0].rule, "jwt-credential");
    }
}
