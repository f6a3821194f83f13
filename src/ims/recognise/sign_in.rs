//! Sign-in through the Admin Console or another identity provider, and PIDs that are no credential at all.

use super::Recogniser;
use crate::ims::Extract;
use crate::ims::catalog::pid;
use crate::ims::draft::field_of;
use crate::ims::model::{FieldName, SecretHolder};
use crate::ims::subject::Subject;

/// Nothing is said about how these authenticate; their secrets are handed to the rules.
pub struct SignIn;

impl Recogniser for SignIn {
    fn recognise(&self, subject: Subject<'_>, found: &mut Extract) -> bool {
        let known = pid::SIGN_IN.iter().find(|(known, _)| subject.configures(known).is_some());
        let Some((holder, secrets)) = known.filter(|_| subject.configures(pid::REQUEST_CUSTOMIZER).is_none()) else {
            return subject.is_foreign();
        };
        for name in *secrets {
            let field = field_of(subject, FieldName::ClientSecret, &[name]);
            if field.state.is_filled() {
                found.model.secrets.push(SecretHolder { holder: (*holder).to_owned(), field });
            }
        }
        true
    }
}
