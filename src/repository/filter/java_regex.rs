//! Patterns of `java.util.regex.Pattern`, translated for two Rust engines: a linear one, and one with look-around,
//! back-references and possessive quantifiers for the patterns that need them.
//!
//! Syntax that differs in Java: quotations `\Q…\E`, classes that are ASCII by default (`\d`, `\w`, `\s`, but not `\b`),
//! POSIX classes `\p{Alpha}`, `\h`, `\v`, `\R`, `\uXXXX`, octal escapes, and a `.` that stops at more line ends.

use std::fmt;
use std::iter::Peekable;
use std::str::Chars;

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

/// Escapes for a set of characters, as the content of a class.
const SETS: &[(char, &str)] = &[
    ('d', "0-9"),
    ('w', "a-zA-Z_0-9"),
    ('s', r" \t\n\x0B\f\r"),
    ('h', r" \t\xA0\u{1680}\u{180e}\u{2000}-\u{200a}\u{202f}\u{205f}\u{3000}"),
    ('v', r"\n\x0B\f\r\u{85}\u{2028}\u{2029}"),
];

/// A pattern for the Rust engines.
pub(super) struct Translated {
    pub(super) text: String,
    /// Whether a quantifier is possessive; the linear engine would read it as a different one.
    pub(super) possessive: bool,
}

/// Why a pattern cannot be translated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Untranslated {
    /// The flag `U` changes what classes contain.
    UnicodeClasses,
    /// The pattern ends with a backslash.
    FinalBackslash,
    /// The pattern ends within an escape.
    Unfinished,
    /// `\0` without an octal digit.
    NoOctalDigit,
    /// An escape that Java does not have, or that has no counterpart.
    UnknownEscape(char),
    /// `\u` before something else than four hexadecimal digits.
    NoNumber(String),
    /// Half of a character that takes two escapes.
    HalfCharacter,
}

impl fmt::Display for Untranslated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnicodeClasses => f.write_str("the flag `U` is not supported"),
            Self::FinalBackslash => f.write_str("ends with a backslash"),
            Self::Unfinished => f.write_str("ends within an escape"),
            Self::NoOctalDigit => f.write_str("an octal escape without digits"),
            Self::UnknownEscape(letter) => write!(f, "`\\{letter}` is not a supported escape"),
            Self::NoNumber(digits) => write!(f, "`{digits}` is not a number"),
            Self::HalfCharacter => f.write_str("half of a surrogate pair"),
        }
    }
}

/// The pattern for the Rust engines.
///
/// # Errors
/// It contains something that has no counterpart there.
pub(super) fn translate(pattern: &str) -> Result<Translated, Untranslated> {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut chars = pattern.chars().peekable();
    let mut classes = 0_usize;
    let mut possessive = false;
    while let Some(character) = chars.next() {
        let quantifies = matches!(character, '?' | '*' | '+' | '}') && classes == 0;
        possessive |= quantifies && chars.peek() == Some(&'+');
        match character {
            '\\' => escape(&mut chars, &mut out)?,
            '[' => {
                classes += 1;
                out.push('[');
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                // A closing bracket directly after the opening one is literal.
                if chars.next_if_eq(&']').is_some() {
                    out.push_str(r"\]");
                }
            }
            ']' if classes > 0 => {
                classes -= 1;
                out.push(']');
            }
            // Inside a class `~~` and `--` are operators only in the Rust engine.
            '~' => out.push_str(r"\~"),
            '-' if chars.next_if_eq(&'-').is_some() => out.push_str(r"-\-"),
            // Case does not affect it, and folding all its characters takes long.
            '.' if classes == 0 => out.push_str(r"(?-i:[^\n\r\u{85}\u{2028}\u{2029}])"),
            '(' if classes == 0 => {
                out.push('(');
                flags(&mut chars, &mut out)?;
            }
            _ => out.push(character),
        }
    }
    Ok(Translated { text: out, possessive })
}

