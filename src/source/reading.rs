//! The shared state of one reading: the options, the visitor, and what to report at the end.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use libdeflater::Decompressor;

use super::account::{self, SharedAllowances};
use super::kept::Kept;
use super::{File, Incident, IncidentKind, Options, SourcePath, Stats};
use super::{exclusion::Exclusion, markers::Markers, names};
use crate::budget::{self, Room, RoomPlace};
use crate::repository::FileContext;
use crate::repository::filter::effort::Effort;

/// Files up to this size need no place.
const SMALL: u64 = 1 << 20;
/// Buffers larger than this are freed after use.
const KEPT_BUFFER: usize = 1 << 20;

/// Receives a selected file, and its order among files with the same path.
pub(super) type Deliver<'a> = &'a (dyn Fn(File<'_>, u64) + Sync);

/// An entry that an archive contains twice or hides, and the problem.
pub(super) type Ambiguous = (FileContext, String);

/// One reading.
pub(super) struct SourceReading<'a> {
    pub(super) options: &'a Options,
    exclusion: Exclusion<'a>,
    leaving_out: Exclusion<'a>,
    pub(super) markers: &'a Markers,
    pub(super) deliver: Deliver<'a>,
    /// What all inputs share.
    pub(super) shared: SharedAllowances,
    /// The budget of all package filters.
    pub(super) effort: Arc<Effort>,
    /// Room for large files, see [`Self::place`].
    files: Room,
    incidents: &'a Kept<Incident>,
    ambiguous: &'a Kept<Ambiguous>,
    pub(super) counts: Counts,
    /// Names of the skipped directories.
    pub(super) skipped: Kept<String>,
}

/// The counts of a reading; see [`Stats`].
#[derive(Default)]
pub(super) struct Counts {
    pub(super) packages: AtomicU64,
    pub(super) files: AtomicU64,
    pub(super) bytes: AtomicU64,
    pub(super) skipped_directories: AtomicU64,
    pub(super) excluded: AtomicU64,
    pub(super) left_out: AtomicU64,
    pub(super) links_not_followed: AtomicU64,
    pub(super) archives_not_read: AtomicU64,
}

impl<'a> SourceReading<'a> {
    pub(super) fn new(
        options: &'a Options,
        named: &[String],
        markers: &'a Markers,
        deliver: Deliver<'a>,
        (incidents, ambiguous): (&'a Kept<Incident>, &'a Kept<Ambiguous>),
    ) -> Self {
        Self {
            options,
            exclusion: Exclusion::new(&options.exclude, named.iter().map(String::as_str)),
            leaving_out: Exclusion::new(&options.left_out, named.iter().map(String::as_str)),
            markers,
            deliver,
            shared: account::shared(),
            effort: Arc::default(),
            files: Room::new(budget::FILES),
            incidents,
            ambiguous,
            counts: Counts::default(),
            skipped: Kept::new(String::cmp),
        }
    }

    /// Waits until so many bytes of a file may be held; small files do not wait.
    pub(super) fn place(&self, bytes: u64) -> Option<RoomPlace<'_>> {
        (bytes > SMALL).then(|| self.files.enter(bytes))
    }

    pub(super) fn incident(&self, kind: IncidentKind, path: SourcePath, message: impl Into<String>) {
        self.incidents.keep(Incident::new(kind, path, message));
    }

    pub(super) fn ambiguous(&self, context: FileContext, message: impl Into<String>) {
        self.ambiguous.keep((context, message.into()));
    }

    /// Passes on the bytes of a file called `name`, whose format may be supported, if they may be relevant or if all
    /// files are wanted. `context` creates its context.
    pub(super) fn choose(&self, name: &str, bytes: &[u8], order: u64, context: impl FnOnce() -> FileContext) {
        let matters = names::is_telling_name(name) || self.markers.may_matter(name, bytes);
        let sought = self.options.recognised.as_ref().is_some_and(|known| !known.load(Ordering::Relaxed));
        if matters || sought || self.options.no_prefilter {
            (self.deliver)(File { context: &context(), bytes, matters, named: false }, order);
        }
    }

    /// Whether the command line or the configuration excludes the file, folder or archive entry `label`; if so, counts
    /// it.
    pub(super) fn excludes(&self, label: &str) -> bool {
        let left_out = self.leaving_out.covers(label);
        let excluded = !left_out && self.exclusion.covers(label);
        self.count(&self.counts.left_out, u64::from(left_out));
        self.count(&self.counts.excluded, u64::from(excluded));
        left_out || excluded
    }

    /// Whether there are any exclusions.
    pub(super) fn has_exclusions(&self) -> bool {
        !self.options.exclude.is_empty() || !self.options.left_out.is_empty()
    }

    pub(super) fn count(&self, counter: &AtomicU64, by: u64) {
        counter.fetch_add(by, Ordering::Relaxed);
        if let Some(progress) = self.options.progress.filter(|_| std::ptr::eq(counter, &self.counts.files)) {
            progress.files.fetch_add(by, Ordering::Relaxed);
        }
    }

    pub(super) fn stats(&self) -> Stats {
        Stats {
            packages: self.counts.packages.load(Ordering::Relaxed),
            files: self.counts.files.load(Ordering::Relaxed),
            bytes: self.counts.bytes.load(Ordering::Relaxed),
            skipped_directories: self.counts.skipped_directories.load(Ordering::Relaxed),
            excluded: self.counts.excluded.load(Ordering::Relaxed),
            left_out: self.counts.left_out.load(Ordering::Relaxed),
            links_not_followed: self.counts.links_not_followed.load(Ordering::Relaxed),
            archives_not_read: self.counts.archives_not_read.load(Ordering::Relaxed),
            ..Stats::default()
        }
    }
}

/// Buffers that one thread reuses for every file.
#[derive(Default)]
pub(super) struct Buffers {
    /// Stored bytes.
    pub(super) packed: Vec<u8>,
    /// The file.
    pub(super) plain: Vec<u8>,
    /// Stored bytes of several entries.
    pub(super) window: Vec<u8>,
    /// The state of the inflater.
    pub(super) inflater: Decompressor,
}

impl Buffers {
    /// Frees large buffers.
    pub(super) fn free(&mut self) {
        for buffer in [&mut self.packed, &mut self.plain, &mut self.window] {
            if buffer.capacity() > KEPT_BUFFER {
                *buffer = Vec::new();
            }
        }
    }
}

thread_local! {
    static BUFFERS: RefCell<Vec<Buffers>> = const { RefCell::new(Vec::new()) };
}

/// Runs `work` with the buffers of this thread. They are taken rather than borrowed, because a thread whose task waits
/// for others may start another task.
pub(super) fn with_buffers<R>(work: impl FnOnce(&mut Buffers) -> R) -> R {
    let taken = BUFFERS.with(|pool| pool.borrow_mut().pop());
    let mut buffers = taken.unwrap_or_default();
    let result = work(&mut buffers);
    buffers.free();
    BUFFERS.with(|pool| pool.borrow_mut().push(buffers));
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_files_do_not_wait() {
        let (options, markers) = (Options::default(), Markers::default());
        let (incidents, ambiguous) = (Kept::new(Incident::cmp), Kept::new(|_, _| std::cmp::Ordering::Equal));
        let reading = SourceReading::new(&options, &[], &markers, &|_, _| {}, (&incidents, &ambiguous));
        assert!(reading.place(SMALL).is_none());
        assert!(reading.place(u64::MAX).is_some());
        assert!(reading.place(SMALL + 1).is_some());
    }
}
