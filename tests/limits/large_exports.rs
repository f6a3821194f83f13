//! A large export with a few IMS nodes is read to its end: irrelevant content does not count towards limits, takes no
//! memory, and does not shift the lines.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::Path;

use aem_ims_lint::ims::{AuthType, FieldName};
use aem_ims_lint::report::Report;
use aem_ims_lint::scan::{Request, scan};

use crate::{in_own_process, peak_megabytes};

/// More pages than the maximum number of values kept of a file.
const PAGES: usize = 25_000;
const NODES: usize = 3;
const PROVIDER: &str = "com.adobe.granite.auth.oauth.accesstoken.provider~n";
const ENDPOINT: &str = "https://ims-na1.adobelogin.com/ims/exchange/jwt";

/// An export in one format: start, page, provider, end.
struct Written {
    name: &'static str,
    start: &'static str,
    page: fn(usize) -> String,
    provider: fn(usize) -> String,
    end: &'static str,
}

const SYSTEM_VIEW: Written = Written {
    name: "export.xml",
    start: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <sv:node xmlns:sv=\"http://www.jcp.org/jcr/sv/1.0\" xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" sv:name=\"apps\">\n",
    page: |n| {
        let property = |name: &str, value: &str| {
            format!("<sv:property sv:name=\"{name}\" sv:type=\"String\"><sv:value>{value}</sv:value></sv:property>\n")
        };
        let properties: String =
            (0..5).map(|p| property(&format!("p{p}"), "a &amp; b, C:\\temp? caf\u{e9}!")).collect();
        format!(
            "<sv:node sv:name=\"page{n}\">\n{properties}<sv:node sv:name=\"jcr:content\">\n{properties}</sv:node>\n</sv:node>\n"
        )
    },
    provider: |n| {
        let property = |name: &str, kind: &str, value: &str| {
            format!("<sv:property sv:name=\"{name}\" sv:type=\"{kind}\"><sv:value>{value}</sv:value></sv:property>\n")
        };
        format!("<sv:node sv:name=\"{PROVIDER}{n}\">\n")
            + &property("jcr:primaryType", "Name", "sling:OsgiConfig")
            + &property("name", "String", &format!("Acme {n}"))
            + &property("auth.access.token.request", "String", ENDPOINT)
            + "</sv:node>\n"
    },
    end: "</sv:node>\n",
};

const JSON: Written = Written {
    name: "apps.infinity.json",
    start: "{\n\"jcr:primaryType\": \"sling:Folder\"",
    page: |n| {
        let properties: String =
            (0..5).map(|p| format!(",\n\"p{p}\": [\"a \\\"b\\\"\", \"<p>C:\\\\temp<\\/p>\\u00e9 }}\"]")).collect();
        format!(",\n\"page{n}\": {{\n\"n\": {n}{properties},\n\"jcr:content\": {{\n\"n\": {n}{properties}}}\n}}")
    },
    provider: |n| {
        format!(
            ",\n\"{PROVIDER}{n}\": {{\n\"jcr:primaryType\": \"sling:OsgiConfig\",\n\"name\": \"Acme {n}\",\n\
             \"auth.access.token.request\": \"{ENDPOINT}\"\n}}"
        )
    },
    end: "\n}\n",
};

fn write(written: &Written, folder: &Path) -> (std::path::PathBuf, Vec<usize>) {
    let mut text = written.start.to_owned();
    for n in 0..PAGES {
        text += &(written.page)(n);
        if n % (PAGES / NODES) == PAGES / NODES / 2 {
            text += &(written.provider)(n);
        }
    }
    text += written.end;
    let lines = text.lines().enumerate().filter(|(_, line)| line.contains(ENDPOINT)).map(|(at, _)| at + 1).collect();
    let path = folder.join(written.name);
    fs::write(&path, text).unwrap();
    (path, lines)
}

fn lines_of(report: &Report) -> Vec<usize> {
    let endpoints = report.landscape.integrations().map(|integration| {
        assert_eq!(integration.auth, AuthType::Jwt);
        let endpoint = integration.fields.iter().find(|field| field.name == FieldName::TokenEndpoint);
        endpoint.and_then(|field| field.location.as_ref()).unwrap().start.line as usize
    });
    let mut lines: Vec<usize> = endpoints.collect();
    lines.sort_unstable();
    lines
}

/// An export with members that are called like those of a feature model was parsed whole, to tell that it is none.
#[test]
fn regression_a_large_export_with_the_words_of_a_feature_model_takes_no_more_memory() {
    let page = |n| (JSON.page)(n) + ",\n\"id\": 1, \"bundles\": [], \"configurations\": {}";
    in_own_process(
        "large_exports::regression_a_large_export_with_the_words_of_a_feature_model_takes_no_more_memory",
        || assert_large(&Written { page, ..JSON }),
    );
}

#[test]
fn what_is_of_no_interest_in_a_large_export_counts_towards_no_limit() {
    in_own_process("large_exports::what_is_of_no_interest_in_a_large_export_counts_towards_no_limit", || {
        [SYSTEM_VIEW, JSON].iter().for_each(assert_large);
    });
}

fn assert_large(written: &Written) {
    let folder = tempfile::tempdir().unwrap();
    let (path, lines) = write(written, folder.path());
    let megabytes = fs::metadata(&path).unwrap().len() >> 20;
    let before = peak_megabytes();
    let report = scan(&Request { inputs: vec![path], ..Request::default() });
    assert_eq!(report.incidents, [], "{}", written.name);
    assert_eq!((lines.len(), lines_of(&report)), (NODES, lines), "{}", written.name);
    if let Some((before, after)) = before.zip(peak_megabytes()) {
        // The memory for the file and for any scan, but not for a tree of the file.
        assert!(after < before.max(60) + 2 * megabytes, "{}: {after} MB for {megabytes} MB", written.name);
    }
}
