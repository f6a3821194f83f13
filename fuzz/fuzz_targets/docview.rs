//! Docview XML, in both places that decide differently whether it is one.
#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|data: &[u8]| common::read_as(
    &["jcr_root/apps/a/config/.content.xml", "jcr_root/apps/a/config/a.b.C-d.xml"],
    data
));
