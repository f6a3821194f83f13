//! Which files to open, by name only.

use crate::repository::binary::file_of_binary;

/// Extensions of the supported formats.
const FORMAT_EXTENSIONS: &[&str] = &[
    "xml",
    "json",
    "config",
    "cfg",
    "properties",
    "txt",
    "model",
    "env",
    "aio",
    "slingosgifeature",
    // Settings of Python programs.
    "ini",
    "conf",
    // Pages of the web console, lists of variables, settings of the `repo` command.
    "html",
    "htm",
    "xhtml",
    "nfo",
    "yaml",
    "yml",
    "repo",
    // Formats in which browsers and mail programs save a page.
    "mhtml",
    "mht",
    "eml",
];

/// Extensions of key stores and keys.
const KEY_EXTENSIONS: &[&str] = &["p12", "pfx", "jks", "pem", "key", "pk8"];

/// Extensions of files that are never archives worth entering. Office documents are zip archives, but contain no
/// repository content.
const NO_ARCHIVE: &[&str] = &[
    "css",
    "less",
    "scss",
    "sass",
    "js",
    "mjs",
    "ts",
    "jsx",
    "tsx",
    "map",
    "html",
    "htm",
    "jsp",
    "java",
    "class",
    "groovy",
    "kt",
    "py",
    "rb",
    "sh",
    "md",
    "adoc",
    "csv",
    "yaml",
    "yml",
    "toml",
    "sql",
    "svg",
    "png",
    "jpg",
    "jpeg",
    "gif",
    "webp",
    "bmp",
    "ico",
    "tif",
    "tiff",
    "psd",
    "ai",
    "eps",
    "pdf",
    "mp3",
    "mp4",
    "m4v",
    "mov",
    "avi",
    "wav",
    "ogg",
    "webm",
    "woff",
    "woff2",
    "ttf",
    "otf",
    "eot",
    "docx",
    "xlsx",
    "pptx",
    "odt",
    "ods",
    "odp",
    "epub",
    "cnd",
    "dtd",
    "xsd",
    "xsl",
    "xslt",
    "binary",
    "vm",
    "ftl",
    "hbs",
    "lock",
    "log",
    "example",
    "gitignore",
];

/// Extensions of unsupported archives and compressed files; `archive/form.rs` describes how to unpack them.
const FOREIGN_ARCHIVES: &[&str] =
    &["7z", "rar", "bz2", "tbz", "tbz2", "xz", "txz", "zst", "tzst", "lz4", "lzma", "lz", "z", "cab"];

/// Folders of version control and dependencies; `.vlt` is the metadata of a FileVault checkout.
const SKIPPED_FOLDERS: [&str; 5] = [".git", "node_modules", ".vlt", ".svn", ".hg"];

/// The path of `name` in `folder`, which is empty for the root.
pub(super) fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Whether a walk skips every folder with this name.
pub(super) fn is_skipped_folder(name: &str) -> bool {
    SKIPPED_FOLDERS.contains(&name)
}

/// Whether a folder with this name next to a `pom.xml` contains build output.
pub(super) fn is_module_output(name: &str) -> bool {
    name == "target"
}

/// Whether a file with this name is an unsupported archive.
pub(super) fn is_foreign_archive(name: &str) -> bool {
    has_extension(meant(name), FOREIGN_ARCHIVES)
}

/// Number of bytes at the end of a path that contain every relevant extension.
const LONGEST: usize = 24;

/// The extension of the last segment of a path, as written. A name that consists only of an extension, such as `.env`,
/// has that extension. An extension longer than any relevant one is ignored.
fn extension(path: &str) -> Option<&[u8]> {
    let bytes = path.as_bytes();
    let end = &bytes[bytes.len().saturating_sub(LONGEST)..];
    let at = end.iter().rposition(|&byte| byte == b'.' || byte == b'/')?;
    (end[at] == b'.').then(|| &end[at + 1..])
}

/// Whether a path has one of these extensions, in any case. Called for every file and entry, so it does not allocate.
pub(super) fn has_extension(path: &str, extensions: &[&str]) -> bool {
    is_one_of(extension(path), extensions)
}

fn is_one_of(extension: Option<&[u8]>, extensions: &[&str]) -> bool {
    extension.is_some_and(|own| extensions.iter().any(|other| own.eq_ignore_ascii_case(other.as_bytes())))
}

/// The combined result of `tell` for every two adjacent bytes of a name. Called for every entry, so it has no branches
/// and can process many bytes at once, as long as `tell` has no branches either.
pub(super) fn tell_pairs(name: &str, tell: impl Fn(u8, u8) -> u8) -> u8 {
    let bytes = name.as_bytes();
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    pairs.fold(0, |told, (&one, &two)| told | tell(one, two))
}

/// Whether a file with this name may have a supported format, or be a key store.
pub fn is_candidate_name(name: &str) -> bool {
    let name = meant(name);
    has_extension(name, FORMAT_EXTENSIONS) || is_telling_name(name) || is_dump(name)
}

