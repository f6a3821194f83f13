//! The choice of which files are parsed loses nothing: a file scanned with and without it gives the same.
#![no_main]

use aem_ims_lint::scan::{Request, scan};
use aem_ims_lint::source::Options;

const NAMES: &[&str] = &[
    "jcr_root/apps/a/config/.content.xml",
    "jcr_root/apps/a/config/a.b.C-d.config",
    "jcr_root/apps/a/config/a.b.C~d.cfg.json",
    "jcr_root/apps/a/config/a.b.C.cfg",
    "a.infinity.json",
    "export.xml",
];

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((&first, bytes)) = data.split_first() else { return };
    let name = NAMES[usize::from(first) % NAMES.len()];
    let told = |no_prefilter| {
        let source = Options { no_prefilter, ..Options::default() };
        let report = scan(&Request { given: vec![(name.to_owned(), bytes.to_vec())], source, ..Request::default() });
        let rules: Vec<_> = report.findings.iter().map(|f| (f.rule.id, f.location.start)).collect();
        let integrations: Vec<_> = report.model.integrations.iter().map(|i| i.id.clone()).collect();
        (rules, integrations)
    };
    assert_eq!(told(false), told(true), "{name}");
});
