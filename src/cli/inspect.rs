//! `aem-ims-lint inspect`: what was read.

use std::path::PathBuf;

use super::args::{OUTPUT, ScanArgs, Words, one_of};
use super::{Failure, Outcome, formats, output};
use crate::format::Reading;
use crate::report::configuration::Account;
use crate::report::inspect::{self, InspectFormat};
use crate::scan::{self, Request};

/// Arguments of `inspect`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub scan: ScanArgs,

    /// Which reader to show
    #[arg(long, value_parser = one_of(READINGS), default_value = "tolerant", help_heading = OUTPUT)]
    pub reading: Reading,

    /// Format of the output
    #[arg(long, short, value_enum, help_heading = OUTPUT)]
    pub format: Option<InspectFormat>,

    /// Show all values, including secrets
    #[arg(long, help_heading = OUTPUT)]
    pub no_redact: bool,

    /// Write to FILE instead of standard output
    #[arg(long, short, value_name = "FILE", help_heading = OUTPUT)]
    pub output: Option<PathBuf>,
}

/// `--reading`
const READINGS: Words<Reading> = &[
    ("tolerant", "The content as a reader sees it, which the rules check", Reading::Tolerant),
    ("aem", "The content as AEM would store it", Reading::Aem),
];

/// Reads and shows. There are no findings: the exit code is 0, or 3 if something could not be read.
///
/// # Errors
/// Wrong arguments or configuration; output that cannot be written.
pub fn run(args: &Args) -> Result<Outcome, Failure> {
    let inspect = |request: &Request| scan::inspect(request, args.reading, !args.no_redact);
    let (_, inspection, times) = args.scan.scanned(args.output.as_deref(), inspect)?;
    let format = args.format.or_else(|| formats::of_name(args.output.as_deref())).unwrap_or(InspectFormat::Text);
    let shown = format == InspectFormat::Text && args.output.is_none();
    output::tell_account(&Account::of_inspection(&inspection), shown);
    let file = args.output.as_deref();
    output::write(file, |out| inspect::write(format, &inspection, output::width(file), out))?;
    args.scan.tell_timings(&inspection.stats, times);
    let incomplete = !inspection.incidents.is_empty() && !args.scan.allow_incomplete;
    Ok(if incomplete { Outcome::Incomplete } else { Outcome::Clean })
}
