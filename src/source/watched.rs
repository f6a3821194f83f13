//! Files that will be written, and which of them a scan reads: a report must not overwrite its own input. Files are
//! identified as by the operating system, so symbolic and hard links count as the same file.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use same_file::Handle;

/// The watched files.
#[derive(Debug, Default)]
pub struct Watched(Vec<WatchedFile>);

#[derive(Debug)]
struct WatchedFile {
    path: PathBuf,
    handle: Handle,
    read: AtomicBool,
}

impl Watched {
    /// Watches those of `paths` that are existing files.
    pub fn new<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Self {
        // Nothing else is opened, because a pipe would block.
        let files = paths.into_iter().filter(|path| path.is_file());
        let watch = |path: &Path| {
            let handle = Handle::from_path(path).ok()?;
            Some(WatchedFile { path: path.to_path_buf(), handle, read: AtomicBool::new(false) })
        };
        Self(files.filter_map(watch).collect())
    }

    /// Records that `file` is read.
    pub(super) fn reads(&self, file: &File) {
        if self.0.is_empty() {
            return;
        }
        let Ok(handle) = file.try_clone().and_then(Handle::from_file) else { return };
        for watched in self.0.iter().filter(|watched| watched.handle == handle) {
            watched.read.store(true, Ordering::Relaxed);
        }
    }

    /// Those that were read.
    pub fn read(&self) -> impl Iterator<Item = &Path> {
        self.0.iter().filter(|watched| watched.read.load(Ordering::Relaxed)).map(|watched| watched.path.as_path())
    }
}
