//! Wraps text at spaces to the width of the terminal. A path is one word and never broken, so that it can be copied.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::escape;
use super::lines::each_line;

/// Minimum width for text, in columns.
const NARROWEST: usize = 30;
/// Maximum width of a label after which a word that is too wide for any line stays, in columns.
const LABEL: usize = 12;

/// Writes `text` after `label`, wrapped at spaces to `width` columns; the following lines are indented by the label's
/// width.
pub(super) fn wrapped(label: &str, text: &str, width: usize, out: &mut dyn Write) -> io::Result<()> {
    hanging(label, text, shown_width(label), width, out)
}

/// [`wrapped`], with a separate indent below the first line. Colours and links in the `label` have no width.
pub(super) fn hanging(label: &str, text: &str, indent: usize, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let indent = if width.saturating_sub(indent) < NARROWEST { indent.min(4) } else { indent };
    writeln!(out, "{}", broken(&format!("{label}{}", escape::line(text)), width, indent))
}

/// Runs `write` with a writer that wraps its lines to `width` columns. Colours have no width.
///
/// # Errors
/// Whatever `write` or the underlying writer returns.
pub fn wrapped_lines(
    out: &mut dyn Write,
    width: usize,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    each_line(out, |line| rewrapped(line, width).into(), write)
}

/// Splits a line into lines of at most `width` columns, at spaces; the lines below the first are indented further, or
/// aligned with the text of a list item.
pub fn rewrapped(line: &str, width: usize) -> String {
    broken(line, width, indent_of(line, 4).min(width / 2))
}

/// The indent of the lines below `line`: that of its text in a list, or else `further` than its own.
fn indent_of(line: &str, further: usize) -> usize {
    let bare = line.trim_start_matches(' ');
    let own = line.len() - bare.len();
    match bare.split_once(' ') {
        Some((mark, _)) if is_mark(mark) => own + mark.len() + 1,
        _ => own + further,
    }
}

/// `line` broken at spaces, with `indent` before the lines below the first.
fn broken(line: &str, width: usize, indent: usize) -> String {
    if shown_width(line) <= width {
        return line.to_owned();
    }
    let bare = line.trim_start_matches(' ');
    let mut out = " ".repeat(line.len() - bare.len());
    let mut taken = out.len();
    let mut is_first = true;
    for word in bare.split(' ') {
        let wide = shown_width(word);
        // A word that would not fit on its own line either stays after its label.
        let gains = indent + wide <= width || taken > indent.max(LABEL);
        if !is_first && taken + 1 + wide > width && gains {
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            taken = indent;
        } else if !is_first {
            out.push(' ');
            taken += 1;
        }
        out.push_str(word);
        taken += wide;
        is_first = false;
    }
    out
}

fn is_mark(word: &str) -> bool {
    let number = word.strip_suffix('.').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    number || matches!(word, "-" | "*" | ">")
}

/// The width of `text` without its colours and links, in columns.
fn shown_width(text: &str) -> usize {
    let mut rest = text;
    let mut width = 0;
    while let Some((before, code)) = rest.split_once('\u{1b}') {
        width += before.width();
        // A link ends with `ESC \`, a colour with `m`.
        rest = match code.strip_prefix(']') {
            Some(link) => link.split_once("\u{1b}\\").map_or("", |(_, rest)| rest),
            None => code.split_once('m').map_or("", |(_, rest)| rest),
        };
    }
    width + rest.width()
}

/// Markdown with its paragraphs and list items wrapped to `width` columns; code and tables are unchanged.
pub fn markdown(text: &str, width: usize) -> String {
    let (mut out, mut paragraph, mut in_code) = (String::new(), String::new(), false);
    let flush = |paragraph: &mut String, out: &mut String| {
        if !paragraph.is_empty() {
            out.push_str(&broken(paragraph, width, indent_of(paragraph, 0)));
            out.push('\n');
            paragraph.clear();
        }
    };
    for line in text.lines() {
        let bare = line.trim_start();
        let is_fence = bare.starts_with("```");
        if is_fence || in_code || bare.is_empty() || bare.starts_with(['|', '#']) {
            flush(&mut paragraph, &mut out);
            out.push_str(line);
            out.push('\n');
            in_code ^= is_fence;
            continue;
        }
        if bare.split_once(' ').is_some_and(|(mark, _)| is_mark(mark)) {
            flush(&mut paragraph, &mut out);
        }
        match paragraph.is_empty() {
            true => paragraph.push_str(line),
            false => paragraph.extend([" ", bare]),
        }
    }
    flush(&mut paragraph, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_blanks_and_words_never() {
        assert_eq!(rewrapped("short", 40), "short");
        assert_eq!(rewrapped("  one two three four five", 14), "  one two\n      three\n      four\n      five");
        assert_eq!(rewrapped(" 12. one two three", 12), " 12. one two\n     three");
        assert_eq!(rewrapped("a/very/long/path/of/a/file x", 10), "a/very/long/path/of/a/file\n    x");
    }

    #[test]
    fn colours_and_links_take_no_room() {
        assert_eq!(shown_width("\u{1b}[1;31merror\u{1b}[0m é"), 7);
        assert_eq!(shown_width("\u{1b}]8;;https://x\u{1b}\\rule\u{1b}]8;;\u{1b}\\"), 4);
    }

    #[test]
    fn paragraphs_of_markdown_flow_and_code_stays() {
        let text =
            "# A title that is rather long\n\nOne two\nthree four.\n- five six\n  seven\n\n```\nlong code stays\n```\n";
        let expected = "# A title that is rather long\n\nOne two\nthree\nfour.\n- five six\n  seven\n\n```\nlong code stays\n```\n";
        assert_eq!(markdown(text, 10), expected);
    }
}
