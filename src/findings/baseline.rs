//! Baselines: the findings that a project already knows of.

use std::collections::BTreeSet;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Finding, Suppressed};

/// The schema's name.
const SCHEMA: &str = "aem-ims-lint/baseline/v1";

/// Known findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    schema: String,
    findings: Vec<Known>,
}

/// A known finding. The fingerprint decides; the rest is for the people who read the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    path: String,
    rule: String,
    fingerprint: String,
}

/// How a scan compares to its baseline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Known findings that are still there.
    pub known: usize,
    /// Known findings that are gone.
    pub fixed: usize,
}

impl Baseline {
    /// Everything in `findings` that nobody suppressed.
    pub fn of(findings: &[Finding]) -> Self {
        let known = |finding: &Finding| Known {
            path: finding.location.path().to_string(),
            rule: finding.rule.id.to_owned(),
            fingerprint: finding.fingerprint.clone(),
        };
        let mut findings: Vec<Known> = findings.iter().filter(|f| f.suppressed.is_none()).map(known).collect();
        findings.sort();
        Self { schema: SCHEMA.to_owned(), findings }
    }

    /// Reads a baseline.
    ///
    /// # Errors
    /// A message for people: the file cannot be read or is no baseline.
    pub fn read(path: &Path) -> Result<Self, String> {
        let name = path.display();
        let text =
            std::fs::read_to_string(path).map_err(|error| format!("cannot read the baseline `{name}`: {error}"))?;
        let baseline: Self =
            serde_json::from_str(&text).map_err(|error| format!("`{name}` is no baseline: {error}"))?;
        if baseline.schema != SCHEMA {
            return Err(format!("`{name}` is no baseline of the form {SCHEMA}; write a new one with --write-baseline"));
        }
        Ok(baseline)
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

    /// Suppresses what is known.
    pub fn apply(&self, findings: &mut [Finding]) -> Compared {
        let known: BTreeSet<&str> = self.findings.iter().map(|known| known.fingerprint.as_str()).collect();
        let mut found = BTreeSet::new();
        for finding in findings.iter_mut().filter(|finding| known.contains(finding.fingerprint.as_str())) {
            found.insert(finding.fingerprint.clone());
            finding
                .suppressed
                .get_or_insert_with(|| Suppressed { in_source: false, reason: "known: in the baseline".to_owned() });
        }
        Compared { known: found.len(), fixed: known.len() - found.len() }
    }

    /// Drops what is not among `findings` any more.
    pub fn prune(&mut self, findings: &[Finding]) {
        let there: BTreeSet<&str> = findings.iter().map(|finding| finding.fingerprint.as_str()).collect();
        self.findings.retain(|known| there.contains(known.fingerprint.as_str()));
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
