//! Suppressions: `[[ignore]]` entries of the configuration and comments in the files.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use globset::GlobMatcher;
use jiff::civil::Date;

use super::{Finding, Suppressed};
use crate::budget::{Allowance, COMPARISONS};
use crate::ims::inline::InlineIgnore;
use crate::ims::{Integration, Landscape, Location};
use crate::paths::PathPatterns;
use crate::patterns::PatternIndex;
use crate::rules::{self, ExpiredSuppression, Phase, UnusedSuppression};
use crate::source::SourcePath;
use crate::suggest::nearest;

/// An `[[ignore]]` entry. It suppresses a finding if all given settings match.
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
    /// Last day on which it applies.
    pub until: Option<Date>,
    /// The entry.
    pub location: Location,
}

/// What is suppressed and when.
#[derive(Clone, Debug, Default)]
pub struct Suppressions {
    /// The entries of the configuration.
    pub ignores: Vec<Ignore>,
    /// Whether everything covered by the configuration was scanned, so that an entry without a finding is unused.
    pub whole: bool,
    /// Whether comments in the scanned files are ignored: the scan forgets them.
    pub ignore_comments: bool,
    /// The current date, to decide whether suppressions have expired. With `None` they never expire.
    pub today: Option<Date>,
}

impl Suppressions {
    /// Marks suppressed findings. Returns findings about the suppressions themselves.
    pub(super) fn apply(&self, findings: &mut [Finding], landscape: &Landscape) -> Vec<Finding> {
        let mut own = Vec::new();
        let mut scan = Scan::new(findings, landscape);
        let (all, complete) = scan.fitting(&self.ignores, COMPARISONS);
        for (ignore, found) in self.ignores.iter().zip(all) {
            if let Some(end) = self.expired(ignore.until) {
                own.push(expired(&ignore.location, &[ignore.rule.as_str()], end, found.len()));
            } else if found.is_empty() && !complete {
                own.push(unused(&ignore.location, TOO_MANY));
            } else if found.is_empty() && self.whole {
                own.push(unused(&ignore.location, &format!("`{}` reports nothing here", ignore.rule)));
            } else {
                scan.suppress(&found, false, &ignore.reason);
            }
        }
        for (number, model) in landscape.models().iter().enumerate() {
            let first = own.len();
            model.ignores.iter().for_each(|ignore| self.inline(ignore, &mut scan, &mut own));
            own[first..].iter_mut().for_each(|finding| finding.system = Some(number));
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
        let found: Vec<(&str, Vec<usize>)> =
            ignore.rules.iter().map(|rule| (rule.as_str(), scan.covered(ignore, rule))).collect();
        if let Some(end) = self.expired(ignore.until) {
            if ignore.is_judged {
                return;
            }
            let rules: Vec<&str> = found.iter().map(|(rule, _)| *rule).collect();
            own.push(expired(&ignore.location, &rules, end, found.iter().map(|(_, found)| found.len()).sum()));
            return;
        }
        let is_copy = scan.copies.contains(ignore.location.path());
        for (rule, found) in found {
            scan.suppress(&found, true, &ignore.reason);
            // The findings of a copy are reported, and suppressed, at the original. Another system, in this run or in a
            // report merged with this one, may be what a comparison needs.
            if !found.is_empty() || is_copy || rules::compares_systems(rule) {
                continue;
            }
            let why = match (rules::by_id(rule), nearest(rule, rules::RULES.iter().map(|rule| rule.meta().id))) {
                (Some(_), _) => format!("`{rule}` reports nothing here"),
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

const TOO_MANY: &str = "the entries of this configuration need more than two million comparisons, so some were \
    skipped; make the name, PID or path more specific";

/// The findings of a scan, indexed by what suppressions refer to, so that the time depends on the findings that can
/// match rather than on all of them.
struct Scan<'a> {
    /// In order of file and position.
    findings: &'a [Finding],
    landscape: &'a Landscape,
    by_rule: HashMap<&'static str, Vec<usize>>,
    by_file: HashMap<(&'a SourcePath, &'static str), Vec<usize>>,
    /// Files whose findings are reported elsewhere.
    copies: HashSet<&'a SourcePath>,
    /// Names of the findings' files, relative to the directory of the configuration.
    relative: OnceCell<Vec<Arc<str>>>,
    marks: Vec<Option<Suppressed>>,
}

impl<'a> Scan<'a> {
    fn new(findings: &'a [Finding], landscape: &'a Landscape) -> Self {
        let mut by_rule: HashMap<_, Vec<usize>> = HashMap::new();
        let mut by_file: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, finding) in findings.iter().enumerate() {
            by_rule.entry(finding.rule.id).or_default().push(index);
            by_file.entry((finding.location.path(), finding.rule.id)).or_default().push(index);
        }
        let copies = landscape.integrations().flat_map(|integration| &integration.copies).map(Location::path).collect();
        let marks = vec![None; findings.len()];
        Self { findings, landscape, by_rule, by_file, copies, relative: OnceCell::new(), marks }
    }

    /// For each entry of the configuration, the findings that it matches, and whether this needed at most `most`
    /// comparisons.
    fn fitting(&self, ignores: &[Ignore], most: u64) -> (Vec<Vec<usize>>, bool) {
        let mut fitting = vec![Vec::new(); ignores.len()];
        let mut of_rule: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (number, ignore) in ignores.iter().enumerate() {
            of_rule.entry(&ignore.rule).or_default().push(number);
        }
        let left = Allowance::new(most);
        for (rule, numbers) in of_rule {
            let Some(findings) = self.by_rule.get(rule) else { continue };
            let entries = IgnoreEntries::new(ignores, &numbers);
            for &index in findings {
                for number in entries.candidates(self, index) {
                    if left.take(1).is_none() {
                        return (fitting, false);
                    }
                    if self.fits(&ignores[number], index) {
                        fitting[number].push(index);
                    }
                }
            }
        }
        (fitting, true)
    }

    fn fits(&self, ignore: &Ignore, index: usize) -> bool {
        let glob = |glob: &Option<GlobMatcher>, text: Option<&str>| {
            glob.as_ref().is_none_or(|glob| text.is_some_and(|text| glob.is_match(text)))
        };
        glob(&ignore.jcr_path, self.jcr_path(index))
            && glob(&ignore.pid, self.pid(index))
            && glob(&ignore.name, self.name(index))
            && ignore.paths.as_ref().is_none_or(|paths| paths.fits_relative(&self.relative(paths)[index]))
    }

    fn integration(&self, index: usize) -> Option<&'a Integration> {
        self.findings[index].subject(self.landscape)
    }

    fn jcr_path(&self, index: usize) -> Option<&'a str> {
        let own = self.findings[index].location.jcr_path.as_deref();
        own.or_else(|| self.integration(index)?.location.jcr_path.as_deref())
    }

    fn pid(&self, index: usize) -> Option<&'a str> {
        let own = self.findings[index].location.pid.as_deref();
        own.or_else(|| self.integration(index)?.location.pid.as_deref())
    }

