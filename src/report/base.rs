//! The base of paths in formats for CI systems.
//!
//! CI systems identify a file by its path in the repository, independent of the working directory: with `cd aem &&
//! aem-ims-lint check .` the file `ui.config/x` is shown as `aem/ui.config/x`. Readable formats keep paths relative to
//! the working directory, so that they can be opened directly.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use crate::paths;
use crate::source::SourcePath;

/// The folder that paths are relative to; by default the working directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PathBase(Option<PathBuf>);

impl PathBase {
    /// Paths relative to `folder`, which exists.
    ///
    /// # Errors
    /// If the folder cannot be found.
    pub fn folder(folder: &Path) -> std::io::Result<Self> {
        folder.canonicalize().map(|folder| Self(Some(folder)))
    }

    /// Paths relative to the top of the git work tree of the working directory, or else of the first of the `inputs`.
    pub fn of_repository(inputs: &[PathBuf]) -> Self {
        let of_input = || {
            let input = inputs.first()?;
            paths::work_tree(if input.is_dir() { input } else { input.parent()? })
        };
        Self(paths::work_tree(Path::new(".")).or_else(of_input))
    }

    /// The file `path` relative to the folder; unchanged if it is outside.
    pub fn path<'p>(&self, path: &'p SourcePath) -> Cow<'p, SourcePath> {
        match self.seen(&path.input) {
            Some(input) => Cow::Owned(SourcePath { input, entries: path.entries.clone() }),
            None => Cow::Borrowed(path),
        }
    }

    /// [`Self::path`] for the path of a file on disk.
    pub fn input<'p>(&self, input: &'p str) -> Cow<'p, str> {
        self.seen(input).map_or(Cow::Borrowed(input), Cow::Owned)
    }

    /// The name of `input` relative to the folder, if it differs.
    fn seen(&self, input: &str) -> Option<String> {
        let base = self.0.as_deref()?;
        let absolute = paths::without_dots(&std::path::absolute(input).ok()?);
        let below = |path: &Path| {
            let seen = paths::seen_from(base, path);
            let leaves = seen == ".." || seen.starts_with("../") || Path::new(&seen).is_absolute();
            (!leaves).then(|| if seen.is_empty() { ".".to_owned() } else { seen })
        };
        // A link in the path gives the repository a different name.
        let real = || {
            let folder = absolute.parent()?.canonicalize().ok()?;
            below(&folder.join(absolute.file_name()?))
        };
        below(&absolute).or_else(real).filter(|seen| seen != input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_below_the_base_are_seen_from_it_and_others_stay() {
        let here = std::env::current_dir().unwrap();
        let base = PathBase::folder(here.parent().unwrap()).unwrap();
        let name = here.file_name().unwrap().to_str().unwrap();
        assert_eq!(base.input("src/lib.rs"), format!("{name}/src/lib.rs"));
        assert_eq!(base.input("./src/../Cargo.toml"), format!("{name}/Cargo.toml"));
        assert_eq!(base.input("/elsewhere/x"), "/elsewhere/x");
        assert_eq!(base.input("../../beside"), "../../beside");
        let entry = SourcePath::file("a.zip").entry("jcr_root/x");
        assert_eq!(base.path(&entry).to_string(), format!("{name}/a.zip!/jcr_root/x"));
        let src = PathBase::folder(Path::new("src")).unwrap();
        assert_eq!(src.input("src/lib.rs"), "lib.rs");
        assert_eq!(src.input("Cargo.toml"), "Cargo.toml", "what lies outside keeps its name");
        assert_eq!(PathBase::default().input("./x"), "./x");
    }
}
