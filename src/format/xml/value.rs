//! Attribute values and character data with references resolved, and a mapping to where each piece is written.

use std::borrow::Cow;

use super::names::Version;
use super::{XmlFault, short};
use crate::budget::{Allowance, EXPANDED, EXPANSIONS};
use crate::format::source_map::SourceMap;
use crate::format::xml::dtd::{Dtd, Entity};
use crate::format::{Reading, Span};

/// Maximum depth of nested entities.
const MAX_ENTITY_DEPTH: usize = 64;

/// Text with all references resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// Where it is written, including references but not quotes.
    pub span: Span,
    /// Where its parts are written; `None` if all of it comes from one reference.
    map: Option<SourceMap>,
}

impl Decoded<'_> {
    /// Where the bytes `start..end` of the decoded text are written.
    pub fn source(&self, start: usize, end: usize) -> Span {
        let Some(map) = &self.map else { return self.span };
        let source = map.source(Span::new(start, end.max(start)), self.span.start);
        Span::new(source.start.min(self.span.end), source.end.min(self.span.end))
    }
}

impl<'a> Decoded<'a> {
    /// Text written unchanged at `span`.
    pub fn literal(text: &'a str, span: Span) -> Self {
        Self { text: Cow::Borrowed(text), span, map: Some(SourceMap::default()) }
    }

    /// The same, borrowing nothing.
    pub fn into_owned(self) -> Decoded<'static> {
        Decoded { text: Cow::Owned(self.text.into_owned()), span: self.span, map: self.map }
    }

    /// The same text and place, borrowed.
    pub fn borrowed(&'a self) -> Self {
        Decoded { text: Cow::Borrowed(&self.text), span: self.span, map: self.map.clone() }
    }

    /// Appends text that follows this one in the source.
    pub fn append(&mut self, other: &Decoded<'_>) {
        if self.text.is_empty() && self.span.start == self.span.end {
            *self = Decoded { text: Cow::Owned(other.text.to_string()), span: other.span, map: other.map.clone() };
            return;
        }
        let at = self.text.len();
        let map = self.map.get_or_insert_with(|| {
            let mut whole = SourceMap::default();
            whole.push(Span::new(0, at), self.span);
            whole
        });
        match &other.map {
            None => map.push(Span::new(at, at + other.text.len()), other.span),
            // Markup may lie between the two.
            Some(parts) => _ = map.append(at, other.span.start, parts, usize::MAX),
        }
        self.text.to_mut().push_str(&other.text);
        self.span = self.span.to(other.span);
    }
}

/// What is left for the entities of a whole document.
#[derive(Clone, Debug)]
pub struct Expansions {
    entities: Allowance,
    bytes: Allowance,
}

impl Default for Expansions {
    fn default() -> Self {
        Self { entities: Allowance::new(EXPANSIONS), bytes: Allowance::new(EXPANDED) }
    }
}

impl Expansions {
    /// Counts the expansion of an entity of `length` bytes at `offset`.
    pub fn spend(&self, length: usize, offset: usize) -> Result<(), XmlFault> {
        let limit = || XmlFault::Limit(super::Problem::new(offset, "the document's entities expand beyond the limit"));
        self.entities.take(1).and_then(|()| self.bytes.take(length as u64)).ok_or_else(limit)
    }
}

/// What is needed from the document to resolve references.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The entities.
    pub dtd: &'a Dtd,
    /// XML 1.0 or 1.1.
    pub version: Version,
    /// What becomes of faults.
    pub reading: Reading,
    /// The reference that the text comes from, when it is the replacement text of an entity.
    pub anchor: Option<Span>,
    /// The text is the value of an attribute.
    pub in_attribute: bool,
}

impl Context<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        self.anchor.unwrap_or(Span::new(start, end))
    }

    /// Position in the file of a fault at `offset` of the text.
    pub fn place(&self, offset: usize) -> usize {
        self.anchor.map_or(offset, |anchor| anchor.start)
    }
}

/// Resolves the references of character data, which contains no markup, and normalises its line ends. In an attribute's
/// value, white space becomes spaces, and each line end one space (XML 1.0 §2.11, §3.3.3). `base` is the offset of `raw`
/// in the text.
pub fn decode<'a>(
    raw: &'a str,
    base: usize,
    context: Context<'_>,
    expansions: &Expansions,
) -> Result<Decoded<'a>, XmlFault> {
    let span = context.span(base, base + raw.len());
    let mut map = context.anchor.is_none().then(SourceMap::default);
    let special = |b: u8| match b {
        b'&' | b'\r' => true,
        b'\t' | b'\n' | b'<' => context.in_attribute,
        // First bytes of NEL and U+2028, which are line ends in XML 1.1.
        0xC2 | 0xE2 => context.version == Version::V11,
        _ => false,
    };
    if !raw.bytes().any(special) {
        return Ok(Decoded { text: Cow::Borrowed(raw), span, map });
    }
    let mut decoder = Decoder { context, expansions, text: String::with_capacity(raw.len()), active: Vec::new() };
    decoder.run(raw, base, map.as_mut())?;
    Ok(Decoded { text: Cow::Owned(decoder.text), span, map })
}

struct Decoder<'c, 'b> {
    context: Context<'c>,
    expansions: &'b Expansions,
    text: String,
    /// Names of the entities being expanded, outermost first.
    active: Vec<String>,
}

