//! Randomly edited configurations, in every layout that a sequence of bytes can select.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::format::edit::{docview, felix};
use crate::format::{cfg_json, docview_value};

/// Choices, one byte each; after the end, always the first one.
struct Tape<'a> {
    bytes: std::slice::Iter<'a, u8>,
    comments: usize,
}

impl<'a> Tape<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes: bytes.iter(), comments: 0 }
    }

    fn pick(&mut self, count: usize) -> usize {
        self.bytes.next().map_or(0, |&byte| usize::from(byte)) % count
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.pick(choices.len())]
    }

    fn text(&mut self) -> String {
        let parts = ["x", "", " ", "\"", "\\", "=", ",", "[", "]", "{", "}", "//", "/*", "*/", "#", "'", "<", "&", "é"];
        let rare = ["\n", "\r\n", "\t", "\u{1}", "😀", "\u{85}", "\u{2028}", "$[secret:a;default=b]", "\u{feff}"];
        (0..self.pick(5)).map(|_| if self.pick(3) == 0 { self.of(&rare) } else { self.of(&parts) }).collect()
    }

    fn texts(&mut self) -> Vec<String> {
        (0..self.pick(4)).map(|_| self.text()).collect()
    }

    fn comment(&mut self) -> String {
        self.comments += 1;
        format!("c{}.", self.comments)
    }

    /// White space and comments of JSON.
    fn gap(&mut self, end: &str, usual: &str) -> String {
        match self.pick(8) {
            0 => format!(" /* {} */{usual}", self.comment()),
            1 => format!(" // {}{end}{usual}", self.comment()),
            2 => format!("{usual}// {}{end}\t/* {end} {} */ ", self.comment(), self.comment()),
            3 => format!("{end}{usual}"),
            _ => usual.to_owned(),
        }
    }
}

fn json_value(tape: &mut Tape<'_>, end: &str) -> (&'static str, String) {
    let quoted = |text: &str| {
        let mut out = String::new();
        cfg_json::quote(text, &mut out);
        out.replace('x', "\\u0078")
    };
    match tape.pick(8) {
        0..3 => (tape.of(&["", ":String"]), quoted(&tape.text())),
        3..6 => {
            let usual = tape.of(&["", " ", "\n    ", "\r\n\t"]);
            let mut out = format!("[{}", tape.gap(end, usual));
            for (index, text) in tape.texts().iter().enumerate() {
                if index > 0 {
                    out.push_str(&format!("{},{}", tape.gap(end, ""), tape.gap(end, usual)));
                }
                out.push_str(&quoted(text));
            }
            out.push_str(&format!("{}]", tape.gap(end, "")));
            (tape.of(&["", ":String[]", ":Collection<String>"]), out)
        }
        6 => (tape.of(&["", ":Integer"]), "5".to_owned()),
        _ => ("", "[1, {\"x\": [true]}]".to_owned()),
    }
}

fn json_file(tape: &mut Tape<'_>) -> String {
    let end = tape.of(&["\n", "\r\n"]);
    let usual = tape.of(&["", " ", "\n  ", "\r\n\t"]);
    let before_comma = if tape.pick(4) == 0 { end } else { "" };
    let mut out = format!("{}{{{}", tape.gap(end, ""), tape.gap(end, usual));
    for index in 0..tape.pick(5) {
        if index > 0 {
            out.push_str(&format!("{},{}", tape.gap(end, before_comma), tape.gap(end, usual)));
        }
        let (suffix, value) = json_value(tape, end);
        // The same key again, now and then.
        let number = if index > 0 && suffix.is_empty() && tape.pick(8) == 0 { 9 } else { index };
        out.push_str(&format!("\"p{number}{suffix}\"{}{value}", tape.of(&[": ", ":", " : "])));
    }
    format!("{out}{}}}{}", tape.gap(end, end), tape.of(&["", "\n", " // c0.\n"]))
}

