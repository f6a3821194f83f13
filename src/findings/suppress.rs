//! Suppressions: `[[ignore]]` of the configuration and comments in the files.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use globset::GlobMatcher;
use jiff::civil::Date;

use super::{Finding, Suppressed};
use crate::ims::inline::InlineIgnore;
use crate::ims::{Location, Model};
use crate::paths::PathPatterns;
use crate::rules::{self, ExpiredSuppression, Meta, Phase, UnusedSuppression};
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

/// What is suppressed and when.
#[derive(Clone, Debug, Default)]
pub struct Suppressions {
    /// The entries of the configuration.
    pub ignores: Vec<Ignore>,
    /// Whether everything that the configuration is for was scanned, so that an entry without a finding is unused.
    pub whole: bool,
    /// Comments in the scanned files do not count.
    pub ignore_comments: bool,
    /// The day; suppressions end on it. `None` for no end at all.
    pub today: Option<Date>,
}

impl Suppressions {
    /// Marks what is suppressed; the result is what there is to say of the suppressions themselves.
    pub(super) fn apply(&self, findings: &mut [Finding], model: &Model) -> Vec<Finding> {
        let mut own = Vec::new();
        let mut scan = Scan::new(findings, model);
        for ignore in &self.ignores {
            let found = scan.fitting(ignore);
            if let Some(end) = self.expired(ignore.until) {
                own.push(expired(&ignore.location, &[ignore.rule.as_str()], end, found.len()));
            } else if found.is_empty() && self.whole {
                own.push(unused(&ignore.location, &format!("`{}` says nothing here", ignore.rule)));
            } else {
                scan.suppress(&found, false, &ignore.reason);
            }
        }
        for ignore in model.ignores.iter().filter(|_| !self.ignore_comments) {
            self.inline(ignore, &mut scan, &mut own);
        }
        let marks = scan.marks;
        for (finding, mark) in findings.iter_mut().zip(marks) {
            finding.suppressed = finding.suppressed.take().or(mark);
        }
        own
    }

    fn inline(&self, ignore: &InlineIgnore, scan: &mut Scan<'_>, own: &mut Vec<Finding>) {
        if let Some(fault) = &ignore.fault {
            own.push(unused(&ignore.location, &format!("the comment {fault}")));
            return;
        }
        let covered = scan.covered(ignore);
        let of = |rule: &str| covered.iter().copied().filter(|i| scan.findings[*i].rule.id == rule).collect::<Vec<_>>();
        let found: Vec<(&str, Vec<usize>)> = ignore.rules.iter().map(|rule| (rule.as_str(), of(rule))).collect();
        if let Some(end) = self.expired(ignore.until) {
            let rules: Vec<&str> = found.iter().map(|(rule, _)| *rule).collect();
            own.push(expired(&ignore.location, &rules, end, found.iter().map(|(_, found)| found.len()).sum()));
            return;
        }
        let is_copy = scan.copies.contains(ignore.location.path());
        for (rule, found) in found {
            scan.suppress(&found, true, &ignore.reason);
            // The findings of a copy are told, and suppressed, where the original lies.
            if !found.is_empty() || is_copy {
                continue;
            }
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

/// The findings of a scan by what suppressions name, so that the time taken grows with the findings that can fit and not
/// with all findings for each suppression.
struct Scan<'a> {
    findings: &'a [Finding],
    model: &'a Model,
    by_rule: HashMap<&'static str, Vec<usize>>,
    by_file: HashMap<&'a SourcePath, Vec<usize>>,
    /// Files whose findings are told elsewhere.
    copies: HashSet<&'a SourcePath>,
    /// Names of the findings' files as seen from the directory of the configuration.
    relative: OnceCell<Vec<String>>,
    marks: Vec<Option<Suppressed>>,
}

impl<'a> Scan<'a> {
    fn new(findings: &'a [Finding], model: &'a Model) -> Self {
        let mut by_rule: HashMap<_, Vec<usize>> = HashMap::new();
        let mut by_file: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, finding) in findings.iter().enumerate() {
            by_rule.entry(finding.rule.id).or_default().push(index);
            by_file.entry(finding.location.path()).or_default().push(index);
        }
        let copies =
            model.integrations.iter().flat_map(|integration| &integration.copies).map(Location::path).collect();
        let marks = vec![None; findings.len()];
        Self { findings, model, by_rule, by_file, copies, relative: OnceCell::new(), marks }
    }

    /// The findings that an entry of the configuration fits.
    fn fitting(&self, ignore: &Ignore) -> Vec<usize> {
        let all = self.by_rule.get(ignore.rule.as_str());
        all.into_iter().flatten().copied().filter(|index| self.fits(ignore, *index)).collect()
    }

    fn fits(&self, ignore: &Ignore, index: usize) -> bool {
        let glob = |glob: &Option<GlobMatcher>, text: Option<&String>| {
            glob.as_ref().is_none_or(|glob| text.is_some_and(|text| glob.is_match(text)))
        };
        let finding = &self.findings[index];
        let integration = finding.integration.and_then(|index| self.model.integrations.get(index));
        let (own, whole) = (&finding.location, integration.map(|integration| &integration.location));
        glob(&ignore.jcr_path, own.jcr_path.as_ref().or(whole.and_then(|whole| whole.jcr_path.as_ref())))
            && glob(&ignore.pid, own.pid.as_ref().or(whole.and_then(|whole| whole.pid.as_ref())))
            && glob(&ignore.name, integration.and_then(|integration| integration.name.as_ref()))
            && ignore.paths.as_ref().is_none_or(|paths| paths.fits_relative(&self.relative(paths)[index]))
    }

    /// Names of all files as seen from the base of `paths`, which is the same for all entries of a configuration.
    fn relative(&self, paths: &PathPatterns) -> &[String] {
        let name = |finding: &Finding| paths.relative(&finding.location.path().to_string());
        self.relative.get_or_init(|| self.findings.iter().map(name).collect())
    }

    /// The findings that a comment covers, whatever their rule.
    fn covered(&self, ignore: &InlineIgnore) -> Vec<usize> {
        let all = self.by_file.get(ignore.location.path());
        let covers = |index: &usize| ignore.covers(&self.findings[*index].location);
        all.into_iter().flatten().copied().filter(covers).collect()
    }

    fn suppress(&mut self, found: &[usize], in_source: bool, reason: &str) {
        for index in found {
            self.marks[*index].get_or_insert_with(|| Suppressed { in_source, reason: reason.to_owned() });
        }
    }
}

fn unused(location: &Location, why: &str) -> Finding {
    let message = format!("The suppression suppresses nothing: {why}.");
    about(&UnusedSuppression::META, location, message, "suppresses nothing")
        .step(Phase::Files, "Delete the suppression, or correct the rule or the place that it names.")
}

fn expired(location: &Location, rules: &[&str], end: Date, findings: usize) -> Finding {
    let rules = rules.iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(", ");
    let plural = if findings == 1 { "" } else { "s" };
    let message = format!("The suppression of {rules} ended on {end}; it would hide {findings} finding{plural}.");
    about(&ExpiredSuppression::META, location, message, "no longer counts")
        .step(Phase::Files, "Repair what it hides, or give the suppression a later date and say why.")
}

fn about(meta: &'static Meta, location: &Location, message: String, label: &str) -> Finding {
    Finding::new(meta, location.clone(), message).label(label)
}
