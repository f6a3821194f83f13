//! Text files in UTF-16 and UTF-32: what Windows PowerShell writes with `>` and `Out-File`, and what editors save.
//!
//! Most formats look for ASCII words in the bytes. A file in a wide encoding is passed to them in UTF-8, while its
//! positions stay those of the file. XML, and text that may be XML, declares its encoding itself.

use super::osgi::{self, ConfigurationPlace};
use super::text::Utf32;
use super::{Document, Format, Input, Problem, Reading, Text};

/// Number of bytes examined in a file without a byte order mark.
const SNIFFED: usize = 64;

/// The text of a file in a wide encoding, which the first bytes indicate: by a byte order mark, or by the NUL bytes around
/// ASCII characters. `None` for any other file.
pub(super) fn decode(bytes: &[u8]) -> Option<Text<'_>> {
    let utf16 = |big_endian, mark| Some(Text::utf16(bytes, big_endian, mark));
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] => Some(Text::utf32(bytes, Utf32::LITTLE_ENDIAN, 4)),
        [0, 0, 0xFE, 0xFF, ..] => Some(Text::utf32(bytes, Utf32::BIG_ENDIAN, 4)),
        [0xFF, 0xFE, ..] => utf16(false, 2),
        [0xFE, 0xFF, ..] => utf16(true, 2),
        _ => {
            let head = &bytes[..bytes.len().min(SNIFFED) & !1];
            let all = |big_endian: bool| {
                let (high, low) = if big_endian { (0, 1) } else { (1, 0) };
                let begins = |low: u8| low.is_ascii_graphic() || low.is_ascii_whitespace();
                let narrow = head.chunks_exact(2).all(|pair| pair[high] == 0 && pair[low] != 0);
                head.len() >= 4 && begins(head[low]) && narrow
            };
            [false, true].into_iter().find(|&big| all(big)).and_then(|big_endian| utf16(big_endian, 0))
        }
    }
}

/// The document of a file that AEM rejects for its wide encoding: AEM reads configurations as UTF-8 or ISO-8859-1.
/// `None` if AEM does not read the file at that location, and in the tolerant reading.
pub(super) fn refused(format: &dyn Format, input: &Input<'_>, reading: Reading) -> Option<Document> {
    let deployed = format.traits().is_read_by_aem() && osgi::place(input.context) != ConfigurationPlace::Elsewhere;
    let problem = || Problem::new(0, "the file is in UTF-16 or UTF-32, which AEM does not read here: save it as UTF-8");
    (reading == Reading::Aem && deployed).then(|| osgi::refused(input, reading, problem()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, big_endian: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn wide_files_are_told_with_and_without_a_mark() {
        for big_endian in [false, true] {
            for mark in ["\u{feff}", ""] {
                let bytes = utf16(&format!("{mark}PID = é"), big_endian);
                assert_eq!(decode(&bytes).unwrap().as_str(), "PID = é", "{big_endian} {mark:?}");
            }
        }
        let utf32: Vec<u8> = "\u{feff}a😀".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        assert_eq!(decode(&utf32).unwrap().as_str(), "a😀");
        for bytes in [&b"PID = x"[..], b"\xef\xbb\xbfPID", b"", b"a\0", b"PK\x03\x04\0\0\0\0", b"\0\0\0\0\0\0"] {
            assert!(decode(bytes).is_none(), "{bytes:?}");
        }
    }
}
