//! The steps of a migration, in the order of the work.
//!
//! Source of the steps in the Adobe Developer Console: "Migrating from Service Account (JWT) credential to OAuth
//! Server-to-Server credential" and "OAuth Server-to-Server credential implementation guide".

use std::collections::BTreeSet;

use super::changes::{Changes, ConfigurationChange, Needs};
use super::{Course, Subject, proof};
use crate::ims::catalog::KEY_STORE_OWNERS;
use crate::ims::home::ScopeForm;
use crate::ims::model::LoadingProblem;
use crate::ims::scopes::KnownScopes;
use crate::ims::target::Target;
use crate::ims::{AuthType, FieldName, FieldState, Integration, IntegrationKind, Variable, disclosure};
use crate::rules::steps as rule_steps;
use crate::rules::verdict;
use crate::rules::words::{self, code};
use crate::rules::{Detail, Effect, Finding, Phase, SettledBy, Step};

/// The steps for an integration, in the order of the work.
pub(super) fn of(subject: &Subject<'_>, course: Course, changes: &Changes) -> Vec<Step> {
    let mut steps = match course {
        Course::LeaveAlone => leave_alone(subject),
        Course::Delete => delete(subject),
        Course::Replace => by_rule(subject),
        Course::ByHand if changes.is_empty() => by_rule(subject),
        Course::Edit | Course::ByHand => migration(subject, changes),
    };
    let asks = matches!(course, Course::Edit | Course::ByHand | Course::Replace);
    let asks = asks && !subject.is_superseded() && proof::is_possible(subject.integration);
    if asks && verdict::uses_server_to_server(subject.integration) {
        steps.extend(proof::of(subject.integration, changes));
    }
    steps.sort_by_key(|step| step.phase);
    steps
}

fn leave_alone(subject: &Subject<'_>) -> Vec<Step> {
    let Some(reason) = &subject.integration.auto_provisioned else {
        return by_rule(subject).into_iter().filter(|step| step.phase == Phase::Nothing).collect();
    };
    let text = format!("Adobe migrates what it has provisioned itself; it must not be migrated by hand: {reason}.");
    std::iter::once(Step::new(Phase::Nothing, text)).chain(rule_steps::of_adobe().into_iter().skip(1)).collect()
}

fn delete(subject: &Subject<'_>) -> Vec<Step> {
    let other = subject.replacement.map(|other| words::place(other.integration)).unwrap_or_default();
    let path = words::path(subject.integration.location.path());
    let text = format!("Delete {path}: {other} has the same name and already uses OAuth Server-to-Server.");
    let mut steps = vec![Step::new(Phase::Files, text)];
    steps.extend(afterwards(subject.integration));
    steps
}

/// The steps of the rule, for kinds whose files are not documented.
fn by_rule(subject: &Subject<'_>) -> Vec<Step> {
    told(subject.findings.iter().copied())
}

/// The steps of these findings. For each rule only those of the first finding, unless each reports a different missing
/// value.
fn told<'f>(findings: impl Iterator<Item = &'f Finding>) -> Vec<Step> {
    let mut rules = BTreeSet::new();
    let speaks = |finding: &&Finding| rules.insert(finding.rule.id) || finding.rule.effect == Effect::Incomplete;
    let mut steps: Vec<Step> = findings.filter(speaks).flat_map(|finding| finding.steps.clone()).collect();
    for step in &mut steps {
        step.text = words::sentence(&step.text).into();
    }
    steps
}

fn migration(subject: &Subject<'_>, changes: &Changes) -> Vec<Step> {
    let (integration, target) = (subject.integration, subject.model.target.target);
    let mut steps = developer_console(integration, changes);
    if integration.auth == AuthType::Jwt && integration.kind == IntegrationKind::AccessTokenProvider {
        steps.extend(rule_steps::aem_support(target));
    }
    steps.extend(variables(integration, changes, target));
    steps.extend(files(integration, changes));
    // Rules provide the steps for what edits cannot fix; the edits add missing values.
    let is_unsettled =
        |finding: &&Finding| finding.rule.settled_by == SettledBy::Nothing && finding.rule.effect != Effect::Incomplete;
    let unsettled = subject.findings.iter().copied().filter(is_unsettled);
    steps.extend(told(unsettled));
    steps.extend(afterwards(integration));
    steps
}

fn developer_console(integration: &Integration, changes: &Changes) -> Vec<Step> {
    let mut steps = Vec::new();
    let client = integration.value(FieldName::ClientId).map(|id| format!(" of client id {}", code(id)));
    let mut project = format!("the project{}", client.unwrap_or_default());
    if integration.auth == AuthType::Jwt {
        steps.push(format!(
            "Open {project}. Adobe converted its Service Account (JWT) credential to an OAuth Server-to-Server one on \
             2026-03-01 at the latest. If it did not, add one on the migration card of the JWT credential. Client id, \
             technical account, scopes and product profiles stay the same."
        ));
        project = "that project".to_owned();
    }
    let waits = |name: FieldName| changes.edits().any(|e| e.field == name && matches!(e.needs, Needs::Value(_)));
    let sets = |name: FieldName| changes.edits().any(|e| e.field == name && e.new.is_some());
    if waits(FieldName::Scopes) {
        let known = rule_steps::known_scopes(integration, ScopeForm::Commas);
        steps.push(format!("Take the scopes from the OAuth Server-to-Server credential of {project}{known}."));
    } else if sets(FieldName::Scopes) {
        let origin = KnownScopes::of(integration).origin();
        steps.push(format!(
            "Compare the scopes of the OAuth Server-to-Server credential with those below, which are for {origin}."
        ));
    }
    if waits(FieldName::ClientId) || waits(FieldName::OrgId) || waits(FieldName::Claims) {
        steps.push(format!("Take client id and organization id (`…@AdobeOrg`) from {project}."));
    }
    if integration.auth == AuthType::Jwt || sets(FieldName::ClientSecret) || changes.added.is_some() {
        steps.push(
            "Get a client secret of the credential. A credential can have two, so that the old one works until \
             everything uses the new one. While a migration is pending, you cannot add one."
                .to_owned(),
        );
    }
    steps.into_iter().map(|text| Step::new(Phase::DeveloperConsole, text)).collect()
}

