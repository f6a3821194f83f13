//! `values-not-exported`.

use super::{Finding, Phase, Rule, rule, words};
use crate::ims::Model;
use crate::ims::model::Unexported;

rule! {
    /// ## What it does
    ///
    /// Notes exports that list the file of an IMS configuration but not its content: `.infinity.json` of the Sling GET
    /// servlet contains only the size of a file, and `oak-run export` only a reference to it.
    ///
    /// ## Why is this bad
    ///
    /// A configuration cannot be checked without its values. It may still use a JWT credential.
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// ```text
    /// "com.adobe.granite.auth.oauth.accesstoken.provider-1590.config": {
    ///   "jcr:primaryType": "nt:file",
    ///   "jcr:content": { "jcr:primaryType": "nt:resource", ":jcr:data": 724 }
    /// }
    /// ```
    ///
    /// Fixed: a content package of the same folder, which contains the files.
    ///
    /// ## How to fix
    ///
    /// Build and download a package with the filter `/apps/system/config`, or save the web console's configuration
    /// status, and scan that.
    ///
    /// ## References
    ///
    /// * <https://sling.apache.org/documentation/bundles/rendering-content-default-get-servlets.html>
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/sites/administering/contentmanagement/package-manager>
    pub ValuesNotExported {
        id: "values-not-exported",
        level: Note,
        summary: "This export does not contain the values of an IMS configuration",
        severity: "1.0",
        confidence: High,
        cwe: [1059],
    }
}

impl Rule for ValuesNotExported {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let finding = |one: &Unexported| {
            let component = words::code(one.component);
            let message = format!(
                "A configuration of {component} is listed here, but its values are not in this \
            export."
            );
            Finding::new(&Self::META, one.location.clone(), message).label("values not exported").step(
                Phase::Aem,
                "Scan a content package of the same folder, or the web console's configuration status.",
            )
        };
        model.unexported.iter().map(finding).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::catalog::pid;
    use crate::ims::model::Unexported;
    use crate::rules::testing::{check, location, model};

    #[test]
    fn flagged_and_clean() {
        let mut model = model(Vec::new());
        assert!(check(&ValuesNotExported, &model).is_empty());
        let location = location("config.infinity.json", None);
        model.unexported = vec![Unexported { component: pid::ACCESS_TOKEN_PROVIDER, location }];
        assert_eq!(check(&ValuesNotExported, &model).len(), 1);
    }
}
