//! The files with results, archives and the entries nested in them.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::log::{ArtifactLocation, artifact_location};
use crate::findings::Finding;
use crate::report::{PathBase, escape};
use crate::source::SourcePath;

/// A file.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Artifact {
    location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_index: Option<usize>,
    roles: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    mime_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hashes: Option<Value>,
}

/// All files of a run.
#[derive(Debug)]
pub(super) struct Artifacts<'b> {
    base: &'b PathBase,
    pub(super) list: Vec<Artifact>,
    index: HashMap<(Option<usize>, String), usize>,
}

impl<'b> Artifacts<'b> {
    /// The files of `findings` in order of their first finding.
    pub(super) fn of(findings: &[&Finding], base: &'b PathBase) -> Self {
        let mut artifacts = Self { base, list: Vec::new(), index: HashMap::new() };
        for finding in findings {
            let file = &finding.location.file;
            let index = artifacts.add(&file.context.path);
            let hashes = file.sha256.get().map(|digest| json!({ "sha-256": escape::hex(digest) }));
            artifacts.list[index].hashes = hashes;
        }
        artifacts
    }

    /// The nested artifact for `path`, if it is in an archive.
    pub(super) fn nested(&self, path: &SourcePath) -> Option<ArtifactLocation> {
        if path.entries.is_empty() {
            return None;
        }
        let mut index = *self.index.get(&(None, path.input.clone()))?;
        for entry in &path.entries {
            index = *self.index.get(&(Some(index), entry.clone()))?;
        }
        let location = self.list.get(index)?.location.clone();
        Some(ArtifactLocation { index: Some(index), ..location })
    }

    fn add(&mut self, path: &SourcePath) -> usize {
        let is_archive = !path.entries.is_empty();
        let mut parent = self.artifact(None, &path.input, is_archive);
        for (depth, entry) in path.entries.iter().enumerate() {
            parent = self.artifact(Some(parent), entry, depth + 1 < path.entries.len());
        }
        parent
    }

    fn artifact(&mut self, parent: Option<usize>, name: &str, is_archive: bool) -> usize {
        let next = self.list.len();
        let index = *self.index.entry((parent, name.to_owned())).or_insert(next);
        if index == next {
            let location = match parent {
                None => artifact_location(&SourcePath::file(name), self.base),
                // A nested artifact is relative to its archive, so `uriBaseId` must be absent.
                Some(_) => {
                    let uri = escape::uri_entry(name);
                    ArtifactLocation { uri, uri_base_id: None, index: None }
                }
            };
            let mime_type = if is_archive { Some("application/zip") } else { mime_type(name) };
            self.list.push(Artifact {
                location,
                parent_index: parent,
                roles: ["analysisTarget"],
                mime_type,
                hashes: None,
            });
        }
        index
    }
}

fn mime_type(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    match extension.to_ascii_lowercase().as_str() {
        "xml" => Some("application/xml"),
        "json" => Some("application/json"),
        "config" | "cfg" | "properties" | "txt" | "env" => Some("text/plain"),
        _ => None,
    }
}
