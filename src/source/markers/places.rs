//! Positions in a text that may be relevant, used to reduce a large export.
//!
//! Applies the selection of [`Markers::may_matter`] to each position of a file. Encoded characters are decoded, and a
//! position counts if a literal appears in the decoded text.

use memchr::memchr_iter;

use super::{ESCAPE, Markers, Search, Syntax, fold, hides_by_backslash, hides_by_markup, hides_by_reference};
use crate::strands::{self, STRAND};

/// Bytes decoded around an encoded character: the longest literal with each character written as a reference.
const AROUND: usize = 256;
/// Encoded characters closer than this are decoded together, up to [`MOST_TOGETHER`].
const TOGETHER: usize = 2 * AROUND;
/// Maximum number of bytes decoded together.
const MOST_TOGETHER: usize = 64 << 10;

/// The syntax of the searched text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceSyntax {
    /// XML.
    Xml,
    /// JSON.
    Json,
}

impl Markers {
    /// Offsets in `text`, in order, of everything that may be relevant; `None` if that cannot be determined.
    pub fn places(&self, syntax: PlaceSyntax, text: &str) -> Option<Vec<usize>> {
        let search = self.search.as_ref()?;
        let bytes = text.as_bytes();
        let syntax = match syntax {
            PlaceSyntax::Xml => Syntax::Xml,
            PlaceSyntax::Json => Syntax::Json,
        };
        // An entity may stand for any text, wherever it is used.
        if syntax == Syntax::Xml && memchr::memmem::find(bytes, b"<!ENTITY").is_some() {
            return None;
        }
        let (mut places, disguises) =
            strands::both(|| search.literals_of(bytes), || disguises(syntax, bytes, &search.triples));
        for disguised in together(&disguises) {
            let start = disguised.start.saturating_sub(AROUND);
            let window = &bytes[start..bytes.len().min(disguised.end + AROUND)];
            let written = write_out(window);
            let plain: Vec<u8> = written.iter().map(|&(byte, _)| byte).collect();
            search.each_literal(&plain, 0..plain.len(), &mut |at| places.push(start + written[at].1));
        }
        places.sort_unstable();
        places.dedup();
        Some(places)
    }
}

/// Offsets of encoded characters.
fn disguises(syntax: Syntax, text: &[u8], triples: &Triples) -> Vec<usize> {
    let mut found = Vec::new();
    let backslash = |at: usize| hides_by_backslash(text, at, syntax) && triples.may_stand(text, at);
    match syntax {
        Syntax::Xml => {
            found.extend(memchr::memchr3_iter(b'\\', b'!', b'?', text).filter(|&at| match text[at] {
                b'\\' => backslash(at),
                _ => hides_by_markup(text, at),
            }));
            found.extend(
                memchr_iter(b'#', text).filter(|&at| hides_by_reference(text, at) && triples.may_stand(text, at - 1)),
            );
            found.extend(memchr::memmem::find_iter(text, ESCAPE));
            found.sort_unstable();
        }
        Syntax::Json | Syntax::Text => found.extend(memchr_iter(b'\\', text).filter(|&at| backslash(at))),
    }
    found
}

/// Ranges of offsets that are close together.
fn together(offsets: &[usize]) -> Vec<std::ops::Range<usize>> {
    let mut all: Vec<std::ops::Range<usize>> = Vec::new();
    for &offset in offsets {
        match all.last_mut() {
            Some(last) if offset - last.end < TOGETHER && offset - last.start < MOST_TOGETHER => last.end = offset + 1,
            _ => all.push(offset..offset + 1),
        }
    }
    all
}

/// All sequences of three characters in a literal, or fewer at its end, forwards and backwards. Encoded characters are
/// common, but rarely occur next to the characters of a literal.
///
/// Each is a set of hashes, so a few other triples match too, which only costs time.
#[derive(Debug)]
pub(super) struct Triples {
    ahead: Vec<u64>,
    behind: Vec<u64>,
}

/// Bits of a set: thirty times the number of triples.
const BITS: usize = 1 << 15;

