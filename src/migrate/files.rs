//! Turns changes into the new contents of files on disk. Nothing is written here.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::changes::{CUSTOMIZER, Changes, ConfigurationChange, NewConfiguration};
use super::obstacle::Obstacle;
use crate::budget::{Allowance, EDITED};
use crate::format::edit::{self, Change, NodeChanges, Refusal};
use crate::format::{self, Detected, Document, Format, Input, Reading, Span, Text, osgi, traits_of};
use crate::ims::{Capture, FieldName, Integration, Location, disclosure};
use crate::source::Limits;

/// Largest file that is edited, in bytes: it is read in several ways at once, and each needs many times its size in
/// memory.
pub(super) const LARGEST: usize = 16 << 20;

/// A file with its new contents.
#[derive(Clone, Debug, Default)]
pub struct Edited {
    /// Its path as the scan names it.
    pub label: String,
    /// Its contents now; `None` for a file to be added.
    pub before: Option<Vec<u8>>,
    /// Its new contents.
    pub after: Vec<u8>,
    /// Its new name in the same folder, if it is renamed.
    pub rename: Option<String>,
    /// Whether a provider reads its secret from this configuration.
    pub holds_secret: bool,
    /// Lines (from 0) with something that must not be shown, before and after.
    pub hidden_lines: (Vec<usize>, Vec<usize>),
}

impl Edited {
    /// Where it is on disk.
    pub fn path(&self) -> PathBuf {
        PathBuf::from(&self.label)
    }

    /// Where it will be: its path, or the path with its new name.
    pub fn new_path(&self) -> PathBuf {
        self.rename.as_ref().map_or_else(|| self.path(), |name| self.path().with_file_name(name))
    }
}

/// A file that needs changes but cannot be edited.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Left {
    /// Its path as the scan names it.
    pub label: String,
    /// Why, and what to do: one sentence.
    pub reason: String,
}

impl Left {
    /// The file `label`, which is not edited because of `obstacle`.
    pub(super) fn new(label: &str, obstacle: &Obstacle) -> Self {
        Self { label: label.to_owned(), reason: obstacle.to_string() }
    }
}

/// Every file of a set of changes, in order of the path.
#[derive(Clone, Debug, Default)]
pub struct Edits {
    /// Files that change.
    pub files: Vec<Edited>,
    /// Files that should change but cannot be edited.
    pub left: Vec<Left>,
}

/// Whether the files of `changes` can be edited: on disk, in a format that this tool can write.
pub(super) fn can_be_edited(integration: &Integration, changes: &Changes) -> bool {
    let editable = |location: &Location| obstacle(location).is_none();
    let configurations = changes.configurations.iter().map(|configuration| &configuration.location);
    let any_edit = !changes.configurations.is_empty() || changes.added.is_some();
    any_edit && editable(&integration.location) && configurations.into_iter().all(editable)
}

/// Why this program must not edit the file of `location`, wherever its content.
pub(super) fn obstacle(location: &Location) -> Option<Obstacle> {
    let (path, format) = (location.path(), location.file.format);
    if !path.entries.is_empty() {
        return Some(Obstacle::InPackage(path.input.clone()));
    }
    if osgi::is_instance_store(&location.file.context) {
        return Some(Obstacle::OfInstance);
    }
    if location.file.context.behind_link {
        return Some(Obstacle::BehindLink);
    }
    traits_of(format).is_none_or(|traits| traits.editor.is_none()).then_some(Obstacle::NoEditor(format))
}

/// Makes the edits of several integrations. `given` are names of files that came from standard input, not from disk.
pub fn edit<'a>(
    configurations: impl IntoIterator<Item = &'a ConfigurationChange>,
    added: impl IntoIterator<Item = &'a NewConfiguration>,
    given: &[String],
    limits: &Limits,
) -> Edits {
    let mut by_file: BTreeMap<&str, Vec<&ConfigurationChange>> = BTreeMap::new();
    for change in configurations {
        by_file.entry(&change.location.path().input).or_default().push(change);
    }
    let mut edits = Edits::default();
    let room = Allowance::new(EDITED);
    for (label, changes) in by_file {
        match edit_file(label, &changes, given, limits, &room) {
            Ok(Some(edited)) => edits.files.push(edited),
            Ok(None) => {}
            Err(obstacle) => edits.left.push(Left::new(label, &obstacle)),
        }
    }
    // A partner is useless next to a provider that stays unchanged.
    let left: HashSet<String> = edits.left.iter().map(|left| left.label.clone()).collect();
    let mut additions = Additions::default();
    for new in added.into_iter().filter(|new| !left.contains(&new.beside.path().input)) {
        additions.add(new, given, &mut edits);
    }
    edits.files.sort_by(|a, b| a.label.cmp(&b.label));
    edits.left.sort();
    edits.left.dedup();
    edits
}

