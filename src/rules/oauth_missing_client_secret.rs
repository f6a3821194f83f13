//! `oauth-missing-client-secret`.

use std::collections::HashMap;

use super::oauth_missing::{self, Demand, lacking};
use super::{Case, Effect, Finding, Level, Rule, rule, steps};
use crate::ims::{Confidence, FieldName, FieldState, Integration, IntegrationKind, Location, Model};
use crate::source::SourcePath;

rule! {
    /// ## What it does
    ///
    /// Reports OAuth Server-to-Server integrations without a client secret. An IMS configuration keeps its secret in a
    /// second configuration, `com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl`, whose
    /// `customizer.type` equals the provider's `token.request.customizer.type`. `REPLACE_WITH_CLIENT_SECRET`, which
    /// `aem-ims-lint migrate` writes for you to replace, does not count as a secret.
    ///
    /// The confidence of the finding depends on what was read:
    ///
    /// * the secret's property has no value: error, high confidence;
    /// * the second configuration is not in the provider's folder or package, and something else in that folder or
    ///   package was read: error, medium confidence;
    /// * only the provider was read, so its partner may be elsewhere: warning, low confidence. Adobe documents the
    ///   second configuration for Smart Tags only, and a secret may have been entered on the instance.
    ///
    /// ## Why is this bad
    ///
    /// `client_secret` is mandatory in every client credentials request to Adobe IMS. A JWT integration needed it too,
    /// but the secret of a migrated project is often left behind on the old instance. Adobe IMS answers 400
    /// `{"error":"invalid_client","error_description":"invalid client_secret parameter"}`.
    ///
    /// ## Example
    ///
    /// Flagged: `com.adobe.granite.auth.oauth.accesstoken.provider~acme.cfg.json` with
    ///
    /// ```json
    /// {
    ///   "auth.token.provider.authorization.grants": "client_credentials",
    ///   "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/token/v3",
    ///   "token.request.customizer.type": "acme"
    /// }
    /// ```
    ///
    /// and no request customizer of that type. Fixed: beside it,
    /// `com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl~acme.cfg.json` with
    ///
    /// ```json
    /// {
    ///   "customizer.type": "acme",
    ///   "auth.ims.client.secret": "$[secret:ACME_IMS_CLIENT_SECRET]"
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Create a client secret of the OAuth Server-to-Server credential in the Adobe Developer Console and store it:
    ///
    /// * IMS configuration: `auth.ims.client.secret` of the request customizer; on AEM as a Cloud Service as
    ///   `$[secret:NAME]`, on AEM 6.5 and 6.5 LTS protected with CryptoSupport
    /// * I/O Events: `aio.client.secret`
    /// * `aio` context: `client_secrets`, a list; never `$[secret:NAME]`, which `aio` does not support
    ///
    /// `aem-ims-lint migrate --write` adds it to IMS configurations and I/O Events workspaces of a project: on AEM as a
    /// Cloud Service as `$[secret:NAME]`, whose value you set in Cloud Manager; elsewhere as a placeholder.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/assets/using/config-oauth>
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/ims/>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/implementing/deploying/configuring-osgi>
    pub OauthMissingClientSecret {
        id: "oauth-missing-client-secret",
        level: Error,
        summary: "The OAuth Server-to-Server integration has no client secret",
        severity: "4.0",
        confidence: High,
        cwe: [1188],
        migration: Integration,
        effect: Incomplete,
    }
}

/// Why the secret is missing, where it belongs in a second configuration.
const NO_PARTNER: &str =
    "no `com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl` with its `customizer.type` was found";
/// The same, if it is in the provider itself.
const MISPLACED: &str = "`auth.ims.client.secret` is in the provider, where AEM does not read it";

/// What is missing if the second configuration exists but nothing refers to it.
const LINK: Demand<'_> = demand(
    "it has no `token.request.customizer.type`, so AEM does not use the request customizer beside it",
    "set the provider's `token.request.customizer.type` to the `customizer.type` of the request customizer beside it",
);

const fn demand<'a>(because: &'static str, write: &'a str) -> Demand<'a> {
    Demand { rule: &OauthMissingClientSecret::META, field: FieldName::ClientSecret, because, write }
}

impl Rule for OauthMissingClientSecret {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let folders = folders(model);
        Case::all(model).filter_map(|case| judge(case, &folders)).collect()
    }
}

