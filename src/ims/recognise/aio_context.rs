//! IMS contexts of the `aio` command line, in `.aio` and `.env` files.
//!
//! `ims.contexts.<name>.client_id` and so on; in environment variables `AIO_ims_contexts_<name>_client__id`, where `__`
//! stands for `_`. Source: README of adobe/aio-cli-plugin-cloudmanager (JWT: `meta_scopes`, `private_key`; OAuth:
//! `scopes`, `client_secrets`, `oauth_enabled`), test inputs of adobe/aio-cli-lib-app-config; `jwt-auth` is the key of
//! old versions.

use std::collections::BTreeMap;

use super::{Draft, Extract, Literal, Lures, Recogniser, Subject, field_of, names_key_file};
use crate::format::traits::Stores;
use crate::format::{Property, ValueType};
use crate::ims::catalog::{self, Product};
use crate::ims::claims;
use crate::ims::fields;
use crate::ims::literals::{ACCOUNT, METASCOPES, ORGANISATION, TECHNICAL_ACCOUNT};
use crate::ims::model::{AuthType, Confidence, FieldName, FieldState, IntegrationKind};

/// The properties of one context, by key.
type Members<'a> = BTreeMap<String, &'a Property>;

/// Contexts in any spelling.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "aio_context",
    words: "IMS contexts of the `aio` command line",
    lures: Lures::Literals(&[
        Literal::new("ims.contexts"),
        Literal::new("ims_contexts"),
        METASCOPES[1],
        TECHNICAL_ACCOUNT,
        ORGANISATION,
        ACCOUNT,
        Literal::new("ims_org_id"),
        Literal::only_in(&[".json", ".yaml", ".yml", ".properties"], "client_secret"),
        Literal::only_in(&[".json", ".yaml", ".yml", ".properties"], "private_key"),
    ]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    if subject.is_osgi() || subject.is_content() || subject.is_interface() {
        return false;
    }
    if subject.scene.capture.stores(Stores::CommandLine)
        && subject.node.path.is_empty()
        && subject.node.property("client_id").is_some()
    {
        // The whole file is one context, for `aio config:set --file`.
        let whole = subject.node.properties.iter().map(|property| (property.name.clone(), property)).collect();
        return context(subject, "", &whole, found);
    }
    let mut contexts: BTreeMap<String, Members<'_>> = BTreeMap::new();
    for property in &subject.node.properties {
        if let Some((context, key)) = place(&subject.node.path, &property.name) {
            contexts.entry(context).or_default().insert(key, property);
        }
    }
    let mut claimed = false;
    for (name, members) in &contexts {
        claimed |= context(subject, name, members, found);
    }
    claimed
}

/// The context of a property, and its key there.
fn place(path: &str, name: &str) -> Option<(String, String)> {
    let segments: Vec<String> = match name.get(..4).filter(|prefix| prefix.eq_ignore_ascii_case("aio_")) {
        Some(_) => name[4..].replace("__", "\0").split('_').map(|s| s.replace('\0', "_")).collect(),
        None => path.split('/').chain(name.split('.')).filter(|s| !s.is_empty()).map(str::to_owned).collect(),
    };
    if let Some(at) = segments.iter().position(|s| s == "jwt-auth") {
        return (at + 1 < segments.len()).then(|| ("jwt-auth".to_owned(), segments[at + 1..].join(".")));
    }
    let at = segments.iter().position(|s| s == "ims" || s == "$ims" || s == "_ims" || s == "_$ims")?;
    let at = if segments.get(at + 1).is_some_and(|s| s == "contexts") { at + 2 } else { at + 1 };
    let context = segments.get(at)?;
    (at + 1 < segments.len()).then(|| (context.clone(), segments[at + 1..].join(".")))
}

/// The context that the Cloud Manager plugin reads by default.
const CLOUD_MANAGER: &str = "aio-cli-plugin-cloudmanager";

/// With all of these keys, the JWT plugin of `aio-lib-ims` handles a context, before any other plugin is asked.
const JWT_KEYS: [&str; 6] =
    ["client_id", "client_secret", "technical_account_id", "meta_scopes", "ims_org_id", "private_key"];

/// Keys that the OAuth plugin requires in addition to client id, secrets and scopes.
const OAUTH_KEYS: [&str; 3] = ["technical_account_id", "technical_account_email", "ims_org_id"];

/// Scopes that the Cloud Manager plugin requires.
const CLOUD_MANAGER_SCOPES: [&str; 5] =
    ["openid", "AdobeID", "read_organizations", "additional_info.projectedProductContext", "read_pc.dma_aem_ams"];

fn is_filled(members: &Members<'_>, key: &str) -> bool {
    members.get(key).is_some_and(|p| fields::state_of(p).is_filled())
}

