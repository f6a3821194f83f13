//! Edits of Felix' `.config` files.
//!
//! The output matches what `ConfigurationHandler` of Apache Felix writes, with the file's own line ends.

use std::collections::HashMap;
use std::fmt::Write;

use super::lines::{self, is_blank};
use super::sequence::{Sequence, SequencePlan, Syntax};
use super::{Becomes, Edit, Refusal, Replacement, Task};
use crate::format::felix_config::{self, pairs::Pairs};
use crate::format::{Property, Reading, Span, ValueType};

/// A key with its value, as written.
struct WrittenEntry<'a> {
    property: &'a Property,
    extent: Span,
    kept: bool,
}

/// The replacements for the changes of `task`.
pub(super) fn replacements(task: &Task<'_>) -> Edit {
    let Task { text, wanted, .. } = task;
    let found = read(text)?;
    let mut pairs: Vec<WrittenEntry<'_>> = found
        .properties
        .iter()
        .chain(found.shadowed.iter().flatten())
        .map(|property| {
            let extent = Span::new(property.name_span.start, value_extent(property).end);
            WrittenEntry { property, extent, kept: true }
        })
        .collect();
    pairs.sort_by_key(|pair| pair.extent);
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, pair) in pairs.iter().enumerate() {
        by_name.entry(pair.property.name.to_ascii_lowercase()).or_default().push(index);
    }
    let end = lines::line_end(text);
    let found = |name: &str| by_name.get(&name.to_ascii_lowercase()).map_or(&[][..], Vec::as_slice);
    for change in wanted.iter().filter(|change| matches!(change.becomes, Becomes::Nothing)) {
        found(change.name).iter().for_each(|&index| pairs[index].kept = false);
    }
    let (mut out, mut added) = (Vec::new(), Vec::new());
    for change in wanted.iter().filter(|change| !matches!(change.becomes, Becomes::Nothing)) {
        match found(change.name).last() {
            Some(&last) => rewrite(text, &pairs[last..], &change.becomes, end, &mut out)?,
            None => added.push(format!("{}={}", escaped(change.name), value(&change.becomes, end))),
        }
    }
    add(text, &mut pairs, added, end, &mut out);
    out.extend(removals(text, pairs.iter().filter(|pair| !pair.kept).map(|pair| pair.extent).collect()));
    let out = lines::normalised(text, out);
    let edited = lines::replaced(text, &out).unwrap_or_default();
    if edited.ends_with('\r') {
        // `ConfigurationHandler` sees a character after the CR.
        return Err(Refusal::file("it has lines that end with CR alone; give it line ends of one kind"));
    }
    if edited.starts_with('\u{feff}') {
        return Err(Refusal::file("a key begins with a byte order mark; remove that first"));
    }
    if text.starts_with('#') || !edited.starts_with('#') || ends_with_lf(&edited) {
        return Ok(out);
    }
    // In a file that begins with `#`, everything up to the first LF is dropped.
    Ok([vec![Replacement { span: Span::at(0), text: " ".to_owned() }], out].concat())
}

/// The pairs of the file. An error if AEM and a person read it differently.
fn read(text: &str) -> Result<Pairs, Refusal> {
    let refused = |problem: crate::format::Problem| {
        Refusal::file(format_args!("AEM does not read all of it ({}); correct it first", problem.message))
    };
    let aem = felix_config::read_all(text, Reading::Aem).map_err(refused)?;
    if let Some(problem) = aem.problem {
        return Err(refused(problem));
    }
    let seen = felix_config::read_all(text, Reading::Tolerant).map_err(refused)?;
    if aem.properties != seen.properties || aem.shadowed != seen.shadowed {
        return Err(Refusal::file("AEM reads other properties in it than a person does; correct it first"));
    }
    for property in aem.properties.iter().chain(aem.shadowed.iter().flatten()) {
        let mut values = property.values.iter().map(|value| value.span);
        if let Some(span) = values.find(|span| !ends_plainly(text, span.end + 1, property.multiple)) {
            let line = 1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..span.start]).count();
            let reason = "something is written right behind a value";
            return Err(Refusal::file(format_args!("{reason} (line {line}); correct it first")));
        }
    }
    Ok(aem)
}

/// Whether the value that ends at `end`, its quote included, clearly ends there: nothing after it suggests a later end.
fn ends_plainly(text: &str, end: usize, in_list: bool) -> bool {
    let rest = text.as_bytes().get(end..).unwrap_or_default();
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    match rest.get(blanks) {
        None | Some(b'\n' | b'\r') => true,
        Some(b',' | b']' | b')' | b'\\') => in_list,
        Some(b'#') => !in_list && blanks > 0,
        Some(_) => false,
    }
}

/// Whether the first line of `text` ends with LF or CR LF.
fn ends_with_lf(text: &str) -> bool {
    let end = lines::end_of_line(text, 0);
    text[end..].starts_with('\n') || text[end..].starts_with("\r\n")
}

/// Where a value is written, quotes and type included.
fn value_extent(property: &Property) -> Span {
    match property.values.as_slice() {
        [value] if !property.multiple && value.span == property.span => {
            Span::new(value.span.start.saturating_sub(1), value.span.end + 1)
        }
        _ => property.span,
    }
}

/// Text as `ConfigurationHandler#writeQuoted` writes it.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '"' | ' ' | '=' => out.extend(['\\', c]),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\0'..='\u{1f}' => {
                // Writing into a string cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

