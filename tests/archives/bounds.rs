//! Untrusted input cannot exhaust the machine: archives in archives, entries that share their bytes, filters with
//! regular expressions. Everything that was not read is reported, independent of the number of threads.
#![allow(clippy::unwrap_used)]

use aem_ims_lint::ims::literals;
use aem_ims_lint::report::{self, ReportFormat};
use aem_ims_lint::scan::{Request, scan, with_threads};
use aem_ims_lint::source::{self, Limits, Options, Outcome};

use crate::common::*;

const PID: &str = "com.adobe.granite.auth.oauth.accesstoken.provider";
const PROVIDER: &str = r#"{"name": "acme", "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/exchange/jwt", "auth.token.provider.keypair.alias": "a", "auth.token.provider.client.id": "0000example"}"#;

fn limited(zip: Vec<u8>, change: impl FnOnce(&mut Limits)) -> Outcome<String> {
    let mut options = Options::default();
    change(&mut options.limits);
    source::read_bytes("p.zip", zip, &options, &literals::known(), &|file| {
        Some(String::from_utf8_lossy(file.bytes).into_owned())
    })
}

/// The results of a reading with this number of threads, without the content of files.
fn told(zip: &[u8], threads: usize) -> (Vec<String>, Vec<String>, Vec<String>) {
    let outcome = with_threads(threads, || read_bytes("p.zip", zip.to_vec())).unwrap();
    (paths(&outcome), incidents(&outcome), ambiguous(&outcome))
}

/// Reads with one thread and with several, and checks that the results are equal. Returns the incidents.
#[track_caller]
fn same_incidents(zip: &[u8]) -> Vec<String> {
    let one = told(zip, 1);
    assert_eq!(one, told(zip, 4));
    one.1
}

fn leaf() -> Vec<u8> {
    Zip::new(vec![Entry::deflated("jcr_root/a.xml", marked("a"))]).bytes()
}

/// `levels` nested archives, each with `count` copies of the next one, created by `entry`.
fn nested(levels: usize, count: usize, entry: impl Fn(usize, &[u8]) -> Entry) -> Vec<u8> {
    (0..levels).fold(leaf(), |inner, _| Zip::new((0..count).map(|number| entry(number, &inner)).collect()).bytes())
}

#[test]
fn records_that_share_a_local_header_are_read_once() {
    // 30 to the power of 5 of them in two kilobytes.
    let zip = nested(5, 30, |number, inner| {
        Entry::deflated("jcr_root/n.zip", inner).with(|entry| entry.shares = (number > 0).then_some(0))
    });
    let outcome = read_bytes("p.zip", zip);
    assert_eq!(paths(&outcome).len(), 1);
    assert_eq!((incidents(&outcome), outcome.stats.packages), (vec![], 6));
    // Under different names they are the same bytes, and this is reported.
    let zip = nested(5, 30, |number, inner| {
        Entry::deflated(format!("jcr_root/n{number}.zip"), inner).with(|entry| {
            entry.shares = (number > 0).then_some(0);
        })
    });
    let outcome = read_bytes("p.zip", zip);
    assert_eq!((paths(&outcome).len(), outcome.stats.packages), (1, 6));
    assert_eq!(ambiguous(&outcome).len(), 29 * 5);
}

#[test]
fn a_file_under_several_names_counts_under_each_of_them() {
    let mut entries = vec![Entry::deflated("jcr_root/a.xml", marked("a"))];
    entries.extend(["jcr_root/b.xml", "jcr_root/a.xml", "jcr_root/c.png", "jcr_root/b.xml"].map(|name| {
        entries[0].clone().with(|entry| {
            entry.name = name.into();
            entry.shares = Some(0);
        })
    }));
    // A different file with one of these names is another version of it.
    entries.push(Entry::deflated("jcr_root/b.xml", marked("b")));
    let outcome = read_bytes("p.zip", Zip::new(entries).bytes());
    assert_eq!(paths(&outcome), ["p.zip!/jcr_root/a.xml", "p.zip!/jcr_root/b.xml", "p.zip!/jcr_root/b.xml"]);
    assert_eq!(outcome.results[1].1, marked("a"));
    assert_eq!(outcome.results[2].1, marked("b"));
    assert!(
        ambiguous(&outcome).iter().any(|told| told.contains("3 files with this name")),
        "{:?}",
        ambiguous(&outcome)
    );
}

