//! The connector of Adobe's User Sync tool, and the settings of programs that use the User Management API as Adobe's
//! samples for Python do, which have the same names.
//!
//! Source: `connector_umapi.py` and `umapi_util.py` of adobe-apiplatform/user-sync.py: `authentication_method` is `jwt`
//! unless set to `oauth`; `oauth` rejects a technical account and requires client id, client secret and organization.

use super::{Draft, Extract, Literal, Lures, Recogniser, Subject};
use crate::format::traits::Stores;
use crate::ims::catalog::Product;
use crate::ims::model::{AuthType, Confidence, FieldName, IntegrationKind, UserManagementReader};

/// The mapping that contains the credential, in either connector.
const MAPPINGS: [&str; 2] = ["enterprise", "integration"];
const METHOD: &str = "authentication_method";

const ENDPOINT: &str = "server.auth_endpoint";
/// The same in the samples, and in old connectors.
const JWT_ENDPOINT: &str = "server.ims_endpoint_jwt";
/// The file with the private key in the samples, which know nothing but JWT.
const SAMPLE_KEY: &str = "priv_key_filename";

/// The mapping in the root of a connector that contains its credential.
fn mapping(root: Subject<'_>) -> Option<&'static str> {
    let telling = ["org_id", "tech_acct_id", "tech_acct", "secure_client_secret_key", "priv_key_path", SAMPLE_KEY];
    let clients = ["client_id", "api_key", "secure_client_id_key", "secure_api_key_key"];
    let is_one = |mapping: &&&str| {
        let has = |key: &&str| root.property(&format!("{mapping}.{key}")).is_some();
        clients.iter().any(&has) && telling.iter().any(&has)
    };
    MAPPINGS.iter().filter(|_| root.node.path.is_empty()).find(is_one).copied()
}

/// `connector-umapi.yml`, or the Admin Console as a directory connector.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "user_sync",
    words: "Connectors of User Sync, settings of User Management API clients",
    lures: Lures::Literals(&[
        Literal::new("tech_acct"),
        Literal::only_in(&[".yaml", ".yml"], "org_id"),
        Literal::only_in(&[".yaml", ".yml"], "secure_client_secret_key"),
        Literal::only_in(&[".yaml", ".yml"], "priv_key_path"),
    ]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    let capture = subject.scene.capture;
    if !capture.is_of_any_program() || capture.stores(Stores::Credentials) {
        return false;
    }
    if subject.parent().and_then(mapping).is_some_and(|mapping| mapping == subject.node.path) {
        // Reported with the connector around it.
        return true;
    }
    let Some(mapping) = mapping(subject) else { return false };
    let at = |keys: &[&str]| keys.iter().map(|key| format!("{mapping}.{key}")).collect::<Vec<_>>();
    let method = [METHOD.to_owned(), format!("{mapping}.{METHOD}")];
    let said = method.iter().find_map(|name| subject.text(name).map(|text| (name, text)));
    let auth = match said {
        Some((_, text)) if text.eq_ignore_ascii_case("oauth") => AuthType::OAuth,
        _ => AuthType::Jwt,
    };
    let sample_key = format!("{mapping}.{SAMPLE_KEY}");
    let has_sample_key = subject.property(&sample_key).is_some();
    // User Sync reads YAML only.
    let is_sample = has_sample_key || capture.stores(Stores::Settings);
    let reader = if is_sample { UserManagementReader::Client } else { UserManagementReader::UserSync };
    let mut draft = Draft::new(subject, IntegrationKind::CredentialFile)
        .auth(auth, Confidence::High)
        .product([Some(Product::UserManagement)])
        .user_management(reader)
        .field(FieldName::ClientId, &at(&["client_id", "api_key", "secure_client_id_key", "secure_api_key_key"]));
    // The secret is in the credential store of the system; its name in that store is not a secret.
    if subject.property(&format!("{mapping}.secure_client_secret_key")).is_none() {
        draft = draft.field(FieldName::ClientSecret, &at(&["client_secret"]));
    }
    let account = at(&["tech_acct_id", "tech_acct", "secure_tech_acct_id_key", "secure_tech_acct_key"]);
    let key = at(&["priv_key_data", "priv_key_path", "secure_priv_key_data_key"]);
    draft = draft
        .field(FieldName::OrgId, &at(&["org_id", "secure_org_id_key"]))
        .optional(FieldName::TechnicalAccount, &account);
    if subject.property(&key[0]).is_some() {
        draft = draft.field(FieldName::PrivateKey, &[&key[0]]);
    }
    let is_there = |name: &&str| subject.property(name).is_some();
    for names in [at(&[SAMPLE_KEY, "priv_key_path"]), at(&["priv_key_pass", "secure_priv_key_pass_key"])] {
        draft = draft.jwt_settings(names.iter().map(String::as_str).find(is_there));
    }
    if auth == AuthType::OAuth {
        let refused = account.iter().filter(|name| subject.is_filled(name));
        for name in refused {
            let what = format!("User Sync refuses `{name}` beside `{METHOD}: oauth`");
            draft = draft.unmet(name, what, format!("Remove `{name}`."));
        }
    }
    if auth == AuthType::OAuth && subject.text(ENDPOINT).is_some_and(|text| text.contains("/exchange/")) {
        let what = format!("`{ENDPOINT}` is the JWT endpoint");
        draft = draft.unmet(ENDPOINT, what, format!("Remove `{ENDPOINT}`, so that User Sync takes its default."));
    }
    draft = match said {
        Some((name, _)) => draft.shown_by(auth, name, "says so"),
        None if subject.text(JWT_ENDPOINT).is_some_and(|text| text.contains("/exchange/")) => {
            draft.shown_by(auth, JWT_ENDPOINT, "is the JWT exchange endpoint")
        }
        None if has_sample_key => draft.shown_by(auth, &sample_key, "names the key that signs a JWT"),
        None => draft.evidence_of_node(auth, format!("`{METHOD}` is not set; the default is `jwt`")),
    };
    draft.add_to(found);
    true
}
