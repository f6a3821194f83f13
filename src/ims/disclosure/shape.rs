//! The shapes that harmless values have.

use std::sync::LazyLock;

use regex::Regex;

use super::placeholder::FILL;
use super::{all_of, sentence, url};
use crate::format::Span;
use crate::ims::{catalog, endpoint, secrets};
use crate::patterns::constant_regex;

/// What the value of a property should look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A secret: nothing is shown.
    Secret,
    /// Unknown: only what is always harmless is shown.
    Unknown,
    /// A URL or a host.
    Url,
    /// An identifier.
    Id,
    /// Words of a vocabulary: scopes, grants, types.
    Words,
    /// A user-defined name.
    Name,
    /// A path in the repository.
    Path,
    /// Claims of a JWT.
    Claims,
    /// A number or a date.
    Number,
}

/// Maximum length of a name, in bytes.
const LONGEST_NAME: usize = 400;
/// Maximum length of a text of any other shape, in bytes.
const LONGEST: usize = 2000;

macro_rules! pattern {
    ($name:ident, $($part:expr),+ $(,)?) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| constant_regex(concat!("^(?:", $($part),+, ")$")));
    };
}

pattern!(ID, r"[0-9A-Za-z._@~\x01-]{1,120}");
pattern!(WORD, r"/?[A-Za-z\x01][0-9A-Za-z_.:/+\x01-]{0,120}");
pattern!(PATH, r"[0-9A-Za-z_./:~ \x01-]{1,400}");
pattern!(
    NUMBER,
    r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,15}(?:Z|[+-][0-9]{2}:?[0-9]{2})?",
);
// The claims that AEM and IMS know: `{"iss": "…@AdobeOrg", …}`, also without braces, a key also without quotes.
pattern!(
    CLAIMS,
    r#"\s*\{?\s*(?:(?:"?(?:iss|sub)"?\s*:\s*"(?:[0-9A-Za-z._\x01-]{1,64}@(?:AdobeOrg|techacct\.adobe\.com)|\x01+|REPLACE_WITH_[A-Z_]{1,40})""#,
    r#"|"?aud"?\s*:\s*"https://[0-9A-Za-z.\x01-]{1,80}/c/[0-9A-Za-z._\x01-]{1,64}""#,
    r#"|"?https?://[0-9A-Za-z.\x01-]{1,80}/s/[0-9A-Za-z_\x01]{1,64}"?\s*:\s*"?true"?"#,
    r#"|"?(?:exp|iat|nbf)"?\s*:\s*"?[0-9]{1,12}"?)\s*,?\s*)*\}?\s*"#,
);
// What is always harmless, except URLs.
pattern!(
    ANYWHERE,
    r"[0-9A-Za-z\x01]{1,40}@(?:AdobeOrg|techacct\.adobe\.com)",
    r"|client_credentials|/?(?:s/)?ent_[a-z_]{1,40}_(?:sdk|api)|(?:nt|cq|sling|dam|mix|rep|oak|granite|dmtag):[A-Za-z]{1,40}",
);

impl Shape {
    /// Whether all of a text, its placeholders filled, may be shown.
    pub fn takes(self, text: &str) -> bool {
        let text = text.trim();
        let fits = match self {
            Self::Id => is_id(text),
            Self::Words => text.len() <= LONGEST && words(text).all(is_word),
            Self::Path => PATH.is_match(text) && !text.split('/').any(is_random),
            Self::Claims => text.len() <= LONGEST && CLAIMS.is_match(text),
            Self::Number => NUMBER.is_match(text),
            Self::Secret => return false,
            Self::Url | Self::Name | Self::Unknown => false,
        };
        fits || is_harmless(text)
    }

    /// What is not shown of a text, its placeholders filled, that has not this shape as a whole.
    pub fn hidden(self, text: &str) -> Vec<Span> {
        let ours = || endpoint::is_ims(text) && text.len() <= LONGEST;
        match self {
            Self::Url if text.len() <= LONGEST => url::hidden(text),
            // IMS endpoints are always shown, whatever the name of the property.
            Self::Unknown if ours() => url::hidden(text),
            Self::Name if text.len() <= LONGEST_NAME => name(text),
            _ => all_of(text),
        }
    }
}

fn is_harmless(text: &str) -> bool {
    ANYWHERE.is_match(text)
        || [catalog::METASCOPES, catalog::SCOPES].into_iter().flatten().any(|(word, _)| *word == text)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let divides = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '[' | ']' | '"' | '\'');
    text.split(divides).filter(|word| !word.is_empty())
}

/// The random words of a name, and whatever else in it looks like a secret.
fn name(text: &str) -> Vec<Span> {
    let mut hidden = sentence::hidden(text);
    hidden.extend(secrets::spans_in_text(text));
    let mut from = 0;
    for word in text.split_inclusive(|c: char| !is_of_word(c)) {
        let bare = word.trim_end_matches(|c: char| !is_of_word(c));
        if is_random(bare) {
            hidden.push(Span::new(from, from + bare.len()));
        }
        from += word.len();
    }
    super::merge(hidden)
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '+' | '=' | '_' | '/')
}

pub(super) fn is_id(text: &str) -> bool {
    ID.is_match(text)
}

fn is_word(word: &str) -> bool {
    WORD.is_match(word) && !word.split(['.', ':', '/', '-']).any(is_random)
}

/// Whether a word looks random: long, with letters and digits mixed.
pub(super) fn is_random(word: &str) -> bool {
    const SHORTEST: usize = 20;
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    let turns = word.as_bytes().windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count();
    let cases =
        word.as_bytes().windows(2).filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase()).count();
    let mixed = digits >= 2 && letters >= 2 && turns >= 3;
    !word.contains(FILL) && word.len() >= SHORTEST && (mixed || cases * 4 > word.len() || letters + digits >= 60)
}