#[test]
fn copies_in_copies_end_at_the_budget_for_archives() {
    let makes: [fn(String, &[u8]) -> Entry; 2] =
        [|name, data| Entry::stored(name, data), |name, data| Entry::deflated(name, data)];
    for entry in makes {
        let copies = nested(4, 12, |number, inner| entry(format!("jcr_root/n{number}.zip"), inner));
        let zip = Zip::new(vec![Entry::deflated("jcr_root/all.zip", copies)]).bytes();
        let incidents = same_incidents(&zip);
        assert!(incidents[0].contains("the budget for archives in archives is exhausted"), "{:?}", incidents[0]);
        let outcome = read_bytes("p.zip", zip);
        assert!((9_000..11_000).contains(&outcome.stats.packages), "{}", outcome.stats.packages);
    }
}

#[test]
fn archives_that_end_alike_share_their_entries() {
    // Each entry is stored and extends to the end of the file, so each is an archive with all the entries after it.
    let count = 1_000_usize;
    let name = |number: usize| format!("jcr_root/{number:05}.zip");
    let header = 30 + name(0).len();
    let total = count * header + count * (46 + name(0).len()) + 22;
    let entries = (0..count).map(|number| {
        let packed = vec![0; total - (number + 1) * header];
        Entry::stored(name(number), []).with(|entry| {
            entry.size = packed.len() as u32;
            entry.packed = packed;
        })
    });
    // Only the headers are written in place of the data.
    let mut zip = Vec::new();
    let mut directory = Vec::new();
    for (number, entry) in entries.enumerate() {
        let offset = (number * header) as u32;
        zip.extend(b"PK\x03\x04\x14\0\0\0\0\0\0\0\x21\0");
        let mut record = b"PK\x01\x02\x14\x03\x14\0\0\0\0\0\0\0\x21\0".to_vec();
        for out in [&mut zip, &mut record] {
            out.extend(0_u32.to_le_bytes());
            out.extend(entry.size.to_le_bytes());
            out.extend(entry.size.to_le_bytes());
            out.extend((entry.name.len() as u16).to_le_bytes());
            out.extend([0; 2]);
        }
        zip.extend(&entry.name);
        record.extend([0; 10]);
        record.extend(offset.to_le_bytes());
        record.extend(&entry.name);
        directory.extend(record);
    }
    let start = zip.len() as u32;
    zip.extend(&directory);
    zip.extend(b"PK\x05\x06\0\0\0\0");
    zip.extend([(count as u16).to_le_bytes(), (count as u16).to_le_bytes()].concat());
    zip.extend((directory.len() as u32).to_le_bytes());
    zip.extend(start.to_le_bytes());
    zip.extend([0; 2]);
    assert_eq!(zip.len(), total);
    let incidents = same_incidents(&zip);
    assert!(
        incidents.iter().any(|told| told.contains("the budget for entries is exhausted")),
        "{:?}",
        incidents.last()
    );
    assert!(incidents.iter().any(|told| told.contains("the budget for archives in archives is exhausted")));
    assert!(incidents.iter().any(|told| told.contains("the others are not listed")));
}

