//! `oauth-jwt-leftover`.

use super::verdict::means_oauth;
use super::{Case, Finding, IntegrationRule, Phase, rule, words};
use crate::ims::{Field, FieldName, FieldState, Integration, IntegrationKind};

rule! {
    /// ## What it does
    ///
    /// Reports leftovers of a migration to OAuth Server-to-Server: a key pair alias, metascope claims, a `sub` claim or
    /// a private key in an integration that uses the client credentials grant. A private key in plain text is reported
    /// only by `plaintext-secret`.
    ///
    /// Not reported: `aio.meta.scopes` of an I/O Events workspace, which has a default and is not read when
    /// `aio.oauth.scopes` is set.
    ///
    /// ## Why is this bad
    ///
    /// The client credentials grant uses none of these. A key that is still referenced is still stored somewhere, and
    /// the next reader of the file cannot tell which of the two authentication types is in use.
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// ```json
    /// {
    ///   "auth.token.provider.authorization.grants": "client_credentials",
    ///   "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/token/v3",
    ///   "auth.token.provider.keypair.alias": "acme-target",
    ///   "auth.token.provider.default.claims": [
    ///     "\"iss\":\"EXAMPLE0000@AdobeOrg\"",
    ///     "\"https://ims-na1.adobelogin.com/s/ent_marketing_sdk\":true"
    ///   ]
    /// }
    /// ```
    ///
    /// Fixed:
    ///
    /// ```json
    /// {
    ///   "auth.token.provider.authorization.grants": "client_credentials",
    ///   "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/token/v3",
    ///   "auth.token.provider.default.claims": ["\"iss\":\"EXAMPLE0000@AdobeOrg\""]
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// * IMS configuration: remove `auth.token.provider.keypair.alias`; of the claims keep only `iss`; then remove the
    ///   key from the key store of the service user (AEM 6.5, AEM 6.5 LTS: Tools > Security > Users).
    /// * I/O Events: remove `aio.encoded.pkcs8`.
    /// * `aio` context: remove `private_key` and `meta_scopes`.
    ///
    /// `aem-ims-lint migrate --write` makes the edits in IMS configurations and I/O Events workspaces of a project.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/assets/using/config-oauth>
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/migration/>
    pub OauthJwtLeftover {
        id: "oauth-jwt-leftover",
        level: Warning,
        summary: "A key pair alias, metascope claim or private key was left behind in an OAuth configuration",
        severity: "2.0",
        confidence: High,
        cwe: [1164],
        migration: Integration,
        settled_by: [KeyPairAlias, PrivateKey, Metascopes, Claims],
    }
}

/// Fields that only JWT uses, in the order in which they are listed.
const JWT_ONLY: [FieldName; 4] =
    [FieldName::KeyPairAlias, FieldName::PrivateKey, FieldName::Metascopes, FieldName::TechnicalAccount];

impl IntegrationRule for OauthJwtLeftover {
    fn judge(&self, case: Case<'_>) -> Option<Finding> {
        let fields = JWT_ONLY.iter().filter_map(|name| case.integration.field(*name));
        let left: Vec<&Field> = fields.filter(|field| is_leftover(case.integration, field)).collect();
        (means_oauth(case.integration) && !left.is_empty()).then(|| finding(case, &left))
    }
}

fn is_leftover(integration: &Integration, field: &Field) -> bool {
    field.state.is_filled()
        && match field.name {
            FieldName::PrivateKey => field.state != FieldState::Present,
            FieldName::Metascopes => integration.kind != IntegrationKind::AioWorkspace,
            // OAuth credentials have a technical account too; only the claim of a provider belongs to JWT.
            FieldName::TechnicalAccount => {
                integration.kind == IntegrationKind::AccessTokenProvider && field.value.is_some()
            }
            _ => true,
        }
}

fn finding(case: Case<'_>, left: &[&Field]) -> Finding {
    let names: Vec<String> = left.iter().map(|field| name(case.integration, field)).collect();
    let message = format!(
        "{} uses OAuth Server-to-Server but still has {}{}, which only JWT needs.",
        case.subject(),
        words::list(&names),
        case.environments(),
    );
    let location = left.iter().find_map(|field| field.location.as_deref()).unwrap_or(&case.integration.location);
    let finding = case
        .finding(&OauthJwtLeftover::META, location.clone(), message)
        .label("left behind by JWT")
        .steps(left.iter().map(|field| (Phase::Files, format!("Remove {}.", name(case.integration, field)))));
    finding.related_each("left behind too", left.iter().skip(1).filter_map(|field| field.location.as_deref()))
}

