//! `oauth-jwt-endpoint`.

use super::verdict::{self, JwtVerdict};
use super::{Case, Finding, IntegrationRule, rule, steps};
use crate::ims::FieldName;

rule! {
    /// ## What it does
    ///
    /// Reports integrations that use the client credentials grant, but send it to the JWT exchange endpoint
    /// (`/ims/exchange/jwt`).
    ///
    /// ## Why is this bad
    ///
    /// The two belong to different credentials: the JWT exchange expects a signed JWT and rejects
    /// `grant_type=client_credentials`. The integration is half migrated and gets no access token: for a credential
    /// that was converted to OAuth, the JWT endpoint answers 500 `internal_error`, "Please try again later".
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// ```json
    /// {
    ///   "auth.token.provider.authorization.grants": "client_credentials",
    ///   "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/exchange/jwt"
    /// }
    /// ```
    ///
    /// Fixed:
    ///
    /// ```json
    /// {
    ///   "auth.token.provider.authorization.grants": "client_credentials",
    ///   "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/token/v3"
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Replace `/ims/exchange/jwt` in `auth.access.token.request` with `/ims/token/v3`. A format such as
    /// `https://%s/ims/exchange/jwt` becomes `https://%s/ims/token/v3`, with the host in
    /// `auth.token.provider.endpoint`. This applies to AEM 6.5, AEM 6.5 LTS and AEM as a Cloud Service. `aem-ims-lint
    /// migrate --write` makes this edit.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/assets/using/config-oauth>
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/ims/>
    pub OauthJwtEndpoint {
        id: "oauth-jwt-endpoint",
        level: Error,
        summary: "The client credentials grant is sent to the JWT exchange endpoint",
        severity: "5.0",
        confidence: High,
        cwe: [1188],
        migration: Integration,
        settled_by: [TokenEndpoint],
        effect: Broken,
    }
}

impl IntegrationRule for OauthJwtEndpoint {
    fn judge(&self, case: Case<'_>) -> Option<Finding> {
        if verdict::of(case.integration, case.model) != Some(JwtVerdict::OAuthAtJwtEndpoint) {
            return None;
        }
        let endpoint = case.integration.field(FieldName::TokenEndpoint)?;
        let message = format!(
            "{} sends the client credentials grant to the JWT exchange endpoint{}, which rejects it.",
            case.subject(),
            case.environments(),
        );
        let location = endpoint.location.as_deref().unwrap_or(&case.integration.location);
        Some(
            case.finding(&Self::META, location.clone(), message)
                .label("JWT exchange endpoint")
                .steps(steps::endpoint_step(case.integration, endpoint)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check_one, help, jwt_provider, oauth_provider};

    #[test]
    fn flagged() {
        let provider = oauth_provider("acme").with(
            FieldName::TokenEndpoint,
            "auth.access.token.request",
            Some("https://%s/ims/exchange/jwt"),
        );
        let findings = check_one(&OauthJwtEndpoint, provider);
        assert_eq!(findings.len(), 1);
        assert_eq!(
            help(&findings[0]),
            ["`auth.access.token.request`: `https://%s/ims/exchange/jwt` -> `https://%s/ims/token/v3`."]
        );
    }

    #[test]
    fn clean_for_whole_oauth_and_whole_jwt() {
        assert!(check_one(&OauthJwtEndpoint, oauth_provider("acme")).is_empty());
        assert!(check_one(&OauthJwtEndpoint, jwt_provider("acme")).is_empty());
    }
}
