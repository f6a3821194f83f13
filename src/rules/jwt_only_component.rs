//! `jwt-only-component`.

use super::verdict::{self, JwtVerdict};
use super::{Case, Finding, IntegrationRule, Phase, jwt_credential, rule, words};

rule! {
    /// ## What it does
    ///
    /// Reports configurations of components that can authenticate only with a Service Account (JWT) credential. The
    /// only such component known is the Adobe I/O integration of ACS AEM Commons,
    /// `com.adobe.acs.commons.adobeio.service.impl.IntegrationServiceImpl`: it has no setting for scopes or a grant
    /// type.
    ///
    /// Where it is used with service credentials of AEM as a Cloud Service (client ids `cm-p…-e…`, for Content Sync),
    /// `jwt-service-credentials` is reported instead. The hosts of Content Sync,
    /// `/var/acs-commons/contentsync/hosts/*`, use this client when their `authType` is `oauth`, which does not mean
    /// OAuth Server-to-Server here; they are listed as its users.
    ///
    /// ## Why is this bad
    ///
    /// Service Account (JWT) credentials of the Adobe Developer Console stopped working on 2026-03-01 at the latest. No
    /// setting of this component makes the integration work again; you have to replace the component.
    ///
    /// ## Example
    ///
    /// Flagged, `com.adobe.acs.commons.adobeio.service.impl.IntegrationServiceImpl.cfg.json`:
    ///
    /// ```json
    /// {
    ///   "endpoint": "https://ims-na1.adobelogin.com/ims/exchange/jwt",
    ///   "loginEndpoint": "https://ims-na1.adobelogin.com/c/",
    ///   "clientId": "0000example",
    ///   "clientSecret": "$[secret:ADOBEIO_CLIENT_SECRET]",
    ///   "privateKey": "$[secret:ADOBEIO_PRIVATE_KEY]",
    ///   "amcOrgId": "EXAMPLE0000@AdobeOrg",
    ///   "techAccountId": "EXAMPLE1111@techacct.adobe.com",
    ///   "adobeLoginClaimKey": ["https://ims-na1.adobelogin.com/s/ent_campaign_sdk"]
    /// }
    /// ```
    ///
    /// Fixed: the configuration is deleted. The calls that used it get their token from a client with OAuth
    /// Server-to-Server credentials, for example an IMS configuration that the code uses through `AccessTokenProvider`,
    /// `com.adobe.granite.auth.oauth.accesstoken.provider~acme-campaign.cfg.json`:
    ///
    /// ```json
    /// {
    ///   "name": "acme-campaign",
    ///   "auth.token.provider.authorization.grants": "client_credentials",
    ///   "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/token/v3",
    ///   "auth.token.provider.client.id": "0000example",
    ///   "auth.token.provider.scope": "openid,AdobeID,campaign_sdk",
    ///   "auth.token.provider.orgId": "EXAMPLE0000@AdobeOrg",
    ///   "token.request.customizer.type": "acme-campaign"
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// | old (ACS AEM Commons) | new (`…oauth.accesstoken.provider`) |
    /// |---|---|
    /// | `endpoint` | `auth.access.token.request` = `https://ims-na1.adobelogin.com/ims/token/v3` |
    /// | `clientId` | `auth.token.provider.client.id` |
    /// | `clientSecret` | `auth.ims.client.secret` of the request customizer |
    /// | `amcOrgId` | `auth.token.provider.orgId` |
    /// | `adobeLoginClaimKey` (metascopes) | `auth.token.provider.scope` |
    /// | `privateKey`, `techAccountId`, `loginEndpoint` | remove |
    ///
    /// Code that uses `IntegrationService` or `EndpointService` of ACS AEM Commons has to get its token from the new
    /// configuration. AEM 6.5 needs Service Pack 21, or `ims-jwt-compatibility-package-6.5-1.0.zip` on SP11 to SP20;
    /// AEM 6.5 LTS and AEM as a Cloud Service work without changes.
    ///
    /// ## References
    ///
    /// * <https://adobe-consulting-services.github.io/acs-aem-commons/features/adobe-io-apis/index.html>
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/migration/>
    pub JwtOnlyComponent {
        id: "jwt-only-component",
        level: Error,
        summary: "The component supports only Service Account (JWT) credentials",
        severity: "7.5",
        confidence: High,
        cwe: [1391],
        migration: Integration,
    }
}

/// The replacement for the component, whose own properties have no OAuth counterpart.
const STEPS: [&str; 4] = [
    "Replace the component: no setting of ACS AEM Commons makes it use OAuth Server-to-Server.",
    "`clientId` -> `auth.token.provider.client.id`, `amcOrgId` -> `auth.token.provider.orgId`, `adobeLoginClaimKey` -> `auth.token.provider.scope` of an IMS configuration (`com.adobe.granite.auth.oauth.accesstoken.provider`) with `auth.token.provider.authorization.grants` = `client_credentials`.",
    "`clientSecret` -> `auth.ims.client.secret` of its request customizer; `endpoint` -> `auth.access.token.request` = `https://ims-na1.adobelogin.com/ims/token/v3`.",
    "Change the code that uses `IntegrationService` to get its token from there, then remove this configuration, \
     including `privateKey` and `techAccountId`.",
];

impl IntegrationRule for JwtOnlyComponent {
    fn judge(&self, case: Case<'_>) -> Option<Finding> {
        if verdict::of(case.integration, case.model) != Some(JwtVerdict::OnlyComponent) {
            return None;
        }
        let message = format!(
            "{} supports only Service Account (JWT) credentials{}{}; these stopped working on 2026-03-01 at the \
             latest.",
            case.subject(),
            case.environments(),
            words::used_by(case.integration, case.model),
        );
        let finding = case
            .finding(&Self::META, verdict::telling_location(case.integration).clone(), message)
            .label("no OAuth mode")
            .steps(STEPS.map(|text| (Phase::Files, text)));
        Some(jwt_credential::with_neighbours(finding, case.integration, case.model))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::{AuthType, FieldName, Integration, IntegrationKind};
    use crate::rules::testing::{check_one, integration, jwt_provider};

    fn acs(client: &str) -> Integration {
        let mut acs = integration(IntegrationKind::AcsCommonsAdobeIo, AuthType::Jwt, "config/acs.cfg.json")
            .with(FieldName::ClientId, "clientId", Some(client))
            .with(FieldName::TokenEndpoint, "endpoint", Some("https://ims-na1.adobelogin.com/ims/exchange/jwt"));
        acs.location.pid = Some("com.adobe.acs.commons.adobeio.service.impl.IntegrationServiceImpl".into());
        acs
    }

    #[test]
    fn flagged() {
        let findings = check_one(&JwtOnlyComponent, acs("0000example"));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].location.property.as_deref(), Some("endpoint"));
        assert!(findings[0].steps[0].text.starts_with("Replace the component"));
        assert!(findings[0].url.contains("acs-aem-commons"));
    }

    #[test]
    fn clean_with_service_credentials_or_another_kind() {
        assert!(check_one(&JwtOnlyComponent, acs("cm-p123-e456-integration-0")).is_empty());
        assert!(check_one(&JwtOnlyComponent, jwt_provider("acme")).is_empty());
    }
}
