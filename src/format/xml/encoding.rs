//! How an XML file's bytes become text: byte order mark, byte pattern, XML declaration.

use encoding_rs::Encoding;

use super::names::{Version, is_space};
use crate::format::Text;
use crate::format::code_page::CodePage;
use crate::format::text::Utf32;

/// A character set that a declaration can name.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Charset {
    Utf8,
    /// UTF-8 under one of Java's own names: bytes that are none become U+FFFD instead of an error.
    LenientUtf8,
    Utf16,
    Utf16Le,
    Utf16Be,
    /// In the byte order that the first bytes tell; without one the JDK's parser refuses it.
    Ucs2,
    /// In the byte order of its byte order mark, big-endian without one.
    Utf32,
    Utf32Le,
    Utf32Be,
    /// In the byte order that the first bytes tell; without one the JDK's parser refuses it.
    Ucs4,
    Latin1,
    Ascii,
    Page(&'static CodePage),
    Other(&'static Encoding),
}

impl Charset {
    /// Whether ASCII bytes are ASCII characters.
    fn is_ascii(self) -> bool {
        match self {
            Self::Utf8 | Self::LenientUtf8 | Self::Latin1 | Self::Ascii => true,
            Self::Page(page) => page.is_ascii(),
            Self::Other(encoding) => encoding.is_ascii_compatible() || encoding == encoding_rs::ISO_2022_JP,
            _ => false,
        }
    }

    /// Whether it has every character.
    fn is_unicode(self) -> bool {
        use Charset::{LenientUtf8, Ucs2, Ucs4, Utf8, Utf16, Utf16Be, Utf16Le, Utf32, Utf32Be, Utf32Le};
        matches!(self, Utf8 | LenientUtf8 | Utf16 | Utf16Be | Utf16Le | Ucs2 | Utf32 | Utf32Be | Utf32Le | Ucs4)
    }

    /// Decodes the bytes behind a declaration.
    fn decode(self, bytes: &[u8]) -> Text<'_> {
        let begins = |mark: &[u8]| bytes.starts_with(mark);
        match self {
            Self::Utf8 | Self::LenientUtf8 | Self::Ascii => Text::utf8(bytes),
            Self::Latin1 => Text::latin1(bytes),
            Self::Utf16 | Self::Utf16Le if begins(b"\xFF\xFE") => Text::utf16(bytes, false, 2),
            Self::Utf16 | Self::Utf16Be if begins(b"\xFE\xFF") => Text::utf16(bytes, true, 2),
            Self::Utf16 | Self::Utf16Be | Self::Ucs2 => Text::utf16(bytes, true, 0),
            Self::Utf16Le => Text::utf16(bytes, false, 0),
            Self::Utf32 | Self::Utf32Le if begins(b"\xFF\xFE\0\0") => Text::utf32(bytes, Utf32::LITTLE_ENDIAN, 4),
            Self::Utf32 | Self::Utf32Be if begins(b"\0\0\xFE\xFF") => Text::utf32(bytes, Utf32::BIG_ENDIAN, 4),
            Self::Utf32 | Self::Utf32Be | Self::Ucs4 => Text::utf32(bytes, Utf32::BIG_ENDIAN, 0),
            Self::Utf32Le => Text::utf32(bytes, Utf32::LITTLE_ENDIAN, 0),
            Self::Page(page) => Text::with_page(bytes, page),
            Self::Other(encoding) => Text::with_encoding(bytes, encoding),
        }
    }
}

