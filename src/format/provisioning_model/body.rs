//! The body of a configuration: `ModelResolveUtility#getProcessedConfiguration`.

use std::collections::HashMap;

use super::Configuration;
use crate::format::rewritten::Rewritten;
use crate::format::{Document, Node, Reading, Span, felix_config, properties};

/// Maximum number of bytes that variables may add to one file: they may refer to each other.
const MAX_ADDED: usize = 16 << 20;

/// Reads the lines of `configuration` with its feature's variables filled in, into one node. `added` counts what variables have added
/// to the file.
pub(super) fn read(
    text: &str,
    configuration: &Configuration,
    variables: &HashMap<String, String>,
    reading: Reading,
    added: &mut usize,
) -> Document {
    let mut document = Document { nodes: vec![Node::default()], ..Document::default() };
    if configuration.pid.component().starts_with(':') {
        // `Configuration#isSpecial`: a text of another kind, such as `:web.xml`.
        return document;
    }
    let mut body = Filled { text, variables, out: Rewritten::default(), added };
    for &line in &configuration.lines {
        if configuration.properties || !text[line.range()].starts_with('#') {
            body.line(line);
            body.out.replace("\n", Span::at(line.end));
        }
    }
    let body = body.out;
    let result = match configuration.properties {
        true => properties::read_lines(body.text(), reading).map(|properties| (properties, None)),
        false => felix_config::read_text(body.text(), reading),
    };
    (document.nodes[0].properties, document.problem) = result.unwrap_or_else(|problem| (Vec::new(), Some(problem)));
    body.relocate(&mut document);
    document
}

/// A body with its variables filled in.
struct Filled<'t> {
    text: &'t str,
    variables: &'t HashMap<String, String>,
    out: Rewritten,
    added: &'t mut usize,
}

impl<'t> Filled<'t> {
    /// `ModelResolveUtility#replace` for one line. A variable that the file does not define stays as written: the Maven
    /// plugin knows more variables than the file.
    fn line(&mut self, line: Span) {
        let mut copied = line.start;
        let mut pos = line.start;
        while let Some(found) = self.text[pos..line.end].find("${") {
            let start = pos + found;
            pos = start + 2;
            let Some(length) = self.text[pos..line.end].find('}') else { break };
            let name = &self.text[pos..pos + length];
            let end = pos + length + 1;
            let before = self.text[line.start..start].chars().next_back();
            if before == Some('$') {
                continue;
            }
            if before == Some('\\') {
                pos = end;
                continue;
            }
            let Some(value) = self.value(name) else { continue };
            self.out.copy(self.text, Span::new(copied, start));
            self.out.replace(&value, Span::new(start, end));
            copied = end;
            pos = end;
        }
        self.out.copy(self.text, Span::new(copied, line.end));
    }

    /// The value of a variable, with the variables in it filled in; `None` if there is no such variable or it grows
    /// without end.
    fn value(&mut self, name: &str) -> Option<String> {
        let mut value = self.variables.get(name)?.clone();
        // The first character is skipped, as is that of every value filled in below.
        let mut pos = first_length(&value);
        while let Some(found) = value[pos..].find("${") {
            let start = pos + found;
            *self.added += value.len();
            if *self.added > MAX_ADDED {
                return None;
            }
            let inner = value[start + 2..].find('}').map(|length| start + 2 + length);
            let Some(end) = inner else { break };
            if let Some(text) = self.variables.get(&value[start + 2..end]) {
                value.replace_range(start..=end, text);
            }
            pos = start + first_length(&value[start..]);
        }
        *self.added += value.len();
        (*self.added <= MAX_ADDED).then_some(value)
    }
}

/// Length of the first character in bytes.
fn first_length(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}
