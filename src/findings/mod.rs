//! Stage *findings*: decides what is reported, and in which order.

pub mod baseline;
pub mod effects;
pub mod selection;
pub mod suppress;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::HashMap;

use crate::ims::{Landscape, disclosure};

use crate::rules::Step;
pub use crate::rules::{Finding, Level, Suppressed};
pub use effects::Effects;
pub use selection::Selection;

/// Sorts findings into report order, makes equal fingerprints distinct, marks suppressed findings, adds findings about
/// the suppressions and applies the selection, in this order. So findings that are not reported do not change the
/// fingerprints of the rest, and a suppression of a rule that is turned off does not count as unused.
///
/// The effects on the findings are counted.
pub fn select(mut findings: Vec<Finding>, landscape: &Landscape, selection: &Selection) -> (Vec<Finding>, Effects) {
    order(&mut findings);
    let own = selection.suppressions.apply(&mut findings, landscape);
    if !own.is_empty() {
        findings.extend(own);
        order(&mut findings);
    }
    let effects = selection.apply(&mut findings);
    findings.iter_mut().for_each(mask);
    (findings, effects)
}

/// What `selection` makes of `findings` that come to those of other scans: comparisons of what these found. They are put
/// into report order, and given distinct fingerprints, together with the others.
pub fn select_compared(findings: &mut Vec<Finding>, landscape: &Landscape, selection: &Selection) -> Effects {
    let own = selection.suppressions.apply(findings, landscape);
    findings.extend(own);
    let effects = selection.apply(findings);
    findings.iter_mut().for_each(mask);
    effects
}

/// The texts of a finding may quote a file, so anything that looks like a secret is removed here. The data that
/// identifies a finding is not changed.
fn mask(finding: &mut Finding) {
    let related = finding.related.iter_mut().map(|related| &mut related.message);
    let details = finding.steps.iter_mut().flat_map(Step::details_mut);
    let values = details.flat_map(|detail| detail.old.iter_mut().chain(&mut detail.new));
    for text in std::iter::once(&mut finding.message).chain(values).chain(&mut finding.notes).chain(related) {
        if let Cow::Owned(masked) = disclosure::sentence(text) {
            *text = masked;
        }
    }
    let steps = finding.steps.iter_mut().map(|step| &mut step.text);
    for text in steps.chain(std::iter::once(&mut finding.label)) {
        disclosure::mask_sentence(text);
    }
    // Free text by a user, like a name.
    if let Some(suppressed) = &mut finding.suppressed {
        suppressed.reason = disclosure::name(&suppressed.reason).into_owned();
    }
}

/// Sorts findings into report order (path, position, rule, message) and makes equal fingerprints distinct: the second
/// one ends in `:2`, the third in `:3`.
pub fn order(findings: &mut [Finding]) {
    findings.sort_by(|a, b| key(a).cmp(&key(b)));
    number(findings);
}

/// Like [`order`], but keeps the findings of each system together, because files of several systems may have the same
/// path.
pub fn order_by_system(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let place = (a.location.path(), a.system).cmp(&(b.location.path(), b.system));
        place.then_with(|| key(a).cmp(&key(b)))
    });
    number(findings);
}

fn number(findings: &mut [Finding]) {
    let mut seen: HashMap<String, u32> = HashMap::new();
    for finding in findings {
        let count = seen.entry(finding.fingerprint.clone()).or_default();
        *count += 1;
        if *count > 1 {
            finding.fingerprint = format!("{}:{count}", finding.fingerprint);
        }
    }
}

fn key(finding: &Finding) -> impl Ord + '_ {
    let Finding { location, rule, message, fingerprint, .. } = finding;
    (location.path(), location.start.offset, location.end.offset, rule.id, message, fingerprint)
}
