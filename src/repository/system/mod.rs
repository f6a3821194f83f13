//! Systems: which files belong together. Everything found in a scan belongs to exactly one of them. Secrets,
//! references, duplicates, copies, run modes, the AEM edition and all advice are decided within one system.

mod group;
pub mod label;
pub mod marks;
mod roots;
mod unit;

pub use group::{CONSOLE, Holding};
pub use label::Tier;
pub use marks::Marks;
pub use roots::{Pom, Roots, without_comments};

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::paths::PathPatterns;
use crate::repository::FileContext;
use group::{Group, Member};
use unit::{Unit, UnitForm};

/// The kind of a system.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, strum::IntoStaticStr, strum::VariantArray,
)]
#[strum(serialize_all = "lowercase")]
pub enum SystemKind {
    /// A repository or Maven project, with the packages built from it.
    #[default]
    Project,
    /// Exports of one author or publish instance of one environment.
    Instance,
}

impl SystemKind {
    /// The stable name used in reports.
    pub fn id(self) -> &'static str {
        self.into()
    }
}

/// A project or an instance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct System {
    /// Its name in reports; no two systems of a scan have the same name.
    pub name: String,
    /// Its number among systems with the same name, if a merge of reports had to distinguish them.
    pub number: Option<u32>,
    /// What it is.
    pub kind: SystemKind,
    /// The name that the user gave it.
    pub label: Option<String>,
    /// The environment of an instance, such as `prod`, if known.
    pub environment: Option<String>,
    /// `author`, `publish` or `preview`, if known for an instance.
    pub service: Option<&'static str>,
    /// The AEM edition of an instance as given by the user, spelled as in `--target`.
    pub edition: Option<String>,
    /// The active run modes of an instance, if it shows them.
    pub run_modes: Vec<String>,
    /// Why these files are one system: a clause for people.
    pub because: String,
    /// The folders, archives and files that belong to it, as given by the user.
    pub paths: Vec<String>,
}

impl System {
    /// The name of an instance in reports; `None` for a project.
    pub fn instance(&self) -> Option<&str> {
        (self.kind == SystemKind::Instance).then_some(self.name.as_str())
    }
}

/// An instance that the user assigns files to.
#[derive(Clone, Debug, Default)]
pub struct InstanceLabel {
    /// The name.
    pub name: String,
    /// Its environment and service.
    pub tier: Tier,
    /// AEM edition, if given by the user; spelled as in `--target`.
    pub edition: Option<String>,
    /// Paths as spelled in reports: everything inside them belongs to the instance.
    pub paths: Vec<String>,
    /// Path patterns of the configuration.
    pub patterns: PathPatterns,
    /// The source of the name: "`--instance`".
    pub told_by: &'static str,
}

impl InstanceLabel {
    /// An instance called `name` as given by `told_by`, with the environment and service that the name shows.
    pub fn new(name: impl Into<String>, told_by: &'static str) -> Self {
        let name = name.into();
        Self { tier: Tier::of_label(&name), name, told_by, ..Self::default() }
    }
}

/// Labels with their absolute paths.
struct Labels<'a>(Vec<(&'a InstanceLabel, Vec<String>)>);

impl<'a> Labels<'a> {
    fn new(labels: &'a [InstanceLabel]) -> Self {
        let absolute = |label: &'a InstanceLabel| label.paths.iter().map(|path| crate::paths::absolute(path)).collect();
        Self(labels.iter().map(|label| (label, absolute(label))).collect())
    }

    /// The label of the file that reports call `path`: the first one with the longest matching path.
    fn of(&self, path: &str) -> Option<&'a InstanceLabel> {
        if self.0.is_empty() {
            return None;
        }
        let absolute = crate::paths::absolute(path);
        let holds = |named: &&String| {
            let rest = absolute.strip_prefix(named.as_str());
            let is_below = |rest: &str| ["/", "!/"].iter().any(|separator| rest.starts_with(separator));
            rest.is_some_and(|rest| rest.is_empty() || named.ends_with('/') || is_below(rest))
        };
        let fit = |(label, paths): &(&'a InstanceLabel, Vec<String>)| {
            let named = paths.iter().filter(holds).map(String::len).max();
            let length = named.or_else(|| label.patterns.fits(path).then_some(0))?;
            Some((length, *label))
        };
        self.0.iter().filter_map(fit).min_by_key(|(length, _)| Reverse(*length)).map(|(_, label)| label)
    }
}

/// A file in which something was found.
#[derive(Debug)]
pub struct Piece<'a> {
    /// Its place.
    pub context: &'a FileContext,
    /// Whether an instance printed it.
    pub is_dump: bool,
    /// Its configurations.
    pub holdings: Vec<Holding>,
    /// Marks of origin in it.
    pub marks: &'a Marks,
}

