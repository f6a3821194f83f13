//! The rolling hash that GitHub code scanning identifies lines by.
//!
//! `primaryLocationLineHash` of a SARIF result must be what `github/codeql-action` (`src/fingerprints.ts`) computes, or
//! an upload warns and alerts are opened twice. The hash of a line is a polynomial over the first 100 UTF-16 code units
//! from its start that are neither blank nor tab, with every line end as one LF and U+FFFF at the end of the file; equal
//! hashes of one file are numbered.

use std::collections::HashMap;
use std::fmt;

/// Code units that one hash covers.
const BLOCK: usize = 100;
/// Base of the polynomial.
const BASE: u64 = 37;
/// What `codeql-action` appends at the end of a file.
const END_OF_FILE: u16 = 0xFFFF;
/// `BASE` to the power of [`BLOCK`], wrapping.
const BASE_TO_BLOCK: u64 = {
    let mut power = 1_u64;
    let mut i = 0;
    while i < BLOCK {
        power = power.wrapping_mul(BASE);
        i += 1;
    }
    power
};

/// The hash of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineHash {
    /// The polynomial.
    pub hash: u64,
    /// How many lines up to this one have that hash; 1 for the first.
    pub occurrence: u32,
}

impl Default for LineHash {
    /// The hash of the only line of an empty file.
    fn default() -> Self {
        Self { hash: of_line(""), occurrence: 1 }
    }
}

impl LineHash {
    /// The same line in a place called `name`: equal lines in different places get different hashes.
    #[must_use]
    pub fn in_place(self, name: &str) -> Self {
        let hash = name.encode_utf16().fold(self.hash, |hash, unit| step(hash, unit, 0));
        Self { hash, ..self }
    }
}

impl fmt::Display for LineHash {
    /// `c129715d7a2bc9a3:1`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}:{}", self.hash, self.occurrence)
    }
}

/// The hashes of all lines of `text`, the first line first.
pub fn of_lines(text: &str) -> Vec<LineHash> {
    let mut window = Window::default();
    for unit in significant(text) {
        window.push(unit);
    }
    window.push(END_OF_FILE);
    window.finish()
}

/// The hash, without its number, of the line that `text` begins with.
pub fn of_line(text: &str) -> u64 {
    let padding = std::iter::once(END_OF_FILE).chain(std::iter::repeat(0));
    significant(text).chain(padding).take(BLOCK).fold(0, |hash, unit| step(hash, unit, 0))
}

fn step(hash: u64, unit: u16, leaving: u16) -> u64 {
    BASE.wrapping_mul(hash).wrapping_add(u64::from(unit)).wrapping_sub(BASE_TO_BLOCK.wrapping_mul(u64::from(leaving)))
}

/// The code units that count: no blanks, no tabs, each line end one LF.
fn significant(text: &str) -> impl Iterator<Item = u16> {
    const LF: u16 = b'\n' as u16;
    const CR: u16 = b'\r' as u16;
    let mut after_cr = false;
    text.encode_utf16().filter_map(move |unit| {
        let line_end_goes_on = after_cr && unit == LF;
        after_cr = unit == CR;
        match unit {
            _ if line_end_goes_on => None,
            CR => Some(LF),
            unit if unit == u16::from(b' ') || unit == u16::from(b'\t') => None,
            unit => Some(unit),
        }
    })
}

/// The last [`BLOCK`] code units, and which of them begin a line.
struct Window {
    units: [u16; BLOCK],
    begins_line: [bool; BLOCK],
    index: usize,
    hash: u64,
    at_line_start: bool,
    seen: HashMap<u64, u32>,
    hashes: Vec<LineHash>,
}

impl Default for Window {
    fn default() -> Self {
        Self {
            units: [0; BLOCK],
            begins_line: [false; BLOCK],
            index: 0,
            hash: 0,
            at_line_start: true,
            seen: HashMap::new(),
            hashes: Vec::new(),
        }
    }
}

