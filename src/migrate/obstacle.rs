//! Why a file is not edited, and what to do instead.

use std::fmt;

use super::files::LARGEST;
use crate::budget::EDITED;
use crate::format::edit::Refusal;
use crate::rules;

/// Why a file is not edited. Its text says what to do instead, without the full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It is in this package.
    InPackage(String),
    /// A running instance owns it.
    OfInstance,
    /// It is reached through a symbolic link.
    BehindLink,
    /// Files of this format are not edited.
    NoEditor(&'static str),
    /// It came from standard input.
    StandardInput,
    /// Its path cannot be written as text.
    PathNotUtf8,
    /// It cannot be read, with the message of the system.
    Unreadable(String),
    /// It is not as it was when it was scanned.
    Changed,
    /// Two of its configurations have the same name.
    Namesakes,
    /// It is larger than a file that is edited.
    TooLarge,
    /// The edits of a run already take all the memory they may.
    NoRoom,
    /// Another file has the name that it should have.
    NameTaken(String),
    /// It should be added but exists.
    Existing,
    /// It should be added with two different contents.
    Contested,
    /// The edit cannot be made or verified.
    Refused(Refusal),
    /// It cannot be written, with the message of the system.
    NotWritten(String),
    /// It, or the folder beside it, cannot be renamed, with the message of the system.
    NotRenamed {
        /// The folder that was to be renamed; `None` for the file.
        folder: Option<String>,
        /// The new name, or the new path of the folder.
        to: String,
        /// The message of the system.
        error: String,
    },
}

impl From<Refusal> for Obstacle {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InPackage(path) => write!(
                f,
                "{} is a package, and packages are never rewritten: make these changes in its source project or in \
                 AEM, and rebuild it",
                rules::words::path(path)
            ),
            Self::OfInstance => write!(
                f,
                "The file belongs to an AEM instance, and only that may write it: make these changes in its console: \
                 {}",
                rules::steps::CONSOLE
            ),
            Self::BehindLink => {
                f.write_str("The path contains a symbolic link: make these changes in the file that it points to")
            }
            Self::NoEditor(format) => write!(
                f,
                "Files in the format {format} are not edited: make these changes by hand, or in the source of the file"
            ),
            Self::StandardInput => f.write_str("it came from standard input: pass the path of the file instead"),
            Self::PathNotUtf8 => {
                f.write_str("its path is not UTF-8, and only files with UTF-8 paths are edited: rename it")
            }
            Self::Unreadable(error) => write!(f, "it cannot be read: {error}"),
            Self::Changed => f.write_str("it has changed since it was read: run again"),
            Self::Namesakes => f.write_str("it contains two configurations with the same name: keep one of them"),
            Self::TooLarge => {
                write!(f, "files of more than {} MiB are not edited: make these changes by hand", LARGEST >> 20)
            }
            Self::NoRoom => {
                write!(f, "the edits of one run are limited to {} MiB of memory: run again for the rest", EDITED >> 20)
            }
            Self::NameTaken(name) => {
                write!(f, "it should be renamed to `{name}`, which already exists: keep one of the two")
            }
            Self::Existing => {
                f.write_str("it already exists, but does not belong to the provider next to it: check both")
            }
            Self::Contested => f.write_str("two providers need it with different contents: add it by hand"),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::NotWritten(error) => write!(f, "it cannot be written ({error}) and is unchanged"),
            Self::NotRenamed { folder: None, to, error } => write!(f, "it cannot be renamed to `{to}`: {error}"),
            Self::NotRenamed { folder: Some(folder), to, error } => {
                write!(f, "`{folder}` cannot be renamed to `{to}`: {error}")
            }
        }
    }
}
