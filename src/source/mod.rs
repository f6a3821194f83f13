//! Stage *source*: where bytes come from — directory trees, content packages, packages in packages, standard input.
//!
//! [`read`] calls its visitor once for every file that the options select, in parallel, and returns what the visitor
//! made of them in a deterministic order. Nothing is skipped silently: what could not be read is an [`Incident`], what
//! was left out on purpose is counted in [`Stats`].

mod archive;
mod budget;
mod exclusion;
mod gzip;
pub mod incident;
mod inflate;
mod kept;
pub mod limits;
mod literal;
mod manifest;
pub mod markers;
mod memory;
mod names;
mod reading;
pub mod roots;
mod section;
mod tar;
mod tree;
mod turns;
mod watched;
mod zip;

pub use incident::{Incident, IncidentKind};
pub use limits::Limits;
pub use literal::Literal;
pub use markers::Markers;
pub use watched::Watched;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::mpsc;

use rayon::slice::ParallelSliceMut;

use crate::paths::PathPatterns;
use crate::repository::FileContext;
pub use crate::repository::SourcePath;
use kept::Kept;
use reading::{Ambiguous, Reading};

/// What to read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Bounds.
    pub limits: Limits,
    /// Read build output, version control and dependency folders too.
    pub include_skipped: bool,
    /// Hand over every file whose *name* can be of a supported format, instead of only those whose bytes can matter to
    /// the rules (`inspect`, and the proof that the choice is lossless).
    pub no_prefilter: bool,
    /// Files and folders that a walk leaves out, and entries of archives; a path named as an input is read.
    pub exclude: PathPatterns,
    /// The same, asked for on the command line; see [`Stats::left_out`].
    pub left_out: PathPatterns,
    /// Leave out what git ignores in the work trees that are walked.
    pub respect_gitignore: bool,
    /// Labels of symbolic links that were asked for in passing, by a pattern, and leave the place that was named.
    pub links: Vec<String>,
    /// Files that are about to be written, to know whether they are read.
    pub watched: Arc<Watched>,
    /// Counted up while files are read, for whoever shows progress.
    pub progress: Option<&'static Progress>,
    /// Whether any file was recognised, which the visitor says. Until then, files that cannot matter are handed over too,
    /// so that a reading in which nothing was recognised can be told from one in which nothing matters.
    pub recognised: Option<Arc<AtomicBool>>,
}

/// How far a reading has come.
#[derive(Debug, Default)]
pub struct Progress {
    /// Files and archive entries seen so far.
    pub files: AtomicU64,
}

/// A file handed to the visitor.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Where it lies.
    pub context: &'a FileContext,
    /// Its bytes, inflated.
    pub bytes: &'a [u8],
    /// Whether it can matter to the rules, or the user named it. Without it, nothing is told about a file.
    pub matters: bool,
    /// The user named it.
    pub named: bool,
}

/// What a visitor made of the files, and what happened on the way.
#[derive(Debug)]
pub struct Outcome<T> {
    /// Results in order of their path, whatever the number of threads; two entries of one name keep archive order.
    pub results: Vec<(SourcePath, T)>,
    /// What could not be read, sorted.
    pub incidents: Vec<Incident>,
    /// Archives that hold two versions of one file, or hide one: the entry and what is wrong, sorted.
    pub ambiguous: Vec<(FileContext, String)>,
    /// Counts.
    pub stats: Stats,
    /// The directories that [`Stats::skipped_directories`] counts, sorted; the first of many.
    pub skipped: Vec<String>,
}

/// Counts of one [`read`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Content packages, exploded ones included.
    pub packages: u64,
    /// Files and archive entries seen.
    pub files: u64,
    /// Bytes read, inflated.
    pub bytes: u64,
    /// Directories skipped because they are build output, version control or dependencies.
    pub skipped_directories: u64,
    /// Files, folders and archive entries that [`Options::exclude`] left out.
    pub excluded: u64,
    /// Those that [`Options::left_out`] and [`Options::respect_gitignore`] left out.
    pub left_out: u64,
    /// Symbolic links that were not followed, and are no incidents.
    pub links_not_followed: u64,
    /// Archives of forms that are not read, such as 7z; one that was named is an incident.
    pub archives_not_read: u64,
}

