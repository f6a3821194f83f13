//! The keys and values of a configuration file, before they become a [`Node`](crate::format::Node).

use crate::format::{Problem, Property, PropertyPlaces};

/// Keys in order of first appearance; a later value of a key replaces the earlier one.
#[derive(Debug, Default)]
pub(in crate::format) struct Pairs {
    pub(in crate::format) properties: Vec<Property>,
    /// Values replaced by a later value of the same key; `None` where nobody asks for them.
    pub(in crate::format) shadowed: Option<Vec<Property>>,
    pub(super) places: PropertyPlaces,
    /// What was lost without a message from AEM.
    pub(in crate::format) problem: Option<Problem>,
}

impl Pairs {
    pub(in crate::format) fn put(&mut self, property: Property) {
        let earlier = self.places.put(&mut self.properties, property);
        if let Some(shadowed) = &mut self.shadowed {
            shadowed.extend(earlier);
        }
    }
}
