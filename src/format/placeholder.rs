//! Placeholders of Felix' configuration interpolation: `$[type:name;directive=value]`
//! (`org.apache.felix.configadmin.plugin.interpolation.Interpolator`).

use std::collections::{BTreeMap, HashSet};

/// Maximum depth of nested placeholders.
const MAX_DEPTH: usize = 16;
/// Maximum number of placeholders evaluated in one value: the reference may evaluate one repeatedly.
const MAX_STEPS: usize = 10_000;
/// Maximum length of a value that is interpolated, in bytes.
const MAX_LENGTH: usize = 1 << 16;

const START: [char; 2] = ['$', '['];

/// A placeholder to look up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// `secret`, `env`, `prop` or `conf`; any other kind is looked up too, and never found.
    pub kind: String,
    /// The name of the variable, with placeholders in it already replaced.
    pub name: String,
    /// `type`, `delimiter`, `default`.
    pub directives: BTreeMap<String, String>,
    /// Number of placeholders around it; 0 for one directly in the value.
    pub depth: usize,
}

/// `value` with every placeholder replaced that `provide` resolves, as `Interpolator#replace` does: a backslash makes a
/// bracket literal, placeholders nest, one without an end stays unchanged. Values that are longer or nested deeper than
/// any real one are returned unchanged.
pub fn interpolate(value: &str, provide: &mut dyn FnMut(&Lookup) -> Option<String>) -> String {
    if !value.contains("$[") || value.len() > MAX_LENGTH {
        return value.to_owned();
    }
    let mut interpolator = Interpolator { provide, visited: HashSet::new(), steps: 0 };
    interpolator.replace(value.chars().collect(), 0).into_iter().collect()
}

struct Interpolator<'p> {
    provide: &'p mut dyn FnMut(&Lookup) -> Option<String>,
    visited: HashSet<String>,
    steps: usize,
}

impl Interpolator<'_> {
    fn replace(&mut self, mut value: Vec<char>, depth: usize) -> Vec<char> {
        let mut index = 0;
        // The reference starts one character before the value, so that its steps of two end on odd offsets.
        let mut step = START.len() - 1;
        while index < value.len() && self.steps < MAX_STEPS && depth < MAX_DEPTH {
            self.steps += 1;
            let Some((start, end)) = boundaries(&mut value, index) else { break };
            let key = &value[start + START.len()..end];
            let Some(colon) = key.iter().position(|&c| c == ':') else {
                index += std::mem::replace(&mut step, START.len());
                continue;
            };
            let kind: String = key[..colon].iter().collect();
            let rest = &key[colon + 1..];
            let semicolon = rest.iter().position(|&c| c == ';');
            let raw_name = rest[..semicolon.unwrap_or(rest.len())].to_vec();
            let raw_directives = semicolon.map(|at| rest[at + 1..].to_vec());
            let directives = raw_directives.map(|raw| directives(self.replace(raw, depth + 1))).unwrap_or_default();
            let id = format!("{kind}:{}", raw_name.iter().collect::<String>());
            let name = self.replace(raw_name, depth + 1).into_iter().collect();
            if !self.visited.insert(id.clone()) {
                index += std::mem::replace(&mut step, START.len());
                continue;
            }
            match (self.provide)(&Lookup { kind, name, directives, depth }) {
                Some(replacement) => {
                    let replacement = self.replace(replacement.chars().collect(), depth + 1);
                    index = start + replacement.len();
                    step = START.len();
                    value.splice(start..=end, replacement);
                }
                None => index += std::mem::replace(&mut step, START.len()),
            }
            self.visited.remove(&id);
        }
        value
    }
}

/// The next placeholder from `from` on: the positions of its beginning and of its closing bracket. Backslashes that
/// make a bracket literal are removed on the way, even if there is no placeholder.
fn boundaries(value: &mut Vec<char>, from: usize) -> Option<(usize, usize)> {
    let start = next_start(value, from)?;
    let mut index = start + START.len();
    let mut depth = 1usize;
    while index < value.len() {
        if matches!(value[index], '[' | ']') {
            let literal = value[index - 1] == '\\' && value[index - 2] != '\\';
            if literal {
                value.remove(index - 1);
                index -= 1;
            } else if value[index] == '[' {
                depth += 1;
            } else {
                depth -= 1;
            }
            if depth == 0 {
                return Some((start, index));
            }
        }
        index += 1;
    }
    None
}

fn next_start(value: &mut Vec<char>, mut from: usize) -> Option<usize> {
    loop {
        let found = value.get(from..)?.windows(START.len()).position(|pair| pair == START)?;
        let start = from + found;
        let literal = start > 0 && value[start - 1] == '\\' && (start == 1 || value[start - 2] != '\\');
        if !literal {
            return Some(start);
        }
        value.remove(start - 1);
        from = start + 1;
    }
}

