//! Kinds that users declare in `aem-ims-lint.toml`.

use super::Recogniser;
use crate::ims::Extract;
use crate::ims::subject::Subject;

/// The kinds of [`crate::ims::Knowledge::kinds`].
pub struct Declared;

impl Recogniser for Declared {
    fn recognise(&self, subject: Subject<'_>, found: &mut Extract) -> bool {
        let _ = (subject, found);
        false
    }
}