    fn name(&self, index: usize) -> Option<&'a str> {
        self.integration(index)?.name.as_deref()
    }

    /// Names of all files as seen from the base of `paths`, which is the same for all entries of a configuration.
    fn relative(&self, paths: &PathPatterns) -> &[Arc<str>] {
        self.relative.get_or_init(|| {
            let mut last: Option<(&SourcePath, Arc<str>)> = None;
            let name = |finding: &'a Finding| {
                let path = finding.location.path();
                let known = last.take().filter(|(known, _)| *known == path);
                let (_, name) = last.insert(known.unwrap_or_else(|| (path, paths.relative(&path.to_string()).into())));
                Arc::clone(name)
            };
            self.findings.iter().map(name).collect()
        })
    }

    /// The findings of `rule` that a comment covers, sorted by position.
    fn covered(&self, ignore: &InlineIgnore, rule: &str) -> Vec<usize> {
        let Some(meta) = rules::by_id(rule).map(|rule| rule.meta()) else { return Vec::new() };
        let all = self.by_file.get(&(ignore.location.path(), meta.id)).map_or(&[][..], Vec::as_slice);
        let begins = |offset: u64| all.partition_point(|index| self.findings[*index].location.start.offset < offset);
        let (from, to) = (begins(ignore.from), if ignore.to == u64::MAX { all.len() } else { begins(ignore.to) });
        all.get(from..to).unwrap_or_default().to_vec()
    }

    fn suppress(&mut self, found: &[usize], in_source: bool, reason: &str) {
        for index in found {
            self.marks[*index].get_or_insert_with(|| Suppressed { in_source, reason: reason.to_owned() });
        }
    }
}

/// The entries for one rule, indexed by one setting of each.
struct IgnoreEntries<'i> {
    numbers: Vec<(Said<'i>, Vec<usize>, PatternIndex)>,
}

/// The settings by which an entry selects its findings.
#[derive(Clone, Copy)]
enum Said<'i> {
    Name,
    Pid,
    JcrPath,
    Path(&'i PathPatterns),
}

/// Entries that are indexed by the same setting.
#[derive(Default)]
struct IgnoreGroup<'i> {
    said: Option<Said<'i>>,
    numbers: Vec<usize>,
    patterns: Vec<Vec<&'i str>>,
}