/// The names that the JDK's XML parser knows (`com.sun.org.apache.xerces.internal.util.EncodingMap`, then the aliases of
/// `java.nio.charset.Charset`), in upper case and apart by spaces; those of [`CodePage`] are with it. Character sets of
/// several bytes that are nearly the same are taken for one: they have the same ASCII.
#[rustfmt::skip]
const CHARSETS: &[(Charset, &str)] = &[
    (Charset::Latin1,
        "819 8859_1 CP819 CSISOLATIN1 IBM-819 IBM819 ISO-8859-1 ISO-IR-100 ISO8859-1 ISO8859_1 ISO_8859-1 \
         ISO_8859-1:1987 ISO_8859_1 L1 LATIN1"),
    (Charset::Ascii,
        "646 ANSI_X3.4-1968 ANSI_X3.4-1986 ASCII ASCII7 CP367 CSASCII DEFAULT IBM-367 IBM367 ISO-IR-6 ISO646-US \
         ISO_646.IRV:1983 ISO_646.IRV:1991 US US-ASCII"),
    (Charset::Utf8, "UTF-8"),
    (Charset::LenientUtf8, "CESU-8 CESU8 CSCESU-8 UNICODE-1-1-UTF-8 UTF8"),
    (Charset::Utf16, "UNICODE UNICODEBIG UTF-16 UTF16 UTF_16"),
    (Charset::Utf16Le, "UNICODELITTLE UNICODELITTLEUNMARKED UTF-16LE UTF_16LE X-UTF-16LE X-UTF-16LE-BOM"),
    (Charset::Utf16Be, "UNICODEBIGUNMARKED UTF-16BE UTF_16BE X-UTF-16BE"),
    (Charset::Ucs2, "ISO-10646-UCS-2"),
    (Charset::Utf32, "UTF-32 UTF32 UTF_32"),
    (Charset::Utf32Le, "UTF-32LE UTF-32LE-BOM UTF_32LE UTF_32LE_BOM X-UTF-32LE X-UTF-32LE-BOM"),
    (Charset::Utf32Be, "UTF-32BE UTF-32BE-BOM UTF_32BE UTF_32BE_BOM X-UTF-32BE X-UTF-32BE-BOM"),
    (Charset::Ucs4, "ISO-10646-UCS-4"),
    (Charset::Other(encoding_rs::BIG5),
        "BIG5 BIG5-HKSCS BIG5-HKSCS-2001 BIG5HK BIG5HK-2001 BIG5HKSCS BIG5HKSCS-2001 BIG5_HKSCS BIG5_HKSCS_2001 \
         BIG5_SOLARIS CP948 CP950 CSBIG5 IBM-948 IBM-950 IBM948 IBM950 MS950 MS950_HKSCS MS950_HKSCS_XP WINDOWS-950 \
         X-BIG5-HKSCS-2001 X-BIG5-SOLARIS X-IBM948 X-IBM950 X-MS950-HKSCS X-MS950-HKSCS-XP X-WINDOWS-950"),
    (Charset::Other(encoding_rs::EUC_JP),
        "CP29626C CP33722 CSEUCPKDFMTJAPANESE EUC-JP EUC-JP-LINUX EUCJIS EUCJP EUCJP-OPEN EUC_JP EUC_JP_LINUX \
         EUC_JP_SOLARIS EXTENDED_UNIX_CODE_PACKED_FORMAT_FOR_JAPANESE IBM-29626C IBM-33722 IBM-33722_VASCII_VPUA \
         IBM-5050 IBM-EUCJP IBM29626C IBM33722 X-EUC-JP X-EUC-JP-LINUX X-EUCJP X-EUCJP-OPEN X-IBM29626C X-IBM33722"),
    (Charset::Other(encoding_rs::EUC_KR),
        "5601 CSEUCKR CSKSC56011987 EUC-KR EUCKR EUC_KR ISO-IR-149 KOREAN KSC5601 KSC5601-1987 KSC5601_1987 KSC_5601 \
         KS_C_5601-1987 KS_C_5601-1989 CP949 CP949C CP970 IBM-949 IBM-949C IBM-970 IBM-EUCKR IBM949 IBM949C IBM970 \
         MS949 MS_949 WINDOWS-949 WINDOWS949 X-IBM949 X-IBM949C X-IBM970 X-WINDOWS-949"),
    (Charset::Other(encoding_rs::GB18030), "GB18030 GB18030-2022"),
    (Charset::Other(encoding_rs::GBK),
        "CP936 CSGB2312 EUC-CN EUCCN EUC_CN GB2312 GB2312-1980 GB2312-80 GBK MS936 WINDOWS-936 X-EUC-CN CP1381 CP1383 \
         CPEUCCN IBM-1381 IBM-1383 IBM-EUCCN IBM1381 IBM1383 IBMEUCCN MS_936 X-IBM1381 X-IBM1383 X-MSWIN-936"),
    (Charset::Other(encoding_rs::IBM866), "866 CP866 CSIBM866 IBM-866 IBM866"),
    (Charset::Other(encoding_rs::ISO_2022_JP),
        "CP50220 CP50221 CSISO2022JP CSJISENCODING ISO-2022-JP ISO2022JP JIS \
         JIS_ENCODING MS50220 MS50221 WINDOWS-ISO2022JP X-WINDOWS-50220 X-WINDOWS-50221 X-WINDOWS-ISO2022JP"),
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
        "CSSHIFTJIS CSWINDOWS31J MS932 MS_KANJI SHIFT-JIS SHIFT_JIS SJIS WINDOWS-31J WINDOWS-932 X-SJIS \
         CP932 CP942 CP942C CP943 CP943C IBM-932 IBM-942 IBM-942C IBM-943 IBM-943C IBM932 IBM942 IBM942C IBM943 IBM943C \
         MS932-0213 MS932_0213 PCK SJIS-0213 SJIS_0213 WINDOWS-932-0213 X-IBM932 X-IBM942 X-IBM942C X-IBM943 X-IBM943C \
         X-MS932_0213 X-PCK X-SJIS_0213"),
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
    if label.eq_ignore_ascii_case("UTF-8") {
        return Some(Charset::Utf8);
    }
    let label = label.to_ascii_uppercase();
    let known = CHARSETS.iter().find(|(_, names)| names.split(' ').any(|name| name == label));
    known.map(|&(charset, _)| charset).or_else(|| CodePage::named(&label).map(Charset::Page))
}

