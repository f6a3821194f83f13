//! `aem-ims-lint config`: the settings in force and where each comes from.

use super::args::ScanArgs;
use super::{Failure, Outcome, output};
use crate::config::effective;

/// Arguments of `config`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub scan: ScanArgs,
}

/// Prints the configuration that `check` would use for the same arguments.
///
/// # Errors
/// Wrong arguments or configuration; output that cannot be written.
pub fn run(args: &Args) -> Result<Outcome, Failure> {
    let (config, given) = args.scan.configuration()?;
    let mut out = output::stdout();
    effective::write(&config, &given, &mut out)?;
    out.flush()?;
    Ok(Outcome::Clean)
}
