//! Removes comments before the JSON is parsed, as Felix does.

use super::Span;

/// A text without its comments, with a mapping back to the original.
#[derive(Debug)]
pub struct Stripped {
    /// The remaining text.
    pub text: String,
    /// From this offset of `text` on, the original offset is larger by this amount.
    shifts: Vec<(usize, usize)>,
}

/// Removes `//` and `/* */` comments as `org.apache.felix.cm.json.io.impl.JsonSupport.CommentRemovingReader` does: line
/// ends and comments inside double quotes stay, a `/` at the very end is lost, and the `/` that ends a comment can
/// begin the next one (`/* a *//b`). `None` when there is no slash, so that the text can be used unchanged.
pub fn strip_comments(text: &str) -> Option<Stripped> {
    memchr::memchr(b'/', text.as_bytes())?;
    let mut out = Stripped { text: String::with_capacity(text.len()), shifts: Vec::new() };
    let mut place = CommentState::Outside;
    let mut backslashes = 0usize;
    let mut pending_slash = None;
    let mut before = '\0';
    for (offset, c) in text.char_indices() {
        if matches!(place, CommentState::Outside | CommentState::String) && c == '"' {
            if backslashes.is_multiple_of(2) {
                place = if place == CommentState::String { CommentState::Outside } else { CommentState::String };
            }
            out.push(offset, c);
            backslashes = 0;
            before = c;
            continue;
        }
        match place {
            CommentState::String => {
                out.push(offset, c);
                backslashes = if c == '\\' { backslashes + 1 } else { 0 };
            }
            CommentState::LineComment => {
                if c == '\n' {
                    place = CommentState::Outside;
                    out.push(offset, c);
                }
            }
            CommentState::BlockComment => {
                if c == '/' && before == '*' {
                    place = CommentState::Outside;
                } else if c == '\n' {
                    out.push(offset, c);
                }
            }
            CommentState::Outside => match c {
                '/' if before == '/' => {
                    place = CommentState::LineComment;
                    pending_slash = None;
                }
                '/' => pending_slash = Some(offset),
                '*' if before == '/' => {
                    place = CommentState::BlockComment;
                    pending_slash = None;
                }
                // The reference writes the star at once and leaves a pending slash pending.
                '*' => out.push(offset, c),
                _ => {
                    if let Some(slash) = pending_slash.take() {
                        out.push(slash, '/');
                    }
                    out.push(offset, c);
                }
            },
        }
        before = c;
    }
    Some(out)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum CommentState {
    Outside,
    String,
    LineComment,
    BlockComment,
}

impl Stripped {
    fn push(&mut self, original: usize, c: char) {
        let offset = self.text.len();
        // A slash written late precedes text that was already written; it keeps the shift of its neighbours.
        let shift = original.saturating_sub(offset);
        if self.shifts.last().map_or(0, |&(_, shift)| shift) != shift {
            self.shifts.push((offset, shift));
        }
        self.text.push(c);
    }

    /// The part of the original text that `span` of the stripped text comes from, comments inside it included.
    pub fn original(&self, span: Span) -> Span {
        let start = self.offset(span.start);
        if span.end <= span.start {
            return Span::at(start);
        }
        Span::new(start, (self.offset(span.end - 1) + 1).max(start))
    }

    fn offset(&self, offset: usize) -> usize {
        let index = self.shifts.partition_point(|&(from, _)| from <= offset);
        offset + index.checked_sub(1).map_or(0, |i| self.shifts[i].1)
    }
}
