//! Where the configurations of a scan are in force: for each edition of AEM, the PID under which a file is read, the
//! environments in which it applies, and what prevents it.
//!
//! "The configuration with the highest number of matching run modes is applied as a whole" (Adobe, "Configuring OSGi
//! for AEM as a Cloud Service", and "Configuring OSGi" of AEM 6.5). The same code handles everything that an
//! integration needs: providers, request customizers and other configurations.

mod storage;

pub use storage::Storage;

use std::collections::{BTreeSet, HashMap};

use storage::{NodeForm, StoragePlace};

use super::here::Here;
use super::location::{Capture, Location};
use super::model::{Contest, Environment, LoadingProblem, LoadingVerdict};
use super::target::Target;
use crate::format::Node;
use crate::repository::deployment::cloud::{self, CloudRunMode, RegularContent, RunModeUse};
use crate::repository::deployment::instance::{InstallerSettings, RunModeSpec, Unwatched, WatchedFolder};
use crate::repository::deployment::{SERVICES, STAGES, instance};
use crate::repository::install::folder_run_modes;
use crate::repository::installer::{InstallerState, InstallerVerdict};
use crate::repository::pid::ConfigName;
use crate::repository::{FileContext, Pid, System, SystemKind};

/// Maximum number of run mode combinations that are checked in one project.
const MOST_STAGES: usize = 64;
/// Maximum number of configurations times combinations in one scan, each of which needs some hundred bytes: with eight
/// thousand or more configurations, fewer combinations are checked.
const MOST_RANKS: usize = 500_000;

/// A configuration whose location determines where it is in force.
pub trait Deployed {
    /// Its parts.
    fn parts(&mut self) -> DeployedParts<'_>;
    /// Changes its PID everywhere.
    fn rename(&mut self, pid: &str);
}

/// The parts of a [`Deployed`] that this module reads and fills in.
pub struct DeployedParts<'a> {
    /// Where it is.
    pub location: &'a Location,
    /// How it is stored.
    pub storage: &'a mut Storage,
    /// Run modes of its location, sorted.
    pub run_modes: &'a mut Vec<String>,
    /// Where it is in force.
    pub environments: &'a mut Vec<Environment>,
    /// How AEM handles it.
    pub verdicts: &'a mut Vec<LoadingVerdict>,
    /// Configurations of the same PID that are in force at the same time.
    pub contests: &'a mut Vec<Contest>,
}

/// What is known of the OSGi installer of the scanned system.
#[derive(Debug, Default)]
pub struct Installer {
    /// Settings of the JCR installer, by archive.
    pub settings: HashMap<String, InstallerSettings>,
    /// What it says of its files.
    pub state: InstallerState,
}

/// A configuration whose run modes exceed the number of combinations that are checked.
#[derive(Clone, Debug)]
pub struct BeyondCombinations {
    /// Where it is.
    pub location: Location,
    /// The number of combinations that are checked.
    pub most: usize,
}