/// Omits the flags of an inline group that have no effect on paths: `d` is about line ends, which paths do not contain,
/// and the Rust engine already ignores case as `u` requires.
fn flags(chars: &mut Peekable<Chars<'_>>, out: &mut String) -> Result<(), Untranslated> {
    let mut ahead = chars.clone();
    if ahead.next() != Some('?') {
        return Ok(());
    }
    let letters: String = ahead.take_while(|character| character.is_ascii_alphabetic() || *character == '-').collect();
    if letters.contains('U') {
        return Err(Untranslated::UnicodeClasses);
    }
    for _ in 0..=letters.len() {
        chars.next();
    }
    let kept: String = letters.chars().filter(|letter| !"du".contains(*letter)).collect();
    let kept = kept.trim_end_matches('-');
    out.extend(["?", kept]);
    // `(?)` is an error in the Rust engine; an empty group is equivalent.
    if kept.is_empty() && chars.peek() == Some(&')') {
        out.push(':');
    }
    Ok(())
}

fn escape(chars: &mut Peekable<Chars<'_>>, out: &mut String) -> Result<(), Untranslated> {
    let Some(escaped) = chars.next() else { return Err(Untranslated::FinalBackslash) };
    if let Some((_, set)) = SETS.iter().find(|(letter, _)| *letter == escaped.to_ascii_lowercase()) {
        out.extend([if escaped.is_ascii_uppercase() { "[^" } else { "[" }, set, "]"]);
        return Ok(());
    }
    match escaped {
        'Q' => quote(chars, out),
        'p' | 'P' => property(chars, escaped == 'P', out)?,
        'R' => out.push_str(r"(?:\r\n|[\n\x0B\f\r\u{85}\u{2028}\u{2029}])"),
        'e' => out.push_str(r"\x1B"),
        'c' => {
            let control = chars.next().ok_or(Untranslated::Unfinished)?;
            literal(char::from_u32(u32::from(control) ^ 64).unwrap_or(control), out);
        }
        'x' => out.push_str(r"\x"),
        'u' => literal(code_unit(chars)?, out),
        '0' => {
            // At most `\0377`: a digit after that is literal.
            let most = if chars.peek().is_some_and(|first| *first > '3') { 2 } else { 3 };
            let octal: String = std::iter::from_fn(|| chars.next_if(|c| c.is_digit(8))).take(most).collect();
            let code = u32::from_str_radix(&octal, 8).map_err(|_| Untranslated::NoOctalDigit)?;
            literal(char::from_u32(code).unwrap_or('\0'), out);
        }
        'a' | 'f' | 'n' | 'r' | 't' | 'b' | 'B' | 'A' | 'G' | 'z' | 'Z' | 'k' | '1'..='9' => {
            out.extend(['\\', escaped])
        }
        letter if letter.is_ascii_alphabetic() => return Err(Untranslated::UnknownEscape(letter)),
        other => literal(other, out),
    }
    Ok(())
}

/// Writes a literal character.
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

fn property(chars: &mut Peekable<Chars<'_>>, negated: bool, out: &mut String) -> Result<(), Untranslated> {
    let letter = if negated { 'P' } else { 'p' };
    if chars.next_if_eq(&'{').is_none() {
        let category = chars.next().ok_or(Untranslated::Unfinished)?;
        out.extend(['\\', letter, category]);
        return Ok(());
    }
    let name: String = chars.by_ref().take_while(|character| *character != '}').collect();
    let sign = if negated { "^" } else { "" };
    match POSIX.iter().find(|(java, _)| *java == name) {
        Some((_, posix)) => out.push_str(&format!("[[:{sign}{posix}:]]")),
        // Scripts, blocks and properties have a prefix in Java.
        None => {
            let name = name.strip_prefix("Is").or_else(|| name.strip_prefix("java")).unwrap_or(&name);
            let name = name.trim_end_matches("Case");
            out.push_str(&format!("\\{letter}{{{name}}}"));
        }
    }
    Ok(())
}

