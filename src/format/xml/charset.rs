//! The character sets that the JDK's XML parser knows by name.

use encoding_rs::Encoding;

use crate::format::Text;
use crate::format::code_page::CodePage;
use crate::format::text::Utf32;

/// A character set that a declaration can name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Charset {
    Utf8,
    /// UTF-8 under one of Java's own names: invalid bytes become U+FFFD instead of an error.
    LenientUtf8,
    Utf16,
    Utf16Le,
    Utf16Be,
    /// In the byte order that the first bytes indicate; without one, the JDK's parser rejects it.
    Ucs2,
    /// In the byte order of its byte order mark, big-endian without one.
    Utf32,
    Utf32Le,
    Utf32Be,
    /// In the byte order that the first bytes indicate; without one, the JDK's parser rejects it.
    Ucs4,
    Latin1,
    Ascii,
    Page(&'static CodePage),
    Other(&'static Encoding),
}

impl Charset {
    /// Whether ASCII bytes are ASCII characters.
    pub(super) fn is_ascii(self) -> bool {
        match self {
            Self::Utf8 | Self::LenientUtf8 | Self::Latin1 | Self::Ascii => true,
            Self::Page(page) => page.is_ascii(),
            Self::Other(encoding) => encoding.is_ascii_compatible() || encoding == encoding_rs::ISO_2022_JP,
            _ => false,
        }
    }

    /// Whether it has every character.
    pub(super) fn is_unicode(self) -> bool {
        use Charset::{LenientUtf8, Ucs2, Ucs4, Utf8, Utf16, Utf16Be, Utf16Le, Utf32, Utf32Be, Utf32Le};
        matches!(self, Utf8 | LenientUtf8 | Utf16 | Utf16Be | Utf16Le | Ucs2 | Utf32 | Utf32Be | Utf32Le | Ucs4)
    }

    /// Decodes the bytes after a declaration.
    pub(super) fn decode(self, bytes: &[u8]) -> Text<'_> {
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

/// The names that the JDK's XML parser knows (`com.sun.org.apache.xerces.internal.util.EncodingMap`, then the aliases
/// of `java.nio.charset.Charset`), in upper case and separated by spaces; those of [`CodePage`] are listed there.
/// Multi-byte character sets that are nearly the same are treated as one: they have the same ASCII.
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

/// The character set of a name, ignoring case.
pub(super) fn charset(label: &str) -> Option<Charset> {
    if label.eq_ignore_ascii_case("UTF-8") {
        return Some(Charset::Utf8);
    }
    let label = label.to_ascii_uppercase();
    let known = CHARSETS.iter().find(|(_, names)| names.split(' ').any(|name| name == label));
    known.map(|&(charset, _)| charset).or_else(|| CodePage::named(&label).map(Charset::Page))
}
