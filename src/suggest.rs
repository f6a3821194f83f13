//! "Did you mean": the name that a misspelt one was meant to be.

/// The candidate that `word` is most likely a misspelling of.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().take(64).count();
    // As many characters more or fewer are as many changes.
    let near = |candidate: &&str| length.abs_diff(candidate.chars().count()) <= candidate.len() / 3;
    candidates
        .filter(near)
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len() / 3)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_knows_misspellings_and_strangers() {
        let rules = ["jwt-credential", "plaintext-secret"];
        assert_eq!(nearest("jwt-credentials", rules.into_iter()), Some("jwt-credential"));
        assert_eq!(nearest("zzz", rules.into_iter()), None);
    }
}
