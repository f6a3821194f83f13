//! One folder: lists and opens its entries.
//!
//! On Linux everything is opened relative to the open folder above it, so that the kernel does not resolve a complete
//! path for each of a hundred thousand files (docs/performance.md). On other systems `walkdir` lists folders, and files
//! are opened by their path.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// The type of a folder entry. Links are not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FolderEntryKind {
    File,
    Folder,
    Link,
    /// A pipe, a socket, a device.
    Special,
}

/// An entry of a folder.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FolderEntry {
    pub(super) name: OsString,
    pub(super) kind: FolderEntryKind,
}

/// An open folder.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    handle: Handle,
}

impl Folder {
    /// Opens the folder at `path`, relative to its open parent folder if there is one.
    pub(super) fn open(path: PathBuf, above: Option<&Self>) -> io::Result<Self> {
        Ok(Self { handle: Handle::open(&path, above.map(|above| &above.handle))?, path })
    }

    /// Whether queued child folders may keep this folder open.
    pub(super) fn may_wait(&self) -> bool {
        self.handle.may_wait()
    }

    /// Path of the folder.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The entries of the folder by name, and errors while listing it.
    pub(super) fn list(&self) -> (Vec<FolderEntry>, Vec<io::Error>) {
        let (mut entries, mut errors) = (Vec::new(), Vec::new());
        self.handle.list(&self.path, |entry| match entry {
            Ok(entry) => entries.push(entry),
            Err(error) => errors.push(error),
        });
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        (entries, errors)
    }

    /// Opens a file of the folder.
    pub(super) fn file(&self, name: &OsStr) -> io::Result<File> {
        self.handle.file(&self.path, name)
    }
}

