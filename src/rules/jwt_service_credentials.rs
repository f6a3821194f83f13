//! `jwt-service-credentials`.

use super::verdict::{self, JwtVerdict};
use super::{Case, Finding, IntegrationRule, Phase, pages, rule};
use crate::ims::IntegrationKind;

rule! {
    /// ## What it does
    ///
    /// Reports *service credentials* of AEM as a Cloud Service: the JSON file that you download from the AEM Developer
    /// Console (`integration.technicalAccount`, client ids `cm-p<program>-e<environment>…`, metascope
    /// `ent_aem_cloud_api`), and configurations that use one.
    ///
    /// ## Why is this bad
    ///
    /// They are exchanged for a token at `/ims/exchange/jwt`, but they are not the Service Account (JWT) credentials of
    /// the Adobe Developer Console and were not shut down with them. Adobe's deprecation page says that they "are not
    /// deprecated and can continue to be used"; the newer page about them is titled *JWT (Legacy)* and says that the
    /// JWT method is deprecated in favour of OAuth Server-to-Server. No end date is published. So this is a warning:
    /// plan the migration. A credential file in a repository is also a leaked secret, which `plaintext-secret` reports.
    ///
    /// ## Example
    ///
    /// Flagged, `service-credentials.json`:
    ///
    /// ```json
    /// {
    ///   "ok": true,
    ///   "integration": {
    ///     "imsEndpoint": "ims-na1.adobelogin.com",
    ///     "metascopes": "ent_aem_cloud_api",
    ///     "technicalAccount": { "clientId": "cm-p0000-e0000-integration-0", "clientSecret": "not-a-real-secret" },
    ///     "id": "EXAMPLE1111@techacct.adobe.com",
    ///     "org": "EXAMPLE0000@AdobeOrg",
    ///     "privateKey": "-----BEGIN RSA PRIVATE KEY-----…"
    ///   },
    ///   "statusCode": 200
    /// }
    /// ```
    ///
    /// Fixed: the client requests its token with an OAuth Server-to-Server credential of an Adobe Developer Console
    /// project that includes the AEM API it calls, its client id is listed in `config/api.yaml`, and the file is
    /// deleted:
    ///
    /// ```yaml
    /// kind: "API"
    /// version: "1"
    /// metadata:
    ///   envTypes: ["dev", "stage", "prod"]
    /// data:
    ///   allowedClientIDs:
    ///     author:
    ///       - "0000example"
    /// ```
    ///
    /// ## How to fix
    ///
    /// * `imsEndpoint` + `/ims/exchange/jwt` -> `https://ims-na1.adobelogin.com/ims/token/v3`
    /// * `metascopes` -> the `scope` of the OAuth credential
    /// * `technicalAccount.clientId`, `.clientSecret` -> client id and client secret of the OAuth credential
    /// * `privateKey`, `publicKey`, `id` -> not needed
    /// * the client id of the OAuth credential -> `allowedClientIDs` in `config/api.yaml`, deployed with a
    ///   configuration pipeline of Cloud Manager (for a rapid development environment, from the command line); also add
    ///   the product profile of the environment with the service of the API
    ///
    /// Only the OpenAPI-based APIs of AEM accept OAuth Server-to-Server. Sling POST, QueryBuilder, the package manager
    /// and `/api/assets` do not, and answer 403. Keep the service credentials for those.
    ///
    /// Error messages you may see: 403 "IMS Client ID not allowlisted" means that the client id is not in
    /// `config/api.yaml`. 403 "The access token is missing required scopes" means that the API is not OpenAPI-based, or
    /// that the credential does not have its scope.
    ///
    /// This exists on AEM as a Cloud Service only. Until you migrate, keep the file out of the repository and renew its
    /// certificate before it expires.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/implementing/developing/generating-access-tokens-for-server-side-apis-jwt-legacy>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/security/jwt-credentials-deprecation-in-adobe-developer-console>
    pub JwtServiceCredentials {
        id: "jwt-service-credentials",
        level: Warning,
        summary: "Service credentials of AEM as a Cloud Service use the legacy JWT exchange",
        severity: "3.0",
        confidence: High,
        cwe: [1391],
        migration: Integration,
    }
}

impl IntegrationRule for JwtServiceCredentials {
    fn judge(&self, case: Case<'_>) -> Option<Finding> {
        if verdict::of(case.integration, case.model) != Some(JwtVerdict::ServiceCredentials) {
            return None;
        }
        let message = format!(
            "{} exchanged through JWT{}, which is legacy but has no end date.",
            match case.integration.kind {
                IntegrationKind::ServiceCredentials => "Service credentials of AEM as a Cloud Service are".to_owned(),
                _ => format!("{} uses service credentials of AEM as a Cloud Service, which are", case.subject()),
            },
            case.environments(),
        );
        Some(
            case.finding(&Self::META, verdict::telling_location(case.integration).clone(), message)
                .label("service credentials (JWT, legacy)")
                .step(
                    Phase::Nothing,
                    "Plan the migration to an OAuth Server-to-Server credential of an Adobe Developer Console \
                     project, if an OpenAPI-based API of AEM does what you need. Its client id must be listed in \
                     `allowedClientIDs` in `config/api.yaml`, or AEM answers 403.",
                )
                .step(
                    Phase::Files,
                    "Until then, keep the credentials out of the repository and renew their certificate in time \
                     under AEM Developer Console > Integrations > Technical Accounts.",
                )
                .url(pages::SERVICE_CREDENTIALS),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::{AuthType, FieldName};
    use crate::rules::testing::{check_one, integration, jwt_provider};

    #[test]
    fn flagged_as_file_and_in_a_configuration() {
        let file = integration(IntegrationKind::ServiceCredentials, AuthType::Jwt, "service-credentials.json");
        let findings = check_one(&JwtServiceCredentials, file);
        assert_eq!(findings.len(), 1);
        assert_eq!(
            findings[0].message,
            "Service credentials of AEM as a Cloud Service are exchanged through JWT, which is legacy but has no end \
             date."
        );

        let acs = integration(IntegrationKind::AcsCommonsAdobeIo, AuthType::Jwt, "acs.cfg.json").with(
            FieldName::ClientId,
            "clientId",
            Some("cm-p1-e2"),
        );
        assert_eq!(check_one(&JwtServiceCredentials, acs).len(), 1);

        let generic = integration(IntegrationKind::Generic, AuthType::Jwt, "own.cfg.json").with(
            FieldName::Metascopes,
            "metascopes",
            Some("https://ims-na1.adobelogin.com/s/ent_aem_cloud_api"),
        );
        assert_eq!(check_one(&JwtServiceCredentials, generic).len(), 1);
    }

    #[test]
    fn regression_the_default_of_a_placeholder_names_the_client_of_an_environment() {
        let acs = integration(IntegrationKind::AcsCommonsAdobeIo, AuthType::Jwt, "acs.cfg.json").with(
            FieldName::ClientId,
            "clientId",
            Some("$[env:ACME_CLIENT;default=cm-p1-e2]"),
        );
        assert_eq!(check_one(&JwtServiceCredentials, acs).len(), 1);
    }

    #[test]
    fn clean_for_the_adobe_developer_console() {
        assert!(check_one(&JwtServiceCredentials, jwt_provider("acme")).is_empty());
    }
}
