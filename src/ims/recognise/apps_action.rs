//! Steps of GitHub workflows that request a token from Adobe IMS with `adobe/aio-apps-action`.
//!
//! Source: `action.yml`, README and `utils.js` of that action: `command: auth` signs a JWT (deprecated); `oauth_sts`
//! requires client id, client secrets, technical account, its e-mail and the organization. Names of inputs are
//! case-insensitive.

use super::{Draft, Extract, Literal, Lures, Property, Recogniser, Subject, field_of};
use crate::ims::catalog::{self, Product, squeeze};
use crate::ims::fields;
use crate::ims::model::{AuthType, Confidence, FieldName, IntegrationKind};

/// Prefix of the names of inputs in the node of the step.
const WITH: &str = "with.";

/// What `oauth_sts` requires, except fields with rules of their own: the input, and its name in the code of the action.
const DEMANDED: [[&str; 2]; 3] =
    [["technicalAccountId", "techAccId"], ["technicalAccountEmail", "techAccEmail"], ["imsOrgId", "imsOrgId"]];

/// A step with `uses: adobe/aio-apps-action@…`.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "apps_action",
    words: "Steps of workflows with `adobe/aio-apps-action`",
    lures: Lures::Literals(&[Literal::new("aio-apps-action")]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    let uses = subject.text("uses").map(str::to_ascii_lowercase);
    if uses.is_none_or(|uses| uses.split('@').next() != Some("adobe/aio-apps-action")) {
        return false;
    }
    let auth = match input(subject, "command").and_then(Property::first).map(str::trim) {
        Some(command) if command.eq_ignore_ascii_case("auth") => AuthType::Jwt,
        Some(command) if command.eq_ignore_ascii_case("oauth_sts") => AuthType::OAuth,
        // The other commands use a token but do not request one.
        _ => return true,
    };
    let name = |wanted: &str| input(subject, wanted).map_or_else(|| format!("{WITH}{wanted}"), |p| p.name.clone());
    let scopes = input(subject, "scopes").map(fields::joined).unwrap_or_default();
    let product = catalog::product_of_metascopes(scopes.split([',', ' '])).or(catalog::product_of_scopes(&scopes));
    let mut draft = Draft::new(subject, IntegrationKind::WorkflowStep)
        .auth(auth, Confidence::High)
        .product([product, Some(Product::AppBuilder)])
        .name(subject.text("name"))
        .with(field_of(subject, FieldName::ClientId, &[&name("clientId")]))
        .with(field_of(subject, FieldName::ClientSecret, &[&name("clientSecret")]));
    if auth == AuthType::Jwt {
        draft = draft
            .optional(FieldName::TechnicalAccount, &[&name("technicalAccountId")])
            .optional(FieldName::PrivateKey, &[&name("key")])
            .optional(FieldName::Metascopes, &[&name("scopes")]);
    } else {
        draft = draft.optional(FieldName::TechnicalAccount, &DEMANDED[0].map(name));
        draft = draft.optional(FieldName::Scopes, &[&name("scopes")]);
    }
    draft = draft.optional(FieldName::OrgId, &[&name("imsOrgId")]);
    let filled = |wanted: &str| input(subject, wanted).is_some_and(|p| fields::state_of(p).is_filled());
    for names in DEMANDED.into_iter().filter(|_| auth == AuthType::OAuth) {
        if !names.into_iter().any(filled) {
            let wanted = names[0];
            let what = format!("`oauth_sts` demands the input `{wanted}`");
            draft = draft.unmet(&name(wanted), what, format!("Add `{wanted}` to the inputs of the step."));
        }
    }
    let text = match auth {
        AuthType::Jwt => "`command: auth` signs a JWT",
        _ => "`command: oauth_sts` uses an OAuth credential",
    };
    draft.evidence_at(auth, text, &name("command")).add_to(found);
    true
}

fn input<'a>(subject: Subject<'a>, wanted: &str) -> Option<&'a Property> {
    let wanted = squeeze(wanted);
    let is = |property: &&Property| property.name.strip_prefix(WITH).is_some_and(|name| squeeze(name) == wanted);
    subject.node.properties.iter().find(is)
}
