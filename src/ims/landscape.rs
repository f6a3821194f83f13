//! Everything found in one scan, by system. A [`Model`] is one system. All joins and rules work on one model, so that
//! nothing can be joined across systems.

use super::Location;
use super::model::{Integration, Model};
use super::target::{DecidedTarget, Target};

/// The systems of a scan, in order of their names.
#[derive(Clone, Debug, Default)]
pub struct Landscape {
    models: Vec<Model>,
}

impl Landscape {
    /// The landscape of `models`, which are sorted by the name of their system.
    pub fn new(mut models: Vec<Model>) -> Self {
        models.sort_by(|a, b| a.system.name.cmp(&b.system.name));
        for (number, model) in models.iter_mut().enumerate() {
            model.integrations.iter_mut().for_each(|integration| integration.system = number);
        }
        Self { models }
    }

    /// All systems.
    pub fn models(&self) -> &[Model] {
        &self.models
    }

    /// All systems, mutable, for the rules.
    pub fn models_mut(&mut self) -> &mut [Model] {
        &mut self.models
    }

    /// System number `system`.
    pub fn model(&self, system: usize) -> Option<&Model> {
        self.models.get(system)
    }

    /// The systems in which something was found.
    pub fn inhabited(&self) -> impl Iterator<Item = &Model> {
        self.models.iter().filter(|model| !model.is_empty())
    }

    /// All integrations, by system.
    pub fn integrations(&self) -> impl Iterator<Item = &Integration> {
        self.models.iter().flat_map(|model| &model.integrations)
    }

    /// Integration number `index` of system number `system`.
    pub fn integration(&self, system: usize, index: usize) -> Option<&Integration> {
        self.models.get(system)?.integrations.get(index)
    }

    /// Every location of an integration in a report.
    pub fn locations(&self) -> impl Iterator<Item = &Location> {
        self.integrations().flat_map(Integration::locations)
    }

    /// The AEM edition of all systems; unknown if they differ.
    pub fn target(&self) -> &DecidedTarget {
        static UNKNOWN: DecidedTarget = DecidedTarget { target: Target::Unknown, because: String::new() };
        let known = || self.models.iter().map(|model| &model.target).filter(|one| one.target != Target::Unknown);
        match known().next() {
            Some(first) if known().all(|one| one.target == first.target) => first,
            _ => &UNKNOWN,
        }
    }
}

impl From<Model> for Landscape {
    fn from(model: Model) -> Self {
        Self::new(vec![model])
    }
}
