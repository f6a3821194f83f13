//! The names whose values a reader needs, and the shape that each value has.
//!
//! Names that are not listed, or that refer to a secret, have no shape: their values are unknown.

use super::shape::{Shape, is_random};
use crate::ims::catalog::squeeze;
use crate::ims::model::FieldName;
use crate::ims::secrets;

/// Properties by their full name, lower case. Sources: the metatypes and vendors' documentation that `recognise` names.
static EXACT: &[(Shape, &[&str])] = &[
    (
        Shape::Url,
        &[
            "auth.access.token.request",
            "auth.token.provider.endpoint",
            "aio.ims.url",
            "aio_ims_url",
            "imsendpoint",
            "loginendpoint",
            "transporturi",
            "tenanturl",
            "authserverurl",
            "serviceurl",
        ],
    ),
    (
        Shape::Id,
        &[
            "aio.api.key",
            "aio_api_key",
            "token.request.customizer.type",
            "customizer.type",
            "accesstokenprovidername",
            "oauth.config.id",
            "oauth.config.provider.id",
            "tenantid",
            "clientcode",
            "transportuser",
            "user",
            "username",
            "email",
            "pid",
            "service.pid",
            "service.factorypid",
            "component.name",
            "sling.fs.installed.pid",
            "data.allowedclientids",
            "data.allowedclientids.author",
            "data.allowedclientids.preview",
            "data.allowedclientids.publish",
        ],
    ),
    (
        Shape::Words,
        &[
            "auth.token.validator.type",
            "authentication",
            "connectedwhen",
            "integration_type",
            "adobeloginclaimkey",
            "getadobeloginclaimkey",
            "cq:cloudservicename",
            "jcr:primarytype",
            "jcr:mixintypes",
            "jcr:encoding",
            "jcr:language",
            "sv:type",
            "kind",
            "metadata.envtypes",
        ],
    ),
    (
        Shape::Name,
        &[
            "auth.token.provider.title",
            "auth.token.provider.keypair.alias",
            "imsconfig",
            "imsconfigid",
            "imsconfiguration",
            "imsconfigurationid",
            "imsconfigname",
            "imsconfigpid",
            "accesstokenprovider.target",
            "company",
            "companyname",
            "property",
            "reportsuite",
            "region",
        ],
    ),
    (
        Shape::Path,
        &[
            "sling:resourcetype",
            "sling:resourcesupertype",
            "cq:template",
            "cq:designpath",
            "cq:contextsroot",
            "aliaspath",
        ],
    ),
    (Shape::Claims, &["auth.token.provider.default.claims"]),
    (
        Shape::Number,
        &[
            "service.ranking",
            "statuscode",
            "jcr:created",
            "jcr:lastmodified",
            "cq:lastmodified",
            "auth.token.provider.conn.timeout",
            "auth.token.provider.so.timeout",
        ],
    ),
];

/// Last parts of names, squeezed.
static LAST: &[(Shape, &[&str])] = &[
    (Shape::Name, &["name", "title", "jcrtitle"]),
    (Shape::Id, &["id"]),
    (Shape::Path, &["path"]),
    (Shape::Words, &["grant", "grants"]),
];

/// Ends of last parts of names, squeezed.
static ENDS: &[(Shape, &[&str])] = &[
    (
        Shape::Id,
        &[
            "clientid",
            "orgid",
            "imsorg",
            "organizationid",
            "organisationid",
            "projectid",
            "workspaceid",
            "technicalaccountid",
            "technicalaccountemail",
            "techacctid",
            "techaccountid",
        ],
    ),
    (Shape::Name, &["keypairalias", "privatekeyalias", "displayname"]),
    (
        Shape::Words,
        &[
            "scope",
            "scopes",
            "granttype",
            "granttypes",
            "authorizationgrants",
            "authtype",
            "authenticationtype",
            "credentialtype",
            "credentialstype",
        ],
    ),
    (Shape::Number, &["timeout", "expiration", "certificateexpirationdate", "expiry", "ranking"]),
];

