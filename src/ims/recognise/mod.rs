//! Recognisers: one file per kind, asked in order; the first that claims a node has it.

mod access_token_provider;
mod acs_commons;
mod aio_context;
mod aio_workspace;
mod cloud_configuration;
mod declared;
mod developer_console;
mod generic;
mod jcr_installer;
mod key_store;
mod replication;
mod secret_partner;
mod service_credentials;
mod sign_in;
mod smart_tags;
mod stock;

use super::Extract;
use super::subject::{Scene, Subject};

pub use key_store::of_file as key_material_of_file;
pub use service_credentials::is_cloud_service_client;

/// Knows one kind of node.
pub trait Recogniser: Sync {
    /// Looks at `subject` and adds what it is to `found`. Returns whether the node is of this kind, so that no other
    /// recogniser is asked.
    fn recognise(&self, subject: Subject<'_>, found: &mut Extract) -> bool;
}

/// Every recogniser, in the order in which they are asked: what is known to be something else, the known kinds, what users
/// declared, and last of all whatever shows evidence of IMS. A declaration may come with the tree that is scanned, so it
/// takes no node away from a known kind.
static RECOGNISERS: &[&dyn Recogniser] = &[
    &key_store::KeyStore,
    &jcr_installer::JcrInstaller,
    &sign_in::SignIn,
    &access_token_provider::AccessTokenProvider,
    &secret_partner::RequestCustomizer,
    &acs_commons::AcsCommons,
    &aio_workspace::AioWorkspace,
    &stock::Stock,
    &cloud_configuration::CloudConfiguration,
    &smart_tags::SmartTags,
    &replication::Replication,
    &service_credentials::ServiceCredentials,
    &developer_console::DeveloperConsole,
    &aio_context::AioContext,
    &declared::Declared,
    &generic::Generic,
];

/// Everything in one document.
pub fn recognise(scene: &Scene<'_>, found: &mut Extract) {
    for subject in scene.subjects() {
        RECOGNISERS.iter().any(|recogniser| recogniser.recognise(subject, found));
    }
}
