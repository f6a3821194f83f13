//! Merges many JSON reports of `check --format json`, from many runs and machines, into one. Any grouping and order of
//! merging gives the same report. It equals the report of one run over all parts, unless a system is split between
//! parts.

mod convert;
mod invalid;
mod packed;
mod part;
mod read;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::Read;

use self::convert::Converter;
pub use self::packed::Details;
use self::packed::Packer;
use self::part::{Part, Unit};
use super::{Configuration, Recognition, Report, Stats};
use crate::findings::{self, Effects, Finding, Selection};
use crate::ims::target::Target;
use crate::ims::{Landscape, Model};
use crate::source::{Incident, IncidentKind, SourcePath};

/// The name for the systems of a report that have no label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportLabel {
    /// The report is about the instance with this name.
    Instance(String),
    /// The report is about the project with this name.
    Project(String),
}

/// The reports read so far.
#[derive(Default)]
pub struct Merge {
    converter: Converter,
    packer: Option<Packer>,
    units: Vec<Unit>,
    /// Name and content of the units: the same system in two reports is included once.
    seen: HashSet<(String, u64)>,
    /// All findings; those of a system have the index of its unit.
    findings: Vec<Finding>,
    /// Editions of reports in which no system with that edition has findings or integrations.
    targets: BTreeMap<&'static str, Model>,
    incidents: Vec<Incident>,
    stats: Stats,
    recognition: Recognition,
    effects: Effects,
    configurations: Vec<Configuration>,
}

impl Merge {
    /// An empty merge. `is_full` keeps the details of integrations that only JSON formats show: evidence and the
    /// locations of fields.
    pub fn new(is_full: bool) -> Self {
        Self { packer: is_full.then(Packer::new), ..Self::default() }
    }

    /// Adds the report in `input`. A report that cannot be merged becomes an incident of the merged report, and nothing
    /// of it is used. `path` is its name in messages.
    pub fn add(&mut self, path: &str, label: Option<&ReportLabel>, input: impl Read) {
        self.converter.next_report();
        let mut part = Part::new(path, &mut self.converter, self.packer.as_mut());
        match read::read(input, &mut part).and_then(|()| part.finish(label)) {
            Ok(read) => self.take(read),
            Err(reason) => self.refuse(IncidentKind::Malformed, path, &format!("this report is not merged: {reason}")),
        }
    }

    /// Records that a report could not be read at all.
    pub fn refuse(&mut self, kind: IncidentKind, path: &str, message: &str) {
        let message = crate::ims::disclosure::sentence(message).into_owned();
        self.incidents.push(Incident::new(kind, SourcePath::file(path), message));
    }

    fn take(&mut self, read: part::Content) {
        for mut unit in read.units {
            if self.seen.insert((unit.model.system.name.clone(), unit.content)) {
                let (number, findings) = (self.units.len(), std::mem::take(&mut unit.findings));
                self.findings.extend(findings.into_iter().map(|one| Finding { system: Some(number), ..one }));
                unit.number = Some(number);
                self.units.push(unit);
            }
        }
        self.findings.extend(read.loose);
        if let Some(model) = read.target {
            self.targets.entry(model.target.target.id()).or_insert(model);
        }
        self.incidents.extend(read.incidents);
        self.stats += read.stats;
        self.recognition.add(read.recognition);
        self.effects.add(&read.effects);
        self.configurations.extend(read.configuration.filter(|one| !self.configurations.contains(one)));
    }

    /// Adds `configuration` as in use for the comparison of the systems.
    pub fn configured(&mut self, configuration: Configuration) {
        self.configurations.extend(Some(configuration).filter(|one| !self.configurations.contains(one)));
    }

    /// The merged report. `selection` applies to the findings of the comparison of the systems; the findings of each
    /// part were selected when it was scanned.
    pub fn finish(mut self, selection: &Selection) -> Report {
        number(&mut self.units);
        let told: HashSet<Target> = self.units.iter().map(|unit| unit.model.target.target).collect();
        let hidden = self.targets.into_values().filter(|model| !told.contains(&model.target.target));
        let mut units: Vec<Unit> = hidden.map(Unit::hidden).chain(self.units).collect();
        units.sort_by(|a, b| a.model.system.name.cmp(&b.model.system.name));
        let mut numbers = vec![0; units.len()];
        let (mut models, mut packed) = (Vec::with_capacity(units.len()), Vec::with_capacity(units.len()));
        for (number, unit) in units.into_iter().enumerate() {
            if let Some(place) = unit.number.and_then(|read| numbers.get_mut(read)) {
                *place = number;
            }
            models.push(unit.model);
            packed.push(unit.packed);
        }
        let mut findings = self.findings;
        for finding in &mut findings {
            finding.system = finding.system.and_then(|read| numbers.get(read)).copied();
        }
        let landscape = Landscape::new(models);
        let mut compared = crate::rules::compare(&landscape);
        self.effects.add(&findings::select_compared(&mut compared, &landscape, selection));
        findings.extend(compared);
        findings::order_by_system(&mut findings);
        self.incidents.sort();
        self.incidents.dedup();
        Report {
            landscape,
            findings,
            incidents: self.incidents,
            stats: self.stats,
            configuration: configuration(self.configurations),
            effects: self.effects,
            recognition: self.recognition,
            details: self.packer.is_some().then_some(Details { systems: packed }),
            ..Report::default()
        }
    }
}

/// Numbers systems with the same name and different content: the second of a name becomes `NAME #2`.
fn number(units: &mut [Unit]) {
    units.sort_by(|a, b| (&a.model.system.name, a.content).cmp(&(&b.model.system.name, b.content)));
    let mut last: Option<(String, u32)> = None;
    for unit in units {
        let system = &mut unit.model.system;
        match &mut last {
            Some((name, count)) if *name == system.name => {
                *count += 1;
                system.number = Some(*count);
                system.name = format!("{name} #{count}");
            }
            _ => last = Some((system.name.clone(), 1)),
        }
    }
}

/// The configuration in use, if all reports have the same; otherwise one with all their names and keys.
fn configuration(mut all: Vec<Configuration>) -> Option<Configuration> {
    let first = all.pop()?;
    if all.iter().all(|one| *one == first) {
        return Some(first);
    }
    all.push(first);
    let paths: BTreeSet<&str> = all.iter().flat_map(|one| one.path.split(", ")).collect();
    let sets: BTreeSet<_> = all.iter().flat_map(|one| &one.sets).cloned().collect();
    Some(Configuration {
        path: paths.into_iter().collect::<Vec<_>>().join(", "),
        found: all.iter().any(|one| one.found),
        sets: sets.into_iter().collect(),
    })
}
