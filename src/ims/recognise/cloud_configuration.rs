//! Cloud configurations of products, in `/conf` and `/etc/cloudservices`: they name an IMS configuration, or contain
//! the sign-in of a user or company.

use super::{AuthType, Confidence, Draft, Extract, FieldName, IntegrationKind, Literal, Lures, Recogniser};
use crate::ims::catalog::Product;
use crate::ims::literals::{CLOUD_CONFIGS, CLOUD_SERVICES, IMS_CONFIG};
use crate::ims::subject::{Subject, relative};

/// Location and properties of one kind of cloud configuration. Property names were seen in public repositories; see
/// each line.
struct Shape {
    kind: IntegrationKind,
    product: Product,
    /// Resource types, without search path.
    resource_types: &'static [&'static str],
    /// Templates, without search path; checked only if there is no resource type.
    templates: &'static [&'static str],
    /// Path endings of pages whose resource type is unknown.
    page_paths: &'static [&'static str],
    /// Its own sign-in, if it has one.
    sign_in: Option<SignInProperties>,
    /// Properties which show that a node is a configuration and not its template.
    telling: &'static [&'static str],
}

/// The properties of a sign-in that is not IMS.
#[derive(Clone, Copy)]
pub(super) struct SignInProperties {
    pub(super) user: &'static [&'static str],
    pub(super) password: &'static [&'static str],
    /// Others that belong to it.
    pub(super) beside: &'static [&'static str],
}

/// Properties that name an IMS configuration: `imsConfigId` in Launch, `imsConfig` in Brand Portal and Stock. The name
/// used by Target and Analytics is not documented, so all of them are read everywhere.
pub static REFERENCES: &[&str] =
    &["imsConfigId", "imsConfig", "imsConfiguration", "imsConfigurationId", "imsConfigName", "imsConfigPid"];

static SHAPES: &[Shape] = &[
    // Netcentric/aem-classification contains the resource type; properties seen in public repositories.
    Shape {
        kind: IntegrationKind::Launch,
        product: Product::Launch,
        resource_types: &["cq/dtm-reactor/components/conf/page"],
        templates: &[],
        page_paths: &[],
        sign_in: None,
        telling: &["imsConfigId", "company", "property"],
    },
    // "Integrating with Adobe Target": /etc/cloudservices/testandtarget, and one configuration below each /conf tenant.
    Shape {
        kind: IntegrationKind::Target,
        product: Product::Target,
        resource_types: &["cq/analytics/components/testandtargetpage"],
        templates: &["cq/analytics/templates/testandtarget"],
        page_paths: &["/settings/cloudconfigs/target"],
        sign_in: Some(SignInProperties { user: &["email"], password: &["password"], beside: &["connectedWhen"] }),
        telling: &["email", "password", "accountOptions", "connectedWhen", "clientcode", "tenantId"],
    },
    // "Connecting to Adobe Analytics": keys of `marketingcloud.properties`.
    Shape {
        kind: IntegrationKind::Analytics,
        product: Product::Analytics,
        resource_types: &["cq/analytics/components/sitecatalystpage"],
        templates: &["cq/analytics/templates/sitecatalyst"],
        page_paths: &["/settings/cloudconfigs/analytics"],
        sign_in: Some(SignInProperties {
            user: &["username"],
            password: &["secret", "password"],
            beside: &["company", "connectedWhen"],
        }),
        telling: &["username", "secret", "password", "company", "connectedWhen", "reportsuite", "server"],
    },
    Shape {
        kind: IntegrationKind::BrandPortal,
        product: Product::BrandPortal,
        resource_types: &["dam/components/mediaportal/config"],
        templates: &[],
        page_paths: &[],
        sign_in: None,
        telling: &["imsConfig", "tenantURL", "oauthScopes", "name"],
    },
    // Never IMS: `email` and an encrypted `password`; its `previewServerToken` is another kind of JWT.
    Shape {
        kind: IntegrationKind::DynamicMedia,
        product: Product::DynamicMedia,
        resource_types: &["dam/components/scene7/dmscene7page", "dam/components/scene7/scene7page"],
        templates: &["dam/templates/dmscene7", "dam/templates/scene7"],
        page_paths: &[],
        sign_in: Some(SignInProperties { user: &["email"], password: &["password"], beside: &[] }),
        telling: &["email", "password", "companyname", "userHandle"],
    },
];

