//! `credential-expired`.

use jiff::civil::Date;

use super::verdict::{self, JwtVerdict};
use super::{Case, Finding, IntegrationRule, Level, Phase, pages, rule};
use crate::ims::model::Expiry;

rule! {
    /// ## What it does
    ///
    /// Compares a credential's expiry date with today: `certificateExpirationDate` in the service credentials of the
    /// AEM Developer Console, and the expiry date of an X.509 certificate next to the key in the same node. A date in
    /// the past is an error, a date within 30 days is a warning. `--today DATE` sets the current day; the default is
    /// the system date in UTC.
    ///
    /// Service Account (JWT) credentials of the Adobe Developer Console no longer work, whatever their certificate
    /// says, and are reported as such.
    ///
    /// ## Why is this bad
    ///
    /// With an expired certificate there is no token, and everything that needs one stops working.
    ///
    /// ## Example
    ///
    /// Flagged, service credentials:
    ///
    /// ```text
    /// {
    ///   "integration": {
    ///     "metascopes": "ent_aem_cloud_api",
    ///     "technicalAccount": { "clientId": "cm-p00000-e000000-integration-0" },
    ///     "certificateExpirationDate": "2025-11-08T21:12:43.000Z"
    ///   }
    /// }
    /// ```
    ///
    /// Fixed: a date in the future.
    ///
    /// ## How to fix
    ///
    /// * **AEM as a Cloud Service**, service credentials: in AEM Developer Console > Integrations > Technical Accounts,
    ///   add a new private key and download the credentials again; certificates last one year.
    /// * **Elsewhere**: the key pair belongs to a JWT credential; migrate to OAuth Server-to-Server, which has no certificate.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/implementing/developing/generating-access-tokens-for-server-side-apis>
    pub CredentialExpired {
        id: "credential-expired",
        level: Error,
        summary: "The credential's certificate has expired or will expire soon",
        severity: "4.0",
        confidence: High,
        cwe: [324],
        effect: Broken,
    }
}

/// A certificate is reported this many days before it expires.
const SOON: i32 = 30;

impl IntegrationRule for CredentialExpired {
    fn judge(&self, case: Case<'_>) -> Vec<Finding> {
        let verdict = verdict::of(case.integration, case.model);
        // Only Adobe can renew what it owns.
        let is_judged = !matches!(verdict, Some(JwtVerdict::Credential | JwtVerdict::AutoProvisioned));
        let Some(today) = case.model.today.filter(|_| is_judged) else { return Vec::new() };
        case.integration.expiries.iter().filter_map(|end| finding(case, end, today, verdict)).collect()
    }
}

fn finding(case: Case<'_>, end: &Expiry, today: Date, verdict: Option<JwtVerdict>) -> Option<Finding> {
    let left = (end.day - today).get_days();
    let (level, ends) = match left {
        left if left < 0 => (Level::Error, "expired on"),
        left if left < SOON => (Level::Warning, "ends on"),
        _ => return None,
    };
    let message = format!("{}: the certificate {ends} {}{}.", case.subject(), end.day, case.environments());
    let step = match verdict {
        Some(JwtVerdict::ServiceCredentials) => (
            Phase::Aem,
            "AEM Developer Console > Integrations > Technical Accounts: add a new private key and download the \
             credentials again.",
        ),
        _ => (Phase::DeveloperConsole, "Use an OAuth Server-to-Server credential, which has no certificate."),
    };
    let finding = case
        .finding(&CredentialExpired::META, end.location.clone(), message)
        .level(level)
        .label(format!("{ends} {}", end.day))
        .steps([step])
        .url(pages::SERVICE_CREDENTIALS);
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::{AuthType, Integration, IntegrationKind, Model};
    use crate::rules::testing::{check, integration, jwt_provider, location, model};
    use jiff::civil::date;

    fn ending(mut one: Integration, day: Date) -> Integration {
        let location = location("x.json", Some("certificateExpirationDate"));
        one.expiries.push(Expiry { day, location });
        one
    }

    fn levels(one: Integration, today: Option<Date>) -> Vec<Level> {
        let model = Model { today, ..model(vec![one]) };
        check(&CredentialExpired, &model).iter().map(|finding| finding.level).collect()
    }

    #[test]
    fn the_day_decides() {
        let of = |day| ending(integration(IntegrationKind::ServiceCredentials, AuthType::Jwt, "x.json"), day);
        let today = Some(date(2026, 3, 1));
        assert_eq!(levels(of(date(2026, 2, 28)), today), [Level::Error]);
        assert_eq!(levels(of(date(2026, 3, 1)), today), [Level::Warning]);
        assert_eq!(levels(of(date(2026, 3, 30)), today), [Level::Warning]);
        assert_eq!(levels(of(date(2026, 3, 31)), today), []);
        assert_eq!(levels(of(date(2020, 1, 1)), None), []);
    }

    #[test]
    fn a_credential_that_is_dead_anyway_is_not_called_expired() {
        assert_eq!(levels(ending(jwt_provider("acme"), date(2020, 1, 1)), Some(date(2026, 3, 1))), []);
        let mut of_adobe = ending(jwt_provider("acme"), date(2020, 1, 1));
        of_adobe.auto_provisioned = Some("x".to_owned());
        assert_eq!(levels(of_adobe, Some(date(2026, 3, 1))), []);
    }

    #[test]
    fn the_text_names_the_day_and_the_console() {
        let one = ending(integration(IntegrationKind::ServiceCredentials, AuthType::Jwt, "x.json"), date(2025, 11, 8));
        let model = Model { today: Some(date(2026, 3, 1)), ..model(vec![one]) };
        let finding = check(&CredentialExpired, &model).remove(0);
        assert!(finding.message.ends_with("expired on 2025-11-08."));
        assert!(finding.steps[0].text.starts_with("AEM Developer Console"));
    }
}
