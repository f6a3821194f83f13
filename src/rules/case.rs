//! An integration before a rule.

use super::{Finding, Meta, pages, words};
use crate::ims::target::Target;
use crate::ims::{Integration, Location, Model};

/// An integration that a rule judges, in its model.
#[derive(Clone, Copy, Debug)]
pub struct Case<'m> {
    /// Its number in the model.
    pub index: usize,
    /// The integration.
    pub integration: &'m Integration,
    /// The model.
    pub model: &'m Model,
}

impl<'m> Case<'m> {
    /// Every integration of `model`, in its order.
    pub fn all(model: &'m Model) -> impl Iterator<Item = Self> {
        model.integrations.iter().enumerate().map(move |(index, integration)| Self { index, integration, model })
    }

    /// A finding of `rule` about it, with the page about integrations of its kind.
    pub fn finding(&self, rule: &'static Meta, location: Location, message: String) -> Finding {
        let url = pages::integration(self.integration, self.target());
        Finding::new(rule, location, message).about(self.index, self.integration).url(url)
    }

    /// The edition of AEM.
    pub fn target(&self) -> Target {
        self.model.target.target
    }

    /// As in `words::subject`, at the beginning of a sentence.
    pub fn subject(&self) -> String {
        words::sentence(&words::subject(self.integration))
    }

    /// As in `words::environments`.
    pub fn environments(&self) -> String {
        words::environments(&self.integration.environments)
    }
}
