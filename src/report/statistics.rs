//! How many findings each rule has, and how many of them `--fix` can fix.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use super::configuration::Account;
use super::totals::{self, Totals, counted};
use super::wrap::wrapped_lines;
use super::{Options, Report, text};
use crate::rules::Level;

/// The counts of a rule.
#[derive(Clone, Copy, Debug)]
struct OfRule {
    level: Level,
    findings: u64,
    fixable: u64,
}

/// Writes the table, the rules with the most findings first. Fixes must be attached already.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    wrapped_lines(out, options.width, |out| {
        let rules = by_rule(report, options);
        if !rules.is_empty() {
            writeln!(out, "FINDINGS  FIXABLE  LEVEL    RULE")?;
            for (rule, OfRule { level, findings, fixable }) in &rules {
                writeln!(out, "{findings:>8}  {fixable:>7}  {:<7}  {rule}", level.id())?;
            }
            let fixable: u64 = rules.iter().map(|(_, of_rule)| of_rule.fixable).sum();
            let findings = rules.iter().map(|(_, of_rule)| of_rule.findings).sum();
            writeln!(out, "\n{}; --fix can fix {fixable} of them", counted(findings, "finding"))?;
        }
        text::account(&Account::of(report), out)?;
        writeln!(out, "{}", Totals::of(report).summary(report))
    })
}

fn by_rule(report: &Report, options: &Options) -> Vec<(&'static str, OfRule)> {
    let mut rules: BTreeMap<&'static str, OfRule> = BTreeMap::new();
    for finding in totals::shown(report, options) {
        let of_rule = rules.entry(finding.rule.id).or_insert(OfRule { level: finding.level, findings: 0, fixable: 0 });
        of_rule.level = of_rule.level.max(finding.level);
        of_rule.findings += 1;
        of_rule.fixable += u64::from(finding.fix.is_some());
    }
    let mut rules: Vec<_> = rules.into_iter().collect();
    rules.sort_by_key(|(_, of_rule)| Reverse(of_rule.findings));
    rules
}
