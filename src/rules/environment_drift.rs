//! `environment-drift`.

use std::collections::HashMap;

use super::{Case, Finding, Phase, Rule, rule, words};
use crate::ims::applications::{ApplicationMember, applications};
use crate::ims::home::Home;
use crate::ims::model::Environment;
use crate::ims::{AuthType, Integration, IntegrationKind, Landscape, Model, disclosure};

rule! {
    /// ## What it does
    ///
    /// Reports an integration that uses OAuth Server-to-Server in one environment and a Service Account (JWT)
    /// credential in another: configurations with the same PID, or IMS configurations with the same `name`, in run-mode
    /// folders such as `config.author.dev` and `config.author.prod`. The JWT one is reported. Integrations of two
    /// instances (exports, folders given with `--instance`) are compared in the same way if they serve the same product
    /// and have the same PID, name or client id. Projects are not compared with each other.
    ///
    /// ## Why is this bad
    ///
    /// The integration was migrated and tested where it uses OAuth, and is broken where it uses JWT, typically in
    /// production. Nobody notices this in a test environment.
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// ```text
    /// config.author.dev/com.adobe.granite.auth.oauth.accesstoken.provider~acme.cfg.json    client_credentials, /ims/token/v3
    /// config.author.prod/com.adobe.granite.auth.oauth.accesstoken.provider~acme.cfg.json   /ims/exchange/jwt
    /// ```
    ///
    /// Fixed: both files use `client_credentials` and `/ims/token/v3`; only client id and secret differ between
    /// environments.
    ///
    /// ```text
    /// config.author/com.adobe.granite.auth.oauth.accesstoken.provider~acme.cfg.json        client_credentials, /ims/token/v3
    /// ```
    ///
    /// ## How to fix
    ///
    /// Migrate the configuration of the environment that was missed, as `jwt-credential` describes. Better still, keep
    /// one file for all environments and use `$[env:…]` and `$[secret:…]` for the values that differ (AEM as a Cloud
    /// Service), so that the authentication type cannot differ again. On AEM 6.5 and 6.5 LTS keep the run-mode folders,
    /// but let them differ in client id and organization only.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/implementing/deploying/configuring-osgi>
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/migration/>
    pub EnvironmentDrift {
        id: "environment-drift",
        level: Error,
        summary: "The integration uses OAuth in one environment and JWT in another",
        severity: "5.0",
        confidence: High,
        cwe: [1188],
        rank: Later,
    }
}

/// Maximum number of OAuth configurations that a finding names.
const MAX_TOLD: usize = 100;

/// Maximum number of instances that a message names.
const MAX_NAMED: usize = 5;
/// One more takes no more room than to say that there is one more.
const MOST_LISTED: usize = MAX_NAMED + 1;

impl Rule for EnvironmentDrift {
    fn compares(&self) -> Option<fn(&Landscape) -> Vec<Finding>> {
        Some(between_instances)
    }

    fn check(&self, model: &Model) -> Vec<Finding> {
        // Those in force in the same environments are grouped, and only some of a large group are reported.
        let mut migrated: HashMap<DriftKey<'_>, HashMap<&[Environment], Vec<usize>>> = HashMap::new();
        for case in of_auth(model, AuthType::OAuth) {
            for key in keys(case.integration) {
                let alike = migrated.entry(key).or_default().entry(&case.integration.environments).or_default();
                if alike.len() < MAX_TOLD {
                    alike.push(case.index);
                }
            }
        }
        let drifted = |case: Case<'_>| {
            let groups = keys(case.integration).into_iter().filter_map(|key| migrated.get(&key)).flatten();
            let elsewhere = groups.filter(|(environments, _)| differ(&case.integration.environments, environments));
            let mut others: Vec<usize> = elsewhere.flat_map(|(_, indexes)| indexes).copied().collect();
            others.sort_unstable();
            others.dedup();
            (!others.is_empty()).then(|| within_project(case, &others))
        };
        of_auth(model, AuthType::Jwt).filter_map(drifted).collect()
    }
}

/// What makes two configurations the same integration.
#[derive(PartialEq, Eq, Hash)]
enum DriftKey<'m> {
    /// The PID of a configuration.
    Pid(&'m str),
    /// The name that other components look an IMS configuration up by.
    Name(&'m str),
}

fn keys(integration: &Integration) -> Vec<DriftKey<'_>> {
    let name = integration.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let name = name.filter(|_| integration.kind == IntegrationKind::AccessTokenProvider).map(DriftKey::Name);
    integration.location.pid.as_deref().map(DriftKey::Pid).into_iter().chain(name).collect()
}

