//! The event loop over `quick-xml`.

mod attributes;

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

use quick_xml::events::Event as Markup;

use super::dtd::{Dtd, Entity};
use super::names::{Version, is_space, within_limit};
use super::namespaces::Namespaces;
use super::tag;
use super::value::{self, Context, Decoded, Expansions};
use super::{Element, Event, XmlFault, encoding, short};
use crate::format::{Problem, Reading, Span, Text, quiet};

/// How to read.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// What becomes of faults.
    pub reading: Reading,
    /// Maximum nesting of elements.
    pub max_depth: usize,
    /// Where the file's bytes are no longer valid in its encoding, and why ([`super::encoding::fault`]); AEM only.
    pub undecodable: Option<(usize, &'static str)>,
    /// Where the document begins in its text ([`super::encoding::start`]).
    pub start: usize,
}

impl Options {
    /// How to read the file `bytes`, whose text is `text`.
    pub fn new(reading: Reading, max_depth: usize, bytes: &[u8], text: &Text<'_>) -> Self {
        Self {
            reading,
            max_depth,
            undecodable: encoding::fault(bytes, text),
            start: encoding::start(bytes, text.as_str()),
        }
    }
}

/// Reads a document's text event by event.
#[derive(Debug)]
pub struct XmlReader<'a> {
    options: Options,
    dtd: &'a Dtd,
    version: Version,
    /// The document, and the entities being expanded in its content.
    sources: Vec<Source<'a>>,
    namespaces: Namespaces<'a>,
    open: Vec<&'a str>,
    /// How often each name is open, so that a stray end tag is distinguished from a missing one at once.
    open_names: HashMap<&'a str, usize>,
    expansions: Expansions,
    /// End events still to be returned.
    ends: usize,
    /// The element opened last was empty and is still to be closed.
    empty: bool,
    seen_root: bool,
    seen_doctype: bool,
    failed: bool,
    /// Subtrees that are skipped.
    quiet: &'a [std::ops::Range<usize>],
}

/// A text with a reader of its own.
#[derive(Debug)]
struct Source<'a> {
    text: &'a str,
    markup: quick_xml::Reader<&'a [u8]>,
    /// Offset of the reader's start in `text`.
    base: usize,
    /// For an entity: its name and the reference that it came from.
    entity: Option<(&'a str, Span)>,
    /// How many elements were open when it began.
    depth: usize,
}

impl<'a> Source<'a> {
    fn new(text: &'a str, base: usize, entity: Option<(&'a str, Span)>, depth: usize) -> Self {
        let mut markup = quick_xml::Reader::from_str(&text[base..]);
        let config = markup.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        Self { text, markup, base, entity, depth }
    }

    fn position(&self) -> usize {
        self.base + usize::try_from(self.markup.buffer_position()).unwrap_or(usize::MAX)
    }
}

/// Whether a `<` here is one that somebody forgot to escape, as in `#if( $a < $b )`.
fn begins_no_tag(text: &str) -> bool {
    let next = text.strip_prefix('<').and_then(|rest| rest.chars().next());
    next.is_some_and(|c| is_space(c) || c.is_ascii_digit() || matches!(c, '<' | '>' | '=' | '(' | ')' | '"' | '\''))
}

impl<'a> XmlReader<'a> {
    /// A reader of `text`, whose declarations are in `dtd`.
    pub fn new(text: &'a str, dtd: &'a Dtd, options: Options) -> Self {
        Self {
            options,
            dtd,
            version: encoding::declared_version(text),
            sources: vec![Source::new(text, options.start, None, 0)],
            namespaces: Namespaces::new(),
            open: Vec::new(),
            open_names: HashMap::new(),
            expansions: dtd.expansions.clone(),
            ends: 0,
            empty: false,
            seen_root: false,
            seen_doctype: false,
            failed: false,
            quiet: &[],
        }
    }

    /// The same reader, which skips these subtrees of the text.
    #[must_use]
    pub fn passing_over(self, quiet: &'a [std::ops::Range<usize>]) -> Self {
        Self { quiet, ..self }
    }

    /// The URI that `prefix` is bound to at the current position.
    pub fn namespace(&self, prefix: &str) -> Option<Rc<str>> {
        self.namespaces.element(prefix)
    }

