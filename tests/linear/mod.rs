//! Checks that time grows linearly with the input. It measures processor time, so other processes have no influence
//! except through shared caches. Other work in the same process does, so there is only one test in a binary.

#![allow(clippy::print_stdout)]

use std::time::Duration;

/// Maximum number of attempts, because a busy machine may spoil some.
const ATTEMPTS: usize = 6;

/// Fails unless `large`, with eight times the work of `small`, takes about eight times as long. Half of that is added
/// for caches; work that grows faster takes longer at every attempt.
#[track_caller]
pub fn assert_linear(what: &str, mut small: impl FnMut(), mut large: impl FnMut()) {
    let mut seen = Vec::new();
    for _ in 0..ATTEMPTS {
        let (least, most) = (took(&mut small), took(&mut large));
        println!("{what}: {most:.2?}, an eighth of it {least:.2?}");
        if most < least * 12 + Duration::from_millis(20) {
            return;
        }
        seen.push((least, most));
    }
    panic!("{what}: eight times as much takes longer than that, at each attempt: {seen:.2?}");
}

fn took(work: &mut impl FnMut()) -> Duration {
    let started = on_processor();
    work();
    on_processor() - started
}

/// Processor time of all threads of this process.
#[cfg(unix)]
fn on_processor() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Elapsed time, because the standard library has no processor time.
#[cfg(not(unix))]
fn on_processor() -> Duration {
    use std::sync::LazyLock;
    use std::time::Instant;
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}
