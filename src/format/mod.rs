//! Stage *format*: bytes become configuration nodes with typed values and exact spans.
//!
//! One file per format. A format says whether a file is its own ([`Format::recognises`]) and reads it in one of two
//! [`Reading`]s into a [`Document`]. [`detect`] picks the format for a file.

pub mod aio;
pub mod cfg_json;
pub mod code_page;
pub mod configurator;
mod content_tree;
pub mod credential_json;
pub mod developer_console;
pub mod docview;
pub mod docview_value;
pub mod dotenv;
pub mod edit;
mod embedded;
pub mod feature_model;
pub mod felix_config;
mod flat;
pub mod initial_content;
pub mod initial_xml;
pub mod iso9075;
pub(crate) mod java;
pub mod json;
pub(crate) mod memory;
pub mod node;
pub mod oak_export;
pub(crate) mod osgi;
pub mod placeholder;
pub mod properties;
pub mod provisioning_model;
pub mod quiet;
pub mod repoinit;
pub mod rewritten;
pub mod service_credentials;
pub mod sling_get;
pub mod span;
pub mod status_dump;
pub mod sysview;
pub mod text;
pub mod value;
pub mod xml;
pub mod yaml;

pub use node::{Document, Node, Problem, Property};
pub use span::{Position, Span};
pub use text::Text;
pub use value::{Value, ValueType};

use crate::repository::FileContext;
use crate::source::Limits;

/// Which of two readers is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reading {
    /// What a person sees: resilient, nodes before an error are kept, a broken property does not cost its neighbours.
    Tolerant,
    /// What AEM would store, exactly; where AEM refuses the file, [`Document::problem`] says why.
    Aem,
}

/// A file about to be read: its bytes and everything its place says about it.
#[derive(Debug)]
pub struct Input<'a> {
    /// Where the file lies.
    pub context: &'a FileContext,
    /// The file's bytes.
    pub bytes: &'a [u8],
    /// Bounds on nesting and size.
    pub limits: &'a Limits,
}

/// A file format.
pub trait Format: Sync {
    /// The stable name used in reports: `docview`, `felix-config`, `cfg-json`, …
    fn id(&self) -> &'static str;

    /// Whether `input` is a file of this format. Content decides, not only the name.
    fn recognises(&self, input: &Input<'_>) -> bool;

    /// How the bytes become text (encoding and byte order mark).
    fn decode<'a>(&self, input: &Input<'a>) -> Text<'a> {
        Text::utf8(input.bytes)
    }

    /// Whether a file of it is never large, so that no large one is searched for its marks.
    fn is_small(&self) -> bool {
        false
    }

    /// How its nodes are written, where subtrees of a large file may be gone over ([`Text::quiet`]).
    fn outline(&self) -> Option<quiet::Outline> {
        None
    }

    /// Reads the file. `text` is what [`Format::decode`] returned; every span is a range of it.
    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document;
}

/// Most values that are kept of one file: what a value takes in memory is a hundred times the two bytes it may take in
/// the file.
pub(crate) const MAX_VALUES: usize = 250_000;

/// Largest OSGi configuration that is read, in bytes. One value takes three bytes of text and some thirty times as much
/// in memory, and a configuration that a person or an instance writes has a few kilobytes.
pub(crate) const MAX_CONFIGURATION: usize = 8 << 20;

/// What a configuration above [`MAX_CONFIGURATION`] is read as.
pub(crate) fn too_large(text: &str) -> Option<Document> {
    let limit = || {
        Problem::new(0, format!("the configuration is larger than {} MiB and was not read", MAX_CONFIGURATION >> 20))
    };
    (text.len() > MAX_CONFIGURATION).then(|| Document { limit: Some(limit()), ..Document::default() })
}

/// The limit that a file with more than [`MAX_VALUES`] reaches at `offset`.
pub(crate) fn too_many_values(offset: usize) -> Problem {
    Problem::new(offset, format!("the file holds more than {MAX_VALUES} values; the rest of it was not read"))
}

/// Every format, in the order in which they are asked.
pub static FORMATS: &[&dyn Format] = &[
    &cfg_json::CfgJson,
    &felix_config::FelixConfig,
    &properties::Properties,
    &configurator::Configurator,
    &docview::Docview,
    &docview::UnrecognisedDocview,
    &sysview::SystemView,
    &initial_xml::InitialXml,
    &feature_model::FeatureModel,
    &provisioning_model::ProvisioningModel,
    &status_dump::StatusDump,
    &repoinit::Repoinit,
    &service_credentials::ServiceCredentials,
    &developer_console::DeveloperConsole,
    &aio::Aio,
    &initial_content::InitialContent,
    &oak_export::OakExport,
    &sling_get::SlingGet,
    &credential_json::CredentialJson,
    &yaml::Yaml,
];

/// The format of a file, or `None` for a file that is none of ours.
pub fn detect(input: &Input<'_>) -> Option<&'static dyn Format> {
    let is_large = input.bytes.len() > MAX_CONFIGURATION;
    FORMATS.iter().copied().find(|format| !(is_large && format.is_small()) && format.recognises(input))
}

/// Reads a file as `format` does, with what is embedded in its values: repoinit statements, and files that are written
/// out in a content tree.
pub fn read(format: &dyn Format, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
    embedded::read(format, input, text, reading)
}

#[cfg(test)]
mod tests;
