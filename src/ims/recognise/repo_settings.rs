//! `.repo`: the password of a person or service in the settings of Adobe's `repo` command.

use super::{Extract, Literal, Lures, Recogniser, Subject, field_of};
use crate::ims::model::FieldName;

/// The property with user name and password, and its file.
const CREDENTIALS: &str = "credentials";
const FILE: &str = ".repo";

/// Settings of the `repo` command.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "repo_settings",
    words: "Settings of the command `repo`, with a password",
    lures: Lures::Literals(&[Literal::only_in(&[".repo"], "credentials")]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    if subject.is_osgi() || subject.node.path != FILE {
        return false;
    }
    found.add_secret(FILE, field_of(subject, FieldName::Password, &[CREDENTIALS]));
    true
}
