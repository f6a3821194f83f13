//! Spellings that can hide a literal from a search over raw bytes.
//!
//! The literals are made of `[A-Za-z0-9._:/-]` alone, so only what decodes *into* that alphabet can hide one: character
//! references (XML), backslash escapes (docview values, JSON, `.config`, properties), `_xHHHH_` names (ISO 9075),
//! entities (DOCTYPE), text in pieces (CDATA, comments), and encodings in which ASCII is not ASCII.

use memchr::memmem::Finder;

/// Where a byte order mark or a zero byte would show that the text is not a superset of ASCII.
const HEAD: usize = 64;
/// Where the encoding of an XML document is declared.
const DECLARATION: usize = 256;
/// Encodings in which ASCII characters are ASCII bytes, by the start of their name.
const ASCII_SUPERSETS: [&str; 7] = ["utf-8", "utf8", "us-ascii", "ascii", "iso-8859-", "windows-125", "latin1"];

/// Searches that are set up once.
#[derive(Debug)]
pub(super) struct Disguises {
    reference: Finder<'static>,
    encoded_name: Finder<'static>,
    doctype: Finder<'static>,
    cdata: Finder<'static>,
}

impl Default for Disguises {
    fn default() -> Self {
        Self {
            reference: Finder::new("&#"),
            encoded_name: Finder::new("_x00"),
            doctype: Finder::new("<!DOCTYPE"),
            cdata: Finder::new("<![CDATA["),
        }
    }
}

/// How the text of a file is written, as far as its escapes go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Syntax {
    Xml,
    Json,
    /// Java properties: a backslash at the end of a line joins it with the next.
    Lines,
    Other,
}

impl Disguises {
    /// Whether `bytes` hold anything that could hide a literal.
    pub(super) fn any(&self, extension: &str, bytes: &[u8]) -> bool {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let head = &bytes[..bytes.len().min(HEAD)];
        if head.contains(&0) || head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
            return true;
        }
        let looks_like_xml = head.trim_ascii_start().starts_with(b"<");
        let syntax = match extension {
            "xml" => Syntax::Xml,
            "json" | "slingosgifeature" | "aio" => Syntax::Json,
            "properties" | "cfg" | "env" => Syntax::Lines,
            _ => Syntax::Other,
        };
        if (syntax == Syntax::Xml || looks_like_xml) && self.xml(bytes, looks_like_xml) {
            return true;
        }
        escapes(bytes, syntax)
    }

    fn xml(&self, bytes: &[u8], looks_like_xml: bool) -> bool {
        !looks_like_xml
            || foreign_encoding(bytes)
            || self.reference.find_iter(bytes).any(|at| hides_reference(&bytes[at + 2..]))
            || self.encoded_name.find_iter(bytes).any(|at| hides_name(&bytes[at + 4..]))
            || self.doctype.find(bytes).is_some()
            || self.cdata.find(bytes).is_some()
    }
}

fn is_literal(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'/' | b'-')
}

/// Whether a code decodes to a part of a literal, or to something that begins another escape.
fn hides(code: u32) -> bool {
    u8::try_from(code).is_ok_and(|byte| is_literal(byte) || byte == b'\\')
}

fn foreign_encoding(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(DECLARATION)];
    if !head.starts_with(b"<?xml") {
        return false;
    }
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let declaration = head.split("?>").next().unwrap_or_default();
    let Some((_, rest)) = declaration.split_once("encoding") else { return false };
    let name = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '"' | '\''));
    !ASCII_SUPERSETS.iter().any(|superset| name.starts_with(superset))
}

/// What follows `&#`.
fn hides_reference(rest: &[u8]) -> bool {
    let (radix, digits) = match rest {
        [b'x', digits @ ..] => (16, digits),
        digits => (10, digits),
    };
    let mut code = 0_u32;
    for &digit in digits {
        match char::from(digit).to_digit(radix) {
            Some(digit) => code = code.saturating_mul(radix).saturating_add(digit),
            None => return digit == b';' && hides(code),
        }
        if code > 0xff {
            return false;
        }
    }
    false
}

/// What follows `_x00`. An encoded digit hides nothing: names begin with them often, and no literal that is part of a
/// name has one.
fn hides_name(rest: &[u8]) -> bool {
    let [high, low, b'_', ..] = rest else { return false };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let Some(code) = digit(*high).zip(digit(*low)).map(|(high, low)| high * 16 + low) else { return false };
    hides(code) && !u8::try_from(code).is_ok_and(|byte| byte.is_ascii_digit())
}

fn escapes(bytes: &[u8], syntax: Syntax) -> bool {
    let mut rest = bytes;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let Some(&escaped) = rest.get(at + 1) else { return false };
        let hidden = match (syntax, escaped) {
            (Syntax::Json, b'n' | b't' | b'r' | b'b' | b'f') => false,
            (Syntax::Json, b'u') => unicode(&rest[at + 2..]).is_none_or(hides),
            (Syntax::Lines, b'\n' | b'\r') => true,
            _ => is_literal(escaped),
        };
        if hidden {
            return true;
        }
        // The character behind the backslash is spent: a second backslash begins nothing.
        rest = &rest[at + 2..];
    }
    false
}

fn unicode(digits: &[u8]) -> Option<u32> {
    let digits = str::from_utf8(digits.get(..4)?).ok()?;
    u32::from_str_radix(digits, 16).ok()
}
