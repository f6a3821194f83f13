//! Which units form one system: units that complement each other, but never two with the same configuration.

use std::collections::{BTreeMap, HashMap};

use super::label::{Tier, cloud_environment};
use super::marks::Marks;
use super::unit::{Unit, UnitForm, folder_of};

/// A configuration in a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Its identifier: a PID, a JCR path, or a name by which others refer to it.
    pub id: String,
    /// Path of its file in the repository.
    pub place: Option<String>,
    /// Hash of the complete content of its file.
    pub digest: u64,
    /// Hash of the content that a dump of it would show too.
    pub content: u64,
    /// Identity of the package around it.
    pub package: Option<String>,
    /// Number of archives around it.
    pub depth: usize,
}

/// A unit, with everything that helps to assign it to a system.
#[derive(Clone, Debug)]
pub struct Member {
    /// The unit.
    pub unit: Unit,
    /// Its configurations.
    pub holdings: Vec<Holding>,
    /// Marks of origin.
    pub marks: Marks,
    /// Whether an instance wrote the package, or it contains files that only instances write.
    pub is_exported: bool,
    /// Whether a build tool wrote the package: such a package declares a type.
    pub is_built: bool,
}

impl Member {
    /// The environment and service indicated by its run modes, by its name or by the names of the folders around it.
    pub fn tier(&self) -> Tier {
        let names = self.unit.path.rsplit('/').map(Tier::of_name);
        Tier::of_run_modes(self.marks.run_modes.iter().map(String::as_str)).or(names.fold(Tier::default(), Tier::or))
    }

    /// Program and environment of AEM as a Cloud Service in its path.
    pub fn cloud_environment(&self) -> Option<String> {
        self.unit.path.rsplit('/').find_map(cloud_environment)
    }
}

/// A group of units that are one system, and why.
#[derive(Clone, Debug)]
pub struct Group {
    /// Indices of the members.
    pub members: Vec<usize>,
    /// Why they are together; empty for a single member.
    pub because: &'static str,
    /// Another unit with the same configuration, and which configuration.
    pub apart_from: Option<(usize, String)>,
}

/// Divides members into groups.
pub fn divide(members: &[Member]) -> Vec<Group> {
    let mut groups = Groups::new(members);
    groups.by_mark(|member| member.marks.sling_id.clone(), "they have the same Sling ID");
    groups.by_mark(
        |member| Some(format!("{}/{}", member.cloud_environment()?, member.tier().service.unwrap_or_default())),
        "their names have the same environment of AEM as a Cloud Service",
    );
    groups.dumps_with_packages();
    groups.by_folder();
    groups.finish()
}

struct Groups<'m> {
    members: &'m [Member],
    tiers: Vec<Tier>,
    /// The group of each member.
    group_of: Vec<usize>,
    groups: Vec<Group>,
}

impl<'m> Groups<'m> {
    fn new(members: &'m [Member]) -> Self {
        let single = |number| Group { members: vec![number], because: "", apart_from: None };
        Self {
            members,
            tiers: members.iter().map(Member::tier).collect(),
            group_of: (0..members.len()).collect(),
            groups: (0..members.len()).map(single).collect(),
        }
    }

    fn finish(mut self) -> Vec<Group> {
        // The first two members with a configuration: for any member, at least one of them is a different one.
        let mut holders: HashMap<&str, (usize, Option<usize>)> = HashMap::new();
        for (number, member) in self.members.iter().enumerate() {
            for holding in member.holdings.iter().filter(|holding| holding.id != CONSOLE) {
                let (first, second) = holders.entry(&holding.id).or_insert((number, None));
                if *first != number {
                    second.get_or_insert(number);
                }
            }
        }
        for group in self.groups.iter_mut().filter(|group| group.members.len() == 1) {
            let own = group.members[0];
            let shared = self.members[own].holdings.iter().find_map(|holding| {
                let (first, second) = holders.get(holding.id.as_str())?;
                let other = if *first == own { (*second)? } else { *first };
                Some((other, holding.id.clone()))
            });
            group.apart_from = shared.or(group.apart_from.take());
        }
        self.groups.into_iter().filter(|group| !group.members.is_empty()).collect()
    }

    /// Joins groups, unless two of them cannot be one system. Returns whether they are one group now.
    fn join(&mut self, groups: &[usize], because: &'static str) -> bool {
        if let Some((one, other, id)) = self.clash(groups) {
            let of = |member: usize| self.group_of[member];
            let (first, second) = (of(one), of(other));
            self.groups[first].apart_from.get_or_insert((other, id.clone()));
            self.groups[second].apart_from.get_or_insert((one, id));
            return false;
        }
        let Some((&first, rest)) = groups.split_first() else { return true };
        for &other in rest {
            let moved = std::mem::take(&mut self.groups[other].members);
            moved.iter().for_each(|&member| self.group_of[member] = first);
            self.groups[first].members.extend(moved);
            let apart_from = self.groups[other].apart_from.take();
            if self.groups[first].apart_from.is_none() {
                self.groups[first].apart_from = apart_from;
            }
        }
        if !rest.is_empty() {
            self.groups[first].members.sort_unstable();
            self.groups[first].because = because;
        }
        true
    }

