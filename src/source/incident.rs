//! What could not be read. An incident makes a scan *incomplete*; the findings of other files are not lost.

use super::SourcePath;

/// The kind of failure; JSON and SARIF reports contain [`IncidentKind::id`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::VariantArray)]
pub enum IncidentKind {
    /// The operating system reported an error: permission, deleted file, I/O error.
    Unreadable,
    /// An archive entry is encrypted.
    Encrypted,
    /// An archive, or an entry of one, has an unsupported form or compression method.
    UnsupportedMethod,
    /// The archive's own structure is broken: truncated, no directory, an entry that does not inflate.
    BrokenArchive,
    /// A file with IMS evidence could not be parsed to its end.
    Malformed,
    /// A limit was reached and part of the input was not read.
    Limit,
    /// An internal error of this program; the file is named so that it can be reported.
    Internal,
}

impl IncidentKind {
    /// The stable name used in reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Encrypted => "encrypted",
            Self::UnsupportedMethod => "unsupported-method",
            Self::BrokenArchive => "broken-archive",
            Self::Malformed => "malformed",
            Self::Limit => "limit",
            Self::Internal => "internal",
        }
    }
}

/// Something that was not read, why, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Incident {
    /// The file, archive or entry concerned.
    pub path: SourcePath,
    /// 1-based line and column (in characters) inside it, if known.
    pub position: Option<(u32, u32)>,
    /// The kind of failure.
    pub kind: IncidentKind,
    /// What happened and what to do; one sentence, no secret values.
    pub message: String,
}

impl Incident {
    /// An incident about a whole file.
    pub fn new(kind: IncidentKind, path: SourcePath, message: impl Into<String>) -> Self {
        Self { path, position: None, kind, message: message.into() }
    }

    /// The same incident at a 1-based line and column.
    #[must_use]
    pub fn at(mut self, line: u32, column: u32) -> Self {
        self.position = Some((line, column));
        self
    }
}
