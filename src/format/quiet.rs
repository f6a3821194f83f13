//! Subtrees of a large export without anything of interest. Readers skip them, so that they take no memory and almost
//! no time, and count towards no limit.
//!
//! One pass over the text finds where nodes begin and end, and compares that with the places of interest. A node is
//! kept with its whole subtree if a place is in its own name or properties; of a node around it, only the properties
//! are kept, and the nodes that lead to the place. A text that is not well-formed is parsed completely.

use std::ops::Range;

use super::osgi::CONFIGURATION_EXTENSIONS;
use crate::source::markers::PlaceSyntax;

/// Minimum length of a text in which subtrees are skipped, in bytes: a smaller one is parsed completely just as fast.
pub const LARGE: usize = 4 << 20;

/// How nodes are written in a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outline {
    /// Every element of the XML is a node.
    Elements,
    /// Elements with the same name as the root are nodes.
    RootElements,
    /// Every object of the JSON is a node.
    Objects,
}

impl Outline {
    /// The syntax of such a text.
    pub const fn syntax(self) -> PlaceSyntax {
        match self {
            Self::Elements | Self::RootElements => PlaceSyntax::Xml,
            Self::Objects => PlaceSyntax::Json,
        }
    }
}

/// The quiet subtrees of `text` in order, given the `places` in it that may matter.
pub fn subtrees(outline: Outline, text: &str, places: &[usize]) -> Vec<Range<usize>> {
    let sieve = Sieve { text: text.as_bytes(), places, next: 0, open: Vec::new(), kept: 0, quiet: Vec::new() };
    let found = match outline {
        Outline::Elements => sieve.xml(false),
        Outline::RootElements => sieve.xml(true),
        Outline::Objects => sieve.json(),
    };
    found.unwrap_or_default()
}

/// The end of the quiet subtree that begins at `start`.
pub(super) fn end_of(quiet: &[Range<usize>], start: usize) -> Option<usize> {
    quiet.binary_search_by_key(&start, |range| range.start).ok().map(|found| quiet[found].end)
}

struct Sieve<'t> {
    text: &'t [u8],
    places: &'t [usize],
    /// Index of the first place that is not yet passed.
    next: usize,
    open: Vec<OpenNode>,
    /// Number of open nodes with a place of their own.
    kept: usize,
    quiet: Vec<Range<usize>>,
}

struct OpenNode {
    start: usize,
    /// Number of quiet subtrees found before it.
    before: usize,
    /// A place is in its own name or properties.
    own: bool,
    /// A place is in a node below it.
    below: bool,
}

