//! Writes edits to disk: each file completely or not at all.
//!
//! A file is written to a temporary file, which then replaces the old one atomically. The temporary file is outside
//! `jcr_root`, so that a build does not package what an interruption leaves behind: in the folder `.git` of the work
//! tree, or else in the folder around `jcr_root`, or else in the file's own folder. Writing into the file itself would
//! keep its metadata, but leave it incomplete if the machine stops. So owner, mode and extended attributes are copied,
//! and a file that would lose one of them, or its hard links, is not changed.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::files::{Edited, Left};
use super::git::{self, GitError};
use super::keep;
use super::obstacle::Obstacle;

/// Refuses to overwrite what could not be restored: work trees with uncommitted changes.
///
/// # Errors
/// What is not committed, or why git cannot tell.
pub fn check(files: &[Edited]) -> Result<(), GitError> {
    let there = files.iter().filter(|file| file.before.is_some()).map(Edited::path);
    git::check_clean(&there.collect::<Vec<PathBuf>>())
}

/// The result of writing files.
#[derive(Debug, Default)]
pub struct Written<'a> {
    /// Files that were written.
    pub files: Vec<&'a Edited>,
    /// Files that were not, and why.
    pub left: Vec<Left>,
}

/// Writes all of `files` that can be written. Configurations with secrets come first: a provider that refers to a
/// secret which does not exist yet is the only intermediate state that would be worse than the original one.
pub fn write_all(files: &[Edited]) -> Written<'_> {
    let mut written = Written::default();
    let (first, then): (Vec<&Edited>, Vec<&Edited>) = files.iter().partition(|file| file.holds_secret);
    for file in first.into_iter().chain(then) {
        match write(file) {
            Ok(()) => written.files.push(file),
            Err(obstacle) => written.left.push(Left::new(&file.label, &obstacle)),
        }
    }
    written.files.sort_by(|a, b| a.label.cmp(&b.label));
    written.left.sort();
    written
}

/// Writes `file`. A file to be renamed first gets its new contents under its old name, so that a second run finds what
/// is left to do.
///
/// # Errors
/// Why the file was not written.
pub fn write(file: &Edited) -> Result<(), Obstacle> {
    let (old, new) = (file.path(), file.new_path());
    if file.before.as_ref() != Some(&file.after) {
        replace(file).map_err(|error| Obstacle::NotWritten(error.to_string()))?;
    }
    if file.rename.is_some() {
        rename_folder(&old, &new)?;
        let to = new.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let failed = |error: io::Error| Obstacle::NotRenamed { folder: None, to, error: error.to_string() };
        keep::rename_new(&old, &new).map_err(failed)?;
    }
    Ok(())
}

fn replace(file: &Edited) -> io::Result<()> {
    let path = file.path();
    // The file that a link points to is replaced, not the link.
    let target = path.canonicalize().unwrap_or(path);
    let mut temporary = temporary_for(&target)?;
    temporary.write_all(&file.after)?;
    match &file.before {
        Some(before) => {
            keep::attributes(&target, temporary.as_file())?;
            temporary.as_file().sync_all()?;
            // Do not overwrite changes made in the meantime.
            if fs::read(&target)? != *before {
                return Err(io::Error::other("it has changed since it was read: run again"));
            }
            temporary.persist(&target)?;
        }
        None => {
            keep::readable(temporary.as_file())?;
            temporary.as_file().sync_all()?;
            temporary.persist_noclobber(&target)?;
        }
    }
    Ok(())
}

/// A temporary file in the first folder on the same volume that is writable.
fn temporary_for(target: &Path) -> io::Result<NamedTempFile> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = folder.canonicalize()?;
    let make = |place: &Path| tempfile::Builder::new().prefix(".aem-ims-lint-").tempfile_in(place);
    let outside = git::git_folder(&folder).into_iter().chain(around_root(&folder));
    for place in outside.filter(|place| keep::is_same_volume(place, &folder)) {
        if let Ok(temporary) = make(&place) {
            return Ok(temporary);
        }
    }
    if around_root(&folder).is_some() {
        return Err(io::Error::other("no folder outside `jcr_root` on the same volume can be written to"));
    }
    make(&folder)
}

/// The folder that contains the outermost `jcr_root` around `folder`.
fn around_root(folder: &Path) -> Option<PathBuf> {
    let root = folder.ancestors().filter(|folder| folder.file_name().is_some_and(|name| name == "jcr_root")).last()?;
    root.parent().map(Path::to_path_buf)
}

/// FileVault keeps further properties of `x.config` in `x.config.dir`.
fn rename_folder(old: &Path, new: &Path) -> Result<(), Obstacle> {
    let beside = |path: &Path| {
        let mut name = path.as_os_str().to_owned();
        name.push(".dir");
        PathBuf::from(name)
    };
    let (old, new) = (beside(old), beside(new));
    if !old.is_dir() {
        return Ok(());
    }
    keep::rename_new(&old, &new).map_err(|error| Obstacle::NotRenamed {
        folder: Some(old.display().to_string()),
        to: new.display().to_string(),
        error: error.to_string(),
    })
}
