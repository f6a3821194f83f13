//! The effective URL of the token request.
//!
//! Sources: "Server to Server authentication", Adobe Developer Console (host and `/ims/token/v3`); `aio-lib-ims` and
//! user-sync (`/ims/token/v2` with client credentials); Adobe Experience Platform (`/ims/token`); Adobe's asset-compute
//! client (`/ims/token/v4`); "User authentication", IMS (the endpoints that give no token); metatype of
//! `auth.access.token.request` ("The '%s' in the format is replaced by the end point").

use super::{Fault, Weight, is_open};
use crate::ims::disclosure;
use crate::ims::endpoint::{
    EndpointKind, REQUEST_PROPERTY, TOKEN_HOST, TOKEN_URL, is_ims_host, is_stage_host, kind_of_path,
};
use crate::ims::model::FieldName;

/// First segments below `/ims/` of IMS endpoints that do not issue tokens for client credentials.
static OTHER_ENDPOINTS: &[&str] = &[
    "authorize",
    "userinfo",
    "revoke",
    "keys",
    "profile",
    "validate_token",
    "invalidate_token",
    "organizations",
    "logout",
    "check",
    "fromsusi",
    "device",
    ".well-known",
];

/// Versions of the token endpoint that are in use with client credentials.
static TOKEN_PATHS: &[&str] = &["/ims/token", "/ims/token/v1", "/ims/token/v2", "/ims/token/v3", "/ims/token/v4"];

/// Hosts for user sign-in; no source uses them for client credentials.
static SIGN_IN_HOSTS: &[&str] =
    &["adobeid-na1.services.adobe.com", "auth.services.adobe.com", "adobeid-na1-stg1.services.adobe.com"];

/// Hosts that third-party texts mention, but no documentation of Adobe.
static UNDOCUMENTED_HOSTS: &[&str] = &["ims-eu1.adobelogin.com", "ims-jp1.adobelogin.com", "ims-na2.adobelogin.com"];

/// How AEM combines the format of a request with the endpoint that replaces `%s`.
pub fn sent(request: &str, endpoint: &str) -> String {
    request.replacen("%s", endpoint, 1)
}

fn instead() -> String {
    format!("`{TOKEN_URL}`")
}

/// The worst fault of `url`, in which placeholders are already replaced by their defaults.
pub fn fault(url: &str) -> Option<Fault> {
    let url = url.trim();
    if url.is_empty() || url.starts_with(['$', '#', '@', '<', '{', '%']) || url.len() > 2048 {
        // All of it may come from elsewhere, scheme and path included.
        return None;
    }
    let Some((scheme, rest)) = url.split_once("://") else {
        return breaks(format!("gives `{}`, a URL without `https://`", shown(url)));
    };
    if is_open(scheme) {
        return None;
    }
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return breaks(format!("gives `{}`, whose scheme is not `https`", shown(url)));
    }
    if rest.contains("://") && !is_open(rest) {
        return breaks(format!("gives `{}`, a URL with two schemes", shown(url)));
    }
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest[..end].find('/').map_or((&rest[..end], ""), |slash| rest[..end].split_at(slash));
    if authority.is_empty() {
        return breaks(format!("gives `{}`, a URL without a host", shown(url)));
    }
    let host = (!is_open(authority) && !authority.contains(['<', '%'])).then(|| host_of(authority));
    // Where a placeholder has no end before the first slash, the path may be part of it.
    let seen = !is_open(rest) || (is_open(authority) && !is_open(path));
    let of_path = if seen { path_fault(path, url) } else { None };
    let of_host = host.and_then(|host| host_fault(host, path));
    match (of_path, of_host) {
        (Some(path), Some(host)) if host.weight > path.weight => Some(host),
        (path, host) => path.or(host),
    }
}

fn breaks(what: String) -> Option<Fault> {
    Some(Fault::new(Weight::Breaks, what, instead()))
}

fn host_of(authority: &str) -> &str {
    let host = authority.rsplit('@').next().unwrap_or(authority);
    host.split(':').next().unwrap_or(host)
}

fn path_fault(path: &str, url: &str) -> Option<Fault> {
    let lower = path.to_ascii_lowercase();
    if TOKEN_PATHS.contains(&lower.as_str()) || kind_of_path(path) == EndpointKind::JwtExchange {
        return None;
    }
    if lower.trim_matches('/').is_empty() {
        return breaks(format!("gives `{}`, a host without the path of the token endpoint", shown(url)));
    }
    let mut segments = lower.split('/').filter(|segment| !segment.is_empty());
    let first = segments.next();
    let second = segments.next().unwrap_or("");
    if first == Some("ims") && OTHER_ENDPOINTS.contains(&second) {
        return breaks(format!("gives `{}`, which is not a token endpoint", shown(url)));
    }
    let what = if lower.starts_with("//") && TOKEN_PATHS.contains(&lower[1..].as_ref()) {
        format!("gives `{}`, with two slashes before the path", shown(url))
    } else {
        format!("gives `{}`, which is not a documented token endpoint", shown(url))
    };
    Some(Fault::new(Weight::Doubtful, what, instead()))
}

