//! The export and credential formats on arbitrary bytes and texts.
#![allow(clippy::unwrap_used)] // helpers of tests

use aem_ims_lint::format::{self, Input, Reading};
use aem_ims_lint::repository::{Container, FileContext};
use aem_ims_lint::source::Limits;
use proptest::prelude::*;

use crate::exports::*;

/// File names for which each format examines arbitrary bytes, and the text that it looks for.
const LURES: &[(&str, &str)] = &[
    ("a.ini", "[enterprise]\nclient_secret = x\ntech_acct = "),
    ("a.txt", "Status: Configurations\nPID = "),
    ("a.txt", "*** Configurations:\n\nPID = x\n  a = "),
    ("a.json", "[\"PID = \", \""),
    ("a.json", "{\"integration\":{\"technicalAccount\":{\"imsEndpoint\":1,\"metascopes\":"),
    ("a.json", "{\"project\":{\"workspace\":{\"details\":{\"credentials\":[{\"integration_type\":"),
    ("a.aio", "{ims: {contexts: {a: {b: '''"),
    ("a.aio", "ims:\n  contexts:\n    a: "),
    ("a.yaml", "é: &a |\n b\nc: [*a, \"d\n"),
    ("a.json", "{\"CLIENT_SECRET\":\"\",\"ORG_ID\":"),
    ("a.env", "AIO_ims_contexts_a_b="),
    ("a.json", "{\"jcr:primaryType\":\"nam:x\",\"a\":"),
    ("a.infinity.json", "{\"a\":"),
    ("a.slingosgifeature", "{\"id\":\"a:b:c\",\"configurations\":{\"a\":{\"b\":"),
    ("a.txt", "[feature name=a]\n[configurations]\na.b\n  a="),
    ("a.txt", "Date: x\n\nPID\u{a0}=\u{a0}a.b\n\u{a0}\u{a0}a\u{a0}=\u{a0}"),
    ("a.html", "<pre>PID&nbsp;=&nbsp;a.b\n&nbsp;&nbsp;a&nbsp;=&nbsp;"),
    ("a.html", "<input name='pid' value='a.b.C~d'><textarea id=\"output\" readonly>\n{\"a\": "),
    ("a.html", "<input name='pid' value='a.b.C~d'><textarea id=\"output\" readonly=\"\">a=\""),
    ("a.json", "[{\"pid\":\"a\",\"properties\":{\"is_set\":{\"is_set\":true,\"value\":"),
    ("a.json", "{\"items\":{\"pid\":\"a.b~c\",\"properties\":{\"x\":"),
    ("a.json", "{\"items\":{\"format\":\"TEXT\",\"contents\":\"PID = a\\n  b = "),
    ("a.json", "{\"success\":true,\"results\":1,\"hits\":[{\"jcr:path\":\"/a\",\"b\":"),
    ("a.json", "[{\"name\":\"A\",\"type\":\"secretString\",\"service\":"),
    ("a.yaml", "- name: A\n  type: string\n  service: "),
    (".repo", "server=x\ncredentials="),
    ("a.txt", "a.b.c=\""),
    ("a.txt", "> PID = a.b.C\n>   a = "),
    ("a.txt", "    11:PID = a.b.C\n    12-  a = "),
    ("a.txt", "PID = a.b.C\r\ta = \r"),
    ("a.txt", "PID\u{a0}= a.b.C\nFactory PID = a.b\n```\n"),
    (
        "a.mhtml",
        "From: x\nMIME-Version: 1.0\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<pre>PID =3D a\n  b =3D ",
    ),
    (
        "a.mht",
        "MIME-Version: 1.0\nContent-Type: multipart/x; boundary=b\n\n--b\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\nUElEID0gYQogIGIgPSA",
    ),
    ("a.json", "x\n{\"items\":{\"pid\":\"a.b~c\",\"properties\":{\"x\":"),
    ("a.html", "<html><pre>[{\"pid\":\"a\",\"properties\":{\"x\":{\"is_set\":true,\"value\":"),
    ("variables.txt", "wait\nName Type Value Service Status\nA string "),
];

