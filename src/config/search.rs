//! Finds the `aem-ims-lint.toml` for a scanned path.
//!
//! Only the scanned tree may contain the configuration. The file is searched for inside the git work tree of the path,
//! or only in the path itself outside a work tree, and a symbolic link is not used.

use std::path::{Path, PathBuf};

use super::FILE_NAME;
use crate::paths::{without_dots, work_tree};

/// The result of a search.
#[derive(Debug, Default)]
pub(super) struct FoundConfigFile {
    /// The absolute name of the configuration file.
    pub(super) file: Option<PathBuf>,
    /// Absolute names of paths with this name that are not regular files and so are not used.
    pub(super) passed_over: Vec<PathBuf>,
}

/// Searches from `start` upwards. Its parent folders are taken from its name without resolving links, so that the
/// patterns of the file and the names in reports refer to the same folders. The search ends at the top of the work
/// tree.
pub(super) fn nearest(start: &Path) -> FoundConfigFile {
    let mut found = FoundConfigFile::default();
    let Some(folder) = folder_of(start) else { return found };
    let Some(there) = folder.ancestors().find(|folder| folder.is_dir()) else { return found };
    let top = work_tree(there);
    // Outside a work tree, only a scanned folder itself can have one.
    if top.is_none() && std::path::absolute(start).ok().map(|start| without_dots(&start)).as_deref() != Some(there) {
        return found;
    }
    for folder in there.ancestors() {
        let Ok(real) = folder.canonicalize() else { break };
        if top.as_ref().is_some_and(|top| !real.starts_with(top)) {
            break;
        }
        let candidate = folder.join(FILE_NAME);
        match candidate.symlink_metadata() {
            Ok(metadata) if metadata.is_file() => {
                found.file = Some(candidate);
                break;
            }
            Ok(metadata) if !metadata.is_dir() => found.passed_over.push(candidate),
            _ => {}
        }
        if top.as_ref().is_none_or(|top| *top == real) {
            break;
        }
    }
    found
}

/// The absolute directory that is or contains `input`.
pub(super) fn folder_of(input: &Path) -> Option<PathBuf> {
    let absolute = without_dots(&std::path::absolute(input).ok()?);
    if absolute.is_dir() { Some(absolute) } else { absolute.parent().map(Path::to_path_buf) }
}

/// The path relative to the current directory if it is below it.
pub(super) fn near(path: &Path) -> PathBuf {
    let current = std::env::current_dir().ok();
    let below = current.and_then(|current| path.strip_prefix(current).ok().map(Path::to_path_buf));
    below.unwrap_or_else(|| path.to_path_buf())
}
