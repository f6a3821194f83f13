//! "Did you mean": the name that a misspelt one was meant to be.

/// The candidate that `word` is most likely a misspelling of.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().take(64).count();
    // As many characters more or fewer are as many changes.
    let near = |candidate: &&str| length.abs_diff(candidate.chars().count()) <= candidate.len() / 3;
    candidates
        .filter(near)
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len() / 3)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(64).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
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
