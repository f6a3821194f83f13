//! Which bytes are worth parsing.
//!
//! The choice is lossless: a file is left alone only if none of [`LITERALS`] occurs in it, in any case, *and* nothing in
//! it could spell one in another way. Every literal is written in the alphabet `A-Z a-z 0-9 . _ : / -`, so only what can
//! produce a character of that alphabet counts as a disguise (`may_disguise`).

mod places;

pub use places::PlaceSyntax;

use std::cell::RefCell;
use std::sync::LazyLock;

use aho_corasick::packed::{self, Searcher};
use aho_corasick::{AhoCorasick, Input, Match, MatchKind, Span};
use memchr::memmem::{self, Finder};

use super::names;

/// Lower-case literals, one of which occurs in every file that any recogniser takes for anything.
pub const LITERALS: &[&str] = &[
    // Comments that suppress findings: an unused one is itself a finding.
    "aem-ims-lint:",
    // Hosts, organisations, technical accounts, endpoints.
    "adobelogin.com",
    "adobeorg",
    "techacct.adobe.com",
    "/ims/exchange",
    "/ims/token",
    // OSGi components and their properties.
    "com.adobe.granite.auth.",
    "com.adobe.acs.commons.adobeio.",
    "com.adobe.aio.aem.",
    // Which folders of configurations an instance watches.
    "sling.jcrinstall.",
    "auth.token.provider.",
    "auth.access.token.",
    "auth.ims.client.",
    "accesstokenprovider",
    "access.token.provider",
    "access_token_provider",
    "accesstokendistribution",
    "accesstoken.provider",
    "adobe-ims-",
    // Stock, Launch, Brand Portal: who names an IMS configuration.
    "imsconfig",
    // Metascopes and other parts of credentials.
    "metascope",
    "meta_scope",
    "meta-scope",
    "meta.scope",
    "/s/ent_",
    "oauth_server_to_server",
    "technicalaccount",
    "technical_account",
    "ims_org_id",
    "ims.contexts",
    "ims_contexts",
    // Aio contexts and Developer Console workspaces.
    "integration_type",
    "aio.client.secret",
    "aio_client_secret",
    "aio.encoded.pkcs8",
    "aio_encoded_pkcs8",
    "aio.oauth.scopes",
    "aio_oauth_scopes",
    // Lists of the variables of an environment.
    "secretstring",
    // Client secrets of today.
    "p8e-",
    // GitHub workflows, User Sync.
    "aio-apps-action",
    // Content Sync of ACS AEM Commons.
    "contentsync",
    "tech_acct",
    // Cloud services.
    "cloudconfigs",
    "cloudservices",
    "dtm-reactor",
    "mediaportal",
    "scene7",
    "smarttagging",
    "testandtarget",
    "sitecatalyst",
    // Key material.
    "imsconfig-service",
    "keystore",
    // System view: values may be base64 or split by sections and comments.
    "jcp.org/jcr/sv/1.0",
];

/// What [`LITERALS`] have in common: each of them has one of these in it. So few can be searched twice as fast, and what
/// has none of them has no literal either.
///
/// Any would do, in any order; these are found fastest. The search takes a place for a candidate by the first four bytes
/// of all parts that have the same number modulo eight, so each begins where its literals are rare in pages, and stands
/// among others whose halves of bytes are like its own.
///
/// One of them is no part of a literal: [`ESCAPE`].
const PARTS: &[&str] = &[
    "imsconfig",
    "andtarget",
    "tsync",
    "tech",
    "exchange",
    "sv/1.0",
    "lyst",
    "eorg",
    "scene7",
    "uth.",
    "-ims-",
    "oken",
    "egration_type",
    "o_server",
    "exts",
    "aio.",
    "aio_",
    "_x00",
    "tm-reactor",
    "ecretstring",
    "cope",
    "eystore",
    "iaportal",
    "s/ent_",
    "p8e-",
    "pps-action",
    "obelogin.com",
    "cloud",
    "e.acs.commons.adobeio.",
    "_org_id",
    "gging",
    "jcrinstall",
];

/// Begins a character that a name spells in another way.
const ESCAPE: &str = "_x00";

/// Signs of the AEM edition in `pom.xml`, as `ims::target` reads them.
const EDITION: &[&[u8]] = &[b">aem-sdk-api<", b">aemanalyser-maven-plugin<", b">uber-jar<"];

/// What tells the instance that a dump was taken from, as `repository::system::marks` reads it.
const ORIGIN: &[&[u8]] = &[b"Sling ID = ", b"sling.run.modes = ", b"Adobe Experience Manager ("];

/// Bytes that are folded and searched at a time.
const PIECE: usize = 256 << 10;

