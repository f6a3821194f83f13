//! Any other node that shows evidence of IMS and contains a credential: a project's own IMS client, or a product whose
//! nodes are not documented. Property names are matched leniently, values strictly.

use super::service_credentials::is_cloud_service_client;
use super::{Draft, Extract, Lures, Property, Recogniser, Subject};
use crate::format::traits::Stores;
use crate::ims::catalog::{self, Product, squeeze};
use crate::ims::claims;
use crate::ims::disclosure;
use crate::ims::endpoint::{self, EndpointKind};
use crate::ims::fields;
use crate::ims::literals::{ACCOUNT, EXCHANGE, HOST, METASCOPE_CLAIM, METASCOPES, ORGANISATION, TOKEN};
use crate::ims::model::{AuthType, Confidence, Field, FieldName, IntegrationKind, StrayEndpoint};
use crate::ims::validity::{self, scope};

/// Maximum length of a value that can be evidence, in bytes.
const LONGEST: usize = 4096;

/// Nodes that no other recogniser claimed.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "generic",
    words: "Anything else that shows evidence of Adobe IMS and holds a credential",
    lures: Lures::Literals(&[
        HOST,
        ORGANISATION,
        ACCOUNT,
        EXCHANGE,
        TOKEN,
        METASCOPE_CLAIM,
        METASCOPES[0],
        METASCOPES[1],
        METASCOPES[2],
        METASCOPES[3],
    ]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    // These are read for the kinds of other recognisers.
    if subject.scene.capture.is_of_any_program() || is_of_environment(subject) {
        return false;
    }
    let Some(signs) = Signs::shown(subject) else { return false };
    if signs.is_ims() && signs.has_credential() && signs.signs_people_in(subject) {
        signs.hand_over_secrets(subject, found);
        return true;
    }
    if signs.is_integration() {
        signs.draft(subject).add_to(found);
        return true;
    }
    if let Some(property) = signs.stray_endpoint(subject) {
        let url = property.first().unwrap_or_default().trim();
        let url = fields::shorten(&disclosure::field(FieldName::TokenEndpoint, &property.name, url));
        found.model.endpoints.push(StrayEndpoint { url, location: subject.location_of(property) });
        return true;
    }
    false
}

/// What a node shows, independent of any declaration.
pub(super) struct ShownSigns {
    /// The confidence that it authenticates with a JWT, if it does.
    pub(super) jwt: Option<Confidence>,
    /// Its fields, if it is an integration.
    pub(super) fields: Vec<Field>,
}

/// What the node shows.
pub(super) fn shown(subject: Subject<'_>) -> ShownSigns {
    let nothing = ShownSigns { jwt: None, fields: Vec::new() };
    let Some(signs) = Signs::shown(subject) else { return nothing };
    if signs.is_integration() {
        let found = signs.draft(subject).finish().integration;
        return ShownSigns { jwt: (found.auth == AuthType::Jwt).then_some(found.confidence), fields: found.fields };
    }
    ShownSigns { jwt: signs.stray_endpoint(subject).map(|_| Confidence::High), ..nothing }
}

/// Whether these are the variables of a `.env` file outside the contexts of the command line.
fn is_of_environment(subject: Subject<'_>) -> bool {
    let name = subject.scene.capture.file().context.file_name();
    let is_of_command_line = subject.scene.capture.stores(Stores::CommandLine);
    is_of_command_line && subject.node.path.is_empty() && (name.ends_with(".env") || name.starts_with(".env."))
}

/// Squeezed property names that occur only in the sign-in of people: the authorization page, the redirect URL, and the
/// refresh token. Source: the REST data source of AEM Forms, `OidcConnectionImpl` of Sling.
const SIGN_IN: &[&str] = &[
    "oauthurl",
    "authorizeurl",
    "authorizationurl",
    "authorizationuri",
    "authorizationendpoint",
    "authorizeendpoint",
    "refreshtoken",
    "redirecturi",
    "redirecturl",
];

