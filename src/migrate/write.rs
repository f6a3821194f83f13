//! Edits reach the disk: each file whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::files::Edited;
use super::git;

/// Refuses to write over what could not be brought back: work trees with changes that are not committed.
///
/// # Errors
/// What is not committed, or why git cannot tell.
pub fn check(files: &[Edited]) -> Result<(), String> {
    let there = files.iter().filter(|file| file.before.is_some()).map(Edited::path);
    git::check_clean(&there.collect::<Vec<PathBuf>>())
}

/// Writes `file`: into a temporary file beside it, which then takes its name, so that a failure leaves the old one whole.
///
/// # Errors
/// The file that could not be written, and why.
pub fn write(file: &Edited) -> Result<(), String> {
    let target = file.new_path();
    replace(file, &target).map_err(|error| format!("cannot write `{}`: {error}; it is as it was", target.display()))?;
    if file.rename.is_some() {
        let old = file.path();
        let left =
            |error| format!("`{}` is written, but `{}` cannot be removed: {error}", target.display(), old.display());
        fs::remove_file(&old).map_err(left)?;
        rename_folder(&old, &target)?;
    }
    Ok(())
}

fn replace(file: &Edited, target: &Path) -> io::Result<()> {
    // The file that a link points to is replaced, not the link.
    let target = target.canonicalize().unwrap_or_else(|_| target.to_path_buf());
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut temporary = tempfile::Builder::new().prefix(".aem-ims-lint-").tempfile_in(folder)?;
    temporary.write_all(&file.after)?;
    if file.before.is_some() {
        let permissions = fs::metadata(file.path())?.permissions();
        temporary.as_file().set_permissions(permissions)?;
    } else {
        make_readable(temporary.as_file())?;
    }
    temporary.as_file().sync_all()?;
    if file.before.is_some() && file.rename.is_none() {
        temporary.persist(&target)?;
    } else {
        // Nothing that appeared in the meantime is written over.
        temporary.persist_noclobber(&target)?;
    }
    Ok(())
}

/// Temporary files are made for their owner alone; a file of a project is for everybody.
#[cfg(unix)]
fn make_readable(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_: &fs::File) -> io::Result<()> {
    Ok(())
}

/// FileVault keeps further properties of `x.config` in `x.config.dir`.
fn rename_folder(old: &Path, new: &Path) -> Result<(), String> {
    let beside = |path: &Path| {
        let mut name = path.as_os_str().to_owned();
        name.push(".dir");
        PathBuf::from(name)
    };
    let (old, new) = (beside(old), beside(new));
    if !old.is_dir() {
        return Ok(());
    }
    fs::rename(&old, &new).map_err(|error| format!("cannot rename `{}` to `{}`: {error}", old.display(), new.display()))
}