#[cfg(target_os = "linux")]
use linux::Handle;
#[cfg(not(target_os = "linux"))]
use portable::Handle;

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::OsStr;
    use std::fs::File;
    use std::io;
    use std::mem::MaybeUninit;
    use std::os::fd::OwnedFd;
    use std::os::unix::ffi::OsStrExt;
    use std::path::Path;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, RawDir, openat, statat};

    use super::{FolderEntry, FolderEntryKind};

    /// Size of the buffer for listing a folder.
    const LISTING: usize = 16 << 10;
    /// Maximum number of folders kept open for their child folders; a process may often open only a thousand files.
    const MAX_OPEN: usize = 128;
    static OPEN: AtomicUsize = AtomicUsize::new(0);

    #[derive(Debug)]
    pub(super) struct Handle(OwnedFd);

    impl Handle {
        pub(super) fn open(path: &Path, above: Option<&Self>) -> io::Result<Self> {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let handle = match above.zip(path.file_name()) {
                Some((above, name)) => openat(&above.0, name, flags | OFlags::NOFOLLOW, Mode::empty())?,
                None => openat(CWD, path, flags, Mode::empty())?,
            };
            OPEN.fetch_add(1, Ordering::Relaxed);
            Ok(Self(handle))
        }

        pub(super) fn may_wait(&self) -> bool {
            OPEN.load(Ordering::Relaxed) < MAX_OPEN
        }

        pub(super) fn list(&self, _: &Path, mut take: impl FnMut(io::Result<FolderEntry>)) {
            let mut buffer = [MaybeUninit::uninit(); LISTING];
            let mut listing = RawDir::new(&self.0, &mut buffer);
            while let Some(entry) = listing.next() {
                let entry = match entry {
                    Ok(entry) => entry,
                    // The next attempt would most likely fail too, in an endless loop.
                    Err(error) => return take(Err(error.into())),
                };
                let name = OsStr::from_bytes(entry.file_name().to_bytes());
                if name != "." && name != ".." {
                    take(self.kind(name, entry.file_type()).map(|kind| FolderEntry { name: name.to_owned(), kind }));
                }
            }
        }

        fn kind(&self, name: &OsStr, told: FileType) -> io::Result<FolderEntryKind> {
            let kind = match told {
                // Not every file system returns the type with the name.
                FileType::Unknown => FileType::from_raw_mode(statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?.st_mode),
                told => told,
            };
            Ok(match kind {
                FileType::RegularFile => FolderEntryKind::File,
                FileType::Directory => FolderEntryKind::Folder,
                FileType::Symlink => FolderEntryKind::Link,
                _ => FolderEntryKind::Special,
            })
        }

        pub(super) fn file(&self, _: &Path, name: &OsStr) -> io::Result<File> {
            let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
            Ok(File::from(openat(&self.0, name, flags, Mode::empty())?))
        }
    }

    impl Drop for Handle {
        fn drop(&mut self) {
            OPEN.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

#[cfg(any(not(target_os = "linux"), test))]
mod portable {
    use std::ffi::OsStr;
    use std::fs::File;
    use std::io;
    use std::path::Path;

    use walkdir::WalkDir;

    use super::{FolderEntry, FolderEntryKind};

    #[derive(Debug)]
    pub(super) struct Handle;

    #[cfg_attr(target_os = "linux", expect(dead_code, reason = "there, only a test lists this way"))]
    impl Handle {
        pub(super) fn open(_: &Path, _: Option<&Self>) -> io::Result<Self> {
            Ok(Self)
        }

        pub(super) fn may_wait(&self) -> bool {
            true
        }

        pub(super) fn list(&self, folder: &Path, mut take: impl FnMut(io::Result<FolderEntry>)) {
            for entry in WalkDir::new(folder).min_depth(1).max_depth(1) {
                take(match entry {
                    Ok(entry) => Ok(FolderEntry { kind: kind(entry.file_type()), name: entry.file_name().to_owned() }),
                    Err(error) => Err(error.into_io_error().unwrap_or_else(|| io::ErrorKind::Other.into())),
                });
            }
        }

        pub(super) fn file(&self, folder: &Path, name: &OsStr) -> io::Result<File> {
            File::open(folder.join(name))
        }
    }

    fn kind(kind: std::fs::FileType) -> FolderEntryKind {
        if kind.is_file() {
            FolderEntryKind::File
        } else if kind.is_dir() {
            FolderEntryKind::Folder
        } else if kind.is_symlink() {
            FolderEntryKind::Link
        } else {
            FolderEntryKind::Special
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::fs;
    use std::io::Read;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn both_ways_list_and_open_alike() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        fs::write(root.join("b.xml"), "text").unwrap();
        fs::write(root.join(OsStr::from_bytes(b"caf\xe9.xml")), "text").unwrap();
        fs::create_dir(root.join("folder")).unwrap();
        fs::write(root.join("folder/inside"), "inside").unwrap();
        symlink("b.xml", root.join("a-link")).unwrap();
        symlink("nowhere", root.join("dangling")).unwrap();
        let _socket = UnixListener::bind(root.join("socket")).unwrap();
        for i in 0..600 {
            fs::write(root.join(format!("{i}-{}", "long".repeat(20))), "").unwrap();
        }

        let folder = Folder::open(root.to_path_buf(), None).unwrap();
        let (entries, errors) = folder.list();
        assert!(errors.is_empty(), "{errors:?}");
        let mut expected = Vec::new();
        portable::Handle.list(root, |entry| expected.push(entry.unwrap()));
        expected.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        assert_eq!(entries, expected);

        let inner = Folder::open(root.join("folder"), Some(&folder)).unwrap();
        let mut text = String::new();
        inner.file(OsStr::new("inside")).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "inside");
    }

    #[test]
    fn a_link_that_took_the_place_of_a_file_or_folder_is_not_followed() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        symlink("/etc", root.join("folder")).unwrap();
        symlink("/etc/passwd", root.join("file")).unwrap();
        let folder = Folder::open(root.to_path_buf(), None).unwrap();
        assert!(Folder::open(root.join("folder"), Some(&folder)).is_err());
        assert!(folder.file(OsStr::new("file")).is_err());
    }
}
