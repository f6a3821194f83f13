//! Placeholders in values: their names are shown, their defaults are handled like values.

use std::sync::LazyLock;

use regex::Regex;

use super::{merge, shifted};
use crate::format::Span;
use crate::ims::validity::placeholder::TYPES;
use crate::patterns::constant_regex;

/// Replaces each byte of a placeholder while the rest of a value is checked. It does not occur in values otherwise.
pub(super) const FILL: char = '\u{1}';

/// What the program's own sentences have in the place of a name or a default.
const ELLIPSIS: &str = "…";

/// A value in which [`FILL`] replaces placeholders; all offsets are those of the value.
pub(super) struct Filled {
    pub text: String,
    places: Vec<Span>,
    hidden: Vec<Span>,
}

impl Filled {
    /// Whether there are only placeholders.
    pub fn is_all(&self) -> bool {
        self.text.chars().all(|c| c == FILL || c.is_whitespace())
    }

    /// What is not shown of the placeholders.
    pub fn hidden(self) -> Vec<Span> {
        merge(self.hidden)
    }

    /// What is not shown of a value of which `hidden` may not be shown outside placeholders.
    pub fn merged(self, hidden: Vec<Span>) -> Vec<Span> {
        let mut all = self.hidden;
        for part in hidden {
            let mut at = part.start;
            for place in self.places.iter().filter(|place| place.start < part.end && part.start < place.end) {
                all.push(Span::new(at, place.start.max(at)));
                at = place.end;
            }
            all.push(Span::new(at.min(part.end), part.end));
        }
        merge(all)
    }
}

/// Finds the placeholders of `text`. `default` says what is not shown of a default.
pub(super) fn fill(text: &str, default: &dyn Fn(&str) -> Vec<Span>) -> Filled {
    let mut filled = Filled { text: String::new(), places: Vec::new(), hidden: Vec::new() };
    // A value may bring the character itself.
    let clean = |part: &str| part.replace(FILL, "?");
    let mut at = 0;
    while let Some(found) = text[at..].find(['$', '%']).map(|found| at + found) {
        let place =
            interpolated(text, found, default).or_else(|| built(text, found)).filter(|_| !is_escaped(text, found));
        let Some((end, hidden)) = place else {
            filled.text += &clean(&text[at..=found]);
            at = found + 1;
            continue;
        };
        filled.text += &clean(&text[at..found]);
        filled.text.extend(std::iter::repeat_n(FILL, end - found));
        filled.places.push(Span::new(found, end));
        filled.hidden.extend(hidden);
        at = end;
    }
    filled.text += &clean(&text[at..]);
    filled
}

fn is_escaped(text: &str, at: usize) -> bool {
    text[..at].ends_with('\\') && !text[..at].ends_with("\\\\")
}

/// `${name}`, `${{name}}`, `${env:NAME}` and `%s`.
fn built(text: &str, at: usize) -> Option<(usize, Vec<Span>)> {
    static BUILT: LazyLock<Regex> =
        LazyLock::new(|| constant_regex(r"^(?:\$\{\{?\s?(?:env:)?[A-Za-z_][0-9A-Za-z_.@-]{0,100}\s?\}?\}|%s)"));
    let found = BUILT.find(&text[at..])?;
    Some((at + found.end(), Vec::new()))
}

/// `$[type:name;directive=value]`: where it ends, and what is not shown of it.
fn interpolated(text: &str, at: usize, default: &dyn Fn(&str) -> Vec<Span>) -> Option<(usize, Vec<Span>)> {
    let inner_start = at + text[at..].strip_prefix("$[").map(|_| 2)?;
    let inner_end = closing(text, inner_start)?;
    let inner = &text[inner_start..inner_end];
    let (kind, rest) = inner.split_once(':').filter(|(kind, _)| TYPES.contains(kind))?;
    let mut hidden = Vec::new();
    let mut from = inner_start + kind.len() + 1;
    for (index, part) in parts(rest).into_iter().enumerate() {
        let span = Span::new(from, from + part.len());
        from = span.end + 1;
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        let value_start = span.start + key.len() + 1;
        match key {
            name if index == 0 => {
                if part.contains('=') || !is_variable(name) {
                    hidden.push(span);
                }
            }
            "default" => {
                let parts = if kind == "secret" { secret_default(value) } else { default(value) };
                hidden.extend(parts.into_iter().map(|part| shifted(part, value_start)));
            }
            "type" if value.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '[' | ']')) => {}
            "delimiter" if value.len() <= 2 => {}
            _ => hidden.push(span),
        }
    }
    Some((inner_end + 1, hidden))
}

/// The default of a secret is a secret, unless it is a placeholder.
fn secret_default(text: &str) -> Vec<Span> {
    let filled = fill(text, &secret_default);
    if filled.is_all() || text == ELLIPSIS { filled.hidden() } else { vec![Span::new(0, text.len())] }
}

/// Where the bracket is that ends what begins at `from`.
fn closing(text: &str, from: usize) -> Option<usize> {
    let mut depth = 1_usize;
    for (at, c) in text[from..].char_indices() {
        match c {
            '[' | ']' if is_escaped(text, from + at) => {}
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(from + at);
        }
    }
    None
}

/// What the semicolons divide that stand in no placeholder.
fn parts(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut from) = (Vec::new(), 0_usize, 0);
    for (at, c) in text.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            ';' if depth == 0 => {
                parts.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

/// Whether the name of a variable may be shown.
pub fn is_variable(name: &str) -> bool {
    if name == ELLIPSIS {
        return true;
    }
    (1..=100).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}
