//! The service credentials of AEM as a Cloud Service that the AEM Developer Console hands out:
//! `{"ok": true, "integration": {"imsEndpoint": …, "metascopes": …, "technicalAccount": {…}, "privateKey": …}}`.
//!
//! Shape: "Generating Access Tokens for Server-Side APIs" in the documentation of AEM as a Cloud Service, and
//! adobe/aemcs-api-client-lib.

use super::json::{self, Dialect, Json};
use super::traits::{Stores, Traits};
use super::{Document, Format, Input, Node, RawFile, Reading, Text, flat};

/// Members that no other JSON file has together, as they are written.
const TELLING: [&[u8]; 3] = [b"\"technicalAccount\"", b"\"imsEndpoint\"", b"\"metascopes\""];

/// Service credentials of AEM as a Cloud Service.
#[derive(Debug)]
pub struct ServiceCredentials;

impl Format for ServiceCredentials {
    fn traits(&self) -> Traits {
        Traits { is_small: true, ..Traits::written("service-credentials", Stores::Credentials, None) }
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        input.context.file_name().ends_with(".json")
            && TELLING.iter().all(|member| input.contains(member))
            && json::has_root(input, Dialect::TOLERANT, |root| integration(root).is_some())
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        json::read(input, text, Dialect::of_export(reading), |root, document| {
            if let Some(integration) = integration(root) {
                let path = integration.key().unwrap_or_default().to_owned();
                let node = Node { path, name_span: integration.key_span(), ..Node::default() };
                flat::push(document, node, integration, |_| false);
            }
        })
    }
}

/// The integration of the file, or the file itself if it contains only the integration.
fn integration(root: Json<'_>) -> Option<Json<'_>> {
    let fits = |json: &Json<'_>| json.get("technicalAccount").is_some_and(Json::is_object);
    [root.get("integration"), Some(root)].into_iter().flatten().find(fits)
}
