//! The reader: one pass, nesting kept in a vector.

use std::ops::Range;

use super::{Comments, Dialect, ItemKind, ParsedItems, TreeBuilder, WrittenText};
use crate::format::{MAX_VALUES, Problem, Span, quiet, too_many_values};

/// An error occurred and the dialect does not continue after errors.
pub(super) struct Failed;

pub(super) struct Parser<'s> {
    pub(super) text: &'s str,
    pub(super) bytes: &'s [u8],
    /// Members and elements that are skipped.
    quiet: &'s [Range<usize>],
    pub(super) pos: usize,
    pub(super) dialect: Dialect,
    pub(super) problem: Option<Problem>,
    /// Bytes examined beyond the current line to find the end of a string; bounded to keep the time linear.
    pub(super) lookahead: usize,
    max_nesting: usize,
    limit: Option<Problem>,
    has_mark: bool,
    /// See [`ParsedItems`].
    pub(super) has_tolerated: bool,
    builder: TreeBuilder,
    /// How many of the open containers are objects.
    objects: usize,
    expect: Expect,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// Just after the opening bracket.
    First,
    /// After a comma.
    Next,
    /// After a value.
    Separator,
}

#[cfg(test)]
thread_local! {
    /// How often this thread has parsed a text.
    pub(in crate::format) static PARSES: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Parses `text` from the byte `start` on, and skips its `quiet` subtrees.
pub(super) fn parse<'s>(
    text: &'s str,
    start: usize,
    quiet: &'s [Range<usize>],
    dialect: Dialect,
    max_nesting: usize,
) -> ParsedItems {
    #[cfg(test)]
    PARSES.with(|parses| parses.set(parses.get() + 1));
    let mut parser = Parser {
        text,
        bytes: text.as_bytes(),
        quiet,
        pos: start.min(text.len()),
        dialect,
        problem: None,
        lookahead: 0,
        max_nesting: max_nesting.max(1),
        limit: None,
        has_mark: false,
        has_tolerated: false,
        builder: TreeBuilder::default(),
        objects: 0,
        expect: Expect::First,
    };
    // `problem` records a failure; what was read before it is kept.
    let _ = parser.document();
    let Parser { problem, limit, has_mark, has_tolerated, .. } = parser;
    ParsedItems { items: parser.builder.into_items(parser.pos), problem, limit, has_mark, has_tolerated }
}

impl<'s> Parser<'s> {
    fn document(&mut self) -> Result<(), Failed> {
        if self.dialect.byte_order_mark && self.text[self.pos..].starts_with('\u{feff}') {
            self.has_mark = true;
            self.pos += '\u{feff}'.len_utf8();
        }
        self.space()?;
        let is_bare = !matches!(self.peek(), Some(b'{' | b'['));
        self.has_tolerated |= is_bare;
        let implicit = self.dialect.implicit_object && is_bare;
        if implicit {
            self.push(ItemKind::Object, WrittenText::at(Span::at(self.pos)), None)?;
        } else if self.peek().is_none() {
            return self.fault("there is no JSON value");
        } else {
            self.value(None)?;
        }
        while self.builder.depth() > 0 {
            self.space()?;
            let Some(byte) = self.peek() else {
                return if implicit && self.builder.depth() == 1 {
                    Ok(())
                } else {
                    self.fault("the text ends inside an object or array")
                };
            };
            if implicit && self.builder.depth() == 1 && byte == b'}' {
                self.fault("a closing brace has no opening one")?;
                self.pos += 1;
                continue;
            }
            self.step(byte)?;
        }
        if self.dialect.ignore_trailing {
            self.has_tolerated |= self.pos < self.bytes.len();
            return Ok(());
        }
        self.space()?;
        if self.pos < self.bytes.len() { self.fault("text follows the end of the JSON value") } else { Ok(()) }
    }

    fn step(&mut self, byte: u8) -> Result<(), Failed> {
        match (self.expect, byte) {
            (_, b'}' | b']') => self.close(byte),
            (expect, b',') => {
                if expect != Expect::Separator {
                    self.fault("a value is missing before the comma")?;
                }
                self.pos += 1;
                self.expect = Expect::Next;
                Ok(())
            }
            (Expect::Separator, _) => {
                if !self.dialect.hjson {
                    self.fault("a comma or closing bracket is missing")?;
                }
                self.has_tolerated = true;
                self.expect = Expect::Next;
                Ok(())
            }
            _ => self.entry(),
        }
    }

