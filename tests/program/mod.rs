//! The program under test, and the only way to start it.

#![allow(dead_code, clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::Command;

/// Variables that influence the program: none of the user's values is passed on.
const SCRUBBED: [&str; 17] = [
    "CI",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLUMNS",
    "FORCE_COLOR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_WORK_TREE",
    "GITHUB_ACTIONS",
    "GITHUB_STEP_SUMMARY",
    "LINES",
    "NO_COLOR",
    "RAYON_NUM_THREADS",
    "RUST_BACKTRACE",
    "RUST_LOG",
    "SOURCE_DATE_EPOCH",
    "TERM_PROGRAM",
];

/// The program built by this run, or the one in `TESTED_PROGRAM`, such as one built in another way.
pub fn program() -> PathBuf {
    std::env::var_os("TESTED_PROGRAM").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_aem-ims-lint")), PathBuf::from)
}

/// `program` without the variables of the user's environment that it reads.
pub fn scrubbed(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    SCRUBBED.iter().for_each(|name| {
        command.env_remove(name);
    });
    command
}

/// The program with `args`, to be run in `directory`.
pub fn command(directory: &Path, args: &[&str]) -> Command {
    let mut command = scrubbed(program());
    command.args(args).current_dir(directory);
    command
}

/// A shell, to be run in `directory`, in which `aem-ims-lint` is this program.
pub fn shell(directory: &Path, shell: &str, args: &[&str]) -> Command {
    let program = program();
    let path = std::env::var("PATH").unwrap();
    let mut command = scrubbed(shell);
    command.args(args).current_dir(directory);
    command.env("PATH", format!("{}:{path}", program.parent().unwrap().display()));
    command
}
