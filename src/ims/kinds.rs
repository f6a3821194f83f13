//! Custom kinds of integrations, declared in `aem-ims-lint.toml`: a project's own IMS client, or a product node whose
//! properties Adobe has not published, is then checked like a built-in kind.
//!
//! ```toml
//! [[kinds]]
//! name = "acme-ims-client"
//! product = "Target"
//! pid = ["com.acme.core.ImsClient"]
//! auth-type = { property = "mode", jwt = ["service"], oauth = ["s2s"] }
//!
//! [kinds.fields]
//! client-id = ["apiKey"]
//! client-secret = ["secret"]
//! scopes = ["scopes"]
//! ```

use std::fmt;

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::{Deserialize, Serialize};

use super::catalog::{Product, product_of_name, squeeze};
use super::model::{AuthType, FieldName};

/// A kind as written in the configuration file. A node belongs to it if it matches all of `pid`, `resource-type` and
/// `path` that are given.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DeclaredKind {
    /// The name shown in reports.
    pub name: String,
    /// The product it serves, such as `Target`; any other text means another product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// PIDs or factory PIDs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pid: Vec<String>,
    /// Values of `sling:resourceType`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resource_type: Vec<String>,
    /// Glob patterns for the JCR path of the node, or for the path of a file outside a repository.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<String>,
    /// How it authenticates, if that is always the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<DeclaredAuth>,
    /// The property with the authentication type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_type: Option<AuthTypeProperty>,
    /// The properties that contain its fields, the preferred one first; fields that are not listed are not checked.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<DeclaredField, Vec<String>>,
    /// Fields among [`Self::fields`] that may be missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub optional: Vec<DeclaredField>,
    /// Properties that refer to another IMS configuration.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// The property that contains its own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_property: Option<String>,
}

/// How a declared kind authenticates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DeclaredAuth {
    /// Service Account (JWT).
    Jwt,
    /// OAuth Server-to-Server.
    Oauth,
    /// A user's or company's own credential.
    UserCredentials,
}

impl From<DeclaredAuth> for AuthType {
    fn from(auth: DeclaredAuth) -> Self {
        match auth {
            DeclaredAuth::Jwt => Self::Jwt,
            DeclaredAuth::Oauth => Self::OAuth,
            DeclaredAuth::UserCredentials => Self::UserCredentials,
        }
    }
}

/// A property with the authentication type of a node.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AuthTypeProperty {
    /// Its name.
    pub property: String,
    /// Values that mean JWT.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub jwt: Vec<String>,
    /// Values that mean OAuth.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub oauth: Vec<String>,
    /// Values that mean a user sign-in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub user_credentials: Vec<String>,
    /// The type if the property is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<DeclaredAuth>,
}

impl AuthTypeProperty {
    /// The type for `value`, ignoring case and punctuation.
    pub fn meaning(&self, value: Option<&str>) -> AuthType {
        let Some(value) = value.map(squeeze).filter(|value| !value.is_empty()) else {
            return self.default.map_or(AuthType::Unknown, AuthType::from);
        };
        let among = |values: &[String]| values.iter().any(|known| squeeze(known) == value);
        match value {
            _ if among(&self.jwt) => AuthType::Jwt,
            _ if among(&self.oauth) => AuthType::OAuth,
            _ if among(&self.user_credentials) => AuthType::UserCredentials,
            _ => AuthType::Unknown,
        }
    }
}

/// The fields that can be declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // as in `FieldName`
pub enum DeclaredField {
    ClientId,
    ClientSecret,
    Scopes,
    OrgId,
    TokenEndpoint,
    Grant,
    Issuer,
    Metascopes,
    KeyPairAlias,
    PrivateKey,
    TechnicalAccount,
    UserName,
    Password,
    RelaxedTls,
}

impl From<DeclaredField> for FieldName {
    fn from(field: DeclaredField) -> Self {
        match field {
            DeclaredField::ClientId => Self::ClientId,
            DeclaredField::ClientSecret => Self::ClientSecret,
            DeclaredField::Scopes => Self::Scopes,
            DeclaredField::OrgId => Self::OrgId,
            DeclaredField::TokenEndpoint => Self::TokenEndpoint,
            DeclaredField::Grant => Self::Grant,
            DeclaredField::Issuer => Self::Issuer,
            DeclaredField::Metascopes => Self::Metascopes,
            DeclaredField::KeyPairAlias => Self::KeyPairAlias,
            DeclaredField::PrivateKey => Self::PrivateKey,
            DeclaredField::TechnicalAccount => Self::TechnicalAccount,
            DeclaredField::UserName => Self::UserName,
            DeclaredField::Password => Self::Password,
            DeclaredField::RelaxedTls => Self::RelaxedTls,
        }
    }
}

/// The declared kinds, ready to be matched.
#[derive(Clone, Debug, Default)]
pub struct Kinds {
    kinds: Vec<Ready>,
}

/// Why a declared kind cannot be used.
#[derive(Clone, Debug)]
pub enum KindError {
    /// It has no name.
    NoName,
    /// The kind with this name matches every node.
    MatchesAll(String),
    /// A path pattern is not valid.
    Path {
        /// The kind.
        name: String,
        /// What is wrong.
        error: globset::Error,
    },
}

impl fmt::Display for KindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoName => f.write_str("a kind in `[[kinds]]` has no name"),
            Self::MatchesAll(name) => write!(f, "the kind `{name}` needs `pid`, `resource-type` or `path`"),
            Self::Path { name, error } => match error.glob() {
                Some(pattern) => write!(f, "the path `{pattern}` of the kind `{name}`: {}", error.kind()),
                None => write!(f, "the paths of the kind `{name}`: {}", error.kind()),
            },
        }
    }
}

