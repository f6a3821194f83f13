//! Stage *ims*: nodes become integrations, joined with what belongs to them.

pub mod catalog;
mod excerpt;
pub mod line_hash;
pub mod location;
pub mod model;
pub mod secrets;
pub mod target;

pub use line_hash::LineHash;
pub use location::{Capture, Excerpt, Location, SourceFile};
pub use model::{
    AuthType, Confidence, Environment, Evidence, Field, FieldName, FieldState, Integration, Kind, Model, Reference,
};

use crate::format::{Document, Format, Input, Text};
use crate::repository::FileContext;

/// What one file gives: candidates that [`join`] completes with what other files know.
#[derive(Debug, Default)]
pub struct Extract {
    /// Integrations, secrets, endpoints and keys of this file; references not yet resolved.
    pub model: Model,
}

impl Extract {
    /// Whether the file gave nothing at all.
    pub fn is_empty(&self) -> bool {
        let model = &self.model;
        model.integrations.is_empty() && model.secrets.is_empty() && model.endpoints.is_empty() && model.keys.is_empty()
    }
}

/// What recognisers need beside the file: kinds and product names declared in `aem-ims-lint.toml`, the target.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    /// `--target`, or [`target::Target::Unknown`] to decide from the project.
    pub target: target::Target,
}

/// Finds the integrations of one file. `read` is its format, text and tolerant reading; `None` for a file that is of
/// no format but named like key material.
pub fn recognise(
    input: &Input<'_>,
    read: Option<(&dyn Format, &Text<'_>, &Document)>,
    knowledge: &Knowledge,
) -> Extract {
    let _ = (input, read, knowledge);
    Extract::default()
}

/// Joins what all files gave: secret partners, references, copies, environments. `extracts` is in path order.
/// `ambiguous` are the archive entries that hide others, with what is wrong with each.
pub fn join(extracts: Vec<Extract>, ambiguous: Vec<(FileContext, String)>, knowledge: &Knowledge) -> Model {
    let _ = (extracts, ambiguous, knowledge);
    Model::default()
}