fn felix_file(tape: &mut Tape<'_>) -> String {
    let end = tape.of(&["\n", "\r\n"]);
    let mut out = String::new();
    for index in 0..tape.pick(6) {
        match tape.pick(6) {
            0 => out.push_str(&format!("# {}{end}", tape.comment())),
            1 => out.push_str(&format!("{end}  # {}{end}", tape.comment())),
            _ => {}
        }
        let number = if index > 0 && tape.pick(8) == 0 { 0 } else { index };
        out.push_str(&format!("{}p{number}{}", tape.of(&["", "  "]), tape.of(&["=", " = "])));
        let quoted = |text: &str| format!("\"{}\"", felix::escaped(text).replace("\\ ", " ").replace('x', "\\x"));
        let is_list = match tape.pick(5) {
            0 | 1 => {
                out.push_str(&format!("{}{}", tape.of(&["", "T"]), quoted(&tape.text())));
                false
            }
            2 => {
                out.push_str("I\"5\"");
                false
            }
            _ => {
                let (open, close) = tape.of(&[("[", "]"), ("T(", ")")]);
                let between = tape.of(&[" \\\r\n  ", "", " ", "\n  ", " \\\n\t"]);
                let items: Vec<String> = tape.texts().iter().map(|text| quoted(text)).collect();
                let trailing = if tape.pick(2) == 0 { "" } else { "," };
                let items = items.join(&format!(",{between}"));
                out.push_str(&format!("{open}{between}{items}{trailing}{between}{close}"));
                true
            }
        };
        match tape.pick(6) {
            0 => out.push_str(&format!("  # {}{end}", tape.comment())),
            1 if is_list => out.push(' '),
            2 if is_list => {}
            _ => out.push_str(end),
        }
    }
    match tape.pick(4) {
        0 => out.trim_end_matches(['\n', '\r']).to_owned(),
        1 => format!("{out}{end}# {}{end}", tape.comment()),
        _ => out,
    }
}

