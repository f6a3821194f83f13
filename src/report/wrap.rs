//! Text on a terminal.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::escape;

/// Narrowest room for text, in columns.
const NARROWEST: usize = 30;

/// Writes `text` behind `label`, wrapped at blanks to `width` columns; the lines below the first are indented as far. A
/// path is one word and never broken, so that it can be copied.
pub(super) fn wrapped(label: &str, text: &str, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let indent = " ".repeat(label.width());
    let room = width.saturating_sub(label.width()).max(NARROWEST);
    let text = escape::line(text);
    let mut label = label;
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && line.width() + 1 + word.width() > room {
            writeln!(out, "{label}{line}")?;
            label = &indent;
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    writeln!(out, "{label}{line}")
}
