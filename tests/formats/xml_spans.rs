//! Properties of the docview reader: written content is read back, and every span points to the source text.

#![allow(clippy::unwrap_used)] // a test fails by panicking

use aem_ims_lint::format::docview::Docview;
use aem_ims_lint::format::{Document, Format, Input, Reading, Text, ValueType, docview_value, xml};
use aem_ims_lint::repository::FileContext;
use aem_ims_lint::source::{Limits, SourcePath};
use proptest::prelude::*;

/// Decodes the XML encoding of an attribute value, piece by piece.
fn undo_xml(raw: &str) -> String {
    const REFERENCES: &[(&str, &str)] = &[
        ("&amp;", "&"),
        ("&lt;", "<"),
        ("&quot;", "\""),
        ("&#65;", "A"),
        ("&#91;", "["),
        ("&#x1F600;", "😀"),
        ("&#10;", "\n"),
        ("&ent;", "a,b"),
        ("\r\n", " "),
        ("\r", " "),
        ("\n", " "),
        ("\t", " "),
    ];
    let mut text = String::new();
    let mut rest = raw;
    while let Some(c) = rest.chars().next() {
        match REFERENCES.iter().find(|(reference, _)| rest.starts_with(reference)) {
            Some((reference, replacement)) => {
                text.push_str(replacement);
                rest = &rest[reference.len()..];
            }
            None => {
                text.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    text
}

/// Decodes the escapes of a docview value.
fn undo_docview(value: &str) -> String {
    let mut units = Vec::new();
    let mut rest = value;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c != '\\' {
            units.extend(c.encode_utf16(&mut [0; 2]).iter());
            continue;
        }
        let Some(escaped) = rest.chars().next() else { break };
        rest = &rest[escaped.len_utf8()..];
        match escaped {
            '0' => {}
            'u' => {
                let Some(digits) = rest.get(..4) else { break };
                units.push(u16::from_str_radix(digits, 16).unwrap());
                rest = &rest[4..];
            }
            other => units.extend(other.encode_utf16(&mut [0; 2]).iter()),
        }
    }
    String::from_utf16_lossy(&units)
}

fn read(bytes: &[u8], reading: Reading) -> (Document, Text<'_>) {
    let context = FileContext {
        path: SourcePath::file("jcr_root/x/.content.xml"),
        repository_path: Some("x/.content.xml".to_owned()),
        ..FileContext::default()
    };
    let input = Input { context: &context, bytes, limits: &Limits::default() };
    let text = xml::encoding::decode(bytes);
    let document = Docview.read(&input, &text, reading);
    (document, text)
}

fn docview(encoding: &str, attributes: &[String]) -> String {
    let mut source = format!(
        "<?xml version=\"1.0\" encoding=\"{encoding}\"?>\r\n<!DOCTYPE jcr:root [<!ENTITY ent \"a,b\">]>\r<jcr:root \
         xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" first=\"é\">\n"
    );
    for (i, attribute) in attributes.iter().enumerate() {
        source.push_str(&format!("\t<n{i}\n  p{i} = \"{attribute}\" q='1'/>\r"));
    }
    source + "</jcr:root>"
}

/// Attribute values: literal text, references and all escapes of docview values.
fn attribute() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => "[a-z ]{0,4}",
        4 => prop::sample::select(vec![
            "é", "&amp;", "&lt;", "&quot;", "&#65;", "&#91;", "&#x1F600;", "&#10;", "&ent;", "\t", "\n", "\r\n", "\r",
            ",", "[", "]", "{", "}", "\\\\", "\\,", "\\[", "\\0", "\\u0041", "\\ud83d\\ude00", "\\n", "$[secret:x]",
        ]).prop_map(str::to_owned),
    ];
    let prefix = prop::sample::select(vec!["", "", "[", "{Long}", "{Name}[", "{String}"]);
    (prefix, prop::collection::vec(piece, 0..8), prop::sample::select(vec!["", "]", "\\"]))
        .prop_map(|(prefix, pieces, suffix)| format!("{prefix}{}{suffix}", pieces.concat()))
}

