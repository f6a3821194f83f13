//! `jwt-credential`.

use super::rivals::Rivals;
use super::verdict::{self, JwtVerdict};
use super::{Case, Finding, Rule, rule, steps, words};
use crate::ims::{Integration, Model};

rule! {
    /// ## What it does
    ///
    /// Reports Adobe IMS integrations that authenticate with a Service Account (JWT) credential: IMS configurations
    /// (`com.adobe.granite.auth.oauth.accesstoken.provider`), I/O Events workspaces, Smart Tags cloud services,
    /// Developer Console workspaces, `aio` contexts and a project's own IMS clients.
    ///
    /// An IMS configuration counts as JWT when `auth.token.provider.authorization.grants` is not `client_credentials`
    /// and its token URL is the JWT exchange, a key pair alias is set, or its claims contain a metascope or a technical
    /// account. Configurations of the same factory that show no sign of Adobe IMS are ignored, because the factory
    /// serves other OAuth servers too.
    ///
    /// Related locations show what refers to the configuration, where its client secret is, and its copies.
    ///
    /// ## Why is this bad
    ///
    /// Service Account (JWT) credentials stopped working when their last certificate expired, on 2026-03-01 at the
    /// latest. Adobe then converted the credential to an OAuth Server-to-Server one, so a configuration that still
    /// signs JWTs gets no access token: the integration is broken, not merely outdated.
    ///
    /// Error messages you may see: for a credential that was converted to OAuth, `/ims/exchange/jwt` answers 500
    /// `{"error":"internal_error","error_description":"Please try again later"}`; retrying does not help. An expired or
    /// unknown certificate gives 400 or 401 with `invalid_token`, `invalid_signature` or `invalid_client`. The console
    /// of AEM marks such a configuration *JWT Credentials (deprecated)*.
    ///
    /// ## Example
    ///
    /// Flagged, `com.adobe.granite.auth.oauth.accesstoken.provider~acme-target.cfg.json`:
    ///
    /// ```json
    /// {
    ///   "name": "acme-target",
    ///   "auth.token.provider.client.id": "0000example",
    ///   "auth.access.token.request": "https://%s/ims/exchange/jwt",
    ///   "auth.token.provider.endpoint": "ims-na1.adobelogin.com",
    ///   "auth.token.provider.keypair.alias": "acme-target",
    ///   "auth.token.provider.default.claims": [
    ///     "\"iss\":\"EXAMPLE0000@AdobeOrg\"",
    ///     "\"sub\":\"EXAMPLE1111@techacct.adobe.com\"",
    ///     "\"https://ims-na1.adobelogin.com/s/ent_marketing_sdk\":true"
    ///   ],
    ///   "token.request.customizer.type": "acme-target"
    /// }
    /// ```
    ///
    /// Fixed:
    ///
    /// ```json
    /// {
    ///   "name": "acme-target",
    ///   "auth.token.provider.client.id": "0000example",
    ///   "auth.token.provider.authorization.grants": "client_credentials",
    ///   "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/token/v3",
    ///   "auth.token.provider.scope": "openid,AdobeID,target_sdk",
    ///   "auth.token.provider.orgId": "EXAMPLE0000@AdobeOrg",
    ///   "auth.token.provider.default.claims": ["\"iss\":\"EXAMPLE0000@AdobeOrg\""],
    ///   "token.request.customizer.type": "acme-target"
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Take client id, client secret and scopes from the OAuth Server-to-Server credential of the same project in the
    /// Adobe Developer Console; a migrated credential keeps client id, technical account and scopes.
    ///
    /// | old | new |
    /// |---|---|
    /// | no `auth.token.provider.authorization.grants` | `client_credentials` |
    /// | `auth.access.token.request` = `…/ims/exchange/jwt` | `https://ims-na1.adobelogin.com/ims/token/v3` |
    /// | metascope claims (`…/s/ent_…`) | `auth.token.provider.scope`, separated by commas |
    /// | `iss` claim | keep, and set the same id in `auth.token.provider.orgId` |
    /// | `sub` and `aud` claims, `auth.token.provider.keypair.alias` | remove |
    /// | client secret in `IMSAccessTokenRequestCustomizerImpl` | the secret of the OAuth credential, in the same place |
    /// | `aio.meta.scopes`, `aio.encoded.pkcs8` (I/O Events) | `aio.oauth.scopes`; remove the key |
    /// | `meta_scopes`, `private_key` (`aio` context) | `scopes`, `client_secrets`, `oauth_enabled: true`; remove the key |
    ///
    /// A Campaign Classic server stores the OAuth credential that it uses itself on the server, not in AEM, and
    /// supports it since version 7.4.1. `aem-ims-lint migrate --write` makes these edits in IMS configurations and I/O
    /// Events workspaces of a project; without `--write` it lists them together with the steps to take elsewhere.
    ///
    /// * **AEM as a Cloud Service**: Tools > Security > Adobe IMS Integration (in other versions Adobe IMS
    ///   Configurations), Properties, Authentication Type *OAuth*; for configurations deployed as code, change the file
    ///   and use `$[secret:NAME]` for the secret.
    /// * **AEM 6.5**: Service Pack 21 or later; SP11 to SP20 need `ims-jwt-compatibility-package-6.5-1.0.zip` first.
    ///   The console writes below `/apps/system/config`; delete the old file there. If it refuses to save with "Invalid
    ///   parameter (empty or null)", the bundle `com.adobe.cq.adobeims.core` is not 1.1.26, the version that SP21 to
    ///   SP25 include (KA-37748). The console supports OAuth for Smart Tags since 6.5.23; on older versions, change the
    ///   files.
    /// * **AEM 6.5 LTS**: works as installed.
    ///
    /// ## References
    ///
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/migration/>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/security/setting-up-ims-integrations-for-aem-as-a-cloud-service>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/security/setting-up-ims-integrations-for-aem>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/security/jwt-credentials-deprecation-in-adobe-developer-console>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/assets/using/config-oauth>
    /// * <https://experienceleague.adobe.com/en/docs/experience-cloud-kcs/kbarticles/ka-37748>
    pub JwtCredential {
        id: "jwt-credential",
        level: Error,
        summary: "The integration authenticates with a Service Account (JWT) credential, which no longer works",
        severity: "7.5",
        confidence: High,
        cwe: [1391],
        migration: Integration,
        settled_by: AllFields,
    }
}