fn edit_file(
    label: &str,
    changes: &[&ConfigurationChange],
    given: &[String],
    limits: &Limits,
    room: &Allowance,
) -> Result<Option<Edited>, Obstacle> {
    let first = &changes[0].location;
    let FileOnDisk { format, bytes: before } = FileOnDisk::read(first, given)?;
    if before.len() > LARGEST {
        return Err(Obstacle::TooLarge);
    }
    room.take(before.len() as u64).ok_or(Obstacle::NoRoom)?;
    let original = ParsedFile::new(first, format, &before, limits);
    let nodes = original.nodes(changes.iter().map(|change| &change.location));
    let mut wanted: BTreeMap<usize, Vec<Change>> = BTreeMap::new();
    for (change, node) in changes.iter().zip(nodes) {
        let list = wanted.entry(node?).or_default();
        // Two integrations may share a configuration, and then need the same change.
        let new =
            change.edits.iter().map(|edit| &edit.change).filter(|new| list.iter().all(|c| c.name() != new.name()));
        let new: Vec<Change> = new.cloned().collect();
        list.extend(new);
    }
    let wanted: Vec<NodeChanges<'_>> =
        wanted.iter().map(|(&node, changes)| NodeChanges { node, changes: changes.as_slice() }).collect();
    let edited = edit_nodes(first, format, original, &before, &wanted, limits)?;
    let after = edited.unwrap_or_else(|| before.clone());
    room.take(after.len() as u64).ok_or(Obstacle::NoRoom)?;
    let rename = changes.iter().find_map(|change| change.rename.clone());
    if let Some(name) = rename.as_ref().filter(|name| Path::new(label).with_file_name(name).exists()) {
        return Err(Obstacle::NameTaken(name.clone()));
    }
    if after == before && rename.is_none() {
        return Ok(None);
    }
    let hidden_lines = (
        ParsedFile::new(first, format, &before, limits).hidden_lines(&before),
        ParsedFile::new(first, format, &after, limits).hidden_lines(&after),
    );
    let edits = changes.iter().flat_map(|change| &change.edits);
    let holds_secret = edits.clone().count() > 0
        && edits.clone().all(|edit| edit.field == FieldName::ClientSecret && edit.property() != CUSTOMIZER);
    let label = label.to_owned();
    Ok(Some(Edited { label, before: Some(before), after, rename, holds_secret, hidden_lines }))
}

/// The file after the changes in `wanted`, verified to contain exactly these; `None` if there is nothing to do.
fn edit_nodes(
    location: &Location,
    format: &'static dyn Format,
    original: ParsedFile<'_>,
    bytes: &[u8],
    wanted: &[NodeChanges<'_>],
    limits: &Limits,
) -> Result<Option<Vec<u8>>, Refusal> {
    let parts = edit::replacements_of_each(format.id(), &original.text, &original.document, wanted)?;
    let parts = parts.into_iter().collect::<Result<Vec<_>, _>>()?;
    let replacements = edit::joined(&original.text, parts);
    if replacements.is_empty() {
        return Ok(None);
    }
    let after = edit::apply(&original.text, bytes, &replacements)?;
    drop(original);
    let input = Input { context: &location.file.context, bytes, limits };
    edit::verify_each(format, &input, &after, wanted)?;
    Ok(Some(after))
}

/// A file as it is on disk now.
pub(super) struct FileOnDisk {
    pub(super) format: &'static dyn Format,
    pub(super) bytes: Vec<u8>,
}

impl FileOnDisk {
    /// Reads the file of `location`, if it is still the one that was scanned.
    pub(super) fn read(location: &Location, given: &[String]) -> Result<Self, Obstacle> {
        let path = location.path();
        if let Some(obstacle) = obstacle(location) {
            return Err(obstacle);
        }
        if given.contains(&path.input) {
            return Err(Obstacle::StandardInput);
        }
        let bytes = fs::read(&path.input).map_err(|error| match path.input.contains(char::REPLACEMENT_CHARACTER) {
            true => Obstacle::PathNotUtf8,
            false => Obstacle::Unreadable(error.to_string()),
        })?;
        let scanned = location.file.sha256.get();
        if scanned.is_some_and(|scanned| *scanned != <[u8; 32]>::from(Sha256::digest(&bytes))) {
            return Err(Obstacle::Changed);
        }
        let format = format::FORMATS.iter().copied().find(|format| format.id() == location.file.format);
        let format = format.ok_or(Obstacle::NoEditor(location.file.format))?;
        Ok(Self { format, bytes })
    }
}

/// PID and path of a node, where a location has them.
type NodeKey<'a> = (Option<Cow<'a, str>>, Option<Cow<'a, str>>);

/// A file's contents as a document.
pub(super) struct ParsedFile<'a> {
    pub(super) text: Text<'a>,
    pub(super) document: Document,
}

