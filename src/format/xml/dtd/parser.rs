//! The grammar of the document type declaration (XML 1.0 §2.8, §3.3, §4.2).

use super::{AttributeDeclaration, Dtd, Entity};
use crate::format::xml::names::{Version, within_limit};
use crate::format::xml::value::{self, Context, Decoded};
use crate::format::xml::{XmlFault, encoding};
use crate::format::{Reading, Span};

/// Maximum depth of nested parameter entities.
const MAX_PARAMETER_DEPTH: usize = 64;

const SPACE_EXPECTED: &str = "white space expected in the DOCTYPE";

/// Attribute types other than `CDATA`, without the enumerations.
const TOKENIZED_TYPES: &[&str] = &["IDREFS", "IDREF", "ID", "ENTITIES", "ENTITY", "NMTOKENS", "NMTOKEN"];

/// Parses `declaration`, the markup from `<!DOCTYPE` to `>` at `base` of `text`.
pub fn parse(declaration: &str, base: usize, text: &str, reading: Reading) -> Dtd {
    let version = encoding::declared_version(text);
    let standalone = encoding::declared_standalone(text);
    let place = Where { base, anchor: None, reading, version, standalone, depth: 0 };
    let mut dtd = Dtd::default();
    let fault = Parser { dtd: &mut dtd, text: declaration, at: 0, place }.doctype().err();
    Dtd { fault, ..dtd }
}

/// Where a text of declarations comes from.
#[derive(Clone, Copy)]
struct Where {
    /// Where the declaration begins; irrelevant if there is an anchor.
    base: usize,
    /// The parameter entity reference that the text replaces.
    anchor: Option<Span>,
    reading: Reading,
    version: Version,
    standalone: bool,
    depth: usize,
}

struct Parser<'t, 'd> {
    dtd: &'d mut Dtd,
    text: &'t str,
    at: usize,
    place: Where,
}

type Parsed<T> = Result<T, XmlFault>;

