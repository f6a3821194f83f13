//! What all parts of one reading share: the options, the way to the visitor, and what is to be told at the end.

use std::cell::RefCell;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use libdeflater::Decompressor;

use super::{Incident, IncidentKind, Options, SourcePath, Stats};
use super::{markers::Markers, names};
use crate::repository::FileContext;

/// Buffers larger than this are given back to the system after use.
const KEPT_BUFFER: usize = 4 << 20;

/// Takes a selected file: where it lies, its order among files of the same path, its bytes.
pub(super) type Deliver<'a> = &'a (dyn Fn(&FileContext, u64, &[u8]) + Sync);

/// One reading.
pub(super) struct Reading<'a> {
    pub(super) options: &'a Options,
    pub(super) markers: &'a Markers,
    pub(super) deliver: Deliver<'a>,
    pub(super) incidents: Mutex<Vec<Incident>>,
    pub(super) ambiguous: Mutex<Vec<(FileContext, String)>>,
    pub(super) packages: AtomicU64,
    pub(super) files: AtomicU64,
    pub(super) bytes: AtomicU64,
    pub(super) skipped_directories: AtomicU64,
}

impl<'a> Reading<'a> {
    pub(super) fn new(options: &'a Options, markers: &'a Markers, deliver: Deliver<'a>) -> Self {
        Self {
            options,
            markers,
            deliver,
            incidents: Mutex::default(),
            ambiguous: Mutex::default(),
            packages: AtomicU64::new(0),
            files: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            skipped_directories: AtomicU64::new(0),
        }
    }

    pub(super) fn incident(&self, kind: IncidentKind, path: SourcePath, message: impl Into<String>) {
        push(&self.incidents, Incident::new(kind, path, message));
    }

    pub(super) fn ambiguous(&self, context: FileContext, message: impl Into<String>) {
        push(&self.ambiguous, (context, message.into()));
    }

    /// Whether the bytes of a file whose name can be of a supported format are handed over.
    pub(super) fn selects(&self, name: &str, bytes: &[u8]) -> bool {
        self.options.no_prefilter || names::is_telling_name(name) || self.markers.may_matter(name, bytes)
    }

    /// Whether a walk leaves out the file or folder that reports call `label`.
    pub(super) fn excludes(&self, label: &str) -> bool {
        self.options.exclude.fits(label)
    }

    pub(super) fn count(&self, counter: &AtomicU64, by: u64) {
        counter.fetch_add(by, Ordering::Relaxed);
        if let Some(progress) = self.options.progress.filter(|_| std::ptr::eq(counter, &self.files)) {
            progress.files.fetch_add(by, Ordering::Relaxed);
        }
    }

    pub(super) fn stats(&self) -> Stats {
        Stats {
            packages: self.packages.load(Ordering::Relaxed),
            files: self.files.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            skipped_directories: self.skipped_directories.load(Ordering::Relaxed),
        }
    }
}

fn push<T>(list: &Mutex<Vec<T>>, item: T) {
    // A panic while the lock is held can only come from running out of memory; the list itself is whole.
    list.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(item);
}

/// Memory that one thread uses again for every file.
pub(super) struct Buffers {
    /// Stored bytes.
    pub(super) packed: Vec<u8>,
    /// The file.
    pub(super) plain: Vec<u8>,
    /// The state of the inflater.
    pub(super) inflater: Decompressor,
}

thread_local! {
    static BUFFERS: RefCell<Vec<Buffers>> = const { RefCell::new(Vec::new()) };
}

/// Runs `work` with buffers of this thread. While a task waits for others its thread may start another one, so the
/// buffers are taken out of their place rather than borrowed.
pub(super) fn with_buffers<R>(work: impl FnOnce(&mut Buffers) -> R) -> R {
    let taken = BUFFERS.with(|pool| pool.borrow_mut().pop());
    let mut buffers =
        taken.unwrap_or_else(|| Buffers { packed: Vec::new(), plain: Vec::new(), inflater: Decompressor::new() });
    let result = work(&mut buffers);
    for buffer in [&mut buffers.packed, &mut buffers.plain] {
        if buffer.len() > KEPT_BUFFER {
            *buffer = Vec::new();
        }
    }
    BUFFERS.with(|pool| pool.borrow_mut().push(buffers));
    result
}
