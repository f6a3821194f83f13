//! How an XML file's bytes become text: byte order mark, byte pattern, XML declaration.

use encoding_rs::Encoding;

use super::charset::{Charset, charset};
use super::names::{Version, is_space};
use crate::format::Text;
use crate::format::code_page::CodePage;
use crate::format::text::Utf32;

/// The encoding that the first bytes indicate, before any declaration is read (XML 1.0, appendix F;
/// `XMLEntityManager#getEncodingInfo` of the JDK).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Detected {
    Utf16 {
        big_endian: bool,
        /// Length of the byte order mark.
        mark: usize,
        /// The JDK's parser detects it too: there is a byte order mark, or the file begins with `<?`.
        certain: bool,
    },
    /// Four bytes per character.
    Ucs4 {
        utf32: Utf32,
        /// Length of the byte order mark.
        mark: usize,
        /// The JDK's parser reads it: there is no byte order mark, and the byte order is big-endian or little-endian.
        certain: bool,
    },
    /// An EBCDIC encoding, whose declaration is read as code page 037.
    Ebcdic,
    /// An encoding that can begin with ASCII.
    Bytes,
}

fn detect(bytes: &[u8]) -> Detected {
    let utf16 = |big_endian, mark, certain| Detected::Utf16 { big_endian, mark, certain };
    let ucs4 = |order, mark, certain| Detected::Ucs4 { utf32: Utf32 { order, units: mark == 0 }, mark, certain };
    match bytes {
        [0, 0, 0xFE, 0xFF, ..] => ucs4([0, 1, 2, 3], 4, false),
        [0xFF, 0xFE, 0, 0, ..] => ucs4([3, 2, 1, 0], 4, false),
        [0xFE, 0xFF, ..] => utf16(true, 2, true),
        [0xFF, 0xFE, ..] => utf16(false, 2, true),
        [0, 0, 0, b'<', ..] => ucs4([0, 1, 2, 3], 0, true),
        [b'<', 0, 0, 0, ..] => ucs4([3, 2, 1, 0], 0, true),
        [0, 0, b'<', 0, ..] => ucs4([1, 0, 3, 2], 0, false),
        [0, b'<', 0, 0, ..] => ucs4([2, 3, 0, 1], 0, false),
        [0, b'<', 0, second, ..] => utf16(true, 0, *second == b'?'),
        [b'<', 0, second, 0, ..] => utf16(false, 0, *second == b'?'),
        [0x4C, 0x6F, 0xA7, 0x94, ..] => Detected::Ebcdic,
        _ => Detected::Bytes,
    }
}

impl Detected {
    /// Decodes the whole file as its first bytes indicate.
    fn decode(self, bytes: &[u8]) -> Text<'_> {
        match self {
            Self::Utf16 { big_endian, mark, .. } => Text::utf16(bytes, big_endian, mark),
            Self::Ucs4 { utf32, mark, .. } => Text::utf32(bytes, utf32, mark),
            Self::Ebcdic => Text::with_page(bytes, CodePage::ebcdic()),
            Self::Bytes => Text::utf8(bytes),
        }
    }

    /// Decodes the text after a declaration, as the first bytes indicate.
    fn rest(self, bytes: &[u8], end: usize) -> Text<'_> {
        match self {
            Self::Utf16 { big_endian, .. } => Text::utf16(&bytes[end..], big_endian, 0),
            Self::Ucs4 { utf32, .. } => Text::utf32(&bytes[end..], utf32, 0),
            Self::Ebcdic | Self::Bytes => self.decode(&bytes[end..]),
        }
    }

    /// The end of the declaration, and the encoding that it names.
    fn declared(self, bytes: &[u8]) -> Option<(usize, String)> {
        let (end, declaration) = match self {
            Self::Bytes => {
                let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
                let end = text.starts_with(b"<?xml").then(|| memchr::memmem::find(text, b"?>"))?? + 2;
                (bytes.len() - text.len() + end, declaration(std::str::from_utf8(&text[..end]).ok()?)?.to_owned())
            }
            _ => {
                let text = self.decode(bytes);
                let declaration = declaration(text.as_str())?.to_owned();
                let before = text.as_str().find("<?xml").unwrap_or(0);
                (text.position(before + declaration.len()).offset as usize, declaration)
            }
        };
        Some((end, pseudo_attribute(&declaration, "encoding")?.to_owned()))
    }

    /// Whether a declaration of `charset` adds nothing to what the first bytes indicate.
    fn agrees(self, charset: Charset) -> bool {
        match (self, charset) {
            (Self::Utf16 { .. }, Charset::Utf16 | Charset::Ucs2) => true,
            (Self::Utf16 { big_endian, .. }, Charset::Utf16Be) => big_endian,
            (Self::Utf16 { big_endian, .. }, Charset::Utf16Le) => !big_endian,
            (Self::Ucs4 { .. }, Charset::Ucs4) => true,
            (Self::Bytes, charset) => charset == Charset::Utf8,
            _ => false,
        }
    }
}

