//! The Smart Tags cloud service of AEM 6.5 with its own Service Account.
//!
//! Path, template and property names: `build.xml` of Adobe-Marketing-Cloud/aem-demo-machine.

use super::{AuthType, Confidence, Draft, Extract, FieldName, IntegrationKind, Literal, Lures, Recogniser, Subject};
use crate::ims::catalog::Product;
use crate::ims::literals::CLOUD_SERVICES;

const PLACE: &str = "/etc/cloudservices/smarttagging/";
const TEMPLATE: &str = "dam/templates/smarttagging";
static CREDENTIAL: &[&str] = &["apiKey", "techAcctId", "clientSecret"];

/// A page below `/etc/cloudservices/smarttagging`.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "smart_tags",
    words: "The cloud service of Smart Tags",
    lures: Lures::Literals(&[CLOUD_SERVICES, Literal::new("smarttagging")]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    let here = subject.node.path.starts_with(PLACE) || subject.template() == Some(TEMPLATE);
    if !here || !subject.is_content() || subject.is_interface() || subject.node.path.starts_with("/libs/") {
        return false;
    }
    let filled = |name: &&str| subject.is_filled(name);
    if CREDENTIAL.iter().filter(|name| filled(name)).count() < 2 {
        return false;
    }
    Draft::new(subject, IntegrationKind::SmartTags)
        .auth(AuthType::Jwt, Confidence::Medium)
        .product([Some(Product::SmartTags)])
        .name(subject.page_path().rsplit('/').next())
        .field(FieldName::ClientId, &["apiKey"])
        .field(FieldName::ClientSecret, &["clientSecret"])
        .field(FieldName::OrgId, &["orgId"])
        .field(FieldName::TechnicalAccount, &["techAcctId"])
        .optional(FieldName::TokenEndpoint, &["authServerUrl"])
        .shown_by(AuthType::Jwt, "techAcctId", "names the technical account of a Service Account")
        .shown_by(AuthType::Jwt, "apiKey", "belongs to a Service Account of the Smart Tags service")
        .add_to(found);
    true
}