    /// The next event, `None` at the end of the document. After a fault there is none.
    #[allow(clippy::should_implement_trait)] // an iterator cannot say that it failed and ended at once
    pub fn next(&mut self) -> Result<Option<Event<'a>>, XmlFault> {
        if self.empty {
            self.empty = false;
            self.close();
        }
        if self.ends > 0 {
            self.ends -= 1;
            return Ok(Some(Event::End));
        }
        if self.failed {
            return Ok(None);
        }
        let event = self.advance();
        self.failed = matches!(event, Err(_) | Ok(None));
        event
    }

    fn advance(&mut self) -> Result<Option<Event<'a>>, XmlFault> {
        loop {
            let lenient = self.options.reading == Reading::Tolerant;
            let Some(source) = self.sources.last_mut() else { return Ok(None) };
            let start = source.position();
            if source.entity.is_none()
                && let Some(end) = quiet::end_of(self.quiet, start)
            {
                *source = Source::new(source.text, end, None, source.depth);
                continue;
            }
            if lenient && begins_no_tag(source.text.get(start..).unwrap_or("")) {
                *source = Source::new(source.text, start + 1, source.entity, source.depth);
                continue;
            }
            let markup = match source.markup.read_event() {
                Ok(markup) => markup,
                Err(error) => return self.broken(start, &error),
            };
            let end = source.position();
            let text = source.text;
            if let Some((at, message)) = self.options.undecodable
                && self.options.reading == Reading::Aem
                && source.entity.is_none()
                && at < end
            {
                return self.malformed(at, message);
            }
            let raw = text.get(start..end).unwrap_or("");
            let event = match markup {
                Markup::Start(_) => Some(self.start(raw, start, false)?),
                Markup::Empty(_) => Some(self.start(raw, start, true)?),
                Markup::End(_) => self.end(raw, start)?,
                Markup::Text(_) => self.text(raw, start)?,
                Markup::CData(_) => self.cdata(raw, start)?,
                Markup::GeneralRef(_) => self.reference(raw, start)?,
                Markup::Comment(_) => self.comment(raw, start)?,
                Markup::PI(_) | Markup::Decl(_) => self.instruction(raw, start)?,
                Markup::DocType(_) => self.doctype(start)?,
                Markup::Eof if self.eof(start)? => return Ok(None),
                Markup::Eof => None,
            };
            if event.is_some() {
                return Ok(event);
            }
        }
    }

    fn strict(&self) -> bool {
        self.options.reading == Reading::Aem
    }

    fn context(&self) -> Context<'a> {
        let anchor = self.anchor();
        Context { dtd: self.dtd, version: self.version, reading: self.options.reading, anchor, in_attribute: false }
    }

    fn anchor(&self) -> Option<Span> {
        self.sources.last().and_then(|source| source.entity).map(|(_, anchor)| anchor)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        self.anchor().unwrap_or(Span::new(start, end))
    }

    fn malformed<T>(&self, offset: usize, message: impl Into<String>) -> Result<T, XmlFault> {
        Err(XmlFault::malformed(self.context().place(offset), message))
    }

    /// A fault that a person reads past.
    fn passed_over(&self, offset: usize, message: impl Into<String>) -> Result<Option<Event<'a>>, XmlFault> {
        if self.strict() { self.malformed(offset, message) } else { Ok(None) }
    }

    fn legal(&self, raw: &str, start: usize) -> Result<(), XmlFault> {
        if self.strict()
            && let Some(at) = self.version.find_illegal(raw)
        {
            return self.malformed(start + at, "a character that XML does not allow");
        }
        Ok(())
    }

    fn start(&mut self, raw: &'a str, start: usize, empty: bool) -> Result<Event<'a>, XmlFault> {
        self.legal(raw, start)?;
        if self.strict() && self.open.is_empty() && self.seen_root {
            return self.malformed(start, "markup after the root element");
        }
        if self.open.len() >= self.options.max_depth {
            return Err(XmlFault::Limit(Problem::new(
                self.context().place(start),
                format!("elements are nested more than {} deep", self.options.max_depth),
            )));
        }
        let inner = raw.strip_prefix('<').unwrap_or(raw);
        let inner = inner.strip_suffix('>').unwrap_or(inner);
        let inner = if empty { inner.strip_suffix('/').unwrap_or(inner) } else { inner };
        let base = start + 1;
        let tag = tag::split(inner, base, self.version, self.options.reading).map_err(|fault| self.anchored(fault))?;
        self.seen_root = true;
        self.namespaces.open();
        let attributes = self.attributes(&tag, base)?;
        let name = self.name(tag.name, base, true)?;
        self.empty = empty;
        self.open.push(tag.name);
        *self.open_names.entry(tag.name).or_default() += 1;
        Ok(Event::Start(Element {
            name,
            name_span: self.span(base, base + tag.name.len()),
            span: self.span(start, start + raw.len()),
            attributes,
        }))
    }

    fn anchored(&self, fault: XmlFault) -> XmlFault {
        match (self.anchor(), fault) {
            (Some(anchor), XmlFault::Malformed(problem)) => XmlFault::malformed(anchor.start, problem.message),
            (_, fault) => fault,
        }
    }

    fn end(&mut self, raw: &'a str, start: usize) -> Result<Option<Event<'a>>, XmlFault> {
        let inner = raw.strip_prefix("</").unwrap_or(raw);
        let name = inner.strip_suffix('>').unwrap_or(inner).trim_end_matches(|c| self.version.is_space(c));
        if self.strict() {
            let depth = self.sources.last().map_or(0, |source| source.depth);
            if self.open.len() <= depth || self.open.last() != Some(&name) {
                return self.malformed(start, "the end tag does not match the start tag");
            }
        }
        if self.open_names.get(name).is_none_or(|&count| count == 0) {
            return Ok(None);
        }
        while self.close() != Some(name) {}
        self.ends -= 1;
        Ok(Some(Event::End))
    }

    /// Closes the innermost element and returns its name.
    fn close(&mut self) -> Option<&'a str> {
        let name = self.open.pop()?;
        if let Some(count) = self.open_names.get_mut(name) {
            *count -= 1;
        }
        self.namespaces.close();
        self.ends += 1;
        Some(name)
    }

    fn text(&mut self, raw: &'a str, start: usize) -> Result<Option<Event<'a>>, XmlFault> {
        if self.open.is_empty() {
            let found = raw.find(|c| !self.version.is_space(c));
            return found.map_or(Ok(None), |at| self.passed_over(start + at, "text outside the root element"));
        }
        self.legal(raw, start)?;
        if self.strict()
            && let Some(at) = raw.find("]]>")
        {
            return self.malformed(start + at, "']]>' in character data");
        }
        let context = self.context();
        Ok(Some(Event::Text(value::decode(raw, start, context, &self.expansions)?)))
    }

    fn cdata(&mut self, raw: &'a str, start: usize) -> Result<Option<Event<'a>>, XmlFault> {
        if self.open.is_empty() {
            return self.passed_over(start, "CDATA outside the root element");
        }
        self.legal(raw, start)?;
        let (from, to) = (start + "<![CDATA[".len(), start + raw.len() - "]]>".len());
        let inner = &raw["<![CDATA[".len()..raw.len() - "]]>".len()];
        let mut decoded = Decoded::literal(inner, self.span(from, to));
        if self.version == Version::V11 && inner.contains(['\u{85}', '\u{2028}']) {
            let unified = inner.replace("\r\u{85}", "\n").replace(['\u{85}', '\u{2028}'], "\n");
            decoded.text = Cow::Owned(unified.replace("\r\n", "\n").replace('\r', "\n"));
        } else if inner.contains('\r') {
            decoded.text = Cow::Owned(inner.replace("\r\n", "\n").replace('\r', "\n"));
        }
        Ok(Some(Event::Text(decoded)))
    }

    /// A reference in content. An entity is read as a document of its own, because it can hold elements.
    fn reference(&mut self, raw: &'a str, start: usize) -> Result<Option<Event<'a>>, XmlFault> {
        if self.open.is_empty() {
            return self.passed_over(start, "reference outside the root element");
        }
        let context = self.context();
        let name = raw.trim_start_matches('&').trim_end_matches(';');
        let dtd = self.dtd;
        if let Some(Entity::Internal(replacement)) = dtd.entity(name)
            && raw.ends_with(';')
            && !value::is_predefined(name)
        {
            if self.sources.iter().any(|source| source.entity.is_some_and(|(open, _)| open == name)) {
                return self.passed_over(start, format!("entity '{}' refers to itself", short(name)));
            }
            self.expansions.spend(replacement.len(), context.place(start))?;
            let anchor = self.span(start, start + raw.len());
            self.sources.push(Source::new(replacement, 0, Some((name, anchor)), self.open.len()));
            return Ok(None);
        }
        Ok(Some(Event::Text(value::decode(raw, start, context, &self.expansions)?)))
    }

    fn comment(&self, raw: &str, start: usize) -> Result<Option<Event<'a>>, XmlFault> {
        self.legal(raw, start)?;
        let inner = raw.strip_prefix("<!--").and_then(|inner| inner.strip_suffix("-->")).unwrap_or("");
        if self.strict() && (inner.contains("--") || inner.ends_with('-')) {
            return self.malformed(start, "'--' in a comment");
        }
        Ok(None)
    }

    fn instruction(&self, raw: &str, start: usize) -> Result<Option<Event<'a>>, XmlFault> {
        self.legal(raw, start)?;
        if !self.strict() {
            return Ok(None);
        }
        let target = &raw[2..];
        let length = self.version.name_length(target);
        let rest = &target[length..];
        if length == 0 || !within_limit(&target[..length]) || !(rest.starts_with(is_space) || rest == "?>") {
            return self.malformed(start, "malformed processing instruction");
        }
        if target[..length].eq_ignore_ascii_case("xml") {
            let first = self.sources.len() == 1 && self.sources[0].base == start;
            if !first || &target[..length] != "xml" {
                return self.malformed(start, "an XML declaration is allowed at the very start only");
            }
            return encoding::check_declaration(raw).map_or(Ok(None), |message| self.malformed(start, message));
        }
        Ok(None)
    }

    fn doctype(&mut self, start: usize) -> Result<Option<Event<'a>>, XmlFault> {
        let misplaced = self.seen_root || self.seen_doctype;
        self.seen_doctype = true;
        match &self.dtd.fault {
            _ if !self.strict() => Ok(None),
            _ if misplaced => self.malformed(start, "DOCTYPE is allowed once, before the root element"),
            Some(fault) => Err(fault.clone()),
            None => Ok(None),
        }
    }

    /// Handles the end of a source: whether the document ends.
    fn eof(&mut self, offset: usize) -> Result<bool, XmlFault> {
        let Some(source) = self.sources.pop() else { return Ok(true) };
        if let Some((_, anchor)) = source.entity {
            if self.strict() && self.open.len() != source.depth {
                return self.malformed(anchor.start, "elements must start and end within the same entity");
            }
            return Ok(false);
        }
        if let Some(&open) = self.open.last() {
            return self.malformed(offset, format!("the file ends before </{}>", short(open)));
        }
        if self.strict() && !self.seen_root {
            return self.malformed(offset, "the file contains no element");
        }
        if let Some(fault @ XmlFault::Limit(_)) = &self.dtd.fault {
            return Err(fault.clone());
        }
        Ok(true)
    }

    /// Markup that `quick-xml` cannot delimit: the file ends inside it, or `<!` begins no known markup.
    ///
    /// A person sees where a start tag ends despite a missing quote: at the next `>`.
    fn broken(&mut self, start: usize, error: &quick_xml::Error) -> Result<Option<Event<'a>>, XmlFault> {
        let Some(source) = self.sources.last_mut() else { return Ok(None) };
        let rest = source.text.get(start..).unwrap_or("");
        let is_tag = rest.strip_prefix('<').is_some_and(|tag| !tag.starts_with(['!', '?', '/']));
        if self.options.reading == Reading::Aem || !is_tag {
            return self.malformed(start, error.to_string());
        }
        let length = rest.find('>').map_or(rest.len(), |at| at + 1);
        *source = Source::new(source.text, start + length, source.entity, source.depth);
        self.start(&rest[..length], start, rest[..length].ends_with("/>")).map(Some)
    }
}
