//! Paths as reports spell them, and the path patterns of `aem-ims-lint.toml`: `exclude`, `[[overrides]]`, `[[ignore]]`.
//!
//! Path separators and case sensitivity are handled only here, by a value and not at compile time, so that the Windows
//! rules are tested on every system.
//!
//! Patterns are written like those of `.gitignore`, without its `!`: relative to the directory of the configuration
//! file, `*` stays within a folder, `**` does not, a pattern without a slash matches at any depth, and a pattern that
//! matches a folder or an archive matches everything in it. Entries of archives are spelled as in reports:
//! `dist/all.zip!/jcr_root/apps/acme/**`.

use std::borrow::Cow;
use std::fmt;
use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Patterns and the directory that they are relative to.
#[derive(Clone, Debug, Default)]
pub struct PathPatterns {
    /// [`slashed`].
    base: String,
    set: GlobSet,
    /// As they are written.
    written: Vec<String>,
}

/// The path as reports and patterns spell it: joined with `/`; bytes that are no text are U+FFFD. A backslash separates on
/// Windows only: elsewhere it is a character like any other.
pub fn slashed(path: &Path) -> String {
    spelled(&path.to_string_lossy(), cfg!(windows)).into_owned()
}

/// [`slashed`] for the text of a path of Windows, or of another system.
fn spelled(text: &str, windows: bool) -> Cow<'_, str> {
    if !windows {
        return Cow::Borrowed(text);
    }
    let text = text.replace('\\', "/");
    // The same place as `canonicalize` calls it.
    match text.strip_prefix("//?/") {
        Some(rest) if rest.starts_with("UNC/") => Cow::Owned(format!("/{}", &rest["UNC".len()..])),
        Some(rest) if rest.as_bytes().get(1) == Some(&b':') => Cow::Owned(rest.to_owned()),
        _ => Cow::Owned(text),
    }
}

/// The path as it was named, joined with `/`, without a leading `./` and a slash at its end.
pub(crate) fn label(path: &Path) -> String {
    label_of(&path.to_string_lossy(), cfg!(windows))
}

/// [`label`] for the text of a path of Windows, or of another system.
fn label_of(text: &str, windows: bool) -> String {
    let text = spelled(text, windows);
    let text = text.strip_prefix("./").unwrap_or(&text);
    let trimmed = text.trim_end_matches('/');
    if trimmed.is_empty() && !text.is_empty() { "/".to_owned() } else { trimmed.to_owned() }
}

/// Why path patterns are not valid. Its text is a clause for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternError {
    /// This pattern begins with `!`.
    Negated(String),
    /// This pattern is malformed, and how.
    Invalid(String, String),
    /// All of them together need too much memory.
    TooMuch(String),
}

impl std::error::Error for PatternError {}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Negated(pattern) => write!(f, "`{pattern}`: `!` is not supported; list only the paths to match"),
            Self::Invalid(pattern, why) => write!(f, "`{pattern}` is not a valid path pattern: {why}"),
            Self::TooMuch(why) => write!(f, "the path patterns cannot be used: {why}"),
        }
    }
}