fn docview_file(tape: &mut Tape<'_>) -> (String, usize) {
    let element = |tape: &mut Tape<'_>, kind: &str| {
        let space = tape.of(&[" ", "\n    ", "\r\n\t"]);
        let mut out = format!("{space}jcr:primaryType=\"{kind}\"");
        for index in 0..tape.pick(5) {
            let quote = tape.of(&['"', '\'']);
            let texts = tape.texts();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let value = match tape.pick(4) {
                0 | 1 => docview_value::format(&texts, true, None),
                2 => "{Long}5".to_owned(),
                _ => docview_value::format(&[&tape.text()], false, None),
            };
            let value = docview::escaped(&value, quote, true).replace('x', "&#120;");
            let name = if index > 0 && tape.pick(8) == 0 { "_x0070_0".to_owned() } else { format!("p{index}") };
            let equals = tape.of(&["=", " = "]);
            if !out.contains(&format!("{name}=")) && !out.contains(&format!("{name} ")) {
                out.push_str(&format!("{space}{name}{equals}{quote}{value}{quote}"));
            }
        }
        format!("{out}{}", tape.of(&["", " ", "\n"]))
    };
    let ns = "xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" xmlns:sling=\"http://sling.apache.org/jcr/sling/1.0\"";
    let mark = tape.of(&["", "\u{feff}", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"]);
    let mut out = format!("{mark}<!-- {} --><jcr:root {ns}{}>", tape.comment(), element(tape, "sling:OsgiConfig"));
    let children = tape.pick(3);
    for index in 0..children {
        out.push_str(&format!("\n  <!-- {} --><n{index}{}/>", tape.comment(), element(tape, "sling:OsgiConfig")));
    }
    (format!("{out}\n</jcr:root>"), tape.pick(children + 1))
}

fn changes(tape: &mut Tape<'_>, node: &Node) -> Vec<Change> {
    let mut changes = Vec::new();
    for name in ["p0", "P1", "p2", "p3", "p9", "q.new", "q~other"] {
        let count = node.property_ignore_case(name).map_or(0, |property| property.values.len());
        match tape.pick(7) {
            0 | 1 => changes.push(Change::Remove { name: name.to_owned() }),
            2 => changes.push(Change::Set { name: name.to_owned(), value: tape.text() }),
            3 | 4 => {
                let mut items: Vec<Item> = Vec::new();
                for index in 0..count {
                    if tape.pick(4) == 0 {
                        items.push(Item::New(tape.text()));
                    }
                    if tape.pick(3) > 0 {
                        items.push(Item::Kept(index));
                    }
                }
                if tape.pick(2) == 0 {
                    items.push(Item::New(tape.text()));
                }
                if tape.pick(6) == 0 {
                    items.reverse();
                }
                changes.push(Change::SetList { name: name.to_owned(), items });
            }
            _ => {}
        }
    }
    changes
}

fn read(kind: EditedFormat, bytes: &[u8]) -> Document {
    let context = context(kind);
    let input = Input { context: &context, bytes, limits: &Limits::default() };
    kind.0.read(&input, &kind.0.decode(&input), Reading::Tolerant)
}

/// The properties of a node, by name.
fn shown(node: &Node) -> BTreeMap<String, (bool, Vec<String>)> {
    let texts = |property: &Property| property.texts().map(str::to_owned).collect();
    node.properties.iter().map(|p| (p.name.to_ascii_lowercase(), (p.multiple, texts(p)))).collect()
}

fn expected(node: &Node, changes: &[Change]) -> BTreeMap<String, (bool, Vec<String>)> {
    let mut properties = shown(node);
    for change in changes {
        let name = change.name().to_ascii_lowercase();
        match change {
            Change::Remove { .. } => drop(properties.remove(&name)),
            Change::Set { value, .. } => drop(properties.insert(name, (false, vec![value.clone()]))),
            Change::SetList { items, .. } => {
                let now = properties.get(&name).map_or(&[][..], |(_, values)| values);
                let text = |item: &Item| match item {
                    Item::Kept(index) => now[*index].clone(),
                    Item::New(text) => text.clone(),
                };
                let texts = items.iter().map(text).collect();
                properties.insert(name, (true, texts));
            }
        }
    }
    properties
}

/// The comments of a text, which have the form `c1.`, with those of them whose numbers stand in values left out.
fn comments(text: &str) -> Vec<&str> {
    let number = |part: &'_ str| part.len() > 1 && part[1..].chars().all(|c| c.is_ascii_digit());
    text.split([' ', '\n', '\r'])
        .filter_map(|word| word.strip_suffix('.'))
        .filter(|w| w.starts_with('c') && number(w))
        .collect()
}

/// The lines that contain no part of a changed property.
fn untouched(text: &str, node: &Node, changes: &[Change]) -> Vec<String> {
    let is_changed = |property: &&Property| changes.iter().any(|c| c.name().eq_ignore_ascii_case(&property.name));
    let spans: Vec<Span> = node.properties.iter().filter(is_changed).map(|p| p.name_span.to(p.span)).collect();
    let mut at = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive(['\n', '\r']) {
        let span = Span::new(at, at + line.len());
        at = span.end;
        if spans.iter().all(|touched| touched.end < span.start || touched.start >= span.end) {
            lines.push(bare(line));
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// The line without white space, the commas that neighbours may need, and the brackets before which something is added.
fn bare(line: &str) -> String {
    line.chars().filter(|c| !c.is_whitespace() && !matches!(c, ',' | '}' | '/' | '>')).collect()
}

fn check_edit(kind: EditedFormat, text: &str, node: usize, changes: &[Change]) {
    let shown_all = || format!("{text:?} with {changes:?}");
    let document = read(kind, text.as_bytes());
    let edited = edit_bytes(kind, text.as_bytes(), node, changes).unwrap_or_else(|e| panic!("{e}: {}", shown_all()));
    let edited = String::from_utf8(edited).unwrap();
    let before = &document.nodes[node];
    assert_eq!(shown(&read(kind, edited.as_bytes()).nodes[node]), expected(before, changes), "{}", shown_all());
    // In an empty node, something is added in the middle of a line; replaced values of a duplicate key are not in the
    // document.
    if before.properties.is_empty()
        || text.contains("_x0070_0")
        || ["p0", "p9"].iter().any(|name| text.matches(name).count() > 1)
    {
        return;
    }
    let after = bare(&edited);
    let mut rest = after.as_str();
    for line in untouched(text, before, changes) {
        let found = rest.find(&line).unwrap_or_else(|| panic!("{line:?} is gone: {} became {edited:?}", shown_all()));
        rest = &rest[found + line.len()..];
    }
    // Comments inside a list that is removed, or replaced by one value, are removed with it.
    let inside: usize = before.properties.iter().map(|p| comments(&text[p.span.range()]).len()).sum();
    if inside == 0 {
        assert_eq!(comments(&edited), comments(text), "{} became {edited:?}", shown_all());
    }
}

/// For any text: if an edit is made of a file that AEM reads as a person does, the edit is correct.
fn check_any(kind: EditedFormat, text: &str, node: usize, tape: &mut Tape<'_>) {
    let (context, limits) = (context(kind), Limits::default());
    let input = Input { context: &context, bytes: text.as_bytes(), limits: &limits };
    let decoded = kind.0.decode(&input);
    let document = kind.0.read(&input, &decoded, Reading::Tolerant);
    let Some(before) = document.nodes.get(node) else { return };
    let changes = changes(tape, before);
    let Ok(replacements) = replacements(kind.0.id(), &decoded, &document, node, &changes) else { return };
    let Ok(after) = apply(&decoded, input.bytes, &replacements) else { return };
    if verify(kind.0, &input, input.bytes, node, &[]).is_ok() {
        let verified = verify(kind.0, &input, &after, node, &changes);
        let after = String::from_utf8_lossy(&after);
        assert_eq!(verified, Ok(()), "{text:?} became {after:?} with {changes:?}");
    }
}

/// Removes something from `text` or inserts something, up to three times.
fn broken(mut text: String, tape: &mut Tape<'_>) -> String {
    let tokens = [
        "", "\"", ",", "=", "/", "*/", "//", "/*", "#", "\n", "\r", "\\", "[", "]", "(", ")", "{", "}", ":", " ", "<",
        ">", "p0", "P1", "\u{1c}", "\u{85}", "\u{a0}", "\u{feff}", "null", "\"p0\"", "p0=\"\"", "/>", "<a>", "</a>",
        "'", "T",
    ];
    for _ in 0..=tape.pick(3) {
        let boundaries: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let choice = tape.pick(256) * 256 + tape.pick(256);
        let start = boundaries[choice % boundaries.len()];
        let end = boundaries[(choice % boundaries.len() + tape.pick(3)).min(boundaries.len() - 1)];
        text.replace_range(start..end, tape.of(&tokens));
    }
    text
}

proptest! {
    #[test]
    fn json_files_are_edited(bytes in prop::collection::vec(any::<u8>(), 0..160)) {
        let mut tape = Tape::new(&bytes);
        let text = json_file(&mut tape);
        let changes = changes(&mut tape, &read(JSON, text.as_bytes()).nodes[0]);
        check_edit(JSON, &text, 0, &changes);
    }

    #[test]
    fn felix_files_are_edited(bytes in prop::collection::vec(any::<u8>(), 0..160)) {
        let mut tape = Tape::new(&bytes);
        let text = felix_file(&mut tape);
        let changes = changes(&mut tape, &read(FELIX, text.as_bytes()).nodes[0]);
        check_edit(FELIX, &text, 0, &changes);
    }

    #[test]
    fn docviews_are_edited(bytes in prop::collection::vec(any::<u8>(), 0..160)) {
        let mut tape = Tape::new(&bytes);
        let (text, node) = docview_file(&mut tape);
        let changes = changes(&mut tape, &read(DOCVIEW, text.as_bytes()).nodes[node]);
        check_edit(DOCVIEW, &text, node, &changes);
    }

    #[test]
    fn broken_files_are_edited_rightly_or_not_at_all(bytes in prop::collection::vec(any::<u8>(), 0..160)) {
        let mut tape = Tape::new(&bytes);
        let text = broken(json_file(&mut tape), &mut tape);
        check_any(JSON, &text, 0, &mut tape);
        let mut tape = Tape::new(&bytes);
        let text = broken(felix_file(&mut tape), &mut tape);
        check_any(FELIX, &text, 0, &mut tape);
        let mut tape = Tape::new(&bytes);
        let (text, node) = docview_file(&mut tape);
        check_any(DOCVIEW, &broken(text, &mut tape), node, &mut tape);
    }
}
