//! What the rules `oauth-invalid-*` have in common.

use super::verdict::means_oauth;
use super::{Case, Finding, Level, Meta, Phase, values, words};
use crate::ims::validity::{Fault, Weight, organization};
use crate::ims::{
    Confidence, Environment, Field, FieldName, Integration, IntegrationKind, Location, Model, disclosure,
};

/// The level for a weight.
pub(super) fn level(weight: Weight) -> Level {
    match weight {
        Weight::Breaks => Level::Error,
        Weight::Doubtful => Level::Warning,
        Weight::Unusual => Level::Note,
    }
}

/// Reports every OAuth integration with a fault in one of the fields: once, for the worst fault.
pub(super) fn check(rule: &'static Meta, fields: &[FieldName], because: &str, model: &Model) -> Vec<Finding> {
    let judged = |case: Case<'_>| {
        let judged = values::fields(case.integration).filter(|(field, _)| fields.contains(&field.name));
        let here = judged.filter_map(|(f, scope)| Some((f, values::environments(case.integration, scope)?)));
        let mut faults: Vec<LocatedFault<'_>> =
            here.flat_map(|(field, environments)| faults(case.integration, field, &environments)).collect();
        faults.sort_by_key(|found| std::cmp::Reverse(found.fault.weight));
        (!faults.is_empty()).then(|| finding(rule, because, case, &faults))
    };
    values::folded(Case::all(model).filter(|case| means_oauth(case.integration)).filter_map(judged))
}

/// A fault and where it matters.
struct LocatedFault<'i> {
    field: &'i Field,
    fault: Fault,
    environments: Vec<Environment>,
}

/// What is wrong with a field of an integration, if its kind determines how AEM reads it. How the code of a custom
/// client uses a value is unknown, so only values that can never give a token count there.
fn faults<'i>(integration: &'i Integration, field: &'i Field, environments: &[Environment]) -> Vec<LocatedFault<'i>> {
    let own = matches!(integration.kind, IntegrationKind::Generic | IntegrationKind::Declared(_));
    let ours = |fault: &&Fault| !own || (fault.weight == Weight::Breaks && field.name != FieldName::OrgId);
    let other = (field.name == FieldName::Issuer && !own).then(|| other_organization(integration, field)).flatten();
    let found = |fault| LocatedFault { field, fault, environments: environments.to_vec() };
    field.faults.iter().filter(ours).cloned().chain(other).map(found).collect()
}

/// The `iss` claim and the property differ in the organization.
fn other_organization<'i>(integration: &'i Integration, issuer: &'i Field) -> Option<Fault> {
    let org = integration.field(FieldName::OrgId)?;
    let both = org.faults.is_empty() && issuer.faults.is_empty();
    // It is unknown whether masked values are the same.
    let whole = |field: &'i Field| field.value.as_deref().filter(|value| disclosure::is_whole(value));
    let differ = organization::differ(whole(org)?, whole(issuer)?);
    (both && differ).then(|| {
        let what = format!("differs from the organization in {}", words::property(org));
        Fault::new(Weight::Doubtful, what, "the same organization id in both")
    })
}

fn finding(rule: &'static Meta, because: &str, case: Case<'_>, faults: &[LocatedFault<'_>]) -> Finding {
    let place = |found: &LocatedFault<'_>| -> Location {
        let own = found.fault.location.as_ref().or(found.field.location.as_deref());
        own.unwrap_or(&case.integration.location).clone()
    };
    let LocatedFault { field, fault: worst, environments } = &faults[0];
    let message = format!(
        "{}{}: {} {}; {}.",
        case.subject(),
        words::environments_if_some(environments),
        words::property(field),
        worst.what,
        because,
    );
    let mut finding = case
        .finding(rule, place(&faults[0]), message)
        .within(environments.clone())
        .level(level(worst.weight))
        .label(label(worst.weight));
    if worst.weight < Weight::Breaks {
        finding = finding.at_most(Confidence::Medium);
    }
    for other in &faults[1..] {
        finding = finding.related(format!("{} {}", words::property(other.field), other.fault.what), &place(other));
    }
    let mut steps: Vec<String> =
        faults.iter().map(|one| format!("{}: {}.", words::property(one.field), one.fault.instead)).collect();
    steps.dedup();
    finding.steps(steps.into_iter().map(|text| (Phase::Files, text)))
}

fn label(weight: Weight) -> &'static str {
    match weight {
        Weight::Breaks => "no token with this value",
        Weight::Doubtful => "differs from the documentation",
        Weight::Unusual => "not documented",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::AuthType;
    use crate::rules::oauth_invalid_org_id::OauthInvalidOrgId;
    use crate::rules::oauth_invalid_scope::OauthInvalidScope;
    use crate::rules::testing::{check_one, help, integration, oauth_provider};

    #[test]
    fn the_worst_leads_and_the_others_follow() {
        let provider = oauth_provider("acme")
            .with_fault(FieldName::OrgId, Fault::new(Weight::Doubtful, "has no suffix", "the id"))
            .with_fault(FieldName::Issuer, Fault::new(Weight::Breaks, "is an account", "the id"));
        let findings = check_one(&OauthInvalidOrgId, provider);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].level, Level::Error);
        assert!(findings[0].message.contains("`auth.token.provider.default.claims` is an account"));
        assert_eq!(findings[0].related.len(), 1);
        assert_eq!(help(&findings[0]).len(), 2);
    }

    #[test]
    fn what_the_code_of_an_own_client_makes_of_a_value_is_not_known() {
        let own = |weight| {
            let fault = Fault::new(weight, "is wrong", "another");
            let client = integration(IntegrationKind::Generic, AuthType::OAuth, "x").with(
                FieldName::Scopes,
                "scopes",
                Some("x"),
            );
            check_one(&OauthInvalidScope, client.with_fault(FieldName::Scopes, fault)).len()
        };
        assert_eq!(own(Weight::Doubtful), 0);
        assert_eq!(own(Weight::Breaks), 1);
    }
}
