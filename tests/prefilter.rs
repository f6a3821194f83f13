//! The choice of which files are worth parsing loses nothing: with it and without it every report is the same.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use aem_ims_lint::report::{self, ReportFormat};
use aem_ims_lint::scan::{Request, scan};
use aem_ims_lint::source;

/// Findings, integrations and incidents of a scan, as JSON.
fn told(inputs: &[PathBuf], no_prefilter: bool) -> String {
    let source = source::Options { no_prefilter, ..source::Options::default() };
    let mut report = scan(&Request { inputs: inputs.to_vec(), source, ..Request::default() });
    // How many files were read, and how many of those are broken and say nothing, is not what the choice promises.
    report.stats = report::Stats::default();
    let mut out = Vec::new();
    let options = report::Options {
        color: false,
        hyperlinks: false,
        width: 120,
        show_suppressed: true,
        allow_incomplete: false,
        category: None,
    };
    report::write(ReportFormat::Json, &report, &options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn all_fixtures_give_the_same_with_and_without_it() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for group in ["demo", "formats", "rules", "traps"] {
        for project in fs::read_dir(fixtures.join(group)).unwrap() {
            let path = project.unwrap().path();
            assert_eq!(told(std::slice::from_ref(&path), false), told(std::slice::from_ref(&path), true), "{path:?}");
        }
    }
}

/// A provider in docview, with the parts given in disguise.
fn docview(name: &str, host: &str) -> String {
    format!(
        "<jcr:root xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" jcr:primaryType=\"sling:OsgiConfig\"\n    {name}=\"https://{host}/ims/exch&#97;nge/jwt\" apiKey=\"0000example\"/>\n"
    )
}

#[test]
fn disguised_integrations_are_found() {
    let plain = "ims-na1.adobelogin.com";
    let references: String = plain.chars().map(|c| format!("&#x{:x};", c as u32)).collect();
    let backslashes: String = plain.chars().map(|c| format!("\\u{:04x}", c as u32)).collect();
    let quoted: String = plain.chars().map(|c| if c == '.' { "\\.".to_owned() } else { c.to_string() }).collect();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("com.acme.A.xml", docview("url", &references).into()),
        ("com.acme.A.xml", docview("url", &backslashes).into()),
        ("com.acme.A.xml", docview("url", &quoted).into()),
        ("com.acme.A.xml", docview("u_x0072_l", &plain.to_uppercase()).into()),
        (
            "com.acme.A.cfg.json",
            format!("{{\"url\":\"https:\\/\\/{backslashes}\\/ims\\/exchange\\/jwt\",\"apiKey\":\"x\"}}").into(),
        ),
        ("com.acme.A.config", format!("url=\"https://{quoted}/ims\\/exchange/jwt\"\napiKey=\"x\"\n").into()),
        ("com.acme.A.cfg", format!("url=https://{backslashes}/ims/exch\\\n   ange/jwt\napiKey=x\n").into()),
    ];
    for (name, bytes) in cases {
        let directory = tempfile::tempdir().unwrap();
        let folder = directory.path().join("jcr_root/apps/acme/config");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), &bytes).unwrap();
        let input = [directory.path().to_path_buf()];
        let with = told(&input, false);
        assert_eq!(with, told(&input, true), "{name}: {}", String::from_utf8_lossy(&bytes));
        assert!(with.contains("\"jwt-credential\""), "{name}: {}\n{with}", String::from_utf8_lossy(&bytes));
    }
}
