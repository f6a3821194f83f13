//! What a format can do beside being read. Each format says all of it; no other file asks for the name of a format.

/// What a format can do. There is no default: a format that leaves one out does not compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traits {
    /// How comments are written, where comments are possible.
    pub comments: Option<CommentSyntax>,
    /// What AEM does with such a file.
    pub loading: Loading,
    /// What a value in it is part of, as far as the format tells.
    pub stores: Stores,
    /// Who writes such a file.
    pub origin: Origin,
    /// What says where a configuration is in force.
    pub run_modes: RunModes,
    /// The edits that can be made.
    pub editor: Option<Editor>,
    /// The file tells its encoding itself, as XML does; the others are text, which may be in UTF-16.
    pub own_encoding: bool,
    /// Lines are keys and values and nothing more, so that a secret ends where its line does.
    pub flat_lines: FlatLines,
}

impl Traits {
    /// What an instance wrote when it was asked for some of what it has: no person edits such a file, and AEM never reads
    /// it.
    pub const fn exported(stores: Stores) -> Self {
        Self {
            comments: None,
            loading: Loading::Never,
            stores,
            origin: Origin::Exported,
            run_modes: RunModes::OfFolder,
            editor: None,
            own_encoding: false,
            flat_lines: FlatLines::Never,
        }
    }

    /// Whether AEM itself reads such files; the others are exports and credential files.
    pub fn is_read_by_aem(&self) -> bool {
        self.loading != Loading::Never
    }

    /// Whether the file is XML in which nodes lie in each other.
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
    /// It reads it as this format.
    Read,
    /// It imports it as something else, because it does not recognise it.
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
    /// Keys and values for whoever reads them.
    Settings,
    /// Documents in YAML: workflows, connectors, what tools are set up with.
    Documents,
    /// What no source tells.
    Other,
}

/// Who writes the files of a format, and so what a file of it is when it lies outside of every repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// People and build tools, one by one.
    Written,
    /// An instance, asked for some of what it has.
    Exported,
    /// The console of an instance: all configurations that it has.
    Printed,
    /// Any program whatever: only what is found in it tells whether it has to do with AEM.
    AnyProgram,
}

impl Origin {
    /// Whether an instance wrote it.
    pub fn is_instance(self) -> bool {
        matches!(self, Self::Exported | Self::Printed)
    }
}

/// What says where a configuration is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunModes {
    /// The folder of the file.
    OfFolder,
    /// The folder of the node, in the file or around it.
    OfNodes,
    /// The content, always.
    Declared,
    /// The content where it says so, else the folder.
    DeclaredOrFolder,
}

/// Who makes the edits of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Editor {
    /// `.cfg.json`.
    CfgJson,
    /// Felix `.config`.
    Felix,
    /// Docviews.
    Docview,
}

/// Whether lines are keys and values and nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlatLines {
    /// In every file.
    Always,
    /// Unless the file begins as a JSON object does.
    UnlessJson,
    /// In none.
    Never,
}
