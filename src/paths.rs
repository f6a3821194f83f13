//! Path patterns of `aem-ims-lint.toml`: `exclude`, `[[overrides]]` and `[[ignore]]`.
//!
//! Patterns are written like those of `.gitignore`, without its `!`: relative to the directory of the configuration file, `*` stays within
//! a folder, `**` does not, a pattern without a slash fits at any depth, and what fits a folder or an archive fits
//! everything in it. Entries of archives are spelled as in reports: `dist/all.zip!/jcr_root/apps/acme/**`.

use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Patterns and the directory that they are relative to.
#[derive(Clone, Debug, Default)]
pub struct PathPatterns {
    base: PathBuf,
    set: GlobSet,
}

impl PathPatterns {
    /// `patterns` relative to the absolute directory `base`.
    ///
    /// # Errors
    /// A sentence that names the pattern that is none.
    pub fn new<'a>(base: &Path, patterns: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            if pattern.starts_with('!') {
                return Err(format!("`{pattern}`: patterns cannot be taken back with `!`; name what is meant"));
            }
            for glob in globs(pattern) {
                let glob = GlobBuilder::new(&glob)
                    .literal_separator(true)
                    .backslash_escape(true)
                    .build()
                    .map_err(|error| format!("`{pattern}` is no path pattern: {}", error.kind()))?;
                set.add(glob);
            }
        }
        let set = set.build().map_err(|error| format!("the path patterns cannot be used: {error}"))?;
        Ok(Self { base: base.to_path_buf(), set })
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

    /// The name of the file `label` as seen from the base, entries of archives behind `!/`; `../x` where it lies beside
    /// the base. Costs more than the match itself: for one base, once is enough.
    pub fn relative(&self, label: &str) -> String {
        let (path, entries) = label.split_once("!/").map_or((label, None), |(path, entries)| (path, Some(entries)));
        let absolute = std::path::absolute(path).map(|path| without_dots(&path));
        let mut relative = absolute.map_or_else(|_| path.to_owned(), |absolute| seen_from(&self.base, &absolute));
        if let Some(entries) = entries {
            relative.push_str("!/");
            relative.push_str(entries);
        }
        relative
    }
}

/// The absolute path `path` as seen from the absolute directory `base`, joined with `/`: `../ui.config/a.xml`. Unchanged
/// where no way leads there, as on another drive.
pub fn seen_from(base: &Path, path: &Path) -> String {
    let common = base.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    if common == 0 {
        return path.to_string_lossy().replace('\\', "/");
    }
    let up = base.components().skip(common).map(|_| Component::ParentDir);
    let down = path.components().skip(common);
    let parts: Vec<_> = up.chain(down).map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    parts.join("/")
}

/// The globs that `pattern` stands for: itself, everything in a folder, everything in an archive.
fn globs(pattern: &str) -> [String; 3] {
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
    let trimmed = pattern.trim_end_matches('/');
    let anchored = trimmed.contains('/');
    let trimmed = trimmed.strip_prefix('/').unwrap_or(trimmed);
    let own = if anchored { trimmed.to_owned() } else { format!("**/{trimmed}") };
    [format!("{own}/**"), format!("{own}!/**"), own]
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
    fn a_broken_pattern_is_named() {
        let error = PathPatterns::new(Path::new("/"), ["a/{b"]).unwrap_err();
        assert!(error.contains("`a/{b` is no path pattern"), "{error}");
        let error = PathPatterns::new(Path::new("/"), ["!a"]).unwrap_err();
        assert!(error.contains("cannot be taken back"), "{error}");
    }
}