/// `Interpolator#parseDirectives`: `key=value` separated by unescaped semicolons; of several equal keys, the last one
/// counts.
fn directives(text: Vec<char>) -> BTreeMap<String, String> {
    let mut directives = BTreeMap::new();
    let mut directive: Vec<char> = Vec::new();
    let mut put = |directive: &mut Vec<char>| {
        let text: String = std::mem::take(directive).into_iter().collect();
        let (key, value) = text.split_once('=').unwrap_or((&text, ""));
        directives.insert(key.to_owned(), value.to_owned());
    };
    for c in text {
        let literal = match directive.as_slice() {
            [.., before, '\\'] => *before != '\\',
            ['\\'] => true,
            _ => false,
        };
        match c {
            ';' if literal => {
                directive.pop();
                directive.push(c);
            }
            ';' => put(&mut directive),
            c => directive.push(c),
        }
    }
    put(&mut directive);
    directives
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_defaults(value: &str) -> String {
        interpolate(value, &mut |lookup| lookup.directives.get("default").cloned())
    }

    #[test]
    fn defaults_nest_and_escapes_are_literal() {
        assert_eq!(with_defaults("https://$[env:HOST;default=a.b]/x"), "https://a.b/x");
        assert_eq!(with_defaults("$[env:A;default=$[env:B;default=c]]"), "c");
        assert_eq!(with_defaults("$[env:A;default=a\\;b]"), "a;b");
        assert_eq!(with_defaults("\\$[env:A;default=b]"), "$[env:A;default=b]");
        assert_eq!(with_defaults("$[env:A;default=b"), "$[env:A;default=b");
    }

    #[test]
    fn a_placeholder_that_gives_itself_ends() {
        let mut given = 0;
        let value = interpolate("$[env:A]", &mut |_| {
            given += 1;
            Some("x$[env:A]".to_owned())
        });
        assert_eq!(value, "x$[env:A]");
        assert_eq!(given, 1);
    }

    #[test]
    fn values_without_an_end_come_back() {
        for unit in ["$[", "$[a:", "$[a:b;default=", "[", "$[a:b", "\\\\$["] {
            let value = unit.repeat(10_000);
            assert_eq!(with_defaults(&value), value, "{unit}");
        }
    }

    #[test]
    fn escapes_count_wherever_a_bracket_stands() {
        for (value, expected) in [
            ("x\\$[env:A;default=b]$[env:A;default=c]", "x$[env:A;default=b]c"),
            ("x\\\\$[env:A;default=b]", "x\\\\b"),
            ("$[env:A;default=b\\]c]", "b]c"),
            ("$[env:A;default=b\\\\]c]", "b\\\\c]"),
            ("$[env:A;\\;default=b;default=c]", "c"),
            ("$[env:A;default=c;\\;default=b]", "c"),
        ] {
            assert_eq!(with_defaults(value), expected, "{value}");
        }
    }

    #[test]
    fn names_and_directives_know_how_deep_they_stand() {
        let mut seen = Vec::new();
        interpolate("$[env:$[env:B];default=$[env:C]]", &mut |lookup| {
            seen.push((lookup.name.clone(), lookup.depth));
            (lookup.depth > 0).then(|| format!("{}x", lookup.name))
        });
        let expected = [("C", 1), ("B", 1), ("Bx", 0)].map(|(name, depth)| (name.to_owned(), depth));
        // An unresolved placeholder is evaluated again from inside.
        assert_eq!(seen[..3], expected);
    }

    #[test]
    fn placeholders_that_a_replacement_brings_stand_deeper() {
        let mut seen = Vec::new();
        let value = interpolate("$[env:A]", &mut |lookup| {
            seen.push((lookup.name.clone(), lookup.depth));
            (lookup.name == "A").then(|| "$[env:B]".to_owned())
        });
        assert_eq!(value, "$[env:B]");
        assert_eq!(seen, [("A", 0), ("B", 1)].map(|(name, depth)| (name.to_owned(), depth)));
    }

    #[test]
    fn what_stands_within_an_unknown_placeholder_is_replaced() {
        let known = |value| interpolate(value, &mut |lookup| (lookup.kind == "env").then(|| "x".to_owned()));
        assert_eq!(known("$[$[env:A]:b]"), "$[x:b]");
    }

    #[test]
    fn nesting_and_steps_end_at_their_limits() {
        let nested = |depth: usize| format!("{}c{}", "$[env:A;default=".repeat(depth), "]".repeat(depth));
        assert_eq!(with_defaults(&nested(MAX_DEPTH)), "c");
        // The innermost one stays, and its semicolon separates a directive of the one around it.
        assert_eq!(with_defaults(&nested(MAX_DEPTH + 1)), "c]");
        let repeated = "$[a:]".repeat(MAX_STEPS + 1);
        assert_eq!(interpolate(&repeated, &mut |_| Some(String::new())), "$[a:]");
    }

    #[test]
    fn long_values_come_back_unchanged() {
        let value = |blanks: usize| format!("{}$[env:A;default=b]", " ".repeat(blanks));
        let most = MAX_LENGTH - value(0).len();
        assert!(with_defaults(&value(most)).ends_with(" b"));
        assert_eq!(with_defaults(&value(most + 1)), value(most + 1));
    }
}
