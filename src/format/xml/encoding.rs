//! How an XML file's bytes become text: byte order mark, byte pattern, XML declaration.

use encoding_rs::Encoding;

use super::names::{Version, is_space};
use crate::format::Text;

/// A character set that a declaration can name.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Charset {
    Utf8,
    Utf16,
    Latin1,
    Ascii,
    Other(&'static Encoding),
}

/// The names that the JDK's XML parser knows (`com.sun.org.apache.xerces.internal.util.EncodingMap`), as far as the
/// character set can be decoded here: the EBCDIC and DOS code pages are left out.
#[rustfmt::skip]
const CHARSETS: &[(Charset, &[&str])] = &[
    (Charset::Other(encoding_rs::IBM866), &["866", "CP866", "CSIBM866", "IBM-866", "IBM866"]),
    (Charset::Ascii, &["ANSI_X3.4-1968", "ANSI_X3.4-1986", "ASCII", "CP367", "CSASCII", "IBM-367", "IBM367", "ISO-IR-6", "ISO646-US", "ISO_646.IRV:1991", "US", "US-ASCII"]),
    (Charset::Other(encoding_rs::ISO_8859_6), &["ARABIC", "ASMO-708", "CSISOLATINARABIC", "ECMA-114", "ISO-8859-6", "ISO-IR-127", "ISO_8859-6"]),
    (Charset::Other(encoding_rs::BIG5), &["BIG5", "CSBIG5"]),
    (Charset::Latin1, &["CP819", "CSISOLATIN1", "IBM-819", "IBM819", "ISO-8859-1", "ISO-IR-100", "ISO_8859-1", "L1", "LATIN1"]),
    (Charset::Other(encoding_rs::GBK), &["CP936", "CSGB2312", "GB2312", "GBK", "MS936", "WINDOWS-936"]),
    (Charset::Other(encoding_rs::EUC_KR), &["CSEUCKR", "CSKSC56011987", "EUC-KR", "ISO-IR-149", "KOREAN", "KSC_5601", "KS_C_5601-1987", "KS_C_5601-1989"]),
    (Charset::Other(encoding_rs::EUC_JP), &["CSEUCPKDFMTJAPANESE", "EUC-JP", "EXTENDED_UNIX_CODE_PACKED_FORMAT_FOR_JAPANESE"]),
    (Charset::Other(encoding_rs::ISO_2022_JP), &["CSISO2022JP", "ISO-2022-JP"]),
    (Charset::Other(encoding_rs::ISO_8859_2), &["CSISOLATIN2", "ISO-8859-2", "ISO-IR-101", "ISO_8859-2", "L2", "LATIN2"]),
    (Charset::Other(encoding_rs::ISO_8859_3), &["CSISOLATIN3", "ISO-8859-3", "ISO-IR-109", "ISO_8859-3", "L3", "LATIN3"]),
    (Charset::Other(encoding_rs::ISO_8859_4), &["CSISOLATIN4", "ISO-8859-4", "ISO-IR-110", "ISO_8859-4", "L4", "LATIN4"]),
    (Charset::Other(encoding_rs::WINDOWS_1254), &["CSISOLATIN5", "ISO-8859-9", "ISO-IR-148", "ISO_8859-9", "L5", "LATIN5", "WINDOWS-1254"]),
    (Charset::Other(encoding_rs::ISO_8859_5), &["CSISOLATINCYRILLIC", "CYRILLIC", "ISO-8859-5", "ISO-IR-144", "ISO_8859-5"]),
    (Charset::Other(encoding_rs::ISO_8859_7), &["CSISOLATINGREEK", "ECMA-118", "ELOT_928", "GREEK", "GREEK8", "ISO-8859-7", "ISO-IR-126", "ISO_8859-7"]),
    (Charset::Other(encoding_rs::ISO_8859_8), &["CSISOLATINHEBREW", "HEBREW", "ISO-8859-8", "ISO-8859-8-I", "ISO-IR-138", "ISO_8859-8"]),
    (Charset::Other(encoding_rs::KOI8_R), &["CSKOI8R", "KOI8-R"]),
    (Charset::Other(encoding_rs::SHIFT_JIS), &["CSSHIFTJIS", "CSWINDOWS31J", "MS_KANJI", "SHIFT_JIS", "WINDOWS-31J"]),
    (Charset::Other(encoding_rs::GB18030), &["GB18030"]),
    (Charset::Other(encoding_rs::ISO_8859_13), &["ISO-8859-13"]),
    (Charset::Other(encoding_rs::ISO_8859_15), &["ISO-8859-15", "ISO_8859-15", "LATIN-9"]),
    (Charset::Other(encoding_rs::WINDOWS_874), &["TIS-620"]),
    (Charset::Utf16, &["UTF-16", "UTF-16BE", "UTF-16LE"]),
    (Charset::Utf8, &["UTF-8"]),
    (Charset::Other(encoding_rs::WINDOWS_1250), &["WINDOWS-1250"]),
    (Charset::Other(encoding_rs::WINDOWS_1251), &["WINDOWS-1251"]),
    (Charset::Other(encoding_rs::WINDOWS_1252), &["WINDOWS-1252"]),
    (Charset::Other(encoding_rs::WINDOWS_1253), &["WINDOWS-1253"]),
    (Charset::Other(encoding_rs::WINDOWS_1255), &["WINDOWS-1255"]),
    (Charset::Other(encoding_rs::WINDOWS_1256), &["WINDOWS-1256"]),
    (Charset::Other(encoding_rs::WINDOWS_1257), &["WINDOWS-1257"]),
    (Charset::Other(encoding_rs::WINDOWS_1258), &["WINDOWS-1258"]),
];

