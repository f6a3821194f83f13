//! One pattern of a filter: parsed, compiled on first use, and matched, within the cost limit of filters.

use std::sync::OnceLock;

use fancy_regex::{CompileError, Error, RegexBuilder};
use regex_automata::nfa::thompson::{Compiler, Config, NFA, WhichCaptures};
use regex_automata::util::syntax;

use super::FilterError;
use super::effort::{Effort, Unknown};
use super::java_regex::{Translated, translate};
use super::linear;

/// Maximum size of a compiled pattern.
const SIZE_LIMIT: usize = 256 << 10;
/// Maximum nesting of groups and classes.
const NEST_LIMIT: u32 = 100;
/// Maximum number of backtracking steps of a match.
const BACKTRACK_LIMIT: usize = 2_000;
/// Steps that a match with backtracking costs; the same again for each of so many bytes of the path.
const BACKTRACK_COST: u64 = 10_000;
const BACKTRACK_PATH: u64 = 256;
/// Maximum size of a program for backtracking.
const PROGRAM_LIMIT: usize = 4_096;
/// Steps that reading a pattern costs for each of its bytes, and for each Unicode class that it may name.
const COST_PER_BYTE: u64 = 50;
const COST_OF_CLASS: u64 = 2_000;
/// Additional cost of a class in a case-insensitive pattern.
const COST_OF_FOLDING: u64 = 200_000;
/// Memory of a pattern for backtracking, and for each of its bytes: it may be split into many parts.
const BACKTRACKING_MEMORY: u64 = 32 << 10;
const BACKTRACKING_MEMORY_PER_BYTE: u64 = 4 << 10;

/// A regular expression that matches a whole text, like `Matcher#matches`.
#[derive(Debug)]
pub(super) struct Pattern {
    /// The pattern for the Rust engines.
    translated: String,
    /// Compiled when it is first matched with a text; a pattern with backtracking is compiled earlier, to check its
    /// validity.
    compiled: OnceLock<Result<Compiled, Unknown>>,
}

#[derive(Debug)]
enum Compiled {
    /// All alternatives are followed at once.
    Linear(NFA),
    /// Alternatives are tried one after another.
    Backtracking(Box<fancy_regex::Regex>),
}

impl Pattern {
    /// Reads a pattern as far as needed to know whether Java accepts it.
    pub(super) fn read(pattern: &str, effort: &Effort) -> Result<Self, FilterError> {
        effort.spend(cost_of_reading(pattern))?;
        let translated = translate(pattern).map_err(|why| FilterError::Refused(format!("`{pattern}`: {why}")));
        let Translated { text, possessive } = translated?;
        let linear = !possessive && syntax::parse_with(&text, &syntax_config()).is_ok();
        let compiled = OnceLock::new();
        if !linear {
            // Only this engine knows which patterns it accepts.
            let backtracking = backtracking(pattern, &text, effort)?;
            compiled.get_or_init(|| Ok(backtracking));
        }
        Ok(Self { translated: text, compiled })
    }

    /// Whether it matches the whole of `text`.
    pub(super) fn matches(&self, text: &str, effort: &Effort) -> Result<bool, Unknown> {
        match self.compiled.get_or_init(|| linear(&self.translated, effort)) {
            Ok(Compiled::Linear(nfa)) => {
                let (matched, steps) = linear::matches(nfa, text.as_bytes(), effort.steps.left());
                effort.spend(steps)?;
                matched.ok_or(Unknown::Steps)
            }
            Ok(Compiled::Backtracking(regex)) => {
                effort.spend(BACKTRACK_COST * (1 + text.len() as u64 / BACKTRACK_PATH))?;
                regex.is_match(text).map_err(|_| Unknown::Backtracking)
            }
            Err(unknown) => Err(*unknown),
        }
    }
}

fn syntax_config() -> syntax::Config {
    syntax::Config::new().nest_limit(NEST_LIMIT)
}

/// Steps that reading a pattern takes.
fn cost_of_reading(pattern: &str) -> u64 {
    let count = |what: &str| pattern.matches(what).count() as u64;
    let classes = count(r"\p") + count(r"\P");
    // Negated classes are folded character by character.
    let folded = match ignores_case(pattern) {
        true => [r"\D", r"\W", r"\S", r"\H", r"\V", "["].into_iter().map(count).sum::<u64>() + classes,
        false => 0,
    };
    COST_PER_BYTE * pattern.len() as u64 + COST_OF_CLASS * classes + COST_OF_FOLDING * folded
}

