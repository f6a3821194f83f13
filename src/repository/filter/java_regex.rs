//! Patterns of `java.util.regex.Pattern`, translated for a Rust engine with look-around and back-references.
//!
//! What Java writes otherwise: quotations `\Q…\E`, classes that are ASCII unless told otherwise (`\d`, `\w`, `\s`, `\b`
//! aside), POSIX classes `\p{Alpha}`, `\h`, `\v`, `\R`, `\uXXXX`, octal escapes, and a `.` that stops at more line ends.

use std::iter::Peekable;
use std::str::Chars;

use fancy_regex::{Regex, RegexBuilder};

/// Steps of backtracking before a match is given up.
const BACKTRACK_LIMIT: usize = 200_000;
/// Largest compiled pattern.
const SIZE_LIMIT: usize = 1 << 20;

/// POSIX classes of Java, which are ASCII, and the name of the same class in brackets.
const POSIX: &[(&str, &str)] = &[
    ("Lower", "lower"),
    ("Upper", "upper"),
    ("ASCII", "ascii"),
    ("Alpha", "alpha"),
    ("Digit", "digit"),
    ("Alnum", "alnum"),
    ("Punct", "punct"),
    ("Graph", "graph"),
    ("Print", "print"),
    ("Blank", "blank"),
    ("Cntrl", "cntrl"),
    ("XDigit", "xdigit"),
    ("Space", "space"),
];

/// Escapes that stand for a set of characters, as the inside of a class.
const SETS: &[(char, &str)] = &[
    ('d', "0-9"),
    ('w', "a-zA-Z_0-9"),
    ('s', r" \t\n\x0B\f\r"),
    ('h', r" \t\xA0\u{1680}\u{180e}\u{2000}-\u{200a}\u{202f}\u{205f}\u{3000}"),
    ('v', r"\n\x0B\f\r\u{85}\u{2028}\u{2029}"),
];

/// A regular expression that matches the whole of a text, as `Matcher#matches` does.
pub(super) fn full_match(pattern: &str) -> Result<Regex, String> {
    let translated = translate(pattern)?;
    RegexBuilder::new(&format!(r"\A(?:{translated})\z"))
        .backtrack_limit(BACKTRACK_LIMIT)
        .delegate_size_limit(SIZE_LIMIT)
        .build()
        .map_err(|error| format!("`{pattern}` is not a regular expression: {error}"))
}

fn translate(pattern: &str) -> Result<String, String> {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut chars = pattern.chars().peekable();
    let mut classes = 0_usize;
    while let Some(character) = chars.next() {
        match character {
            '\\' => escape(&mut chars, classes > 0, &mut out).map_err(|error| format!("`{pattern}`: {error}"))?,
            '[' => {
                classes += 1;
                out.push('[');
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                // Right after the opening, a closing bracket is itself.
                if chars.next_if_eq(&']').is_some() {
                    out.push_str(r"\]");
                }
            }
            ']' if classes > 0 => {
                classes -= 1;
                out.push(']');
            }
            // `~~` is an operator of the Rust engine only.
            '~' if classes > 0 => out.push_str(r"\~"),
            '.' if classes == 0 => out.push_str(r"[^\n\r\u{85}\u{2028}\u{2029}]"),
            '(' if classes == 0 => {
                out.push('(');
                flags(&mut chars, &mut out);
            }
            _ => out.push(character),
        }
    }
    Ok(out)
}

/// Leaves out the flags of an inline group that mean what the Rust engine does anyway: `d`, `u` and `U`.
fn flags(chars: &mut Peekable<Chars<'_>>, out: &mut String) {
    let mut ahead = chars.clone();
    if ahead.next() != Some('?') {
        return;
    }
    let letters: String =
        ahead.by_ref().take_while(|character| character.is_ascii_alphabetic() || *character == '-').collect();
    if letters.is_empty() || !letters.chars().all(|letter| "idmsuxU-".contains(letter)) {
        return;
    }
    for _ in 0..=letters.len() {
        chars.next();
    }
    out.push('?');
    out.extend(letters.chars().filter(|letter| !"duU".contains(*letter)));
}

fn escape(chars: &mut Peekable<Chars<'_>>, in_class: bool, out: &mut String) -> Result<(), String> {
    let Some(escaped) = chars.next() else { return Err("ends with a backslash".to_owned()) };
    if let Some((_, set)) = SETS.iter().find(|(letter, _)| *letter == escaped.to_ascii_lowercase()) {
        match (escaped.is_ascii_uppercase(), in_class) {
            (false, true) => out.push_str(set),
            (false, false) => out.extend(["[", set, "]"]),
            (true, _) => out.extend(["[^", set, "]"]),
        }
        return Ok(());
    }
    match escaped {
        'Q' => quote(chars, out),
        'E' => {}
        'p' | 'P' => property(chars, escaped == 'P', out)?,
        'R' => out.push_str(r"(?>\r\n|[\n\x0B\f\r\u{85}\u{2028}\u{2029}])"),
        'e' => out.push_str(r"\x1B"),
        'c' => {
            let control = chars.next().ok_or("ends within an escape")?;
            literal(char::from_u32(u32::from(control) ^ 64).unwrap_or(control), out);
        }
        'x' if chars.peek() == Some(&'{') => out.push_str(r"\x"),
        'x' => literal(digits(chars, 2, 16)?, out),
        'u' => literal(digits(chars, 4, 16)?, out),
        '0' => {
            let octal: String = std::iter::from_fn(|| chars.next_if(|c| c.is_digit(8))).take(3).collect();
            let code = u32::from_str_radix(&octal, 8).map_err(|_| "an octal escape without digits")?;
            literal(char::from_u32(code).unwrap_or('\0'), out);
        }
        'a' | 'f' | 'n' | 'r' | 't' | 'b' | 'B' | 'A' | 'G' | 'z' | 'Z' | 'k' | '1'..='9' => {
            out.extend(['\\', escaped])
        }
        letter if letter.is_ascii_alphabetic() => return Err(format!("`\\{letter}` is no escape")),
        other => literal(other, out),
    }
    Ok(())
}

