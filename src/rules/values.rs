//! Every value of a model, for each holder and each place where it is in force.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Case, Finding, Level, Meta, words};
use crate::ims::home::Home;
use crate::ims::model::Scope;
use crate::ims::{Environment, Field, FieldName, Integration, Location, Model};

/// A field with a value.
pub(super) struct Value<'m> {
    /// The field.
    pub field: &'m Field,
    /// Its location.
    pub location: &'m Location,
    /// What it belongs to.
    pub holder: ValueHolder<'m>,
    /// The model.
    pub model: &'m Model,
    /// Where it is in force, for a value in a different file than the rest.
    scope: Option<&'m Scope>,
}

/// What a value belongs to.
#[derive(Clone, Copy)]
pub(super) enum ValueHolder<'m> {
    /// An integration.
    Integration(Case<'m>),
    /// A node that is not an integration, with what it is.
    Other(&'m str),
}

/// The fields of an integration, including those of every configuration that contains its secret. Each has the place
/// where it is in force, if that differs from the integration's.
pub(super) fn fields(integration: &Integration) -> impl Iterator<Item = (&Field, Option<&Scope>)> {
    let first = integration.partners.first();
    let scope = move |field: &Field| first.filter(|_| field.name == FieldName::ClientSecret).map(|one| &one.scope);
    let own = integration.fields.iter().map(move |field| (field, scope(field)));
    own.chain(integration.partners.iter().skip(1).map(|partner| (&partner.secret, Some(&partner.scope))))
}

/// The environments of `integration` to which something with this scope applies; `None` if there are none.
pub(super) fn environments(integration: &Integration, scope: Option<&Scope>) -> Option<Vec<Environment>> {
    let all = &integration.environments;
    let here: Vec<_> = all.iter().filter(|one| scope.is_none_or(|scope| scope.contains(one))).cloned().collect();
    (all.is_empty() || !here.is_empty()).then_some(here)
}

/// Every value of `model`.
pub(super) fn every<'m>(model: &'m Model) -> impl Iterator<Item = Value<'m>> {
    let of_integrations = Case::all(model).flat_map(|case| {
        fields(case.integration).map(move |(field, scope)| (field, ValueHolder::Integration(case), scope))
    });
    let others = model.secrets.iter().map(|secret| (&secret.field, ValueHolder::Other(&secret.holder), None));
    let value = move |(field, holder, scope): (&'m Field, _, _)| {
        Some(Value { field, location: field.location.as_deref()?, holder, model, scope })
    };
    of_integrations.chain(others).filter_map(value)
}

/// The values of `model`, each once for an integration, even if several of its fields are in one property.
pub(super) fn all<'m>(model: &'m Model) -> Vec<Value<'m>> {
    let mut seen = HashSet::new();
    let is_new = |value: &Value<'m>| {
        let (field, location) = (value.field, value.location);
        let line = (location.path(), location.pid.as_deref(), location.jcr_path.as_deref(), &*field.property);
        seen.insert((value.case().map(|case| case.index), line))
    };
    every(model).filter(is_new).collect()
}

impl<'m> Value<'m> {
    /// The integration that it belongs to.
    pub fn case(&self) -> Option<Case<'m>> {
        match self.holder {
            ValueHolder::Integration(case) => Some(case),
            ValueHolder::Other(_) => None,
        }
    }

    /// "Launch (Tags) IMS configuration `acme`"
    pub fn holder(&self) -> String {
        match self.holder {
            ValueHolder::Integration(case) => words::subject(case.integration),
            ValueHolder::Other(holder) => words::code(holder),
        }
    }

    /// Where it is stored.
    pub fn home(&self) -> Home {
        Home::of(self.location, self.model.target.target)
    }

    /// As [`Self::holder`], at the beginning of a sentence.
    pub fn subject(&self) -> String {
        words::sentence(&self.holder())
    }

    /// A finding of `rule` about it.
    pub fn finding(&self, rule: &'static Meta, message: String) -> Finding {
        let finding = Finding::new(rule, self.location.clone(), message);
        let Some(Case { index, integration, .. }) = self.case() else { return finding };
        let finding = finding.about(index, integration);
        match environments(integration, self.scope) {
            Some(environments) => finding.within(environments),
            None => finding,
        }
    }
}

/// The findings, with those merged that say the same about one place, such as a secret that several integrations share.
/// The first one is kept and refers to all of them.
pub(super) fn folded(findings: impl IntoIterator<Item = Finding>) -> Vec<Finding> {
    type FindingPlace = (String, u64, Option<Arc<str>>, Level);
    let mut places: HashMap<FindingPlace, usize> = HashMap::new();
    let mut folded: Vec<Finding> = Vec::new();
    for finding in findings {
        let location = &finding.location;
        let place: FindingPlace =
            (location.path().to_string(), location.start.offset, location.property.clone(), finding.level);
        match places.get(&place) {
            Some(&kept) => {
                let kept = &mut folded[kept];
                kept.shared.extend(finding.integration);
                // A finding for everywhere covers the environments of the other.
                if finding.environments.is_empty() || kept.environments.is_empty() {
                    kept.environments.clear();
                } else {
                    kept.environments.extend(finding.environments);
                    kept.environments.sort();
                    kept.environments.dedup();
                }
            }
            None => {
                places.insert(place, folded.len());
                folded.push(finding);
            }
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::model::Partner;
    use crate::rules::plaintext_secret::PlaintextSecret;
    use crate::rules::testing::{location, model, oauth_provider};

    fn with_partners(scopes: &[Scope]) -> Integration {
        let mut one = oauth_provider("acme").on(&["dev", "prod"]);
        let secret = one.field(FieldName::ClientSecret).unwrap().clone();
        let partner = |(index, scope): (usize, &Scope)| {
            let place = location(&format!("{index}/partner.cfg.json"), Some("auth.ims.client.secret"));
            let secret = Field { location: Some(Box::new(place.clone())), ..secret.clone() };
            let (verdicts, contests) = (Vec::new(), Vec::new());
            Partner { location: place, secret, scope: scope.clone(), verdicts, contests }
        };
        one.partners = scopes.iter().enumerate().map(partner).collect();
        one
    }

    fn author(stage: &str) -> Environment {
        Environment { service: "author", stage: stage.to_owned() }
    }

    #[test]
    fn every_secret_is_given_with_where_it_is_in_force() {
        let one = with_partners(&[Scope::In(vec![author("dev")]), Scope::In(vec![author("prod")])]);
        let secrets: Vec<_> = fields(&one).filter(|(field, _)| field.name == FieldName::ClientSecret).collect();
        let here: Vec<_> = secrets.iter().map(|(_, scope)| environments(&one, *scope).unwrap()).collect();
        assert_eq!(here, [[author("dev")], [author("prod")]]);
        assert_eq!(environments(&one, Some(&Scope::In(vec![author("rde")]))), None);
        assert_eq!(environments(&one, Some(&Scope::Everywhere)).unwrap().len(), 4);
        let two = model(vec![one]);
        assert_eq!(all(&two).iter().filter(|value| value.field.name == FieldName::ClientSecret).count(), 2);
    }

    #[test]
    fn one_place_is_one_finding_about_all_who_share_it() {
        let finding = |index, stage| {
            let one = oauth_provider("acme").on(&[stage]);
            Finding::new(&PlaintextSecret::META, location("partner.cfg.json", Some("x")), "").about(index, &one)
        };
        let findings = folded([finding(1, "dev"), finding(2, "prod")]);
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].integration, findings[0].shared.as_slice()), (Some(1), [2].as_slice()));
        assert_eq!(findings[0].environments.len(), 4);
    }
}
