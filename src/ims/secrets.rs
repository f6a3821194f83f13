//! Which names and values are known to be secrets: the properties of [`SECRET_PROPERTIES`], everything that is named
//! like a secret, and everything that looks like one, whatever its name.
//!
//! This alone does not determine what may be shown: see [`super::disclosure`].

use std::sync::LazyLock;

use regex::Regex;

use crate::bounded::char_floor;
use crate::format::Span;
use crate::patterns::constant_regex;
use crate::strands::{self, STRAND};

/// Properties that hold a secret, lower case, as documented by the vendor of each component.
pub const SECRET_PROPERTIES: &[&str] = &[
    // com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl
    "auth.ims.client.secret",
    // com.adobe.granite.auth.oauth.provider
    "oauth.client.secret",
    // com.adobe.granite.auth.ims.impl.IMSProviderImpl
    "oauth.provider.ims.service.token.client.secret",
    "oauth.provider.ims.service.token",
    // ACS AEM Commons IntegrationServiceImpl, AEM as a Cloud Service credentials
    "clientsecret",
    "privatekey",
    "getclientsecret",
    "getprivatekey",
    // com.adobe.aio.aem.workspace.internal.WorkspaceSupplierImpl and the aio-lib-java property files
    "aio.client.secret",
    "aio.encoded.pkcs8",
    "aio_client_secret",
    "aio_encoded_pkcs8",
    // Adobe Developer Console workspaces and contexts of the aio command line
    "client_secret",
    "client_secrets",
    "private_key",
    // Dynamic Media, Target and Analytics cloud services
    "password",
    "secret",
    "accountoptions",
    "previewservertoken",
    // Launch cloud configurations
    "archivepassword",
    // Replication agents
    "transportpassword",
];

/// Parts of a name that refer to a secret, without separators.
const STEMS: &[&str] =
    &["secret", "password", "passwd", "passphrase", "privatekey", "pkcs8", "signingkey", "encryptionkey", "accesskey"];

/// Last words of names that contain a stem but do not hold a secret: `client.secret.name`, `privateKeyAlias`.
const NOT_VALUES: &[&str] = &[
    "alias",
    "description",
    "enabled",
    "expiration",
    "expiry",
    "field",
    "file",
    "format",
    "hint",
    "id",
    "label",
    "length",
    "location",
    "max",
    "min",
    "name",
    "path",
    "placeholder",
    "policy",
    "provider",
    "ref",
    "reference",
    "required",
    "title",
    "type",
    "url",
];

/// First words before a final `token` that make it a credential: `accessToken`, `oauth.provider.ims.service.token`.
const TOKENS: &[&str] =
    &["access", "api", "auth", "bearer", "id", "identity", "jwt", "oauth", "refresh", "server", "service", "session"];

/// Parts of names with secrets; most names contain none of them and need no further check.
static STEM: LazyLock<Regex> = LazyLock::new(|| {
    constant_regex(concat!(
        r"(?i-u:secret|pass[._-]?w|pass[._-]?phrase|pwd|private[._-]?key|pkcs[._-]?8|tokens?|accountoptions",
        r"|(?:signing|encryption|access)[._-]?key)"
    ))
});

/// Whether a property of this name holds a secret.
pub fn is_secret_name(name: &str) -> bool {
    if !STEM.is_match(name) {
        return false;
    }
    let name = name.trim_end_matches("@Encrypted");
    if SECRET_PROPERTIES.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return true;
    }
    let words = words(name);
    let Some(last) = words.last().map(String::as_str) else { return false };
    if matches!(last, "token" | "tokens") {
        return words.iter().rev().nth(1).is_some_and(|before| TOKENS.contains(&before.as_str()));
    }
    let joined = words.concat();
    last == "pwd" || (STEMS.iter().any(|stem| joined.contains(stem)) && !NOT_VALUES.contains(&last))
}

/// The words of `auth.ims.clientSecret_2`: lower case, without separators and digits.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut boundary = true;
    let mut previous_lower = false;
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() {
            boundary = true;
            continue;
        }
        if boundary || (previous_lower && c.is_ascii_uppercase()) {
            words.push(String::new());
        }
        boundary = false;
        previous_lower = c.is_ascii_lowercase();
        if let Some(word) = words.last_mut() {
            word.push(c.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.bytes().all(|b| b.is_ascii_digit()));
    words
}

/// Three parts in Base64 for URLs (RFC 7515). Its alphabet is spelled out: all letters of all scripts, `\w`, thirty times
/// over take longer to prepare than most scans take.
const SIGNED_TOKEN: &str = r"eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}";

