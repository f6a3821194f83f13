//! `grant_type`: "Value should always be client_credentials" ("Server to Server authentication", Adobe Developer Console).
//! What AEM does with any other text is not documented.

use super::{Fault, Weight, is_open};
use crate::ims::catalog::squeeze;
use crate::ims::disclosure;
use crate::ims::endpoint::CLIENT_CREDENTIALS;
use crate::ims::model::FieldName;
use crate::suggest::typing_errors;

/// Maximum number of letters in which a misspelt `client_credentials` differs.
const MISSPELT: usize = 3;

/// What is wrong with the grant of an integration with a token endpoint.
pub fn fault(text: &str) -> Option<Fault> {
    if text.trim().is_empty() || text == CLIENT_CREDENTIALS || is_open(text) {
        return None;
    }
    let instead = format!("`{CLIENT_CREDENTIALS}`");
    if text.eq_ignore_ascii_case(CLIENT_CREDENTIALS) {
        let what = format!("is `{text}`; the documented value is `{CLIENT_CREDENTIALS}`, in lower case");
        return Some(Fault::new(Weight::Doubtful, what, instead));
    }
    let shown = disclosure::field(FieldName::Grant, "grant_type", text);
    let shown: String = shown.chars().take(80).map(|c| if c.is_control() || c == '`' { ' ' } else { c }).collect();
    let what = format!("is `{shown}`, not `{CLIENT_CREDENTIALS}`, the only grant of OAuth Server-to-Server");
    Some(Fault::new(Weight::Breaks, what, instead))
}

/// Whether `text` probably means `client_credentials`.
pub fn means_client_credentials(text: &str) -> bool {
    let meant = squeeze(CLIENT_CREDENTIALS);
    let written = squeeze(text);
    written.contains(&meant) || typing_errors(&written, &meant, MISSPELT).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_text_is_documented() {
        assert!(fault("client_credentials").is_none());
        assert!(fault("").is_none());
        assert!(fault("$[env:GRANT]").is_none());
        assert!(fault("${grant}").is_none());
        for text in ["CLIENT_CREDENTIALS", "Client_Credentials"] {
            assert_eq!(fault(text).unwrap().weight, Weight::Doubtful, "{text}");
        }
        for text in
            ["client_credential", "client-credentials", "clientcredentials", "client_credentials ", "jwt", "password"]
        {
            assert_eq!(fault(text).unwrap().weight, Weight::Breaks, "{text}");
        }
    }

    #[test]
    fn misspellings_mean_it() {
        for text in
            ["client_credential", "client-credentials", "clientCredentials", "cleint_credentials", "client credentials"]
        {
            assert!(means_client_credentials(text), "{text}");
        }
        for text in ["jwt", "urn:ietf:params:oauth:grant-type:jwt-bearer", "password", "authorization_code", ""] {
            assert!(!means_client_credentials(text), "{text}");
        }
    }
}
