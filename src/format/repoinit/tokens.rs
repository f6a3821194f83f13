//! The tokens of repoinit.

use crate::format::Span;

/// A piece of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word(Span),
    /// Between double quotes, without them.
    Quoted(Span),
    /// Between braces, without them.
    Type(Span),
    Open,
    Close,
    Comma,
    LineEnd,
}

/// Begins a text that ends with [`HEREDOC_END`], whatever it contains.
const HEREDOC: &str = "<<===";
const HEREDOC_END: &str = "===>>";

/// The tokens of a text, one after another.
#[derive(Debug)]
pub(super) struct Tokens<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Tokens<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, at: start }
    }

    /// The text at `span`.
    pub(super) fn text(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// The text at `span` between quotes, in which a backslash makes the next character literal.
    pub(super) fn unquoted(&self, span: Span) -> String {
        let mut escaped = false;
        let keep = |c: &char| {
            escaped = *c == '\\' && !escaped;
            !escaped
        };
        self.text(span).chars().filter(keep).collect()
    }

    /// Offset from which the next token is read.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    /// The next token, without advancing.
    pub(super) fn peek(&self) -> Option<Token> {
        Self { text: self.text, at: self.at }.next()
    }

    /// The next token.
    pub(super) fn next(&mut self) -> Option<Token> {
        loop {
            let rest = &self.text[self.at..];
            let first = rest.chars().next()?;
            let start = self.at;
            self.at += first.len_utf8();
            match first {
                '\n' => return Some(Token::LineEnd),
                '\r' if !rest.starts_with("\r\n") => return Some(Token::LineEnd),
                _ if first.is_whitespace() => {}
                '#' => self.at = start + rest.find(['\n', '\r']).unwrap_or(rest.len()),
                '(' => return Some(Token::Open),
                ')' => return Some(Token::Close),
                ',' => return Some(Token::Comma),
                '"' => return Some(Token::Quoted(self.until_quote())),
                '{' => {
                    let end = self.text[self.at..].find(['}', '\n', '\r']).map_or(self.text.len(), |end| self.at + end);
                    let inside = Span::new(self.at, end);
                    self.at = end + usize::from(self.text[end..].starts_with('}'));
                    return Some(Token::Type(inside));
                }
                _ if rest.starts_with(HEREDOC) => {
                    self.at = rest.find(HEREDOC_END).map_or(self.text.len(), |end| start + end + HEREDOC_END.len());
                }
                _ => {
                    let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | '{' | '"');
                    self.at =
                        start + rest[first.len_utf8()..].find(ends).map_or(rest.len(), |end| first.len_utf8() + end);
                    return Some(Token::Word(Span::new(start, self.at)));
                }
            }
        }
    }

    /// Skips the rest of the line.
    pub(super) fn skip_line(&mut self) {
        while self.next().is_some_and(|token| token != Token::LineEnd) {}
    }

    /// The text up to an unescaped quote.
    fn until_quote(&mut self) -> Span {
        let start = self.at;
        let mut escaped = false;
        for (at, c) in self.text[start..].char_indices() {
            if c == '"' && !escaped {
                self.at = start + at + 1;
                return Span::new(start, start + at);
            }
            escaped = c == '\\' && !escaped;
        }
        self.at = self.text.len();
        Span::new(start, self.at)
    }
}