impl<'a> ParsedFile<'a> {
    pub(super) fn new(
        location: &'a Location,
        format: &'static dyn Format,
        bytes: &'a [u8],
        limits: &'a Limits,
    ) -> Self {
        let file = Detected::of(format, &Input { context: &location.file.context, bytes, limits });
        let document = file.read_file(Reading::Tolerant);
        Self { text: file.text, document }
    }

    /// For each location, the number of the node that it is or is in.
    pub(super) fn nodes<'l>(
        &self,
        locations: impl Iterator<Item = &'l Location> + Clone,
    ) -> Vec<Result<usize, Obstacle>> {
        // How many nodes match a location, and the first of them: locations without a path are identified by the PID
        // alone.
        let key = |location: &'l Location| {
            (location.pid.as_deref().map(Cow::Borrowed), location.jcr_path.as_deref().map(Cow::Borrowed))
        };
        let mut seen: HashMap<NodeKey<'_>, (usize, usize)> =
            locations.clone().map(|location| (key(location), (0, 0))).collect();
        for (number, node) in self.document.nodes.iter().enumerate() {
            let pid = node.pid.as_ref().map(|pid| Cow::Owned(pid.to_string()));
            for path in [None, Some(Cow::Borrowed(node.path.as_str()))] {
                if let Some((count, first)) = seen.get_mut(&(pid.clone(), path)) {
                    *first = if *count == 0 { number } else { *first };
                    *count += 1;
                }
            }
        }
        let found = |location| match seen.get(&key(location)) {
            Some((1, node)) => Ok(*node),
            None | Some((0, _)) => Err(Obstacle::Changed),
            Some(_) => Err(Obstacle::Namesakes),
        };
        locations.map(found).collect()
    }

    /// Lines of the file with contents `bytes` that must not be shown in full: from 0, and separated by LF bytes as in
    /// a diff.
    fn hidden_lines(&self, bytes: &[u8]) -> Vec<usize> {
        let spans = Capture::new(&self.text, Arc::default(), &self.document).hidden();
        let ends: Vec<u64> = memchr::memchr_iter(b'\n', bytes).map(|at| at as u64).collect();
        let line = |offset: usize| {
            let in_file = self.text.position(offset).offset;
            ends.partition_point(|end| *end < in_file)
        };
        let last = |span: Span| span.end.saturating_sub(1).max(span.start);
        let mut lines: Vec<usize> = spans.iter().flat_map(|span| line(span.start)..=line(last(*span))).collect();
        lines.sort_unstable();
        lines.dedup();
        lines
    }
}

/// Files to add next to others. Two integrations may need the same file.
#[derive(Default)]
struct Additions<'a> {
    /// By the file next to which others are added: its format and line ending, or why it cannot be read.
    neighbours: HashMap<&'a str, Result<(&'static str, &'static str), Obstacle>>,
    /// The numbers of the files that are already added.
    added: HashMap<String, usize>,
}

impl<'a> Additions<'a> {
    fn add(&mut self, new: &'a NewConfiguration, given: &[String], edits: &mut Edits) {
        let folder = new.beside.path().input.rsplit_once('/').map(|(folder, _)| folder);
        let label = folder.map_or_else(|| new.file_name.clone(), |folder| format!("{folder}/{}", new.file_name));
        match self.contents(new, &label, given) {
            Ok(after) => match self.added.get(&label) {
                Some(&number) if edits.files[number].after == after => {}
                Some(_) => edits.left.push(Left::new(&label, &Obstacle::Contested)),
                None => {
                    self.added.insert(label.clone(), edits.files.len());
                    let shown = new.properties.iter().all(|(name, value)| disclosure::hidden(name, value).is_empty());
                    let lines = after.split(|byte| *byte == b'\n').count();
                    let hidden_lines = (Vec::new(), if shown { Vec::new() } else { (0..lines).collect() });
                    edits.files.push(Edited { label, after, holds_secret: true, hidden_lines, ..Edited::default() });
                }
            },
            Err(obstacle) => edits.left.push(Left::new(&label, &obstacle)),
        }
    }

    fn contents(&mut self, new: &'a NewConfiguration, label: &str, given: &[String]) -> Result<Vec<u8>, Obstacle> {
        let read = || {
            let FileOnDisk { format, bytes } = FileOnDisk::read(&new.beside, given)?;
            let line_end = if memchr::memmem::find(&bytes, b"\r\n").is_some() { "\r\n" } else { "\n" };
            Ok((format.id(), line_end))
        };
        let neighbour = self.neighbours.entry(&new.beside.path().input).or_insert_with(read);
        let (format, line_end) = neighbour.as_ref().map_err(Clone::clone)?;
        if Path::new(label).exists() {
            return Err(Obstacle::Existing);
        }
        let properties: Vec<(&str, &str)> =
            new.properties.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Ok(edit::new_file(format, &properties, line_end)?.into_bytes())
    }
}