fn of_auth(model: &Model, auth: AuthType) -> impl Iterator<Item = Case<'_>> {
    Case::all(model).filter(move |case| case.integration.auth == auth && !case.integration.environments.is_empty())
}

/// Only if they are in force in different environments: two in one environment are a duplicate, not drift.
fn differ(one: &[Environment], other: &[Environment]) -> bool {
    !one.iter().any(|environment| other.contains(environment))
}

/// `here` and `elsewhere` are where it uses JWT and OAuth: " in prod".
fn finding(case: Case<'_>, here: &str, elsewhere: &str, step: &'static str) -> Finding {
    let message = format!(
        "{} still uses a Service Account (JWT) credential{here}, but OAuth Server-to-Server{elsewhere}.",
        case.subject(),
    );
    case.finding(&EnvironmentDrift::META, case.integration.location.clone(), message)
        .label("JWT here, OAuth elsewhere")
        .step(Phase::Files, step)
}

fn within_project(case: Case<'_>, migrated: &[usize]) -> Finding {
    let migrated: Vec<&Integration> = migrated.iter().map(|i| &case.model.integrations[*i]).collect();
    let mut oauth: Vec<_> = migrated.iter().flat_map(|other| other.environments.clone()).collect();
    oauth.sort();
    oauth.dedup();
    let step = "Migrate this environment's configuration too, as `jwt-credential` describes.";
    let finding = finding(case, &case.environments(), &words::environments(&oauth), step);
    let mut finding = finding.steps(Home::of(&case.integration.location, case.target()).has_cloud_manager.then_some((
        Phase::Files,
        "Or keep one file for all environments, with `$[env:NAME]` and `$[secret:NAME]` for the values that differ \
         (AEM as a Cloud Service).",
    )));
    for other in migrated.into_iter().take(MAX_TOLD) {
        let place = format!("OAuth{}", words::environments(&other.environments));
        finding = finding.related(place, &other.location);
    }
    finding
}

