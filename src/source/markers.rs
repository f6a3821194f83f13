//! Selects the files worth parsing.
//!
//! The selection is lossless: a file is skipped only if it contains none of the declared literals, in any case, *and*
//! nothing in it could encode one. Every literal consists of characters of the alphabet `A-Z a-z 0-9 . _ : / -`, so
//! only constructs that can produce such a character count as an encoding (`may_disguise`).

mod places;

pub use places::PlaceSyntax;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use aho_corasick::packed::{self, Searcher};
use aho_corasick::{AhoCorasick, Input, Match, MatchKind, Span};
use memchr::memmem::{self, Finder};

use super::literal::Literal;
use super::names;
use crate::strands::{self, STRAND};

/// Maximum number of parts of literals: the fastest search supports no more.
pub const MOST_PARTS: usize = 32;

/// Prefix of an encoded character in a name. It is one of the parts.
pub const ESCAPE: &str = "_x00";

/// Bytes that are folded and searched at a time.
const PIECE: usize = 256 << 10;

thread_local! {
    /// The folded bytes of the file; reused to avoid an allocation per file.
    static FOLDED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Decides whether a file may be relevant. By default every file is.
#[derive(Debug, Default)]
pub struct Markers {
    /// `None` makes every file relevant.
    search: Option<Search>,
    /// Texts which show that the rest of a broken file may be relevant.
    evidence: &'static [&'static str],
}

#[derive(Debug)]
struct Search {
    parts: AnyOf,
    literals: AnyOf,
    /// Index of [`ESCAPE`] in the parts.
    escape: usize,
    /// Length of the longest literal.
    longest: usize,
    triples: places::Triples,
    /// Literals that are searched only in files whose name contains a text: searchers for their folded texts, by that text.
    limited: BTreeMap<&'static str, Vec<Finder<'static>>>,
}

/// Vectorised search, or an automaton if the processor lacks the instructions.
#[derive(Debug)]
enum AnyOf {
    Packed(Searcher),
    Automaton(Box<AhoCorasick>),
}

impl Markers {
    /// Markers for `literals` and for `extra` literals, which identify user-declared kinds. If `extra` is `None` or
    /// contains characters outside the alphabet, every file is relevant.
    ///
    /// Every literal that contains one of `parts` is found by first searching for `parts`, in this order: a search for
    /// so few texts is twice as fast. After a match all literals are searched. If a file could not be read to its end
    /// and contains one of `evidence`, its rest may be relevant.
    pub fn new(
        literals: &[Literal],
        parts: &[&str],
        extra: Option<&[String]>,
        evidence: &'static [&'static str],
    ) -> Self {
        let plain = |literal: &String| !literal.is_empty() && literal.bytes().all(in_alphabet);
        let extra = extra.filter(|extra| extra.iter().all(plain));
        Self { search: extra.and_then(|extra| Search::new(literals, parts, extra)), evidence }
    }

    /// Whether the file called `name` (its whole path) with these bytes may be relevant to any rule.
    pub fn may_matter(&self, name: &str, bytes: &[u8]) -> bool {
        let Some(search) = &self.search else { return true };
        let syntax = Syntax::of(names::meant(name));
        search.finds(syntax, bytes)
            || may_disguise(syntax, bytes)
            || search.finds(Syntax::Text, name.as_bytes())
            || has_escape(name)
            || (syntax == Syntax::Json && is_list_of_paths(bytes))
            || search.finds_limited(name, bytes)
    }

    /// Whether a file that could not be parsed to its end shows evidence in its `text`, so that the unread rest may matter.
    pub fn has_evidence(&self, text: &str) -> bool {
        self.evidence.iter().any(|literal| memmem::find(text.as_bytes(), literal.as_bytes()).is_some())
    }
}

impl Search {
    fn new(literals: &[Literal], parts: &[&str], extra: &[String]) -> Option<Self> {
        let (everywhere, limited): (Vec<Literal>, Vec<Literal>) =
            literals.iter().copied().partition(Literal::is_everywhere);
        let mut parts = parts_of(&everywhere, parts);
        let extra: Vec<&str> = extra.iter().map(String::as_str).collect();
        parts.splice(0..0, extra.iter().copied());
        let texts: Vec<&str> =
            extra.iter().copied().chain(everywhere.iter().map(|literal| -> &str { literal.text() })).collect();
        let mut searchers: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for literal in limited {
            let folded: Vec<u8> = literal.text().bytes().map(fold).collect();
            let searcher = Finder::new(&folded).into_owned();
            literal.files().iter().for_each(|file| searchers.entry(*file).or_default().push(searcher.clone()));
        }
        Some(Self {
            escape: parts.iter().rposition(|part| *part == ESCAPE)?,
            parts: AnyOf::new(parts.into_iter())?,
            literals: AnyOf::new(texts.iter().copied())?,
            longest: literals
                .iter()
                .map(|literal| literal.text().len())
                .chain(extra.iter().map(|text| text.len()))
                .max()?,
            triples: places::Triples::of(texts.iter().copied()),
            limited: searchers,
        })
    }

