//! Decides which help is shown with a finding, and which once per run after all findings.
//!
//! Many findings of one rule have the same steps, except for a name or an address. A finding shows only new help, in a
//! few lines; a long list of steps is shown once for all findings that share it.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::shared::{self, Shared};
use crate::findings::Finding;
use crate::report::Report;

/// Maximum number of help lines with a finding.
pub(super) const MOST_LINES: usize = 3;

/// The help of the findings of a report.
#[derive(Debug, Default)]
pub(super) struct Advice<'r> {
    beside: Vec<Vec<Cow<'r, str>>>,
    /// Steps that are shown once, in the order of the findings.
    pub(super) shared: Vec<Shared>,
}

impl<'r> Advice<'r> {
    /// Shows all help with each of the `findings`.
    pub(super) fn in_full(findings: &[&'r Finding]) -> Self {
        let page = |finding: &&'r Finding| (!finding.url.is_empty()).then(|| format!("see {}", finding.url).into());
        let beside = findings.iter().map(|finding| finding.help().chain(page(finding)).collect()).collect();
        Self { beside, shared: Vec::new() }
    }

    /// Shows new help with each of the `findings`, and the rest once.
    pub(super) fn in_brief(report: &Report, findings: &[&'r Finding]) -> Self {
        let mut advice = Self { beside: vec![Vec::new(); findings.len()], shared: Vec::new() };
        for members in alike(report, findings) {
            let of_members: Vec<&'r Finding> = members.iter().filter_map(|at| findings.get(*at).copied()).collect();
            for shared in Shared::of(report, &of_members) {
                for (member, own) in &shared.members {
                    let (index, finding) = (members[*member], of_members[*member]);
                    let own = own.iter().filter_map(|number| finding.steps.get(*number)).map(|step| step.line());
                    let steps = finding.steps.len();
                    let pointer = Cow::Owned(format!("the {steps} steps are below: {}", shared.heading));
                    advice.beside[index] = [pointer].into_iter().chain(notes(finding)).chain(own).collect();
                }
                advice.shared.push(shared);
            }
        }
        let mut told = HashSet::new();
        for (finding, beside) in findings.iter().zip(&mut advice.beside).filter(|(_, beside)| beside.is_empty()) {
            let lines = finding.help().filter(|line| told.insert((finding.rule.id, line.clone())));
            *beside = lines.take(MOST_LINES).collect();
        }
        advice
    }

    /// The help shown with finding number `index`.
    pub(super) fn beside(&self, index: usize) -> &[Cow<'r, str>] {
        self.beside.get(index).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The notes.
fn notes(finding: &Finding) -> impl Iterator<Item = Cow<'_, str>> {
    finding.notes.iter().filter(|note| !note.is_empty()).take(MOST_LINES - 1).map(|note| Cow::Borrowed(note.as_str()))
}

/// The findings whose help is too long to be shown with them, by rule and by what their steps are for.
fn alike(report: &Report, findings: &[&Finding]) -> Vec<Vec<usize>> {
    let mut alike: Vec<Vec<usize>> = Vec::new();
    let mut known = HashMap::new();
    for (index, finding) in findings.iter().enumerate() {
        if finding.help().count() > MOST_LINES {
            let place = *known.entry((finding.rule.id, shared::heading(report, finding))).or_insert(alike.len());
            match alike.get_mut(place) {
                Some(members) => members.push(index),
                None => alike.push(vec![index]),
            }
        }
    }
    alike
}
