//! The positions of the names and values of a document in its text, and which parts of a range are not shown.

use super::{disclosure, secrets};
use crate::format::{Document, Span};

/// Names and values of a document in the order of its text.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    all: Vec<TextPiece>,
    /// For each piece the furthest end of those up to it.
    reach: Vec<usize>,
    /// Bodies of key blocks, which may hold any number of pieces: in order, without overlaps.
    blocks: Vec<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct TextPiece {
    span: Span,
    what: PieceKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum PieceKind {
    NodeName,
    /// By node and property.
    Name(u32, u32),
    /// By node, property and value.
    Value(u32, u32, u32),
}

impl Pieces {
    /// Those of `document`, which was read of `text`.
    pub(super) fn of(text: &str, document: &Document) -> Self {
        let mut all = Vec::new();
        let number = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        for (at, node) in document.nodes.iter().enumerate() {
            all.push(TextPiece { span: node.name_span, what: PieceKind::NodeName });
            for (of_node, property) in node.properties.iter().enumerate() {
                let what = PieceKind::Name(number(at), number(of_node));
                all.push(TextPiece { span: property.name_span, what });
                all.extend(property.values.iter().enumerate().map(|(index, value)| TextPiece {
                    span: value.span,
                    what: PieceKind::Value(number(at), number(of_node), number(index)),
                }));
            }
        }
        all.retain(|piece| piece.span.start < piece.span.end && text.get(piece.span.range()).is_some());
        all.sort_unstable();
        // A value in mappings belongs to the node of each; the longest name says most about it.
        all.dedup_by(|next, kept| {
            let length = |piece: &TextPiece| piece.holder(document).map(str::len);
            let is_same = next.span == kept.span && next.is_value() && kept.is_value();
            if is_same && length(next) > length(kept) {
                *kept = *next;
            }
            is_same
        });
        let mut furthest = 0;
        let reach = all.iter().map(|piece| {
            furthest = furthest.max(piece.span.end);
            furthest
        });
        let reach = reach.collect();
        Self { all, reach, blocks: secrets::pem_bodies(text) }
    }

    /// What is not shown of `range`, which is of `text`, of names, values and what stands between them.
    pub(super) fn hidden_in(&self, text: &str, document: &Document, range: Span, all_values: bool) -> Vec<Span> {
        let end = self.all.partition_point(|piece| piece.span.start < range.end);
        let first = self.reach[..end].partition_point(|reach| *reach <= range.start);
        let mut hidden = Vec::new();
        let mut at = range.start;
        for piece in self.all[first..end].iter().filter(|piece| piece.span.end > range.start) {
            if at < piece.span.start {
                between(text, Span::new(at, piece.span.start), piece.holder(document), &mut hidden);
            }
            at = at.max(piece.span.end);
            let written = text.get(piece.span.range()).unwrap_or("");
            match piece.what {
                PieceKind::NodeName | PieceKind::Name(..) if disclosure::is_name(written) => {}
                PieceKind::Value(node, property, value) if !all_values => {
                    let property = document.nodes.get(node as usize).and_then(|n| n.properties.get(property as usize));
                    let value = property.and_then(|property| Some((property, property.values.get(value as usize)?)));
                    match value {
                        Some((property, value)) => hidden.extend(disclosure::hidden_in_file(property, value, written)),
                        None => hidden.push(piece.span),
                    }
                }
                _ => hidden.push(piece.span),
            }
        }
        if at < range.end {
            let above = self.all.get(end).and_then(|next| next.holder(document));
            between(text, Span::new(at, range.end), above, &mut hidden);
        }
        let block = self.blocks.partition_point(|block| block.end <= range.start);
        hidden.extend(self.blocks[block..].iter().take_while(|block| block.start < range.end));
        hidden.retain(|span| span.start < range.end && range.start < span.end);
        hidden
    }
}

impl TextPiece {
    fn is_value(&self) -> bool {
        matches!(self.what, PieceKind::Value(..))
    }

    /// The names of the mappings that a property stands in, joined with dots, with its own name.
    fn holder<'d>(&self, document: &'d Document) -> Option<&'d str> {
        let (PieceKind::Name(node, property) | PieceKind::Value(node, property, _)) = self.what else { return None };
        let property = document.nodes.get(node as usize)?.properties.get(property as usize)?;
        Some(&property.name)
    }
}

/// Adds what is not shown of `gap`, which has no name and no value of its own. `above` are the names of the mappings that
/// the next property stands in: the gap may begin them.
fn between(text: &str, gap: Span, above: Option<&str>, hidden: &mut Vec<Span>) {
    let gap_text = text.get(gap.range()).unwrap_or("");
    let is_mapping =
        |word: &str| above.is_some_and(|above| above.split('.').any(|name| name == word)) && disclosure::is_name(word);
    let parts = disclosure::hidden_between(gap_text).into_iter();
    let parts = parts.filter(|part| !gap_text.get(part.range()).is_some_and(|word| is_mapping(word.trim())));
    hidden.extend(parts.map(|part| Span::new(gap.start + part.start, gap.start + part.end)));
}
