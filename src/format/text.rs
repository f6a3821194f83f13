//! A file's bytes as text, with the way back from the text to lines, columns and bytes.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::span::{Position, Span};

/// How far apart the checkpoints are that make positions cheap in files with very long lines, in bytes.
const CHECKPOINT: usize = 1024;

/// The decoded text of a file.
///
/// Spans in documents are byte ranges of [`Text::as_str`]. For UTF-8 input that is the file's own bytes, a byte order
/// mark included; for other encodings [`Text::position`] finds the raw offset.
#[derive(Debug)]
pub struct Text<'a> {
    decoded: Cow<'a, str>,
    raw: RawLength,
    charset: Charset,
    checkpoints: OnceCell<Vec<Checkpoint>>,
}

/// What the text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Charset {
    Utf8,
    Latin1,
    /// With its byte order mark, if there is one.
    Utf16 {
        big_endian: bool,
        bom: bool,
    },
    Other(&'static encoding_rs::Encoding),
}

/// How many bytes of the file one decoded character takes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum RawLength {
    /// The text is the file.
    Same,
    /// One byte each (ISO-8859-1, windows-1252, …).
    One,
    /// UTF-16, after a byte order mark of that many bytes.
    Utf16 { bom: usize },
    /// UTF-8 with bytes that are none: each replaced run is listed as (decoded offset of U+FFFD, raw length).
    Replaced(Vec<(usize, usize)>),
    /// Another multi-byte encoding: re-encode to know.
    Encoded(&'static encoding_rs::Encoding),
}

#[derive(Clone, Copy, Debug)]
struct Checkpoint {
    decoded: usize,
    position: Position,
    /// The character before was a CR, so that a LF here belongs to the same line end.
    after_cr: bool,
}

