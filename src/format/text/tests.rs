use super::*;

fn place(text: &Text<'_>, offset: usize) -> (u32, u32, u32, u64) {
    let p = text.position(offset);
    (p.line, p.column, p.utf16_column, p.offset)
}

#[test]
fn every_line_end_counts_once() {
    let text = Text::utf8(b"a\nb\r\nc\rd");
    assert_eq!(place(&text, 2), (2, 1, 1, 2));
    assert_eq!(place(&text, 5), (3, 1, 1, 5));
    assert_eq!(place(&text, 7), (4, 1, 1, 7));
    assert_eq!(place(&text, 99), (4, 2, 2, 8));
}

#[test]
fn characters_outside_the_bmp_are_two_utf16_units() {
    let text = Text::utf8("é😀x".as_bytes());
    assert_eq!(place(&text, 6), (1, 3, 4, 6));
}

#[test]
fn utf16_offsets_are_those_of_the_file() {
    let bytes: Vec<u8> = [0xFF, 0xFE].into_iter().chain("a😀b".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let text = Text::utf16(&bytes, false, 2);
    assert_eq!(place(&text, 0), (1, 1, 1, 2));
    assert_eq!(place(&text, 5), (1, 3, 4, 8));
}

#[test]
fn latin1_and_broken_utf8_keep_raw_offsets() {
    let text = Text::latin1(b"\xe9=x");
    assert_eq!(text.as_str(), "é=x");
    assert_eq!(place(&text, 3), (1, 3, 3, 2));
    let text = Text::utf8(b"\xff\xfex");
    assert_eq!(place(&text, 6), (1, 3, 3, 2));
}

#[test]
fn invalid_sequences_are_known_by_their_place() {
    let text = Text::utf8(b"\xc3\xa9\xf0\x9f\xc3\xa9x");
    assert_eq!(text.as_str(), "é\u{fffd}éx");
    assert_eq!([0, 2, 5, 7, 8].map(|offset| place(&text, offset).3), [0, 2, 4, 6, 7]);
    assert!(text.has_replacements() && !text.is_the_file());
    let valid = Text::utf8("é".as_bytes());
    assert!(!valid.has_replacements() && valid.is_the_file());
    assert!(Text::latin1(b"a").is_the_file() && !Text::latin1(b"\xe9").is_the_file());
}

#[test]
fn labels_of_utf16_choose_the_byte_order() {
    assert_eq!(Text::with_encoding(b"a\0", encoding_rs::UTF_16LE).as_str(), "a");
    assert_eq!(Text::with_encoding(b"\0a", encoding_rs::UTF_16BE).as_str(), "a");
    assert_eq!(Text::with_encoding(b"\0a", encoding_rs::UTF_16BE).encode("b"), Some(b"\0b".to_vec()));
}

#[test]
fn texts_are_encoded_as_their_file_is() {
    let utf16 = [0xFE, 0xFF, 0, b'a'];
    assert_eq!(Text::utf16(&utf16, true, 2).encode("é"), Some(vec![0xFE, 0xFF, 0, 0xE9]));
    assert_eq!(Text::utf16(b"a\0", false, 0).encode("😀"), Some(vec![0x3D, 0xD8, 0, 0xDE]));
    assert_eq!(Text::latin1(b"a").encode("é"), Some(vec![0xE9]));
    assert_eq!(Text::latin1(b"a").encode("€"), None);
    let windows = Text::with_encoding(b"a", encoding_rs::WINDOWS_1252);
    assert_eq!((windows.encode("€"), windows.encode("Ж")), (Some(vec![0x80]), None));
    assert_eq!(Text::utf8("\u{feff}a".as_bytes()).encode("\u{feff}b"), Some(b"\xEF\xBB\xBFb".to_vec()));
}

#[test]
fn four_bytes_to_a_character_come_in_any_order() {
    let encode = |order: [u8; 4], units| Utf32 { order, units };
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 0, 3, 2], [2, 3, 0, 1]] {
        let utf32 = encode(order, false);
        let bytes: Vec<u8> = "a😀b".chars().flat_map(|c| utf32.bytes(u32::from(c))).collect();
        let text = Text::utf32(&bytes, utf32, 0);
        assert_eq!((text.as_str(), place(&text, 5)), ("a😀b", (1, 3, 4, 8)));
        assert_eq!(text.encode("a😀b").as_deref(), Some(&bytes[..]));
    }
    let marked = b"\xFF\xFE\0\0a\0\0\0";
    let text = Text::utf32(marked, Utf32::LITTLE_ENDIAN, 4);
    assert_eq!((text.as_str(), place(&text, 1).3, text.encode("a").as_deref()), ("a", 8, Some(&marked[..])));
    // Half a character, and an invalid one.
    assert_eq!(Text::utf32(b"\0\0\0a\0", Utf32::BIG_ENDIAN, 0).as_str(), "a\u{fffd}");
    assert_eq!(Text::utf32(b"\0\0\xD8\0", Utf32::BIG_ENDIAN, 0).as_str(), "\u{fffd}");
    // The JDK's parser keeps the lower half of what it treats as a UTF-16 unit.
    let units = Text::utf32(b"\0\x01\0a\0\0\xD8\x3D\0\0\xDE\0b", encode([0, 1, 2, 3], true), 0);
    assert_eq!((&units.as_str()[..5], place(&units, 5).3), ("a😀", 12));
}

