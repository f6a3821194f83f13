//! Time and memory. The tests run one after another, because the resources of the whole process are measured.

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

/// Held by the running test.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    // Resets the recorded peak, so that it is that of this test. If the system cannot, peaks of earlier tests count
    // too.
    let _ = fs::write("/proc/self/clear_refs", "5");
    turn
}

/// Peak memory of this process since its turn began, if the system reports it.
fn peak_megabytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}
