//! Every export, model and credential file in JSON.
#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|data: &[u8]| common::read_as(
    &[
        "a.json",
        "e1000-variables.json",
        "a.txt",
        "a.infinity.json",
        "SLING-INF/content/a.json",
        "config.json",
        ".aio",
        "features/a.slingosgifeature"
    ],
    data
));
