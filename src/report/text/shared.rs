//! Steps that are shown once for several findings.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::advice::MOST_LINES;
use crate::findings::Finding;
use crate::ims::AuthType;
use crate::report::Report;
use crate::report::escape::code_spans;
use crate::rules::{Migration, Step, words};

/// Maximum number of findings in one line; the rest are counted.
const NAMED: usize = 12;
/// Replaces a name or an address that differs between the findings.
const VARIES: &str = "`…`";

/// Steps that are shown once.
#[derive(Debug)]
pub(super) struct Shared {
    /// What they are for.
    pub(super) heading: String,
    /// The findings that they are for, by their usual names.
    pub(super) names: String,
    /// The steps, each with its findings if it does not apply to all of them.
    pub(super) steps: Vec<(Option<String>, String)>,
    /// The documentation pages.
    pub(super) pages: Vec<String>,
    /// The findings by number, with the numbers of their steps whose text differs from the others.
    pub(super) members: Vec<(usize, Vec<usize>)>,
}

/// A step of some findings.
#[derive(Debug, Default)]
struct Common<'f> {
    /// Its text, and its code spans with `None` for those that differ.
    line: String,
    spans: Vec<Option<&'f str>>,
    /// Where it occurs: number of the finding and number of the step in it.
    who: Vec<(usize, usize)>,
}

impl Common<'_> {
    fn varies(&self) -> bool {
        self.spans.iter().any(Option::is_none)
    }
}

