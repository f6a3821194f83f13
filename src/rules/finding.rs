//! A finding.

use std::borrow::Cow;
use std::sync::Arc;

use super::fingerprint;
use super::step::{Phase, Step};
use crate::format::Position;
use crate::ims::{Confidence, Environment, Integration, Landscape, Location, SourceFile};
use crate::rules::{Effect, Level, Meta};

/// Maximum number of related locations in a finding; more would not help the reader.
const MAX_RELATED: usize = 100;

/// What a rule reports about one location.
#[derive(Clone, Debug)]
#[must_use]
pub struct Finding {
    /// The rule.
    pub rule: &'static Meta,
    /// The rule's default level, or the configured one.
    pub level: Level,
    /// The effect on the integration's token, if it differs from the rule's metadata.
    pub effect: Option<Effect>,
    /// Its confidence.
    pub confidence: Confidence,
    /// What is wrong and where it matters (product, environment), in one sentence with a full stop. Markdown code spans
    /// are allowed. No secret values.
    pub message: String,
    /// Short label under the source line.
    pub label: Cow<'static, str>,
    /// The steps to fix it, in reading order.
    pub steps: Vec<Step>,
    /// Additional notes, sentences like the message. They are shown before the steps.
    pub notes: Vec<String>,
    /// The documentation page for this product and AEM version.
    pub url: Cow<'static, str>,
    /// Where.
    pub location: Location,
    /// Related locations: the secret partner, references to it, the other run mode.
    pub related: Vec<Related>,
    /// Index of its system in the [`crate::ims::Landscape`]; `None` if it does not belong to a system.
    pub system: Option<usize>,
    /// Index into [`crate::ims::Model::integrations`] of its system.
    pub integration: Option<usize>,
    /// Other integrations it applies to as well, such as those that share a secret.
    pub shared: Vec<usize>,
    /// Whether it compares this system with others.
    pub compared: bool,
    /// The environments in which it is in force.
    pub environments: Vec<Environment>,
    /// Identity that stays the same when lines move or packages are rebuilt, in hex: from rule, integration and
    /// property.
    pub fingerprint: String,
    /// The suppression, if it is suppressed and so not counted.
    pub suppressed: Option<Suppressed>,
    /// Safe edits that fix it.
    pub fix: Option<Fix>,
}

/// Edits that fix a finding.
#[derive(Clone, Debug)]
pub struct Fix {
    /// What they do, in one sentence.
    pub description: String,
    /// The edits by file.
    pub files: Vec<FileFix>,
}

/// Edits of one file on disk.
#[derive(Clone, Debug)]
pub struct FileFix {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The replacements, in order and without overlaps.
    pub replacements: Vec<FixReplacement>,
}

/// A text that replaces what is between two positions.
#[derive(Clone, Debug)]
pub struct FixReplacement {
    /// First character to replace.
    pub start: Position,
    /// One past the last character to replace.
    pub end: Position,
    /// The new text. No secret values.
    pub text: String,
}

/// A note about a location that the filter of its package excludes.
fn not_covered(location: &Location) -> Option<String> {
    let package = location.file.context.package.as_ref().filter(|_| location.is_covered() == Some(false))?;
    let name = package.id.as_ref().map_or_else(|| package.path.to_string(), ToString::to_string);
    Some(format!("The filter of the package `{name}` does not cover this node; AEM may still install it."))
}

/// A location related to a finding.
#[derive(Clone, Debug)]
pub struct Related {
    /// What is there, in a few words.
    pub message: String,
    /// The location.
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

    /// The finding is about `integration`, number `index` of the model. It takes over its environments and its
    /// identity, and its confidence is at most that of the integration.
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

    /// Sets the label under the source line.
    pub fn label(mut self, label: impl Into<Cow<'static, str>>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds a step: what to do, and where.
    pub fn step(self, phase: Phase, text: impl Into<Cow<'static, str>>) -> Self {
        self.steps([Step::new(phase, text)])
    }

    /// Adds steps, or pairs of phase and text.
    pub fn steps(mut self, steps: impl IntoIterator<Item = impl Into<Step>>) -> Self {
        self.steps.extend(steps.into_iter().map(Into::into));
        self
    }

    /// Adds a note.
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// The lines shown below the message: the notes, then the steps.
    pub fn help(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let notes = self.notes.iter().map(|note| Cow::Borrowed(note.as_str()));
        notes.chain(self.steps.iter().map(Step::line)).filter(|line| !line.is_empty())
    }

    /// The documentation page.
    pub fn url(mut self, url: impl Into<Cow<'static, str>>) -> Self {
        self.url = url.into();
        self
    }

    /// Adds a related location.
    pub fn related(mut self, message: impl Into<String>, location: &Location) -> Self {
        if self.related.len() < MAX_RELATED {
            self.related.push(Related { message: message.into(), location: location.clone() });
        }
        self
    }

    /// Adds related locations of which the same is said.
    pub fn related_each<'l>(self, message: &str, locations: impl IntoIterator<Item = &'l Location>) -> Self {
        locations.into_iter().fold(self, |finding, location| finding.related(message, location))
    }

    /// Sets a level other than the rule's.
    pub fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// Sets an effect other than the rule's.
    pub fn effect(mut self, effect: Effect) -> Self {
        self.effect = Some(effect);
        self
    }

    /// The effect on the integration's token. A finding that is not an error breaks nothing, unless the rule says so.
    pub fn token_effect(&self) -> Effect {
        let of_rule = if self.level == Level::Error { self.rule.effect } else { Effect::None };
        self.effect.unwrap_or(of_rule)
    }

    /// Sets environments other than those of the integration as a whole.
    pub fn within(mut self, environments: Vec<Environment>) -> Self {
        self.environments = environments;
        self
    }

    /// Lowers the confidence to at most this.
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
        let note = "The filter of the package `all.zip` does not cover this node; AEM may still install it.";
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
