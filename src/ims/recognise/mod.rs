//! Recognisers: one file per kind, asked in order; the first that claims a node has it.

mod access_token_provider;
mod acs_commons;
mod aio_context;
mod aio_workspace;
mod api_access;
mod apps_action;
mod cloud_configuration;
mod content_sync;
mod credential_file;
mod declared;
mod developer_console;
mod generic;
mod guides;
mod jcr_installer;
mod key_store;
mod replication;
mod repo_settings;
mod secret_partner;
mod service_credentials;
mod sign_in;
mod smart_tags;
mod stock;
mod stray_secret;
mod unexported;
mod user_sync;
mod variable_list;

use super::Extract;
use super::memory::{FileBudget, MAX_BYTES_OF_FILE};
use super::subject::{Scene, Subject};
use crate::format::Property;

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
    &variable_list::Variables,
    &api_access::ApiClients,
    &unexported::UnexportedFile,
    &repo_settings::RepoSettings,
    &sign_in::SignIn,
    &access_token_provider::AccessTokenProvider,
    &secret_partner::RequestCustomizer,
    &acs_commons::AcsCommons,
    &aio_workspace::AioWorkspace,
    &stock::Stock,
    &cloud_configuration::CloudConfiguration,
    &guides::Guides,
    &smart_tags::SmartTags,
    &replication::Replication,
    &content_sync::ContentSync,
    &service_credentials::ServiceCredentials,
    &developer_console::DeveloperConsole,
    &aio_context::AioContext,
    &apps_action::AppsAction,
    &user_sync::UserSync,
    &credential_file::CredentialFile,
    &declared::Declared,
    &generic::Generic,
];

/// Whether a property that may hold a private key names the file of one, which is no secret. Source: README of
/// adobe/aio-lib-ims (`private_key`: the key, its file, or its lines).
fn names_key_file(property: &Property) -> bool {
    let Some(text) = property.first().map(str::trim).filter(|text| text.len() < 260 && !text.contains(['\n', ' ']))
    else {
        return false;
    };
    let begins = ["./", "../", "~/", "file:"].iter().any(|beginning| text.starts_with(beginning));
    begins || [".key", ".pem", ".pk8", ".p12", ".pfx"].iter().any(|extension| text.ends_with(extension))
}

/// Everything in one document, as much of it as there is room for.
pub fn recognise(scene: &Scene<'_>, found: &mut Extract) {
    recognise_within(FileBudget::new(MAX_BYTES_OF_FILE), scene, found);
}

fn recognise_within(mut budget: FileBudget, scene: &Scene<'_>, found: &mut Extract) {
    for subject in scene.subjects() {
        RECOGNISERS.iter().any(|recogniser| recogniser.recognise(subject, found));
        if let Err(limit) = budget.count(found, subject.node.name_span.start) {
            found.limit = Some(limit);
            break;
        }
    }
    stray_secret::find(scene, found);
    found.bytes = budget.bytes();
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::format::status_dump::StatusDump;
    use crate::format::{Format, Input, Reading, Text};
    use crate::ims::{Capture, Knowledge};
    use crate::repository::FileContext;
    use crate::source::{Limits, SourcePath};

    /// What a dump of three providers gives when there is room for so many bytes.
    fn found_within(max: usize) -> Extract {
        let provider = |i: usize| {
            format!(
                "PID = com.adobe.granite.auth.oauth.accesstoken.provider.x{i}\n  auth.access.token.request = \
                 https://ims-na1.adobelogin.com/ims/exchange/jwt\n"
            )
        };
        let dump: String = (0..3).map(provider).collect();
        let context = FileContext { path: SourcePath::file("dump.txt"), ..FileContext::default() };
        let (limits, knowledge) = (Limits::default(), Knowledge::default());
        let input = Input { context: &context, bytes: dump.as_bytes(), limits: &limits };
        let text = Text::utf8(dump.as_bytes());
        let document = StatusDump.read(&input, &text, Reading::Tolerant);
        let capture = Capture::new(&text, Arc::default(), &document);
        let scene = Scene::new(&input, &document, &capture, &knowledge);
        let mut found = Extract::default();
        recognise_within(FileBudget::new(max), &scene, &mut found);
        found
    }

    #[test]
    fn a_file_is_left_where_what_is_found_in_it_takes_too_much() {
        let all = found_within(MAX_BYTES_OF_FILE);
        assert_eq!((all.found.len(), &all.limit), (3, &None));
        let some = found_within(all.bytes / 2);
        assert_eq!(some.found.len(), 2, "what was read before is kept");
        assert_eq!(
            some.limit.map(|limit| limit.offset),
            all.found[1].integration.location.start.offset.try_into().ok()
        );
    }
}
