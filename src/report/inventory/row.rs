//! One integration as shown to users.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::findings::Finding;
use crate::ims::model::TokenVerdict;
use crate::ims::{Environment, Integration};
use crate::report::Report;
use crate::report::totals::{self, Status};
use crate::rules::Step;

/// Number of users of an integration that a row names; the rest are counted.
const MAX_USERS: usize = 100;

/// One row of the inventory.
#[derive(Clone, Debug)]
pub(in crate::report) struct Row {
    pub product: &'static str,
    pub name: String,
    pub kind: String,
    pub status: Status,
    /// The environments in which it gets a token or does not, if they differ.
    pub verdicts: String,
    pub environments: String,
    pub environment_list: Vec<Environment>,
    pub place: String,
    pub referenced_by: Vec<String>,
    pub missing: Vec<String>,
    pub next_step: String,
    pub confidence: &'static str,
    pub system: String,
    /// The same, if there are several systems.
    pub shown_system: String,
}

impl Row {
    /// The cells in the order of [`super::COLUMNS`].
    pub(in crate::report) fn cells(&self) -> [String; super::COLUMNS.len()] {
        [
            self.product.to_owned(),
            self.name.clone(),
            self.kind.clone(),
            self.authentication(),
            self.environments.clone(),
            self.place.clone(),
            self.referenced_by.join(", "),
            self.missing.join(", "),
            self.next_step.clone(),
            self.confidence.to_owned(),
            self.system.clone(),
        ]
    }

    /// How it authenticates and, if it does not work everywhere, where it works.
    pub(in crate::report) fn authentication(&self) -> String {
        let label = self.status.label();
        if self.verdicts.is_empty() { label.to_owned() } else { format!("{label} ({})", self.verdicts) }
    }
}

/// All integrations: those that need work first, then by product and place.
pub(in crate::report) fn rows(report: &Report) -> Vec<Row> {
    let mut rows: Vec<Row> = in_order(report).collect();
    rows.sort_by(|a, b| (a.status, a.product, &a.name).cmp(&(b.status, b.product, &b.name)));
    rows
}

/// All integrations, in the order of the model.
pub(super) fn in_order(report: &Report) -> impl Iterator<Item = Row> {
    let steps = first_steps(report);
    report.landscape.integrations().zip(steps).map(|(integration, step)| row(report, integration, step))
}

/// For each integration of the model, the first step of its most severe finding.
fn first_steps(report: &Report) -> Vec<Option<Cow<'_, str>>> {
    // Of equal findings the first is used, not the last.
    let weight = |f: &Finding| (f.level, f.rule.rank);
    let models = report.landscape.models().iter();
    let mut gravest: Vec<Vec<Option<&Finding>>> = models.map(|model| vec![None; model.integrations.len()]).collect();
    for finding in report.findings.iter().filter(|f| f.suppressed.is_none() && !f.steps.is_empty()) {
        let (Some(system), Some(index)) = (finding.system, finding.integration) else { continue };
        let Some(known) = gravest.get_mut(system).and_then(|own| own.get_mut(index)) else { continue };
        if known.is_none_or(|known| weight(finding) > weight(known)) {
            *known = Some(finding);
        }
    }
    gravest.iter().flatten().map(|finding| finding.and_then(|f| f.steps.first()).map(Step::line)).collect()
}

fn row(report: &Report, integration: &Integration, first_step: Option<Cow<'_, str>>) -> Row {
    let status = Status::of(integration);
    let system = report.system_of(integration).map(|system| system.name.clone()).unwrap_or_default();
    let more = integration.referenced_by.len().checked_sub(MAX_USERS).filter(|more| *more > 0);
    let more = more.map(|more| format!("{more} more"));
    let user = |&user: &usize| report.landscape.integration(integration.system, user).map(describe);
    Row {
        product: integration.product.map_or("", |product| product.name()),
        name: integration.name.clone().unwrap_or_default(),
        kind: integration.kind.id().to_owned(),
        status,
        verdicts: differing_verdicts(integration),
        environments: environments(&integration.environments),
        environment_list: integration.environments.clone(),
        place: format!("{}:{}", integration.location.path(), integration.location.start.line),
        referenced_by: integration.referenced_by.iter().take(MAX_USERS).filter_map(user).chain(more).collect(),
        missing: totals::missing(integration),
        next_step: first_step.map_or_else(|| next_step(report, integration, status), Cow::into_owned),
        confidence: integration.confidence.id(),
        shown_system: if report.landscape.inhabited().nth(1).is_some() { system.clone() } else { String::new() },
        system,
    }
}

