//! Archives: content packages, bundles, feature archives, status dumps, and what is nested in them.
//!
//! One archive, or a group of nested ones, goes through four steps: *open* (list and classify), *plan* (which entries,
//! within the limits), *read* (in parallel) and *nest* (the archives found inside become the next group). The steps
//! run one after another and only their insides are parallel, so every decision about limits is the same whatever the
//! number of threads, and no task ever waits for memory that another one holds.

mod duplicates;
mod entry;
mod kind;

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::inflate::{InflateError, inflate_streaming};
use super::memory::SPARE_BYTES;
use super::reading::{Buffers, Reading, with_buffers};
use super::section::{Section, Window};
use super::zip::{Directory, EMPTY_ARCHIVE, LOCAL_HEADER};
use super::{IncidentKind, SourcePath, names};
use crate::repository::package::installer_run_modes;
use crate::repository::{FileContext, Package};
use entry::{Found, Inner};
use kind::{Kind, NameLook, Planned, Role};

/// Entries read by one task.
const ENTRIES_PER_TASK: usize = 32;
/// Nested archives are inflated together until they take up this much: enough for several threads, and what the next
/// group finds in spare buffers.
const GROUP_BYTES: u64 = SPARE_BYTES as u64;
/// An archive may inflate to this much before its ratio is looked at.
const RATIO_FREE: u64 = 64 << 20;

/// Extensions under which archives are published.
const ARCHIVE_EXTENSIONS: [&str; 3] = ["zip", "jar", "far"];

/// Whether `bytes` start as a zip archive does.
pub(super) fn is_magic(bytes: &[u8]) -> bool {
    bytes.starts_with(LOCAL_HEADER) || bytes.starts_with(EMPTY_ARCHIVE)
}

/// Whether a file of this name ought to be an archive.
pub(super) fn has_archive_extension(name: &str) -> bool {
    names::has_extension(names::meant(name), &ARCHIVE_EXTENSIONS)
}

/// Whether a file that ought to be an archive by its name, but does not start as one, may be one with other data in front
/// of it. Text is not: pointers of Git LFS and pages that were saved in place of a download are common.
pub(super) fn may_be_prefixed(name: &str, start: &[u8]) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    has_archive_extension(name) && !file.starts_with("._") && start.contains(&0)
}

/// An archive to be read.
#[derive(Debug)]
pub(super) struct Container {
    pub(super) path: SourcePath,
    section: Section,
    /// Run modes of the installer folders around it.
    run_modes: Vec<String>,
    /// Archives around it.
    depth: usize,
    /// Named by the user: read whatever it is.
    named: bool,
    /// The archive around it ends before this one does.
    cut: bool,
    /// The folder of the repository that it becomes, without slashes at its ends: Sling's content loader unpacks
    /// archives among the initial content of a bundle.
    unpacked: Option<String>,
}

impl Container {
    /// An archive that lies in no other.
    pub(super) fn outermost(path: SourcePath, section: Section, run_modes: Vec<String>, named: bool) -> Self {
        Self { path, section, run_modes, depth: 0, named, cut: false, unpacked: None }
    }
}

/// Reads an archive and everything nested in it. `number` orders it among others of the same name.
pub(super) fn read(reading: &Reading<'_>, archive: Container, number: u64) {
    let limits = reading.options.limits;
    let mut input = Input { reading, number: number << 32, left: limits.max_total_bytes };
    input.group(vec![archive], limits.max_nested_bytes);
}

/// One input and what is left of its budget.
struct Input<'a> {
    reading: &'a Reading<'a>,
    /// Number of the next archive.
    number: u64,
    /// Bytes that may still be inflated.
    left: u64,
}

/// An archive with its entries.
pub(super) struct Open {
    container: Container,
    directory: Directory,
    kind: Kind,
    package: Option<Arc<Package>>,
    /// Entries to look at, in archive order.
    plan: Vec<Planned>,
    /// How many of them the limits allow to be read.
    allowed: usize,
    number: u64,
    names: OnceLock<HashSet<String>>,
}

impl Open {
    /// Whether the directory has an entry of this name.
    fn lists(&self, name: &str) -> bool {
        self.names.get_or_init(|| self.directory.names().map(str::to_owned).collect()).contains(name)
    }

    fn context(&self, name: &str) -> FileContext {
        FileContext {
            path: self.container.path.entry(name),
            container: self.kind.container(),
            package: self.package.clone(),
            repository_path: self.kind.repository_path(name),
            outer_run_modes: self.container.run_modes.clone(),
            behind_link: false,
            configurator: self.kind.is_configurator(name),
        }
    }
}

