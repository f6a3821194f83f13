//! A packed folder, whose files are treated as if it were unpacked (`source/tree/place.rs` does the same for folders on
//! disk).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::entry;
use crate::repository::filter::effort::Effort;
use crate::repository::package::installer_run_modes;
use crate::repository::{Package, SourcePath};
use crate::source::names::{is_module_output, is_skipped_folder, joined};
use crate::source::section::Section;
use crate::source::zip::Directory;

use super::kind::MAX_METADATA;

/// Exploded packages in one archive whose metadata are read.
const MOST_PACKAGES: usize = 10_000;

/// Folders in an archive that provide information about their files.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// Folders that contain a `jcr_root`, by their path with a slash.
    roots: HashMap<String, Option<Arc<Package>>>,
    /// Folders that contain a `pom.xml`.
    modules: HashSet<String>,
    /// Whether the limit of packages was reached.
    pub(super) limited: Option<String>,
}

/// What is known from the location of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct FilePlace {
    pub(super) package: Option<String>,
    pub(super) repository_path: Option<String>,
    pub(super) run_modes: Vec<String>,
}

/// Files that identify the kind of a folder.
#[derive(Default)]
struct Vault {
    is_exploded: bool,
    properties: Option<u32>,
    filter: Option<u32>,
    checkout: Option<u32>,
}

impl Layout {
    /// Checks the names of all entries.
    pub(super) fn of(section: &Section, path: &SourcePath, directory: &Directory, inflated: &mut u64) -> Self {
        let mut layout = Self::default();
        let mut vaults: HashMap<String, Vault> = HashMap::new();
        for (index, name) in (0..).zip(directory.names()) {
            let module = name.strip_suffix("pom.xml").filter(|folder| folder.is_empty() || folder.ends_with('/'));
            layout.modules.extend(module.map(str::to_owned));
            if name.contains("jcr_root/") {
                for (at, _) in name.match_indices("jcr_root/") {
                    let folder = &name[..at];
                    if (at == 0 || folder.ends_with('/')) && !layout.roots.contains_key(folder) {
                        layout.roots.insert(folder.to_owned(), None);
                    }
                }
            }
            if let Some((folder, file)) = name.split_once(VAULT).or_else(|| Some(("", name.strip_prefix(&VAULT[1..])?)))
            {
                let folder =
                    if folder.is_empty() && !name.starts_with('/') { String::new() } else { format!("{folder}/") };
                let vault = vaults.entry(folder).or_default();
                vault.is_exploded = true;
                match file {
                    "properties.xml" => vault.properties = Some(index),
                    "filter.xml" => vault.filter = Some(index),
                    "filter-vlt.xml" => vault.checkout = Some(index),
                    _ => {}
                }
            }
        }
        layout.read_packages(section, path, directory, vaults, inflated);
        layout
    }

    fn read_packages(
        &mut self,
        section: &Section,
        path: &SourcePath,
        directory: &Directory,
        vaults: HashMap<String, Vault>,
        inflated: &mut u64,
    ) {
        let mut vaults: Vec<_> = vaults.into_iter().filter(|(folder, _)| self.roots.contains_key(folder)).collect();
        vaults.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        if vaults.len() > MOST_PACKAGES {
            vaults.truncate(MOST_PACKAGES);
            self.limited = Some(format!("it contains more than {MOST_PACKAGES} unpacked packages"));
        }
        for (folder, vault) in vaults.into_iter().filter(|(_, vault)| vault.is_exploded) {
            let mut read = |index: Option<u32>| {
                let entry = &directory.entries[index? as usize];
                entry::read_small(section, entry, MAX_METADATA).inspect(|bytes| *inflated += bytes.len() as u64)
            };
            let path = match folder.strip_suffix('/') {
                Some(folder) => path.entry(folder),
                None => path.clone(),
            };
            let filter = read(vault.checkout).or_else(|| read(vault.filter));
            let package = Package::new(path, read(vault.properties).as_deref(), filter.as_deref());
            self.roots.insert(folder, Some(Arc::new(package)));
        }
    }

