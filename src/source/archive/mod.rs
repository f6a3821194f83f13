//! Archives: content packages, bundles, feature archives, status dumps, and what is nested in them.
//!
//! One archive, or a group of nested ones, goes through four steps: *open* (list and classify), *plan* (which entries,
//! within the limits), *read* (in parallel) and *nest* (the archives found inside wait to become groups themselves). The
//! steps run one after another and only their insides are parallel, so every decision about limits is the same whatever
//! the number of threads, and no task ever waits for memory that another one holds. What waits is a list, not a call: no
//! depth of nesting takes up the stack.

mod duplicates;
mod entry;
mod kind;
mod sharing;

mod waiting;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::budget::{Account, Resource};
use super::inflate::{InflateError, inflate_with};
use super::limits::{DEEPEST, Limits};
use super::memory::SPARE_BYTES;
use super::reading::{Buffers, Reading, with_buffers};
use super::section::{Section, Window};
use super::zip::{Directory, EMPTY_ARCHIVE, LOCAL_HEADER, LOCAL_HEADER_LEN};
use super::{IncidentKind, SourcePath, names};
use crate::repository::{FileContext, Package};
use entry::Found;
use kind::{Kind, NameLook, Planned, Role};
use waiting::{Above, Waiting};

/// Entries read by one task.
const ENTRIES_PER_TASK: usize = 32;
/// Nested archives are inflated together until they take up this much: enough for several threads, and what the next
/// group finds in spare buffers.
const GROUP_BYTES: u64 = SPARE_BYTES as u64;
/// Archives in a group, however small they are.
const GROUP_ARCHIVES: usize = 32;
/// Longest path of an archive that is read: what lies in it has this in front of its own.
const LONGEST_PATH: usize = 4096;
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
    names::has_extension(name, &ARCHIVE_EXTENSIONS)
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
}

impl Container {
    /// An archive that lies in no other.
    pub(super) fn outermost(path: SourcePath, section: Section, run_modes: Vec<String>, named: bool) -> Self {
        Self { path, section, run_modes, depth: 0, named, cut: false }
    }
}

/// Reads an archive and everything nested in it. `number` orders it among others of the same name.
pub(super) fn read(reading: &Reading<'_>, archive: Container, number: u64) {
    let limits = &reading.options.limits;
    let account = reading.budget.account(archive.section.len(), limits);
    let mut input = Input { reading, number: number << 32, account, levels: Vec::new() };
    // The whole search is for the archive that was named, as far as it needs it.
    let entries = input.take_entries(archive.section.len());
    let search = input.account.left(Resource::Search);
    input.account.spend(Resource::Search, search);
    input.group(vec![Allotted { container: archive, entries, search }], limits.max_nested_bytes);
    while let Some(level) = input.levels.last_mut() {
        let memory = level.memory;
        match level.next_group(limits, input.account.left(Resource::Entries)) {
            group if group.is_empty() => drop(input.levels.pop()),
            group => input.nested(group, memory),
        }
    }
}

/// One input and what is left of its budget.
struct Input<'a> {
    reading: &'a Reading<'a>,
    /// Number of the next archive.
    number: u64,
    account: Account<'a>,
    /// Archives that wait for their turn: those found in one group together, deeper ones above.
    levels: Vec<Level>,
}

/// Archives that were found in one group.
struct Level {
    waiting: VecDeque<Waiting>,
    /// What those of them that are inflated may take up.
    memory: u64,
}

impl Level {
    /// The next archives that are read together: as many as fit into the memory for a group and into the `entries` that
    /// are left, and one at least.
    fn next_group(&mut self, limits: &Limits, entries: u64) -> Vec<Waiting> {
        let (mut memory, mut cost, mut listed) = (0_u64, 0_u64, 0_u64);
        let mut count = 0;
        for waiting in self.waiting.iter().take(GROUP_ARCHIVES) {
            memory = memory.saturating_add(waiting.memory());
            cost = cost.saturating_add(waiting.cost());
            listed += most_entries(waiting.len(), limits);
            if count > 0 && (memory > self.memory || cost > GROUP_BYTES || listed > entries) {
                break;
            }
            count += 1;
        }
        self.waiting.drain(..count).collect()
    }
}

/// An archive with what its listing may take.
struct Allotted {
    container: Container,
    entries: u64,
    search: u64,
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
    /// Entries that are the same bytes as another one, by that one.
    shared: HashMap<u32, Vec<u32>>,
    number: u64,
    by_name: OnceLock<Vec<u32>>,
}

