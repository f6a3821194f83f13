//! `com.adobe.granite.auth.oauth.accesstoken.provider`: an Adobe IMS integration of AEM 6.5, unless it belongs to
//! another vendor. The factory is not IMS-only, so without IMS evidence nothing is reported about it.
//!
//! Properties: metatype of the factory; `authorization.grants` and `orgId` from Adobe's "Smart Tags OAuth
//! configuration". The client secret belongs in the request customizer, not here.

use super::secret_partner::customizer_fault;
use super::{Draft, Extract, Literal, Lures, Property, Recogniser, Subject, field_of};
use crate::ims::catalog::{self, pid};
use crate::ims::claims::{Claim, Claims};
use crate::ims::disclosure;
use crate::ims::endpoint::{self, CLIENT_CREDENTIALS, EndpointKind, HOST_PROPERTY, REQUEST_PROPERTY, TOKEN_HOST};
use crate::ims::fields;
use crate::ims::home::ValuePlace;
use crate::ims::literals::GRANITE_AUTH;
use crate::ims::model::{AuthType, Confidence, Field, FieldName, FieldState, IntegrationKind, Placeholder, Written};
use crate::ims::validity::placeholder::{Near, near};
use crate::ims::validity::{self, Fault, grant};

const GRANTS: &str = "auth.token.provider.authorization.grants";
const CLAIMS: &str = "auth.token.provider.default.claims";
const KEY_PAIR: &str = "auth.token.provider.keypair.alias";
const CLIENT_ID: &str = "auth.token.provider.client.id";
const SCOPE: &str = "auth.token.provider.scope";
const ORG_ID: &str = "auth.token.provider.orgId";
const TITLE: &str = "auth.token.provider.title";
const RELAXED: &str = "auth.token.provider.relaxed.ssl";
const VALIDATOR: &str = "auth.token.validator.type";
const CUSTOMIZER: &str = "token.request.customizer.type";
const SECRET: &str = "auth.ims.client.secret";

/// The factory.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "access_token_provider",
    words: "IMS configurations: `com.adobe.granite.auth.oauth.accesstoken.provider`",
    lures: Lures::Literals(&[
        GRANITE_AUTH,
        Literal::new("auth.token.provider."),
        Literal::new("auth.access.token."),
        Literal::new("token.request.customizer."),
        Literal::new("adobe-ims-"),
        Literal::only_in(&[".txt"], "customizer.type"),
    ]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    let Some(sub_name) = subject.configures(pid::ACCESS_TOKEN_PROVIDER) else { return false };
    let provider = Provider::read(subject);
    if provider.is_foreign() {
        return true;
    }
    let pending = !provider.has_ims_evidence();
    let customizer = subject.text(CUSTOMIZER).map(str::to_owned);
    // Without IMS evidence, only a request customizer of IMS makes it an integration, and without this name it has
    // none.
    if pending && customizer.is_none() {
        return true;
    }
    let draft = provider.draft(sub_name);
    if !pending {
        found.add_secret(pid::ACCESS_TOKEN_PROVIDER, field_of(subject, FieldName::ClientSecret, &[SECRET]));
    }
    let mut one = draft.finish();
    (one.integration.customizer, one.pending) = (customizer, pending);
    found.found.push(one);
    true
}

/// The values that determine the authentication type.
struct Provider<'a> {
    subject: Subject<'a>,
    claims: Claims,
    /// The effective token URL; empty if `auth.access.token.request` is missing.
    url: String,
    grants: Option<String>,
}

impl<'a> Provider<'a> {
    fn read(subject: Subject<'a>) -> Self {
        let claims = subject.property(CLAIMS).map(Claims::of).unwrap_or_default();
        let url = match (subject.text(REQUEST_PROPERTY), subject.text(HOST_PROPERTY)) {
            (Some(request), Some(endpoint)) => endpoint::format(request, endpoint),
            (Some(request), None) => request.to_owned(),
            (None, _) => String::new(),
        };
        let grants = subject.text(GRANTS).map(|grants| fields::effective(grants).trim().to_ascii_lowercase());
        Self { subject, claims, url, grants }
    }

    /// Whether anything shows that the provider requests tokens from IMS.
    fn has_ims_evidence(&self) -> bool {
        let text = |name| self.subject.text(name).map(fields::effective).unwrap_or_default().into_owned();
        let is_org = |value: &str| value.ends_with("@AdobeOrg");
        let claim = |key: &str| self.claims.get(key).map(|claim| claim.value.as_str()).unwrap_or_default();
        endpoint::is_ims(&self.url)
            || endpoint::is_ims(&text(HOST_PROPERTY))
            || is_org(&text(ORG_ID))
            || is_org(claim("iss"))
            || claim("sub").ends_with("@techacct.adobe.com")
            || endpoint::is_ims(claim("aud"))
            || self.claims.metascopes().next().is_some()
            || [text("name"), text(VALIDATOR)].iter().any(|t| t.starts_with(catalog::ADOBE_IMS_PREFIX))
    }