fn host_fault(host: &str, path: &str) -> Option<Fault> {
    let lower = host.trim_end_matches('.').to_ascii_lowercase();
    if lower == TOKEN_HOST || is_stage_host(&lower) {
        return None;
    }
    let (weight, what) = if SIGN_IN_HOSTS.contains(&lower.as_str()) {
        (Weight::Doubtful, "is for user sign-in")
    } else if UNDOCUMENTED_HOSTS.contains(&lower.as_str()) {
        (Weight::Unusual, "Adobe does not document")
    } else if is_ims_host(&lower) {
        (Weight::Doubtful, "is not documented")
    } else if path.to_ascii_lowercase().trim_start_matches('/').starts_with("ims/") {
        (Weight::Doubtful, "does not belong to Adobe IMS")
    } else {
        return None;
    };
    let what = format!("has the host `{}`, which {what}", shown(&lower));
    Some(Fault::new(weight, what, format!("the host `{TOKEN_HOST}`")))
}

/// A URL or a host as a sentence quotes it.
fn shown(text: &str) -> String {
    let text = disclosure::field(FieldName::TokenEndpoint, REQUEST_PROPERTY, text);
    let mut shown: String = text.chars().take(160).map(|c| if c.is_control() || c == '`' { ' ' } else { c }).collect();
    if let (Some(at), Some(scheme)) = (shown.find('@'), shown.find("://"))
        && at > scheme
    {
        shown.replace_range(scheme + 3..at, "…");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_endpoints_that_somebody_uses() {
        for url in [
            "https://ims-na1.adobelogin.com/ims/token/v3",
            "https://ims-na1.adobelogin.com/ims/token/v2",
            "https://ims-na1.adobelogin.com/ims/token",
            "https://ims-na1.adobelogin.com/ims/token/v4?client_id=0000example",
            "https://ims-na1.adobelogin.com:443/ims/token/v3",
            "https://ims-na1-stg1.adobelogin.com/ims/token/v3",
            "http://ims-na1.adobelogin.com/ims/token/v3",
            "https://ims-na1.adobelogin.com/ims/exchange/jwt",
            "https://ims-na1.adobelogin.com/ims/exchange/v1/jwt/",
            "https://$[env:HOST]/ims/token/v3",
            "https://${host}/ims/token/v3",
            "https://<host>/ims/token/v3",
            "https://ims-na1.adobelogin.com/$[env:PATH]",
            "$[env:URL]",
            "${url}",
            "#{url}#",
            "",
        ] {
            assert!(fault(url).is_none(), "{url}: {:?}", fault(url));
        }
    }

    #[test]
    fn urls_that_get_no_token() {
        for url in [
            "https://ims-na1.adobelogin.com",
            "https://ims-na1.adobelogin.com/",
            "https://ims-na1.adobelogin.com/ims/authorize/v2",
            "https://ims-na1.adobelogin.com/ims/userinfo/v2",
            "https://ims-na1.adobelogin.com/ims/revoke",
            "https://ims-na1.adobelogin.com/ims/profile/v1",
            "https://$[env:HOST]/ims/authorize",
            "ims-na1.adobelogin.com/ims/token/v3",
            "/ims/token/v3",
            "https:///ims/token/v3",
            "https:/ims-na1.adobelogin.com/ims/token/v3",
            "htps://ims-na1.adobelogin.com/ims/token/v3",
            "https://https://ims-na1.adobelogin.com/ims/token/v3",
        ] {
            assert_eq!(fault(url).map(|fault| fault.weight), Some(Weight::Breaks), "{url}");
        }
    }

    #[test]
    fn urls_that_no_documentation_knows() {
        for url in [
            "https://ims-na1.adobelogin.com/ims/tokens/v3",
            "https://ims-na1.adobelogin.com/ims/token/v5",
            "https://ims-na1.adobelogin.com/ims/token/v3/",
            "https://ims-na1.adobelogin.com//ims/token/v3",
            "https://ims-na1.adobelogin.com/token",
            "https://proxy.example.com/ims/token/v3",
            "https://adobeid-na1.services.adobe.com/ims/token/v3",
            "https://ims-nal.adobelogin.com/ims/token/v3",
        ] {
            assert_eq!(fault(url).map(|fault| fault.weight), Some(Weight::Doubtful), "{url}");
        }
        for host in UNDOCUMENTED_HOSTS {
            assert_eq!(fault(&format!("https://{host}/ims/token/v3")).map(|fault| fault.weight), Some(Weight::Unusual));
        }
    }

    #[test]
    fn the_endpoint_takes_the_place_of_the_specifier_as_it_is() {
        assert_eq!(sent("https://%s/ims/token/v3", "https://x"), "https://https://x/ims/token/v3");
        assert_eq!(sent("%s/ims/token/v3", "x"), "x/ims/token/v3");
        assert_eq!(sent("https://%s/ims/token/v3", "x/"), "https://x//ims/token/v3");
        assert_eq!(sent("https://x/ims/token/v3", "y"), "https://x/ims/token/v3");
    }

    #[test]
    fn names_of_users_are_not_shown() {
        assert!(!fault("https://user:word@ims-na1.adobelogin.com").unwrap().what.contains("word"));
    }
}