impl Open {
    /// Whether the directory has an entry of this name.
    fn lists(&self, name: &str) -> bool {
        let by_name = self.by_name.get_or_init(|| {
            let mut indices: Vec<u32> = (0..self.directory.entries.len() as u32).collect();
            indices.sort_unstable_by(|&a, &b| self.directory.name(a).cmp(self.directory.name(b)));
            indices
        });
        by_name.binary_search_by(|&index| self.directory.name(index).cmp(name)).is_ok()
    }

    fn context(&self, name: &str) -> FileContext {
        FileContext {
            path: self.container.path.entry(name),
            container: self.kind.container(),
            package: self.package.clone(),
            repository_path: self.kind.repository_path(name),
            outer_run_modes: self.container.run_modes.clone(),
        }
    }
}

/// What came of the listing of an archive.
struct Opened {
    /// The archive, unless it is none of the kinds that are entered.
    open: Option<Open>,
    /// Where it lies.
    path: SourcePath,
    /// What of its allotment was taken, and what its metadata inflated to.
    entries: u64,
    search: u64,
    metadata: u64,
}

impl Input<'_> {
    /// Reads a group of archives; `memory` is what inflated archives inside them may take up.
    fn group(&mut self, group: Vec<Allotted>, memory: u64) {
        let reading = self.reading;
        let allotments: Vec<(u64, u64)> = group.iter().map(|archive| (archive.entries, archive.search)).collect();
        let opened: Vec<Opened> = group.into_par_iter().map(|archive| open(reading, archive)).collect();
        let mut opens = Vec::new();
        for (opened, (entries, search)) in opened.into_iter().zip(allotments) {
            self.account.give_back(Resource::Search, search - opened.search);
            self.account.give_back(Resource::Entries, entries - opened.entries);
            self.account.spend(Resource::Bytes, opened.metadata);
            let Some(mut open) = opened.open else { continue };
            open.number = self.number;
            self.number += 1;
            self.admit_filter(&mut open, &opened.path);
            self.plan(&mut open);
            opens.push(open);
        }
        let duplicates = || opens.par_iter().for_each(|open| duplicates::report(reading, open));
        let (found, ()) = rayon::join(|| read_entries(reading, &opens), duplicates);
        let above: Vec<Arc<Above>> = opens.iter().map(|open| Arc::new(Above::of(&open.container))).collect();
        let (mut waiting, mut seen) = (VecDeque::new(), HashSet::new());
        for (position, found) in found {
            let open = &opens[position];
            match found {
                // Entries that are the same bytes are read once.
                Found::Inner(inner) if !seen.insert((position, inner.identity())) => {}
                Found::Inner(inner) => waiting.extend(self.admit(Waiting::new(open, &above[position], inner))),
                Found::Unpredictable(entry) => {
                    let left = self.account.left(Resource::Bytes);
                    let taken = with_buffers(|buffers| entry::read_unpredictable(reading, open, &entry, left, buffers));
                    self.account.spend(Resource::Bytes, taken);
                }
            }
        }
        if !waiting.is_empty() {
            self.levels.push(Level { waiting, memory });
        }
    }

    /// Takes the filter away from a package when those of all packages take up too much.
    fn admit_filter(&mut self, open: &mut Open, path: &SourcePath) {
        let Some(package) = open.package.as_mut().and_then(Arc::get_mut) else { return };
        let size = package.filter_size();
        if !self.account.take_filter(size) {
            package.forget_filter();
            let refusal = self.account.refusal(Resource::Filters, size as u64);
            self.reading.incident(IncidentKind::Limit, path.clone(), refusal);
        }
    }

    /// Cuts the plan of an archive to what the limits allow, by declared sizes; entries that declare too little are
    /// noticed when they are read, and counted then.
    fn plan(&mut self, open: &mut Open) {
        let limits = self.reading.options.limits;
        let ratio_limit = limits.max_ratio.saturating_mul(open.container.section.len()).max(RATIO_FREE);
        let mut left = self.account.left(Resource::Bytes);
        let mut sum = 0_u64;
        let mut cut = None;
        'plan: for (position, &Planned { index, role, .. }) in open.plan.iter().enumerate() {
            if role != Role::File {
                continue;
            }
            let size = open.directory.entries[index as usize].size.min(limits.max_entry_bytes);
            let shared = open.shared.get(&index).map_or(&[][..], Vec::as_slice);
            for (number, &index) in [index].iter().chain(shared).enumerate() {
                let exceeded = if sum + size > ratio_limit {
                    Some(
                        "the limit is --max-ratio: its entries inflate to more than it can hold, so they share their data"
                            .to_owned(),
                    )
                } else if size > left {
                    Some(self.account.refusal(Resource::Bytes, sum + size))
                } else {
                    None
                };
                if let Some(limit) = exceeded {
                    cut = Some((position, number, index, limit));
                    break 'plan;
                }
                (sum, left) = (sum + size, left - size);
            }
        }
        self.account.spend(Resource::Bytes, sum);
        if let Some((position, number, index, limit)) = cut {
            let rest = open.plan.len() - position - 1 - number;
            let message = format!("not read, nor are the {rest} entries after it; {limit}");
            self.reading.incident(IncidentKind::Limit, open.container.path.entry(open.directory.name(index)), message);
            open.allowed = position + usize::from(number > 0);
            if let Some(shared) = open.shared.get_mut(&open.plan[position].index) {
                shared.truncate(number.saturating_sub(1));
            }
        }
    }

    /// An archive found in another, when the limits and the budget allow it to be read.
    fn admit(&mut self, waiting: Waiting) -> Option<Waiting> {
        let limits = &self.reading.options.limits;
        let depth = limits.capped().max_depth;
        let refusal = if waiting.depth() > depth {
            let advice = if depth < DEEPEST { "raise --max-depth to read it" } else { "no option raises that" };
            format!("archives are nested more than {depth} deep; {advice}")
        } else if waiting.path_len() > LONGEST_PATH {
            format!("its path is longer than {LONGEST_PATH} bytes, so it is not read; take it out and name it")
        } else if !self.account.take(Resource::Archives, 1) {
            format!("not read; {}", self.account.refusal(Resource::Archives, 1))
        } else {
            return Some(waiting);
        };
        self.reading.incident(IncidentKind::Limit, waiting.path(), refusal);
        None
    }

    /// Reads archives that were found inside others: stored ones in place, others inflated into `memory`.
    fn nested(&mut self, group: Vec<Waiting>, memory: u64) {
        let mut taken = 0;
        let group: Vec<Waiting> = group
            .into_iter()
            .filter(|waiting| {
                let size = waiting.memory();
                let refusal = if size > memory - taken {
                    let left = memory - taken;
                    format!("inflates to {size} bytes, more than --max-nested-bytes leaves for it ({left})")
                } else if !self.account.take(Resource::Bytes, size) {
                    format!("not read; {}", self.account.refusal(Resource::Bytes, size))
                } else {
                    taken += size;
                    return true;
                };
                self.reading.incident(IncidentKind::Limit, waiting.path(), refusal);
                false
            })
            .collect();
        let sections: Vec<Option<Section>> =
            group.par_iter().map(|waiting| with_buffers(|buffers| waiting.inflate(buffers))).collect();
        let mut held = 0;
        let mut containers = Vec::new();
        for (section, waiting) in sections.into_iter().zip(group) {
            // What declares a wrong size is inflated alone, with whatever memory is left.
            let section = section.or_else(|| {
                let inflated = self.inflate_unpredictable(&waiting, memory - taken);
                inflated.inspect(|section| taken += section.len())
            });
            if let Some(section) = section {
                held += if waiting.in_place() { 0 } else { section.len() };
                containers.push(waiting.into_container(section));
            }
        }
        let group = containers.into_iter().filter_map(|container| self.allot(container)).collect();
        self.group(group, memory.saturating_sub(held));
    }

    /// Takes what the listing of an archive may need.
    fn allot(&mut self, container: Container) -> Option<Allotted> {
        let entries = self.take_entries(container.section.len());
        if entries == 0 {
            let refusal = format!("not read; {}", self.account.refusal(Resource::Entries, 1));
            self.reading.incident(IncidentKind::Limit, container.path, refusal);
            return None;
        }
        let search = self.account.take_search(container.section.len());
        Some(Allotted { container, entries, search })
    }

    /// Takes the entries that an archive of this length may have, or what is left.
    fn take_entries(&mut self, len: u64) -> u64 {
        let wanted = most_entries(len, &self.reading.options.limits);
        let entries = wanted.min(self.account.left(Resource::Entries));
        self.account.spend(Resource::Entries, entries);
        entries
    }

    /// Inflates an archive that does not have its declared size, into `memory` at most.
    fn inflate_unpredictable(&mut self, waiting: &Waiting, memory: u64) -> Option<Section> {
        let bytes = self.account.left(Resource::Bytes);
        let limit = memory.min(bytes);
        // Once for the size: a buffer that grows takes up twice as much.
        let mut size = 0_u64;
        let result = inflate_with(waiting.packed().reader(), limit, |chunk| size += chunk.len() as u64);
        self.account.spend(Resource::Bytes, size);
        let (kind, message) = match result {
            Err(InflateError::TooLarge) if limit < bytes => {
                let message = format!("inflates to more than the {limit} bytes that --max-nested-bytes leaves for it");
                (IncidentKind::Limit, message)
            }
            Err(InflateError::TooLarge) => {
                (IncidentKind::Limit, format!("not read; {}", self.account.refusal(Resource::Bytes, bytes + 1)))
            }
            Err(InflateError::Truncated) if !waiting.cut() => (IncidentKind::BrokenArchive, NOT_INFLATED.to_owned()),
            Err(InflateError::Broken) => (IncidentKind::BrokenArchive, NOT_INFLATED.to_owned()),
            Ok(_) | Err(InflateError::Truncated) => {
                let mut out = Vec::with_capacity(usize::try_from(size).ok()?);
                // It ends as it did before.
                let _ = inflate_with(waiting.packed().reader(), limit, |chunk| out.extend_from_slice(chunk));
                return Some(Section::memory(out));
            }
        };
        self.reading.incident(kind, waiting.path(), message);
        None
    }
}