impl Triples {
    pub(super) fn of<'a>(literals: impl Iterator<Item = &'a str>) -> Self {
        let mut triples = Self { ahead: vec![0; BITS / 64], behind: vec![0; BITS / 64] };
        for literal in literals {
            let mut folded: Vec<u8> = literal.bytes().map(fold).collect();
            insert_all(&mut triples.ahead, &folded);
            folded.reverse();
            insert_all(&mut triples.behind, &folded);
        }
        triples
    }

    /// Whether the encoded character at `at` can be the first encoded one of a literal: the characters before it must
    /// belong to the literal, and those after it too unless they are encoded as well.
    fn may_stand(&self, text: &[u8], at: usize) -> bool {
        let Some((byte, len)) = written(&text[at..]) else { return true };
        let next = |by: usize| text.get(at + len + by).copied().unwrap_or(b' ');
        let before = |by: usize| at.checked_sub(by).map_or(b' ', |at| text[at]);
        let opaque = |byte: u8| matches!(byte, b'&' | b'\\' | b'_' | b'<' | b'%');
        let goes_on = opaque(next(0)) || opaque(next(1)) || holds(&self.ahead, [byte, next(0), next(1)]);
        goes_on && holds(&self.behind, [byte, before(1), before(2)])
    }
}

fn insert_all(set: &mut [u64], folded: &[u8]) {
    for at in 0..folded.len() {
        let next = |by: usize| folded.get(at + by).copied().unwrap_or(END);
        let bit = bit_of([folded[at], next(1), next(2)]);
        set[bit / 64] |= 1 << (bit % 64);
    }
}

fn holds(set: &[u64], triple: [u8; 3]) -> bool {
    let [first, second, third] = triple.map(fold);
    [[first, second, third], [first, second, END], [first, END, END]].iter().any(|triple| {
        let bit = bit_of(*triple);
        set[bit / 64] & (1 << (bit % 64)) != 0
    })
}

fn bit_of([first, second, third]: [u8; 3]) -> usize {
    let number = u32::from_le_bytes([first, second, third, 0]);
    (number.wrapping_mul(0x9E37_79B1) >> 17) as usize % BITS
}

/// Marks the end of a literal.
const END: u8 = 0;

/// The text with references, escapes and CDATA sections decoded; each byte with its offset.
fn write_out(text: &[u8]) -> Vec<(u8, usize)> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let (byte, len) = match &text[at..] {
            [b'<', b'!', b'[', b'C', b'D', b'A', b'T', b'A', b'[', ..] => {
                at += 9;
                continue;
            }
            [b']', b']', b'>', ..] => {
                at += 3;
                continue;
            }
            [b'<', b'!', b'-', b'-', rest @ ..] => {
                at += memchr::memmem::find(rest, b"-->").map_or(text.len(), |end| end + 7);
                continue;
            }
            [b'<', b'?', rest @ ..] => {
                at += memchr::memmem::find(rest, b"?>").map_or(text.len(), |end| end + 4);
                continue;
            }
            rest => written(rest).unwrap_or((rest[0], 1)),
        };
        out.push((byte, at));
        at += len;
    }
    out
}

/// The encoded character at the start of `text` and the number of bytes it takes; `None` if it is not encoded.
fn written(text: &[u8]) -> Option<(u8, usize)> {
    match text {
        [b'&', b'#', rest @ ..] => reference(rest).map(|(byte, len)| (byte, len + 2)),
        [b'\\', b'u', rest @ ..] => Some(hex(rest.get(..4)).map_or((b'u', 2), |byte| (byte, 6))),
        [b'\\', next, ..] => Some((*next, 2)),
        [b'_', b'x', rest @ ..] if rest.get(4) == Some(&b'_') => hex(rest.get(..4)).map(|byte| (byte, 7)),
        _ => None,
    }
}

/// The character of a reference after `&#`, and the length of the rest of the reference.
fn reference(rest: &[u8]) -> Option<(u8, usize)> {
    let end = rest.iter().take(12).position(|&byte| byte == b';')?;
    let digits = str::from_utf8(&rest[..end]).ok()?;
    let number = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    // Literals contain only ASCII.
    Some((u8::try_from(number).unwrap_or(b' '), end + 1))
}

