//! What the nodes of a file take in memory.

use super::{Node, Problem, Property, Value};
use crate::budget::{Allowance, NODES_OF_FILE};

/// Maximum number of bytes in memory per byte of a file: `{},` makes a node.
const PER_BYTE: u64 = 160;

/// What the nodes of a file of `length` bytes may take.
pub(crate) fn of_file(length: usize) -> u64 {
    (length as u64).saturating_mul(PER_BYTE)
}

/// Overhead of an allocation, in bytes.
const ALLOCATION: usize = 24;

/// What is left for the nodes of a document.
#[derive(Debug)]
pub(super) struct Memory(Allowance);

impl Default for Memory {
    fn default() -> Self {
        Self(Allowance::new(NODES_OF_FILE))
    }
}

impl Memory {
    /// Counts a node without its properties; an error, to be reported as a limit at `offset`, if that is too much.
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
        let problem = || Problem::new(offset, "the nodes of this file take too much memory");
        self.0.spend_alone(bytes as u64).ok_or_else(problem)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::budget::NODES;
    use crate::format::{Span, ValueType};

    /// A count that has room for `bytes`.
    fn room(bytes: usize) -> Memory {
        Memory(Allowance::new(bytes as u64))
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
    fn a_large_file_is_read_alone_and_many_small_ones_at_once() {
        assert!(64 * of_file(4 << 10) + of_file(4 << 10) <= NODES && of_file(64 << 20) >= NODES);
        assert_eq!(of_file(usize::MAX), u64::MAX);
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
