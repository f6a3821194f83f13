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
    output::print(|out| effective::write(&config, &given, out))
}
