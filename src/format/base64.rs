//! Base64 in XML and JSON exports, with a mapping back to the source: the content of an `nt:file` as
//! `Session#exportSystemView` and `exportDocumentView` write it (JCR 2.0, 7.2 and 7.3).

use super::Span;
use super::rewritten::Rewritten;

/// Maximum length of content that is mapped group by group, in bytes; longer content maps to its value as a whole.
const FOLLOWED: usize = 1 << 20;

/// Decodes base64, ignoring white space; `None` for text that is not base64.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for c in text.bytes().filter(|c| !c.is_ascii_whitespace() && *c != b'=') {
        let digit = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xFF) as u8);
        }
    }
    Some(bytes)
}

/// Decodes a text that is base64 from beginning to end: with padding, and no other characters.
pub(super) fn decode_whole(text: &str) -> Option<Vec<u8>> {
    let digits = text.bytes().filter(|c| !c.is_ascii_whitespace()).count();
    let padded = text.trim_ascii_end().trim_end_matches('=');
    (digits > 0 && digits % 4 == 0 && !padded.contains('=')).then(|| decode(text)).flatten()
}

/// The decoded text of the base64 at `span` of `source`, each part mapped to the digits that encode it. `None` where
/// the text is something else.
pub(super) fn aligned(source: &str, span: Span, decoded: &str) -> Option<Rewritten> {
    let written = source.get(span.range())?;
    if decoded.len() > FOLLOWED || decode_whole(written)? != decoded.as_bytes() {
        return None;
    }
    // Offset of each digit.
    let digits: Vec<usize> =
        written.bytes().enumerate().filter(|(_, c)| !c.is_ascii_whitespace() && *c != b'=').map(|(at, _)| at).collect();
    let digit = |index: usize| digits.get(index).map_or(written.len(), |at| *at);
    let mut out = Rewritten::default();
    let mut start = 0;
    for c in decoded.chars() {
        let end = start + c.len_utf8();
        // The bits of a byte begin in digit number `byte * 4 / 3` and end in the next one.
        let first = digit(start * 4 / 3);
        let last = digit((end * 4).div_ceil(3) - 1);
        out.replace(&decoded[start..end], Span::new(span.start + first, span.start + last + 1));
        start = end;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_leads_back_to_its_digits() {
        let source = "<v>bmFtZT0i\nw6kiCg==</v>";
        let span = Span::new(3, source.len() - 4);
        let text = String::from_utf8(decode_whole(&source[span.range()]).unwrap()).unwrap();
        assert_eq!(text, "name=\"é\"\n");
        let out = aligned(source, span, &text).unwrap();
        assert_eq!(out.text(), text);
        assert_eq!(&source[out.source(Span::new(0, 3)).range()], "bmFt");
        assert_eq!(&source[out.source(Span::new(6, 8)).range()], "w6k");
        for (start, c) in text.char_indices() {
            let digits = out.source(Span::new(start, start + c.len_utf8()));
            assert!(digits.start >= span.start && digits.end <= span.end && digits.start < digits.end, "{start}");
        }
    }

    #[test]
    fn only_whole_base64_counts() {
        for text in ["", "abc", "a=bc", "name=\"x\"", "{}{}", "ab=c"] {
            assert_eq!(decode_whole(text), None, "{text}");
        }
        assert_eq!(decode_whole("SGVs bG8="), Some(b"Hello".to_vec()));
    }
}
