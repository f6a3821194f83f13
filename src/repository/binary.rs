//! Files with the content of an `nt:file` that is stored under another name.

use super::FileContext;
use super::platform_name::repository_name;

/// The extension of files that contain a binary property (FileVault `Importer#prepare`).
const EXTENSION: &str = ".binary";

/// The path of the `nt:file` whose content is in the file at `path`, if that is stored as a separate property:
/// `a.b.C.config/_jcr_content/_jcr_data.binary`, or the same in `a.b.C.config.dir`. It is a prefix of `path`.
pub fn file_of_binary(path: &str) -> Option<&str> {
    // Called for every file; few have the extension.
    let (folders, property) = path.strip_suffix(EXTENSION)?.rsplit_once('/')?;
    let (file, content) = folders.rsplit_once('/')?;
    let content = repository_name(content);
    let is_content = content.strip_suffix(".dir").unwrap_or(&content) == "jcr:content";
    let is_data = is_content && repository_name(property) == "jcr:data";
    is_data.then(|| file.strip_suffix(".dir").unwrap_or(file)).filter(|file| !file.is_empty())
}

/// The path below `jcr_root` by which a file is identified.
pub fn meant_path(path: String) -> String {
    match file_of_binary(&path) {
        Some(file) => file.to_owned(),
        None => path,
    }
}

impl FileContext {
    /// The path that identifies the file: its own in the innermost archive or on disk, or that of the `nt:file` whose
    /// content it contains.
    pub fn inner_path(&self) -> &str {
        let own = self.path.innermost();
        if !own.ends_with(EXTENSION) {
            return own;
        }
        // A file given relative to its own folder is identified by its repository path.
        file_of_binary(own).or(self.repository_path.as_deref()).unwrap_or(own)
    }

    /// The last segment of [`Self::inner_path`].
    pub fn file_name(&self) -> &str {
        let path = self.inner_path();
        path.rsplit('/').next().unwrap_or(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::SourcePath;

    #[test]
    fn the_content_of_a_file_is_known_by_its_property() {
        for (path, file) in [
            ("apps/config/a.b.C.config/_jcr_content/_jcr_data.binary", Some("apps/config/a.b.C.config")),
            ("a.cfg.json.dir/_jcr_content/_jcr_data.binary", Some("a.cfg.json")),
            ("a.zip/_jcr_content.dir/jcr%3adata.binary", Some("a.zip")),
            ("a.zip/jcr%3acontent/_jcr_data.binary", Some("a.zip")),
            ("_jcr_content/_jcr_data.binary", None),
            ("/_jcr_content/_jcr_data.binary", None),
            ("a.config/_jcr_content/data.binary", None),
            ("a.config/content/_jcr_data.binary", None),
            ("a.config/_jcr_content/_jcr_data", None),
        ] {
            assert_eq!(file_of_binary(path), file, "{path}");
        }
    }

    #[test]
    fn a_file_counts_under_the_name_of_its_node() {
        let context = |path: &str, repository_path: Option<&str>| FileContext {
            path: SourcePath::file(path),
            repository_path: repository_path.map(str::to_owned),
            ..FileContext::default()
        };
        assert_eq!(context("x/a.config/_jcr_content/_jcr_data.binary", None).file_name(), "a.config");
        assert_eq!(context("_jcr_data.binary", Some("apps/config/a.config")).file_name(), "a.config");
        assert_eq!(context("x.binary", None).inner_path(), "x.binary");
        assert_eq!(context("x/y.xml", Some("apps/z.xml")).inner_path(), "x/y.xml");
    }
}
