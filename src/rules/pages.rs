//! Documentation pages by product and AEM edition.
//!
//! Each edition has pages with the same names below its own root. Pages that exist for one edition only are given in
//! full.

use crate::ims::catalog::Product;
use crate::ims::home::ValuePlace;
use crate::ims::target::Target;
use crate::ims::{Integration, IntegrationKind};

const CLOUD_SERVICE: &str = "https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content";
const V65: &str = "https://experienceleague.adobe.com/en/docs/experience-manager-65/content";
const V65_LTS: &str = "https://experienceleague.adobe.com/en/docs/experience-manager-65-lts/content";

/// Migrating a credential in the Adobe Developer Console.
pub(super) const DEVELOPER_CONSOLE: &str =
    "https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/migration/";
/// How to replace client secrets in the Adobe Developer Console.
const IMPLEMENTATION: &str = "https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/implementation/";
/// What a token request must contain.
pub(super) const IMS_API: &str =
    "https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/ims/";
const ACS_COMMONS: &str =
    "https://adobe-consulting-services.github.io/acs-aem-commons/features/adobe-io-apis/index.html";
const AIO_WORKSPACE: &str = "https://github.com/adobe/aio-lib-java/blob/main/aem/core_aem/README.md";
const AIO_CONTEXT: &str = "https://github.com/adobe/aio-cli-plugin-cloudmanager/blob/main/README.md";
const CLOUD_MANAGER: &str =
    "https://developer.adobe.com/experience-cloud/cloud-manager/guides/getting-started/create-api-integration/";
const CAMPAIGN: &str = "https://experienceleague.adobe.com/en/docs/campaign-classic/using/integrating-with-adobe-experience-cloud/oauth-technical-account";
const LAUNCH_65: &str = "https://experienceleague.adobe.com/en/docs/experience-cloud-kcs/kbarticles/ka-24660";
/// The end of the Analytics API 1.4.
pub(super) const ANALYTICS_RETIRED: &str =
    "https://experienceleague.adobe.com/en/docs/discontinued/using/analytics-1-4-apis";
/// Service credentials of the AEM Developer Console.
pub(super) const SERVICE_CREDENTIALS: &str = "https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/implementing/developing/generating-access-tokens-for-server-side-apis-jwt-legacy";
/// File names that Sling's configuration installer reads.
pub(super) const CONFIGURATION_INSTALLER: &str =
    "https://sling.apache.org/documentation/bundles/configuration-installer-factory.html";
/// What a content package is.
pub(super) const FILEVAULT: &str = "https://jackrabbit.apache.org/filevault/overview.html";

/// How to set up IMS integrations on this edition.
pub(super) fn ims_integrations(target: Target) -> String {
    match target {
        Target::CloudService => {
            format!("{CLOUD_SERVICE}/security/setting-up-ims-integrations-for-aem-as-a-cloud-service")
        }
        Target::V65Lts => format!("{V65_LTS}/security/setting-up-ims-integrations-for-aem"),
        Target::V65 | Target::Unknown => format!("{V65}/security/setting-up-ims-integrations-for-aem"),
    }
}

/// Why JWT credentials ended, on this edition.
pub(super) fn deprecation(target: Target) -> String {
    let root = match target {
        Target::V65 => V65,
        Target::V65Lts => V65_LTS,
        Target::CloudService | Target::Unknown => CLOUD_SERVICE,
    };
    format!("{root}/security/jwt-credentials-deprecation-in-adobe-developer-console")
}

/// Where secrets are stored in such a place.
pub(super) fn secrets_of(place: ValuePlace, target: Target) -> String {
    if place.is_aem() || place == ValuePlace::Unknown { secrets(target) } else { IMPLEMENTATION.to_owned() }
}

/// Where secrets of OSGi configurations are stored on this edition.
pub(super) fn secrets(target: Target) -> String {
    match target {
        Target::V65 => format!("{V65}/security/encryption-support-for-configuration-properties"),
        Target::V65Lts => format!("{V65_LTS}/security/encryption-support-for-configuration-properties"),
        Target::CloudService | Target::Unknown => osgi(),
    }
}

/// OSGi configurations of AEM as a Cloud Service: folders, formats, placeholders.
pub(super) fn osgi() -> String {
    format!("{CLOUD_SERVICE}/implementing/deploying/configuring-osgi")
}

