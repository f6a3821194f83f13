//! From a derived text back to the one it was made of: references resolved, comments removed, quotes turned.

use super::Span;

/// The parts of a derived text that are not a copy of the source. What follows a part is a copy of what follows its place
/// in the source, up to the next part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SourceMap {
    parts: Vec<MappedPart>,
}

/// `derived` of the text comes from `source` as a whole. Without any text, it only says where the copy behind it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MappedPart {
    pub(super) derived: Span,
    pub(super) source: Span,
}

impl SourceMap {
    /// The number of parts.
    pub(super) fn len(&self) -> usize {
        self.parts.len()
    }

    /// Adds a part, which begins where the derived text ends so far.
    pub(super) fn push(&mut self, derived: Span, source: Span) {
        self.parts.push(MappedPart { derived, source });
    }

    /// Adds at most `room` parts of another map, whose text begins at `at` of this one and, before its first part, at `base`
    /// of the source. Returns the first part left out, as it is in `other`.
    pub(super) fn append(&mut self, at: usize, base: usize, other: &Self, room: usize) -> Option<MappedPart> {
        let beginning = MappedPart { derived: Span::at(0), source: Span::at(base) };
        let mut parts = std::iter::once(beginning).chain(other.parts.iter().copied());
        let taken = parts.by_ref().take(room);
        self.parts.extend(taken.map(|part| MappedPart { derived: part.derived.shifted(at), ..part }));
        parts.next()
    }

    /// Where in the source a copy comes from that is appended at `derived`, the end of the text; `base` is the beginning of
    /// the source.
    pub(super) fn next(&self, derived: usize, base: usize) -> usize {
        past(self.parts.last(), derived, base)
    }

    /// Where `span` of the text comes from; the text before the first part begins at `base` of the source.
    pub(super) fn source(&self, span: Span, base: usize) -> Span {
        let start = match self.part_at(span.start) {
            Some(part) if span.start < part.derived.end => part.source.start,
            part => past(part, span.start, base),
        };
        let end = match self.part_at(span.end.saturating_sub(1)) {
            _ if span.end <= span.start => start,
            Some(part) if span.end <= part.derived.end => part.source.end,
            part => past(part, span.end, base),
        };
        Span::new(start, end.max(start))
    }

    /// The last part that begins at or before `derived`.
    fn part_at(&self, derived: usize) -> Option<&MappedPart> {
        let after = self.parts.partition_point(|part| part.derived.start <= derived);
        after.checked_sub(1).map(|index| &self.parts[index])
    }
}

/// Where `derived` comes from, in the copy behind `part`.
fn past(part: Option<&MappedPart>, derived: usize, base: usize) -> usize {
    part.map_or(base + derived, |part| part.source.end + (derived - part.derived.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a&amp;b` and `  c`, behind byte 10, as `a&bc`.
    fn map() -> SourceMap {
        let mut map = SourceMap::default();
        map.push(Span::new(1, 2), Span::new(11, 16));
        map.push(Span::at(3), Span::at(19));
        map
    }

    #[test]
    fn parts_are_whole_and_what_follows_them_is_a_copy() {
        for (derived, source) in [
            (Span::new(0, 1), Span::new(10, 11)),
            (Span::new(1, 2), Span::new(11, 16)),
            (Span::new(0, 3), Span::new(10, 17)),
            (Span::new(2, 4), Span::new(16, 20)),
            (Span::at(1), Span::at(11)),
            (Span::at(4), Span::at(20)),
        ] {
            assert_eq!(map().source(derived, 10), source, "{derived:?}");
        }
        assert_eq!(map().next(4, 10), 20);
        assert_eq!(SourceMap::default().next(4, 10), 14);
    }

    #[test]
    fn a_map_is_appended_as_far_as_there_is_room() {
        let mut all = map();
        assert_eq!(all.append(4, 10, &map(), 9), None);
        assert_eq!(all.source(Span::new(4, 6), 10), Span::new(10, 16));
        let mut some = map();
        let left_out = some.append(4, 10, &map(), 2).map(|part| part.derived);
        assert_eq!((some.len(), left_out), (4, Some(Span::at(3))));
    }
}
