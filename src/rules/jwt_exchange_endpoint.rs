//! `jwt-exchange-endpoint`.

use super::{Finding, Phase, Rule, pages, rule, steps, words};
use crate::ims::Model;
use crate::ims::model::StrayEndpoint;

rule! {
    /// ## What it does
    ///
    /// Reports configurations that contain the JWT exchange endpoint of Adobe IMS (`…/ims/exchange/jwt`) but that this
    /// tool does not recognise as an integration: a project's own list of endpoints, a URL passed to code.
    ///
    /// Documentation, dialogs, Java sources and generated API clients are not checked.
    ///
    /// ## Why is this bad
    ///
    /// Of the credentials of the Adobe Developer Console the endpoint serves Service Account (JWT) ones only. These stopped
    /// working on 2026-03-01 at the latest, so code that uses the URL gets no access token. The credential itself is not
    /// in this file; look for it where the code reads it.
    ///
    /// ## Example
    ///
    /// Flagged, `com.acme.core.impl.EndpointImpl~token.cfg.json`:
    ///
    /// ```json
    /// {
    ///   "id": "ims-token",
    ///   "url": "https://ims-na1.adobelogin.com/ims/exchange/jwt"
    /// }
    /// ```
    ///
    /// Fixed:
    ///
    /// ```json
    /// {
    ///   "id": "ims-token",
    ///   "url": "https://ims-na1.adobelogin.com/ims/token/v3"
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// 1. Change the URL to `https://ims-na1.adobelogin.com/ims/token/v3`.
    /// 2. Change the code that uses it to send `grant_type=client_credentials`, `client_id`, `client_secret` and
    ///    `scope` instead of `jwt_token`; it no longer needs a key.
    ///
    /// The same on AEM 6.5, AEM 6.5 LTS and AEM as a Cloud Service, since the code is the project's own.
    ///
    /// The endpoint still serves *service credentials* of AEM as a Cloud Service (AEM Developer Console, client ids
    /// `cm-p…-e…`). If the code exchanges those, suppress the rule for this file and give the reason. For every
    /// credential of the Adobe Developer Console it answers 500 `internal_error`, "Please try again later", or rejects
    /// the JWT.
    ///
    /// ## References
    ///
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/migration/>
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/ims/>
    pub JwtExchangeEndpoint {
        id: "jwt-exchange-endpoint",
        level: Error,
        summary: "A configuration uses the JWT exchange endpoint of Adobe IMS, which no longer serves Service Account (JWT) credentials",
        severity: "6.0",
        confidence: High,
        cwe: [1391],
        migration: Elsewhere,
    }
}

impl Rule for JwtExchangeEndpoint {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let finding = |endpoint: &StrayEndpoint| {
            let location = &endpoint.location;
            let holder = location.pid.as_deref().or(location.jcr_path.as_deref());
            let message = format!(
                "{} uses the JWT exchange endpoint of Adobe IMS; Service Account (JWT) credentials stopped working on \
                 2026-03-01 at the latest.",
                words::code(holder.unwrap_or_else(|| location.path().file_name())),
            );
            let property = location.property.as_deref().map_or_else(|| "The URL".to_owned(), words::code);
            let url = steps::token_url(&endpoint.url);
            Finding::new(&Self::META, location.clone(), message)
                .label("JWT exchange endpoint")
                .step(Phase::Files, format!("{property}: {} -> {}.", words::code(&endpoint.url), words::code(&url)))
                .step(
                    Phase::Files,
                    "In the code that uses it, send `grant_type=client_credentials`, `client_id`, `client_secret` \
                         and `scope` instead of a signed JWT.",
                )
                .url(pages::DEVELOPER_CONSOLE)
        };
        model.endpoints.iter().map(finding).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::model::StrayEndpoint;
    use crate::rules::testing::{check, check_one, jwt_provider, location};

    #[test]
    fn flagged() {
        let url = "https://ims-na1.adobelogin.com/ims/exchange/jwt".to_owned();
        let mut location = location("config/x.cfg.json", Some("url"));
        location.pid = Some("com.acme.core.impl.EndpointImpl~token".into());
        let model = Model { endpoints: vec![StrayEndpoint { url, location }], ..Model::default() };
        let findings = check(&JwtExchangeEndpoint, &model);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].message.starts_with(
            "`com.acme.core.impl.EndpointImpl~token` uses the JWT exchange \
        endpoint"
        ));
        assert_eq!(
            findings[0].steps[0].text,
            "`url`: `https://ims-na1.adobelogin.com/ims/exchange/jwt` -> `https://ims-na1.adobelogin.com/ims/token/v3`."
        );
    }

    #[test]
    fn clean_for_integrations() {
        assert!(check_one(&JwtExchangeEndpoint, jwt_provider("acme")).is_empty());
    }
}
