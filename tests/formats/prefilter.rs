//! The selection of files worth parsing is lossless: with and without it findings, integrations, inventory and
//! incidents are the same, over all fixtures and over every literal in every encoding that a format has for it.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use aem_ims_lint::format::code_page::CodePage;
use aem_ims_lint::ims::literals;
use aem_ims_lint::report::inventory::{self, InventoryFormat};
use aem_ims_lint::report::{self, ReportFormat};
use aem_ims_lint::scan::{Request, scan};
use aem_ims_lint::source;

use crate::common::{Entry, Zip};

/// Findings, integrations, incidents and inventory of a scan, as JSON.
fn told(request: Request, no_prefilter: bool) -> String {
    let source = source::Options { no_prefilter, ..source::Options::default() };
    let mut report = scan(&Request { source, ..request });
    // The selection may change the numbers of files that were read and of broken files without evidence.
    report.stats = report::Stats::default();
    let mut out = Vec::new();
    let options = report::Options { show_suppressed: true, ..report::Options::default() };
    report::write(ReportFormat::Json, &report, &options, &mut out).unwrap();
    inventory::write(InventoryFormat::Json, &report, 120, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn of_path(path: &Path) -> Request {
    Request { inputs: vec![path.to_path_buf()], ..Request::default() }
}

/// A file in a package: a file given explicitly is always read, one in a package is selected.
fn of_file(name: &str, bytes: &[u8]) -> Request {
    let package = Zip::new(vec![Entry::stored(name, bytes)]).bytes();
    Request { given: vec![("a.zip".to_owned(), package)], ..Request::default() }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// All fixture folders that are separate projects, and all files next to them.
fn projects() -> Vec<PathBuf> {
    let children = |path: &Path| fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let groups = children(&fixtures());
    groups.iter().flat_map(|group| if group.is_dir() { children(group) } else { vec![group.clone()] }).collect()
}

#[test]
fn all_fixtures_give_the_same_with_and_without_it() {
    let projects = projects();
    assert!(projects.len() > 50, "{projects:?}");
    for path in projects.iter().chain([&fixtures()]) {
        assert_eq!(told(of_path(path), false), told(of_path(path), true), "{path:?}");
    }
}

/// Encodes the character at `at` of `text`.
type Disguise = fn(text: &str, at: usize) -> String;

fn spelled(text: &str, at: usize, spelling: impl Fn(u32) -> String) -> String {
    format!("{}{}{}", &text[..at], spelling(u32::from(text.as_bytes()[at])), &text[at + 1..])
}

const XML: &[Disguise] = &[
    |text, at| spelled(text, at, |c| format!("&#{c};")),
    |text, at| spelled(text, at, |c| format!("&#x{c:X};")),
    |text, at| spelled(text, at, |c| format!("&#x00000000000000{c:x};")),
    |text, at| spelled(text, at, |c| format!("_x{c:04x}_")),
    |text, at| spelled(text, at, |c| format!("_x{c:04X}_")),
    |text, at| spelled(text, at, |c| format!("\\u{c:04x}")),
    |text, at| spelled(text, at, |c| format!("&#92;u{c:04x}")),
    |text, at| format!("{}\\{}", &text[..at], &text[at..]),
    |text, at| spelled(text, at, |_| "&hidden;".to_owned()),
    |text, at| format!("{}<!-- -->{}", &text[..at], &text[at..]),
    |text, at| format!("{}<?hide?>{}", &text[..at], &text[at..]),
    |text, at| spelled(text, at, |c| format!("<![CDATA[{}]]>", char::from_u32(c).unwrap())),
];
const JSON: &[Disguise] = &[
    |text, at| spelled(text, at, |c| format!("\\u{c:04x}")),
    |text, at| spelled(text, at, |c| format!("\\u{c:04X}")),
    |text, at| format!("{}\\{}", &text[..at], &text[at..]),
];
const TEXT: &[Disguise] = &[
    |text, at| spelled(text, at, |c| format!("\\u{c:04x}")),
    |text, at| format!("{}\\{}", &text[..at], &text[at..]),
    |text, at| format!("{}\\\n    {}", &text[..at], &text[at..]),
    |text, at| format!("{}\\\r\n{}", &text[..at], &text[at..]),
];

/// The encodings available in the formats with this extension.
fn disguises(extension: &str) -> &'static [Disguise] {
    match extension {
        "xml" => XML,
        "json" | "slingosgifeature" => JSON,
        _ => TEXT,
    }
}

/// `text` with every literal encoded at its start, its middle or its end.
fn disguised(text: &str, number: usize, disguise: Disguise) -> String {
    let place = |len: usize| [0, len / 2, len - 1][number % 3];
    without_literals(text.to_owned(), |text, start, len| disguise(text, start + place(len)))
}

/// Encodes one literal after another, from the end of the text to its start, so that earlier replacements stay valid.
fn without_literals(mut text: String, write: impl Fn(&str, usize, usize) -> String) -> String {
    let mut end = text.len();
    while let Some((start, len)) = last_literal(&text[..end]) {
        text = write(&text, start, len);
        end = start;
    }
    text
}

/// The literals that are searched in every file.
fn searched() -> Vec<&'static str> {
    literals::all().iter().filter(|literal| literal.is_everywhere()).map(|literal| literal.text()).collect()
}

fn last_literal(text: &str) -> Option<(usize, usize)> {
    let lower = text.to_ascii_lowercase();
    let places = searched().into_iter().filter_map(|literal| lower.rfind(literal).map(|start| (start, literal.len())));
    places.max_by_key(|&(start, len)| (start + len, start))
}

#[test]
fn every_literal_in_every_disguise_is_looked_into() {
    let markers = literals::known();
    for literal in searched() {
        for (name, before, after) in [
            ("a.xml", "<a b='", "'/>"),
            ("a.json", "{\"a\": \"", "\"}"),
            ("a.config", "a=\"", "\"\n"),
            ("a.cfg", "a=", "\n"),
        ] {
            let extension = name.rsplit('.').next().unwrap();
            for (number, disguise) in disguises(extension).iter().enumerate() {
                // Starts after the first character: a comment before it would not split the literal.
                for at in 1..literal.len() {
                    if is_control(extension, number, literal.as_bytes()[at]) {
                        continue;
                    }
                    let text = format!("{before}{}{after}", disguise(literal, at));
                    let text = if text.contains("&hidden;") {
                        format!("<!DOCTYPE a [<!ENTITY hidden 'x'>]>{text}")
                    } else {
                        text
                    };
                    assert!(markers.may_matter(name, text.as_bytes()), "{name}: {text}");
                }
            }
            let plain = format!("{before}{literal}{after}");
            assert!(markers.may_matter(name, plain.to_uppercase().as_bytes()), "{plain}");
            for encoded in [utf16(&plain, u16::to_le_bytes), utf16(&plain, u16::to_be_bytes)] {
                assert!(markers.may_matter(name, &encoded), "{plain}");
            }
        }
    }
}

/// Whether a backslash before `byte` makes it a control character, which does not encode the literal.
fn is_control(extension: &str, disguise: usize, byte: u8) -> bool {
    match extension {
        "json" => disguise == 2 && b"bfnrt".contains(&byte),
        "xml" => false,
        _ => disguise == 1 && b"fnrt".contains(&byte),
    }
}

#[test]
fn an_escaped_b_in_properties_is_a_b() {
    let text = "url=https://ims-na1.ado\\belogin.com/\napiKey=x\n";
    let request = || of_file("jcr_root/apps/acme/config/com.acme.A.cfg", text.as_bytes());
    assert_eq!(told(request(), false), told(request(), true));
    assert!(literals::known().may_matter("com.acme.A.cfg", text.as_bytes()));
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn fixtures_in_every_disguise_give_the_same_with_and_without_it() {
    let mut compared = 0;
    for path in files_below(&fixtures()) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let relative = path.strip_prefix(fixtures()).unwrap().to_str().unwrap();
        let name = relative.find("jcr_root/").map_or(relative, |root| &relative[root..]);
        if !matches!(extension, "xml" | "json" | "config" | "cfg" | "properties" | "txt")
            || last_literal(&text).is_none()
        {
            continue;
        }
        for (number, disguise) in disguises(extension).iter().enumerate() {
            // A different position in each file.
            let disguised = disguised(&text, number + compared, *disguise);
            let with = told(of_file(name, disguised.as_bytes()), false);
            assert_eq!(with, told(of_file(name, disguised.as_bytes()), true), "{name}: {disguised}");
            compared += 1;
        }
    }
    assert!(compared > 500, "{compared}");
}

/// Everything that decides about incidents is covered too: limits, and evidence in a broken file.
#[test]
fn incidents_are_the_same_with_and_without_it() {
    let deep_json = format!("{{\"jcr:primaryType\": \"x\", \"a\": {}1{}}}", "[".repeat(5000), "]".repeat(5000));
    let deep_xml = format!("<jcr:root xmlns:jcr=\"http://www.jcp.org/jcr/1.0\">{}</jcr:root>", "<a>".repeat(5000));
    let many = format!("a=[{}]\n", "\"\",".repeat(1_100_000));
    let broken = |evidence: &str| format!("<jcr:root xmlns:jcr=\"http://www.jcp.org/jcr/1.0\"><a></b>{evidence}");
    for (name, text) in [
        ("jcr_root/content/a.infinity.json", deep_json),
        ("jcr_root/content/a/.content.xml", deep_xml),
        ("jcr_root/apps/a/config/com.acme.A.config", many),
        ("jcr_root/content/a/.content.xml", broken("x.auth.oauth.accesstoken.provider")),
        ("jcr_root/content/a/.content.xml", broken("&#116;echacct.adobe.com")),
        ("jcr_root/content/a/.content.xml", broken("nothing")),
        ("jcr_root/content/a.txt", "set properties on /a\nset x to \"techacct.adobe.com\"\n".to_owned()),
    ] {
        let request = || of_file(name, text.as_bytes());
        assert_eq!(told(request(), false), told(request(), true), "{name}: {}", &text[..text.len().min(200)]);
    }
}

/// The name of an encoding, and a function that encodes a text.
type Encoding = (&'static str, fn(&str) -> Option<Vec<u8>>);

fn encodings() -> Vec<Encoding> {
    vec![
        ("IBM037", |text| CodePage::named("IBM037")?.encode(text)),
        ("IBM1047", |text| CodePage::named("IBM1047")?.encode(text)),
        ("UTF-32BE", |text| Some(text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect())),
        ("UTF-32LE", |text| Some(text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect())),
        ("UTF-16BE", |text| Some(utf16(text, u16::to_be_bytes))),
        ("UTF-16LE", |text| Some(utf16(text, u16::to_le_bytes))),
    ]
}

#[test]
fn fixtures_in_every_encoding_give_the_same_with_and_without_it() {
    let mut compared = 0;
    for path in files_below(&fixtures()).iter().filter(|path| path.extension().is_some_and(|own| own == "xml")) {
        let text = fs::read_to_string(path).unwrap();
        let text = text.split_once("?>").map_or(text.as_str(), |(_, rest)| rest);
        let relative = path.strip_prefix(fixtures()).unwrap().to_str().unwrap();
        let name = relative.find("jcr_root/").map_or(relative, |root| &relative[root..]);
        let is_found = told(of_file(name, text.as_bytes()), false).contains("\"rule\"");
        for (label, encode) in encodings() {
            // The longer the declaration, the later the encoding is known.
            let declaration = format!("<?xml version=\"1.0\"{} encoding=\"{label}\"?>", " ".repeat(compared % 7 * 100));
            let Some(body) = encode(text) else { continue };
            let whole = encode(&declaration).map(|declaration| [declaration, body.clone()].concat());
            let behind = [declaration.into_bytes(), body].concat();
            for bytes in [Some(behind), whole].into_iter().flatten() {
                let with = told(of_file(name, &bytes), false);
                assert_eq!(with, told(of_file(name, &bytes), true), "{name} in {label}");
                assert_eq!(with.contains("\"rule\""), is_found, "{name} in {label}: {with}");
                compared += 1;
            }
        }
    }
    assert!(compared > 300, "{compared}");
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

/// A provider in docview, with the given parts encoded.
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
        let input = directory.path();
        let with = told(of_path(input), false);
        assert_eq!(with, told(of_path(input), true), "{name}: {}", String::from_utf8_lossy(&bytes));
        assert!(with.contains("\"jwt-credential\""), "{name}: {}\n{with}", String::from_utf8_lossy(&bytes));
    }
}

/// Found by fuzzing: names are compared without their signs, which the texts that are searched have.
#[test]
fn regression_a_metascope_under_a_mangled_name_is_no_evidence() {
    let name = "jcr_root/apps/a/config/a.b.C~x.cfg.json";
    for key in ["met#ascopes", "meta scopes", "m.e.t.a.s.c.o.p.e.s", "claim.keys"] {
        let text =
            format!("{{\"{key}\": \"ent_aem_cloud_api\", \"clientId\": \"x\", \"clientSecret\": \"$[secret:N]\"}}");
        assert_eq!(told(of_file(name, text.as_bytes()), false), told(of_file(name, text.as_bytes()), true), "{key}");
    }
}

/// Parts of fixtures that contain only what a recogniser needs; the selection skipped them.
#[test]
fn regression_what_names_nothing_of_adobe_is_chosen_all_the_same() {
    let context = br#"{"ims": {"contexts": {"old": {"client_id": "x", "client_secret": "y", "private_key": "z"}}}}"#;
    let stock =
        "jcr_root/apps/acme/config/com.day.cq.dam.stock.integration.impl.configuration.StockConfigurationImpl-1.config";
    for (name, bytes, is_found) in [
        ("a.infinity.json", &context[..], true),
        (stock, b"name=\"Adobe Stock\"\n", false),
        (stock, b"name=\"Adobe Stock\"\nimsConfig=\"acme\"\n", true),
    ] {
        let chosen = told(of_file(name, bytes), false);
        assert_eq!(chosen, told(of_file(name, bytes), true), "{name}");
        assert_eq!(
            chosen.contains("\"kind\": \"aioContext\"") || chosen.contains("\"kind\": \"stock\""),
            is_found,
            "{name}"
        );
    }
}
