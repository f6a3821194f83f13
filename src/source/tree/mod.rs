//! Directory trees and single files.
//!
//! Every folder is a separate task that lists it and reads its files, so the walk is parallel. Archives are queued and
//! read after the walk, one after another, each with all threads.

mod folder;
mod gitignore;
mod links;
mod place;
mod whole;

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};

use rayon::Scope;

use super::archive::{self, Container as Archive, HEAD};
use super::names;
use super::reading::{SourceReading, with_buffers};
use super::section::Section;
use super::{IncidentKind, SourcePath};
use crate::budget::{Allowance, LINKED_BYTES, LINKED_FILES, RoomPlace};
use crate::paths::label;
use crate::repository::binary::meant_path;
use crate::repository::package::installer_run_modes;
use crate::source;
use folder::{Folder, FolderEntryKind};
use gitignore::Ignored;
use links::{ARCHIVE_BYTES, Link, Way};
use place::{TreePlace, child_place, package_root, place_of};

/// Files of one folder are read in tasks of this many.
const FILES_PER_TASK: usize = 64;
/// First read of a file; most are smaller.
const FIRST_READ: usize = 64 << 10;
/// Maximum number of queued archives that are kept open; the others are opened again when they are read.
const KEPT_OPEN: u64 = 128;

struct Walk<'a> {
    reading: &'a SourceReading<'a>,
    /// The queue of archives.
    archives: Sender<Aside>,
    /// How many more archives are kept open.
    open: Allowance,
    /// The queue of symbolic links.
    links: Sender<Link>,
    /// How many files, folders and further links may still be read through links.
    linked_files: Allowance,
    /// How many bytes may still be read through links, less those of archives.
    linked_bytes: Allowance,
    /// Canonical paths of the folders among the inputs.
    roots: Vec<PathBuf>,
    /// Labels of all inputs.
    named: HashSet<String>,
    /// Canonical paths of all inputs if there are several: each is read on its own, not as a part of another.
    inputs: HashSet<PathBuf>,
}

/// An archive that is read after the walk.
struct Aside {
    disk: PathBuf,
    path: SourcePath,
    run_modes: Vec<String>,
    /// It is repository content.
    is_content: bool,
    named: bool,
    file: Option<File>,
}

impl Aside {
    fn archive(self) -> Result<Archive, (SourcePath, io::Error)> {
        let Self { disk, path, run_modes, is_content, named, file } = self;
        let opened = file.map_or_else(|| File::open(disk), Ok);
        match opened.and_then(|file| Ok((file.metadata()?.len(), file))) {
            Ok((len, file)) => {
                let archive = Archive::outermost(path, Section::file(file, len), run_modes, named);
                Ok(if is_content { archive.into_content() } else { archive })
            }
            Err(error) => Err((path, error)),
        }
    }
}

/// Reads trees and files.
pub(super) fn read(reading: &SourceReading<'_>, inputs: &[PathBuf]) {
    let (aside, archives) = mpsc::channel();
    let (links_aside, links) = mpsc::channel();
    let mut walk = Walk {
        reading,
        archives: aside,
        open: Allowance::new(KEPT_OPEN),
        links: links_aside,
        linked_files: Allowance::new(LINKED_FILES),
        linked_bytes: Allowance::new(LINKED_BYTES),
        roots: Vec::new(),
        named: inputs.iter().map(|input| root_label(input)).collect(),
        inputs: HashSet::new(),
    };
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
    walk.roots = roots.iter().map(|(_, canonical)| canonical).filter(|path| path.is_dir()).cloned().collect();
    rayon::scope(|scope| {
        for (input, canonical) in &roots {
            walk.root(scope, input, canonical);
        }
    });
    walk.follow_all(&links);
    for link in &reading.options.links {
        reading.incident(IncidentKind::Unreadable, SourcePath::file(link.clone()), links::LEAVES);
    }
    drop(walk);
    let mut archives: Vec<_> = archives.into_iter().collect();
    archives.sort_by(|a, b| (&a.path, &a.disk).cmp(&(&b.path, &b.disk)));
    for (index, aside) in archives.into_iter().enumerate() {
        match aside.archive() {
            Ok(archive) => archive::read(reading, archive, index as u64),
            Err((path, error)) => reading.incident(IncidentKind::Unreadable, path, error.to_string()),
        }
    }
}

