//! The command line: one file per sub-command.

/// Parses the arguments and runs; the result is the exit code.
pub fn main() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
