//! Symbolic links in a scanned tree. A build packages their targets, so a target inside the tree is read at the
//! location of the link, with its path, PID and run modes. A target outside the tree is never opened, but reported.
//!
//! Links are followed sequentially after the walk, in order of their path, so that the limits skip the same links in
//! every run. Links can point to folders with links, so without limits a few links could produce any number of files.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;

use rayon::Scope;

use super::place::TreePlace;
use super::{HEAD, OpenedFile, Task, Walk, archive, names};
use crate::budget::{LINKED_BYTES, LINKED_FILES};
use crate::source::{IncidentKind, SourcePath};

/// The message for a link that leaves the tree.
pub(super) const LEAVES: &str = "a symbolic link that leaves the scanned tree; it was not followed: scan a folder that \
    contains both, or exclude the link";
/// Minimum cost of a linked archive, because its stored size is smaller than what is read.
pub(super) const ARCHIVE_BYTES: u64 = 16 << 20;

/// A link found by a walk.
pub(super) struct Link {
    /// Its path; the path of the folder contains no links.
    pub(super) path: PathBuf,
    /// Its name in reports.
    pub(super) label: String,
    /// Its position in its folder.
    pub(super) order: u64,
    /// The place of the folder around it.
    pub(super) around: TreePlace,
    /// The place of its content, if it points to a folder.
    pub(super) within: TreePlace,
    /// The links on the way to it.
    pub(super) way: Option<Arc<Way>>,
}

/// The links that lead to a folder.
#[derive(Debug)]
pub(super) struct Way {
    /// The folder that contains the last of them.
    holder: PathBuf,
    before: Option<Arc<Way>>,
}

impl Way {
    /// Whether the folder `target` contains one of these links, which would be a loop.
    fn returns_to(way: Option<&Arc<Self>>, target: &Path) -> bool {
        let mut next = way;
        while let Some(way) = next {
            if way.holder.starts_with(target) {
                return true;
            }
            next = way.before.as_ref();
        }
        false
    }
}

impl Walk<'_> {
    /// Follows the links found by the walk, and further links found through them.
    pub(super) fn follow_all(&self, links: &Receiver<Link>) {
        let before = self.reading.counts.bytes.load(Ordering::Relaxed);
        let mut told = false;
        loop {
            let mut found: Vec<Link> = links.try_iter().collect();
            if found.is_empty() {
                return;
            }
            found.sort_by(|a, b| a.label.cmp(&b.label));
            for link in found {
                let read = self.reading.counts.bytes.load(Ordering::Relaxed) - before;
                if self.linked_files.left() > 0 && read < self.linked_bytes.left() {
                    rayon::scope(|scope| self.follow(scope, link));
                } else if told {
                    self.reading.count(&self.reading.counts.links_not_followed, 1);
                } else {
                    told = true;
                    let message = format!(
                        "more than {LINKED_FILES} files or {} MiB are behind symbolic links; this one and those after \
                         it were not followed: scan its target folder directly",
                        LINKED_BYTES >> 20
                    );
                    self.reading.incident(IncidentKind::Limit, SourcePath::file(link.label), message);
                }
            }
        }
    }

    fn follow<'s>(&'s self, scope: &Scope<'s>, link: Link) {
        let target = match fs::canonicalize(&link.path) {
            Ok(target) if self.roots.iter().any(|root| target.starts_with(root)) => target,
            Ok(target) => return self.outside(&link, &target),
            Err(error) => {
                let message = format!("a broken symbolic link ({error})");
                return self.not_followed(&link, names::is_candidate_name(&link.label), &message);
            }
        };
        match fs::metadata(&target) {
            Ok(metadata) if metadata.is_dir() => {
                let holder = link.path.parent().map(Path::to_path_buf).unwrap_or_default();
                let way = Some(Arc::new(Way { holder, before: link.way }));
                if Way::returns_to(way.as_ref(), &target) {
                    // A loop: its target is read at its own location.
                    return self.reading.count(&self.reading.counts.links_not_followed, 1);
                }
                let place = link.within.behind_link();
                let ignored = self.ignored_around(&target);
                self.folder(scope, Task { path: target, above: None, prefix: link.label + "/", place, way, ignored });
            }
            Ok(metadata) if metadata.is_file() => {
                // Links in linked folders are counted with their folder.
                self.linked_files.spend(u64::from(link.way.is_none()));
                self.reading.count(&self.reading.counts.files, 1);
                if names::is_candidate_name(&link.label) || names::may_be_archive(&link.label) {
                    let file = File::open(&target);
                    let place = link.around.behind_link();
                    let opened = OpenedFile { file, folder: &target, name: None, named: false, order: link.order };
                    self.file(opened, SourcePath::file(link.label), &place);
                }
            }
            Ok(_) if names::is_candidate_name(&link.label) => self.special(SourcePath::file(link.label)),
            Ok(_) => {}
            Err(error) => self.unreadable(SourcePath::file(link.label), &error),
        }
    }

    /// A link that leaves the tree: an incident if its target could matter.
    fn outside(&self, link: &Link, target: &Path) {
        let matters = match fs::metadata(target) {
            Ok(metadata) if metadata.is_dir() => true,
            Ok(metadata) if metadata.is_file() => {
                names::is_candidate_name(&link.label) || names::may_be_archive(&link.label) && is_archive(target)
            }
            _ => names::is_candidate_name(&link.label),
        };
        self.not_followed(link, matters, LEAVES);
    }

    fn not_followed(&self, link: &Link, matters: bool, message: &str) {
        if matters {
            self.reading.incident(IncidentKind::Unreadable, SourcePath::file(link.label.clone()), message);
        } else {
            self.reading.count(&self.reading.counts.links_not_followed, 1);
        }
    }
}

/// Whether the file starts like an archive. No other bytes are read.
fn is_archive(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEAD as u64).read_to_end(&mut head));
    // A target that cannot be checked may matter.
    read.is_err() || archive::is_magic(&head)
}
