//! The time of writing a report grows only linearly with the number of findings, and 25 000 of them take less than 300
//! MB in every format.

#![allow(clippy::unwrap_used)]

use std::io;

use crate::support::{CONFIG, JWT, SECRET, TestFile, finding, formats, integration, sample};
use crate::{in_own_process, linear, peak_megabytes};
use aem_ims_lint::report::inventory::{self, InventoryFormat};
use aem_ims_lint::report::{self, Options, Report};
use aem_ims_lint::source::SourcePath;
use clap::ValueEnum;

/// Five findings in each of `files` files, half of them in packages, each with related locations; as many integrations.
fn report_of(files: usize) -> Report {
    let mut report = Report { incidents: sample().incidents, stats: sample().stats, ..Report::default() };
    let mut integrations = Vec::new();
    for number in 0..files {
        let path = match number % 2 {
            0 => SourcePath::file(format!("ui.config/src/main/content/jcr_root/apps/acme/config/x-{number}.config")),
            _ => {
                SourcePath::file(format!("dist/{}.zip", number / 100)).entry(format!("jcr_root/apps/x-{number}.config"))
            }
        };
        let places = TestFile::new(path, CONFIG).locate(&["adobe-ims-launch", "p8e-PLANTED-secret-0001"]);
        integrations.push(integration(&number.to_string(), aem_ims_lint::ims::AuthType::Jwt, &places[0]));
        for part in 0..5 {
            let rule = if part == 0 { &SECRET } else { &JWT };
            let mut finding = finding(rule, places[part % 2].clone());
            finding.integration = Some(number);
            finding.fingerprint = format!("{number:08x}{part:08x}");
            let location = places[1].clone();
            finding
                .related
                .push(aem_ims_lint::rules::Related { message: "the client secret is here".into(), location });
            report.findings.push(finding);
        }
    }
    report.landscape = aem_ims_lint::ims::Model { integrations, ..Default::default() }.into();
    report
}

#[test]
fn twenty_five_thousand_findings_in_every_format() {
    in_own_process("format_speed::twenty_five_thousand_findings_in_every_format", || {
        let (eighth, whole) = (report_of(625), report_of(5_000));
        assert_eq!(whole.findings.len(), 25_000);
        for &format in formats() {
            let options = Options { color: true, hyperlinks: true, ..Options::default() };
            let options = &options;
            let write = |report| move || report::write(format, report, options, &mut io::sink()).unwrap();
            linear::assert_linear(&format!("{format:?}"), write(&eighth), write(&whole));
        }
        for &format in InventoryFormat::value_variants() {
            let write = |report| move || inventory::write(format, report, 120, &mut io::sink()).unwrap();
            linear::assert_linear(&format!("inventory {format:?}"), write(&eighth), write(&whole));
        }
        if let Some(peak) = peak_megabytes() {
            assert!(peak < 300, "{peak} MB");
        }
    });
}
