//! Where output goes.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::Duration;

use super::Failure;
use crate::format::Span;
use crate::report::configuration::Account;
use crate::report::{Recognition, Stats};

/// Standard output, buffered.
pub fn stdout() -> Box<dyn Write> {
    Box::new(BufWriter::with_capacity(64 << 10, io::stdout().lock()))
}

/// A file, or standard output for `None` and `-`.
///
/// # Errors
/// When the file cannot be created.
pub fn open(path: Option<&Path>) -> Result<Box<dyn Write>, Failure> {
    match path {
        None => Ok(stdout()),
        Some(path) if path.as_os_str() == "-" => Ok(stdout()),
        Some(path) => {
            let file = File::create(path)
                .map_err(|error| Failure::Usage(format!("cannot write `{}`: {error}", path.display())))?;
            Ok(Box::new(BufWriter::with_capacity(64 << 10, file)))
        }
    }
}

/// Says on standard error what a person must change, in several lines where a source line is shown.
pub fn complain(message: &str) {
    let (message, _) = crate::report::escape::lines(message, Span::default());
    // Nothing can be done about a closed standard error.
    let _ = writeln!(io::stderr(), "aem-ims-lint: error: {message}");
}

/// Says on standard error what a person may want to know.
pub fn tell(message: &str) {
    // Nothing can be done about a closed standard error.
    let _ = writeln!(io::stderr(), "aem-ims-lint: {}", crate::report::escape::line(message));
}

/// Names the configuration in force on standard error, with what it and comments hide, where no report for people on
/// standard output does: `shown`.
pub fn tell_account(account: &Account<'_>, shown: bool) {
    if let Some(sentence) = account.sentence().filter(|_| !shown) {
        tell(&sentence);
    }
}

/// Width of the terminal in columns: `COLUMNS`, else what the terminal says, else 120.
pub fn width() -> usize {
    let set = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    set.or_else(terminal).filter(|width| *width >= 40).unwrap_or(120)
}

/// Most files that are named one by one.
const MOST_NAMED: usize = 5;

/// Says on standard error what was named and not recognised, and whether nothing was.
pub fn recognition(recognition: &Recognition, verbose: bool) {
    const WHAT: &str = "no content package, configuration, export or credential file";
    for path in recognition.unrecognised.iter().take(MOST_NAMED) {
        tell(&format!("{path}: not recognised: {WHAT}"));
    }
    if let Some(more) = recognition.unrecognised.len().checked_sub(MOST_NAMED).filter(|more| *more > 0) {
        tell(&format!("{more} more named files are not recognised"));
    }
    if !recognition.any {
        tell(&format!("nothing was recognised: {WHAT}"));
    }
    for directory in recognition.skipped.iter().filter(|_| verbose) {
        tell(&format!("{directory}: skipped; --include-skipped reads it"));
    }
}

/// Says on standard error how long a run took and how much it read.
pub fn timings(stats: &Stats, scanned: Duration, total: Duration) {
    let mebibytes = stats.bytes / (1 << 20);
    let reported = total.saturating_sub(scanned);
    // Nothing can be done about a closed standard error.
    let _ = writeln!(
        io::stderr(),
        "aem-ims-lint: {} files, {mebibytes} MiB, {} packages; scan {scanned:.0?}, report {reported:.0?}",
        stats.files,
        stats.packages
    );
}
