//! The root of a source tree: the top of a git work tree, and the `pom.xml` that is not a module of another one.

use std::collections::HashMap;
use std::path::{Component, Path};

use crate::bounded;
use crate::repository::system::{Pom, Roots};

/// Largest `pom.xml` that is read.
const LARGEST: u64 = 4 << 20;

/// Finds the roots of folders on disk. Folders are spelled as in reports: absolute, or relative to the current
/// directory, which is the empty text.
#[derive(Debug, Default)]
pub struct RootFinder {
    git: HashMap<String, Option<String>>,
    poms: HashMap<String, Option<Pom>>,
    projects: HashMap<String, Option<String>>,
}

impl RootFinder {
    /// The roots of `folder`.
    pub fn of(&mut self, folder: &str) -> Roots {
        Roots { git: self.git(folder), project: self.project(folder) }
    }

    fn git(&mut self, folder: &str) -> Option<String> {
        if let Some(known) = self.git.get(folder) {
            return known.clone();
        }
        let is_top = on_disk(folder).join(".git").symlink_metadata().is_ok();
        let found = if is_top { Some(folder.to_owned()) } else { above(folder).and_then(|above| self.git(&above)) };
        self.git.insert(folder.to_owned(), found.clone());
        found
    }

    /// The project of the nearest `pom.xml` at or above `folder`. Above the current directory, it checks only the same
    /// git work tree and the folder above one with a `pom.xml`.
    fn project(&mut self, folder: &str) -> Option<String> {
        if let Some(known) = self.projects.get(folder) {
            return known.clone();
        }
        // A pom that names itself as its parent is the top.
        self.projects.insert(folder.to_owned(), Some(folder.to_owned()));
        let above = above(folder).filter(|above| self.leads_up(folder, above));
        let found = match self.pom(folder) {
            None => above.and_then(|above| self.project(&above)),
            Some(pom) => {
                let parent = pom.parent_folder.as_deref().map(|relative| joined(folder, relative));
                let named = parent.filter(|parent| parent != folder && self.names(parent, &pom));
                let upper = above.and_then(|above| self.project_with(&above, folder));
                Some(named.and_then(|parent| self.project(&parent)).or(upper).unwrap_or_else(|| folder.to_owned()))
            }
        };
        self.projects.insert(folder.to_owned(), found.clone());
        found
    }

    /// Whether the tree of `folder` may start in `above`.
    fn leads_up(&mut self, folder: &str, above: &str) -> bool {
        let git = self.git(folder);
        let is_outside = above.split('/').next_back() == Some("..");
        git.as_deref() != Some(folder) && (!is_outside || git.is_some() || self.pom(folder).is_some())
    }

    /// Whether the pom in `folder` is the parent that `child` names.
    fn names(&mut self, folder: &str, child: &Pom) -> bool {
        self.pom(folder).is_some_and(|pom| pom.artifact.is_some() && pom.artifact == child.parent)
    }

    /// The project of the nearest pom at or above `folder`, if that pom lists `module` as a module.
    fn project_with(&mut self, folder: &str, module: &str) -> Option<String> {
        match self.pom(folder) {
            Some(pom) if pom.modules.iter().any(|one| joined(folder, one) == module) => self.project(folder),
            Some(_) => None,
            None => above(folder).and_then(|above| self.project_with(&above, module)),
        }
    }

    fn pom(&mut self, folder: &str) -> Option<Pom> {
        if let Some(known) = self.poms.get(folder) {
            return known.clone();
        }
        let file = on_disk(folder).join("pom.xml");
        let is_file = file.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
        let pom = is_file.then(|| bounded::text_of(&file, LARGEST).ok().map(|text| Pom::parse(&text)));
        let pom = pom.map(Option::unwrap_or_default);
        self.poms.insert(folder.to_owned(), pom.clone());
        pom
    }
}

fn on_disk(folder: &str) -> &Path {
    Path::new(if folder.is_empty() { "." } else { folder })
}

/// The parent folder; `..` is the one above the current directory.
fn above(folder: &str) -> Option<String> {
    if folder == "/" {
        return None;
    }
    if folder.is_empty() || folder.split('/').all(|name| name == "..") {
        let up = folder.split('/').filter(|name| !name.is_empty()).count();
        let depth = std::env::current_dir().map_or(0, |directory| {
            directory.components().filter(|component| matches!(component, Component::Normal(_))).count()
        });
        return (up < depth).then(|| if folder.is_empty() { "..".to_owned() } else { format!("../{folder}") });
    }
    match folder.rsplit_once('/') {
        Some(("", _)) => Some("/".to_owned()),
        Some((above, _)) => Some(above.to_owned()),
        None => Some(String::new()),
    }
}

/// `relative` as seen from `folder`, with `.` and `..` resolved where possible.
fn joined(folder: &str, relative: &str) -> String {
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in relative.split('/') {
        match name {
            "" | "." => {}
            ".." if names.last().is_some_and(|last| *last != "..") => drop(names.pop()),
            name => names.push(name),
        }
    }
    let root = if folder.starts_with('/') { "/" } else { "" };
    format!("{root}{}", names.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_gone_up() {
        assert_eq!(above("a/b").as_deref(), Some("a"));
        assert_eq!(above("a").as_deref(), Some(""));
        assert_eq!(above("").as_deref(), Some(".."));
        assert_eq!(above("..").as_deref(), Some("../.."));
        assert_eq!(above("/a").as_deref(), Some("/"));
        assert_eq!(above("/"), None);
    }

    #[test]
    fn modules_are_named_from_their_pom() {
        assert_eq!(joined("a", "ui.apps"), "a/ui.apps");
        assert_eq!(joined("a/parent", "../ui.apps"), "a/ui.apps");
        assert_eq!(joined("", "../x"), "../x");
        assert_eq!(joined("/a", "./b/"), "/a/b");
    }
}
