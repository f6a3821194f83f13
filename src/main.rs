//! Parses the arguments, runs, and turns the outcome into the exit code.
use std::process::ExitCode;

// The allocator of musl has one lock for all threads and returns larger blocks to the system immediately: packages take
// a fifth longer with it (docs/performance.md).
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    aem_ims_lint::cli::main()
}
