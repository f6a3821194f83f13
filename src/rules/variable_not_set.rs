//! `variable-not-set`.

use std::collections::HashSet;

use super::values::{self, Value};
use super::{Finding, Phase, Rule, pages, rule, words};
use crate::ims::model::{Placeholder, VariableList};
use crate::ims::validity::placeholder;
use crate::ims::{Environment, FieldState, Model, Variable};
use crate::repository::deployment::STAGES;

rule! {
    /// ## What it does
    ///
    /// Reports `$[secret:NAME]` and `$[env:NAME]` of OSGi configurations for AEM as a Cloud Service whose variable is
    /// missing from the variables list of their environment, or is listed with the wrong type or for another service
    /// (author, publish, preview).
    ///
    /// The list is the output of `aio cloudmanager:list-environment-variables ENVIRONMENT --json` or `--yaml`, or the
    /// response of the Cloud Manager API, in a file that is scanned together with the configurations. If its name or
    /// folder contains a stage (`prod/variables.json`, `variables-stage.json`), it is the list of that stage. Otherwise
    /// it applies to its folder, and if it is the only list, to everything. With several systems it belongs to the systems
    /// of its environment, found by that stage, by `p12345-e67890` in both names, by the address in the response of the
    /// API, or by `--instance prod=variables.json`. Placeholders with a default and names that Adobe sets itself are not
    /// checked.
    ///
    /// ## Why is this bad
    ///
    /// AEM does not replace the placeholder, and Adobe IMS gets its text as client id or client secret.
    ///
    /// ## Example
    ///
    /// The list of the environment:
    ///
    /// ```text
    /// [{"name": "ACME_SECRET", "type": "secretString", "value": "****", "service": "author", "status": "ready"}]
    /// ```
    ///
    /// Flagged:
    ///
    /// ```text
    /// "auth.ims.client.secret": "$[secret:ACME_IMS_SECRET]"
    /// ```
    ///
    /// Fixed:
    ///
    /// ```text
    /// "auth.ims.client.secret": "$[secret:ACME_SECRET]"
    /// ```
    ///
    /// ## How to fix
    ///
    /// Set the variable in Cloud Manager for the environment, with type *Secret* for `$[secret:…]` and *Variable* for
    /// `$[env:…]`, and for the service that reads the configuration; or correct its name.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/implementing/deploying/configuring-osgi>
    /// * <https://github.com/adobe/aio-cli-plugin-cloudmanager>
    pub VariableNotSet {
        id: "variable-not-set",
        level: Error,
        summary: "A variable is not set in the environment that needs it",
        severity: "4.0",
        confidence: Medium,
        cwe: [1188],
        effect: Broken,
    }
}

impl Rule for VariableNotSet {
    fn check(&self, model: &Model) -> Vec<Finding> {
        if model.variables.is_empty() {
            return Vec::new();
        }
        let mut findings = Vec::new();
        for value in values::all(model).iter().filter(|value| matters(value)) {
            let mut seen = HashSet::new();
            for variable in value.field.variables.iter().filter(|one| is_custom(one)) {
                for list in &model.variables {
                    let Some(wanted) = wanted(value, list, model.variables.len() == 1) else { continue };
                    let fault = fault(variable, list, &wanted).filter(|_| seen.insert(variable));
                    findings.extend(fault.map(|fault| finding(value, variable, list, &fault)));
                }
            }
        }
        values::folded(findings)
    }
}

/// Whether the value comes from a variable and has no other source.
fn matters(value: &Value<'_>) -> bool {
    let default = matches!(
        value.field.state,
        FieldState::Placeholder(Placeholder::Secret { default: true } | Placeholder::Env { default: true })
    );
    !default && value.home().has_cloud_manager
}

/// Whether the customer sets the variable: Adobe's own are not in any list, and names that the build completes are
/// unknown.
fn is_custom(variable: &Variable) -> bool {
    const ADOBE: [&str; 4] = ["ADOBE_", "INTERNAL_", "CONST_", "aemCloud"];
    !placeholder::has_build_token(&variable.name) && !ADOBE.iter().any(|prefix| variable.name.starts_with(prefix))
}

/// The services that need the variables in `list`, empty if unknown; `None` if the list belongs to another environment.
fn wanted(value: &Value<'_>, list: &VariableList, only: bool) -> Option<Vec<&'static str>> {
    let (own, other) = (value.location.path().input.as_str(), list.location.path().input.as_str());
    let common = common_folder(own, other);
    let said = list.stage.as_deref().and_then(|said| STAGES.iter().copied().find(|stage| *stage == said));
    let (stage, of_value) = (said.or_else(|| stage_of(&other[common..])), stage_of(&own[common..]));
    let environments: &[Environment] = value.case().map_or(&[], |case| &case.integration.environments);
    let in_stage = |one: &&Environment| list.of_system || stage.is_none_or(|stage| one.stage == stage);
    let services: Vec<_> = environments.iter().filter(in_stage).map(|one| one.service).collect();
    let below_list = !other[common..].contains('/');
    let concerned = match (stage, of_value) {
        _ if list.of_system => true,
        (Some(stage), Some(of_value)) => stage == of_value,
        (Some(_), None) if !environments.is_empty() => !services.is_empty(),
        _ => only || below_list,
    };
    concerned.then_some(services)
}

/// The length of the folder that both paths start with.
fn common_folder(one: &str, other: &str) -> usize {
    let same = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    one.as_bytes()[..same].iter().rposition(|&byte| byte == b'/').map_or(0, |slash| slash + 1)
}

/// The stage that a word in the path names.
fn stage_of(path: &str) -> Option<&'static str> {
    let words = || path.split(|c: char| !c.is_ascii_alphanumeric());
    STAGES.iter().copied().find(|stage| words().any(|word| word.eq_ignore_ascii_case(stage)))
}

