//! Stage *source*: reads bytes from directory trees, content packages, packages in packages, and standard input.
//!
//! [`read`] calls its visitor once for every file that the options select, in parallel, and returns the visitor's
//! results in a deterministic order. Nothing is skipped silently: unreadable files are [`Incident`]s, and files skipped
//! on purpose are counted in [`Stats`].

mod account;
mod archive;
mod exclusion;
mod gzip;
pub mod incident;
mod inflate;
mod kept;
pub mod limits;
mod literal;
mod manifest;
#[doc(hidden)]
pub mod markers;
mod memory;
mod names;
mod reading;
#[doc(hidden)]
pub mod roots;
mod section;
mod tar;
mod tree;
mod watched;
mod zip;

pub use incident::{Incident, IncidentKind};
pub use limits::Limits;
pub use literal::Literal;
pub use markers::Markers;
pub use watched::Watched;

use std::ops::AddAssign;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::mpsc;

use rayon::slice::ParallelSliceMut;
use serde::{Deserialize, Serialize};

use crate::paths::PathPatterns;
use crate::repository::FileContext;
pub use crate::repository::SourcePath;
use kept::Kept;
use reading::{Ambiguous, SourceReading};

/// What to read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The limits.
    pub limits: Limits,
    /// Also read build output, version control and dependency folders.
    pub include_skipped: bool,
    /// Pass on every file whose *name* may have a supported format, instead of only those whose bytes may matter to the
    /// rules (for `inspect`, and for the test that the selection is lossless).
    pub no_prefilter: bool,
    /// Files, folders and archive entries to exclude; a path given as an input is always read.
    pub exclude: PathPatterns,
    /// The same, from the command line; see [`Stats::left_out`].
    pub left_out: PathPatterns,
    /// Exclude files that git ignores in the scanned work trees.
    pub respect_gitignore: bool,
    /// Labels of symbolic links that matched a pattern but lead out of its base folder.
    pub links: Vec<String>,
    /// Files that will be written, to detect whether they are also read.
    pub watched: Arc<Watched>,
    /// Counters of the progress.
    pub progress: Option<&'static Progress>,
    /// Whether any file was recognised, set by the visitor. Until then, files that cannot matter are passed on too, to
    /// distinguish a reading in which nothing was recognised from one in which nothing matters.
    pub recognised: Option<Arc<AtomicBool>>,
}

/// Progress of a reading.
#[derive(Debug, Default)]
pub struct Progress {
    /// Files and archive entries seen so far.
    pub files: AtomicU64,
}

/// A file passed to the visitor.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Its location.
    pub context: &'a FileContext,
    /// Its bytes, inflated.
    pub bytes: &'a [u8],
    /// Whether it may matter to the rules, or the user gave it explicitly. If not, nothing is reported about it.
    pub matters: bool,
    /// Whether the user gave it explicitly.
    pub named: bool,
}

/// The visitor's results, and everything else about the reading.
#[derive(Debug)]
pub struct Outcome<T> {
    /// Results in order of their path, independent of the number of threads; two entries with the same name keep their
    /// order in the archive.
    pub results: Vec<(SourcePath, T)>,
    /// What could not be read, sorted.
    pub incidents: Vec<Incident>,
    /// Archives that contain two versions of one file, or hide one: the entry and the problem, sorted.
    pub ambiguous: Vec<(FileContext, String)>,
    /// Counts.
    pub stats: Stats,
    /// The directories that [`Stats::skipped_directories`] counts, sorted; the first of many.
    pub skipped: Vec<String>,
}

/// Counts of a scan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Stats {
    /// Paths named on the command line.
    pub inputs: u64,
    /// Content packages, including exploded ones.
    pub packages: u64,
    /// Files and archive entries checked.
    pub files: u64,
    /// Bytes read, inflated.
    pub bytes: u64,
    /// Directories skipped: build output, version control, dependencies.
    #[serde(rename = "skipped")]
    pub skipped_directories: u64,
    /// Files, folders and archive entries that the configuration excluded.
    pub excluded: u64,
    /// Files, folders and archive entries that `--exclude` and `--respect-gitignore` excluded.
    pub left_out: u64,
    /// Symbolic links that were not followed and are not incidents.
    pub links_not_followed: u64,
    /// Archives in unsupported formats, such as 7z; one that was given explicitly is an incident.
    pub archives_not_read: u64,
    /// Malformed files without IMS content.
    pub broken_without_evidence: u64,
}

impl AddAssign for Stats {
    fn add_assign(&mut self, other: Self) {
        self.inputs += other.inputs;
        self.packages += other.packages;
        self.files += other.files;
        self.bytes += other.bytes;
        self.skipped_directories += other.skipped_directories;
        self.excluded += other.excluded;
        self.left_out += other.left_out;
        self.links_not_followed += other.links_not_followed;
        self.archives_not_read += other.archives_not_read;
        self.broken_without_evidence += other.broken_without_evidence;
    }
}