    /// Closes the innermost container; a bracket of the wrong kind closes everything up to its match, or nothing.
    fn close(&mut self, byte: u8) -> Result<(), Failed> {
        if self.expect == Expect::Next {
            if !self.dialect.trailing_commas {
                self.fault("a comma is followed by a closing bracket")?;
            }
            self.has_tolerated = true;
        }
        let object = byte == b'}';
        let mut only_innermost = false;
        if self.builder.in_object().is_some_and(|innermost| innermost != object) {
            self.fault("a closing bracket does not fit the opening one")?;
            let fitting = if object { self.objects } else { self.builder.depth() - self.objects };
            if fitting == 0 {
                self.pos += 1;
                return Ok(());
            }
            // Closing the root here would lose what follows the comma: only the innermost container ends.
            let next = self.bytes[self.pos + 1..].iter().take(256).find(|byte| !byte.is_ascii_whitespace());
            let is_root = (self.builder.items[0].kind == ItemKind::Object) == object;
            only_innermost = fitting == 1 && is_root && next == Some(&b',');
        }
        while let Some(innermost) = self.builder.in_object() {
            let is_last = only_innermost || innermost == object;
            self.objects -= usize::from(innermost);
            self.builder.close(self.pos + usize::from(is_last));
            if is_last {
                break;
            }
        }
        self.pos += 1;
        self.expect = Expect::Separator;
        Ok(())
    }

    /// A member or an element; always advances by at least one byte.
    fn entry(&mut self) -> Result<(), Failed> {
        if let Some(end) = quiet::end_of(self.quiet, self.pos) {
            self.pos = end;
            self.expect = Expect::Separator;
            return Ok(());
        }
        if self.builder.in_object() != Some(true) {
            return self.value(None);
        }
        let Some(key) = self.key()? else { return Ok(()) };
        let key_end = self.pos;
        self.space()?;
        match self.peek() {
            Some(b':') => self.pos += 1,
            Some(b'=') if self.dialect.recover => {
                self.fault("`=` stands where `:` is expected")?;
                self.pos += 1;
            }
            next => {
                self.fault("a colon is missing after the key")?;
                let new_line = self.text[key_end..self.pos].contains(['\n', '\r']);
                if new_line || matches!(next, None | Some(b',' | b'}' | b']')) {
                    self.expect = Expect::Separator;
                    return Ok(());
                }
            }
        }
        self.space()?;
        match self.peek() {
            None => self.fault("the text ends before a value"),
            Some(b',' | b'}' | b']') => {
                self.fault("a value is missing after the colon")?;
                self.expect = Expect::Separator;
                Ok(())
            }
            Some(_) => self.value(Some(key)),
        }
    }

    fn key(&mut self) -> Result<Option<WrittenText>, Failed> {
        let quote = self.bytes[self.pos];
        if quote == b'"' || (quote == b'\'' && self.dialect.single_quotes) {
            return Ok(Some(self.string(quote)?));
        }
        if !self.dialect.hjson {
            self.fault("a key in double quotes is expected")?;
        }
        self.has_tolerated = true;
        let rest = &self.text[self.pos..];
        let length = rest.find([':', '=', ',', '{', '}', '[', ']', '"', '\n', '\r']).unwrap_or(rest.len());
        let name = rest[..length].trim_end();
        if name.is_empty() {
            self.pos += rest.chars().next().map_or(1, char::len_utf8);
            return Ok(None);
        }
        let span = Span::new(self.pos, self.pos + name.len());
        self.pos += length;
        Ok(Some(WrittenText::at(span)))
    }

