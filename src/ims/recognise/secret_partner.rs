//! `IMSAccessTokenRequestCustomizerImpl`: the client secret of an access token provider.

use super::Recogniser;
use crate::ims::Extract;
use crate::ims::catalog::pid;
use crate::ims::draft::{SecretPartner, field_of};
use crate::ims::model::FieldName;
use crate::ims::subject::Subject;

/// The factory. Properties: its metatype.
pub struct RequestCustomizer;

impl Recogniser for RequestCustomizer {
    fn recognise(&self, subject: Subject<'_>, found: &mut Extract) -> bool {
        if subject.configures(pid::REQUEST_CUSTOMIZER).is_none() {
            return false;
        }
        let secret = field_of(subject, FieldName::ClientSecret, &["auth.ims.client.secret"]);
        found.partners.push(SecretPartner::new(subject, subject.text("customizer.type"), secret));
        true
    }
}
