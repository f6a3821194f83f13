//! System view and initial content XML.
#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|data: &[u8]| common::read_as(&["export.xml", "SLING-INF/content/a.xml"], data));
