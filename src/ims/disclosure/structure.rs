//! What is shown of a file between its properties: its structure. Comments, broken lines and anything else that no
//! reader understood are unknown text, of which only the keywords of the formats are shown.

use std::sync::LazyLock;

use regex::Regex;

use super::names::is_name;
use crate::format::Span;
use crate::patterns::constant_regex;

/// The syntax of the formats around names and values.
static KNOWN: LazyLock<Regex> = LazyLock::new(|| {
    let parts = [
        // XML: the declaration, namespaces, the names of elements.
        r#"<\?xml version="1\.[01]"(?: encoding="[A-Za-z0-9_-]{1,20}")?(?: standalone="(?:yes|no)")?\s*\?>"#,
        r#"xmlns:[A-Za-z]{1,20}="https?://[a-z.]{1,40}/[A-Za-z0-9/._-]{0,60}""#,
        r#"encoding="[A-Za-z0-9_-]{1,20}""#,
        r"</?(?P<element>[A-Za-z_][0-9A-Za-z_.:-]{0,100})",
        // Types before values.
        r"\{(?:Boolean|Long|Double|Decimal|Date|Name|Path|URI|Reference|WeakReference|Binary|String)\}",
        // A comment of this project.
        r"aem-ims-lint:\s*ignore\s*\[[a-z0-9, =-]{0,200}\]",
        // Keywords of the formats.
        concat!(
            r"(?-u:\b)(?:sv:(?:node|property|value|name|type|multiple)|xmlns|version|node|property|values?|type|nodetype",
            r"|PID|FACTORY_PID|Factory|BundleLocation|feature|configurations|configuration|settings|variables|artifacts",
            r"|runModes|prototype|bundles|start-order|content-packages|framework-properties|id|name|ignore|rule|reason|until",
            r"|true|false|null|String|Boolean|Integer|Long|Double|Float|Byte|Short|Character|Date|Path|Binary|export",
            r"|[TILFDXSCBtilfdxscb])(?-u:\b)",
        ),
    ];
    constant_regex(&parts.join("|"))
});

/// Harmless text between names and values.
fn is_sign(c: char) -> bool {
    c.is_whitespace() || "{}[]()<>\"',:;=/\\#!?*|&-".contains(c)
}

/// The parts of `text`, which lies between the properties of a file, that are not shown: sorted, without overlaps.
pub(in crate::ims) fn hidden(text: &str) -> Vec<Span> {
    let mut shown: Vec<Span> = Vec::new();
    for captures in KNOWN.captures_iter(text) {
        let Some(all) = captures.get(0) else { continue };
        let odd =
            captures.name("element").is_some_and(|name| !is_name(name.as_str()) || name.len() < 3 && all.len() < 2);
        let part_of_word = text[..all.start()].ends_with(|c: char| !is_sign(c))
            || text[all.end()..].starts_with(|c: char| !is_sign(c));
        if !odd && !part_of_word {
            shown.push(Span::new(all.start(), all.end()));
        }
    }
    let mut hidden: Vec<Span> = Vec::new();
    let mut shown = shown.into_iter().peekable();
    let mut at = 0;
    while at < text.len() {
        if shown.peek().is_some_and(|part| part.start == at) {
            at = shown.next().map_or(text.len(), |part| part.end);
            continue;
        }
        let end = shown.peek().map_or(text.len(), |part| part.start);
        words(text, Span::new(at, end), &mut hidden);
        at = end;
    }
    hidden
}

/// Runs of unknown words of one line, with the signs between them.
fn words(text: &str, within: Span, hidden: &mut Vec<Span>) {
    let mut from = within.start;
    for line in text[within.range()].split_inclusive(['\n', '\r']) {
        let first = line.find(|c: char| !is_sign(c));
        // A secret may end with one of these, a line of a format does not begin with them.
        let ends = |c: char| !is_sign(c) || matches!(c, '!' | '?' | '&' | '|' | ';' | '#');
        let last = line.char_indices().rev().find(|(_, c)| ends(*c)).map(|(at, c)| at + c.len_utf8());
        if let (Some(first), Some(last)) = (first, last)
            && first < last
        {
            hidden.push(Span::new(from + first, from + last));
        }
        from += line.len();
    }
}