/// The short name of another integration.
fn describe(integration: &Integration) -> String {
    let name = integration.name.as_deref().or(integration.location.jcr_path.as_deref());
    match (integration.product, name) {
        (Some(product), Some(name)) => format!("{} `{name}`", product.name()),
        (Some(product), None) => product.name().to_owned(),
        (None, Some(name)) => format!("{} `{name}`", integration.kind.id()),
        (None, None) => integration.id.clone(),
    }
}

/// The next step for an integration without a finding that has steps, from its status.
fn next_step(report: &Report, integration: &Integration, status: Status) -> String {
    if let Some(reason) = &integration.auto_provisioned {
        return format!("Leave it to Adobe: {reason}.");
    }
    match status {
        Status::Jwt => "Replace the credential with an OAuth Server-to-Server one.".to_owned(),
        Status::OAuthBroken | Status::NotInForce => "Fix the reported findings.".to_owned(),
        Status::OAuthIncomplete => "Add the missing values.".to_owned(),
        Status::UserCredentials => "Replace the sign-in with an IMS configuration.".to_owned(),
        Status::OAuthComplete => String::new(),
        Status::ByReference => by_reference(report, integration),
        Status::Unknown => "Check in AEM how it authenticates.".to_owned(),
    }
}

fn by_reference(report: &Report, integration: &Integration) -> String {
    let mut named = integration.references.iter().flat_map(|r| &r.resolved);
    let named = named.find_map(|&index| report.landscape.integration(integration.system, index));
    match (named, integration.references.first()) {
        (Some(named), _) => format!("Nothing here: it depends on {} ({}).", describe(named), Status::of(named).label()),
        (None, Some(reference)) => format!("Check the IMS configuration `{}` in AEM.", reference.target),
        (None, None) => String::new(),
    }
}

/// `works in author: dev; broken in author: prod`; empty if all environments have the same verdict.
pub(super) fn differing_verdicts(integration: &Integration) -> String {
    let mut groups: BTreeMap<TokenVerdict, Vec<Environment>> = BTreeMap::new();
    for outcome in &integration.outcomes {
        groups.entry(outcome.verdict).or_default().extend(outcome.environment.clone());
    }
    if groups.len() < 2 {
        return String::new();
    }
    let group = |(verdict, places): (TokenVerdict, Vec<Environment>)| {
        format!("{} in {}", verdict.label(), environments(&places))
    };
    groups.into_iter().map(group).collect::<Vec<_>>().join("; ")
}

/// `author: dev, prod; publish: prod`. Services with the same stages share them: `author, publish: prod`.
pub(in crate::report) fn environments(environments: &[Environment]) -> String {
    let mut stages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for environment in environments {
        stages.entry(environment.service).or_default().push(&environment.stage);
    }
    let mut groups: Vec<(Vec<&str>, Vec<&str>)> = Vec::new();
    for (service, stages) in stages {
        match groups.iter_mut().find(|(_, known)| *known == stages) {
            Some((services, _)) => services.push(service),
            None => groups.push((vec![service], stages)),
        }
    }
    let groups = groups.iter().map(|(services, stages)| match (services.join(", "), stages.join(", ")) {
        (services, stages) if services.is_empty() || stages.is_empty() => services + &stages,
        (services, stages) => format!("{services}: {stages}"),
    });
    groups.collect::<Vec<_>>().join("; ")
}
