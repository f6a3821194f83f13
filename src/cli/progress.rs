//! A progress bar for long scans.

use std::io::IsTerminal;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget};

use crate::source::Progress;

/// Shorter scans show no bar.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the bar is updated.
const TICK: Duration = Duration::from_millis(100);

static PROGRESS: Progress = Progress { files: std::sync::atomic::AtomicU64::new(0) };

/// The counters of the scan.
pub fn counter() -> &'static Progress {
    &PROGRESS
}

/// Whether to show it: standard error is a terminal, and this is not a CI job.
pub fn is_wanted() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("CI").is_none()
}

/// Runs `work`; shows how many files were read if it takes longer than [`PATIENCE`].
pub fn watched<T>(show: bool, work: impl FnOnce() -> T) -> T {
    if !show {
        return work();
    }
    std::thread::scope(|scope| {
        let (done, wait) = channel::<()>();
        scope.spawn(move || {
            if wait.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            while wait.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                bar.set_message(format!("{} files read", PROGRESS.files.load(Ordering::Relaxed)));
                bar.tick();
            }
            bar.finish_and_clear();
        });
        let result = work();
        // The thread ends when the channel closes.
        drop(done);
        result
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_watcher_ends_with_the_work() {
        for (show, long) in [(false, Duration::ZERO), (true, Duration::ZERO), (true, PATIENCE + 3 * TICK)] {
            let started = std::time::Instant::now();
            let result = watched(show, || {
                std::thread::sleep(long);
                PROGRESS.files.fetch_add(1, Ordering::Relaxed);
                7
            });
            assert_eq!(result, 7);
            assert!(started.elapsed() >= long);
            // The bar moves on for as long as nobody tells that the work is done; machines may be slow.
            assert!(started.elapsed() < long + 20 * PATIENCE, "{show} {long:?} {:?}", started.elapsed());
        }
    }
}
