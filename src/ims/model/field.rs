//! The fields of an integration: name, value and how it is written.

use std::sync::Arc;

use jiff::civil::Date;

use super::super::Location;
use super::super::validity::placeholder::Near;
use super::super::validity::{Fault, variable};

/// The fields of IMS integrations, independent of the names of their properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::VariantArray, strum::IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
#[allow(missing_docs)] // the names are the documentation; `id` gives the stable spelling
pub enum FieldName {
    ClientId,
    ClientSecret,
    Scopes,
    OrgId,
    /// The effective token URL.
    TokenEndpoint,
    Grant,
    /// JWT claims as a whole.
    Claims,
    /// The `iss` claim.
    Issuer,
    Metascopes,
    KeyPairAlias,
    PrivateKey,
    TechnicalAccount,
    /// A property with the authentication type.
    AuthType,
    UserName,
    Password,
    RelaxedTls,
    /// The name of the token validator that the product needs.
    TokenValidator,
}

impl FieldName {
    /// The stable name used in reports.
    pub fn id(self) -> &'static str {
        self.into()
    }

    /// Whether values of this field are secrets and never shown.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::ClientSecret | Self::PrivateKey | Self::Password)
    }
}

/// The state of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum FieldState {
    /// A literal value.
    Present,
    /// A value that comes from elsewhere.
    Placeholder(Placeholder),
    /// A value protected by AEM's CryptoSupport: `{<hex>}`.
    Encrypted,
    /// A mask such as `********`: the value exists but is not shown.
    Hidden,
    /// The property is blank.
    Empty,
    /// The property is missing.
    Missing,
}

/// What replaces a placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Placeholder {
    /// `$[secret:NAME]`; `default` if it has a literal default in plain text.
    Secret {
        /// Whether it has a non-empty `;default=` directive.
        default: bool,
    },
    /// `$[env:NAME]`; `default` as above.
    Env {
        /// Whether it has a non-empty `;default=` directive.
        default: bool,
    },
    /// `$[prop:NAME]` or `$[conf:NAME]`.
    Property,
    /// `${name}` or `${{name}}`, filled by the build.
    Build,
    /// Template text that should be replaced: `<OrgID>`, `REPLACE_ME`, `changeme`, `xxx…`.
    Template,
    /// One of `crate::ims::waiting::PLACEHOLDERS`, placeholders for values that only a person can supply.
    Waiting,
    /// Resembles `$[secret:NAME]`, but AEM uses the text literally.
    Misspelt,
}

impl Placeholder {
    /// The stable name used in reports.
    pub fn id(self) -> &'static str {
        self.into()
    }
}

impl FieldState {
    /// Whether it has a value, a placeholder that is replaced, or an encrypted value.
    pub fn is_filled(self) -> bool {
        !matches!(self, Self::Empty | Self::Missing | Self::Placeholder(Placeholder::Waiting))
    }

    /// The stable name used in reports.
    pub fn id(self) -> &'static str {
        self.into()
    }
}

/// A field of an integration.
#[derive(Clone, Debug)]
pub struct Field {
    /// Which one.
    pub name: FieldName,
    /// Its state.
    pub state: FieldState,
    /// The property that contains it in this kind of integration, even if missing, for messages that suggest adding it.
    pub property: Arc<str>,
    /// The value(s), joined with `, `; `None` for secrets and for fields without a value.
    pub value: Option<String>,
    /// Where it is; `None` when missing.
    pub location: Option<Box<Location>>,
    /// How it is written, if a migration rewrites a part of it.
    pub written: Option<Written>,
    /// The variables for its placeholders.
    pub variables: Vec<Variable>,
    /// What is wrong with its value, worst first.
    pub faults: Vec<Fault>,
    /// The placeholder that its value was meant to be.
    pub near: Option<Near>,
}

/// An unknown key of a configuration that resembles a known one.
#[derive(Clone, Debug)]
pub struct MisspeltKey {
    /// As it is written.
    pub written: String,
    /// The key that was meant.
    pub meant: &'static str,
    /// Where.
    pub location: Location,
}

/// The expiry of the certificate of a credential.
#[derive(Clone, Debug)]
pub struct Expiry {
    /// The last day, in UTC.
    pub day: Date,
    /// Where it says so.
    pub location: Location,
}

/// A variable of a `$[secret:NAME]` or `$[env:NAME]` placeholder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Cloud Manager keeps it as a secret, not as a plain variable.
    pub secret: bool,
}

impl Variable {
    /// Its name for reports: masked if it may be a secret instead of a name.
    pub fn shown(&self) -> &str {
        variable::shown(&self.name)
    }
}

/// How the property of a field is written, as far as a migration has to know beyond the field's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// A token URL as written in the file, before an endpoint or a default is inserted.
    Url(String),
    /// Each value of a property of JWT claims.
    Claims(Vec<ClaimItem>),
}

/// The content of one value of a property of JWT claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimItem {
    /// The `iss` claim and nothing else: OAuth keeps it.
    Issuer,
    /// The `iss` claim among others.
    IssuerAmongOthers,
    /// Only claims of a JWT.
    Other,
    /// A placeholder, whose value is unknown.
    Opaque,
}