fn hex(digits: Option<&[u8]>) -> Option<u8> {
    let number = u32::from_str_radix(str::from_utf8(digits?).ok()?, 16).ok()?;
    Some(u8::try_from(number).unwrap_or(b' '))
}

impl Search {
    /// Where each literal begins, searched by several threads.
    fn literals_of(&self, bytes: &[u8]) -> Vec<usize> {
        let strand = |start: usize| {
            let mut found = Vec::new();
            self.each_literal(bytes, start..bytes.len().min(start + STRAND), &mut |at| found.push(at));
            found
        };
        strands::each((0..bytes.len()).step_by(STRAND).collect(), strand).concat()
    }

    /// Calls `found` with where each literal begins that begins in `range`, which begins with a piece.
    fn each_literal(&self, bytes: &[u8], range: std::ops::Range<usize>, found: &mut dyn FnMut(usize)) {
        let mut folded = Vec::new();
        let mut start = range.start;
        while start < range.end {
            let end = bytes.len().min(start + super::PIECE + self.longest);
            folded.clear();
            folded.extend(bytes[start..end].iter().copied().map(fold));
            let mut from = 0;
            while let Some(part) = self.parts.find(&folded, from) {
                from = part.start() + 1;
                if part.pattern().as_usize() == self.escape {
                    continue;
                }
                let around = part.start().saturating_sub(self.longest)..folded.len().min(part.end() + self.longest);
                if let Some(literal) = self.literals.find_within(&folded, around) {
                    if literal.start() < super::PIECE {
                        found(start + literal.start());
                    }
                    from = from.max(literal.end());
                }
            }
            start += super::PIECE;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::markers;
    use super::*;

    fn places(syntax: PlaceSyntax, text: &str) -> Vec<usize> {
        markers().places(syntax, text).unwrap()
    }

    #[test]
    fn literals_are_found_where_they_are_however_far_apart() {
        let filler = " tech secret scope ".repeat(9_000);
        let text = format!("adobelogin.com{filler}IMS-NA1.AdobeLogin.com{filler}/ims/exchange");
        let expected = [0, text.find("AdobeLogin").unwrap(), text.len() - "/ims/exchange".len()];
        assert_eq!(places(PlaceSyntax::Json, &text), expected);
    }

    #[test]
    fn disguises_are_places_where_they_spell_something() {
        let json = |text: &str| places(PlaceSyntax::Json, text).len();
        assert_eq!(json(r#"{"a": "\/ims\/exchange", "b": "<p>x<\/p>\n\u00e9"}"#), 1);
        assert_eq!(json(r#"{"a": "adobe\u006cogin.com"}"#), 1);
        assert_eq!(json(r#"{"a": "\u0061\u0062"}"#), 0);
        let xml = |text: &str| places(PlaceSyntax::Xml, text).len();
        assert_eq!(xml("<a>adobe&#108;ogin.com</a>"), 1);
        assert_eq!(xml("<a>adobe<![CDATA[login]]>.com</a>"), 1);
        assert_eq!(xml("<a>adobe<!-- x -->login.com</a>"), 1);
        assert_eq!(xml("<a>&#97;b</a><!-- x -->"), 0);
        assert_eq!(xml("<cloud_x0063_onfigs/>"), 1);
        assert_eq!(xml("<a b='C:\\temp? &#116;est'/>"), 0);
        let every = "adobelogin.com".bytes().map(|byte| format!("&#x{byte:04x};")).collect::<String>();
        assert_eq!(xml(&format!("<a>x{every}</a>")), 1);
        for at in 0..14 {
            let (before, after) = "adobelogin.com".split_at(at);
            let spelt = format!("{before}\\u{:04x}{}", after.as_bytes()[0], &after[1..]);
            assert_eq!(json(&format!("{{\"x\": \"https:\\/\\/{spelt}\"}}")), 1, "{spelt}");
        }
        assert!(markers().places(PlaceSyntax::Xml, "<!DOCTYPE a [<!ENTITY b \"c\">]><a/>").is_none());
    }
}
