//! Changes become the new contents of files on disk. Nothing is written here.

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

/// Most bytes that the files of one run take, before and after the edits.
const MAX_BYTES: usize = 96 << 20;

/// Largest file that is edited, in bytes: it is read in several ways at once, each of which takes many times its size.
const LARGEST: usize = 16 << 20;

/// A file with its new contents.
#[derive(Clone, Debug, Default)]
pub struct Edited {
    /// Its path as the scan names it.
    pub label: String,
    /// What it holds now; `None` for a file that is to be added.
    pub before: Option<Vec<u8>>,
    /// What it is to hold.
    pub after: Vec<u8>,
    /// The name that it is to have in the same folder, when that is another.
    pub rename: Option<String>,
    /// It is a configuration that a provider asks for its secret.
    pub holds_secret: bool,
    /// Lines (from 0) of which something may not be shown, before and after.
    pub hidden_lines: (Vec<usize>, Vec<usize>),
}

impl Edited {
    /// Where it is on disk.
    pub fn path(&self) -> PathBuf {
        PathBuf::from(&self.label)
    }

    /// Where it will be: its path, or the path of its new name.
    pub fn new_path(&self) -> PathBuf {
        self.rename.as_ref().map_or_else(|| self.path(), |name| self.path().with_file_name(name))
    }
}

/// A file that needs changes and cannot be edited.
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
    /// Files that should and cannot.
    pub left: Vec<Left>,
}

/// Whether the files of `changes` are of a kind that can be edited: on disk, in a format that this project writes.
pub(super) fn can_be_edited(integration: &Integration, changes: &Changes) -> bool {
    let editable = |location: &Location| obstacle(location).is_none();
    let configurations = changes.configurations.iter().map(|configuration| &configuration.location);
    let any_edit = !changes.configurations.is_empty() || changes.added.is_some();
    any_edit && editable(&integration.location) && configurations.into_iter().all(editable)
}

/// Why the file that `location` lies in is not for this program to edit, and what to do instead: one sentence.
pub(super) fn obstacle(location: &Location) -> Option<String> {
    let (path, format) = (location.path(), location.file.format);
    if !path.entries.is_empty() {
        let package = rules::words::path(&path.input);
        return Some(format!(
            "{package} is a package, and packages are never rewritten: make these changes in the project that it is \
             built from, or in AEM, and build it again."
        ));
    }
    if osgi::is_instance_store(&location.file.context) {
        return Some(format!(
            "The file belongs to the store of an AEM instance, which alone may write there: make these changes in its \
             console: {}.",
            rules::steps::CONSOLE
        ));
    }
    if location.file.context.behind_link {
        return Some("A symbolic link leads to the file: make these changes where it lies.".to_owned());
    }
    (traits_of(format).is_none_or(|traits| traits.editor.is_none())).then(|| {
        format!(
            "Files of the format {format} are not edited: make these changes by hand, or where the file comes from."
        )
    })
}

/// Makes the edits of several integrations. `given` are names of files that came through standard input, not from disk.
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
    // Beside a provider that stays as it is, its partner would be of no use.
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
        || format!("the edits of one run take no more than {} MiB of memory: run again for the rest", MAX_BYTES >> 20);
    if before.len() > LARGEST {
        return Err(format!("files of more than {} MiB are not edited: make these changes by hand", LARGEST >> 20));
    }
    *room = room.checked_sub(before.len()).ok_or_else(too_much)?;
    let original = Parsed::new(first, format, &before, limits);
    let nodes = original.nodes(changes.iter().map(|change| &change.location));
    let mut wanted: BTreeMap<usize, Vec<Change>> = BTreeMap::new();
    for (change, node) in changes.iter().zip(nodes) {
        let list = wanted.entry(node?).or_default();
        // Two integrations may share a configuration, and then want the same of it.
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
        return Err(format!("it should be renamed to `{name}`, which is there already: keep one of the two"));
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

/// The file after the changes that are `wanted`, proven to have exactly these; `None` where nothing is to do.
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
    /// Reads the file that `location` lies in, if it is the one that was scanned.
    pub(super) fn read(location: &Location, given: &[String]) -> Result<Self, String> {
        let path = location.path();
        if let Some(obstacle) = obstacle(location) {
            return Err(obstacle.trim_end_matches('.').to_owned());
        }
        if given.contains(&path.input) {
            return Err("it came through standard input: name the file itself".to_owned());
        }
        let bytes = fs::read(&path.input).map_err(|error| match path.input.contains(char::REPLACEMENT_CHARACTER) {
            true => "its path is not UTF-8, and only files at such paths are edited: rename what is not".to_owned(),
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

    /// For each location the number of the node that it is, or lies in.
    pub(super) fn nodes<'l>(
        &self,
        locations: impl Iterator<Item = &'l Location> + Clone,
    ) -> Vec<Result<usize, String>> {
        // How many nodes a location is, and the first of them: locations without a path are known by the PID alone.
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
            Some(_) => Err("it holds two configurations of one name: keep one of them".to_owned()),
        };
        locations.map(found).collect()
    }

    /// Lines of the file, which holds `bytes`, of which something may not be shown: from 0, and counted by the bytes LF
    /// as a diff does.
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

/// Files to be added beside others. Two integrations may want the same.
#[derive(Default)]
struct Additions<'a> {
    /// By the file beside which others belong: its format and line end, or why it cannot be read.
    neighbours: HashMap<&'a str, Result<(&'static str, &'static str), String>>,
    /// The numbers of the files that are added already.
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
                    let reason = "two providers want it with different contents: add it by hand".to_owned();
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
            return Err("it is there already, but does not belong to the provider beside it: look at both".to_owned());
        }
        let properties: Vec<(&str, &str)> =
            new.properties.iter().map(|(name, value)| (*name, value.as_str())).collect();
        edit::new_file(format, &properties, line_end).map(String::into_bytes).map_err(|refusal| refusal.0)
    }
}
