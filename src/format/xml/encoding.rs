//! How an XML file's bytes become text: byte order mark, byte pattern, XML declaration.

use encoding_rs::Encoding;

use super::names::Version;
use crate::format::Text;

/// Decodes an XML file.
pub fn decode(bytes: &[u8]) -> Text<'_> {
    match bytes {
        [0xFE, 0xFF, ..] => return Text::utf16(bytes, true, 2),
        [0xFF, 0xFE, ..] => return Text::utf16(bytes, false, 2),
        [0, b'<', 0, b'?', ..] => return Text::utf16(bytes, true, 0),
        [b'<', 0, b'?', 0, ..] => return Text::utf16(bytes, false, 0),
        _ => {}
    }
    match declared(bytes) {
        Some(label) if is_latin1(label) => Text::latin1(bytes),
        Some(label) => match Encoding::for_label(label.as_bytes()) {
            Some(encoding) if encoding != encoding_rs::UTF_16LE && encoding != encoding_rs::UTF_16BE => {
                Text::with_encoding(bytes, encoding)
            }
            _ => Text::utf8(bytes),
        },
        None => Text::utf8(bytes),
    }
}

fn is_latin1(label: &str) -> bool {
    ["ISO-8859-1", "ISO_8859-1", "LATIN1", "L1"].iter().any(|name| label.eq_ignore_ascii_case(name))
}

/// The declaration's text from `<?xml` to `?>`, when the file begins with one.
fn declaration(bytes: &[u8]) -> Option<&str> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let head = &bytes[..bytes.len().min(1024)];
    if !head.starts_with(b"<?xml") {
        return None;
    }
    let end = head.windows(2).position(|pair| pair == b"?>")?;
    std::str::from_utf8(&head[..end + 2]).ok()
}

fn declared(bytes: &[u8]) -> Option<&str> {
    pseudo_attribute(declaration(bytes)?, "encoding")
}

fn pseudo_attribute<'a>(declaration: &'a str, name: &str) -> Option<&'a str> {
    let rest = declaration.split_once(name)?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..].split_once(quote).map(|(value, _)| value)
}

/// The version of XML that the declaration at the start of `text` gives.
pub fn declared_version(text: &str) -> Version {
    match declaration(text.as_bytes()).and_then(|declaration| pseudo_attribute(declaration, "version")) {
        Some("1.1") => Version::V11,
        _ => Version::V10,
    }
}

/// What the JDK's parser has against the XML declaration `raw`, if anything.
pub fn check_declaration(raw: &str) -> Option<&'static str> {
    match pseudo_attribute(raw, "version") {
        None => return Some("the XML declaration has no version"),
        Some("1.0" | "1.1") => {}
        Some(_) => return Some("this version of XML is not supported"),
    }
    match pseudo_attribute(raw, "encoding") {
        Some(label) if !is_latin1(label) && Encoding::for_label(label.as_bytes()).is_none() => {
            Some("this encoding is not supported")
        }
        _ => None,
    }
}
