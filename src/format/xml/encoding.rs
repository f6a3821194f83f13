//! How an XML file's bytes become text: byte order mark, byte pattern, XML declaration.

use encoding_rs::Encoding;

use super::names::{Version, is_space};
use crate::format::Text;

/// A character set that a declaration can name.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Charset {
    Utf8,
    /// UTF-8 under one of Java's own names: bytes that are none become U+FFFD instead of an error.
    LenientUtf8,
    Utf16,
    Utf16Le,
    Utf16Be,
    Latin1,
    Ascii,
    Other(&'static Encoding),
}

/// The names that the JDK's XML parser knows (`com.sun.org.apache.xerces.internal.util.EncodingMap`, then the aliases of
/// `java.nio.charset.Charset`), in upper case and apart by spaces, as far as the character set can be decoded here: the
/// EBCDIC and most DOS code pages are left out.
#[rustfmt::skip]
const CHARSETS: &[(Charset, &str)] = &[
    (Charset::Latin1,
        "819 8859_1 CP819 CSISOLATIN1 IBM-819 IBM819 ISO-8859-1 ISO-IR-100 ISO8859-1 ISO8859_1 ISO_8859-1 \
         ISO_8859-1:1987 ISO_8859_1 L1 LATIN1"),
    (Charset::Ascii,
        "646 ANSI_X3.4-1968 ANSI_X3.4-1986 ASCII ASCII7 CP367 CSASCII DEFAULT IBM-367 IBM367 ISO-IR-6 ISO646-US \
         ISO_646.IRV:1983 ISO_646.IRV:1991 US US-ASCII"),
    (Charset::Utf8, "UTF-8"),
    (Charset::LenientUtf8, "UNICODE-1-1-UTF-8 UTF8"),
    (Charset::Utf16, "UNICODE UNICODEBIG UTF-16 UTF16 UTF_16"),
    (Charset::Utf16Le, "UNICODELITTLEUNMARKED UTF-16LE UTF_16LE X-UTF-16LE"),
    (Charset::Utf16Be, "ISO-10646-UCS-2 UNICODEBIGUNMARKED UTF-16BE UTF_16BE X-UTF-16BE"),
    (Charset::Other(encoding_rs::BIG5), "BIG5 CSBIG5"),
    (Charset::Other(encoding_rs::EUC_JP),
        "CSEUCPKDFMTJAPANESE EUC-JP EUCJIS EUCJP EUC_JP EXTENDED_UNIX_CODE_PACKED_FORMAT_FOR_JAPANESE X-EUC-JP \
         X-EUCJP"),
    (Charset::Other(encoding_rs::EUC_KR),
        "5601 CSEUCKR CSKSC56011987 EUC-KR EUCKR EUC_KR ISO-IR-149 KOREAN KSC5601 KSC5601-1987 KSC5601_1987 KSC_5601 \
         KS_C_5601-1987 KS_C_5601-1989"),
    (Charset::Other(encoding_rs::GB18030), "GB18030 GB18030-2022"),
    (Charset::Other(encoding_rs::GBK),
        "CP936 CSGB2312 EUC-CN EUCCN EUC_CN GB2312 GB2312-1980 GB2312-80 GBK MS936 WINDOWS-936 X-EUC-CN"),
    (Charset::Other(encoding_rs::IBM866), "866 CP866 CSIBM866 IBM-866 IBM866"),
    (Charset::Other(encoding_rs::ISO_2022_JP), "CSISO2022JP CSJISENCODING ISO-2022-JP ISO2022JP JIS JIS_ENCODING"),
    (Charset::Other(encoding_rs::ISO_8859_13), "8859_13 ISO-8859-13 ISO8859-13 ISO8859_13 ISO_8859-13"),
    (Charset::Other(encoding_rs::ISO_8859_15),
        "8859_15 923 CP923 CSISO885915 CSISOLATIN0 CSISOLATIN9 IBM-923 IBM923 ISO-8859-15 ISO8859-15 ISO8859_15 \
         ISO8859_15_FDIS ISO_8859-15 L9 LATIN-9 LATIN0 LATIN9"),
    (Charset::Other(encoding_rs::ISO_8859_16),
        "CSISO885916 ISO-8859-16 ISO-IR-226 ISO8859_16 ISO_8859-16 ISO_8859-16:2001 L10 LATIN10"),
    (Charset::Other(encoding_rs::ISO_8859_2),
        "8859_2 912 CP912 CSISOLATIN2 IBM-912 IBM912 ISO-8859-2 ISO-IR-101 ISO8859-2 ISO8859_2 ISO_8859-2 \
         ISO_8859-2:1987 L2 LATIN2"),
    (Charset::Other(encoding_rs::ISO_8859_3),
        "8859_3 913 CP913 CSISOLATIN3 IBM-913 IBM913 ISO-8859-3 ISO-IR-109 ISO8859-3 ISO8859_3 ISO_8859-3 \
         ISO_8859-3:1988 L3 LATIN3"),
    (Charset::Other(encoding_rs::ISO_8859_4),
        "8859_4 914 CP914 CSISOLATIN4 IBM-914 IBM914 ISO-8859-4 ISO-IR-110 ISO8859-4 ISO8859_4 ISO_8859-4 \
         ISO_8859-4:1988 L4 LATIN4"),
    (Charset::Other(encoding_rs::ISO_8859_5),
        "8859_5 915 CP915 CSISOLATINCYRILLIC CYRILLIC IBM-915 IBM915 ISO-8859-5 ISO-IR-144 ISO8859-5 ISO8859_5 \
         ISO_8859-5 ISO_8859-5:1988"),
    (Charset::Other(encoding_rs::ISO_8859_6),
        "1089 8859_6 ARABIC ASMO-708 CP1089 CSISOLATINARABIC ECMA-114 IBM-1089 IBM1089 ISO-8859-6 ISO-IR-127 \
         ISO8859-6 ISO8859_6 ISO_8859-6 ISO_8859-6:1987"),
    (Charset::Other(encoding_rs::ISO_8859_7),
        "813 8859_7 CP813 CSISOLATINGREEK ECMA-118 ELOT_928 GREEK GREEK8 IBM-813 IBM813 ISO-8859-7 ISO-IR-126 \
         ISO8859-7 ISO8859_7 ISO_8859-7 ISO_8859-7:1987 SUN_EU_GREEK"),
    (Charset::Other(encoding_rs::ISO_8859_8),
        "8859_8 916 CP916 CSISOLATINHEBREW HEBREW IBM-916 IBM916 ISO-8859-8 ISO-8859-8-I ISO-IR-138 ISO8859-8 \
         ISO8859_8 ISO_8859-8 ISO_8859-8:1988"),
    (Charset::Other(encoding_rs::KOI8_R), "CSKOI8R KOI8 KOI8-R KOI8_R"),
    (Charset::Other(encoding_rs::KOI8_U), "KOI8-U KOI8_U"),
    (Charset::Other(encoding_rs::MACINTOSH), "MACROMAN X-MACROMAN"),
    (Charset::Other(encoding_rs::SHIFT_JIS),
        "CSSHIFTJIS CSWINDOWS31J MS932 MS_KANJI SHIFT-JIS SHIFT_JIS SJIS WINDOWS-31J WINDOWS-932 X-SJIS"),
    (Charset::Other(encoding_rs::WINDOWS_1250), "CP1250 CP5346 WINDOWS-1250"),
    (Charset::Other(encoding_rs::WINDOWS_1251), "ANSI-1251 CP1251 CP5347 WINDOWS-1251"),
    (Charset::Other(encoding_rs::WINDOWS_1252), "CP1252 CP5348 IBM-1252 IBM1252 WINDOWS-1252"),
    (Charset::Other(encoding_rs::WINDOWS_1253), "CP1253 CP5349 WINDOWS-1253"),
    (Charset::Other(encoding_rs::WINDOWS_1254),
        "8859_9 920 CP1254 CP5350 CP920 CSISOLATIN5 IBM-920 IBM920 ISO-8859-9 ISO-IR-148 ISO8859-9 ISO8859_9 \
         ISO_8859-9 ISO_8859-9:1989 L5 LATIN5 WINDOWS-1254"),
    (Charset::Other(encoding_rs::WINDOWS_1255), "CP1255 WINDOWS-1255"),
    (Charset::Other(encoding_rs::WINDOWS_1256), "CP1256 WINDOWS-1256"),
    (Charset::Other(encoding_rs::WINDOWS_1257), "CP1257 CP5353 WINDOWS-1257"),
    (Charset::Other(encoding_rs::WINDOWS_1258), "CP1258 WINDOWS-1258"),
    (Charset::Other(encoding_rs::WINDOWS_874), "MS-874 MS874 TIS-620 TIS620 TIS620.2533 WINDOWS-874 X-WINDOWS-874"),
    (Charset::Other(encoding_rs::X_MAC_CYRILLIC), "MACCYRILLIC X-MACCYRILLIC"),
];

