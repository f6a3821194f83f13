//! The choice of which files are parsed loses nothing: a file scanned with and without it gives the same.
#![no_main]

#[path = "../../tests/common/mod.rs"]
mod common;

use aem_ims_lint::report::inventory::{self, InventoryFormat};
use aem_ims_lint::scan::{Request, scan};
use aem_ims_lint::source::Options;

const NAMES: &[&str] = &[
    "jcr_root/apps/a/config/.content.xml",
    "jcr_root/apps/a/config/a.b.C-d.config",
    "jcr_root/apps/a/config/a.b.C~d.cfg.json",
    "jcr_root/apps/a/config/a.b.C.cfg",
    "a.infinity.json",
    "export.xml",
    "jcr_root/apps/a/config/a.b.C-d.config/_jcr_content/_jcr_data.binary",
    "jcr_root/apps/a/config/org.apache.sling.jcr.repoinit.RepositoryInitializer~a.cfg.json",
    "jcr_root/apps/a/config/a.b.C.properties",
    "a.slingosgifeature",
    "a.txt",
];

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((&first, bytes)) = data.split_first() else { return };
    let name = NAMES[usize::from(first) % NAMES.len()];
    // In a package: a file that is named is read whatever it holds.
    let package = common::Zip::new(vec![common::Entry::stored(name, bytes)]).bytes();
    let told = |no_prefilter| {
        let source = Options { no_prefilter, ..Options::default() };
        let given = vec![("a.zip".to_owned(), package.clone())];
        let mut report = scan(&Request { given, source, ..Request::default() });
        report.stats = Default::default();
        let findings: Vec<_> =
            report.findings.iter().map(|f| (f.rule.id, f.location.start, f.message.clone())).collect();
        let mut inventory = Vec::new();
        inventory::write(InventoryFormat::Json, &report, 120, &mut inventory).expect("memory can be written to");
        (findings, report.incidents, inventory)
    };
    assert_eq!(told(false), told(true), "{name}");
});
