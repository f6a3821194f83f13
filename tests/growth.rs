//! Time grows as the input does.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod common;
mod linear;

use aem_ims_lint::scan::{Request, scan};
use common::growth;

fn scanned(package: Vec<u8>) -> impl FnMut() {
    move || {
        let request = Request { given: vec![("a.zip".to_owned(), package.clone())], ..Request::default() };
        let report = scan(&request);
        assert!(report.stats.files > 0 && report.incidents.is_empty(), "{:?}", report.incidents);
    }
}

fn grows_with(what: &str, package: growth::Package, items: usize) {
    linear::assert_linear(what, scanned(package(items)), scanned(package(8 * items)));
}

#[test]
fn time_grows_with_entries_integrations_references_and_suppressions() {
    // One that fails, so that the others say something.
    let square = |n: u64| move || assert!((0..n * n).map(std::hint::black_box).sum::<u64>() > 0);
    let judged = std::panic::catch_unwind(|| linear::assert_linear("a square", square(400), square(3_200)));
    assert!(judged.is_err(), "a square was taken for linear");
    grows_with("pages", growth::pages, 4_000);
    grows_with("integrations", growth::integrations, 250);
    grows_with("namesakes", growth::namesakes, 250);
    grows_with("references", growth::references, 250);
    grows_with("suppressions", growth::suppressions, 250);
    grows_with("archives in archives", growth::nested, 100);
    grows_with("records that share a header", growth::shared, 1_000);
    grows_with("signatures outside the directory", growth::signatures, 4_000);
    grows_with("patterns of a filter", growth::patterns, 250);
}