/// Integrations of one application that use OAuth on one instance and JWT on another. Projects are not compared: two
/// repositories are two applications.
fn between_instances(landscape: &Landscape) -> Vec<Finding> {
    let instance =
        |member: &&ApplicationMember| landscape.model(member.0).and_then(|model| model.system.instance()).is_some();
    if landscape.models().iter().filter(|model| model.system.instance().is_some()).count() < 2 {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for application in applications(landscape) {
        let of = |auth| {
            let members = application.iter().filter(instance);
            let own = move |member: &&ApplicationMember| {
                landscape.integration(member.0, member.1).is_some_and(|integration| integration.auth == auth)
            };
            members.filter(own).copied().collect::<Vec<ApplicationMember>>()
        };
        let (jwt, oauth) = (of(AuthType::Jwt), of(AuthType::OAuth));
        if !oauth.is_empty() {
            findings.extend(jwt.iter().filter_map(|member| on_instance(*member, &oauth, landscape)));
        }
    }
    findings
}

fn on_instance(
    (system, index): ApplicationMember,
    oauth: &[ApplicationMember],
    landscape: &Landscape,
) -> Option<Finding> {
    let model = landscape.model(system)?;
    let case = Case { index, integration: model.integrations.get(index)?, model };
    let name = |system: usize| landscape.model(system).map_or("", |model| model.system.name.as_str());
    let others: Vec<String> = oauth.iter().map(|(system, _)| quoted(name(*system))).collect();
    let (here, elsewhere) = (format!(" on {}", quoted(name(system))), format!(" on {}", listed(&others)));
    let step = "Migrate the configuration of this instance too, as `jwt-credential` describes.";
    let mut finding = finding(case, &here, &elsewhere, step);
    for (system, index) in oauth.iter().take(MAX_NAMED) {
        if let Some(other) = landscape.integration(*system, *index) {
            finding = finding.related(format!("OAuth on {}", quoted(name(*system))), &other.location);
        }
    }
    Some(Finding { system: Some(system), compared: true, ..finding })
}

/// The name of an instance, which is whatever its owner calls it.
fn quoted(name: &str) -> String {
    format!("`{}`", disclosure::name(name).replace('`', "'"))
}

/// `a`, `a and b`, or some of many: `a, b, c and 7 more`.
fn listed(names: &[String]) -> String {
    match names.len() {
        ..=MOST_LISTED => words::list(names),
        length => format!("{} and {} more", names[..MAX_NAMED].join(", "), length - MAX_NAMED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::FieldName;
    use crate::repository::{System, SystemKind};
    use crate::rules::testing::{PROVIDER, check, jwt_provider, model, oauth_provider};

    #[test]
    fn flagged_at_the_jwt_one() {
        let model = model(vec![oauth_provider("acme").on(&["dev", "stage"]), jwt_provider("acme").on(&["prod"])]);
        let findings = check(&EnvironmentDrift, &model);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].integration, Some(1));
        assert_eq!(
            findings[0].message,
            "Launch (Tags) IMS configuration `acme` still uses a Service Account (JWT) credential in prod, \
             but OAuth Server-to-Server in dev and stage."
        );
        assert_eq!(findings[0].related[0].message, "OAuth in dev and stage");
    }

    #[test]
    fn flagged_by_name_when_the_pids_differ() {
        let mut old = jwt_provider("acme").on(&["prod"]);
        old.location.pid = Some(format!("{PROVIDER}~4711").into());
        assert_eq!(check(&EnvironmentDrift, &model(vec![old, oauth_provider("acme").on(&["dev"])])).len(), 1);
    }

    fn landscape(instances: Vec<(&str, SystemKind, Integration)>) -> Landscape {
        let model = |(name, kind, integration): (&str, SystemKind, Integration)| {
            let system = System { name: name.to_owned(), kind, ..System::default() };
            Model { system, integrations: vec![integration], ..Model::default() }
        };
        Landscape::new(instances.into_iter().map(model).collect())
    }

    #[test]
    fn flagged_between_instances_by_pid_or_name() {
        use SystemKind::Instance;
        let mut renamed = jwt_provider("acme");
        renamed.location.pid = Some(format!("{PROVIDER}~4711").into());
        for jwt in [jwt_provider("acme"), renamed] {
            let landscape = landscape(vec![
                ("prod/author", Instance, jwt),
                ("dev/author", Instance, oauth_provider("acme")),
                ("stage/author", Instance, oauth_provider("acme")),
            ]);
            let findings = between_instances(&landscape);
            assert_eq!(findings.len(), 1);
            assert_eq!(
                findings[0].message,
                "Launch (Tags) IMS configuration `acme` still uses a Service Account (JWT) credential on `prod/author`, \
                 but OAuth Server-to-Server on `dev/author` and `stage/author`."
            );
            assert_eq!(findings[0].subject(&landscape).map(|jwt| jwt.auth), Some(AuthType::Jwt));
            assert_eq!(findings[0].related.len(), 2);
        }
    }

    #[test]
    fn clean_between_projects_and_other_applications() {
        use SystemKind::{Instance, Project};
        let pair = |kind, one: Integration, other: Integration| landscape(vec![("a", kind, one), ("b", kind, other)]);
        for landscape in [
            pair(Project, jwt_provider("acme"), oauth_provider("acme")),
            pair(
                Instance,
                jwt_provider("acme").with(FieldName::ClientId, "auth.token.provider.client.id", Some("0000other")),
                oauth_provider("other"),
            ),
            pair(Instance, jwt_provider("acme"), jwt_provider("acme")),
        ] {
            assert!(between_instances(&landscape).is_empty());
        }
    }

    #[test]
    fn clean_when_alike_elsewhere_named_or_in_one_environment() {
        let pairs = [
            [oauth_provider("acme").on(&["dev"]), oauth_provider("acme").on(&["prod"])],
            [jwt_provider("acme").on(&["dev"]), jwt_provider("acme").on(&["prod"])],
            [oauth_provider("other").on(&["dev"]), jwt_provider("acme").on(&["prod"])],
            [oauth_provider("acme").on(&["prod"]), jwt_provider("acme").on(&["prod"])],
            [oauth_provider("acme"), jwt_provider("acme")],
        ];
        for pair in pairs {
            assert!(check(&EnvironmentDrift, &model(pair.to_vec())).is_empty());
        }
    }
}