impl Input<'_> {
    /// Reads a group of archives; `memory` is what inflated archives inside them may take up.
    fn group(&mut self, containers: Vec<Container>, memory: u64) {
        let reading = self.reading;
        let mut opens: Vec<Open> =
            containers.into_par_iter().filter_map(|container| open(reading, container)).collect();
        for open in &mut opens {
            open.number = self.number;
            self.number += 1;
            self.plan(open);
        }
        let duplicates = || opens.par_iter().for_each(|open| duplicates::report(reading, open));
        let (found, ()) = rayon::join(|| read_entries(reading, &opens), duplicates);
        let mut inner = Vec::new();
        for (open, found) in found {
            match found {
                Found::Inner(archive) => inner.push((open, archive)),
                Found::Unpredictable(entry) => {
                    let taken =
                        with_buffers(|buffers| entry::read_unpredictable(reading, open, &entry, self.left, buffers));
                    self.left = self.left.saturating_sub(taken);
                }
            }
        }
        self.nest(inner, memory);
    }

    /// Cuts the plan of an archive to what the limits allow, by declared sizes; entries that declare too little are
    /// noticed when they are read, and counted then.
    fn plan(&mut self, open: &mut Open) {
        let limits = self.reading.options.limits;
        let ratio_limit = limits.max_ratio.saturating_mul(open.container.section.len()).max(RATIO_FREE);
        let mut sum = 0_u64;
        let mut cut = None;
        for (position, &Planned { index, role, .. }) in open.plan.iter().enumerate() {
            if role != Role::File {
                continue;
            }
            let size = open.directory.entries[index as usize].size.min(limits.max_entry_bytes);
            let exceeded = if sum + size > ratio_limit {
                Some("--max-ratio: its entries inflate to more than it can hold, so they share their data")
            } else if sum + size > self.left {
                Some("--max-total-bytes")
            } else {
                None
            };
            if let Some(limit) = exceeded {
                cut = Some((position, index, limit));
                break;
            }
            sum += size;
        }
        self.left = self.left.saturating_sub(sum);
        if let Some((position, index, limit)) = cut {
            let name = open.directory.name(index);
            self.reading.incident(
                IncidentKind::Limit,
                open.container.path.entry(name),
                format!(
                    "not read, nor are the {} entries after it; the limit is {limit}",
                    open.plan.len() - position - 1
                ),
            );
            open.allowed = position;
        }
    }

    /// Reads the archives found inside a group: stored ones in place, deflated ones in groups that fit into `memory`.
    fn nest(&mut self, inner: Vec<(&Open, Inner)>, memory: u64) {
        let limits = self.reading.options.limits;
        let mut group: Vec<(&Open, Inner)> = Vec::new();
        let mut cost = 0;
        for (open, archive) in inner {
            let path = || open.container.path.entry(open.directory.name(archive.index));
            if open.container.depth + 1 > limits.max_depth {
                let message =
                    format!("archives are nested more than {} deep; raise --max-depth to read it", limits.max_depth);
                self.reading.incident(IncidentKind::Limit, path(), message);
                continue;
            }
            let size = archive.memory();
            if size > memory {
                let message =
                    format!("inflates to {size} bytes, more than --max-nested-bytes leaves for it ({memory})");
                self.reading.incident(IncidentKind::Limit, path(), message);
                continue;
            }
            if size > self.left {
                self.reading.incident(IncidentKind::Limit, path(), "not read; the limit is --max-total-bytes");
                continue;
            }
            if cost > 0 && cost + size > memory.min(GROUP_BYTES) {
                self.inflate_group(std::mem::take(&mut group), memory);
                cost = 0;
            }
            cost += size;
            self.left -= size;
            group.push((open, archive));
        }
        self.inflate_group(group, memory);
    }

    fn inflate_group(&mut self, group: Vec<(&Open, Inner)>, memory: u64) {
        if group.is_empty() {
            return;
        }
        let mut containers: Vec<Option<Container>> = group
            .par_iter()
            .map(|(open, archive)| {
                let bytes = with_buffers(|buffers| entry::inflate_archive(open, archive, buffers));
                bytes.map(|section| container(open, archive, section))
            })
            .collect();
        // What declares a wrong size is inflated alone, with whatever memory is left.
        for (slot, (open, archive)) in containers.iter_mut().zip(&group) {
            if slot.is_none() {
                let held: u64 = group.iter().map(|(_, archive)| archive.memory()).sum();
                let left = memory.saturating_sub(held).min(self.left);
                *slot =
                    self.inflate_unpredictable(open, archive, left).map(|section| container(open, archive, section));
            }
        }
        let held = containers.iter().flatten().zip(&group).filter(|(_, (_, archive))| !archive.in_place());
        let held: u64 = held.map(|(container, _)| container.section.len()).sum();
        self.group(containers.into_iter().flatten().collect(), memory.saturating_sub(held));
    }

    fn inflate_unpredictable(&mut self, open: &Open, archive: &Inner, left: u64) -> Option<Section> {
        let mut out = Vec::new();
        let packed = open.container.section.part(archive.data, archive.packed);
        let mut buffer = Vec::new();
        let path = open.container.path.entry(open.directory.name(archive.index));
        let result = match packed.read(0, archive.packed, &mut buffer) {
            Ok(packed) => inflate_streaming(packed, left, &mut out),
            Err(error) => {
                self.reading.incident(IncidentKind::Unreadable, path, error.to_string());
                return None;
            }
        };
        self.left = self.left.saturating_sub(out.len() as u64);
        match result {
            Ok(_) => Some(Section::memory(out)),
            Err(InflateError::Truncated) if archive.cut => Some(Section::memory(out)),
            Err(InflateError::TooLarge) => {
                let message = format!("inflates to more than the {left} bytes that --max-nested-bytes leaves for it");
                self.reading.incident(IncidentKind::Limit, path, message);
                None
            }
            Err(InflateError::Broken | InflateError::Truncated) => {
                self.reading.incident(IncidentKind::BrokenArchive, path, "its data cannot be inflated");
                None
            }
        }
    }
}

