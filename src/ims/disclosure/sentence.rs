//! Masks anything that looks like a secret in sentences of rules, plans and readers that quote values.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::placeholder;
use crate::format::Span;
use crate::ims::secrets;
use crate::patterns::constant_regex;

/// What must not be shown in a sentence.
static PARTS: LazyLock<Regex> = LazyLock::new(|| {
    let parts = [
        // User and password of a URL: everything up to the last `@`.
        r"[A-Za-z][0-9A-Za-z+.-]*:/{2}(?P<user>[^\s`<>]*)@",
        // A query, of a URL or a path.
        r#"[0-9A-Za-z_.\]}%/-]+/[^\s`?"<>]*[?](?P<query>[^\s`"<>]+)"#,
        r"://[^\s`?#]*[?#](?P<rest>[^\s`]+)",
        r#"\$\[secret:[^;\]\s`]*;(?:[^\]`]*;)?default=(?P<default>[^`\n]*)"#,
    ];
    constant_regex(&parts.join("|"))
});

/// The parts of a sentence that are not shown: sorted, without overlaps.
pub fn hidden(text: &str) -> Vec<Span> {
    let mut found = secrets::tokens_in_text(text);
    // Nothing of the other kinds without one of these.
    if text.contains(['@', '?', '#', '$']) {
        for captures in PARTS.captures_iter(text) {
            let groups = ["user", "query", "rest"].into_iter().find_map(|group| captures.name(group));
            if let Some(group) = groups {
                found.extend(but_placeholders(text, Span::new(group.start(), group.end())));
            }
        }
        found.extend(defaults(text));
    }
    super::merge(found)
}

/// What is not shown of `$[secret:NAME;default=…]` wherever it stands.
fn defaults(text: &str) -> Vec<Span> {
    let filled = placeholder::fill(text, &|_| Vec::new());
    let mut hidden = filled.hidden();
    // One without an end goes to the end of the code or the line.
    static OPEN: LazyLock<Regex> =
        LazyLock::new(|| constant_regex(r"\$\[secret:[^\]`\n]*?;[^\]`\n]*?default=(?P<open>[^`\n]*)"));
    for captures in OPEN.captures_iter(text) {
        if let Some(open) = captures.name("open").filter(|open| !open.as_str().contains(']')) {
            hidden.push(Span::new(open.start(), open.end()));
        }
    }
    hidden
}

fn but_placeholders(text: &str, part: Span) -> Vec<Span> {
    let filled = placeholder::fill(&text[part.range()], &|_| Vec::new());
    let all = if filled.is_all() { Vec::new() } else { vec![Span::new(0, part.end - part.start)] };
    filled.merged(all).into_iter().map(|span| super::shifted(span, part.start)).collect()
}

/// A sentence with a mask for what is not shown.
pub fn masked(text: &str) -> Cow<'_, str> {
    super::mask(text, &hidden(text))
}

/// Masks what may not be shown of a sentence in its place.
pub fn mask(text: &mut Cow<'static, str>) {
    let hidden = hidden(text);
    if !hidden.is_empty() {
        *text = Cow::Owned(super::mask(text, &hidden).into_owned());
    }
}
