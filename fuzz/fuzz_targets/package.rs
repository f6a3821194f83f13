//! A whole scan of an archive: the reader, everything in it, the rules and a report.
#![no_main]

use aem_ims_lint::scan::{Request, scan};
use aem_ims_lint::source::{Limits, Options};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let limits =
        Limits { max_entry_bytes: 4 << 20, max_nested_bytes: 16 << 20, max_total_bytes: 64 << 20, ..Limits::default() };
    let source = Options { limits, ..Options::default() };
    let report = scan(&Request { given: vec![("a.zip".to_owned(), data.to_vec())], source, ..Request::default() });
    let internal = report.incidents.iter().find(|i| i.kind.id() == "internal");
    assert!(internal.is_none(), "{internal:?}");
});