/// Writes a character that means nothing but itself.
fn literal(character: char, out: &mut String) {
    if character.is_ascii_punctuation() && !matches!(character, '<' | '>') {
        out.push('\\');
    }
    out.push(character);
}

fn quote(chars: &mut Peekable<Chars<'_>>, out: &mut String) {
    while let Some(character) = chars.next() {
        if character == '\\' && chars.next_if_eq(&'E').is_some() {
            return;
        }
        literal(character, out);
    }
}

fn property(chars: &mut Peekable<Chars<'_>>, negated: bool, out: &mut String) -> Result<(), String> {
    let letter = if negated { 'P' } else { 'p' };
    if chars.next_if_eq(&'{').is_none() {
        let category = chars.next().ok_or("ends within an escape")?;
        out.extend(['\\', letter, category]);
        return Ok(());
    }
    let name: String = chars.by_ref().take_while(|character| *character != '}').collect();
    let sign = if negated { "^" } else { "" };
    match POSIX.iter().find(|(java, _)| *java == name) {
        Some((_, posix)) => out.push_str(&format!("[[:{sign}{posix}:]]")),
        // Scripts, blocks and properties carry a prefix in Java.
        None => {
            let name = name.strip_prefix("Is").or_else(|| name.strip_prefix("java")).unwrap_or(&name);
            let name = name.trim_end_matches("Case");
            out.push_str(&format!("\\{letter}{{{name}}}"));
        }
    }
    Ok(())
}

fn digits(chars: &mut Peekable<Chars<'_>>, count: usize, radix: u32) -> Result<char, String> {
    let digits: String = chars.by_ref().take(count).collect();
    if digits.len() != count {
        return Err("ends within an escape".to_owned());
    }
    let code = u32::from_str_radix(&digits, radix).map_err(|_| format!("`{digits}` is not a number"))?;
    char::from_u32(code).ok_or_else(|| "half of a surrogate pair".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        full_match(pattern).unwrap().is_match(text).unwrap()
    }

    #[test]
    fn what_only_java_writes() {
        assert!(matches(r"\Q/a.b[\E(/.*)?", "/a.b[/c"));
        assert!(!matches(r"\Q/a.b\E", "/axb"));
        assert!(matches(r"/[a-z&&[^x]]+", "/abc"));
        assert!(!matches(r"/[a-z&&[^x]]+", "/axc"));
        assert!(matches(r"/\p{Alpha}\p{Lower}[\p{Digit}_]\P{Punct}", "/Ab_c"));
        assert!(!matches(r"/\p{Alpha}", "/é"));
        assert!(matches(r"/a++b", "/aab"));
        assert!(!matches(r"/a++ab", "/aab"));
        assert!(matches(r"/(a|b)\1", "/bb"));
        assert!(matches(r"/(?<x>a)\k<x>", "/aa"));
        assert!(matches(r"/(?!b).*", "/a"));
        assert!(!matches(r"/(?!b).*", "/b"));
        assert!(matches(r"/(?<=/)x", "/x"));
        assert!(matches(r"(?iu)/A", "/a"));
        assert!(matches("/\\u0041\\x42\\0103", "/ABC"));
        assert!(matches(r"/\d\w\s\h[\d\-]", "/1_ \t-"));
        assert!(!matches(r"/\d", "/\u{0663}"));
        assert!(matches(r"/[\D&&[^a]]", "/b"));
        assert!(matches(r"/[^\w]", "/é"));
        assert!(matches(r"/\-\:\_\<\~", "/-:_<~"));
        assert!(matches(r"/[]a]", "/]"));
        assert!(matches(r"/[~~]", "/~"));
        assert!(!matches(".", "\r"));
        assert!(matches(r"/\p{IsLatin}\p{Lu}\pL", "/éÉx"));
        assert!(matches(r"^/apps/foo$", "/apps/foo"));
        assert!(!matches("/apps/a", "/apps/a/b"));
        assert!(matches("a|b", "b"));
    }

    #[test]
    fn patterns_of_any_depth_and_length_end() {
        let deep = 100_000;
        for pattern in
            ["(".repeat(deep) + &")".repeat(deep), "[a".repeat(deep), "(?=".repeat(deep), "a{1000}{1000}{1000}".into()]
        {
            let _ = full_match(&pattern).map(|regex| regex.is_match("aaa"));
        }
        assert!(full_match(&"(".repeat(deep)).is_err());
    }

    #[test]
    fn what_java_refuses_is_refused() {
        for pattern in [r"\", r"\y", r"\u12", r"\xg1", r"\08", "(a", r"\p{Nonsense}"] {
            assert!(full_match(pattern).is_err(), "{pattern}");
        }
    }
}
