//! Token endpoints: the effective URL, and what it is for.

use std::sync::LazyLock;

use regex::Regex;

use super::fields;
use crate::patterns::constant_regex;

/// The grant of OAuth Server-to-Server. Source, also of host and endpoint: "Server to Server authentication", Adobe
/// Developer Console.
pub const CLIENT_CREDENTIALS: &str = "client_credentials";
/// The host of the token endpoint.
pub const TOKEN_HOST: &str = "ims-na1.adobelogin.com";
/// The token endpoint of OAuth Server-to-Server.
pub const TOKEN_URL: &str = "https://ims-na1.adobelogin.com/ims/token/v3";
/// The property of an access token provider that holds the request URL, or a format of it with `%s`.
pub const REQUEST_PROPERTY: &str = "auth.access.token.request";
/// The property whose value, a host, replaces `%s` in the request URL of an access token provider.
pub const HOST_PROPERTY: &str = "auth.token.provider.endpoint";

/// Where in a URL the path of the JWT exchange stands; whether it is one, [`kind_of`] decides.
static JWT_PATH: LazyLock<Regex> = LazyLock::new(|| constant_regex(r"(?i)/ims/exchange/(?:v\d+/)?jwt/?"));

/// What an IMS URL is for, by its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointKind {
    /// `/ims/exchange/jwt`: Service Account (JWT) credentials.
    JwtExchange,
    /// `/ims/token`, `/ims/token/v1` … `/ims/token/v3`: OAuth Server-to-Server credentials (v3 is the documented one).
    Token,
    /// Anything else.
    Other,
}

/// The parts of a URL that matter for IMS. Scheme and host may be missing, or placeholders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint<'a> {
    /// `http`, `https`, or nothing.
    pub scheme: Option<&'a str>,
    /// The host, without port; empty when the text has none.
    pub host: &'a str,
    /// What its path is for.
    pub kind: EndpointKind,
}

/// How parts of the names of stage systems begin: `ims-na1-stg1` is documented (`WorkspaceConfig.java` of
/// adobe/aio-lib-java), `ims-na1-qa…` and `ims-na1-cc1` are internal.
const STAGE_BEGINNINGS: [&str; 3] = ["stg", "qa", "cc1"];

/// The domain of every IMS host: `ims-na1.adobelogin.com` in production, `ims-na1-stg1.adobelogin.com` for stage.
const IMS_DOMAIN: &str = "adobelogin.com";

impl<'a> Endpoint<'a> {
    /// Reads `text` as a URL, a host with a path, or a path; `None` when it is none of them.
    pub fn parse(text: &'a str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.len() > 2048 || text.contains(char::is_whitespace) {
            return None;
        }
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.bytes().all(|b| b.is_ascii_alphabetic()) => (Some(scheme), rest),
            Some(_) if text.starts_with('$') => (None, text),
            Some(_) => return None,
            None => (None, text),
        };
        let end = rest.find(['?', '#']).unwrap_or(rest.len());
        let rest = &rest[..end];
        let (authority, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
        let host = authority.rsplit('@').next().unwrap_or(authority);
        let host = if host.starts_with('$') { host } else { host.split(':').next().unwrap_or(host) };
        Some(Self { scheme, host, kind: kind_of_path(path) })
    }

    /// Whether the host belongs to IMS: `adobelogin.com` or below it.
    pub fn is_ims_host(&self) -> bool {
        is_ims_host(self.host)
    }

    /// Whether the URL refers to IMS: by its host, or by a path that only IMS has.
    pub fn is_ims(&self) -> bool {
        let open_host = self.host.is_empty() || self.host.contains(['$', '%', '{', '<']);
        self.is_ims_host()
            || (self.kind != EndpointKind::Other && (open_host || self.kind == EndpointKind::JwtExchange))
    }

    /// Whether the host is one of Adobe's stage systems. Source: `WorkspaceConfig.java` of adobe/aio-lib-java.
    pub fn is_stage(&self) -> bool {
        is_stage_host(self.host)
    }

    /// Whether it uses plain HTTP.
    pub fn is_plain_http(&self) -> bool {
        self.scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"))
    }
}

/// Whether `host` is one of Adobe's stage systems.
pub fn is_stage_host(host: &str) -> bool {
    let is_stage = |part: &str| STAGE_BEGINNINGS.iter().any(|beginning| part.starts_with(beginning));
    is_ims_host(host) && host.to_ascii_lowercase().split(['.', '-']).any(is_stage)
}

/// Whether `host` is `adobelogin.com` or lies below it.
pub fn is_ims_host(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    match host.len().checked_sub(IMS_DOMAIN.len()) {
        Some(0) => host.eq_ignore_ascii_case(IMS_DOMAIN),
        Some(at) => host.get(at..).is_some_and(|s| s.eq_ignore_ascii_case(IMS_DOMAIN)) && host[..at].ends_with('.'),
        None => false,
    }
}

/// What the path of a URL is for.
pub fn kind_of_path(path: &str) -> EndpointKind {
    let path = path.to_ascii_lowercase();
    let mut segments = path.split('/').filter(|s| !s.is_empty());
    if segments.next() != Some("ims") {
        return EndpointKind::Other;
    }
    match (segments.next(), segments.next(), segments.next(), segments.next()) {
        (Some("exchange"), Some("jwt"), None, None) => EndpointKind::JwtExchange,
        (Some("exchange"), Some(version), Some("jwt"), None) if is_version(version) => EndpointKind::JwtExchange,
        (Some("token"), None, None, None) => EndpointKind::Token,
        (Some("token"), Some(version), None, None) if is_version(version) => EndpointKind::Token,
        _ => EndpointKind::Other,
    }
}

fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// What the text of a URL is for, placeholders replaced by their defaults.
pub fn kind_of(text: &str) -> EndpointKind {
    Endpoint::parse(&fields::effective(text)).map_or(EndpointKind::Other, |endpoint| endpoint.kind)
}

/// `written` with the path of the JWT exchange replaced by that of the token endpoint; everything else, such as `%s` or
/// a placeholder for the host, is unchanged. `None` if it is not the JWT exchange.
pub fn jwt_to_token(written: &str) -> Option<String> {
    (JWT_PATH.is_match(written) && kind_of(written) == EndpointKind::JwtExchange)
        .then(|| JWT_PATH.replace(written, "/ims/token/v3").into_owned())
}

/// Whether the text of a URL or host refers to IMS, with placeholders replaced by their defaults.
pub fn is_ims(text: &str) -> bool {
    Endpoint::parse(&fields::effective(text)).is_some_and(|endpoint| endpoint.is_ims())
}

/// The effective token URL of an access token provider.
///
/// "The '%s' in the format is replaced by the end point" (metatype of `auth.access.token.request`). Like
/// `String.format`, a literal URL stays as it is; an endpoint that brings its own scheme is not doubled.
pub fn format(request: &str, endpoint: &str) -> String {
    let endpoint = endpoint.trim().trim_end_matches('/');
    let scheme_in_request = request.trim_start().to_ascii_lowercase().starts_with("http");
    let bare = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    request.replacen("%s", if scheme_in_request { bare } else { endpoint }, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_the_jwt_exchange_to_the_token_endpoint_of_the_same_host() {
        let to = |written| jwt_to_token(written);
        assert_eq!(to("https://%s/ims/exchange/jwt").as_deref(), Some("https://%s/ims/token/v3"));
        assert_eq!(
            to("https://ims-na1-stg1.adobelogin.com/ims/exchange/jwt/").as_deref(),
            Some("https://ims-na1-stg1.adobelogin.com/ims/token/v3")
        );
        assert_eq!(to("https://x/ims/exchange/v1/jwt").as_deref(), Some("https://x/ims/token/v3"));
        assert_eq!(
            to("$[env:URL;default=https://x/IMS/exchange/jwt]").as_deref(),
            Some("$[env:URL;default=https://x/ims/token/v3]")
        );
        assert_eq!(to("$[env:URL]"), None);
        assert_eq!(to("https://x/ims/token/v3"), None);
        assert_eq!(to("https://x/ims/exchange/jwt-other"), None);
    }

    #[test]
    fn paths_decide_what_an_endpoint_is_for() {
        let cases = [
            ("https://ims-na1.adobelogin.com/ims/exchange/jwt", EndpointKind::JwtExchange),
            ("https://ims-na1.adobelogin.com/ims/exchange/jwt/", EndpointKind::JwtExchange),
            ("https://ims-na1.adobelogin.com/ims/exchange/v1/jwt", EndpointKind::JwtExchange),
            ("https://ims-na1.adobelogin.com:443/ims/exchange/jwt?x=y", EndpointKind::JwtExchange),
            ("/ims/exchange/jwt", EndpointKind::JwtExchange),
            ("ims-na1.adobelogin.com/ims/token/v3", EndpointKind::Token),
            ("https://%s/ims/token/v3", EndpointKind::Token),
            ("https://ims-na1.adobelogin.com/ims/token", EndpointKind::Token),
            ("https://ims-na1.adobelogin.com/ims/authorize/v2", EndpointKind::Other),
            ("https://ims-na1.adobelogin.com", EndpointKind::Other),
            ("https://account.demandware.com/dw/oauth2/access_token", EndpointKind::Other),
            ("$[env:IMS_HOST]/ims/exchange/jwt", EndpointKind::JwtExchange),
            ("$[env:URL;default=https://ims-na1.adobelogin.com/ims/token/v3]", EndpointKind::Token),
        ];
        for (text, kind) in cases {
            assert_eq!(kind_of(text), kind, "{text}");
        }
    }

    #[test]
    fn hosts_are_matched_by_suffix_of_labels() {
        assert!(is_ims("https://ims-na1.adobelogin.com"));
        assert!(is_ims("ims-na1-stg1.adobelogin.com"));
        assert!(!is_ims("https://evil-adobelogin.com/x"));
        assert!(!is_ims("https://adobelogin.com.example.org/x"));
        assert!(!is_ims("https://login.example.com/ims/token/v3"));
        assert!(is_ims("https://$[env:HOST]/ims/token/v3"));
        assert!(!is_ims("see https://ims-na1.adobelogin.com for more"));
    }

    #[test]
    fn stage_and_plain_http_are_told() {
        let stage = Endpoint::parse("http://ims-na1-stg1.adobelogin.com/ims/token/v3").unwrap();
        assert!(stage.is_stage() && stage.is_plain_http());
        let production = Endpoint::parse("https://ims-na1.adobelogin.com/ims/token/v3").unwrap();
        assert!(!production.is_stage() && !production.is_plain_http());
    }

    #[test]
    fn the_endpoint_replaces_the_format_specifier_once() {
        assert_eq!(
            format("https://%s/ims/exchange/jwt", "ims-na1.adobelogin.com"),
            "https://ims-na1.adobelogin.com/ims/exchange/jwt"
        );
        assert_eq!(
            format("https://%s/ims/token/v3", "https://ims-na1.adobelogin.com/"),
            "https://ims-na1.adobelogin.com/ims/token/v3"
        );
        assert_eq!(
            format("%s/ims/token/v3", "https://ims-na1.adobelogin.com"),
            "https://ims-na1.adobelogin.com/ims/token/v3"
        );
        assert_eq!(format("https://x.adobelogin.com/ims/token/v3", "y"), "https://x.adobelogin.com/ims/token/v3");
    }
}
