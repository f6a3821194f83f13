//! Directory trees and single files.
//!
//! Every folder is a task of its own that lists it with `walkdir` and reads the files in it, so the walk itself is
//! parallel. Archives are put aside and read after the walk, one after another, each with all threads.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::Scope;
use walkdir::{DirEntry, WalkDir};

use super::archive::{self, Container as Archive};
use super::names;
use super::reading::{Reading, with_buffers};
use super::section::Section;
use super::{IncidentKind, SourcePath};
use crate::repository::package::installer_run_modes;
use crate::repository::{Container, FileContext, Package};

/// Folders of version control and dependencies; `.vlt` is the metadata of a FileVault checkout.
const SKIPPED: [&str; 5] = [".git", "node_modules", ".vlt", ".svn", ".hg"];
/// Files of one folder are read in tasks of this many.
const FILES_PER_TASK: usize = 64;
/// First read of a file; most are smaller.
const FIRST_READ: usize = 64 << 10;
/// First bytes of a file, by which archives are known.
const HEAD: usize = 128;
/// Largest metadata file of an exploded package.
const MAX_METADATA: u64 = 4 << 20;

/// What the place in a tree says about the files there.
#[derive(Clone, Default)]
struct Place {
    package: Option<Arc<Package>>,
    exploded: bool,
    /// Repository path of the folder.
    repository: Option<String>,
    run_modes: Vec<String>,
}

impl Place {
    /// The place of the child folder `name`.
    fn child(&self, name: &str) -> Self {
        let repository = self.repository.as_ref().map(|path| join(path, name));
        Self { repository, ..self.clone() }
    }

    fn context(&self, path: SourcePath) -> FileContext {
        let repository_path = self.repository.as_ref().map(|folder| join(folder, path.file_name()));
        FileContext {
            path,
            container: if self.exploded { Container::Package } else { Container::Tree },
            package: self.package.clone(),
            repository_path,
            outer_run_modes: self.run_modes.clone(),
        }
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

struct Walk<'a> {
    reading: &'a Reading<'a>,
    archives: Mutex<Vec<(PathBuf, Archive)>>,
    /// Canonical paths of all inputs when there are several: each is read as itself, not as a part of another.
    inputs: HashSet<PathBuf>,
}

/// Reads trees and files.
pub(super) fn read(reading: &Reading<'_>, inputs: &[PathBuf]) {
    let mut walk = Walk { reading, archives: Mutex::default(), inputs: HashSet::new() };
    let mut roots = Vec::new();
    for input in inputs {
        match fs::canonicalize(input) {
            Ok(canonical) => {
                if walk.inputs.insert(canonical.clone()) {
                    roots.push((input, canonical));
                }
            }
            Err(error) => walk.unreadable(SourcePath::file(label(input)), &error),
        }
    }
    if roots.len() < 2 {
        walk.inputs.clear();
    }
    rayon::scope(|scope| {
        for (input, canonical) in &roots {
            walk.root(scope, input, canonical);
        }
    });
    let mut archives = walk.archives.into_inner().unwrap_or_else(PoisonError::into_inner);
    archives.sort_by(|a, b| (&a.1.path, &a.0).cmp(&(&b.1.path, &b.0)));
    for (index, (_, archive)) in archives.into_iter().enumerate() {
        archive::read(reading, archive, index as u64);
    }
}

/// Reads bytes that are not on disk.
pub(super) fn read_bytes(reading: &Reading<'_>, name: &str, bytes: Vec<u8>) {
    let path = SourcePath::file(name);
    let folder = Path::new(name).parent().unwrap_or(Path::new(""));
    let place = place_of(folder, &label(folder));
    if archive::is_magic(&bytes) || archive::has_archive_extension(name) {
        let section = Section::memory(bytes);
        archive::read(reading, Archive::outermost(path, section, place.run_modes, true), 0);
        return;
    }
    reading.count(&reading.files, 1);
    reading.count(&reading.bytes, bytes.len() as u64);
    (reading.deliver)(&place.context(path), 0, &bytes);
}

impl<'a> Walk<'a> {
    fn root<'s>(&'s self, scope: &Scope<'s>, input: &Path, canonical: &Path) {
        let path = SourcePath::file(label(input));
        match fs::metadata(canonical) {
            Ok(metadata) if metadata.is_dir() => {
                let place = place_of(canonical, &path.input);
                self.folder(scope, canonical.to_path_buf(), prefix(input), place);
            }
            Ok(metadata) if metadata.is_file() => {
                let folder = |path: &Path| path.parent().map(Path::to_path_buf).unwrap_or_default();
                let place = place_of(&folder(canonical), &label(&folder(input)));
                let (path, file) = (path, canonical.to_path_buf());
                scope.spawn(move |_| self.file(&file, path, &place, 0, true));
            }
            Ok(_) => self.special(path),
            Err(error) => self.unreadable(path, &error),
        }
    }