/// Reads bytes that are not on disk.
pub(super) fn read_bytes(reading: &SourceReading<'_>, name: &str, bytes: Vec<u8>) {
    let path = SourcePath::file(name);
    let folder = Path::new(name).parent().unwrap_or(Path::new(""));
    let place = place_of(folder, &label(folder), &[], &reading.effort);
    if super::is_archive(name, &bytes) {
        let section = Section::memory(bytes);
        archive::read(reading, Archive::outermost(path, section, place.run_modes, true), 0);
        return;
    }
    reading.count(&reading.counts.files, 1);
    if let Some(message) = archive::foreign(&bytes) {
        return reading.incident(IncidentKind::UnsupportedMethod, path, message);
    }
    reading.count(&reading.counts.bytes, bytes.len() as u64);
    (reading.deliver)(source::File { context: &place.context(path), bytes: &bytes, matters: true, named: true }, 0);
}

/// A queued folder.
struct Task {
    path: PathBuf,
    /// The parent folder, if it can be kept open.
    above: Option<Arc<Folder>>,
    /// The folder's name in reports, with a slash.
    prefix: String,
    place: TreePlace,
    /// The symbolic links that point to it.
    way: Option<Arc<Way>>,
    /// What git ignores in it, apart from its own patterns.
    ignored: Option<Arc<Ignored>>,
}

/// A file about to be read.
struct OpenedFile<'a> {
    file: io::Result<File>,
    /// Its folder, or its complete path if `name` is `None`.
    folder: &'a Path,
    /// Its name in the folder.
    name: Option<&'a OsStr>,
    /// The user gave it explicitly.
    named: bool,
    /// Its position among the files of its folder.
    order: u64,
}

