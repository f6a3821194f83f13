//! `consumer-demand`.

use super::oauth_missing::beside;
use super::{Case, Finding, IntegrationRule, Phase, rule};
use crate::ims::model::Unmet;

rule! {
    /// ## What it does
    ///
    /// Reports OAuth Server-to-Server credentials that lack something which the program that reads them requires, even
    /// if Adobe IMS does not:
    ///
    /// * An IMS context of `aio` needs `technical_account_id`, `technical_account_email` and `ims_org_id`, and
    ///   `client_secrets` and `scopes` must be lists.
    /// * The Cloud Manager plugin of `aio` also needs `oauth_enabled` and five scopes: `openid`, `AdobeID`,
    ///   `read_organizations`, `additional_info.projectedProductContext`, `read_pc.dma_aem_ams`.
    /// * `oauth_sts` of `adobe/aio-apps-action` needs the technical account, its e-mail address and the organization.
    /// * App Builder and the Commerce kits need the variables that their documentation lists.
    /// * User Sync rejects a technical account together with `authentication_method: oauth`.
    /// * The JSON in `service.account.details` of AEM Guides needs client id, client secrets and scopes.
    ///
    /// ## Why is this bad
    ///
    /// The program stops before it sends a request to Adobe IMS, or sends something other than the client secret.
    ///
    /// ## Example
    ///
    /// Flagged, in `.aio`:
    ///
    /// ```text
    /// "client_secrets": "0000example",
    /// "scopes": ["openid", "AdobeID"]
    /// ```
    ///
    /// Fixed:
    ///
    /// ```text
    /// "client_secrets": ["0000example"],
    /// "technical_account_id": "0000EXAMPLE@techacct.adobe.com",
    /// "technical_account_email": "0000example@techacct.adobe.com",
    /// "scopes": ["openid", "AdobeID"]
    /// ```
    ///
    /// ## How to fix
    ///
    /// Set the property that the message names. All values are on the page of the credential in the Adobe Developer
    /// Console.
    ///
    /// ## References
    ///
    /// * <https://github.com/adobe/aio-lib-ims-oauth>
    /// * <https://github.com/adobe/aio-cli-plugin-cloudmanager>
    /// * <https://github.com/adobe/aio-apps-action>
    pub ConsumerDemand {
        id: "consumer-demand",
        level: Error,
        summary: "The program that reads the credential requires something that is missing",
        severity: "5.0",
        confidence: High,
        cwe: [1188],
        migration: Integration,
        effect: Incomplete,
    }
}

impl IntegrationRule for ConsumerDemand {
    fn judge(&self, case: Case<'_>) -> Vec<Finding> {
        let finding = |unmet: &Unmet| {
            let subject = case.subject();
            let message = format!("{subject} does not work: {}.", unmet.what);
            let location = unmet.location.as_deref().cloned().unwrap_or_else(|| beside(case.integration));
            case.finding(&Self::META, location, message)
                .label("required by the program that reads it")
                .steps([(Phase::Files, unmet.advice.clone())])
        };
        case.integration.unmet.iter().map(finding).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::model::Unmet;
    use crate::rules::testing::{check_one, oauth_provider};

    #[test]
    fn each_demand_is_told() {
        let mut one = oauth_provider("acme");
        assert!(check_one(&ConsumerDemand, one.clone()).is_empty());
        let unmet = |property: &str| Unmet {
            what: format!("`aio` demands `{property}`"),
            advice: format!("Add `{property}`."),
            location: None,
        };
        one.unmet = vec![unmet("a"), unmet("b")];
        let findings = check_one(&ConsumerDemand, one);
        assert_eq!(findings.len(), 2);
        assert!(findings[0].message.ends_with("does not work: `aio` demands `a`."));
        assert_eq!(findings[0].steps[0].text, "Add `a`.");
    }
}
