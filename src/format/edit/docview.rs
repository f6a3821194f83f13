//! Edits of docview XML.

use std::collections::HashMap;

use super::{Becomes, Edit, Refusal, Replacement, Task, Wanted};
use crate::format::docview::{NAMESPACES, qualified_name};
use crate::format::xml::dtd::Dtd;
use crate::format::xml::{Element, Event, Name, Options, XmlFault, XmlReader, encoding};
use crate::format::{Node, Reading, Span, docview_value, iso9075};
use crate::source::Limits;

/// An attribute as written.
struct WrittenProperty {
    /// Name of the property.
    name: String,
    /// Name and value, quotes included.
    extent: Span,
    value: Span,
    kept: bool,
}

/// A start tag whose attributes are edited.
struct Tag {
    name_end: usize,
    attributes: Vec<WrittenProperty>,
    /// It is the document's root, whose node exists even without properties.
    is_root: bool,
    /// The prefixes of the changed names that the document binds as AEM does.
    prefixes: Vec<String>,
}

/// Properties that define the type of a node.
const TYPES: [&str; 2] = ["jcr:primaryType", "jcr:mixinTypes"];

/// The replacements for the changes of each of `tasks`, in one pass over the file.
pub(super) fn replacements(text: &str, tasks: &[Task<'_>]) -> Result<Vec<Edit>, Refusal> {
    if Dtd::place(text).is_some() {
        return Err(Refusal::file("it has a document type declaration (`<!DOCTYPE`); remove that first"));
    }
    let unicode = encoding::declared_unicode(text);
    let tags = tags(text, tasks)?;
    Ok(tasks.iter().zip(tags).map(|(task, tag)| of_node(task, tag?, unicode)).collect())
}

fn of_node(task: &Task<'_>, mut tag: Tag, unicode: bool) -> Edit {
    let Task { text, wanted, .. } = task;
    if let Some(change) = wanted.iter().find(|change| TYPES.iter().any(|name| name.eq_ignore_ascii_case(change.name))) {
        return Err(Refusal::new(format!("`{}` says what the node is and is not changed", change.name)));
    }
    let (mut out, mut added) = (Vec::new(), Vec::new());
    for change in wanted {
        let mut found = tag.attributes.iter_mut().filter(|attribute| attribute.name.eq_ignore_ascii_case(change.name));
        if matches!(change.becomes, Becomes::Nothing) {
            found.for_each(|attribute| attribute.kept = false);
            continue;
        }
        // Of attributes with the same decoded name, the first one counts.
        if let Some(attribute) = found.next() {
            let quote = text[..attribute.value.start].chars().next_back().unwrap_or('"');
            out.push(Replacement { span: attribute.value, text: value(&change.becomes, quote, unicode) });
        } else {
            added.push(format!("{}=\"{}\"", attribute_name(change.name, &tag)?, value(&change.becomes, '"', unicode)));
        }
    }
    if added.is_empty() && !tag.is_root && tag.attributes.iter().all(|attribute| !attribute.kept) {
        return Err(Refusal::new("the node would be left without properties, so that AEM would not create it"));
    }
    let anchor = tag.attributes.iter().rev().find(|attribute| attribute.kept);
    let model = anchor.or(tag.attributes.first()).map_or("", |attribute| space_before(text, attribute.extent.start));
    let space = if model.is_empty() { " " } else { model };
    let at = anchor.map_or(tag.name_end, |attribute| attribute.extent.end);
    if !added.is_empty() {
        let text = added.iter().map(|attribute| format!("{space}{attribute}")).collect();
        out.push(Replacement { span: Span::at(at), text });
    }
    for attribute in tag.attributes.iter().filter(|attribute| !attribute.kept) {
        let start = attribute.extent.start - space_before(text, attribute.extent.start).len();
        out.push(Replacement { span: Span::new(start, attribute.extent.end), text: String::new() });
    }
    Ok(out)
}

/// The white space that ends at `at`.
fn space_before(text: &str, at: usize) -> &str {
    let before = &text[..at];
    &before[before.trim_end_matches([' ', '\t', '\n', '\r']).len()..]
}

/// The start tag of each task's node. An error if AEM does not read the file to its end.
fn tags(text: &str, tasks: &[Task<'_>]) -> Result<Vec<Result<Tag, Refusal>>, Refusal> {
    let mut of_node: HashMap<usize, Vec<usize>> = HashMap::new();
    for (index, task) in tasks.iter().enumerate() {
        of_node.entry(task.number).or_default().push(index);
    }
    let mut tags: Vec<Result<Tag, Refusal>> = tasks.iter().map(|_| Err(disagreement())).collect();
    let dtd = Dtd::default();
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let max_depth = Limits::default().max_nesting;
    let mut reader = XmlReader::new(text, &dtd, Options { reading: Reading::Aem, max_depth, undecodable: None, start });
    let refused = |fault| {
        let (XmlFault::Malformed(problem) | XmlFault::Limit(problem)) = fault;
        Refusal::file(format_args!("AEM does not load it ({}); correct it first", problem.message))
    };
    // Whether each open element creates a node.
    let mut open: Vec<bool> = Vec::new();
    let mut count = 0;
    while let Some(event) = reader.next().map_err(refused)? {
        match event {
            Event::Start(element) => {
                let is_root = open.is_empty();
                let imported = is_root || open.last() == Some(&true) && !element.attributes.is_empty();
                for &index in of_node.get(&count).into_iter().flatten() {
                    tags[index] = if imported {
                        let Task { node, wanted, .. } = &tasks[index];
                        let prefixes = prefixes(&reader, wanted);
                        attributes(node, &element).map(|tag| Tag { is_root, prefixes, ..tag })
                    } else {
                        let reason = "AEM does not import the node, because one above it has no property";
                        Err(Refusal::file(reason))
                    };
                }
                if element.attributes.iter().any(|attribute| docview_value::parse(&attribute.value.text).is_err()) {
                    let line = 1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..element.span.start]).count();
                    let reason = "a value that FileVault does not read, so that AEM does not load the file";
                    return Err(Refusal::file(format_args!("an element has {reason} (line {line}); correct it first")));
                }
                open.push(imported);
                count += 1;
            }
            Event::End => {
                open.pop();
            }
            Event::Text(_) => {}
        }
    }
    Ok(tags)
}

