//! How the reader reads whole documents. The verdicts for AEM are those of the SAX parser of JDK 17.

use super::dtd::Dtd;
use super::*;

fn read(text: &str, reading: Reading) -> (Vec<String>, Option<XmlFault>) {
    read_bytes(text.as_bytes(), reading)
}

fn read_bytes(bytes: &[u8], reading: Reading) -> (Vec<String>, Option<XmlFault>) {
    let text = &encoding::decode(bytes);
    let dtd = Dtd::of(text.as_str(), reading);
    let options = Options::new(reading, 1000, bytes, text);
    let mut reader = XmlReader::new(text.as_str(), &dtd, options);
    let mut seen = Vec::new();
    loop {
        match reader.next() {
            Ok(Some(Event::Start(element))) => {
                let mut line = format!("<{}", element.name.qualified);
                for attribute in element.attributes.iter().filter(|attribute| attribute.cdata) {
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

fn starts(text: &str) -> Vec<String> {
    let (seen, fault) = read(text, Reading::Aem);
    assert_eq!(fault, None, "{text}");
    seen.into_iter().filter(|line| line.starts_with('<')).collect()
}

#[test]
fn events_come_in_order() {
    let (seen, fault) = read("<a x='1'><b y=\"&lt;&#x41;\"/>t&amp;<![CDATA[<]]></a>", Reading::Aem);
    assert_eq!(seen, ["<a x=1", "<b y=<A", "/", "'t'", "'&'", "'<'", "/"]);
    assert_eq!(fault, None);
}

#[test]
fn well_formed_documents_are_accepted() {
    for text in [
        "\u{FEFF}<?xml version=\"1.0\"?>\n<a/>\n<!-- x --><?y?>",
        "<a ></a\n>",
        "<:a/>",
        "<a xmlns=\"u\"><b xmlns=\"\"/></a>",
        "<a xmlns:p='u'><p:b p:c='1' c='2'/></a>",
        "<a xml:lang='en'/>",
        "<a b='&#9;&#xA;&#x10FFFF;'/>",
        "<a>]] ></a>",
        "<a>x > y</a>",
        "<?xml version='1.1'?><a xmlns:p='u' b='&#1;'><b xmlns:p=''/></a>",
        "<!DOCTYPE a SYSTEM 'e'><a b='&undeclared;'>&undeclared;</a>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'f'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ELEMENT a (b, (c | d)+)*> <!NOTATION n PUBLIC 'p'> <?x?> <!-- y -->]><a/>",
        "<!DOCTYPE a [%undeclared;]><a/>",
    ] {
        assert_eq!(read(text, Reading::Aem).1, None, "{text}");
    }
}

#[test]
fn violations_end_the_document() {
    for text in [
        "",
        "x<a/>",
        "<a/>x",
        "<a/><b/>",
        " <?xml version='1.0'?><a/>",
        "<a b='1' b='2'/>",
        "<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>",
        "<a b='1'c='2'/>",
        "<a b=1/>",
        "<a b/>",
        "<a b='<'/>",
        "<a b='&'/>",
        "<a b='&nbsp;'/>",
        "<a b='&#0;'/>",
        "<a b='&#X41;'/>",
        "<a b='&#+65;'/>",
        "<a b='&#x+41;'/>",
        "<a b='\u{1}'/>",
        "<a>\u{FFFF}</a>",
        "<p:a/>",
        "<a p:b='1'/>",
        "<a xmlns:p=''/>",
        "<a xmlns:xml='u'/>",
        "<a xmlns:xmlns='u'/>",
        "<a xmlns:p='http://www.w3.org/2000/xmlns/'/>",
        "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>",
        "<a:b:c xmlns:a='u'/>",
        "<a></b>",
        "<a><b></a></b>",
        "<a>",
        "<a>]]></a>",
        "<a><!-- -- --></a>",
        "<a><?XML x?></a>",
        "<!doctype a><a/>",
        "<a/><!DOCTYPE a>",
        "<!DOCTYPE a [<!ENTITY x '<'>]><a b='&x;'/>",
        "<!DOCTYPE a [<!ENTITY x '&x;'>]><a b='&x;'/>",
        "<!DOCTYPE a [<!ENTITY x '<b>'>]><a>&x;</b></a>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'f'>]><a b='&x;'/>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'f' NDATA n>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY x '100%'>]><a/>",
        "<!DOCTYPE a [<!ELEMENT a (b | c, d)>]><a/>",
        "<!DOCTYPE a [<!ATTLIST a b CDATA '&x;'><!ENTITY x 'v'>]><a/>",
        "<!DOCTYPE a SYSTEM 'e' [<!ATTLIST a b CDATA '&x;'>]><a/>",
        "<?xml version='1.0' standalone='yes'?><!DOCTYPE a SYSTEM 'e'><a b='&x;'/>",
    ] {
        assert!(read(text, Reading::Aem).1.is_some(), "{text}");
    }
}

/// `¦` marks the place of the fault.
#[test]
fn faults_of_a_declaration_are_placed_where_they_stand() {
    for marked in [
        "<!DOCTYPE a¦'s'>",
        "<!DOCTYPE a PUBLIC 'p'¦'s'>",
        "<!DOCTYPE a PUBLIC 'p'¦>",
        "<!DOCTYPE a [¦<!X>]>",
        "<!DOCTYPE a [%¦;]>",
        "<!DOCTYPE a [<?¦?>]>",
        "<!DOCTYPE a [<?xml¦?>]>",
        "<!DOCTYPE a [<!-- --¦ -->]>",
        "<!DOCTYPE a [<!ENTITY¦x 'v'>]>",
        "<!DOCTYPE a [<!ENTITY x¦'v'>]>",
        "<!DOCTYPE a [<!ENTITY x ¦v>]>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'f'NDATA¦ n>]>",
        "<!DOCTYPE a [<!ENTITY % x SYSTEM 'f' ¦NDATA n>]>",
        "<!DOCTYPE a [<!ENTITY x 'ab¦%y;'>]>",
        "<!DOCTYPE a [<!ENTITY x 'ab¦&#0;'>]>",
        "<!DOCTYPE a [<!ENTITY x 'ab¦&y '>]>",
        "<!DOCTYPE a [<!ENTITY x 'ab¦& ;'>]>",
        "<!DOCTYPE a [<!ENTITY % p '<!X>'>¦%p;]>",
        "<!DOCTYPE a [<!ENTITY % p ']'>¦%p;]>",
        "<!DOCTYPE a [<!ENTITY % p '&#37;p;'>¦%p;]>",
        "<!DOCTYPE a [<!ENTITY % q '<!X>'><!ENTITY % p ' &#37;q;'>¦%p;]>",
        "<!DOCTYPE a [<!ATTLIST a b CDATA '1¦&u;'>]>",
        "<!DOCTYPE a [<!ATTLIST a b (¦|x) #IMPLIED>]>",
        "<!DOCTYPE a [<!ATTLIST a b (x¦,y) #IMPLIED>]>",
        "<!DOCTYPE a [<!ELEMENT a (#PCDATA|b)¦>]>",
        "<!DOCTYPE a [<!ELEMENT a (b ¦c)>]>",
        "<!DOCTYPE a [<!ELEMENT a (b | c¦, d)>]>",
        "<!DOCTYPE a [<!NOTATION n ¦'p'>]>",
        "<!DOCTYPE a [<!NOTATION n PUBLIC 'p'¦'s'>]>",
    ] {
        let marked = format!("<?xml version='1.0'?>{marked}<a/>");
        let (_, fault) = read(&marked.replace('¦', ""), Reading::Aem);
        let Some(XmlFault::Malformed(problem)) = fault else { panic!("{marked}: {fault:?}") };
        assert_eq!(Some(problem.offset), marked.find('¦'), "{marked}: {problem:?}");
    }
}

/// `¦` marks the place of the fault.
#[test]
fn faults_of_the_content_are_placed_where_they_stand() {
    let long = "x".repeat(1001);
    for marked in [
        "<a>x¦\u{1}</a>",
        "<a>xy¦]]></a>",
        "<a/> ¦x",
        "<a>x¦</b></a>",
        "<a>x¦<? x?></a>",
        "<a>x¦<?x$?></a>",
        "<a b='x¦&y '/>",
        "<a b='x¦&nope;'/>",
        "<a b='x¦&#0;'/>",
        "<a b='x¦<'/>",
        "<a b='1'¦c='2'/>",
        "<a ¦b=1/>",
        "<a b='1' ¦b='2'/>",
        "<a ¦p:b='1'/>",
        "<!DOCTYPE a>¦<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY e '<b c=1/>'>]><a>¦&e;</a>",
        &format!("<a>x¦<?{long} y?></a>"),
    ] {
        let (_, fault) = read(&marked.replace('¦', ""), Reading::Aem);
        let Some(XmlFault::Malformed(problem)) = fault else { panic!("{marked}: {fault:?}") };
        assert_eq!(Some(problem.offset), marked.find('¦'), "{marked}: {problem:?}");
    }
}

#[test]
fn messages_tell_what_is_wrong_with_an_attribute_or_name() {
    let long = format!("</{}>", "x".repeat(60));
    for (text, message) in [
        ("<a b='1'c='2'/>", "white space is missing"),
        ("<a b=1/>", "name=\"value\""),
        ("<a b='1'c=2/>", "name=\"value\""),
        ("<a>", "</a>"),
        (&format!("<{}>", "x".repeat(70)), &long),
    ] {
        let (_, fault) = read(text, Reading::Aem);
        let Some(XmlFault::Malformed(problem)) = fault else { panic!("{text}: {fault:?}") };
        assert!(problem.message.contains(message), "{text}: {problem:?}");
    }
}

#[test]
fn what_stands_before_undecodable_bytes_is_read() {
    let (seen, fault) = read_bytes(b"<a>\xff</a>", Reading::Aem);
    assert_eq!(seen, ["<a"]);
    let Some(XmlFault::Malformed(problem)) = fault else { panic!("{fault:?}") };
    assert_eq!(problem.offset, 3);
}

#[test]
fn as_many_attributes_as_the_jdk_allows_are_read() {
    let tag = |count: usize| (0..count).map(|i| format!(" b{i}=''")).collect::<String>();
    for (count, accepted) in [(10_000, true), (10_001, false)] {
        assert_eq!(read(&format!("<a{}/>", tag(count)), Reading::Aem).1.is_none(), accepted, "{count}");
    }
}

#[test]
fn expansions_are_counted_up_to_the_limit() {
    let expansions = value::Expansions::default();
    for offset in 0..64_000 {
        assert_eq!(expansions.spend(0, offset), Ok(()));
    }
    let Err(XmlFault::Limit(problem)) = expansions.spend(0, 7) else { panic!() };
    assert_eq!(problem.offset, 7);
    let expansions = value::Expansions::default();
    assert_eq!(expansions.spend(50_000_000, 0), Ok(()));
    assert!(matches!(expansions.spend(1, 7), Err(XmlFault::Limit(_))));
}

#[test]
fn entities_are_followed_to_the_depth_limit() {
    let nested = |depth: usize| {
        let chain: String = (1..depth).map(|i| format!("<!ENTITY e{i} '&e{};'>", i - 1)).collect();
        read(&format!("<!DOCTYPE a [<!ENTITY e0 'x'>{chain}]><a b='&e{};'/>", depth - 1), Reading::Aem)
    };
    assert_eq!(nested(64), (vec!["<a b=x".to_owned(), "/".to_owned()], None));
    assert!(nested(65).1.is_some());
    let itself = read("<!DOCTYPE a [<!ENTITY x 'v&x;'>]><a b='&x;'/>", Reading::Tolerant);
    assert_eq!(itself.0, ["<a b=v&x;", "/"]);
}

#[test]
fn names_tags_and_sections_have_their_spans() {
    let text = "<abc  def='g'><![CDATA[xy]]></abc>";
    let dtd = Dtd::default();
    let options = Options::new(Reading::Aem, 10, text.as_bytes(), &Text::utf8(text.as_bytes()));
    let mut reader = XmlReader::new(text, &dtd, options);
    let Some(Event::Start(element)) = reader.next().unwrap() else { panic!() };
    let attribute = &element.attributes[0];
    let spans = [element.name_span, element.span, attribute.name_span, attribute.value.span];
    assert_eq!(spans.map(|span| &text[span.range()]), ["abc", "<abc  def='g'>", "def", "g"]);
    let Some(Event::Text(section)) = reader.next().unwrap() else { panic!() };
    assert_eq!((&*section.text, &text[section.span.range()]), ("xy", "xy"));
    assert_eq!(&text[section.source(1, 2).range()], "y");
}

#[test]
fn text_that_follows_is_joined_with_its_place() {
    let literal = |text, start, end| Decoded::literal(text, Span::new(start, end));
    let mut joined = literal("", 2, 2);
    joined.append(&literal("ab", 5, 7));
    assert_eq!((joined.span, joined.source(0, 2)), (Span::new(5, 7), Span::new(5, 7)));
    // A reference to an empty entity.
    let mut joined = literal("", 2, 5);
    joined.append(&literal("ab", 5, 7));
    assert_eq!((joined.span, joined.source(0, 2)), (Span::new(2, 7), Span::new(5, 7)));
}

#[test]
fn text_of_an_entity_is_placed_at_its_reference_when_more_follows() {
    let text = "<!DOCTYPE a [<!ENTITY e 'xy'>]><a>&e;zz&e;z</a>";
    let dtd = Dtd::of(text, Reading::Aem);
    let options = Options::new(Reading::Aem, 10, text.as_bytes(), &Text::utf8(text.as_bytes()));
    let mut reader = XmlReader::new(text, &dtd, options);
    let mut pieces = Vec::new();
    while let Some(event) = reader.next().unwrap() {
        if let Event::Text(text) = event {
            pieces.push(text);
        }
    }
    let mut joined = pieces.remove(0);
    pieces.iter().for_each(|piece| joined.append(piece));
    assert_eq!(joined.text, "xyzzxyz");
    for (range, written) in
        [((0, 1), "&e;"), ((0, 2), "&e;"), ((2, 3), "z"), ((1, 4), "&e;zz"), ((4, 6), "&e;"), ((6, 7), "z")]
    {
        assert_eq!(&text[joined.source(range.0, range.1).range()], written, "{range:?}");
    }
}

#[test]
fn declarations_of_every_kind_are_read() {
    for (declarations, expected) in [
        ("<!ELEMENT a EMPTY><!ELEMENT b ANY>", "<a"),
        ("<!ELEMENT a (#PCDATA)><!ELEMENT b (#PCDATA)*><!ELEMENT c (#PCDATA | a)*>", "<a"),
        ("<!ELEMENT a (b?, c*, (d+ | e)?)>", "<a"),
        ("<!NOTATION n PUBLIC 'p' 's'><!NOTATION m SYSTEM 's'><!ENTITY x SYSTEM 'f' NDATA n>", "<a"),
        ("<!ATTLIST a b CDATA #FIXED 'x'>", "<a b=x"),
        ("<!ATTLIST a b ( x | y ) 'x' c NOTATION (n|m) #IMPLIED d CDATA 'z'>", "<a d=z"),
        ("<!ENTITY x \"1\r\n2\r3\"><!ATTLIST a b CDATA '&x;'>", "<a b=1 2 3"),
    ] {
        assert_eq!(starts(&format!("<!DOCTYPE a [{declarations}]><a/>")), [expected], "{declarations}");
    }
    let (seen, _) = read("<!DOCTYPE a [<!ENTITY x \"1\r\n2\r3\">]><a>&x;</a>", Reading::Aem);
    assert_eq!(seen, ["<a", "'1\n2\n3'", "/"]);
    let (seen, _) = read("<!doctype a [<!ENTITY x '1&#1;'>]><a b='&x;'/>", Reading::Tolerant);
    assert_eq!(seen, ["<a b=1\u{1}", "/"]);
}

#[test]
fn a_declared_attribute_is_placed_at_its_name_or_at_what_brings_it() {
    for (declaration, place) in [
        ("<!ATTLIST a bcd CDATA 'x'>", "bcd"),
        ("<!ENTITY % p \"<!ATTLIST a bcd CDATA 'x'>\">%p;", "%p;"),
        ("<!ENTITY % q \"<!ATTLIST a bcd CDATA 'x'>\"><!ENTITY % p ' &#37;q;'>%p;", "%p;"),
    ] {
        let text = format!("<?xml version='1.0'?><!DOCTYPE a [{declaration}]><a/>");
        let dtd = Dtd::of(&text, Reading::Aem);
        let span = dtd.attribute("a", "bcd").unwrap().name_span;
        assert_eq!((&text[span.range()], Some(span.start)), (place, text.find(place)), "{declaration}");
    }
}

#[test]
fn internal_entities_are_expanded() {
    let dtd =
        "<!DOCTYPE a [<!ENTITY x \"v\"><!ENTITY y \"&x;&#38;lt;\"><!ENTITY e \"<b c='&y;'/>\"><!ENTITY x \"other\">]>";
    assert_eq!(starts(&format!("{dtd}<a d=\"&y;\">&e;</a>")), ["<a d=v<", "<b c=v<"]);
    let parameter = "<!DOCTYPE a [<!ENTITY % p \"<!ENTITY x 'v'>\">%p;]><a b=\"&x;\"/>";
    assert_eq!(starts(parameter), ["<a b=v"]);
}

#[test]
fn attribute_declarations_type_and_add_attributes() {
    let dtd = "<!DOCTYPE a [<!ATTLIST a id ID #IMPLIED b CDATA \" x\ty \" c NMTOKEN \"n\" xmlns:p CDATA \"u\" p:d CDATA \"4\">]>";
    assert_eq!(starts(&format!("{dtd}<a id=\"i\" e=\"5\"/>")), ["<a e=5 b= x y  p:d=4"]);
    assert_eq!(starts(&format!("{dtd}<a b=\"own\"/>")), ["<a b=own p:d=4"]);
}

#[test]
fn what_entities_bring_is_placed_at_their_reference() {
    let text = "<!DOCTYPE a [<!ENTITY e \"<b c='1'/>\"><!ENTITY v \"xyz\">]><a d=\"1&v;2\">&e;</a>";
    let dtd = Dtd::of(text, Reading::Aem);
    let options = Options::new(Reading::Aem, 10, text.as_bytes(), &Text::utf8(text.as_bytes()));
    let mut reader = XmlReader::new(text, &dtd, options);
    let Some(Event::Start(a)) = reader.next().unwrap() else { panic!() };
    let value = &a.attributes[0].value;
    assert_eq!(value.text, "1xyz2");
    for (range, written) in
        [((0, 1), "1"), ((1, 4), "&v;"), ((2, 3), "&v;"), ((3, 5), "&v;2"), ((4, 5), "2"), ((2, 2), "")]
    {
        assert_eq!(&text[value.source(range.0, range.1).range()], written, "{range:?}");
    }
    let Some(Event::Start(b)) = reader.next().unwrap() else { panic!() };
    assert_eq!(&text[b.name_span.range()], "&e;");
    assert_eq!(&text[b.attributes[0].value.source(0, 1).range()], "&e;");
}

#[test]
fn expansion_is_bounded() {
    let mut dtd = "<!DOCTYPE a [<!ENTITY e0 \"lol\">".to_owned();
    for i in 1..10 {
        dtd.push_str(&format!("<!ENTITY e{i} \"{}\">", format!("&e{};", i - 1).repeat(10)));
    }
    for body in ["<a b=\"&e9;\"/>", "<a>&e9;</a>"] {
        for reading in [Reading::Aem, Reading::Tolerant] {
            let (_, fault) = read(&format!("{dtd}]>{body}"), reading);
            assert!(matches!(fault, Some(XmlFault::Limit(_))), "{fault:?}");
        }
    }
}

#[test]
fn a_person_reads_past_what_is_not_well_formed() {
    let (seen, fault) = read("<a b='1' b='2' c=3 d>&nbsp; & <x:y z='<&u;'/></b></a>", Reading::Tolerant);
    assert_eq!(fault, None);
    assert_eq!(seen, ["<a b=1 c=3", "'&nbsp;'", "' '", "'& '", "<x:y z=<&u;", "/", "/"]);
    for (text, expected) in [
        ("<a b='&#X41;'/>", &["<a b=&#X41;", "/"] as &[&str]),
        ("<!DOCTYPE a [<!ENTITY x SYSTEM 'f' NDATA n>]><a b='1&x;2'/>", &["<a b=12", "/"]),
        ("<a/><!DOCTYPE a>", &["<a", "/"]),
        ("<a><b c=\"1>x</a>", &["<a", "<b", "'x'", "/", "/"]),
    ] {
        let (seen, fault) = read(text, Reading::Tolerant);
        assert_eq!((seen.iter().map(String::as_str).collect::<Vec<_>>(), fault), (expected.to_vec(), None), "{text}");
    }
}

#[test]
fn no_declaration_changes_a_predefined_entity() {
    let (seen, _) = read("<!DOCTYPE a [<!ENTITY lt 'x'>]><a b='&lt;'>&lt;</a>", Reading::Tolerant);
    assert_eq!(seen, ["<a b=<", "'<'", "/"]);
}

#[test]
fn line_ends_are_unified() {
    let (seen, _) = read("<a b='1\r\n2\r3\n4'>\r\n\r</a>", Reading::Aem);
    assert_eq!(seen, ["<a b=1 2 3 4", "'\n\n'", "/"]);
    let (seen, _) = read("<?xml version='1.1'?><a b='1\u{85}2\r\u{85}3\u{2028}4'/>", Reading::Aem);
    assert_eq!(seen, ["<a b=1 2 3 4", "/"]);
    let sections = "1\u{85}2\r\u{85}3\u{2028}4\r\n5";
    for (version, b, text, section) in [
        ("1.0", "<©€\u{85}\u{2028}", "a\tb\nc\u{85}", "1\u{85}2\n\u{85}3\u{2028}4\n5"),
        ("1.1", "<©€  ", "a\tb\nc\n", "1\n2\n3\n4\n5"),
    ] {
        let document =
            format!("<?xml version='{version}'?><a b='&lt;©€\u{85}\u{2028}'>a\tb\rc\u{85}<![CDATA[{sections}]]></a>");
        let (seen, fault) = read(&document, Reading::Aem);
        assert_eq!(seen, [format!("<a b={b}"), format!("'{text}'"), format!("'{section}'"), "/".to_owned()]);
        assert_eq!(fault, None);
    }
    let (seen, _) = read("<?xml version='1.1'?><a b='1\u{85}2'/>", Reading::Aem);
    assert_eq!(seen, ["<a b=1 2", "/"]);
}
