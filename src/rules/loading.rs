//! What the rules on files that AEM does not load as a person reads them have in common.

use super::{Meta, Phase, words};
use crate::ims::Model;
use crate::ims::model::{Verdict, VerdictKind};
use crate::rules::Finding;

/// Reports every verdict whose kind `says` has words for: the label and the steps.
pub(super) fn check(
    rule: &'static Meta,
    url: &str,
    says: impl Fn(VerdictKind) -> Option<(&'static str, &'static [(Phase, &'static str)])>,
    model: &Model,
    findings: &mut Vec<Finding>,
) {
    for (index, integration) in model.integrations.iter().enumerate() {
        for Verdict { kind, message, location } in &integration.verdicts {
            let Some((label, steps)) = says(*kind) else { continue };
            let message =
                format!("{}: {}.", words::sentence(&words::subject(integration)), message.trim_end_matches('.'),);
            findings.push(
                Finding::new(rule, location.clone(), message)
                    .about(index, integration)
                    .label(label)
                    .steps(steps.iter().copied())
                    .url(url),
            );
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::ims::Integration;
    use crate::rules::testing::{location, oauth_provider};

    /// A provider with a verdict of `kind`.
    pub(in crate::rules) fn provider_with(kind: VerdictKind) -> Integration {
        let mut provider = oauth_provider("acme");
        let location = location("config/x.config", None);
        provider.verdicts.push(Verdict { kind, message: "AEM does something else.".to_owned(), location });
        provider
    }
}
