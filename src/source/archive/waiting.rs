//! A queued archive that was found in another one.

use std::sync::Arc;

use super::entry::Inner;
use super::kind::EntryKind;
use super::{Container, OpenArchive};
use crate::repository::package::installer_run_modes;
use crate::source::SourcePath;
use crate::source::section::Section;

/// Maximum inflated size of the filter of a package.
const METADATA: u64 = super::kind::MAX_METADATA;
/// Maximum compression ratio of deflate.
const DEFLATE_RATIO: u64 = 1032;

/// What nested archives need of the archive around them, so that its entries need not be kept.
#[derive(Debug)]
pub(super) struct Above {
    path: SourcePath,
    run_modes: Vec<String>,
    depth: usize,
    named: bool,
    /// Its entries are not content.
    hands_on: bool,
}

impl Above {
    pub(super) fn of(open: &OpenArchive) -> Self {
        let container = &open.container;
        Self {
            path: container.path.clone(),
            run_modes: container.run_modes.clone(),
            depth: container.depth,
            named: container.named,
            hands_on: matches!(open.kind, EntryKind::Loose(_) | EntryKind::Single { .. }),
        }
    }
}

/// A queued archive.
#[derive(Debug)]
pub(super) struct Waiting {
    above: Arc<Above>,
    name: String,
    /// Run modes of the installer folder around it.
    run_modes: Vec<String>,
    /// It is repository content.
    is_content: bool,
    /// The repository folder that it becomes.
    unpacked: Option<String>,
    /// Its stored bytes.
    pub(super) packed: Section,
    pub(super) inner: Inner,
}

impl Waiting {
    pub(super) fn new(open: &OpenArchive, above: &Arc<Above>, inner: Inner) -> Self {
        let name = open.directory.name(inner.index);
        let mut run_modes = open.kind.run_modes(name);
        let repository_path = open.kind.repository_path(name);
        let is_content = repository_path.is_some();
        run_modes.extend(repository_path.map(|path| installer_run_modes(&path)).unwrap_or_default());
        let packed = open.container.section.part(inner.data, inner.packed);
        let unpacked = open.kind.unpacked(name);
        Self { above: Arc::clone(above), name: name.to_owned(), run_modes, is_content, unpacked, packed, inner }
    }

    /// Its path.
    pub(super) fn path(&self) -> SourcePath {
        match self.inner.is_packed_tar() {
            true => self.above.path.clone(),
            false => self.above.path.entry(&self.name),
        }
    }

    /// Length of the path.
    pub(super) fn path_len(&self) -> usize {
        let above = &self.above.path;
        above.input.len() + above.entries.iter().map(|entry| entry.len() + 2).sum::<usize>() + self.name.len() + 2
    }

    /// Number of archives around it.
    pub(super) fn depth(&self) -> usize {
        self.above.depth + usize::from(!self.inner.is_packed_tar())
    }

    /// Its length, if known.
    pub(super) fn len(&self) -> u64 {
        self.inner.memory().max(self.packed.len())
    }

    /// Total memory that it may need while it is read: bytes, entries, metadata.
    pub(super) fn cost(&self) -> u64 {
        let len = self.len();
        self.inner.memory().saturating_add(len).saturating_add(len.saturating_mul(DEFLATE_RATIO).min(METADATA))
    }

    pub(super) fn into_container(self, section: Section) -> Container {
        let mut run_modes = self.above.run_modes.clone();
        let (path, depth, cut) = (self.path(), self.depth(), self.inner.cut);
        run_modes.extend(self.run_modes);
        let named = self.above.named && self.inner.is_packed_tar();
        let handed_on = self.above.hands_on && !self.is_content;
        let form = self.inner.form;
        Container { path, section, form, run_modes, depth, named, cut, handed_on, unpacked: self.unpacked }
    }
}