    /// Whether its URL or endpoint names a host of another vendor, without any evidence of IMS.
    fn is_foreign(&self) -> bool {
        let names_other_host = |text: &str| {
            endpoint::Endpoint::parse(&fields::effective(text))
                .is_some_and(|e| e.host.contains('.') && !e.host.contains(['$', '{', '<', '%']) && !e.is_ims())
        };
        let endpoint = self.subject.text(HOST_PROPERTY).unwrap_or_default();
        !self.has_ims_evidence() && (names_other_host(&self.url) || names_other_host(endpoint))
    }

    /// Signs of a Service Account other than the grant and the URL.
    fn has_jwt_material(&self) -> bool {
        self.subject.is_filled(KEY_PAIR)
            || self.claims.metascopes().next().is_some()
            || self.claims.get("sub").is_some()
    }

    /// The authentication type. A configuration from before OAuth has no grants property, and AEM then creates a JWT
    /// and uses it as the authorization grant (javadoc of `AccessTokenProvider`).
    fn auth(&self) -> (AuthType, Confidence) {
        let kind = endpoint::kind_of(&self.url);
        let oauth_fields = self.subject.is_filled(SCOPE) || self.subject.is_filled(ORG_ID);
        match self.grants.as_deref() {
            Some(grants) if grants.contains(CLIENT_CREDENTIALS) => (AuthType::OAuth, Confidence::High),
            Some(grants) if grant::means_client_credentials(grants) => (AuthType::OAuth, Confidence::Medium),
            Some(grants) if validity::is_open(grants) => match kind {
                EndpointKind::JwtExchange => (AuthType::Jwt, Confidence::Medium),
                EndpointKind::Token => (AuthType::OAuth, Confidence::Medium),
                EndpointKind::Other if self.has_jwt_material() => (AuthType::Jwt, Confidence::Low),
                EndpointKind::Other => (AuthType::Unknown, Confidence::Low),
            },
            // The token endpoint supports no other grant, so the grant is wrong, unless other properties also indicate
            // a JWT.
            Some(grants) if kind == EndpointKind::Token && !(grants.contains("jwt") && self.has_jwt_material()) => {
                (AuthType::OAuth, Confidence::Medium)
            }
            Some(grants) if grants.contains("jwt") => (AuthType::Jwt, Confidence::High),
            Some(_) => (AuthType::Jwt, Confidence::Medium),
            None => match kind {
                EndpointKind::JwtExchange => (AuthType::Jwt, Confidence::High),
                EndpointKind::Token if oauth_fields || !self.has_jwt_material() => {
                    (AuthType::OAuth, Confidence::Medium)
                }
                EndpointKind::Token => (AuthType::Jwt, Confidence::Medium),
                EndpointKind::Other if self.has_jwt_material() => (AuthType::Jwt, Confidence::High),
                EndpointKind::Other if oauth_fields => (AuthType::OAuth, Confidence::Medium),
                EndpointKind::Other => (AuthType::Jwt, Confidence::Medium),
            },
        }
    }

