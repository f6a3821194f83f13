//! Changes become the new contents of files on disk. Nothing is written here.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::changes::{Changes, ConfigurationChange, NewConfiguration};
use crate::format::edit::{self, Change, Refusal};
use crate::format::{self, Document, Format, Input, Reading, Text, osgi};
use crate::ims::{Integration, Location, secrets};
use crate::rules;
use crate::source::Limits;

/// Formats whose files can be edited.
const EDITABLE: [&str; 3] = ["cfg-json", "felix-config", "docview"];

/// A file with its new contents.
#[derive(Clone, Debug)]
pub struct Edited {
    /// Its path as the scan names it.
    pub label: String,
    /// What it holds now; `None` for a file that is to be added.
    pub before: Option<Vec<u8>>,
    /// What it is to hold.
    pub after: Vec<u8>,
    /// The name that it is to have in the same folder, when that is another.
    pub rename: Option<String>,
    /// Lines (from 0) that hold a secret, before and after.
    pub secret_lines: (Vec<usize>, Vec<usize>),
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
        return Some(
            "The file belongs to the store of an AEM instance, which alone may write there: make these changes in its \
             console (Tools > Security > Adobe IMS Configurations)."
                .to_owned(),
        );
    }
    if location.file.context.behind_link {
        return Some("A symbolic link leads to the file: make these changes where it lies.".to_owned());
    }
    (!EDITABLE.contains(&format)).then(|| {
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
    for (label, changes) in by_file {
        match edit_file(label, &changes, given, limits) {
            Ok(Some(edited)) => edits.files.push(edited),
            Ok(None) => {}
            Err(reason) => edits.left.push(Left { label: label.to_owned(), reason }),
        }
    }
    for new in added {
        // Beside a provider that stays as it is, its partner would be of no use.
        if edits.left.iter().all(|left| left.label != new.beside.path().input) {
            add(new, given, &mut edits);
        }
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
) -> Result<Option<Edited>, String> {
    let first = &changes[0].location;
    let opened = Opened::read(first, given)?;
    let before = opened.bytes.clone();
    let mut bytes = opened.bytes;
    let original = Parsed::new(first, opened.format, &bytes, limits);
    let mut wanted: BTreeMap<usize, Vec<Change>> = BTreeMap::new();
    for change in changes {
        let node = original.node(&change.location)?;
        let list = wanted.entry(node).or_default();
        // Two integrations may share a configuration, and then want the same of it.
        let new =
            change.edits.iter().map(|edit| &edit.change).filter(|new| list.iter().all(|c| c.name() != new.name()));
        let new: Vec<Change> = new.cloned().collect();
        list.extend(new);
    }
    drop(original);
    for (node, changes) in wanted {
        bytes = edit_node(first, opened.format, &bytes, node, &changes, limits).map_err(|refusal| refusal.0)?;
    }
    let rename = changes.iter().find_map(|change| change.rename.clone());
    if let Some(name) = rename.as_ref().filter(|name| Path::new(label).with_file_name(name).exists()) {
        return Err(format!("it should be renamed to `{name}`, which is there already: keep one of the two"));
    }
    if bytes == before && rename.is_none() {
        return Ok(None);
    }
    let secret_lines = (
        Parsed::new(first, opened.format, &before, limits).secret_lines(&before),
        Parsed::new(first, opened.format, &bytes, limits).secret_lines(&bytes),
    );
    Ok(Some(Edited { label: label.to_owned(), before: Some(before), after: bytes, rename, secret_lines }))
}

/// The file after `changes` in the node number `node`, proven to have exactly these changes.
fn edit_node(
    location: &Location,
    format: &'static dyn Format,
    bytes: &[u8],
    node: usize,
    changes: &[Change],
    limits: &Limits,
) -> Result<Vec<u8>, Refusal> {
    let input = Input { context: &location.file.context, bytes, limits };
    let text = format.decode(&input);
    let document = format.read(&input, &text, Reading::Tolerant);
    let replacements = edit::replacements(format.id(), &text, &document, node, changes)?;
    if replacements.is_empty() {
        return Ok(bytes.to_vec());
    }
    let after = edit::apply(&text, bytes, &replacements)?;
    edit::verify(format, &input, &after, node, changes)?;
    Ok(after)
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

/// A file's contents as a document.
pub(super) struct Parsed<'a> {
    pub(super) text: Text<'a>,
    pub(super) document: Document,
}

impl<'a> Parsed<'a> {
    pub(super) fn new(location: &'a Location, format: &dyn Format, bytes: &'a [u8], limits: &'a Limits) -> Self {
        let input = Input { context: &location.file.context, bytes, limits };
        let text = format.decode(&input);
        let document = format.read(&input, &text, Reading::Tolerant);
        Self { text, document }
    }

    /// The number of the node that `location` is, or lies in.
    pub(super) fn node(&self, location: &Location) -> Result<usize, String> {
        let is_it = |node: &format::Node| {
            node.pid.as_ref().map(ToString::to_string) == location.pid
                && location.jcr_path.as_deref().is_none_or(|path| path == node.path)
        };
        let mut found = self.document.nodes.iter().enumerate().filter(|(_, node)| is_it(node)).map(|(at, _)| at);
        match (found.next(), found.next()) {
            (Some(node), None) => Ok(node),
            (Some(_), Some(_)) => Err("it holds two configurations of one name: keep one of them".to_owned()),
            (None, _) => Err("it has changed since it was read: run again".to_owned()),
        }
    }

    /// Lines of the file, which holds `bytes`, that hold a secret: from 0, and counted by the bytes LF as a diff does.
    fn secret_lines(&self, bytes: &[u8]) -> Vec<usize> {
        let text = self.text.as_str();
        let properties = self.document.nodes.iter().flat_map(|node| &node.properties);
        let spans =
            properties.flat_map(secrets::spans).chain(secrets::pem_bodies(text)).chain(secrets::spans_in_text(text));
        let ends: Vec<u64> = memchr::memchr_iter(b'\n', bytes).map(|at| at as u64).collect();
        let line = |offset: usize| {
            let in_file = self.text.position(offset).offset;
            ends.partition_point(|end| *end < in_file)
        };
        let mut lines: Vec<usize> = spans.flat_map(|span| line(span.start)..=line(span.end)).collect();
        lines.sort_unstable();
        lines.dedup();
        lines
    }
}

/// A file beside another one. Two integrations may want the same.
fn add(new: &NewConfiguration, given: &[String], edits: &mut Edits) {
    let folder = new.beside.path().input.rsplit_once('/').map(|(folder, _)| folder);
    let label = folder.map_or_else(|| new.file_name.clone(), |folder| format!("{folder}/{}", new.file_name));
    let contents = Opened::read(&new.beside, given).and_then(|neighbour| {
        if Path::new(&label).exists() {
            return Err("it is there already, but does not belong to the provider beside it: look at both".to_owned());
        }
        let line_end = if memchr::memmem::find(&neighbour.bytes, b"\r\n").is_some() { "\r\n" } else { "\n" };
        let properties: Vec<(&str, &str)> =
            new.properties.iter().map(|(name, value)| (*name, value.as_str())).collect();
        edit::new_file(neighbour.format.id(), &properties, line_end).map_err(|refusal| refusal.0)
    });
    match contents {
        Ok(text) if edits.files.iter().any(|file| file.label == label && file.after == text.as_bytes()) => {}
        Ok(text) if edits.files.iter().all(|file| file.label != label) => {
            let (after, secret_lines) = (text.into_bytes(), (Vec::new(), Vec::new()));
            edits.files.push(Edited { label, before: None, after, rename: None, secret_lines });
        }
        Ok(_) => {
            let reason = "two providers want it with different contents: add it by hand".to_owned();
            edits.left.push(Left { label, reason });
        }
        Err(reason) => edits.left.push(Left { label, reason }),
    }
}
