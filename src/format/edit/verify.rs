//! Verifies the new file by reading it again.

use std::collections::HashMap;

use super::{Change, NodeChanges, Refusal};
use crate::format::{Detected, Format, Input, Node, Property, Reading, Span, ValueType};

/// Reads `after` again with the same format in both readings and checks that exactly `changes` were made: every changed
/// property as wanted, every other property of every node identical (name, type, multiple, values), no new problem, and
/// AEM's reading loads and agrees on the changed node. Call it before anything is written.
///
/// # Errors
/// When one of these checks fails.
pub fn verify(
    format: &'static dyn Format,
    before: &Input<'_>,
    after: &[u8],
    node: usize,
    changes: &[Change],
) -> Result<(), Refusal> {
    verify_each(format, before, after, &[NodeChanges { node, changes }])
}

/// [`verify`] for changes of several nodes, each of which is listed once.
///
/// # Errors
/// As [`verify`].
pub fn verify_each(
    format: &'static dyn Format,
    before: &Input<'_>,
    after: &[u8],
    all: &[NodeChanges<'_>],
) -> Result<(), Refusal> {
    let failed = |reason: &str| Refusal::new(format!("the edit is given up: in the file that it makes {reason}"));
    let old = Detected::of(format, before).read_file(Reading::Tolerant);
    let edited = Detected::of(format, &Input { bytes: after, ..*before });
    let new = edited.read_file(Reading::Tolerant);
    if old.problem.is_some() || old.limit.is_some() {
        return Err(Refusal::file("it has an error; correct it first"));
    }
    if new.problem.is_some() || new.limit.is_some() {
        return Err(failed("there is an error"));
    }
    if old.nodes.len() != new.nodes.len() {
        return Err(failed("there are other nodes"));
    }
    let wanted: HashMap<usize, &[Change]> = all.iter().map(|one| (one.node, one.changes)).collect();
    if wanted.keys().any(|node| *node >= old.nodes.len()) {
        return Err(Refusal::new("the file has no such configuration"));
    }
    for (index, (was, is)) in old.nodes.iter().zip(&new.nodes).enumerate() {
        let same = was.path == is.path && was.parent == is.parent;
        let unchanged = || was.properties.iter().map(shown).eq(is.properties.iter().map(shown));
        match wanted.get(&index) {
            _ if !same => return Err(failed("another node has changed")),
            None if !unchanged() => return Err(failed("another node has changed")),
            Some(changes) if !changed(was, is, changes)? => {
                return Err(failed("the properties are not those that are wanted"));
            }
            _ => {}
        }
    }
    drop(old);
    let aem = edited.read_file(Reading::Aem);
    if !aem.loads() || aem.limit.is_some() {
        return Err(Refusal::file("AEM would not load the edited file, or lose a part of it"));
    }
    let mut seen: HashMap<(&str, Span), &Node> = HashMap::new();
    for node in &aem.nodes {
        seen.entry((&node.path, node.name_span)).or_insert(node);
    }
    let agree = |is: &Node| {
        let seen = seen.get(&(is.path.as_str(), is.name_span));
        seen.is_some_and(|seen| seen.properties.iter().map(shown).eq(is.properties.iter().map(shown)))
    };
    if !wanted.keys().filter_map(|node| new.nodes.get(*node)).all(agree) {
        return Err(Refusal::file("AEM reads other properties in the edited file than a person does"));
    }
    Ok(())
}

/// A property without its position.
fn shown(property: &Property) -> (&str, ValueType, bool, Vec<&str>) {
    (&property.name, property.value_type, property.multiple, property.texts().collect())
}

/// Whether `is` equals `was` after `changes`, with no other difference.
fn changed(was: &Node, is: &Node, changes: &[Change]) -> Result<bool, Refusal> {
    let named = |property: &&Property| changes.iter().any(|change| change.name().eq_ignore_ascii_case(&property.name));
    let [before, after] = [was, is].map(|node| node.properties.iter().filter(|property| !named(property)).map(shown));
    if !before.eq(after) {
        return Ok(false);
    }
    for change in changes {
        let of = |property: &&Property| property.name.eq_ignore_ascii_case(change.name());
        let becomes = change.becomes(was.properties.iter().find(of))?;
        let mut found = is.properties.iter().filter(of);
        if !becomes.is_so(found.next()) || found.next().is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}
