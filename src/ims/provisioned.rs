//! Configurations that Adobe, not the customer, is believed to own.
//!
//! Nothing in a stored configuration says for certain who made it. Adobe's auto-generated Developer Console projects
//! are named after program and environment, and so are their client ids.

use std::sync::LazyLock;

use regex::Regex;

use super::model::{AuthType, FieldName, Integration, Kind};

/// Client ids that name a program and an environment of AEM as a Cloud Service.
static ENVIRONMENT_CLIENT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^cm-p\d+-e\d+(?:-|$)").ok());

/// Says of every IMS configuration why Adobe is believed to own it, if it is.
pub fn decide(integrations: &mut [Integration]) {
    for integration in integrations {
        let jwt = integration.kind == Kind::AccessTokenProvider && integration.auth == AuthType::Jwt;
        let client = integration.value(FieldName::ClientId).unwrap_or("");
        if jwt && ENVIRONMENT_CLIENT.as_ref().is_some_and(|pattern| pattern.is_match(client.trim())) {
            integration.auto_provisioned =
                Some("its client id names a program and an environment of AEM as a Cloud Service".to_owned());
        }
    }
}