/// Determines for every configuration of a system where it is in force. Returns the first one for which this is
/// unknown.
pub fn decide(
    lists: &mut [Vec<&mut dyn Deployed>],
    target: Target,
    installer: &Installer,
    system: &System,
) -> Option<BeyondCombinations> {
    let mut stages: HashMap<String, BTreeSet<BTreeSet<String>>> = HashMap::new();
    let here = Here::of(system);
    let standard = here.stages().unwrap_or_else(|| standard_stages(target));
    // On an instance, all configurations compete; a package and its source do not.
    let scope = |context: &FileContext| match system.kind {
        SystemKind::Instance => String::new(),
        SystemKind::Project => archive_of(context).to_owned(),
    };
    let count: usize = lists.iter().map(Vec::len).sum();
    let mut beyond = None;
    let most = MOST_STAGES.min(MOST_RANKS / count.max(1)).max(standard.len());
    for one in lists.iter_mut().flatten() {
        let parts = one.parts();
        let known = stages.entry(scope(&parts.location.file.context)).or_insert_with(|| standard.clone());
        // AEM as a Cloud Service has only its own run modes.
        if target != Target::CloudService && here.environment.is_none() {
            let fits = collect_stages(parts.storage, parts.run_modes, most, known);
            if !fits && beyond.is_none() {
                beyond = Some(BeyondCombinations { location: parts.location.clone(), most });
            }
        }
    }
    for list in lists.iter_mut() {
        let mut groups: HashMap<(String, String), Vec<ConfigurationCandidate>> = HashMap::new();
        for (index, one) in list.iter_mut().enumerate() {
            let parts = one.parts();
            let project = scope(&parts.location.file.context);
            let usual = InstallerSettings::default();
            let settings = installer.settings.get(&project).unwrap_or(&usual);
            let judge = Judge { parts: &parts, target, stages: &stages[&project], here: &here };
            let Some(mut fate) = judge.fate(settings) else {
                parts.environments.extend(here.own());
                continue;
            };
            let known = installer.of(&parts, system);
            fate.obey(known, parts.location, &here);
            let refused = parts.verdicts.iter().any(|verdict| verdict.kind.keeps_out());
            parts.verdicts.extend(fate.verdicts.clone());
            if let Some(run_modes) = fate.run_modes {
                *parts.run_modes = run_modes;
            }
            parts.verdicts.extend(encoded_folder(&parts));
            let out = refused || fate.verdicts.iter().any(|verdict| verdict.kind.keeps_out());
            if let Some(pid) = fate.pid.clone() {
                one.rename(&pid);
            }
            if !out {
                let parts = one.parts();
                let pid = fate.pid.or_else(|| parts.location.pid.as_deref().map(str::to_owned)).unwrap_or_default();
                let place = (parts.location.clone(), parts.storage.digest);
                let is_installed = known == Some(&InstallerVerdict::Installed);
                let candidate = ConfigurationCandidate { index, ranks: fate.ranks, is_installed, place };
                groups.entry((project, pid)).or_default().push(candidate);
            }
        }
        for (group, candidates) in groups {
            settle(list, &candidates);
            here.see(list, &candidates, &stages[&group.0]);
        }
    }
    beyond
}

/// Things of one type that are deployed.
pub(super) fn deployed<T: Deployed>(list: &mut [T]) -> Vec<&mut dyn Deployed> {
    list.iter_mut().map(|one| one as &mut dyn Deployed).collect()
}

/// A configuration that AEM reads, with its specificity in each environment.
pub(super) struct ConfigurationCandidate {
    pub(super) index: usize,
    ranks: Vec<(Environment, u32)>,
    /// The instance says that this one is in force.
    is_installed: bool,
    place: (Location, u64),
}

/// Of the configurations with the same PID, the most specific one is in force, separately for each environment; on an
/// instance that says which one it has installed, that one.
fn settle(list: &mut [&mut dyn Deployed], candidates: &[ConfigurationCandidate]) {
    let mut best: HashMap<&Environment, (u32, Vec<usize>)> = HashMap::new();
    let is_known = candidates.iter().any(|candidate| candidate.is_installed);
    for (number, candidate) in candidates.iter().enumerate().filter(|(_, one)| one.is_installed || !is_known) {
        for (environment, rank) in &candidate.ranks {
            let (most, winners) = best.entry(environment).or_insert((*rank, Vec::new()));
            if *rank > *most {
                *most = *rank;
                winners.clear();
            }
            if *rank == *most {
                winners.push(number);
            }
        }
    }
    let mut order: Vec<_> = best.into_iter().collect();
    order.sort_unstable_by_key(|(environment, _)| *environment);
    for (environment, (_, winners)) in order {
        for &winner in &winners {
            let parts = list[candidates[winner].index].parts();
            parts.environments.push(environment.clone());
            // If many compete, reporting one is enough.
            let other = winners.iter().find(|&&other| other != winner).map(|&other| &candidates[other].place);
            let Some((location, digest)) = other else { continue };
            match parts.contests.iter_mut().find(|contest| contest.other.path() == location.path()) {
                Some(contest) => contest.environments.push(environment.clone()),
                None => parts.contests.push(Contest {
                    other: location.clone(),
                    same_content: *digest == parts.storage.digest,
                    environments: vec![environment.clone()],
                }),
            }
        }
    }
}