impl PathPatterns {
    /// `patterns` relative to the absolute directory `base`.
    ///
    /// # Errors
    /// One of them is not valid.
    pub fn new<'a>(base: &Path, patterns: impl IntoIterator<Item = &'a str>) -> Result<Self, PatternError> {
        let mut set = GlobSetBuilder::new();
        let mut written = Vec::new();
        for pattern in patterns {
            written.push(pattern.to_owned());
            if pattern.starts_with('!') {
                return Err(PatternError::Negated(pattern.to_owned()));
            }
            for glob in globs(pattern) {
                let glob = GlobBuilder::new(&glob)
                    .literal_separator(true)
                    .backslash_escape(true)
                    .build()
                    .map_err(|error| PatternError::Invalid(pattern.to_owned(), error.kind().to_string()))?;
                set.add(glob);
            }
        }
        let set = set.build().map_err(|error| PatternError::TooMuch(error.to_string()))?;
        Ok(Self { base: slashed(base), set, written })
    }

    /// The patterns as they are written.
    pub fn written(&self) -> impl Iterator<Item = &str> {
        self.written.iter().map(String::as_str)
    }

    /// Whether there is no pattern at all.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty()
    }

    /// Whether the file that reports call `label` fits: relative to the current directory or absolute, with the entries
    /// of archives behind `!/`.
    pub fn fits(&self, label: &str) -> bool {
        !self.set.is_empty() && self.fits_relative(&self.relative(label))
    }

    /// Whether the file that [`Self::relative`] calls `relative` fits.
    pub fn fits_relative(&self, relative: &str) -> bool {
        self.set.is_match(relative)
    }

    /// Numbers of the patterns that the file `label` fits; see [`Self::fits`].
    pub fn fitting(&self, label: &str) -> Vec<usize> {
        if self.set.is_empty() {
            return Vec::new();
        }
        let relative = self.relative(label);
        // Most files fit nothing, and that is cheaper to find out.
        if !self.set.is_match(&relative) {
            return Vec::new();
        }
        let mut patterns = self.set.matches(&relative);
        patterns.iter_mut().for_each(|glob| *glob /= GLOBS);
        patterns.dedup();
        patterns
    }

    /// The name of the file `label` as seen from the base, entries of archives behind `!/`; `../x` where it lies beside
    /// the base. Costs more than the match itself: for one base, once is enough.
    pub fn relative(&self, label: &str) -> String {
        let (path, entries) = label.split_once("!/").map_or((label, None), |(path, entries)| (path, Some(entries)));
        let absolute = std::path::absolute(path).map(|path| slashed(&without_dots(&path)));
        let absolute = absolute.unwrap_or_else(|_| path.to_owned());
        let mut relative = seen(&self.base, &absolute, cfg!(windows));
        if let Some(entries) = entries {
            relative.push_str("!/");
            relative.push_str(entries);
        }
        relative
    }
}

/// The absolute path `path` as seen from the absolute directory `base`, joined with `/`: `../ui.config/a.xml`. Unchanged
/// where no way leads there, as on another drive.
///
/// Names are compared as [`slashed`] spells them: a name that is no text is the same name in a path on disk and in a label.
pub fn seen_from(base: &Path, path: &Path) -> String {
    seen(&slashed(base), &slashed(path), cfg!(windows))
}

/// [`seen_from`] for slashed paths of Windows, whose names are the same in any case, or of another system.
fn seen(base: &str, path: &str, windows: bool) -> String {
    let same = |(a, b): &(&str, &str)| a == b || windows && a.to_lowercase() == b.to_lowercase();
    let ((base_root, base), (root, below)) = (split_root(base, windows), split_root(path, windows));
    if !same(&(base_root, root)) {
        return path.to_owned();
    }
    let common = names_of(base).zip(names_of(below)).take_while(same).count();
    let up = names_of(base).skip(common).map(|_| "..");
    up.chain(names_of(below).skip(common)).collect::<Vec<_>>().join("/")
}

/// The root of a slashed absolute path, `C:` or `//server/share` on Windows and nothing elsewhere, and the rest.
fn split_root(path: &str, windows: bool) -> (&str, &str) {
    let end = match path.strip_prefix("//") {
        _ if !windows => 0,
        Some(share) => share.match_indices('/').nth(1).map_or(path.len(), |(at, _)| 2 + at),
        None => path.find('/').unwrap_or(path.len()),
    };
    path.split_at(end)
}

fn names_of(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|name| !name.is_empty())
}

/// The absolute path of what reports call `label`, joined with `/`, entries of archives behind `!/`.
pub(crate) fn absolute(label: &str) -> String {
    let (path, entries) = label.split_once("!/").map_or((label, ""), |(path, _)| (path, &label[path.len()..]));
    let absolute = std::path::absolute(path).map(|path| slashed(&without_dots(&path)));
    absolute.unwrap_or_else(|_| path.to_owned()) + entries
}

