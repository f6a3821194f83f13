//! What git says of the files that are about to be edited. The `git` of the machine is asked: it alone knows all of its
//! own settings.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::paths::for_programs;

/// Most files that a message names.
const NAMED: usize = 3;

/// The root of the work tree that `path` lies in, with symbolic links resolved: the nearest folder above it with `.git`.
fn work_tree(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().ok()?;
    folder.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_path_buf)
}

/// The folder `.git` of the work tree that `folder` lies in, where it is one.
pub(super) fn git_folder(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(".git")).find(|git| git.is_dir())
}

/// `path` relative to the root of its work tree, or as it is where it lies in none; joined with `/`.
pub(super) fn path_in_work_tree(path: &Path) -> String {
    let inside = || {
        let root = work_tree(path)?;
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = folder.canonicalize().ok()?;
        Some(folder.strip_prefix(&root).ok()?.join(path.file_name()?))
    };
    let path = inside().unwrap_or_else(|| path.to_path_buf());
    let names = path.components().filter(|part| matches!(part, std::path::Component::Normal(_)));
    names.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Refuses work trees in which something is not committed, so that what is about to be written can be seen and undone.
/// Files outside any work tree are let pass.
///
/// # Errors
/// What is not committed, or why git cannot tell.
pub(super) fn check_clean(files: &[PathBuf]) -> Result<(), String> {
    let mut trees: BTreeMap<PathBuf, Vec<&PathBuf>> = BTreeMap::new();
    for file in files {
        if let Some(root) = work_tree(file) {
            trees.entry(root).or_default().push(file);
        }
    }
    for (root, files) in trees {
        let mut dirty = status(&root, &["--untracked-files=no"], &[])?;
        // A file that git does not track could not be brought back.
        dirty.extend(status(&root, &["--untracked-files=all", "--ignored"], &files)?);
        dirty.sort();
        dirty.dedup();
        if !dirty.is_empty() {
            let more = dirty.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            dirty.truncate(NAMED);
            return Err(format!(
                "the git work tree has changes that are not committed ({}{more}): commit or stash them, so that these \
                 edits can be told apart and undone, or use --force",
                dirty.join(", ")
            ));
        }
    }
    Ok(())
}

/// The paths that `git status` lists.
fn status(root: &Path, options: &[&str], files: &[&PathBuf]) -> Result<Vec<String>, String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(&*for_programs(root));
    // A repository's own settings must not start programs; nor is its index to be written.
    command.args(["-c", "core.fsmonitor=false", "--no-optional-locks", "--literal-pathspecs"]);
    command.args(["status", "--porcelain", "-z"]);
    command.args(options).arg("--");
    for file in files {
        let absolute = file.canonicalize().map_err(|error| format!("cannot read `{}`: {error}", file.display()))?;
        command.arg(absolute.strip_prefix(root).map(Path::to_path_buf).unwrap_or(absolute));
    }
    let output = command.output().map_err(|error| {
        format!("git cannot be asked whether the work tree is clean ({error}): install git, or use --force")
    })?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        let why = why.lines().next().unwrap_or("it gave no reason");
        return Err(format!("git cannot tell whether the work tree is clean ({why}): mend that, or use --force"));
    }
    let listed = String::from_utf8_lossy(&output.stdout);
    // `XY path`; the old path of a rename or copy follows on its own.
    let mut entries = listed.split('\0');
    let mut paths = Vec::new();
    while let Some(entry) = entries.next() {
        paths.extend(entry.get(3..).filter(|path| !path.is_empty()).map(str::to_owned));
        if entry.starts_with(['R', 'C']) {
            entries.next();
        }
    }
    Ok(paths)
}