impl Decoder<'_, '_> {
    fn run(&mut self, raw: &str, base: usize, mut map: Option<&mut SourceMap>) -> Result<(), XmlFault> {
        let bytes = raw.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let decoded = self.text.len();
            let taken = match bytes[at] {
                b'&' => self.reference(&raw[at..], base + at)?,
                b'<' if self.context.in_attribute && self.context.reading == Reading::Aem => {
                    return Err(self.malformed(base + at, "'<' in an attribute value"));
                }
                b'\r' if bytes.get(at + 1) == Some(&b'\n') => self.line_end(2),
                b'\r' if self.is_nel(bytes, at + 1) => self.line_end(3),
                b'\r' => self.line_end(1),
                b'\t' | b'\n' if self.context.in_attribute => self.line_end(1),
                0xC2 if self.is_nel(bytes, at) => self.line_end(2),
                0xE2 if self.context.version == Version::V11 && bytes[at..].starts_with("\u{2028}".as_bytes()) => {
                    self.line_end(3)
                }
                _ => {
                    let run = bytes[at + 1..]
                        .iter()
                        .position(|b| matches!(b, b'&' | b'<' | b'\r' | b'\t' | b'\n' | 0xC2 | 0xE2))
                        .map_or(bytes.len() - at, |next| next + 1);
                    self.text.push_str(&raw[at..at + run]);
                    at += run;
                    continue;
                }
            };
            if let Some(map) = map.as_deref_mut() {
                map.push(Span::new(decoded, self.text.len()), Span::new(base + at, base + at + taken));
            }
            at += taken;
        }
        Ok(())
    }

    fn is_nel(&self, bytes: &[u8], at: usize) -> bool {
        self.context.version == Version::V11 && bytes.get(at..at + 2) == Some(b"\xC2\x85")
    }

    fn line_end(&mut self, taken: usize) -> usize {
        self.text.push(if self.context.in_attribute { ' ' } else { '\n' });
        taken
    }

    fn malformed(&self, offset: usize, message: impl Into<String>) -> XmlFault {
        XmlFault::malformed(self.context.place(offset), message)
    }

    /// Resolves the reference at the start of `raw` and returns its length.
    fn reference(&mut self, raw: &str, offset: usize) -> Result<usize, XmlFault> {
        let strict = self.context.reading == Reading::Aem;
        if raw.as_bytes().get(1) == Some(&b'#') {
            let Some((c, length)) = character_reference(raw, self.context.version, strict) else {
                return self.keep_ampersand(offset, "illegal character reference");
            };
            self.text.push(c);
            return Ok(length);
        }
        let name_length = self.context.version.name_length(&raw[1..]);
        if name_length == 0 || raw.as_bytes().get(1 + name_length) != Some(&b';') {
            return self.keep_ampersand(offset, "'&' that begins no reference; write &amp;");
        }
        let length = name_length + 2;
        if !self.entity(&raw[1..=name_length], offset)? {
            self.text.push_str(&raw[..length]);
        }
        Ok(length)
    }

    /// Keeps a `&` that begins no reference, where a person reads.
    fn keep_ampersand(&mut self, offset: usize, message: &str) -> Result<usize, XmlFault> {
        if self.context.reading == Reading::Aem {
            return Err(self.malformed(offset, message));
        }
        self.text.push('&');
        Ok(1)
    }

    /// Expands an entity; `false` if it stays as written.
    fn entity(&mut self, name: &str, offset: usize) -> Result<bool, XmlFault> {
        if let Some(&(_, c)) = PREDEFINED.iter().find(|(known, _)| *known == name) {
            self.text.push(c);
            return Ok(true);
        }
        let strict = self.context.reading == Reading::Aem;
        let dtd = self.context.dtd;
        let replacement = match dtd.entity(name) {
            Some(Entity::Internal(text)) => text,
            Some(Entity::External) if strict && self.context.in_attribute => {
                return Err(self.malformed(offset, "reference to an external entity in an attribute value"));
            }
            Some(Entity::Unparsed) if strict => return Err(self.malformed(offset, "reference to an unparsed entity")),
            Some(_) => return Ok(true),
            None if dtd.may_declare_elsewhere => return Ok(strict),
            None if strict => return Err(self.malformed(offset, format!("entity '{}' is not declared", short(name)))),
            None => return Ok(false),
        };
        if self.active.iter().any(|active| active == name) || self.active.len() >= MAX_ENTITY_DEPTH {
            if strict {
                return Err(self.malformed(offset, format!("entity '{}' refers to itself", short(name))));
            }
            return Ok(false);
        }
        self.expansions.spend(replacement.len(), self.context.place(offset))?;
        self.active.push(name.to_owned());
        let anchor = self.context.span(offset, offset);
        let outer = self.context.anchor.replace(anchor);
        self.run(replacement, 0, None)?;
        self.context.anchor = outer;
        self.active.pop();
        Ok(true)
    }
}

/// The entities that every document has.
const PREDEFINED: &[(&str, char)] = &[("lt", '<'), ("gt", '>'), ("amp", '&'), ("quot", '"'), ("apos", '\'')];

/// Whether `name` is one of the five entities that no declaration changes.
pub fn is_predefined(name: &str) -> bool {
    PREDEFINED.iter().any(|(known, _)| *known == name)
}

/// The character of `&#…;` at the start of `raw` and the reference's length.
pub fn character_reference(raw: &str, version: Version, strict: bool) -> Option<(char, usize)> {
    let end = raw.as_bytes().iter().take(64).position(|&b| b == b';')?;
    let digits = raw.get(2..end)?;
    let number = match digits.strip_prefix('x') {
        Some(hex) if hex.bytes().all(|b| b.is_ascii_hexdigit()) => u32::from_str_radix(hex, 16),
        None if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse(),
        _ => return None,
    };
    let c = char::from_u32(number.ok()?)?;
    (!strict || version.is_referable(c)).then_some((c, end + 1))
}