    /// Two members of different groups that cannot be one system, with the configuration that both contain.
    fn clash(&self, groups: &[usize]) -> Option<(usize, usize, String)> {
        self.clash_of_origin(groups)
            .map(|(one, other)| (one, other, String::new()))
            .or_else(|| self.clash_of_content(groups))
    }

    /// Two members whose names or marks show different instances.
    fn clash_of_origin(&self, groups: &[usize]) -> Option<(usize, usize)> {
        let mut all = groups.iter().flat_map(|&group| &self.groups[group].members).copied();
        let first = all.next()?;
        let (mut tier, mut marks) = (self.tiers[first].clone(), self.members[first].marks.clone());
        for member in all {
            let own = &self.members[member];
            if !tier.agrees(&self.tiers[member]) || !marks.agrees(&own.marks) {
                return Some((first, member));
            }
            tier = tier.or(self.tiers[member].clone());
            marks.add(&own.marks);
        }
        None
    }

    fn clash_of_content(&self, groups: &[usize]) -> Option<(usize, usize, String)> {
        let mut known: HashMap<&str, Vec<(usize, &Holding)>> = HashMap::new();
        for &member in groups.iter().flat_map(|&group| &self.groups[group].members) {
            for holding in &self.members[member].holdings {
                let others = known.entry(&holding.id).or_default();
                let with_same_file = others.iter().filter(|(_, one)| is_same_file(one, holding));
                let twins: Vec<usize> = with_same_file.map(|(other, _)| *other).collect();
                let clash = others.iter().find(|(other, one)| {
                    // A member with the same file may also have others with that id, for other run modes.
                    let is_compared = is_same_file(one, holding) || !twins.contains(other);
                    is_compared
                        && self.group_of[*other] != self.group_of[member]
                        && self.differ(*other, one, member, holding)
                });
                if let Some((other, _)) = clash {
                    return Some((*other, member, holding.id.clone()));
                }
                others.push((member, holding));
            }
        }
        None
    }

    /// Whether two configurations with the same id cannot belong to one system.
    fn differ(&self, one: usize, a: &Holding, other: usize, b: &Holding) -> bool {
        let is_dump = |member: usize| self.members[member].unit.form == UnitForm::Dump;
        let is_archive = |member: usize| self.members[member].unit.form == UnitForm::Package;
        match (is_dump(one), is_dump(other)) {
            (true, true) => true,
            // A dump and an export of one instance show the same configuration twice.
            (true, false) | (false, true) => a.content != b.content,
            // A standalone package and the same one in a container, or a folder and the package built from it.
            (false, false) => {
                let is_embedded = a.package.is_some() && a.package == b.package && (a.depth > 1) != (b.depth > 1);
                let is_copy = is_embedded || is_archive(one) != is_archive(other);
                !(is_copy && is_same_file(a, b))
            }
        }
    }

    /// Joins the members that share a mark.
    fn by_mark(&mut self, mark: impl Fn(&Member) -> Option<String>, because: &'static str) {
        let mut marked: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (number, member) in self.members.iter().enumerate() {
            if let Some(mark) = mark(member) {
                marked.entry(mark).or_default().push(self.group_of[number]);
            }
        }
        for mut groups in marked.into_values() {
            groups.dedup();
            if groups.len() > 1 {
                self.join(&groups, because);
            }
        }
    }

