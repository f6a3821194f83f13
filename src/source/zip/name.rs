//! Names of entries: UTF-8 where the archive says so or where the bytes are, else IBM code page 437 (APPNOTE.TXT,
//! appendix D). They are labels only, so a wrong guess costs nothing but readability.

/// The upper half of IBM code page 437.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
                     αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// Appends the decoded `name` to `out`.
pub(super) fn decode_into(name: &[u8], utf8: bool, out: &mut String) {
    match str::from_utf8(name) {
        Ok(name) => out.push_str(name),
        Err(_) if utf8 => out.push_str(&String::from_utf8_lossy(name)),
        Err(_) => out.extend(name.iter().map(|&byte| match byte {
            0..=0x7f => char::from(byte),
            _ => CP437.chars().nth(usize::from(byte) - 0x80).unwrap_or(char::REPLACEMENT_CHARACTER),
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(name: &[u8], utf8: bool) -> String {
        let mut out = String::new();
        decode_into(name, utf8, &mut out);
        out
    }

    #[test]
    fn names_in_any_encoding_become_labels() {
        assert_eq!(CP437.chars().count(), 128);
        assert_eq!(decode("café".as_bytes(), false), "café");
        assert_eq!(decode("café".as_bytes(), true), "café");
        assert_eq!(decode(b"caf\x82", false), "café");
        assert_eq!(decode(b"\xff\x80", false), "\u{a0}Ç");
        assert_eq!(decode(b"caf\xe9", true), "caf\u{fffd}");
        assert_eq!(decode(b"a\0b\nc", false), "a\0b\nc");
    }
}