/// Beginnings of tokens and keys that say themselves what they are: client secrets of IMS, keys of clouds, code hosts and
/// messengers.
const PREFIXED: &str = r"(?-u:\b)(?:p8e-[0-9A-Za-z_=-]{6,}|AKIA[0-9A-Z]{12,}|gh[pousr]_[0-9A-Za-z]{16,}|xox[a-z]-[0-9A-Za-z-]{8,}|SG\.[0-9A-Za-z_.-]{16,})";
/// A namespace's key of Adobe I/O Runtime: a UUID and 64 letters and digits.
const RUNTIME_KEY: &str = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}:[0-9A-Za-z]{16,}";

/// Whether a value is a secret whatever its property is called: a private key, an encrypted value, a token, a header
/// that authorises, a long run of Base64.
pub fn looks_secret(text: &str) -> bool {
    static LOOKS: LazyLock<Regex> = LazyLock::new(|| {
        let looks = [
            r"PRIVATE KEY(?: BLOCK)?-----|-----BEGIN ",
            r"^\s*\\?\{[0-9a-fA-F]{32,}\}\s*$",
            SIGNED_TOKEN,
            PREFIXED,
            RUNTIME_KEY,
            r"^\s*(?i-u:bearer|basic)\s+\S",
            r"(?i-u:accountkey|sharedaccesskey|sharedaccesssignature)\s*=",
        ];
        constant_regex(&looks.join("|"))
    });
    LOOKS.is_match(text) || base64_runs(text).next().is_some()
}

/// Long runs of Base64, such as a key without its header. A path has shorter steps, and words no digits.
fn base64_runs(text: &str) -> impl Iterator<Item = Span> {
    const SHORTEST: usize = 60;
    const STEP: usize = 24;
    let of_run = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'-' | b'_');
    let mut at = 0;
    text.as_bytes().split(move |b| !of_run(*b)).filter_map(move |run| {
        let start = at;
        at += run.len() + 1;
        let has = |is: fn(&u8) -> bool| run.iter().any(is);
        let mixed = || has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
        let long_step = || run.split(|b| matches!(b, b'/' | b'-' | b'_')).any(|step| step.len() >= STEP);
        (run.len() >= SHORTEST && mixed() && long_step()).then(|| Span::new(start, start + run.len()))
    })
}

/// Tokens and keys in a sentence that say themselves what they are.
pub fn tokens_in_text(text: &str) -> Vec<Span> {
    static TOKENS: LazyLock<Regex> = LazyLock::new(|| {
        let tokens = [
            SIGNED_TOKEN,
            PREFIXED,
            RUNTIME_KEY,
            r"(?s)-----BEGIN [A-Z ]{3,40}-----.*?(?:-----END|$)",
            r"(?i-u:(?-u:\b)(?:bearer|basic)\s+)(?P<credentials>[0-9A-Za-z._~+/-]*[0-9._~+/=][0-9A-Za-z._~+/=-]*[0-9A-Za-z=]|[a-z]+[A-Z][0-9A-Za-z]*)",
            r"(?i-u:accountkey|sharedaccesskey|sharedaccesssignature)\s*=\s*(?P<key>[^;\s`]+)",
            r"(?i-u:hooks\.[a-z.]+/)(?P<hook>[^\s`]+)",
        ];
        constant_regex(&tokens.join("|"))
    });
    let part = |captures: regex::Captures<'_>| {
        let part = ["credentials", "key", "hook"].into_iter().find_map(|group| captures.name(group));
        part.or_else(|| captures.get(0)).map(|m| Span::new(m.start(), m.end()))
    };
    // Nothing of the kind is so short.
    if text.len() < 8 {
        Vec::new()
    } else {
        TOKENS.captures_iter(text).filter_map(part).chain(base64_runs(text)).collect()
    }
}

/// Secrets in text that no reader understood, such as comments and broken lines: values behind a secret name, PEM
/// bodies, tokens, passwords in URLs. Spans are relative to `text`, sorted, and may overlap.
pub fn spans_in_text(text: &str) -> Vec<Span> {
    let mut spans = assigned(text);
    spans.extend(base64_lines(text));
    static ELSEWHERE: LazyLock<Regex> =
        LazyLock::new(|| constant_regex(&[SIGNED_TOKEN, r"://[^\s/:@]+:(?P<password>[^\s/@]+)@"].join("|")));
    for captures in ELSEWHERE.captures_iter(text) {
        let part = captures.name("password").or_else(|| captures.get(0));
        spans.extend(part.map(|m| Span::new(m.start(), m.end())));
    }
    spans.sort();
    spans
}