/// How an edition handles one configuration.
#[derive(Default)]
struct Fate {
    /// The PID, if it differs from the one that the file's reader used.
    pid: Option<String>,
    run_modes: Option<Vec<String>>,
    ranks: Vec<(Environment, u32)>,
    verdicts: Vec<LoadingVerdict>,
}

impl Installer {
    /// What the instance says of a configuration.
    fn of(&self, parts: &DeployedParts<'_>, system: &System) -> Option<&InstallerVerdict> {
        let StoragePlace::Repository { node, .. } = &parts.storage.place else { return None };
        self.state.of(node).filter(|_| system.kind == SystemKind::Instance)
    }
}

impl Fate {
    /// What the instance itself says takes precedence over what its run modes are thought to be.
    fn obey(&mut self, verdict: Option<&InstallerVerdict>, location: &Location, here: &Here) {
        match verdict {
            Some(InstallerVerdict::Installed) => {
                self.verdicts.retain(|verdict| verdict.kind != LoadingProblem::OtherRunModes);
                if self.ranks.is_empty() {
                    self.ranks.extend(here.own().map(|environment| (environment, 0)));
                }
            }
            Some(InstallerVerdict::Superseded(by)) => {
                let by = by.strip_prefix("jcrinstall:").unwrap_or(by).replace('`', "'");
                let message = format!("the OSGi installer of this instance uses `{by}` for the same PID instead");
                self.ranks.clear();
                self.verdicts.push(LoadingVerdict::new(LoadingProblem::OtherRunModes, message, location.clone()));
            }
            None => {}
        }
    }
}

/// The run modes under which a configuration applies.
enum Condition<'a> {
    /// All of these are active.
    All(&'a [String]),
    Cloud(CloudRunMode),
    /// One of the folders above it is watched, and all run modes of the packages around it are active.
    Watched(&'a [WatchedFolder<'a>], &'a [String]),
}

impl Condition<'_> {
    fn rank(&self, service: &str, stage: &BTreeSet<String>, here: &Here) -> Option<u32> {
        let is_active = |mode: &str| mode == service || stage.contains(mode) || here.run_modes.contains(mode);
        match self {
            Self::All(modes) => modes.iter().all(|mode| is_active(mode)).then_some(modes.len() as u32),
            Self::Cloud(mode) => mode.rank(service, stage.first()?).map(u32::from),
            Self::Watched(folders, outer) => {
                let rank = |folder: &WatchedFolder<'_>| {
                    let matching = folder.run_modes.map_or(Some(0), |spec| spec.matching(is_active))?;
                    Some(u32::from(folder.priority) + matching as u32)
                };
                let outer = outer.iter().all(|mode| is_active(mode));
                folders.iter().filter_map(rank).max().filter(|_| outer)
            }
        }
    }
}

struct Judge<'a> {
    parts: &'a DeployedParts<'a>,
    target: Target,
    stages: &'a BTreeSet<BTreeSet<String>>,
    here: &'a Here,
}

