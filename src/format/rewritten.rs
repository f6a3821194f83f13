//! A text derived from another one, with a mapping back to it.
//!
//! Some formats give an inner reader a text derived from the file: the provisioning model trims lines and fills in
//! variables, the web console's JSON dump wraps lines of text in strings, Sling-Initial-Content turns single quotes
//! into double ones. [`Rewritten`] lets the inner reader work on the derived text while every span still points into
//! the file.

use super::source_map::SourceMap;
use super::{Document, Problem, Span};

/// Maximum number of pieces; each takes 32 bytes, while two bytes of a file may be enough to make one.
const MAX_PIECES: usize = 1_000_000;

/// A derived text and where its parts come from.
#[derive(Clone, Debug, Default)]
pub struct Rewritten {
    text: String,
    map: SourceMap,
    /// Where the mapping of the source stopped.
    cut: Option<usize>,
}

impl Rewritten {
    /// `text`, which maps to `span` of the source as a whole.
    pub fn whole(text: &str, span: Span) -> Self {
        let mut whole = Self::default();
        whole.replace(text, span);
        whole
    }

    /// The derived text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The derived text alone.
    pub fn into_text(self) -> String {
        self.text
    }

    /// Appends the part `span` of `source` unchanged.
    pub fn copy(&mut self, source: &str, span: Span) {
        let Some(text) = source.get(span.range()).filter(|text| !text.is_empty()) else { return };
        let continues = self.cut.is_none() && self.map.next(self.text.len(), 0) == span.start;
        if !continues && !self.push(0, Span::at(span.start)) {
            return;
        }
        self.text.push_str(text);
    }

    /// Appends `text`, which maps to `span` of the source as a whole.
    pub fn replace(&mut self, text: &str, span: Span) {
        if !text.is_empty() && self.push(text.len(), span) {
            self.text.push_str(text);
        }
    }

    /// Appends another derived text of the same source.
    pub fn append(&mut self, other: &Self) {
        let start = self.text.len();
        let room = MAX_PIECES.saturating_sub(self.map.len());
        let base = other.source(Span::at(0)).start;
        let left_out = self.map.append(start, base, &other.map, room);
        self.cut = self.cut.or(other.cut).or(left_out.map(|part| part.source.start));
        self.text.push_str(&other.text[..left_out.map_or(other.text.len(), |part| part.derived.start)]);
    }

    /// Begins a piece of `length` bytes, unless there are too many.
    fn push(&mut self, length: usize, source: Span) -> bool {
        if self.cut.is_none() && self.map.len() >= MAX_PIECES {
            self.cut = Some(source.start);
        }
        if self.cut.is_none() {
            let start = self.text.len();
            self.map.push(Span::new(start, start + length), source);
        }
        self.cut.is_none()
    }

    /// The limit that was reached, if the source has too many pieces to map all of it.
    pub fn limit(&self) -> Option<Problem> {
        self.cut.map(|offset| Problem::new(offset, "the file has too many escapes, quotes or lines to follow"))
    }

    /// The part of the source that `span` of the derived text comes from.
    pub fn source(&self, span: Span) -> Span {
        let end = self.text.len();
        self.map.source(Span::new(span.start.min(end), span.end.min(end)), 0)
    }

    /// Moves every span of `document`, which was read from the derived text, to the source. If that text was cut, this is
    /// a limit of the document.
    pub fn relocate(&self, document: &mut Document) {
        for node in &mut document.nodes {
            node.name_span = self.source(node.name_span);
            for property in &mut node.properties {
                property.name_span = self.source(property.name_span);
                property.span = self.source(property.span);
                for value in &mut property.values {
                    value.span = self.source(value.span);
                }
            }
        }
        for problem in [&mut document.problem, &mut document.limit].into_iter().flatten() {
            problem.offset = self.source(Span::at(problem.offset)).start;
        }
        document.limit = document.limit.take().or_else(|| self.limit());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_beyond_the_limit_are_left_out() {
        let mut rewritten = Rewritten::default();
        for offset in 0..MAX_PIECES {
            rewritten.replace("x", Span::at(offset));
        }
        assert_eq!((rewritten.limit(), rewritten.text().len()), (None, MAX_PIECES));
        rewritten.replace("x", Span::at(7_000_000));
        rewritten.copy("abc", Span::new(1, 2));
        assert_eq!(rewritten.limit().map(|problem| problem.offset), Some(7_000_000));
        assert_eq!(rewritten.text().len(), MAX_PIECES);
    }

    #[test]
    fn spans_lead_back_to_copied_and_replaced_parts() {
        let source = "  a=${v}b\n  c";
        let mut rewritten = Rewritten::default();
        rewritten.copy(source, Span::new(2, 4));
        rewritten.replace("value", Span::new(4, 8));
        rewritten.copy(source, Span::new(8, 10));
        rewritten.copy(source, Span::new(12, 13));
        assert_eq!(rewritten.text(), "a=valueb\nc");
        assert_eq!(rewritten.source(Span::new(0, 1)), Span::new(2, 3));
        assert_eq!(rewritten.source(Span::new(2, 8)), Span::new(4, 9), "a variable counts as a whole");
        assert_eq!(rewritten.source(Span::new(3, 5)), Span::new(4, 8));
        assert_eq!(rewritten.source(Span::new(9, 10)), Span::new(12, 13));
        assert_eq!(rewritten.source(Span::at(10)), Span::at(13));
    }

    #[test]
    fn neighbours_are_joined() {
        let mut rewritten = Rewritten::default();
        rewritten.copy("xabc", Span::new(1, 2));
        rewritten.copy("xabc", Span::new(2, 4));
        assert_eq!(rewritten.map.len(), 1);
        assert_eq!(rewritten.source(Span::new(0, 3)), Span::new(1, 4));
        assert_eq!(Rewritten::default().source(Span::new(4, 9)), Span::at(0));
    }
}
