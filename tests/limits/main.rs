//! Time and memory. One test after another, because what is measured is what the whole process takes.

#[path = "../common/mod.rs"]
mod common;
#[path = "../linear/mod.rs"]
mod linear;

mod growth;
mod large_exports;
mod memory;
mod merge;

use std::fs;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Held by the test whose turn it is.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    // From now on the system tells the peak of this test. Where it cannot, the peak of those before counts too.
    let _ = fs::write("/proc/self/clear_refs", "5");
    turn
}

/// Peak memory of this process since its turn began, where the system tells.
fn peak_megabytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}
