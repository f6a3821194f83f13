//! A small part of a source file, without anything that must not be shown.

use std::sync::Arc;

use memchr::{memchr2, memrchr2};

use crate::bounded::char_floor;
use crate::format::Span;

/// Characters shown on each side of a value on a very long line.
const WINDOW: usize = 120;
/// Characters shown of the value itself.
const VALUE: usize = 400;
/// Lines shown of a value that spans several.
const VALUE_LINES: usize = 8;
/// Bytes searched for a line end, so that a line of many megabytes costs nothing.
const REACH: usize = 4096;
/// Replaces what is not shown. It always has the same length, so that it does not reveal the length of a secret.
pub const MASK: &str = "********";
/// Marks where a long line was cut.
const CUT: char = '…';

/// A few source lines, ready to be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The lines, joined with LF, without a last line end; `…` where a long line was cut and `MASK` for what is
    /// not shown.
    pub text: Arc<str>,
    /// Byte range of the location in `text`.
    pub highlight: Span,
    /// 1-based number of the first line in `text`; 0 when there is nothing to show.
    pub first_line: u32,
    /// The line that the location begins on is not shown from its start.
    pub cut_start: bool,
    /// The line that the location ends on is not shown to its end, or the location itself is cut.
    pub cut_end: bool,
    /// Something was replaced by `MASK`.
    pub redacted: bool,
}

impl Excerpt {
    /// The part that the location is about.
    pub fn highlighted(&self) -> &str {
        self.text.get(self.highlight.range()).unwrap_or("")
    }

    /// The line that the location begins on, without its neighbours.
    pub fn line(&self) -> &str {
        let start = self.text.get(..self.highlight.start).and_then(|s| s.rfind('\n')).map_or(0, |at| at + 1);
        self.text.get(start..).and_then(|s| s.lines().next()).unwrap_or("")
    }
}

/// A line of the source, or the part of it that is shown.
#[derive(Clone, Copy, Debug)]
struct Line {
    from: usize,
    to: usize,
    cut_start: bool,
    cut_end: bool,
}

/// What of a range of a text is not shown: sorted, without overlaps. The second argument says whether the range is of
/// the lines that the location lies on, not of their neighbours.
pub(super) type Hidden<'a> = &'a dyn Fn(Span, bool) -> Vec<Span>;

/// Cuts the excerpt around `span`, which lies on line `line` of `text`.
pub(super) fn cut(text: &str, span: Span, line: u32, hidden: Hidden<'_>) -> Excerpt {
    let start = char_floor(text, span.start);
    let span = Span::new(start, char_floor(text, span.end).max(start));
    let mut lines = value_lines(text, span, hidden);
    let own = Span::new(lines[0].from, lines[lines.len() - 1].to);
    let mut first_line = line;
    if let Some(before) = neighbour_before(text, lines[0]) {
        lines.insert(0, before);
        first_line = first_line.saturating_sub(1);
    }
    lines.extend(lines.last().and_then(|last| neighbour_after(text, *last)));

    let holds = |at: usize| lines.iter().find(|l| l.from <= at && at <= l.to);
    let mut builder = ExcerptBuilder { text, span, out: String::new(), start: None, end: None, redacted: false };
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            builder.out.push('\n');
        }
        let is_own = own.start <= line.from && line.to <= own.end;
        builder.line(*line, &hidden(Span::new(line.from, line.to), is_own));
    }
    Excerpt {
        highlight: builder.highlight(),
        first_line,
        cut_start: holds(span.start).is_some_and(|l| l.cut_start),
        cut_end: holds(span.end).is_none_or(|l| l.cut_end),
        redacted: builder.redacted,
        text: builder.out.into(),
    }
}

/// The lines that `span` lies on, the first [`VALUE_LINES`] of them; at least one. Of a long line the place is shown:
/// what stands around it, where what is hidden counts as little as its mask takes.
fn value_lines(text: &str, span: Span, hidden: Hidden<'_>) -> Vec<Line> {
    let window_start = window_before(text, span.start, hidden);
    let line_start = line_start(text, span.start);
    let mut from = line_start.map_or(window_start, |start| start.max(window_start));
    let mut cut_start = line_start != Some(from);
    let mut lines = Vec::new();
    while lines.len() < VALUE_LINES {
        let value_end = span.end.min(forward(text, from.max(span.start), VALUE));
        let limit = window_after(text, value_end.max(from), hidden);
        let (to, cut_end) = line_end(text, from, limit);
        lines.push(Line { from, to, cut_start, cut_end });
        match next_line(text, to) {
            Some(next) if !cut_end && next < span.end => (from, cut_start) = (next, false),
            _ => break,
        }
    }
    lines
}

/// Where what is shown of the line before `at` begins.
fn window_before(text: &str, at: usize, hidden: Hidden<'_>) -> usize {
    let floor = line_start(text, at).unwrap_or_else(|| char_floor(text, at.saturating_sub(REACH)));
    let near = back(text, at, WINDOW).max(floor);
    if near == floor {
        return near;
    }
    let mut parts = hidden(Span::new(floor, at), true);
    let (mut from, mut room) = (at, WINDOW);
    loop {
        let part = parts.pop();
        let plain_from = part.map_or(floor, |part| part.end.min(from));
        let plain = text[plain_from..from].chars().count();
        if plain >= room {
            return back(text, from, room);
        }
        let Some(part) = part else { return floor };
        (from, room) = (part.start.max(floor), (room - plain).saturating_sub(MASK.len()));
    }
}

