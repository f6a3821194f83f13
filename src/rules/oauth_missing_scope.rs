//! `oauth-missing-scope`.

use super::oauth_missing::{self, Demand};
use super::{Case, Finding, IntegrationRule, rule, steps};
use crate::ims::FieldName;
use crate::ims::home::ScopeForm;

rule! {
    /// ## What it does
    ///
    /// Reports OAuth Server-to-Server integrations without scopes. Metascopes in JWT claims are not a substitute,
    /// because the client credentials grant does not send them. Neither is `REPLACE_WITH_OAUTH_SCOPES`, which
    /// `aem-ims-lint migrate` writes for you to replace.
    ///
    /// ## Why is this bad
    ///
    /// `scope` is mandatory in a client credentials request to Adobe IMS. It is the field most often forgotten in a
    /// migration, because the JWT configuration left it empty and kept its metascopes among the claims.
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// ```properties
    /// auth.token.provider.authorization.grants="client_credentials"
    /// auth.access.token.request="https://ims-na1.adobelogin.com/ims/token/v3"
    /// auth.token.provider.client.id="0000example"
    /// auth.token.provider.scope=""
    /// ```
    ///
    /// Fixed:
    ///
    /// ```properties
    /// auth.token.provider.authorization.grants="client_credentials"
    /// auth.access.token.request="https://ims-na1.adobelogin.com/ims/token/v3"
    /// auth.token.provider.client.id="0000example"
    /// auth.token.provider.scope="read_pc.dma_smart_content,\ openid,\ AdobeID,\ additional_info.projectedProductContext"
    /// ```
    ///
    /// ## How to fix
    ///
    /// Copy the scopes of the OAuth Server-to-Server credential from the Adobe Developer Console, separated by commas.
    ///
    /// | old (JWT) | new (OAuth) |
    /// |---|---|
    /// | claim `https://ims-na1.adobelogin.com/s/<metascope>` | `auth.token.provider.scope` |
    /// | `aio.meta.scopes` | `aio.oauth.scopes` |
    /// | `meta_scopes` (`aio` context, Developer Console) | `scopes` |
    ///
    /// In a Felix `.config` file, write spaces as `\ `.
    ///
    /// These are known without the Console, from the source given. If they differ from the Console, the Console is
    /// right.
    ///
    /// | product | metascope | scopes | source |
    /// |---|---|---|---|
    /// | Smart Tags | `ent_smartcontent_sdk` | `read_pc.dma_smart_content,openid,AdobeID,additional_info.projectedProductContext` | "Troubleshooting smart tags for OAuth credentials" of AEM 6.5 |
    /// | I/O Events | `ent_adobeio_sdk` | `openid,AdobeID,adobeio_api,additional_info.roles,additional_info.projectedProductContext` | "Asset Compute HTTP API", which lists metascopes and scopes side by side |
    /// | I/O Events | `event_receiver_api` | `openid,AdobeID,event_receiver,event_receiver_api` | "Asset Compute HTTP API", which lists metascopes and scopes side by side |
    /// | Asset Compute | `asset_compute_meta` | `openid,AdobeID,asset_compute,read_organizations` | "Asset Compute HTTP API", which lists metascopes and scopes side by side |
    /// | Launch (Tags) | `ent_reactor_…` | `AdobeID,openid,read_organizations,additional_info.job_function,additional_info.projectedProductContext,additional_info.roles` | Adobe's reactor-uploader, which requests these |
    /// | Target | `ent_marketing_sdk` | `openid,AdobeID,target_sdk,additional_info.projectedProductContext,read_organizations` | seven public clients, which request these; Adobe publishes no list |
    /// | Analytics | `ent_analytics_bulk_ingest_sdk` | `openid,AdobeID,read_organizations,additional_info.projectedProductContext` | Adobe's documentation of the Analytics 2.0 API (GetCredentialsOAuth2.js) |
    /// | Cloud Manager | `ent_cloudmgr_sdk` | `openid,AdobeID,read_organizations,additional_info.projectedProductContext,read_pc.dma_aem_ams` | Adobe's aio-cli-plugin-cloudmanager, which requires these |
    /// | Experience Platform | `ent_dataservices_sdk` | `openid,AdobeID,read_organizations,additional_info.projectedProductContext,session` | Adobe's Experience Platform documentation |
    /// | Campaign | `ent_campaign_sdk` | `openid,AdobeID,campaign_sdk,campaign_config_server_general,deliverability_service_general,additional_info.projectedProductContext` | three public clients, which request these; Adobe publishes no list |
    /// | User Management | `ent_user_sdk` | `openid,AdobeID,user_management_sdk` | the sample in Adobe's User Management API documentation |
    /// | Commerce |  | `openid,AdobeID,additional_info.projectedProductContext,commerce.accs` | Adobe's Commerce documentation and SDK, which requires these |
    ///
    /// A credential that serves several products needs the scopes of all of them. No source lists those of Stock, Brand
    /// Portal, Audience Manager, AEM Guides and Automated Forms Conversion. `aem-ims-lint migrate --write` writes the
    /// scopes from this table, and a placeholder if the table has none or is incomplete.
    ///
    /// Error messages you may see: without `scope`, or with one that the credential does not have, Adobe IMS answers
    /// 400 `invalid_scope`. With too few scopes, Adobe IMS gives a token, and the API that is called answers 403 "The
    /// access token is missing required scopes".
    ///
    /// ## References
    ///
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/ims/>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/assets/using/config-oauth>
    pub OauthMissingScope {
        id: "oauth-missing-scope",
        level: Error,
        summary: "The OAuth Server-to-Server integration has no scopes",
        severity: "4.0",
        confidence: High,
        cwe: [1188],
        migration: Integration,
        settled_by: [Scopes],
        effect: Incomplete,
    }
}