/// The leftover, in words: claims share one property.
fn name(integration: &Integration, field: &Field) -> String {
    let property = words::property(field);
    match (field.name, &integration.kind) {
        (FieldName::Metascopes, IntegrationKind::AccessTokenProvider) => format!("metascope claims in {property}"),
        (FieldName::TechnicalAccount, _) => format!("the `sub` claim in {property}"),
        _ => property,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::AuthType;
    use crate::ims::model::Placeholder;
    use crate::rules::testing::{check_one, help, integration, jwt_provider, oauth_provider};

    #[test]
    fn flagged_once_for_everything_left() {
        let provider = oauth_provider("acme")
            .with(FieldName::KeyPairAlias, "auth.token.provider.keypair.alias", Some("a"))
            .with(FieldName::Metascopes, "auth.token.provider.default.claims", Some("ent_reactor_sdk"));
        let findings = check_one(&OauthJwtLeftover, provider);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].location.property.as_deref(), Some("auth.token.provider.keypair.alias"));
        assert_eq!(
            help(&findings[0]),
            [
                "Remove `auth.token.provider.keypair.alias`.",
                "Remove metascope claims in `auth.token.provider.default.claims`."
            ]
        );
        assert_eq!(findings[0].related.len(), 1);
    }

    #[test]
    fn a_protected_key_is_a_leftover_and_a_plain_text_one_is_a_leak() {
        let key = |state| {
            oauth_provider("acme")
                .with(FieldName::PrivateKey, "aio.encoded.pkcs8", Some("x"))
                .in_state(FieldName::PrivateKey, state)
        };
        let secret = FieldState::Placeholder(Placeholder::Secret { default: false });
        assert_eq!(check_one(&OauthJwtLeftover, key(secret)).len(), 1);
        assert!(check_one(&OauthJwtLeftover, key(FieldState::Present)).is_empty());
    }

    #[test]
    fn clean_when_nothing_is_left_or_it_is_no_leftover() {
        assert!(check_one(&OauthJwtLeftover, oauth_provider("acme")).is_empty());
        assert!(check_one(&OauthJwtLeftover, jwt_provider("acme")).is_empty());
        let empty = oauth_provider("acme").with(FieldName::KeyPairAlias, "auth.token.provider.keypair.alias", Some(""));
        assert!(check_one(&OauthJwtLeftover, empty).is_empty());
        let workspace = integration(IntegrationKind::AioWorkspace, AuthType::OAuth, "x.cfg.json")
            .with(FieldName::Metascopes, "aio.meta.scopes", Some("/s/ent_adobeio_sdk"))
            .with(FieldName::TechnicalAccount, "aio.technical.account.id", Some("EXAMPLE@techacct.adobe.com"));
        assert!(check_one(&OauthJwtLeftover, workspace).is_empty());
    }

    #[test]
    fn claims_that_nobody_sees_are_no_leftover() {
        let account = FieldName::TechnicalAccount;
        let mut provider = oauth_provider("acme").with(account, "auth.token.provider.default.claims", Some("x"));
        provider = provider.in_state(account, FieldState::Placeholder(Placeholder::Env { default: false }));
        provider.fields.iter_mut().filter(|field| field.name == account).for_each(|field| field.value = None);
        assert!(check_one(&OauthJwtLeftover, provider).is_empty());
    }

    #[test]
    fn the_technical_account_of_a_provider_is_a_claim() {
        let claims = "auth.token.provider.default.claims";
        let account = "EXAMPLE@techacct.adobe.com";
        let provider = oauth_provider("acme").with(FieldName::TechnicalAccount, claims, Some(account));
        assert_eq!(
            help(&check_one(&OauthJwtLeftover, provider)[0]),
            ["Remove the `sub` claim in `auth.token.provider.default.claims`."]
        );
    }
}
