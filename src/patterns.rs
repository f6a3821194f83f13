//! Which of many patterns can fit a text, found without trying each.
//!
//! A pattern that is not all wildcards has a word that every text it fits holds. All words are looked for at once, so the
//! time grows with the text and with the patterns whose word occurs, not with all patterns.

use aho_corasick::AhoCorasick;
use regex::Regex;

/// A regular expression that is part of the program. A broken one ends the first test that uses it, instead of switching a
/// check off without a word.
#[allow(clippy::expect_used)]
pub fn constant_regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a regular expression of the program is valid")
}

/// Patterns by the words that a text has to hold for them.
#[derive(Clone, Debug, Default)]
pub struct PatternIndex {
    words: Option<AhoCorasick>,
    /// By word the numbers of the patterns that it stands for.
    of_word: Vec<Vec<usize>>,
    /// Patterns that no word stands for.
    others: Vec<usize>,
}

impl PatternIndex {
    /// The index of patterns in the language of `globset`. Each item is a list of patterns of which one has to fit; where
    /// capitals do not count (`any_case`), they do not count for its words either.
    pub fn new<'p, I>(items: impl IntoIterator<Item = I>, any_case: bool) -> Self
    where
        I: IntoIterator<Item = &'p str>,
    {
        let mut words: Vec<&str> = Vec::new();
        let (mut of_word, mut others): (Vec<Vec<usize>>, Vec<usize>) = (Vec::new(), Vec::new());
        let mut known = std::collections::HashMap::new();
        for (number, item) in items.into_iter().enumerate() {
            let own: Option<Vec<&str>> = item.into_iter().map(|pattern| word_of(pattern, any_case)).collect();
            let Some(own) = own.filter(|own| !own.is_empty()) else {
                others.push(number);
                continue;
            };
            for word in own {
                let at = *known.entry(word).or_insert_with(|| {
                    words.push(word);
                    of_word.push(Vec::new());
                    words.len() - 1
                });
                of_word[at].push(number);
            }
        }
        if words.is_empty() {
            return Self { words: None, of_word, others };
        }
        match AhoCorasick::builder().ascii_case_insensitive(any_case).build(&words) {
            Ok(words) => Self { words: Some(words), of_word, others },
            // Too many for one automaton: each has to be tried.
            Err(_) => {
                others.extend(of_word.into_iter().flatten());
                others.sort_unstable();
                others.dedup();
                Self { words: None, of_word: Vec::new(), others }
            }
        }
    }

    /// How much an item of these patterns says of the texts that it fits: the length of the shortest word that one of them
    /// has to hold.
    pub fn selectivity(patterns: &[&str]) -> usize {
        patterns.iter().map(|pattern| word_of(pattern, false).map_or(0, str::len)).min().unwrap_or(0)
    }

    /// The numbers of the items that can fit `text`, in order, each once.
    pub fn candidates(&self, text: &str) -> Vec<usize> {
        let mut found = self.others.clone();
        if let Some(words) = &self.words {
            let mut seen: Vec<usize> =
                words.find_overlapping_iter(text).map(|word| word.pattern().as_usize()).collect();
            seen.sort_unstable();
            seen.dedup();
            found.extend(seen.into_iter().flat_map(|word| &self.of_word[word]));
            found.sort_unstable();
            found.dedup();
        }
        found
    }
}

/// The longest piece of a pattern that stands in every text it fits; `None` where there is none for certain. Pieces end at
/// a slash, because `**/` fits nothing too.
fn word_of(pattern: &str, any_case: bool) -> Option<&str> {
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
    let (mut longest, mut start, mut depth) = ("", 0, 0_usize);
    for (at, c) in pattern.char_indices() {
        // The rest of a class or an escape is not looked at.
        let unclear = matches!(c, '[' | '\\');
        // Other letters than these two have no other case outside ASCII ("ſ", "K").
        let folds = any_case && (matches!(c, 'k' | 'K' | 's' | 'S') || !c.is_ascii());
        if unclear || folds || matches!(c, '*' | '?' | '/' | '{' | '}' | ',') {
            let piece = &pattern[start..at];
            longest = if depth == 0 && piece.len() > longest.len() { piece } else { longest };
            start = at + c.len_utf8();
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if unclear {
                start = pattern.len();
                break;
            }
        }
    }
    let piece = &pattern[start..];
    longest = if depth == 0 && piece.len() > longest.len() { piece } else { longest };
    (!longest.is_empty()).then_some(longest)
}

#[cfg(test)]
mod tests {
    use globset::GlobBuilder;

    use super::*;

    #[test]
    fn the_word_is_in_every_text_that_fits() {
        let cases = [
            ("acme-*", Some("acme-")),
            ("*.cfg.json", Some(".cfg.json")),
            ("**/install/*.zip", Some("install")),
            ("{a,bcd}x", Some("x")),
            ("{a,{b,cde}f}", None),
            ("a[bc]defg", Some("a")),
            (r"a\*bcd", Some("a")),
            ("*", None),
            ("./*", None),
            ("", None),
        ];
        for (pattern, word) in cases {
            assert_eq!(word_of(pattern, false), word, "{pattern}");
        }
        assert_eq!(word_of("Kaſx", true), Some("a"));
    }

    #[test]
    fn no_pattern_that_fits_is_left_out() {
        let patterns = [
            "a",
            "a*",
            "*a*b",
            "?b",
            "{a,b}c",
            "**/a/*.xml",
            "[ab]c",
            r"\*a",
            "b/**",
            "ab",
            "aab",
            "*",
            "A*",
            "[!a]b",
            "ab,c",
            "{a,b},c",
        ];
        let texts = ["a", "ab", "aab", "b", "bc", "ac", "x/a/b.xml", "a/b.xml", "*a", "b/c", "A", "", "ab,c", "a,c"];
        for any_case in [false, true] {
            let index = PatternIndex::new(patterns.iter().map(|pattern| [*pattern]), any_case);
            for text in texts {
                let candidates = index.candidates(text);
                for (number, pattern) in patterns.iter().enumerate() {
                    let glob = GlobBuilder::new(pattern).case_insensitive(any_case).backslash_escape(true).build();
                    if glob.unwrap().compile_matcher().is_match(text) {
                        assert!(candidates.contains(&number), "{pattern} fits {text}");
                    }
                }
            }
        }
    }

    #[test]
    fn only_patterns_whose_word_occurs_are_tried() {
        let index =
            PatternIndex::new([vec!["acme-*"], vec!["other", "acme-1"], vec!["*", "acme"], vec!["none"]], false);
        assert_eq!(index.candidates("acme-2"), [0, 2]);
        assert_eq!(index.candidates("acme-1"), [0, 1, 2]);
        assert_eq!(index.candidates(""), [2]);
        assert!(PatternIndex::default().candidates("acme").is_empty());
    }
}
