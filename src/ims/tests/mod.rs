//! What is recognised, what stays silent, and what is joined.

mod declared;
mod joins;
mod kinds;
mod providers;
mod traps;
mod verdicts;

use super::model::{AuthType, Confidence, FieldName, FieldState, Integration, IntegrationKind, Model, Placeholder};
use super::testing::{TestFile, model};
use crate::ims::catalog::{Product, pid};
use crate::repository::Pid;

type Properties<'a> = &'a [(&'a str, &'a [&'a str])];

/// An access token provider called `acme`.
fn provider(properties: Properties<'_>) -> TestFile {
    TestFile::osgi(
        "ui.config/src/main/content/jcr_root/apps/acme/config/com.adobe.granite.auth.oauth.accesstoken.provider~acme.cfg.json",
        Pid::factory(pid::ACCESS_TOKEN_PROVIDER, "acme"),
        properties,
    )
}

/// The secret partner called `customizer`.
fn partner(customizer: &str, secret: &str) -> TestFile {
    TestFile::osgi(
        "ui.config/src/main/content/jcr_root/apps/acme/config/com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl~acme.cfg.json",
        Pid::factory(pid::REQUEST_CUSTOMIZER, "acme"),
        &[("customizer.type", &[customizer]), ("auth.ims.client.secret", &[secret])],
    )
}

/// A configuration of a PID of its own.
fn configuration(pid: &str, properties: Properties<'_>) -> TestFile {
    TestFile::osgi(
        &format!("ui.config/src/main/content/jcr_root/apps/acme/config/{pid}.cfg.json"),
        Pid::singleton(pid),
        properties,
    )
}

/// A page of content with its `jcr:content`.
fn page(path: &str, properties: Properties<'_>) -> TestFile {
    TestFile::at(&format!("ui.content/src/main/content/jcr_root{path}/.content.xml"))
        .node(path, &[("jcr:primaryType", &["cq:Page"])])
        .node(&format!("{path}/jcr:content"), properties)
}

/// The only integration found in `files`.
fn only(files: &[TestFile]) -> Integration {
    let mut found = model(files).integrations;
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

fn is_silent(model: &Model) -> bool {
    model.integrations.is_empty() && model.endpoints.is_empty() && model.secrets.is_empty() && model.keys.is_empty()
}
