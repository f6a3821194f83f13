//! Stage *source*: where bytes come from — directory trees, content packages, packages in packages, standard input.
//!
//! [`read`] calls its visitor once for every file that the options select, in parallel, and returns what the visitor
//! made of them in a deterministic order. Nothing is skipped silently: what could not be read is an [`Incident`], what
//! was left out on purpose is counted in [`Stats`].

pub mod incident;
pub mod limits;
pub mod markers;
pub mod path;

pub use incident::{Incident, IncidentKind};
pub use limits::Limits;
pub use path::SourcePath;

use std::path::PathBuf;

use crate::repository::FileContext;

/// What to read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Bounds.
    pub limits: Limits,
    /// Read build output, version control and dependency folders too.
    pub include_skipped: bool,
    /// Hand over every file whose *name* can be of a supported format, instead of only those whose bytes can matter to
    /// the rules (`inspect`, and the proof that the choice is lossless).
    pub no_prefilter: bool,
}

/// A file handed to the visitor.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Where it lies.
    pub context: &'a FileContext,
    /// Its bytes, inflated.
    pub bytes: &'a [u8],
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
}

/// Reads `inputs` and calls `visit` for every selected file, in parallel. A panic in `visit` becomes an incident.
pub fn read<T: Send>(
    inputs: &[PathBuf],
    options: &Options,
    visit: &(dyn Fn(File<'_>) -> Option<T> + Sync),
) -> Outcome<T> {
    let _ = (inputs, options, visit);
    Outcome { results: Vec::new(), incidents: Vec::new(), ambiguous: Vec::new(), stats: Stats::default() }
}

/// Reads `bytes` as a file called `name`, archives included: standard input.
pub fn read_bytes<T: Send>(
    name: &str,
    bytes: &[u8],
    options: &Options,
    visit: &(dyn Fn(File<'_>) -> Option<T> + Sync),
) -> Outcome<T> {
    let _ = (name, bytes, options, visit);
    Outcome { results: Vec::new(), incidents: Vec::new(), ambiguous: Vec::new(), stats: Stats::default() }
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
    }
}