    /// Reads a folder: its files here, its sub-folders as further tasks. `prefix` is its label with a slash.
    fn folder<'s>(&'s self, scope: &Scope<'s>, folder: PathBuf, prefix: String, place: Place) {
        let mut entries = Vec::new();
        for entry in WalkDir::new(&folder).min_depth(1).max_depth(1).sort_by_file_name() {
            match entry {
                Ok(entry) => entries.push(entry),
                Err(error) => {
                    let path = prefix.strip_suffix('/').unwrap_or(".").to_owned();
                    let error = error.into_io_error().unwrap_or_else(|| io::ErrorKind::Other.into());
                    self.unreadable(SourcePath::file(path), &error);
                }
            }
        }
        let has = |name: &str| entries.iter().any(|entry| entry.file_name() == name);
        let is_module = has("pom.xml");
        let inner = has("jcr_root").then(|| {
            let path = SourcePath::file(prefix.strip_suffix('/').unwrap_or("."));
            let inner = package_root(&folder, path, &place);
            self.reading.count(&self.reading.packages, u64::from(inner.exploded));
            inner
        });
        let mut files = Vec::new();
        for (order, entry) in entries.into_iter().enumerate() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let kind = entry.file_type();
            if !self.inputs.is_empty() && self.inputs.contains(entry.path()) {
                continue;
            }
            if kind.is_dir() {
                let skipped = SKIPPED.contains(&name.as_str()) || (name == "target" && is_module);
                let excluded = self.reading.excludes(&format!("{prefix}{name}"));
                if excluded || skipped && !self.reading.options.include_skipped {
                    self.reading.count(&self.reading.skipped_directories, 1);
                    continue;
                }
                let place = child_place(&place, inner.as_ref(), &name);
                let prefix = format!("{prefix}{name}/");
                scope.spawn(move |scope| self.folder(scope, entry.into_path(), prefix, place));
            } else if kind.is_file() {
                files.push((order as u64, name, entry));
            } else if !kind.is_symlink() && names::is_candidate_name(&format!("{prefix}{name}")) {
                self.special(SourcePath::file(format!("{prefix}{name}")));
            }
        }
        self.reading.count(&self.reading.files, files.len() as u64);
        while files.len() > FILES_PER_TASK {
            let rest = files.split_off(files.len() - FILES_PER_TASK);
            let (prefix, place) = (prefix.clone(), place.clone());
            scope.spawn(move |_| self.files(rest, &prefix, &place));
        }
        self.files(files, &prefix, &place);
    }

    fn files(&self, files: Vec<(u64, String, DirEntry)>, prefix: &str, place: &Place) {
        for (order, name, entry) in files {
            let label = format!("{prefix}{name}");
            let matters = names::is_candidate_name(&label) || names::may_be_archive(&label);
            if matters && !self.reading.excludes(&label) {
                self.file(entry.path(), SourcePath::file(label), place, order, false);
            }
        }
    }

    fn file(&self, file: &Path, path: SourcePath, place: &Place, order: u64, named: bool) {
        if named {
            self.reading.count(&self.reading.files, 1);
        }
        with_buffers(|buffers| {
            let opened = match File::open(file) {
                Ok(opened) => opened,
                Err(error) => return self.unreadable(path, &error),
            };
            let candidate = named || names::is_candidate_name(&path.input);
            match self.start(&opened, &path.input, &mut buffers.plain, (candidate, named)) {
                Ok(Start::Archive(len)) => {
                    let archive = self.archive(place, path, Section::file(opened, len), named);
                    self.archives.lock().unwrap_or_else(PoisonError::into_inner).push((file.to_path_buf(), archive));
                }
                Ok(Start::TooLarge) => self.reading.incident(
                    IncidentKind::Limit,
                    path,
                    format!(
                        "larger than {} bytes; raise --max-entry-bytes to read it",
                        self.reading.options.limits.max_entry_bytes
                    ),
                ),
                Ok(Start::Text(len)) if candidate => {
                    let bytes = &buffers.plain[..len];
                    self.reading.count(&self.reading.bytes, len as u64);
                    if named || self.reading.selects(&path.input, bytes) {
                        (self.reading.deliver)(&place.context(path), order, bytes);
                    }
                }
                Ok(Start::Text(_)) => {}
                Err(error) => self.unreadable(path, &error),
            }
        });
    }

    fn archive(&self, place: &Place, path: SourcePath, section: Section, named: bool) -> Archive {
        let mut run_modes = place.run_modes.clone();
        if let Some(folder) = &place.repository {
            run_modes.extend(installer_run_modes(&join(folder, path.file_name())));
        }
        Archive::outermost(path, section, run_modes, named)
    }

    /// Reads a file as far as it is needed: an archive only far enough to know it, another to its end.
    fn start(
        &self,
        mut file: &File,
        name: &str,
        buffer: &mut Vec<u8>,
        (candidate, named): (bool, bool),
    ) -> io::Result<Start> {
        let limit = self.reading.options.limits.max_entry_bytes;
        let mut filled = 0;
        loop {
            if buffer.len() < filled + FIRST_READ {
                buffer.resize((2 * filled).max(filled + FIRST_READ), 0);
            }
            let read = match file.read(&mut buffer[filled..]) {
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let first = filled == 0;
            filled += read;
            let head = &buffer[..filled.min(HEAD)];
            let unmarked = || archive::may_be_prefixed(name, head) || named && archive::has_archive_extension(name);
            if first && (archive::is_magic(head) || unmarked()) {
                return Ok(Start::Archive(file.metadata()?.len()));
            }
            if filled as u64 > limit {
                return Ok(Start::TooLarge);
            }
            if read == 0 || !candidate {
                return Ok(Start::Text(filled));
            }
        }
    }

    fn special(&self, path: SourcePath) {
        self.reading.incident(IncidentKind::Unreadable, path, "neither a file nor a directory; it was not opened");
    }

    fn unreadable(&self, path: SourcePath, error: &io::Error) {
        self.reading.incident(IncidentKind::Unreadable, path, error.to_string());
    }
}

