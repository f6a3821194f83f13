//! Content embedded in properties: the statements of a repoinit configuration, and files that a content tree contains
//! as `jcr:data` of their `jcr:content`.
//!
//! Both become nodes on the instance, so they become nodes of the containing document, with spans in it.

use super::oak_export::BLOB;
use super::osgi::CONFIGURATION_EXTENSIONS;
use super::rewritten::Rewritten;
use super::{
    Detected, Document, Input, MAX_CONFIGURATION, Problem, Property, Reading, Span, Text, Value, base64, detect,
    repoinit,
};
use crate::repository::FileContext;

/// Component whose configurations contain repoinit statements (`RepositoryInitializerFactory` of Sling's jcr.repoinit).
const INITIALIZER: &str = "org.apache.sling.jcr.repoinit.RepositoryInitializer";
/// Property that contains them.
const SCRIPTS: &str = "scripts";
/// Node and property that contain the content of an `nt:file`.
const CONTENT: &str = "/jcr:content";
const DATA: &str = "jcr:data";

/// Maximum depth of texts embedded in texts.
const DEPTH: usize = 3;

/// Reads a file with everything embedded in it.
pub(super) fn read(file: &Detected<'_>, reading: Reading) -> Document {
    read_at(file, reading, DEPTH)
}

fn read_at(file: &Detected<'_>, reading: Reading, depth: usize) -> Document {
    let mut document = file.read_file(reading);
    let text = &file.text;
    if depth == 0 {
        return document;
    }
    let mut found = Vec::new();
    for node in &document.nodes {
        if node.pid.as_ref().is_some_and(|pid| pid.component() == INITIALIZER) {
            found.extend(node.property_ignore_case(SCRIPTS).map(|scripts| statements(scripts, text, reading)));
        }
        let name = node.path.strip_suffix(CONTENT).filter(|name| is_configuration(name));
        let data = node.property(DATA).and_then(|data| data.values.first());
        if let Some((name, data)) = name.zip(data.filter(|data| !is_reference(text, data))) {
            found.push(content(file, name, data, reading, depth));
        }
    }
    for inner in found {
        append(&mut document, inner, reading);
    }
    document
}

/// Whether the value only refers to the content (`oak-run export`).
fn is_reference(text: &Text<'_>, data: &Value) -> bool {
    text.as_str().get(..data.span.start).is_some_and(|before| before.ends_with(BLOB))
}

/// Whether a file of this name can be an OSGi configuration.
fn is_configuration(file: &str) -> bool {
    CONFIGURATION_EXTENSIONS.iter().any(|extension| file.ends_with(extension))
}

/// The nodes of repoinit statements; each value is a script of its own.
fn statements(scripts: &Property, text: &Text<'_>, reading: Reading) -> Document {
    let mut all = Document::default();
    for script in &scripts.values {
        let mut inner = too_large(script).unwrap_or_else(|| repoinit::read(&script.text, reading));
        aligned(text.as_str(), script).relocate(&mut inner);
        append(&mut all, inner, reading);
    }
    all
}

/// The document of a file whose content is in a property.
fn content(outer: &Detected<'_>, name: &str, data: &Value, reading: Reading, depth: usize) -> Document {
    let (input, text) = (&outer.input, &outer.text);
    let context = FileContext {
        path: input.context.path.entry(name),
        repository_path: Some(name.trim_start_matches('/').to_owned()),
        ..input.context.clone()
    };
    let binary = base64::decode_whole(&data.text);
    let bytes = binary.as_deref().unwrap_or(data.text.as_bytes());
    let inner = Input { context: &context, bytes, limits: input.limits };
    let read = || {
        let file = detect(&inner)?;
        let mut document = read_at(&file, reading, depth - 1);
        back(text.as_str(), data, file.text.as_str()).relocate(&mut document);
        Some(document)
    };
    match too_large(data) {
        Some(mut document) => {
            aligned(text.as_str(), data).relocate(&mut document);
            document
        }
        None => read().unwrap_or_default(),
    }
}

/// The mapping from the content of a file back to the value that contains it, in base64 or unchanged.
fn back(source: &str, data: &Value, content: &str) -> Rewritten {
    if let Some(followed) = base64::aligned(source, data.span, content) {
        return followed;
    }
    if content == data.text {
        return aligned(source, data);
    }
    Rewritten::whole(content, data.span)
}

fn too_large(value: &Value) -> Option<Document> {
    let limit = || Problem::new(0, format!("a text of more than {} MiB was not read", MAX_CONFIGURATION >> 20));
    (value.text.len() > MAX_CONFIGURATION).then(|| Document { limit: Some(limit()), ..Document::default() })
}

