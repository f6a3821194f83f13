//! Everything that AEM loads is found, wherever and however it is written: each case contains one provider that
//! authenticates with JWT, and gives the same result with and without the selection of files.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::PathBuf;

use aem_ims_lint::format::code_page::CodePage;
use aem_ims_lint::scan::{Request, scan};
use aem_ims_lint::source::Options;

use crate::common::{Entry, Zip};

const PID: &str = "com.adobe.granite.auth.oauth.accesstoken.provider";
const URL: &str = "https://ims-na1.adobelogin.com/ims/exchange/jwt";
const SLING: &str = "http://sling.apache.org/jcr/sling/1.0";

/// A file to scan: its name on disk, and its bytes.
type Case = (String, Vec<u8>);

/// Locations of the findings about JWT credentials, as path and line.
fn found((name, bytes): &Case) -> Vec<(String, u32)> {
    let told = |no_prefilter| {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        let source = Options { no_prefilter, ..Options::default() };
        let report = scan(&Request { inputs: vec![directory.path().into()], source, ..Request::default() });
        let root = format!("{}/", directory.path().display());
        let place = |path: String| path.strip_prefix(&root).unwrap_or(&path).to_owned();
        let findings: Vec<_> = report
            .findings
            .iter()
            .map(|finding| (finding.rule.id, place(finding.location.path().to_string()), finding.location.start.line))
            .collect();
        (findings, report.incidents.iter().map(|incident| incident.message.clone()).collect::<Vec<_>>())
    };
    let with = told(false);
    assert_eq!(with, told(true), "{name}");
    let jwt = with.0.into_iter().filter(|finding| finding.0 == "jwt-credential");
    jwt.map(|(_, path, line)| (path, line)).collect()
}

fn assert_found(case: &Case, place: &str, line: u32) {
    assert_eq!(found(case), [(place.to_owned(), line)], "{}", case.0);
}

fn case(name: impl Into<String>, bytes: impl AsRef<[u8]>) -> Case {
    (name.into(), bytes.as_ref().to_vec())
}

fn config() -> String {
    format!("auth.access.token.request=\"{URL}\"\n")
}

fn json() -> String {
    format!("{{\n\"auth.access.token.request\": \"{URL}\"}}")
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    Zip::new(entries.iter().map(|(name, data)| Entry::deflated(name, data)).collect()).bytes()
}

const MANIFEST: &str =
    "Manifest-Version: 1.0\nBundle-SymbolicName: x\nSling-Initial-Content: SLING-INF/c;path:=/apps/a\n";

/// A bundle with one file of initial content.
fn bundle(name: &str, data: impl AsRef<[u8]>) -> Case {
    let name = format!("SLING-INF/c/{name}");
    case("b.jar", zip(&[("META-INF/MANIFEST.MF", MANIFEST.as_bytes()), (&name, data.as_ref())]))
}