    /// Mutable references to the packages.
    pub(super) fn packages_mut(&mut self) -> Vec<&mut Package> {
        let mut packages: Vec<(&String, &mut Option<Arc<Package>>)> = self.roots.iter_mut().collect();
        packages.sort_unstable_by(|a, b| a.0.cmp(b.0));
        packages.into_iter().filter_map(|(_, package)| Arc::get_mut(package.as_mut()?)).collect()
    }

    /// The same layout, with filters that share the effort budget of all filters.
    pub(super) fn sharing(mut self, effort: &Arc<Effort>) -> Self {
        for package in self.roots.values_mut() {
            let own = package.take().and_then(|package| Arc::try_unwrap(package).ok());
            *package = own.map(|package| Arc::new(package.sharing(Arc::clone(effort))));
        }
        self
    }

    /// Number of packages.
    pub(super) fn package_count(&self) -> usize {
        self.roots.values().filter(|package| package.is_some()).count()
    }

    /// The package of the folder that [`FilePlace::package`] names.
    pub(super) fn package(&self, place: &FilePlace) -> Option<Arc<Package>> {
        self.roots.get(place.package.as_ref()?)?.clone()
    }

    /// The location of the file `name`.
    pub(super) fn place(&self, name: &str) -> FilePlace {
        let mut place = FilePlace::default();
        let mut start = 0;
        while let Some(len) = name[start..].find('/') {
            let (prefix, folder) = (&name[..start], &name[start..start + len]);
            start += len + 1;
            let root = || self.roots.contains_key(prefix).then(|| prefix.to_owned());
            match folder {
                "" | "." => {}
                "jcr_root" => {
                    // A package in the installer folder of a repository.
                    let around = place.repository_path.take();
                    place.run_modes.extend(around.as_deref().map(installer_run_modes).unwrap_or_default());
                    place = FilePlace { package: root(), repository_path: Some(String::new()), ..place };
                }
                "META-INF" if self.roots.contains_key(prefix) => {
                    place = FilePlace { package: root(), repository_path: None, ..place };
                }
                folder => place.repository_path = place.repository_path.map(|path| joined(&path, folder)),
            }
        }
        let file = &name[start..];
        place.repository_path = place.repository_path.map(|path| joined(&path, file));
        place
    }

    /// The folder around the file called `name` that a walk skips: version control, dependencies, build output.
    pub(super) fn skipped<'n>(&self, name: &'n str) -> Option<&'n str> {
        let mut start = 0;
        while let Some(len) = name[start..].find('/') {
            let folder = &name[start..start + len];
            if is_skipped_folder(folder) || is_module_output(folder) && self.modules.contains(&name[..start]) {
                return Some(&name[..start + len]);
            }
            start += len + 1;
        }
        None
    }
}

const VAULT: &str = "/META-INF/vault/";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_unpacked_folder() {
        let roots = ["", "a/", "a/jcr_root/apps/x/install.author/b/"];
        let layout = Layout { roots: roots.map(|root| (root.to_owned(), None)).into(), ..Layout::default() };
        let place = |name: &str| {
            let place = layout.place(name);
            (place.package, place.repository_path, place.run_modes)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(place("x/y.json"), (None, None, vec![]));
        assert_eq!(place("jcr_root/apps/y.json"), (some(""), some("apps/y.json"), vec![]));
        assert_eq!(place("META-INF/vault/definition/y.xml"), (some(""), None, vec![]));
        assert_eq!(place("a/META-INF/y.xml"), (some("a/"), None, vec![]));
        assert_eq!(place("c/META-INF/y.xml"), (None, None, vec![]));
        let inner = "a/jcr_root/apps/x/install.author/b/";
        let author = vec!["author".to_owned()];
        assert_eq!(place(&format!("{inner}jcr_root/etc/y.xml")), (some(inner), some("etc/y.xml"), author));
        assert_eq!(place(&format!("{inner}y.xml")).1, some("apps/x/install.author/b/y.xml"));
    }

    #[test]
    fn build_output_is_that_of_a_module() {
        let layout = Layout { modules: ["a/".to_owned()].into(), ..Layout::default() };
        assert_eq!(layout.skipped("a/target/x.xml"), Some("a/target"));
        assert_eq!(layout.skipped("b/target/x.xml"), None);
        assert_eq!(layout.skipped("b/node_modules/c/x.xml"), Some("b/node_modules"));
        assert_eq!(layout.skipped("b/node_modules"), None);
    }
}
