//! Which configurations Adobe, not the customer, is believed to own.
//!
//! "Auto-provisioned JWT configurations should not be migrated manually" (Adobe, "Setting up IMS integrations for AEM as
//! a Cloud Service"); nothing in the stored configuration marks them. Adobe makes credentials called `cm-p…-e…` for its
//! environments, and provisions Launch and Brand Portal there.

use super::catalog::Product;
use super::model::{AuthType, FieldName, Integration, Kind};
use super::recognise::is_cloud_service_client;
use super::target::Target;

/// Marks the JWT configurations that Adobe is believed to own.
pub fn mark(integrations: &mut [Integration], target: Target) {
    for integration in integrations {
        if integration.kind == Kind::AccessTokenProvider && integration.auth == AuthType::Jwt {
            integration.auto_provisioned = reason(integration, target);
        }
    }
}

fn reason(integration: &Integration, target: Target) -> Option<String> {
    if matches!(target, Target::V65 | Target::V65Lts) {
        return None;
    }
    if integration.value(FieldName::ClientId).is_some_and(is_cloud_service_client) {
        return Some("its client id is one that AEM as a Cloud Service makes for an environment".to_owned());
    }
    let product = integration.product.filter(|p| matches!(p, Product::Launch | Product::BrandPortal))?;
    // What a project deploys itself is its own.
    let path = integration.location.file.context.repository_path.as_deref();
    let by_instance = path.is_none_or(|path| path.starts_with("apps/system/config/"));
    (target == Target::CloudService && by_instance)
        .then(|| format!("{} is provisioned by Adobe in AEM as a Cloud Service", product.name()))
}