/// Longest name and longest value, in bytes, that are looked at around a word that speaks of a secret.
const REACH: usize = 4096;

/// Values behind `=`, `:` or `>` and a secret name.
fn assigned(text: &str) -> Vec<Span> {
    static VALUE: LazyLock<Regex> = LazyLock::new(|| {
        constant_regex(concat!(
            r#"^(?:\\*["']|&quot;|&#34;)?\s*(?:[:=]\s*\(?\[?\s*[TILFDXSCB]?|>)(?:"#,
            r"&quot;(?P<entity>.*?)(?:&quot;|$)",
            r#"|\\+"(?P<escaped>.*?)(?:\\+"|$)"#,
            r#"|"(?P<double>(?:[^"\\]|\\.)*)"#,
            r"|'(?P<single>[^']*)",
            r"|(?P<bare>[^\s,<>()\[\]]+(?:\[[^\]]*\])?))",
        ))
    });
    let in_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '@' | '-');
    let mut spans = Vec::new();
    let mut done = 0;
    for found in STEM.find_iter(text) {
        if found.start() < done {
            continue;
        }
        let before = &text[char_floor(text, found.start().saturating_sub(REACH)).max(done)..found.start()];
        let start = found.start() - before.len() + before.trim_end_matches(in_name).len();
        let after = &text[found.end()..char_floor(text, found.end() + REACH)];
        let end = found.end() + after.find(|c| !in_name(c)).unwrap_or(after.len());
        let token_of_something = found.as_str().to_ascii_lowercase().starts_with("token")
            && text[found.end()..end].contains(|c: char| c.is_alphabetic() && c != '@');
        let placeholder = text[..start].ends_with("$[");
        if token_of_something || placeholder || !is_secret_name(&text[start..end]) {
            continue;
        }
        done = end;
        let tail = &text[end..char_floor(text, end + REACH)];
        let Some(captures) = VALUE.captures(tail) else { continue };
        let groups = ["entity", "escaped", "double", "single", "bare"];
        let Some(literal) = groups.iter().find_map(|group| captures.name(group)) else { continue };
        done = end + literal.end();
        if !matches!(literal.as_str(), "" | "true" | "false") {
            spans.push(Span::new(end + literal.start(), end + literal.end()));
        }
    }
    spans
}

/// Lines that contain only Base64, as in the body of a key whose beginning is not in `text`.
fn base64_lines(text: &str) -> impl Iterator<Item = Span> {
    const SHORTEST: usize = 60;
    let base64 = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
    let mut at = 0;
    text.split_inclusive(['\n', '\r']).filter_map(move |line| {
        let start = at + line.len() - line.trim_start().len();
        at += line.len();
        let body = line.trim();
        (body.len() >= SHORTEST && body.bytes().all(base64)).then(|| Span::new(start, start + body.len()))
    })
}

/// Bodies of PEM and PGP blocks in `text`.
pub fn pem_bodies(text: &str) -> Vec<Span> {
    const END: &[u8] = b"-----END";
    let bytes = text.as_bytes();
    let mut spans = Vec::new();
    let mut from = 0;
    for begin in pem_beginnings(bytes) {
        if begin < from {
            continue;
        }
        let label = begin + PEM_BEGIN.len();
        let start = memchr::memmem::find(&bytes[label..], b"-----").map_or(bytes.len(), |end| label + end + 5);
        let end = memchr::memmem::find(&bytes[start..], END).map_or(bytes.len(), |end| start + end);
        spans.push(Span::new(start, end));
        from = end;
    }
    spans
}

/// Begins the first line of a PEM or PGP block.
const PEM_BEGIN: &[u8] = b"-----BEGIN ";

/// Where blocks begin. Several threads search a large text.
fn pem_beginnings(bytes: &[u8]) -> Vec<usize> {
    let strand = |start: usize| -> Vec<usize> {
        let end = bytes.len().min(start + STRAND + PEM_BEGIN.len() - 1);
        memchr::memmem::find_iter(&bytes[start..end], PEM_BEGIN).map(|at| start + at).collect()
    };
    strands::each((0..bytes.len()).step_by(STRAND).collect(), strand).concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_a_large_text_are_found_by_several_threads() {
        let block = "-----BEGIN RSA PRIVATE KEY-----\nMIIE-----END RSA PRIVATE KEY-----";
        for before in (16 << 20) - 12..(16 << 20) + 2 {
            let text = ".".repeat(before) + block + &".".repeat(100);
            let bodies = pem_bodies(&text);
            assert_eq!(bodies.iter().map(|span| &text[span.range()]).collect::<Vec<_>>(), ["\nMIIE"], "{before}");
        }
    }
}
