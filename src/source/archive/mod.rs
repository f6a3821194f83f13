//! Archives: content packages, bundles, feature archives, status dumps, and what is nested in them.
//!
//! One archive, or a group of nested ones, goes through four steps: *open* (list and classify), *plan* (select entries
//! within the limits), *read* (in parallel) and *nest* (archives found inside are queued as later groups). The steps
//! run one after another and only the work inside each step is parallel. So every decision about limits is independent
//! of the number of threads, and no task waits for memory that another task holds. Nested archives go into a queue
//! instead of recursive calls, so deep nesting does not use stack.

mod duplicates;
mod entry;
mod form;
mod input;
mod kind;
mod layout;
mod sharing;
mod waiting;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::account::Resource;
use super::limits::Limits;
use super::reading::{Buffers, SourceReading, with_buffers};
use super::section::{Section, Window};
use super::zip::{Directory, Listed};
use super::{IncidentKind, SourcePath, gzip, names};
use crate::repository::binary::meant_path;
use crate::repository::{self, FileContext, Package};
use entry::Found;
use form::Form;
pub(super) use form::{HEAD, foreign, has_archive_extension, is_magic, may_be_prefixed};
pub(super) use input::read;
use kind::{EntryKind, NameLook, Planned, ReadingPlan};

/// Number of first bytes of gzip data that are searched for the file name in the header.
const LONGEST_HEADER: u64 = 1 << 10;
/// Entries read by one task.
const ENTRIES_PER_TASK: usize = 32;
/// An archive to read.
#[derive(Debug)]
pub(super) struct Container {
    pub(super) path: SourcePath,
    section: Section,
    /// The form of those bytes, if already known.
    form: Option<Form>,
    /// Run modes of the installer folders around it.
    run_modes: Vec<String>,
    /// Number of archives around it.
    depth: usize,
    /// The user gave it explicitly: read regardless of its kind.
    named: bool,
    /// The archive around it ends before this one does.
    cut: bool,
    /// It is in a folder, or in an archive packed for distribution: it is not repository content.
    handed_on: bool,
    /// The repository folder that it becomes, without slashes at its ends: Sling's content loader unpacks archives in
    /// the initial content of a bundle.
    unpacked: Option<String>,
}

impl Container {
    /// An archive that is not inside another one.
    pub(super) fn outermost(path: SourcePath, section: Section, run_modes: Vec<String>, named: bool) -> Self {
        Self { path, section, form: None, run_modes, depth: 0, named, cut: false, handed_on: true, unpacked: None }
    }

    /// The same archive as repository content.
    pub(super) fn into_content(self) -> Self {
        Self { handed_on: false, ..self }
    }

    /// Its form, from its first bytes or else from its name.
    fn form(&self) -> Form {
        let shown = || {
            let mut buffer = Vec::new();
            Form::of(self.section.read(0, HEAD as u64, &mut buffer).unwrap_or_default())
        };
        self.form.or_else(shown).or_else(|| Form::of_name(self.path.innermost())).unwrap_or(Form::Zip)
    }

    /// The name of its only file, if it is a compressed file.
    fn unpacked_name(&self) -> String {
        let mut buffer = Vec::new();
        let start = self.section.read(0, LONGEST_HEADER, &mut buffer).unwrap_or_default();
        let is_known = |name: &str| names::is_candidate_name(name) || has_archive_extension(name);
        gzip::unpacked_name(self.path.innermost(), start, is_known)
    }
}

/// An archive with the budget for listing it.
struct Allotted {
    container: Container,
    entries: u64,
    search: u64,
}

/// An archive with its entries.
pub(super) struct OpenArchive {
    container: Container,
    form: Form,
    directory: Directory,
    kind: EntryKind,
    package: Option<Arc<Package>>,
    /// Entries to read or check, in archive order.
    plan: Vec<Planned>,
    /// Number of planned entries that the limits allow to be read.
    allowed: usize,
    /// Entries with the same bytes as another entry, keyed by that entry.
    shared: HashMap<u32, Vec<u32>>,
    number: u64,
    by_name: OnceLock<Vec<u32>>,
}

impl OpenArchive {
    /// Whether the directory lists an entry with this name.
    fn lists(&self, name: &str) -> bool {
        let by_name = self.by_name.get_or_init(|| {
            let mut indices: Vec<u32> = (0..self.directory.entries.len() as u32).collect();
            indices.sort_unstable_by(|&a, &b| self.directory.name(a).cmp(self.directory.name(b)));
            indices
        });
        by_name.binary_search_by(|&index| self.directory.name(index).cmp(name)).is_ok()
    }

    /// Mutable references to its packages.
    fn packages_mut(&mut self) -> Vec<&mut Package> {
        match &mut self.kind {
            EntryKind::Loose(layout) => layout.packages_mut(),
            _ => self.package.as_mut().and_then(Arc::get_mut).into_iter().collect(),
        }
    }

    fn context(&self, name: &str) -> FileContext {
        let mut outer_run_modes = self.container.run_modes.clone();
        let (container, package, repository_path) = match &self.kind {
            EntryKind::Loose(layout) => {
                let place = layout.place(name);
                let package = layout.package(&place);
                outer_run_modes.extend(place.run_modes);
                let container = if package.is_some() { repository::Container::Package } else { self.kind.container() };
                (container, package, place.repository_path.map(meant_path))
            }
            kind => (kind.container(), self.package.clone(), kind.repository_path(name)),
        };
        FileContext {
            path: self.container.path.entry(name),
            container,
            package,
            repository_path,
            outer_run_modes,
            behind_link: false,
            configurator: self.kind.is_configurator(name),
        }
    }
}

