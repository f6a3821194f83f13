//! Adobe Stock: an OSGi configuration that names an IMS configuration. Properties: metatype.

use super::{AuthType, Confidence, Draft, Extract, IntegrationKind, Lures, Recogniser, Subject};
use crate::ims::catalog::{Product, pid};
use crate::ims::literals::IMS_CONFIG;

/// The factory.
pub(super) static RECOGNISER: Recogniser =
    Recogniser { name: "stock", words: "Adobe Stock", lures: Lures::Literals(&[IMS_CONFIG]), recognise };

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    let Some(sub_name) = subject.configures(pid::STOCK) else { return false };
    // Without this property, in any case, it is not about Adobe IMS.
    let names_ims = |name: &str| name.to_ascii_lowercase().contains(IMS_CONFIG.text());
    if !subject.node.properties.iter().any(|property| names_ims(&property.name)) {
        return false;
    }
    Draft::new(subject, IntegrationKind::Stock)
        .auth(AuthType::Unknown, Confidence::High)
        .product([Some(Product::Stock)])
        .name(subject.text("name").or(sub_name))
        .reference(&["imsConfig"])
        .shown_by(AuthType::Unknown, "imsConfig", "names the IMS configuration")
        .add_to(found);
    true
}
