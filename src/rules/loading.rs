//! Shared code of the rules about files that AEM does not load as expected.

use super::verdict::means_oauth;
use super::{Case, Effect, Finding, Level, Meta, Phase};
use crate::ims::model::{LoadingProblem, LoadingVerdict};
use crate::ims::{AuthType, Confidence, FieldName, Integration, Model};

/// What a rule reports for a kind of verdict: the label and the steps.
pub(super) type Words = (&'static str, &'static [(Phase, &'static str)]);

/// Reports every verdict for whose kind `says` returns a text, of integrations and of the configurations with their
/// secrets.
pub(super) fn check(
    rule: &'static Meta,
    url: &str,
    says: impl Fn(LoadingProblem) -> Option<Words>,
    model: &Model,
) -> Vec<Finding> {
    let of_case = |case: Case<'_>| -> Vec<Finding> {
        let own = &case.integration.verdicts;
        // A secret that is not in force has its own rule; a verdict that applies to both files is reported once.
        let of_provider =
            |verdict: &LoadingVerdict| own.iter().any(|own| own.kind == verdict.kind && own.message == verdict.message);
        let of_partners = case.integration.partners.iter().flat_map(|partner| &partner.verdicts);
        let of_partners = of_partners.filter(|verdict| !verdict.kind.keeps_out() && !of_provider(verdict));
        let finding = |verdict: &LoadingVerdict| {
            let (label, steps) = says(verdict.kind)?;
            let message = format!("{}: {}.", case.subject(), verdict.message.trim_end_matches('.'));
            let finding = case.finding(rule, verdict.location.clone(), message);
            let finding = finding.label(label).steps(steps.iter().copied()).url(url.to_owned());
            Some(weighed(finding, case.integration, verdict))
        };
        own.iter().chain(of_partners).filter_map(finding).collect()
    };
    Case::all(model).flat_map(of_case).collect()
}

/// It is an error if the integration gets no token because of it.
fn weighed(finding: Finding, integration: &Integration, verdict: &LoadingVerdict) -> Finding {
    // It makes no difference for a credential that no longer works.
    let matters = !matches!(integration.auth, AuthType::Jwt | AuthType::UserCredentials);
    match verdict.kind {
        LoadingProblem::Rejected | LoadingProblem::NotInstalled | LoadingProblem::FileName => {
            let level = if matters { Level::Error } else { Level::Warning };
            finding.level(level).effect(Effect::NotInForce)
        }
        LoadingProblem::KeysDropped if means_oauth(integration) && loses_a_needed_key(integration, verdict) => {
            finding.level(Level::Error).effect(Effect::Broken)
        }
        LoadingProblem::KeysDropped | LoadingProblem::NotCovered => finding.level(Level::Warning),
        LoadingProblem::NotOnInstances => finding.level(Level::Warning).at_most(Confidence::Low),
        LoadingProblem::SdkOnly | LoadingProblem::OtherRunModes => {
            finding.level(Level::Note).effect(Effect::NotInForce)
        }
        LoadingProblem::EncodedName | LoadingProblem::Merged => finding.level(Level::Note),
    }
}

/// Fields that a token request requires.
const NEEDED: [FieldName; 5] =
    [FieldName::ClientId, FieldName::ClientSecret, FieldName::Scopes, FieldName::TokenEndpoint, FieldName::Grant];

fn loses_a_needed_key(integration: &Integration, verdict: &LoadingVerdict) -> bool {
    let is_needed = |key: &String| {
        integration.fields.iter().any(|field| {
            NEEDED.contains(&field.name) && field.state.is_filled() && field.property.eq_ignore_ascii_case(key)
        })
    };
    verdict.keys.iter().any(is_needed)
}