/// Reads what the limits allow of a group of archives; returns what turned out not to be plain files, in order.
fn read_entries<'a>(reading: &Reading<'_>, opens: &'a [Open]) -> Vec<(&'a Open, Found)> {
    let chunks = |open: &'a Open| open.plan[..open.allowed].chunks(ENTRIES_PER_TASK).map(move |chunk| (open, chunk));
    let tasks: Vec<(&Open, &[Planned])> = opens.iter().flat_map(chunks).collect();
    let read = |(open, chunk): (&'a Open, &'a [Planned])| {
        with_buffers(|buffers| {
            let entry = |planned: &Planned| &open.directory.entries[planned.index as usize];
            let mut found = Vec::new();
            for near in chunk.chunk_by(|one, next| entry::is_near(entry(one), entry(next))) {
                found.extend(read_near(reading, open, near, buffers).into_iter().map(|found| (open, found)));
            }
            found
        })
    };
    tasks.into_par_iter().flat_map_iter(read).collect()
}

/// Reads entries that lie near each other.
fn read_near(reading: &Reading<'_>, open: &Open, near: &[Planned], buffers: &mut Buffers) -> Vec<Found> {
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

fn container(open: &Open, archive: &Inner, section: Section) -> Container {
    let name = open.directory.name(archive.index);
    let mut run_modes = open.container.run_modes.clone();
    if let Some(path) = open.kind.repository_path(name) {
        run_modes.extend(installer_run_modes(&path));
    }
    Container {
        path: open.container.path.entry(name),
        section,
        run_modes,
        depth: open.container.depth + 1,
        named: false,
        cut: archive.cut,
        unpacked: open.kind.unpacked(name),
    }
}

/// Lists and classifies an archive. `None` when it is none of the kinds that are entered.
fn open(reading: &Reading<'_>, container: Container) -> Option<Open> {
    let limits = &reading.options.limits;
    let (directory, looks) = Directory::read(&container.section, limits, &NameLook::at);
    let hopeless = directory.broken.is_some() && directory.entries.is_empty();
    let kind = Kind::of(&container, &directory).filter(|_| !hopeless);
    let Some(kind) = kind else {
        let whole = directory.entries.iter().any(|entry| !entry.cut());
        let ought = container.named || has_archive_extension(container.path.innermost());
        if !whole && directory.broken.is_some() && ought {
            reading.incident(IncidentKind::BrokenArchive, container.path, "nothing in this archive can be read");
        }
        return None;
    };
    if let Some(broken) = &directory.broken {
        reading.incident(
            IncidentKind::BrokenArchive,
            container.path.clone(),
            format!("this archive is broken: {broken}"),
        );
    } else if container.cut {
        reading.incident(
            IncidentKind::BrokenArchive,
            container.path.clone(),
            "the archive around this one ends before it does",
        );
    }
    if let Some(limited) = &directory.limited {
        reading.incident(IncidentKind::Limit, container.path.clone(), format!("not read to its end: {limited}"));
    }
    let package = kind.is_package().then(|| {
        reading.count(&reading.packages, 1);
        kind::package(&container, &directory)
    });
    let plan = kind.plan(&directory, looks, reading.options.include_skipped);
    reading.count(&reading.files, directory.entries.len() as u64);
    let allowed = plan.len();
    Some(Open { container, directory, kind, package, plan, allowed, number: 0, names: OnceLock::new() })
}
