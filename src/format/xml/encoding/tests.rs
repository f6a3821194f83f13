use super::*;

#[test]
fn declarations_choose_the_charset() {
    let text = |label: &str| {
        let mut bytes = format!("<?xml version='1.0' encoding='{label}'?>").into_bytes();
        bytes.push(0x80);
        let text = decode(&bytes);
        (text.as_str().chars().last().unwrap(), fault(&bytes, &text).is_some())
    };
    assert_eq!(text("windows-1252"), ('€', false));
    assert_eq!(text("ISO-8859-1"), ('\u{80}', false));
    assert_eq!(text("latin1"), ('\u{80}', false));
    assert_eq!(text("cp1252"), ('€', false));
    assert_eq!(text("utf8"), (char::REPLACEMENT_CHARACTER, false));
    assert_eq!(text("UTF-8"), (char::REPLACEMENT_CHARACTER, true));
    assert_eq!(text("US-ASCII"), (char::REPLACEMENT_CHARACTER, true));
    assert_eq!(text("x-nope"), (char::REPLACEMENT_CHARACTER, true));
}

#[test]
fn utf16_needs_no_declaration_but_must_not_contradict_it() {
    let encode = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_be_bytes).collect() };
    for (source, faulty) in [
        ("<?xml version='1.0'?><a/>", false),
        ("<?xml version='1.0' encoding='UTF-16'?><a/>", false),
        ("<?xml version='1.0' encoding='UTF-8'?><a/>", true),
    ] {
        let bytes = encode(source);
        let text = decode(&bytes);
        assert_eq!(text.as_str(), source);
        assert_eq!(fault(&bytes, &text).is_some(), faulty, "{source}");
    }
}

fn utf16(text: &str, big_endian: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

#[test]
fn both_byte_orders_are_told_and_checked() {
    for big_endian in [true, false] {
        let declared = |label: &str| format!("<?xml version='1.0' encoding='{label}'?><a>Ø</a>");
        for (source, faulty) in [
            ("<?xml version='1.0'?><a>Ø</a>".to_owned(), false),
            ("<a>Ø</a>".to_owned(), true),
            (declared("UTF-16"), false),
            (declared("UTF-16BE"), !big_endian),
            (declared("UTF-16LE"), big_endian),
            (declared("UTF-8"), true),
        ] {
            let bytes = utf16(&source, big_endian);
            let text = decode(&bytes);
            assert_eq!(text.as_str(), source);
            assert_eq!(fault(&bytes, &text).map(|fault| fault.0), faulty.then_some(0), "{source} {big_endian}");
        }
    }
}

#[test]
fn half_a_character_is_placed_where_it_stands() {
    let source = "<?xml version='1.0'?><a>é😀";
    for big_endian in [true, false] {
        for rest in [[0xDC, 0].as_slice(), &[0xD8, 0, 0, b'<'], &[0]] {
            let rest = rest.chunks(2).flat_map(|unit| match *unit {
                [high, low] if !big_endian => vec![low, high],
                _ => unit.to_vec(),
            });
            let bytes: Vec<u8> = utf16(source, big_endian).into_iter().chain(rest).collect();
            let found = fault(&bytes, &decode(&bytes));
            assert_eq!(found.map(|fault| fault.0), Some(source.len()), "{bytes:?}");
        }
    }
}

#[test]
fn bytes_that_are_none_of_the_declared_encoding_are_found() {
    for (start, label, rest, offset) in [
        ("", "UTF-16", "<a/>", Some(0)),
        ("", "UTF-16BE", "<a/>", Some(0)),
        ("", "US-ASCII", "<a/>", None),
        ("", "US-ASCII", "<a>é</a>", Some(44)),
        ("\u{feff}", "US-ASCII", "<a/>", None),
        ("\u{feff}", "US-ASCII", "<a>é</a>", Some(47)),
    ] {
        let source = format!("{start}<?xml version='1.0' encoding='{label}'?>{rest}");
        let text = decode(source.as_bytes());
        assert_eq!(text.as_str(), source);
        assert_eq!(fault(source.as_bytes(), &text).map(|fault| fault.0), offset, "{source}");
    }
}

#[test]
fn labels_of_the_whatwg_standard_are_tried() {
    for (label, byte, text) in [("iso-8859-10", 0xA1, 'Ą'), ("ucs-2", b'a', 'a'), ("replacement", b'a', 'a')] {
        let mut bytes = format!("<?xml version='1.0' encoding='{label}'?>").into_bytes();
        bytes.push(byte);
        let decoded = decode(&bytes);
        assert_eq!((decoded.as_str().find("<?xml"), decoded.as_str().chars().last()), (Some(0), Some(text)));
        assert!(fault(&bytes, &decoded).is_some(), "{label}");
    }
}

#[test]
fn the_document_begins_behind_a_byte_order_mark() {
    for (mark, label, start_at) in [("", "UTF-8", 0), ("\u{feff}", "UTF-8", 3), ("\u{feff}", "ISO-8859-1", 6)] {
        let source = format!("{mark}<?xml version='1.0' encoding='{label}'?><a/>");
        let text = decode(source.as_bytes());
        assert_eq!(start(source.as_bytes(), text.as_str()), start_at, "{source:?}");
        assert!(text.as_str()[start_at..].starts_with("<?xml"), "{source:?}");
    }
}

#[test]
fn only_bytes_that_ascii_can_begin_with_are_searched() {
    assert!(may_contain(b"<a b=''/>", "b=") && !may_contain(b"<a b=''/>", "c="));
    assert!(may_contain(&utf16("<a b=''/>", true), "c=") && may_contain(b"\xFF\xFE", "c="));
}

#[test]
fn declarations_are_checked_like_the_jdk_does() {
    for (raw, legal) in [
        ("<?xml version='1.0'?>", true),
        ("<?xml version = \"1.1\" encoding='UTF-8' standalone='no' ?>", true),
        ("<?xml encoding='UTF-8'?>", false),
        ("<?xml version='1.0' standalone='yes' encoding='UTF-8'?>", false),
        ("<?xml version='1.0' standalone='maybe'?>", false),
        ("<?xml version='1.2'?>", false),
        ("<?xml version='1.0' encoding='-x'?>", false),
        ("<?xml version='1.0'encoding='UTF-8'?>", false),
    ] {
        assert_eq!(check_declaration(raw).is_none(), legal, "{raw}");
    }
}
