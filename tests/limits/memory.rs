//! For any input, a scan takes at most half a gibibyte.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use aem_ims_lint::scan::{Request, scan};

use crate::common::*;
use crate::{in_own_process, peak_megabytes};

fn scanned(what: &str, zip: Vec<u8>) {
    let report = scan(&Request { given: vec![("a.zip".to_owned(), zip)], ..Request::default() });
    assert!(!report.is_complete(), "{what}: a budget was to end");
    if let Some(peak) = peak_megabytes() {
        println!("{what}: {peak} MB");
        assert!(peak < 512, "{what}: {peak} MB");
    }
}

#[test]
fn whatever_the_input_a_scan_takes_up_less_than_half_a_gibibyte() {
    in_own_process("memory::whatever_the_input_a_scan_takes_up_less_than_half_a_gibibyte", || {
        let leaf = Zip::new(vec![Entry::deflated("jcr_root/a.xml", marked("a"))]).bytes();
        let copies = (0..4).fold(leaf, |inner, _| {
            Zip::new((0..12).map(|n| Entry::deflated(format!("jcr_root/n{n}.zip"), &inner)).collect()).bytes()
        });
        scanned("copies in copies", copies);
        let blank =
            Zip::new(vec![Entry::stored("jcr_root/b.bin", " ".repeat(40 << 20)).with(|entry| entry.data.clear())]);
        let blank = Entry::deflated("jcr_root/n.zip", blank.bytes()).with(|entry| entry.data.clear());
        let numbered = |n: usize| blank.clone().with(|entry| entry.name = format!("jcr_root/n{n}.zip").into_bytes());
        scanned("large archives", Zip::new((0..12).map(numbered).collect()).bytes());
        let filter = r#"<exclude pattern="(\w{99}){20}"/>"#.repeat(9_000);
        let filter = format!("<workspaceFilter><filter root=\"/apps/a\">{filter}</filter></workspaceFilter>");
        let provider = r#"{"auth.access.token.request": "https://ims-na1.adobelogin.com/ims/exchange/jwt"}"#;
        let name = "jcr_root/apps/a/config/com.adobe.granite.auth.oauth.accesstoken.provider~x.cfg.json";
        let entries = vec![Entry::deflated("META-INF/vault/filter.xml", filter), Entry::deflated(name, provider)];
        scanned("a filter", Zip::new(entries).bytes());
        let record = Entry::stored("jcr_root/a.xml", "x").with(|entry| entry.flags |= 1);
        let encrypted = |n: usize| record.clone().with(|entry| entry.name = format!("jcr_root/{n}/a.xml").into_bytes());
        scanned("incidents", Zip::new((0..60_000).map(encrypted).collect()).bytes());
    });
}
