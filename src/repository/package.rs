//! What a content package says of itself.

use std::fmt;

use crate::source::SourcePath;

/// `group:name:version` of `META-INF/vault/properties.xml`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageId {
    /// The `group` property, possibly empty.
    pub group: String,
    /// The `name` property.
    pub name: String,
    /// The `version` property, possibly empty.
    pub version: String,
}

impl fmt::Display for PackageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.group, self.name, self.version)
    }
}

/// A content package, as an archive or exploded in a tree.
#[derive(Debug, Default)]
pub struct Package {
    /// The archive or the directory that holds `jcr_root`.
    pub path: SourcePath,
    /// Identity, when `properties.xml` tells it.
    pub id: Option<PackageId>,
    /// `application`, `content`, `container` or `mixed`, when declared.
    pub package_type: Option<String>,
}
