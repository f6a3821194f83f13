//! `IMSAccessTokenRequestCustomizerImpl`: the client secret of an access token provider.

use super::Recogniser;
use crate::ims::Extract;
use crate::ims::catalog::pid;
use crate::ims::draft::{SecretPartner, digest, field_of, run_modes};
use crate::ims::model::FieldName;
use crate::ims::subject::Subject;

/// The factory. Properties: its metatype.
pub struct RequestCustomizer;

impl Recogniser for RequestCustomizer {
    fn recognise(&self, subject: Subject<'_>, found: &mut Extract) -> bool {
        if subject.configures(pid::REQUEST_CUSTOMIZER).is_none() {
            return false;
        }
        found.partners.push(SecretPartner {
            customizer: subject.text("customizer.type").map(str::to_owned),
            secret: field_of(subject, FieldName::ClientSecret, &["auth.ims.client.secret"]),
            location: subject.scene.capture.node(subject.node),
            run_modes: run_modes(subject),
            digest: digest(subject),
        });
        true
    }
}
