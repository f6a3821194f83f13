//! The readable path of a file: `dist/all.zip!/jcr_root/apps/x/.content.xml`.

use std::fmt;

/// Where a file was read from: the path of a file on disk, followed by the entries that lead into an archive.
///
/// The input part is spelled as on the command line, joined with `/` on every platform. Entry names are kept as the
/// archive spells them (lossily decoded when they are not UTF-8); they are labels and never touch the disk.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SourcePath {
    /// Path of the file on disk, or `-` for standard input.
    pub input: String,
    /// Entry names from the outermost archive to the innermost; empty for a file on disk.
    pub entries: Vec<String>,
}

impl SourcePath {
    /// A file on disk.
    pub fn file(input: impl Into<String>) -> Self {
        Self { input: input.into(), entries: Vec::new() }
    }

    /// The entry `name` of the archive at `self`.
    #[must_use]
    pub fn entry(&self, name: impl Into<String>) -> Self {
        let mut path = self.clone();
        path.entries.push(name.into());
        path
    }

    /// The path inside the innermost archive, or the path on disk of a file outside archives.
    pub fn innermost(&self) -> &str {
        self.entries.last().unwrap_or(&self.input)
    }

    /// The last segment of [`Self::innermost`].
    pub fn file_name(&self) -> &str {
        let path = self.innermost();
        path.rsplit('/').next().unwrap_or(path)
    }
}

impl fmt::Display for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.input)?;
        for entry in &self.entries {
            write!(f, "!/{}", entry.trim_start_matches('/'))?;
        }
        Ok(())
    }
}
