//! Time and memory. Most tests run one after another, because the resources of the whole process are measured; a few have a
//! process of their own. The longest of these comes first by its name, so that it runs beside the others.

#![allow(clippy::expect_used, clippy::print_stdout)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../linear/mod.rs"]
mod linear;
#[path = "../support/mod.rs"]
mod support;

mod format_speed;
mod growth;
mod large_exports;
mod memory;
mod merge;

use std::env;
use std::fs;
use std::process::Command;
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

/// Runs a test, called `name`, in a process of its own: memory that other tests have left to this process hides what it
/// takes. Neither its memory nor its processor time are those of this one, so it needs no turn.
fn in_own_process(name: &str, test: impl FnOnce()) {
    const IS_OWN: &str = "LIMITS_OWN_PROCESS";
    if env::var_os(IS_OWN).is_some() {
        return test();
    }
    let program = env::current_exe().expect("the path of this program");
    let own =
        Command::new(program).args([name, "--exact", "--nocapture"]).env(IS_OWN, "1").output().expect("a process");
    let (out, err) = (String::from_utf8_lossy(&own.stdout), String::from_utf8_lossy(&own.stderr));
    println!("{out}");
    assert!(own.status.success() && out.contains(" 1 passed;"), "{name}: {err}");
}

/// Peak memory of this process since its turn began, if the system reports it.
fn peak_megabytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}
