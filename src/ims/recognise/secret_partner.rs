//! `IMSAccessTokenRequestCustomizerImpl`: the client secret of an access token provider.

use super::{Extract, Literal, Lures, Recogniser, Subject};
use crate::ims::catalog::pid;
use crate::ims::draft::{SecretPartner, field_of};
use crate::ims::literals::GRANITE_AUTH;
use crate::ims::model::{Field, FieldName};
use crate::ims::validity::{Fault, text};

/// The name by which a provider refers to it.
const TYPE: &str = "customizer.type";

/// The factory. Properties: its metatype.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "secret_partner",
    words: "Their client secrets: `com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl`",
    lures: Lures::Literals(&[GRANITE_AUTH, Literal::new("auth.ims.client."), Literal::new("accesstokenrequest")]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    if subject.configures(pid::REQUEST_CUSTOMIZER).is_none() {
        return false;
    }
    let secret = field_of(subject, FieldName::ClientSecret, &["auth.ims.client.secret"]);
    let faults = secret.faults.iter().cloned().chain(customizer_fault(subject, TYPE)).collect();
    found.partners.push(SecretPartner::new(subject, subject.text(TYPE), Field { faults, ..secret }));
    true
}

/// What is wrong with the name in `property` that links a provider and its secret, reported at its location.
pub(super) fn customizer_fault(subject: Subject<'_>, property: &str) -> Option<Fault> {
    let property = subject.property(property)?;
    let fault = text::name_fault(property.first()?)?;
    let what = format!("belongs to a configuration whose `{}` {}", property.name, fault.what);
    let instead = format!("as it is; in `{}` {}", property.name, fault.instead);
    let location = Some(subject.location_of(property));
    Some(Fault { what, instead, location, ..fault })
}