    fn value(&mut self, key: Option<WrittenText>) -> Result<(), Failed> {
        let start = self.pos;
        let quoted = match self.bytes[start] {
            b'{' => return self.open(ItemKind::Object, key),
            b'[' => return self.open(ItemKind::Array, key),
            b'\'' if self.dialect.hjson && self.bytes[start..].starts_with(b"'''") => Some(self.triple_quoted()?),
            quote @ b'"' => Some(self.string(quote)?),
            quote @ b'\'' if self.dialect.single_quotes => Some(self.string(quote)?),
            _ => None,
        };
        let (kind, scalar) = match quoted {
            Some(string) => (ItemKind::String(()), string),
            None => (self.unquoted()?, WrittenText::at(Span::new(start, self.pos))),
        };
        self.push(kind, scalar, key)?;
        self.expect = Expect::Separator;
        Ok(())
    }

    fn unquoted(&mut self) -> Result<ItemKind, Failed> {
        if self.dialect.hjson {
            return Ok(self.quoteless());
        }
        if let Some(kind) = self.word() {
            return Ok(kind);
        }
        self.fault("a JSON value is expected")?;
        self.bare();
        Ok(ItemKind::String(()))
    }

    fn open(&mut self, kind: ItemKind, key: Option<WrittenText>) -> Result<(), Failed> {
        if self.builder.depth() >= self.max_nesting {
            let message = format!("nested deeper than {} levels", self.max_nesting);
            self.limit.get_or_insert(Problem::new(self.pos, message));
            self.expect = Expect::Separator;
            return self.skip_nested();
        }
        self.push(kind, WrittenText::at(Span::at(self.pos)), key)?;
        self.pos += 1;
        self.expect = Expect::First;
        Ok(())
    }

    /// Skips a value that is nested too deep, counting brackets outside strings.
    fn skip_nested(&mut self) -> Result<(), Failed> {
        let mut depth = 0usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.string(b'"')?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                // Where comments are removed beforehand, brackets in them do not count.
                b'/' => self.has_tolerated = true,
                _ => {}
            }
            self.pos += 1;
            if depth == 0 {
                return Ok(());
            }
        }
        self.fault("the text ends inside an object or array")
    }

    /// Adds a value; an object or array stays open.
    fn push(&mut self, kind: ItemKind, scalar: WrittenText, key: Option<WrittenText>) -> Result<(), Failed> {
        if self.builder.len() >= MAX_VALUES {
            self.limit = Some(too_many_values(scalar.span.start));
            return Err(Failed);
        }
        self.objects += usize::from(kind == ItemKind::Object);
        self.builder.add(kind, scalar, key);
        Ok(())
    }

    /// Records the first error; fails unless the dialect recovers.
    pub(super) fn fault(&mut self, message: &str) -> Result<(), Failed> {
        self.fault_at(self.pos, message)
    }

    pub(super) fn fault_at(&mut self, offset: usize, message: &str) -> Result<(), Failed> {
        self.problem.get_or_insert_with(|| Problem::new(offset, message));
        if self.dialect.recover { Ok(()) } else { Err(Failed) }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.pos).copied()
    }

    /// Skips white space and, where the dialect allows them inline, comments.
    fn space(&mut self) -> Result<(), Failed> {
        loop {
            let start = self.pos;
            while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
                self.pos += 1;
            }
            // Mostly no comment and no other white space follows.
            if self.peek().is_some_and(|byte| byte.is_ascii_graphic() && !matches!(byte, b'/' | b'#')) {
                return Ok(());
            }
            if self.dialect.recover && self.text[self.pos..].starts_with(['\u{a0}', '\u{feff}', '\u{b}', '\u{c}']) {
                self.fault("a character that is not JSON white space")?;
                self.pos += self.text[self.pos..].chars().next().map_or(0, char::len_utf8);
            }
            if matches!(self.dialect.comments, Comments::Inline | Comments::Slashes) {
                self.comment()?;
            }
            if self.pos == start {
                return Ok(());
            }
        }
    }

    fn comment(&mut self) -> Result<(), Failed> {
        let (start, rest) = (self.pos, &self.bytes[self.pos..]);
        let hash = self.dialect.comments == Comments::Inline && rest.starts_with(b"#");
        if hash || rest.starts_with(b"//") {
            self.pos += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        } else if rest.starts_with(b"/*") {
            match memchr::memmem::find(&rest[2..], b"*/") {
                Some(length) => self.pos += length + 4,
                None => {
                    self.fault("a comment has no end")?;
                    self.pos = self.bytes.len();
                }
            }
        }
        self.has_tolerated |= self.pos > start;
        Ok(())
    }
}
