//! What the configuration excludes from a scan. It cannot exclude a path given explicitly.

use std::collections::HashMap;

use crate::paths::PathPatterns;

/// A name that is matched only by patterns that match every name.
const ANY_NAME: &str = "\0any name\0";

/// The patterns of one scan.
#[derive(Debug)]
pub(super) struct Exclusion<'a> {
    patterns: &'a PathPatterns,
    /// For the label of each given path: the numbers of the patterns that match all of it, which do not apply there.
    disarmed: HashMap<String, Vec<usize>>,
}

impl<'a> Exclusion<'a> {
    /// `patterns` for a scan of the paths `named`, as shown in reports.
    pub(super) fn new<'n>(patterns: &'a PathPatterns, named: impl IntoIterator<Item = &'n str>) -> Self {
        let mut disarmed = HashMap::new();
        if !patterns.is_empty() {
            for label in named {
                let name = if label.is_empty() { "." } else { label };
                let mut numbers = patterns.fitting(name);
                for within in ["/", "!/"] {
                    numbers.extend(patterns.fitting(&format!("{name}{within}{ANY_NAME}")));
                }
                disarmed.insert(label.to_owned(), numbers);
            }
        }
        Self { patterns, disarmed }
    }

    /// Whether the file, folder or archive entry `label`, as shown in reports, is excluded.
    pub(super) fn covers(&self, label: &str) -> bool {
        let fitting = self.patterns.fitting(label);
        if fitting.is_empty() {
            return false;
        }
        let disarmed = self.disarmed_at(label);
        fitting.iter().any(|number| !disarmed.contains(number))
    }

    /// The patterns that do not apply to `label`: those of the nearest given path that contains it.
    fn disarmed_at(&self, label: &str) -> &[usize] {
        let mut around = label;
        loop {
            let of = |label: &str| self.disarmed.get(label);
            if let Some(numbers) = of(around).or_else(|| of(around.strip_suffix('!')?)) {
                return numbers;
            }
            match around.rfind('/') {
                Some(slash) => around = &around[..slash],
                None => return of("").map_or(&[], Vec::as_slice),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(patterns: &[&str], named: &[&str], covered: &[&str], others: &[&str]) {
        let base = std::env::current_dir().unwrap();
        let patterns = PathPatterns::new(&base, patterns.iter().copied()).unwrap();
        let exclusion = Exclusion::new(&patterns, named.iter().copied());
        for label in covered {
            assert!(exclusion.covers(label), "{label} should be left out");
        }
        for label in others {
            assert!(!exclusion.covers(label), "{label} should be read");
        }
    }

    #[test]
    fn what_fits_all_of_a_named_path_does_not_count_there() {
        let (file, test) = ("ui.config/src/a.cfg.json", "ui.config/src/test/a.cfg.json");
        for pattern in ["ui.config", "ui.config/**", "**", "*", "ui.*", "ui.config/*"] {
            check(&[pattern, "**/test"], &["ui.config"], &[test], &[file, "ui.config"]);
        }
        check(&["ui.config"], &[""], &[file], &["a.cfg.json"]);
        check(&["*.cfg.json"], &["ui.config"], &[file], &["ui.config/a.xml"]);
        check(&["*.cfg.json"], &["ui.config", file], &[test], &[file]);
        check(&["ui.config"], &["ui.apps"], &[file], &[]);
    }

    #[test]
    fn a_named_archive_is_entered() {
        let entry = "dist/all.zip!/jcr_root/a.xml";
        for pattern in ["dist", "dist/*.zip", "all.zip", "dist/all.zip!/**"] {
            check(&[pattern], &["dist/all.zip"], &[], &[entry]);
        }
        check(&["*.xml"], &["dist/all.zip"], &[entry], &["dist/all.zip"]);
    }
}
