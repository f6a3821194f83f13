//! The document type declaration: internal entities, and attributes that it types or adds.

use std::collections::HashMap;

/// What an entity stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entity {
    /// Its replacement text.
    Internal(String),
    /// A file elsewhere, which is never read: it stands for nothing.
    External,
    /// A file that is no XML (`NDATA`).
    Unparsed,
}

/// What a document's `<!DOCTYPE` declares.
#[derive(Clone, Debug, Default)]
pub struct Dtd {
    entities: HashMap<String, Entity>,
    /// There is an external subset or an external parameter entity, so an undeclared entity is no error.
    pub may_declare_elsewhere: bool,
}

impl Dtd {
    /// The general entity called `name`.
    pub fn entity(&self, name: &str) -> Option<&Entity> {
        self.entities.get(name)
    }
}
