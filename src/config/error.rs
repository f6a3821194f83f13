//! Why a configuration file cannot be used.

use std::error::Error;
use std::path::PathBuf;
use std::{fmt, io};

use crate::ims::kinds::KindError;
use crate::ims::products::ProductError;
use crate::paths::PatternError;

/// Why a configuration file cannot be used. Its text is a sentence for the user without the full stop.
#[derive(Debug)]
pub enum ConfigError {
    /// It cannot be read.
    Unreadable(PathBuf, io::Error),
    /// It is not TOML, or contains something that this version does not accept.
    Invalid(PathBuf, Fault),
    /// The same, but it is reached through a symbolic link, so the reason is not shown: it may quote the file.
    InvalidBehindLink(PathBuf),
}

impl Error for ConfigError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unreadable(_, error) => Some(error),
            Self::Invalid(..) | Self::InvalidBehindLink(_) => None,
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => write!(f, "cannot read the configuration `{}`: {error}", path.display()),
            Self::Invalid(path, why) => write!(f, "the configuration `{}` is not valid: {why}", path.display()),
            Self::InvalidBehindLink(path) => write!(
                f,
                "the configuration `{}` is not valid; it is reached through a symbolic link, so its content is not \
                 shown: use the path of the file itself",
                path.display()
            ),
        }
    }
}

/// What is wrong in a configuration.
#[derive(Debug)]
pub enum Fault {
    /// It is not TOML, or has keys or values that are not known, with the parser's message.
    Toml(String),
    /// The directory that its paths are relative to is not known.
    NoDirectory(io::Error),
    /// There is no such rule.
    UnknownRule {
        /// The table that names it.
        place: String,
        /// The name.
        id: String,
        /// A rule with a similar name.
        near: Option<&'static str>,
    },
    /// A table of `[[kinds]]`.
    Kind(KindError),
    /// An entry of `[products]`.
    Product(ProductError),
    /// A pattern for paths.
    Pattern(PatternError),
    /// An instance without a name.
    UnnamedInstance,
    /// A table of `[[instances]]` or `[[ignore]]`.
    Entry {
        /// The table.
        place: String,
        /// What is wrong in it.
        fault: EntryFault,
    },
}

/// What is wrong in a table of `[[instances]]` or `[[ignore]]`.
#[derive(Debug)]
pub enum EntryFault {
    /// An instance without paths.
    NoPaths,
    /// A suppression without a reason.
    NoReason,
    /// A suppression of a rule everywhere.
    Everywhere(String),
    /// A pattern for paths.
    Pattern(PatternError),
    /// A pattern for names, and what is wrong in it.
    Glob(String, String),
    /// A date that is none.
    Date(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Toml(message) => f.write_str(message),
            Self::NoDirectory(error) => error.fmt(f),
            Self::UnknownRule { place, id, near: Some(near) } => {
                write!(f, "{place}: there is no rule `{id}`; did you mean `{near}`?")
            }
            Self::UnknownRule { place, id, near: None } => {
                write!(f, "{place}: there is no rule `{id}`; `aem-ims-lint rules` lists them")
            }
            Self::Kind(error) => error.fmt(f),
            Self::Product(error) => error.fmt(f),
            Self::Pattern(error) => error.fmt(f),
            Self::UnnamedInstance => {
                f.write_str("[[instances]]: the name is empty; use `environment/service`, such as prod/author")
            }
            Self::Entry { place, fault } => write!(f, "{place}: {fault}"),
        }
    }
}

impl fmt::Display for EntryFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPaths => f.write_str("paths is missing; list what was exported from it"),
            Self::NoReason => f.write_str("the reason is empty"),
            Self::Everywhere(rule) => write!(
                f,
                "add path, jcr-path, pid or name; to turn off the rule everywhere, write\n[rules]\n{rule} = \"off\""
            ),
            Self::Pattern(error) => error.fmt(f),
            Self::Glob(pattern, error) => write!(f, "`{pattern}`: {error}"),
            Self::Date(text) => write!(f, "`until = \"{text}\"` is not a valid date; use the form 2026-12-31"),
        }
    }
}
