//! Baselines: the findings that a project already knows of.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Finding, Suppressed};
use crate::bounded;
use crate::paths::{is_behind_link, seen_from, slashed, without_dots};

/// The schema's name.
const SCHEMA: &str = "aem-ims-lint/baseline/v1";
/// Largest baseline: more than a hundred thousand findings have room in it.
const LARGEST: u64 = 64 << 20;

/// Known findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baseline {
    findings: Vec<Known>,
    /// The absolute directory that the paths are relative to: that of the file.
    folder: PathBuf,
}

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    schema: String,
    findings: Vec<Known>,
}

/// A known finding. The fingerprint decides; the path tells several of one fingerprint apart, and whether a scan went
/// there at all.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    path: String,
    rule: String,
    fingerprint: String,
}

/// How a scan compares to its baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Known findings that are still there.
    pub known: usize,
    /// Known findings that are gone.
    pub fixed: usize,
    /// Known findings in files that the scan was not asked to read.
    pub elsewhere: usize,
    /// The baseline without what is fixed; what moved has its new path.
    pub left: Baseline,
}

impl Baseline {
    /// Everything in `findings` that nobody suppressed, for a baseline in the file `path`.
    pub fn of(findings: &[Finding], path: &Path) -> Self {
        let folder = folder_of(path);
        let known = |finding: &Finding| Known {
            path: place(finding, &folder),
            rule: finding.rule.id.to_owned(),
            fingerprint: plain(&finding.fingerprint).to_owned(),
        };
        let mut findings: Vec<Known> = findings.iter().filter(|f| f.suppressed.is_none()).map(known).collect();
        findings.sort();
        Self { findings, folder }
    }

    /// Reads a baseline.
    ///
    /// # Errors
    /// A message for people: the file cannot be read or is no baseline, and what to do.
    pub fn read(path: &Path) -> Result<Self, String> {
        let name = path.display();
        let text = bounded::text_of(path, LARGEST)
            .map_err(|error| format!("cannot read the baseline `{name}`: {error}; --write-baseline writes one"))?;
        let text = text.trim_start_matches('\u{feff}');
        if text.lines().any(|line| line.starts_with("<<<<<<< ")) {
            return Err(format!(
                "the baseline `{name}` has merge conflicts: keep the lines of both sides, with a comma between them"
            ));
        }
        let restore = "restore it from version control or write a new one with --write-baseline";
        let written: Written =
            serde_json::from_str(text).map_err(|error| match is_behind_link(path) {
                // The message may quote what is in the file.
                true => format!("`{name}` is no baseline; a symbolic link leads to it, so what it holds is not shown: name the file itself"),
                false => format!("`{name}` is no baseline: {error}; {restore}"),
            })?;
        if written.schema != SCHEMA {
            return Err(format!("`{name}` is no baseline of the form {SCHEMA}; write a new one with --write-baseline"));
        }
        Ok(Self { findings: written.findings, folder: folder_of(path) })
    }

