//! Phrases that the messages of all rules share.

use std::collections::BTreeMap;

use crate::ims::catalog::Product;
use crate::ims::{Environment, Field, FieldName, Integration, IntegrationKind, Location, Model};

/// Maximum length of a name in a message, in characters.
const LONGEST: usize = 160;
/// The environments that every edition has. A configuration in force in all of them is also in force in a rapid
/// development environment, unless that has its own.
const STAGES: [&str; 3] = ["dev", "prod", "stage"];
const EVERYWHERE: &str = "in every environment";
/// Number of users of an integration that a message names; the rest are counted.
const NAMED_USERS: usize = 1;

/// `text` as a Markdown code span. It cannot end the span or break the line, and its length is limited.
pub(crate) fn code(text: &str) -> String {
    let mut shown: String =
        text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().replace('`', "'");
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// A path as a Markdown code span, in full so that it can be copied.
pub(crate) fn path(path: impl std::fmt::Display) -> String {
    let shown: String = path.to_string().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("`{}`", shown.replace('`', "'"))
}

/// Where a file is, as a code span: its path below the repository's root, which is the same in a source tree and in the
/// packages built from it, or else its full path.
pub(crate) fn site(location: &Location) -> String {
    match &location.file.context.repository_path {
        Some(below) => path(format!("/{below}")),
        None => path(location.path()),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

/// The usual name for this kind of configuration.
pub(crate) fn kind(integration: &Integration) -> &str {
    match &integration.kind {
        IntegrationKind::AccessTokenProvider => "IMS configuration",
        IntegrationKind::AcsCommonsAdobeIo => "ACS AEM Commons Adobe I/O configuration",
        IntegrationKind::AioWorkspace => "I/O Events workspace",
        IntegrationKind::Stock => "Stock configuration",
        IntegrationKind::SmartTags => "Smart Tags cloud service",
        IntegrationKind::Launch
        | IntegrationKind::Target
        | IntegrationKind::Analytics
        | IntegrationKind::BrandPortal
        | IntegrationKind::DynamicMedia => "cloud configuration",
        IntegrationKind::ServiceCredentials => "service credentials file",
        IntegrationKind::DeveloperConsoleProject => "Developer Console workspace",
        IntegrationKind::AioContext => "`aio` IMS context",
        IntegrationKind::Guides => "AEM Guides configuration",
        IntegrationKind::CredentialFile => "credential",
        IntegrationKind::WorkflowStep => "workflow step",
        IntegrationKind::ReplicationAgent => "replication agent",
        IntegrationKind::ContentSyncHost => "Content Sync host",
        IntegrationKind::Generic => "IMS client configuration",
        IntegrationKind::Declared(name) => name,
    }
}

/// The integration as the subject of a sentence: "Launch (Tags) IMS configuration `acme`".
pub(crate) fn subject(integration: &Integration) -> String {
    let kind = kind(integration);
    let product = integration.product.map(Product::name).filter(|p| *p != "other");
    // A product that the kind already contains is not repeated.
    let product = product.filter(|p| !kind.contains(p.split(" (").next().unwrap_or(p)));
    let mut words = product.map_or_else(|| kind.to_owned(), |product| format!("{product} {kind}"));
    // Neither is a name that only repeats the kind.
    if let Some(name) = identity(integration).filter(|name| !kind.starts_with(*name)) {
        words = format!("{words} {}", code(name));
    }
    words
}

/// The name to find it by: its own, or else the PID, or else the JCR path.
fn identity(integration: &Integration) -> Option<&str> {
    let name = integration.name.as_deref().filter(|name| !name.trim().is_empty());
    name.or(integration.location.pid.as_deref()).or(integration.location.jcr_path.as_deref())
}

/// Where to find a configuration that refers to another: its JCR path, or else its PID, or else its file.
pub(crate) fn place(integration: &Integration) -> String {
    let location = &integration.location;
    let known = location.jcr_path.as_deref().or(location.pid.as_deref());
    code(known.unwrap_or_else(|| location.path().file_name()))
}

/// " on author in prod", " in every environment", or nothing without information on run modes; begins with a space.
pub(crate) fn environments(environments: &[Environment]) -> String {
    let mut services: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for environment in environments {
        services.entry(environment.service).or_default().push(environment.stage.clone());
    }
    let mut stages: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    for (service, mut of_service) in services {
        of_service.sort();
        match stages.iter_mut().find(|(known, _)| *known == of_service) {
            Some((_, names)) => names.push(service.to_owned()),
            None => stages.push((of_service, vec![service.to_owned()])),
        }
    }
    let phrases: Vec<String> = stages.iter().map(|(stages, services)| phrase(stages, services)).collect();
    if phrases.is_empty() { String::new() } else { format!(" {}", list(&phrases)) }
}

/// The same, but empty instead of "in every environment", for negative sentences.
pub(crate) fn environments_if_some(environments: &[Environment]) -> String {
    let phrase = self::environments(environments);
    if phrase == format!(" {EVERYWHERE}") { String::new() } else { phrase }
}

fn phrase(stages: &[String], services: &[String]) -> String {
    // One of the two may be unknown for an instance.
    let known = |names: &[String]| names.iter().filter(|name| !name.is_empty()).cloned().collect::<Vec<_>>();
    match (known(stages).as_slice(), known(services).as_slice()) {
        ([], services) => return format!("on {}", list(services)),
        (stages, []) => return format!("in {}", list(stages)),
        _ => {}
    }
    let everywhere = STAGES.iter().all(|stage| stages.iter().any(|s| s == stage));
    match (everywhere, services.len() > 1) {
        (true, true) => EVERYWHERE.to_owned(),
        (true, false) => format!("on {}", list(services)),
        (false, true) => format!("in {}", list(stages)),
        (false, false) => format!("on {} in {}", list(services), list(stages)),
    }
}

/// ", used by Launch (Tags) cloud configuration `/conf/…` and 2 more", or nothing.
pub(crate) fn used_by(integration: &Integration, model: &Model) -> String {
    let users: Vec<&Integration> =
        integration.referenced_by.iter().filter_map(|i| model.integrations.get(*i)).collect();
    if users.is_empty() {
        return String::new();
    }
    let mut names: Vec<String> = users.iter().take(NAMED_USERS).map(|user| user_name(user)).collect();
    if users.len() > NAMED_USERS {
        names.push(format!("{} more", users.len() - NAMED_USERS));
    }
    format!(", used by {}", list(&names))
}

/// "Launch (Tags) cloud configuration `/conf/acme/…`".
pub(crate) fn user_name(user: &Integration) -> String {
    let kind = kind(user);
    let product = user.product.map(Product::name).filter(|p| !kind.contains(p));
    let what = product.map_or_else(|| kind.to_owned(), |product| format!("{product} {kind}"));
    format!("{what} {}", place(user))
}

/// "client secret", "private key", …: the usual name of a field.
pub(crate) fn field(name: FieldName) -> &'static str {
    match name {
        FieldName::ClientId => "client id",
        FieldName::ClientSecret => "client secret",
        FieldName::Scopes => "scopes",
        FieldName::OrgId => "organization id",
        FieldName::TokenEndpoint => "token endpoint",
        FieldName::Grant => "grant type",
        FieldName::Claims => "JWT claims",
        FieldName::Issuer => "`iss` claim",
        FieldName::Metascopes => "metascopes",
        FieldName::KeyPairAlias => "key pair alias",
        FieldName::PrivateKey => "private key",
        FieldName::TechnicalAccount => "technical account",
        FieldName::AuthType => "authentication type",
        FieldName::UserName => "user name",
        FieldName::Password => "password",
        FieldName::RelaxedTls => "relaxed TLS switch",
        FieldName::TokenValidator => "token validator",
    }
}

/// The property of a field as code.
pub(crate) fn property(field: &Field) -> String {
    code(&field.property)
}

/// `text` with its first letter in upper case.
pub(crate) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::AuthType;
    use crate::rules::testing::{integration, model, oauth_provider};

    fn environment(service: &'static str, stage: &str) -> Environment {
        Environment { service, stage: stage.to_owned() }
    }

    #[test]
    fn environments_are_summed_up() {
        let all: Vec<Environment> =
            ["author", "publish"].iter().flat_map(|s| STAGES.iter().map(|t| environment(s, t))).collect();
        assert_eq!(environments(&all), " in every environment");
        assert_eq!(environments(&all[..3]), " on author");
        assert_eq!(environments(&[environment("author", "prod"), environment("publish", "prod")]), " in prod");
        assert_eq!(
            environments(&[environment("publish", "stage"), environment("publish", "dev")]),
            " on publish in dev and stage"
        );
        assert_eq!(
            environments(&[environment("author", "dev"), environment("publish", "prod")]),
            " on author in dev and on publish in prod"
        );
        assert_eq!(environments(&[]), "");
        assert_eq!(environments_if_some(&all), "");
        assert_eq!(environments_if_some(&all[..3]), " on author");
    }

    #[test]
    fn code_spans_cannot_be_left() {
        assert_eq!(code("a`b\n\u{1b}[31m"), "`a'b  [31m`");
        assert_eq!(code(&"x".repeat(200)).chars().count(), LONGEST + 3);
    }

    #[test]
    fn paths_are_shown_whole() {
        let long = "x".repeat(200);
        assert_eq!(path(format!("a`b\n{long}")), format!("`a'b {long}`"));
    }

    #[test]
    fn one_user_is_named_and_the_rest_counted() {
        let mut provider = oauth_provider("acme");
        let user = |file: &str| integration(IntegrationKind::Launch, AuthType::Unknown, file);
        let model = model(vec![user("a.xml"), user("b.xml"), user("c.xml")]);
        assert_eq!(used_by(&provider, &model), "");
        provider.referenced_by = vec![0];
        assert_eq!(used_by(&provider, &model), ", used by cloud configuration `a.xml`");
        provider.referenced_by = vec![0, 1, 2];
        assert_eq!(used_by(&provider, &model), ", used by cloud configuration `a.xml` and 2 more");
    }
}
