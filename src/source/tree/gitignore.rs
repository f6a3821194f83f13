//! Files that git ignores in a work tree: `.gitignore` in each folder, and `.git/info/exclude`. Only on request,
//! because built packages are ignored by git but still installed.
//!
//! git never ignores committed files, but this module does not know which files are committed.

use std::path::Path;
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::bounded;
use crate::paths::work_tree;

/// The file's name.
pub(super) const NAME: &str = ".gitignore";
/// Maximum size of such a file.
const LARGEST: u64 = 1 << 20;

/// The patterns that apply in a folder: its own and those of its parents.
#[derive(Debug)]
pub(super) struct Ignored {
    own: Gitignore,
    above: Option<Arc<Ignored>>,
}

impl Ignored {
    /// The patterns around `folder`, where a walk starts: those from the top of its work tree down to the parent
    /// folder.
    pub(super) fn around(folder: &Path) -> Option<Arc<Self>> {
        let top = work_tree(folder)?;
        let folder = folder.canonicalize().ok()?;
        let mut ignored = Self::read(&top, &top.join(".git/info/exclude"), None);
        let below: Vec<&Path> = folder.ancestors().skip(1).take_while(|above| above.starts_with(&top)).collect();
        for above in below.into_iter().rev() {
            ignored = Self::read(above, &above.join(NAME), ignored);
        }
        ignored
    }

    /// The patterns in `folder`, which has a pattern file of its own; `above` are the patterns around it.
    pub(super) fn within(folder: &Path, above: Option<Arc<Self>>) -> Option<Arc<Self>> {
        Self::read(folder, &folder.join(NAME), above)
    }

    fn read(folder: &Path, file: &Path, above: Option<Arc<Self>>) -> Option<Arc<Self>> {
        // A link could point anywhere; git does not follow it either.
        let is_file = file.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
        let Some(bytes) = is_file.then(|| bounded::bytes_of(file, LARGEST).ok()).flatten() else { return above };
        let mut builder = GitignoreBuilder::new(folder);
        for line in String::from_utf8_lossy(&bytes).lines() {
            // git also ignores invalid patterns.
            let _ = builder.add_line(None, line);
        }
        match builder.build() {
            Ok(own) => Some(Arc::new(Self { own, above })),
            Err(_) => above,
        }
    }

    /// Whether git ignores the entry at `path`: the nearest pattern applies.
    pub(super) fn covers(&self, path: &Path, is_folder: bool) -> bool {
        let mut at = Some(self);
        while let Some(ignored) = at {
            match ignored.own.matched(path, is_folder) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => at = ignored.above.as_deref(),
            }
        }
        false
    }
}
