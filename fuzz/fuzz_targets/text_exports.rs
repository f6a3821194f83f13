//! Status dumps, provisioning models, environment files.
#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|data: &[u8]| common::read_as(&["configuration-status-1.txt", "012_Configurations.txt", "model/a.txt", "a.model", ".env"], data));
