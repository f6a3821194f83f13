//! Turns changes into the new contents of files on disk. Nothing is written here.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::changes::{CUSTOMIZER, Changes, ConfigurationChange, NewConfiguration};
use crate::format::edit::{self, Change, NodeChanges, Refusal};
use crate::format::{self, Document, Format, Input, Reading, Span, Text, osgi, traits_of};
use crate::ims::{Capture, FieldName, Integration, Location, disclosure};
use crate::rules;
use crate::source::Limits;

/// Maximum total size of the files of one run, before and after the edits, in bytes.
const MAX_BYTES: usize = 96 << 20;

/// Largest file that is edited, in bytes: it is read in several ways at once, and each needs many times its size in
/// memory.
const LARGEST: usize = 16 << 20;

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

/// Why this program must not edit the file of `location`, and what to do instead, in one sentence.
pub(super) fn obstacle(location: &Location) -> Option<String> {
    let (path, format) = (location.path(), location.file.format);
    if !path.entries.is_empty() {
        let package = rules::words::path(&path.input);
        return Some(format!(
            "{package} is a package, and packages are never rewritten: make these changes in its source project or in \
             AEM, and rebuild it."
        ));
    }
    if osgi::is_instance_store(&location.file.context) {
        return Some(format!(
            "The file belongs to an AEM instance, and only that may write it: make these changes in its console: {}.",
            rules::steps::CONSOLE
        ));
    }
    if location.file.context.behind_link {
        return Some("The path contains a symbolic link: make these changes in the file that it points to.".to_owned());
    }
    (traits_of(format).is_none_or(|traits| traits.editor.is_none())).then(|| {
        format!(
            "Files in the format {format} are not edited: make these changes by hand, or in the source of the file."
        )
    })
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
    let mut room = MAX_BYTES;
    for (label, changes) in by_file {
        match edit_file(label, &changes, given, limits, &mut room) {
            Ok(Some(edited)) => edits.files.push(edited),
            Ok(None) => {}
            Err(reason) => edits.left.push(Left { label: label.to_owned(), reason }),
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
    room: &mut usize,
) -> Result<Option<Edited>, String> {
    let first = &changes[0].location;
    let Opened { format, bytes: before } = Opened::read(first, given)?;
    let too_much =
        || format!("the edits of one run are limited to {} MiB of memory: run again for the rest", MAX_BYTES >> 20);
    if before.len() > LARGEST {
        return Err(format!("files of more than {} MiB are not edited: make these changes by hand", LARGEST >> 20));
    }
    *room = room.checked_sub(before.len()).ok_or_else(too_much)?;
    let original = Parsed::new(first, format, &before, limits);
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
    let edited = edit_nodes(first, format, original, &before, &wanted, limits).map_err(|refusal| refusal.0)?;
    let after = edited.unwrap_or_else(|| before.clone());
    *room = room.checked_sub(after.len()).ok_or_else(too_much)?;
    let rename = changes.iter().find_map(|change| change.rename.clone());
    if let Some(name) = rename.as_ref().filter(|name| Path::new(label).with_file_name(name).exists()) {
        return Err(format!("it should be renamed to `{name}`, which already exists: keep one of the two"));
    }
    if after == before && rename.is_none() {
        return Ok(None);
    }
    let hidden_lines = (
        Parsed::new(first, format, &before, limits).hidden_lines(&before),
        Parsed::new(first, format, &after, limits).hidden_lines(&after),
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
    original: Parsed<'_>,
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
pub(super) struct Opened {
    pub(super) format: &'static dyn Format,
    pub(super) bytes: Vec<u8>,
}

impl Opened {
    /// Reads the file of `location`, if it is still the one that was scanned.
    pub(super) fn read(location: &Location, given: &[String]) -> Result<Self, String> {
        let path = location.path();
        if let Some(obstacle) = obstacle(location) {
            return Err(obstacle.trim_end_matches('.').to_owned());
        }
        if given.contains(&path.input) {
            return Err("it came from standard input: pass the path of the file instead".to_owned());
        }
        let bytes = fs::read(&path.input).map_err(|error| match path.input.contains(char::REPLACEMENT_CHARACTER) {
            true => "its path is not UTF-8, and only files with UTF-8 paths are edited: rename it".to_owned(),
            false => format!("it cannot be read: {error}"),
        })?;
        let scanned = location.file.sha256.get();
        if scanned.is_some_and(|scanned| *scanned != <[u8; 32]>::from(Sha256::digest(&bytes))) {
            return Err("it has changed since it was read: run again".to_owned());
        }
        let format = format::FORMATS.iter().copied().find(|format| format.id() == location.file.format);
        let format = format.ok_or_else(|| format!("its format {} is unknown", location.file.format))?;
        Ok(Self { format, bytes })
    }
}

/// PID and path of a node, where a location has them.
type NodeKey<'a> = (Option<Cow<'a, str>>, Option<Cow<'a, str>>);

/// A file's contents as a document.
pub(super) struct Parsed<'a> {
    pub(super) text: Text<'a>,
    pub(super) document: Document,
}

impl<'a> Parsed<'a> {
    pub(super) fn new(location: &'a Location, format: &dyn Format, bytes: &'a [u8], limits: &'a Limits) -> Self {
        let input = Input { context: &location.file.context, bytes, limits };
        let text = format::decode(format, &input);
        let document = format::read_file(format, &input, &text, Reading::Tolerant);
        Self { text, document }
    }

    /// For each location, the number of the node that it is or is in.
    pub(super) fn nodes<'l>(
        &self,
        locations: impl Iterator<Item = &'l Location> + Clone,
    ) -> Vec<Result<usize, String>> {
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
            None | Some((0, _)) => Err("it has changed since it was read: run again".to_owned()),
            Some(_) => Err("it contains two configurations with the same name: keep one of them".to_owned()),
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
    neighbours: HashMap<&'a str, Result<(&'static str, &'static str), String>>,
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
                Some(_) => {
                    let reason = "two providers need it with different contents: add it by hand".to_owned();
                    edits.left.push(Left { label, reason });
                }
                None => {
                    self.added.insert(label.clone(), edits.files.len());
                    let shown = new.properties.iter().all(|(name, value)| disclosure::hidden(name, value).is_empty());
                    let lines = after.split(|byte| *byte == b'\n').count();
                    let hidden_lines = (Vec::new(), if shown { Vec::new() } else { (0..lines).collect() });
                    edits.files.push(Edited { label, after, holds_secret: true, hidden_lines, ..Edited::default() });
                }
            },
            Err(reason) => edits.left.push(Left { label, reason }),
        }
    }

    fn contents(&mut self, new: &'a NewConfiguration, label: &str, given: &[String]) -> Result<Vec<u8>, String> {
        let read = || {
            let Opened { format, bytes } = Opened::read(&new.beside, given)?;
            let line_end = if memchr::memmem::find(&bytes, b"\r\n").is_some() { "\r\n" } else { "\n" };
            Ok((format.id(), line_end))
        };
        let neighbour = self.neighbours.entry(&new.beside.path().input).or_insert_with(read);
        let (format, line_end) = neighbour.as_ref().map_err(Clone::clone)?;
        if Path::new(label).exists() {
            return Err("it already exists, but does not belong to the provider next to it: check both".to_owned());
        }
        let properties: Vec<(&str, &str)> =
            new.properties.iter().map(|(name, value)| (*name, value.as_str())).collect();
        edit::new_file(format, &properties, line_end).map(String::into_bytes).map_err(|refusal| refusal.0)
    }
}
