//! `api-clients-invalid`.

use super::{Finding, Level, Phase, Rule, rule, words};
use crate::ims::api_access::{ApiAccess, ApiClient, LIST, UnknownName};
use crate::ims::recognise::is_cloud_service_client;
use crate::ims::{Confidence, Model};

rule! {
    /// ## What it does
    ///
    /// Reports what AEM as a Cloud Service cannot use in `config/api.yaml`, the list of clients that may call its OpenAPI-based
    /// APIs: a tier other than `author`, `publish` and `preview`, an environment other than `dev`, `stage`, `prod` and `rde`, and, as
    /// a note, the client id of service credentials (`cm-p…-e…`), which are not OAuth credentials of the Adobe Developer
    /// Console.
    ///
    /// ## Why is this bad
    ///
    /// A client that the list does not name for the tier that it calls gets 403, although its token is valid.
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// ```yaml
    /// kind: "API"
    /// version: "1"
    /// metadata:
    ///   envTypes: ["dev", "qa"]
    /// data:
    ///   allowedClientIDs:
    ///     authors:
    ///       - "0000example"
    /// ```
    ///
    /// Fixed:
    ///
    /// ```yaml
    /// kind: "API"
    /// version: "1"
    /// metadata:
    ///   envTypes: ["dev", "stage"]
    /// data:
    ///   allowedClientIDs:
    ///     author:
    ///       - "0000example"
    /// ```
    ///
    /// ## How to fix
    ///
    /// Use the names of the documentation. Client ids are those of OAuth credentials in the Adobe Developer Console, written
    /// out: nothing fills in variables there.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/implementing/developing/open-api-based-apis>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/operations/config-pipeline>
    pub ApiClientsInvalid {
        id: "api-clients-invalid",
        level: Warning,
        summary: "The list of API clients has a tier, an environment or a client that AEM does not know",
        severity: "2.0",
        confidence: Medium,
        cwe: [],
    }
}

impl Rule for ApiClientsInvalid {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let of_list = |list: &ApiAccess| -> Vec<Finding> {
            let of_service_credentials = list.clients.iter().filter(|client| is_cloud_service_client(&client.id));
            list.unknown.iter().map(unknown).chain(of_service_credentials.map(of_service)).collect()
        };
        model.api_access.iter().flat_map(of_list).collect()
    }
}

fn unknown(name: &UnknownName) -> Finding {
    let known: Vec<String> = name.known.iter().map(|name| words::code(name)).collect();
    let message = format!(
        "{} is not a known {} in this list of API clients: what it says is for {}.",
        words::code(&name.name),
        name.what,
        words::list(&known),
    );
    Finding::new(&ApiClientsInvalid::META, name.location.clone(), message)
        .label(format!("not a known {}", name.what))
        .step(Phase::Files, format!("Use {}.", words::list(&known)))
}

fn of_service(client: &ApiClient) -> Finding {
    let message = format!(
        "The list of API clients names {}, the client id of service credentials: `{LIST}` is for OAuth credentials of the Adobe Developer Console.",
        words::code(&client.id),
    );
    Finding::new(&ApiClientsInvalid::META, client.location.clone(), message)
        .level(Level::Note)
        .at_most(Confidence::Low)
        .label("client id of service credentials")
        .step(
            Phase::Files,
            "Replace it with the client id of the OAuth Server-to-Server credential that takes the place of the service credentials.",
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::FieldState;
    use crate::ims::api_access::{ApiAccess, ENVIRONMENTS, TIERS};
    use crate::rules::testing::{check, location, model};

    #[test]
    fn unknown_names_and_service_credentials_are_told() {
        let place = || location("api.yaml", Some(LIST));
        let client =
            |id: &str| ApiClient { id: id.to_owned(), state: FieldState::Present, open: false, location: place() };
        let unknown = |name: &str, known, what| UnknownName { name: name.to_owned(), known, what, location: place() };
        let mut model = model(Vec::new());
        model.api_access = vec![ApiAccess {
            clients: vec![client("0000example"), client("cm-p1-e2-integration-0")],
            unknown: vec![unknown("authors", &TIERS, "tier"), unknown("qa", &ENVIRONMENTS, "environment")],
            location: place(),
        }];
        let levels: Vec<Level> = check(&ApiClientsInvalid, &model).iter().map(|finding| finding.level).collect();
        assert_eq!(levels, [Level::Warning, Level::Warning, Level::Note]);
    }
}
