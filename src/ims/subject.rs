//! A node as recognisers see it, in its document.

use std::sync::OnceLock;

use super::catalog::pid;
use super::location::{Capture, Location};
use super::{Knowledge, fields, interface};
use crate::format::{Document, Input, Node, Property};
use crate::repository::pid::resembles;

/// The file whose nodes are looked at.
pub struct Scene<'a> {
    /// Its bytes and its place.
    pub input: &'a Input<'a>,
    /// Its document.
    pub document: &'a Document,
    /// Makes locations in it.
    pub capture: &'a Capture<'a>,
    /// The user's declarations.
    pub knowledge: &'a Knowledge,
    /// By node: whether it belongs to a user interface or to anything else that only looks like a configuration.
    interface: Vec<bool>,
    children: OnceLock<Vec<Vec<usize>>>,
}

impl<'a> Scene<'a> {
    /// The scene of one document.
    pub fn new(
        input: &'a Input<'a>,
        document: &'a Document,
        capture: &'a Capture<'a>,
        knowledge: &'a Knowledge,
    ) -> Self {
        let interface = interface::mark(document);
        Self { input, document, capture, knowledge, interface, children: OnceLock::new() }
    }

    /// Every node, in document order.
    pub fn subjects(&'a self) -> impl Iterator<Item = Subject<'a>> {
        self.document.nodes.iter().enumerate().map(|(index, node)| Subject { scene: self, index, node })
    }

    fn children(&self, index: usize) -> &[usize] {
        let children = self.children.get_or_init(|| {
            let mut children = vec![Vec::new(); self.document.nodes.len()];
            for (index, node) in self.document.nodes.iter().enumerate() {
                if let Some(list) = node.parent.and_then(|parent| children.get_mut(parent)) {
                    list.push(index);
                }
            }
            children
        });
        children.get(index).map_or(&[], Vec::as_slice)
    }
}

/// One node of a [`Scene`].
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The document around it.
    pub scene: &'a Scene<'a>,
    /// Its index in the document.
    pub index: usize,
    /// The node.
    pub node: &'a Node,
}

impl<'a> Subject<'a> {
    /// The component of an OSGi configuration: factory PID or PID.
    pub fn component(&self) -> Option<&'a str> {
        self.node.pid.as_ref().map(|pid| pid.component())
    }

    /// Whether it configures the component `pid`, and with which sub-name.
    ///
    /// The Adobe IMS console writes `<factory PID>.<random>.config`; if the random part is not a UUID, Sling reads the
    /// whole as the PID of a singleton, although the component is recognisable. The same applies to a PID that
    /// resembles the component's ([`crate::repository::pid::resembles`]).
    pub fn configures(&self, pid: &str) -> Option<Option<&'a str>> {
        let own = self.node.pid.as_ref()?;
        if own.component() == pid {
            return Some(own.factory.as_ref().map(|_| own.name.as_str()));
        }
        let behind = own.component().strip_prefix(pid).and_then(|rest| rest.strip_prefix(['.', '-', '~']));
        if let Some(sub_name) = behind.filter(|sub| !sub.is_empty()) {
            return Some(Some(sub_name));
        }
        (resembles(own.component(), pid) && self.has_keys_of(pid))
            .then(|| own.factory.as_ref().map(|_| own.name.as_str()))
    }

    /// The component that it configures, where that is one of [`pid::COMPONENTS`].
    pub fn known_component(&self) -> Option<&'static str> {
        pid::COMPONENTS.iter().map(|(component, _)| *component).find(|component| self.configures(component).is_some())
    }

    /// Whether one of its properties is one that only the component `pid` has.
    fn has_keys_of(&self, pid: &str) -> bool {
        let known = pid::COMPONENTS.iter().find(|(component, _)| *component == pid);
        known.is_some_and(|(_, keys)| keys.iter().any(|key| self.node.property_ignore_case(key).is_some()))
    }

    /// Whether it is an OSGi configuration.
    pub fn is_osgi(&self) -> bool {
        self.node.pid.is_some()
    }

    /// Whether it is a content node: neither a configuration nor an object of some JSON file.
    pub fn is_content(&self) -> bool {
        !self.is_osgi() && (self.node.path.starts_with('/') || self.node.property("jcr:primaryType").is_some())
    }

    /// Whether it belongs to a user interface, a template, a policy or the like.
    pub fn is_interface(&self) -> bool {
        self.scene.interface.get(self.index).copied().unwrap_or(false)
    }

    /// The property called `name`. Keys of OSGi configurations are case-insensitive.
    pub fn property(&self, name: &str) -> Option<&'a Property> {
        if self.is_osgi() { self.node.property_ignore_case(name) } else { self.node.property(name) }
    }

    /// The first value of the property called `name`, unless blank.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.property(name).and_then(Property::first).map(str::trim).filter(|text| !text.is_empty())
    }

    /// Whether the property called `name` has a value.
    pub fn is_filled(&self, name: &str) -> bool {
        self.property(name).is_some_and(|property| fields::state_of(property).is_filled())
    }

    /// The node: its name.
    pub fn location(&self) -> Location {
        self.scene.capture.node(self.node)
    }

    /// The value of a property of the node.
    pub fn location_of(&self, property: &Property) -> Location {
        self.scene.capture.property(self.node, property)
    }

    /// One value of a property of the node.
    pub fn location_of_value(&self, property: &Property, index: usize) -> Location {
        self.scene.capture.value(self.node, property, index)
    }

    /// `sling:resourceType` without the search path in front.
    pub fn resource_type(&self) -> Option<&'a str> {
        self.text("sling:resourceType").map(relative)
    }

    /// `cq:template` without the search path in front.
    pub fn template(&self) -> Option<&'a str> {
        self.text("cq:template").map(relative)
    }

    /// The path of the page, for a `jcr:content` node; else the node's own.
    pub fn page_path(&self) -> &'a str {
        self.node.path.strip_suffix("/jcr:content").unwrap_or(&self.node.path)
    }

    /// The node's children.
    pub fn children(&self) -> impl Iterator<Item = Subject<'a>> + use<'a> {
        let scene = self.scene;
        scene.children(self.index).iter().map(move |&index| Subject {
            scene,
            index,
            node: &scene.document.nodes[index],
        })
    }

    /// The node's parent.
    pub fn parent(&self) -> Option<Subject<'a>> {
        let index = self.node.parent?;
        let node = self.scene.document.nodes.get(index)?;
        Some(Subject { scene: self.scene, index, node })
    }

    /// Whether the configuration is for user sign-in, or does not contain a credential.
    pub fn is_foreign(&self) -> bool {
        self.component().is_some_and(|component| {
            pid::SIGN_IN.iter().any(|(known, _)| component == *known)
                || pid::UNRELATED_PREFIXES.iter().any(|prefix| component.starts_with(prefix))
        })
    }
}

/// A resource type or template path without `/apps/` or `/libs/`.
pub fn relative(path: &str) -> &str {
    path.strip_prefix("/libs/").or_else(|| path.strip_prefix("/apps/")).unwrap_or(path)
}
