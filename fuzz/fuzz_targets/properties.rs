//! Properties in both forms.
#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|data: &[u8]| common::read_as(
    &["jcr_root/apps/a/config/a.b.C.cfg", "jcr_root/apps/a/config/a.b.C.properties"],
    data
));