impl<'a> Walk<'a> {
    fn root<'s>(&'s self, scope: &Scope<'s>, input: &Path, canonical: &Path) {
        let path = SourcePath::file(label(input));
        let place_of = |folder: &Path, named: &str| place_of(folder, named, &self.roots, &self.reading.effort);
        match fs::metadata(canonical) {
            Ok(metadata) if metadata.is_dir() => {
                let place = place_of(canonical, &path.input);
                let (path, ignored) = (canonical.to_path_buf(), self.ignored_around(canonical));
                let task = Task { path, above: None, prefix: prefix(input), place, way: None, ignored };
                self.folder(scope, task);
            }
            Ok(metadata) if metadata.is_file() => {
                let folder = |path: &Path| path.parent().map(Path::to_path_buf).unwrap_or_default();
                let place = place_of(&folder(canonical), &label(&folder(input)));
                let file = canonical.to_path_buf();
                scope.spawn(move |_| {
                    self.reading.count(&self.reading.counts.files, 1);
                    self.file(
                        OpenedFile { file: File::open(&file), folder: &file, name: None, named: true, order: 0 },
                        path,
                        &place,
                    );
                });
            }
            Ok(_) => self.special(path),
            Err(error) => self.unreadable(path, &error),
        }
    }

    /// Reads a folder: its files here, its sub-folders as further tasks.
    fn folder<'s>(&'s self, scope: &Scope<'s>, task: Task) {
        let Task { path, above, prefix, place, way, ignored } = task;
        let failed = |error: &io::Error| {
            self.unreadable(SourcePath::file(prefix.strip_suffix('/').unwrap_or(".")), error);
        };
        let folder = match Folder::open(path, above.as_deref()) {
            Ok(folder) => Arc::new(folder),
            Err(error) => return failed(&error),
        };
        drop(above);
        let (entries, errors) = folder.list();
        errors.iter().for_each(failed);
        let has = |name: &str| entries.iter().any(|entry| entry.name == name);
        let is_module = has("pom.xml");
        let ignored = match self.reading.options.respect_gitignore && has(gitignore::NAME) {
            true => Ignored::within(folder.path(), ignored),
            false => ignored,
        };
        let inner = has("jcr_root").then(|| {
            let path = SourcePath::file(prefix.strip_suffix('/').unwrap_or("."));
            let inner = package_root(folder.path(), path, &place, &self.roots, &self.reading.effort);
            self.reading.count(&self.reading.counts.packages, u64::from(inner.exploded));
            inner
        });
        let above = folder.may_wait().then_some(&folder);
        let (mut files, mut links) = (Vec::new(), 0);
        for (order, entry) in entries.into_iter().enumerate() {
            if way.is_none() && !self.inputs.is_empty() && self.inputs.contains(&folder.path().join(&entry.name)) {
                continue;
            }
            let is_folder = entry.kind == FolderEntryKind::Folder;
            let is_ignored = |ignored: &Arc<Ignored>| ignored.covers(&folder.path().join(&entry.name), is_folder);
            if ignored.as_ref().is_some_and(is_ignored) {
                self.reading.count(&self.reading.counts.left_out, 1);
                continue;
            }
            if entry.kind == FolderEntryKind::File {
                files.push((order as u64, entry.name));
                continue;
            }
            let name = entry.name.to_string_lossy();
            let label = format!("{prefix}{name}");
            if matches!(entry.kind, FolderEntryKind::Folder | FolderEntryKind::Link) {
                let skipped = names::is_skipped_folder(&name) || names::is_module_output(&name) && is_module;
                if skipped && !self.reading.options.include_skipped {
                    self.reading.count(&self.reading.counts.skipped_directories, 1);
                    self.reading.skipped.keep(label);
                    continue;
                }
                if self.reading.excludes(&label) {
                    continue;
                }
                let outer = &place;
                let place = child_place(outer, inner.as_ref(), &name);
                let path = folder.path().join(&entry.name);
                if entry.kind == FolderEntryKind::Link {
                    if !self.named.contains(&label) {
                        let (around, within, way) = (outer.clone(), place, way.clone());
                        let link = Link { path, label, order: order as u64, around, within, way };
                        links += 1;
                        // The receiver lives as long as the walk.
                        let _ = self.links.send(link);
                    }
                    continue;
                }
                let (above, prefix, way, ignored) = (above.cloned(), label + "/", way.clone(), ignored.clone());
                let task = Task { path, above, prefix, place, way, ignored };
                scope.spawn(move |scope| self.folder(scope, task));
            } else if entry.kind == FolderEntryKind::Special && names::is_candidate_name(&label) {
                self.special(SourcePath::file(label));
            }
        }
        self.reading.count(&self.reading.counts.files, files.len() as u64);
        if way.is_some() {
            self.linked_files.spend(1 + files.len() as u64 + links);
        }
        while files.len() > FILES_PER_TASK {
            let rest = files.split_off(files.len() - FILES_PER_TASK);
            let (folder, prefix, place) = (Arc::clone(&folder), prefix.clone(), place.clone());
            scope.spawn(move |_| self.files(rest, &folder, &prefix, &place));
        }
        self.files(files, &folder, &prefix, &place);
    }

    /// The patterns of git around `folder`, if they apply.
    fn ignored_around(&self, folder: &Path) -> Option<Arc<Ignored>> {
        self.reading.options.respect_gitignore.then(|| Ignored::around(folder)).flatten()
    }

    fn files(&self, files: Vec<(u64, OsString)>, folder: &Folder, prefix: &str, place: &TreePlace) {
        for (order, name) in files {
            let label = format!("{prefix}{}", name.to_string_lossy());
            let matters = names::is_candidate_name(&label) || names::may_be_archive(&label);
            if matters && !self.reading.excludes(&label) {
                let (file, folder) = (folder.file(&name), folder.path());
                let opened = OpenedFile { file, folder, name: Some(&name), named: false, order };
                self.file(opened, SourcePath::file(label), place);
            } else if names::is_foreign_archive(&label) && place.repository.is_none() {
                self.reading.count(&self.reading.counts.archives_not_read, 1);
            }
        }
    }

    fn file(&self, opened: OpenedFile<'_>, path: SourcePath, place: &TreePlace) {
        let OpenedFile { file, folder, name, named, order } = opened;
        let file = match file {
            Ok(file) => file,
            Err(error) => return self.unreadable(path, &error),
        };
        with_buffers(|buffers| {
            let candidate = named || names::is_candidate_name(&path.input);
            let mut held = None;
            match self.start(&file, &path.input, &mut buffers.plain, (candidate, named), &mut held) {
                Ok(Start::Archive) => {
                    self.reading.options.watched.reads(&file);
                    if place.behind_link {
                        let len = file.metadata().map_or(0, |metadata| metadata.len());
                        self.linked_bytes.spend(len.max(ARCHIVE_BYTES));
                    }
                    let disk = name.map_or_else(|| folder.to_path_buf(), |name| folder.join(name));
                    self.put_aside(place, path, (disk, file), named);
                }
                Ok(Start::Foreign(message)) if named => {
                    self.reading.incident(IncidentKind::UnsupportedMethod, path, message);
                }
                Ok(Start::Foreign(_)) => self.reading.count(&self.reading.counts.archives_not_read, 1),
                Ok(Start::TooLarge) => self.too_large(path, &file),
                Ok(Start::Text(len)) if candidate => {
                    self.reading.options.watched.reads(&file);
                    let bytes = &buffers.plain[..len];
                    self.reading.count(&self.reading.counts.bytes, len as u64);
                    if named {
                        let file = source::File { context: &place.context(path), bytes, matters: true, named };
                        (self.reading.deliver)(file, order);
                    } else {
                        self.reading.choose(&path.input, bytes, order, || place.context(path.clone()));
                    }
                }
                Ok(Start::Text(_)) => {}
                Err(error) => self.unreadable(path, &error),
            }
            if held.is_some() {
                buffers.free();
            }
        });
    }

    fn put_aside(&self, place: &TreePlace, path: SourcePath, (disk, file): (PathBuf, File), named: bool) {
        let mut run_modes = place.run_modes.clone();
        if let Some(folder) = &place.repository {
            run_modes.extend(installer_run_modes(&meant_path(names::joined(folder, path.file_name()))));
        }
        let file = self.open.take(1).map(|()| file);
        // The receiver lives as long as the walk.
        let is_content = place.repository.is_some();
        let _ = self.archives.send(Aside { disk, path, run_modes, is_content, named, file });
    }

    /// Reads a file as far as needed: an archive only far enough to recognise it, any other file completely. A large
    /// file waits for the place that is then `held`, and a file whose size exceeds the limit is not read.
    fn start<'t>(
        &'t self,
        mut file: &File,
        name: &str,
        buffer: &mut Vec<u8>,
        (candidate, named): (bool, bool),
        held: &mut Option<RoomPlace<'t>>,
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
                return Ok(Start::Archive);
            }
            if first
                && (named || !candidate)
                && let Some(message) = archive::foreign(head)
            {
                return Ok(Start::Foreign(message));
            }
            if filled as u64 > limit {
                return Ok(Start::TooLarge);
            }
            if read == 0 || !candidate {
                return Ok(Start::Text(filled));
            }
            if first && filled == buffer.len() {
                let len = file.metadata()?.len();
                if len > limit {
                    return Ok(Start::TooLarge);
                }
                *held = self.reading.place(len);
                whole::read_rest(file, buffer, usize::try_from(len).unwrap_or(0), limit)?;
                let read = buffer.len();
                return Ok(if read as u64 > limit { Start::TooLarge } else { Start::Text(read) });
            }
        }
    }

    fn too_large(&self, path: SourcePath, file: &File) {
        self.reading.options.watched.reads(file);
        let limit = self.reading.options.limits.max_entry_bytes;
        let message = format!("larger than {limit} bytes; raise --max-entry-bytes to read it");
        self.reading.incident(IncidentKind::Limit, path, message);
    }

    fn special(&self, path: SourcePath) {
        self.reading.incident(IncidentKind::Unreadable, path, "neither a file nor a directory; it was not opened");
    }

    fn unreadable(&self, path: SourcePath, error: &io::Error) {
        self.reading.incident(IncidentKind::Unreadable, path, error.to_string());
    }
}

enum Start {
    Archive,
    /// An unsupported archive, and its message.
    Foreign(String),
    Text(usize),
    TooLarge,
}

/// The name of the given path `input` in reports; empty if labels do not begin with it.
pub(super) fn root_label(input: &Path) -> String {
    let prefix = prefix(input);
    prefix.strip_suffix('/').unwrap_or(&prefix).to_owned()
}

/// The label of the folder `path` as the start of the labels below it.
fn prefix(path: &Path) -> String {
    match label(path).as_str() {
        "." | "" => String::new(),
        "/" => "/".to_owned(),
        label => format!("{label}/"),
    }
}
