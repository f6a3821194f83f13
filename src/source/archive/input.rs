//! One input, from the given archive to the innermost one: groups of archives, and the queue.

use std::collections::{HashSet, VecDeque};
use std::io::{BufRead, Read};
use std::sync::Arc;

use rayon::prelude::*;

use super::entry::{self, Found};
use super::kind::{Planned, Role};
use super::waiting::{Above, Waiting};
use super::{Allotted, Container, ListedArchive, OpenArchive, duplicates, open, read_entries};
use crate::budget::SPARE;
use crate::source::account::{Account, Resource};
use crate::source::gzip::{Gunzip, GzipFault};
use crate::source::inflate::{InflateError, inflate_with};
use crate::source::limits::{DEEPEST, Limits};
use crate::source::reading::{SourceReading, with_buffers};
use crate::source::section::Section;
use crate::source::tar::{self, Bounds, TooLarge};
use crate::source::zip::LOCAL_HEADER_LEN;
use crate::source::{IncidentKind, SourcePath};

/// Archives in a group, however small they are.
const GROUP_ARCHIVES: usize = 32;
/// Maximum length of the path of an archive, which is a prefix of the paths inside.
const LONGEST_PATH: usize = 4096;
/// An archive may inflate to this size before its ratio is checked.
const RATIO_FREE: u64 = 64 << 20;

/// Reads an archive and everything nested in it. `number` orders it among others of the same name.
pub(in crate::source) fn read(reading: &SourceReading<'_>, archive: Container, number: u64) {
    let limits = &reading.options.limits;
    let account = Account::new(&reading.shared, archive.section.len(), limits);
    let mut input = Input { reading, number: number << 32, account, levels: Vec::new() };
    // The given archive may use the whole search budget.
    let entries = input.take_entries(archive.section.len());
    let search = input.account.left(Resource::Search);
    input.account.spend(Resource::Search, search);
    input.group(vec![Allotted { container: archive, entries, search }], limits.max_nested_bytes);
    while let Some(level) = input.levels.last_mut() {
        if input.account.left(Resource::Entries) == 0 {
            return input.give_up();
        }
        let memory = level.memory;
        match level.next_group(limits, input.account.left(Resource::Entries)) {
            group if group.is_empty() => drop(input.levels.pop()),
            group => input.nested(group, memory),
        }
    }
}

/// One input and its remaining budget.
struct Input<'a> {
    reading: &'a SourceReading<'a>,
    /// Number of the next archive.
    number: u64,
    account: Account<'a>,
    /// Queued archives: those found in one group together, deeper ones on top.
    levels: Vec<ArchiveLevel>,
}

/// Archives that were found in one group.
struct ArchiveLevel {
    waiting: VecDeque<Waiting>,
    /// Memory for those of them that are inflated.
    memory: u64,
}

impl ArchiveLevel {
    /// The next archives that are read together: as many as fit into the memory for a group and into the `entries` that
    /// are left, and one at least.
    fn next_group(&mut self, limits: &Limits, entries: u64) -> Vec<Waiting> {
        let (mut memory, mut cost, mut listed) = (0_u64, 0_u64, 0_u64);
        let mut count = 0;
        for waiting in self.waiting.iter().take(GROUP_ARCHIVES) {
            memory = memory.saturating_add(waiting.inner.memory());
            cost = cost.saturating_add(waiting.cost());
            listed += most_entries(waiting.len(), limits);
            if count > 0 && (memory > self.memory || cost > SPARE || listed > entries) {
                break;
            }
            count += 1;
        }
        self.waiting.drain(..count).collect()
    }
}

