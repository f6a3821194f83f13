//! The same configuration found twice: in the source and in the package built from it, or in a package and in the
//! container that embeds it. It is reported once, at the source or in its own package. Two separate package files are
//! never copies of each other, because each may be installed somewhere.

use std::collections::HashMap;
use std::sync::Arc;

use super::draft::{FoundIntegration, SecretPartner};
use super::model::{KeyMaterial, SecretHolder, StrayEndpoint};
use super::systems::component;
use super::{Extract, Location};
use crate::repository::SystemKind;

/// What makes two items copies of each other: the location in the repository and the content.
#[derive(PartialEq, Eq, Hash)]
struct CopyKey {
    repository_path: String,
    jcr_path: Option<Arc<str>>,
    pid: Option<Arc<str>>,
    what: String,
    /// Identity of the package, if there is no source.
    package: Option<String>,
}

/// An item with a location.
trait Placed {
    fn location(&self) -> Option<&Location>;
    /// The content that distinguishes two items.
    fn what(&self) -> String;
}

impl Placed for FoundIntegration {
    fn location(&self) -> Option<&Location> {
        Some(&self.integration.location)
    }
    fn what(&self) -> String {
        // One node can hold several contexts; their names tell them apart.
        format!("{}:{:x}:{}", self.integration.kind.id(), self.digest, self.integration.name.as_deref().unwrap_or(""))
    }
}

impl Placed for SecretPartner {
    fn location(&self) -> Option<&Location> {
        Some(&self.location)
    }
    fn what(&self) -> String {
        format!("{:x}", self.digest)
    }
}

impl Placed for StrayEndpoint {
    fn location(&self) -> Option<&Location> {
        Some(&self.location)
    }
    fn what(&self) -> String {
        format!("{:?}:{}", self.location.property, self.url)
    }
}

impl Placed for SecretHolder {
    fn location(&self) -> Option<&Location> {
        self.field.location.as_deref()
    }
    fn what(&self) -> String {
        format!("{}:{}", self.holder, self.field.property)
    }
}

impl Placed for KeyMaterial {
    fn location(&self) -> Option<&Location> {
        Some(&self.location)
    }
    fn what(&self) -> String {
        self.what.clone()
    }
}

/// Merges copies everywhere in `extract`, which was found in a system of `kind`.
pub fn fold(extract: &mut Extract, kind: SystemKind) {
    if kind == SystemKind::Instance {
        fold_shown(
            &mut extract.found,
            |one| one.content,
            |kept, copy| kept.integration.copies.push(copy.integration.location),
        );
        fold_shown(&mut extract.partners, |one| one.content, |_, _| {});
    }
    fold_list(&mut extract.found, |kept, copy| kept.integration.copies.push(copy.integration.location));
    fold_list(&mut extract.partners, |_, _| {});
    fold_list(&mut extract.model.endpoints, |_, _| {});
    fold_list(&mut extract.model.secrets, |_, _| {});
    fold_list(&mut extract.model.keys, |_, _| {});
}

/// An export and a dump of one instance, of which `content` is the hash of what both have, show the same configurations twice: what is in a repository is kept, or else
/// the first one. An instance assigns different PIDs to factory configurations than their files have.
fn fold_shown<T: Placed>(list: &mut Vec<T>, content: impl Fn(&T) -> u64, mut merge: impl FnMut(&mut T, T)) {
    let key = |item: &T| {
        let location = item.location()?;
        let known = location.pid.as_deref().map(component).or(location.jcr_path.as_deref())?;
        Some((known.to_owned(), content(item)))
    };
    let is_stored = |item: &T| item.location().is_some_and(|location| location.file.context.repository_path.is_some());
    let mut originals: HashMap<(String, u64), usize> = HashMap::new();
    for stored in [true, false] {
        for (index, item) in list.iter().enumerate().filter(|(_, item)| is_stored(item) == stored) {
            if let Some(key) = key(item) {
                originals.entry(key).or_insert(index);
            }
        }
    }
    let original = |(index, item): (usize, &T)| {
        let original = *originals.get(&key(item)?)?;
        (original != index && !is_stored(item)).then_some(original)
    };
    let originals: Vec<Option<usize>> = list.iter().enumerate().map(original).collect();
    fold_into(list, originals, &mut merge);
}

/// Keeps everything in a source tree, and from archives only what is not in a source and, for content embedded in a
/// container, not in its own package.
fn fold_list<T: Placed>(list: &mut Vec<T>, mut merge: impl FnMut(&mut T, T)) {
    let mut sources: HashMap<CopyKey, usize> = HashMap::new();
    for (index, item) in list.iter().enumerate() {
        if let Some(key) = key(item, false).filter(|_| depth(item) == 0) {
            sources.entry(key).or_insert(index);
        }
    }
    let mut outermost: HashMap<CopyKey, usize> = HashMap::new();
    for (index, item) in list.iter().enumerate().filter(|(_, item)| depth(*item) == 1) {
        if let Some(key) = key(item, true) {
            outermost.entry(key).or_insert(index);
        }
    }
    let original = |item: &T| {
        let depth = Some(depth(item)).filter(|depth| *depth > 0)?;
        let source = key(item, false).and_then(|key| sources.get(&key).copied());
        let package = || key(item, true).filter(|_| depth > 1).and_then(|key| outermost.get(&key).copied());
        source.or_else(package)
    };
    let originals = list.iter().map(original).collect();
    fold_into(list, originals, &mut merge);
}

/// Merges every item into its original, if it has one.
fn fold_into<T>(list: &mut Vec<T>, originals: Vec<Option<usize>>, merge: &mut impl FnMut(&mut T, T)) {
    let mut kept: Vec<Option<T>> = std::mem::take(list).into_iter().map(Some).collect();
    for (index, original) in originals.into_iter().enumerate() {
        let Some(original) = original else { continue };
        if let Some(copy) = kept[index].take()
            && let Some(original) = kept[original].as_mut()
        {
            merge(original, copy);
        }
    }
    *list = kept.into_iter().flatten().collect();
}

/// Number of archives that contain it.
fn depth(item: &impl Placed) -> usize {
    item.location().map_or(0, |location| location.path().entries.len())
}

fn key(item: &impl Placed, in_package: bool) -> Option<CopyKey> {
    let location = item.location()?;
    let context = &location.file.context;
    let id = || context.package.as_ref()?.id.as_ref().map(ToString::to_string);
    Some(CopyKey {
        repository_path: context.repository_path.clone()?,
        jcr_path: location.jcr_path.clone(),
        pid: location.pid.clone(),
        what: item.what(),
        package: if in_package { Some(id()?) } else { None },
    })
}