fn check(context: &FileContext, bytes: &[u8]) {
    let limits = Limits::default();
    let input = Input { context, bytes, limits: &limits };
    for format in format::FORMATS.iter().filter(|format| format.recognises(&format::RawFile::new(input))) {
        let text = format.decode(&input);
        for reading in [Reading::Tolerant, Reading::Aem] {
            let document = format.read(&input, &text, reading);
            let length = text.as_str().len();
            for node in &document.nodes {
                assert!(node.name_span.end <= length);
                for property in &node.properties {
                    assert!(property.multiple || property.values.len() == 1, "{property:?}");
                    let spans = property.values.iter().map(|value| value.span);
                    for span in spans.chain([property.span, property.name_span]) {
                        assert!(text.as_str().get(span.range()).is_some(), "{} {property:?}", format.id());
                    }
                }
            }
        }
    }
}

/// Detection as in a scan: with any text around the export, in any encoding.
fn check_detected(context: &FileContext, bytes: &[u8]) {
    let input = Input { context, bytes, limits: &Limits::default() };
    let Some(file) = format::detect(&input) else { return };
    let (format, text) = (file.format, &file.text);
    for reading in [Reading::Tolerant, Reading::Aem] {
        let document = file.read(reading);
        for property in document.nodes.iter().flat_map(|node| &node.properties) {
            let spans = property.values.iter().map(|value| value.span);
            for span in spans.chain([property.span, property.name_span]) {
                assert!(text.as_str().get(span.range()).is_some(), "{} {property:?}", format.id());
            }
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_break_a_reader(lure in 0..LURES.len(), bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        let (name, start) = LURES[lure];
        let bytes = [start.as_bytes(), &bytes].concat();
        check(&file(name), &bytes);
        check_detected(&file(name), &bytes);
        let place = Some("a/b.json".into());
        check(&FileContext { container: Container::Bundle, repository_path: place, ..file(name) }, &bytes);
    }

    #[test]
    fn no_text_breaks_a_reader(lure in 0..LURES.len(), text in r#"[\[\]{}"',:=#\\/*$ a1nurt\n\r\té😀]{0,60}"#) {
        let (name, start) = LURES[lure];
        check(&file(name), format!("{start}{text}").as_bytes());
        check_detected(&file(name), format!("{start}{text}").as_bytes());
        let place = Some("a/b.json".into());
        let context = FileContext { container: Container::Bundle, repository_path: place, ..file("b.json") };
        check(&context, text.as_bytes());
    }

    #[test]
    fn values_come_back_from_their_spans(values in proptest::collection::vec(any::<String>(), 1..8)) {
        let members = values.iter().enumerate().map(|(index, value)| (format!("p{index}"), value.clone().into()));
        let mut object: serde_json::Map<String, serde_json::Value> = members.collect();
        object.insert("jcr:primaryType".into(), "x".into());
        let json = serde_json::Value::Object(object).to_string();
        let bundle =
            FileContext { container: Container::Bundle, repository_path: Some("a.json".into()), ..file("a.json") };
        for context in [&file("a.json"), &bundle] {
            for reading in [Reading::Tolerant, Reading::Aem] {
                let (_, text, document) = read(context, json.as_bytes(), reading);
                prop_assert_eq!(&document.problem, &None);
                for (index, value) in values.iter().enumerate() {
                    let property = document.nodes[0].property(&format!("p{index}")).unwrap();
                    let raw = &text[property.values[0].span.range()];
                    let decoded: String = serde_json::from_str(&format!("\"{raw}\"")).unwrap();
                    prop_assert_eq!(&decoded, value);
                    prop_assert_eq!(&property.values[0].text, value);
                }
            }
        }
    }
}

/// A value as written by each export of the web console and similar tools, with the text at its span.
fn written(value: &str) -> Vec<(&'static str, String, String)> {
    let json = serde_json::to_string(value).unwrap();
    let inside = json[1..json.len() - 1].to_owned();
    let references = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace(' ', "&nbsp;");
    let hard = value.replace(' ', "\u{a0}");
    let line = |blank: &str, value: &str| {
        let text = "PID = a.b.C\n  Factory PID = a.b\n  k = \u{1}\n".replace(' ', blank);
        text.replace('\u{1}', value)
    };
    let printed = serde_json::to_string(&line(" ", value)).unwrap();
    let items = format!("{{\"items\": {{\"format\": \"TEXT\", \"contents\": {printed}}}}}");
    let each = |prefix: &dyn Fn(usize) -> String| -> String {
        let dump = line(" ", value);
        dump.lines().enumerate().map(|(at, line)| format!("{}{line}\n", prefix(at))).collect()
    };
    let quoted = |text: &str| -> String {
        let written = |byte: u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'\n' => char::from(byte).to_string(),
            _ => format!("={byte:02X}"),
        };
        text.bytes().map(written).collect()
    };
    let mail = |text: &str| {
        let head = "From: x\nMIME-Version: 1.0\nContent-Type: text/plain\nContent-Transfer-Encoding: quoted-printable";
        format!("{head}\n\n{}", quoted(text))
    };
    vec![
        ("a.txt", each(&|_| "> ".to_owned()), value.to_owned()),
        ("a.txt", each(&|at| format!("{:4}\t", at * 99 + 9)), value.to_owned()),
        ("a.txt", line(" ", value).replace("\n  ", "\n\t").replace('\n', "\r"), value.to_owned()),
        ("a.eml", mail(&line(" ", value)), quoted(value)),
        (".repo", format!("server=x\nk={value}\n"), value.to_owned()),
        (
            "a.json",
            format!("$ aio\n{{\"items\": [{{\"pid\": \"a.b\", \"properties\": {{\"k\": {json}}}}}]}}\n$ \n"),
            inside.clone(),
        ),
        ("a.txt", format!("Date: today\n\n{}", line(" ", value)), value.to_owned()),
        ("a.txt", format!("\u{a0}\n{}", line("\u{a0}", &hard)), hard.clone()),
        ("a.html", format!("<p>x</p>\n<pre>{}</pre>\n", line("&nbsp;", &references)), references),
        ("a.json", items, inside.clone()),
        (
            "a.json",
            format!("[{{\"pid\": \"a.b\", \"properties\": {{\"k\": {{\"is_set\": true, \"value\": {json}}}}}}}]"),
            inside.clone(),
        ),
        ("a.json", format!("{{\"items\": [{{\"pid\": \"a.b\", \"properties\": {{\"k\": {json}}}}}]}}"), inside.clone()),
        (
            "a.json",
            format!("{{\"success\":true,\"results\":1,\"hits\":[{{\"jcr:path\": \"/a\", \"k\": {json}}}]}}"),
            inside,
        ),
    ]
}

proptest! {
    #[test]
    fn exports_of_the_console_give_values_back_from_their_spans(value in "[a-zA-Z&<>\"\\\\é😀=,;{}$:/. ]{0,30}[a-z]") {
        for (name, text, expected) in written(&value) {
            let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
            for bytes in [text.as_bytes(), &utf16] {
                let context = file(name);
                let input = Input { context: &context, bytes, limits: &Limits::default() };
                let file = format::detect(&input).unwrap();
                let decoded = &file.text;
                for reading in [Reading::Tolerant, Reading::Aem] {
                    let document = file.read(reading);
                    prop_assert_eq!(&document.problem, &None);
                    let property = document.nodes[0].property("k").unwrap();
                    prop_assert_eq!(property.first(), Some(value.as_str()), "{}", &text);
                    prop_assert_eq!(decoded.slice(property.values[0].span), expected.as_str(), "{}", &text);
                }
            }
        }
    }
}

/// Found by fuzzing: the offset after a marker with bytes that are not text was used as an offset of the decoded text.
#[test]
fn regression_charset_marker_of_invalid_bytes() {
    let context = file("SLING-INF/content/a.json");
    let bytes = b"#ISO-\xff\xff {\"jcr:primaryType\": \"nt:unstructured\"}";
    let input = Input { context: &context, bytes, limits: &Limits::default() };
    if let Some(format) = format::detect(&input).map(|file| file.format) {
        let text = format.decode(&input);
        for reading in [Reading::Tolerant, Reading::Aem] {
            let document = format.read(&input, &text, reading);
            assert!(
                document.nodes.iter().flat_map(|n| &n.properties).all(|p| text.as_str().get(p.span.range()).is_some())
            );
        }
    }
    let crash = b"#ISO-{\"jcr:pri\"!\0s{\":conf\xff\xff\xff\xff\xff\xff\xff\x03ervice\",\n \"jcr:primaryType\":\"sling:Folder\"";
    let input = Input { context: &context, bytes: crash, limits: &Limits::default() };
    let format = format::detect(&input).unwrap().format;
    let text = format.decode(&input);
    assert!(format.read(&input, &text, Reading::Aem).problem.is_some());
    format.read(&input, &text, Reading::Tolerant);
}