/// What to set in Cloud Manager, by variable.
fn variables(integration: &Integration, changes: &Changes, target: Target) -> Vec<Step> {
    if !matches!(target, Target::CloudService | Target::Unknown) {
        return Vec::new();
    }
    let environments = words::environments(&integration.environments);
    let text = |variable: &Variable| {
        let (kind, what) =
            (if variable.secret { "secret" } else { "environment variable" }, held(integration, variable));
        format!("{} {}: {what}{environments}.", words::sentence(kind), code(variable.shown()))
    };
    changes.variables(integration).iter().map(|variable| Step::new(Phase::CloudManager, text(variable))).collect()
}

/// What a variable contains.
fn held(integration: &Integration, variable: &Variable) -> String {
    let fields: Vec<FieldName> =
        integration.fields.iter().filter(|field| field.variables.contains(variable)).map(|field| field.name).collect();
    if fields.is_empty() || fields.contains(&FieldName::ClientSecret) {
        return "the client secret of the OAuth Server-to-Server credential".to_owned();
    }
    let mut names: Vec<String> = fields.into_iter().map(|name| format!("the {}", words::field(name))).collect();
    names.dedup();
    words::list(&names)
}

fn files(integration: &Integration, changes: &Changes) -> Vec<Step> {
    let mut steps: Vec<Step> = changes.configurations.iter().flat_map(file).collect();
    if let Some(new) = &changes.added {
        let beside = words::path(new.beside.path());
        let text = format!("Add {} next to {beside}:", words::path(&new.file_name));
        let details = new.properties.iter().map(|(name, value)| Detail {
            property: (*name).to_owned(),
            old: None,
            new: Some(disclosure::value(name, value).into_owned()),
        });
        steps.push(Step::new(Phase::Files, text).with_details(details));
    }
    // What stops AEM from reading a file has to be fixed first; a wrong name is part of the changes.
    let of_partners = integration.partners.iter().flat_map(|partner| &partner.verdicts);
    let mut kinds = BTreeSet::from([LoadingProblem::FileName]);
    let verdicts = integration.verdicts.iter().chain(of_partners).filter(|verdict| kinds.insert(verdict.kind));
    let obstacles: Vec<Step> = verdicts
        .map(|verdict| {
            let path = words::path(verdict.location.path());
            Step::new(Phase::Files, format!("{path}: {}.", verdict.message.trim_end_matches('.')))
        })
        .collect();
    steps.splice(0..0, obstacles);
    steps.extend(changes.by_hand.iter().map(|text| Step::new(Phase::Files, text.clone())));
    steps.extend(
        super::files::obstacle(&integration.location).map(|obstacle| Step::new(Phase::Files, format!("{obstacle}."))),
    );
    steps
}

fn file(configuration: &ConfigurationChange) -> Vec<Step> {
    let mut steps = Vec::new();
    let path = words::path(configuration.location.path());
    if !configuration.edits.is_empty() {
        let details = configuration.edits.iter().map(|edit| Detail {
            property: edit.property().to_owned(),
            old: edit.old.clone(),
            new: edit.new.clone(),
        });
        steps.push(Step::new(Phase::Files, format!("Change {path}:")).with_details(details));
    }
    if let Some(name) = &configuration.rename {
        let text = format!(
            "Rename {path} to {}; AEM does not read the current name as a factory configuration.",
            words::path(name)
        );
        steps.push(Step::new(Phase::Files, text));
    }
    steps
}

/// What to delete once the new credential works.
fn afterwards(integration: &Integration) -> Vec<Step> {
    let mut steps = Vec::new();
    if let Some(alias) = integration.field(FieldName::KeyPairAlias).filter(|field| field.state.is_filled()) {
        let owner =
            integration.product.and_then(|product| KEY_STORE_OWNERS.iter().find(|(_, owned)| *owned == product));
        let owner = owner.map_or_else(|| "its service user".to_owned(), |(name, _)| code(name));
        let pair = alias
            .value
            .as_deref()
            .map_or_else(|| "its key pair".to_owned(), |name| format!("the key pair {}", code(name)));
        steps.push(format!("AEM: remove {pair} from the key store of {owner}."));
    }
    let key = integration.state(FieldName::PrivateKey);
    if key.is_filled() {
        let in_clear = key == FieldState::Present;
        let history = if in_clear { ", and from the history of the repository" } else { "" };
        steps.push(format!("Delete the private key wherever it is stored{history}."));
    }
    if integration.auth == AuthType::Jwt {
        steps.push(
            "Adobe Developer Console: delete the Service Account (JWT) credential, if it still exists, once nothing \
             has used it for 24 hours. This cannot be undone."
                .to_owned(),
        );
    }
    steps.into_iter().map(|text| Step::new(Phase::Afterwards, text)).collect()
}
