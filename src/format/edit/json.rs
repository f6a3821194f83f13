//! Edits of `.cfg.json`.

use std::collections::HashMap;

use super::sequence::{Fate, Sequence, SequencePlan, Syntax};
use super::{Becomes, Edit, Refusal, Replacement, Task};
use crate::format::cfg_json::{self, Key, Source, quote};
use crate::format::json::{self, Json, Tree};
use crate::format::{Property, Reading, Span};
use crate::source::Limits;

/// A member of the root object.
struct JsonMember<'a> {
    json: Json<'a>,
    key: Key<'a>,
}

/// The replacements for the changes of `task`.
pub(super) fn replacements(task: &Task<'_>) -> Edit {
    let text = task.text;
    let names = names_of_aem(task)?;
    let tree = parse(text, Reading::Tolerant);
    let root = cfg_json::root(&tree, Reading::Tolerant).map_err(|problem| Refusal::file(problem.message))?;
    let members: Vec<JsonMember<'_>> = root
        .members()
        .map(|json| JsonMember {
            json,
            key: Key::parse(json.key().unwrap_or_default(), json.key_span(), Reading::Tolerant),
        })
        .collect();
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, member) in members.iter().enumerate() {
        by_name.entry(member.key.name.to_ascii_lowercase()).or_default().push(index);
    }
    let colon = members.first().map_or(": ", |member| colon(text, member.json));
    let mut plan = SequencePlan { fates: vec![Fate::Keep; members.len()], added: Vec::new() };
    let mut out = Vec::new();
    for change in &task.wanted {
        let found = by_name.get(&change.name.to_ascii_lowercase()).map_or(&[][..], Vec::as_slice);
        match (&change.becomes, found.last()) {
            (Becomes::Nothing, _) => found.iter().for_each(|&index| plan.fates[index] = Fate::Remove),
            (becomes, Some(&last)) => {
                let fits = fits(&members[last].key, becomes);
                if !fits {
                    // Under the new key, the members that it hid would become visible beside it.
                    found.iter().filter(|&&index| index != last).for_each(|&index| plan.fates[index] = Fate::Remove);
                    out.push(untyped(&members[last]));
                }
                rewrite(text, members[last].json, becomes, change.now.filter(|_| fits), &mut out)?;
            }
            (becomes, None) if !change.name.contains(':') && !names.contains_key(&cfg_json::fold(change.name)) => {
                plan.added.push((None, format!("{}{colon}{}", quoted(change.name), value(becomes))));
            }
            (_, None) => {
                let reason = "a property cannot be added to the file under this name";
                return Err(Refusal::new(format!("{reason}: `{}`", change.name)));
            }
        }
    }
    let last = plan.fates.iter().rposition(|fate| *fate != Fate::Remove);
    plan.added.iter_mut().for_each(|(anchor, _)| *anchor = last);
    let span = root.span();
    let items = members.iter().map(|member| extent(member.json)).collect();
    let (open, close) = (span.start + 1, span.end.saturating_sub(1));
    let root = Sequence { text, syntax: Syntax::Json, open, close, items, on_lines: true };
    out.extend(root.edit(plan)?);
    Ok(out)
}

fn parse(text: &str, reading: Reading) -> Tree<'_> {
    json::parse(text, cfg_json::dialect(reading), Limits::default().max_nesting)
}

/// The names that AEM sees, folded as AEM compares them. An error if AEM and a person read the file differently.
fn names_of_aem(task: &Task<'_>) -> Result<HashMap<String, ()>, Refusal> {
    let tree = parse(task.text, Reading::Aem);
    let refused = |problem: crate::format::Problem| {
        Refusal::file(format_args!("AEM does not load it ({}); correct it first", problem.message))
    };
    let root = cfg_json::root(&tree, Reading::Aem).map_err(refused)?;
    let properties = cfg_json::configuration(root, Reading::Aem, Source::File);
    let properties = properties.map_err(|rejection| refused(rejection.problem))?;
    if tree.limit.is_some() || properties != task.node.properties {
        return Err(Refusal::file("AEM reads other properties in it than a person does; correct it first"));
    }
    Ok(properties.iter().map(|property| (cfg_json::fold(&property.name), ())).collect())
}

/// The text between the key and the value of a member.
fn colon<'t>(text: &'t str, member: Json<'_>) -> &'t str {
    let between = text.get(member.key_span().end + 1..value_extent(member).start).unwrap_or("");
    if between.trim_matches([' ', '\t']) == ":" { between } else { ": " }
}

/// Where a value is written, quotes included.
fn value_extent(json: Json<'_>) -> Span {
    let span = json.span();
    if json.as_str().is_some() { Span::new(span.start.saturating_sub(1), span.end + 1) } else { span }
}

/// Where a member is written, from the quote of its key to the end of its value.
fn extent(member: Json<'_>) -> Span {
    Span::new(member.key_span().start.saturating_sub(1), value_extent(member).end)
}

pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    quote(text, &mut out);
    out
}

fn value(becomes: &Becomes<'_>) -> String {
    match becomes {
        Becomes::Value(value) => quoted(value),
        Becomes::List(_, texts) => format!("[{}]", texts.iter().copied().map(quoted).collect::<Vec<_>>().join(", ")),
        Becomes::Nothing => String::new(),
    }
}

/// Whether the type in the key, if there is one, matches the new value.
fn fits(key: &Key<'_>, becomes: &Becomes<'_>) -> bool {
    let is_list = matches!(becomes, Becomes::List(..));
    key.internal
        || match key.type_info {
            None => true,
            Some("String[]" | "Collection" | "Collection<String>") => is_list,
            Some(info) => info == "String" && !is_list,
        }
}

/// Removes the type from the key of a member.
fn untyped(member: &JsonMember<'_>) -> Replacement {
    let (key, written) = (&member.key, member.json.key_span());
    // A key with escapes is rewritten, because its type cannot be located in it.
    if key.span == written {
        let whole = Span::new(written.start.saturating_sub(1), written.end + 1);
        Replacement { span: whole, text: quoted(key.name) }
    } else {
        Replacement { span: Span::new(key.span.end, written.end), text: String::new() }
    }
}

/// Replaces the value of a member; `now` is the property, parts of which may be kept.
fn rewrite(
    text: &str,
    member: Json<'_>,
    becomes: &Becomes<'_>,
    now: Option<&Property>,
    out: &mut Vec<Replacement>,
) -> Result<(), Refusal> {
    if let (Becomes::List(items, _), Some(sequence)) = (becomes, list(text, member, now)) {
        out.extend(sequence.edit(SequencePlan::of(items, quoted, &sequence))?);
        return Ok(());
    }
    out.push(Replacement { span: value_extent(member), text: value(becomes) });
    Ok(())
}

/// The array whose elements are the values of `property`, if they are written as Strings.
fn list<'t>(text: &'t str, json: Json<'_>, property: Option<&Property>) -> Option<Sequence<'t>> {
    let property = property?;
    // AEM turns an array with elements of several types into one String, as a new String beside a number would cause.
    let written = json.is_array() && json.elements().all(|element| element.as_str().is_some());
    let items: Vec<Span> = json.elements().map(value_extent).collect();
    if !written || items.len() != property.values.len() {
        return None;
    }
    let (open, close) = (json.span().start + 1, json.span().end.saturating_sub(1));
    Some(Sequence { text, syntax: Syntax::Json, open, close, items, on_lines: false })
}
