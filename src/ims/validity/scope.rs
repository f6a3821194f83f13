//! `scope`: "a list of space or comma-delimited, case-sensitive strings" (Adobe Developer Console, "User authentication",
//! IMS). Adobe's own configurations have comma, comma and blank, and blanks.

use super::{Fault, Weight, is_open};
use crate::ims::home::ValuePlace;
use crate::ims::model::FieldName;
use crate::ims::{catalog, disclosure};

/// A documented metascope of JWT credentials that [`catalog::METASCOPES`] knows no product of.
///
/// Source: AdobeDocs/adobeio-auth, JWT/Scopes.md.
const WITHOUT_PRODUCT: &str = "ent_receiver_api";

/// Metascopes that are scopes as well.
const OF_BOTH_KINDS: [&str; 2] = ["event_receiver_api", "creative_sdk"];

/// Whether a word is a metascope and no scope: where OAuth scopes go, the Developer Console lists other names.
fn is_metascope(word: &str) -> bool {
    let mut known = catalog::METASCOPES.iter().map(|(name, _)| *name).chain([WITHOUT_PRODUCT]);
    known.any(|name| name == word) && !OF_BOTH_KINDS.contains(&word)
}

/// Signs that separate or enclose nothing in a list of scopes. `"` is in no scope (RFC 6749, section 3.3).
static SIGNS: &[(&[char], &str)] = &[
    (&['[', ']'], "is in brackets, which do not belong in a list of scopes"),
    (&['{', '}'], "is in braces, which do not belong in a list of scopes"),
    (&['"', '\u{201c}', '\u{201d}'], "contains quotes, which do not belong in a scope"),
    (&['\''], "contains quotes, which do not belong in a scope"),
    (&['(', ')'], "is in brackets, which do not belong in a list of scopes"),
    (&[';'], "contains semicolons, which do not separate scopes"),
    (&['|'], "contains `|`, which does not separate scopes"),
    (&['+', '%'], "is URL-encoded; commas or spaces separate scopes"),
    (&['\n', '\r', '\t'], "contains line breaks or tabs; commas or spaces separate scopes"),
];

const INSTEAD: &str = "the scopes that the Adobe Developer Console lists for the OAuth credential, separated by commas";

/// What is wrong with a list of scopes, given in `values`.
pub fn faults(values: &[&str], place: ValuePlace) -> Vec<Fault> {
    let mut faults = Vec::new();
    if place.is_aem() {
        // Other readers take JSON or YAML for what it is.
        let shown = || values.iter().filter(|text| !is_open(text));
        let sign = SIGNS.iter().find(|(signs, _)| shown().any(|text| text.contains(*signs)));
        faults.extend(sign.map(|(_, what)| Fault::new(Weight::Doubtful, *what, INSTEAD)));
    }
    faults.extend(metascope(values));
    faults
}

/// The scopes in a text, whatever separates them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"' | '[' | ']' | '{' | '}'))
        .filter(|word| !word.is_empty() && !word.contains('$'))
}

/// The worst metascope: a URL is not a scope in any source; a name is a scope of a different kind of credential.
fn metascope(values: &[&str]) -> Option<Fault> {
    let all = || values.iter().flat_map(|text| words(text));
    if let Some(url) = all().find(|word| is_metascope_url(word)) {
        let shown = disclosure::field(FieldName::Scopes, "scope", url);
        let what = format!("contains the claim of a metascope, `{}`, which is not a scope", shown.replace('`', "'"));
        return Some(Fault::new(Weight::Breaks, what, INSTEAD));
    }
    let name = all().find(|word| is_metascope(word))?;
    let what = format!("contains the metascope `{name}` of a JWT credential; the Console lists other names as scopes");
    Some(Fault::new(Weight::Doubtful, what, INSTEAD))
}

/// `https://<host>/s/<metascope>` or `/s/<metascope>`.
fn is_metascope_url(word: &str) -> bool {
    let Some((host, metascope)) = word.split_once("/s/") else { return false };
    !metascope.is_empty()
        && !metascope.contains('/')
        && (host.is_empty() || host.contains("adobelogin.com") || metascope.starts_with("ent_"))
}

/// Whether `values` hold OAuth scopes and no metascope: what a property is called does not decide.
pub fn are_oauth(values: &[&str]) -> bool {
    let all = || values.iter().flat_map(|text| words(text));
    let of_jwt = |word: &str| is_metascope_url(word) || is_metascope(word) || word.starts_with("ent_");
    !all().any(of_jwt) && all().any(|word| OAUTH.contains(&word))
}

/// Scopes that every OAuth list in Adobe's documentation begins with, or that only OAuth credentials have.
static OAUTH: &[&str] = &["openid", "AdobeID", "read_organizations", "target_sdk", "adobeio_api", "session"];

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(text: &str) -> Option<Weight> {
        faults(&[text], ValuePlace::Osgi).iter().map(|fault| fault.weight).max()
    }

    #[test]
    fn every_separator_that_adobe_uses_is_taken() {
        for text in [
            "openid,AdobeID,target_sdk",
            "read_pc.dma_smart_content, openid, AdobeID, additional_info.projectedProductContext",
            "openid AdobeID target_sdk read_organizations",
            "aem.document_authoring",
            "openid,AdobeID,event_receiver_api,creative_sdk,campaign_sdk,user_management_sdk",
            "openid,AdobeID,ent_vip_marketplace_sdk",
            "$[env:SCOPES]",
            "${ims.scopes}",
        ] {
            assert_eq!(weight(text), None, "{text}");
        }
        assert!(faults(&["openid", "AdobeID"], ValuePlace::Osgi).is_empty());
    }

    #[test]
    fn metascopes_are_no_oauth_scopes() {
        assert_eq!(weight("https://ims-na1.adobelogin.com/s/ent_marketing_sdk"), Some(Weight::Breaks));
        assert_eq!(weight("openid,/s/ent_adobeio_sdk"), Some(Weight::Breaks));
        for text in [
            "ent_marketing_sdk",
            "openid,AdobeID,ent_user_sdk",
            "asset_compute_meta",
            "openid ent_aem_cloud_api",
            "ent_receiver_api",
            "ent_reactor_it_admin_sdk",
        ] {
            assert_eq!(weight(text), Some(Weight::Doubtful), "{text}");
        }
        assert_eq!(weight("https://example.com/s/sale"), None);
    }

    #[test]
    fn signs_that_are_no_part_of_a_list() {
        for text in ["openid|AdobeID", "openid+AdobeID", "openid%20AdobeID", "'openid'", "(openid)", "openid\nAdobeID"]
        {
            assert_eq!(weight(text), Some(Weight::Doubtful), "{text}");
        }
        for text in
            ["[openid, AdobeID]", "[\"openid\",\"AdobeID\"]", "openid;AdobeID", "\"openid,AdobeID\"", "{openid}x"]
        {
            assert_eq!(weight(text), Some(Weight::Doubtful), "{text}");
        }
        assert!(faults(&["[\"openid\",\"AdobeID\"]"], ValuePlace::DotEnv).is_empty());
    }

    #[test]
    fn values_decide_what_a_list_is() {
        assert!(are_oauth(&["openid,AdobeID,target_sdk"]));
        assert!(are_oauth(&["openid", "AdobeID"]));
        assert!(!are_oauth(&["ent_marketing_sdk"]));
        assert!(!are_oauth(&["openid,ent_marketing_sdk"]));
        assert!(!are_oauth(&["/s/ent_adobeio_sdk"]));
        assert!(!are_oauth(&["$[env:SCOPES]"]));
        assert!(!are_oauth(&[]));
    }
}