/// How to set up this integration with OAuth Server-to-Server.
pub(super) fn integration(integration: &Integration, target: Target) -> String {
    match (&integration.kind, integration.product) {
        (IntegrationKind::AcsCommonsAdobeIo, _) => ACS_COMMONS.to_owned(),
        (IntegrationKind::AioWorkspace, _) => AIO_WORKSPACE.to_owned(),
        (IntegrationKind::ServiceCredentials, _) => SERVICE_CREDENTIALS.to_owned(),
        (IntegrationKind::AioContext, Some(Product::CloudManager)) => CLOUD_MANAGER.to_owned(),
        (IntegrationKind::AioContext, _) => AIO_CONTEXT.to_owned(),
        (
            IntegrationKind::DeveloperConsoleProject
            | IntegrationKind::CredentialFile
            | IntegrationKind::WorkflowStep
            | IntegrationKind::Generic
            | IntegrationKind::Declared(_),
            _,
        ) => DEVELOPER_CONSOLE.to_owned(),
        (_, Some(Product::Campaign)) => CAMPAIGN.to_owned(),
        (_, Some(Product::SmartTags)) => match target {
            Target::V65Lts => format!("{V65_LTS}/assets/using/config-oauth"),
            _ => format!("{V65}/assets/using/config-oauth"),
        },
        (_, Some(Product::Launch)) if target == Target::V65 => LAUNCH_65.to_owned(),
        (
            IntegrationKind::AccessTokenProvider
            | IntegrationKind::Stock
            | IntegrationKind::Launch
            | IntegrationKind::Target
            | IntegrationKind::Analytics
            | IntegrationKind::SmartTags
            | IntegrationKind::BrandPortal
            | IntegrationKind::DynamicMedia
            | IntegrationKind::Guides
            | IntegrationKind::ReplicationAgent
            | IntegrationKind::ContentSyncHost,
            _,
        ) => ims_integrations(target),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::AuthType;
    use crate::rules::testing::integration as integration_of;

    #[test]
    fn every_edition_has_its_own_pages() {
        let roots = [(Target::CloudService, CLOUD_SERVICE), (Target::V65, V65), (Target::V65Lts, V65_LTS)];
        for (target, root) in roots {
            assert!(ims_integrations(target).starts_with(&format!("{root}/security/setting-up-ims-integrations")));
            assert!(deprecation(target).starts_with(&format!("{root}/security/jwt-credentials-deprecation")));
        }
        let encryption = "security/encryption-support-for-configuration-properties";
        assert_eq!(secrets(Target::V65), format!("{V65}/{encryption}"));
        assert_eq!(secrets(Target::V65Lts), format!("{V65_LTS}/{encryption}"));
        assert_eq!(secrets(Target::CloudService), format!("{CLOUD_SERVICE}/implementing/deploying/configuring-osgi"));
    }

    #[test]
    fn an_unknown_edition_has_the_page_that_most_need() {
        assert_eq!(ims_integrations(Target::Unknown), ims_integrations(Target::V65));
        assert_eq!(deprecation(Target::Unknown), deprecation(Target::CloudService));
        assert_eq!(secrets(Target::Unknown), osgi());
    }

    #[test]
    fn files_that_aem_never_reads_have_no_page_of_aem() {
        assert_eq!(secrets_of(ValuePlace::DotEnv, Target::CloudService), IMPLEMENTATION);
        assert_eq!(secrets_of(ValuePlace::Osgi, Target::CloudService), osgi());
    }

    #[test]
    fn products_and_kinds_have_their_own_pages() {
        let page = |kind, product, target| {
            let mut one = integration_of(kind, AuthType::Jwt, "x.json");
            one.product = product;
            integration(&one, target)
        };
        let unknown = |kind, product| page(kind, product, Target::Unknown);
        assert_eq!(unknown(IntegrationKind::AcsCommonsAdobeIo, None), ACS_COMMONS);
        assert_eq!(unknown(IntegrationKind::AioWorkspace, None), AIO_WORKSPACE);
        assert_eq!(unknown(IntegrationKind::ServiceCredentials, None), SERVICE_CREDENTIALS);
        assert_eq!(unknown(IntegrationKind::AioContext, Some(Product::CloudManager)), CLOUD_MANAGER);
        assert_eq!(unknown(IntegrationKind::AioContext, None), AIO_CONTEXT);
        for kind in [
            IntegrationKind::DeveloperConsoleProject,
            IntegrationKind::Generic,
            IntegrationKind::Declared("own".to_owned()),
        ] {
            assert_eq!(unknown(kind, Some(Product::Campaign)), DEVELOPER_CONSOLE);
        }
        let provider = |product, target| page(IntegrationKind::AccessTokenProvider, Some(product), target);
        assert_eq!(provider(Product::Campaign, Target::V65), CAMPAIGN);
        assert_eq!(provider(Product::SmartTags, Target::V65), format!("{V65}/assets/using/config-oauth"));
        assert_eq!(provider(Product::SmartTags, Target::V65Lts), format!("{V65_LTS}/assets/using/config-oauth"));
        assert_eq!(provider(Product::Launch, Target::V65), LAUNCH_65);
        assert_eq!(provider(Product::Launch, Target::V65Lts), ims_integrations(Target::V65Lts));
        assert_eq!(provider(Product::Target, Target::V65), ims_integrations(Target::V65));
    }
}
