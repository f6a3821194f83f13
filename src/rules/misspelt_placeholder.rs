//! `misspelt-placeholder`.

use super::values::{self, Value};
use super::{Finding, Level, Phase, Rule, pages, rule, words};
use crate::ims::home::Interpolation;
use crate::ims::validity::placeholder::Near;
use crate::ims::{AuthType, Model};

rule! {
    /// ## What it does
    ///
    /// Reports values that look like a malformed placeholder: `$[Secret:X]`, `$[secrets:X]`, `$[secret.X]`, `$[secret:
    /// X]`, one without its closing bracket, `$(secret:X)`, `$secret:X`, `{secret:X}`, `\\$[secret:X]`, unknown types.
    /// In a source tree, `${secret:X}` may be a property that Maven replaces, so it is a warning there and an error in
    /// a built package.
    ///
    /// ## Why is this bad
    ///
    /// AEM replaces `$[env:NAME]`, `$[secret:NAME]`, `$[prop:NAME]` and `$[conf:NAME]`, in lower case and without
    /// spaces, and leaves everything else unchanged: Adobe IMS gets the text itself as client id or client secret.
    ///
    /// ## Example
    ///
    /// Flagged, `com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl~acme.cfg.json`:
    ///
    /// ```json
    /// {
    ///   "customizer.type": "acme",
    ///   "auth.ims.client.secret": "$[Secret:ACME_IMS_CLIENT_SECRET]"
    /// }
    /// ```
    ///
    /// Fixed:
    ///
    /// ```json
    /// {
    ///   "customizer.type": "acme",
    ///   "auth.ims.client.secret": "$[secret:ACME_IMS_CLIENT_SECRET]"
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Write `$[secret:NAME]` for secrets and `$[env:NAME]` for everything else, on AEM as a Cloud Service. AEM 6.5 and
    /// 6.5 LTS replace them only if the interpolation plugin is installed; protect a secret with CryptoSupport there.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-cloud-service/content/implementing/deploying/configuring-osgi>
    /// * <https://github.com/apache/felix-dev/tree/master/configadmin-plugins/interpolation>
    pub MisspeltPlaceholder {
        id: "misspelt-placeholder",
        level: Error,
        summary: "A value resembles $[secret:NAME] but AEM does not replace it",
        severity: "4.0",
        confidence: High,
        cwe: [1188],
        effect: Broken,
    }
}

impl Rule for MisspeltPlaceholder {
    fn check(&self, model: &Model) -> Vec<Finding> {
        // Of a credential that no longer works only the secret is checked, because it stays in the file.
        let is_dead = |value: &Value<'_>| {
            value.case().is_some_and(|case| case.integration.auth == AuthType::Jwt) && !value.field.name.is_secret()
        };
        let values = values::all(model).into_iter().filter(|value| !is_dead(value));
        values::folded(values.filter_map(|value| Some(finding(&value, value.field.near.as_ref()?))))
    }
}

fn finding(value: &Value<'_>, near: &Near) -> Finding {
    let home = value.home();
    let property = words::property(value.field);
    let by_build = near.maven && value.location.path().entries.is_empty();
    let (what, step) = match home.interpolation {
        Interpolation::Never => {
            (format!("placeholders are not supported in {}", home.name), format!("{property}: the value itself."))
        }
        _ if by_build => (
            format!("it stays as it is unless the build replaces it; did you mean `{}`?", near.meant),
            format!("{property}: `{}`, unless Maven fills it in.", near.meant),
        ),
        _ => (
            format!("AEM does not replace it and uses the text itself; did you mean `{}`?", near.meant),
            format!("{property}: `{}`.", near.meant),
        ),
    };
    let message = format!("{}: {property} looks like a malformed placeholder: {}", value.subject(), end(what));
    let finding = value
        .finding(&MisspeltPlaceholder::META, message)
        .label("no placeholder")
        .step(Phase::Files, step)
        .url(pages::secrets(value.model.target.target));
    if by_build { finding.level(Level::Warning) } else { finding }
}

/// `text`, ended with a full stop if it has no punctuation mark.
fn end(text: String) -> String {
    if text.ends_with('?') { text } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::model::Placeholder;
    use crate::ims::{FieldName, FieldState, Integration};
    use crate::rules::testing::{check_one, help, jwt_provider, oauth_provider};

    fn near(mut one: Integration, name: FieldName, maven: bool) -> Integration {
        one = one.in_state(name, FieldState::Placeholder(Placeholder::Misspelt));
        for field in one.fields.iter_mut().filter(|field| field.name == name) {
            field.near = Some(Near { meant: "$[secret:ACME]".to_owned(), maven });
        }
        one
    }

    #[test]
    fn flagged_with_what_was_meant() {
        let findings = check_one(&MisspeltPlaceholder, near(oauth_provider("acme"), FieldName::ClientSecret, false));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].level, Level::Error);
        assert!(findings[0].message.ends_with("did you mean `$[secret:ACME]`?"));
        assert_eq!(help(&findings[0]), ["`auth.ims.client.secret`: `$[secret:ACME]`."]);
    }

    #[test]
    fn what_maven_may_fill_in_is_a_warning_in_a_source_tree() {
        let one = near(oauth_provider("acme"), FieldName::ClientSecret, true);
        assert_eq!(check_one(&MisspeltPlaceholder, one)[0].level, Level::Warning);
    }

    #[test]
    fn clean_with_placeholders_and_values_and_what_is_dead_already() {
        assert!(check_one(&MisspeltPlaceholder, oauth_provider("acme")).is_empty());
        assert!(check_one(&MisspeltPlaceholder, near(jwt_provider("acme"), FieldName::ClientId, false)).is_empty());
        assert_eq!(
            check_one(&MisspeltPlaceholder, near(jwt_provider("acme"), FieldName::ClientSecret, false)).len(),
            1
        );
    }
}
