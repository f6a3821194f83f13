//! Many JSON reports become one: what `check --format json` wrote in many runs and on many machines. Any grouping and order
//! of merging gives the same report, and that of one run over all parts where no system is split between them.

mod convert;
mod invalid;
mod packed;
mod part;
mod read;
mod wire;

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

/// What a report is called whose systems have no label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportLabel {
    /// What was scanned is the instance of this name.
    Instance(String),
    /// What was scanned is the project of this name.
    Project(String),
}

/// The reports read so far.
pub struct Merge {
    converter: Converter,
    packer: Option<Packer>,
    units: Vec<Unit>,
    /// Name and content of the units: what two reports tell of the same system is told once.
    seen: HashSet<(String, u64)>,
    /// All findings; those of a system have its number among the units.
    findings: Vec<Finding>,
    /// Editions that only systems without any finding or integration have.
    targets: BTreeMap<&'static str, Model>,
    incidents: Vec<Incident>,
    stats: Stats,
    recognition: Recognition,
    effects: Effects,
    configurations: Vec<Configuration>,
}

impl Merge {
    /// Nothing yet. `is_full` keeps what only the JSON formats tell of integrations: evidence, and where each field stands.
    pub fn new(is_full: bool) -> Self {
        Self {
            converter: Converter::default(),
            packer: is_full.then(Packer::new),
            units: Vec::new(),
            seen: HashSet::new(),
            findings: Vec::new(),
            targets: BTreeMap::new(),
            incidents: Vec::new(),
            stats: Stats::default(),
            recognition: Recognition::default(),
            effects: Effects::default(),
            configurations: Vec::new(),
        }
    }

    /// Adds the report that `input` holds. What cannot be merged is an incident of the merged report: nothing of it is
    /// taken. `path` is what messages call it.
    pub fn add(&mut self, path: &str, label: Option<&ReportLabel>, input: impl Read) {
        self.converter.next_report();
        let mut part = Part::new(path, &mut self.converter, self.packer.as_mut());
        match read::read(input, &mut part).and_then(|()| part.finish(label)) {
            Ok(read) => self.take(read),
            Err(reason) => self.refuse(IncidentKind::Malformed, path, &format!("this report is not merged: {reason}")),
        }
    }

    /// Tells that a report could not be read at all.
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
            self.targets.entry(super::json::edition_id(model.target.target)).or_insert(model);
        }
        self.incidents.extend(read.incidents);
        add(&mut self.stats, &read.stats);
        self.recognition.add(read.recognition);
        self.effects.add(&read.effects);
        self.configurations.extend(read.configuration.filter(|one| !self.configurations.contains(one)));
    }

    /// Has `configuration` be in force where the systems are compared.
    pub fn configured(&mut self, configuration: Configuration) {
        self.configurations.extend(Some(configuration).filter(|one| !self.configurations.contains(one)));
    }

    /// The merged report. `selection` decides on what comes of comparing the systems: that of each part was made where it
    /// was scanned.
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
            details: self.packer.is_some().then(|| Details::new(packed)),
            ..Report::default()
        }
    }
}

/// Systems of one name with different content are different systems: the second of a name is `NAME #2`.
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

fn add(sum: &mut Stats, one: &Stats) {
    let Stats { inputs, packages, files, bytes, .. } = one;
    sum.inputs += inputs;
    sum.packages += packages;
    sum.files += files;
    sum.bytes += bytes;
    sum.skipped_directories += one.skipped_directories;
    sum.excluded += one.excluded;
    sum.left_out += one.left_out;
    sum.archives_not_read += one.archives_not_read;
    sum.links_not_followed += one.links_not_followed;
    sum.broken_without_evidence += one.broken_without_evidence;
}

/// The configuration that was in force in all of them; several are told as one with all their names and keys.
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