impl Shape {
    /// Whether `subject` is of this kind, and with what confidence.
    fn matches(&self, subject: Subject<'_>) -> Option<Confidence> {
        match (subject.resource_type(), subject.template()) {
            (Some(resource_type), _) if self.resource_types.contains(&resource_type) => return Some(Confidence::High),
            (None, Some(template)) if self.templates.contains(&template) => return Some(Confidence::High),
            _ => {}
        }
        let page = subject.node.path.strip_suffix("/jcr:content")?;
        let here = self.page_paths.iter().any(|end| page.starts_with("/conf/") && page.ends_with(end));
        here.then_some(Confidence::Medium)
    }
}

/// Launch, Target, Analytics, Brand Portal, Dynamic Media.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "cloud_configuration",
    words: "Cloud configurations of Launch, Target, Analytics, Brand Portal and Dynamic Media",
    lures: Lures::Literals(&[
        CLOUD_CONFIGS,
        CLOUD_SERVICES,
        IMS_CONFIG,
        Literal::new("dtm-reactor"),
        Literal::new("mediaportal"),
        Literal::new("scene7"),
        Literal::new("testandtarget"),
        Literal::new("sitecatalyst"),
    ]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    if !subject.is_content() || subject.is_interface() || subject.node.path.starts_with("/libs/") {
        return false;
    }
    let Some((shape, confidence)) = SHAPES.iter().find_map(|s| s.matches(subject).map(|sure| (s, sure))) else {
        return false;
    };
    let has = |names: &[&str]| names.iter().any(|n| subject.property(n).is_some());
    if !has(shape.telling) && !has(REFERENCES) {
        return true;
    }
    draft(shape, confidence, subject).add_to(found);
    true
}

fn draft<'a>(shape: &Shape, confidence: Confidence, subject: Subject<'a>) -> Draft<'a> {
    let filled = |names: &[&str]| names.iter().any(|n| subject.is_filled(n));
    let names_ims = filled(REFERENCES) || is_ims_authentication(subject);
    let signs_in = shape.sign_in.as_ref().is_some_and(|own| filled(own.user) || filled(own.password));
    let auth = if signs_in && !names_ims { AuthType::UserCredentials } else { AuthType::Unknown };
    let page = relative(subject.page_path());
    let draft = Draft::new(subject, shape.kind.clone())
        .auth(auth, confidence)
        .product([Some(shape.product)])
        .name(page.rsplit('/').next().filter(|name| !name.is_empty()))
        .reference(REFERENCES)
        .shown_by_each(AuthType::Unknown, REFERENCES.iter().copied(), "names the IMS configuration");
    let Some(SignInProperties { user, password, beside }) = shape.sign_in else { return draft };
    let sign_in = user.iter().chain(password).copied();
    let beside = beside.iter().copied().filter(|_| auth == AuthType::UserCredentials);
    draft
        .optional(FieldName::UserName, user)
        .optional(FieldName::Password, password)
        .shown_by_each(AuthType::UserCredentials, sign_in, "is the sign-in of a user or company")
        .shown_by_each(AuthType::UserCredentials, beside, "belongs to the sign-in of a user or company")
}

/// Whether a property about authentication says IMS.
fn is_ims_authentication(subject: Subject<'_>) -> bool {
    ["authentication", "authType", "authenticationType", "connectedWhen"]
        .iter()
        .any(|name| subject.text(name).is_some_and(|text| text.to_ascii_lowercase().starts_with("ims")))
}