/// Libraries that sign JWTs, by the file that names them, as `ims::libraries` reads them.
const LIBRARIES: &[(&str, &[u8])] = &[
    ("package.json", b"jwt-auth"),
    ("package.json", b"ims-jwt"),
    ("pom.xml", b">jjwt"),
    ("pom.xml", b">java-jwt<"),
    ("pom.xml", b">nimbus-jose-jwt<"),
    ("pom.xml", b">jose4j<"),
];

thread_local! {
    /// The file's bytes, folded; reused, so that nothing is allocated per file.
    static FOLDED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Finds out whether a file can matter.
#[derive(Debug)]
pub struct Markers {
    /// Without one everything matters.
    search: Option<Search>,
}

#[derive(Debug)]
struct Search {
    parts: AnyOf,
    literals: AnyOf,
    /// Number of [`ESCAPE`] among the parts.
    escape: usize,
    /// Length of the longest literal.
    longest: usize,
    triples: places::Triples,
}

/// Vectorised search; where the processor has no such instructions, an automaton.
#[derive(Debug)]
enum AnyOf {
    Packed(Searcher),
    Automaton(Box<AhoCorasick>),
}

impl Default for Markers {
    fn default() -> Self {
        Self::new(Some(&[]))
    }
}

impl Markers {
    /// The built-in literals and `extra` ones, by which kinds that users declare can be told. `None`, or an extra
    /// literal with characters outside the alphabet, makes every file matter.
    pub fn new(extra: Option<&[String]>) -> Self {
        let plain = |literal: &String| !literal.is_empty() && literal.bytes().all(in_alphabet);
        let extra = extra.filter(|extra| extra.iter().all(plain));
        let with_extra = |literals: &[&str], extra: &[String]| {
            AnyOf::new(extra.iter().map(String::as_str).chain(literals.iter().copied()))
        };
        let search = extra.and_then(|extra| {
            let escape = extra.len() + PARTS.iter().position(|part| *part == ESCAPE)?;
            let longest = extra.iter().map(String::len).chain(LITERALS.iter().map(|literal| literal.len())).max()?;
            let triples = places::Triples::of(extra.iter().map(String::as_str).chain(LITERALS.iter().copied()));
            let (parts, literals) = (with_extra(PARTS, extra)?, with_extra(LITERALS, extra)?);
            Some(Search { parts, literals, escape, longest, triples })
        });
        Self { search }
    }

    /// Whether the file called `name` (its whole path) with these bytes can matter to any rule.
    pub fn may_matter(&self, name: &str, bytes: &[u8]) -> bool {
        let Some(search) = &self.search else { return true };
        let syntax = Syntax::of(names::meant(name));
        search.finds(syntax, bytes)
            || may_disguise(syntax, bytes)
            || search.finds(Syntax::Text, name.as_bytes())
            || has_escape(name)
            || (syntax == Syntax::Json && is_list_of_paths(bytes))
            || LIBRARIES.iter().any(|(file, sign)| name.ends_with(file) && memmem::find(bytes, sign).is_some())
            || (name.ends_with("pom.xml") && EDITION.iter().any(|sign| memmem::find(bytes, sign).is_some()))
            || (name.ends_with(".txt") && ORIGIN.iter().any(|sign| memmem::find(bytes, sign).is_some()))
    }
}

impl Search {
    /// Whether a literal is in `bytes`, or a name in which a character is spelt in another way.
    fn finds(&self, syntax: Syntax, bytes: &[u8]) -> bool {
        // A large file is not held twice.
        (0..bytes.len()).step_by(PIECE).any(|start| {
            let end = bytes.len().min(start + PIECE + self.longest);
            self.finds_in_piece(syntax, bytes, start..end)
        })
    }

    fn finds_in_piece(&self, syntax: Syntax, bytes: &[u8], piece: std::ops::Range<usize>) -> bool {
        FOLDED.with_borrow_mut(|folded| {
            folded.clear();
            folded.extend(bytes[piece.clone()].iter().copied().map(fold));
            let mut from = 0;
            while let Some(part) = self.parts.find(folded, from) {
                if part.pattern().as_usize() != self.escape {
                    return self.literals.find(folded, 0).is_some()
                        || syntax == Syntax::Xml && has_encoded_name(bytes, piece);
                }
                if syntax == Syntax::Xml && is_encoded_at(bytes, piece.start + part.start()) {
                    return true;
                }
                from = part.start() + 1;
            }
            false
        })
    }
}

impl AnyOf {
    fn new<'a>(literals: impl Iterator<Item = &'a str>) -> Option<Self> {
        let literals: Vec<Vec<u8>> = literals.map(|literal| literal.bytes().map(fold).collect()).collect();
        let packed =
            packed::Config::new().match_kind(packed::MatchKind::LeftmostFirst).builder().extend(&literals).build();
        let automaton = || AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(&literals).ok();
        packed.map(Self::Packed).or_else(|| automaton().map(|automaton| Self::Automaton(Box::new(automaton))))
    }

    /// The first match that begins at `from` or later.
    fn find(&self, folded: &[u8], from: usize) -> Option<Match> {
        self.find_within(folded, from..folded.len())
    }

    /// The first match that lies in `range`.
    fn find_within(&self, folded: &[u8], range: std::ops::Range<usize>) -> Option<Match> {
        match self {
            Self::Packed(searcher) => searcher.find_in(folded, Span::from(range)),
            Self::Automaton(automaton) => automaton.find(Input::new(folded).range(range)),
        }
    }
}