#[test]
fn no_depth_of_nesting_takes_up_the_stack() {
    let mut zip = leaf();
    for _ in 0..5_000 {
        zip = Zip::new(vec![Entry::stored("jcr_root/n.zip", &zip).with(|entry| entry.crc = 0)]).bytes();
    }
    let outcome = limited(zip.clone(), |limits| limits.max_depth = usize::MAX);
    assert_eq!(outcome.stats.packages, 65);
    assert!(
        incidents(&outcome)[0].contains("nested more than 64 deep; this cannot be raised"),
        "{:?}",
        incidents(&outcome)
    );
    assert!(incidents(&read_bytes("p.zip", zip))[0].contains("raise --max-depth"));
}

#[test]
fn an_archive_with_an_overlong_path_is_not_read() {
    let long = format!("jcr_root/{}", "long/".repeat(700));
    let zip = nested(3, 1, |_, inner| Entry::stored(format!("{long}n.zip"), inner));
    let outcome = read_bytes("p.zip", zip);
    assert_eq!(incidents(&outcome).len(), 1);
    assert!(incidents(&outcome)[0].contains("its path is longer than 4096 bytes"), "{:?}", incidents(&outcome));
}

#[test]
fn an_input_may_inflate_only_in_proportion_to_its_size() {
    // Each of them alone stays below every limit.
    let blank = Entry::stored("jcr_root/a.bin", " ".repeat(40 << 20)).with(|entry| entry.data.clear());
    let inner = Zip::new(vec![blank]).bytes();
    let entries = (0..20).map(|number| Entry::deflated(format!("jcr_root/n{number}.zip"), &inner));
    let incidents = same_incidents(&Zip::new(entries.collect()).bytes());
    assert!(incidents[0].contains("the limit is --max-ratio: an input may inflate to an eighth"), "{incidents:?}");
}

#[test]
fn the_search_for_unlisted_entries_has_one_budget_for_all_archives() {
    // The sizes follow the data, so the data have to be scanned.
    let hidden = Entry::deflated("jcr_root/x.xml", " ".repeat(30 << 20)).streamed().with(|entry| entry.listed = false);
    let inner = Zip::new(vec![hidden, Entry::deflated("jcr_root/a.xml", marked("a"))]).bytes();
    let entries = (0..200).map(|number| Entry::deflated(format!("jcr_root/n{number}.zip"), &inner));
    let incidents = same_incidents(&Zip::new(entries.collect()).bytes());
    assert!(incidents.iter().any(|told| told.contains("outside its directory was stopped")), "{incidents:?}");
}

#[test]
fn a_nested_archive_that_declares_nothing_takes_no_more_memory_than_one_that_does() {
    let inner = Zip::new(vec![
        Entry::deflated("jcr_root/a.xml", marked("a")),
        Entry::stored("jcr_root/b.bin", " ".repeat(8 << 20)),
    ]);
    let lie = Entry::deflated("jcr_root/n.zip", inner.bytes()).with(|entry| entry.directory_size = Some(7));
    let zip = Zip::new(vec![lie]).bytes();
    assert_eq!(paths(&read_bytes("p.zip", zip.clone())), ["p.zip!/jcr_root/n.zip!/jcr_root/a.xml"]);
    let outcome = limited(zip, |limits| limits.max_nested_bytes = 4 << 20);
    assert!(incidents(&outcome)[0].contains("bytes that --max-nested-bytes leaves for it"));
}

#[test]
fn ten_thousand_incidents_are_told() {
    let encrypted = |number: usize| Entry::stored(format!("jcr_root/{number:05}.xml"), "x").with(|e| e.flags |= 1);
    let incidents = same_incidents(&Zip::new((0..25_000).map(encrypted).collect()).bytes());
    assert_eq!(incidents.len(), 10_001);
    assert!(incidents[0].starts_with("encrypted p.zip!/jcr_root/00000.xml: "), "{}", incidents[0]);
    assert!(
        incidents.iter().any(|told| told.starts_with("limit p.zip!/jcr_root/09999.xml: more than this many")),
        "{:?}",
        incidents.last()
    );
}

