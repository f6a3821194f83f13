//! Edits of one configuration in its file that leave every other byte unchanged.
//!
//! [`replacements`] computes what to write where, [`apply`] makes the new file from it, and `verify` reads that file
//! again before it is written. Files that AEM and a person read differently are refused: the meaning of an edit would
//! be unclear.

mod docview;
mod felix;
mod json;
mod lines;
mod new_file;
mod sequence;
#[cfg(test)]
mod tests;
mod verify;

pub use new_file::new_file;
pub use verify::{verify, verify_each};

use crate::format::traits::Editor;
use crate::format::traits_of;
use std::collections::HashSet;

use super::{Document, Node, Property, Span, Text, ValueType};

/// A change of one property of a configuration.
///
/// Names are compared ignoring ASCII case, as keys of the OSGi Configuration Admin are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Afterwards, the property has this one String value, whatever it had before (added if missing).
    Set {
        /// Name of the property.
        name: String,
        /// The value, without any escapes.
        value: String,
    },
    /// Afterwards, the property is a list of these Strings (added if missing). Kept items keep their bytes and layout.
    SetList {
        /// Name of the property.
        name: String,
        /// The values.
        items: Vec<Item>,
    },
    /// Afterwards, the property is gone.
    Remove {
        /// Name of the property.
        name: String,
    },
}

/// A value of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Index of a current value of the property, kept as it is written.
    Kept(usize),
    /// Another value, without any escapes.
    New(String),
}

/// A piece of the text and its replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The piece; empty for an insertion.
    pub span: Span,
    /// The replacement; empty for a deletion.
    pub text: String,
}

/// Why a file cannot be edited: one sentence that tells people what to do, without secret values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);

impl Refusal {
    fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }

    /// Refuses a file because of its content.
    fn file(reason: impl std::fmt::Display) -> Self {
        Self(format!("the file cannot be edited safely: {reason}"))
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}

impl Change {
    /// Name of the property that it changes.
    pub fn name(&self) -> &str {
        match self {
            Self::Set { name, .. } | Self::SetList { name, .. } | Self::Remove { name } => name,
        }
    }

    /// What becomes of the property, which is `now`.
    fn becomes<'a>(&'a self, now: Option<&'a Property>) -> Result<Becomes<'a>, Refusal> {
        Ok(match self {
            Self::Set { value, .. } => Becomes::Value(value),
            Self::SetList { name, items } => Becomes::List(items, texts(name, now, items)?),
            Self::Remove { .. } => Becomes::Nothing,
        })
    }
}

/// A property that is not yet as wanted.
struct Wanted<'a> {
    name: &'a str,
    becomes: Becomes<'a>,
    /// The property as it is now.
    now: Option<&'a Property>,
}

enum Becomes<'a> {
    Value(&'a str),
    /// The items and their texts.
    List(&'a [Item], Vec<&'a str>),
    Nothing,
}

/// The changes of one node of a file.
#[derive(Clone, Copy, Debug)]
pub struct NodeChanges<'a> {
    /// Its index in [`Document::nodes`].
    pub node: usize,
    /// Each for a different property.
    pub changes: &'a [Change],
}

/// The replacements, sorted and without overlaps, that make `changes` in the node number `node` of `document` (the
/// tolerant reading of `text` in the format `format`).
///
/// # Errors
/// When the format cannot be edited, or when AEM and a person read the file differently.
pub fn replacements(
    format: &str,
    text: &Text<'_>,
    document: &Document,
    node: usize,
    changes: &[Change],
) -> Result<Vec<Replacement>, Refusal> {
    let mut all = replacements_of_each(format, text, document, &[NodeChanges { node, changes }])?;
    all.pop().unwrap_or_else(|| Ok(Vec::new()))
}

