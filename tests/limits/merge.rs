//! A merged report takes less memory than half the size of its parts on disk, in any output format.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::fs;
use std::io;

use aem_ims_lint::findings::Selection;
use aem_ims_lint::report::inventory::{self, InventoryFormat};
use aem_ims_lint::report::merge::Merge;
use aem_ims_lint::report::{self, Options, ReportFormat};
use aem_ims_lint::scan::{Request, scan};

use crate::common::growth;
use crate::{in_own_process, peak_megabytes};

/// Number of reports of each kind: so many megabytes that what a writer needs for itself is little beside them.
const REPORTS: usize = 120;

/// Reports of one system each, which differ like those of a fleet: in names, paths and client ids.
fn parts(given: &str, content: Vec<u8>) -> impl Iterator<Item = String> {
    let request = Request { given: vec![(given.to_owned(), content)], ..Request::default() };
    let mut text = Vec::new();
    report::write(ReportFormat::Json, &scan(&request), &Options::default(), &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    let given = given.to_owned();
    (0..REPORTS).map(move |number| text.replace(&given, &format!("fleet/customer-{number:05}/{given}")))
}

#[test]
fn memory_per_merged_report_is_less_than_half_of_it() {
    in_own_process("merge::memory_per_merged_report_is_less_than_half_of_it", || {
        for (what, given, content) in [
            ("a package", "all.zip", growth::integrations(20)),
            ("a dump", "configuration-status.txt", growth::status_dump(30).remove(0).1.into_bytes()),
        ] {
            let parts = parts(given, content);
            let _ = fs::write("/proc/self/clear_refs", "5");
            let before = peak_megabytes();
            let (mut merge, mut bytes) = (Merge::new(true), 0);
            for (number, part) in parts.enumerate() {
                bytes += part.len() as u64;
                merge.add(&format!("{number}.json"), None, part.as_bytes());
            }
            let merged = merge.finish(&Selection::default());
            assert!(merged.incidents.is_empty(), "{:?}", merged.incidents);
            assert_eq!(merged.landscape.inhabited().count(), REPORTS);
            for format in [ReportFormat::Json, ReportFormat::Sarif] {
                report::write(format, &merged, &Options::default(), &mut io::sink()).unwrap();
            }
            inventory::write(InventoryFormat::Html, &merged, 120, &mut io::sink()).unwrap();
            let Some((before, after)) = before.zip(peak_megabytes()) else { return };
            let megabytes = bytes >> 20;
            println!("{what}: {} MB for {megabytes} MB of reports", after - before);
            assert!((after - before) * 2 < megabytes, "{what}: {before} MB, then {after} MB, for {megabytes} MB");
        }
    });
}
