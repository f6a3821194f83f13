//! `aem-ims-lint inventory`: every integration and what is left to do.

use std::path::PathBuf;

use super::args::{OUTPUT, ScanArgs};
use super::{Failure, Outcome, formats, output};
use crate::report::configuration::Account;
use crate::report::inventory::{self, InventoryFormat};
use crate::scan;

/// Arguments of `inventory`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub scan: ScanArgs,

    /// Format of the inventory
    #[arg(long, short, value_enum, help_heading = OUTPUT)]
    pub format: Option<InventoryFormat>,

    /// Show a table of integrations by systems: the status of each on every instance or in every project
    #[arg(long)]
    pub matrix: bool,

    /// Write to FILE instead of standard output
    #[arg(long, short, value_name = "FILE", help_heading = OUTPUT)]
    pub output: Option<PathBuf>,
}

/// Scans and lists. An inventory has no findings: the exit code is 0, or 3 for an incomplete scan.
///
/// # Errors
/// Wrong arguments or configuration; output that cannot be written.
pub fn run(args: &Args) -> Result<Outcome, Failure> {
    let (_, report, times) = args.scan.scanned(args.output.as_deref(), scan::scan)?;
    let format = args.format.or_else(|| formats::of_name(args.output.as_deref())).unwrap_or(InventoryFormat::Table);
    let shown = format == InventoryFormat::Table && args.output.is_none();
    output::tell_account(&Account::of(&report), shown);
    let file = args.output.as_deref();
    let write = if args.matrix { inventory::write_matrix } else { inventory::write };
    output::write(file, |out| write(format, &report, output::width(file), out))?;
    args.scan.tell_recognition(&report);
    args.scan.tell_timings(&report.stats, times);
    if shown && report.landscape.integrations().next().is_none() {
        output::tell("docs/exports.md describes the exports of an instance, and what each contains");
    }
    let nothing = args.scan.fails_on_nothing(&report, true);
    let incomplete = nothing || !report.is_complete() && !args.scan.allow_incomplete;
    Ok(if incomplete { Outcome::Incomplete } else { Outcome::Clean })
}