/// Squeezed names of properties with the issuer or the audience of a token.
const TOKEN_PLACES: &[&str] = &["token", "tokenurl", "tokenuri", "tokenendpoint", "audience", "aud", "authorizeurl"];

/// Whether a property is named after an organization of Adobe, and something outside the file fills it in.
fn is_named_for_organisation(property: &Property) -> bool {
    let name = squeeze(&property.name);
    (name.ends_with("adobeorg") || name.ends_with("adobeorgid")) && property.texts().any(validity::is_open)
}

/// Whether a property names an issuer or audience of a token other than Adobe.
fn is_foreign_token_place(property: &Property) -> bool {
    let name = squeeze(&property.name);
    let named = TOKEN_PLACES.iter().any(|place| name.ends_with(place));
    let spoken = |text: &str| ["oauth", "token", "/jwt"].iter().any(|word| text.contains(word));
    property.texts().take(8).any(|text| is_foreign_url(text) && (named || spoken(text)))
}

fn is_foreign_url(text: &str) -> bool {
    const ADOBE: [&str; 4] = ["adobe.com", "adobe.io", "adobelogin.com", "adobe.net"];
    let effective = fields::effective(text);
    let Some(rest) = effective.trim().strip_prefix("https://").or_else(|| effective.trim().strip_prefix("http://"))
    else {
        return false;
    };
    let host = rest.split(['/', ':', '?', '#']).next().unwrap_or_default();
    let below = |domain: &&str| host == *domain || host.strip_suffix(*domain).is_some_and(|sub| sub.ends_with('.'));
    host.contains('.') && !host.contains(['%', '$', '{']) && !ADOBE.iter().any(below)
}

/// Whether an endpoint alone is evidence here: in configurations, but not in pages, documents or code.
fn can_hold_endpoint(subject: Subject<'_>) -> bool {
    subject.is_osgi()
        || subject.node.path.starts_with("/etc/cloudservices/")
        || subject.node.path.contains("/cloudconfigs/")
}

fn is_claims_name(name: &str) -> bool {
    matches!(squeeze(name).as_str(), "jwtpayload" | "payload" | "claims" | "jwtclaims" | "jwt")
}

/// Squeezed property names of each field: exact names, and endings of longer names (`imsClientSecret`).
static ROLES: &[(FieldName, &[&str], &[&str])] = &[
    (FieldName::ClientSecret, &["secret", "secretkey", "apisecret"], &["clientsecret", "clientsecrets", "imssecret"]),
    (
        FieldName::PrivateKey,
        &["privkey"],
        &["privatekey", "encodedpkcs8", "pkcs8", "privatekeypem", "privatekeycontent", "privatekeyvalue"],
    ),
    (FieldName::ClientId, &["xapikey", "consumerkey"], &["clientid", "apikey"]),
    (FieldName::Metascopes, &[], &["metascopes", "metascope", "claimkey", "claimkeys"]),
    (FieldName::Scopes, &["imsscopes"], &["scope", "scopes"]),
    (
        FieldName::TechnicalAccount,
        &["sub", "subject"],
        &[
            "technicalaccountid",
            "technicalaccount",
            "techacctid",
            "techaccountid",
            "techacct",
            "techaccount",
            "technicalaccountemail",
        ],
    ),
    (FieldName::OrgId, &["org", "adobeorg", "iss", "issuer"], &["orgid", "imsorg", "organizationid", "organisationid"]),
    (FieldName::Grant, &["grant", "grants"], &["granttype", "granttypes", "authorizationgrants"]),
    (FieldName::KeyPairAlias, &[], &["keypairalias", "privatekeyalias", "keyalias"]),
    (
        FieldName::AuthType,
        &["authentication", "credential", "authflow"],
        &[
            "authtype",
            "authenticationtype",
            "authmode",
            "authmethod",
            "authenticationmethod",
            "authenticationmode",
            "credentialtype",
            "credentialstype",
        ],
    ),
];