/// Whether a member is truthy in JavaScript: any non-empty text is, even `"false"`.
fn is_truthy(members: &Members<'_>, key: &str) -> bool {
    members.get(key).is_some_and(|p| match (p.value_type, p.first().map(str::trim)) {
        (_, None | Some("")) => false,
        (ValueType::Boolean, Some(text)) => text == "true",
        (ValueType::Long | ValueType::Double, Some(text)) => text != "0",
        _ => true,
    })
}

/// Whether a member is a list, or the JSON text of one, which the plugins parse.
fn is_list(property: &Property) -> bool {
    property.multiple || property.first().is_some_and(|text| text.trim_start().starts_with('['))
}

/// The product indicated by the scopes, metascopes or name of a context.
fn product(name: &str, members: &Members<'_>) -> Option<Product> {
    let keys = members.keys().filter_map(|key| claims::metascope_of_key(key));
    let lists = ["meta_scopes", "scopes"].into_iter().filter_map(|key| members.get(key));
    let listed = lists.flat_map(|property| property.texts()).flat_map(catalog::words_of_scopes);
    let scopes = members.get("scopes").map(|property| fields::joined(property)).unwrap_or_default();
    catalog::product_of_metascopes(keys.chain(listed))
        .or_else(|| catalog::product_of_scopes(&scopes))
        .or_else(|| catalog::product_of_name(name))
}

/// How a context authenticates, and the key that shows it; `None` if it is not a credential.
fn auth(members: &Members<'_>, cloud_manager: bool) -> Option<(AuthType, &'static str)> {
    let filled = |key: &str| is_filled(members, key);
    let jwt_key =
        ["meta_scopes", "private_key", "jwt_private_key", "jwt_payload.sub"].into_iter().find(|key| filled(key));
    let enabled = is_truthy(members, "oauth_enabled");
    // Only the Cloud Manager plugin checks this switch first.
    if !cloud_manager && JWT_KEYS.into_iter().all(filled) {
        return Some((AuthType::Jwt, "meta_scopes"));
    }
    if enabled {
        return Some((AuthType::OAuth, "oauth_enabled"));
    }
    if let Some(key) = jwt_key {
        return Some((AuthType::Jwt, key));
    }
    let credential = ["client_secrets", "client_secret", "technical_account_id"].into_iter().any(filled);
    (filled("scopes") && credential).then_some((AuthType::OAuth, "scopes"))
}

fn context(subject: Subject<'_>, name: &str, members: &Members<'_>, found: &mut Extract) -> bool {
    if !is_filled(members, "client_id") {
        return false;
    }
    let product = product(name, members);
    let cloud_manager = name == CLOUD_MANAGER || (name.is_empty() && product == Some(Product::CloudManager));
    let Some((auth, key)) = auth(members, cloud_manager) else { return false };
    let field = |field: FieldName, keys: &[&str]| {
        let there: Vec<&str> = keys.iter().filter_map(|key| Some(members.get(*key)?.name.as_str())).collect();
        match there.as_slice() {
            [] => fields::missing(field, keys.first().unwrap_or(&"")),
            there => field_of(subject, field, there),
        }
    };
    let secrets: &[&str] = match auth {
        AuthType::OAuth => &["client_secrets"],
        _ => &["client_secret", "client_secrets"],
    };
    let mut draft = Draft::new(subject, IntegrationKind::AioContext)
        .auth(auth, Confidence::High)
        .product([product])
        .name(Some(name).filter(|name| !name.is_empty()))
        .with(field(FieldName::ClientId, &["client_id"]))
        .with(field(FieldName::ClientSecret, secrets))
        .with(field(FieldName::TechnicalAccount, &["technical_account_id", "jwt_payload.sub"]));
    if auth == AuthType::OAuth {
        draft = draft.with(field(FieldName::Scopes, &["scopes"]));
        hand_over_single_secret(subject, members, found);
    }
    for (name, keys) in [
        (FieldName::OrgId, ["ims_org_id", "jwt_payload.iss"]),
        (FieldName::Metascopes, ["meta_scopes", "meta_scopes"]),
        (FieldName::PrivateKey, ["private_key", "jwt_private_key"]),
    ] {
        let is_file = |key: &&str| members.get(*key).is_some_and(|property| names_key_file(property));
        let kept = name != FieldName::PrivateKey || !keys.iter().any(is_file);
        if kept && keys.iter().any(|key| members.contains_key(*key)) {
            draft = draft.with(field(name, &keys));
        }
    }
    let text = match auth {
        AuthType::Jwt => format!("`{key}` belongs to a Service Account (JWT) credential"),
        _ => format!("`{key}` belongs to an OAuth credential"),
    };
    if let Some(property) = members.get(key) {
        draft = draft.evidence_at(auth, text, &property.name);
    }
    // The name of a file is not a secret, but it has to be removed as well.
    let key_file = ["private_key", "jwt_private_key"].iter().filter_map(|key| members.get(*key));
    for property in key_file.filter(|property| auth == AuthType::Jwt && names_key_file(property)).take(1) {
        let name = property.name.as_str();
        draft = draft.shown_by(AuthType::Jwt, name, "names the key that signs a JWT").jwt_settings([name]);
    }
    if auth == AuthType::OAuth {
        draft = demands(draft, members, cloud_manager);
    } else {
        // The file format of old versions: one JWT with its claims.
        let has_claims = members.keys().any(|key| key.starts_with("jwt_payload."));
        let url = members.get("token_exchange_url").map(|property| property.name.as_str());
        draft = draft.jwt_settings(has_claims.then_some("jwt_payload")).jwt_settings(url);
    }
    draft.add_to(found);
    true
}

