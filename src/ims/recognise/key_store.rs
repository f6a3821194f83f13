//! Key stores of the service users that sign requests to IMS, in content packages.
//!
//! AEM stores a user's key store in the node `keystore` below the user, `/home/users/system/…/<user>/keystore`, with
//! the store itself in `store.p12`. Owners: [`catalog::KEY_STORE_OWNERS`].

use std::sync::Arc;

use super::{Literal, Lures, Recogniser, Subject};
use crate::ims::catalog::{self, Product};
use crate::ims::literals::IMS_CONFIG;
use crate::ims::model::KeyMaterial;
use crate::ims::{Extract, Location, SourceFile};
use crate::repository::FileContext;

/// A `keystore` node of a known service user.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "key_store",
    words: "Key stores of the service users of Service Account (JWT) credentials",
    lures: Lures::Literals(&[Literal::new("keystore"), IMS_CONFIG]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    if subject.is_osgi() || subject.node.name() != "keystore" || subject.node.properties.is_empty() {
        return false;
    }
    let principal = subject.parent().and_then(|user| {
        user.text("rep:principalName").or_else(|| user.text("rep:authorizableId")).and_then(owner_of_name)
    });
    let Some(owner) = principal.or_else(|| owner_of_path(&subject.node.path)) else { return false };
    found.model.keys.push(material(owner, subject.location()));
    true
}

/// Key material in a file of no supported format: `…/<user>/keystore/store.p12`.
pub fn of_file(context: &FileContext) -> Option<KeyMaterial> {
    let path = context.repository_path.as_deref()?;
    let (folder, file) = path.rsplit_once('/')?;
    if !folder.ends_with("/keystore") || file == ".content.xml" {
        return None;
    }
    let owner = owner_of_path(folder)?;
    let file = Arc::new(SourceFile { context: context.clone(), format: "binary", ..SourceFile::default() });
    Some(material(owner, Location::of_file(file)))
}

fn material((user, product): (&str, Product), location: Location) -> KeyMaterial {
    KeyMaterial { what: format!("key store of `{user}`"), product: Some(product), location }
}

fn owner_of_name(name: &str) -> Option<(&'static str, Product)> {
    catalog::KEY_STORE_OWNERS.iter().find(|(user, _)| *user == name).copied()
}

/// The owner among the segments of the path, if the user's node has the name of the user.
fn owner_of_path(path: &str) -> Option<(&'static str, Product)> {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.strip_prefix("home/users/")?.split('/').find_map(owner_of_name)
}