/// Divides the files of a scan into systems, each with the indices of its files. This is the only place that decides
/// it.
pub fn divide(
    pieces: &[Piece<'_>],
    labels: &[InstanceLabel],
    mut roots: impl FnMut(&str) -> Roots,
) -> Vec<(System, Vec<usize>)> {
    let labels = Labels::new(labels);
    let mut division = Division::default();
    let mut members: BTreeMap<Unit, (Member, Vec<usize>)> = BTreeMap::new();
    for (number, piece) in pieces.iter().enumerate() {
        if let Some(label) = labels.of(&piece.context.path.to_string()) {
            division.label(label, piece, number);
            continue;
        }
        let unit = Unit::of(piece.context, piece.is_dump, &mut roots);
        let (member, files) = members.entry(unit.clone()).or_insert_with(|| {
            (
                Member { unit, holdings: Vec::new(), marks: Marks::default(), is_exported: false, is_built: false },
                Vec::new(),
            )
        });
        member.add(piece);
        files.push(number);
    }
    let (projects, others): (Vec<_>, Vec<_>) =
        members.into_values().partition(|(member, _)| member.unit.form == UnitForm::Project);
    projects.iter().for_each(|(member, files)| division.built(&member.unit.path, "", member, files));
    let owners = Owners::new(&projects);
    let mut rest = Vec::new();
    for (member, files) in others {
        match owners.of(&member) {
            Some((root, because)) => division.built(&root, because, &member, &files),
            None => rest.push((member, files)),
        }
    }
    let (members, files): (Vec<Member>, Vec<Vec<usize>>) = rest.into_iter().unzip();
    for found in group::divide(&members) {
        let files = found.members.iter().flat_map(|&member| files[member].iter().copied()).collect();
        division.systems.push((system_of(&found, &members), files));
    }
    division.finish()
}

/// The systems while they are being built.
#[derive(Debug, Default)]
struct Division {
    systems: Vec<(System, Vec<usize>)>,
    labelled: HashMap<String, usize>,
    projects: HashMap<String, usize>,
}

impl Division {
    fn label(&mut self, label: &InstanceLabel, piece: &Piece<'_>, number: usize) {
        let at = *self.labelled.entry(label.name.clone()).or_insert_with(|| {
            let system = System {
                name: label.name.clone(),
                kind: SystemKind::Instance,
                label: Some(label.name.clone()),
                environment: label.tier.environment.clone(),
                service: label.tier.service,
                edition: label.edition.clone(),
                because: format!("{} names it", label.told_by),
                ..System::default()
            };
            self.systems.push((system, Vec::new()));
            self.systems.len() - 1
        });
        let (system, files) = &mut self.systems[at];
        files.push(number);
        if system.run_modes.is_empty() {
            system.run_modes.clone_from(&piece.marks.run_modes);
        }
        let path = &piece.context.path.input;
        let named = label.paths.iter().filter(|named| path.starts_with(named.as_str())).max_by_key(|named| named.len());
        let path = named.unwrap_or(path);
        if !system.paths.contains(path) {
            system.paths.push(path.clone());
        }
    }

    /// The project at `root`.
    fn at(&mut self, root: &str) -> usize {
        *self.projects.entry(root.to_owned()).or_insert_with(|| {
            let name = shown(root);
            let because = "a source tree, with the packages built from it".to_owned();
            let paths = vec![name.clone()];
            self.systems.push((System { name, because, paths, ..System::default() }, Vec::new()));
            self.systems.len() - 1
        })
    }

    /// Files of the project at `root`, or of a package that belongs to it.
    fn built(&mut self, root: &str, because: &str, member: &Member, files: &[usize]) {
        let at = self.at(root);
        let (system, all) = &mut self.systems[at];
        all.extend(files);
        if !because.is_empty() {
            system.paths.push(member.unit.path.clone());
        }
    }

    /// Every system, with a unique name.
    fn finish(self) -> Vec<(System, Vec<usize>)> {
        let mut systems = self.systems;
        let mut taken = HashSet::new();
        for (system, files) in &mut systems {
            files.sort_unstable();
            let name = system.name.clone();
            let mut number = 1;
            while !taken.insert(system.name.clone()) {
                number += 1;
                system.name = format!("{name} ({number})");
            }
        }
        systems
    }
}

/// The projects that packages are built from.
struct Owners<'m> {
    /// Projects by their configurations: id and place of each.
    holders: HashMap<(&'m str, &'m str), Vec<(&'m str, u64)>>,
    /// Their folders.
    roots: HashSet<&'m str>,
}

const BUILT: &str = "it holds what the project builds";

impl<'m> Owners<'m> {
    fn new(projects: &'m [(Member, Vec<usize>)]) -> Self {
        let mut holders: HashMap<_, Vec<_>> = HashMap::new();
        for (project, _) in projects {
            for holding in &project.holdings {
                let Some(place) = holding.place.as_deref() else { continue };
                holders
                    .entry((holding.id.as_str(), place))
                    .or_default()
                    .push((project.unit.path.as_str(), holding.digest));
            }
        }
        Self { holders, roots: projects.iter().map(|(project, _)| project.unit.path.as_str()).collect() }
    }

    /// The project that a package belongs to, and why; the reason is empty if its location decides.
    fn of(&self, member: &Member) -> Option<(String, &'static str)> {
        if member.is_exported || member.unit.form == UnitForm::Dump {
            return None;
        }
        let mut shared: BTreeMap<&str, usize> = BTreeMap::new();
        for holding in &member.holdings {
            let Some(place) = holding.place.as_deref() else { continue };
            let all = self.holders.get(&(holding.id.as_str(), place));
            let alike = all.into_iter().flatten().filter(|(_, digest)| *digest == holding.digest);
            alike.take(MOST_OWNERS).for_each(|(project, _)| *shared.entry(project).or_default() += 1);
        }
        let near = |project: &str| {
            let folders = unit::folder_of(&member.unit.path).split('/');
            folders.zip(project.split('/')).take_while(|(one, other)| one == other).count()
        };
        let best = shared.into_iter().max_by_key(|(project, shared)| (*shared, near(project), Reverse(*project)));
        let built = best.map(|(project, _)| (project.to_owned(), BUILT));
        built.or_else(|| self.around(member).filter(|_| !member.is_instance()).map(|root| (root, "")))
    }

    /// The project whose source tree contains a unit.
    fn around(&self, member: &Member) -> Option<String> {
        let path =
            if member.unit.form == UnitForm::Folder { &member.unit.path } else { unit::folder_of(&member.unit.path) };
        let above = path.rmatch_indices('/').map(|(at, _)| &path[..at]);
        let folders = std::iter::once(path).chain(above).chain([""]);
        let tree = || folders.filter(|folder| self.roots.contains(folder)).map(str::to_owned).next();
        member.unit.inside.clone().or_else(tree)
    }
}

/// Maximum number of projects with the same configuration that are considered.
const MOST_OWNERS: usize = 64;

impl Member {
    fn add(&mut self, piece: &Piece<'_>) {
        self.holdings.extend(piece.holdings.iter().cloned());
        self.marks.add(piece.marks);
        let package = piece.context.package.as_ref();
        self.is_built |= package.is_some_and(|package| package.package_type.is_some() && !package.is_exported);
        let in_store =
            |holding: &Holding| holding.place.as_deref().is_some_and(|place| place.starts_with("apps/system/config/"));
        self.is_exported |= package.is_some_and(|package| package.is_exported) || piece.holdings.iter().any(in_store);
    }

    fn is_instance(&self) -> bool {
        match self.unit.form {
            UnitForm::Dump => true,
            UnitForm::Package => self.is_exported || !self.is_built && !self.tier().is_empty(),
            UnitForm::Folder => self.is_exported,
            UnitForm::Project => false,
        }
    }
}

/// The system of a group of units without a project and without a label.
fn system_of(group: &Group, members: &[Member]) -> System {
    let own = || group.members.iter().map(|&member| &members[member]);
    let kind = if own().any(Member::is_instance) { SystemKind::Instance } else { SystemKind::Project };
    let tier = own().fold(Tier::default(), |tier, member| tier.or(member.tier()));
    let tier = if kind == SystemKind::Instance { tier } else { Tier::default() };
    let run_modes = own().map(|member| &member.marks.run_modes).find(|modes| !modes.is_empty());
    let paths: Vec<String> = own().map(|member| shown(&member.unit.path)).collect();
    let because = match (&group.apart_from, paths.len()) {
        (Some((other, id)), 1) if !id.is_empty() && id != CONSOLE => {
            format!("`{}` has the configuration `{id}` too", members[*other].unit.path)
        }
        (Some((other, _)), 1) => format!("it is not of the same instance as `{}`", members[*other].unit.path),
        (None, 1) => "nothing else was found to belong to it".to_owned(),
        _ => group.because.to_owned(),
    };
    System {
        name: paths.first().cloned().unwrap_or_default(),
        kind,
        environment: tier.environment,
        service: tier.service,
        run_modes: run_modes.cloned().unwrap_or_default(),
        because,
        paths,
        ..System::default()
    }
}

fn shown(path: &str) -> String {
    if path.is_empty() { ".".to_owned() } else { path.to_owned() }
}