/// What is wrong, as the end of a sentence that begins with the variable, and what to do.
struct VariableFault {
    what: String,
    step: &'static str,
}

fn fault(variable: &Variable, list: &VariableList, services: &[&str]) -> Option<VariableFault> {
    let listed: Vec<_> = list.variables.iter().filter(|one| one.name == variable.name).collect();
    let of_type: Vec<_> = listed.iter().filter(|one| one.secret == variable.secret).collect();
    let covers = |service: &&str| of_type.iter().any(|one| one.service.as_deref().is_none_or(|own| own == *service));
    if listed.is_empty() {
        return Some(VariableFault { what: "is not set".to_owned(), step: "Set it" });
    }
    if of_type.is_empty() {
        let (is, wanted) = if variable.secret { ("variable", "secret") } else { ("secret", "variable") };
        let what = format!("is a {is} there, but the placeholder needs a {wanted}");
        return Some(VariableFault { what, step: "Set it with the type that the placeholder needs" });
    }
    let missing = services.iter().copied().find(|service| !covers(service))?;
    Some(VariableFault { what: format!("is not set for {missing}"), step: "Set it for every service that reads it" })
}

fn finding(value: &Value<'_>, variable: &Variable, list: &VariableList, fault: &VariableFault) -> Finding {
    let kind = if variable.secret { "secret" } else { "env" };
    let name = words::code(variable.shown());
    let message = format!(
        "{}: {name}, which provides {} (`$[{kind}:…]`), {} in the environment of this list of variables.",
        value.subject(),
        words::property(value.field),
        fault.what
    );
    value
        .finding(&VariableNotSet::META, message)
        .label("not set in the environment")
        .related("the list of variables", &list.location)
        .step(Phase::CloudManager, format!("{}, or correct the name in the file.", fault.step))
        .url(pages::osgi())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::FieldName;
    use crate::ims::model::ListedVariable;
    use crate::ims::target::Target;
    use crate::rules::testing::{check, location, model_for, oauth_provider};

    fn listed(name: &str, secret: bool, service: Option<&str>) -> ListedVariable {
        ListedVariable { name: name.to_owned(), secret, service: service.map(str::to_owned) }
    }

    /// The messages about a provider in `prod/x.cfg.json`, with lists at these places.
    fn messages(lists: &[(&str, &[ListedVariable])]) -> Vec<String> {
        let mut provider = oauth_provider("acme");
        for field in provider.fields.iter_mut().filter(|field| field.name == FieldName::ClientSecret) {
            field.variables = vec![Variable { name: "ACME_SECRET".to_owned(), secret: true }];
            field.state = FieldState::Placeholder(Placeholder::Secret { default: false });
            field.location = Some(Box::new(location("prod/x.cfg.json", Some("auth.ims.client.secret"))));
        }
        let mut model = model_for(Target::CloudService, vec![provider]);
        let list = |(path, variables): &(&str, &[ListedVariable])| VariableList {
            variables: variables.to_vec(),
            link: None,
            of_system: false,
            stage: None,
            location: location(path, None),
        };
        model.variables = lists.iter().map(list).collect();
        check(&VariableNotSet, &model).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_list_decides_for_its_environment() {
        let set = [listed("ACME_SECRET", true, None)];
        let other = [listed("ACME_OTHER", true, None)];
        let plain = [listed("ACME_SECRET", false, None)];
        let publish = [listed("ACME_SECRET", true, Some("publish"))];
        assert!(messages(&[("prod/v.json", &set)]).is_empty());
        assert!(messages(&[("prod/v.json", &other)])[0].contains("is not set in"));
        assert!(messages(&[("prod/v.json", &plain)])[0].contains("is a variable there"));
        assert!(messages(&[("stage/v.json", &other)]).is_empty(), "the list of another stage");
        assert!(messages(&[("stage/v.json", &other), ("prod/v.json", &set)]).is_empty());
        assert_eq!(messages(&[("v.json", &other)]).len(), 1, "the only list");
        assert_eq!(messages(&[("v-prod.json", &other), ("v-stage.json", &set)]).len(), 1);
        let all = messages(&[("prod/v.json", &publish)]);
        assert!(all.is_empty() || all[0].contains("for author"), "{all:?}");
    }

    #[test]
    fn paths_are_compared_behind_what_both_have() {
        assert_eq!(common_folder("a/prod/x", "a/prod/y/z"), 7);
        assert_eq!(common_folder("x", "y"), 0);
        assert_eq!(stage_of("author_prod-1/variables.json"), Some("prod"));
        assert_eq!(stage_of("products/variables.json"), None);
    }
}
