//! Memory limits for the nodes of one file, and for those of all files that are read at once.

use std::sync::{Condvar, Mutex, PoisonError};

use super::{Node, Problem, Property, Value};

/// Maximum number of bytes for the nodes of one file. Deep nesting makes paths whose total length grows with the square
/// of the depth.
const MAX_BYTES: usize = 96 << 20;

/// Maximum number of bytes for the nodes of all files that are read at once.
const ROOM: usize = 192 << 20;
/// Maximum number of bytes in memory per byte of a file: `{},` makes a node.
const PER_BYTE: usize = 160;

/// Room for the nodes of files that are read at once: as many small files as there are threads, but only one large
/// file.
///
/// A file that has a place never waits for another, so every file gets one.
#[derive(Debug, Default)]
pub struct ReadingRoom {
    taken: Mutex<usize>,
    left: Condvar,
}

/// A place in a [`ReadingRoom`], given back when it is dropped.
#[derive(Debug)]
pub struct ReadingPlace<'a> {
    room: &'a ReadingRoom,
    bytes: usize,
}

impl ReadingRoom {
    /// Waits for a place for a file of `length` bytes.
    pub fn enter(&self, length: usize) -> ReadingPlace<'_> {
        let bytes = length.saturating_mul(PER_BYTE).min(ROOM);
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |taken: &mut usize| *taken + bytes > ROOM;
        *self.left.wait_while(taken, full).unwrap_or_else(PoisonError::into_inner) += bytes;
        ReadingPlace { room: self, bytes }
    }
}

impl Drop for ReadingPlace<'_> {
    fn drop(&mut self) {
        *self.room.taken.lock().unwrap_or_else(PoisonError::into_inner) -= self.bytes;
        self.room.left.notify_all();
    }
}

/// Overhead of an allocation, in bytes.
const ALLOCATION: usize = 24;

/// Counts the memory of a document's nodes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Memory {
    bytes: usize,
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
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > MAX_BYTES {
            return Err(Problem::new(offset, "the nodes of this file take too much memory"));
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
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
    fn one_large_file_or_many_small_ones_are_read_at_once() {
        let room = ReadingRoom::default();
        let is_free = |length: usize| *room.taken.lock().unwrap() + (length * PER_BYTE).min(ROOM) <= ROOM;
        let small: Vec<ReadingPlace<'_>> = (0..64).map(|_| room.enter(4 << 10)).collect();
        assert!(is_free(4 << 10) && !is_free(64 << 20));
        drop(small);
        let large = room.enter(64 << 20);
        assert!(!is_free(1) && is_free(0));
        // The waiting thread gets in as soon as there is room.
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| drop(room.enter(64 << 20)));
            drop(large);
            waiting.join().unwrap();
        });
        assert_eq!(*room.taken.lock().unwrap(), 0);
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