/// OAuth does not read `client_secret`, but it is still a secret.
fn hand_over_single_secret(subject: Subject<'_>, members: &Members<'_>, found: &mut Extract) {
    let Some(property) = members.get("client_secret") else { return };
    let field = field_of(subject, FieldName::ClientSecret, &[&property.name]);
    found.add_secret("`aio` IMS context", field);
}

/// What the plugins require of an OAuth context and this one lacks. Source: `ims-oauth_server_to_server.js` of
/// adobe/aio-lib-ims-oauth, `check-ims-context-config.js` of adobe/aio-cli-plugin-cloudmanager.
fn demands<'a>(mut draft: Draft<'a>, members: &Members<'_>, cloud_manager: bool) -> Draft<'a> {
    let spelled = |key: &str| members.get(key).map_or_else(|| key.to_owned(), |p| p.name.clone());
    for key in OAUTH_KEYS.into_iter().filter(|key| !is_filled(members, key)) {
        let advice = format!("Add `{key}` with the value of the credential in the Adobe Developer Console.");
        draft = draft.unmet(&spelled(key), format!("`aio` demands `{key}`"), advice);
    }
    if let Some(property) =
        members.get("client_secrets").filter(|p| !is_list(p) && is_filled(members, "client_secrets"))
    {
        let what = "`client_secrets` is a text and not a list, so that `aio` sends its first character";
        draft = draft.unmet(&property.name, what, "Write `client_secrets` as a list of one secret.");
    }
    let scopes = members.get("scopes").filter(|p| fields::state_of(p) == FieldState::Present);
    if let Some(property) = scopes.filter(|p| !is_list(p)) {
        let what = "`scopes` is a text and not a list, on which `aio` fails";
        draft = draft.unmet(&property.name, what, "Write `scopes` as a list of texts.");
    }
    if !cloud_manager {
        return draft;
    }
    if !is_truthy(members, "oauth_enabled") {
        let what = "the Cloud Manager plugin demands the fields of a JWT credential unless `oauth_enabled` is `true`";
        draft = draft.unmet(&spelled("oauth_enabled"), what, "Set `oauth_enabled` to `true`.");
    }
    if let Some(property) = scopes {
        let has = |wanted: &&str| property.texts().flat_map(catalog::words_of_scopes).any(|scope| scope == *wanted);
        let lacking: Vec<String> =
            CLOUD_MANAGER_SCOPES.iter().filter(|wanted| !has(wanted)).map(|scope| format!("`{scope}`")).collect();
        if !lacking.is_empty() {
            let what = format!("the Cloud Manager plugin demands the scopes {}", lacking.join(", "));
            draft = draft.unmet(&property.name, what, format!("Add {} to `scopes`.", lacking.join(", ")));
        }
    }
    draft
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn contexts_are_found_however_they_are_spelled() {
        let is = |path: &str, name: &str, context: &str, key: &str| {
            assert_eq!(place(path, name), Some((context.to_owned(), key.to_owned())), "{path} {name}");
        };
        is("", "AIO_ims_contexts_ProjectB_client__id", "ProjectB", "client_id");
        is("", "AIO_$ims_ProjectB_meta__scopes", "ProjectB", "meta_scopes");
        is("", "ims.contexts.aio-cli-plugin-cloudmanager.private_key", "aio-cli-plugin-cloudmanager", "private_key");
        is("ims/contexts/acme", "client_id", "acme", "client_id");
        is("", "jwt-auth.jwt_payload.sub", "jwt-auth", "jwt_payload.sub");
        assert_eq!(place("", "AIO_runtime_auth"), None);
        assert_eq!(place("", "ims.current"), None);
    }
}
