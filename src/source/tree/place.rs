//! What is known about files from their location in a tree: package, repository path, run modes.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::label;
use crate::repository::binary::meant_path;
use crate::repository::filter::effort::Effort;
use crate::repository::package::installer_run_modes;
use crate::repository::{Container, FileContext, Package};
use crate::source::SourcePath;
use crate::source::names::joined;

/// Largest metadata file of an exploded package.
const MAX_METADATA: u64 = 4 << 20;

/// What is known about files from their location in a tree.
#[derive(Clone, Default)]
pub(super) struct TreePlace {
    package: Option<Arc<Package>>,
    pub(super) exploded: bool,
    /// Repository path of the folder.
    pub(super) repository: Option<String>,
    pub(super) run_modes: Vec<String>,
    /// Whether it was reached through a symbolic link in the scanned tree.
    pub(super) behind_link: bool,
}

impl TreePlace {
    /// The place of the child folder `name`.
    fn child(&self, name: &str) -> Self {
        let repository = self.repository.as_ref().map(|path| joined(path, name));
        Self { repository, ..self.clone() }
    }

    /// The same place, reached through a symbolic link.
    pub(super) fn behind_link(self) -> Self {
        Self { behind_link: true, ..self }
    }

    pub(super) fn context(&self, path: SourcePath) -> FileContext {
        let repository_path = self.repository.as_ref().map(|folder| meant_path(joined(folder, path.file_name())));
        FileContext {
            path,
            container: if self.exploded { Container::Package } else { Container::Tree },
            package: self.package.clone(),
            repository_path,
            outer_run_modes: self.run_modes.clone(),
            behind_link: self.behind_link,
            configurator: false,
        }
    }
}

/// The package whose `jcr_root` is in `folder`: an exploded package if it has a `META-INF/vault`, otherwise only the
/// root of a repository. Links in it are followed if they stay inside it or inside `roots`.
pub(super) fn package_root(
    folder: &Path,
    path: SourcePath,
    outer: &TreePlace,
    roots: &[PathBuf],
    effort: &Arc<Effort>,
) -> TreePlace {
    let vault = folder.join("META-INF/vault");
    let mut run_modes = outer.run_modes.clone();
    if let Some(repository) = &outer.repository {
        run_modes.extend(installer_run_modes(repository));
    }
    let exploded = vault.is_dir();
    let metadata = |path: &Path| metadata(path, folder, roots);
    let package = exploded.then(|| {
        // The filter that a checkout edits takes precedence over the one it was checked out with.
        let filter = metadata(&vault.join("filter-vlt.xml")).or_else(|| metadata(&vault.join("filter.xml")));
        let package = Package::new(path, metadata(&vault.join("properties.xml")).as_deref(), filter.as_deref());
        Arc::new(package.sharing(Arc::clone(effort)))
    });
    TreePlace { package, exploded, repository: None, run_modes, behind_link: outer.behind_link }
}

fn metadata(path: &Path, folder: &Path, roots: &[PathBuf]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (real, folder) = (path.canonicalize().ok()?, folder.canonicalize().ok()?);
    if !roots.iter().chain([&folder]).any(|root| real.starts_with(root)) {
        return None;
    }
    // Reading a device or a pipe could block forever.
    fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    File::open(path).ok()?.take(MAX_METADATA).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The place of the folder `name` in a folder at `place`. `inner` is the root of the package in that folder, if any.
pub(super) fn child_place(place: &TreePlace, inner: Option<&TreePlace>, name: &str) -> TreePlace {
    match (inner, name) {
        (Some(inner), "jcr_root") => TreePlace { repository: Some(String::new()), ..inner.clone() },
        (Some(inner), "META-INF") => inner.clone(),
        _ => place.child(name),
    }
}

/// The place of a folder from its parent folders (FileVault `ExportRoot#findRoot` walks up to the nearest `jcr_root`).
/// `named` is the same folder as the user wrote it, and is used to name the packages above.
pub(super) fn place_of(folder: &Path, named: &str, roots: &[PathBuf], effort: &Arc<Effort>) -> TreePlace {
    let above: Vec<&Path> = folder.ancestors().filter(|folder| folder.file_name().is_some()).collect();
    let mut place = TreePlace::default();
    for (distance, folder) in above.into_iter().enumerate().rev() {
        let name = folder.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let parent = folder.parent().unwrap_or(Path::new(""));
        let in_package = name == "jcr_root" || name == "META-INF" && parent.join("jcr_root").is_dir();
        let inner = in_package.then(|| {
            let path = SourcePath::file(label_above(named, parent, distance + 1));
            package_root(parent, path, &place, roots, effort)
        });
        place = child_place(&place, inner.as_ref(), &name);
    }
    place
}

/// The label of the folder `folder`, which is `distance` levels above the folder that the user wrote as `named`.
fn label_above(named: &str, folder: &Path, distance: usize) -> String {
    let segments: Vec<&str> = named.split('/').collect();
    match segments.len().checked_sub(distance) {
        Some(kept) if !segments.contains(&"..") && !segments.contains(&".") && !named.is_empty() => {
            segments[..kept].join("/")
        }
        _ => label(folder),
    }
}