/// Endings of squeezed names of properties with the file of a private key: alone, or of that key.
const KEY_FILES: [&str; 4] = ["keypath", "keyfile", "keyfilename", "keyfilepath"];

/// Whether a property names the file of a private key.
fn is_key_file(property: &Property) -> bool {
    let name = squeeze(property.name.rsplit('.').next().unwrap_or_default());
    let is_one = KEY_FILES.iter().any(|end| {
        name.strip_suffix(end).is_some_and(|of| of.is_empty() || of.ends_with("private") || of.ends_with("priv"))
    });
    is_one && fields::state_of(property).is_filled()
}

/// Whether the values of a property are scopes of an OAuth credential, whatever its name.
fn lists_oauth_scopes(property: &Property) -> bool {
    let values: Vec<_> = property.texts().take(64).map(fields::effective).collect();
    scope::are_oauth(&values.iter().map(AsRef::as_ref).collect::<Vec<_>>())
}

/// The role indicated by the end of a dotted name: `secret`, or `client.secret` if the last part alone has no role.
fn role_of(name: &str) -> Option<FieldName> {
    let last = name.rfind('.');
    let role = role_of_end(last.map_or(name, |dot| &name[dot + 1..]));
    let two = || last.map(|dot| name[..dot].rfind('.').map_or(name, |before| &name[before + 1..]));
    role.or_else(|| role_of_end(two()?))
}

fn role_of_end(end: &str) -> Option<FieldName> {
    let squeezed = squeeze(end);
    ROLES
        .iter()
        .find(|(_, exact, ends)| exact.contains(&squeezed.as_str()) || ends.iter().any(|end| squeezed.ends_with(end)))
        .map(|(role, _, _)| *role)
}

/// Squeezed values of an authentication type.
static JWT_WORDS: &[&str] = &[
    "jwt",
    "serviceaccount",
    "serviceaccountjwt",
    "jwtserviceaccount",
    "jwtbearer",
    "jwtcredentials",
    "adobejwt",
    "imsjwt",
];
static OAUTH_WORDS: &[&str] = &[
    "oauth",
    "oauth2",
    "oauth20",
    "oauths2s",
    "oauthservertoserver",
    "servertoserver",
    "clientcredentials",
    "oauthclientcredentials",
    "imsoauth",
];

/// Evidence from the properties of a node.
#[derive(Default)]
struct Signs<'a> {
    /// For each role, the first filled property, or else the first one.
    roles: Vec<(FieldName, &'a Property)>,
    exchange: Option<&'a Property>,
    token: Option<&'a Property>,
    ims_host: Option<&'a Property>,
    org: Option<&'a Property>,
    technical_account: Option<&'a Property>,
    metascope: Option<&'a Property>,
    product: Option<Product>,
    cloud_service: bool,
    /// Whether a child node with claims has a technical account or metascopes.
    claims_below: bool,
    /// Whether tokens come from another vendor, or are for another vendor.
    foreign: bool,
}

impl<'a> Signs<'a> {
    /// Evidence from a node and the claims below it; `None` if it cannot be an integration of a project.
    fn shown(subject: Subject<'a>) -> Option<Self> {
        if subject.is_interface() || subject.is_foreign() || subject.node.path.starts_with("/libs/") {
            return None;
        }
        let mut signs = Self::of(subject);
        if signs.has_credential() {
            // The claims of a JWT may be in a child node.
            for child in subject.children().filter(|child| is_claims_name(child.node.name())) {
                signs.add_claims(child);
            }
        }
        Some(signs)
    }

    fn is_integration(&self) -> bool {
        self.is_ims() && self.has_credential() && !self.is_only_organisation()
    }

