//! A file's bytes as text, with a mapping from the text to lines, columns and bytes.

use std::borrow::Cow;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::MAX_CONFIGURATION;
use super::code_page::CodePage;
use super::json::{self, Dialect, KeptTree, Tree};
use super::span::{Position, Span};

/// Distance of the checkpoints that make positions cheap in files with very long lines, in bytes.
const CHECKPOINT: usize = 1024;

/// The decoded text of a file.
///
/// Spans in documents are byte ranges of [`Text::as_str`]. For UTF-8 input that is the file's own bytes, a byte order
/// mark included; for other encodings [`Text::position`] finds the raw offset.
#[derive(Debug)]
pub struct Text<'a> {
    decoded: Cow<'a, str>,
    /// A beginning in another encoding, such as the declaration that names the encoding of the rest.
    head: Option<Box<Head>>,
    body: Part,
    checkpoints: OnceLock<Vec<Checkpoint>>,
    /// Subtrees that readers skip.
    quiet: Vec<std::ops::Range<usize>>,
    /// The last tree of the text as JSON: who recognises a file, and both readings of it, mostly need the same one.
    tree: Mutex<Option<KeptTree>>,
}

/// The beginning of a text that is in another encoding than the rest.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    /// Its length in the decoded text.
    len: usize,
    part: Part,
}

/// How a part of a text is written in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    /// Number of bytes before it that are not part of the text: a byte order mark.
    mark: usize,
    charset: Charset,
    /// Runs of bytes that are not valid UTF-8: the decoded offset of the U+FFFD in their place, and their length.
    replaced: Vec<(usize, usize)>,
}

/// The encoding of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Charset {
    Utf8,
    Latin1,
    Utf16 { big_endian: bool },
    Utf32(Utf32),
    Page(&'static CodePage),
    Other(&'static encoding_rs::Encoding),
}

/// The order of the four bytes of a character, and their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Utf32 {
    /// Positions of the four bytes, from the most significant to the least significant.
    pub order: [u8; 4],
    /// The numbers are UTF-16 code units, of which only the lower half counts (`UCSReader` of the JDK's XML parser).
    pub units: bool,
}

impl Utf32 {
    /// From the most significant to the least significant.
    pub const BIG_ENDIAN: Self = Self { order: [0, 1, 2, 3], units: false };
    /// From the least significant to the most significant.
    pub const LITTLE_ENDIAN: Self = Self { order: [3, 2, 1, 0], units: false };

    fn number(self, bytes: &[u8]) -> u32 {
        let byte = |at: u8| bytes.get(usize::from(at)).copied().unwrap_or(0xFF);
        u32::from_be_bytes(self.order.map(byte))
    }