impl Judge<'_> {
    /// `None` if run modes do not apply.
    fn fate(&self, settings: &InstallerSettings) -> Option<Fate> {
        match &self.parts.storage.place {
            StoragePlace::Elsewhere => None,
            StoragePlace::Declared => Some(self.in_force(&Condition::All(self.parts.run_modes))),
            StoragePlace::Folder(run_modes) => Some(self.in_folder(run_modes.as_deref())),
            StoragePlace::Repository { file, node, form } => Some(match self.target {
                Target::CloudService => self.in_cloud(file, *form),
                _ => self.on_instance(file, node, *form, settings),
            }),
        }
    }

    fn in_force(&self, condition: &Condition<'_>) -> Fate {
        let ranks: Vec<_> = self
            .here
            .places(self.stages)
            .filter_map(|(environment, services, stage)| {
                let ranks = services.iter().filter_map(|service| condition.rank(service, stage, self.here));
                ranks.max().map(|rank| (environment, rank))
            })
            .collect();
        let out = ranks.is_empty() && self.here.environment.is_some();
        let message = "it is for run modes that this instance does not have";
        let verdicts = out.then(|| self.verdict(LoadingProblem::OtherRunModes, message)).into_iter().collect();
        Fate { ranks, verdicts, ..Fate::default() }
    }

    fn verdict(&self, kind: LoadingProblem, message: impl Into<String>) -> LoadingVerdict {
        LoadingVerdict::new(kind, message, self.parts.location.clone())
    }

    fn out(&self, kind: LoadingProblem, message: impl Into<String>) -> Fate {
        Fate { verdicts: vec![self.verdict(kind, message)], ..Fate::default() }
    }

    /// A configuration folder outside a repository: its final location is unknown.
    fn in_folder(&self, run_modes: Option<&str>) -> Fate {
        if self.target == Target::CloudService {
            return self.with_run_mode(run_modes);
        }
        let folder = WatchedFolder { priority: 0, run_modes: run_modes.map(RunModeSpec) };
        self.in_force(&Condition::Watched(&[folder], &self.parts.storage.outer_run_modes))
    }

    fn with_run_mode(&self, text: Option<&str>) -> Fate {
        let shown = text.unwrap_or_default();
        match cloud::run_mode(text) {
            RunModeUse::Known(mode) => {
                let modes = [mode.service, mode.stage].into_iter().flatten().map(str::to_owned).collect();
                Fate { run_modes: Some(modes), ..self.in_force(&Condition::Cloud(mode)) }
            }
            RunModeUse::SdkOnly => self.out(
                LoadingProblem::SdkOnly,
                format!("the run mode `{shown}` exists only on a local AEM SDK, not in a cloud environment"),
            ),
            RunModeUse::WrongOrder(right) | RunModeUse::WrongCase(right) => self.out(
                LoadingProblem::NotInstalled,
                format!("the Cloud Manager build fails: `{shown}` is not a valid run mode, `{right}` is"),
            ),
            RunModeUse::Unused => {
                let meant = cloud::nearest_run_mode(shown).map(|name| format!("; did you mean `{name}`?"));
                let tier = if shown.split('.').any(|mode| mode == "preview") {
                    "; the preview tier uses the configurations of publish"
                } else {
                    ""
                };
                self.out(
                    LoadingProblem::NotInstalled,
                    format!(
                        "AEM as a Cloud Service has no run mode `{shown}`, so it is never in force{}",
                        meant.as_deref().unwrap_or(tier)
                    ),
                )
            }
        }
    }

    fn in_cloud(&self, file: &str, form: NodeForm) -> Fate {
        let left_out = |why: &str| {
            self.out(LoadingProblem::NotInstalled, format!("AEM as a Cloud Service does not install it: {why}"))
        };
        if form == NodeForm::Nested {
            return left_out(
                "the build reads a configuration only from the root node of a file `<PID>.xml`, not from a node below \
                 it",
            );
        }
        let taken = match cloud::file(file) {
            Ok(taken) => taken,
            Err(RegularContent::OutsideSearchPaths) => return left_out(OUTSIDE),
            Err(RegularContent::Extension) => return left_out(EXTENSION),
            Err(RegularContent::NoConfigFolder) => {
                return left_out(
                    "none of its parent folders, at least two levels below /apps or /libs, is named \
                `config`",
                );
            }
        };
        if form == NodeForm::Root && file.ends_with("/.content.xml") {
            let message = "AEM as a Cloud Service reads this file as the PID `.content`, because the file name \
            determines the PID; move the configuration to `<PID>.xml` or `<PID>.cfg.json`";
            return self.out(LoadingProblem::FileName, message);
        }
        let pid = Pid::from_identity(&taken.pid);
        if let Some(fate) = self.under_another_pid(&pid, &taken.pid, "AEM as a Cloud Service reads") {
            return fate;
        }
        if !taken.below_config {
            let message =
                "the Cloud Manager build fails: configurations must be in a folder named `config`, not `install`";
            return self.out(LoadingProblem::NotInstalled, message);
        }
        Fate { pid: Some(taken.pid), ..self.with_run_mode(taken.run_mode) }
    }

    fn on_instance(&self, file: &str, node: &str, form: NodeForm, settings: &InstallerSettings) -> Fate {
        let folders = match instance::watched_folders(node, settings) {
            Ok(folders) => folders,
            Err(why) => return self.unwatched(file, why),
        };
        let name = node.rsplit('/').next().unwrap_or(node);
        if form == NodeForm::File && !INSTALLED.iter().any(|extension| name.ends_with(extension)) {
            return self.not_installed(EXTENSION);
        }
        let installed = ConfigName::of_file(name).installed;
        if let Some(fate) = self.under_another_pid(&installed, &installed.to_string(), "the installer reads") {
            return fate;
        }
        let outer = &self.parts.storage.outer_run_modes;
        let mut fate = self.in_force(&Condition::Watched(&folders, outer));
        if fate.ranks.is_empty() && fate.verdicts.is_empty() {
            let specs: Vec<String> =
                folders.iter().filter_map(|folder| folder.run_modes).map(|spec| format!("`{}`", spec.0)).collect();
            let specs = if outer.is_empty() { specs.join(" or ") } else { outer.join(".") };
            return self.not_installed(&format!("no instance has the run modes {specs}"));
        }
        let lost = &self.parts.storage.lost_on_instances;
        if let (Some(first), Target::V65 | Target::V65Lts) = (lost.first(), self.target) {
            let more = if lost.len() > 1 { format!(" and {} more", lost.len() - 1) } else { String::new() };
            let message =
                format!("AEM ignores `{first}`{more}: an instance accepts only text, numbers, dates and booleans");
            let verdict = self.verdict(LoadingProblem::KeysDropped, message);
            fate.verdicts.push(LoadingVerdict { keys: lost.clone(), ..verdict });
        }
        // The Cloud Manager build ignores the filter.
        if matches!(self.target, Target::V65 | Target::V65Lts) {
            fate.verdicts.extend(self.by_filter());
        }
        fate
    }

    /// How the filter of the package affects it.
    fn by_filter(&self) -> Option<LoadingVerdict> {
        match self.parts.location.is_covered()? {
            false => Some(self.verdict(LoadingProblem::NotCovered, NOT_COVERED)),
            true => self.parts.location.is_kept_existing().then(|| self.verdict(LoadingProblem::Merged, MERGED)),
        }
    }

    /// Nothing reads this location; if the edition is unknown, the cloud may still use it.
    fn unwatched(&self, file: &str, why: Unwatched) -> Fate {
        let why = match why {
            Unwatched::OutsideSearchPaths => OUTSIDE.to_owned(),
            Unwatched::NoConfigFolder => "none of its parent folders is named `config` or `install`".to_owned(),
            Unwatched::TooDeep { depth: 4 } => "its folder is more than four levels deep".to_owned(),
            Unwatched::TooDeep { depth } => format!("its folder is more than {depth} levels deep"),
        };
        let in_cloud = self.target == Target::Unknown && cloud::file(file).is_ok_and(|file| file.below_config);
        if !in_cloud {
            return self.not_installed(&why);
        }
        let run_mode = cloud::file(file).ok().and_then(|file| file.run_mode);
        let mut fate = self.with_run_mode(run_mode);
        let message = format!("AEM 6.5 does not install it: {why}");
        fate.verdicts.push(self.verdict(LoadingProblem::NotOnInstances, message));
        fate
    }

    fn not_installed(&self, why: &str) -> Fate {
        self.out(LoadingProblem::NotInstalled, format!("AEM does not install it: {why}"))
    }

    /// The configuration is read under a PID that is not that of its component.
    fn under_another_pid(&self, pid: &Pid, shown: &str, reads: &str) -> Option<Fate> {
        let meant = self.parts.location.pid.as_deref().unwrap_or_default();
        let another = match self.parts.storage.component {
            Some(component) => pid.component() != component,
            // A custom component: report only a name that the installer reads differently than it looks.
            None => {
                ConfigName::of_file(self.parts.location.file.context.file_name()).form.is_misread() && shown != meant
            }
        };
        let instead = match self.parts.storage.component {
            Some(component) if !meant.starts_with(component) => component.to_owned(),
            _ => meant.to_owned(),
        };
        another
            .then(|| self.out(LoadingProblem::FileName, format!("{reads} this file as `{shown}`, not as `{instead}`")))
    }
}