/// Last words of names whose values are URLs or hosts. They may be combined with words that refer to a secret:
/// `tokenEndpoint`.
static URL_WORDS: &[&str] = &["endpoint", "url", "uri", "host", "server"];

/// Words that make the value unknown, whatever the name ends with.
static SECRET_WORDS: &[&str] = &[
    "secret",
    "secrets",
    "pass",
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "pin",
    "otp",
    "token",
    "tokens",
    "key",
    "keys",
    "auth",
    "credential",
    "credentials",
    "cookie",
    "session",
    "signature",
    "sas",
    "salt",
    "hash",
    "private",
    "webhook",
    "hook",
    "license",
    "seed",
    "nonce",
    "access",
    "refresh",
    "vault",
    "encrypted",
];

/// Longest name that is one, in bytes.
const LONGEST_NAME: usize = 200;

/// The shape of the values of the property `name`.
pub(super) fn shape_of(name: &str) -> Shape {
    let exact = |table: &[(Shape, &[&str])], name: &str| {
        table.iter().find(|(_, names)| names.contains(&name)).map(|(shape, _)| *shape)
    };
    if secrets::is_secret_name(name) {
        return Shape::Secret;
    }
    let lower = name.to_ascii_lowercase();
    if let Some(shape) = exact(EXACT, &lower) {
        return shape;
    }
    let last = name.rsplit(['.', '/']).next().unwrap_or(name);
    let words = secrets::words(name);
    if words.last().is_some_and(|word| URL_WORDS.contains(&word.as_str())) {
        return Shape::Url;
    }
    let squeezed = squeeze(last);
    let whole = squeeze(name);
    let end = |name: &str| {
        let ends = |names: &[&str]| names.iter().any(|end| name.ends_with(end));
        ENDS.iter().find(|(_, names)| ends(names)).map(|(shape, _)| *shape)
    };
    // These ends say themselves what the words before them are.
    if let Some(shape) = end(&squeezed).or_else(|| end(&whole)) {
        return shape;
    }
    if words.iter().any(|word| SECRET_WORDS.contains(&word.as_str())) {
        return Shape::Unknown;
    }
    exact(LAST, &squeezed).unwrap_or(Shape::Unknown)
}

/// The shape of the values of a field that the property `name` holds.
pub(super) fn shape_in_field(field: FieldName, name: &str) -> Shape {
    if secrets::is_secret_name(name) {
        return Shape::Secret;
    }
    // Everybody else's API keys are secrets; that of IMS is the client id.
    let squeezed = squeeze(name);
    let key = field == FieldName::ClientId && squeezed.ends_with("key");
    let ours = || {
        let words = secrets::words(name);
        squeezed == "apikey"
            || squeezed == "xapikey"
            || words.iter().any(|w| matches!(w.as_str(), "ims" | "adobe" | "aio"))
    };
    if key && !ours() { Shape::Unknown } else { shape_of_field(field) }
}

/// The shape of the values of a field, whatever its property is called.
fn shape_of_field(field: FieldName) -> Shape {
    match field {
        FieldName::ClientSecret | FieldName::PrivateKey | FieldName::Password => Shape::Secret,
        FieldName::ClientId
        | FieldName::OrgId
        | FieldName::Issuer
        | FieldName::TechnicalAccount
        | FieldName::UserName => Shape::Id,
        FieldName::TokenValidator
        | FieldName::Scopes
        | FieldName::Grant
        | FieldName::Metascopes
        | FieldName::AuthType
        | FieldName::RelaxedTls => Shape::Words,
        FieldName::TokenEndpoint => Shape::Url,
        FieldName::Claims => Shape::Claims,
        FieldName::KeyPairAlias => Shape::Name,
    }
}

/// Whether a key reads as one: no line of a key block, no token.
pub fn is_name(key: &str) -> bool {
    let of_name = |c: char| c.is_alphanumeric() || "_.:@~$/ -[]()#".contains(c);
    let parts = |c: char| !c.is_alphanumeric();
    key.len() <= LONGEST_NAME
        && key.chars().all(of_name)
        && !key.split(parts).any(is_random)
        && !secrets::looks_secret(key)
        && super::sentence::hidden(key).is_empty()
}
