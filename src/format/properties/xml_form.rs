//! The XML form (`java.util.Properties#loadFromXML`, as `jdk.internal.util.xml.PropertiesDefaultHandler` takes it).

use super::PropertyEntries;
use crate::format::xml::dtd::Dtd;
use crate::format::xml::{Decoded, Element, Event, Options, XmlFault, XmlReader};
use crate::format::{Problem, Reading, Span, Value};

/// The system identifier without which Java refuses the file.
const SYSTEM_ID: &str = "http://java.sun.com/dtd/properties.dtd";

/// Reads `text`. Java requires the document type declaration and allows only `properties`, `comment` and `entry`; a
/// person sees every `entry` with a key.
pub(super) fn read(text: &str, reading: Reading, max_depth: usize) -> Result<PropertyEntries, Problem> {
    if reading == Reading::Aem {
        check_doctype(text)?;
    }
    let dtd = Dtd::default();
    let mut reader = XmlReader::new(text, &dtd, Options { reading, max_depth, undecodable: None, start: 0 });
    let mut handler = Handler { reading, entries: PropertyEntries::default(), entry: None, depth: 0, comments: 0 };
    match handler.run(&mut reader) {
        Ok(()) => {}
        Err(XmlFault::Limit(problem)) => handler.entries.limit = Some(problem),
        Err(XmlFault::Malformed(problem)) if reading == Reading::Aem => return Err(problem),
        Err(XmlFault::Malformed(problem)) => handler.entries.problem = Some(problem),
    }
    Ok(handler.entries)
}

/// Checks everything before the root element: the declaration must be there, without an internal subset.
fn check_doctype(text: &str) -> Result<(), Problem> {
    let missing = "the document type declaration of java.util.Properties is missing";
    let start = text.find("<!DOCTYPE").ok_or_else(|| Problem::new(0, missing))?;
    let declaration = text[start..].split('>').next().unwrap_or_default();
    if declaration.contains('[') {
        return Err(Problem::new(start, "the document type declaration has an internal subset"));
    }
    let name = declaration["<!DOCTYPE".len()..].split_whitespace().next();
    let identified = ['"', '\''].iter().any(|quote| declaration.contains(&format!("{quote}{SYSTEM_ID}{quote}")));
    if name == Some("properties") && identified { Ok(()) } else { Err(Problem::new(start, missing)) }
}

struct Handler<'a> {
    reading: Reading,
    entries: PropertyEntries,
    entry: Option<OpenEntry<'a>>,
    depth: usize,
    comments: usize,
}

struct OpenEntry<'a> {
    key: Decoded<'a>,
    value: Option<Decoded<'a>>,
    depth: usize,
    tag_end: usize,
}

impl<'a> Handler<'a> {
    fn run(&mut self, reader: &mut XmlReader<'a>) -> Result<(), XmlFault> {
        while let Some(event) = reader.next()? {
            match event {
                Event::Start(element) => self.start(element).map_err(XmlFault::Malformed)?,
                Event::Text(text) => {
                    if let Some(entry) = self.entry.as_mut().filter(|entry| entry.depth == self.depth) {
                        match &mut entry.value {
                            Some(value) => value.append(&text),
                            None => entry.value = Some(text),
                        }
                    }
                }
                Event::End => {
                    if let Some(entry) = self.entry.take_if(|entry| entry.depth == self.depth) {
                        self.finish(entry);
                    }
                    self.depth -= 1;
                }
            }
        }
        Ok(())
    }

    fn start(&mut self, element: Element<'a>) -> Result<(), Problem> {
        self.depth += 1;
        let name = element.name.qualified;
        let offset = element.name_span.start;
        if self.reading == Reading::Aem {
            match (self.depth, name) {
                (1, "properties") | (2.., "entry") => {}
                (2.., "comment") if self.comments == 0 => self.comments += 1,
                (1, _) => return Err(Problem::new(offset, "the root element is not `properties`")),
                (_, "comment") => return Err(Problem::new(offset, "there is more than one comment")),
                _ => return Err(Problem::new(offset, "an element that properties do not have")),
            }
        }
        if name != "entry" {
            return Ok(());
        }
        match element.attributes.into_iter().find(|attribute| attribute.name.qualified == "key") {
            Some(key) => {
                let tag_end = element.span.end;
                self.entry = Some(OpenEntry { key: key.value, value: None, depth: self.depth, tag_end });
                Ok(())
            }
            None if self.reading == Reading::Aem => Err(Problem::new(offset, "an entry has no key")),
            None => Ok(()),
        }
    }

    fn finish(&mut self, entry: OpenEntry<'_>) {
        let (text, span) =
            entry.value.map_or((String::new(), Span::at(entry.tag_end)), |value| (value.text.into_owned(), value.span));
        self.entries.put(entry.key.text.into_owned(), entry.key.span, Value { text, span });
    }
}
