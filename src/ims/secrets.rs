//! Which values are secrets, and must never be shown.
//!
//! Names decide first: the properties of [`SECRET_PROPERTIES`] and everything that is named like a secret. Placeholders
//! are no secrets, a literal default in one is. Encrypted values, binary values, PEM private keys and tokens are secrets
//! whatever their property is called. [`spans_in_text`] is the second net, for comments and for text that no reader
//! understood.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

pub use super::excerpt::MASK;
use super::waiting;
use crate::format::{Property, Span, Value, ValueType};

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

/// Parts of a name that speak of a secret, without separators.
const STEMS: &[&str] =
    &["secret", "password", "passwd", "passphrase", "privatekey", "pkcs8", "signingkey", "encryptionkey", "accesskey"];

/// Last words of names that contain a stem and still hold no secret: `client.secret.name`, `privateKeyAlias`.
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

/// What a name that holds a secret has in it; most names have none of it and need no closer look.
static STEM: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i-u:secret|pass[._-]?w|pass[._-]?phrase|pwd|private[._-]?key|pkcs[._-]?8|tokens?|accountoptions",
        r"|(?:signing|encryption|access)[._-]?key)"
    ))
    .ok()
});

/// Whether a property of this name holds a secret.
pub fn is_secret_name(name: &str) -> bool {
    if !STEM.as_ref().is_none_or(|stem| stem.is_match(name)) {
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
fn words(name: &str) -> Vec<String> {
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

/// The parts of a property's value that must never be shown, as spans of the decoded text.
pub fn spans(property: &Property) -> Vec<Span> {
    match property.value_type {
        ValueType::Boolean => Vec::new(),
        ValueType::Binary => vec![property.span],
        _ => {
            let named = is_secret_name(&property.name);
            property.values.iter().filter_map(|value| span_in(value, named)).collect()
        }
    }
}

fn span_in(value: &Value, named: bool) -> Option<Span> {
    let secret = part(&value.text, named)?;
    // Only a value written without escapes has the same offsets in the file.
    let unescaped = value.span.end - value.span.start == value.text.len();
    Some(if unescaped { shift(secret, value.span.start) } else { value.span })
}

/// What is secret in the value of a property, which may be `named` like one that holds secrets.
fn part(text: &str, named: bool) -> Option<Span> {
    if text.trim().is_empty() {
        None
    } else if named {
        secret_part(text)
    } else if looks_secret(text) {
        Some(Span::new(0, text.len()))
    } else {
        url_password(text)
    }
}

/// The password in `https://user:password@host/`.
fn url_password(text: &str) -> Option<Span> {
    static PASSWORD: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"://[^\s/:@]+:([^\s/@]+)@").ok());
    let found = PASSWORD.as_ref().and_then(|regex| regex.captures(text)).and_then(|captures| captures.get(1))?;
    Some(Span::new(found.start(), found.end()))
}

/// The value of the property `name` with what is secret in it replaced by [`MASK`].
pub fn redact<'a>(name: &str, text: &'a str) -> Cow<'a, str> {
    match part(text, is_secret_name(name)) {
        Some(part) => Cow::Owned(format!("{}{MASK}{}", &text[..part.start], &text[part.end..])),
        None => Cow::Borrowed(text),
    }
}

/// Three parts in Base64 for URLs (RFC 7515). Its alphabet is spelled out: all letters of all scripts, `\w`, thirty times
/// over take longer to prepare than most scans take.
const SIGNED_TOKEN: &str = r"eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}";

/// Whether a value is a secret whatever its property is called: a PEM private key, an encrypted value, a signed token.
pub fn looks_secret(text: &str) -> bool {
    static LOOKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(&[r"PRIVATE KEY-----", r"^\s*\\?\{[0-9a-fA-F]{32,}\}\s*$", SIGNED_TOKEN].join("|")).ok()
    });
    LOOKS.as_ref().is_some_and(|regex| regex.is_match(text))
}

