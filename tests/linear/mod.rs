//! Whether work grows with its input and no faster, told in time on the processor: what else the machine does has no part
//! in it but for shared caches. What else the process does has: one test in a binary.

#![allow(clippy::print_stdout)]

use std::time::Duration;

/// How often a machine that is busy with something else may spoil it.
const ATTEMPTS: usize = 6;

/// Fails unless `large`, which has eight times as much to do as `small`, takes about eight times as long. Half as much
/// again is room for caches; what grows faster takes longer at every attempt.
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

/// The time that all threads of this process together have had.
#[cfg(unix)]
fn on_processor() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// The time that has passed: the standard library knows no other.
#[cfg(not(unix))]
fn on_processor() -> Duration {
    use std::sync::LazyLock;
    use std::time::Instant;
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}
