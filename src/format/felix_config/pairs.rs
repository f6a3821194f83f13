//! The keys and values of a configuration file, before they become a [`Node`](crate::format::Node).

use std::collections::HashMap;

use crate::format::{Problem, Property, Span, Value, ValueType};

/// One key with its value or values.
#[derive(Debug, Default)]
pub(in crate::format) struct Pair {
    pub(in crate::format) key: String,
    pub(in crate::format) key_span: Span,
    pub(in crate::format) value_type: ValueType,
    pub(in crate::format) multiple: bool,
    pub(in crate::format) items: Vec<Item>,
    pub(in crate::format) span: Span,
}

/// One value.
#[derive(Debug)]
pub(in crate::format) struct Item {
    pub(in crate::format) text: String,
    pub(in crate::format) span: Span,
}

/// Keys in order of first appearance; a later value of a key replaces the earlier one.
#[derive(Debug, Default)]
pub(in crate::format) struct Pairs {
    pub(in crate::format) properties: Vec<Property>,
    /// Values replaced by a later value of the same key.
    pub(in crate::format) shadowed: Vec<Property>,
    index: HashMap<String, usize>,
    /// What was lost without a message from AEM.
    pub(in crate::format) problem: Option<Problem>,
}

impl Pairs {
    pub(in crate::format) fn put(&mut self, pair: Pair) {
        let values = pair.items.into_iter().map(|item| Value { text: item.text, span: item.span }).collect();
        let property = Property {
            name: pair.key.clone(),
            name_span: pair.key_span,
            value_type: pair.value_type,
            multiple: pair.multiple,
            values,
            span: pair.span,
        };
        match self.index.get(&pair.key) {
            Some(&at) => self.shadowed.push(std::mem::replace(&mut self.properties[at], property)),
            None => {
                self.index.insert(pair.key, self.properties.len());
                self.properties.push(property);
            }
        }
    }

    pub(in crate::format) fn into_properties(self) -> Vec<Property> {
        self.properties
    }
}
