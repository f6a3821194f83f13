//! IMS contexts of the `aio` command line, in `.aio` and `.env` files.
//!
//! `ims.contexts.<name>.client_id` and so on; in environment variables `AIO_ims_contexts_<name>_client__id`, where `__`
//! stands for `_`. Source: README of adobe/aio-cli-plugin-cloudmanager (JWT: `meta_scopes`, `private_key`; OAuth:
//! `scopes`, `client_secrets`, `oauth_enabled`), test inputs of adobe/aio-cli-lib-app-config; `jwt-auth` is the key of
//! old versions.

use std::collections::BTreeMap;

use super::Recogniser;
use crate::format::Property;
use crate::ims::Extract;
use crate::ims::catalog;
use crate::ims::draft::{Draft, field_of};
use crate::ims::fields;
use crate::ims::model::{AuthType, Confidence, FieldName, Kind};
use crate::ims::subject::Subject;

/// Contexts, however they are spelled.
pub struct AioContext;

/// The properties of one context, by key.
type Members<'a> = BTreeMap<String, &'a Property>;

impl Recogniser for AioContext {
    fn recognise(&self, subject: Subject<'_>, found: &mut Extract) -> bool {
        if subject.is_osgi() || subject.is_content() || subject.is_interface() {
            return false;
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
}

/// Which context a property belongs to, and under which key.
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

fn context(subject: Subject<'_>, name: &str, members: &Members<'_>, found: &mut Extract) -> bool {
    let filled = |key: &str| members.get(key).is_some_and(|p| fields::state_of(p).is_filled());
    let says = |key: &str, what: &str| members.get(key).and_then(|p| p.first()).is_some_and(|t| t.trim() == what);
    if !filled("client_id") {
        return false;
    }
    let jwt_key =
        ["meta_scopes", "private_key", "jwt_private_key", "jwt_payload.sub"].into_iter().find(|key| filled(key));
    let (auth, key) = if says("oauth_enabled", "true") {
        (AuthType::OAuth, "oauth_enabled")
    } else if let Some(key) = jwt_key {
        (AuthType::Jwt, key)
    } else if filled("scopes") && (filled("client_secrets") || filled("technical_account_id")) {
        (AuthType::OAuth, "scopes")
    } else {
        return false;
    };
    let field = |field: FieldName, keys: &[&str]| {
        let spelled = |key: &&str| members.get(*key).map(|p| p.name.clone());
        let there: Vec<String> = keys.iter().filter_map(spelled).collect();
        match there.is_empty() {
            true => fields::missing(field, keys.first().unwrap_or(&"")),
            false => field_of(subject, field, &there.iter().map(String::as_str).collect::<Vec<_>>()),
        }
    };
    let product = members.get("meta_scopes").and_then(|p| {
        p.texts().flat_map(|text| text.split([',', '"', '[', ']', ' '])).find_map(catalog::product_of_metascope)
    });
    let product = product.or_else(|| catalog::product_of_name(name));
    let mut draft = Draft::new(subject, Kind::AioContext)
        .auth(auth, Confidence::High)
        .product([product])
        .name(Some(name))
        .with(field(FieldName::ClientId, &["client_id"]))
        .with(field(FieldName::ClientSecret, &["client_secrets", "client_secret"]))
        .with(field(FieldName::OrgId, &["ims_org_id", "jwt_payload.iss"]))
        .with(field(FieldName::TechnicalAccount, &["technical_account_id", "jwt_payload.sub"]));
    if auth == AuthType::OAuth {
        draft = draft.with(field(FieldName::Scopes, &["scopes"]));
    }
    for (name, keys) in [
        (FieldName::Metascopes, ["meta_scopes", "meta_scopes"]),
        (FieldName::PrivateKey, ["private_key", "jwt_private_key"]),
    ] {
        if keys.iter().any(|key| members.contains_key(*key)) {
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
    found.found.push(draft.finish());
    true
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
