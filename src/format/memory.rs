//! How much memory the nodes of one file may take.

use super::{Node, Problem, Property, Value};

/// Most bytes that the nodes of one file may take. Deep nesting makes paths whose sum grows with the square of the
/// depth.
const MAX_BYTES: usize = 320 << 20;

/// What an allocation takes beside its bytes.
const ALLOCATION: usize = 24;

/// Counts what a document's nodes take.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Memory {
    bytes: usize,
}

impl Memory {
    /// Counts a node without its properties; an error, to be reported as a limit at `offset`, when that is too much.
    pub fn node(&mut self, node: &Node, offset: usize) -> Result<(), Problem> {
        self.spend(size_of::<Node>() + ALLOCATION + node.path.capacity(), offset)
    }

    /// Counts a property.
    pub fn property(&mut self, property: &Property, offset: usize) -> Result<(), Problem> {
        let of_value = |value: &Value| size_of::<Value>() + ALLOCATION + value.text.capacity();
        let values: usize = property.values.iter().map(of_value).sum();
        let own = size_of::<Property>() + 2 * ALLOCATION + property.name.capacity();
        self.spend(own + values, offset)
    }

    fn spend(&mut self, bytes: usize, offset: usize) -> Result<(), Problem> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > MAX_BYTES {
            return Err(Problem::new(offset, "the nodes of this file take too much memory"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Span, ValueType};

    /// A count that has room for `bytes`.
    fn room(bytes: usize) -> Memory {
        Memory { bytes: MAX_BYTES - bytes }
    }

    #[test]
    fn what_holds_the_texts_counts_too() {
        let node = Node::default();
        let cost = size_of::<Node>() + ALLOCATION;
        assert!(room(cost).node(&node, 0).is_ok());
        assert_eq!(room(cost - 1).node(&node, 7).map_err(|problem| problem.offset), Err(7));
        let value = Value { text: String::new(), span: Span::at(0) };
        let property = Property {
            name: String::new(),
            name_span: Span::at(0),
            value_type: ValueType::String,
            multiple: false,
            values: vec![value],
            span: Span::at(0),
        };
        let cost = size_of::<Property>() + 2 * ALLOCATION + size_of::<Value>() + ALLOCATION;
        assert!(room(cost).property(&property, 0).is_ok());
        assert_eq!(room(cost - 1).property(&property, 7).map_err(|problem| problem.offset), Err(7));
    }

    #[test]
    fn texts_count_with_their_length() {
        let long = "x".repeat(10_000);
        let node = Node { path: long.clone(), ..Node::default() };
        assert!(room(10_000).node(&node, 0).is_err());
        assert!(room(11_000).node(&node, 0).is_ok());
        let value = || Value { text: long.clone(), span: Span::at(0) };
        let property = |name: &str, values: Vec<Value>| {
            let (name_span, value_type) = (Span::at(0), ValueType::String);
            Property { name: name.to_owned(), name_span, value_type, multiple: true, values, span: name_span }
        };
        assert!(room(10_000).property(&property(&long, Vec::new()), 7).is_err());
        assert!(room(20_000).property(&property("", vec![value(), value()]), 7).is_err());
        assert!(room(21_000).property(&property("", vec![value(), value()]), 7).is_ok());
    }
}
