//! The text formats as people see them.

mod support;

use aem_ims_lint::report::ReportFormat;
use support::{options, render, sample};

#[test]
fn dump() {
    for f in [
        ReportFormat::Github,
        ReportFormat::Azure,
        ReportFormat::Checkstyle,
        ReportFormat::Junit,
        ReportFormat::Csv,
        ReportFormat::Markdown,
        ReportFormat::Gitlab,
    ] {
        println!("{}", render(f, &sample(), &options()));
    }
}