const NOT_COVERED: &str = "the filter of its package does not cover it, so AEM may not install it with the package";
const MERGED: &str = "the filter of its package has `mode=\"merge\"`: AEM does not change an existing configuration";
const OUTSIDE: &str = "it is not below /apps or /libs";
const EXTENSION: &str = "its name does not end in .config, .cfg, .cfg.json or .properties";

/// Extensions of configuration files (`InternalResource.EXTENSIONS`).
const INSTALLED: [&str; 4] = [".config", ".cfg", ".cfg.json", ".properties"];

/// The predefined stages of an edition.
fn standard_stages(target: Target) -> BTreeSet<BTreeSet<String>> {
    let own = match target {
        Target::CloudService | Target::Unknown => &STAGES[..],
        Target::V65 | Target::V65Lts => &STAGES[..3],
    };
    own.iter().map(|stage| BTreeSet::from([(*stage).to_owned()])).collect()
}

/// Adds the combinations of run modes, services aside, that a configuration asks for to `stages`, which has no room for
/// more than `most`. Answers whether all fitted.
fn collect_stages(
    storage: &Storage,
    run_modes: &[String],
    most: usize,
    stages: &mut BTreeSet<BTreeSet<String>>,
) -> bool {
    let mut fits = true;
    let mut add = |modes: BTreeSet<String>| {
        if modes.is_empty() || stages.contains(&modes) {
            return;
        }
        fits &= stages.len() < most;
        if fits {
            stages.insert(modes);
        }
    };
    let custom = |modes: &[&str]| -> BTreeSet<String> {
        let named = modes.iter().filter(|mode| !mode.is_empty() && !mode.starts_with('-') && !SERVICES.contains(mode));
        named.map(|mode| (*mode).to_owned()).collect()
    };
    let spec = match &storage.place {
        StoragePlace::Folder(run_modes) => run_modes.as_deref(),
        StoragePlace::Repository { node, .. } => {
            let folders = node.rsplit_once('/').map_or("", |(folders, _)| folders);
            let folder = folders.split('/').rev().find(|folder| folder_run_modes(folder).is_some());
            folder.and_then(|folder| folder.split_once('.')).map(|(_, run_modes)| run_modes)
        }
        StoragePlace::Declared | StoragePlace::Elsewhere => None,
    };
    match spec {
        Some(spec) => {
            let outer: Vec<&str> = storage.outer_run_modes.iter().map(String::as_str).collect();
            RunModeSpec(spec).alternatives().for_each(|modes| add(custom(&[modes, outer.clone()].concat())));
        }
        None => add(custom(&run_modes.iter().map(String::as_str).collect::<Vec<_>>())),
    }
    fits
}

