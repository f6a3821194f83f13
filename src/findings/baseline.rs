//! Baselines: the known findings of a project.

use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{fmt, io};

use serde::{Deserialize, Serialize};

use super::{Finding, Suppressed};
use crate::bounded;
use crate::paths::{is_behind_link, seen_from, slashed, without_dots};

/// The schema's name.
const SCHEMA: &str = "aem-ims-lint/baseline/v1";
/// Maximum size of a baseline; more than a hundred thousand findings fit.
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
struct WrittenBaseline {
    schema: String,
    findings: Vec<Known>,
}

/// A known finding. It is identified by the fingerprint. The path distinguishes several with the same fingerprint, and
/// tells whether the scan included the file.
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
    /// Known findings that still exist.
    pub known: usize,
    /// Known findings that no longer exist.
    pub fixed: usize,
    /// Known findings in files that were not scanned.
    pub elsewhere: usize,
    /// The baseline without fixed findings, and with new paths for moved ones.
    pub left: Baseline,
}

/// Why a baseline cannot be used. Its text is a sentence for the user without the full stop.
#[derive(Debug)]
pub enum BaselineError {
    /// It cannot be read.
    Unreadable(PathBuf, io::Error),
    /// It cannot be written.
    Unwritable(PathBuf, io::Error),
    /// It contains the marks of a merge conflict.
    Conflict(PathBuf),
    /// It is not a baseline; with the reason.
    Invalid(PathBuf, serde_json::Error),
    /// The same, but it is reached through a symbolic link, so the reason is not shown: it may quote the file.
    InvalidBehindLink(PathBuf),
    /// It is JSON of another schema.
    OtherSchema(PathBuf),
}

impl Error for BaselineError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unreadable(_, error) | Self::Unwritable(_, error) => Some(error),
            Self::Invalid(_, error) => Some(error),
            Self::Conflict(_) | Self::InvalidBehindLink(_) | Self::OtherSchema(_) => None,
        }
    }
}

impl fmt::Display for BaselineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => {
                write!(f, "cannot read the baseline `{}`: {error}; use --write-baseline to create one", path.display())
            }
            Self::Unwritable(path, error) => write!(f, "cannot write the baseline `{}`: {error}", path.display()),
            Self::Conflict(path) => write!(
                f,
                "the baseline `{}` has merge conflicts: keep the lines of both sides, with a comma between them",
                path.display()
            ),
            Self::Invalid(path, error) => write!(
                f,
                "`{}` is not a valid baseline: {error}; restore it from version control or write a new one with \
                 --write-baseline",
                path.display()
            ),
            Self::InvalidBehindLink(path) => write!(
                f,
                "`{}` is not a valid baseline; it is reached through a symbolic link, so its content is not shown: use \
                 the path of the file itself",
                path.display()
            ),
            Self::OtherSchema(path) => write!(
                f,
                "`{}` is not a baseline with the schema {SCHEMA}; create a new one with --write-baseline",
                path.display()
            ),
        }
    }
}

impl Baseline {
    /// All `findings` that are not suppressed, for a baseline in the file `path`.
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
    /// The file cannot be read or is not a baseline.
    pub fn read(path: &Path) -> Result<Self, BaselineError> {
        let own = || path.to_path_buf();
        let text = bounded::text_of(path, LARGEST).map_err(|error| BaselineError::Unreadable(own(), error))?;
        let text = text.trim_start_matches('\u{feff}');
        if text.lines().any(|line| line.starts_with("<<<<<<< ")) {
            return Err(BaselineError::Conflict(own()));
        }
        let written: WrittenBaseline = serde_json::from_str(text).map_err(|error| match is_behind_link(path) {
            true => BaselineError::InvalidBehindLink(own()),
            false => BaselineError::Invalid(own(), error),
        })?;
        if written.schema != SCHEMA {
            return Err(BaselineError::OtherSchema(own()));
        }
        Ok(Self { findings: written.findings, folder: folder_of(path) })
    }

    /// Writes the baseline, sorted and with one finding per line, so that its diffs are readable.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), BaselineError> {
        let failed = |error| BaselineError::Unwritable(path.to_path_buf(), error);
        let mut text = format!("{{\n  \"schema\": \"{SCHEMA}\",\n  \"findings\": [");
        for (index, known) in self.findings.iter().enumerate() {
            let line = serde_json::to_string(known).map_err(|error| failed(error.into()))?;
            text.push_str(if index == 0 { "\n    " } else { ",\n    " });
            text.push_str(&line);
        }
        text.push_str(if self.findings.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
        std::fs::write(path, text).map_err(failed)
    }

    /// Suppresses known findings. `scanned` are the given paths: findings elsewhere cannot be considered fixed.
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

    /// Matches findings with known ones, by number. For each fingerprint, as many findings are known as the baseline
    /// has: first those in the same file, then those that may have moved.
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

    /// The numbers of the known findings that are not `used`, by `key`, in reverse order.
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

    /// Whether the file of a known finding is, or is in, one of the paths `scanned`.
    fn is_in(&self, known: &Known, scanned: &HashSet<String>) -> bool {
        let file = known.path.split_once("!/").map_or(known.path.as_str(), |(file, _)| file);
        let file = without_dots(&self.folder.join(file));
        file.ancestors().any(|folder| scanned.contains(&slashed(folder)))
    }

    /// Number of known findings.
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }
}

/// A fingerprint without the number that distinguishes several equal ones within one scan.
fn plain(fingerprint: &str) -> &str {
    fingerprint.split_once(':').map_or(fingerprint, |(plain, _)| plain)
}

/// The file of a finding relative to `folder`, so that it does not depend on the working directory or the machine.
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