fn charset(label: &str) -> Option<Charset> {
    let label = label.to_ascii_uppercase();
    CHARSETS.iter().find(|(_, names)| names.split(' ').any(|name| name == label)).map(|&(charset, _)| charset)
}

/// How the first bytes say the file is encoded, before any declaration is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Detected {
    Utf16 {
        big_endian: bool,
        /// Length of the byte order mark.
        bom: usize,
        /// The JDK's parser sees it too: there is a byte order mark, or the file begins with `<?`.
        certain: bool,
    },
    /// Bytes that ASCII can begin with.
    Bytes,
}

fn detect(bytes: &[u8]) -> Detected {
    let utf16 = |big_endian, bom, certain| Detected::Utf16 { big_endian, bom, certain };
    match bytes {
        [0xFE, 0xFF, ..] => utf16(true, 2, true),
        [0xFF, 0xFE, ..] => utf16(false, 2, true),
        [0, b'<', 0, second, ..] => utf16(true, 0, *second == b'?'),
        [b'<', 0, second, 0, ..] => utf16(false, 0, *second == b'?'),
        _ => Detected::Bytes,
    }
}

/// Decodes an XML file.
///
/// A declared name that the JDK's parser does not know is still tried as a label of the WHATWG Encoding Standard, and
/// then as UTF-8: [`fault`] tells that AEM refuses it.
pub fn decode(bytes: &[u8]) -> Text<'_> {
    if let Detected::Utf16 { big_endian, bom, .. } = detect(bytes) {
        return Text::utf16(bytes, big_endian, bom);
    }
    let label = declared(bytes);
    match label.and_then(charset) {
        Some(Charset::Latin1) => Text::latin1(bytes),
        Some(Charset::Other(encoding)) => Text::with_encoding(bytes, encoding),
        Some(_) => Text::utf8(bytes),
        None => match label.and_then(|label| Encoding::for_label(label.as_bytes())) {
            Some(encoding) if encoding.is_ascii_compatible() => Text::with_encoding(bytes, encoding),
            _ => Text::utf8(bytes),
        },
    }
}

