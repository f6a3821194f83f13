//! `user-credentials`.

use super::meta::rule;
use super::{Level, Phase, Rule, pages, words};
use crate::ims::{AuthType, FieldName, Integration, Kind, Model};
use crate::rules::Finding;

rule! {
    /// ## What it does
    ///
    /// Reports Target and Analytics cloud configurations that sign in with a user's or company's own credential: Target
    /// with `email` and `password`, Analytics with `company`, `username` and `secret` or `password`, below
    /// `/etc/cloudservices/testandtarget` and `/etc/cloudservices/sitecatalyst`. A page of the service without such
    /// properties carries no credential and is left alone.
    ///
    /// Dynamic Media also signs in with a user; there is no IMS alternative for it, so nothing is said.
    ///
    /// ## Why is this bad
    ///
    /// User credentials for these integrations are deprecated in favour of an IMS configuration. They depend on one
    /// person's account and password, cannot be limited to what the integration needs, and stop when the account does.
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
    /// Fixed: the configuration names an IMS configuration instead of a user, chosen in its dialog under
    /// *Authentication: IMS*.
    ///
    /// ## How to fix
    ///
    /// 1. Create an OAuth Server-to-Server credential with the Target or Analytics API in the Adobe Developer Console.
    /// 2. Create the IMS configuration for it: Tools > Security > Adobe IMS Configurations (AEM 6.5: Service Pack 21 or
    ///    later; Analytics over IMS needs 6.5.12.0 at least).
    /// 3. Open the cloud configuration, set *Authentication* to *IMS*, choose the IMS configuration, and for Target the
    ///    tenant id and the REST API type; save. `email`, `username`, `password` and `secret` are no longer used: remove
    ///    them.
    ///
    /// On AEM as a Cloud Service the configuration lies below `/conf/<tenant>/settings/cloudconfigs`; the legacy pages
    /// below `/etc/cloudservices` belong to AEM 6.5 and 6.5 LTS. Adobe has not published under which property the
    /// dialog stores the reference, so do it in the dialog rather than in the file.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/security/setting-up-ims-integrations-for-aem>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/security/setting-up-ims-integrations-for-aem-as-a-cloud-service>
    pub UserCredentials {
        id: "user-credentials",
        level: Warning,
        summary: "Target or Analytics still sign in with a user's or company's own credential",
        severity: "4.0",
        confidence: High,
        cwe: [1392],
        migration: Integration,
    }
}

impl Rule for UserCredentials {
    fn check(&self, model: &Model, findings: &mut Vec<Finding>) {
        for (index, integration) in model.integrations.iter().enumerate() {
            let has_ims = matches!(integration.kind, Kind::Target | Kind::Analytics);
            if has_ims && integration.auth == AuthType::UserCredentials {
                findings.push(finding(index, integration, model));
            }
        }
    }
}

fn finding(index: usize, integration: &Integration, model: &Model) -> Finding {
    let credential = [FieldName::UserName, FieldName::Password];
    let fields: Vec<_> =
        credential.iter().filter_map(|n| integration.field(*n)).filter(|f| f.state.is_filled()).collect();
    let location = fields.iter().find_map(|field| field.location.as_deref()).unwrap_or(&integration.location);
    // Source: "Analytics 1.4 API and WSSE authentication: end of life" of Adobe Analytics.
    let retired = integration.kind == Kind::Analytics;
    let why = match retired {
        true => "which stopped working on 2026-08-31 with the Analytics API 1.4",
        false => "which is deprecated",
    };
    let message = format!(
        "{} signs in with a user's or company's own credential, {why}.",
        words::sentence(&words::subject(integration))
    );
    let names: Vec<String> = fields.iter().map(|field| words::property(field)).collect();
    let removal = (!names.is_empty()).then(|| (Phase::Files, format!("Remove {}.", words::list(&names))));
    Finding::new(&UserCredentials::META, location.clone(), message)
        .about(index, integration)
        .level(if retired { Level::Error } else { Level::Warning })
        .label("user credential")
        .step(
            Phase::Aem,
            "Create an IMS configuration with an OAuth Server-to-Server credential (Tools > Security > Adobe IMS Configurations).",
        )
        .step(Phase::Aem, "Open the cloud configuration, set Authentication to IMS and choose it.")
        .steps(removal)
        .url(pages::integration(integration, model.target.target))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::catalog::Product;
    use crate::rules::testing::{check_one, integration};

    fn of(kind: Kind, auth: AuthType) -> Integration {
        integration(kind, auth, "etc/acme/.content.xml")
            .with(FieldName::UserName, "email", Some("someone@example.com"))
            .with(FieldName::Password, "password", Some("x"))
    }

    #[test]
    fn flagged() {
        let mut target = of(Kind::Target, AuthType::UserCredentials);
        target.product = Some(Product::Target);
        let findings = check_one(&UserCredentials, target);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].location.property.as_deref(), Some("email"));
        assert_eq!(findings[0].steps[2].text, "Remove `email` and `password`.");
        assert!(!findings[0].message.contains("example.com"));
        assert_eq!(check_one(&UserCredentials, of(Kind::Analytics, AuthType::UserCredentials)).len(), 1);
    }

    #[test]
    fn clean_for_dynamic_media_and_ims() {
        assert!(check_one(&UserCredentials, of(Kind::DynamicMedia, AuthType::UserCredentials)).is_empty());
        assert!(check_one(&UserCredentials, of(Kind::Target, AuthType::Unknown)).is_empty());
    }
}
