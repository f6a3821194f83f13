//! Model data recorded in a report of an earlier run.

use strum::IntoEnumIterator;

use super::model::IntegrationKind;
use super::{Location, SourceFile};
use crate::repository::Package;

impl IntegrationKind {
    /// The kind whose [`IntegrationKind::id`] is `id`; any other is one that a configuration declares.
    pub fn from_id(id: &str) -> Self {
        let mut known = Self::iter().filter(|kind| !matches!(kind, Self::Declared(_)));
        known.find(|kind| kind.id() == id).unwrap_or_else(|| Self::Declared(id.to_owned()))
    }
}

impl Location {
    /// Takes down whether the package covers the node, as [`Location::is_covered`] tells it from then on.
    pub fn record_coverage(&self, covered: Option<bool>) {
        self.in_package(|package: &Package, path| package.record(path, covered));
    }
}

impl SourceFile {
    /// A file of which a report tells where it lies.
    pub fn recorded(context: crate::repository::FileContext) -> Self {
        Self { context, ..Self::default() }
    }
}