impl Window {
    fn push(&mut self, unit: u16) {
        self.emit();
        self.begins_line[self.index] = std::mem::replace(&mut self.at_line_start, unit == u16::from(b'\n'));
        self.shift(unit);
    }

    fn emit(&mut self) {
        if std::mem::take(&mut self.begins_line[self.index]) {
            let occurrence = self.seen.entry(self.hash).or_insert(0);
            *occurrence = occurrence.saturating_add(1);
            self.hashes.push(LineHash { hash: self.hash, occurrence: *occurrence });
        }
    }

    fn shift(&mut self, unit: u16) {
        let leaving = std::mem::replace(&mut self.units[self.index], unit);
        self.hash = step(self.hash, unit, leaving);
        self.index = (self.index + 1) % BLOCK;
    }

    fn finish(mut self) -> Vec<LineHash> {
        for _ in 0..BLOCK {
            self.emit();
            self.shift(0);
        }
        self.hashes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Inputs and results as `codeql-action` has them in `src/fingerprints.test.ts`.
    const VECTORS: &[(&str, &[&str])] = &[
        ("", &["c129715d7a2bc9a3:1"]),
        (" a\nb\n  \t\tc\n d", &["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]),
        (
            " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
            &[
                "8b7cf3e952e7aeb2:1",
                "b1ae1287ec4718d9:1",
                "bff680108adb0fcc:1",
                "c6805c5e1288b612:1",
                "b86d3392aea1be30:1",
                "e6ceba753e1a442:1",
            ],
        ),
        (" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", GREETINGS),
        (" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", GREETINGS),
        (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", GREETINGS),
        (" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", GREETINGS),
        (
            "x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n",
            &[
                "e54938cc54b302f1:1",
                "bb609acbe9138d60:1",
                "1131fd5871777f34:1",
                "5c482a0f8b35ea28:1",
                "54517377da7028d2:1",
                "2c644846cb18d53e:1",
                "f1b89f20de0d133:1",
                "c129715d7a2bc9a3:1",
            ],
        ),
    ];
    const GREETINGS: &[&str] = &[
        "e9496ae3ebfced30:1",
        "fb7c023a8b9ccb3f:1",
        "ce8ba1a563dcdaca:1",
        "e20e36e16fcb0cc8:1",
        "b3edc88f2938467e:1",
        "c8e28b0b4002a3a0:1",
        "c129715d7a2bc9a3:1",
    ];

    fn hashes(text: &str) -> Vec<String> {
        of_lines(text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn vectors_of_codeql_action() {
        for (text, expected) in VECTORS {
            assert_eq!(&hashes(text), expected, "{text:?}");
        }
    }

    #[test]
    fn equal_lines_are_numbered() {
        let expected = [
            "a7f2ff13bc495cf2:1",
            "a7f2ff13bc495cf2:2",
            "a7f2ff13bc495cf2:3",
            "a7f2ff13bc495cf2:4",
            "a7f2ff13bc495cf2:5",
            "a7f2ff13bc495cf2:6",
            "a7f2ff1481e87703:1",
            "a9cf91f7bbf1862b:1",
            "55ec222b86bcae53:1",
            "cc97dc7b1d7d8f7b:1",
            "c129715d7a2bc9a3:1",
        ];
        assert_eq!(hashes(&"Lorem ipsum dolor sit amet.\n".repeat(10)), expected);
    }

    #[test]
    fn one_line_alone_has_the_hash_it_has_in_its_file() {
        for (text, _) in VECTORS {
            assert_eq!(of_line(text), of_lines(text)[0].hash, "{text:?}");
        }
        let text = format!("😀 {}\nnext", "ä".repeat(300));
        assert_eq!(of_line(&text), of_lines(&text)[0].hash);
    }

    #[test]
    fn places_tell_equal_lines_apart() {
        let hash = LineHash::default();
        assert_ne!(hash.in_place("a.zip"), hash.in_place("b.zip"));
        assert_eq!(hash.in_place(""), hash);
    }
}
