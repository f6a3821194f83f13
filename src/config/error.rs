//! Why a configuration file cannot be used.

use std::error::Error;
use std::path::PathBuf;
use std::{fmt, io};

/// Why a configuration file cannot be used. Its text is a sentence for the user without the full stop.
#[derive(Debug)]
pub enum ConfigError {
    /// It cannot be read.
    Unreadable(PathBuf, io::Error),
    /// It is not TOML, or contains something that this version does not accept; with the reason.
    Invalid(PathBuf, String),
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