#[test]
fn a_manifest_of_many_clauses_is_compared_with_few_of_them() {
    let clauses: Vec<String> = (0..1_000).map(|number| format!("a{number}")).collect();
    let manifest = format!("Bundle-SymbolicName: a\nSling-Initial-Content: {}\n", clauses.join(","));
    let zip = Zip::new(vec![
        Entry::deflated("META-INF/MANIFEST.MF", manifest),
        Entry::deflated("a255/x.json", marked("a")),
        Entry::deflated("a256/x.json", marked("b")),
    ]);
    let outcome = read_bytes("p.jar", zip.bytes());
    assert_eq!(paths(&outcome), ["p.jar!/a255/x.json"]);
    assert!(incidents(&outcome)[0].contains("Sling-Initial-Content has more than 256 clauses"));
}

/// The JSON report for a package with this filter and `providers` providers, scanned with `threads` threads.
fn filtered(patterns: &str, providers: usize, threads: usize) -> serde_json::Value {
    let filter = format!("<workspaceFilter><filter root=\"/apps/a\">{patterns}</filter></workspaceFilter>");
    let mut entries = vec![Entry::deflated("META-INF/vault/filter.xml", filter)];
    let name = |number: usize| format!("jcr_root/apps/a/config/{PID}~x{number}.cfg.json");
    entries.extend((0..providers).map(|number| Entry::deflated(name(number), PROVIDER)));
    let request = Request { given: vec![("p.zip".to_owned(), Zip::new(entries).bytes())], ..Request::default() };
    let report = with_threads(threads, || scan(&request)).unwrap();
    let mut json = Vec::new();
    report::write(ReportFormat::Json, &report, &report::Options::default(), &mut json).unwrap();
    serde_json::from_slice(&json).unwrap()
}

#[test]
fn a_filter_that_costs_too_much_leaves_it_open_what_it_covers() {
    let cases = [
        (r#"<exclude pattern="(\w{99}){40}"/>"#.repeat(20_000), "more than 10000 filters and patterns"),
        (r#"<exclude pattern="(\w{99}){99}"/>"#.to_owned(), "compiled patterns is too large"),
        (r#"<exclude pattern="/(?=a)(.|.)*(.*)*x"/>"#.to_owned(), "takes too many steps to match"),
        (r#"<exclude pattern="(\w{99}){20}"/>"#.repeat(2_000), "need more than 64 MiB"),
    ];
    for (patterns, told) in cases {
        let report = filtered(&patterns, 2, 1);
        let incidents = report["incidents"].as_array().unwrap();
        assert_eq!(incidents.len(), 1, "{told}: {incidents:?}");
        let (message, kind) = (incidents[0]["message"].as_str().unwrap(), incidents[0]["kind"].as_str());
        assert_eq!((message.starts_with("filter.xml: "), kind), (true, Some("limit")), "{message}");
        assert!(message.contains(told), "{message}");
        let findings = report["findings"].as_array().unwrap();
        assert!(!findings.is_empty());
        for finding in findings {
            assert!(finding["location"]["covered"].is_null(), "{told}: {finding}");
            assert!(!finding.to_string().contains("does not cover"), "{told}: {finding}");
        }
        assert_eq!(report, filtered(&patterns, 2, 4));
    }
}

#[test]
fn a_filter_as_people_write_them_is_answered() {
    let patterns: String = (0..50)
        .map(|number| {
            format!(r#"<exclude pattern="/apps/a/site{number}(/.*)?"/><include pattern="/apps/a/(?!x{number}/).*"/>"#)
        })
        .collect();
    let patterns = format!(r#"{patterns}<exclude pattern=".*/config(/.*)?"/>"#);
    let report = filtered(&patterns, 200, 2);
    assert_eq!(report["incidents"], serde_json::json!([]));
    assert_eq!(report["findings"][0]["location"]["covered"], false);
    assert!(report["findings"][0].to_string().contains("does not cover"));
}