    /// Joins each dump with the package that contains the configurations it shows, if only one is a candidate.
    fn dumps_with_packages(&mut self) {
        let mut holders: HashMap<(&str, u64), Vec<usize>> = HashMap::new();
        let is_dump = |member: &Member| member.unit.form == UnitForm::Dump;
        for (number, member) in self.members.iter().enumerate().filter(|(_, member)| !is_dump(member)) {
            for holding in &member.holdings {
                let all = holders.entry((&holding.id, holding.content)).or_default();
                if all.last() != Some(&number) && all.len() < MOST_CANDIDATES {
                    all.push(number);
                }
            }
        }
        // For each package the dumps that show it, with their nearness.
        let mut wanted: BTreeMap<usize, Vec<(Nearness, usize)>> = BTreeMap::new();
        for (number, member) in self.members.iter().enumerate().filter(|(_, member)| is_dump(member)) {
            let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
            for holding in &member.holdings {
                let all = holders.get(&(holding.id.as_str(), holding.content));
                all.into_iter().flatten().for_each(|&package| *shared.entry(package).or_default() += 1);
            }
            let mut near: Vec<(Nearness, usize)> =
                shared.into_iter().map(|(package, shared)| (self.nearness(number, package, shared), package)).collect();
            near.retain(|(_, package)| self.clash(&[self.group_of[number], self.group_of[*package]]).is_none());
            near.sort_unstable_by(|a, b| b.cmp(a));
            let is_only = near.get(1).is_none_or(|second| near[0].0 > second.0);
            if let Some(&(nearness, package)) = near.first().filter(|_| is_only) {
                wanted.entry(package).or_default().push((nearness, number));
            }
        }
        for (package, mut dumps) in wanted {
            dumps.sort_unstable_by(|a, b| b.cmp(a));
            let is_only = dumps.get(1).is_none_or(|second| dumps[0].0 > second.0);
            if is_only {
                let groups = [self.group_of[package], self.group_of[dumps[0].1]];
                if groups[0] != groups[1] {
                    self.join(&groups, "they show the same configurations");
                }
            }
        }
    }

    fn nearness(&self, dump: usize, package: usize, shared: usize) -> Nearness {
        let (one, other) = (&self.members[dump].unit.path, &self.members[package].unit.path);
        let folders = folder_of(one).split('/').zip(folder_of(other).split('/')).take_while(|(a, b)| a == b).count();
        let same_tier = !self.tiers[dump].is_empty() && self.tiers[dump] == self.tiers[package];
        (same_tier, folders, shared)
    }

    /// Joins units of the same folder that can be one system, from the innermost folders outwards.
    fn by_folder(&mut self) {
        let mut folders: BTreeMap<(std::cmp::Reverse<usize>, Folder), FolderGroups> = BTreeMap::new();
        for (number, member) in self.members.iter().enumerate() {
            let folder = Folder { git: member.unit.git.clone(), path: folder_of(&member.unit.path).to_owned() };
            folders.entry((folder.depth(), folder)).or_default().groups.push(self.group_of[number]);
        }
        while let Some(((_, folder), mut own)) = folders.pop_first() {
            // A group has the index of one of its first members, and may have been joined since.
            own.groups.iter_mut().for_each(|group| *group = self.group_of[*group]);
            own.groups.sort_unstable();
            own.groups.dedup();
            let joined = !own.is_divided
                && self.join(&own.groups, "they complete each other: no configuration is in two of them");
            if !joined {
                self.by_tier(&own.groups);
            }
            if let Some(above) = folder.above() {
                let above = folders.entry((above.depth(), above)).or_default();
                above.is_divided |= !joined;
                if joined {
                    above.groups.extend(own.groups.first().map(|&group| self.group_of[group]));
                }
            }
        }
    }

    /// Joins the units of one folder whose names show the same environment and service.
    fn by_tier(&mut self, groups: &[usize]) {
        let mut tiers: BTreeMap<Tier, Vec<usize>> = BTreeMap::new();
        for &group in groups {
            let Some(&member) = self.groups[group].members.first() else { continue };
            if !self.tiers[member].is_empty() {
                tiers.entry(self.tiers[member].clone()).or_default().push(group);
            }
        }
        for groups in tiers.into_values().filter(|groups| groups.len() > 1) {
            self.join(&groups, "their names say the same environment");
        }
    }
}

/// Whether two configurations are the same file of a repository, with the same content.
fn is_same_file(a: &Holding, b: &Holding) -> bool {
    a.place.is_some() && a.place == b.place && a.digest == b.digest
}

/// Pseudo configuration of every complete console dump: it shows all configurations of an instance, so two such dumps
/// are never one system.
pub const CONSOLE: &str = "*";
/// Maximum number of packages with the same configuration that are considered.
const MOST_CANDIDATES: usize = 64;

/// Nearness of a dump to a package: same tier in their names, number of common folders, number of common
/// configurations.
type Nearness = (bool, usize, usize);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Folder {
    git: Option<String>,
    path: String,
}

impl Folder {
    fn depth(&self) -> std::cmp::Reverse<usize> {
        std::cmp::Reverse(if self.path.is_empty() { 0 } else { self.path.split('/').count() })
    }

    /// The parent folder; `None` above the top of a git work tree, and above the root.
    fn above(&self) -> Option<Self> {
        if self.path.is_empty() || self.git.as_ref() == Some(&self.path) {
            return None;
        }
        let above = if self.path == "/" { "" } else { folder_of(&self.path) };
        Some(Self { git: self.git.clone(), path: above.to_owned() })
    }
}

#[derive(Debug, Default)]
struct FolderGroups {
    groups: Vec<usize>,
    /// Whether a subfolder contains several systems, so that it is unclear to which of them the rest belongs.
    is_divided: bool,
}