/// Called for every selected file. It must not wait for another thread of the pool, because large files take turns.
pub type Visit<'a, T> = &'a (dyn Fn(File<'_>) -> Option<T> + Sync);

/// Reads `inputs` and calls `visit` for every selected file, in parallel. A panic in `visit` becomes an incident.
pub fn read<T: Send>(inputs: &[PathBuf], options: &Options, visit: Visit<'_, T>) -> Outcome<T> {
    read_with(inputs, options, &Markers::default(), visit)
}

/// [`read`] with markers of its own, for kinds of integrations that the user declares.
pub fn read_with<T: Send>(inputs: &[PathBuf], options: &Options, markers: &Markers, visit: Visit<'_, T>) -> Outcome<T> {
    let labels: Vec<String> = inputs.iter().map(|input| tree::root_label(input)).collect();
    gather(options, markers, visit, &labels, |reading| tree::read(reading, inputs))
}

/// Reads `bytes` as a file named `name`, for standard input. Archives are read too.
pub fn read_bytes<T: Send>(
    name: &str,
    bytes: Vec<u8>,
    options: &Options,
    markers: &Markers,
    visit: Visit<'_, T>,
) -> Outcome<T> {
    gather(options, markers, visit, &[name.to_owned()], |reading| tree::read_bytes(reading, name, bytes))
}

/// Number of first bytes of a file that identify archives.
pub const HEAD: usize = archive::HEAD;

/// Whether a file `name` that begins with `start` is read as an archive if given explicitly.
pub fn is_archive(name: &str, start: &[u8]) -> bool {
    archive::is_magic(start) || archive::has_archive_extension(name)
}

#[cfg(not(panic = "unwind"))]
compile_error!("one file that panics must not cost the others: build with panic = \"unwind\"");

fn gather<T: Send>(
    options: &Options,
    markers: &Markers,
    visit: Visit<'_, T>,
    named: &[String],
    run: impl FnOnce(&SourceReading<'_>) + Send,
) -> Outcome<T> {
    // With a channel no thread waits for another to store its result.
    let (results, all_results) = mpsc::channel();
    // Exhausted limits are always kept: there is one incident for each, while a limit may skip thousands of files.
    let incidents = Kept::new(|a: &Incident, b| {
        let limit = |incident: &Incident| incident.kind != IncidentKind::Limit;
        (limit(a), a).cmp(&(limit(b), b))
    });
    let ambiguous = Kept::new(|a: &Ambiguous, b| (&a.0.path, &a.1).cmp(&(&b.0.path, &b.1)));
    let panics = &incidents;
    let deliver = move |file: File<'_>, order: u64| {
        let context = file.context;
        // Sending never fails: the receivers live to the end of this function.
        let _ = match catch_unwind(AssertUnwindSafe(|| visit(file))) {
            Ok(Some(result)) => results.send((context.path.clone(), order, result)).ok(),
            Ok(None) => None,
            Err(_) => {
                let message = "an internal error occurred while reading this file; please report it together with the \
                file";
                panics.keep(Incident::new(IncidentKind::Internal, context.path.clone(), message));
                None
            }
        };
    };
    let mut reading = SourceReading::new(options, named, markers, &deliver, (&incidents, &ambiguous));
    // Enters the pool at once, so that the calling thread is one of the workers.
    rayon::scope(|_| run(&reading));
    let stats = Stats { inputs: named.len() as u64, ..reading.stats() };
    let (skipped, _) = std::mem::replace(&mut reading.skipped, Kept::new(String::cmp)).into_sorted();
    // Drops the last senders, so that the receivers end.
    drop(reading);
    drop(deliver);
    let (ambiguous, more) = ambiguous.into_sorted();
    if more && let Some((context, _)) = ambiguous.last() {
        incidents.keep(left_out(context.path.clone(), "more than this many ambiguous archive entries"));
    }
    let (mut incidents, more) = incidents.into_sorted();
    incidents.sort();
    if more && let Some(last) = incidents.last() {
        let path = last.path.clone();
        incidents.push(left_out(path, "more than this many things could not be read"));
    }
    let mut results: Vec<(SourcePath, u64, T)> = all_results.into_iter().collect();
    results.par_sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    let results = results.into_iter().map(|(path, _, result)| (path, result)).collect();
    Outcome { results, incidents, ambiguous, stats, skipped }
}

/// The message that replaces everything after the file at `path`.
fn left_out(path: SourcePath, what: &str) -> Incident {
    let message = format!("{what}: {}; the others are not listed", kept::MOST);
    Incident::new(IncidentKind::Limit, path, message)
}

impl<T> Outcome<T> {
    /// Adds the counts of another call.
    pub fn append(&mut self, other: Outcome<T>) {
        self.results.extend(other.results);
        self.incidents.extend(other.incidents);
        self.incidents.sort();
        self.ambiguous.extend(other.ambiguous);
        self.stats += other.stats;
        self.skipped.extend(other.skipped);
    }
}
