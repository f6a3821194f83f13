//! `.repo`: the password of a person or service in the settings of Adobe's command `repo`.

use super::Recogniser;
use crate::ims::Extract;
use crate::ims::draft::field_of;
use crate::ims::model::{FieldName, SecretHolder};
use crate::ims::subject::Subject;

/// The property that holds user name and password, and the file it stands in.
const CREDENTIALS: &str = "credentials";
const FILE: &str = ".repo";

/// Settings of the command `repo`.
pub struct RepoSettings;

impl Recogniser for RepoSettings {
    fn recognise(&self, subject: Subject<'_>, found: &mut Extract) -> bool {
        if subject.is_osgi() || subject.node.path != FILE {
            return false;
        }
        let field = field_of(subject, FieldName::Password, &[CREDENTIALS]);
        if field.state.is_filled() {
            found.model.secrets.push(SecretHolder { holder: FILE.to_owned(), field });
        }
        true
    }
}