fn check(source: &str, bytes: &[u8]) -> Result<(), TestCaseError> {
    for reading in [Reading::Aem, Reading::Tolerant] {
        let (document, text) = read(bytes, reading);
        prop_assert_eq!(text.as_str(), source);
        if reading == Reading::Tolerant {
            prop_assert_eq!(&document.problem, &None);
        }
        for node in &document.nodes {
            for property in &node.properties {
                prop_assert_eq!(text.slice(property.name_span), property.name.as_str());
                let whole = undo_xml(text.slice(property.span));
                let parsed = docview_value::parse(&whole);
                for value in &property.values {
                    prop_assert!(property.span.start <= value.span.start && value.span.end <= property.span.end);
                    let written = undo_xml(text.slice(value.span));
                    // An entity that crosses the border between two values belongs to the spans of both.
                    // A type has no escapes, even if it is not closed and therefore the value; neither has a value that
                    // is kept unchanged because it cannot be parsed.
                    let unterminated = whole.starts_with('{') && !whole.contains('}');
                    let expected = if parsed.is_ok() && !unterminated { undo_docview(&written) } else { written };
                    if !text.slice(value.span).contains("&ent;") {
                        prop_assert_eq!(&expected, &value.text);
                    }
                }
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_come_back_as_they_were(
        (values, multiple) in prop_oneof![
            prop::collection::vec(any::<String>(), 0..5).prop_map(|values| (values, true)),
            any::<String>().prop_map(|value| (vec![value], false)),
        ],
        value_type in prop::sample::select(vec![None, Some(ValueType::Name), Some(ValueType::Path)]),
    ) {
        let texts: Vec<&str> = values.iter().map(String::as_str).collect();
        let formatted = docview_value::format(&texts, multiple, value_type);
        let parsed = docview_value::parse(&formatted).unwrap();
        prop_assert_eq!((parsed.multiple, parsed.value_type), (multiple, value_type));
        let back: Vec<&str> = parsed.values.iter().map(|value| value.0.as_str()).collect();
        prop_assert_eq!(back, texts);
    }

    #[test]
    fn spans_name_what_is_written(attributes in prop::collection::vec(attribute(), 1..5)) {
        let source = docview("UTF-8", &attributes);
        check(&source, source.as_bytes())?;
    }

    #[test]
    fn spans_lead_back_to_the_bytes_of_the_file(attributes in prop::collection::vec(attribute(), 1..4)) {
        let latin1 = docview("ISO-8859-1", &attributes);
        let bytes: Vec<u8> = latin1.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        check(&latin1, &bytes)?;
        let utf16 = docview("UTF-16", &attributes);
        let bytes: Vec<u8> = [0xFE, 0xFF].into_iter().chain(utf16.encode_utf16().flat_map(u16::to_be_bytes)).collect();
        check(&utf16, &bytes)?;
        let (document, text) = read(&bytes, Reading::Tolerant);
        for property in document.nodes.iter().flat_map(|node| &node.properties) {
            let place = |offset| text.position(offset).offset as usize;
            let raw: Vec<u16> = bytes[place(property.span.start)..place(property.span.end)]
                .chunks(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                .collect();
            prop_assert_eq!(String::from_utf16(&raw).unwrap(), text.slice(property.span));
        }
    }

    #[test]
    fn any_text_is_read_without_panic(text in "[<>/&;=\"'!?\\[\\]a-c:\\- \n#x]{0,60}", broken: Vec<u8>) {
        let mut bytes = text.into_bytes();
        bytes.extend(broken);
        for reading in [Reading::Aem, Reading::Tolerant] {
            let (document, decoded) = read(&bytes, reading);
            for property in document.nodes.iter().flat_map(|node| &node.properties) {
                prop_assert!(decoded.as_str().get(property.span.range()).is_some());
                prop_assert!(property.values.iter().all(|value| decoded.as_str().get(value.span.range()).is_some()));
            }
        }
    }
}