/// The character of `\uXXXX`.
fn code_unit(chars: &mut Peekable<Chars<'_>>) -> Result<char, Untranslated> {
    let digits: String = chars.by_ref().take(4).collect();
    if digits.len() != 4 {
        return Err(Untranslated::Unfinished);
    }
    let code = u32::from_str_radix(&digits, 16).map_err(|_| Untranslated::NoNumber(digits))?;
    char::from_u32(code).ok_or(Untranslated::HalfCharacter)
}

#[cfg(test)]
mod tests {
    use crate::repository::filter::effort::Effort;
    use crate::repository::filter::{FilterError, pattern::Pattern};

    fn read(pattern: &str) -> Result<Pattern, FilterError> {
        Pattern::read(pattern, &Effort::default())
    }

    fn matches(pattern: &str, text: &str) -> bool {
        let effort = Effort::default();
        Pattern::read(pattern, &effort).unwrap().matches(text, &effort).unwrap()
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
    fn classes_flags_and_escapes_mean_what_they_do_in_java_17() {
        for (pattern, text, expected) in [
            ("[a[.]]", ".", true),
            ("[a[.]]", "b", false),
            ("[[a]b].", "b/", true),
            ("[[a]b].", "b\r", false),
            ("[a]].", "a]b", true),
            ("a]", "a]", true),
            ("~", "~", true),
            ("[^a[b]]", "c", true),
            ("[^a[b]]", "b", false),
            ("[a-c&&[b-d]]", "b", true),
            ("[a-c&&[b-d]]", "a", false),
            ("[!--]", "-", true),
            ("[+--]", ",", true),
            ("[a-]", "-", true),
            (r"[\w-a]", "-", true),
            (r"[\w&&\D]", "a", true),
            (r"[\w&&\D]", "1", false),
            (r"[^\D]", "1", true),
            ("[(?u)]", "u", true),
            ("[(?i)a]", "A", false),
            ("a--b", "a--b", true),
            ("(?)a", "a", true),
            ("(?u)a", "a", true),
            ("(?du)a", "a", true),
            ("(?-u)a", "a", true),
            ("(?u:a)b", "ab", true),
            ("(?iu:A)b", "ab", true),
            ("(?iu:A)b", "aB", false),
            ("(?iu)\u{e9}", "\u{c9}", true),
            ("(?i-d)a", "A", true),
            ("(?x)a b", "ab", true),
            ("(u)a", "ua", true),
            ("(?:u)", "u", true),
            (r"(?<du>u)\k<du>", "uu", true),
            (r"\x{41}", "A", true),
            (r"\x{1F600}", "\u{1F600}", true),
            (r"\cA", "\u{1}", true),
            (r"\ca", "!", true),
            (r"\0377", "\u{ff}", true),
            (r"\0400", "\u{20}0", true),
            (r"\R", "\r\n", true),
            (r"\R\n", "\r\n", true),
            (r"\Q[a]\E+", "[a]]", true),
            (r"[\Qa]\E]", "]", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} and {text:?}");
        }
    }

    #[test]
    fn patterns_of_any_depth_and_length_end() {
        let deep = 100_000;
        for pattern in
            ["(".repeat(deep) + &")".repeat(deep), "[a".repeat(deep), "(?=".repeat(deep), "a{1000}{1000}{1000}".into()]
        {
            let _ = read(&pattern).map(|regex| regex.matches("aaa", &Effort::default()));
        }
        assert!(read(&"(".repeat(deep)).is_err());
    }

    #[test]
    fn what_java_refuses_is_refused() {
        for pattern in [r"\", r"\y", r"\u12", r"\x4", r"\xg1", r"\08", "(a", r"\p{Nonsense}", r"a\E", "(?y)a", "[a--b]"]
        {
            assert!(read(pattern).is_err(), "{pattern}");
        }
        // Syntax that only the Rust engine does not support is rejected too, rather than misread.
        assert!(read(r"(?iU)\w").is_err());
    }
}
