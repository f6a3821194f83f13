//! `duplicate-provider`.

use super::rivals::Rivals;
use super::{Case, Finding, Phase, Rule, rule, words};
use crate::ims::{AuthType, Model};

rule! {
    /// ## What it does
    ///
    /// Reports two IMS configurations (`com.adobe.granite.auth.oauth.accesstoken.provider`) that have the same `name`
    /// and are in force in the same environment. Where one is JWT and the other OAuth, the JWT one is reported.
    ///
    /// ## Why is this bad
    ///
    /// Cloud configurations find their IMS configuration by `name`. If two have the same name, the OSGi framework
    /// decides which one is used, so an integration may keep using the dead JWT credential although its OAuth
    /// replacement is deployed. This happens when a migration adds the new file (`<pid>-<number>.config`) but does not
    /// delete the one that the console wrote (`<pid>.<number>.config`).
    ///
    /// ## Example
    ///
    /// Flagged, both in `/apps/system/config`:
    ///
    /// ```text
    /// com.adobe.granite.auth.oauth.accesstoken.provider.1589.config   name="adobe-ims-similaritysearch"   (JWT)
    /// com.adobe.granite.auth.oauth.accesstoken.provider-1701.config   name="adobe-ims-similaritysearch"   (OAuth)
    /// ```
    ///
    /// Fixed: only
    ///
    /// ```text
    /// com.adobe.granite.auth.oauth.accesstoken.provider-1701.config   name="adobe-ims-similaritysearch"   (OAuth)
    /// ```
    ///
    /// ## How to fix
    ///
    /// Delete the JWT configuration. On AEM 6.5 and 6.5 LTS, delete the file below `/apps/system/config` and the
    /// configuration in the web console; in a project, delete the file and its copies in other run-mode folders. On AEM
    /// as a Cloud Service, remove the file from the code and deploy. If two OAuth configurations have the same name,
    /// keep one, or give each its own `name` and update the references to it.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/assets/using/config-oauth>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/security/setting-up-ims-integrations-for-aem>
    pub DuplicateProvider {
        id: "duplicate-provider",
        level: Warning,
        summary: "Two IMS configurations have the same name; the old JWT one was not deleted",
        severity: "3.0",
        confidence: High,
        cwe: [694],
    }
}

impl Rule for DuplicateProvider {
    fn needs_outcomes(&self) -> bool {
        true
    }

    fn check(&self, model: &Model) -> Vec<Finding> {
        let rivals = Rivals::new(model);
        Case::all(model).filter_map(|case| Some(finding(case, rivals.keeper(case.index)?))).collect()
    }
}

fn finding(case: Case<'_>, keeper: usize) -> Finding {
    let (old, kept) = (case.integration, &case.model.integrations[keeper]);
    let (auth, step) = match (old.auth, kept.auth) {
        (AuthType::Jwt, AuthType::OAuth) => (
            "; the JWT one was not deleted",
            if kept.works_where(old) {
                format!("Delete this one: {} is its OAuth replacement.", words::place(kept))
            } else {
                format!(
                    "First fix its OAuth replacement, {}, which does not get a token everywhere this one is in force; \
                     then delete this one.",
                    words::place(kept)
                )
            },
        ),
        _ => ("", format!("Keep either this one or {}, or give each its own `name`.", words::place(kept))),
    };
    let message =
        format!("{} has the same `name` as another IMS configuration{}{auth}.", case.subject(), case.environments());
    case.finding(&DuplicateProvider::META, old.location.clone(), message)
        .label("second configuration with this name")
        .step(Phase::Files, step)
        .related("the other configuration with this name", &kept.location)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::Integration;
    use crate::ims::model::{LoadingProblem, LoadingVerdict};
    use crate::rules::testing::{PROVIDER, check, help, jwt_provider, model, oauth_provider};

    fn old(name: &str) -> Integration {
        let mut provider = jwt_provider(name);
        provider.location.pid = Some(format!("{PROVIDER}~4711").into());
        provider
    }

    #[test]
    fn the_jwt_one_is_flagged_whatever_the_order() {
        for integrations in [vec![old("acme"), oauth_provider("acme")], vec![oauth_provider("acme"), old("acme")]] {
            let model = model(integrations);
            let findings = check(&DuplicateProvider, &model);
            assert_eq!(findings.len(), 1);
            let pid = findings[0].location.pid.as_deref();
            assert_eq!(pid, Some(format!("{PROVIDER}~4711").as_str()));
            assert!(findings[0].message.ends_with("; the JWT one was not deleted."));
            assert_eq!(help(&findings[0]), [format!("Delete this one: `{PROVIDER}~acme` is its OAuth replacement.")]);
        }
    }

    #[test]
    fn a_renamed_file_beside_the_one_that_the_instance_wrote_is_a_duplicate() {
        let mut written = jwt_provider("acme");
        let location = written.location.clone();
        written.verdicts.push(LoadingVerdict::new(LoadingProblem::FileName, String::new(), location));
        let findings = check(&DuplicateProvider, &model(vec![written, oauth_provider("acme")]));
        assert_eq!(findings.len(), 1);
        assert!(findings[0].message.ends_with("; the JWT one was not deleted."));
    }

    #[test]
    fn two_of_one_kind_are_flagged_once() {
        let findings = check(&DuplicateProvider, &model(vec![jwt_provider("acme"), old("acme")]));
        assert_eq!(findings.len(), 1);
    }

    #[test]
    fn clean_with_other_names_environments_or_one_pid() {
        let pairs = [
            vec![old("acme"), oauth_provider("other")],
            vec![old("acme").on(&["dev"]), oauth_provider("acme").on(&["prod"])],
            vec![jwt_provider("acme"), oauth_provider("acme")],
        ];
        for pair in pairs {
            assert!(check(&DuplicateProvider, &model(pair)).is_empty());
        }
    }
}
