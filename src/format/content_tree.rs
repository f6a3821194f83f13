//! Content trees written as JSON: an object is a node, a member that is an object is a child node, any other member is
//! a property.
//!
//! Shared by the exports of Sling and Oak and by Sling-Initial-Content, which differ in what a member becomes.

use super::json::{Children, Json};
use super::osgi::{self, PRIMARY_TYPE};
use super::{Document, Node, Problem, Property, PropertyPlaces};
use crate::budget::{Allowance, PATHS_OF_FILE};

/// What a member of an object becomes.
pub(super) enum Member<'a> {
    /// A child node of that name.
    Child(&'a str),
    /// An array that contains the children, each named by the given member.
    Children(&'static str),
    /// A property.
    Property(Property),
    /// Not stored.
    Nothing,
}

/// Adds the node `root` at `path` and all below it.
pub(super) fn read<'a>(root: Json<'a>, path: String, document: &mut Document, member: &dyn Fn(Json<'a>) -> Member<'a>) {
    let paths = Allowance::new(PATHS_OF_FILE);
    document.nodes.push(Node { path, name_span: root.key_span(), ..Node::default() });
    let mut open = vec![TreeLevel::members(root, document.nodes.len() - 1)];
    while let Some(level) = open.last_mut() {
        let Some(json) = level.children.next() else {
            open.pop();
            continue;
        };
        let (name, name_span) = match level.named_by {
            Some(key) => {
                let name = json.get(key);
                (name.and_then(Json::as_str).unwrap_or_default(), name.map_or(json.key_span(), Json::span))
            }
            None => match member(json) {
                Member::Child(name) => (name, json.key_span()),
                Member::Children(key) => {
                    let members = TreeLevel::members(json, level.node);
                    open.push(TreeLevel { children: json.elements(), named_by: Some(key), ..members });
                    continue;
                }
                Member::Property(property) => {
                    level.add(property, document);
                    continue;
                }
                Member::Nothing => continue,
            },
        };
        let parent = level.node;
        let path = child_path(&document.nodes[parent].path, name);
        if paths.take(path.len() as u64).is_none() {
            document.limit = Some(Problem::new(json.span().start, "the paths of nested nodes take too much memory"));
            return;
        }
        document.nodes.push(Node { path, parent: Some(parent), name_span, ..Node::default() });
        open.push(TreeLevel::members(json, document.nodes.len() - 1));
    }
}

/// An object, or an array of children, whose content is being read.
struct TreeLevel<'a> {
    children: Children<'a>,
    /// The node that it creates, or whose children it contains.
    node: usize,
    /// It is an array of children, named by this member.
    named_by: Option<&'static str>,
    places: PropertyPlaces,
}

impl<'a> TreeLevel<'a> {
    fn members(json: Json<'a>, node: usize) -> Self {
        Self { children: json.members(), node, named_by: None, places: PropertyPlaces::default() }
    }

    /// Of several properties with the same name, the last one counts.
    fn add(&mut self, property: Property, document: &mut Document) {
        let node = &mut document.nodes[self.node];
        let is_type = property.name == PRIMARY_TYPE;
        self.places.put(&mut node.properties, property);
        if is_type {
            node.pid = osgi::pid_of_node(node);
        }
    }
}

fn child_path(parent: &str, name: &str) -> String {
    let separator = if parent.is_empty() || parent.ends_with('/') { "" } else { "/" };
    format!("{parent}{separator}{name}")
}
