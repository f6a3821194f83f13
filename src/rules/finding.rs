//! A finding.

use std::borrow::Cow;
use std::sync::Arc;

use super::fingerprint;
use super::step::{Phase, Step};
use crate::format::Position;
use crate::ims::{Confidence, Environment, Integration, Landscape, Location, SourceFile};
use crate::rules::{Effect, Level, Meta};

/// Most other places that a finding names: where there are so many, more of them tell nobody anything.
const MAX_RELATED: usize = 100;

/// What a rule says about one place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Meta,
    /// The rule's default level, or what the configuration makes of it.
    pub level: Level,
    /// What it means for the token of its integration, where that is not what the rule's metadata says.
    pub effect: Option<Effect>,
    /// How sure it is.
    pub confidence: Confidence,
    /// What is wrong and where it matters (product, environment); one sentence that ends with a full stop, Markdown
    /// code spans allowed. No secret values.
    pub message: String,
    /// A few words for the label under the source line.
    pub label: Cow<'static, str>,
    /// What goes where now, in the order in which people read it.
    pub steps: Vec<Step>,
    /// What to know beside the steps: sentences like the message. They are told before the steps.
    pub notes: Vec<String>,
    /// The documentation page for this product and AEM version.
    pub url: Cow<'static, str>,
    /// Where.
    pub location: Location,
    /// Other places that belong to it: the secret partner, who refers to it, the other run mode.
    pub related: Vec<Related>,
    /// Number of its system in the [`crate::ims::Landscape`]; `None` when it is about no system.
    pub system: Option<usize>,
    /// Index into [`crate::ims::Model::integrations`] of its system.
    pub integration: Option<usize>,
    /// Other integrations that it means the same for, such as those that share a secret.
    pub shared: Vec<usize>,
    /// It compares this system with others.
    pub compared: bool,
    /// Where it is in force.
    pub environments: Vec<Environment>,
    /// Stable identity across line moves and rebuilt packages, hex: from rule, integration and property.
    pub fingerprint: String,
    /// Why it is not counted, when somebody suppressed it.
    pub suppressed: Option<Suppressed>,
    /// Edits that settle it and need no human choice.
    pub fix: Option<Fix>,
}

/// Edits that settle a finding.
#[derive(Clone, Debug)]
pub struct Fix {
    /// What they do, one sentence.
    pub description: String,
    /// File by file.
    pub files: Vec<FileFix>,
}

/// Edits of one file on disk.
#[derive(Clone, Debug)]
pub struct FileFix {
    /// The file.
    pub file: Arc<SourceFile>,
    /// What takes the place of what, in order and without overlaps.
    pub replacements: Vec<FixReplacement>,
}

/// A text that takes the place of what stands between two positions.
#[derive(Clone, Debug)]
pub struct FixReplacement {
    /// First character that goes.
    pub start: Position,
    /// One past the last character that goes.
    pub end: Position,
    /// What comes. No secret values.
    pub text: String,
}

