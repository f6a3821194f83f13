//! Status dumps, pages of the web console, mails with such, lists of variables, provisioning models, environment files, INI files.
#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|data: &[u8]| common::read_as(
    &[
        "page.html",
        "page.mhtml",
        "variables.yaml",
        ".repo",
        "configuration-status-1.txt",
        "012_Configurations.txt",
        "model/a.txt",
        "a.model",
        "a.ini",
        ".env"
    ],
    data
));
