//! Why a report is not merged.

use std::fmt;

/// Why a report is not merged. Every text is a clause for people, in which "it" is the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum InvalidReport {
    /// It is not JSON, or not of the shape of a report; with what the parser says.
    Json(String),
    /// It is some other JSON.
    Foreign,
    /// Another version wrote it, with this schema.
    OtherVersion(String),
    /// It is another kind of file of this program, such as `inventory`.
    OtherFile(String),
    /// It has a word that this version does not know: what kind of word, and the word.
    UnknownWord(&'static str, String),
    /// It lists no systems, but something belongs to one.
    NoSystems,
    /// Something belongs to this system, which it does not list.
    UnlistedSystem(String),
    /// Its end is missing.
    NoSummary,
    /// It is incomplete but lists no incident.
    NoIncident,
    /// One of its values, such as a "line hash" or a "date", is malformed.
    Malformed(&'static str),
    /// What has to be kept of it cannot be compressed.
    Compression(String),
}

impl fmt::Display for InvalidReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(why) => f.write_str(why),
            Self::Foreign => f.write_str("it is not a report of `aem-ims-lint check --format json`"),
            Self::OtherVersion(schema) => {
                write!(f, "it was written by another version of aem-ims-lint, which this one does not read: `{schema}`")
            }
            Self::OtherFile(kind) => {
                write!(f, "it is a file of kind `{kind}`; only reports of `check --format json` can be merged")
            }
            Self::UnknownWord(what, word) => write!(
                f,
                "this version of aem-ims-lint does not know the {what} `{word}`; merge with the version that wrote the \
                 report"
            ),
            Self::NoSystems => f.write_str("it lists no systems"),
            Self::UnlistedSystem(name) => write!(f, "it refers to the system `{name}`, which it does not list"),
            Self::NoSummary => f.write_str("it has no summary"),
            Self::NoIncident => f.write_str("it is incomplete, but does not say what was not read"),
            Self::Malformed(what) => write!(f, "it contains an invalid {what}"),
            Self::Compression(why) => write!(f, "it cannot be kept in memory: {why}"),
        }
    }
}