/// What to know about a place that the filter of its package leaves out.
fn not_covered(location: &Location) -> Option<String> {
    let package = location.file.context.package.as_ref().filter(|_| location.is_covered() == Some(false))?;
    let name = package.id.as_ref().map_or_else(|| package.path.to_string(), ToString::to_string);
    Some(format!("The filter of the package `{name}` does not cover this node; AEM may install it all the same."))
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

impl Finding {
    /// A finding of `rule` at its default level and confidence.
    pub fn new(rule: &'static Meta, location: Location, message: impl Into<String>) -> Self {
        Self {
            rule,
            level: rule.level,
            effect: None,
            confidence: rule.confidence,
            message: message.into(),
            label: rule.summary.into(),
            steps: Vec::new(),
            notes: not_covered(&location).into_iter().collect(),
            url: Cow::Borrowed(""),
            fingerprint: fingerprint::of_location(rule.id, &location),
            location,
            related: Vec::new(),
            system: None,
            integration: None,
            shared: Vec::new(),
            compared: false,
            environments: Vec::new(),
            suppressed: None,
            fix: None,
        }
    }

    /// The finding is about `integration`, number `index` of the model: takes over its environments and its identity,
    /// and is never surer than the integration itself.
    #[must_use]
    pub fn about(mut self, index: usize, integration: &Integration) -> Self {
        self.integration = Some(index);
        self.environments.clone_from(&integration.environments);
        self.confidence = self.confidence.min(integration.confidence);
        self.fingerprint = fingerprint::of_integration(self.rule.id, integration, self.location.property.as_deref());
        self
    }

    /// The integration that it is about.
    pub fn subject<'l>(&self, landscape: &'l Landscape) -> Option<&'l Integration> {
        landscape.integration(self.system?, self.integration?)
    }

    /// The words under the source line.
    #[must_use]
    pub fn label(mut self, label: impl Into<Cow<'static, str>>) -> Self {
        self.label = label.into();
        self
    }

    /// What to do next, and where.
    #[must_use]
    pub fn step(self, phase: Phase, text: impl Into<Cow<'static, str>>) -> Self {
        self.steps([Step::new(phase, text)])
    }

    /// What goes where now: steps, or pairs of phase and text.
    #[must_use]
    pub fn steps(mut self, steps: impl IntoIterator<Item = impl Into<Step>>) -> Self {
        self.steps.extend(steps.into_iter().map(Into::into));
        self
    }

    /// What to know beside the steps.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// What people read below the message, line by line: the notes, then the steps.
    pub fn help(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let notes = self.notes.iter().map(|note| Cow::Borrowed(note.as_str()));
        notes.chain(self.steps.iter().map(Step::line)).filter(|line| !line.is_empty())
    }

    /// The documentation page.
    #[must_use]
    pub fn url(mut self, url: impl Into<Cow<'static, str>>) -> Self {
        self.url = url.into();
        self
    }

    /// Another place that belongs to it.
    #[must_use]
    pub fn related(mut self, message: impl Into<String>, location: &Location) -> Self {
        if self.related.len() < MAX_RELATED {
            self.related.push(Related { message: message.into(), location: location.clone() });
        }
        self
    }

    /// Another level than the rule's.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// Another effect than the rule's errors have.
    #[must_use]
    pub fn effect(mut self, effect: Effect) -> Self {
        self.effect = Some(effect);
        self
    }

    /// What it means for the token of its integration: what is no error breaks nothing unless the rule says so.
    pub fn token_effect(&self) -> Effect {
        let of_rule = if self.level == Level::Error { self.rule.effect } else { Effect::None };
        self.effect.unwrap_or(of_rule)
    }

    /// In force in other places than the integration as a whole.
    #[must_use]
    pub fn within(mut self, environments: Vec<Environment>) -> Self {
        self.environments = environments;
        self
    }

    /// Less sure than the rule usually is.
    #[must_use]
    pub fn at_most(mut self, confidence: Confidence) -> Self {
        self.confidence = self.confidence.min(confidence);
        self
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::ims::SourceFile;
    use crate::repository::{FileContext, Package};
    use crate::rules::plaintext_secret::PlaintextSecret;
    use crate::rules::testing::location;
    use crate::source::SourcePath;

    #[test]
    fn a_node_that_the_filter_leaves_out_is_noted() {
        let filter = br#"<workspaceFilter version="1.0"><filter root="/apps/acme"/></workspaceFilter>"#;
        let package = Arc::new(Package::new(SourcePath::file("all.zip"), None, Some(filter)));
        let notes = |path: &str| {
            let mut place = location("all.zip", None);
            let context = FileContext { package: Some(Arc::clone(&package)), ..place.file.context.clone() };
            place.file = Arc::new(SourceFile { context, ..SourceFile::default() });
            place.jcr_path = Some(path.into());
            Finding::new(&PlaintextSecret::META, place, "").notes
        };
        let note = "The filter of the package `all.zip` does not cover this node; AEM may install it all the same.";
        assert_eq!(notes("/conf/acme"), [note]);
        assert!(notes("/apps/acme/config").is_empty());
    }

    #[test]
    fn notes_are_told_before_the_steps_in_the_order_of_the_rule() {
        let finding = Finding::new(&PlaintextSecret::META, location("x", None), "")
            .step(Phase::Files, "Change the file.")
            .steps([Step::new(Phase::DeveloperConsole, "Take a secret.").led()])
            .note("It is open which of the two wins.");
        let expected =
            ["It is open which of the two wins.", "Change the file.", "Adobe Developer Console: take a secret."];
        assert_eq!(finding.help().collect::<Vec<_>>(), expected);
    }
}