fn judge(case: Case<'_>, folders: &Folders<'_>) -> Option<Finding> {
    let field = lacking(case.integration, FieldName::ClientSecret)?;
    let storage = steps::secret_storage(case.integration, case.target());
    let partner_absent = case.integration.kind == IntegrationKind::AccessTokenProvider
        && field.state == FieldState::Missing
        && case.integration.secret_partner.is_none();
    if !partner_absent {
        let write = format!("a client secret of the OAuth Server-to-Server credential, {storage}");
        let because = "Adobe IMS rejects a token request without `client_secret`";
        return oauth_missing::finding(&demand(because, &write), case);
    }
    if let Some(unlinked) = &case.integration.unlinked {
        let finding = oauth_missing::finding(&LINK, case)?;
        return Some(finding.related("the request customizer beside it", &unlinked.location));
    }
    let write = format!(
        "set it in a request customizer whose `customizer.type` equals the provider's `token.request.customizer.type`, \
         {storage}"
    );
    let because = if field.location.is_some() { MISPLACED } else { NO_PARTNER };
    let finding = oauth_missing::finding(&demand(because, &write), case)?;
    Some(match neighbours_were_read(case.integration, folders) {
        true => finding.at_most(Confidence::Medium),
        false => finding.at_most(Confidence::Low).level(Level::Warning).effect(Effect::Incomplete),
    })
}

/// Folders with files in the model: one of the files, and whether there are more.
type Folders<'m> = HashMap<&'m str, (&'m SourcePath, bool)>;

fn folders(model: &Model) -> Folders<'_> {
    let mut folders = Folders::new();
    let integrations = model.integrations.iter().map(|i| &i.location);
    let secrets = model.secrets.iter().filter_map(|s| s.field.location.as_deref());
    for location in integrations.chain(secrets) {
        let (first, more) = folders.entry(folder(location)).or_insert((location.path(), false));
        *more |= *first != location.path();
    }
    folders
}

/// Whether the partner would have been found if it were where it belongs: the provider comes from a package, or
/// something else in its folder is in the model.
fn neighbours_were_read(integration: &Integration, folders: &Folders<'_>) -> bool {
    let here = &integration.location;
    !here.path().entries.is_empty()
        || folders.get(folder(here)).is_some_and(|(first, more)| *more || *first != here.path())
}

fn folder(location: &Location) -> &str {
    location.path().input.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::AuthType;
    use crate::rules::testing::{check, check_one, integration, location, model, oauth_provider};

    const PROPERTY: &str = "auth.ims.client.secret";

    fn without_partner() -> Integration {
        let mut provider = oauth_provider("acme").with(FieldName::ClientSecret, PROPERTY, None);
        provider.secret_partner = None;
        provider
    }

    #[test]
    fn flagged_for_sure_when_the_secret_is_empty() {
        let provider = oauth_provider("acme").with(FieldName::ClientSecret, PROPERTY, Some(""));
        let findings = check_one(&OauthMissingClientSecret, provider);
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].level, findings[0].confidence), (Level::Error, Confidence::High));
    }

    #[test]
    fn a_partner_that_may_lie_elsewhere_is_a_hint() {
        let findings = check_one(&OauthMissingClientSecret, without_partner());
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].level, findings[0].confidence), (Level::Warning, Confidence::Low));
    }

    #[test]
    fn a_partner_missing_among_its_neighbours_is_an_error() {
        let findings = check(&OauthMissingClientSecret, &model(vec![without_partner(), oauth_provider("other")]));
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].level, findings[0].confidence), (Level::Error, Confidence::Medium));
    }

    #[test]
    fn clean_with_a_secret() {
        assert!(check_one(&OauthMissingClientSecret, oauth_provider("acme")).is_empty());
    }

    #[test]
    fn files_of_other_folders_are_no_neighbours() {
        let mut elsewhere = oauth_provider("other");
        elsewhere.location = location("elsewhere/other.cfg.json", None);
        let findings = check(&OauthMissingClientSecret, &model(vec![without_partner(), elsewhere]));
        assert_eq!((findings[0].level, findings[0].confidence), (Level::Warning, Confidence::Low));
    }

    #[test]
    fn only_a_secret_that_may_stand_elsewhere_is_a_hint() {
        let empty = without_partner().with(FieldName::ClientSecret, PROPERTY, Some(""));
        let workspace = integration(IntegrationKind::AioWorkspace, AuthType::OAuth, "x.cfg.json");
        let missing = workspace.with(FieldName::ClientSecret, PROPERTY, None);
        for sure in [empty, missing] {
            let findings = check_one(&OauthMissingClientSecret, sure);
            assert_eq!((findings[0].level, findings[0].confidence), (Level::Error, Confidence::High));
        }
    }
}