    fn draft(&self, sub_name: Option<&str>) -> Draft<'a> {
        let subject = self.subject;
        let (auth, confidence) = self.auth();
        let name = subject.text("name");
        let title = subject.text(TITLE);
        let metascopes = catalog::product_of_metascopes(self.claims.metascopes().map(|(metascope, _)| metascope));
        let scopes = subject.property(SCOPE).map(fields::joined).unwrap_or_default();
        let validator = subject.text(VALIDATOR).unwrap_or_default();
        let of_validator = catalog::product_in(catalog::VALIDATORS, |known| known == validator);
        let [by_name, by_title, by_sub_name] = [name, title, sub_name].map(|n| n.and_then(catalog::product_of_name));
        let draft = Draft::new(subject, IntegrationKind::AccessTokenProvider)
            .auth(auth, confidence)
            .product([of_validator, metascopes, catalog::product_of_scopes(&scopes), by_name, by_title, by_sub_name])
            .name(name.or(title).or(sub_name))
            .known_as(name)
            .known_as(title)
            .known_as(sub_name)
            .known_as_pid()
            .field(FieldName::ClientId, &[CLIENT_ID])
            .with(self.secret())
            .field(FieldName::Scopes, &[SCOPE])
            .field(FieldName::OrgId, &[ORG_ID])
            .with(self.token_endpoint())
            .with(self.grant())
            .field(FieldName::KeyPairAlias, &[KEY_PAIR])
            .with(self.claims())
            .with(self.claim_field(FieldName::Issuer, "iss"))
            .with(self.claim_field(FieldName::TechnicalAccount, "sub"))
            .with(self.metascopes())
            .field(FieldName::RelaxedTls, &[RELAXED]);
        let product = draft.peek().product;
        let needs_validator = catalog::VALIDATORS.iter().any(|(_, of)| product == Some(*of));
        let draft = if needs_validator { draft.field(FieldName::TokenValidator, &[VALIDATOR]) } else { draft };
        self.evidence(draft)
    }

    /// The strongest evidence comes first: the finding is reported at the first evidence that supports the verdict.
    fn evidence(&self, draft: Draft<'a>) -> Draft<'a> {
        let subject = self.subject;
        let kind = endpoint::kind_of(&self.url);
        let mut draft = match kind {
            EndpointKind::JwtExchange => {
                draft.shown_by(AuthType::Jwt, REQUEST_PROPERTY, "is the JWT exchange endpoint")
            }
            EndpointKind::Token => draft.shown_by(AuthType::OAuth, REQUEST_PROPERTY, "is the OAuth token endpoint"),
            EndpointKind::Other => draft,
        };
        if let Some(grants) = &self.grants {
            let (auth, says) = if grants.contains(CLIENT_CREDENTIALS) {
                (AuthType::OAuth, "is `client_credentials`")
            } else if grant::means_client_credentials(grants) {
                (AuthType::OAuth, "was meant to be `client_credentials`")
            } else if validity::is_open(grants) {
                (AuthType::Unknown, "is a placeholder")
            } else if kind == EndpointKind::Token {
                (AuthType::Unknown, "is not a grant of the token endpoint")
            } else {
                (AuthType::Jwt, "is not `client_credentials`")
            };
            draft = draft.shown_by(auth, GRANTS, says);
        }
        draft = draft.shown_by_each(AuthType::Jwt, [KEY_PAIR], "names the key pair that signs a JWT");
        for (text, claim) in self
            .claims
            .metascopes()
            .map(|(_, claim)| ("carry the metascope of a Service Account", claim))
            .chain(self.claims.get("sub").map(|claim| ("name the technical account of a Service Account", claim)))
            .take(4)
        {
            if let Some(property) = subject.property(CLAIMS) {
                let location = subject.location_of_value(property, claim.index);
                draft = draft.evidence(AuthType::Jwt, format!("`{CLAIMS}` {text}"), location);
            }
        }
        if self.grants.is_none() {
            let text = format!("`{GRANTS}` is not set, so AEM requests tokens with a JWT");
            draft = draft.evidence_of_node(AuthType::Jwt, text);
        }
        draft
    }

    /// The effective URL, located at the property that has to change.
    fn token_endpoint(&self) -> Field {
        let lacks_host = self.subject.text(REQUEST_PROPERTY).is_some_and(|r| r.contains("%s"))
            && !self.subject.is_filled(HOST_PROPERTY);
        let written = || self.subject.text(REQUEST_PROPERTY).map(|text| Written::Url(text.to_owned()));
        if lacks_host {
            // A missing host says nothing about the path, which may have to change as well.
            return Field { written: written(), ..field_of(self.subject, FieldName::TokenEndpoint, &[HOST_PROPERTY]) };
        }
        let mut field = field_of(self.subject, FieldName::TokenEndpoint, &[REQUEST_PROPERTY]);
        if field.state.is_filled() {
            field.state = fields::state_of_claim(&self.url);
            field.near = self.near_of_url();
            let words = matches!(field.state, FieldState::Placeholder(Placeholder::Misspelt | Placeholder::Template));
            field.faults = if words { Vec::new() } else { self.endpoint_faults() };
            let shown = fields::effective_without_secrets(&self.url);
            field.value = Some(fields::shorten(&disclosure::field(FieldName::TokenEndpoint, REQUEST_PROPERTY, &shown)));
            field.written = written();
        }
        field
    }

    /// The placeholder that a part of the URL was probably meant to be.
    fn near_of_url(&self) -> Option<Near> {
        [REQUEST_PROPERTY, HOST_PROPERTY].iter().find_map(|name| near(self.subject.text(name)?))
    }

    /// What is wrong with the URL to which AEM actually sends its request.
    fn endpoint_faults(&self) -> Vec<Fault> {
        let raw = |name| self.subject.property(name).and_then(Property::first).map(fields::effective);
        let (Some(request), host) = (raw(REQUEST_PROPERTY), raw(HOST_PROPERTY).unwrap_or_default()) else {
            return Vec::new();
        };
        let takes_host = request.contains("%s");
        let written = if takes_host { vec![request.as_ref(), host.as_ref()] } else { vec![request.as_ref()] };
        let mut faults = validity::faults(FieldName::TokenEndpoint, &written, ValuePlace::Osgi);
        let fault = validity::endpoint::fault(&validity::endpoint::sent(request.trim(), host.trim()));
        faults.extend(fault.map(|fault| match takes_host {
            true => Fault {
                instead: format!("`https://%s/ims/token/v3`; `{HOST_PROPERTY}`: the host alone, `{TOKEN_HOST}`"),
                ..fault
            },
            false => fault,
        }));
        faults.sort_by_key(|fault| std::cmp::Reverse(fault.weight));
        let written = [REQUEST_PROPERTY, HOST_PROPERTY].into_iter().filter_map(|name| self.subject.text(name));
        validity::shown(faults, written)
    }

    fn grant(&self) -> Field {
        let field = field_of(self.subject, FieldName::Grant, &[GRANTS]);
        let written = || self.subject.property(GRANTS).into_iter().flat_map(Property::texts);
        let faults = written().map(fields::effective).filter_map(|text| grant::fault(&text)).take(1).collect();
        Field { faults: validity::shown(faults, written()), ..field }
    }

    /// The secret does not belong here; if it is set anyway, its location is reported.
    fn secret(&self) -> Field {
        let subject = self.subject;
        let misplaced = subject.property(SECRET).filter(|property| fields::state_of(property).is_filled());
        let location = misplaced.map(|property| subject.location_of(property));
        let faults = customizer_fault(subject, CUSTOMIZER).into_iter().collect();
        Field { location: location.map(Box::new), faults, ..fields::missing(FieldName::ClientSecret, SECRET) }
    }

    fn claims(&self) -> Field {
        let field = field_of(self.subject, FieldName::Claims, &[CLAIMS]);
        let values: Vec<_> =
            self.subject.property(CLAIMS).into_iter().flat_map(Property::texts).map(fields::effective).collect();
        let fault = validity::claims::fault(&values.iter().map(AsRef::as_ref).collect::<Vec<_>>());
        let field = Field { faults: fault.into_iter().collect(), ..field };
        let written = self.subject.property(CLAIMS).map(|property| Written::Claims(self.claims.items(property)));
        Field { written, ..field }
    }

    fn claim_field(&self, name: FieldName, key: &str) -> Field {
        let Some(property) = self.subject.property(CLAIMS) else { return fields::missing(name, CLAIMS) };
        let Some(claim) = self.claims.get(key) else {
            let mut field = fields::missing(name, CLAIMS);
            if self.claims.opaque {
                field.state = fields::state_of(property);
                field.location = Some(Box::new(self.subject.location_of(property)));
            }
            return field;
        };
        let state = fields::state_of_claim(&claim.value);
        let written = property.texts().skip(claim.index).take(1);
        Field {
            state,
            value: state.is_filled().then(|| shown_claim(name, written, &claim.value)),
            location: Some(Box::new(self.subject.location_of_value(property, claim.index))),
            faults: validity::faults(name, &[&claim.value], ValuePlace::Osgi),
            ..fields::missing(name, CLAIMS)
        }
    }

    fn metascopes(&self) -> Field {
        let missing = fields::missing(FieldName::Metascopes, CLAIMS);
        let (names, claims): (Vec<&str>, Vec<&Claim>) = self.claims.metascopes().unzip();
        let (Some(first), Some(property)) = (claims.first(), self.subject.property(CLAIMS)) else { return missing };
        Field {
            state: FieldState::Present,
            value: Some(shown_claim(FieldName::Metascopes, property.texts(), &names.join(", "))),
            location: Some(Box::new(self.subject.location_of_value(property, first.index))),
            ..missing
        }
    }
}

/// The displayed value of a claim; masked if it may come from the default of a secret in what is `written`.
fn shown_claim<'t>(name: FieldName, mut written: impl Iterator<Item = &'t str>, value: &str) -> String {
    match written.all(|text| fields::effective_without_secrets(text) == fields::effective(text)) {
        true => fields::shorten(&disclosure::field(name, CLAIMS, value)),
        false => disclosure::MASK.to_owned(),
    }
}
