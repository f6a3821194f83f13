//! A finding.

use crate::ims::{Confidence, Environment, Location};
use crate::rules::{Level, Meta};

/// What a rule says about one place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Meta,
    /// The rule's default level, or what the configuration makes of it.
    pub level: Level,
    /// How sure it is.
    pub confidence: Confidence,
    /// What is wrong and where it matters (product, environment); one sentence that ends with a full stop, Markdown
    /// code spans allowed. No secret values.
    pub message: String,
    /// A few words for the label under the source line.
    pub label: String,
    /// What goes where now: one step per line.
    pub help: Vec<String>,
    /// The documentation page for this product and AEM version.
    pub url: String,
    /// Where.
    pub location: Location,
    /// Other places that belong to it: the secret partner, who refers to it, the other run mode.
    pub related: Vec<Related>,
    /// Index into [`crate::ims::Model::integrations`].
    pub integration: Option<usize>,
    /// Where it is in force.
    pub environments: Vec<Environment>,
    /// Stable identity across line moves and rebuilt packages, hex: from rule, integration and property.
    pub fingerprint: String,
    /// Why it is not counted, when somebody suppressed it.
    pub suppressed: Option<Suppressed>,
}

/// A place that belongs to a finding.
#[derive(Clone, Debug)]
pub struct Related {
    /// What is there: a few words.
    pub message: String,
    /// Where.
    pub location: Location,
}

/// A suppression that applies to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// In the source (`inSource`) rather than in the configuration or the baseline (`external`).
    pub in_source: bool,
    /// The reason its author gave.
    pub reason: String,
}
