//! "Did you mean": the name that a misspelt one was meant to be.

/// The number of typing errors between `left` and `right`, if there are at most `most`. Swapped neighbours count as one.
/// Words that hold too many different letters are never compared letter by letter: most words are.
pub fn typing_errors(left: &str, right: &str, most: usize) -> Option<usize> {
    if left == right {
        return Some(0);
    }
    // One error changes the count of at most two letters by one each.
    let mut counts = [0_i32; 32];
    left.chars().for_each(|c| counts[c as usize % 32] += 1);
    right.chars().for_each(|c| counts[c as usize % 32] -= 1);
    let surplus = |sign: i32| counts.iter().map(|count| (count * sign).max(0) as usize).sum::<usize>();
    if surplus(1).max(surplus(-1)) > most {
        return None;
    }
    Some(strsim::osa_distance(left, right)).filter(|errors| *errors <= most)
}

/// The candidate that `word` is most likely a misspelling of.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .filter_map(|candidate| Some((typing_errors(word, candidate, candidate.len() / 3)?, candidate)))
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_are_counted_up_to_a_maximum() {
        for (left, right, errors) in [
            ("scope", "scope", 0),
            ("scpoe", "scope", 1),
            ("scopes", "scope", 1),
            ("sc\u{f6}pe", "scope", 1),
            ("s.c-ope", "scope", 2),
            ("epocs", "scope", 4),
            ("", "ab", 2),
        ] {
            assert_eq!(typing_errors(left, right, errors), Some(errors), "{left} {right}");
            assert_eq!(typing_errors(right, left, errors), Some(errors), "{right} {left}");
            if let Some(fewer) = errors.checked_sub(1) {
                assert_eq!(typing_errors(left, right, fewer), None, "{left} {right}");
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn typing_errors_are_the_distance(left in "[a-d\u{e1}A]{0,8}", right in "[a-d\u{e1}A]{0,8}", most in 0_usize..6) {
            let distance = strsim::osa_distance(&left, &right);
            proptest::prop_assert_eq!(typing_errors(&left, &right, most), (distance <= most).then_some(distance));
        }
    }

    #[test]
    fn nearest_knows_misspellings_and_strangers() {
        let rules = ["jwt-credential", "plaintext-secret"];
        assert_eq!(nearest("jwt-credentials", rules.into_iter()), Some("jwt-credential"));
        assert_eq!(nearest("zzz", rules.into_iter()), None);
    }
}
