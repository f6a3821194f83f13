//! The parts of a start tag.

use super::XmlFault;
use super::names::Version;
use crate::format::Reading;

/// Maximum number of attributes of one element, namespace declarations included (`jdk.xml.elementAttributeLimit`).
const MAX_ATTRIBUTES: usize = 10_000;

/// A start tag split into its parts. All offsets are byte offsets in the markup.
#[derive(Debug)]
pub struct Tag<'a> {
    pub name: &'a str,
    pub attributes: Vec<RawAttribute<'a>>,
}

/// An attribute as written.
#[derive(Clone, Copy, Debug)]
pub struct RawAttribute<'a> {
    pub name: &'a str,
    pub name_at: usize,
    pub value: &'a str,
    pub value_at: usize,
}

/// Splits `markup`, which starts after `<` and ends before `>` or `/>`. `base` is its offset, for messages.
pub fn split<'a>(markup: &'a str, base: usize, version: Version, reading: Reading) -> Result<Tag<'a>, XmlFault> {
    let is_space = |c| version.is_space(c);
    let mut scanner = Scanner { markup, at: 0, version };
    let name = scanner.until(|c| is_space(c) || c == '/');
    let strict = reading == Reading::Aem;
    if strict && !version.is_qname(name) {
        return Err(XmlFault::malformed(base, "element name expected"));
    }
    let mut attributes = Vec::new();
    loop {
        if strict && attributes.len() > MAX_ATTRIBUTES {
            return Err(XmlFault::malformed(base, format!("an element with more than {MAX_ATTRIBUTES} attributes")));
        }
        let spaces = scanner.until(|c| !is_space(c)).len();
        if scanner.rest().is_empty() {
            return Ok(Tag { name, attributes });
        }
        let at = scanner.at;
        match scanner.attribute() {
            Some(attribute) if !strict => attributes.push(attribute),
            Some(attribute) if version.is_qname(attribute.name) && attribute.quoted(markup) => {
                if spaces == 0 {
                    return Err(XmlFault::malformed(base + at, "white space is missing before the attribute"));
                }
                attributes.push(attribute);
            }
            _ if strict => return Err(XmlFault::malformed(base + at, "attribute expected, as in name=\"value\"")),
            Some(_) | None => {}
        }
    }
}

impl RawAttribute<'_> {
    fn quoted(&self, markup: &str) -> bool {
        self.value_at > 0 && matches!(markup.as_bytes()[self.value_at - 1], b'"' | b'\'')
    }
}

struct Scanner<'a> {
    markup: &'a str,
    at: usize,
    version: Version,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        &self.markup[self.at..]
    }

    /// Advances to the first character that satisfies `end` and returns the skipped text.
    fn until(&mut self, end: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(end).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// The attribute here, or `None` after skipping something else.
    fn attribute(&mut self) -> Option<RawAttribute<'a>> {
        let version = self.version;
        let is_space = |c| version.is_space(c);
        let name_at = self.at;
        let name = self.until(|c| is_space(c) || matches!(c, '=' | '"' | '\'' | '<' | '/'));
        if name.is_empty() {
            self.pass_over();
            return None;
        }
        self.until(|c| !is_space(c));
        if !self.rest().starts_with('=') {
            return None;
        }
        self.at += 1;
        self.until(|c| !is_space(c));
        let quote = self.rest().chars().next()?;
        if !matches!(quote, '"' | '\'') {
            let value_at = self.at;
            let value = self.until(|c| is_space(c) || matches!(c, '=' | '"' | '\'' | '<'));
            return (!value.is_empty()).then_some(RawAttribute { name, name_at, value, value_at });
        }
        self.at += 1;
        let value_at = self.at;
        let end = self.rest().find(quote)?;
        self.at += end + 1;
        Some(RawAttribute { name, name_at, value: &self.markup[value_at..value_at + end], value_at })
    }

    /// Skips one character or a quoted run.
    fn pass_over(&mut self) {
        let Some(c) = self.rest().chars().next() else { return };
        self.at += c.len_utf8();
        if matches!(c, '"' | '\'')
            && let Some(end) = self.rest().find(c)
        {
            self.at += end + 1;
        }
    }
}
