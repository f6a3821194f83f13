//! `ims-reference-unresolved`.

use super::{Case, Finding, IntegrationRule, Phase, rule, words};
use crate::ims::target::Target;
use crate::ims::{IntegrationKind, Reference};

rule! {
    /// ## What it does
    ///
    /// Notes cloud configurations, Stock configurations and replication agents that refer to an IMS configuration
    /// (`imsConfigId`, `imsConfig`, an access token provider) which was not found in the scanned files. Names are
    /// compared with `name`, title, factory sub-name and PID of every IMS configuration found.
    ///
    /// ## Why is this bad
    ///
    /// It may be fine: IMS configurations are often created on the instance and exist only there. But then the scanned
    /// files do not show whether this integration uses OAuth or still JWT, and you have to look it up on the instance.
    ///
    /// ## Example
    ///
    /// Flagged, `/conf/acme/settings/cloudconfigs/dtm-reactor/.content.xml` alone:
    ///
    /// ```xml
    /// <jcr:root xmlns:jcr="http://www.jcp.org/jcr/1.0" xmlns:cq="http://www.day.com/jcr/cq/1.0"
    ///     xmlns:sling="http://sling.apache.org/jcr/sling/1.0" jcr:primaryType="cq:Page">
    ///   <jcr:content jcr:primaryType="cq:PageContent"
    ///       sling:resourceType="cq/dtm-reactor/components/conf/page"
    ///       imsConfigId="Adobe Launch"/>
    /// </jcr:root>
    /// ```
    ///
    /// Fixed: scanned together with the package or folder that contains
    /// `com.adobe.granite.auth.oauth.accesstoken.provider~launch.cfg.json` with
    ///
    /// ```json
    /// {
    ///   "name": "Adobe Launch",
    ///   "auth.token.provider.authorization.grants": "client_credentials",
    ///   "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/token/v3"
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Look the name up on the instance under Tools > Security > Adobe IMS Integration (in other versions Adobe IMS
    /// Configurations). If it is marked *JWT Credentials (deprecated)*, it must be migrated:
    ///
    /// * **AEM 6.5, AEM 6.5 LTS**: alternatively, download `/apps/system/config` with the package manager and scan it.
    ///   Use `--instance NAME=PATH` for it and for the exported `/conf` to treat both as one instance.
    /// * **AEM as a Cloud Service**: the IMS configurations of Launch (Tags) and Brand Portal are provisioned by Adobe
    ///   and are not part of a project.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/security/setting-up-ims-integrations-for-aem>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/security/setting-up-ims-integrations-for-aem-as-a-cloud-service>
    pub ImsReferenceUnresolved {
        id: "ims-reference-unresolved",
        level: Note,
        summary: "The referenced IMS configuration was not found in the scanned files",
        severity: "0.5",
        confidence: Medium,
        cwe: [],
    }
}

impl IntegrationRule for ImsReferenceUnresolved {
    fn judge(&self, case: Case<'_>) -> Vec<Finding> {
        // A provider refers to its request customizer, which `oauth-missing-client-secret` checks; a Content Sync host
        // does not use an IMS configuration.
        if matches!(case.integration.kind, IntegrationKind::AccessTokenProvider | IntegrationKind::ContentSyncHost) {
            return Vec::new();
        }
        let finding = |reference: &Reference| {
            let message = format!(
                "{} refers to the IMS configuration {}, which was not found in the scanned files, so it is unknown \
                 whether it uses OAuth.",
                case.subject(),
                words::code(&reference.target),
            );
            case.finding(&Self::META, reference.location.clone(), message)
                .label("not found")
                .steps(steps(case.target()).iter().copied())
        };
        case.integration.references.iter().filter(|reference| reference.resolved.is_empty()).map(finding).collect()
    }
}

fn steps(target: Target) -> &'static [(Phase, &'static str)] {
    const LOOK_UP: (Phase, &str) = (
        Phase::Aem,
        "Look it up under Tools > Security > Adobe IMS Integration (in other versions Adobe IMS Configurations): \"JWT \
         Credentials (deprecated)\" must be migrated.",
    );
    const EXPORT: (Phase, &str) = (
        Phase::Aem,
        "Or scan a package of the instance's `/apps/system/config`, which shows how the configuration authenticates.",
    );
    const CLOUD: (Phase, &str) = (
        Phase::Nothing,
        "On AEM as a Cloud Service Adobe provisions the IMS configurations of Launch (Tags) and Brand Portal itself.",
    );
    match target {
        Target::CloudService => &[LOOK_UP, CLOUD],
        Target::V65 | Target::V65Lts => &[LOOK_UP, EXPORT],
        Target::Unknown => &[LOOK_UP, EXPORT, CLOUD],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::{AuthType, Integration};
    use crate::rules::testing::{check, check_one, integration, model, model_for, oauth_provider};

    fn launch(resolved: Vec<usize>) -> Integration {
        integration(IntegrationKind::Launch, AuthType::Unknown, "conf/acme/.content.xml")
            .naming("Adobe Launch", resolved)
    }

    #[test]
    fn noted_at_the_name() {
        let findings = check_one(&ImsReferenceUnresolved, launch(Vec::new()));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].location.property.as_deref(), Some("imsConfigId"));
        assert!(findings[0].message.contains("refers to the IMS configuration `Adobe Launch`"));
    }

    #[test]
    fn clean_when_found_or_not_a_cloud_configuration() {
        let found = model(vec![oauth_provider("Adobe Launch"), launch(vec![0])]);
        assert!(check(&ImsReferenceUnresolved, &found).is_empty());
        assert!(check_one(&ImsReferenceUnresolved, oauth_provider("acme").naming("customizer", Vec::new())).is_empty());
    }

    #[test]
    fn where_to_look_depends_on_the_edition() {
        let steps =
            |target| check(&ImsReferenceUnresolved, &model_for(target, vec![launch(Vec::new())])).remove(0).steps;
        let starts = |target| steps(target).iter().map(|step| step.text[..13].to_owned()).collect::<Vec<_>>();
        let (look_up, export, cloud) = ("Look it up un", "Or scan a pac", "On AEM as a C");
        assert_eq!(starts(Target::CloudService), [look_up, cloud]);
        assert_eq!(starts(Target::V65), [look_up, export]);
        assert_eq!(starts(Target::V65Lts), [look_up, export]);
        assert_eq!(starts(Target::Unknown), [look_up, export, cloud]);
    }
}
