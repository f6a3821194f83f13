//! White space, line ends and pieces of text, as the editors of all formats need them.

use super::Replacement;
use crate::format::{Span, java};

/// Whether `c` is white space within a line: of the formats edited by line, only Felix has more than spaces and tabs.
pub(super) fn is_blank(c: char) -> bool {
    java::is_whitespace(c) && !matches!(c, '\n' | '\r')
}

/// The line end that the file uses: its first one.
pub(super) fn line_end(text: &str) -> &'static str {
    match memchr::memchr2(b'\n', b'\r', text.as_bytes()) {
        Some(at) if text[at..].starts_with("\r\n") => "\r\n",
        Some(at) if text[at..].starts_with('\r') => "\r",
        _ => "\n",
    }
}

/// Where the blanks right before `at` begin.
pub(super) fn blanks_before(text: &str, at: usize) -> usize {
    text[..at].trim_end_matches(is_blank).len()
}

/// Where the blanks that begin at `at` end.
pub(super) fn blanks_after(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start_matches(is_blank).len()
}

/// Whether a line begins at `at`.
pub(super) fn begins_line(text: &str, at: usize) -> bool {
    at == 0 || text[..at].ends_with(['\n', '\r'])
}

/// Whether a line ends at `at`, the end of the text included.
pub(super) fn ends_line(text: &str, at: usize) -> bool {
    at == text.len() || text[at..].starts_with(['\n', '\r'])
}

/// The offset after the line end at `at`.
pub(super) fn after_line_end(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    at + if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with(['\n', '\r'])) }
}

/// The offset before the line end that precedes `at`.
pub(super) fn before_line_end(text: &str, at: usize) -> usize {
    let before = &text[..at];
    before.strip_suffix("\r\n").or_else(|| before.strip_suffix(['\n', '\r'])).map_or(at, str::len)
}

/// The end of the line that contains `at`, before its line end.
pub(super) fn end_of_line(text: &str, at: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &text.as_bytes()[at..]).map_or(text.len(), |length| at + length)
}

/// The result of applying `replacements` to `text`; they are in order and do not overlap.
pub(super) fn replaced(text: &str, replacements: &[Replacement]) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for replacement in replacements {
        out.push_str(text.get(done..replacement.span.start)?);
        out.push_str(&replacement.text);
        done = replacement.span.end.max(replacement.span.start);
    }
    out.push_str(text.get(done..)?);
    Some(out)
}

/// Sorts replacements, merges those that touch or overlap, and drops those that change nothing.
pub(super) fn normalised(text: &str, mut replacements: Vec<Replacement>) -> Vec<Replacement> {
    replacements.sort_by_key(|replacement| (replacement.span.start, replacement.span.end));
    let mut out: Vec<Replacement> = Vec::with_capacity(replacements.len());
    for replacement in replacements {
        match out.last_mut() {
            Some(last) if replacement.span.start <= last.span.end => {
                last.span = last.span.to(replacement.span);
                last.text.push_str(&replacement.text);
            }
            _ => out.push(replacement),
        }
    }
    out.retain(|replacement| text.get(replacement.span.range()) != Some(replacement.text.as_str()));
    out
}

/// The spans in order. Spans are merged if they touch or overlap, or if `joins` accepts the span between them.
pub(super) fn merged(mut spans: Vec<Span>, joins: impl Fn(Span) -> bool) -> Vec<Span> {
    spans.sort_unstable();
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match out.last_mut() {
            Some(last) if span.start <= last.end || joins(Span::new(last.end, span.start)) => *last = last.to(span),
            _ => out.push(span),
        }
    }
    out
}
