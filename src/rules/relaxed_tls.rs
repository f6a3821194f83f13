//! `relaxed-tls`.

use super::{Case, Finding, IntegrationRule, Phase, pages, rule, words};
use crate::ims::FieldName;

rule! {
    /// ## What it does
    ///
    /// Reports IMS configurations with `auth.token.provider.relaxed.ssl` enabled.
    ///
    /// ## Why is this bad
    ///
    /// AEM then accepts any certificate from a server that poses as Adobe IMS, and sends the client secret there. The
    /// description of the property itself says that it must be disabled in production.
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// ```properties
    /// auth.access.token.request="https://ims-na1.adobelogin.com/ims/token/v3"
    /// auth.token.provider.relaxed.ssl=B"true"
    /// ```
    ///
    /// Fixed:
    ///
    /// ```properties
    /// auth.access.token.request="https://ims-na1.adobelogin.com/ims/token/v3"
    /// auth.token.provider.relaxed.ssl=B"false"
    /// ```
    ///
    /// ## How to fix
    ///
    /// Remove the property or set it to `false`, on AEM 6.5, AEM 6.5 LTS and AEM as a Cloud Service. If a proxy
    /// intercepts TLS, add its certificate to AEM's trust store instead.
    ///
    /// ## References
    ///
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/ims/>
    /// * <https://cwe.mitre.org/data/definitions/295.html>
    pub RelaxedTls {
        id: "relaxed-tls",
        level: Warning,
        summary: "Certificate checks are disabled for requests to Adobe IMS",
        severity: "6.5",
        confidence: High,
        cwe: [295],
    }
}

impl IntegrationRule for RelaxedTls {
    fn judge(&self, case: Case<'_>) -> Option<Finding> {
        let field = case.integration.field(FieldName::RelaxedTls)?;
        let on = field.value.as_deref().is_some_and(|value| value.trim().eq_ignore_ascii_case("true"));
        let location = field.location.as_deref().filter(|_| on)?;
        let message = format!("{} does not check the certificate of Adobe IMS{}.", case.subject(), case.environments());
        let finding = case
            .finding(&RelaxedTls::META, location.clone(), message)
            .label("certificates are not checked")
            .step(Phase::Files, format!("{}: `true` -> `false`, or remove it.", words::property(field)))
            .url(pages::IMS_API);
        Some(finding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check_one, help, oauth_provider};

    const PROPERTY: &str = "auth.token.provider.relaxed.ssl";

    #[test]
    fn flagged_when_on() {
        let findings =
            check_one(&RelaxedTls, oauth_provider("acme").with(FieldName::RelaxedTls, PROPERTY, Some("true")));
        assert_eq!(findings.len(), 1);
        assert_eq!(help(&findings[0]), [format!("`{PROPERTY}`: `true` -> `false`, or remove it.")]);
    }

    #[test]
    fn clean_when_off_or_absent() {
        assert!(
            check_one(&RelaxedTls, oauth_provider("acme").with(FieldName::RelaxedTls, PROPERTY, Some("false")))
                .is_empty()
        );
        assert!(check_one(&RelaxedTls, oauth_provider("acme")).is_empty());
    }
}