/// [`replacements`] for each of `all`, in their order, in one pass over the file: the time grows with the sum of file
/// size and changes, not with their product.
///
/// # Errors
/// As [`replacements`], for problems of the file as a whole.
pub fn replacements_of_each(
    format: &str,
    text: &Text<'_>,
    document: &Document,
    all: &[NodeChanges<'_>],
) -> Result<Vec<Result<Vec<Replacement>, Refusal>>, Refusal> {
    let edit: fn(&str, &[Task<'_>]) -> Result<Vec<Edit>, Refusal> = match traits_of(format)
        .and_then(|traits| traits.editor)
    {
        Some(Editor::CfgJson) => |_, tasks| Ok(tasks.iter().map(json::replacements).collect()),
        Some(Editor::Felix) => |_, tasks| Ok(tasks.iter().map(felix::replacements).collect()),
        Some(Editor::Docview) => docview::replacements,
        None => {
            return Err(Refusal::new(format!(
                "files of the format {format} cannot be edited: change the file by hand, or turn it into a `.cfg.json` file"
            )));
        }
    };
    if let Some(problem) = document.problem.as_ref().or(document.limit.as_ref()) {
        let line = text.position(problem.offset).line;
        return Err(Refusal::file(format_args!("{} (line {line}); correct it first", problem.message)));
    }
    if text.has_replacements() {
        return Err(undecodable());
    }
    let mut edits: Vec<Edit> = Vec::with_capacity(all.len());
    let (mut tasks, mut places) = (Vec::new(), Vec::new());
    for (index, one) in all.iter().enumerate() {
        let node = document.nodes.get(one.node).ok_or_else(|| Refusal::new("the file has no such configuration"));
        let wanted = node.and_then(|node| Ok((node, wanted(node, one.changes)?)));
        edits.push(Ok(Vec::new()));
        match wanted {
            Err(refusal) => edits[index] = Err(refusal),
            Ok((_, wanted)) if wanted.is_empty() => {}
            Ok((node, wanted)) => {
                places.push(index);
                tasks.push(Task { text: text.as_str(), node, number: one.node, wanted });
            }
        }
    }
    if !tasks.is_empty() {
        for (index, edit) in places.into_iter().zip(edit(text.as_str(), &tasks)?) {
            edits[index] = edit.map(|replacements| lines::normalised(text.as_str(), replacements));
        }
    }
    Ok(edits)
}

/// The replacements of several nodes, merged into those of one file.
pub fn joined(text: &Text<'_>, parts: impl IntoIterator<Item = Vec<Replacement>>) -> Vec<Replacement> {
    lines::normalised(text.as_str(), parts.into_iter().flatten().collect())
}

/// The replacements for one node, or why there are none.
type Edit = Result<Vec<Replacement>, Refusal>;

/// The changes still to make in one node.
struct Task<'a> {
    text: &'a str,
    node: &'a Node,
    number: usize,
    wanted: Vec<Wanted<'a>>,
}

/// The file's bytes after `replacements`, in the encoding of the file; all other bytes are unchanged.
///
/// # Errors
/// When the file contains bytes that are invalid in its encoding, or when the encoding lacks characters that are to be
/// written.
pub fn apply(text: &Text<'_>, bytes: &[u8], replacements: &[Replacement]) -> Result<Vec<u8>, Refusal> {
    if text.has_replacements() || text.encode(text.as_str()).as_deref() != Some(bytes) {
        return Err(undecodable());
    }
    let edited = lines::replaced(text.as_str(), replacements);
    let edited = edited.ok_or_else(|| Refusal::new("the replacements are not those of this file"))?;
    text.encode(&edited).ok_or_else(|| {
        Refusal::file("its encoding lacks a character of what is to be written; save the file as UTF-8 first")
    })
}

fn undecodable() -> Refusal {
    Refusal::file("it holds bytes that are none of its encoding; save it as UTF-8 first")
}

/// The part of `changes` that is still to make.
fn wanted<'a>(node: &'a Node, changes: &'a [Change]) -> Result<Vec<Wanted<'a>>, Refusal> {
    let mut names = HashSet::new();
    let mut wanted = Vec::new();
    for change in changes {
        let name = change.name();
        if !names.insert(name.to_ascii_lowercase()) {
            return Err(Refusal::new(format!("`{name}` cannot be changed twice at once")));
        }
        let mut found = node.properties.iter().filter(|property| property.name.eq_ignore_ascii_case(name));
        let now = found.next();
        if !matches!(change, Change::Remove { .. }) && found.next().is_some() {
            let reason = format!("it has several properties `{name}` that differ in case only; leave one of them");
            return Err(Refusal::file(reason));
        }
        let becomes = change.becomes(now)?;
        if !becomes.is_so(now) {
            if now.is_none() && !is_plain_name(name) {
                return Err(Refusal::new(format!(
                    "`{name}` is not a valid name for a property of an OSGi configuration"
                )));
            }
            wanted.push(Wanted { name, becomes, now });
        }
    }
    Ok(wanted)
}

/// The texts of a wanted list.
fn texts<'a>(name: &str, now: Option<&'a Property>, items: &'a [Item]) -> Result<Vec<&'a str>, Refusal> {
    let text = |item: &'a Item| match item {
        Item::New(text) => Some(text.as_str()),
        Item::Kept(index) => now?.values.get(*index).map(|value| value.text.as_str()),
    };
    let texts: Option<Vec<&str>> = items.iter().map(text).collect();
    texts.ok_or_else(|| Refusal::new(format!("`{name}` has fewer values than are to be kept of it")))
}

impl Becomes<'_> {
    /// Whether the property is already as wanted.
    fn is_so(&self, now: Option<&Property>) -> bool {
        let Some(now) = now else { return matches!(self, Self::Nothing) };
        let is_string = now.value_type == ValueType::String;
        match self {
            Self::Nothing => false,
            Self::Value(value) => is_string && !now.multiple && now.first() == Some(*value),
            Self::List(_, texts) => is_string && now.multiple && now.texts().eq(texts.iter().copied()),
        }
    }
}

/// Whether a property can be called `name` in every format without escapes.
fn is_plain_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-$~@+:%".contains(c))
}