/// What shows that a file speaks of IMS. Each has one of [`LITERALS`] in it.
const EVIDENCE: &[&str] = &["adobelogin.com", "@AdobeOrg", "techacct.adobe.com", "auth.oauth.accesstoken.provider"];

/// Whether a file that could not be parsed to its end shows evidence of IMS in its `text`, so that the unread rest may
/// matter.
pub fn has_ims_evidence(text: &str) -> bool {
    EVIDENCE.iter().any(|literal| memmem::find(text.as_bytes(), literal.as_bytes()).is_some())
}

/// Makes letters lower-case with one instruction for many bytes. Other bytes become each other's equals in pairs, which
/// finds too much now and then, and never too little.
fn fold(byte: u8) -> u8 {
    byte | 0x20
}

fn in_alphabet(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'/' | b'-')
}

/// FileVault writes characters of node names as `%hh`.
fn has_escape(name: &str) -> bool {
    let hex = |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes = name.as_bytes();
    memchr::memchr_iter(b'%', bytes).any(|at| bytes.get(at + 1..at + 3).and_then(hex).is_some_and(in_alphabet))
}

/// A list of paths in place of an export: what the server left out may be anything, which is worth telling (Sling GET
/// servlet, `JsonRenderer`, status 300).
fn is_list_of_paths(bytes: &[u8]) -> bool {
    let mut start = bytes.iter().filter(|b| !b.is_ascii_whitespace());
    [start.next(), start.next(), start.next()] == [Some(&b'['), Some(&b'"'), Some(&b'/')]
}

/// How a file can spell a character in another way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Syntax {
    /// Character references, entities, ISO 9075 names, backslashes in docview values.
    Xml,
    /// `\/` and `\uXXXX`.
    Json,
    /// A backslash before any character, before a line end, `\uXXXX`.
    Text,
}

impl Syntax {
    fn of(name: &str) -> Self {
        if names::has_extension(name, &["xml", "html", "htm", "xhtml", "nfo"]) {
            Self::Xml
        } else if names::has_extension(name, &["json", "slingosgifeature"]) {
            Self::Json
        } else {
            Self::Text
        }
    }
}

/// Whether the bytes could hold a literal that a plain search does not see.
fn may_disguise(syntax: Syntax, bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    // UTF-16 and UTF-32 have NUL bytes in every ASCII character; their byte order marks are no ASCII.
    if text.first().is_some_and(|&first| first >= 0x80) || memchr::memchr(0, &text[..text.len().min(64)]).is_some() {
        return true;
    }
    match syntax {
        // The charset of initial content, which the JSON is written in (Sling `JsonReader#toString`).
        Syntax::Json if text.first() == Some(&b'#') => true,
        // Properties may be in XML (`java.util.Properties#loadFromXML`), where each way to hide something counts.
        Syntax::Text if text.first() == Some(&b'<') => true,
        // Encoded names are looked for with the literals. The characters here are rare: one search finds three of them.
        Syntax::Xml => {
            memchr::memchr3_iter(b'\\', b'!', b'?', text).any(|at| match text[at] {
                b'\\' => hides_by_backslash(text, at, Syntax::Xml),
                _ => hides_by_markup(text, at),
            }) || memchr::memchr_iter(b'#', text).any(|at| hides_by_reference(text, at))
                || has_foreign_encoding(text)
        }
        // A status dump in JSON holds text of the console; initial content may be in ticks: backslashes mean the same.
        Syntax::Json | Syntax::Text => memchr::memchr_iter(b'\\', text).any(|at| hides_by_backslash(text, at, syntax)),
    }
}

