//! `unfilled-template`.

use super::verdict::means_oauth;
use super::{Case, Finding, Phase, Rule, rule, values, words};
use crate::ims::api_access::{ApiClient, LIST};
use crate::ims::home::{Home, ValuePlace};
use crate::ims::model::Placeholder;
use crate::ims::{Field, FieldName, FieldState, Model};

rule! {
    /// ## What it does
    ///
    /// Reports OAuth Server-to-Server integrations with a value that asks a person to fill it in: `<ClientID>`, `<OrgID>`,
    /// `{{client_id}}`, `YOUR_CLIENT_ID`, `changeme`, `CLIENT_SECRET`, `xxxx` and their like, in a field that the integration
    /// needs, or among the clients of `config/api.yaml`. Files of other programs that are called a sample, an example or
    /// a template, or that are in a folder with such a name, are meant to have them. A mask such as `********`, by which
    /// an export hides a value, is not a placeholder.
    ///
    /// ## Why is this bad
    ///
    /// Adobe IMS does not know this client, secret or scope. Examples from Adobe's instructions are easily copied
    /// unchanged.
    ///
    /// ## Example
    ///
    /// Flagged:
    ///
    /// ```properties
    /// auth.token.provider.authorization.grants="client_credentials"
    /// auth.access.token.request="https://ims-na1.adobelogin.com/ims/token/v3"
    /// auth.token.provider.client.id="<ClientID>"
    /// auth.token.provider.scope="openid,AdobeID,target_sdk"
    /// auth.token.provider.orgId="EXAMPLE0000@AdobeOrg"
    /// auth.token.provider.default.claims=("\"iss\"\ :\ \"EXAMPLE0000@AdobeOrg\"")
    /// ```
    ///
    /// Fixed:
    ///
    /// ```properties
    /// auth.token.provider.authorization.grants="client_credentials"
    /// auth.access.token.request="https://ims-na1.adobelogin.com/ims/token/v3"
    /// auth.token.provider.client.id="0000example"
    /// auth.token.provider.scope="openid,AdobeID,target_sdk"
    /// auth.token.provider.orgId="EXAMPLE0000@AdobeOrg"
    /// auth.token.provider.default.claims=("\"iss\"\ :\ \"EXAMPLE0000@AdobeOrg\"")
    /// ```
    ///
    /// ## How to fix
    ///
    /// Copy the value from the OAuth Server-to-Server credential in the Adobe Developer Console. Store the client
    /// secret where it cannot be read: on AEM as a Cloud Service as `$[secret:NAME]`, on AEM 6.5 and 6.5 LTS protected
    /// with CryptoSupport.
    ///
    /// ## References
    ///
    /// * <https://experienceleague.adobe.com/en/docs/experience-manager-65/content/assets/using/config-oauth>
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/ims/>
    pub UnfilledTemplate {
        id: "unfilled-template",
        level: Error,
        summary: "A placeholder from the documentation was not replaced",
        severity: "4.0",
        confidence: High,
        cwe: [1188],
        effect: Broken,
    }
}

/// The fields that a token request or AEM needs.
const NEEDED: [FieldName; 7] = [
    FieldName::ClientId,
    FieldName::ClientSecret,
    FieldName::Scopes,
    FieldName::TokenEndpoint,
    FieldName::Grant,
    FieldName::OrgId,
    FieldName::Issuer,
];

impl Rule for UnfilledTemplate {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let judged = |case: Case<'_>| {
            let relevant = |(field, scope): (_, _)| values::environments(case.integration, scope).map(|_| field);
            let mut left: Vec<&Field> =
                values::fields(case.integration).filter_map(relevant).filter(|f| is_left(f)).collect();
            left.sort_by_key(|field| NEEDED.iter().position(|name| *name == field.name));
            (!left.is_empty()).then(|| finding(case, &left))
        };
        let mut findings =
            values::folded(Case::all(model).filter(|case| means_oauth(case.integration)).filter_map(judged));
        let clients = model.api_access.iter().flat_map(|list| &list.clients);
        findings.extend(clients.filter(|one| is_unfilled(one)).map(of_list));
        findings
    }
}