#[derive(Clone, Debug)]
struct Ready {
    declared: DeclaredKind,
    paths: GlobSet,
    product: Option<Product>,
}

/// What a node is matched by.
#[derive(Clone, Copy, Debug, Default)]
pub struct NodeFacts<'a> {
    /// PID or factory PID.
    pub component: Option<&'a str>,
    /// `sling:resourceType`.
    pub resource_type: Option<&'a str>,
    /// JCR path of the node, empty outside a repository.
    pub jcr_path: &'a str,
    /// Path of the file.
    pub file_path: &'a str,
}

impl Kinds {
    /// Prepares the kinds of a configuration file.
    ///
    /// # Errors
    /// A kind that matches every node, has no name or an invalid path pattern.
    pub fn new(declared: Vec<DeclaredKind>) -> Result<Self, KindError> {
        let kinds = declared.into_iter().map(Ready::new).collect::<Result<_, _>>()?;
        Ok(Self { kinds })
    }

    /// Whether nothing is declared.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// The first kind that matches a node at `place`, and its product.
    pub fn find(&self, place: NodeFacts<'_>) -> Option<(&DeclaredKind, Option<Product>)> {
        self.kinds.iter().find(|kind| kind.matches(place)).map(|kind| (&kind.declared, kind.product))
    }

    /// Literal texts of which every file with a node of a declared kind holds one, in its name or its content; `None`
    /// when a kind is declared by path alone, so that any file may hold one.
    pub fn literals(&self) -> Option<Vec<String>> {
        let mut literals = Vec::new();
        for Ready { declared, .. } in &self.kinds {
            match (declared.pid.is_empty(), declared.resource_type.is_empty()) {
                (false, _) => literals.extend(declared.pid.iter().cloned()),
                (true, false) => literals.extend(declared.resource_type.iter().cloned()),
                (true, true) => return None,
            }
        }
        Some(literals)
    }
}

impl Ready {
    fn new(declared: DeclaredKind) -> Result<Self, KindError> {
        let name = &declared.name;
        if name.trim().is_empty() {
            return Err(KindError::NoName);
        }
        if declared.pid.is_empty() && declared.resource_type.is_empty() && declared.path.is_empty() {
            return Err(KindError::MatchesAll(name.clone()));
        }
        let mut paths = GlobSetBuilder::new();
        for pattern in &declared.path {
            let glob = GlobBuilder::new(pattern).literal_separator(true).build();
            paths.add(glob.map_err(|error| KindError::Path { name: name.clone(), error })?);
        }
        let paths = paths.build().map_err(|error| KindError::Path { name: name.clone(), error })?;
        let product = declared.product.as_deref().map(|name| product_of_name(name).unwrap_or(Product::Other));
        Ok(Self { declared, paths, product })
    }

    fn matches(&self, place: NodeFacts<'_>) -> bool {
        let DeclaredKind { pid, resource_type, path, .. } = &self.declared;
        let among = |wanted: &[String], is: Option<&str>| {
            wanted.is_empty() || is.is_some_and(|is| wanted.iter().any(|one| one == is))
        };
        among(pid, place.component)
            && among(resource_type, place.resource_type)
            && (path.is_empty() || self.paths.is_match(place.jcr_path) || self.paths.is_match(place.file_path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(toml: &str) -> Result<Kinds, String> {
        Kinds::new(vec![toml::from_str(toml).unwrap()]).map_err(|error| error.to_string())
    }

    #[test]
    fn a_node_fits_all_that_is_given() {
        let kinds = kind("name = 'a'\npid = ['com.acme.A']\npath = ['/apps/*/config/**']").unwrap();
        let place =
            NodeFacts { component: Some("com.acme.A"), jcr_path: "/apps/acme/config/x", ..NodeFacts::default() };
        assert!(kinds.find(place).is_some());
        assert!(kinds.find(NodeFacts { component: Some("com.acme.B"), ..place }).is_none());
        assert!(kinds.find(NodeFacts { jcr_path: "/apps/a/b/config/x", ..place }).is_none());
        assert!(kinds.find(NodeFacts { component: None, ..place }).is_none());
    }

    #[test]
    fn a_kind_that_fits_everything_is_refused() {
        assert!(kind("name = 'a'").unwrap_err().contains("needs `pid`, `resource-type` or `path`"));
        assert!(kind("name = ' '\npid = ['x']").unwrap_err().contains("no name"));
        assert!(kind("name = 'a'\npath = ['[']").unwrap_err().contains("the path `[` of the kind `a`"));
    }

    #[test]
    fn products_are_named_as_people_do() {
        let product = |name: &str| {
            let kinds = kind(&format!("name = 'a'\npid = ['x']\nproduct = '{name}'")).unwrap();
            kinds.find(NodeFacts { component: Some("x"), ..NodeFacts::default() }).unwrap().1
        };
        assert_eq!(product("Target"), Some(Product::Target));
        assert_eq!(product("Smart Tags"), Some(Product::SmartTags));
        assert_eq!(product("Workfront"), Some(Product::Other));
    }

    #[test]
    fn literals_say_which_files_matter() {
        assert_eq!(kind("name = 'a'\npid = ['com.acme.A']").unwrap().literals(), Some(vec!["com.acme.A".to_owned()]));
        assert_eq!(kind("name = 'a'\npath = ['/conf/**']").unwrap().literals(), None);
        assert_eq!(Kinds::default().literals(), Some(Vec::new()));
    }

    #[test]
    fn unknown_keys_are_refused() {
        assert!(toml::from_str::<DeclaredKind>("name = 'a'\npids = ['x']").is_err());
        assert!(toml::from_str::<DeclaredKind>("name = 'a'\n[fields]\nnothing = ['x']").is_err());
    }
}
