//! URLs: scheme, host and path segments that IMS uses are shown. User, password, query and other path segments are not:
//! a web hook has its secret there.

use std::sync::LazyLock;

use regex::Regex;

use super::placeholder::FILL;
use super::shape::{is_id, is_random};
use super::{all_of, merge};
use crate::format::Span;
use crate::ims::endpoint;
use crate::patterns::constant_regex;

/// Harmless path segments.
static STEPS: &[&str] = &[
    "ims",
    "exchange",
    "jwt",
    "token",
    "authorize",
    "revoke",
    "validate_token",
    "profile",
    "userinfo",
    "login",
    "logout",
    "oauth",
    "oauth2",
    "api",
    "rest",
    "services",
    "service",
    "events",
    "adobe",
    "s",
    "c",
    "target",
    "launch",
    "stock",
    "analytics",
    "jil-api",
    "content",
    "bin",
    "system",
    "console",
    "client_credentials",
];

/// What is not shown of a URL, or of a host with or without a path.
pub(super) fn hidden(text: &str) -> Vec<Span> {
    let start = text.len() - text.trim_start().len();
    let end = text.trim_end().len();
    let body = &text[start..end];
    let odd = |c: char| c.is_whitespace() || c.is_control() && c != FILL || "\"'<>{}|\\^`".contains(c);
    let Some(scheme) = scheme(body).filter(|_| !body.contains(odd)) else { return all_of(text) };
    let mut hidden = Vec::new();
    let mut from = start + scheme;
    // Whatever stands before an `@` may be a user and a password, whatever they are written with.
    if let Some(at) = text[from..end].rfind('@') {
        hidden.push(Span::new(from, from + at));
        from += at + 1;
    }
    let authority_end = text[from..end].find(['/', '?', '#']).map_or(end, |found| from + found);
    let host = &text[from..authority_end];
    if !is_host(host, scheme > 0) {
        hidden.push(Span::new(from, authority_end));
    }
    let path_end = text[authority_end..end].find(['?', '#']).map_or(end, |found| authority_end + found);
    let ours = endpoint::is_ims_host(host.split(':').next().unwrap_or(host));
    steps(text, Span::new(authority_end, path_end), ours, &mut hidden);
    if path_end < end {
        hidden.push(Span::new(path_end + 1, end));
    }
    merge(hidden)
}

/// Length of the scheme with what divides it from the rest; 0 without one, `None` where it is none of the web.
fn scheme(body: &str) -> Option<usize> {
    let Some(found) = body.find("://") else { return Some(0) };
    let scheme = &body[..found];
    let web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    let filled = !scheme.is_empty() && scheme.chars().all(|c| c == FILL);
    // Behind the beginning of a path or a query it divides nothing.
    (web || filled).then_some(found + 3)
}

fn is_host(host: &str, has_scheme: bool) -> bool {
    static HOST: LazyLock<Regex> = LazyLock::new(|| {
        constant_regex(r"^(?:[0-9A-Za-z\x01](?:[0-9A-Za-z\x01-]*[0-9A-Za-z\x01])?\.?)+(?::(?:\d{1,5}|\x01+))?$")
    });
    let shaped = HOST.is_match(host);
    let named = has_scheme || host.contains(['.', FILL]) || host == "localhost" || host.is_empty();
    (host.is_empty() || shaped) && named && !host.split('.').any(is_random)
}

fn steps(text: &str, path: Span, ours: bool, hidden: &mut Vec<Span>) {
    let mut from = path.start;
    let mut before = "";
    for step in text[path.range()].split('/') {
        let known = step.is_empty()
            || step.chars().all(|c| c == FILL)
            || STEPS.iter().any(|known| known.eq_ignore_ascii_case(step))
            || is_version(step)
            || (ours && matches!(before, "s" | "c") && is_id(step));
        if !known {
            hidden.push(Span::new(from, from + step.len()));
        }
        from += step.len() + 1;
        before = step;
    }
}

fn is_version(step: &str) -> bool {
    let number = step.strip_prefix(['v', 'V']).unwrap_or("x");
    (1..=2).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit())
}
