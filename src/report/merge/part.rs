//! One report while it is read: its systems, each with its findings and integrations.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::ReportLabel;
use super::convert::{self, Converter};
use super::invalid::InvalidReport;
use super::packed::{Packed, Packer};
use crate::findings::Effects;
use crate::findings::effects::RuleEffects;
use crate::ims::Model;
use crate::ims::target::Target;
use crate::report::configuration::JsonConfiguration;
use crate::report::json::{JsonFinding, JsonIncident, JsonIntegration, JsonSummary, JsonSystem, JsonTarget};
use crate::report::{Configuration, Recognition, Stats};
use crate::repository::system::Tier;
use crate::repository::{System, SystemKind};
use crate::rules::Finding;
use crate::source::Incident;

/// A system with its findings.
#[derive(Default)]
pub(super) struct Unit {
    pub(super) model: Model,
    pub(super) findings: Vec<Finding>,
    /// Its index in reading order.
    pub(super) number: Option<usize>,
    /// Details of the integrations that the model omits.
    pub(super) packed: Packed,
    /// Hash of everything found in it, independent of the order and of the name of the system.
    pub(super) content: u64,
    /// The ids of integrations in findings, references and `referencedBy`.
    names: Names,
}

type IntegrationId = Cow<'static, str>;

#[derive(Default)]
struct Names {
    index: HashMap<IntegrationId, usize>,
    findings: Vec<Option<IntegrationId>>,
    resolved: Vec<Vec<Vec<IntegrationId>>>,
    referenced_by: Vec<Vec<IntegrationId>>,
}

impl Unit {
    fn new(model: Model) -> Self {
        Self { model: Model { told: true, ..model }, ..Self::default() }
    }

    /// A system of which only the edition is known.
    pub(super) fn hidden(model: Model) -> Self {
        Self { model, ..Self::default() }
    }

    fn count(&mut self, item: &impl Hash) {
        let mut hasher = DefaultHasher::new();
        item.hash(&mut hasher);
        self.content = self.content.wrapping_add(hasher.finish());
    }

    /// Resolves the ids of integrations to their indices.
    fn resolve(&mut self) {
        let Names { index, findings, resolved, referenced_by } = std::mem::take(&mut self.names);
        let number = |id: &IntegrationId| index.get(id).copied();
        for (finding, id) in self.findings.iter_mut().zip(&findings) {
            finding.integration = id.as_ref().and_then(number);
        }
        for ((integration, names), users) in self.model.integrations.iter_mut().zip(&resolved).zip(&referenced_by) {
            integration.referenced_by = users.iter().filter_map(number).collect();
            for (reference, names) in integration.references.iter_mut().zip(names) {
                reference.resolved = names.iter().filter_map(number).collect();
            }
        }
    }
}

/// The content of one report.
#[derive(Default)]
pub(super) struct Content {
    pub(super) units: Vec<Unit>,
    pub(super) loose: Vec<Finding>,
    /// Its edition, if none of its systems has it.
    pub(super) target: Option<Model>,
    pub(super) incidents: Vec<Incident>,
    pub(super) stats: Stats,
    pub(super) recognition: Recognition,
    pub(super) effects: Effects,
    pub(super) configuration: Option<Configuration>,
}

/// A report while it is read.
pub(super) struct Part<'c> {
    path: &'c str,
    converter: &'c mut Converter,
    /// Keeps integrations with all details, if the output format needs them.
    packer: Option<&'c mut Packer>,
    content: Content,
    by_name: HashMap<String, usize>,
    /// The system of the last integration.
    last: Option<usize>,
    complete: Option<bool>,
}

impl<'c> Part<'c> {
    /// The report called `path`.
    pub(super) fn new(path: &'c str, converter: &'c mut Converter, mut packer: Option<&'c mut Packer>) -> Self {
        if let Some(packer) = &mut packer {
            packer.clear();
        }
        let (content, by_name) = (Content::default(), HashMap::new());
        Self { path, converter, packer, content, by_name, last: None, complete: None }
    }