fn value(becomes: &Becomes<'_>, end: &str) -> String {
    match becomes {
        Becomes::Value(value) => quoted(value),
        Becomes::List(_, texts) => {
            let items: String = texts.iter().map(|text| format!("  {}, \\{end}", quoted(text))).collect();
            format!("[ \\{end}{items}  ]")
        }
        Becomes::Nothing => String::new(),
    }
}

/// Replaces the value of the first of `pairs`.
fn rewrite(
    text: &str,
    pairs: &[WrittenEntry<'_>],
    becomes: &Becomes<'_>,
    end: &str,
    out: &mut Vec<Replacement>,
) -> Result<(), Refusal> {
    let Some((pair, others)) = pairs.split_first() else { return Ok(()) };
    if let (Becomes::List(items, _), Some(sequence)) = (becomes, list(text, pair.property)) {
        out.extend(sequence.edit(SequencePlan::of(items, quoted, &sequence))?);
        return Ok(());
    }
    let mut new = value(becomes, end);
    if matches!(becomes, Becomes::Value(_)) {
        new.push_str(separator(text, pair, others, end));
    }
    out.push(Replacement { span: value_extent(pair.property), text: new });
    Ok(())
}

/// The separator that a quoted value needs so that a person sees its end: after a list, another pair or a comment may
/// follow directly on the line.
fn separator<'e>(text: &str, pair: &WrittenEntry<'_>, others: &[WrittenEntry<'_>], end: &'e str) -> &'e str {
    let blanks_end = lines::blanks_after(text, pair.extent.end);
    let mut next = blanks_end;
    for gone in others.iter().take_while(|other| !other.kept) {
        if gone.extent.start != next {
            break;
        }
        next = lines::blanks_after(text, gone.extent.end);
    }
    // The blanks after removed pairs are removed with them (`removals`).
    let kept = &text[pair.extent.end..blanks_end];
    let comment = text[next..].starts_with('#') && kept.trim_start_matches([' ', '\t']).is_empty();
    if lines::ends_line(text, next) || comment && !kept.is_empty() {
        ""
    } else if comment {
        " "
    } else {
        end
    }
}

/// The list that contains the values of `property`, if they are Strings.
fn list<'t>(text: &'t str, property: &Property) -> Option<Sequence<'t>> {
    if !property.multiple || property.value_type != ValueType::String {
        return None;
    }
    let written = text.get(property.span.range())?;
    let open = property.span.start + written.find(['[', '('])? + 1;
    let close = property.span.end.checked_sub(1)?;
    let items = property.values.iter().map(|value| Span::new(value.span.start.saturating_sub(1), value.span.end + 1));
    Some(Sequence { text, syntax: Syntax::Felix, open, close, items: items.collect(), on_lines: false })
}

/// Adds new pairs on lines of their own after the last kept pair.
fn add(text: &str, pairs: &mut [WrittenEntry<'_>], added: Vec<String>, end: &str, out: &mut Vec<Replacement>) {
    if added.is_empty() {
        return;
    }
    let added = added.join(end);
    let (span, added) = if let Some(last) = pairs.iter().rposition(|pair| pair.kept) {
        (Span::at(line_end_behind(text, &pairs[last..])), format!("{end}{added}"))
    } else if let Some((first, others)) = pairs.split_first_mut() {
        // Everything is removed: the new pairs take the place of the first one.
        first.kept = true;
        let separator = separator(text, first, others, end);
        (first.extent, format!("{added}{separator}"))
    } else if lines::begins_line(text, text.len()) {
        (Span::at(text.len()), format!("{added}{end}"))
    } else {
        (Span::at(text.len()), format!("{end}{added}"))
    };
    out.push(Replacement { span, text: added });
}

/// The end of the line that the first of `pairs` ends in, after any of the others that begin in it.
fn line_end_behind(text: &str, pairs: &[WrittenEntry<'_>]) -> usize {
    let mut at = pairs.first().map_or(text.len(), |pair| lines::end_of_line(text, pair.extent.end));
    for other in pairs.iter().skip(1) {
        if other.extent.start > at {
            break;
        }
        at = lines::end_of_line(text, other.extent.end);
    }
    at
}

/// Removes pairs, and the lines that contain nothing else.
fn removals(text: &str, extents: Vec<Span>) -> Vec<Replacement> {
    // Pairs that are separated only by blanks are removed together.
    let extents = lines::merged(extents, |between| text[between.range()].chars().all(is_blank));
    let spans = extents.into_iter().map(|extent| tidied(text, extent)).collect();
    let mut out = Vec::new();
    for mut span in lines::merged(spans, |_| false) {
        if span.end == text.len() && !lines::begins_line(text, span.end) && lines::begins_line(text, span.start) {
            // The last line had no line end, so the line before gets none; but a comment in the first line needs one
            // (`InternalResource#readDictionary` of the Sling installer).
            let before = lines::before_line_end(text, span.start);
            if !text.starts_with('#') || text[..before].contains('\n') {
                span.start = before;
            }
        }
        out.push(Replacement { span, text: String::new() });
    }
    out
}

fn tidied(text: &str, extent: Span) -> Span {
    let before = lines::blanks_before(text, extent.start);
    let after = lines::blanks_after(text, extent.end);
    let (alone, last) = (lines::begins_line(text, before), lines::ends_line(text, after));
    match (alone, last) {
        (true, true) => Span::new(before, lines::after_line_end(text, after)),
        (false, true) => Span::new(before, after),
        _ => Span::new(extent.start, after),
    }
}
