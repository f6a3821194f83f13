//! Glob patterns on the command line, for shells that leave them to the program (Windows, `--files-from`, YAML).

use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use walkdir::WalkDir;

use super::Failure;
use crate::paths::slashed;

/// What a pattern matches.
#[derive(Debug, Default)]
pub struct Fitting {
    /// Files and folders, in order.
    pub paths: Vec<PathBuf>,
    /// Symbolic links that lead out of the pattern's base folder. They were not given explicitly, so they are not
    /// followed.
    pub links: Vec<PathBuf>,
}

/// What matches the pattern `path`; `None` if it is not a pattern. `*` stays within a folder, `**` does not.
///
/// # Errors
/// An invalid pattern, or one without matches. `shown` is its name in messages.
pub fn expand(path: &Path, shown: &str) -> Result<Option<Fitting>, Failure> {
    let text = slashed(path);
    let text = text.strip_prefix("./").unwrap_or(&text);
    let Some(first) = text.find(['*', '?', '[', '{']) else { return Ok(None) };
    let glob = GlobBuilder::new(text).literal_separator(true).build();
    let glob =
        glob.map_err(|error| Failure::Usage(format!("{shown} is not a valid glob pattern: {}", error.kind())))?;
    let matcher = glob.compile_matcher();
    let fixed = text[..first].rfind('/').map_or("", |slash| &text[..slash.max(1)]);
    let start = if fixed.is_empty() { Path::new(".") } else { Path::new(fixed) };
    let depth = if text.contains("**") { usize::MAX } else { text[first..].matches('/').count() + 1 };
    let mut found = Fitting::default();
    let real = start.canonicalize().ok();
    let stays =
        |path: &Path| path.canonicalize().ok().zip(real.as_ref()).is_some_and(|(path, real)| path.starts_with(real));
    for entry in WalkDir::new(start).min_depth(1).max_depth(depth).sort_by_file_name() {
        let entry = entry.map_err(|error| {
            let why = error.io_error().map(ToString::to_string).unwrap_or_else(|| "a loop of links".to_owned());
            Failure::Usage(format!("cannot list the files that match {shown}: {why}"))
        })?;
        let is_link = entry.path_is_symlink();
        let entry = entry.path().strip_prefix("./").unwrap_or(entry.path());
        if matcher.is_match(slashed(entry)) {
            let list = if is_link && !stays(entry) { &mut found.links } else { &mut found.paths };
            list.push(entry.to_path_buf());
        }
    }
    if found.paths.is_empty() && found.links.is_empty() {
        return Err(Failure::Usage(format!(
            "no file matches the pattern {shown}; check the pattern and the current directory"
        )));
    }
    Ok(Some(found))
}