#[test]
fn namespaces_under_other_prefixes() {
    let name = "jcr_root/apps/a/config/.content.xml";
    for (attributes, primary_type, jcr) in [
        (format!("xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" xmlns:s=\"{SLING}\""), "s:OsgiConfig", "jcr"),
        (format!("xmlns:j=\"http://www.jcp.org/jcr/1.0\" xmlns:sling=\"{SLING}\""), "sling:OsgiConfig", "j"),
        (format!("xmlns:s=\"http://www.jcp.org/jcr/1.0\" xmlns:jcr=\"{SLING}\""), "{Name}jcr:OsgiConfig", "s"),
    ] {
        let text = format!(
            "<{jcr}:root {attributes} {jcr}:primaryType=\"{primary_type}\">\n<{PID}-x {jcr}:primaryType=\"{primary_type}\" \
             auth.access.token.request=\"{URL}\"/></{jcr}:root>"
        );
        assert_found(&case(name, text), name, 2);
    }
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

fn utf32(text: &str, bytes: fn(u32) -> [u8; 4]) -> Vec<u8> {
    text.chars().flat_map(|c| bytes(u32::from(c))).collect()
}

#[test]
fn encodings_that_javas_parser_takes() {
    let name = "jcr_root/apps/a/config/.content.xml";
    let declaration = |label: &str| format!("<?xml version=\"1.0\" encoding=\"{label}\"?>");
    let body = format!(
        "\n<jcr:root xmlns:sling=\"{SLING}\" xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" jcr:primaryType=\"sling:Folder\">\n\
         <{PID}-x jcr:primaryType=\"sling:OsgiConfig\" auth.access.token.request=\"{URL}\"/></jcr:root>"
    );
    let page = |name: &str, text: &str| CodePage::named(name).unwrap().encode(text).unwrap();
    for label in ["IBM037", "IBM1047", "IBM500", "IBM01140", "IBM273", "IBM870", "CP930"] {
        // The declaration is read as code page 037 to detect the encoding, the rest as declared.
        let whole = [page("IBM037", &declaration(label)), page(label, &body)].concat();
        assert_found(&case(name, whole), name, 3);
        let behind = [declaration(label).into_bytes(), page(label, &body)].concat();
        assert_found(&case(name, behind), name, 3);
    }
    for (label, encode) in [
        ("UTF-32BE", (|text: &str| utf32(text, u32::to_be_bytes)) as fn(&str) -> Vec<u8>),
        ("UTF-32LE", |text| utf32(text, u32::to_le_bytes)),
        ("UTF-16BE", |text| utf16(text, u16::to_be_bytes)),
        ("UTF-16LE", |text| utf16(text, u16::to_le_bytes)),
        ("windows-1251", |text| text.as_bytes().to_vec()),
        ("IBM437", |text| text.as_bytes().to_vec()),
        ("ISO-2022-KR", |text| text.as_bytes().to_vec()),
    ] {
        assert_found(&case(name, encode(&(declaration(label) + &body))), name, 3);
        assert_found(&case(name, [declaration(label).into_bytes(), encode(&body)].concat()), name, 3);
    }
    let ucs4 = |bytes| utf32(&("<?xml version='1.0'?>".to_owned() + &body), bytes);
    for bytes in [ucs4(u32::to_be_bytes), ucs4(u32::to_le_bytes)] {
        assert_found(&case(name, bytes), name, 3);
    }
}

/// Evidence of IMS in an unread part of a file is reported, whatever its encoding.
#[test]
fn evidence_in_a_broken_file_of_another_encoding_is_an_incident() {
    let text = "<?xml version=\"1.0\" encoding=\"IBM500\"?><a><b></c><!-- techacct.adobe.com -->";
    let ebcdic = CodePage::named("IBM500").unwrap().encode(text).unwrap();
    let package = zip(&[("jcr_root/apps/a/.content.xml", &ebcdic)]);
    let report = scan(&Request { given: vec![("a.zip".to_owned(), package)], ..Request::default() });
    assert_eq!(report.incidents.len(), 1, "{:?}", report.incidents);
}

#[test]
fn manifests_with_cr_and_folded_lines() {
    for end in ["\n", "\r\n", "\r"] {
        let manifest = MANIFEST.replace("Initial-Content: SLING", "Initial-Content: SL\n ING").replace('\n', end);
        let content =
            format!("{{\"jcr:primaryType\": \"sling:OsgiConfig\",\n\"auth.access.token.request\": \"{URL}\"}}");
        let name = format!("SLING-INF/c/config/{PID}-x.json");
        let bytes = zip(&[("meta-inf/manifest.mf", manifest.as_bytes()), (&name, content.as_bytes())]);
        assert_found(&case("b.jar", bytes), &format!("b.jar!/{name}"), 2);
    }
}

#[test]
fn configurations_among_initial_content() {
    let nested = format!(
        "{{\"jcr:primaryType\": \"sling:Folder\",\n\"{PID}-x\": {{\"jcr:primaryType\": \"sling:OsgiConfig\",\n\
         \"auth.access.token.request\": \"{URL}\"}}}}"
    );
    assert_found(&bundle("config.json", &nested), "b.jar!/SLING-INF/c/config.json", 3);
    let in_utf16 = [b"#UTF-16LE\n".to_vec(), utf16(&nested, u16::to_le_bytes)].concat();
    assert_found(&bundle("config.json", in_utf16), "b.jar!/SLING-INF/c/config.json", 4);
    let xml = format!(
        "<node><primaryNodeType>sling:Folder</primaryNodeType><nodes><node><name>{PID}-x</name><primaryNodeType>\
         sling:OsgiConfig</primaryNodeType><property><name>auth.access.token.request</name><value>\n{URL}</value>\
         </property></node></nodes></node>"
    );
    assert_found(&bundle("config.xml", xml), "b.jar!/SLING-INF/c/config.xml", 2);
    let file = format!("config/{PID}~x.cfg.json");
    assert_found(&bundle(&file, json()), &format!("b.jar!/SLING-INF/c/{file}"), 2);
    let written_out = format!(
        "{{\"jcr:primaryType\": \"nt:folder\", \"{PID}~x.cfg.json\": {{\"jcr:primaryType\": \"nt:file\", \"jcr:content\": \
         {{\"jcr:primaryType\": \"nt:resource\",\n \"jcr:data\": {}}}}}}}",
        serde_json::Value::from(json())
    );
    assert_found(&bundle("config.json", written_out), "b.jar!/SLING-INF/c/config.json", 2);
}

#[test]
fn archives_among_initial_content() {
    let file = format!("{PID}-x.config");
    let plain = zip(&[(&file, config().as_bytes())]);
    assert_found(&bundle("config.zip", plain), &format!("b.jar!/SLING-INF/c/config.zip!/{file}"), 1);
    for decoy in [("META-INF/MANIFEST.MF", "Bundle-SymbolicName: y\n"), ("012_Configurations.txt", "x")] {
        let other = zip(&[(decoy.0, decoy.1.as_bytes()), (&file, config().as_bytes())]);
        assert_found(&bundle("config.jar", other), &format!("b.jar!/SLING-INF/c/config.jar!/{file}"), 1);
    }
    let inside = format!("jcr_root/apps/b/config/{file}");
    let package = zip(&[(&inside, config().as_bytes())]);
    assert_found(&bundle("install/p.zip", package), &format!("b.jar!/SLING-INF/c/install/p.zip!/{inside}"), 1);
    let inner = bundle(&file, config()).1;
    assert_found(&bundle("install/y.jar", inner), &format!("b.jar!/SLING-INF/c/install/y.jar!/SLING-INF/c/{file}"), 1);
}

/// A folder of Configurator files named in the manifest.
#[test]
fn configurations_of_the_configurator() {
    let manifest = "Bundle-SymbolicName: x\nRequire-Capability: osgi.extender;filter:=\"(osgi.extender=osgi.configurator)\";\
                    configurations:=\"my/conf\"\n";
    let resource = format!("{{\"{PID}~x\":\n{}}}", json());
    let bytes = zip(&[("META-INF/MANIFEST.MF", manifest.as_bytes()), ("my/conf/a.json", resource.as_bytes())]);
    assert_found(&case("b.jar", bytes), "b.jar!/my/conf/a.json", 3);
}

#[test]
fn content_of_files_that_is_stored_as_a_property() {
    let folder = "jcr_root/apps/a/config";
    for (file, data) in [
        (format!("{folder}/{PID}-x.config/_jcr_content/_jcr_data.binary"), config()),
        (format!("{folder}/{PID}~x.cfg.json.dir/_jcr_content/_jcr_data.binary"), json()),
    ] {
        let line = if file.contains("json") { 2 } else { 1 };
        assert_found(&case(&file, &data), &file, line);
        let package = zip(&[(&file, data.as_bytes())]);
        assert_found(&case("p.zip", package), &format!("p.zip!/{file}"), line);
    }
    let inner = format!("{folder}/{PID}-x.config");
    let stored = "jcr_root/apps/a/install/y.zip/_jcr_content/_jcr_data.binary";
    let package = zip(&[(stored, &zip(&[(&inner, config().as_bytes())]))]);
    assert_found(&case("p.zip", package), &format!("p.zip!/{stored}!/{inner}"), 1);
    // A file inside a docview.
    let docview = format!(
        "<jcr:root xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" jcr:primaryType=\"nt:folder\"><{PID}-x.config \
         jcr:primaryType=\"nt:file\"><jcr:content jcr:primaryType=\"nt:resource\"\njcr:data=\"{}\"/></{PID}-x.config></jcr:root>",
        config().replace('"', "&quot;").replace('\n', "&#10;")
    );
    let name = format!("{folder}/.content.xml");
    assert_found(&case(&name, docview), &name, 2);
}

#[test]
fn configurations_that_repoinit_makes() {
    let path = format!("/apps/a/config/{PID}-x");
    let script = format!(
        "create path (sling:OsgiConfig) {path}\nset properties on {path}\n  set auth.access.token.request to \"{URL}\"\nend\n"
    );
    let pid = "jcr_root/apps/a/config/org.apache.sling.jcr.repoinit.RepositoryInitializer";
    let text = serde_json::Value::from(script.as_str());
    let lines = serde_json::to_string_pretty(&script.lines().collect::<Vec<_>>()).unwrap();
    for (name, bytes, line) in [
        (format!("{pid}~x.cfg.json"), format!("{{\"scripts\": [\"create path /a\",\n{text}]}}"), 2),
        (format!("{pid}-x.config"), format!("scripts=[\"{}\"]\n", script.replace('"', "\\\"")), 3),
        ("repoinit.txt".to_owned(), script.clone(), 3),
        ("f.slingosgifeature".to_owned(), format!("{{\"id\": \"a:b:1\", \"repoinit:TEXT|true\": {lines}}}"), 4),
        ("f.json".to_owned(), format!("{{\"id\": \"a:b:1\", \"bundles\": [],\n\"repoinit:TEXT\": {text}}}"), 2),
        ("m.txt".to_owned(), format!("[feature name=a]\n[:repoinit]\n{script}"), 5),
    ] {
        assert_found(&case(&name, bytes), &name, line);
    }
}

#[test]
fn properties_in_xml() {
    let name = format!("jcr_root/apps/a/config/{PID}-x.cfg");
    let disguised: String = URL.chars().map(|c| format!("&#{};", u32::from(c))).collect();
    let text = format!(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE properties SYSTEM \"http://java.sun.com/dtd/properties.dtd\">\n<properties>\n\
         <entry key=\"auth.access.token.request\">{disguised}</entry></properties>"
    );
    assert_found(&case(&name, text), &name, 4);
}

/// A file given by a path inside its own folder is identified by its repository path.
#[test]
fn a_property_that_the_user_names() {
    let directory = tempfile::tempdir().unwrap();
    let path: PathBuf =
        directory.path().join(format!("jcr_root/apps/a/config/{PID}-x.config/_jcr_content/_jcr_data.binary"));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, config()).unwrap();
    let report = scan(&Request { inputs: vec![path], ..Request::default() });
    assert!(report.findings.iter().any(|finding| finding.rule.id == "jwt-credential"), "{:?}", report.incidents);
}