impl Rule for JwtCredential {
    fn needs_outcomes(&self) -> bool {
        true
    }

    fn check(&self, model: &Model) -> Vec<Finding> {
        let rivals = Rivals::new(model);
        let is_judged = |case: &Case<'_>| verdict::of(case.integration, model) == Some(JwtVerdict::Credential);
        Case::all(model).filter(is_judged).map(|case| finding(case, &rivals)).collect()
    }
}

fn finding(case: Case<'_>, rivals: &Rivals<'_>) -> Finding {
    let message = format!(
        "{} authenticates with a Service Account (JWT) credential{}{}; these stopped working on 2026-03-01 at the latest.",
        case.subject(),
        case.environments(),
        words::used_by(case.integration, case.model),
    );
    let replacement = rivals.replacement(case.index);
    let steps = match replacement {
        Some(other) => vec![steps::superseded(other)],
        None => steps::migration(case.integration, case.model),
    };
    let finding = case
        .finding(&JwtCredential::META, verdict::telling_location(case.integration).clone(), message)
        .label("Service Account (JWT)")
        .steps(steps)
        .related_each(
            "the OAuth configuration with the same name",
            replacement.map(|other| &other.integration.location),
        );
    with_neighbours(finding, case.integration, case.model)
}

/// What refers to it, where its secret is, and its copies.
pub(super) fn with_neighbours(mut finding: Finding, integration: &Integration, model: &Model) -> Finding {
    for user in integration.referenced_by.iter().filter_map(|i| model.integrations.get(*i)) {
        let reference = user.references.iter().find(|r| integration.name.as_deref() == Some(r.target.as_str()));
        let location = reference.or(user.references.first()).map_or(&user.location, |r| &r.location);
        finding = finding.related(format!("{} refers to it", words::user_name(user)), location);
    }
    finding
        .related_each("its client secret", &integration.secret_partner)
        .related_each("a copy of this configuration", &integration.copies)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::catalog::Product;
    use crate::ims::target::Target;
    use crate::ims::{AuthType, Confidence, FieldName, IntegrationKind};
    use crate::rules::testing::{
        PROVIDER, check, check_one, help, integration, jwt_provider, location, model, model_for, oauth_provider,
    };

    fn launch(names: &str, resolved: Vec<usize>) -> Integration {
        let mut user =
            integration(IntegrationKind::Launch, AuthType::Jwt, "conf/acme/.content.xml").naming(names, resolved);
        user.product = Some(Product::Launch);
        user.location.jcr_path = Some("/conf/acme/settings/cloudconfigs/launch".into());
        user
    }

    #[test]
    fn flagged_at_the_property_that_tells() {
        let findings = check_one(&JwtCredential, jwt_provider("acme").on(&["prod"]));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].location.property.as_deref(), Some("auth.access.token.request"));
        assert_eq!(
            findings[0].message,
            "Launch (Tags) IMS configuration `acme` authenticates with a Service Account (JWT) credential in prod; \
             these stopped working on 2026-03-01 at the latest."
        );
        assert_eq!(findings[0].related[0].message, "its client secret");
    }

    #[test]
    fn steps_say_what_goes_where() {
        let findings = check(&JwtCredential, &model_for(Target::V65, vec![jwt_provider("acme")]));
        let steps: Vec<_> = findings[0].help().collect();
        for expected in [
            "AEM 6.5: Service Pack 21 (6.5.21.0) or later; on SP11 to SP20 install `ims-jwt-compatibility-package-6.5-1.0.zip` first.",
            "`auth.token.provider.authorization.grants`: add it with `client_credentials`.",
            "`auth.access.token.request`: `https://ims-na1.adobelogin.com/ims/exchange/jwt` -> `https://ims-na1.adobelogin.com/ims/token/v3`.",
            "metascope claims in `auth.token.provider.default.claims` -> `auth.token.provider.scope`: the scopes of the OAuth credential, separated by commas; for Launch (Tags) (source: Adobe's reactor-uploader, which requests these) these are `AdobeID,openid,read_organizations,additional_info.job_function,additional_info.projectedProductContext,additional_info.roles`.",
            "`auth.token.provider.orgId`: the organization id (`…@AdobeOrg`), as in the `iss` claim.",
            "Remove `auth.token.provider.keypair.alias` and every claim but `iss` from `auth.token.provider.default.claims`.",
        ] {
            assert!(steps.iter().any(|step| step == expected), "{expected}\n{steps:#?}");
        }
        assert!(!steps.iter().any(|step| step.contains("Cloud Service")), "{steps:#?}");
    }

    #[test]
    fn names_who_uses_it_and_says_nothing_of_them() {
        let mut provider = jwt_provider("acme");
        provider.referenced_by = vec![1];
        provider.copies = vec![location("target/all.zip", None)];
        let findings = check(&JwtCredential, &model(vec![provider, launch("acme", vec![0])]));
        assert_eq!(findings.len(), 1);
        let user = "Launch (Tags) cloud configuration `/conf/acme/settings/cloudconfigs/launch`";
        assert!(findings[0].message.contains(&format!(", used by {user};")), "{}", findings[0].message);
        let related: Vec<&str> = findings[0].related.iter().map(|r| r.message.as_str()).collect();
        assert_eq!(related, [&format!("{user} refers to it"), "its client secret", "a copy of this configuration"]);
    }

    #[test]
    fn a_replaced_configuration_is_to_be_deleted() {
        let mut old = jwt_provider("acme");
        old.location.pid = Some(format!("{PROVIDER}~4711").into());
        let findings = check(&JwtCredential, &model(vec![old, oauth_provider("acme")]));
        assert_eq!(findings.len(), 1);
        assert_eq!(
            help(&findings[0]),
            [format!("Delete it: `{PROVIDER}~acme` has the same name and uses OAuth already.")]
        );
    }

    #[test]
    fn never_surer_than_the_integration() {
        let mut provider = jwt_provider("acme");
        provider.confidence = Confidence::Low;
        assert_eq!(check_one(&JwtCredential, provider)[0].confidence, Confidence::Low);
    }

    #[test]
    fn clean_when_another_rule_speaks() {
        let mut auto = jwt_provider("acme");
        auto.auto_provisioned = Some("Launch on AEM as a Cloud Service".to_owned());
        let mixed = jwt_provider("acme").with(FieldName::Grant, "grants", Some("client_credentials"));
        let acs = integration(IntegrationKind::AcsCommonsAdobeIo, AuthType::Jwt, "x.cfg.json");
        let service = integration(IntegrationKind::ServiceCredentials, AuthType::Jwt, "x.json");
        let service_client = jwt_provider("acme").with(FieldName::ClientId, "clientId", Some("cm-p1-e2-integration-0"));
        for other in [auto, mixed, acs, service, service_client, oauth_provider("acme")] {
            assert!(check_one(&JwtCredential, other.clone()).is_empty(), "{other:?}");
        }
    }

    #[test]
    fn who_refers_to_it_is_shown_where_it_is_named() {
        let mut provider = jwt_provider("acme");
        provider.referenced_by = vec![1];
        let mut user = launch("other", Vec::new()).naming("acme", vec![0]);
        user.references[1].location.property = Some("second".into());
        let findings = check(&JwtCredential, &model(vec![provider, user]));
        assert_eq!(findings[0].related[0].location.property.as_deref(), Some("second"));
    }
}
