//! Glob patterns on the command line, for shells that leave them to the program (Windows, `--files-from`, YAML).

use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use walkdir::WalkDir;

use super::Failure;
use crate::paths::slashed;

/// What fits the pattern `path`, in order; `None` when it is no pattern. `*` stays within a folder, `**` does not.
///
/// # Errors
/// A pattern that is none, or that nothing fits.
pub fn expand(path: &Path) -> Result<Option<Vec<PathBuf>>, Failure> {
    let text = slashed(path);
    let text = text.strip_prefix("./").unwrap_or(&text);
    let Some(first) = text.find(['*', '?', '[', '{']) else { return Ok(None) };
    let glob = GlobBuilder::new(text).literal_separator(true).build();
    let glob = glob.map_err(|error| Failure::Usage(format!("`{text}` is no glob pattern: {}", error.kind())))?;
    let matcher = glob.compile_matcher();
    let fixed = text[..first].rfind('/').map_or("", |slash| &text[..slash.max(1)]);
    let start = if fixed.is_empty() { Path::new(".") } else { Path::new(fixed) };
    let depth = if text.contains("**") { usize::MAX } else { text[first..].matches('/').count() + 1 };
    let mut found = Vec::new();
    for entry in WalkDir::new(start).min_depth(1).max_depth(depth).sort_by_file_name() {
        let entry = entry.map_err(|error| Failure::Usage(format!("cannot list what fits `{text}`: {error}")))?;
        let entry = entry.path().strip_prefix("./").unwrap_or(entry.path());
        if matcher.is_match(slashed(entry)) {
            found.push(entry.to_path_buf());
        }
    }
    if found.is_empty() {
        return Err(Failure::Usage(format!(
            "nothing fits the pattern `{text}`; check the pattern, or the directory you run in"
        )));
    }
    Ok(Some(found))
}
