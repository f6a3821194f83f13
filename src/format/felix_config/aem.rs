//! Felix' own reading of a `.config` file, including its silent errors.

use super::TypeCode;
use super::pairs::Pairs;
use crate::format::java::{self, Units};
use crate::format::{Problem, Property, Span, Value};

/// An exception of the reference: AEM does not install the file.
struct Refused;

/// What the tokenizer of the reference returns.
#[derive(PartialEq, Eq)]
enum Token {
    Name(String, Span),
    Equals,
    /// Another character with a meaning of its own: it stops the reading of the file.
    Other,
    End,
}

/// Characters that never begin a key: `TOKEN_CHARS` without the type codes, which are letters and so in `NAME_CHARS`.
const TOKENS: &str = "=[](),\"";

/// Reads `text` as the Sling installer does on an instance: a comment in the first line is dropped first
/// (`InternalResource#readDictionary`), and `org.apache.felix.cm.file.ConfigurationHandler` reads the rest. `Err` when
/// AEM rejects the file. `pairs` is empty.
pub(super) fn read(text: &str, pairs: Pairs) -> Result<Pairs, Problem> {
    let mut reader = AemReader { text, pos: 0, pushed: None, last_was_pushed: false, problem: None, pairs };
    if text.starts_with('#') {
        match text.find('\n') {
            Some(end) => reader.pos = end + 1,
            None => return Err(Problem::new(0, "the file is a single comment without a line end")),
        }
    }
    match reader.file() {
        Ok(()) => {
            reader.pairs.problem = reader.problem;
            Ok(reader.pairs)
        }
        Err(Refused) => Err(reader.problem.unwrap_or_else(|| Problem::new(reader.pos, "the file cannot be read"))),
    }
}

struct AemReader<'t> {
    text: &'t str,
    pos: usize,
    /// A character to read before the text at `pos`.
    pushed: Option<char>,
    last_was_pushed: bool,
    problem: Option<Problem>,
    pairs: Pairs,
}

/// What `PushbackReader#unread(-1)` pushes back, so that it appears at the end of the file.
const GHOST: char = '\u{ffff}';