/// Which part of the value of a secret property is the secret: all of it, the default of a placeholder, or nothing.
pub fn secret_part(text: &str) -> Option<Span> {
    static PLACEHOLDER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^\s*(?:\$\[(?:secret|env|prop|conf):[^;\]\s]+(?P<directives>(?:;[^\]]*)?)\]|\$\{\{?[\w.:@/-]+\}?\}|<[^<>]*>)\s*$")
            .ok()
    });
    if waiting::is_placeholder(text) {
        return None;
    }
    let all = Span::new(0, text.len());
    let Some(captures) = PLACEHOLDER.as_ref().and_then(|regex| regex.captures(text)) else { return Some(all) };
    let directives = captures.name("directives").filter(|m| !m.is_empty())?;
    let (at, default) = directives.as_str().match_indices("default=").next().map(|(at, key)| (at, key.len()))?;
    let span = Span::new(directives.start() + at + default, directives.end());
    (span.start < span.end).then_some(span)
}

/// Secrets in text that no reader understood, such as comments and broken lines: values behind a secret name, PEM
/// bodies, tokens, passwords in URLs. Spans are relative to `text`, sorted, and may overlap.
pub fn spans_in_text(text: &str) -> Vec<Span> {
    let mut spans = assigned(text);
    spans.extend(base64_lines(text));
    static ELSEWHERE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(&[SIGNED_TOKEN, r"://[^\s/:@]+:(?P<password>[^\s/@]+)@"].join("|")).ok());
    for captures in ELSEWHERE.iter().flat_map(|regex| regex.captures_iter(text)) {
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
    static VALUE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r#"^(?:\\*["']|&quot;|&#34;)?\s*(?:[:=]\s*\(?\[?\s*[TILFDXSCB]?|>)(?:"#,
            r"&quot;(?P<entity>.*?)(?:&quot;|$)",
            r#"|\\+"(?P<escaped>.*?)(?:\\+"|$)"#,
            r#"|"(?P<double>(?:[^"\\]|\\.)*)"#,
            r"|'(?P<single>[^']*)",
            r"|(?P<bare>[^\s,<>()\[\]]+(?:\[[^\]]*\])?))",
        ))
        .ok()
    });
    let (Some(stem), Some(value)) = (STEM.as_ref(), VALUE.as_ref()) else { return vec![Span::new(0, text.len())] };
    let in_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '@' | '-');
    let mut spans = Vec::new();
    let mut done = 0;
    for found in stem.find_iter(text) {
        if found.start() < done {
            continue;
        }
        let before = &text[floor(text, found.start().saturating_sub(REACH)).max(done)..found.start()];
        let start = found.start() - before.len() + before.trim_end_matches(in_name).len();
        let after = &text[found.end()..floor(text, (found.end() + REACH).min(text.len()))];
        let end = found.end() + after.find(|c| !in_name(c)).unwrap_or(after.len());
        let token_of_something = found.as_str().to_ascii_lowercase().starts_with("token")
            && text[found.end()..end].contains(|c: char| c.is_alphabetic() && c != '@');
        let placeholder = text[..start].ends_with("$[");
        if token_of_something || placeholder || !is_secret_name(&text[start..end]) {
            continue;
        }
        done = end;
        let tail = &text[end..floor(text, (end + REACH).min(text.len()))];
        let Some(captures) = value.captures(tail) else { continue };
        let groups = ["entity", "escaped", "double", "single", "bare"];
        let Some(literal) = groups.iter().find_map(|group| captures.name(group)) else { continue };
        done = end + literal.end();
        if !matches!(literal.as_str(), "" | "true" | "false") {
            spans.extend(secret_part(literal.as_str()).map(|part| shift(part, end + literal.start())));
        }
    }
    spans
}

/// Lines of nothing but Base64, as in the body of a key whose beginning is not in `text`.
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

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Bodies of PEM private keys in `text`.
pub fn pem_bodies(text: &str) -> Vec<Span> {
    const MARK: &[u8] = b"PRIVATE KEY-----";
    const END: &[u8] = b"-----END";
    let bytes = text.as_bytes();
    let mut spans = Vec::new();
    let mut from = 0;
    while let Some(found) = memchr::memmem::find(&bytes[from..], MARK) {
        let start = from + found + MARK.len();
        let end = memchr::memmem::find(&bytes[start..], END).map_or(bytes.len(), |end| start + end);
        spans.push(Span::new(start, end));
        // The mark of the END line follows; a second one is not a body of its own.
        from = memchr::memmem::find(&bytes[end..], MARK).map_or(bytes.len(), |mark| end + mark + MARK.len());
    }
    spans
}

fn shift(span: Span, by: usize) -> Span {
    Span::new(span.start + by, span.end + by)
}
