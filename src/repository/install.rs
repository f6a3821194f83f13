//! Does AEM look at the place where a configuration lies, and under which run modes?
//!
//! Two consumers answer: an instance (`JcrInstaller`, `FolderNameFilter` and `WatchedFolder` of the Sling JCR installer)
//! and the Cloud Manager build, which converts packages into a feature model
//! (`RegexBasedPatternEntryHandler` of the Sling content package converter).

use std::fmt;

use super::FileContext;

/// Most segments of the path of a folder that an instance watches (`sling.jcrinstall.folder.max.depth`).
const WATCHED_DEPTH: usize = 4;

/// Extensions of configuration files (`InternalResource.EXTENSIONS`), and that of `sling:OsgiConfig` docviews.
const EXTENSIONS: [&str; 5] = [".config", ".cfg", ".cfg.json", ".properties", ".xml"];

/// Which consumers take a configuration from its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Installation {
    /// Instances and the Cloud Manager build.
    Installed,
    /// Only the Cloud Manager build: instances do not look there.
    BuildOnly(Unwatched),
    /// Only instances: the Cloud Manager build leaves it out.
    InstanceOnly(Unwatched),
    /// Nobody.
    NotInstalled(Unwatched),
    /// The file lies in no repository, so nothing can be said.
    Unknown,
}

/// Why a place is not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unwatched {
    /// It is not below `/apps` or `/libs`.
    OutsideSearchPaths,
    /// No folder above it is called `config` or `install`, with or without run modes.
    NoConfigFolder,
    /// The folder lies deeper than an instance looks.
    TooDeep,
    /// The folder lies directly below `/apps` or `/libs`.
    TooShallow,
    /// The name does not end like that of a configuration file.
    Extension,
}

impl fmt::Display for Unwatched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OutsideSearchPaths => "it does not lie below /apps or /libs",
            Self::NoConfigFolder => "no folder above it is called `config` or `install`",
            Self::TooDeep => "its folder lies more than four levels deep",
            Self::TooShallow => "its folder lies directly below /apps or /libs",
            Self::Extension => "its name does not end in .config, .cfg, .cfg.json or .properties",
        })
    }
}

/// The run modes in the name of a folder that is called `config` or `install`; `None` for other folders.
pub fn folder_run_modes(name: &str) -> Option<impl Iterator<Item = &str>> {
    let mut parts = name.split('.');
    matches!(parts.next(), Some("config" | "install")).then(|| parts.filter(|mode| !mode.is_empty()))
}

impl FileContext {
    /// Run modes that must all be active for this file to count: those of the packages around it, outermost first, then
    /// those of its own folder of configurations.
    pub fn run_modes(&self) -> Vec<String> {
        let mut modes = self.outer_run_modes.clone();
        if let Some(own) = self.folders().rev().find_map(folder_run_modes) {
            modes.extend(own.map(str::to_owned));
        }
        modes
    }

    /// Whether AEM takes a configuration from the place of this file.
    pub fn installation(&self) -> Installation {
        let path = self.inner_path();
        let Some(repository_path) = &self.repository_path else {
            let on_instance = path.contains("crx-quickstart/install") || path.contains("launchpad/config/");
            return if on_instance { Installation::Installed } else { Installation::Unknown };
        };
        if !matches!(repository_path.split('/').next(), Some("apps" | "libs")) {
            return Installation::NotInstalled(Unwatched::OutsideSearchPaths);
        }
        // Depths of the folders that are called right; `/apps/x/config` has three segments.
        let mut depths =
            self.folders().enumerate().filter(|(_, name)| folder_run_modes(name).is_some()).map(|(at, _)| at + 1);
        let Some(first) = depths.next() else { return Installation::NotInstalled(Unwatched::NoConfigFolder) };
        if !EXTENSIONS.iter().any(|extension| path.ends_with(extension)) {
            return Installation::NotInstalled(Unwatched::Extension);
        }
        if first > WATCHED_DEPTH {
            return Installation::BuildOnly(Unwatched::TooDeep);
        }
        if first == 2 && depths.next().is_none() {
            return Installation::InstanceOnly(Unwatched::TooShallow);
        }
        Installation::Installed
    }

    /// The folders above the file, outermost first.
    fn folders(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator {
        let path = self.repository_path.as_deref().unwrap_or_else(|| self.inner_path());
        let folders: Vec<&str> = path.rsplit_once('/').map_or("", |(folders, _)| folders).split('/').collect();
        folders.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::SourcePath;

    fn at(path: &str) -> FileContext {
        let repository_path = path.split_once("jcr_root/").map(|(_, rest)| rest.to_owned());
        FileContext { path: SourcePath::file(path), repository_path, ..FileContext::default() }
    }

    #[test]
    fn who_looks_where() {
        use Installation::{BuildOnly, Installed, InstanceOnly, NotInstalled, Unknown};
        let table = [
            ("jcr_root/apps/x/config/a.b.C.cfg.json", Installed),
            ("jcr_root/apps/x/osgiconfig/config.author.prod/a.b.C.config", Installed),
            ("jcr_root/apps/x/config/sub/deep/a.b.C.cfg", Installed),
            ("jcr_root/apps/x/y/install/a.b.C.properties", Installed),
            ("jcr_root/libs/x/config/a.b.C.xml", Installed),
            ("jcr_root/apps/x/y/z/config/a.b.C.cfg.json", BuildOnly(Unwatched::TooDeep)),
            ("jcr_root/apps/config/a.b.C.cfg.json", InstanceOnly(Unwatched::TooShallow)),
            ("jcr_root/apps/x/osgiconfig/a.b.C.cfg.json", NotInstalled(Unwatched::NoConfigFolder)),
            ("jcr_root/apps/x/config-author/a.b.C.cfg.json", NotInstalled(Unwatched::NoConfigFolder)),
            ("jcr_root/apps/x/config/a.b.C.json", NotInstalled(Unwatched::Extension)),
            ("jcr_root/content/x/config/a.b.C.cfg.json", NotInstalled(Unwatched::OutsideSearchPaths)),
            ("jcr_root/conf/x/config/a.b.C.config", NotInstalled(Unwatched::OutsideSearchPaths)),
            ("aem/crx-quickstart/install/a.b.C.config", Installed),
            ("config/a.b.C.config", Unknown),
        ];
        for (path, expected) in table {
            assert_eq!(at(path).installation(), expected, "{path}");
        }
    }

    #[test]
    fn run_modes_are_those_of_the_packages_and_of_the_nearest_folder() {
        let mut context = at("jcr_root/apps/x/config.author.prod/sub/a.b.C.config");
        context.outer_run_modes = vec!["cloud".to_owned()];
        assert_eq!(context.run_modes(), ["cloud", "author", "prod"]);
        assert_eq!(at("aem/crx-quickstart/install.publish/a.b.C.config").run_modes(), ["publish"]);
        assert!(at("jcr_root/apps/x/configuration.author/a.config").run_modes().is_empty());
    }
}
