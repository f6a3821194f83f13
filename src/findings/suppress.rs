//! Suppressions: `[[ignore]]` of the configuration and comments in the files.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

use globset::GlobMatcher;
use jiff::civil::Date;

use super::{Finding, Suppressed};
use crate::ims::inline::InlineIgnore;
use crate::ims::{Location, Model};
use crate::paths::PathPatterns;
use crate::rules::{self, ExpiredSuppression, Meta, UnusedSuppression};
use crate::source::SourcePath;
use crate::suggest::nearest;

/// An `[[ignore]]` entry. A finding is suppressed by it when all that is given fits.
#[derive(Clone, Debug)]
pub struct Ignore {
    /// The rule.
    pub rule: String,
    /// Files.
    pub paths: Option<PathPatterns>,
    /// JCR paths.
    pub jcr_path: Option<GlobMatcher>,
    /// PIDs.
    pub pid: Option<GlobMatcher>,
    /// Names of integrations.
    pub name: Option<GlobMatcher>,
    /// Why.
    pub reason: String,
    /// Last day on which it counts.
    pub until: Option<Date>,
    /// The entry.
    pub location: Location,
}

impl Ignore {
    fn fits(&self, finding: &Finding, model: &Model) -> bool {
        let glob = |glob: &Option<GlobMatcher>, text: Option<&str>| {
            glob.as_ref().is_none_or(|glob| text.is_some_and(|text| glob.is_match(text)))
        };
        let integration = finding.integration.and_then(|index| model.integrations.get(index));
        let either = |own: Option<&String>, whole: Option<&String>| own.or(whole).cloned();
        let pid = either(finding.location.pid.as_ref(), integration.and_then(|i| i.location.pid.as_ref()));
        let jcr = either(finding.location.jcr_path.as_ref(), integration.and_then(|i| i.location.jcr_path.as_ref()));
        self.rule == finding.rule.id
            && self.paths.as_ref().is_none_or(|paths| paths.fits(&finding.location.path().to_string()))
            && glob(&self.jcr_path, jcr.as_deref())
            && glob(&self.pid, pid.as_deref())
            && glob(&self.name, integration.and_then(|i| i.name.as_deref()))
    }
}

/// What is suppressed and when.
#[derive(Clone, Debug, Default)]
pub struct Suppressions {
    /// The entries of the configuration.
    pub ignores: Vec<Ignore>,
    /// Whether everything that the configuration is for was scanned, so that an entry without a finding is unused.
    pub whole: bool,
    /// The day; suppressions end on it. `None` for no end at all.
    pub today: Option<Date>,
}

impl Suppressions {
    /// Marks what is suppressed; the result is what there is to say of the suppressions themselves.
    pub(super) fn apply(&self, findings: &mut [Finding], model: &Model) -> Vec<Finding> {
        let mut own = Vec::new();
        for ignore in &self.ignores {
            let found: Vec<&mut Finding> = findings.iter_mut().filter(|finding| ignore.fits(finding, model)).collect();
            if let Some(end) = self.expired(ignore.until) {
                own.push(expired(&ignore.location, &[ignore.rule.as_str()], end, found.len()));
            } else if found.is_empty() && self.whole {
                own.push(unused(&ignore.location, &format!("`{}` says nothing here", ignore.rule)));
            } else {
                suppress(found, false, &ignore.reason);
            }
        }
        if !model.ignores.is_empty() {
            let index = Index::new(findings, model);
            for ignore in &model.ignores {
                self.inline(ignore, findings, &index, &mut own);
            }
        }
        own
    }

    fn inline(&self, ignore: &InlineIgnore, findings: &mut [Finding], index: &Index, own: &mut Vec<Finding>) {
        if let Some(fault) = &ignore.fault {
            own.push(unused(&ignore.location, &format!("the comment {fault}")));
            return;
        }
        let mut used = BTreeSet::new();
        let path = ignore.location.path();
        let here = index.findings.get(path).cloned().unwrap_or_default();
        for rule in &ignore.rules {
            let found = findings[here.clone()].iter_mut();
            let found: Vec<&mut Finding> = found.filter(|f| f.rule.id == rule && ignore.covers(&f.location)).collect();
            if !found.is_empty() {
                used.insert(rule.as_str());
            }
            if self.expired(ignore.until).is_none() {
                suppress(found, true, &ignore.reason);
            }
        }
        if let Some(end) = self.expired(ignore.until) {
            let rules: Vec<&str> = ignore.rules.iter().map(String::as_str).collect();
            own.push(expired(&ignore.location, &rules, end, used.len()));
            return;
        }
        if index.copies.contains(path) {
            // The findings of a copy are told, and suppressed, where the original lies.
            return;
        }
        for rule in ignore.rules.iter().filter(|rule| !used.contains(rule.as_str())) {
            let why = match (rules::by_id(rule), nearest(rule, rules::RULES.iter().map(|rule| rule.meta().id))) {
                (Some(_), _) => format!("`{rule}` says nothing here"),
                (None, Some(near)) => format!("there is no rule `{rule}`, but there is `{near}`"),
                (None, None) => format!("there is no rule `{rule}`"),
            };
            own.push(unused(&ignore.location, &why));
        }
    }

    fn expired(&self, until: Option<Date>) -> Option<Date> {
        until.filter(|until| self.today.is_some_and(|today| today > *until))
    }
}

/// Which findings lie in a file, and which files are copies of others.
struct Index {
    findings: HashMap<SourcePath, Range<usize>>,
    copies: HashSet<SourcePath>,
}

impl Index {
    /// `findings` are in report order: those of one file are neighbours.
    fn new(findings: &[Finding], model: &Model) -> Self {
        let mut index = Self { findings: HashMap::new(), copies: HashSet::new() };
        let mut start = 0;
        for file in findings.chunk_by(|a, b| a.location.path() == b.location.path()) {
            index.findings.insert(file[0].location.path().clone(), start..start + file.len());
            start += file.len();
        }
        let copies = model.integrations.iter().flat_map(|i| &i.copies);
        index.copies.extend(copies.map(|copy| copy.path().clone()));
        index
    }
}

fn suppress(findings: Vec<&mut Finding>, in_source: bool, reason: &str) {
    for finding in findings {
        finding.suppressed.get_or_insert_with(|| Suppressed { in_source, reason: reason.to_owned() });
    }
}

fn unused(location: &Location, why: &str) -> Finding {
    let message = format!("The suppression suppresses nothing: {why}.");
    about(&UnusedSuppression::META, location, message, "suppresses nothing")
        .help(["Delete the suppression, or correct the rule or the place that it names."])
}

fn expired(location: &Location, rules: &[&str], end: Date, findings: usize) -> Finding {
    let rules = rules.iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(", ");
    let plural = if findings == 1 { "" } else { "s" };
    let message = format!("The suppression of {rules} ended on {end}; it would hide {findings} finding{plural}.");
    about(&ExpiredSuppression::META, location, message, "no longer counts")
        .help(["Repair what it hides, or give the suppression a later date and say why."])
}

fn about(meta: &'static Meta, location: &Location, message: String, label: &str) -> Finding {
    Finding::new(meta, location.clone(), message).label(label)
}