/// The result of listing an archive.
struct ListedArchive {
    /// The archive, if it is of a supported kind.
    open: Option<OpenArchive>,
    /// Its location.
    path: SourcePath,
    /// Entries used from its budget; below, searched bytes and inflated bytes of its metadata.
    entries: u64,
    search: u64,
    metadata: u64,
}

/// Reads the allowed entries of a group of archives. Returns the entries that are not plain files, in order, each with
/// the index of its archive.
fn read_entries(reading: &SourceReading<'_>, opens: &[OpenArchive]) -> Vec<(usize, Found)> {
    let chunks = |(position, open): (usize, &'_ OpenArchive)| {
        let count = open.allowed.div_ceil(ENTRIES_PER_TASK);
        (0..count).map(move |chunk| (position, chunk * ENTRIES_PER_TASK))
    };
    let tasks: Vec<(usize, usize)> = opens.iter().enumerate().flat_map(chunks).collect();
    let read = |(position, start): (usize, usize)| {
        let open = &opens[position];
        let chunk = &open.plan[start..open.allowed.min(start + ENTRIES_PER_TASK)];
        with_buffers(|buffers| {
            let entry = |planned: &Planned| &open.directory.entries[planned.index as usize];
            let mut found = Vec::new();
            for near in chunk.chunk_by(|one, next| entry::is_near(entry(one), entry(next))) {
                found.extend(read_near(reading, open, near, buffers).into_iter().map(|found| (position, found)));
            }
            found
        })
    };
    tasks.into_par_iter().flat_map_iter(read).collect()
}

/// Reads adjacent entries.
fn read_near(reading: &SourceReading<'_>, open: &OpenArchive, near: &[Planned], buffers: &mut Buffers) -> Vec<Found> {
    let entry = |planned: &Planned| &open.directory.entries[planned.index as usize];
    let mut buffer = std::mem::take(&mut buffers.window);
    let window = match near {
        [first, .., last] => {
            let extent = entry::extent(entry(first), entry(last), open.directory.name(last.index));
            open.container.section.window(extent, &mut buffer)
        }
        _ => Window::default(),
    };
    let found = near.iter().filter_map(|&planned| entry::read(reading, open, planned, window, buffers)).collect();
    buffers.window = buffer;
    found
}

/// Lists and classifies an archive.
fn open(reading: &SourceReading<'_>, Allotted { container, entries, search }: Allotted) -> ListedArchive {
    let limits = Limits { max_entries: entries, ..reading.options.limits };
    let form = container.form();
    let name = if form == Form::Gzip { container.unpacked_name() } else { String::new() };
    let listed = match form {
        Form::Zip => Listed::Zip { search },
        Form::Tar => Listed::Tar,
        Form::Gzip => Listed::Gzip { name: &name },
    };
    let (mut directory, looks) = Directory::read(&container.section, &listed, &limits, &NameLook::at);
    let full = directory.entries.len() as u64 >= entries;
    if directory.limited.is_some() && full && entries < reading.options.limits.max_entries {
        directory.limited = Some(Resource::Entries.ended());
    }
    let (listed, searched) = ((directory.entries.len() as u64).min(entries), directory.searched.min(search));
    let mut metadata = 0;
    let path = container.path.clone();
    let open = classify(reading, container, form, directory, looks, &mut metadata);
    ListedArchive { open, path, entries: listed, search: searched, metadata }
}

/// Classifies an archive and reports what is wrong with it. `None` if its kind is not supported.
fn classify(
    reading: &SourceReading<'_>,
    container: Container,
    form: Form,
    directory: Directory,
    looks: Vec<Vec<NameLook>>,
    metadata: &mut u64,
) -> Option<OpenArchive> {
    let hopeless = directory.broken.is_some() && directory.entries.is_empty();
    let kind = EntryKind::of(&container, form, &directory, metadata).filter(|_| !hopeless);
    let Some(kind) = kind else {
        let whole = directory.entries.iter().any(|entry| !entry.cut());
        let ought = container.named || has_archive_extension(container.path.innermost());
        if !whole && directory.broken.is_some() && ought {
            reading.incident(IncidentKind::BrokenArchive, container.path, "nothing in this archive can be read");
        }
        return None;
    };
    let incident = |kind, message: String| reading.incident(kind, container.path.clone(), message);
    if let Some(broken) = &directory.broken {
        incident(IncidentKind::BrokenArchive, format!("this archive is broken: {broken}"));
    } else if container.cut {
        incident(IncidentKind::BrokenArchive, "the archive around this one ends before it does".to_owned());
    }
    if let Some(limited) = directory.limited.as_ref().or(kind.limited()) {
        incident(IncidentKind::Limit, format!("not read to its end: {limited}"));
    }
    let package = matches!(kind, EntryKind::Package).then(|| {
        reading.count(&reading.counts.packages, 1);
        Arc::new(kind::package(&container, &directory, metadata).sharing(Arc::clone(&reading.effort)))
    });
    let kind = kind.sharing(&reading.effort);
    reading.count(&reading.counts.packages, kind.packed_packages() as u64);
    let ReadingPlan { mut plan, skipped_folders, foreign } =
        kind.plan(&directory, looks, reading.options.include_skipped);
    let shared = sharing::mark(&directory, &mut plan);
    reading.count(&reading.counts.files, directory.entries.len() as u64);
    reading.count(&reading.counts.skipped_directories, skipped_folders.len() as u64);
    skipped_folders.iter().for_each(|folder| reading.skipped.keep(container.path.entry(*folder).to_string()));
    reading.count(&reading.counts.archives_not_read, foreign);
    let allowed = plan.len();
    Some(OpenArchive {
        container,
        form,
        directory,
        kind,
        package,
        plan,
        allowed,
        shared,
        number: 0,
        by_name: OnceLock::new(),
    })
}
