//! Parses the arguments, runs, and turns the outcome into the exit code.
use std::process::ExitCode;

fn main() -> ExitCode {
    aem_ims_lint::cli::main()
}