const DEMAND: Demand<'_> = Demand {
    rule: &OauthMissingScope::META,
    field: FieldName::Scopes,
    because: "Adobe IMS rejects a client credentials request without `scope`",
    write: "the scopes of the OAuth Server-to-Server credential in the Adobe Developer Console, separated by commas",
};

impl IntegrationRule for OauthMissingScope {
    fn judge(&self, case: Case<'_>) -> Option<Finding> {
        let mut finding = oauth_missing::finding(&DEMAND, case)?;
        for step in &mut finding.steps {
            let form = steps::scope_form(case.integration, case.target());
            let text = step.text.trim_end_matches('.').replace(ScopeForm::Commas.words(), form.words());
            step.text = format!("{text}{}.", steps::known_scopes(case.integration, form)).into();
        }
        Some(finding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::catalog::Product;
    use crate::ims::scopes::SCOPE_SETS;
    use crate::ims::{AuthType, IntegrationKind};
    use crate::rules::testing::{check_one, integration, jwt_provider, oauth_provider};

    #[test]
    fn flagged_when_missing_or_empty() {
        for value in [None, Some("")] {
            let provider = oauth_provider("acme").with(FieldName::Scopes, "auth.token.provider.scope", value);
            let findings = check_one(&OauthMissingScope, provider);
            assert_eq!(findings.len(), 1);
            assert!(findings[0].steps[0].text.starts_with("`auth.token.provider.scope`: the scopes of"));
        }
    }

    fn step_for(kind: IntegrationKind, product: Option<Product>, metascopes: Option<&str>) -> String {
        let mut one = integration(kind, AuthType::OAuth, "x.cfg.json").with(FieldName::Scopes, "scope", None);
        if let Some(metascopes) = metascopes {
            one = one.with(FieldName::Metascopes, "metascopes", Some(metascopes));
        }
        one.product = product;
        check_one(&OauthMissingScope, one)[0].steps[0].text.to_string()
    }

    #[test]
    fn says_which_scopes_a_source_names_and_which_source() {
        let target = step_for(IntegrationKind::AccessTokenProvider, Some(Product::Target), None);
        assert!(target.ends_with(
            "; for Target (source: seven public clients, which request these; Adobe publishes no list) these are \
             `openid,AdobeID,target_sdk,additional_info.projectedProductContext,read_organizations`."
        ));
        assert!(step_for(IntegrationKind::AioWorkspace, None, None).contains("; for I/O Events (source: "));
        let both = step_for(IntegrationKind::Generic, None, Some("ent_marketing_sdk,ent_stocksearch_sdk"));
        assert!(both.ends_with(", and no source lists those for `ent_stocksearch_sdk`."), "{both}");
        for silent in [
            step_for(IntegrationKind::AccessTokenProvider, Some(Product::Stock), None),
            step_for(IntegrationKind::AccessTokenProvider, None, None),
            step_for(IntegrationKind::AccessTokenProvider, None, Some("")),
        ] {
            assert!(silent.ends_with("separated by commas."), "{silent}");
        }
    }

    #[test]
    fn the_page_lists_every_source() {
        let page = OauthMissingScope::META.docs;
        for set in SCOPE_SETS {
            let row = format!("| `{}` | {} |", set.scopes.join(","), set.source);
            assert!(page.contains(&format!("| {} | ", set.product.name())) && page.contains(&row), "{row}");
        }
    }

    #[test]
    fn clean_with_scopes_or_jwt() {
        assert!(check_one(&OauthMissingScope, oauth_provider("acme")).is_empty());
        assert!(check_one(&OauthMissingScope, jwt_provider("acme")).is_empty());
    }
}
