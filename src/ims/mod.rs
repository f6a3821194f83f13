//! Stage *ims*: nodes become integrations, joined with what belongs to them.

pub mod catalog;
pub mod location;
pub mod model;
pub mod target;

pub use location::{Capture, Excerpt, Location, SourceFile};
pub use model::{
    AuthType, Confidence, Environment, Evidence, Field, FieldName, FieldState, Integration, Kind, Model, Reference,
};

use crate::format::{Document, Format, Input, Text};

/// What one file gives: candidates that [`join`] completes with what other files know.
#[derive(Debug, Default)]
pub struct Extract {
    /// Integrations, secrets, endpoints and keys of this file; references not yet resolved.
    pub model: Model,
}

/// What recognisers need beside the file: kinds and product names declared in `aem-ims-lint.toml`, the target.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    /// `--target`, or [`target::Target::Unknown`] to decide from the project.
    pub target: target::Target,
}

/// Finds the integrations of one document. `document` is the tolerant reading of `text`.
pub fn recognise(
    input: &Input<'_>,
    format: &dyn Format,
    text: &Text<'_>,
    document: &Document,
    knowledge: &Knowledge,
) -> Extract {
    let _ = (input, format, text, document, knowledge);
    Extract::default()
}

/// Joins what all files gave: secret partners, references, copies, environments. `extracts` is in path order.
pub fn join(extracts: Vec<Extract>, knowledge: &Knowledge) -> Model {
    let _ = (extracts, knowledge);
    Model::default()
}