    /// Whether an organization is the only evidence of IMS, and the credential is public or belongs to another vendor:
    /// front ends sign people in with a client id, which is not a secret, and settings of the Web SDK name the
    /// organization.
    fn is_only_organisation(&self) -> bool {
        let strong = [self.exchange, self.token, self.ims_host, self.technical_account, self.metascope];
        let secret = self.role(FieldName::ClientSecret).is_some() || self.role(FieldName::PrivateKey).is_some();
        let unclear =
            [FieldName::AuthType, FieldName::Grant, FieldName::KeyPairAlias].into_iter().any(|r| self.filled(r));
        let claimed = self.org.is_some_and(|org| matches!(squeeze(&org.name).as_str(), "iss" | "issuer"));
        strong.iter().all(Option::is_none) && !self.claims_below && (self.foreign || !(secret || unclear || claimed))
    }

    /// Whether the node contains properties for the sign-in of people, and no grant that contradicts them.
    fn signs_people_in(&self, subject: Subject<'_>) -> bool {
        let of_people = |property: &&Property| {
            let name = squeeze(&property.name);
            SIGN_IN.iter().any(|own| name.ends_with(own)) && fields::state_of(property).is_filled()
        };
        let jwt = self.exchange.is_some() || self.metascope.is_some();
        !jwt && !self.says(FieldName::Grant, OAUTH_WORDS) && subject.node.properties.iter().any(|p| of_people(&p))
    }

    /// Secrets outside an integration still count.
    fn hand_over_secrets(&self, subject: Subject<'_>, found: &mut Extract) {
        let holder = own_name(subject).map_or_else(|| "sign-in".to_owned(), |name| disclosure::name(name).into_owned());
        let own = self.role(FieldName::ClientSecret).into_iter();
        let refresh =
            subject.node.properties.iter().filter(|property| squeeze(&property.name).ends_with("refreshtoken"));
        for property in own.chain(refresh) {
            let field = fields::field(subject.scene.capture, subject.node, FieldName::ClientSecret, property);
            found.add_secret(&holder, field);
        }
    }

    /// The JWT exchange endpoint, if it is evidence on its own.
    fn stray_endpoint(&self, subject: Subject<'_>) -> Option<&'a Property> {
        self.exchange.filter(|_| can_hold_endpoint(subject))
    }

    fn of(subject: Subject<'a>) -> Self {
        let mut signs = Self::default();
        for property in &subject.node.properties {
            signs.add(property);
        }
        signs
    }

    fn add(&mut self, property: &'a Property) {
        self.foreign |= is_foreign_token_place(property);
        let role = match role_of(&property.name) {
            // The values decide, not the name.
            Some(FieldName::Metascopes) if lists_oauth_scopes(property) => Some(FieldName::Scopes),
            role => role,
        };
        if let Some(role) = role {
            let filled = fields::state_of(property).is_filled();
            match self.roles.iter_mut().find(|(known, _)| *known == role) {
                Some((_, held)) if filled && !fields::state_of(held).is_filled() => *held = property,
                Some(_) => {}
                None => self.roles.push((role, property)),
            }
        }
        if is_named_for_organisation(property) {
            self.org.get_or_insert(property);
        }
        if let Some(metascope) = claims::metascope_of_key(&property.name) {
            self.metascope(property, metascope);
        }
        for text in property.texts().take(64).filter(|text| text.len() <= LONGEST) {
            self.add_value(property, role, text);
        }
    }

    fn add_value(&mut self, property: &'a Property, role: Option<FieldName>, text: &str) {
        let effective = fields::effective(text);
        let text = effective.trim();
        if is_organisation(text) {
            self.org.get_or_insert(property);
        }
        if text.ends_with("@techacct.adobe.com") && !text.contains(char::is_whitespace) {
            self.technical_account.get_or_insert(property);
        }
        if role == Some(FieldName::ClientId) && is_cloud_service_client(text) {
            self.cloud_service = true;
        }
        if let Some(url) = endpoint::Endpoint::parse(text) {
            match url.kind {
                EndpointKind::JwtExchange => self.exchange = self.exchange.or(Some(property)),
                EndpointKind::Token if url.is_ims() => self.token = self.token.or(Some(property)),
                _ if url.is_ims_host() => self.ims_host = self.ims_host.or(Some(property)),
                _ => {}
            }
        }
        // One property may list several metascopes, separated by commas, as JSON or as members of a claims object.
        for word in text.split([',', ' ', '"', '[', ']', '{', '}']).filter(|word| !word.is_empty()).take(64) {
            match claims::metascope_of_key(word.trim_end_matches(':').trim_end_matches(":true")) {
                Some(metascope) => self.metascope(property, metascope),
                // Names are compared without their signs, but files are chosen by what they contain.
                None if role == Some(FieldName::Metascopes)
                    && names_metascopes(property)
                    && catalog::is_metascope(word) =>
                {
                    self.metascope(property, word);
                }
                None => {}
            }
        }
    }

    fn metascope(&mut self, property: &'a Property, metascope: &str) {
        self.metascope.get_or_insert(property);
        self.product = catalog::leading(self.product.into_iter().chain(catalog::product_of_metascope(metascope)));
    }

    fn add_claims(&mut self, child: Subject<'a>) {
        let below = Signs::of(child);
        self.claims_below |= below.technical_account.is_some() || below.metascope.is_some();
        self.product = catalog::leading(self.product.into_iter().chain(below.product));
    }

    fn role(&self, role: FieldName) -> Option<&'a Property> {
        self.roles.iter().find(|(known, _)| *known == role).map(|&(_, property)| property)
    }

