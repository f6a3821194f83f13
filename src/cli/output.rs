//! Where output goes.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::time::Duration;

use super::{Failure, Outcome};
use crate::format::Span;
use crate::report::configuration::Account;
use crate::report::systems;
use crate::report::wrap::rewrapped;
use crate::report::{Recognition, Report, Stats, escape};

/// Standard output, buffered.
pub fn stdout() -> Box<dyn Write> {
    Box::new(BufWriter::with_capacity(64 << 10, io::stdout().lock()))
}

/// Lets `write` write to a file, or to standard output for `None` and `-`. A file that could not be written completely
/// is removed, so that nobody takes it for the report.
///
/// # Errors
/// When the file cannot be created or written.
pub fn write(path: Option<&Path>, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let Some(path) = path.filter(|path| path.as_os_str() != "-") else {
        let mut out = stdout();
        write(&mut out)?;
        return Ok(out.flush()?);
    };
    let shown = path.display();
    let file = File::create(path).map_err(|error| Failure::Usage(format!("cannot write `{shown}`: {error}")))?;
    let is_regular = file.metadata().is_ok_and(|metadata| metadata.is_file());
    let mut out = BufWriter::with_capacity(64 << 10, file);
    let Err(error) = write(&mut out).and_then(|()| out.flush()) else { return Ok(()) };
    // The buffer would otherwise be flushed again.
    drop(out.into_parts());
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Err(Failure::Output(error));
    }
    let rest = match is_regular && std::fs::remove_file(path).is_ok() {
        true => "; the incomplete file is removed",
        false => "",
    };
    Err(Failure::Usage(format!("cannot write all of `{shown}`: {error}{rest}")))
}

/// Prints what `write` writes: all that the run does.
///
/// # Errors
/// Output that cannot be written.
pub fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<Outcome, Failure> {
    self::write(None, write).map(|()| Outcome::Clean)
}

/// A message for users, wrapped to the terminal; none of its lines is a command of a CI system.
fn terminal_lines(line: &str) -> String {
    // Tools collect messages line by line.
    let watched = io::stderr().is_terminal();
    let width = if watched { columns(|| terminal_size::terminal_size_of(io::stderr())) } else { UNBOUND };
    let wrapped = rewrapped(&escape::line(line), width);
    escape::lines(&wrapped, Span::default()).0
}

/// Prints on standard error what the user must change, in several lines if a source line is shown.
pub fn complain(message: &str) {
    let (message, _) = escape::lines(message, Span::default());
    // Source lines below the first stay unchanged, because a marker points at one of them.
    let (first, rest) = message.split_once('\n').map_or((message.as_str(), None), |(first, rest)| (first, Some(rest)));
    let first = terminal_lines(&format!("aem-ims-lint: error: {first}"));
    // A closed standard error cannot be reported.
    let _ = match rest {
        Some(rest) => writeln!(io::stderr(), "{first}\n{rest}"),
        None => writeln!(io::stderr(), "{first}"),
    };
}

/// Prints information for the user on standard error.
pub fn tell(message: &str) {
    // A closed standard error cannot be reported.
    let _ = writeln!(io::stderr(), "{}", terminal_lines(&format!("aem-ims-lint: {message}")));
}

/// Prints the configuration in use on standard error, with what it and comments hide, unless a readable report on
/// standard output has (`shown`).
pub fn tell_account(account: &Account<'_>, shown: bool) {
    if let Some(sentence) = account.sentence().filter(|_| !shown) {
        tell(&sentence);
    }
}

/// Prints on standard error which systems were found, unless the report has.
pub fn tell_systems(report: &Report, shown: bool) {
    if let Some(sentence) = systems::sentence(report).filter(|_| !shown) {
        tell(&sentence);
    }
}

/// Width of text that is not wrapped: one searchable line for each message.
const UNBOUND: usize = usize::MAX;

/// Width in columns for text written to `file`, or to standard output for `None` and `-`. For a terminal or a pager, it
/// is `COLUMNS`, or else the width of the terminal. For a file or the log of a CI job, it is [`UNBOUND`].
pub fn width(file: Option<&Path>) -> usize {
    if file.is_some_and(|file| file.as_os_str() != "-") {
        return UNBOUND;
    }
    // A pager uses the terminal for its standard output, and leaves our standard error for messages.
    let terminal =
        || terminal_size::terminal_size_of(io::stdout()).or_else(|| terminal_size::terminal_size_of(io::stderr()));
    columns(terminal)
}

/// `COLUMNS`, else the width of the terminal, else [`UNBOUND`].
fn columns(terminal: impl FnOnce() -> Option<(terminal_size::Width, terminal_size::Height)>) -> usize {
    let set = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let terminal = || terminal().map(|(width, _)| usize::from(width.0));
    set.or_else(terminal).filter(|width| *width >= 40).unwrap_or(UNBOUND)
}

/// Maximum number of files that are listed.
const MOST_NAMED: usize = 5;

/// Prints on standard error which given files were not recognised, and whether nothing was recognised.
pub fn recognition(recognition: &Recognition, verbose: bool) {
    const WHAT: &str = "no content package, configuration, export or credential file";
    for path in recognition.unrecognised.iter().take(MOST_NAMED) {
        tell(&format!("{path}: not recognised: {WHAT}"));
    }
    if let Some(more) = recognition.unrecognised.len().checked_sub(MOST_NAMED).filter(|more| *more > 0) {
        tell(&format!("{more} more files were not recognised"));
    }
    if !recognition.any {
        tell(&format!("nothing was recognised: {WHAT}"));
    }
    for directory in recognition.skipped.iter().filter(|_| verbose) {
        tell(&format!("{directory}: skipped; use --include-skipped to read it"));
    }
}

/// Prints on standard error how long a run took and how much it read.
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
