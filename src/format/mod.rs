//! Stage *format*: bytes become configuration nodes with typed values and exact spans.
//!
//! One file per format. A format decides whether a file belongs to it ([`Format::recognises`]) and reads it in one of
//! two [`Reading`]s into a [`Document`]. [`detect`] picks the format for a file.

pub mod aio;
mod base64;
pub mod cfg_json;
pub mod code_page;
mod configuration_list;
pub mod configurator;
mod console_page;
mod content_tree;
mod copied_configuration;
mod copied_lines;
pub mod credential_json;
mod detected;
pub mod developer_console;
pub mod docview;
pub mod docview_value;
pub mod dotenv;
pub mod edit;
mod embedded;
mod envelope;
pub mod feature_model;
pub mod felix_config;
mod flat;
mod ini;
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
mod query_builder;
pub mod quiet;
mod repo_settings;
pub mod repoinit;
pub mod rewritten;
pub mod service_credentials;
pub mod sling_get;
mod source_map;
pub mod span;
pub mod status_dump;
pub mod sysview;
pub mod text;
pub mod traits;
pub mod value;
pub mod variables;
mod web_console_json;
mod wide;
pub mod xml;
pub mod yaml;

pub use detected::{Detected, RawFile, detect};
pub(crate) use node::PropertyPlaces;
pub use node::{Document, Node, Problem, Property};
pub use span::{Position, Span};
pub use text::Text;
pub use traits::Traits;
pub use value::{Value, ValueType};

use std::borrow::Cow;

use crate::repository::FileContext;
use crate::source::Limits;

/// Which of the two readings is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reading {
    /// What a person sees: resilient, nodes before an error are kept, a broken property does not affect its neighbours.
    Tolerant,
    /// Exactly what AEM would store; if AEM rejects the file, [`Document::problem`] says why.
    Aem,
}

/// A file to read: its bytes, and everything its location says about it.
#[derive(Clone, Copy, Debug)]
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
    /// Its name, and what else the format can do.
    fn traits(&self) -> Traits;

    /// The stable name used in reports.
    fn id(&self) -> &'static str {
        self.traits().id
    }

    /// Whether `input` is a file of this format. Content decides, not only the name.
    fn recognises(&self, input: &RawFile<'_>) -> bool;

    /// How the bytes become text (encoding and byte order mark).
    fn decode<'a>(&self, input: &Input<'a>) -> Text<'a> {
        if self.traits().own_encoding { xml::encoding::decode(input.bytes) } else { Text::utf8(input.bytes) }
    }

    /// What an instance printed into the file, where it is not the text itself: a page writes blanks as references.
    fn printed<'a>(&self, text: &'a str) -> Cow<'a, str> {
        Cow::Borrowed(text)
    }

    /// Reads the file. `text` is what [`Format::decode`] returned; every span is a range of it.
    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document;
}

/// Maximum number of values kept for one file: a value takes a hundred times as much memory as the two bytes it may
/// take in the file.
pub(crate) const MAX_VALUES: usize = 250_000;

/// Maximum size of an OSGi configuration, in bytes. One value takes three bytes of text and about thirty times as much
/// memory, and a configuration written by a person or an instance has a few kilobytes.
pub(crate) const MAX_CONFIGURATION: usize = 8 << 20;

/// The document of a configuration above [`MAX_CONFIGURATION`].
pub(crate) fn too_large(text: &str) -> Option<Document> {
    let limit = || {
        Problem::new(0, format!("the configuration is larger than {} MiB and was not read", MAX_CONFIGURATION >> 20))
    };
    (text.len() > MAX_CONFIGURATION).then(|| Document { limit: Some(limit()), ..Document::default() })
}

/// The limit that a file with more than [`MAX_VALUES`] values reaches at `offset`.
pub(crate) fn too_many_values(offset: usize) -> Problem {
    Problem::new(offset, format!("the file holds more than {MAX_VALUES} values; the rest of it was not read"))
}

/// All formats, in the order of detection.
pub static FORMATS: &[&dyn Format] = &[
    &ini::Ini,
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
    &console_page::ConsolePage,
    &web_console_json::WebConsoleJson,
    &configuration_list::ConfigurationList,
    &variables::Variables,
    &repo_settings::RepoSettings,
    &repoinit::Repoinit,
    &service_credentials::ServiceCredentials,
    &developer_console::DeveloperConsole,
    &aio::Aio,
    &initial_content::InitialContent,
    &query_builder::QueryBuilder,
    &oak_export::OakExport,
    &sling_get::SlingGet,
    &credential_json::CredentialJson,
    &yaml::Yaml,
    &copied_configuration::CopiedConfiguration,
];

/// The traits of the format called `id`; `None` if it is not a format, such as an archive.
pub fn traits_of(id: &str) -> Option<Traits> {
    FORMATS.iter().find(|format| format.id() == id).map(|format| format.traits())
}

/// The text of a file that has no format: UTF-8, or UTF-16 or UTF-32 if the first bytes indicate it.
pub fn plain_text(bytes: &[u8]) -> Text<'_> {
    wide::decode(bytes).unwrap_or_else(|| Text::utf8(bytes))
}

#[cfg(test)]
mod tests;