/// The backslash at `at` stands before a character of the alphabet, so that the character itself is not what is meant or
/// not all that is meant.
fn hides_by_backslash(text: &[u8], at: usize, syntax: Syntax) -> bool {
    match text.get(at + 1) {
        None => false,
        Some(b'u') => true,
        Some(b'\r' | b'\n') => syntax == Syntax::Text,
        // A text in a string of JSON may be one in which backslashes have a meaning again.
        Some(next) if syntax == Syntax::Json && at > 0 && text[at - 1] == b'\\' => in_alphabet(*next),
        // These are control characters, except in docview values, where a backslash before a letter is nothing.
        Some(b'f' | b'n' | b'r' | b't') => syntax == Syntax::Xml,
        // In properties `\b` is a b (`java.util.Properties#load`), elsewhere a backspace.
        Some(b'b') => syntax != Syntax::Json,
        // A line end that is written as a reference is one of the text in the value.
        Some(b'&') => syntax == Syntax::Xml,
        Some(&next) => in_alphabet(next),
    }
}

/// The `#` at `at` is that of a numeric character reference to a character of the alphabet. Line ends and the like do not
/// count: they are common.
fn hides_by_reference(text: &[u8], at: usize) -> bool {
    if at == 0 || text[at - 1] != b'&' {
        return false;
    }
    let digits = &text[at + 1..text.len().min(at + 17)];
    let Some(end) = digits.iter().position(|&b| b == b';') else { return digits.len() == 16 };
    let number = match &digits[..end] {
        [b'x' | b'X', hex @ ..] => std::str::from_utf8(hex).ok().and_then(|hex| u32::from_str_radix(hex, 16).ok()),
        decimal => std::str::from_utf8(decimal).ok().and_then(|decimal| decimal.parse().ok()),
    };
    // A backslash begins an escape of its own in docview values.
    number.is_some_and(|n| u8::try_from(n).is_ok_and(|byte| in_alphabet(byte) || byte == b'\\'))
}

/// A name that begins in the `piece` with [`ESCAPE`] in which it spells a character of the alphabet.
fn has_encoded_name(text: &[u8], piece: std::ops::Range<usize>) -> bool {
    static ENCODED: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(ESCAPE));
    ENCODED.find_iter(&text[piece.clone()]).any(|at| is_encoded_at(text, piece.start + at))
}

/// `_x00hh_` for a character of the alphabet; for a digit only inside a name, as ISO 9075 needs it at the beginning.
fn is_encoded_at(text: &[u8], at: usize) -> bool {
    let Some([high, low, b'_']) = text[at..].strip_prefix(ESCAPE.as_bytes()).and_then(|rest| rest.get(..3)) else {
        return false;
    };
    let hex = [*high, *low];
    let byte = std::str::from_utf8(&hex).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
    let inside = at > 0 && in_alphabet(text[at - 1]);
    byte.is_some_and(|b| in_alphabet(b) && (inside || !b.is_ascii_digit()))
}

/// The `!` or `?` at `at` is that of an entity, of a section of character data, or of a comment or processing instruction
/// right behind a character of the alphabet: it may split a text in two.
fn hides_by_markup(text: &[u8], at: usize) -> bool {
    let Some(open) = at.checked_sub(1).filter(|&open| text[open] == b'<') else { return false };
    let markup = &text[at..];
    let splits = markup.starts_with(b"?") || markup.starts_with(b"!--");
    markup.starts_with(b"!ENTITY")
        || markup.starts_with(b"![CDATA[")
        || splits && open > 0 && in_alphabet(text[open - 1])
}

/// An XML declaration that names an encoding in which ASCII bytes may be other characters.
fn has_foreign_encoding(text: &[u8]) -> bool {
    if !text.starts_with(b"<?xml") {
        // Without a declaration it is UTF-8, unless the text begins with something that is no markup at all.
        return text.iter().find(|b| !b.is_ascii_whitespace()).is_some_and(|&b| b != b'<');
    }
    static END: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"?>"));
    static ENCODING: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"encoding"));
    // It may be of any length.
    let declaration = &text[..END.find(text).unwrap_or(text.len())];
    // The declaration has it once; what has it more often is looked into.
    let mut names = ENCODING.find_iter(declaration);
    let Some(at) = names.next() else { return false };
    names.next().is_some() || !is_superset_of_ascii(&declaration[at + 8..])
}

/// Whether the name behind the word `encoding` is that of an encoding in which ASCII bytes are ASCII.
fn is_superset_of_ascii(declared: &[u8]) -> bool {
    let name: String = declared
        .iter()
        .map(|b| char::from(b.to_ascii_lowercase()))
        .skip_while(|c| !c.is_ascii_alphanumeric())
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    ["utf-8", "utf8", "us-ascii", "ascii"].contains(&name.as_str())
        || ["iso-8859-", "windows-125", "cp125"].iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests;