    /// The system called `name`. A report from a version without systems has one, with the name of the report.
    fn unit(&mut self, name: Option<&str>) -> Result<&mut Unit, InvalidReport> {
        let number = self.number(name)?;
        self.content.units.get_mut(number).ok_or(InvalidReport::NoSystems)
    }

    fn number(&mut self, name: Option<&str>) -> Result<usize, InvalidReport> {
        let name = name.unwrap_or(self.path);
        match self.by_name.get(name) {
            Some(number) => Ok(*number),
            None if self.by_name.is_empty() => {
                let system = System { name: name.to_owned(), because: "one report".to_owned(), ..System::default() };
                self.content.units.push(Unit::new(Model { system, ..Model::default() }));
                self.by_name.insert(name.to_owned(), 0);
                Ok(0)
            }
            None => Err(InvalidReport::UnlistedSystem(name.to_owned())),
        }
    }

    /// Keeps an integration with all details, if the output format needs them.
    fn pack(&mut self, number: usize, one: &JsonIntegration<'_>) -> Result<(), InvalidReport> {
        if self.last != Some(number) {
            self.pack_last()?;
        }
        self.last = Some(number);
        match (&mut self.packer, self.content.units.get_mut(number)) {
            (Some(packer), Some(unit)) => packer.push(one, &mut unit.packed),
            _ => Ok(()),
        }
    }

    /// Packs the remaining integrations of the last system.
    fn pack_last(&mut self) -> Result<(), InvalidReport> {
        match (&mut self.packer, self.last.and_then(|last| self.content.units.get_mut(last))) {
            (Some(packer), Some(unit)) => packer.pack(&mut unit.packed),
            _ => Ok(()),
        }
    }

    /// The complete report; systems without a label get `label`.
    pub(super) fn finish(mut self, label: Option<&ReportLabel>) -> Result<Content, InvalidReport> {
        let Some(complete) = self.complete else { return Err(InvalidReport::NoSummary) };
        if !complete && self.content.incidents.is_empty() {
            return Err(InvalidReport::NoIncident);
        }
        self.pack_last()?;
        let target = self.content.target.take();
        let told = |target: Target| self.content.units.iter().any(|unit| unit.model.target.target == target);
        self.content.target =
            target.filter(|model| model.target.target != Target::Unknown && !told(model.target.target));
        if let Some(label) = label {
            name(&mut self.content.units, label);
        }
        for unit in &mut self.content.units {
            unit.resolve();
            unit.findings.shrink_to_fit();
            unit.model.integrations.shrink_to_fit();
        }
        Ok(self.content)
    }
}

/// Names the systems without a label.
fn name(units: &mut [Unit], label: &ReportLabel) {
    let unnamed = units.iter().filter(|unit| unit.model.system.label.is_none()).count();
    for unit in units.iter_mut().filter(|unit| unit.model.system.label.is_none()) {
        let system = &mut unit.model.system;
        let (ReportLabel::Instance(text) | ReportLabel::Project(text)) = label;
        system.name = if unnamed == 1 { text.clone() } else { format!("{text}: {}", system.name) };
        system.label = Some(system.name.clone());
        if let ReportLabel::Instance(text) = label {
            system.kind = SystemKind::Instance;
            let tier = Tier::of_label(text);
            system.environment = tier.environment.or(system.environment.take());
            system.service = tier.service.or(system.service);
        }
    }
}