    /// Whether `bytes` contain a literal that is searched only in files with such a name.
    fn finds_limited(&self, name: &str, bytes: &[u8]) -> bool {
        let file = name.rsplit('/').next().unwrap_or(name);
        let concerned = self.limited.iter().filter(|(part, _)| file.contains(**part));
        let searchers: Vec<&Finder<'_>> = concerned.flat_map(|(_, searchers)| searchers).collect();
        !searchers.is_empty()
            && (0..bytes.len()).step_by(PIECE).any(|start| {
                let end = bytes.len().min(start + PIECE + self.longest);
                FOLDED.with_borrow_mut(|folded| {
                    folded.clear();
                    folded.extend(bytes[start..end].iter().copied().map(fold));
                    searchers.iter().any(|searcher| searcher.find(folded).is_some())
                })
            })
    }

    /// Whether `bytes` contain a literal, or a name with an encoded character.
    fn finds(&self, syntax: Syntax, bytes: &[u8]) -> bool {
        // In pieces, so that a large file is not copied as a whole.
        let finds = |start: usize| {
            let end = bytes.len().min(start + PIECE + self.longest);
            self.finds_in_piece(syntax, bytes, start..end)
        };
        if bytes.len() <= STRAND {
            return (0..bytes.len()).step_by(PIECE).any(finds);
        }
        let found = AtomicBool::new(false);
        strands::each((0..bytes.len()).step_by(STRAND).collect(), |start| {
            let mut pieces = (start..bytes.len().min(start + STRAND)).step_by(PIECE);
            if pieces.any(|piece| found.load(Ordering::Relaxed) || finds(piece)) {
                found.store(true, Ordering::Relaxed);
            }
        });
        found.into_inner()
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

/// The texts of the first search: those of `parts` that a literal contains, [`ESCAPE`], and literals that contain none
/// of them.
pub fn parts_of<'a>(literals: &[Literal], parts: &[&'a str]) -> Vec<&'a str> {
    let is_had = |part: &&&str| **part == ESCAPE || literals.iter().any(|literal| literal.text().contains(**part));
    let mut all: Vec<&str> = parts.iter().filter(is_had).copied().collect();
    for literal in literals {
        if !all.iter().any(|part| literal.text().contains(part)) {
            all.push(literal.text());
        }
    }
    if !all.contains(&ESCAPE) {
        all.push(ESCAPE);
    }
    all
}

impl AnyOf {
    fn new<'a>(literals: impl Iterator<Item = &'a str>) -> Option<Self> {
        let literals: Vec<Vec<u8>> = literals.map(|literal| literal.bytes().map(fold).collect()).collect();
        let mut builder = packed::Config::new().match_kind(packed::MatchKind::LeftmostFirst).builder();
        builder.extend(&literals);
        if has_wide_vectors() && literals.len() <= MOST_PARTS {
            builder.extend((literals.len()..=MOST_PARTS).map(never));
        }
        let packed = builder.build();
        let automaton = || AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(&literals).ok();
        packed.map(Self::Packed).or_else(|| automaton().map(|automaton| Self::Automaton(Box::new(automaton))))
    }

    /// The first match that starts at `from` or later.
    fn find(&self, folded: &[u8], from: usize) -> Option<Match> {
        self.find_within(folded, from..folded.len())
    }

    /// The first match in `range`.
    fn find_within(&self, folded: &[u8], range: std::ops::Range<usize>) -> Option<Match> {
        match self {
            Self::Packed(searcher) => searcher.find_in(folded, Span::from(range)),
            Self::Automaton(automaton) => automaton.find(Input::new(folded).range(range)),
        }
    }
}

/// Whether the processor can look at twice as many groups of texts at a time.
fn has_wide_vectors() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::arch::is_x86_feature_detected!("avx2");
    #[cfg(not(target_arch = "x86_64"))]
    return false;
}

/// A text that no folded text contains, one for each `number`. With more than [`MOST_PARTS`] texts the search divides them
/// into sixteen groups instead of eight where the processor can: fewer places look like one of a group, which makes it
/// twice as fast.
fn never(number: usize) -> [u8; 4] {
    [0, 1, 2, number as u8 & !0x20]
}

/// Makes letters lower-case, with one instruction for many bytes. Some pairs of other bytes become equal, so there are
/// occasional false matches but no missed ones.
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

/// A JSON list of paths instead of an export: the server omitted the content, which is worth reporting (Sling GET
/// servlet, `JsonRenderer`, status 300).
fn is_list_of_paths(bytes: &[u8]) -> bool {
    let mut start = bytes.iter().filter(|b| !b.is_ascii_whitespace());
    [start.next(), start.next(), start.next()] == [Some(&b'['), Some(&b'"'), Some(&b'/')]
}

/// How a file can encode a character.
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

