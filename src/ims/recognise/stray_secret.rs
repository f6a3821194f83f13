//! Client secrets of Adobe IMS outside an integration: they are recognisable by themselves.

use std::collections::HashSet;

use crate::ims::Extract;
use crate::ims::fields;
use crate::ims::model::{FieldName, FieldState, SecretHolder};
use crate::ims::subject::Scene;
use crate::source::Literal;

/// Prefix of current client secrets. Source: public credentials of the Adobe Developer Console and of the AEM Developer
/// Console, both JWT and OAuth.
const PREFIX: &str = "p8e-";

/// Every such secret contains this literal.
pub static LITERALS: &[Literal] = &[Literal::new(PREFIX)];

/// Reports the secrets of a file that no recogniser has reported.
pub fn find(scene: &Scene<'_>, found: &mut Extract) {
    let mut told: Option<HashSet<u64>> = None;
    for subject in scene.subjects().filter(|subject| !subject.is_interface()) {
        let secrets = subject.node.properties.iter().filter(|property| {
            property.texts().any(|text| is_secret(text.trim())) && fields::state_of(property) == FieldState::Present
        });
        for property in secrets {
            let told = told.get_or_insert_with(|| places(found));
            let field = fields::field(scene.capture, subject.node, FieldName::ClientSecret, property);
            let offset = field.location.as_ref().map_or(0, |location| location.start.offset);
            if told.insert(offset) {
                let holder = scene.input.context.file_name().to_owned();
                found.model.secrets.push(SecretHolder { holder, field });
            }
        }
    }
}

/// Offsets of the fields found so far.
fn places(found: &Extract) -> HashSet<u64> {
    let integrations = found.found.iter().flat_map(|one| &one.integration.fields);
    let partners = found.partners.iter().map(|partner| &partner.secret);
    let secrets = found.model.secrets.iter().map(|holder| &holder.field);
    let all = integrations.chain(partners).chain(secrets);
    all.filter_map(|field| Some(field.location.as_ref()?.start.offset)).collect()
}

fn is_secret(text: &str) -> bool {
    text.strip_prefix(PREFIX)
        .is_some_and(|rest| rest.len() >= 8 && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-=".contains(&b)))
}
