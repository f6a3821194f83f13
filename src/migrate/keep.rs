//! What a file keeps when its contents are replaced: owner, mode, extended attributes.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Copies the metadata of the file at `old` to `new`.
///
/// # Errors
/// What cannot be kept.
pub(super) fn attributes(old: &Path, new: &File) -> io::Result<()> {
    let metadata = fs::metadata(old)?;
    #[cfg(unix)]
    unix::owner(&metadata, new)?;
    #[cfg(target_os = "linux")]
    linux::attributes(old, new)?;
    // Changing the owner changes the mode.
    new.set_permissions(metadata.permissions())
}

/// Temporary files are readable only by their owner; a project's files are for everyone.
///
/// # Errors
/// Whatever the system returns.
pub(super) fn readable(file: &File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(fs::Permissions::from_mode(0o644))
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        Ok(())
    }
}

/// Whether a file can be moved from `one` to `other` without copying, as far as the system can tell.
pub(super) fn is_same_volume(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let device = |path: &Path| fs::metadata(path).map(|metadata| metadata.dev()).ok();
        device(one).is_some() && device(one) == device(other)
    }
    #[cfg(not(unix))]
    {
        one.components().next() == other.components().next()
    }
}

/// Renames `old` without overwriting an existing file.
///
/// # Errors
/// Whatever the system returns.
pub(super) fn rename_new(old: &Path, new: &Path) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, old, CWD, new, RenameFlags::NOREPLACE) {
            // The file system does not support this.
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {}
            other => return other.map_err(io::Error::from),
        }
    }
    if fs::symlink_metadata(new).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::rename(old, new)
}

#[cfg(unix)]
mod unix {
    use std::fs::{File, Metadata};
    use std::io;
    use std::os::unix::fs::{MetadataExt, fchown};

    pub(super) fn owner(old: &Metadata, new: &File) -> io::Result<()> {
        if old.nlink() > 1 {
            let names = "it has other hard links, which would keep the old contents: edit it by hand";
            return Err(io::Error::other(names));
        }
        let now = new.metadata()?;
        if (now.uid(), now.gid()) == (old.uid(), old.gid()) {
            return Ok(());
        }
        let differs = |now: u32, old: u32| (now != old).then_some(old);
        fchown(new, differs(now.uid(), old.uid()), differs(now.gid(), old.gid()))
            .map_err(|error| io::Error::other(format!("its owner cannot be kept: {error}")))
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::CString;
    use std::fs::File;
    use std::io;
    use std::path::Path;

    use rustix::fs::{XattrFlags, fgetxattr, flistxattr, fsetxattr};

    /// Maximum size of names, and of one value, in bytes: the limits of Linux.
    const MOST: usize = 64 << 10;

    pub(super) fn attributes(old: &Path, new: &File) -> io::Result<()> {
        let old = File::open(old)?;
        let mut names = vec![0_u8; MOST];
        // A file system without attributes has nothing to keep.
        let Ok(length) = flistxattr(&old, &mut names[..]) else { return Ok(()) };
        for name in names[..length].split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
            copy(&old, new, name).map_err(|error| {
                let name = String::from_utf8_lossy(name);
                io::Error::other(format!("its extended attribute `{name}` cannot be kept: {error}"))
            })?;
        }
        Ok(())
    }

    fn copy(old: &File, new: &File, name: &[u8]) -> io::Result<()> {
        let name = CString::new(name)?;
        let (mut value, mut there) = (vec![0_u8; MOST], vec![0_u8; MOST]);
        let length = fgetxattr(old, &*name, &mut value[..])?;
        // The system's label is often the same for every file, and can rarely be set.
        if fgetxattr(new, &*name, &mut there[..]).is_ok_and(|now| there[..now] == value[..length]) {
            return Ok(());
        }
        Ok(fsetxattr(new, &*name, &value[..length], XattrFlags::empty())?)
    }
}
