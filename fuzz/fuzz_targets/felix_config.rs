//! Felix `.config` files.
#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|data: &[u8]| common::read_as(
    &["jcr_root/apps/a/config/a.b.C-d.config", "crx-quickstart/launchpad/config/a/b/C.config"],
    data
));
