//! What the reader makes of whole documents.

use super::dtd::Dtd;
use super::*;

fn read(text: &str, mode: Mode) -> (Vec<String>, Option<Fault>) {
    let dtd = Dtd::of(text, mode);
    let mut reader = Reader::new(text, &dtd, Options { mode, max_depth: 1000, undecodable: None, start: 0 });
    let mut seen = Vec::new();
    loop {
        match reader.next() {
            Ok(Some(Event::Start(element))) => {
                let mut line = format!("<{}", element.name.qualified);
                for attribute in &element.attributes {
                    assert_eq!(&text[attribute.name_span.range()], attribute.name.qualified);
                    line.push_str(&format!(" {}={}", attribute.name.qualified, attribute.value.text));
                }
                seen.push(line);
            }
            Ok(Some(Event::End)) => seen.push("/".to_owned()),
            Ok(Some(Event::Text(text))) => seen.push(format!("'{}'", text.text)),
            Ok(None) => return (seen, None),
            Err(fault) => return (seen, Some(fault)),
        }
    }
}

#[test]
fn events_come_in_order() {
    let (seen, fault) = read("<a x='1'><b y=\"&lt;&#x41;\"/>t&amp;<![CDATA[<]]></a>", Mode::Strict);
    assert_eq!(seen, ["<a x=1", "<b y=<A", "/", "'t'", "'&'", "'<'", "/"]);
    assert_eq!(fault, None);
}