impl Sieve<'_> {
    /// Assigns the places before `to` to the innermost node.
    fn pass(&mut self, to: usize) {
        let from = self.next;
        while self.places.get(self.next).is_some_and(|&place| place < to) {
            self.next += 1;
        }
        if self.next > from {
            self.keep();
        }
    }

    /// Keeps the innermost node with its whole subtree.
    fn keep(&mut self) {
        if let Some(node) = self.open.last_mut().filter(|node| !node.own) {
            node.own = true;
            self.kept += 1;
            self.quiet.truncate(node.before);
        }
    }

    fn open(&mut self, start: usize) {
        self.pass(start);
        self.open.push(OpenNode { start, before: self.quiet.len(), own: false, below: false });
    }

    fn close(&mut self, end: usize) -> Option<()> {
        self.pass(end);
        let node = self.open.pop()?;
        self.kept -= usize::from(node.own);
        if node.own || node.below {
            if let Some(parent) = self.open.last_mut() {
                parent.below = true;
            }
        } else if self.kept == 0 {
            self.quiet.truncate(node.before);
            match self.quiet.last_mut().filter(|last| is_gap(&self.text[last.end..node.start])) {
                Some(last) => last.end = end,
                None => self.quiet.push(node.start..end),
            }
        }
        Some(())
    }

    fn end_of(&self, from: usize, end: &[u8]) -> Option<usize> {
        memchr::memmem::find(&self.text[from..], end).map(|at| from + at + end.len())
    }

    fn xml(mut self, only_root_name: bool) -> Option<Vec<Range<usize>>> {
        let mut root: Option<&[u8]> = None;
        let text = self.text;
        let mut at = 0;
        while let Some(found) = memchr::memchr(b'<', &text[at..]) {
            let start = at + found;
            let rest = &text[start + 1..];
            match rest.first()? {
                b'?' => at = self.end_of(start, b"?>")?,
                b'!' if rest.starts_with(b"!--") => at = self.end_of(start, b"-->")?,
                b'!' if rest.starts_with(b"![CDATA[") => at = self.end_of(start, b"]]>")?,
                b'!' => return None,
                b'/' => {
                    let name = name_of(&rest[1..]);
                    at = start + 2 + name.len();
                    if !only_root_name || Some(name) == root {
                        at = self.end_of(at, b">")?;
                        self.close(at)?;
                    }
                }
                _ => {
                    let name = name_of(rest);
                    at = start + 1 + name.len();
                    let is_root = root.is_none();
                    if only_root_name && !is_root && Some(name) != root {
                        continue;
                    }
                    if self.open.is_empty() && !is_root {
                        return None;
                    }
                    root = root.or(Some(name));
                    self.open(start);
                    at = self.tag(at, is_root)?;
                    if is_configuration(&text[start..at]) {
                        self.keep();
                    }
                    if text[at - 2] == b'/' {
                        self.close(at)?;
                    }
                }
            }
        }
        self.open.is_empty().then_some(self.quiet)
    }

    /// The end of a start tag. In the root, places in namespace declarations do not count.
    fn tag(&mut self, mut at: usize, is_root: bool) -> Option<usize> {
        loop {
            let found = at + memchr::memchr3(b'"', b'\'', b'>', &self.text[at..])?;
            let quote = self.text[found];
            if quote == b'>' {
                return Some(found + 1);
            }
            let end = found + 1 + memchr::memchr(quote, &self.text[found + 1..])?;
            if is_root {
                let name = self.text[at..found].trim_ascii();
                self.pass(found);
                if name.starts_with(b"xmlns") {
                    while self.places.get(self.next).is_some_and(|&place| place < end) {
                        self.next += 1;
                    }
                }
            }
            at = end + 1;
        }
    }

    fn json(mut self) -> Option<Vec<Range<usize>>> {
        let text = self.text;
        // Whether each open bracket is that of an object, without the innermost one.
        let mut brackets: Vec<bool> = Vec::new();
        let mut in_object = false;
        // The name of the next member, and its end: 0 if there is none.
        let (mut name, mut name_end) = (0, 0);
        let mut at = if text.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
        loop {
            while let Some(&byte) = text.get(at)
                && IS_PASSED[usize::from(byte)]
            {
                at += 1;
            }
            let Some(&byte) = text.get(at) else { break };
            match byte {
                b'"' => {
                    let end = string_end(text, at + 1)?;
                    if in_object && name_end == 0 {
                        (name, name_end) = (at, end);
                    }
                    at = end;
                }
                b',' => {
                    name_end = 0;
                    at += 1;
                }
                b'{' => {
                    let named = name_end > 0;
                    self.open(if named { name } else { at });
                    if named && is_configuration(&text[name..name_end]) {
                        self.keep();
                    }
                    brackets.push(in_object);
                    (in_object, name_end) = (true, 0);
                    at += 1;
                }
                b'[' => {
                    brackets.push(in_object);
                    (in_object, name_end) = (false, 0);
                    at += 1;
                }
                b'}' | b']' => {
                    at += 1;
                    if in_object != (byte == b'}') {
                        return None;
                    }
                    in_object = brackets.pop()?;
                    if byte == b'}' {
                        self.close(at)?;
                    }
                    name_end = 0;
                }
                // A comment, or a quotation mark that only the tolerant reading accepts.
                _ => return None,
            }
        }
        brackets.is_empty().then_some(self.quiet)
    }
}

/// Characters between the strings and brackets of JSON that do not affect its nodes: blanks, signs, numbers, words.
const IS_PASSED: [bool; 256] = {
    let mut table = [false; 256];
    let passed = b" \t\n\r:-+.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut at = 0;
    while at < passed.len() {
        table[passed[at] as usize] = true;
        at += 1;
    }
    table
};

/// The name of the element whose tag continues with `rest`.
fn name_of(rest: &[u8]) -> &[u8] {
    let end = rest.iter().position(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'/' | b'>'));
    &rest[..end.unwrap_or(rest.len())]
}

/// The end of the string that continues at `at`, after its quote.
fn string_end(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at = quote_or_backslash(text, at)?;
        if text[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
        if at >= text.len() {
            return None;
        }
    }
}

