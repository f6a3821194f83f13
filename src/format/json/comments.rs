//! Removes comments before the JSON is parsed, as Felix does.

use super::Span;
use crate::format::source_map::SourceMap;

/// A text without its comments, with a mapping back to the original.
#[derive(Debug)]
pub struct Stripped {
    /// The remaining text.
    pub text: String,
    map: SourceMap,
}

/// Removes `//` and `/* */` comments as `org.apache.felix.cm.json.io.impl.JsonSupport.CommentRemovingReader` does: line
/// ends and comments inside double quotes stay, a `/` at the very end is lost, and the `/` that ends a comment can
/// begin the next one (`/* a *//b`). `None` when there is no slash, so that the text can be used unchanged.
pub fn strip_comments(text: &str) -> Option<Stripped> {
    memchr::memchr(b'/', text.as_bytes())?;
    let mut out = Stripped { text: String::with_capacity(text.len()), map: SourceMap::default() };
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
        // A slash written late precedes text that was already written; it keeps the place of its neighbours.
        let source = original.max(offset);
        if self.map.next(offset, 0) != source {
            self.map.push(Span::at(offset), Span::at(source));
        }
        self.text.push(c);
    }

    /// The part of the original text that `span` of the stripped text comes from, comments inside it included.
    pub fn original(&self, span: Span) -> Span {
        self.map.source(span, 0)
    }
}