impl Shared {
    /// The steps of `findings`, which have the same heading, in one list. Findings whose own steps do not fit next to
    /// them get a separate list.
    pub(super) fn of(report: &Report, findings: &[&Finding]) -> Vec<Self> {
        let lines: Vec<Vec<Cow<'_, str>>> = findings.iter().map(|finding| lines(finding)).collect();
        let all: Vec<usize> = (0..findings.len()).collect();
        let own = own_steps(&common(&lines, &all));
        let room = |finding: &Finding| MOST_LINES - 1 - finding.notes.len().min(MOST_LINES - 1);
        let fits = |at: &usize| own.get(at).is_none_or(|own| own.len() <= room(findings[*at]));
        let (together, apart): (Vec<usize>, Vec<usize>) = all.iter().partition(|at| fits(at));
        let mut by_words: HashMap<&[Cow<'_, str>], Vec<usize>> = HashMap::new();
        let mut order = Vec::new();
        for at in apart {
            let members = by_words.entry(&lines[at]).or_default();
            if members.is_empty() {
                order.push(&lines[at]);
            }
            members.push(at);
        }
        let apart = order.iter().filter_map(|words| by_words.remove(words.as_slice()));
        let lists = std::iter::once(together).chain(apart).filter(|members| !members.is_empty());
        lists.map(|members| Self::list(report, findings, &lines, &members)).collect()
    }

    fn list(report: &Report, findings: &[&Finding], lines: &[Vec<Cow<'_, str>>], members: &[usize]) -> Self {
        let common = common(lines, members);
        let mut own = own_steps(&common);
        let names = |members: &mut dyn Iterator<Item = usize>| names(report, members.map(|at| findings[at]));
        let steps = common.iter().map(|step| {
            let is_of_all = step.who.len() == members.len();
            let who = (!is_of_all).then(|| names(&mut step.who.iter().map(|(at, _)| *at)));
            (who, step.line.clone())
        });
        let steps = steps.collect();
        let mut pages: Vec<String> = Vec::new();
        for at in members {
            let url = &findings[*at].url;
            if !url.is_empty() && !pages.iter().any(|page| page == url) && pages.len() < MOST_LINES {
                pages.push(url.clone().into_owned());
            }
        }
        Self {
            heading: members.first().map(|at| heading(report, findings[*at])).unwrap_or_default(),
            names: names(&mut members.iter().copied()),
            steps,
            pages,
            members: members.iter().map(|at| (*at, own.remove(at).unwrap_or_default())).collect(),
        }
    }
}

/// The steps of a finding, and its notes if they do not fit next to it.
fn lines(finding: &Finding) -> Vec<Cow<'_, str>> {
    let notes = finding.notes.iter().filter(|note| !note.is_empty()).skip(MOST_LINES - 1);
    notes.map(|note| Cow::Borrowed(note.as_str())).chain(finding.steps.iter().map(Step::line)).collect()
}

/// The steps that the `members` have in common, in an order that fits each of them if possible. Steps that differ only
/// in code spans are merged.
fn common<'f>(lines: &'f [Vec<Cow<'_, str>>], members: &[usize]) -> Vec<Common<'f>> {
    let mut steps: Vec<Common<'f>> = Vec::new();
    let mut order: Vec<usize> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for member in members {
        let mut after = 0;
        for (number, line) in lines[*member].iter().enumerate() {
            let spans = code_spans(line).filter(|(code, _)| *code).map(|(_, text)| text);
            let next = steps.len();
            let index = *known.entry(with_spans(line, |_| true)).or_insert(next);
            if index == next {
                let spans = spans.map(Some).collect();
                steps.push(Common { line: line.clone().into_owned(), spans, who: Vec::new() });
                order.insert(after, index);
                after += 1;
            } else {
                for (known, span) in steps[index].spans.iter_mut().zip(spans) {
                    *known = known.filter(|known| *known == span);
                }
                after = order.iter().position(|at| *at == index).map_or(after, |at| at + 1);
            }
            steps[index].who.push((*member, number));
        }
    }
    for step in steps.iter_mut().filter(|step| step.varies()) {
        let varies: Vec<bool> = step.spans.iter().map(Option::is_none).collect();
        step.line = with_spans(&step.line, |number| varies.get(number).copied().unwrap_or(false));
    }
    let mut steps: Vec<Option<Common<'f>>> = steps.into_iter().map(Some).collect();
    order.iter().filter_map(|index| steps[*index].take()).collect()
}

/// The numbers of the steps whose text is specific to each finding.
fn own_steps(common: &[Common<'_>]) -> HashMap<usize, Vec<usize>> {
    let mut own: HashMap<usize, Vec<usize>> = HashMap::new();
    for (finding, step) in common.iter().filter(|step| step.varies()).flat_map(|step| &step.who) {
        own.entry(*finding).or_default().push(*step);
    }
    own
}

/// `line` with [`VARIES`] instead of the code spans in `hide`, given by number.
fn with_spans(line: &str, hide: impl Fn(usize) -> bool) -> String {
    let mut number = 0;
    let mut out = String::with_capacity(line.len());
    for (code, text) in code_spans(line) {
        if !code {
            out.push_str(text);
            continue;
        }
        if hide(number) {
            out.push_str(VARIES);
        } else {
            out.extend(["`", text, "`"]);
        }
        number += 1;
    }
    out
}

/// What the steps of a finding are for: "How to migrate an IMS configuration", or the rule.
pub(super) fn heading(report: &Report, finding: &Finding) -> String {
    let integration = report.integration_of(finding);
    let of_migration = finding.rule.migration == Migration::Integration;
    match integration.filter(|integration| of_migration && integration.auth == AuthType::Jwt).map(words::kind) {
        Some(kind) => {
            let article = if kind.starts_with(['A', 'E', 'I', 'O', 'U', '`']) { "an" } else { "a" };
            format!("How to migrate {article} {kind}")
        }
        None => format!("How to fix {}", finding.rule.id),
    }
}

/// The usual names of the findings: their integrations, or else their files.
fn names<'f>(report: &Report, findings: impl Iterator<Item = &'f Finding>) -> String {
    let mut seen = HashSet::new();
    let name = |finding: &Finding| {
        let integration = report.integration_of(finding);
        match integration.map(|integration| (integration, integration.name.as_deref())) {
            Some((_, Some(name))) if !name.trim().is_empty() => words::code(name),
            Some((integration, _)) => words::subject(integration),
            None => format!("{}:{}", finding.location.path().file_name(), finding.location.start.line),
        }
    };
    let mut names: Vec<String> = findings.map(name).filter(|name| seen.insert(name.clone())).collect();
    if let Some(more) = names.len().checked_sub(NAMED).filter(|more| *more > 0) {
        names.truncate(NAMED);
        names.push(format!("{more} more"));
    }
    words::list(&names)
}