/// Adds the nodes of `inner`. For AEM, a problem in `inner` is not a problem of the file around it.
pub(super) fn append(document: &mut Document, inner: Document, reading: Reading) {
    let before = document.nodes.len();
    document.limit = document.limit.take().or(inner.limit);
    match reading {
        Reading::Aem if inner.problem.is_some() => return,
        Reading::Aem => {}
        Reading::Tolerant => document.problem = document.problem.take().or(inner.problem),
    }
    document.nodes.extend(inner.nodes.into_iter().map(|mut node| {
        node.parent = node.parent.map(|parent| parent + before);
        node
    }));
}

/// Adds the nodes of one repoinit text for `run_modes`; `values`, written in `source`, are its lines or pieces of several
/// lines.
pub(super) fn append_lines(
    document: &mut Document,
    source: &str,
    values: impl Iterator<Item = Value>,
    run_modes: &[String],
    reading: Reading,
) {
    let mut script = Rewritten::default();
    for value in values {
        script.append(&aligned(source, &value));
        script.replace("\n", Span::at(value.span.end));
    }
    let mut inner = repoinit::read(script.text(), reading);
    script.relocate(&mut inner);
    inner.nodes.iter_mut().for_each(|node| node.run_modes = run_modes.to_vec());
    append(document, inner, reading);
}

/// The text of a value with a mapping back to its source. If the mapping fails, the whole text maps to the whole value.
fn aligned(source: &str, value: &Value) -> Rewritten {
    let mut out = Rewritten::default();
    let mut at = value.span.start;
    let mut rest = value.text.as_str();
    while let Some(wanted) = rest.chars().next() {
        let written = source.get(at..value.span.end).unwrap_or("");
        let Some((taken, stands_for)) = step(written, rest, wanted) else { break };
        let span = Span::new(at, at + taken);
        match stands_for {
            Some(len) => out.replace(&rest[..len], span),
            None => out.copy(source, span),
        }
        at = span.end;
        rest = &rest[stands_for.unwrap_or(taken)..];
    }
    if rest.is_empty() && out.text() == value.text && out.limit().is_none() {
        return out;
    }
    Rewritten::whole(&value.text, value.span)
}

/// How many bytes of `written` are taken next, and how many bytes of `rest` they stand for if they differ.
fn step(written: &str, rest: &str, wanted: char) -> Option<(usize, Option<usize>)> {
    let mut characters = written.chars();
    let escaped = match characters.next()? {
        '\\' => backslash(characters.as_str(), wanted).map(|taken| 1 + taken),
        '&' => end_of_reference(written),
        // XML turns a line end into one character, and a tab or line end in an attribute into a space.
        '\r' if written.starts_with("\r\n") => Some(2),
        '\r' | '\n' | '\t' => (!written.starts_with(wanted)).then_some(1),
        _ => None,
    };
    match escaped {
        Some(taken) => {
            // A quote in the value of a reference may follow a backslash that the format removes.
            let same = written.starts_with(wanted) && taken == wanted.len_utf8();
            Some((taken, (!same).then(|| wanted.len_utf8())))
        }
        None if written.starts_with(wanted) => Some((common(written, rest), None)),
        None => None,
    }
}

/// The length of the reference at the start of `written`. Texts longer than any writer produces are not references.
fn end_of_reference(written: &str) -> Option<usize> {
    written.bytes().take(16).position(|byte| byte == b';').map(|end| end + 1)
}

/// How many bytes after a backslash stand with it for `wanted`.
fn backslash(behind: &str, wanted: char) -> Option<usize> {
    let first = behind.chars().next()?;
    if first == 'u' {
        let unit = |text: &str| u16::from_str_radix(text.get(1..5)?, 16).ok();
        let high = unit(behind)?;
        let pair = behind.get(5..).and_then(|low| low.strip_prefix('\\')).and_then(unit);
        return match char::from_u32(u32::from(high)) {
            Some(_) => Some(5),
            None => pair.map(|_| 11),
        };
    }
    match (first, wanted) {
        ('n' | 'r' | 't' | 'b' | 'f', _) if wanted.is_control() => Some(1),
        // XML may have written the character after the backslash as a reference.
        ('&', _) if wanted != '&' => end_of_reference(behind),
        _ => (first == wanted).then(|| first.len_utf8()),
    }
}

/// The length of the common prefix, up to a possible escape.
fn common(written: &str, rest: &str) -> usize {
    let plain = |c: char| !matches!(c, '\\' | '&' | '\r' | '\n' | '\t');
    let same = written.chars().zip(rest.chars()).enumerate();
    let same = same.take_while(|&(index, (a, b))| a == b && (index == 0 || plain(a)));
    same.map(|(_, (a, _))| a.len_utf8()).sum()
}

#[cfg(test)]
mod tests;