/// Eight copies of one byte.
const fn eight(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The first quote or backslash at `at` or later. Most strings are short: comparing eight bytes at a time finds those
/// sooner than a search that needs setup.
fn quote_or_backslash(text: &[u8], mut at: usize) -> Option<usize> {
    for _ in 0..4 {
        let Some(chunk) = text.get(at..).and_then(|rest| rest.first_chunk::<8>()) else { break };
        let chunk = u64::from_le_bytes(*chunk);
        // The lowest high bit that is set belongs to the first byte that is zero.
        let zero = |bytes: u64| bytes.wrapping_sub(eight(1)) & !bytes & eight(0x80);
        let found = zero(chunk ^ eight(b'"')) | zero(chunk ^ eight(b'\\'));
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    memchr::memchr2(b'"', b'\\', text.get(at..)?).map(|found| at + found)
}

/// Whether only white space and commas separate two nodes.
fn is_gap(between: &[u8]) -> bool {
    between.iter().all(|byte| byte.is_ascii_whitespace() || *byte == b',')
}

/// Whether a tag or a key may name a configuration file: its content may be in another encoding.
fn is_configuration(name: &[u8]) -> bool {
    memchr::memchr(b'.', name).is_some()
        && CONFIGURATION_EXTENSIONS.iter().any(|extension| {
            memchr::memmem::find_iter(name, extension).any(|at| {
                name.get(at + extension.len()).is_none_or(|byte| matches!(byte, b'"' | b'\'' | b' ' | b'>' | b'/'))
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text without its quiet subtrees.
    fn left(outline: Outline, text: &str) -> String {
        let places: Vec<usize> = text.match_indices('@').map(|(at, _)| at).collect();
        let mut out = String::new();
        let mut at = 0;
        for quiet in subtrees(outline, text, &places) {
            out += &text[at..quiet.start];
            out += "~";
            at = quiet.end;
        }
        out + &text[at..]
    }

    #[test]
    fn of_objects_only_those_stay_that_lead_to_a_place() {
        let left = |text: &str| left(Outline::Objects, text);
        assert_eq!(left(r#"{"a": {"x": 1}, "b": {"c": "@"}, "d": {}, "e": {}}"#), r#"{~, "b": {"c": "@"}, ~}"#);
        assert_eq!(left(r#"{"b": {"c": "@", "d": {"e": 1}}, "f": 1}"#), r#"{"b": {"c": "@", "d": {"e": 1}}, "f": 1}"#);
        assert_eq!(left(r#"{"b": {"d": {"e": 1}, "c": "@"}, "f": {}}"#), r#"{"b": {"d": {"e": 1}, "c": "@"}, ~}"#);
        assert_eq!(left(r#"{"@": {"d": {"e": {}}}}"#), r#"{"@": {"d": {"e": {}}}}"#);
        assert_eq!(left(r#"{"list": [{"a": 1}, {"b": "@"}, {"c": "}\""}]}"#), r#"{"list": [~, {"b": "@"}, ~]}"#);
        assert_eq!(left(r#"{"a.config": {"x": {}}, "b": {}}"#), r#"{"a.config": {"x": {}}, ~}"#);
        assert_eq!(left("{}"), "~");
    }

    #[test]
    fn the_end_of_a_string_is_its_first_quote_that_is_none_of_it() {
        for length in 0..80 {
            for tail in ["", "\\\"", "\\\\", "é\\\\\\\"x"] {
                let text = format!("{}{tail}\": {{}}", "a".repeat(length));
                assert_eq!(string_end(text.as_bytes(), 0), Some(length + tail.len() + 1), "{text}");
            }
            assert_eq!(string_end(format!("{}\\", "a".repeat(length)).as_bytes(), 0), None);
        }
    }

    #[test]
    fn what_is_not_understood_is_read_whole() {
        for text in [r#"{"a": {} // b"#, r#"{"a": {}"#, r#"{"a": {}]"#, "{'a': {}}", "}"] {
            assert_eq!(left(Outline::Objects, text), text);
        }
        for text in ["<a><b/>", "<a><b/></a></a>", "<!DOCTYPE a><a><b/></a>", "<a/><a/>", "<a><b x='></a>", "<"] {
            assert_eq!(left(Outline::Elements, text), text);
        }
    }

    #[test]
    fn of_elements_only_those_stay_that_lead_to_a_place() {
        let elements = |text: &str| left(Outline::Elements, text);
        assert_eq!(elements("<a><b x='1'/><c><d y='>'/>\n<e z='@'/></c> <f/></a>"), "<a>~<c>~\n<e z='@'/></c> ~</a>");
        assert_eq!(elements("<a xmlns:x='@'><b/><!-- <c> --><d@/></a>"), "<a xmlns:x='@'>~<!-- <c> --><d@/></a>");
        assert_eq!(elements("<a x='@'><b/></a>"), "<a x='@'><b/></a>");
        let nodes = |text: &str| left(Outline::RootElements, text);
        let text = "<n v='r'><p>1</p><n v='a'><p>2</p></n><n v='b'><p><q>@</q></p><n/></n></n>";
        assert_eq!(nodes(text), "<n v='r'><p>1</p>~<n v='b'><p><q>@</q></p><n/></n></n>");
        assert_eq!(nodes("<n><n v=\"x.cfg.json\"><n/></n></n>"), "<n><n v=\"x.cfg.json\"><n/></n></n>");
    }
}