impl AemReader<'_> {
    fn file(&mut self) -> Result<(), Refused> {
        loop {
            let (key, span) = match self.next_token(true)? {
                Token::Name(key, span) => (key, span),
                Token::End => return Ok(()),
                Token::Equals | Token::Other => {
                    self.lost(self.pos.saturating_sub(1), "no key can begin here: the rest of the file is not read");
                    return Ok(());
                }
            };
            let (name, name_span) = trimmed(self.text, &key, span);
            if self.next_token(false)? != Token::Equals {
                return self.refuse(name_span.end, "`=` is expected after the key");
            }
            match self.value(name, name_span)? {
                Some(property) => self.pairs.put(property),
                None => self.lost(name_span.start, "the value is not in double quotes or brackets: the key is dropped"),
            }
        }
    }

    fn value(&mut self, name: String, name_span: Span) -> Result<Option<Property>, Refused> {
        let first = self.skip_whitespace();
        let begin = self.pos - first.map_or(0, char::len_utf8).min(self.pos);
        let code = first.and_then(TypeCode::of);
        let open = if code.is_some() { self.read() } else { first };
        let code = code.unwrap_or_default();
        let (values, multiple) = match open {
            Some('"') => {
                let value = self.simple(code)?;
                // The reference creates an error for a missing quote but does not throw it.
                self.read();
                (value.map(|value| vec![value]), false)
            }
            Some('[') => (self.list(code, ']')?, true),
            Some('(') => (self.list(code, ')')?, true),
            other => {
                self.push_second_half(other);
                (None, false)
            }
        };
        let span = Span::new(begin, self.pos);
        Ok(values.map(|values| code.property((name, name_span), multiple, values, span)))
    }

    fn list(&mut self, code: TypeCode, close: char) -> Result<Option<Vec<Value>>, Refused> {
        let mut values = Vec::new();
        loop {
            let mut c = self.skip_page_breaks();
            if c == Some('"') {
                let Some(value) = self.simple(code)? else { return Ok(None) };
                values.push(value);
                self.read();
                c = self.skip_page_breaks();
            }
            match c {
                Some(c) if c == close => return Ok(Some(values)),
                Some(',') => {}
                other => {
                    self.push_second_half(other);
                    return Ok(None);
                }
            }
        }
    }

    /// The value after an opening quote; `None` where the reference returns null.
    fn simple(&mut self, code: TypeCode) -> Result<Option<Value>, Refused> {
        let (text, span) = self.quoted()?;
        match code.convert(&text) {
            Ok(text) => Ok(text.map(|text| Value { text, span })),
            Err(()) => self.refuse(span.start, &format!("the value is not of type {}", code.value_type.name())),
        }
    }

    /// `readQuoted`: up to an unescaped quote, an unescaped equals sign or the end of the file.
    fn quoted(&mut self) -> Result<(String, Span), Refused> {
        let start = self.pos;
        let mut units = Units::default();
        loop {
            match self.read() {
                Some('\\') => self.escape(&mut units)?,
                c @ (None | Some('=' | '"')) => {
                    self.unread(c);
                    return Ok((units.finish(), Span::new(start, self.pos)));
                }
                Some(c) => units.char(c),
            }
        }
    }

    fn escape(&mut self, units: &mut Units) -> Result<(), Refused> {
        match self.read() {
            Some('u') => {
                let start = self.pos;
                let digits: Option<String> = (0..4).map(|_| self.read()).collect();
                let Some(digits) = digits else { return Ok(()) };
                // `Integer.parseInt` accepts a sign, and so does this.
                match i32::from_str_radix(&digits, 16) {
                    Ok(unit) => units.unit(unit as u16),
                    Err(_) => return self.refuse(start, "`\\u` is not followed by four hexadecimal digits"),
                }
            }
            // The reference appends the -1 that marks the end of the file as a character.
            c => units.char(c.map_or(GHOST, java::escaped)),
        }
        Ok(())
    }

    fn next_token(&mut self, comments: bool) -> Result<Token, Refused> {
        loop {
            let c = self.skip_whitespace();
            match c {
                None => return Ok(Token::End),
                Some('#') if comments => while self.read().is_some_and(|c| c != '\n') {},
                Some('=') => return Ok(Token::Equals),
                Some(c) if TOKENS.contains(c) => return Ok(Token::Other),
                c => {
                    self.unread(c);
                    let (text, span) = self.quoted()?;
                    return Ok(Token::Name(text, span));
                }
            }
        }
    }

    fn skip_whitespace(&mut self) -> Option<char> {
        loop {
            match self.read() {
                Some(c) if java::is_whitespace(c) => {}
                c => return c,
            }
        }
    }

    /// `ignorablePageBreakAndWhiteSpace`: a backslash right before a line end is skipped too.
    fn skip_page_breaks(&mut self) -> Option<char> {
        let mut c = self.skip_whitespace();
        while c == Some('\\') {
            match self.read_raw() {
                Some('\r' | '\n') => c = self.skip_whitespace(),
                next => {
                    self.unread(next);
                    break;
                }
            }
        }
        c
    }

    /// A character; CR LF and a lone CR are one LF.
    fn read(&mut self) -> Option<char> {
        let c = self.read_raw();
        if c == Some('\r') {
            let next = self.read_raw();
            if next != Some('\n') {
                self.unread(next);
            }
            return Some('\n');
        }
        c
    }

    fn read_raw(&mut self) -> Option<char> {
        self.last_was_pushed = self.pushed.is_some();
        if let Some(c) = self.pushed.take() {
            return Some(c);
        }
        let c = self.text[self.pos..].chars().next()?;
        self.pos += c.len_utf8();
        Some(c)
    }

    fn unread(&mut self, c: Option<char>) {
        match c {
            None => self.pushed = Some(GHOST),
            Some(c) if self.last_was_pushed => self.pushed = Some(c),
            Some(c) => self.pos -= c.len_utf8(),
        }
    }

    /// The reference reads UTF-16 and has consumed only the first half of `c`; the second half begins the next key.
    fn push_second_half(&mut self, c: Option<char>) {
        if c.is_some_and(|c| c.len_utf16() == 2) {
            self.pushed = Some(char::REPLACEMENT_CHARACTER);
        }
    }

    /// The reference continues silently; the first loss is recorded.
    fn lost(&mut self, offset: usize, message: &str) {
        self.problem.get_or_insert_with(|| Problem::new(offset, message));
    }

    fn refuse<T>(&mut self, offset: usize, message: &str) -> Result<T, Refused> {
        self.problem = Some(Problem::new(offset, message));
        Err(Refused)
    }
}

/// The key as `String#trim` returns it, and its position.
fn trimmed(text: &str, key: &str, span: Span) -> (String, Span) {
    let raw = &text[span.range()];
    let end = span.end - (raw.len() - raw.trim_end_matches(|c| c <= ' ').len());
    (java::trim(key).to_owned(), Span::new(span.start, end))
}
