//! Single-byte code pages that the WHATWG Encoding Standard lacks: EBCDIC, DOS, Macintosh.
//!
//! AEM's XML parser accepts them like any other encoding, so a file in one of them works as well as one in UTF-8.

mod pages;

use pages::{EBCDIC, PAGES};

/// Begin and end a run of two-byte characters (the multi-byte EBCDIC pages, ISO 2022).
const SHIFTS: (u8, u8) = (0x0E, 0x0F);
/// Begins the name of a character set, which ends with a byte of `0` or above (ISO 2022).
const ESCAPE: u8 = 0x1B;

/// A table of 256 characters.
#[derive(Debug, PartialEq, Eq)]
pub struct CodePage {
    kind: PageKind,
    /// Upper-case names, separated by spaces.
    names: &'static str,
    /// Differences from its base page.
    runs: &'static [(u8, &'static str)],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PageKind {
    /// A superset of ASCII; the base page is ISO-8859-1.
    Ascii,
    /// The base page is code page 037.
    Ebcdic,
    /// Like `Ebcdic`, but some characters take two bytes, between two shift bytes. Those characters are not known here.
    Shifted,
    /// ASCII, plus multi-byte characters after escapes or between two shift bytes, which are not known here either.
    Escaped,
}

impl CodePage {
    /// The page of an upper-case name.
    pub fn named(name: &str) -> Option<&'static Self> {
        PAGES.iter().find(|page| page.names.split(' ').any(|own| own == name))
    }

    /// Code page 037, in which XML in EBCDIC is read until it declares its own encoding.
    pub fn ebcdic() -> &'static Self {
        static PAGE: CodePage = CodePage { kind: PageKind::Ebcdic, names: "CP037", runs: &[] };
        &PAGE
    }

    /// Whether ASCII bytes are ASCII characters.
    pub fn is_ascii(&self) -> bool {
        matches!(self.kind, PageKind::Ascii | PageKind::Escaped)
    }

    fn characters(&self) -> [char; 256] {
        let mut characters = std::array::from_fn(|byte| char::from(byte as u8));
        let base = if self.is_ascii() { &[] } else { EBCDIC };
        for (first, run) in base.iter().chain(self.runs) {
            for (place, character) in characters[usize::from(*first)..].iter_mut().zip(run.chars()) {
                *place = character;
            }
        }
        characters
    }

    /// One character for every byte; U+FFFD for a byte without one.
    pub fn decode(&self, bytes: &[u8]) -> String {
        let characters = self.characters();
        if self.kind == PageKind::Ascii || self.kind == PageKind::Ebcdic {
            return bytes.iter().map(|&byte| characters[usize::from(byte)]).collect();
        }
        let (mut shifted, mut escaped) = (false, false);
        let mut decode = |byte: u8| {
            let escapes = self.kind == PageKind::Escaped && byte == ESCAPE;
            let unknown = escapes || escaped || shifted || self.kind == PageKind::Escaped && !byte.is_ascii();
            escaped = escapes || escaped && byte < b'0';
            let shifts = byte == SHIFTS.0 || byte == SHIFTS.1;
            shifted = if shifts { byte == SHIFTS.0 } else { shifted };
            if shifts || unknown { char::REPLACEMENT_CHARACTER } else { characters[usize::from(byte)] }
        };
        bytes.iter().map(|&byte| decode(byte)).collect()
    }

    /// The bytes of `text`; `None` when the page lacks one of its characters.
    pub fn encode(&self, text: &str) -> Option<Vec<u8>> {
        let characters = self.characters();
        let byte = |wanted: char| {
            let known = wanted != char::REPLACEMENT_CHARACTER;
            let at = characters.iter().position(|&character| known && character == wanted)?;
            u8::try_from(at).ok()
        };
        text.chars().map(byte).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(name: &str) -> &'static CodePage {
        CodePage::named(name).unwrap_or_else(|| panic!("no page {name}"))
    }

    #[test]
    fn pages_are_those_of_java() {
        for (name, bytes, text) in [
            ("IBM037", b"\x4C\x6F\xA7\x94\x93\x15\x25".as_slice(), "<?xml\n\n"),
            ("IBM1047", b"\xAD\xBD\x5F\x15", "[]^\n"),
            ("CP500", b"\x4A\x5A\x5F", "[]^"),
            ("IBM01141", b"\x9F\xB5\x43", "€@{"),
            ("CP1026", b"\xFC", "\""),
            ("IBM-THAI", b"\x49\x81", "[a"),
            ("IBM437", b"a\x80\xFF", "aÇ\u{a0}"),
            ("JIS_X0201", b"\\~\xB1", "\\~\u{ff71}"),
        ] {
            assert_eq!(page(name).decode(bytes), text, "{name}");
        }
        assert_eq!(CodePage::ebcdic().decode(b"\xC1"), page("IBM037").decode(b"\xC1"));
        assert!(page("IBM437").is_ascii() && !page("IBM037").is_ascii());
        assert_eq!(CodePage::named("UTF-8"), None);
    }

    #[test]
    fn every_page_spells_what_markup_needs_and_takes_it_back() {
        for page in PAGES {
            let text = "<a b=\"x\"/>";
            let bytes = page.encode(text).unwrap_or_else(|| panic!("{}", page.names));
            assert_eq!(page.decode(&bytes), text, "{}", page.names);
            assert!(page.runs.iter().all(|(first, run)| usize::from(*first) + run.chars().count() <= 256));
        }
        assert_eq!(page("IBM037").encode("€"), None);
        assert_eq!(page("IBM037").encode("\u{fffd}"), None);
    }

    #[test]
    fn what_takes_two_bytes_is_not_taken_for_markup() {
        let japanese = page("CP930");
        let between = b"\x4C\x0E\x4C\x7E\x0F\x7E";
        assert_eq!(japanese.decode(between), "<\u{fffd}\u{fffd}\u{fffd}\u{fffd}=");
        let korean = page("ISO-2022-KR");
        assert_eq!(korean.decode(b"a\x1B$)Cb\x0E<=\x0F<\xB0"), "a����b����<�");
    }
}