/// The encoding of a file according to its first bytes and its declaration.
struct DecodingPlan {
    detected: Detected,
    /// The declared encoding, if the JDK's parser knows it.
    charset: Option<Charset>,
    /// The declared name, if the JDK's parser does not know it.
    unknown: Option<String>,
    /// Where the declaration ends and the declared encoding begins, if it differs from the detected one.
    switch: Option<usize>,
    /// The file is not in the encoding that it declares.
    contradiction: bool,
}

impl DecodingPlan {
    fn of(bytes: &[u8]) -> Self {
        let detected = detect(bytes);
        let plan = Self { detected, charset: None, unknown: None, switch: None, contradiction: false };
        let Some((end, label)) = detected.declared(bytes) else { return plan };
        let Some(charset) = charset(&label) else { return Self { unknown: Some(label), ..plan } };
        let plan = Self { charset: Some(charset), ..plan };
        if detected.agrees(charset) {
            return plan;
        }
        // The JDK's parser continues in the declared encoding right after the declaration.
        let switches = match charset {
            Charset::Ucs2 | Charset::Ucs4 => false,
            _ if detected == Detected::Bytes && charset.is_ascii() => true,
            // If neither encoding gives markup, a person cannot tell either.
            _ => begins_markup(&charset.decode(&bytes[end..])) || !begins_markup(&detected.rest(bytes, end)),
        };
        Self { contradiction: !switches, switch: switches.then_some(end), ..plan }
    }
}

/// Whether the text after a declaration can be the rest of a document.
fn begins_markup(text: &Text<'_>) -> bool {
    let text = text.as_str();
    let mut first = text.strip_prefix('\u{FEFF}').unwrap_or(text).trim_start_matches(is_space).chars();
    first.next() == Some('<') && first.next().is_some_and(|c| !c.is_control())
}

/// Decodes an XML file.
///
/// A declared name that the JDK's parser does not know is still tried as a label of the WHATWG Encoding Standard, and
/// then as UTF-8: [`fault`] reports that AEM rejects it.
pub fn decode(bytes: &[u8]) -> Text<'_> {
    let plan = DecodingPlan::of(bytes);
    match (plan.charset, plan.switch) {
        // The declaration is the same in both.
        (Some(charset), Some(_)) if plan.detected == Detected::Bytes && charset.is_ascii() => charset.decode(bytes),
        (Some(charset), Some(end)) => plan.detected.decode(&bytes[..end]).followed_by(charset.decode(&bytes[end..])),
        _ if plan.detected == Detected::Bytes => match plan.unknown.and_then(|it| Encoding::for_label(it.as_bytes())) {
            Some(encoding) if encoding.is_ascii_compatible() => Text::with_encoding(bytes, encoding),
            _ => Text::utf8(bytes),
        },
        _ => plan.detected.decode(bytes),
    }
}

/// Decodes a file whose first `head` bytes, which are ASCII, name the encoding of the rest: any that Java has. An
/// unknown name means UTF-8.
pub fn decode_named<'a>(bytes: &'a [u8], head: usize, label: &str) -> Text<'a> {
    match charset(label) {
        Some(charset) if charset.is_ascii() => charset.decode(bytes),
        Some(charset) => Text::utf8(&bytes[..head]).followed_by(charset.decode(&bytes[head..])),
        None => Text::utf8(bytes),
    }
}

/// Whether the file can contain the ASCII text `needle`: a quick check before a file is decoded. Character references
/// are not resolved.
pub fn may_contain(bytes: &[u8], needle: &str) -> bool {
    memchr::memmem::find(bytes, needle.as_bytes()).is_some() || {
        let plan = DecodingPlan::of(bytes);
        plan.detected != Detected::Bytes || plan.charset.is_some_and(|charset| !charset.is_ascii())
    }
}

/// Where the document begins in `text`, the decoded `bytes`: after a byte order mark, even one that the declared
/// encoding turned into other characters.
pub fn start(bytes: &[u8], text: &str) -> usize {
    match text.strip_prefix('\u{FEFF}') {
        Some(rest) => text.len() - rest.len(),
        None if bytes.starts_with(b"\xEF\xBB\xBF") => text.find("<?xml").unwrap_or(0),
        None => 0,
    }
}

