//! `oauth-missing-org-id`.

use super::oauth_missing::{beside, lacking};
use super::{Case, Finding, IntegrationRule, Phase, rule, words};
use crate::ims::{Field, FieldName, FieldState};

rule! {
    /// ## What it does
    ///
    /// Reports OAuth Server-to-Server integrations without an organization id: in an IMS configuration
    /// `auth.token.provider.orgId` and the `iss` claim in `auth.token.provider.default.claims`, in an I/O Events
    /// workspace `aio.ims.org.id`. `REPLACE_WITH_ORGANIZATION_ID`, which `aem-ims-lint migrate` writes for you to
    /// replace, does not count as one.
    ///
    /// ## Why is this bad
    ///
    /// Adobe's instructions for AEM set both. Adobe IMS itself does not need the organization to issue the token, so
    /// the integration may seem to work, but the parts of AEM and of the product that read the organization from the
    /// configuration do not find it. So this is a warning.
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// ```properties
    /// auth.token.provider.authorization.grants="client_credentials"
    /// auth.access.token.request="https://ims-na1.adobelogin.com/ims/token/v3"
    /// auth.token.provider.client.id="0000example"
    /// auth.token.provider.scope="openid,AdobeID"
    /// ```
    ///
    /// Fixed: the same with
    ///
    /// ```properties
    /// auth.token.provider.orgId="EXAMPLE0000@AdobeOrg"
    /// auth.token.provider.default.claims=("\"iss\"\ :\ \"EXAMPLE0000@AdobeOrg\"")
    /// ```
    ///
    /// ## How to fix
    ///
    /// Copy the organization id (`…@AdobeOrg`) from the Adobe Developer Console, or from the `iss` claim of the old JWT
    /// configuration, into `auth.token.provider.orgId`, and keep `iss` as the only claim. This applies to AEM 6.5, AEM
    /// 6.5 LTS and AEM as a Cloud Service. `aem-ims-lint migrate --write` does so; where the file has no `iss`, it
    /// writes a placeholder for you to replace.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/assets/using/config-oauth>
    pub OauthMissingOrgId {
        id: "oauth-missing-org-id",
        level: Warning,
        summary: "The OAuth Server-to-Server integration has no organization id or no `iss` claim",
        severity: "2.0",
        confidence: High,
        cwe: [1188],
        migration: Integration,
        settled_by: [OrgId, Claims],
    }
}

impl IntegrationRule for OauthMissingOrgId {
    fn judge(&self, case: Case<'_>) -> Option<Finding> {
        let org = [FieldName::OrgId, FieldName::Issuer];
        // Malformed claims may contain it.
        let claims_are_wrong =
            case.integration.field(FieldName::Claims).is_some_and(|claims| !claims.faults.is_empty());
        let unseen = |field: &&Field| field.name == FieldName::Issuer && claims_are_wrong;
        let missing = org.iter().filter_map(|name| lacking(case.integration, *name));
        let missing: Vec<&Field> = missing.filter(|field| !unseen(field)).collect();
        (!missing.is_empty()).then(|| finding(case, &missing))
    }
}

fn finding(case: Case<'_>, missing: &[&Field]) -> Finding {
    let names: Vec<String> = missing.iter().map(|field| words::field(field.name).to_owned()).collect();
    let (lack, label) = if missing.iter().all(|field| matches!(field.state, FieldState::Placeholder(_))) {
        let names = names.join(" and ");
        (format!("only a placeholder for its {names}"), format!("{names}: to be filled in"))
    } else {
        (format!("no {}", names.join(" and no ")), format!("no {}", names.join(", no ")))
    };
    let message =
        format!("{} has {lack}{}.", case.subject(), words::environments_if_some(&case.integration.environments));
    let steps = missing.iter().map(|field| {
        let value = match field.name {
            FieldName::Issuer => "`\"iss\" : \"<organization id>\"`",
            _ => "the organization id of the Adobe Developer Console (`…@AdobeOrg`)",
        };
        (Phase::Files, format!("{}: {value}.", words::property(field)))
    });
    let location =
        missing.iter().find_map(|field| field.location.as_deref().cloned()).unwrap_or_else(|| beside(case.integration));
    case.finding(&OauthMissingOrgId::META, location, message).label(label).steps(steps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::model::Placeholder;
    use crate::rules::testing::{check_one, help, jwt_provider, oauth_provider};

    const ORG: &str = "auth.token.provider.orgId";
    const CLAIMS: &str = "auth.token.provider.default.claims";

    #[test]
    fn flagged_once_for_both() {
        let provider = oauth_provider("acme").with(FieldName::OrgId, ORG, None).with(FieldName::Issuer, CLAIMS, None);
        let findings = check_one(&OauthMissingOrgId, provider);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].steps.len(), 2);
        assert_eq!(
            findings[0].message,
            "Launch (Tags) IMS configuration `acme` has no organization id and no `iss` claim."
        );
    }

    #[test]
    fn flagged_for_one_of_them() {
        let no_issuer = oauth_provider("acme").with(FieldName::Issuer, CLAIMS, None);
        assert_eq!(check_one(&OauthMissingOrgId, no_issuer)[0].steps.len(), 1);
        let empty = oauth_provider("acme").with(FieldName::OrgId, ORG, Some(""));
        assert_eq!(check_one(&OauthMissingOrgId, empty)[0].location.property.as_deref(), Some(ORG));
    }

    #[test]
    fn a_placeholder_is_called_one() {
        let waiting = FieldState::Placeholder(Placeholder::Waiting);
        let org = oauth_provider("acme").in_state(FieldName::OrgId, waiting);
        let both = org.clone().in_state(FieldName::Issuer, waiting);
        let says = |one| check_one(&OauthMissingOrgId, one).remove(0).message;
        let it = "Launch (Tags) IMS configuration `acme` has";
        assert_eq!(says(org), format!("{it} only a placeholder for its organization id."));
        assert_eq!(says(both), format!("{it} only a placeholder for its organization id and `iss` claim."));
    }

    #[test]
    fn clean_when_complete_or_jwt() {
        assert!(check_one(&OauthMissingOrgId, oauth_provider("acme")).is_empty());
        assert!(check_one(&OauthMissingOrgId, jwt_provider("acme")).is_empty());
    }

    #[test]
    fn each_of_them_has_its_own_step() {
        let provider = oauth_provider("acme").with(FieldName::OrgId, ORG, None).with(FieldName::Issuer, CLAIMS, None);
        let mut help = help(&check_one(&OauthMissingOrgId, provider)[0]);
        help.sort();
        assert_eq!(
            help,
            [
                format!("`{CLAIMS}`: `\"iss\" : \"<organization id>\"`."),
                format!("`{ORG}`: the organization id of the Adobe Developer Console (`…@AdobeOrg`).")
            ]
        );
    }
}
