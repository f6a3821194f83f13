//! Names for the secret variables of Cloud Manager.

use crate::ims::Integration;

/// Maximum length of a name: 100 characters ("Configuring OSGi for AEM as a Cloud Service", section "Secret Environment
/// Variables").
const LONGEST: usize = 100;
const SUFFIX: &str = "_CLIENT_SECRET";

/// A name for the variable that holds the client secret of `integration`: `IMS_ADOBE_TARGET_CLIENT_SECRET`. Names are
/// letters, digits and `_` and do not begin with a digit (same source), which the fixed prefix ensures. The name is
/// derived from the name of the configuration that contains the secret, which several integrations may share, unless
/// that is a number.
pub(super) fn secret_name(integration: &Integration) -> String {
    let unlinked = integration.unlinked.as_ref().map(|unlinked| &unlinked.location);
    let partner = integration.secret_partner.as_ref().or(unlinked);
    let partner = partner.and_then(|partner| partner.pid.as_deref()?.split_once('~'));
    let partner = partner.map(|(_, name)| name).filter(|name| name.contains(|c: char| c.is_ascii_alphabetic()));
    let named = || integration.name.as_deref().or(integration.location.pid.as_deref());
    let own = partner.or_else(named).unwrap_or_default();
    let mut name = String::from("IMS");
    for word in own.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let word = word.to_ascii_uppercase();
        if name == "IMS" && word == "IMS" {
            continue;
        }
        name.push('_');
        name.push_str(&word);
    }
    name.truncate(LONGEST - SUFFIX.len());
    name.push_str(SUFFIX);
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::oauth_provider;

    #[test]
    fn names_fit_cloud_manager() {
        let shared = |pid: &str| {
            let mut integration = oauth_provider("acme");
            integration.secret_partner.as_mut().unwrap().pid = Some(pid.into());
            secret_name(&integration)
        };
        assert_eq!(shared("x.Customizer~target"), "IMS_TARGET_CLIENT_SECRET");
        assert_eq!(shared("x.Customizer~1234567890"), "IMS_ACME_CLIENT_SECRET");
        let named = |name: &str| {
            let mut integration = oauth_provider("acme");
            integration.name = Some(name.to_owned());
            secret_name(&integration)
        };
        assert_eq!(named("Adobe Target"), "IMS_ADOBE_TARGET_CLIENT_SECRET");
        assert_eq!(named("adobe-ims-similaritysearch"), "IMS_ADOBE_IMS_SIMILARITYSEARCH_CLIENT_SECRET");
        assert_eq!(named("IMS Target"), "IMS_TARGET_CLIENT_SECRET");
        assert_eq!(named("Ärger"), "IMS_RGER_CLIENT_SECRET");
        assert_eq!(named("…"), "IMS_CLIENT_SECRET");
        let long = named(&"x".repeat(500));
        assert_eq!(long.len(), LONGEST);
        assert!(long.ends_with(SUFFIX));
    }
}
