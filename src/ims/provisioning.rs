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
        if integration.auth == AuthType::Jwt && integration.auto_provisioned.is_none() {
            integration.auto_provisioned = match integration.kind {
                Kind::AccessTokenProvider => reason(integration, target),
                // Of the AEM Developer Console, which has rules of its own.
                Kind::ServiceCredentials => None,
                _ => of_project(integration.name.as_deref()),
            };
        }
    }
}

/// Whether a name is one that Cloud Manager gives the projects which it makes for environments: `AEM-p1-e2`, also without
/// the signs between.
pub fn is_project_of_environment(name: &str) -> bool {
    let sign = |rest: &str| rest.strip_prefix(['-', '_', ' ']).unwrap_or(rest).to_owned();
    let numbered = |rest: &str, letter: char| {
        let rest = rest.strip_prefix(letter)?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        (digits > 0).then(|| sign(&rest[digits..]))
    };
    let name = name.trim().to_ascii_lowercase();
    let program = name.strip_prefix("aem").map(sign).and_then(|rest| numbered(&rest, 'p'));
    program.and_then(|rest| numbered(&rest, 'e')).is_some_and(|rest| rest.is_empty())
}

/// Why a credential of a Developer Console project called `name` is Adobe's own.
pub fn of_project(name: Option<&str>) -> Option<String> {
    let own = name.is_some_and(is_project_of_environment);
    own.then(|| "its name is one that Cloud Manager gives the project which it makes for an environment".to_owned())
}

fn reason(integration: &Integration, target: Target) -> Option<String> {
    if matches!(target, Target::V65 | Target::V65Lts) {
        return None;
    }
    if integration.value(FieldName::ClientId).is_some_and(is_cloud_service_client) {
        return Some("its client id is one that AEM as a Cloud Service makes for an environment".to_owned());
    }
    if let Some(reason) = of_project(integration.name.as_deref()) {
        return Some(reason);
    }
    let product = integration.product.filter(|p| matches!(p, Product::Launch | Product::BrandPortal))?;
    // What a project deploys itself is its own.
    let path = integration.location.file.context.repository_path.as_deref();
    let by_instance = path.is_none_or(|path| path.starts_with("apps/system/config/"));
    (target == Target::CloudService && by_instance)
        .then(|| format!("{} is provisioned by Adobe in AEM as a Cloud Service", product.name()))
}

#[cfg(test)]
mod tests {
    use super::is_project_of_environment;

    #[test]
    fn projects_that_cloud_manager_makes() {
        for name in ["AEM-p10000-e20000", "AEMp10000e20000", "aem p1 e2", "AEM_p1_e2 "] {
            assert!(is_project_of_environment(name), "{name}");
        }
        for name in ["AEM-p10000", "AEM-pe", "AEM-p1-e2-acme", "Acme AEM-p1-e2", "AEM Launch", "cm-p1-e2"] {
            assert!(!is_project_of_environment(name), "{name}");
        }
    }
}
