//! AEM Guides on AEM as a Cloud Service: the credential of its microservices.
//!
//! Source: "Configure microservices" of AEM Guides: `service.account.details` is the complete JSON of a Developer
//! Console project; `private.key` exists only for a Service Account (JWT) credential and is deleted for OAuth.

use super::{Draft, Extract, Literal, Lures, Recogniser, Subject};
use crate::format::json::{self, Dialect, Json};
use crate::ims::catalog::{Product, pid};
use crate::ims::fields;
use crate::ims::literals::IMS_CONFIG;
use crate::ims::model::{AuthType, Confidence, FieldName, FieldState, IntegrationKind};

const DETAILS: &str = "service.account.details";
const KEY: &str = "private.key";

/// The component of AEM Guides that requests tokens.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "guides",
    words: "AEM Guides",
    lures: Lures::Literals(&[IMS_CONFIG, Literal::only_in(&[".json", ".txt"], "service.account.details")]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    if subject.configures(pid::GUIDES).is_none() {
        return false;
    }
    let keyed = subject.is_filled(KEY);
    let details = subject.property(DETAILS).filter(|details| fields::state_of(details) == FieldState::Present);
    let tree = details.and_then(|details| details.first()).map(|text| json::parse(text, Dialect::TOLERANT, 32));
    let shown = tree.as_ref().and_then(json::Tree::root).and_then(credential);
    let (auth, confidence) = match (&shown, keyed) {
        (Some(shown), _) if shown.is_oauth => (AuthType::OAuth, Confidence::High),
        (Some(_), _) | (None, true) => (AuthType::Jwt, Confidence::High),
        // If the value is stored elsewhere, only the missing key shows the type.
        (None, false) => (AuthType::OAuth, Confidence::Medium),
    };
    let mut draft = Draft::new(subject, IntegrationKind::Guides)
        .auth(auth, confidence)
        .product([Some(Product::Guides)])
        .field(FieldName::ClientSecret, &[DETAILS])
        .optional(FieldName::PrivateKey, &[KEY]);
    draft = match (&shown, keyed) {
        (Some(shown), _) if shown.is_oauth => draft.shown_by(auth, DETAILS, "holds `oauth_server_to_server`"),
        (Some(_), false) => draft.shown_by(auth, DETAILS, "holds a `jwt` credential"),
        (_, true) => draft.shown_by(AuthType::Jwt, KEY, "is the key that signs a JWT"),
        (None, false) => draft.evidence_at(auth, format!("there is no `{KEY}`, which a JWT needs"), DETAILS),
    };
    for missing in shown.into_iter().filter(|shown| shown.is_oauth).flat_map(|shown| shown.missing) {
        let what = format!("the JSON in `{DETAILS}` has no `{missing}`");
        draft = draft.unmet(
            DETAILS,
            what,
            "Download the project again from the Adobe Developer Console and replace the whole JSON.",
        );
    }
    draft.add_to(found);
    true
}

/// What the JSON shows about its credential.
struct ShownCredential {
    is_oauth: bool,
    missing: Vec<&'static str>,
}

fn credential(root: Json<'_>) -> Option<ShownCredential> {
    let details = ["project", "workspace", "details", "credentials"];
    let credentials = details.iter().try_fold(root, |json, name| json.get(name))?;
    let oauth = credentials.elements().find_map(|one| one.get("oauth_server_to_server"));
    if let Some(oauth) = oauth {
        let filled = |name: &str| {
            let Some(value) = oauth.get(name) else { return false };
            value.scalar().is_some_and(|text| !text.trim().is_empty() && !value.is_null())
                || value.elements().next().is_some()
        };
        let missing = ["client_id", "client_secrets", "scopes"].into_iter().filter(|name| !filled(name)).collect();
        return Some(ShownCredential { is_oauth: true, missing });
    }
    let is_jwt = |one: Json<'_>| {
        one.get("jwt").is_some() || one.get("integration_type").and_then(Json::as_str) == Some("service")
    };
    credentials.elements().any(is_jwt).then(|| ShownCredential { is_oauth: false, missing: Vec::new() })
}