impl<'t> Parser<'t, '_> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn fail<T>(&self, message: &str) -> Parsed<T> {
        let offset = self.place.anchor.map_or(self.place.base + self.at, |anchor| anchor.start);
        Err(XmlFault::malformed(offset, message))
    }

    fn require(&self, is_met: bool, message: &str) -> Parsed<()> {
        if is_met { Ok(()) } else { self.fail(message) }
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn expect(&mut self, token: &str) -> Parsed<()> {
        if self.eat(token) { Ok(()) } else { self.fail(&format!("'{token}' expected in the DOCTYPE")) }
    }

    /// Skips white space and returns whether there was any.
    fn space(&mut self) -> bool {
        let rest = self.rest();
        let length = rest.find(|c| !self.place.version.is_space(c)).unwrap_or(rest.len());
        self.at += length;
        length > 0
    }

    fn expect_space(&mut self) -> Parsed<()> {
        let spaced = self.space();
        self.require(spaced, SPACE_EXPECTED)
    }

    /// Skips what ends with `end`.
    fn expect_end(&mut self, end: &str, message: &str) -> Parsed<()> {
        let Some(length) = self.rest().find(end) else { return self.fail(message) };
        self.at += length + end.len();
        Ok(())
    }

    fn name(&mut self) -> Parsed<&'t str> {
        let rest = self.rest();
        let length = self.place.version.name_length(rest);
        self.require(length > 0 && within_limit(&rest[..length]), "name expected in the DOCTYPE")?;
        self.at += length;
        Ok(&rest[..length])
    }

    /// A name after white space.
    fn spaced_name(&mut self) -> Parsed<&'t str> {
        self.expect_space()?;
        self.name()
    }

    /// A quoted literal: its text and where the text begins.
    fn literal(&mut self) -> Parsed<(&'t str, usize)> {
        let rest = self.rest();
        let quote = match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => quote,
            _ => return self.fail("quoted text expected in the DOCTYPE"),
        };
        let Some(length) = rest[1..].find(quote) else { return self.fail("a quote is not closed in the DOCTYPE") };
        let at = self.at + 1;
        self.at = at + length + 1;
        Ok((&rest[1..=length], at))
    }

    fn doctype(&mut self) -> Parsed<()> {
        if let (Reading::Aem, Some(at)) = (self.place.reading, self.place.version.find_illegal(self.text)) {
            self.at = at;
            return self.fail("a character that XML does not allow");
        }
        if self.place.reading == Reading::Tolerant && self.text.len() >= 9 {
            self.at = 9;
        } else {
            self.expect("<!DOCTYPE")?;
        }
        self.spaced_name()?;
        let spaced = self.space();
        if !self.rest().starts_with(['[', '>']) {
            self.require(spaced, SPACE_EXPECTED)?;
            if self.external_id(true)? {
                self.dtd.may_declare_elsewhere = !self.place.standalone;
            }
            self.space();
        }
        if self.eat("[") {
            self.subset()?;
            self.expect("]")?;
            self.space();
        }
        self.expect(">")
    }

    /// `SYSTEM "…"` or `PUBLIC "…" "…"`.
    fn external_id(&mut self, system_required: bool) -> Parsed<bool> {
        if self.eat("SYSTEM") {
            self.expect_space()?;
            self.literal()?;
            return Ok(true);
        }
        if !self.eat("PUBLIC") {
            return Ok(false);
        }
        self.expect_space()?;
        let (public, _) = self.literal()?;
        let allowed = |c: char| c.is_ascii_alphanumeric() || " \r\n-'()+,./:=?;!*#@$_%".contains(c);
        self.require(public.chars().all(allowed), "a character that a public identifier cannot hold")?;
        let spaced = self.space();
        if self.rest().starts_with(['"', '\'']) {
            self.require(spaced, SPACE_EXPECTED)?;
            self.literal()?;
        } else {
            self.require(!system_required, "system identifier expected in the DOCTYPE")?;
        }
        Ok(true)
    }

    /// Declarations up to `]` or the end of a parameter entity.
    fn subset(&mut self) -> Parsed<()> {
        loop {
            self.space();
            let rest = self.rest();
            if rest.is_empty() || rest.starts_with(']') && self.place.depth == 0 {
                return Ok(());
            } else if self.eat("%") {
                self.parameter_reference()?;
            } else if self.eat("<!--") {
                self.expect_end("--", "a comment is not closed")?;
                self.expect(">")?;
            } else if self.eat("<?") {
                let target = self.name()?;
                let is_declaration = target.eq_ignore_ascii_case("xml");
                self.require(!is_declaration, "an XML declaration is allowed at the very start only")?;
                if !self.rest().starts_with("?>") {
                    self.expect_space()?;
                }
                self.expect_end("?>", "a processing instruction is not closed")?;
            } else if self.eat("<!ENTITY") {
                self.entity()?;
            } else if self.eat("<!ATTLIST") {
                self.attributes()?;
            } else if self.eat("<!ELEMENT") {
                self.element()?;
            } else if self.eat("<!NOTATION") {
                self.notation()?;
            } else {
                return self.fail("declaration expected in the DOCTYPE");
            }
        }
    }

    fn parameter_reference(&mut self) -> Parsed<()> {
        let start = self.at - 1;
        let name = self.name()?;
        self.expect(";")?;
        let replacement = match self.dtd.parameter_entities.get(name) {
            Some(Entity::Internal(replacement)) => replacement.clone(),
            _ => return Ok(()),
        };
        self.require(self.place.depth < MAX_PARAMETER_DEPTH, "a parameter entity refers to itself")?;
        let anchor = self.place.anchor.unwrap_or(Span::new(self.place.base + start, self.place.base + self.at));
        self.dtd.expansions.spend(replacement.len(), anchor.start)?;
        let place = Where { anchor: Some(anchor), depth: self.place.depth + 1, ..self.place };
        Parser { dtd: &mut *self.dtd, text: &replacement, at: 0, place }.subset()
    }

    fn entity(&mut self) -> Parsed<()> {
        self.expect_space()?;
        let parameter = self.eat("%");
        if parameter {
            self.expect_space()?;
        }
        let name = self.name()?;
        self.expect_space()?;
        let entity = if self.external_id(true)? {
            let spaced = self.space();
            if !parameter && self.eat("NDATA") {
                self.require(spaced, SPACE_EXPECTED)?;
                self.spaced_name()?;
                Entity::Unparsed
            } else {
                Entity::External
            }
        } else {
            let (value, at) = self.literal()?;
            Entity::Internal(self.replacement(value, at)?)
        };
        self.space();
        self.expect(">")?;
        let entities = if parameter { &mut self.dtd.parameter_entities } else { &mut self.dtd.entities };
        entities.entry(name.to_owned()).or_insert(entity);
        Ok(())
    }

    /// An entity's replacement text: character references resolved, entity references left for later (§4.5).
    fn replacement(&mut self, value: &str, at: usize) -> Parsed<String> {
        let mut text = String::with_capacity(value.len());
        let mut rest = value;
        while let Some(found) = rest.find(['&', '%', '\r']) {
            text.push_str(&rest[..found]);
            rest = &rest[found..];
            self.at = at + (value.len() - rest.len());
            let taken = match rest.as_bytes()[0] {
                b'%' => return self.fail("parameter entity reference inside a declaration"),
                b'\r' => {
                    text.push('\n');
                    if rest.as_bytes().get(1) == Some(&b'\n') { 2 } else { 1 }
                }
                _ if rest.starts_with("&#") => {
                    let strict = self.place.reading == Reading::Aem;
                    let Some((c, length)) = value::character_reference(rest, self.place.version, strict) else {
                        return self.fail("illegal character reference");
                    };
                    text.push(c);
                    length
                }
                _ => {
                    let length = self.place.version.name_length(&rest[1..]);
                    let is_reference = length > 0 && rest.as_bytes().get(1 + length) == Some(&b';');
                    self.require(is_reference, "'&' that begins no reference; write &amp;")?;
                    text.push_str(&rest[..length + 2]);
                    length + 2
                }
            };
            rest = &rest[taken..];
        }
        text.push_str(rest);
        self.at = at + value.len() + 1;
        Ok(text)
    }

    fn attributes(&mut self) -> Parsed<()> {
        let element = self.spaced_name()?;
        loop {
            self.space();
            if self.eat(">") {
                return Ok(());
            }
            let name_at = self.at;
            let name = self.name()?;
            self.expect_space()?;
            let cdata = self.attribute_type()?;
            self.expect_space()?;
            let default = self.default_value()?;
            let start = self.place.base + name_at;
            let name_span = self.place.anchor.unwrap_or(Span::new(start, start + name.len()));
            self.dtd.declare(element, AttributeDeclaration { name: name.to_owned(), name_span, cdata, default });
        }
    }

    /// Whether the type is `CDATA`.
    fn attribute_type(&mut self) -> Parsed<bool> {
        if self.eat("CDATA") {
            return Ok(true);
        }
        if TOKENIZED_TYPES.iter().any(|token| self.eat(token)) {
            return Ok(false);
        }
        if self.eat("NOTATION") {
            self.expect_space()?;
        }
        self.expect("(")?;
        loop {
            self.space();
            let rest = self.rest();
            let end = |c: char| {
                self.place.version.is_space(c)
                    || matches!(c, '|' | ')' | '(' | '"' | '\'' | '<' | '>' | '%' | '&' | ',')
            };
            let length = rest.find(end).unwrap_or(rest.len());
            self.require(length > 0, "name expected in the DOCTYPE")?;
            self.at += length;
            self.space();
            if self.eat(")") {
                return Ok(false);
            }
            self.expect("|")?;
        }
    }

    fn default_value(&mut self) -> Parsed<Option<Decoded<'static>>> {
        if self.eat("#REQUIRED") || self.eat("#IMPLIED") {
            return Ok(None);
        }
        if self.eat("#FIXED") {
            self.expect_space()?;
        }
        let (raw, at) = self.literal()?;
        // Declarations of an external subset come after this, too late for a default value.
        let elsewhere = std::mem::take(&mut self.dtd.may_declare_elsewhere);
        let Where { version, reading, anchor, .. } = self.place;
        let context = Context { dtd: self.dtd, version, reading, anchor, in_attribute: true };
        let value = value::decode(raw, self.place.base + at, context, &self.dtd.expansions).map(Decoded::into_owned);
        self.dtd.may_declare_elsewhere = elsewhere;
        value.map(Some)
    }

    /// `<!ELEMENT`: checked for form only, because nothing is validated.
    fn element(&mut self) -> Parsed<()> {
        self.spaced_name()?;
        self.expect_space()?;
        if !self.eat("EMPTY") && !self.eat("ANY") {
            self.expect("(")?;
            self.space();
            if self.eat("#PCDATA") { self.mixed_content()? } else { self.children()? }
        }
        self.space();
        self.expect(">")
    }

    /// `(#PCDATA | a | b)*` after `#PCDATA`.
    fn mixed_content(&mut self) -> Parsed<()> {
        let mut named = false;
        loop {
            self.space();
            if self.eat(")") {
                break;
            }
            self.expect("|")?;
            self.space();
            self.name()?;
            named = true;
        }
        let repeated = self.eat("*");
        self.require(repeated || !named, "'*' expected after the mixed content model")
    }

    /// `(a, (b | c)+)*` after the first parenthesis: one kind of connector in each group.
    fn children(&mut self) -> Parsed<()> {
        let mut connectors: Vec<Option<char>> = vec![None];
        let quantifiers = ['?', '*', '+'];
        loop {
            self.space();
            if self.eat("(") {
                connectors.push(None);
                continue;
            }
            self.name()?;
            self.at += usize::from(self.rest().starts_with(quantifiers));
            loop {
                self.space();
                let Some(connector) = connectors.last_mut() else { return Ok(()) };
                match self.rest().chars().next() {
                    Some(found @ (',' | '|')) if connector.is_none_or(|known| known == found) => {
                        *connector = Some(found);
                        self.at += 1;
                        break;
                    }
                    Some(')') => {
                        connectors.pop();
                        self.at += 1;
                        self.at += usize::from(self.rest().starts_with(quantifiers));
                    }
                    _ => return self.fail("malformed content model in the DOCTYPE"),
                }
            }
        }
    }

    fn notation(&mut self) -> Parsed<()> {
        self.spaced_name()?;
        self.expect_space()?;
        let identified = self.external_id(false)?;
        self.require(identified, "external identifier expected in the DOCTYPE")?;
        self.space();
        self.expect(">")
    }
}
