//! Time grows as the input does. Measures the release build: `cargo test --release --test growth`.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod common;

use std::time::{Duration, Instant};

use aem_ims_lint::scan::{Request, scan};
use common::growth;

/// Eight times the input may take this many times as long: room for caches and a busy machine, none for a square, which
/// would take sixty-four times as long.
const MOST: u32 = 20;

fn took(bytes: &[u8]) -> Duration {
    let once = || {
        let request = Request { given: vec![("a.zip".to_owned(), bytes.to_vec())], ..Request::default() };
        let started = Instant::now();
        let report = scan(&request);
        assert!(report.stats.files > 0 && report.incidents.is_empty(), "{:?}", report.incidents);
        started.elapsed()
    };
    (0..3).map(|_| once()).min().unwrap()
}

fn grows_with(package: growth::Package, items: usize) {
    let (small, large) = (took(&package(items)), took(&package(8 * items)));
    println!("{items}: {small:.2?}, {}: {large:.2?}", 8 * items);
    assert!(large < small * MOST, "{items}: {small:.2?}, {}: {large:.2?}", 8 * items);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "measures the release build")]
fn time_grows_with_entries_integrations_references_and_suppressions() {
    grows_with(growth::pages, 4_000);
    grows_with(growth::integrations, 1_000);
    grows_with(growth::namesakes, 1_000);
    grows_with(growth::references, 1_000);
    grows_with(growth::suppressions, 1_000);
}