enum Start {
    Archive(u64),
    Text(usize),
    TooLarge,
}

/// The package whose `jcr_root` lies in `folder`: an exploded one when it has its `META-INF/vault`, else just the root
/// of a repository.
fn package_root(folder: &Path, path: SourcePath, outer: &Place) -> Place {
    let vault = folder.join("META-INF/vault");
    let mut run_modes = outer.run_modes.clone();
    if let Some(repository) = &outer.repository {
        run_modes.extend(installer_run_modes(repository));
    }
    let exploded = vault.is_dir();
    let package = exploded.then(|| {
        // What a checkout edits comes before what it was checked out with.
        let filter = metadata(&vault.join("filter-vlt.xml")).or_else(|| metadata(&vault.join("filter.xml")));
        Arc::new(Package::new(path, metadata(&vault.join("properties.xml")).as_deref(), filter.as_deref()))
    });
    Place { package, exploded, repository: None, run_modes }
}

fn metadata(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    // A device or a pipe would never end, or never begin.
    fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    File::open(path).ok()?.take(MAX_METADATA).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The place of the folder `name` in a folder at `place` that is the root `inner` of a package, or of none.
fn child_place(place: &Place, inner: Option<&Place>, name: &str) -> Place {
    match (inner, name) {
        (Some(inner), "jcr_root") => Place { repository: Some(String::new()), ..inner.clone() },
        (Some(inner), "META-INF") => inner.clone(),
        _ => place.child(name),
    }
}

/// The place of a folder from the folders above it (FileVault `ExportRoot#findRoot` walks up to the nearest `jcr_root`).
/// `named` is the same folder as the user wrote it, which is how the packages above are called.
fn place_of(folder: &Path, named: &str) -> Place {
    let above: Vec<&Path> = folder.ancestors().filter(|folder| folder.file_name().is_some()).collect();
    let mut place = Place::default();
    for (distance, folder) in above.into_iter().enumerate().rev() {
        let name = folder.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let parent = folder.parent().unwrap_or(Path::new(""));
        let in_package = name == "jcr_root" || name == "META-INF" && parent.join("jcr_root").is_dir();
        let inner = in_package.then(|| {
            let path = SourcePath::file(label_above(named, parent, distance + 1));
            package_root(parent, path, &place)
        });
        place = child_place(&place, inner.as_ref(), &name);
    }
    place
}

/// The label of the folder `folder`, which lies `distance` above the one that the user calls `named`.
fn label_above(named: &str, folder: &Path, distance: usize) -> String {
    let segments: Vec<&str> = named.split('/').collect();
    match segments.len().checked_sub(distance) {
        Some(kept) if !segments.contains(&"..") && !segments.contains(&".") && !named.is_empty() => {
            segments[..kept].join("/")
        }
        _ => label(folder),
    }
}

/// The path as it was named, joined with `/`, without a leading `./` and a slash at its end.
pub(crate) fn label(path: &Path) -> String {
    let label = path.to_string_lossy();
    #[cfg(windows)]
    let label = label.replace('\\', "/");
    let label = label.strip_prefix("./").unwrap_or(&label);
    let trimmed = label.trim_end_matches('/');
    if trimmed.is_empty() && !label.is_empty() { "/".to_owned() } else { trimmed.to_owned() }
}

/// The label of the folder `path` as the start of the labels below it.
fn prefix(path: &Path) -> String {
    match label(path).as_str() {
        "." | "" => String::new(),
        "/" => "/".to_owned(),
        label => format!("{label}/"),
    }
}
