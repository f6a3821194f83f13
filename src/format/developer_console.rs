//! The JSON that the Adobe Developer Console offers for a workspace ("Download all"):
//! `project.workspace.details.credentials[]`.
//!
//! Shape: fixtures of adobe/aio-cli-lib-app-config and `lib/pure-helpers.js` of adobe/aio-cli-lib-console. The kind of
//! a credential is its `integration_type`: `service` (JWT), `oauth_server_to_server`, `oauth_server_to_server_migrate`
//! (both, during a migration), `oauthweb`, `oauthandroid`, …

use super::json::{self, Dialect, Json};
use super::traits::{Stores, Traits};
use super::{Document, Format, Input, Node, RawFile, Reading, Text, flat};

/// Members that no other JSON file has together, as they are written.
const TELLING: [&[u8]; 4] = [b"\"project\"", b"\"workspace\"", b"\"credentials\"", b"\"integration_type\""];

/// Where the credentials are.
const CREDENTIALS: [&str; 4] = ["project", "workspace", "details", "credentials"];

/// A workspace of the Adobe Developer Console.
#[derive(Debug)]
pub struct DeveloperConsole;

impl Format for DeveloperConsole {
    fn traits(&self) -> Traits {
        Traits { is_small: true, ..Traits::written("developer-console", Stores::Credentials, None) }
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        input.context.file_name().ends_with(".json")
            && TELLING.iter().all(|member| input.contains(member))
            && json::has_root(input, Dialect::TOLERANT, |root| credentials(root).is_some_and(Json::is_array))
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        json::read(input, text, Dialect::of_export(reading), workspace)
    }
}

fn credentials(root: Json<'_>) -> Option<Json<'_>> {
    CREDENTIALS.iter().try_fold(root, |json, name| json.get(name))
}

/// Adds the node of the project, without its credentials, and one node for each credential.
pub(super) fn workspace(root: Json<'_>, document: &mut Document) {
    let Some(project) = root.get(CREDENTIALS[0]) else { return };
    let parent = document.nodes.len();
    let inside = CREDENTIALS[1..].join(".");
    push(document, CREDENTIALS[0].to_owned(), None, project, |name| name == inside);
    for (index, credential) in credentials(root).into_iter().flat_map(Json::elements).enumerate() {
        push(document, format!("{}/{index}", CREDENTIALS.join("/")), Some(parent), credential, |_| false);
    }
}

fn push(document: &mut Document, path: String, parent: Option<usize>, object: Json<'_>, skip: impl Fn(&str) -> bool) {
    // An array element has no key; the name that people gave it is used instead.
    let named = object.get("name").filter(|_| object.key().is_none());
    let name_span = named.map_or(object.key_span(), Json::span);
    flat::push(document, Node { path, parent, name_span, ..Node::default() }, object, skip);
}
