//! Names of entries: UTF-8 if declared or if the bytes are valid UTF-8, otherwise IBM code page 437 (APPNOTE.TXT,
//! appendix D). They are only labels, so a wrong guess affects only readability.

use std::sync::LazyLock;

/// The upper half of IBM code page 437.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
                     αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

static UPPER_HALF: LazyLock<Vec<char>> = LazyLock::new(|| CP437.chars().collect());

/// Appends the decoded `name` to `out`.
pub(super) fn decode_into(name: &[u8], utf8: bool, out: &mut String) {
    match str::from_utf8(name) {
        Ok(name) => out.push_str(name),
        Err(_) if utf8 => out.push_str(&String::from_utf8_lossy(name)),
        Err(_) => out.extend(name.iter().map(|&byte| match byte {
            0..=0x7f => char::from(byte),
            _ => UPPER_HALF.get(usize::from(byte) - 0x80).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
        })),
    }
}

/// Names in one block.
pub(super) const BLOCK: usize = 4096;

/// Stored names, at most [`BLOCK`] of them.
#[derive(Debug, Default)]
pub(super) struct StoredNames {
    bytes: Vec<u8>,
    /// End offset of each name.
    ends: Vec<u32>,
    /// Whether each name is declared to be UTF-8.
    utf8: Vec<bool>,
}

impl StoredNames {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// An empty block with the same capacity as this one.
    pub(super) fn next(&self) -> Self {
        let bytes = self.bytes.len() + self.bytes.len() / 8;
        let names = self.ends.len();
        Self { bytes: Vec::with_capacity(bytes), ends: Vec::with_capacity(names), utf8: Vec::with_capacity(names) }
    }

    pub(super) fn push(&mut self, name: &[u8], utf8: bool) {
        self.bytes.extend_from_slice(name);
        // A block of names of at most 64 KiB each is far below 4 GiB.
        self.ends.push(self.bytes.len() as u32);
        self.utf8.push(utf8);
    }

    pub(super) fn decode(self) -> Names {
        let Self { bytes, ends, utf8 } = self;
        let bytes = match String::from_utf8(bytes) {
            // If the whole text is UTF-8 and each name ends at a character boundary, then each name is UTF-8.
            Ok(text) if ends.iter().all(|&end| text.is_char_boundary(end as usize)) => return Names { text, ends },
            Ok(text) => text.into_bytes(),
            Err(error) => error.into_bytes(),
        };
        let mut names = Names { text: String::with_capacity(bytes.len()), ends: Vec::with_capacity(ends.len()) };
        let mut start = 0;
        for (end, utf8) in ends.into_iter().zip(utf8) {
            decode_into(&bytes[start..end as usize], utf8, &mut names.text);
            names.ends.push(names.text.len() as u32);
            start = end as usize;
        }
        names
    }
}

/// Decoded names.
#[derive(Debug)]
pub(super) struct Names {
    text: String,
    ends: Vec<u32>,
}

impl Names {
    pub(super) fn get(&self, index: usize) -> &str {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..self.ends[index] as usize]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|index| self.get(index))
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
    fn a_block_of_names_decodes_as_each_of_them_does() {
        let names: [(&[u8], bool); 8] = [
            (b"a/b", false),
            ("caf\u{e9}".as_bytes(), true),
            (b"", false),
            (b"caf\x82", false),
            // Together they are UTF-8, separately they are not.
            (b"x\xc3", false),
            (b"\xa9y", true),
            ("\u{20ac}".as_bytes(), false),
            (b"last", true),
        ];
        for chosen in [&names[..], &names[..3], &names[4..6], &names[3..4], &names[6..], &[]] {
            let mut stored = StoredNames::default();
            chosen.iter().for_each(|(name, utf8)| stored.push(name, *utf8));
            let each: Vec<String> = chosen.iter().map(|(name, utf8)| decode(name, *utf8)).collect();
            assert_eq!(stored.decode().iter().collect::<Vec<_>>(), each);
        }
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