const NOT_INFLATED: &str = "its data cannot be inflated";

/// The most entries that an archive of this length may have.
fn most_entries(len: u64, limits: &Limits) -> u64 {
    // The local header of an entry that is not listed is the shortest record.
    (len / LOCAL_HEADER_LEN + 1).min(limits.max_entries)
}

/// Reads what the limits allow of a group of archives; returns what turned out not to be plain files, in order, with the
/// position of its archive.
fn read_entries(reading: &Reading<'_>, opens: &[Open]) -> Vec<(usize, Found)> {
    let chunks = |(position, open): (usize, &'_ Open)| {
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

/// Lists and classifies an archive.
fn open(reading: &Reading<'_>, Allotted { container, entries, search }: Allotted) -> Opened {
    let limits = Limits { max_entries: entries, ..reading.options.limits };
    let (mut directory, looks) = Directory::read(&container.section, &limits, search, &NameLook::at);
    let full = directory.entries.len() as u64 >= entries;
    if directory.limited.is_some() && full && entries < reading.options.limits.max_entries {
        directory.limited = Some(Resource::Entries.ended());
    }
    let (listed, searched) = ((directory.entries.len() as u64).min(entries), directory.searched.min(search));
    let mut metadata = 0;
    let path = container.path.clone();
    let open = classify(reading, container, directory, looks, &mut metadata);
    Opened { open, path, entries: listed, search: searched, metadata }
}

/// Classifies an archive and tells what is wrong with it. `None` when it is none of the kinds that are entered.
fn classify(
    reading: &Reading<'_>,
    container: Container,
    directory: Directory,
    looks: Vec<Vec<NameLook>>,
    metadata: &mut u64,
) -> Option<Open> {
    let hopeless = directory.broken.is_some() && directory.entries.is_empty();
    let kind = Kind::of(&container, &directory, metadata).filter(|_| !hopeless);
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
    let limited = directory.limited.as_ref().or(kind.limited());
    if let Some(limited) = limited {
        reading.incident(IncidentKind::Limit, container.path.clone(), format!("not read to its end: {limited}"));
    }
    let package = kind.is_package().then(|| {
        reading.count(&reading.packages, 1);
        Arc::new(kind::package(&container, &directory, metadata).sharing(Arc::clone(&reading.effort)))
    });
    let mut plan = kind.plan(&directory, looks, reading.options.include_skipped);
    let shared = sharing::mark(&directory, &mut plan);
    reading.count(&reading.files, directory.entries.len() as u64);
    let allowed = plan.len();
    Some(Open { container, directory, kind, package, plan, allowed, shared, number: 0, by_name: OnceLock::new() })
}
