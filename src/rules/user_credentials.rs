//! `user-credentials`.

use super::{Case, Finding, IntegrationRule, Level, Phase, pages, rule, steps, words};
use crate::ims::target::Target;
use crate::ims::{AuthType, Field, FieldName, Integration, IntegrationKind};

rule! {
    /// ## What it does
    ///
    /// Reports Target and Analytics cloud configurations that sign in with a user's or company's own credential: Target
    /// with `email` and `password`, Analytics with `company`, `username` and `secret` or `password`, below
    /// `/etc/cloudservices/testandtarget` and `/etc/cloudservices/sitecatalyst`. A page of the service without such
    /// properties has no credential and is ignored. `marketingcloud.properties`, the opt-in of AEM 6.5, has the same
    /// with `target.` and `analytics.` in front.
    ///
    /// Dynamic Media also signs in with a user; it has no IMS alternative, so it is not reported.
    ///
    /// ## Why is this bad
    ///
    /// Adobe retired the Analytics API 1.4 and its sign-in (WSSE: `company`, `username` and `secret`) on 2026-08-31, so
    /// the configuration no longer works: this is an error. For Target, user credentials are deprecated in favour of an
    /// IMS configuration: this is a warning. User credentials depend on one person's account and password, cannot be
    /// limited to what the integration needs, and stop working with the account.
    ///
    /// ## Example
    ///
    /// Flagged, `/etc/cloudservices/testandtarget/acme/.content.xml`:
    ///
    /// ```xml
    /// <jcr:root xmlns:jcr="http://www.jcp.org/jcr/1.0" xmlns:cq="http://www.day.com/jcr/cq/1.0"
    ///     xmlns:sling="http://sling.apache.org/jcr/sling/1.0" jcr:primaryType="cq:Page">
    ///   <jcr:content jcr:primaryType="cq:PageContent"
    ///       cq:cloudservicename="testandtarget"
    ///       sling:resourceType="cq/analytics/components/testandtargetpage"
    ///       connectedWhen="email"
    ///       email="someone@example.com"
    ///       password="\{00112233445566778899aabbccddeeff}"/>
    /// </jcr:root>
    /// ```
    ///
    /// Fixed: the configuration refers to an IMS configuration instead of a user, selected in its dialog under
    /// *Authentication: IMS*.
    ///
    /// ## How to fix
    ///
    /// 1. Create an OAuth Server-to-Server credential with the Target or Analytics API in the Adobe Developer Console.
    /// 2. Create the IMS configuration for it: Tools > Security > Adobe IMS Integration (in other versions Adobe IMS
    ///    Configurations). AEM 6.5: Service Pack 21 or later; Analytics with IMS needs 6.5.12.0 or later.
    /// 3. Open the cloud configuration, set *Authentication* to *IMS*, select the IMS configuration (for Target also
    ///    the tenant id and the REST API type), and save.
    /// 4. Remove what is no longer used: for Target `email`, `password` and `connectedWhen`, for Analytics `company`,
    ///    `username`, `secret`, `password` and `connectedWhen`.
    ///
    /// On AEM as a Cloud Service the configuration is below `/conf/<tenant>/settings/cloudconfigs`; the legacy pages
    /// below `/etc/cloudservices` come from AEM 6.5 and 6.5 LTS, or were copied from there. Adobe has not published the
    /// property in which the dialog stores the reference, so use the dialog rather than editing the file.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/discontinued/using/analytics-1-4-apis>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/security/setting-up-ims-integrations-for-aem>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/security/setting-up-ims-integrations-for-aem-as-a-cloud-service>
    pub UserCredentials {
        id: "user-credentials",
        level: Warning,
        summary: "Target or Analytics still signs in with a user's or company's own credential",
        severity: "4.0",
        confidence: High,
        cwe: [1392],
        migration: Integration,
    }
}

impl IntegrationRule for UserCredentials {
    fn judge(&self, case: Case<'_>) -> Option<Finding> {
        let has_ims = matches!(case.integration.kind, IntegrationKind::Target | IntegrationKind::Analytics);
        (has_ims && case.integration.auth == AuthType::UserCredentials).then(|| finding(case))
    }
}

