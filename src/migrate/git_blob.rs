//! The hash by which git identifies the contents of a file.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use sha1::Sha1;
use sha2::Sha256;
use sha2::digest::Digest;

/// Largest file whose line endings are checked.
const MAX_TEXT: u64 = 64 << 20;

/// Whether what is at `path` is the object with this id (git-hash-object(1)), ignoring line endings that git changes on
/// checkout. Filters are not run.
pub(super) fn is(path: &Path, object: &str) -> bool {
    let of = |length: u64, content: &mut dyn Read| match object.len() {
        40 => id::<Sha1>(length, content),
        _ => id::<Sha256>(length, content),
    };
    let is = |found: io::Result<String>| found.is_ok_and(|found| found == object);
    let Ok(metadata) = fs::symlink_metadata(path) else { return false };
    if metadata.is_symlink() {
        // Git stores a link as the path it points to.
        let Ok(target) = fs::read_link(path) else { return false };
        let target = target.as_os_str().as_encoded_bytes();
        return is(of(target.len() as u64, &mut &*target));
    }
    // Reading a pipe or a device would never end.
    if !metadata.is_file() {
        return false;
    }
    if is(File::open(path).and_then(|mut file| of(metadata.len(), &mut file))) {
        return true;
    }
    if metadata.len() > MAX_TEXT {
        return false;
    }
    let Ok(bytes) = fs::read(path) else { return false };
    let unix = with_line_feeds(&bytes);
    unix.len() < bytes.len() && is(of(unix.len() as u64, &mut &*unix))
}

/// The id of a blob of `length` bytes.
fn id<D: Digest>(length: u64, content: &mut dyn Read) -> io::Result<String> {
    let mut digest = D::new();
    digest.update(format!("blob {length}\0"));
    let mut buffer = vec![0; 64 << 10];
    loop {
        match content.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => digest.update(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn with_line_feeds(bytes: &[u8]) -> Vec<u8> {
    let mut unix = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
            unix.push(*byte);
        }
    }
    unix
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_git() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        fs::write(&file, "hello\n").unwrap();
        assert!(is(&file, "ce013625030ba8dba906f756967f9e9ca394464a"));
        assert!(is(&file, "2cf8d83d9ee29543b34a87727421fdecb7e3f3a183d337639025de576db9ebb4"));
        fs::write(&file, "hello\r\n").unwrap();
        assert!(is(&file, "ce013625030ba8dba906f756967f9e9ca394464a"), "as checked out on Windows");
        fs::write(&file, "hello!\n").unwrap();
        assert!(!is(&file, "ce013625030ba8dba906f756967f9e9ca394464a"));
        assert!(!is(&folder.path().join("absent"), "ce013625030ba8dba906f756967f9e9ca394464a"));
        assert!(!is(folder.path(), "ce013625030ba8dba906f756967f9e9ca394464a"));
    }
}