/// The path as other programs take it: not all of them know what `canonicalize` gives on Windows.
pub(crate) fn for_programs(path: &Path) -> Cow<'_, Path> {
    if cfg!(windows) { Cow::Owned(PathBuf::from(slashed(path))) } else { Cow::Borrowed(path) }
}

/// How many globs a pattern stands for.
const GLOBS: usize = 3;

/// The globs that `pattern` stands for: itself, everything in a folder, everything in an archive.
fn globs(pattern: &str) -> [String; GLOBS] {
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
    let trimmed = pattern.trim_end_matches('/');
    let anchored = trimmed.contains('/');
    let trimmed = trimmed.strip_prefix('/').unwrap_or(trimmed);
    let own = if anchored { trimmed.to_owned() } else { format!("**/{trimmed}") };
    [format!("{own}/**"), format!("{own}!/**"), own]
}

/// The top of the git work tree that `folder` lies in, with symbolic links resolved: the nearest folder at or above it
/// that holds `.git`, which is a file in a linked work tree and in a submodule.
pub(crate) fn work_tree(folder: &Path) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    folder.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok()).map(Path::to_path_buf)
}

/// Whether a symbolic link leads to `path`, at its end or on the way: then the author of the link chose the file, and
/// no message may quote what it holds. So too for what has no path of its own, such as `/dev/fd/63`.
pub(crate) fn is_behind_link(path: &Path) -> bool {
    let named = std::path::absolute(path).map(|path| without_dots(&path)).ok();
    match (named, path.canonicalize()) {
        (Some(named), Ok(real)) => slashed(&named) != slashed(&real),
        _ => true,
    }
}