fn charset(label: &str) -> Option<Charset> {
    let known = |names: &&[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(label));
    CHARSETS.iter().find(|(_, names)| known(names)).map(|&(charset, _)| charset)
}

/// How the first bytes say the file is encoded, before any declaration is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Detected {
    /// Big-endian or not, and the length of the byte order mark.
    Utf16 { big_endian: bool, bom: usize },
    /// Bytes that ASCII can begin with.
    Bytes,
}

fn detect(bytes: &[u8]) -> Detected {
    match bytes {
        [0xFE, 0xFF, ..] => Detected::Utf16 { big_endian: true, bom: 2 },
        [0xFF, 0xFE, ..] => Detected::Utf16 { big_endian: false, bom: 2 },
        [0, b'<', 0, _, ..] => Detected::Utf16 { big_endian: true, bom: 0 },
        [b'<', 0, _, 0, ..] => Detected::Utf16 { big_endian: false, bom: 0 },
        _ => Detected::Bytes,
    }
}

/// Decodes an XML file.
///
/// A declared name that the JDK's parser does not know is still tried as a label of the WHATWG Encoding Standard, and
/// then as UTF-8: [`fault`] tells that AEM refuses it.
pub fn decode(bytes: &[u8]) -> Text<'_> {
    if let Detected::Utf16 { big_endian, bom } = detect(bytes) {
        return Text::utf16(bytes, big_endian, bom);
    }
    let label = declared(bytes);
    match label.and_then(charset) {
        Some(Charset::Latin1) => Text::latin1(bytes),
        Some(Charset::Other(encoding)) => Text::with_encoding(bytes, encoding),
        Some(Charset::Utf8 | Charset::Utf16 | Charset::Ascii) => Text::utf8(bytes),
        None => match label.and_then(|label| Encoding::for_label(label.as_bytes())) {
            Some(encoding) if encoding.is_ascii_compatible() => Text::with_encoding(bytes, encoding),
            _ => Text::utf8(bytes),
        },
    }
}