fn disagreement() -> Refusal {
    Refusal::file("AEM reads other properties in it than a person does; correct it first")
}

/// The attributes of the node's element under the names of its properties.
fn attributes(node: &Node, element: &Element<'_>) -> Result<Tag, Refusal> {
    let mut properties = node.properties.iter();
    let mut next = properties.next();
    let mut attributes = Vec::with_capacity(element.attributes.len());
    for attribute in &element.attributes {
        let name = match next.filter(|property| property.name_span == attribute.name_span) {
            Some(property) => {
                next = properties.next();
                property.name.clone()
            }
            None => qualified_name(&attribute.name),
        };
        let value = attribute.value.span;
        let extent = Span::new(attribute.name_span.start, value.end + 1);
        attributes.push(WrittenProperty { name, extent, value, kept: true });
    }
    if next.is_some() {
        return Err(disagreement());
    }
    Ok(Tag { name_end: element.name_span.end, attributes, is_root: false, prefixes: Vec::new() })
}

/// The prefixes of the wanted names that are bound here to the namespace that AEM knows by that prefix.
fn prefixes(reader: &XmlReader<'_>, wanted: &[Wanted<'_>]) -> Vec<String> {
    let prefixes = wanted.iter().filter_map(|change| change.name.split_once(':')).map(|(prefix, _)| prefix);
    let bound = |prefix: &&str| {
        let uri = reader.namespace(prefix);
        NAMESPACES.iter().any(|(known, name)| name == prefix && uri.as_deref() == Some(*known))
    };
    prefixes.filter(bound).map(str::to_owned).collect()
}

/// The name of the attribute for a new property.
fn attribute_name(name: &str, tag: &Tag) -> Result<String, Refusal> {
    let refused = || Refusal::new(format!("a property cannot be added to the node under the name `{name}`"));
    let encoded = match name.split_once(':') {
        None => iso9075::encode(name),
        Some((prefix, local)) if !local.is_empty() && !local.contains(':') => {
            if tag.prefixes.iter().all(|known| known != prefix) {
                return Err(refused());
            }
            format!("{prefix}:{}", iso9075::encode(local))
        }
        Some(_) => return Err(refused()),
    };
    let qualified = Name { qualified: &encoded, uri: None };
    if encoded == "xmlns" || qualified_name(&qualified) != name { Err(refused()) } else { Ok(encoded) }
}

/// The text of an attribute value between the quotes `quote`.
pub(super) fn escaped(text: &str, quote: char, unicode: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' if quote == '"' => out.push_str("&quot;"),
            '\'' if quote == '\'' => out.push_str("&apos;"),
            // XML 1.1 has control characters and line ends beyond ASCII.
            c if c < ' ' || matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}') || !(unicode || c.is_ascii()) => {
                out.push_str(&format!("&#{};", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}

fn value(becomes: &Becomes<'_>, quote: char, unicode: bool) -> String {
    let formatted = match becomes {
        Becomes::Value(value) => docview_value::format(&[value], false, None),
        Becomes::List(_, texts) => docview_value::format(texts, true, None),
        Becomes::Nothing => String::new(),
    };
    escaped(&formatted, quote, unicode)
}