/// The path with `.` and `..` resolved by name; links are not followed.
pub fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, fits: &[&str], others: &[&str]) {
        let patterns = PathPatterns::new(&std::env::current_dir().unwrap(), [pattern]).unwrap();
        for label in fits {
            assert!(patterns.fits(label), "{pattern} should fit {label}");
        }
        for label in others {
            assert!(!patterns.fits(label), "{pattern} should not fit {label}");
        }
    }

    #[test]
    fn patterns_fit_as_in_gitignore() {
        check("it.tests", &["it.tests/a/b.xml", "x/it.tests/b.xml", "it.tests"], &["it.testsx/a"]);
        check("/it.tests/", &["it.tests/a"], &["x/it.tests/a"]);
        check("ui.*/src/test", &["ui.apps/src/test/a/b.json"], &["ui.apps/src/main/a", "x/ui.apps/src/test/a"]);
        check("**/*.cfg.json", &["a.cfg.json", "x/y/a.cfg.json"], &["a.config"]);
        check("./a/*.xml", &["a/b.xml", "./a/b.xml", "c/../a/b.xml"], &["a/b/c.xml"]);
    }

    #[test]
    fn patterns_reach_into_archives() {
        let entry = "dist/all.zip!/jcr_root/apps/acme/install/b.zip!/jcr_root/x.xml";
        check("dist/*.zip", &[entry, "dist/all.zip"], &["other/all.zip!/x"]);
        check("dist/all.zip!/jcr_root/apps/acme/**", &[entry], &["dist/all.zip!/jcr_root/apps/other/x"]);
        check("**/install/*.zip", &[entry], &["dist/all.zip!/jcr_root/apps/acme/config/x"]);
    }

    #[test]
    fn absolute_labels_and_labels_elsewhere() {
        let inside = std::env::current_dir().unwrap().join("ui.apps/a.xml");
        check("ui.apps", &[inside.to_str().unwrap()], &[]);
        check("a/*.xml", &[], &["/elsewhere/a/b.xml"]);
        check("b.xml", &["/elsewhere/a/b.xml"], &[]);
        check("../beside/*.xml", &["../beside/b.xml"], &["beside/b.xml", "../other/b.xml"]);
    }

    #[test]
    fn a_path_is_seen_from_a_folder() {
        let seen = |path: &str| seen_from(Path::new("/a/ci"), Path::new(path));
        assert_eq!(seen("/a/ci/b/c.xml"), "b/c.xml");
        assert_eq!(seen("/a/b/c.xml"), "../b/c.xml");
        assert_eq!(seen("/x"), "../../x");
    }

    #[test]
    fn patterns_keep_case_whatever_the_file_system() {
        check("ui.apps/*.xml", &["ui.apps/a.xml"], &["UI.apps/a.xml", "ui.apps/a.XML"]);
    }

    #[test]
    fn backslashes_separate_on_windows_only() {
        assert_eq!(spelled(r"ui.apps\a b\c.xml", true), "ui.apps/a b/c.xml");
        assert_eq!(spelled(r"ui.apps\a/c.xml", false), r"ui.apps\a/c.xml");
        assert_eq!(label_of(r".\ui.apps\", true), "ui.apps");
        assert_eq!(label_of(r".\ui.apps\", false), r".\ui.apps\");
        assert_eq!(label_of(r"\", true), "/");
        assert_eq!(label_of("./a//", false), "a");
        assert_eq!(label_of("", true), "");
    }

    #[test]
    fn what_canonicalize_gives_on_windows_is_spelled_as_people_do() {
        assert_eq!(spelled(r"\\?\C:\projects\a.xml", true), "C:/projects/a.xml");
        assert_eq!(spelled(r"\\?\UNC\server\share\a.xml", true), "//server/share/a.xml");
        assert_eq!(spelled(r"\\server\share\a.xml", true), "//server/share/a.xml");
        // No other spelling names these.
        assert_eq!(spelled(r"\\?\Volume{0}\a.xml", true), "//?/Volume{0}/a.xml");
        assert_eq!(spelled(r"\\?\C:\projects", false), r"\\?\C:\projects");
    }

    #[test]
    fn a_path_is_seen_from_a_folder_of_windows() {
        let seen = |base: &str, path: &str| seen(&spelled(base, true), &spelled(path, true), true);
        assert_eq!(seen(r"C:\projects\acme", r"C:\projects\acme\ui.apps\a.xml"), "ui.apps/a.xml");
        assert_eq!(seen(r"C:\projects\acme\ci", r"c:\Projects\ACME\ui.apps\A.xml"), "../ui.apps/A.xml");
        assert_eq!(seen(r"\\?\C:\projects", r"C:\projects\a.xml"), "a.xml");
        assert_eq!(seen(r"C:\", r"C:\a.xml"), "a.xml");
        assert_eq!(seen(r"C:\projects", r"D:\projects\a.xml"), "D:/projects/a.xml");
        assert_eq!(seen(r"\\server\share\x", r"\\SERVER\share\y\a.xml"), "../y/a.xml");
        assert_eq!(seen(r"\\server\one", r"\\server\two\a.xml"), "//server/two/a.xml");
        assert_eq!(seen(r"\\server\share", r"C:\a.xml"), "C:/a.xml");
    }

    #[test]
    fn names_elsewhere_differ_by_case() {
        assert_eq!(seen("/projects/Acme", "/projects/acme/a.xml", false), "../acme/a.xml");
        assert_eq!(seen("/projects/a\\b", "/projects/a\\b/c\\d.xml", false), "c\\d.xml");
        assert_eq!(seen("/", "/a.xml", false), "a.xml");
    }

    #[test]
    fn a_broken_pattern_is_named() {
        let error = PathPatterns::new(Path::new("/"), ["a/{b"]).unwrap_err();
        assert!(error.to_string().contains("`a/{b` is not a valid path pattern"), "{error}");
        let error = PathPatterns::new(Path::new("/"), ["!a"]).unwrap_err();
        assert!(error.to_string().contains("`!` is not supported"), "{error}");
    }
}