/// Whether a file is named like a dump of the web console, with any suffix; or as people name one that they have copied.
fn is_dump(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    let is_copied = || last.starts_with("status-") || last.contains("onfiguration");
    ["configuration-status", "status-Configurations"].iter().any(|start| last.starts_with(start))
        || has_extension(name, &["log", "out", "dump"]) && is_copied()
}

/// The name by which a file is identified.
pub(super) fn meant(name: &str) -> &str {
    file_of_binary(name).unwrap_or(name)
}

/// Whether the name alone makes a file relevant, whatever its content.
pub(super) fn is_telling_name(name: &str) -> bool {
    let name = meant(name);
    let extension = extension(name);
    // Also `.env.local` and similar names; the name of a key store file needs no extension.
    is_one_of(extension, KEY_EXTENSIONS)
        || is_one_of(extension, &["env", "aio", "repo"])
        // Encoded, so its content cannot be searched.
        || is_one_of(extension, &["mhtml", "mht", "eml"])
        || name[memchr::memrchr(b'/', name.as_bytes()).map_or(0, |slash| slash + 1)..].starts_with(".env")
        || name.contains("/keystore/")
        // A variable list without secrets contains nothing specific to such lists.
        || (name.contains("variables") && has_extension(name, &["json", "yaml", "yml"]))
}

/// Whether a file with this name may be an archive.
pub(super) fn may_be_archive(name: &str) -> bool {
    let name = meant(name);
    let last = name.rsplit('/').next().unwrap_or(name);
    !has_extension(name, NO_ARCHIVE)
        && !has_extension(name, FOREIGN_ARCHIVES)
        && last != ".vlt"
        && !last.starts_with(".vlt-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_are_those_of_the_last_segment() {
        let long = format!("{}.xml", "ü".repeat(40));
        for name in ["a.XML", ".xml", "a.json/b.xml", "a.json.xml", long.as_str()] {
            assert!(has_extension(name, &["xml"]), "{name}");
        }
        for name in ["xml", "a.xml/", "a.xml/b", "a.xml.", "axml", ""] {
            assert!(!has_extension(name, &["xml"]), "{name}");
        }
        for list in [FORMAT_EXTENSIONS, KEY_EXTENSIONS, NO_ARCHIVE, FOREIGN_ARCHIVES] {
            assert!(list.iter().all(|extension| extension.len() < LONGEST));
        }
    }

    #[test]
    fn candidates_and_archives_are_told_by_name() {
        let candidates =
            [".content.xml", "A.XML", "x.cfg.json", ".env", "a/.env.local", ".aio", "private.key", "a/keystore/store"];
        for name in candidates {
            assert!(is_candidate_name(name), "{name}");
        }
        for name in
            ["status-Configurations", "status-osgi-installer.log", "prod/OSGi Configurations.out", "configuration.dump"]
        {
            assert!(is_candidate_name(name), "{name}");
        }
        for name in ["a.png", "Dockerfile", "xml", "a.xml/b.js", "", "error.log", "status-icon.svg", "configuration.md"]
        {
            assert!(!is_candidate_name(name), "{name}");
        }
        for (file, candidate, archive) in [("a.cfg.json", true, true), ("a.zip", false, true), ("a.png", false, false)]
        {
            let name = format!("config/{file}/_jcr_content/_jcr_data.binary");
            assert_eq!((is_candidate_name(&name), may_be_archive(&name)), (candidate, archive), "{name}");
        }
        assert!(may_be_archive("a/b.zip") && may_be_archive("original") && may_be_archive("x.zip.bak"));
        assert!(!may_be_archive("a/.vlt") && !may_be_archive(".vlt-sync") && !may_be_archive("a/b.PNG"));
    }

    /// Otherwise a commit of a relevant file that starts no hook would look checked.
    #[test]
    fn the_pre_commit_hooks_run_for_every_candidate() {
        let hooks = include_str!("../../.pre-commit-hooks.yaml");
        let pattern = hooks.split("files: &files '").nth(1).unwrap().split('\'').next().unwrap();
        let pattern = regex::Regex::new(pattern).unwrap();
        let named = FORMAT_EXTENSIONS.iter().chain(KEY_EXTENSIONS).chain(&["zip", "jar", "far", "tar", "tgz", "gz"]);
        let named = named.map(|extension| format!("ui.apps/src/x y/name.{extension}"));
        let others = [
            ".env",
            "a/.env.local",
            ".aio",
            "A.XML",
            "jcr_root/home/u/keystore/store",
            "aem-ims-lint.toml",
            "a.config/_jcr_content/_jcr_data.binary",
        ];
        for name in named.chain(others.map(str::to_owned)) {
            assert!(pattern.is_match(&name), "{name} starts no hook");
        }
        for name in ["README.md", "a.xml/b.js", "src/A.java", "a.zip.md", "my-aem-ims-lint.toml", "a/keystore/"] {
            assert!(!pattern.is_match(name), "{name} starts a hook");
        }
    }
}