impl Input<'_> {
    /// Reads a group of archives; `memory` is the memory for inflated archives inside them.
    fn group(&mut self, group: Vec<Allotted>, memory: u64) {
        let reading = self.reading;
        let allotments: Vec<(u64, u64)> = group.iter().map(|archive| (archive.entries, archive.search)).collect();
        let opened: Vec<ListedArchive> = group.into_par_iter().map(|archive| open(reading, archive)).collect();
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
        let above: Vec<Arc<Above>> = opens.iter().map(|open| Arc::new(Above::of(open))).collect();
        let (mut waiting, mut seen, mut refused) = (VecDeque::new(), HashSet::new(), VecDeque::new());
        for (position, found) in found {
            let open = &opens[position];
            match found {
                // Entries that are the same bytes are read once.
                Found::Inner(inner) if !seen.insert((position, inner.identity())) => {}
                Found::Inner(inner) => {
                    let found = Waiting::new(open, &above[position], inner);
                    if !self.is_admissible(&found) {
                        continue;
                    }
                    if self.account.take(Resource::Archives, 1) { &mut waiting } else { &mut refused }.push_back(found);
                }
                Found::Unpredictable(entry) => {
                    let left = self.account.left(Resource::Bytes);
                    let taken = with_buffers(|buffers| entry::read_unpredictable(reading, open, &entry, left, buffers));
                    self.account.spend(Resource::Bytes, taken);
                }
            }
        }
        self.leave_out(&refused, Resource::Archives);
        if !waiting.is_empty() {
            self.levels.push(ArchiveLevel { waiting, memory });
        }
    }

    /// Skips everything in the queue, because the budget for listing is exhausted.
    fn give_up(mut self) {
        let waiting: VecDeque<Waiting> = self.levels.drain(..).rev().flat_map(|level| level.waiting).collect();
        self.leave_out(&waiting, Resource::Entries);
    }

    /// Reports archives together when a budget is exhausted, because there may be thousands.
    fn leave_out(&self, archives: &VecDeque<Waiting>, ended: Resource) {
        let Some(first) = archives.front() else { return };
        let others = match archives.len() - 1 {
            0 => String::new(),
            others => format!(", and neither are {others} archives found after it"),
        };
        let message = format!("not read{others}; {}", ended.ended());
        self.reading.incident(IncidentKind::Limit, first.path(), message);
    }

    /// Drops the filter of a package if the filters of all packages need too much memory.
    fn admit_filter(&mut self, open: &mut OpenArchive, path: &SourcePath) {
        for package in open.packages_mut() {
            let size = package.filter_size();
            if !self.account.take_filter(size) {
                package.forget_filter();
                let refusal = self.account.refusal(Resource::Filters, size as u64);
                self.reading.incident(IncidentKind::Limit, path.clone(), refusal);
            }
        }
    }

    /// Limits the plan of an archive by declared sizes. Entries that declare too little are detected and counted when
    /// they are read.
    fn plan(&mut self, open: &mut OpenArchive) {
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
                        "the limit is --max-ratio: its entries inflate to more than its size allows, so they share \
                         their data"
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
            let message = format!("not read, and neither are the {rest} entries after it; {limit}");
            self.reading.incident(IncidentKind::Limit, open.container.path.entry(open.directory.name(index)), message);
            open.allowed = position + usize::from(number > 0);
            if let Some(shared) = open.shared.get_mut(&open.plan[position].index) {
                shared.truncate(number.saturating_sub(1));
            }
        }
    }

    /// Whether the limits allow an archive that was found in another to be read.
    fn is_admissible(&self, waiting: &Waiting) -> bool {
        let depth = self.reading.options.limits.capped().max_depth;
        let refusal = if waiting.depth() > depth {
            let advice = if depth < DEEPEST { "raise --max-depth to read it" } else { "this cannot be raised" };
            format!("archives are nested more than {depth} deep; {advice}")
        } else if waiting.path_len() > LONGEST_PATH {
            format!(
                "its path is longer than {LONGEST_PATH} bytes, so it is not read; extract it and scan it \
            separately"
            )
        } else {
            return true;
        };
        self.reading.incident(IncidentKind::Limit, waiting.path(), refusal);
        false
    }

    /// Reads archives that were found inside others: stored ones in place, others inflated into `memory`.
    fn nested(&mut self, group: Vec<Waiting>, memory: u64) {
        let mut taken = 0;
        let group: Vec<Waiting> = group
            .into_iter()
            .filter(|waiting| {
                let size = waiting.inner.memory();
                let refusal = if size > memory - taken {
                    let left = memory - taken;
                    format!("inflates to {size} bytes, but --max-nested-bytes leaves only {left} for it")
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
        let inflate = |waiting: &Waiting| {
            with_buffers(|buffers| entry::inflate_archive(&waiting.packed, &waiting.inner, buffers))
        };
        let sections: Vec<Option<Section>> = group.par_iter().map(inflate).collect();
        let mut held = 0;
        let mut containers = Vec::new();
        for (section, waiting) in sections.into_iter().zip(group) {
            // An archive with a wrong declared size is inflated separately, with the remaining memory.
            let section = section.or_else(|| {
                let inflated = self.inflate_unpredictable(&waiting, memory - taken);
                inflated.inspect(|section| taken += section.len())
            });
            if let Some(section) = section {
                held += if waiting.inner.in_place() { 0 } else { section.len() };
                containers.push(waiting.into_container(section));
            }
        }
        let group = containers.into_iter().filter_map(|container| self.allot(container)).collect();
        self.group(group, memory.saturating_sub(held));
    }

    /// Reserves what the listing of an archive may need.
    fn allot(&mut self, container: Container) -> Option<Allotted> {
        let entries = self.take_entries(container.section.len());
        if entries == 0 {
            let refusal = format!("not read; {}", Resource::Entries.ended());
            self.reading.incident(IncidentKind::Limit, container.path, refusal);
            return None;
        }
        let search = self.account.take_search(container.section.len());
        Some(Allotted { container, entries, search })
    }

    /// Reserves the entries that an archive of this length may have, or what is left.
    fn take_entries(&mut self, len: u64) -> u64 {
        let wanted = most_entries(len, &self.reading.options.limits);
        let entries = wanted.min(self.account.left(Resource::Entries));
        self.account.spend(Resource::Entries, entries);
        entries
    }

    /// Inflates an archive whose size differs from the declared one, into at most `memory`.
    fn inflate_unpredictable(&mut self, waiting: &Waiting, memory: u64) -> Option<Section> {
        if waiting.inner.is_gzip() {
            return self.gunzip(waiting, memory);
        }
        let bytes = self.account.left(Resource::Bytes);
        let limit = memory.min(bytes);
        // First only to get the size, because a growing buffer needs twice as much memory.
        let mut size = 0_u64;
        let result = inflate_with(waiting.packed.reader(), limit, |chunk| size += chunk.len() as u64);
        self.account.spend(Resource::Bytes, size);
        let (kind, message) = match result {
            Err(InflateError::TooLarge) => (IncidentKind::Limit, self.too_large(memory, bytes)),
            Err(InflateError::Truncated) if !waiting.inner.cut => {
                (IncidentKind::BrokenArchive, NOT_INFLATED.to_owned())
            }
            Err(InflateError::Broken) => (IncidentKind::BrokenArchive, NOT_INFLATED.to_owned()),
            Ok(_) | Err(InflateError::Truncated) => {
                let mut out = Vec::with_capacity(usize::try_from(size).ok()?);
                // It ends in the same way as before.
                let _ = inflate_with(waiting.packed.reader(), limit, |chunk| out.extend_from_slice(chunk));
                return Some(Section::memory(out));
            }
        };
        self.reading.incident(kind, waiting.path(), message);
        None
    }

    /// Inflates an archive into `memory` at most; of a tar archive only what may matter.
    fn gunzip(&mut self, waiting: &Waiting, memory: u64) -> Option<Section> {
        let left = self.account.left(Resource::Bytes);
        let mut gunzip = Gunzip::new(waiting.packed.reader());
        let archive = match waiting.inner.is_packed_tar() {
            true => self.condense(waiting, &mut gunzip, Bounds { stream: left, kept: memory, entry: 0 }),
            false => self.inflate_whole(waiting, &mut gunzip, left, memory),
        };
        self.account.spend(Resource::Bytes, gunzip.made);
        archive.map(Section::memory)
    }

    fn condense(&self, waiting: &Waiting, gunzip: &mut Gunzip<impl BufRead>, bounds: Bounds) -> Option<Vec<u8>> {
        let (reading, path) = (self.reading, waiting.path());
        let entry = reading.options.limits.max_entry_bytes;
        let condensed = tar::condense(&mut *gunzip, Bounds { entry, ..bounds });
        reading.count(&reading.counts.files, condensed.dropped);
        reading.count(&reading.counts.archives_not_read, condensed.foreign);
        for (name, why) in condensed.too_large {
            let message = match why {
                TooLarge::Entry => entry::too_large(entry),
                TooLarge::Memory => format!(
                    "not read: the relevant content of this archive needs more than the {} bytes that \
                     --max-nested-bytes leaves for it",
                    bounds.kept
                ),
            };
            reading.incident(IncidentKind::Limit, path.entry(name), message);
        }
        if condensed.exceeded {
            let refusal = self.account.refusal(Resource::Bytes, bounds.stream.saturating_add(1));
            reading.incident(IncidentKind::Limit, path, format!("not read to its end; {refusal}"));
        } else if let Some(fault) = gunzip.fault {
            reading.incident(IncidentKind::BrokenArchive, path, fault.message());
        } else if let Some(problem) = condensed.problem {
            reading.incident(IncidentKind::BrokenArchive, path, format!("this archive is broken: {problem}"));
        }
        Some(condensed.tar)
    }

    /// Why an archive is not read that inflates to more than `memory` or the bytes `left` of the budget.
    fn too_large(&self, memory: u64, left: u64) -> String {
        if memory < left {
            return format!("inflates to more than the {memory} bytes that --max-nested-bytes leaves for it");
        }
        format!("not read; {}", self.account.refusal(Resource::Bytes, left.saturating_add(1)))
    }

    fn inflate_whole(
        &self,
        waiting: &Waiting,
        gunzip: &mut Gunzip<impl BufRead>,
        left: u64,
        memory: u64,
    ) -> Option<Vec<u8>> {
        let limit = memory.min(left);
        let mut plain = Vec::new();
        let result = (&mut *gunzip).take(limit.saturating_add(1)).read_to_end(&mut plain);
        let (kind, message) = if let Err(error) = result {
            (IncidentKind::Unreadable, error.to_string())
        } else if plain.len() as u64 <= limit {
            let fault = gunzip.fault;
            if let Some(fault) = fault {
                self.reading.incident(IncidentKind::BrokenArchive, waiting.path(), fault.message());
            }
            // The complete part of a truncated archive can be read.
            return (fault != Some(GzipFault::Broken)).then_some(plain);
        } else {
            (IncidentKind::Limit, self.too_large(memory, left))
        };
        self.reading.incident(kind, waiting.path(), message);
        None
    }
}

const NOT_INFLATED: &str = "its data cannot be decompressed";

/// Maximum number of entries in an archive of this length.
fn most_entries(len: u64, limits: &Limits) -> u64 {
    // The local header of an entry that is not listed is the shortest record.
    (len / LOCAL_HEADER_LEN + 1).min(limits.max_entries)
}