/// What is called for every selected file. It may not wait for another thread of the pool: large files take turns.
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

/// Reads `bytes` as if they were a file called `name`: standard input. Archives are entered.
pub fn read_bytes<T: Send>(
    name: &str,
    bytes: Vec<u8>,
    options: &Options,
    markers: &Markers,
    visit: Visit<'_, T>,
) -> Outcome<T> {
    gather(options, markers, visit, &[name.to_owned()], |reading| tree::read_bytes(reading, name, bytes))
}

/// First bytes of a file, by which archives are known.
pub const HEAD: usize = archive::HEAD;

/// Whether bytes called `name` that begin with `start` are read as an archive when they are named.
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
    run: impl FnOnce(&Reading<'_>) + Send,
) -> Outcome<T> {
    // A channel: no thread waits for another to leave its result.
    let (results, all_results) = mpsc::channel();
    // Which limit ended is told in any case: there is one of each, and thousands of files that it leaves out.
    let incidents = Kept::new(|a: &Incident, b| {
        let limit = |incident: &Incident| incident.kind != IncidentKind::Limit;
        (limit(a), a).cmp(&(limit(b), b))
    });
    let ambiguous = Kept::new(|a: &Ambiguous, b| (&a.0.path, &a.1).cmp(&(&b.0.path, &b.1)));
    let panics = &incidents;
    let deliver = move |file: File<'_>, order: u64| {
        let context = file.context;
        // Nothing is lost by a failure to send: the receivers live to the end of this function.
        let _ = match catch_unwind(AssertUnwindSafe(|| visit(file))) {
            Ok(Some(result)) => results.send((context.path.clone(), order, result)).ok(),
            Ok(None) => None,
            Err(_) => {
                let message = "an internal error stopped the reading of this file; please report it with the file";
                panics.keep(Incident::new(IncidentKind::Internal, context.path.clone(), message));
                None
            }
        };
    };
    let mut reading = Reading::new(options, named, markers, &deliver, (&incidents, &ambiguous));
    // Inside the pool from the start: the thread that calls is one of those that work.
    rayon::scope(|_| run(&reading));
    let stats = reading.stats();
    let (skipped, _) = std::mem::replace(&mut reading.skipped, Kept::new(String::cmp)).into_sorted();
    // The last senders: without them the receivers come to an end.
    drop(reading);
    drop(deliver);
    let (ambiguous, more) = ambiguous.into_sorted();
    if more && let Some((context, _)) = ambiguous.last() {
        incidents.keep(left_out(context.path.clone(), "archives say two things about more than this many entries"));
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

/// What is said in place of all that follow the file at `path`.
fn left_out(path: SourcePath, what: &str) -> Incident {
    let message = format!("{what}: {}; the others are not told", kept::MOST);
    Incident::new(IncidentKind::Limit, path, message)
}

impl<T> Outcome<T> {
    /// Adds what another call gave.
    pub fn append(&mut self, other: Outcome<T>) {
        self.results.extend(other.results);
        self.incidents.extend(other.incidents);
        self.incidents.sort();
        self.ambiguous.extend(other.ambiguous);
        self.stats.packages += other.stats.packages;
        self.stats.files += other.stats.files;
        self.stats.bytes += other.stats.bytes;
        self.stats.skipped_directories += other.stats.skipped_directories;
        self.stats.excluded += other.stats.excluded;
        self.stats.left_out += other.stats.left_out;
        self.stats.links_not_followed += other.stats.links_not_followed;
        self.stats.archives_not_read += other.stats.archives_not_read;
        self.skipped.extend(other.skipped);
    }
}
