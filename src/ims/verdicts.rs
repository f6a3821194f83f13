//! Where AEM and a person differ about a configuration: the file is refused, loses keys, is not looked at, or is read
//! under a different PID.

use std::collections::HashMap;

use super::deployment::{self, Deployed};
use super::disclosure;
use super::location::{Capture, Location};
use super::model::{LoadingProblem, LoadingVerdict};
use crate::format::traits::Loading;
use crate::format::{Detected, Document, Node, Property, Reading, Span, Text};
use crate::repository::Pid;

/// Adds what AEM does with the file to everything found in it that is deployed.
pub fn judge(file: &Detected<'_>, tolerant: &Document, capture: &Capture<'_>, mut deployed: Vec<&mut dyn Deployed>) {
    let loading = file.format.traits().loading;
    // A file outside of every repository that AEM would import otherwise is an export of one node.
    let exported = loading == Loading::ImportedOtherwise && file.input.context.repository_path.is_none();
    if deployed.is_empty() || loading == Loading::Never || exported {
        return;
    }
    let aem = file.read(Reading::Aem);
    let known = Readings::new(tolerant, &aem);
    for one in &mut deployed {
        let parts = one.parts();
        let Some(node) = known.node_at(parts.location) else { continue };
        if let Some(problem) = &aem.problem {
            let kind = match loading {
                Loading::ImportedOtherwise => LoadingProblem::NotInstalled,
                Loading::Read | Loading::Never => LoadingProblem::Rejected,
            };
            let location = at_problem(node, problem.offset, &file.text, capture);
            parts.verdicts.push(LoadingVerdict::new(kind, problem.message.clone(), location));
        } else {
            parts.verdicts.extend(loaded_otherwise(node, known.loaded(node), capture));
        }
    }
}

/// The nodes of both readings by what identifies them.
#[derive(Default)]
struct Readings<'d> {
    by_pid: HashMap<String, &'d Node>,
    by_path: HashMap<&'d str, &'d Node>,
    loaded: HashMap<&'d str, &'d Node>,
    loaded_by_pid: HashMap<(&'d str, &'d Pid), &'d Node>,
}

impl<'d> Readings<'d> {
    fn new(tolerant: &'d Document, aem: &'d Document) -> Self {
        let mut known = Self::default();
        for node in &tolerant.nodes {
            match &node.pid {
                Some(pid) => drop(known.by_pid.entry(pid.to_string()).or_insert(node)),
                None => drop(known.by_path.entry(&node.path).or_insert(node)),
            }
        }
        for node in &aem.nodes {
            known.loaded.entry(&node.path).or_insert(node);
            if let Some(pid) = &node.pid {
                known.loaded_by_pid.entry((&node.path, pid)).or_insert(node);
            }
        }
        known
    }

    /// The node that AEM makes of `node`. A configuration that is written out in a tree lies at the path of its file, which
    /// is a node too.
    fn loaded(&self, node: &Node) -> Option<&'d Node> {
        let by_pid = node.pid.as_ref().and_then(|pid| self.loaded_by_pid.get(&(node.path.as_str(), pid)));
        by_pid.or_else(|| self.loaded.get(node.path.as_str())).copied()
    }

    /// The node that a person sees at `location`.
    fn node_at(&self, location: &Location) -> Option<&'d Node> {
        match (&location.pid, &location.jcr_path) {
            (Some(pid), _) => self.by_pid.get(&**pid).copied(),
            (None, Some(path)) => self.by_path.get(&**path).copied(),
            (None, None) => None,
        }
    }
}

/// The properties that AEM ignores in a node that it loads.
fn loaded_otherwise(node: &Node, loaded: Option<&Node>, capture: &Capture<'_>) -> Option<LoadingVerdict> {
    let Some(loaded) = loaded else {
        let message = "AEM does not create this node from the file".to_owned();
        return Some(LoadingVerdict::new(LoadingProblem::NotInstalled, message, capture.node(node)));
    };
    if node.pid.is_some() && loaded.pid.is_none() {
        return Some(deployment::of_other_type(node, capture));
    }
    let is_dropped = |name: &str| !name.contains(':') && loaded.property_ignore_case(name).is_none();
    let dropped: Vec<_> = node.properties.iter().filter(|property| is_dropped(&property.name)).collect();
    let first = dropped.first()?;
    let names: Vec<String> = dropped.iter().take(5).map(|property| format!("`{}`", shown(&property.name))).collect();
    let more = if dropped.len() > names.len() { " and more" } else { "" };
    let message = format!("AEM ignores {}{more} when it loads this file", names.join(", "));
    let keys = dropped.iter().map(|property| property.name.clone()).collect();
    Some(LoadingVerdict {
        keys,
        ..LoadingVerdict::new(LoadingProblem::KeysDropped, message, capture.property(node, first))
    })
}

fn shown(key: &str) -> &str {
    if disclosure::is_name(key) { key } else { disclosure::MASK }
}

/// Where the problem is: at the value it stands in or right behind, else at its offset.
fn at_problem(node: &Node, offset: usize, text: &Text<'_>, capture: &Capture<'_>) -> Location {
    let before = node.properties.iter().filter(|p| p.name_span.start <= offset).max_by_key(|p| p.name_span.start);
    let right_behind = |p: &&Property| {
        let between = text.slice(Span::new(p.span.end, offset.max(p.span.end)));
        between.len() < 200 && !between.contains(char::is_alphanumeric)
    };
    match before.filter(right_behind) {
        Some(property) => capture.property(node, property),
        None => capture.span(node, None, Span::at(offset)),
    }
}
