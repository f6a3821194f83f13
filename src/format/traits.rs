//! Capabilities of a format besides reading. Each format declares all of them; no other file checks the name of a
//! format.

use super::quiet::Outline;

/// Name and capabilities of a format: what it has in common with others of its kind, and what it declares itself.
/// [`Traits::read_by_aem`], [`Traits::written`] and [`Traits::exported`] ask for what a format of that kind must say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traits {
    /// The stable name used in reports: `docview`, `felix-config`, `cfg-json`, …
    pub id: &'static str,
    /// How comments are written, if they are possible.
    pub comments: Option<CommentSyntax>,
    /// What AEM does with such a file.
    pub loading: Loading,
    /// What a value in it is part of, as far as the format tells.
    pub stores: Stores,
    /// Who writes such a file.
    pub origin: Origin,
    /// What determines where a configuration is in force.
    pub run_modes: RunModes,
    /// The available edits.
    pub editor: Option<Editor>,
    /// The file declares its encoding itself, as XML does; other formats are text, which may be in UTF-16.
    pub own_encoding: bool,
    /// Lines contain only keys and values, so that a secret ends with its line.
    pub flat_lines: FlatLines,
    /// Files of this format are never large, so large files are not searched for its markers.
    pub is_small: bool,
    /// How its nodes are written, if subtrees of a large file may be skipped ([`super::Text::quiet`]).
    pub outline: Option<Outline>,
}

impl Traits {
    /// A file that a person writes or downloads, and that AEM does not read as it is.
    pub const fn written(id: &'static str, stores: Stores, comments: Option<CommentSyntax>) -> Self {
        Self {
            id,
            comments,
            loading: Loading::Never,
            stores,
            origin: Origin::Written,
            run_modes: RunModes::OfFolder,
            editor: None,
            own_encoding: false,
            flat_lines: FlatLines::Never,
            is_small: false,
            outline: None,
        }
    }

    /// A file that an instance wrote when asked for some of its content: no person edits it, and AEM never reads it.
    pub const fn exported(id: &'static str, stores: Stores) -> Self {
        Self { origin: Origin::Exported, ..Self::written(id, stores, None) }
    }

    /// A file that a person writes for AEM.
    pub const fn read_by_aem(
        id: &'static str,
        stores: Stores,
        comments: CommentSyntax,
        editor: Option<Editor>,
    ) -> Self {
        Self { loading: Loading::Read, editor, ..Self::written(id, stores, Some(comments)) }
    }

    /// Whether AEM itself reads such files; the others are exports and credential files.
    pub fn is_read_by_aem(&self) -> bool {
        self.loading != Loading::Never
    }

    /// Whether the file is XML with nested nodes.
    pub fn is_docview(&self) -> bool {
        self.run_modes == RunModes::OfNodes
    }
}

/// How comments are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentSyntax {
    /// `#` at the beginning of a line.
    Hash,
    /// `#` or `!` at the beginning of a line.
    HashOrMark,
    /// `<!-- -->`.
    Xml,
    /// `//` and `/* */`.
    Json,
}

/// What AEM does with a file of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loading {
    /// AEM reads it as this format.
    Read,
    /// AEM imports it as something else, because AEM does not recognise it.
    ImportedOtherwise,
    /// Nothing: it is an export, or another program's file.
    Never,
}

/// What the values of a file are part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stores {
    /// OSGi configurations.
    Configurations,
    /// Nodes of the repository.
    Content,
    /// Credentials in JSON.
    Credentials,
    /// Settings of the Adobe I/O command line.
    CommandLine,
    /// Keys and values for any reader.
    Settings,
    /// Documents in YAML: workflows, connectors, settings of tools.
    Documents,
    /// Not documented by any source.
    Other,
}

/// Who writes the files of a format, and therefore what a file is if it lies outside any repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// People and build tools, one by one.
    Written,
    /// An instance, asked for some of its content.
    Exported,
    /// The console of an instance: all its configurations.
    Printed,
    /// Any program: only the content shows whether the file is related to AEM.
    AnyProgram,
}

impl Origin {
    /// Whether an instance wrote it.
    pub fn is_instance(self) -> bool {
        matches!(self, Self::Exported | Self::Printed)
    }
}

/// What determines where a configuration is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunModes {
    /// The folder of the file.
    OfFolder,
    /// The folder of the node, in the file or around it.
    OfNodes,
    /// The content, always.
    Declared,
    /// The content if it says so, otherwise the folder.
    DeclaredOrFolder,
}

/// The editor of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Editor {
    /// `.cfg.json`.
    CfgJson,
    /// Felix `.config`.
    Felix,
    /// Docviews.
    Docview,
}

/// Whether lines contain only keys and values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlatLines {
    /// In every file.
    Always,
    /// Unless the file begins like a JSON object.
    UnlessJson,
    /// In none.
    Never,
}