#[test]
fn a_text_may_change_its_encoding_behind_the_declaration() {
    let page = CodePage::ebcdic();
    let rest = page.encode("a\nb").unwrap();
    let text = Text::utf8("é".as_bytes()).followed_by(Text::with_page(&rest, page));
    assert_eq!((text.as_str(), text.head_len(), text.is_the_file()), ("éa\nb", 2, false));
    assert_eq!([0, 2, 3, 4, 5].map(|offset| place(&text, offset).3), [0, 2, 3, 4, 5]);
    assert_eq!(place(&text, 4).0, 2);
    assert_eq!(text.encode("éx").unwrap(), [b"\xc3\xa9".as_slice(), &page.encode("x").unwrap()].concat());
    assert_eq!((text.encode("x"), text.encode("")), (None, None));
    let marked = Text::latin1(b"a").followed_by(Text::utf16(b"\xFE\xFF\0b", true, 2));
    assert_eq!([0, 1, 2].map(|offset| place(&marked, offset).3), [0, 3, 5]);
    let broken = Text::latin1(b"a").followed_by(Text::utf8(b"b\xff\xfec"));
    assert_eq!(broken.first_replacement(), Some(2));
    assert_eq!([1, 2, 5, 8].map(|offset| place(&broken, offset).3), [1, 2, 3, 4]);
}

#[test]
fn checkpoints_agree_with_a_plain_count() {
    let parts = ["äb\n😀\rcd\n", "a line\r\n", "\r", "\r\r\n", "\n", "no end ", "é", "x\r\n\ry"];
    let repeated = parts.map(|part| part.repeat(6000 / part.len()));
    let beginnings = (0..4).flat_map(|shift| repeated.iter().map(move |text| "a".repeat(shift) + text));
    for source in beginnings.chain([repeated.concat()]) {
        let text = Text::utf8(source.as_bytes());
        for offset in (0..=source.len()).filter(|&offset| source.is_char_boundary(offset)).step_by(89) {
            // A line feed behind a carriage return belongs to the line that the carriage return began.
            let before = source[..offset].replace("\r\n", "\r").replace('\r', "\n");
            let line = before.rsplit('\n').next().unwrap();
            let expected = Position {
                line: before.matches('\n').count() as u32 + 1,
                column: line.chars().count() as u32 + 1,
                utf16_column: line.encode_utf16().count() as u32 + 1,
                offset: offset as u64,
            };
            assert_eq!(text.position(offset), expected, "{offset} of {:?}", &source[..20]);
        }
    }
}