fn finding(case: Case<'_>) -> Finding {
    let credential = [FieldName::UserName, FieldName::Password];
    let fields: Vec<_> =
        credential.iter().filter_map(|n| case.integration.field(*n)).filter(|f| f.state.is_filled()).collect();
    let location = fields.iter().find_map(|field| field.location.as_deref()).unwrap_or(&case.integration.location);
    // Source: "Analytics 1.4 APIs", Adobe Experience League, discontinued products.
    let retired = case.integration.kind == IntegrationKind::Analytics;
    let why = match retired {
        true => "which stopped working on 2026-08-31, when Adobe retired the Analytics API 1.4 and its sign-in (WSSE)",
        false => "which is deprecated",
    };
    let message = format!("{} signs in with a user's or company's own credential, {why}.", case.subject());
    let names = properties(case.integration, &fields);
    let removal = (!names.is_empty()).then(|| (Phase::Files, format!("Remove {}.", words::list(&names))));
    let since = match (retired, case.target()) {
        (true, Target::V65 | Target::Unknown) => {
            " AEM 6.5 supports IMS for Analytics since 6.5.12.0, and OAuth since Service Pack 21."
        }
        _ => "",
    };
    let finding = case
        .finding(&UserCredentials::META, location.clone(), message)
        .level(if retired { Level::Error } else { Level::Warning })
        .label("user credential")
        .step(
            Phase::Aem,
            format!(
                "Create an IMS configuration with an OAuth Server-to-Server credential ({}).{since}",
                steps::CONSOLE
            ),
        )
        .step(Phase::Aem, "Open the cloud configuration, set Authentication to IMS and select it.")
        .steps(removal);
    if retired { finding.url(pages::ANALYTICS_RETIRED) } else { finding }
}

/// Every sign-in property that is present.
fn properties(integration: &Integration, fields: &[&Field]) -> Vec<String> {
    let told = integration.evidence.iter().filter(|evidence| evidence.auth == AuthType::UserCredentials);
    let told = told.filter_map(|evidence| evidence.location.property.as_deref()).map(words::code);
    let mut names: Vec<String> = Vec::new();
    for name in fields.iter().map(|field| words::property(field)).chain(told) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::Evidence;
    use crate::ims::catalog::Product;
    use crate::rules::testing::{check_one, integration};

    fn of(kind: IntegrationKind, auth: AuthType) -> Integration {
        integration(kind, auth, "etc/acme/.content.xml")
            .with(FieldName::UserName, "email", Some("someone@example.com"))
            .with(FieldName::Password, "password", Some("x"))
    }

    #[test]
    fn flagged() {
        let mut target = of(IntegrationKind::Target, AuthType::UserCredentials);
        target.product = Some(Product::Target);
        let findings = check_one(&UserCredentials, target);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].location.property.as_deref(), Some("email"));
        assert_eq!(findings[0].steps[2].text, "Remove `email` and `password`.");
        assert!(!findings[0].message.contains("example.com"));
        assert_eq!(findings[0].level, Level::Warning);
    }

    #[test]
    fn analytics_is_an_error_with_its_own_text_and_names_every_property() {
        let mut analytics = of(IntegrationKind::Analytics, AuthType::UserCredentials);
        for name in ["company", "email", "secret", "connectedWhen"] {
            let mut place = analytics.location.clone();
            place.property = Some(name.into());
            analytics.evidence.push(Evidence { auth: AuthType::UserCredentials, text: String::new(), location: place });
        }
        let findings = check_one(&UserCredentials, analytics);
        assert_eq!((findings.len(), findings[0].level), (1, Level::Error));
        assert!(findings[0].message.contains("2026-08-31") && findings[0].message.contains("WSSE"));
        assert_eq!(findings[0].steps[2].text, "Remove `email`, `password`, `company`, `secret` and `connectedWhen`.");
        assert!(findings[0].url.contains("analytics-1-4-apis"));
    }

    #[test]
    fn clean_for_dynamic_media_and_ims() {
        assert!(check_one(&UserCredentials, of(IntegrationKind::DynamicMedia, AuthType::UserCredentials)).is_empty());
        assert!(check_one(&UserCredentials, of(IntegrationKind::Target, AuthType::Unknown)).is_empty());
    }
}
