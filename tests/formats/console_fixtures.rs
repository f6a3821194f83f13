//! Exports of consoles and of Cloud Manager in hand-written files: the detected format, the content and its positions.
//! Every file gives the same result in UTF-16, with other line ends and after a byte order mark.
#![allow(clippy::unwrap_used)] // helpers of tests

use std::fs;
use std::path::Path;

use aem_ims_lint::format::{self, Document, Input, Reading};
use aem_ims_lint::source::Limits;

use crate::exports::*;

const PROVIDER: &str = "com.adobe.granite.auth.oauth.accesstoken.provider";
const NAME: (&str, &str) = ("name", "Invented one");

/// File, format, and for the first node that is a provider or a list: the end of its PID or path, and one property.
const FILES: &[(&str, &str, &str, (&str, &str))] = &[
    ("console-page/status-Configurations.html", "console-page", "000000000001", NAME),
    ("console-page/Configurations.nfo", "console-page", "000000000001", NAME),
    ("console-page/archived.mhtml", "console-page", "000000000001", NAME),
    ("console-page/installer-printer.html", "console-page", "000000000001", NAME),
    ("status-dump/quoted-in-a-mail.txt", "status-dump", "000000000001", NAME),
    ("status-dump/grep.txt", "status-dump", "000000000001", NAME),
    ("web-console-json/configMgr.json", "web-console-json", "000000000001", ("auth.token.validator.type", "adobe-ims")),
    ("configuration-list/rde.json", "configuration-list", "~invented", NAME),
    ("configuration-list/with-lines.json", "configuration-list", "~invented", NAME),
    ("configuration-list/inventory.json", "configuration-list", "000000000001", NAME),
    ("query-builder/querybuilder.json", "query-builder", "~invented", NAME),
    (
        "environment-variables/e20000-variables.json",
        "environment-variables",
        "INVENTED_SECRET",
        ("type", "secretString"),
    ),
    ("environment-variables/api.json", "environment-variables", "INVENTED_SECRET", ("service", "author")),
    ("environment-variables/variables.yaml", "environment-variables", "INVENTED_SECRET", ("service", "author")),
    ("environment-variables/table.txt", "environment-variables", "INVENTED_SECRET", ("service", "author")),
    ("ini/usermanagement.config", "ini", "", ("enterprise.api_key", "0000acme0000example")),
    ("repo-settings/.repo", "repo-settings", ".repo", ("credentials", "invented:0000example")),
    ("copied-configuration/target.txt", "copied-configuration", "target", NAME),
    ("status-dump/status-Configurations.json", "status-dump", "", ("", "")),
];

fn bytes(path: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats").join(path)).unwrap()
}

/// Reads the file as a scan does; every text that is written literally must be at its span.
fn read_whole(path: &str, bytes: &[u8], reading: Reading) -> (&'static str, Document) {
    let context = file(path);
    let input = Input { context: &context, bytes, limits: &Limits::default() };
    let file = format::detect(&input).unwrap_or_else(|| panic!("{path} is of no format"));
    let document = file.read(reading);
    for value in document.nodes.iter().flat_map(|node| &node.properties).flat_map(|property| &property.values) {
        let plain = value.text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.');
        let hidden = value.text.chars().all(|c| c == '*');
        assert!(!plain || hidden || soft(file.text.slice(value.span)) == value.text, "{path}: {value:?}");
    }
    (file.format.id(), document)
}

/// Quoted-printable text without soft line breaks.
fn soft(written: &str) -> String {
    written.replace("=\r\n", "").replace("=\n", "").replace("=2E", ".")
}

fn check(path: &str, id: &str, end: &str, (name, value): (&str, &str), bytes: &[u8]) {
    for reading in [Reading::Tolerant, Reading::Aem] {
        let (format, document) = read_whole(path, bytes, reading);
        assert_eq!((format, &document.problem), (id, &None), "{path}");
        let called = |node: &&format::Node| {
            node.path.ends_with(end) || node.pid.as_ref().is_some_and(|pid| pid.to_string().ends_with(end))
        };
        let node = document.nodes.iter().find(called).unwrap_or_else(|| panic!("{path}: {document:?}"));
        if !name.is_empty() {
            assert_eq!(node.text(name), Some(value), "{path}");
        }
        let pid = node.pid.as_ref().map(|pid| pid.component().to_owned());
        assert!(pid.is_none_or(|pid| end.is_empty() || pid == PROVIDER), "{path}: {node:?}");
    }
}

#[test]
fn files_are_read_in_every_encoding() {
    for &(path, id, end, property) in FILES {
        let plain = bytes(path);
        let text = String::from_utf8(plain.clone()).unwrap();
        let lines = text.replace("\r\n", "\n").replace('\n', "\r\n");
        let wide = |text: &str| format!("\u{feff}{text}").encode_utf16().collect::<Vec<u16>>();
        check(path, id, end, property, &plain);
        check(path, id, end, property, lines.as_bytes());
        check(path, id, end, property, format!("\u{feff}{text}").as_bytes());
        let little: Vec<u8> = wide(&lines).into_iter().flat_map(u16::to_le_bytes).collect();
        check(path, id, end, property, &little);
        let big: Vec<u8> = wide(&text).into_iter().flat_map(u16::to_be_bytes).collect();
        check(path, id, end, property, &big);
    }
}

/// Files that resemble an export of one of these kinds.
#[test]
fn other_files_are_left_alone() {
    for (name, text) in [
        ("mail.eml", "From: x\nMIME-Version: 1.0\nContent-Type: text/plain\n\nPID = 1, see below\n"),
        ("page.html", "<html><pre>{\"a\": 1}</pre></html>"),
        ("page.html", "<html><textarea id=\"output\">a=\"b\"</textarea></html>"),
        ("log.txt", "12:00 process PID = 4711 started\n12:01   a = b\n"),
        ("x.json", "line\n{\"items\": [{\"pid\": 1, \"properties\": []}]}\n"),
        ("x.json", "[{\"pid\": \"a.b.C\", \"properties\": 1}]"),
        ("x.json", "{\"hits\": [1], \"success\": true, \"results\": 1}"),
        ("list.json", "[]"),
        ("x.txt", "Name Type\nA string\n"),
        ("repo", "server=x\ncredentials=a:b\n"),
    ] {
        assert_eq!(detect(&file(name), text.as_bytes()).map(aem_ims_lint::format::Format::id), None, "{name} {text}");
    }
}
