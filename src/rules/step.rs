//! What to do about a finding, step by step.

use std::borrow::Cow;

/// One step. Where it is done is data and is never parsed from the text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Step {
    /// Where it is done.
    pub phase: Phase,
    /// What to do: one sentence or two, Markdown code spans allowed. No secret values.
    pub text: Cow<'static, str>,
    /// What few steps have.
    more: Option<Box<More>>,
    /// Whether [`Self::line`] states the phase, because the text does not say where the step is done.
    is_led: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct More {
    details: Vec<Detail>,
    command: Option<Cow<'static, str>>,
}

impl Step {
    /// The step `text`, done in `phase`.
    pub fn new(phase: Phase, text: impl Into<Cow<'static, str>>) -> Self {
        Self { phase, text: text.into(), more: None, is_led: false }
    }

    /// The same step, shown property by property.
    pub fn with_details(mut self, details: impl IntoIterator<Item = Detail>) -> Self {
        let details: Vec<Detail> = details.into_iter().collect();
        if !details.is_empty() {
            self.more.get_or_insert_default().details.extend(details);
        }
        self
    }

    /// The same step, with a command to run.
    pub fn with_command(mut self, command: impl Into<Cow<'static, str>>) -> Self {
        self.more.get_or_insert_default().command = Some(command.into());
        self
    }

    /// The same step, prefixed with the name of its phase where there is no heading: "Adobe Developer Console: …".
    pub fn led(mut self) -> Self {
        self.is_led = true;
        self
    }

    /// The changes property by property, for a step that changes a file.
    pub fn details(&self) -> &[Detail] {
        self.more.as_ref().map(|more| more.details.as_slice()).unwrap_or_default()
    }

    /// The same, to be changed.
    pub fn details_mut(&mut self) -> &mut [Detail] {
        self.more.as_mut().map(|more| more.details.as_mut_slice()).unwrap_or_default()
    }

    /// A shell command to copy; lines that end in `\` continue. No secret values.
    pub fn command(&self) -> Option<&str> {
        self.more.as_ref().and_then(|more| more.command.as_deref())
    }

    /// The same, to be changed.
    pub fn command_mut(&mut self) -> Option<&mut Cow<'static, str>> {
        self.more.as_mut().and_then(|more| more.command.as_mut())
    }

    /// The step as one line of a list without headings.
    pub fn line(&self) -> Cow<'_, str> {
        if !self.is_led {
            return Cow::Borrowed(&self.text);
        }
        let mut chars = self.text.chars();
        let first = chars.next().into_iter().flat_map(char::to_lowercase);
        Cow::Owned(format!("{}: {}{}", self.phase.label(), first.collect::<String>(), chars.as_str()))
    }
}

/// The phase is always stated explicitly, never guessed.
impl<T: Into<Cow<'static, str>>> From<(Phase, T)> for Step {
    fn from((phase, text): (Phase, T)) -> Self {
        Self::new(phase, text)
    }
}

/// The change to a property. No secret values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// Its name.
    pub property: String,
    /// The value now.
    pub old: Option<String>,
    /// The value afterwards.
    pub new: Option<String>,
}

/// Where a step is done, in the order of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Phase {
    /// Nothing to do now; the text says why.
    Nothing,
    /// In the Adobe Developer Console.
    DeveloperConsole,
    /// In AEM: its version, its consoles.
    Aem,
    /// In Cloud Manager: variables and secrets.
    CloudManager,
    /// In the files of the project.
    Files,
    /// On the command line and in AEM: check that the new credential gets a token.
    Proof,
    /// Once the new credential works.
    Afterwards,
}

impl Phase {
    /// The stable name used in reports.
    pub fn id(self) -> &'static str {
        self.into()
    }

    /// The name shown to users.
    pub fn label(self) -> &'static str {
        match self {
            Self::Nothing => "Nothing to do",
            Self::DeveloperConsole => "Adobe Developer Console",
            Self::Aem => "AEM",
            Self::CloudManager => "Cloud Manager",
            Self::Files => "Files",
            Self::Proof => "Proof",
            Self::Afterwards => "Afterwards",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_names_its_phase_where_its_text_does_not() {
        let step = Step::new(Phase::DeveloperConsole, "Take the scopes.");
        assert_eq!(step.line(), "Take the scopes.");
        assert_eq!(step.led().line(), "Adobe Developer Console: take the scopes.");
        assert_eq!(Step::new(Phase::Aem, "").led().line(), "AEM: ");
        assert_eq!(Step::new(Phase::Files, "`x`: remove it.").led().line(), "Files: `x`: remove it.");
    }
}
