//! Glob patterns on the command line, for shells that leave them to the program (Windows, `--files-from`, YAML).

use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use walkdir::WalkDir;

use super::Failure;
use crate::paths::slashed;

/// What a pattern fits.
#[derive(Debug, Default)]
pub struct Fitting {
    /// Files and folders, in order.
    pub paths: Vec<PathBuf>,
    /// Symbolic links that leave the folder in which the pattern begins: nobody named them, so they are not followed.
    pub links: Vec<PathBuf>,
}

/// What fits the pattern `path`; `None` when it is no pattern. `*` stays within a folder, `**` does not.
///
/// # Errors
/// A pattern that is none, or that nothing fits: `shown` is what messages call it.
pub fn expand(path: &Path, shown: &str) -> Result<Option<Fitting>, Failure> {
    let text = slashed(path);
    let text = text.strip_prefix("./").unwrap_or(&text);
    let Some(first) = text.find(['*', '?', '[', '{']) else { return Ok(None) };
    let glob = GlobBuilder::new(text).literal_separator(true).build();
    let glob = glob.map_err(|error| Failure::Usage(format!("{shown} is no glob pattern: {}", error.kind())))?;
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
            Failure::Usage(format!("cannot list what fits {shown}: {why}"))
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
            "nothing fits the pattern {shown}; check the pattern, or the directory you run in"
        )));
    }
    Ok(Some(found))
}
