//! `marketingcloud.properties` of AEM 6.5: the opt-in to Target and Analytics with the sign-in of a user or company.
//!
//! Source: "Opting into Adobe Analytics and Adobe Target" of AEM 6.5 (`target.clientcode`, `target.email`, `target.password`;
//! `analytics.company`, `analytics.username`, `analytics.secret`).

use super::cloud_configuration::SignInProperties;
use super::{AuthType, Confidence, Draft, Extract, FieldName, IntegrationKind, Literal, Lures, Recogniser, Subject};
use crate::format::properties::MARKETING_CLOUD as FILE;
use crate::ims::catalog::Product;

/// The keys of one product.
struct OptIn {
    kind: IntegrationKind,
    product: Product,
    sign_in: SignInProperties,
}

static OPT_INS: &[OptIn] = &[
    OptIn {
        kind: IntegrationKind::Target,
        product: Product::Target,
        sign_in: SignInProperties {
            user: &["target.email"],
            password: &["target.password"],
            beside: &["target.clientcode", "target.clientCode"],
        },
    },
    OptIn {
        kind: IntegrationKind::Analytics,
        product: Product::Analytics,
        sign_in: SignInProperties {
            user: &["analytics.username"],
            password: &["analytics.secret"],
            beside: &["analytics.company"],
        },
    },
];

/// The file of the opt-in.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "marketing_cloud",
    words: "`marketingcloud.properties`, the opt-in to Target and Analytics of AEM 6.5",
    lures: Lures::Literals(&[Literal::only_in(&[FILE], "target."), Literal::only_in(&[FILE], "analytics.")]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    if subject.is_osgi() || subject.scene.capture.file().context.file_name() != FILE {
        return false;
    }
    let filled = |name: &&str| subject.is_filled(name);
    for opt_in in OPT_INS {
        let SignInProperties { user, password, beside } = opt_in.sign_in;
        let sign_in = || user.iter().chain(password);
        if !sign_in().any(filled) {
            continue;
        }
        let draft = Draft::new(subject, opt_in.kind.clone())
            .auth(AuthType::UserCredentials, Confidence::High)
            .product([Some(opt_in.product)])
            .name(Some(FILE))
            .optional(FieldName::UserName, user)
            .optional(FieldName::Password, password);
        let told = sign_in().chain(beside).copied();
        let says = "belongs to the sign-in of a user or company";
        draft.shown_by_each(AuthType::UserCredentials, told, says).add_to(found);
    }
    true
}