/// Whether the bytes may contain an encoded literal that a plain search misses.
fn may_disguise(syntax: Syntax, bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    // UTF-16 and UTF-32 have NUL bytes in every ASCII character; their byte order marks are not ASCII.
    if text.first().is_some_and(|&first| first >= 0x80) || memchr::memchr(0, &text[..text.len().min(64)]).is_some() {
        return true;
    }
    match syntax {
        // Initial content may start with the charset of its JSON (Sling `JsonReader#toString`).
        Syntax::Json if text.first() == Some(&b'#') => true,
        // Properties may be XML (`java.util.Properties#loadFromXML`), which has many more ways to encode a character.
        Syntax::Text if text.first() == Some(&b'<') => true,
        // Encoded names are searched together with the literals. The characters here are rare: one search finds three
        // of them.
        Syntax::Xml => {
            memchr::memchr3_iter(b'\\', b'!', b'?', text).any(|at| match text[at] {
                b'\\' => hides_by_backslash(text, at, Syntax::Xml),
                _ => hides_by_markup(text, at),
            }) || memchr::memchr_iter(b'#', text).any(|at| hides_by_reference(text, at))
                || has_foreign_encoding(text)
        }
        // JSON status dumps contain console text, and initial content may use single quotes; a backslash has the same
        // effect.
        Syntax::Json | Syntax::Text => memchr::memchr_iter(b'\\', text).any(|at| hides_by_backslash(text, at, syntax)),
    }
}

/// Whether the backslash at `at` precedes a character of the alphabet, so that it may encode another character or be
/// dropped.
fn hides_by_backslash(text: &[u8], at: usize, syntax: Syntax) -> bool {
    match text.get(at + 1) {
        None => false,
        Some(b'u') => true,
        Some(b'\r' | b'\n') => syntax == Syntax::Text,
        // A JSON string may contain text with backslash escapes of its own.
        Some(next) if syntax == Syntax::Json && at > 0 && text[at - 1] == b'\\' => in_alphabet(*next),
        // These are control characters, except in docview values, where a backslash before a letter has no effect.
        Some(b'f' | b'n' | b'r' | b't') => syntax == Syntax::Xml,
        // In properties `\b` is a b (`java.util.Properties#load`), elsewhere a backspace.
        Some(b'b') => syntax != Syntax::Json,
        // A character reference to a line end is part of the value.
        Some(b'&') => syntax == Syntax::Xml,
        Some(&next) => in_alphabet(next),
    }
}

/// Whether the `#` at `at` is part of a numeric character reference to a character of the alphabet. References to line
/// ends and similar characters do not count, because they are common.
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
    // In docview values a backslash begins an escape.
    number.is_some_and(|n| u8::try_from(n).is_ok_and(|byte| in_alphabet(byte) || byte == b'\\'))
}

/// Whether a name in which [`ESCAPE`] encodes a character of the alphabet starts in `piece`.
fn has_encoded_name(text: &[u8], piece: std::ops::Range<usize>) -> bool {
    static ENCODED: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(ESCAPE));
    ENCODED.find_iter(&text[piece.clone()]).any(|at| is_encoded_at(text, piece.start + at))
}

/// `_x00hh_` for a character of the alphabet. A digit counts only inside a name, because ISO 9075 requires the encoding
/// at the start.
fn is_encoded_at(text: &[u8], at: usize) -> bool {
    let Some([high, low, b'_']) = text[at..].strip_prefix(ESCAPE.as_bytes()).and_then(|rest| rest.get(..3)) else {
        return false;
    };
    let hex = [*high, *low];
    let byte = std::str::from_utf8(&hex).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
    let inside = at > 0 && in_alphabet(text[at - 1]);
    byte.is_some_and(|b| in_alphabet(b) && (inside || !b.is_ascii_digit()))
}

/// Whether the `!` or `?` at `at` belongs to an entity, a CDATA section, or a comment or processing instruction
/// directly after a character of the alphabet: it may split a text.
fn hides_by_markup(text: &[u8], at: usize) -> bool {
    let Some(open) = at.checked_sub(1).filter(|&open| text[open] == b'<') else { return false };
    let markup = &text[at..];
    let splits = markup.starts_with(b"?") || markup.starts_with(b"!--");
    markup.starts_with(b"!ENTITY")
        || markup.starts_with(b"![CDATA[")
        || splits && open > 0 && in_alphabet(text[open - 1])
}

/// Whether an XML declaration names an encoding in which ASCII bytes may be other characters.
fn has_foreign_encoding(text: &[u8]) -> bool {
    if !text.starts_with(b"<?xml") {
        // Without a declaration it is UTF-8, unless the text does not start with markup.
        return text.iter().find(|b| !b.is_ascii_whitespace()).is_some_and(|&b| b != b'<');
    }
    static END: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"?>"));
    static ENCODING: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"encoding"));
    // The declaration may have any length.
    let declaration = &text[..END.find(text).unwrap_or(text.len())];
    // A declaration names the encoding once; if the word occurs more often, the file is parsed.
    let mut names = ENCODING.find_iter(declaration);
    let Some(at) = names.next() else { return false };
    names.next().is_some() || !is_superset_of_ascii(&declaration[at + 8..])
}

/// Whether the name after the word `encoding` is an encoding in which ASCII bytes are ASCII.
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