/// Where what is shown of the line behind `at` ends.
fn window_after(text: &str, at: usize, hidden: Hidden<'_>) -> usize {
    let near = forward(text, at, WINDOW);
    let (end, goes_on) = line_end(text, at, char_floor(text, at + REACH).max(near));
    if near >= end && !goes_on {
        return near;
    }
    let (mut to, mut room) = (at, WINDOW);
    for part in hidden(Span::new(at, end), true) {
        let plain = text[to..part.start.max(to)].chars().count();
        if plain >= room {
            return forward(text, to, room);
        }
        (to, room) = (part.end.min(end).max(to), (room - plain).saturating_sub(MASK.len()));
    }
    forward(text, to, room).min(end)
}

fn neighbour_before(text: &str, line: Line) -> Option<Line> {
    let start = line_start(text, line.from)?;
    let end = before_line_end(text, start)?;
    let from = line_start(text, end)?;
    let (to, cut_end) = line_end(text, from, forward(text, from, 2 * WINDOW));
    Some(Line { from, to, cut_start: false, cut_end })
}

fn neighbour_after(text: &str, line: Line) -> Option<Line> {
    let (end, cut) = line_end(text, line.to, char_floor(text, line.to + REACH));
    let from = next_line(text, end).filter(|&from| !cut && from < text.len())?;
    let (to, cut_end) = line_end(text, from, forward(text, from, 2 * WINDOW));
    Some(Line { from, to, cut_start: false, cut_end })
}

/// Start of the line that holds `at`; `None` when it is further away than [`REACH`].
fn line_start(text: &str, at: usize) -> Option<usize> {
    let floor = at.saturating_sub(REACH);
    match memrchr2(b'\n', b'\r', &text.as_bytes()[floor..at]) {
        Some(found) => Some(floor + found + 1),
        None => (floor == 0).then_some(0),
    }
}

/// End of the line that holds `from`, but at most `limit`, and whether the line goes on behind it.
fn line_end(text: &str, from: usize, limit: usize) -> (usize, bool) {
    match memchr2(b'\n', b'\r', &text.as_bytes()[from..limit]) {
        Some(found) => (from + found, false),
        None => {
            let goes_on = text.as_bytes().get(limit).is_some_and(|b| !matches!(b, b'\n' | b'\r'));
            (limit, goes_on)
        }
    }
}

/// Start of the line after the line end at `end`.
fn next_line(text: &str, end: usize) -> Option<usize> {
    match text.as_bytes().get(end..)? {
        [b'\r', b'\n', ..] => Some(end + 2),
        [b'\r' | b'\n', ..] => Some(end + 1),
        _ => None,
    }
}

/// Where the line end lies that precedes the line start `start`.
fn before_line_end(text: &str, start: usize) -> Option<usize> {
    match &text.as_bytes()[..start] {
        [.., b'\r', b'\n'] => Some(start - 2),
        [.., b'\r' | b'\n'] => Some(start - 1),
        _ => None,
    }
}

/// `count` characters before `at`, or the start of the text.
fn back(text: &str, at: usize, count: usize) -> usize {
    text[..at].char_indices().rev().take(count).last().map_or(at, |(index, _)| index)
}

/// `count` characters behind `at`, or the end of the text.
fn forward(text: &str, at: usize, count: usize) -> usize {
    text[at..].char_indices().nth(count).map_or(text.len(), |(index, _)| at + index)
}

/// Writes lines and keeps track of where the location comes to lie.
struct ExcerptBuilder<'a> {
    text: &'a str,
    span: Span,
    out: String,
    start: Option<usize>,
    end: Option<usize>,
    redacted: bool,
}

impl ExcerptBuilder<'_> {
    fn line(&mut self, line: Line, hidden: &[Span]) {
        if line.cut_start {
            self.out.push(CUT);
        }
        let mut at = line.from;
        for part in hidden {
            let (from, to) = (part.start.max(at), part.end.min(line.to));
            if from >= to {
                continue;
            }
            self.plain(at, from);
            self.mask(from, to);
            at = to;
        }
        self.plain(at, line.to);
        if self.span.start <= line.to && line.to < self.span.end {
            self.end = Some(self.out.len());
        }
        if line.cut_end {
            self.out.push(CUT);
        }
    }

    fn plain(&mut self, from: usize, to: usize) {
        let at = self.out.len();
        if self.start.is_none() && (from..=to).contains(&self.span.start) {
            self.start = Some(at + self.span.start - from);
        }
        if (from..=to).contains(&self.span.end) {
            self.end = Some(at + self.span.end - from);
        }
        self.out.push_str(&self.text[char_floor(self.text, from)..char_floor(self.text, to)]);
    }

    fn mask(&mut self, from: usize, to: usize) {
        let overlaps = self.span.start < to && from < self.span.end;
        if self.span.start >= from && self.span.start < to {
            self.start = Some(self.out.len());
        }
        self.out.push_str(MASK);
        self.redacted = true;
        if overlaps {
            self.end = Some(self.out.len());
        }
    }

    /// Where the location lies in the output; to the end of what is shown when it was cut.
    fn highlight(&self) -> Span {
        let start = self.start.unwrap_or(0);
        let end = if self.span.start == self.span.end { start } else { self.end.unwrap_or(self.out.len()) };
        Span::new(start, end.max(start))
    }
}