/// How the first bytes say the file is encoded, before any declaration is read (XML 1.0, appendix F;
/// `XMLEntityManager#getEncodingInfo` of the JDK).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Detected {
    Utf16 {
        big_endian: bool,
        /// Length of the byte order mark.
        mark: usize,
        /// The JDK's parser sees it too: there is a byte order mark, or the file begins with `<?`.
        certain: bool,
    },
    /// Four bytes to a character.
    Ucs4 {
        utf32: Utf32,
        /// Length of the byte order mark.
        mark: usize,
        /// The JDK's parser reads it: no byte order mark, and no order in which neither end comes first.
        certain: bool,
    },
    /// Some EBCDIC, of which the declaration is read as code page 037.
    Ebcdic,
    /// Bytes that ASCII can begin with.
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
    /// Decodes the whole file as its first bytes have it.
    fn decode(self, bytes: &[u8]) -> Text<'_> {
        match self {
            Self::Utf16 { big_endian, mark, .. } => Text::utf16(bytes, big_endian, mark),
            Self::Ucs4 { utf32, mark, .. } => Text::utf32(bytes, utf32, mark),
            Self::Ebcdic => Text::with_page(bytes, CodePage::ebcdic()),
            Self::Bytes => Text::utf8(bytes),
        }
    }

    /// Decodes what is behind a declaration, as the first bytes have it.
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

    /// Whether a declaration of `charset` says nothing that the first bytes did not say.
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

/// What the first bytes and the declaration make of a file.
struct Plan {
    detected: Detected,
    /// The encoding that is declared, if the JDK's parser knows it.
    charset: Option<Charset>,
    /// A name is declared that the JDK's parser does not know.
    unknown: Option<String>,
    /// Where the declaration ends and the declared encoding begins, when that is another than the detected one.
    switch: Option<usize>,
    /// The file is not in the encoding that it declares.
    contradiction: bool,
}

impl Plan {
    fn of(bytes: &[u8]) -> Self {
        let detected = detect(bytes);
        let plan = Self { detected, charset: None, unknown: None, switch: None, contradiction: false };
        let Some((end, label)) = detected.declared(bytes) else { return plan };
        let Some(charset) = charset(&label) else { return Self { unknown: Some(label), ..plan } };
        let plan = Self { charset: Some(charset), ..plan };
        if detected.agrees(charset) {
            return plan;
        }
        // The JDK's parser goes on in the declared encoding right behind the declaration.
        let switches = match charset {
            Charset::Ucs2 | Charset::Ucs4 => false,
            _ if detected == Detected::Bytes && charset.is_ascii() => true,
            // What is markup in neither of the two is not for a person to tell either.
            _ => begins_markup(&charset.decode(&bytes[end..])) || !begins_markup(&detected.rest(bytes, end)),
        };
        Self { contradiction: !switches, switch: switches.then_some(end), ..plan }
    }
}

/// Whether what is behind a declaration can be the rest of a document.
fn begins_markup(text: &Text<'_>) -> bool {
    let text = text.as_str();
    let mut first = text.strip_prefix('\u{FEFF}').unwrap_or(text).trim_start_matches(is_space).chars();
    first.next() == Some('<') && first.next().is_some_and(|c| !c.is_control())
}

/// Decodes an XML file.
///
/// A declared name that the JDK's parser does not know is still tried as a label of the WHATWG Encoding Standard, and
/// then as UTF-8: [`fault`] tells that AEM refuses it.
pub fn decode(bytes: &[u8]) -> Text<'_> {
    let plan = Plan::of(bytes);
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

/// Decodes a file whose first `head` bytes, which are ASCII, name the encoding of the rest: any that Java has. With another
/// name it is UTF-8.
pub fn decode_named<'a>(bytes: &'a [u8], head: usize, label: &str) -> Text<'a> {
    match charset(label) {
        Some(charset) if charset.is_ascii() => charset.decode(bytes),
        Some(charset) => Text::utf8(&bytes[..head]).followed_by(charset.decode(&bytes[head..])),
        None => Text::utf8(bytes),
    }
}

/// Whether the ASCII text `needle` can stand in the file: a quick look before a file is decoded. Character references
/// are not followed.
pub fn may_contain(bytes: &[u8], needle: &str) -> bool {
    memchr::memmem::find(bytes, needle.as_bytes()).is_some() || {
        let plan = Plan::of(bytes);
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

/// Where and why the JDK's parser stops at the encoding of a file: at the declaration, or at bytes that are none of it.
/// `text` is what [`decode`] returned; the offset is one of it.
pub fn fault(bytes: &[u8], text: &Text<'_>) -> Option<(usize, &'static str)> {
    let plan = Plan::of(bytes);
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
        Detected::Utf16 { .. } | Detected::Ucs4 { .. } | Detected::Ebcdic if plan.switch.is_none() => return None,
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
    label.is_none_or(|label| charset(label).is_some_and(Charset::is_unicode))
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
        for (label, byte, text) in [("iso-8859-10", 0xA1, 'Ą'), ("ucs-2", b'a', 'a'), ("replacement", b'a', 'a')] {
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
