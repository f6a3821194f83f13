//! `variable-name`.

use std::collections::HashSet;

use super::oauth_invalid::level;
use super::values::{self, Value};
use super::{Finding, Phase, Rule, pages, rule, words};
use crate::ims::validity::placeholder;
use crate::ims::validity::variable::{self, NameFault};
use crate::ims::{Model, Variable};

rule! {
    /// ## What it does
    ///
    /// Reports names in `$[secret:NAME]` and `$[env:NAME]` of OSGi configurations for AEM as a Cloud Service that Cloud
    /// Manager or the build's AEM Analyser rejects. It is an error if a name begins with `INTERNAL_` or `ADOBE_`, or
    /// has fewer than 2 or more than 100 characters. It is a warning if a name contains anything but letters, digits
    /// and `_`, or begins with `customer-secrets/` or `CONST_`.
    ///
    /// ## Why is this bad
    ///
    /// An error makes the build fail. If a variable cannot be set or is ignored, the placeholder is not replaced, and
    /// Adobe IMS gets its text.
    ///
    /// ## Example
    ///
    /// Flagged, `com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl~acme.cfg.json`:
    ///
    /// ```json
    /// {
    ///   "customizer.type": "acme",
    ///   "auth.ims.client.secret": "$[secret:ADOBE_IMS_SECRET]"
    /// }
    /// ```
    ///
    /// Fixed:
    ///
    /// ```json
    /// {
    ///   "customizer.type": "acme",
    ///   "auth.ims.client.secret": "$[secret:ACME_IMS_SECRET]"
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// On AEM as a Cloud Service, name the variable with letters, digits and `_`, and set it under that name in Cloud
    /// Manager. AEM 6.5 and 6.5 LTS do not have such variables.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/implementing/deploying/configuring-osgi>
    /// * <https://github.com/adobe/aemanalyser-maven-plugin>
    pub VariableName {
        id: "variable-name",
        level: Warning,
        summary: "Cloud Manager or its build rejects the name of the variable",
        severity: "4.0",
        confidence: High,
        cwe: [1188],
        effect: Broken,
    }
}

impl Rule for VariableName {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let mut findings = Vec::new();
        for value in values::all(model) {
            let home = value.home();
            let mut seen = HashSet::new();
            // A name that the build completes cannot be checked.
            let seen_whole = |variable: &&Variable| !placeholder::has_build_token(&variable.name);
            let variables = value.field.variables.iter().filter(|_| home.has_cloud_manager);
            for variable in variables.filter(seen_whole) {
                let faults = variable::faults(&variable.name, variable.secret);
                if let Some(worst) = faults.iter().max_by_key(|fault| fault.weight()).filter(|_| seen.insert(variable))
                {
                    findings.push(finding(&value, variable, *worst));
                }
            }
        }
        values::folded(findings)
    }
}

fn finding(value: &Value<'_>, variable: &Variable, fault: NameFault) -> Finding {
    let (kind, property) = (if variable.secret { "secret" } else { "env" }, words::property(value.field));
    let name = words::code(variable.shown());
    let message = format!("{}: the name {name} in {property} {}.", value.subject(), fault.what());
    value
        .finding(&VariableName::META, message)
        .level(level(fault.weight()))
        .label("name of a variable")
        .steps([
            (Phase::CloudManager, "Set the variable under a name of letters, digits and `_`.".to_owned()),
            (Phase::Files, format!("{property}: the same name in `$[{kind}:…]`.")),
        ])
        .url(pages::osgi())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::FieldName;
    use crate::ims::target::Target;
    use crate::rules::Level;
    use crate::rules::testing::{check, model_for, oauth_provider};

    fn levels(target: Target, name: &str) -> Vec<Level> {
        let mut provider = oauth_provider("acme");
        for field in provider.fields.iter_mut().filter(|field| field.name == FieldName::ClientSecret) {
            field.variables = vec![Variable { name: name.to_owned(), secret: true }];
        }
        check(&VariableName, &model_for(target, vec![provider])).iter().map(|finding| finding.level).collect()
    }

    #[test]
    fn names_decide_on_aem_as_a_cloud_service() {
        assert_eq!(levels(Target::CloudService, "ADOBE_IMS"), [Level::Error]);
        assert_eq!(levels(Target::CloudService, "ims-secret"), [Level::Warning]);
        assert_eq!(levels(Target::Unknown, "ims-secret"), [Level::Warning]);
        assert_eq!(levels(Target::CloudService, "ACME_IMS"), []);
        assert_eq!(levels(Target::V65, "ims-secret"), []);
        assert_eq!(levels(Target::CloudService, "${ims.secret.name}"), []);
    }
}