impl<'i> IgnoreEntries<'i> {
    fn new(ignores: &'i [Ignore], numbers: &[usize]) -> Self {
        let glob = |glob: &'i Option<GlobMatcher>| glob.as_ref().map(|glob| vec![glob.glob().glob()]);
        let mut all: [IgnoreGroup<'i>; 4] = Default::default();
        for &number in numbers {
            let ignore = &ignores[number];
            let paths = ignore.paths.as_ref();
            let said = [
                glob(&ignore.name).map(|patterns| (Said::Name, patterns)),
                glob(&ignore.pid).map(|patterns| (Said::Pid, patterns)),
                glob(&ignore.jcr_path).map(|patterns| (Said::JcrPath, patterns)),
                paths.map(|paths| (Said::Path(paths), paths.written().collect())),
            ];
            // An entry has at least one of them (`Config::read`).
            let known = said.into_iter().enumerate().filter_map(|(at, said)| Some((at, said?)));
            let most = |(_, (_, patterns)): &(usize, (Said<'_>, Vec<&str>))| PatternIndex::selectivity(patterns);
            if let Some((at, (said, patterns))) = known.max_by_key(most) {
                all[at].said.get_or_insert(said);
                all[at].numbers.push(number);
                all[at].patterns.push(patterns);
            }
        }
        let index =
            |group: IgnoreGroup<'i>| Some((group.said?, group.numbers, PatternIndex::new(group.patterns, false)));
        Self { numbers: all.into_iter().filter_map(index).collect() }
    }

    /// The numbers of the entries that can match a finding.
    fn candidates(&self, scan: &Scan<'_>, finding: usize) -> Vec<usize> {
        let mut candidates = Vec::new();
        for (said, numbers, index) in &self.numbers {
            let text = match said {
                Said::Name => scan.name(finding),
                Said::Pid => scan.pid(finding),
                Said::JcrPath => scan.jcr_path(finding),
                Said::Path(paths) => Some(&*scan.relative(paths)[finding]),
            };
            candidates.extend(text.into_iter().flat_map(|text| index.candidates(text)).map(|at| numbers[at]));
        }
        candidates
    }
}

fn unused(location: &Location, why: &str) -> Finding {
    let message = format!("The suppression has no effect: {why}.");
    Finding::new(&UnusedSuppression::META, location.clone(), message)
        .label("no effect")
        .step(Phase::Files, "Delete the suppression, or correct its rule or location.")
}

fn expired(location: &Location, rules: &[&str], end: Date, findings: usize) -> Finding {
    let rules = rules.iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(", ");
    let plural = if findings == 1 { "" } else { "s" };
    let message = format!("The suppression of {rules} expired on {end}; it would hide {findings} finding{plural}.");
    Finding::new(&ExpiredSuppression::META, location.clone(), message)
        .label("expired")
        .step(Phase::Files, "Fix the suppressed findings, or set a later date and give the reason.")
}

#[cfg(test)]
mod tests {
    use globset::Glob;

    use super::*;
    use crate::rules::by_id;
    use crate::rules::testing::{jwt_provider, location, model};

    fn ignore(name: &str) -> Ignore {
        let place = location("aem-ims-lint.toml", None);
        let name = Some(Glob::new(name).unwrap().compile_matcher());
        let (rule, reason) = ("jwt-credential".to_owned(), "r".to_owned());
        Ignore { rule, paths: None, jcr_path: None, pid: None, name, reason, until: None, location: place }
    }

    #[test]
    fn entries_are_compared_with_what_they_can_fit_and_no_more_than_so_often() {
        let model = model(["acme-1", "acme-2", "other"].map(jwt_provider).into());
        let meta = by_id("jwt-credential").unwrap().meta();
        let finding = |(index, one): (usize, &Integration)| {
            let finding = Finding::new(meta, one.location.clone(), "").about(index, one);
            Finding { system: Some(0), ..finding }
        };
        let findings: Vec<Finding> = model.integrations.iter().enumerate().map(finding).collect();
        let landscape = Landscape::from(model);
        let scan = Scan::new(&findings, &landscape);
        let ignores = ["acme-?", "oth*", "none-*", "*"].map(ignore);
        let all = vec![vec![0, 1], vec![2], vec![], vec![0, 1, 2]];
        // Two with `acme-?`, one with `oth*`, three with `*`.
        assert_eq!(scan.fitting(&ignores, 6), (all, true));
        let (some, complete) = scan.fitting(&ignores, 5);
        assert!(!complete && some[0] == [0, 1], "{some:?}");
    }
}
