//! How the JCR installer of an AEM 6.5 instance handles a node in the repository.
//!
//! Sources: `JcrInstaller#findPathsUnderNode`, `FolderNameFilter` and `WatchedFolder`
//! (apache/sling-org-apache-sling-installer-provider-jcr), `SlingSettingsServiceImpl#getBestRunModeMatchCountFromSpec`
//! (apache/sling-org-apache-sling-settings).

use regex::Regex;

/// Maximum number of path segments of a watched folder, unless the project sets another number.
const WATCHED_DEPTH: usize = 4;

/// The settings of the JCR installer, PID `org.apache.sling.installer.provider.jcr.impl.JcrInstaller`.
#[derive(Clone, Debug)]
pub struct InstallerSettings {
    /// `sling.jcrinstall.folder.max.depth`.
    pub depth: usize,
    /// `sling.jcrinstall.folder.name.regexp`, which must match the whole path; `None` for the default.
    pub folder_pattern: Option<Regex>,
}

impl Default for InstallerSettings {
    fn default() -> Self {
        Self { depth: WATCHED_DEPTH, folder_pattern: None }
    }
}

impl InstallerSettings {
    fn is_folder_name(&self, path: &str) -> bool {
        match &self.folder_pattern {
            Some(pattern) => pattern.is_match(path),
            None => path.ends_with("/config") || path.ends_with("/install"),
        }
    }
}

/// A folder that the installer watches if its run modes are active.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatchedFolder<'a> {
    /// Base priority of resources below it, before run modes: 100 below `/libs`, 200 below `/apps`.
    pub priority: u16,
    /// The run modes in its name; `None` if there are none.
    pub run_modes: Option<RunModeSpec<'a>>,
}

/// Why no parent folder of a node is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unwatched {
    /// It is not below `/apps` or `/libs`.
    OutsideSearchPaths,
    /// No folder above it is called `config` or `install`, with or without run modes.
    NoConfigFolder,
    /// Such a folder is deeper than the installer searches.
    TooDeep {
        /// The depth that it searches.
        depth: usize,
    },
}

/// The folders above the node at `path` (absolute) that the installer may watch, outermost first.
///
/// # Errors
/// Why there are none.
pub fn watched_folders<'a>(path: &'a str, settings: &InstallerSettings) -> Result<Vec<WatchedFolder<'a>>, Unwatched> {
    let priority = match path.split('/').nth(1) {
        Some("libs") => 100,
        Some("apps") => 200,
        _ => return Err(Unwatched::OutsideSearchPaths),
    };
    let mut too_deep = false;
    let mut folders = Vec::new();
    let above = path.match_indices('/').map(|(at, _)| &path[..at]).filter(|folder| !folder.is_empty());
    for (number, folder) in above.enumerate() {
        let Some(run_modes) = folder_run_modes(folder, settings) else { continue };
        if number + 1 > settings.depth {
            too_deep = true;
        } else {
            folders.push(WatchedFolder { priority, run_modes });
        }
    }
    match (folders.is_empty(), too_deep) {
        (false, _) => Ok(folders),
        (true, true) => Err(Unwatched::TooDeep { depth: settings.depth }),
        (true, false) => Err(Unwatched::NoConfigFolder),
    }
}

/// `FolderNameFilter#getPriority`: the run modes of a folder with a matching name, `Some(None)` if it has none.
fn folder_run_modes<'a>(folder: &'a str, settings: &InstallerSettings) -> Option<Option<RunModeSpec<'a>>> {
    let name = &folder[folder.rfind('/').unwrap_or(0)..];
    if !name.contains('.') {
        return settings.is_folder_name(folder).then_some(None);
    }
    let mut dots = name.rmatch_indices('.').map(|(at, _)| at).filter(|&at| at > 0);
    let dot = dots.find(|&at| settings.is_folder_name(&name[..at]))?;
    Some(Some(RunModeSpec(&name[dot + 1..])))
}

/// Run modes in the notation of a folder name: `.` is *and*, `,` is *or*, `-` is *not*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RunModeSpec<'a>(pub &'a str);

impl<'a> RunModeSpec<'a> {
    /// The number of matching run modes in the best alternative, given the active ones; `None` if no alternative
    /// matches.
    pub fn matching(self, is_active: impl Fn(&str) -> bool) -> Option<usize> {
        let fits = |mode: &&str| match mode.strip_prefix('-') {
            Some(not) => !is_active(not),
            None => is_active(mode),
        };
        let counts = self.alternatives().filter(|modes| modes.iter().all(fits)).map(|modes| modes.len());
        counts.filter(|&count| count > 0).max()
    }

    /// The alternatives, each a list of run modes that must all match. As in Java's `String#split`, empty ones at the
    /// end are dropped.
    pub fn alternatives(self) -> impl Iterator<Item = Vec<&'a str>> {
        java_split(self.0, ',').into_iter().map(|alternative| java_split(alternative, '.'))
    }
}

/// `String#split` with one character: without empty parts at the end, but one part for an empty text.
fn java_split(text: &str, separator: char) -> Vec<&str> {
    if text.is_empty() {
        return vec![""];
    }
    let mut parts: Vec<&str> = text.split(separator).collect();
    while parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folders(path: &str) -> Result<Vec<Option<&str>>, Unwatched> {
        let watched = watched_folders(path, &InstallerSettings::default())?;
        Ok(watched.into_iter().map(|folder| folder.run_modes.map(|spec| spec.0)).collect())
    }

    #[test]
    fn every_watched_folder_above_a_node_counts() {
        assert_eq!(folders("/apps/a/config/config.author/x"), Ok(vec![None, Some("author")]));
        assert_eq!(folders("/apps/config/x"), Ok(vec![None]));
        assert_eq!(folders("/apps/a/b/config/x"), Ok(vec![None]));
        assert_eq!(folders("/apps/a/b/c/config/x"), Err(Unwatched::TooDeep { depth: 4 }));
        assert_eq!(folders("/apps/a/configs/x"), Err(Unwatched::NoConfigFolder));
        assert_eq!(folders("/conf/a/config/x"), Err(Unwatched::OutsideSearchPaths));
        assert_eq!(folders("/apps/a/sub.config/x"), Err(Unwatched::NoConfigFolder));
    }

    #[test]
    fn the_settings_of_a_project_count() {
        let settings = InstallerSettings { depth: 7, folder_pattern: Regex::new("^(?:.*/(install|osgi))$").ok() };
        assert!(watched_folders("/apps/a/b/c/osgi.author/x", &settings).is_ok());
        assert_eq!(watched_folders("/apps/a/config/x", &settings), Err(Unwatched::NoConfigFolder));
    }

    #[test]
    fn run_modes_are_joined_by_and_or_and_not() {
        let matching = |spec| RunModeSpec(spec).matching(|mode| ["author", "prod"].contains(&mode));
        for (spec, count) in [
            ("author", Some(1)),
            ("author.prod", Some(2)),
            ("author.qa", None),
            ("author.qa,prod", Some(1)),
            ("-publish", Some(1)),
            ("author.-prod", None),
            ("author..prod", None),
            ("author.", Some(1)),
            (",author", Some(1)),
            (",", None),
            (".", None),
            ("", None),
            ("-", Some(1)),
        ] {
            assert_eq!(matching(spec), count, "{spec}");
        }
    }
}
