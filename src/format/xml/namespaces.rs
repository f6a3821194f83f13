//! Which URI a prefix is bound to.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::XML_NAMESPACE;

/// The bindings in scope. Lookups take constant time, however many prefixes are declared and however deep they are
/// nested.
#[derive(Debug)]
pub struct Namespaces<'a> {
    bindings: HashMap<&'a str, Vec<Rc<str>>>,
    /// The prefixes that each open element binds.
    scopes: Vec<Vec<&'a str>>,
    interned: HashSet<Rc<str>>,
    none: Rc<str>,
}

impl<'a> Namespaces<'a> {
    pub fn new() -> Self {
        let mut namespaces =
            Self { bindings: HashMap::new(), scopes: vec![Vec::new()], interned: HashSet::new(), none: Rc::from("") };
        namespaces.bind("xml", XML_NAMESPACE);
        namespaces
    }

    /// Opens the scope of an element.
    pub fn open(&mut self) {
        self.scopes.push(Vec::new());
    }

    /// Binds `prefix` (empty for the default namespace) in the innermost scope.
    pub fn bind(&mut self, prefix: &'a str, uri: &str) {
        let uri = self.interned.get(uri).map_or_else(|| Rc::from(uri), Rc::clone);
        self.interned.insert(Rc::clone(&uri));
        self.bindings.entry(prefix).or_default().push(uri);
        if let Some(scope) = self.scopes.last_mut() {
            scope.push(prefix);
        }
    }

    /// Closes the innermost scope.
    pub fn close(&mut self) {
        for prefix in self.scopes.pop().unwrap_or_default() {
            if let Some(uris) = self.bindings.get_mut(prefix) {
                uris.pop();
            }
        }
    }

    /// The URI of an element's prefix; the empty prefix is the default namespace. `None` if it is unbound.
    pub fn element(&self, prefix: &str) -> Option<Rc<str>> {
        match self.bindings.get(prefix).and_then(|uris| uris.last()) {
            Some(uri) if !uri.is_empty() || prefix.is_empty() => Some(Rc::clone(uri)),
            None if prefix.is_empty() => Some(Rc::clone(&self.none)),
            _ => None,
        }
    }

    /// The URI of an attribute's prefix; an attribute without a prefix is in no namespace.
    pub fn attribute(&self, prefix: &str) -> Option<Rc<str>> {
        if prefix.is_empty() { Some(Rc::clone(&self.none)) } else { self.element(prefix) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_element_binds_ends_with_it() {
        let mut namespaces = Namespaces::new();
        namespaces.open();
        namespaces.bind("p", "outer");
        namespaces.open();
        namespaces.bind("p", "inner");
        assert_eq!(namespaces.element("p").as_deref(), Some("inner"));
        namespaces.close();
        assert_eq!(namespaces.element("p").as_deref(), Some("outer"));
        namespaces.close();
        assert_eq!(namespaces.element("p"), None);
    }

    #[test]
    fn only_the_default_namespace_can_be_none() {
        let mut namespaces = Namespaces::new();
        namespaces.bind("", "");
        namespaces.bind("p", "");
        assert_eq!(namespaces.element("").as_deref(), Some(""));
        assert_eq!(namespaces.element("p"), None);
    }
}
