//! The parts of a scan, each at one, two, four and eight times the size: time per item must stay the same.
//!
//! `cargo bench` measures; `cargo bench -- --test` runs everything once.

#![allow(missing_docs)]

use aem_ims_lint::ims::literals;
use aem_ims_lint::scan::{Request, scan};
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};

#[path = "../tests/common/mod.rs"]
mod common;

use common::growth::{self, PAGE, Package};

const TIMES: [usize; 4] = [1, 2, 4, 8];

fn main() {
    divan::main();
}

/// The choice of what to parse, over a page that says nothing about IMS.
#[divan::bench]
fn prefilter(bencher: Bencher<'_, '_>) {
    let markers = literals::known();
    bencher
        .counter(BytesCount::of_str(PAGE))
        .bench(|| markers.may_matter("jcr_root/content/a/.content.xml", PAGE.as_bytes()));
}

fn scans(bencher: Bencher<'_, '_>, items: usize, package: Package) {
    let bytes = package(items);
    bencher
        .counter(ItemsCount::new(items))
        .with_inputs(|| Request { given: vec![("a.zip".to_owned(), bytes.clone())], ..Request::default() })
        .bench_values(|request| scan(&request).findings.len());
}

/// Entries of a package.
#[divan::bench(args = TIMES)]
fn entries(bencher: Bencher<'_, '_>, times: usize) {
    scans(bencher, times * 2_000, growth::pages);
}

/// Integrations, each with a name of its own.
#[divan::bench(args = TIMES)]
fn integrations(bencher: Bencher<'_, '_>, times: usize) {
    scans(bencher, times * 250, growth::integrations);
}

/// Integrations that all have one name.
#[divan::bench(args = TIMES)]
fn namesakes(bencher: Bencher<'_, '_>, times: usize) {
    scans(bencher, times * 250, growth::namesakes);
}

/// Cloud configurations that all refer to one name.
#[divan::bench(args = TIMES)]
fn references(bencher: Bencher<'_, '_>, times: usize) {
    scans(bencher, times * 250, growth::references);
}

/// Comments that suppress.
#[divan::bench(args = TIMES)]
fn suppressions(bencher: Bencher<'_, '_>, times: usize) {
    scans(bencher, times * 250, growth::suppressions);
}
