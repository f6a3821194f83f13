//! Byte ranges, and the lines and columns that people and tools see.

use std::ops::Range;

/// A half-open byte range of a document's *decoded* text (see [`super::text::Text`]). For UTF-8 files these are the
/// bytes of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` up to, not including, `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// An empty span at `offset`.
    pub fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// The span `by` bytes further on.
    #[must_use]
    pub fn shifted(self, by: usize) -> Self {
        Self::new(self.start + by, self.end + by)
    }

    /// As a range, for slicing.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// The smallest span that contains both.
    #[must_use]
    pub fn to(self, other: Span) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }
}

/// A place in a file in every unit a report may need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// 1-based line; LF, CR LF and a lone CR each end one.
    pub line: u32,
    /// 1-based column in characters (Unicode scalar values).
    pub column: u32,
    /// 1-based column in UTF-16 code units, SARIF's default.
    pub utf16_column: u32,
    /// 0-based offset in bytes of the file itself, in its own encoding.
    pub offset: u64,
}