/// Takes the members of a report, in the order in which they are written. An error ends the reading.
impl Part<'_> {
    pub(super) fn summary(&mut self, one: JsonSummary) {
        self.complete = Some(one.complete);
        self.content.stats = one.stats;
        self.content.recognition = Recognition {
            any: one.recognised.unwrap_or(true),
            unrecognised: one.unrecognised,
            skipped: one.skipped_directories,
        };
    }

    pub(super) fn target(&mut self, target: JsonTarget<'static>) -> Result<(), InvalidReport> {
        self.content.target = Some(Model { target: convert::target(target)?, ..Model::default() });
        Ok(())
    }

    pub(super) fn configuration(&mut self, one: JsonConfiguration<'static>) -> Result<(), InvalidReport> {
        let (path, sets) = (one.path.into_owned(), one.sets.into_owned());
        self.content.configuration = Some(Configuration { path, found: one.found, sets });
        for (id, effects) in one.rules {
            self.content.effects.add_rule(convert::rule(&id)?.meta().id, effects);
        }
        Ok(())
    }

    pub(super) fn comment(&mut self, id: String, count: u64) -> Result<(), InvalidReport> {
        let effects = RuleEffects { commented: count, ..RuleEffects::default() };
        self.content.effects.add_rule(convert::rule(&id)?.meta().id, effects);
        Ok(())
    }

    pub(super) fn system(&mut self, mut one: JsonSystem<'static>) -> Result<(), InvalidReport> {
        let told = one.name.clone();
        if let Some(number) = one.number.take() {
            one.name = one.name.trim_end_matches(&format!(" #{number}")).to_owned().into();
        }
        // The name and the reason are not part of the hashed content.
        let name = std::mem::take(&mut one.name);
        let mut hasher = DefaultHasher::new();
        (&one.paths, &one.comments).hash(&mut hasher);
        let comments = std::mem::take(&mut one.comments).into_iter();
        let ignores = comments.map(|comment| self.converter.comment(comment)).collect::<Result<_, _>>()?;
        let (mut system, target) = convert::system(one)?;
        system.name = name.into_owned();
        let unit =
            Unit { content: hasher.finish(), ..Unit::new(Model { system, target, ignores, ..Model::default() }) };
        self.by_name.insert(told.into_owned(), self.content.units.len());
        self.content.units.push(unit);
        Ok(())
    }

    pub(super) fn finding(&mut self, mut one: JsonFinding<'static>) -> Result<(), InvalidReport> {
        // Findings of a comparison are omitted, because all systems of the merged report are compared again.
        if one.compared {
            return Ok(());
        }
        let base = one.fingerprint.split(':').next().unwrap_or_default().len();
        one.fingerprint.to_mut().truncate(base);
        let (system, integration) = (one.system.take(), one.integration.clone());
        if system.is_none() && integration.is_none() && !self.by_name.is_empty() {
            let finding = self.converter.finding(one)?;
            self.content.loose.push(finding);
            return Ok(());
        }
        self.unit(system.as_deref())?.count(&one);
        let finding = self.converter.finding(one)?;
        let unit = self.unit(system.as_deref())?;
        unit.findings.push(finding);
        unit.names.findings.push(integration);
        Ok(())
    }

    pub(super) fn integration(&mut self, mut one: JsonIntegration<'static>) -> Result<(), InvalidReport> {
        let system = one.system.take();
        self.unit(system.as_deref())?.count(&one);
        let resolved = one.references.iter_mut().map(|reference| std::mem::take(&mut reference.resolved)).collect();
        let referenced_by = std::mem::take(&mut one.referenced_by);
        let id = one.id.clone();
        let number = self.number(system.as_deref())?;
        self.pack(number, &one)?;
        let integration = convert::brief(self.converter.integration(one)?);
        let unit = self.unit(system.as_deref())?;
        // For equal ids the first integration counts, as everywhere.
        let number = unit.model.integrations.len();
        unit.names.index.entry(id).or_insert(number);
        unit.names.resolved.push(resolved);
        unit.names.referenced_by.push(referenced_by);
        unit.model.integrations.push(integration);
        Ok(())
    }

    pub(super) fn incident(&mut self, one: JsonIncident<'static>) -> Result<(), InvalidReport> {
        self.content.incidents.push(convert::incident(one)?);
        Ok(())
    }
}