    /// Writes the baseline: sorted, one finding a line, so that a change of it reads well.
    ///
    /// # Errors
    /// A message for people.
    pub fn write(&self, path: &Path) -> Result<(), String> {
        let mut text = format!("{{\n  \"schema\": \"{SCHEMA}\",\n  \"findings\": [");
        for (index, known) in self.findings.iter().enumerate() {
            let line = serde_json::to_string(known).map_err(|error| error.to_string())?;
            text.push_str(if index == 0 { "\n    " } else { ",\n    " });
            text.push_str(&line);
        }
        text.push_str(if self.findings.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
        std::fs::write(path, text).map_err(|error| format!("cannot write the baseline `{}`: {error}", path.display()))
    }

    /// Suppresses what is known. `scanned` are the paths that were named to be read: what lies elsewhere cannot be called
    /// fixed.
    pub fn apply(&self, findings: &mut [Finding], scanned: &[PathBuf]) -> Compared {
        let places: Vec<String> = findings.iter().map(|finding| place(finding, &self.folder)).collect();
        let mut left = Vec::new();
        let mut matched = vec![false; self.findings.len()];
        for (finding, known) in self.pairs(findings, &places) {
            matched[known] = true;
            left.push(Known { path: places[finding].clone(), ..self.findings[known].clone() });
            let reason = "known: in the baseline".to_owned();
            findings[finding].suppressed.get_or_insert(Suppressed { in_source: false, reason });
        }
        let known = left.len();
        let scanned: HashSet<String> = scanned.iter().map(|path| slashed(&absolute(path))).collect();
        let gone = self.findings.iter().zip(matched).filter(|(_, matched)| !matched).map(|(known, _)| known);
        left.extend(gone.filter(|known| !self.is_in(known, &scanned)).cloned());
        left.sort();
        let (elsewhere, fixed) = (left.len() - known, self.findings.len() - left.len());
        Compared { known, fixed, elsewhere, left: Self { findings: left, folder: self.folder.clone() } }
    }

    /// Which finding is which known one, by number. As many findings of one fingerprint are known as the baseline has:
    /// those in the same file first, then those that may have moved.
    fn pairs(&self, findings: &[Finding], places: &[String]) -> Vec<(usize, usize)> {
        let mut here = self.waiting(|known| (known.path.as_str(), plain(&known.fingerprint)), &[]);
        let mut used = vec![false; self.findings.len()];
        let (mut pairs, mut moved) = (Vec::new(), Vec::new());
        for (index, (finding, path)) in findings.iter().zip(places).enumerate() {
            let known = here.get_mut(&(path.as_str(), plain(&finding.fingerprint))).and_then(Vec::pop);
            match known {
                Some(known) => {
                    used[known] = true;
                    pairs.push((index, known));
                }
                None => moved.push(index),
            }
        }
        let mut anywhere = self.waiting(|known| plain(&known.fingerprint), &used);
        let mut moved_to = |index: usize| anywhere.get_mut(plain(&findings[index].fingerprint)).and_then(Vec::pop);
        pairs.extend(moved.into_iter().filter_map(|index| Some((index, moved_to(index)?))));
        pairs
    }

    /// The numbers of the known findings that are not `used`, by `key`; the first of each key is the last of its list.
    fn waiting<'a, K: std::hash::Hash + Eq>(
        &'a self,
        key: impl Fn(&'a Known) -> K,
        used: &[bool],
    ) -> HashMap<K, Vec<usize>> {
        let mut waiting: HashMap<K, Vec<usize>> = HashMap::new();
        for (index, known) in self.findings.iter().enumerate().rev() {
            if !used.get(index).copied().unwrap_or(false) {
                waiting.entry(key(known)).or_default().push(index);
            }
        }
        waiting
    }

    /// Whether the file of a known finding is, or lies in, one of the paths `scanned`.
    fn is_in(&self, known: &Known, scanned: &HashSet<String>) -> bool {
        let file = known.path.split_once("!/").map_or(known.path.as_str(), |(file, _)| file);
        let file = without_dots(&self.folder.join(file));
        file.ancestors().any(|folder| scanned.contains(&slashed(folder)))
    }

    /// How many findings it knows.
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }
}

/// A fingerprint without the number that tells several of a kind apart within one scan.
fn plain(fingerprint: &str) -> &str {
    fingerprint.split_once(':').map_or(fingerprint, |(plain, _)| plain)
}

/// The file of a finding as seen from `folder`, so that neither the directory of a run nor the machine is part of it.
fn place(finding: &Finding, folder: &Path) -> String {
    let mut path = finding.location.path().clone();
    path.input = seen_from(folder, &absolute(Path::new(&path.input)));
    path.to_string()
}

fn absolute(path: &Path) -> PathBuf {
    without_dots(&std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()))
}

fn folder_of(path: &Path) -> PathBuf {
    absolute(path).parent().map(Path::to_path_buf).unwrap_or_default()
}