    fn filled(&self, role: FieldName) -> bool {
        self.role(role).is_some_and(|property| fields::state_of(property).is_filled())
    }

    fn is_ims(&self) -> bool {
        [self.exchange, self.token, self.ims_host, self.org, self.technical_account, self.metascope]
            .iter()
            .any(Option::is_some)
            || self.claims_below
    }

    fn has_credential(&self) -> bool {
        [FieldName::ClientSecret, FieldName::PrivateKey, FieldName::ClientId].into_iter().any(|role| self.filled(role))
    }

    fn says(&self, role: FieldName, words: &[&str]) -> bool {
        self.role(role).is_some_and(|property| {
            property.texts().any(|text| {
                let squeezed = squeeze(&fields::effective(text));
                words.contains(&squeezed.as_str())
            })
        })
    }

    /// How it authenticates: first what the node declares, then properties that only one of the two types has. `None`
    /// instead of a property means evidence in a child node.
    fn auth(&self) -> (AuthType, Confidence, Option<(&'a Property, &'static str)>) {
        use AuthType::{Jwt, OAuth};
        use Confidence::{High, Low, Medium};
        let [declared, grant, key, scopes] =
            [FieldName::AuthType, FieldName::Grant, FieldName::PrivateKey, FieldName::Scopes]
                .map(|name| self.role(name));
        let account = self
            .technical_account
            .filter(|p| role_of(&p.name) == Some(FieldName::TechnicalAccount) && squeeze(&p.name).ends_with("sub"));
        let sure = if self.technical_account.is_some() { High } else { Medium };
        let no_token = self.token.is_none();
        let metascopes = no_token && self.metascope.is_some();
        let secret_scopes = self.filled(FieldName::Scopes) && self.filled(FieldName::ClientSecret);
        let signs = [
            (self.says(FieldName::AuthType, JWT_WORDS), Jwt, High, declared, "says JWT"),
            (self.says(FieldName::AuthType, OAUTH_WORDS), OAuth, High, declared, "says OAuth"),
            (self.says(FieldName::Grant, OAUTH_WORDS), OAuth, High, grant, "is `client_credentials`"),
            (self.exchange.is_some(), Jwt, High, self.exchange, "is the JWT exchange endpoint"),
            (metascopes, Jwt, sure, self.metascope, "carries the metascopes of a Service Account"),
            (no_token && account.is_some(), Jwt, Medium, account, "is the `sub` claim of a JWT"),
            (no_token && self.claims_below, Jwt, Medium, None, ""),
            (no_token && self.filled(FieldName::PrivateKey), Jwt, Medium, key, "is a key that can sign a JWT"),
            (self.token.is_some(), OAuth, Medium, self.token, "is the OAuth token endpoint"),
            (secret_scopes, OAuth, Low, scopes, "lists OAuth scopes"),
        ];
        let first = signs.into_iter().find(|(holds, ..)| *holds);
        first.map_or((AuthType::Unknown, Low, None), |(_, auth, confidence, property, says)| {
            (auth, confidence, property.map(|property| (property, says)))
        })
    }