/// Where and why the JDK's parser stops at the encoding of a file: at the declaration, or at bytes that are none of it.
/// `text` is what [`decode`] returned; the offset is one of it.
pub fn fault(bytes: &[u8], text: &Text<'_>) -> Option<(usize, &'static str)> {
    let label = match detect(bytes) {
        Detected::Bytes => declared(bytes),
        Detected::Utf16 { .. } => declaration(text.as_str()).and_then(|found| pseudo_attribute(found, "encoding")),
    };
    let charset = match label.map(charset) {
        Some(None) => return Some((0, "the declared encoding is not supported")),
        Some(Some(charset)) => charset,
        None => Charset::Utf8,
    };
    match (detect(bytes), charset) {
        (Detected::Utf16 { .. }, Charset::Utf16) => None,
        (Detected::Utf16 { .. }, _) if label.is_none() => None,
        (Detected::Bytes, Charset::Utf16) | (Detected::Utf16 { .. }, _) => {
            Some((0, "the file is not in the encoding that it declares"))
        }
        (Detected::Bytes, Charset::Ascii) => {
            let at = text.as_str().find(|c: char| !c.is_ascii() && c != '\u{FEFF}')?;
            Some((at, "a byte that is not US-ASCII"))
        }
        (Detected::Bytes, _) => Some((text.first_replacement()?, "bytes that are not UTF-8")),
    }
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

fn declared(bytes: &[u8]) -> Option<&str> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if !bytes.starts_with(b"<?xml") {
        return None;
    }
    let end = bytes.windows(2).position(|pair| pair == b"?>")?;
    let text = std::str::from_utf8(&bytes[..end + 2]).ok()?;
    pseudo_attribute(declaration(text)?, "encoding")
}

fn pseudo_attribute<'a>(declaration: &'a str, name: &str) -> Option<&'a str> {
    let rest = declaration.split_once(name)?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..].split_once(quote).map(|(value, _)| value)
}

/// The version of XML that the declaration at the start of `text` gives.
pub fn declared_version(text: &str) -> Version {
    match declaration(text).and_then(|declaration| pseudo_attribute(declaration, "version")) {
        Some("1.1") => Version::V11,
        _ => Version::V10,
    }
}

/// What the JDK's parser has against the XML declaration `raw`, if anything: `version`, then `encoding` and
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
mod tests {
    use super::*;

    #[test]
    fn declarations_choose_the_charset() {
        let text = |label: &str| {
            let mut bytes = format!("<?xml version='1.0' encoding='{label}'?>").into_bytes();
            bytes.push(0x80);
            let text = decode(&bytes);
            (text.as_str().chars().last().unwrap(), fault(&bytes, &text).is_some())
        };
        assert_eq!(text("windows-1252"), ('€', false));
        assert_eq!(text("ISO-8859-1"), ('\u{80}', false));
        assert_eq!(text("latin1"), ('\u{80}', false));
        assert_eq!(text("cp1252"), ('€', true));
        assert_eq!(text("UTF-8"), (char::REPLACEMENT_CHARACTER, true));
        assert_eq!(text("US-ASCII"), (char::REPLACEMENT_CHARACTER, true));
        assert_eq!(text("x-nope"), (char::REPLACEMENT_CHARACTER, true));
    }

    #[test]
    fn utf16_needs_no_declaration_but_must_not_contradict_it() {
        let encode = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_be_bytes).collect() };
        for (source, faulty) in [
            ("<?xml version='1.0'?><a/>", false),
            ("<?xml version='1.0' encoding='UTF-16'?><a/>", false),
            ("<?xml version='1.0' encoding='UTF-8'?><a/>", true),
        ] {
            let bytes = encode(source);
            let text = decode(&bytes);
            assert_eq!(text.as_str(), source);
            assert_eq!(fault(&bytes, &text).is_some(), faulty, "{source}");
        }
    }

    #[test]
    fn declarations_are_checked_like_the_jdk_does() {
        for (raw, legal) in [
            ("<?xml version='1.0'?>", true),
            ("<?xml version = \"1.1\" encoding='UTF-8' standalone='no' ?>", true),
            ("<?xml encoding='UTF-8'?>", false),
            ("<?xml version='1.0' standalone='yes' encoding='UTF-8'?>", false),
            ("<?xml version='1.0' standalone='maybe'?>", false),
            ("<?xml version='1.2'?>", false),
            ("<?xml version='1.0' encoding='-x'?>", false),
            ("<?xml version='1.0'encoding='UTF-8'?>", false),
        ] {
            assert_eq!(check_declaration(raw).is_none(), legal, "{raw}");
        }
    }
}
