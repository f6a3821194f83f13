//! The workspace of Adobe I/O Events for AEM.
//!
//! Properties and the rule of the runtime: `WorkspaceConfig.java` and `WorkspaceUtil#getAuthContext` of
//! adobe/aio-lib-java: OAuth when `aio.oauth.scopes` is not blank, JWT otherwise. The metascopes have a default, so
//! they prove nothing. Properties files and environment variables use the same keys with `_`.

use super::{Draft, Extract, Literal, Lures, Recogniser, Subject};
use crate::ims::catalog::{Product, pid};
use crate::ims::fields;
use crate::ims::literals::{AIO_FOR_AEM, METASCOPES, TECHNICAL_ACCOUNT};
use crate::ims::model::{AuthType, Confidence, FieldName, FieldState, IntegrationKind};

/// Keys that only a workspace has: a properties file with one of them and an API key is a workspace.
static TELLING: &[&str] = &["aio_encoded_pkcs8", "aio_meta_scopes", "aio_oauth_scopes", "aio_technical_account_id"];

/// The supplier of the workspace, or a properties file with the same keys.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "aio_workspace",
    words: "The workspace of Adobe I/O Events for AEM, as a configuration or a properties file",
    lures: Lures::Literals(&[
        AIO_FOR_AEM,
        TECHNICAL_ACCOUNT,
        Literal::new("technical.account"),
        METASCOPES[1],
        METASCOPES[3],
        Literal::new("aio.api.key"),
        Literal::new("aio.client.secret"),
        Literal::new("aio_client_secret"),
        Literal::new("aio.encoded.pkcs8"),
        Literal::new("aio_encoded_pkcs8"),
        Literal::new("aio.oauth.scopes"),
        Literal::new("aio_oauth_scopes"),
    ]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    let configuration = subject.configures(pid::AIO_WORKSPACE).is_some();
    let properties = || {
        let has =
            |key: &str| subject.node.property(key).is_some() || subject.node.property(&key.replace('_', ".")).is_some();
        has("aio_api_key") && TELLING.iter().any(|key| has(key))
    };
    if !configuration && (subject.is_interface() || !properties()) {
        return false;
    }
    let scopes = ["aio.oauth.scopes", "aio_oauth_scopes"].iter().find_map(|name| subject.property(name));
    let state = scopes.map_or(FieldState::Missing, fields::state_of);
    let filled = |names: &[&str]| names.iter().any(|n| subject.is_filled(n));
    let (auth, confidence) = match state {
        FieldState::Missing | FieldState::Empty => {
            let credential = filled(&["aio.api.key", "aio_api_key", "aio.encoded.pkcs8", "aio_encoded_pkcs8"]);
            (AuthType::Jwt, if credential { Confidence::High } else { Confidence::Low })
        }
        FieldState::Present => (AuthType::OAuth, Confidence::High),
        FieldState::Placeholder(_) | FieldState::Encrypted | FieldState::Hidden => {
            (AuthType::OAuth, Confidence::Medium)
        }
    };
    // Missing properties are reported in the spelling of the other properties.
    let underscored = subject.node.properties.iter().any(|property| property.name.starts_with("aio_"));
    let spelled = |key: &'static [&'static str; 2]| {
        let [dots, underscores] = *key;
        if underscored { [underscores, dots] } else { [dots, underscores] }
    };
    let mut draft = Draft::new(subject, IntegrationKind::AioWorkspace)
        .auth(auth, confidence)
        .product([Some(Product::IoEvents)])
        .name(Some("I/O Events workspace"))
        .field(FieldName::ClientId, &spelled(&["aio.api.key", "aio_api_key"]))
        .field(FieldName::ClientSecret, &spelled(&["aio.client.secret", "aio_client_secret"]))
        .field(FieldName::Scopes, &spelled(&["aio.oauth.scopes", "aio_oauth_scopes"]))
        .field(FieldName::OrgId, &spelled(&["aio.ims.org.id", "aio_ims_org_id"]))
        .field(FieldName::TechnicalAccount, &spelled(&["aio.technical.account.id", "aio_technical_account_id"]))
        .field(FieldName::Metascopes, &spelled(&["aio.meta.scopes", "aio_meta_scopes"]))
        .field(FieldName::PrivateKey, &spelled(&["aio.encoded.pkcs8", "aio_encoded_pkcs8"]))
        .optional(FieldName::TokenEndpoint, &spelled(&["aio.ims.url", "aio_ims_url"]));
    if auth == AuthType::OAuth {
        let name = scopes.map_or("aio.oauth.scopes", |p| p.name.as_str());
        draft = draft.shown_by(AuthType::OAuth, name, "is set");
    }
    let keys = ["aio.encoded.pkcs8", "aio_encoded_pkcs8"];
    draft = draft.shown_by_each(AuthType::Jwt, keys, "is the key that signs a JWT");
    if auth == AuthType::Jwt {
        let blank = if state == FieldState::Empty { "is blank" } else { "is not set" };
        let text = format!("`aio.oauth.scopes` {blank}, so the workspace authenticates with a JWT");
        draft = draft.evidence_of_node(AuthType::Jwt, text);
    }
    draft.add_to(found);
    true
}
