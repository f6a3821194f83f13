//! `api-client-not-listed`.

use super::{Case, Finding, IntegrationRule, Phase, rule, words};
use crate::ims::IntegrationKind;
use crate::ims::api_access::{self, LIST};

rule! {
    /// ## What it does
    ///
    /// Reports OAuth credentials that call the OpenAPI-based APIs of AEM as a Cloud Service, as their scopes say
    /// (`aem.folders`, `aem.fragments.management`, …), and whose client id is not in `data.allowedClientIDs` of the
    /// `config/api.yaml` that was scanned with them. Files of that kind are known by `kind: "API"`.
    ///
    /// Integrations from AEM to other products need no entry there. Without an `api.yaml`, or where a placeholder hides one of
    /// its clients, nothing is said.
    ///
    /// ## Why is this bad
    ///
    /// Adobe IMS gives a token, and AEM answers 403 ("IMS Client ID not allowlisted"). Whoever replaces the service
    /// credentials of the AEM Developer Console with an OAuth Server-to-Server credential easily forgets this step.
    ///
    /// ## Example
    ///
    /// Flagged, a credential with the client id `0000example` and the scope `aem.folders` beside this `config/api.yaml`:
    ///
    /// ```yaml
    /// kind: "API"
    /// version: "1"
    /// metadata:
    ///   envTypes: ["dev", "stage", "prod"]
    /// data:
    ///   allowedClientIDs:
    ///     author:
    ///       - "1111example"
    /// ```
    ///
    /// Fixed:
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
    ///       - "1111example"
    /// ```
    ///
    /// ## How to fix
    ///
    /// Add the client id for each tier that the client calls (`author`, `publish`, `preview`), and deploy the file with a
    /// configuration pipeline of Cloud Manager; no other pipeline does. A rapid development environment takes it from the
    /// command line and has no preview tier. If the credential calls another AEM environment, its list is in another
    /// repository: suppress the finding with that reason.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/implementing/developing/open-api-based-apis>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-learn/cloud-service/aem-apis/openapis/setup>
    pub ApiClientNotListed {
        id: "api-client-not-listed",
        level: Warning,
        summary: "The client id of a credential for AEM's OpenAPI-based APIs is not in `config/api.yaml`",
        severity: "2.0",
        confidence: Medium,
        cwe: [],
    }
}

impl IntegrationRule for ApiClientNotListed {
    fn judge(&self, case: Case<'_>) -> Option<Finding> {
        let list = case.model.api_access.first()?;
        let caller = api_access::caller(case.integration)?;
        let (Some(id), Some(location)) = (caller.id.value.as_deref(), caller.id.location.as_deref()) else {
            return None;
        };
        if api_access::may_call(&case.model.api_access, id) {
            return None;
        }
        let message = format!(
            "{} asks for {}, a scope of AEM's OpenAPI-based APIs, and its client id {} is not in `{LIST}` of {}: AEM answers 403.",
            case.subject(),
            words::code(caller.scope),
            words::code(id),
            words::path(list.location.path().file_name()),
        );
        let mut finding = Finding::new(&Self::META, location.clone(), message)
            .about(case.index, case.integration)
            .label("not in the list of API clients")
            .step(Phase::Files, format!("`{LIST}`: add the client id for each tier that the client calls."))
            .step(
                Phase::CloudManager,
                "Deploy the file with a configuration pipeline; a rapid development environment takes it from the command line.",
            );
        if case.model.integrations.iter().any(|one| one.kind == IntegrationKind::ServiceCredentials) {
            finding =
                finding.note("Until then the service credentials beside it cannot be replaced by this credential.");
        }
        let lists = case.model.api_access.iter().map(|list| &list.location);
        Some(finding.related_each("the list of API clients", lists))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::api_access::{ApiAccess, ApiClient};
    use crate::ims::{AuthType, FieldName, FieldState, Integration};
    use crate::rules::testing::{check, integration, location, model};

    fn client(scopes: &str) -> Integration {
        integration(IntegrationKind::CredentialFile, AuthType::OAuth, "client.json")
            .with(FieldName::ClientId, "CLIENT_ID", Some("0000example"))
            .with(FieldName::Scopes, "SCOPES", Some(scopes))
    }

    fn said(one: Integration, listed: &[(&str, bool)]) -> usize {
        let client = |(id, open): &(&str, bool)| ApiClient {
            id: (*id).to_owned(),
            state: FieldState::Present,
            open: *open,
            location: location("api.yaml", Some("data.allowedClientIDs.author")),
        };
        let mut model = model(vec![one]);
        model.api_access = vec![ApiAccess {
            clients: listed.iter().map(client).collect(),
            unknown: Vec::new(),
            location: location("api.yaml", None),
        }];
        check(&ApiClientNotListed, &model).len()
    }

    #[test]
    fn only_clients_of_the_apis_need_an_entry() {
        assert_eq!(said(client("openid, AdobeID, aem.folders"), &[("1111example", false)]), 1);
        assert_eq!(said(client("openid, AdobeID, aem.folders"), &[("0000example", false)]), 0);
        assert_eq!(said(client("openid, AdobeID, aem.folders"), &[]), 1);
        assert_eq!(said(client("openid, AdobeID, target_sdk"), &[]), 0);
        assert_eq!(said(client("openid, AdobeID, aem.document_authoring"), &[]), 0);
    }

    #[test]
    fn what_nobody_sees_may_be_the_client() {
        assert_eq!(said(client("aem.folders"), &[("${{ACME_CLIENT}}", true)]), 0);
        let hidden = client("aem.folders").with(FieldName::ClientId, "CLIENT_ID", Some("${{ secrets.ID }}"));
        assert_eq!(said(hidden, &[]), 0);
        assert!(check(&ApiClientNotListed, &model(vec![client("aem.folders")])).is_empty(), "no list, no finding");
    }
}
