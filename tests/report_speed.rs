//! Writing 25 000 findings takes less than 2 seconds and 300 MB in every format. Measures the release build:
//! `cargo test --release --test report_speed`.

#![allow(clippy::unwrap_used)]

mod support;

use std::io;
use std::time::{Duration, Instant};

use aem_ims_lint::report::inventory::{self, InventoryFormat};
use aem_ims_lint::report::{self, Options, Report};
use aem_ims_lint::source::SourcePath;
use clap::ValueEnum;
use support::{CONFIG, JWT, SECRET, TestFile, finding, formats, integration, sample};

/// 25 000 findings in 5 000 files, half of them in packages, each with related places; 5 000 integrations.
fn large() -> Report {
    let mut report = Report { incidents: sample().incidents, stats: sample().stats, ..Report::default() };
    for number in 0..5_000 {
        let path = match number % 2 {
            0 => SourcePath::file(format!("ui.config/src/main/content/jcr_root/apps/acme/config/x-{number}.config")),
            _ => {
                SourcePath::file(format!("dist/{}.zip", number / 100)).entry(format!("jcr_root/apps/x-{number}.config"))
            }
        };
        let places = TestFile::new(path, CONFIG).locate(&["adobe-ims-launch", "p8e-PLANTED-secret-0001"]);
        report.model.integrations.push(integration(&number.to_string(), aem_ims_lint::ims::AuthType::Jwt, &places[0]));
        for part in 0..5 {
            let rule = if part == 0 { &SECRET } else { &JWT };
            let mut finding = finding(rule, places[part % 2].clone());
            finding.integration = Some(number);
            finding.fingerprint = format!("{number:08x}{part:08x}");
            let location = places[1].clone();
            finding
                .related
                .push(aem_ims_lint::findings::Related { message: "the client secret is here".into(), location });
            report.findings.push(finding);
        }
    }
    report
}

#[test]
#[cfg_attr(debug_assertions, ignore = "measures the release build")]
fn twenty_five_thousand_findings_in_every_format() {
    let report = large();
    assert_eq!(report.findings.len(), 25_000);
    let limit = Duration::from_secs(2);
    for &format in formats() {
        let options = Options { color: true, hyperlinks: true, ..Options::default() };
        let started = Instant::now();
        report::write(format, &report, &options, &mut io::sink()).unwrap();
        let took = started.elapsed();
        println!("{format:?}: {took:.2?}, peak {:?} MB", peak_megabytes());
        assert!(took < limit, "{format:?} took {took:?}");
    }
    for &format in InventoryFormat::value_variants() {
        let started = Instant::now();
        inventory::write(format, &report, 120, &mut io::sink()).unwrap();
        let took = started.elapsed();
        println!("inventory {format:?}: {took:.2?}");
        assert!(took < limit, "inventory {format:?} took {took:?}");
    }
    if let Some(peak) = peak_megabytes() {
        assert!(peak < 300, "{peak} MB");
    }
}

/// Peak memory of this process, where the system tells.
fn peak_megabytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}
