//! A workspace exported from the Adobe Developer Console.
//!
//! `project.workspace.details.credentials[]` with `integration_type`. Source: test inputs of
//! adobe/aio-cli-lib-app-config and `lib/pure-helpers.js` of adobe/aio-cli-lib-console.

use super::{Draft, Extract, Literal, Lures, Recogniser, Subject, field_of};
use crate::format::Node;
use crate::ims::catalog::{self, Product};
use crate::ims::fields;
use crate::ims::model::{AuthType, Confidence, FieldName, IntegrationKind};
use crate::ims::provisioning;

const TYPE: &str = "integration_type";
/// The object of a Service Account (JWT) credential; nested members have dotted names.
const JWT: &str = "jwt.";
const OAUTH: &str = "oauth_server_to_server.";

/// Whether the project uses the API of Asset Compute.
fn serves_assets(project: &Node) -> bool {
    let own = |name: &str| name.contains("services.") && name.ends_with(".code");
    project.properties.iter().any(|p| own(&p.name) && p.first() == Some("AssetComputeSDK"))
}

/// One credential of the workspace.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "developer_console",
    words: "Workspaces exported from the Adobe Developer Console",
    lures: Lures::Literals(&[Literal::new("integration_type"), Literal::new("oauth_server_to_server")]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    let Some(kind) = subject.text(TYPE) else { return false };
    if subject.is_osgi() || subject.is_interface() {
        return false;
    }
    let has = |half: &str| subject.property(&format!("{half}client_id")).is_some();
    let auth = match kind {
        // The copy of a workspace kept by the command line no longer has a `jwt` object, but the credential is the
        // same.
        "service" => AuthType::Jwt,
        // During a migration both halves work: the remaining step is to remove the JWT half.
        "oauth_server_to_server" | "oauth_server_to_server_migrate" if has(OAUTH) || has(JWT) => AuthType::OAuth,
        _ => return has(JWT) || has(OAUTH) || has("oauth2."),
    };
    let half = if auth == AuthType::OAuth && has(OAUTH) { OAUTH } else { JWT };
    let field = |name, key: &str| field_of(subject, name, &[&format!("{half}{key}")]);
    let metascopes = format!("{JWT}meta_scopes");
    let product = subject.property(&metascopes).and_then(|p| catalog::product_of_metascopes(p.texts()));
    let asset_compute = subject.parent().is_some_and(|project| serves_assets(project.node));
    let scopes = subject.property(&format!("{OAUTH}scopes")).map(fields::joined).unwrap_or_default();
    let secrets = [format!("{half}client_secrets"), format!("{half}client_secret")];
    let secrets = if auth == AuthType::Jwt { [&secrets[1], &secrets[0]] } else { [&secrets[0], &secrets[1]] };
    let mut draft = Draft::new(subject, IntegrationKind::DeveloperConsoleProject)
        .auth(auth, Confidence::High)
        .product([
            product.filter(|product| *product != Product::IoEvents),
            asset_compute.then_some(Product::AssetCompute),
            product,
            catalog::product_of_scopes(&scopes),
        ])
        .name(subject.text("name"));
    if has(half) {
        draft = draft
            .with(field(FieldName::ClientId, "client_id"))
            .field(FieldName::ClientSecret, &secrets)
            .with(field(FieldName::TechnicalAccount, "technical_account_id"));
    }
    draft = draft.optional(FieldName::Metascopes, &[&metascopes]);
    if auth == AuthType::OAuth {
        draft = draft.with(field(FieldName::Scopes, "scopes"));
    }
    if let Some(project) = subject.parent() {
        draft = draft.with(field_of(project, FieldName::OrgId, &["org.ims_org_id"]));
        draft = draft.auto_provisioned(own_of_adobe(project).filter(|_| auth == AuthType::Jwt));
    }
    let text = match kind {
        "service" => "`integration_type` is `service`: a Service Account (JWT) credential",
        "oauth_server_to_server" => "`integration_type` is `oauth_server_to_server`",
        _ => "`integration_type` is `oauth_server_to_server_migrate`: the JWT half is still there",
    };
    draft.evidence_at(auth, text, TYPE).add_to(found);
    true
}

/// Why Adobe owns the credentials of a project, if it does.
fn own_of_adobe(project: Subject<'_>) -> Option<String> {
    let texts = |names: &'static [&'static str]| names.iter().map(|name| project.text(name));
    let by_name = texts(&["name", "title", "workspace.title"]).find_map(provisioning::of_project);
    by_name.or_else(|| texts(&["description", "workspace.description"]).find_map(provisioning::of_description))
}