impl<'a> Text<'a> {
    /// UTF-8, with every invalid sequence replaced by U+FFFD as Java's decoder does.
    pub fn utf8(bytes: &'a [u8]) -> Self {
        let mut replaced = Vec::new();
        let mut decoded = String::new();
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Self::new(Cow::Borrowed(text), RawLength::Same, Charset::Utf8);
        }
        for chunk in bytes.utf8_chunks() {
            decoded.push_str(chunk.valid());
            if !chunk.invalid().is_empty() {
                replaced.push((decoded.len(), chunk.invalid().len()));
                decoded.push(char::REPLACEMENT_CHARACTER);
            }
        }
        Self::new(Cow::Owned(decoded), RawLength::Replaced(replaced), Charset::Utf8)
    }

    /// ISO-8859-1: every byte is the character of that number (`java.util.Properties`).
    pub fn latin1(bytes: &'a [u8]) -> Self {
        if bytes.is_ascii() {
            return Self { charset: Charset::Latin1, ..Self::utf8(bytes) };
        }
        let decoded: String = bytes.iter().map(|&b| char::from(b)).collect();
        Self::new(Cow::Owned(decoded), RawLength::One, Charset::Latin1)
    }

    /// UTF-16 in the byte order given, after a byte order mark of `bom` bytes (0 or 2), which is not part of the text.
    pub fn utf16(bytes: &'a [u8], big_endian: bool, bom: usize) -> Self {
        let units = bytes[bom.min(bytes.len())..].chunks(2).map(|pair| match *pair {
            [a, b] if big_endian => u16::from_be_bytes([a, b]),
            [a, b] => u16::from_le_bytes([a, b]),
            _ => 0xFFFD,
        });
        let decoded: String =
            char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        let charset = Charset::Utf16 { big_endian, bom: bom > 0 };
        Self::new(Cow::Owned(decoded), RawLength::Utf16 { bom }, charset)
    }

    /// Any encoding that has a label in the WHATWG Encoding Standard.
    pub fn with_encoding(bytes: &'a [u8], encoding: &'static encoding_rs::Encoding) -> Self {
        if encoding == encoding_rs::UTF_8 {
            return Self::utf8(bytes);
        }
        if encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE {
            return Self::utf16(bytes, encoding == encoding_rs::UTF_16BE, 0);
        }
        let (decoded, _) = encoding.decode_without_bom_handling(bytes);
        let raw = if encoding.is_single_byte() { RawLength::One } else { RawLength::Encoded(encoding) };
        Self::new(Cow::Owned(decoded.into_owned()), raw, Charset::Other(encoding))
    }

    fn new(decoded: Cow<'a, str>, raw: RawLength, charset: Charset) -> Self {
        Self { decoded, raw, charset, checkpoints: OnceCell::new() }
    }

    /// The bytes of a file that holds `text` in the encoding of this one, with its byte order mark where this one has
    /// one outside its text. `None` when the encoding lacks one of the characters.
    ///
    /// Bytes that could not be decoded do not come back: compare before anything is written.
    pub fn encode(&self, text: &str) -> Option<Vec<u8>> {
        match self.charset {
            Charset::Utf8 => Some(text.as_bytes().to_vec()),
            Charset::Latin1 => text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect(),
            Charset::Utf16 { big_endian, bom } => {
                let mark = bom.then_some('\u{feff}').into_iter().map(|mark| mark as u16);
                let units = mark.chain(text.encode_utf16());
                Some(units.flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect())
            }
            Charset::Other(encoding) => {
                let (bytes, _, unmappable) = encoding.encode(text);
                (!unmappable).then(|| bytes.into_owned())
            }
        }
    }

    /// The decoded text.
    pub fn as_str(&self) -> &str {
        &self.decoded
    }

    /// Whether the bytes of the text are those of the file.
    pub fn is_the_file(&self) -> bool {
        self.raw == RawLength::Same
    }

    /// Whether bytes had to be replaced because they are not valid in the file's encoding.
    pub fn has_replacements(&self) -> bool {
        matches!(self.raw, RawLength::Replaced(_))
    }

    /// Offset of the first U+FFFD that stands for bytes which are not valid UTF-8.
    pub fn first_replacement(&self) -> Option<usize> {
        match &self.raw {
            RawLength::Replaced(list) => list.first().map(|&(offset, _)| offset),
            _ => None,
        }
    }

    /// The text of `span`; empty when the span does not lie on character boundaries of this text.
    pub fn slice(&self, span: Span) -> &str {
        self.decoded.get(span.range()).unwrap_or("")
    }

    /// Line, columns and raw offset of the decoded byte `offset` (clamped to the text).
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.decoded.len());
        let checkpoints = self.checkpoints.get_or_init(|| self.sweep());
        let index = checkpoints.partition_point(|c| c.decoded <= offset);
        let mut cursor = checkpoints[index.saturating_sub(1)];
        for (at, c) in self.decoded[cursor.decoded..].char_indices() {
            if checkpoints[index.saturating_sub(1)].decoded + at >= offset {
                break;
            }
            self.advance(&mut cursor, c);
        }
        cursor.position
    }

    fn start(&self) -> Checkpoint {
        let offset = match self.raw {
            RawLength::Utf16 { bom } => bom as u64,
            _ => 0,
        };
        Checkpoint { decoded: 0, position: Position { line: 1, column: 1, utf16_column: 1, offset }, after_cr: false }
    }

    fn sweep(&self) -> Vec<Checkpoint> {
        let mut cursor = self.start();
        let mut checkpoints = vec![cursor];
        let mut last = 0;
        for c in self.decoded.chars() {
            self.advance(&mut cursor, c);
            if cursor.decoded - last >= CHECKPOINT {
                checkpoints.push(cursor);
                last = cursor.decoded;
            }
        }
        checkpoints
    }

    fn advance(&self, cursor: &mut Checkpoint, c: char) {
        cursor.position.offset += self.raw_length(cursor.decoded, c) as u64;
        cursor.decoded += c.len_utf8();
        let position = &mut cursor.position;
        match c {
            '\n' if cursor.after_cr => {
                // The CR before has already ended this line.
                cursor.after_cr = false;
            }
            '\n' | '\r' => {
                position.line = position.line.saturating_add(1);
                position.column = 1;
                position.utf16_column = 1;
                cursor.after_cr = c == '\r';
            }
            _ => {
                position.column = position.column.saturating_add(1);
                position.utf16_column = position.utf16_column.saturating_add(c.len_utf16() as u32);
                cursor.after_cr = false;
            }
        }
    }

    fn raw_length(&self, decoded: usize, c: char) -> usize {
        match &self.raw {
            RawLength::Same => c.len_utf8(),
            RawLength::One => 1,
            RawLength::Utf16 { .. } => c.len_utf16() * 2,
            RawLength::Replaced(list) => match list.binary_search_by_key(&decoded, |r| r.0) {
                Ok(found) => list[found].1,
                Err(_) => c.len_utf8(),
            },
            RawLength::Encoded(encoding) => {
                let mut buffer = [0; 4];
                encoding.encode(c.encode_utf8(&mut buffer)).0.len()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &Text<'_>, offset: usize) -> (u32, u32, u32, u64) {
        let p = text.position(offset);
        (p.line, p.column, p.utf16_column, p.offset)
    }

    #[test]
    fn every_line_end_counts_once() {
        let text = Text::utf8(b"a\nb\r\nc\rd");
        assert_eq!(place(&text, 2), (2, 1, 1, 2));
        assert_eq!(place(&text, 5), (3, 1, 1, 5));
        assert_eq!(place(&text, 7), (4, 1, 1, 7));
        assert_eq!(place(&text, 99), (4, 2, 2, 8));
    }

    #[test]
    fn characters_outside_the_bmp_are_two_utf16_units() {
        let text = Text::utf8("é😀x".as_bytes());
        assert_eq!(place(&text, 6), (1, 3, 4, 6));
    }

    #[test]
    fn utf16_offsets_are_those_of_the_file() {
        let bytes: Vec<u8> = [0xFF, 0xFE].into_iter().chain("a😀b".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let text = Text::utf16(&bytes, false, 2);
        assert_eq!(place(&text, 0), (1, 1, 1, 2));
        assert_eq!(place(&text, 5), (1, 3, 4, 8));
    }

    #[test]
    fn latin1_and_broken_utf8_keep_raw_offsets() {
        let text = Text::latin1(b"\xe9=x");
        assert_eq!(text.as_str(), "é=x");
        assert_eq!(place(&text, 3), (1, 3, 3, 2));
        let text = Text::utf8(b"\xff\xfex");
        assert_eq!(place(&text, 6), (1, 3, 3, 2));
    }

    #[test]
    fn invalid_sequences_are_known_by_their_place() {
        let text = Text::utf8(b"\xc3\xa9\xf0\x9f\xc3\xa9x");
        assert_eq!(text.as_str(), "é\u{fffd}éx");
        assert_eq!([0, 2, 5, 7, 8].map(|offset| place(&text, offset).3), [0, 2, 4, 6, 7]);
        assert!(text.has_replacements() && !text.is_the_file());
        let valid = Text::utf8("é".as_bytes());
        assert!(!valid.has_replacements() && valid.is_the_file());
        assert!(Text::latin1(b"a").is_the_file() && !Text::latin1(b"\xe9").is_the_file());
    }

    #[test]
    fn labels_of_utf16_choose_the_byte_order() {
        assert_eq!(Text::with_encoding(b"a\0", encoding_rs::UTF_16LE).as_str(), "a");
        assert_eq!(Text::with_encoding(b"\0a", encoding_rs::UTF_16BE).as_str(), "a");
        assert_eq!(Text::with_encoding(b"\0a", encoding_rs::UTF_16BE).encode("b"), Some(b"\0b".to_vec()));
    }

    #[test]
    fn texts_are_encoded_as_their_file_is() {
        let utf16 = [0xFE, 0xFF, 0, b'a'];
        assert_eq!(Text::utf16(&utf16, true, 2).encode("é"), Some(vec![0xFE, 0xFF, 0, 0xE9]));
        assert_eq!(Text::utf16(b"a\0", false, 0).encode("😀"), Some(vec![0x3D, 0xD8, 0, 0xDE]));
        assert_eq!(Text::latin1(b"a").encode("é"), Some(vec![0xE9]));
        assert_eq!(Text::latin1(b"a").encode("€"), None);
        let windows = Text::with_encoding(b"a", encoding_rs::WINDOWS_1252);
        assert_eq!((windows.encode("€"), windows.encode("Ж")), (Some(vec![0x80]), None));
        assert_eq!(Text::utf8("\u{feff}a".as_bytes()).encode("\u{feff}b"), Some(b"\xEF\xBB\xBFb".to_vec()));
    }

    #[test]
    fn checkpoints_agree_with_a_plain_count() {
        let source = "äb\n😀\rcd\n".repeat(2000);
        let text = Text::utf8(source.as_bytes());
        for (offset, _) in source.char_indices().step_by(997) {
            let before = source[..offset].replace("\r\n", "\n").replace('\r', "\n");
            assert_eq!(text.position(offset).line, before.matches('\n').count() as u32 + 1);
        }
    }
}