    fn bytes(self, number: u32) -> [u8; 4] {
        let mut bytes = [0; 4];
        for (at, byte) in self.order.into_iter().zip(number.to_be_bytes()) {
            bytes[usize::from(at)] = byte;
        }
        bytes
    }
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
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Self::new(Cow::Borrowed(text), Charset::Utf8);
        }
        let mut replaced = Vec::new();
        let mut decoded = String::new();
        for chunk in bytes.utf8_chunks() {
            decoded.push_str(chunk.valid());
            if !chunk.invalid().is_empty() {
                replaced.push((decoded.len(), chunk.invalid().len()));
                decoded.push(char::REPLACEMENT_CHARACTER);
            }
        }
        let mut text = Self::new(Cow::Owned(decoded), Charset::Utf8);
        text.body.replaced = replaced;
        text
    }

    /// UTF-8, or Windows-1252 (called ANSI by Windows editors) if the bytes are not UTF-8 and contain no UTF-8
    /// sequence.
    pub fn utf8_or_ansi(bytes: &'a [u8]) -> Self {
        let has_sequence = || bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii());
        if std::str::from_utf8(bytes).is_ok() || has_sequence() {
            return Self::utf8(bytes);
        }
        Self::with_encoding(bytes, encoding_rs::WINDOWS_1252)
    }

    /// ISO-8859-1: every byte is the character of that number (`java.util.Properties`).
    pub fn latin1(bytes: &'a [u8]) -> Self {
        if let Some(text) = std::str::from_utf8(bytes).ok().filter(|text| text.is_ascii()) {
            return Self::new(Cow::Borrowed(text), Charset::Latin1);
        }
        let decoded: String = bytes.iter().map(|&b| char::from(b)).collect();
        Self::new(Cow::Owned(decoded), Charset::Latin1)
    }

    /// UTF-16 in the byte order given, after a byte order mark of `mark` bytes (0 or 2), which is not part of the text.
    pub fn utf16(bytes: &'a [u8], big_endian: bool, mark: usize) -> Self {
        let units = bytes[mark.min(bytes.len())..].chunks(2).map(|pair| match *pair {
            [a, b] if big_endian => u16::from_be_bytes([a, b]),
            [a, b] => u16::from_le_bytes([a, b]),
            _ => 0xFFFD,
        });
        Self::new(Cow::Owned(from_units(units)), Charset::Utf16 { big_endian }).behind_mark(mark)
    }

    /// Four bytes per character, after a byte order mark of `mark` bytes (0 or 4), which is not part of the text.
    pub fn utf32(bytes: &'a [u8], utf32: Utf32, mark: usize) -> Self {
        let numbers = bytes[mark.min(bytes.len())..].chunks(4).map(|bytes| utf32.number(bytes));
        let character = |number| char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER);
        let decoded = match utf32.units {
            true => from_units(numbers.map(|number| number as u16)),
            false => numbers.map(character).collect(),
        };
        Self::new(Cow::Owned(decoded), Charset::Utf32(utf32)).behind_mark(mark)
    }

    /// A single-byte code page.
    pub fn with_page(bytes: &'a [u8], page: &'static CodePage) -> Self {
        Self::new(Cow::Owned(page.decode(bytes)), Charset::Page(page))
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
        Self::new(Cow::Owned(decoded.into_owned()), Charset::Other(encoding))
    }

    /// This text, which is only the beginning, followed by `rest`.
    #[must_use]
    pub fn followed_by(self, rest: Text<'_>) -> Self {
        let head = Head { len: self.decoded.len(), part: self.body };
        let decoded = Cow::Owned(self.decoded.into_owned() + &rest.decoded);
        Self { head: Some(Box::new(head)), body: rest.body, ..Self::new(decoded, Charset::Utf8) }
    }

    fn new(decoded: Cow<'a, str>, charset: Charset) -> Self {
        let body = Part { mark: 0, charset, replaced: Vec::new() };
        Self { decoded, head: None, body, checkpoints: OnceLock::new(), quiet: Vec::new(), tree: Mutex::default() }
    }

    fn behind_mark(mut self, mark: usize) -> Self {
        self.body.mark = mark;
        self
    }

    /// The bytes of a file with `text` in the encoding of this one, with its byte order mark if that is outside the
    /// text. `None` if the encoding lacks one of the characters.
    ///
    /// Bytes that could not be decoded are not restored: compare before anything is written.
    pub fn encode(&self, text: &str) -> Option<Vec<u8>> {
        let Some(head) = &self.head else { return self.body.encode(text) };
        // The part that names the encoding of the rest stays unchanged.
        let (first, rest) = text.split_at_checked(head.len)?;
        let mut bytes = head.part.encode(first).filter(|_| self.decoded.starts_with(first))?;
        bytes.extend(self.body.encode(rest)?);
        Some(bytes)
    }

    /// The same text, in which readers skip these subtrees.
    #[must_use]
    pub fn passing_over(self, quiet: Vec<std::ops::Range<usize>>) -> Self {
        Self { quiet, tree: Mutex::default(), ..self }
    }

    /// The text as JSON. The tree stays with the text, unless it is large.
    pub(super) fn tree(&self, dialect: Dialect, max_nesting: usize) -> Tree<'_> {
        let text = self.as_str();
        let parse = || json::parse_rest(text, 0, &self.quiet, dialect, max_nesting);
        if text.len() > MAX_CONFIGURATION {
            return parse();
        }
        let mut kept = self.tree.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tree) = kept.as_ref().and_then(|kept| kept.tree(text, dialect, max_nesting)) {
            return tree;
        }
        let tree = parse();
        *kept = Some(tree.kept(dialect, max_nesting));
        tree
    }

    /// Frees the tree.
    pub(super) fn forget_tree(&mut self) {
        self.tree = Mutex::default();
    }

    /// The tree that is kept, if there is one and it is that of `text`.
    pub(super) fn into_tree(self, text: &str) -> Option<KeptTree> {
        let tree = self.tree.into_inner().unwrap_or_else(PoisonError::into_inner);
        tree.filter(|_| self.decoded == text)
    }

    /// The same text, whose tree is known.
    #[must_use]
    pub(super) fn with_tree(self, tree: Option<KeptTree>) -> Self {
        Self { tree: Mutex::new(tree), ..self }
    }

    /// Subtrees without anything of interest, in order.
    pub fn quiet(&self) -> &[std::ops::Range<usize>] {
        &self.quiet
    }

    /// The decoded length of the part in another encoding than the rest.
    pub fn head_len(&self) -> usize {
        self.head.as_ref().map_or(0, |head| head.len)
    }

    /// The decoded text.
    pub fn as_str(&self) -> &str {
        &self.decoded
    }

    /// Whether the bytes of the text are those of the file.
    pub fn is_the_file(&self) -> bool {
        matches!(self.decoded, Cow::Borrowed(_))
    }

    /// Whether characters take two or four bytes each.
    pub fn is_wide(&self) -> bool {
        matches!(self.body.charset, Charset::Utf16 { .. } | Charset::Utf32(_))
    }

    /// Whether bytes had to be replaced because they are not valid in the file's encoding.
    pub fn has_replacements(&self) -> bool {
        !self.body.replaced.is_empty()
    }

    /// Offset of the first U+FFFD that stands for bytes which are not valid UTF-8.
    pub fn first_replacement(&self) -> Option<usize> {
        self.body.replaced.first().map(|&(offset, _)| self.head_len() + offset)
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

    /// Prepares what makes [`Text::position`] fast, which otherwise happens when it is first called.
    pub fn prepare_positions(&self) {
        self.checkpoints.get_or_init(|| self.sweep());
    }

    fn sweep(&self) -> Vec<Checkpoint> {
        let offset = self.head.as_ref().map_or(&self.body, |head| &head.part).mark as u64;
        let position = Position { line: 1, column: 1, utf16_column: 1, offset };
        let mut cursor = Checkpoint { decoded: 0, position, after_cr: false };
        let mut checkpoints = vec![cursor];
        if self.is_the_file() {
            while self.leap(&mut cursor) {
                checkpoints.push(cursor);
            }
            return checkpoints;
        }
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

    /// Advances by a [`CHECKPOINT`], many bytes at a time, in a text with the bytes of the file; `false` at the end of
    /// it.
    fn leap(&self, cursor: &mut Checkpoint) -> bool {
        let text = &self.decoded;
        let end = cursor.decoded + CHECKPOINT;
        if end >= text.len() {
            return false;
        }
        // If possible, not between the two characters of a line end.
        let mut ends = (end..text.len()).filter(|&end| text.is_char_boundary(end)).chain([text.len()]);
        let first = ends.next().unwrap_or(end);
        let is_whole = |end: &usize| text.as_bytes()[end - 1] != b'\r';
        let end = [first].into_iter().chain(ends.take(CHECKPOINT)).find(is_whole).unwrap_or(first);
        let piece = &text.as_bytes()[cursor.decoded..end];
        let is_alone = |at: usize| piece.get(at + 1) != Some(&b'\n');
        if cursor.after_cr || memchr::memchr_iter(b'\r', piece).any(is_alone) {
            for c in text[cursor.decoded..end].chars() {
                self.advance(cursor, c);
            }
            return true;
        }
        let (lines, last) = match memchr::memrchr(b'\n', piece) {
            Some(at) => (memchr::memchr_iter(b'\n', piece).count(), &piece[at + 1..]),
            None => (0, piece),
        };
        // Every character has exactly one byte that is not a continuation byte, and a four-byte character takes two
        // UTF-16 units.
        let (characters, pairs): (u32, u32) = match last.is_ascii() {
            true => (last.len() as u32, 0),
            false => (
                last.iter().map(|byte| u32::from(byte & 0xC0 != 0x80)).sum(),
                last.iter().map(|byte| u32::from(*byte >= 0xF0)).sum(),
            ),
        };
        let position = &mut cursor.position;
        if lines > 0 {
            position.line = position.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
            (position.column, position.utf16_column) = (1, 1);
        }
        position.column = position.column.saturating_add(characters);
        position.utf16_column = position.utf16_column.saturating_add(characters).saturating_add(pairs);
        position.offset += piece.len() as u64;
        cursor.decoded = end;
        true
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

    /// How many bytes of the file the character `c` at `decoded` takes, including a byte order mark after it.
    fn raw_length(&self, decoded: usize, c: char) -> usize {
        match &self.head {
            Some(head) if decoded < head.len => {
                let mark = if decoded + c.len_utf8() == head.len { self.body.mark } else { 0 };
                head.part.raw_length(decoded, c) + mark
            }
            head => self.body.raw_length(decoded - head.as_ref().map_or(0, |head| head.len), c),
        }
    }
}

impl Part {
    fn raw_length(&self, decoded: usize, c: char) -> usize {
        match self.charset {
            Charset::Utf8 if self.replaced.is_empty() => c.len_utf8(),
            Charset::Utf8 => {
                let found = self.replaced.binary_search_by_key(&decoded, |run| run.0);
                found.map_or(c.len_utf8(), |found| self.replaced[found].1)
            }
            Charset::Latin1 | Charset::Page(_) => 1,
            Charset::Utf16 { .. } => c.len_utf16() * 2,
            Charset::Utf32(utf32) if utf32.units => c.len_utf16() * 4,
            Charset::Utf32(_) => 4,
            Charset::Other(encoding) if encoding.is_single_byte() => 1,
            // Characters are encoded again to get their length.
            Charset::Other(encoding) => encoding.encode(c.encode_utf8(&mut [0; 4])).0.len(),
        }
    }

    fn encode(&self, text: &str) -> Option<Vec<u8>> {
        let mark = (self.mark > 0).then_some('\u{feff}');
        let units = || mark.into_iter().map(|mark| mark as u16).chain(text.encode_utf16());
        match self.charset {
            Charset::Utf8 => Some(text.as_bytes().to_vec()),
            Charset::Latin1 => text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect(),
            Charset::Utf16 { big_endian: true } => Some(units().flat_map(u16::to_be_bytes).collect()),
            Charset::Utf16 { big_endian: false } => Some(units().flat_map(u16::to_le_bytes).collect()),
            Charset::Utf32(utf32) if utf32.units => {
                Some(units().flat_map(|unit| utf32.bytes(u32::from(unit))).collect())
            }
            Charset::Utf32(utf32) => {
                Some(mark.into_iter().chain(text.chars()).flat_map(|c| utf32.bytes(u32::from(c))).collect())
            }
            Charset::Page(page) => page.encode(text),
            Charset::Other(encoding) => {
                let (bytes, _, unmappable) = encoding.encode(text);
                (!unmappable).then(|| bytes.into_owned())
            }
        }
    }
}

/// The lines of `text`, each with its offset and with the `end` that ends it.
pub(super) fn lines(text: &str, end: char) -> impl Iterator<Item = (usize, &str)> + use<'_> {
    text.split_inclusive(end).scan(0, |next, line| {
        let at = std::mem::replace(next, *next + line.len());
        Some((at, line))
    })
}

fn from_units(units: impl Iterator<Item = u16>) -> String {
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests;
