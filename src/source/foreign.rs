//! Archives of kinds that are not read: named, they are incidents that say how to unpack them; in a walk they are counted.

/// A kind of archive that is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    name: &'static str,
    /// Its first bytes.
    magic: &'static [u8],
    extensions: &'static [&'static str],
    /// What unpacks it.
    command: &'static str,
}

/// First bytes: the formats' own descriptions (7zFormat.txt, RAR technote, xz, bzip2, zstd RFC 8878, MS-CAB).
static KINDS: &[Kind] = &[
    Kind { name: "a 7-Zip archive", magic: b"7z\xBC\xAF\x27\x1C", extensions: &["7z"], command: "7z x" },
    Kind { name: "a RAR archive", magic: b"Rar!\x1A\x07", extensions: &["rar"], command: "unrar x" },
    Kind { name: "compressed with xz", magic: b"\xFD7zXZ\0", extensions: &["xz", "txz"], command: "tar xf or unxz" },
    Kind {
        name: "compressed with bzip2",
        magic: b"BZh",
        extensions: &["bz2", "tbz2", "tbz"],
        command: "tar xf or bunzip2",
    },
    Kind { name: "compressed with zstd", magic: b"\x28\xB5\x2F\xFD", extensions: &["zst", "tzst"], command: "unzstd" },
    Kind { name: "compressed with LZ4", magic: b"\x04\x22\x4D\x18", extensions: &["lz4"], command: "unlz4" },
    Kind { name: "a Cabinet archive", magic: b"MSCF\0\0\0\0", extensions: &["cab"], command: "cabextract" },
];

impl Kind {
    /// What to do with it, one sentence.
    pub(super) fn advice(self) -> String {
        format!("not read: it is {}; unpack it (`{}`) and name the folder", self.name, self.command)
    }
}

/// The kind of archive that begins so.
pub(super) fn kind(bytes: &[u8]) -> Option<Kind> {
    KINDS.iter().copied().find(|kind| bytes.starts_with(kind.magic))
}

/// Whether a file of this name is such an archive.
pub(super) fn has_name(name: &str) -> bool {
    KINDS.iter().any(|kind| super::names::has_extension(name, kind.extensions))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_are_told_by_their_first_bytes_and_names() {
        assert_eq!(kind(b"Rar!\x1A\x07\x01\0").unwrap().name, "a RAR archive");
        assert_eq!(kind(b"BZh9").unwrap().extensions[0], "bz2");
        assert!(kind(b"PK\x03\x04").is_none() && kind(b"7z").is_none());
        assert!(has_name("a/b.7z") && has_name("x.TAR.XZ") && !has_name("a.zip") && !has_name("7z"));
        assert!(kind(b"7z\xBC\xAF\x27\x1C").unwrap().advice().contains("`7z x`"));
    }
}