    fn draft(&self, subject: Subject<'a>) -> Draft<'a> {
        let (auth, confidence, evidence) = self.auth();
        let kind = if self.cloud_service && auth == AuthType::Jwt {
            IntegrationKind::ServiceCredentials
        } else {
            IntegrationKind::Generic
        };
        let scopes = self.role(FieldName::Scopes).map(fields::joined).unwrap_or_default();
        let own = subject.node.pid.as_ref().map(|pid| pid.name.as_str());
        let names = [subject.component(), own, Some(subject.node.name())].into_iter().flatten();
        let by_name = names.map(|name| name.rsplit('.').next().unwrap_or(name)).find_map(Product::from_name);
        let given = ["name", "title", "jcr:title"].iter().filter_map(|name| subject.text(name));
        let by_name = by_name.or_else(|| given.into_iter().find_map(catalog::product_of_name));
        let cloud_service = self.cloud_service.then_some(Product::AemCloudService);
        let mut draft = Draft::new(subject, kind)
            .auth(auth, confidence)
            .product([cloud_service, self.product, catalog::product_of_scopes(&scopes), by_name])
            .name(own_name(subject));
        let endpoint = self.exchange.or(self.token).or(self.ims_host);
        if let Some(property) = endpoint {
            draft = draft.field(FieldName::TokenEndpoint, &[&property.name]);
        }
        for &(role, property) in &self.roles {
            draft = draft.field(role, &[&property.name]);
        }
        for (role, property) in [
            (FieldName::Metascopes, self.metascope),
            (FieldName::TechnicalAccount, self.technical_account),
            (FieldName::OrgId, self.org),
        ] {
            if let Some(property) = property.filter(|_| draft.peek().field(role).is_none()) {
                draft = draft.field(role, &[&property.name]);
            }
        }
        let key_file = subject.node.properties.iter().find(|property| is_key_file(property));
        draft = draft.jwt_settings(key_file.map(|property| property.name.as_str()));
        if let Some((property, text)) = evidence {
            draft = draft.shown_by(auth, &property.name, text);
        } else if self.claims_below {
            draft = draft.evidence_of_node(auth, "the claims below it are those of a JWT");
        }
        for (property, text) in [
            (self.org, "is the id of an IMS organisation"),
            (self.technical_account, "is a technical account"),
            (self.ims_host, "is a host of IMS"),
        ] {
            if let Some(property) = property {
                draft = draft.shown_by(AuthType::Unknown, &property.name, text);
            }
        }
        draft
    }
}

/// Whether the name of a property contains one of the texts by which files are chosen.
fn names_metascopes(property: &Property) -> bool {
    let name = property.name.to_ascii_lowercase();
    METASCOPES.iter().any(|literal| name.contains(literal.text()))
}

/// An IMS organisation: `<hex>@AdobeOrg`.
fn is_organisation(text: &str) -> bool {
    text.strip_suffix("@AdobeOrg").is_some_and(|id| !id.is_empty() && !id.contains(char::is_whitespace))
}

fn own_name<'a>(subject: Subject<'a>) -> Option<&'a str> {
    let name = match &subject.node.pid {
        Some(pid) => {
            pid.factory.as_ref().map_or_else(|| pid.name.rsplit('.').next().unwrap_or(&pid.name), |_| pid.name.as_str())
        }
        None => subject.page_path().rsplit('/').next().unwrap_or_default(),
    };
    (!name.is_empty()).then_some(name)
}
