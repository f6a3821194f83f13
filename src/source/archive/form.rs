//! The form of an archive, from its first bytes, including unsupported forms.

use crate::source::zip::{EMPTY_ARCHIVE, LOCAL_HEADER};
use crate::source::{gzip, names, tar};

/// Number of first bytes that identify archives.
pub(in crate::source) const HEAD: usize = tar::HEAD;
/// Common extensions of zip archives.
const ZIP_EXTENSIONS: [&str; 3] = ["zip", "jar", "far"];

/// The supported forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::source) enum Form {
    /// A zip archive.
    Zip,
    /// A tar archive.
    Tar,
    /// Gzip data: a file, or a tar archive.
    Gzip,
}

impl Form {
    /// The form identified by the first bytes, `start`.
    pub(in crate::source) fn of(start: &[u8]) -> Option<Self> {
        if start.starts_with(LOCAL_HEADER) || start.starts_with(EMPTY_ARCHIVE) {
            Some(Self::Zip)
        } else if gzip::is_magic(start) {
            Some(Self::Gzip)
        } else {
            tar::is_magic(start).then_some(Self::Tar)
        }
    }

    /// The expected form of a file with this name.
    pub(in crate::source) fn of_name(name: &str) -> Option<Self> {
        let name = names::meant(name);
        let is = |extensions: &[&str]| names::has_extension(name, extensions);
        if is(&ZIP_EXTENSIONS) {
            Some(Self::Zip)
        } else if is(&["tar"]) {
            Some(Self::Tar)
        } else {
            is(&["gz", "tgz"]).then_some(Self::Gzip)
        }
    }
}

/// Whether `bytes` start like an archive.
pub(in crate::source) fn is_magic(bytes: &[u8]) -> bool {
    Form::of(bytes).is_some()
}

/// Whether a file with this name should be an archive.
pub(in crate::source) fn has_archive_extension(name: &str) -> bool {
    Form::of_name(name).is_some()
}

/// Whether a file that should be a zip archive by its name, but does not start like one, may be one with other data in
/// front. Text does not qualify: Git LFS pointers and web pages saved instead of a download are common.
pub(in crate::source) fn may_be_prefixed(name: &str, start: &[u8]) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    Form::of_name(name) == Some(Form::Zip) && !file.starts_with("._") && start.contains(&0)
}

/// Unsupported archives and compressed files: first bytes, description, and how to unpack them.
const FOREIGN: [(&[u8], &str, &str); 9] = [
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "7z x"),
    (b"Rar!\x1a\x07", "a RAR archive", "unrar x"),
    (b"\xfd7zXZ\0", "compressed with xz", "xz -dk, or tar xJf for a .tar.xz"),
    (b"\x28\xb5\x2f\xfd", "compressed with Zstandard", "zstd -dk, or tar --zstd -xf for a .tar.zst"),
    (b"\x04\x22\x4d\x18", "compressed with LZ4", "lz4 -dk"),
    (b"LZIP\x01", "compressed with lzip", "lzip -dk"),
    (b"\x1f\x9d", "compressed with compress", "gzip -dk"),
    (b"\x1f\xa0", "compressed with compress", "gzip -dk"),
    (b"MSCF\0\0\0\0", "a cabinet file", "7z x"),
];

/// The message for a file that starts like an unsupported archive; `None` for all others.
pub(in crate::source) fn foreign(start: &[u8]) -> Option<String> {
    let bzip2 = matches!(start, [b'B', b'Z', b'h', b'1'..=b'9', b'1', b'A', b'Y', b'&', b'S', b'Y', ..]);
    let (what, how) = match bzip2 {
        true => ("compressed with bzip2", "bzip2 -dk, or tar xjf for a .tar.bz2"),
        false => FOREIGN.iter().find(|(magic, ..)| start.starts_with(magic)).map(|&(_, what, how)| (what, how))?,
    };
    Some(format!("{what}, which this program does not read: unpack it ({how}) and scan the content"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_read_is_told_with_a_way_out() {
        for magic in FOREIGN.map(|(magic, ..)| magic).into_iter().chain([&b"BZh91AY&SY"[..]]) {
            let told = foreign(&[magic, b"rest"].concat()).unwrap();
            assert!(told.contains("unpack it ("), "{told}");
            assert_eq!(Form::of(&[magic, &[0; HEAD]].concat()), None);
        }
        assert_eq!(foreign(b"BZhello, this is text"), None);
    }

    #[test]
    fn forms_are_told_by_name_where_the_bytes_say_nothing() {
        assert_eq!(Form::of_name("a/b.JAR"), Some(Form::Zip));
        assert_eq!(Form::of_name("a.tar"), Some(Form::Tar));
        assert_eq!((Form::of_name("a.tar.gz"), Form::of_name("a.tgz")), (Some(Form::Gzip), Some(Form::Gzip)));
        assert_eq!(Form::of_name("a.xml"), None);
    }
}
