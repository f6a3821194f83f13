//! Agents that get their token from an access token provider.
//!
//! `AgentConfig.ACCESS_TOKEN_PROVIDER_NAME` (and the deprecated `…_PID`) name it. Their literal values are not
//! published, so any spelling is accepted. Distribution agents use an OSGi target filter (metatype).

use super::{AuthType, Confidence, Draft, Extract, IntegrationKind, Literal, Lures, Property, Recogniser, Subject};
use crate::ims::catalog::{pid, squeeze};

const PLACE: &str = "/etc/replication/";

/// Replication and distribution.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "replication",
    words: "Replication and distribution agents that use an access token provider",
    lures: Lures::Literals(&[
        Literal::new("accesstokenprovider"),
        Literal::new("access.token.provider"),
        Literal::new("access_token_provider"),
        Literal::new("access-token-provider"),
        Literal::new("accesstoken.provider"),
        Literal::new("accesstokendistribution"),
    ]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    if subject.configures(pid::DISTRIBUTION_SECRET).is_some() {
        return distribution(subject, found);
    }
    let agent = subject.node.path.starts_with(PLACE)
        || subject.resource_type().is_some_and(|t| t.starts_with("cq/replication/components/"));
    if !agent || !subject.is_content() || subject.is_interface() || subject.node.path.starts_with("/libs/") {
        return false;
    }
    let names = |name: &str| squeeze(name).contains("accesstokenprovider");
    let Some(property) = subject.node.properties.iter().find(|p| names(&p.name)) else { return false };
    let name = property.name.as_str();
    Draft::new(subject, IntegrationKind::ReplicationAgent)
        .auth(AuthType::Unknown, Confidence::Medium)
        .name(subject.page_path().rsplit('/').next())
        .reference(&[name])
        .shown_by(AuthType::Unknown, name, "names the access token provider")
        .add_to(found);
    true
}

fn distribution(subject: Subject<'_>, found: &mut Extract) -> bool {
    const TARGET: &str = "accessTokenProvider.target";
    let draft = Draft::new(subject, IntegrationKind::ReplicationAgent)
        .auth(AuthType::Unknown, Confidence::Medium)
        .name(subject.text("name"))
        .shown_by(AuthType::Unknown, TARGET, "selects the provider");
    let draft = match subject.property(TARGET).and_then(Property::first).and_then(name_in_filter) {
        Some(name) => draft.refers_to(name, TARGET),
        None => draft,
    };
    draft.add_to(found);
    true
}

/// The name in `(name=acme)`.
fn name_in_filter(filter: &str) -> Option<&str> {
    let (_, rest) = filter.split_once("(name=")?;
    let name = rest.split(')').next()?.trim();
    (!name.is_empty() && !name.contains(['*', '$'])).then_some(name)
}