/// Whether a client of `api.yaml` is a word of the documentation.
fn is_unfilled(client: &ApiClient) -> bool {
    let left = client.state == FieldState::Placeholder(Placeholder::Template) && !client.open;
    left && !client.location.file.is_template
}

fn of_list(client: &ApiClient) -> Finding {
    let message = format!("`{LIST}` still has a placeholder from the documentation: AEM lets no such client in.");
    Finding::new(&UnfilledTemplate::META, client.location.clone(), message)
        .label("to be filled in")
        .step(Phase::Files, format!("`{LIST}`: the client id of the OAuth credential in the Adobe Developer Console."))
}

fn is_left(field: &Field) -> bool {
    let template = field.state == FieldState::Placeholder(Placeholder::Template);
    template
        && NEEDED.contains(&field.name)
        && field
            .location
            .as_ref()
            .is_some_and(|location| ValuePlace::of(location).is_aem() || !location.file.is_template)
}

fn finding(case: Case<'_>, left: &[&Field]) -> Finding {
    let mut names: Vec<String> = left.iter().map(|field| words::property(field)).collect();
    names.dedup();
    let message = format!(
        "{}{} still has a placeholder from the documentation in {}: it gets no token.",
        case.subject(),
        words::environments_if_some(&case.integration.environments),
        words::list(&names),
    );
    let first = left[0].location.as_deref().unwrap_or(&case.integration.location);
    let finding = case.finding(&UnfilledTemplate::META, first.clone(), message).label("to be filled in");
    let others = left.iter().skip(1).filter_map(|field| field.location.as_deref());
    let steps = left.iter().map(|field| {
        let place = field.location.as_deref().map_or(ValuePlace::Unknown, ValuePlace::of);
        let text = match field.name {
            FieldName::ClientSecret => Home::new(place, case.target()).secret.to_owned(),
            FieldName::Issuer => "the organization id (`…@AdobeOrg`) in the `iss` claim".to_owned(),
            name => format!("the {} of the OAuth credential in the Adobe Developer Console", words::field(name)),
        };
        (Phase::Files, format!("{}: {text}.", words::property(field)))
    });
    finding.related_each("to be replaced too", others).steps(steps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check_one, jwt_provider, location, oauth_provider};

    const TEMPLATE: FieldState = FieldState::Placeholder(Placeholder::Template);

    #[test]
    fn flagged_once_for_all_of_them() {
        let provider =
            oauth_provider("acme").in_state(FieldName::ClientId, TEMPLATE).in_state(FieldName::ClientSecret, TEMPLATE);
        let findings = check_one(&UnfilledTemplate, provider);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].message.contains("`auth.token.provider.client.id` and `auth.ims.client.secret`"));
        assert_eq!((findings[0].related.len(), findings[0].steps.len()), (1, 2));
    }

    #[test]
    fn clean_when_filled_in_hidden_or_jwt() {
        assert!(check_one(&UnfilledTemplate, oauth_provider("acme")).is_empty());
        let hidden = oauth_provider("acme").in_state(FieldName::ClientSecret, FieldState::Hidden);
        assert!(check_one(&UnfilledTemplate, hidden).is_empty());
        assert!(check_one(&UnfilledTemplate, jwt_provider("acme").in_state(FieldName::ClientId, TEMPLATE)).is_empty());
    }

    #[test]
    fn clean_in_a_template_of_another_program() {
        let in_template = |is_template| {
            let mut one = oauth_provider("acme").in_state(FieldName::ClientId, TEMPLATE);
            for field in one.fields.iter_mut().filter(|field| field.name == FieldName::ClientId) {
                let mut place = location(".env.example", None);
                let context = place.file.context.clone();
                place.file = std::sync::Arc::new(crate::ims::SourceFile {
                    context,
                    format: "aio",
                    is_template,
                    ..Default::default()
                });
                field.location = Some(Box::new(place));
            }
            check_one(&UnfilledTemplate, one).len()
        };
        assert_eq!((in_template(false), in_template(true)), (1, 0));
    }
}