/// Whether the ASCII text `needle` can stand in the file: a quick look before a file is decoded. Character references
/// are not followed.
pub fn may_contain(bytes: &[u8], needle: &str) -> bool {
    detect(bytes) != Detected::Bytes || memchr::memmem::find(bytes, needle.as_bytes()).is_some()
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

/// Where and why the JDK's parser stops at the encoding of a file: at the declaration, or at bytes that are none of it.
/// `text` is what [`decode`] returned; the offset is one of it.
pub fn fault(bytes: &[u8], text: &Text<'_>) -> Option<(usize, &'static str)> {
    const CONTRADICTION: (usize, &str) = (0, "the file is not in the encoding that it declares");
    let label = match detect(bytes) {
        Detected::Bytes => declared(bytes),
        Detected::Utf16 { .. } => declaration(text.as_str()).and_then(|found| pseudo_attribute(found, "encoding")),
    };
    let charset = match label.map(charset) {
        Some(None) => return Some((0, "the declared encoding is not supported")),
        Some(found) => found,
        None => None,
    };
    match (detect(bytes), charset) {
        (Detected::Utf16 { certain: false, .. }, _) => Some((0, "UTF-16 without byte order mark and XML declaration")),
        (Detected::Utf16 { big_endian, bom, .. }, charset) => match charset {
            Some(Charset::Utf16Be) if !big_endian => Some(CONTRADICTION),
            Some(Charset::Utf16Le) if big_endian => Some(CONTRADICTION),
            None | Some(Charset::Utf16 | Charset::Utf16Be | Charset::Utf16Le) => {
                lone_surrogate(&bytes[bom..], big_endian)
            }
            Some(_) => Some(CONTRADICTION),
        },
        (_, Some(Charset::Utf16 | Charset::Utf16Be | Charset::Utf16Le)) => Some(CONTRADICTION),
        (_, Some(Charset::Ascii)) => {
            let at = text.as_str().find(|c: char| !c.is_ascii() && c != '\u{FEFF}')?;
            Some((at, "a byte that is not US-ASCII"))
        }
        (_, Some(Charset::LenientUtf8)) => None,
        _ => Some((text.first_replacement()?, "bytes that are not UTF-8")),
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

/// Whether the document `text` declares no encoding, or one that has every character.
pub fn declared_unicode(text: &str) -> bool {
    let label = declaration(text).and_then(|declaration| pseudo_attribute(declaration, "encoding"));
    label.is_none_or(|label| {
        let charset = charset(label);
        use Charset::{LenientUtf8, Utf8, Utf16, Utf16Be, Utf16Le};
        matches!(charset, Some(Utf8 | LenientUtf8 | Utf16 | Utf16Be | Utf16Le))
    })
}

/// Whether the document says that it depends on nothing outside it.
pub fn declared_standalone(text: &str) -> bool {
    declaration(text).and_then(|declaration| pseudo_attribute(declaration, "standalone")) == Some("yes")
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
        assert_eq!(text("cp1252"), ('€', false));
        assert_eq!(text("utf8"), (char::REPLACEMENT_CHARACTER, false));
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

    fn utf16(text: &str, big_endian: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn both_byte_orders_are_told_and_checked() {
        for big_endian in [true, false] {
            let declared = |label: &str| format!("<?xml version='1.0' encoding='{label}'?><a>Ø</a>");
            for (source, faulty) in [
                ("<?xml version='1.0'?><a>Ø</a>".to_owned(), false),
                ("<a>Ø</a>".to_owned(), true),
                (declared("UTF-16"), false),
                (declared("UTF-16BE"), !big_endian),
                (declared("UTF-16LE"), big_endian),
                (declared("UTF-8"), true),
            ] {
                let bytes = utf16(&source, big_endian);
                let text = decode(&bytes);
                assert_eq!(text.as_str(), source);
                assert_eq!(fault(&bytes, &text).map(|fault| fault.0), faulty.then_some(0), "{source} {big_endian}");
            }
        }
    }

    #[test]
    fn half_a_character_is_placed_where_it_stands() {
        let source = "<?xml version='1.0'?><a>é😀";
        for big_endian in [true, false] {
            for rest in [[0xDC, 0].as_slice(), &[0xD8, 0, 0, b'<'], &[0]] {
                let rest = rest.chunks(2).flat_map(|unit| match *unit {
                    [high, low] if !big_endian => vec![low, high],
                    _ => unit.to_vec(),
                });
                let bytes: Vec<u8> = utf16(source, big_endian).into_iter().chain(rest).collect();
                let found = fault(&bytes, &decode(&bytes));
                assert_eq!(found.map(|fault| fault.0), Some(source.len()), "{bytes:?}");
            }
        }
    }

    #[test]
    fn bytes_that_are_none_of_the_declared_encoding_are_found() {
        for (start, label, rest, offset) in [
            ("", "UTF-16", "<a/>", Some(0)),
            ("", "UTF-16BE", "<a/>", Some(0)),
            ("", "US-ASCII", "<a/>", None),
            ("", "US-ASCII", "<a>é</a>", Some(44)),
            ("\u{feff}", "US-ASCII", "<a/>", None),
            ("\u{feff}", "US-ASCII", "<a>é</a>", Some(47)),
        ] {
            let source = format!("{start}<?xml version='1.0' encoding='{label}'?>{rest}");
            let text = decode(source.as_bytes());
            assert_eq!(text.as_str(), source);
            assert_eq!(fault(source.as_bytes(), &text).map(|fault| fault.0), offset, "{source}");
        }
    }

    #[test]
    fn labels_of_the_whatwg_standard_are_tried() {
        for (label, byte, text) in [("iso-8859-10", 0xA1, 'Ą'), ("ucs-2", b'a', 'a'), ("iso-2022-kr", b'a', 'a')] {
            let mut bytes = format!("<?xml version='1.0' encoding='{label}'?>").into_bytes();
            bytes.push(byte);
            let decoded = decode(&bytes);
            assert_eq!((decoded.as_str().find("<?xml"), decoded.as_str().chars().last()), (Some(0), Some(text)));
            assert!(fault(&bytes, &decoded).is_some(), "{label}");
        }
    }

    #[test]
    fn the_document_begins_behind_a_byte_order_mark() {
        for (mark, label, start_at) in [("", "UTF-8", 0), ("\u{feff}", "UTF-8", 3), ("\u{feff}", "ISO-8859-1", 6)] {
            let source = format!("{mark}<?xml version='1.0' encoding='{label}'?><a/>");
            let text = decode(source.as_bytes());
            assert_eq!(start(source.as_bytes(), text.as_str()), start_at, "{source:?}");
            assert!(text.as_str()[start_at..].starts_with("<?xml"), "{source:?}");
        }
    }

    #[test]
    fn only_bytes_that_ascii_can_begin_with_are_searched() {
        assert!(may_contain(b"<a b=''/>", "b=") && !may_contain(b"<a b=''/>", "c="));
        assert!(may_contain(&utf16("<a b=''/>", true), "c=") && may_contain(b"\xFF\xFE", "c="));
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