/// The outermost archive that a file of a system lies in, empty for its source tree: a package and the source that it was
/// built from do not compete for a PID.
pub fn archive_of(context: &FileContext) -> &str {
    if context.path.entries.is_empty() { "" } else { &context.path.input }
}

/// A folder of configurations whose name is written with codes (`config%2eauthor`): FileVault decodes it, but the Cloud
/// Manager build does not.
fn encoded_folder(parts: &DeployedParts<'_>) -> Option<LoadingVerdict> {
    let StoragePlace::Repository { file, .. } = &parts.storage.place else { return None };
    let (folders, _) = file.rsplit_once('/')?;
    let is_of_configurations = |folder: &&str| folder.starts_with("config") || folder.starts_with("install");
    let folder = folders.split('/').filter(is_of_configurations).find(|folder| folder.contains('%'))?;
    let message = format!(
        "the folder name `{folder}` contains an encoded character: AEM 6.5 decodes it on import, the Cloud Manager build \
         does not"
    );
    Some(LoadingVerdict::new(LoadingProblem::EncodedName, message, parts.location.clone()))
}

/// The verdict for a node that looks like a configuration by its name, but is not one for AEM because of its type.
pub fn of_other_type(node: &Node, capture: &Capture<'_>) -> LoadingVerdict {
    let has = match node.text("jcr:primaryType") {
        Some(name) => format!("its type is `{}`", name.replace('`', "'")),
        None => "it has no `jcr:primaryType`".to_owned(),
    };
    let message = format!("{has}, so AEM stores it as content; a configuration must be a `sling:OsgiConfig`");
    LoadingVerdict::new(LoadingProblem::NotInstalled, message, capture.node(node))
}
