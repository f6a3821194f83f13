//! `duplicate-configuration`.

use super::{Case, Finding, IntegrationRule, Level, Phase, pages, rule, words};
use crate::ims::Location;
use crate::ims::model::Contest;
use crate::ims::target::Target;

rule! {
    /// ## What it does
    ///
    /// Reports configurations with the same PID that are equally specific in one environment, so that it is unclear
    /// which one is in force: the same PID in two formats, in two folders, or in `config.author` and `config.dev`,
    /// which both apply on author in development. It is a note if both contain the same values.
    ///
    /// ## Why is this bad
    ///
    /// AEM applies exactly one configuration for a PID, as a whole. AEM as a Cloud Service documents only that the
    /// highest number of matching run modes wins; Cloud Manager's quality rule *Duplicate OSGi configurations* calls
    /// the rest ambiguous. On AEM 6.5 the one that was installed first stays in force. So an integration may change
    /// between two deployments, or differ between two environments, without a code change.
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// ```text
    /// osgiconfig/config.author/com.adobe.granite.auth.oauth.accesstoken.provider-acme.config
    /// osgiconfig/config.author/com.adobe.granite.auth.oauth.accesstoken.provider~acme.cfg.json
    /// ```
    ///
    /// Fixed: one of the two files is deleted, or one folder has more run modes than the other.
    ///
    /// ## How to fix
    ///
    /// Keep one file for each PID and combination of run modes. Where `config.author` and `config.dev` both apply, add
    /// `config.author.dev`, which takes precedence over both.
    ///
    /// If the files were exported from an instance, save the status page of its OSGi installer beside them
    /// (`/system/console/status-osgi-installer.txt`). It says which of the files is installed, so the rule has nothing
    /// left to report; the other files are treated as not in force.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/implementing/deploying/configuring-osgi>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/implementing/using-cloud-manager/custom-code-quality-rules>
    pub DuplicateConfiguration {
        id: "duplicate-configuration",
        level: Warning,
        summary: "Two configurations have the same PID; it is unclear which one is in force",
        severity: "3.0",
        confidence: High,
        cwe: [694],
    }
}

impl IntegrationRule for DuplicateConfiguration {
    fn judge(&self, case: Case<'_>) -> Vec<Finding> {
        // Each records the other; only the later one is reported. For a secret, so is one whose rival is not a partner.
        let is_later = |location: &Location, contest: &Contest| contest.other.path() <= location.path();
        let own = case.integration.contests.iter().map(|contest| (&case.integration.location, contest, ""));
        let own = own.filter(|(location, contest, _)| is_later(location, contest));
        let secret = "the client secret of ";
        let of_partners = case
            .integration
            .partners
            .iter()
            .flat_map(|partner| partner.contests.iter().map(move |contest| (&partner.location, contest, secret)));
        let is_partner = |contest: &Contest| {
            case.integration.partners.iter().any(|partner| partner.location.path() == contest.other.path())
        };
        let of_partners =
            of_partners.filter(|(location, contest, _)| is_later(location, contest) || !is_partner(contest));
        own.chain(of_partners).map(|contest| finding(case, contest)).collect()
    }
}

fn finding(case: Case<'_>, (location, contest, what): (&Location, &Contest, &str)) -> Finding {
    let other = words::site(&contest.other);
    let open = match case.target() {
        Target::CloudService => "which one wins is not defined",
        Target::V65 | Target::V65Lts => "the one that was installed first stays",
        Target::Unknown => "it is unclear which one wins",
    };
    let message = format!(
        "{}: {other} has the same PID and is just as specific{}; {open}.",
        words::sentence(&format!("{what}{}", words::subject(case.integration))),
        words::environments(&contest.environments),
    );
    let level = if contest.same_content { Level::Note } else { Level::Warning };
    case.finding(&DuplicateConfiguration::META, location.clone(), message)
        .within(contest.environments.clone())
        .level(level)
        .label("second configuration with this PID")
        .step(Phase::Files, "Keep one of the two for these environments, or give one of them more run modes.")
        .url(pages::osgi())
        .related("the other configuration with this PID", &contest.other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check_one, location, oauth_provider};

    #[test]
    fn flagged_unless_both_say_the_same() {
        for (same_content, level) in [(false, Level::Warning), (true, Level::Note)] {
            let mut provider = oauth_provider("acme").on(&["dev"]);
            let environments = provider.environments.clone();
            provider.contests = vec![Contest { other: location("config/a.config", None), same_content, environments }];
            let findings = check_one(&DuplicateConfiguration, provider);
            assert_eq!((findings.len(), findings[0].level), (1, level));
            assert!(findings[0].message.contains("`config/a.config` has the same PID"), "{}", findings[0].message);
        }
        assert!(check_one(&DuplicateConfiguration, oauth_provider("acme")).is_empty());
    }
}