/// Where and why the JDK's parser stops because of the encoding of a file: at the declaration, or at bytes that are
/// invalid in it. `text` is what [`decode`] returned; the offset is one of it.
pub fn fault(bytes: &[u8], text: &Text<'_>) -> Option<(usize, &'static str)> {
    let plan = DecodingPlan::of(bytes);
    if plan.unknown.is_some() {
        return Some((0, "the declared encoding is not supported"));
    }
    if plan.contradiction {
        return Some((0, "the file is not in the encoding that it declares"));
    }
    match plan.detected {
        Detected::Utf16 { certain: false, .. } => {
            return Some((0, "UTF-16 without byte order mark and XML declaration"));
        }
        Detected::Ucs4 { certain: false, .. } => return Some((0, "UTF-32 that AEM's parser does not read")),
        Detected::Utf16 { big_endian, mark, .. } if plan.switch.is_none() => {
            return lone_surrogate(&bytes[mark..], big_endian);
        }
        detected if detected != Detected::Bytes && plan.switch.is_none() => return None,
        _ => {}
    }
    match plan.charset {
        Some(Charset::Ascii) => {
            let at = text.as_str().find(|c: char| !c.is_ascii() && c != '\u{FEFF}')?;
            Some((at, "a byte that is not US-ASCII"))
        }
        None | Some(Charset::Utf8) => Some((text.first_replacement()?, "bytes that are not UTF-8")),
        Some(_) => None,
    }
}

fn lone_surrogate(bytes: &[u8], big_endian: bool) -> Option<(usize, &'static str)> {
    let unit = |pair: &[u8]| match *pair {
        [a, b] if big_endian => u16::from_be_bytes([a, b]),
        [a, b] => u16::from_le_bytes([a, b]),
        // Half a unit at the end of the file.
        _ => 0xD800,
    };
    let mut offset = 0;
    for c in char::decode_utf16(bytes.chunks(2).map(unit)) {
        match c {
            Ok(c) => offset += c.len_utf8(),
            Err(_) => return Some((offset, "half a character in UTF-16")),
        }
    }
    None
}

/// The declaration from `<?xml` to `?>`, when the text begins with one.
fn declaration(text: &str) -> Option<&str> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if !text.strip_prefix("<?xml")?.starts_with(is_space) {
        return None;
    }
    let end = text.find("?>")?;
    Some(&text[..end + 2])
}

fn pseudo_attribute<'a>(declaration: &'a str, name: &str) -> Option<&'a str> {
    let rest = declaration.split_once(name)?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..].split_once(quote).map(|(value, _)| value)
}

fn declared<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    pseudo_attribute(declaration(text)?, name)
}

/// The version of XML that the declaration at the start of `text` gives.
pub fn declared_version(text: &str) -> Version {
    if declared(text, "version") == Some("1.1") { Version::V11 } else { Version::V10 }
}

/// Whether the document `text` declares no encoding, or one that has every character.
pub fn declared_unicode(text: &str) -> bool {
    declared(text, "encoding").is_none_or(|label| charset(label).is_some_and(Charset::is_unicode))
}

/// Whether the document says that it depends on nothing outside it.
pub fn declared_standalone(text: &str) -> bool {
    declared(text, "standalone") == Some("yes")
}

/// What the JDK's parser rejects in the XML declaration `raw`, if anything: it allows `version`, then `encoding` and
/// `standalone` if they are there, and nothing else.
pub fn check_declaration(raw: &str) -> Option<&'static str> {
    let mut rest = raw.strip_prefix("<?xml")?.strip_suffix("?>")?;
    let mut next = |name: &str| {
        let trimmed = rest.trim_start_matches(is_space);
        let after = trimmed.strip_prefix(name).filter(|_| trimmed.len() < rest.len())?;
        let after = after.trim_start_matches(is_space).strip_prefix('=')?.trim_start_matches(is_space);
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, after) = after[1..].split_once(quote)?;
        rest = after;
        Some(value)
    };
    match next("version") {
        None => return Some("the XML declaration must begin with the version"),
        Some("1.0" | "1.1") => {}
        Some(_) => return Some("this version of XML is not supported"),
    }
    let encoding = next("encoding");
    let standalone = next("standalone");
    if !rest.trim_matches(is_space).is_empty() {
        return Some("malformed XML declaration");
    }
    let is_encoding_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
    };
    if encoding.is_some_and(|name| !is_encoding_name(name)) {
        return Some("malformed encoding name");
    }
    standalone.filter(|value| !matches!(*value, "yes" | "no")).map(|_| "standalone must be \"yes\" or \"no\"")
}

#[cfg(test)]
mod tests;
