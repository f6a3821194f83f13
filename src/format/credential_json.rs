//! JSON with one credential at its root: what the Adobe Developer Console downloads for a single credential, and files
//! that people derive from it. Any other JSON with an Adobe client secret is read in the same way, for the secret.
//!
//! Shape: the history of adobe/pdfservices-node-sdk-samples (JWT: `API_KEY`, `CLIENT_SECRET`,
//! `PUBLIC_KEYS_WITH_EXPIRY`) and the README of knennigtri/aep-tag-tool (OAuth: `CLIENT_ID`, `CLIENT_SECRETS`,
//! `SCOPES`).

use super::json::{self, Dialect};
use super::traits::{Origin, Stores, Traits};
use super::{Document, Format, Input, Node, RawFile, Reading, Text, flat};

/// Lists of member names, as they are written. A file needs all names of one list.
const TELLING: [&[&[u8]]; 5] = [
    &[b"PUBLIC_KEYS_WITH_EXPIRY"],
    &[b"CLIENT_SECRET", b"ORG_ID"],
    &[b"CLIENT_SECRET", b"TECHNICAL_ACCOUNT_ID"],
    // PDF Services, before OAuth.
    &[b"client_credentials", b"service_account_credentials"],
    // Prefix of all current client secrets.
    &[b"\"p8e-"],
];

/// JSON with a credential at its root.
#[derive(Debug)]
pub struct CredentialJson;

impl Format for CredentialJson {
    fn traits(&self) -> Traits {
        Traits { origin: Origin::AnyProgram, ..Traits::written("credential-json", Stores::Credentials, None) }
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        let name = input.context.file_name();
        name.ends_with(".json") && TELLING.iter().any(|words| words.iter().all(|word| input.contains(word)))
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, _reading: Reading) -> Document {
        json::read(input, text, Dialect::TOLERANT, |root, document| {
            if root.is_object() {
                flat::push(document, Node::default(), root, |_| false);
            }
        })
    }
}
