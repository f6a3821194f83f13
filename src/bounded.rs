//! Reads trusted files that are not scanned, such as configurations and lists of paths: completely, up to a size limit.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The last place in `text` up to `at` that is between two characters (`str::floor_char_boundary`, which is younger than the
/// Rust that `Cargo.toml` asks for).
pub(crate) fn char_floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or_default()
}

/// The text of the file at `path`, of at most `limit` bytes.
pub(crate) fn text_of(path: &Path, limit: u64) -> io::Result<String> {
    String::from_utf8(bytes_of(path, limit)?).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
}

/// The bytes of the file at `path`, at most `limit` of them.
pub(crate) fn bytes_of(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    // A sparse file is rejected by its size before it is read.
    if file.metadata()?.len() > limit {
        return Err(too_large(limit));
    }
    all_of(file, limit)
}

/// The content of `source`, at most `limit` bytes.
pub(crate) fn all_of(source: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(too_large(limit)) } else { Ok(bytes) }
}

fn too_large(limit: u64) -> io::Error {
    let size = if limit >= 1 << 20 { format!("{} MiB", limit >> 20) } else { format!("{limit} bytes") };
    io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {size}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_is_not_read() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "caf\u{e9}").unwrap();
        assert_eq!(text_of(file.path(), 5).unwrap(), "caf\u{e9}");
        assert_eq!(text_of(file.path(), 4).unwrap_err().to_string(), "it is larger than 4 bytes");
        std::fs::write(file.path(), b"caf\xe9").unwrap();
        assert_eq!(text_of(file.path(), 5).unwrap_err().to_string(), "it is not UTF-8");
        // A hole of a terabyte.
        file.as_file().set_len(1 << 40).unwrap();
        assert_eq!(bytes_of(file.path(), 64 << 20).unwrap_err().to_string(), "it is larger than 64 MiB");
        assert_eq!(all_of(io::repeat(0), 9).unwrap_err().to_string(), "it is larger than 9 bytes");
        assert_eq!(all_of(&b"123"[..], 3).unwrap(), b"123");
    }
}
