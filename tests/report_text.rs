//! The text formats as people see them.

mod support;

use aem_ims_lint::report::ReportFormat;
use support::{options, render, sample};

#[test]
fn dump() {
    for f in [ReportFormat::Text, ReportFormat::Concise, ReportFormat::Json, ReportFormat::Sarif] {
        println!("{}", render(f, &sample(), &options()));
    }
}