/// Whether a flag may make the pattern case-insensitive.
fn ignores_case(pattern: &str) -> bool {
    let letters =
        |group: &str| group.split(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap_or("").contains('i');
    pattern.split("(?").skip(1).any(letters)
}

fn linear(translated: &str, effort: &Effort) -> Result<Compiled, Unknown> {
    effort.spend(cost_of_reading(translated))?;
    let config = Config::new().nfa_size_limit(Some(SIZE_LIMIT)).which_captures(WhichCaptures::None);
    let nfa = Compiler::new().configure(config).syntax(syntax_config()).build(translated);
    let size = nfa.as_ref().map_or(SIZE_LIMIT, NFA::memory_usage) as u64;
    effort.spend(size)?;
    let nfa = nfa.map_err(|_| Unknown::TooLarge)?;
    effort.hold(size)?;
    Ok(Compiled::Linear(nfa))
}

fn backtracking(pattern: &str, translated: &str, effort: &Effort) -> Result<Compiled, FilterError> {
    let len = translated.len() as u64;
    effort.spend(COST_OF_CLASS * len)?;
    effort.hold(BACKTRACKING_MEMORY + BACKTRACKING_MEMORY_PER_BYTE * len)?;
    let built = RegexBuilder::new(&format!(r"\A(?:{translated})\z"))
        .backtrack_limit(BACKTRACK_LIMIT)
        .delegate_size_limit(SIZE_LIMIT)
        .delegate_dfa_size_limit(SIZE_LIMIT)
        .delegate_dfa_skip_cache_capacity_check(false)
        .max_prog_size(PROGRAM_LIMIT)
        .build();
    match built {
        Ok(regex) => Ok(Compiled::Backtracking(Box::new(regex))),
        Err(Error::CompileError(error)) if is_about_size(&error) => Err(Unknown::TooLarge.into()),
        Err(error) => Err(FilterError::Refused(format!("`{pattern}` is not a regular expression: {error}"))),
    }
}

fn is_about_size(error: &CompileError) -> bool {
    match error {
        CompileError::InnerError(error) => error.size_limit().is_some(),
        CompileError::PatternTooComplex | CompileError::DfaBuildError(..) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pattern: &str) -> Result<Pattern, FilterError> {
        Pattern::read(pattern, &Effort::default())
    }

    #[test]
    fn only_what_needs_it_is_matched_by_backtracking() {
        let backtracks = |pattern: &str| read(pattern).unwrap().compiled.get().is_some();
        for pattern in
            ["/apps/x(/.*)?", r"/a/\d{2,3}?", "(?i)/A|/b", "/[^/]+/jcr:content.*", "^/a$", r"/a+?/\+", "/[*+]+"]
        {
            assert!(!backtracks(pattern), "{pattern}");
        }
        for pattern in ["/(?!b).*", r"/(a|b)\1", "/a++", "/a*+b", "/a?+b", "/a{2}+b", "/(?>a|ab)c", "/(?<=/)x"] {
            assert!(backtracks(pattern), "{pattern}");
        }
    }

    #[test]
    fn what_costs_too_much_is_not_known() {
        let path = format!("/{}", "a".repeat(4_000));
        let unknown = |pattern: &str| read(pattern).unwrap().matches(&path, &Effort::default());
        assert_eq!(unknown(r"/(\w{99}){99}"), Err(Unknown::TooLarge));
        assert_eq!(unknown(r"/(?=a)(a|a)*b"), Err(Unknown::Backtracking));
        // Patterns that make other engines backtrack endlessly are linear here.
        assert_eq!(unknown("/(a*)*b"), Ok(false));
        assert_eq!(unknown("/(a|a|aa)+"), Ok(true));
        let effort = Effort::of(3_000_000);
        let pattern = read("/(a?){40}(a*){40}.*").unwrap();
        let tried = (0..100_000).map(|_| pattern.matches(&path, &effort)).find(|answer| answer.is_err());
        assert_eq!(tried, Some(Err(Unknown::Steps)));
    }
}
