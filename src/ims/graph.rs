//! Joins across everything scanned: secret partners and references. All joins use hashes.

use std::collections::HashMap;

use super::deployment::archive_of;
use super::draft::{FoundIntegration, SecretPartner};
use super::model::{Environment, FieldName, Integration, IntegrationKind, SecretHolder};
use crate::ims::catalog::pid;

/// Assigns every provider its secret, keeps pending providers with an IMS partner, and returns the partners that no
/// provider refers to.
pub fn join_secrets(
    found: Vec<FoundIntegration>,
    partners: Vec<SecretPartner>,
) -> (Vec<FoundIntegration>, Vec<SecretHolder>) {
    let index = PartnerIndex::new(&partners);
    let mut used = vec![false; partners.len()];
    let mut kept = Vec::with_capacity(found.len());
    for mut one in found {
        if one.integration.kind == IntegrationKind::AccessTokenProvider {
            let candidates = index.find(&one);
            if let Some(&first) = candidates.first() {
                used[first] = true;
                let all = candidates.iter().map(|&partner| &partners[partner]);
                adopt(&mut one.integration, all);
            } else if one.pending {
                continue;
            }
        }
        kept.push(one);
    }
    pair_the_only_ones(&mut kept, &partners, &mut used);
    super::unlinked::mark(&mut kept, &partners, &used);
    let orphans = partners.into_iter().zip(used).filter(|(partner, used)| !used && partner.secret.state.is_filled());
    let orphans = orphans
        .map(|(partner, _)| SecretHolder { holder: pid::REQUEST_CUSTOMIZER.to_owned(), field: partner.secret })
        .collect();
    (kept, orphans)
}

/// The only provider without a secret and the only secret without a provider of one folder belong together, unless the
/// secret names a customizer: then AEM joins it with a provider that asks for that name, and with no other.
fn pair_the_only_ones(found: &mut [FoundIntegration], partners: &[SecretPartner], used: &mut [bool]) {
    for (providers, secrets) in by_folder(found, lacks_secret, partners, |index| !used[index]) {
        if let ([provider], [secret]) = (providers.as_slice(), secrets.as_slice())
            && partners[*secret].customizer.is_none()
        {
            used[*secret] = true;
            adopt(&mut found[*provider].integration, [&partners[*secret]].into_iter());
        }
    }
}

/// Whether it is a provider without a secret.
pub(super) fn lacks_secret(integration: &Integration) -> bool {
    integration.kind == IntegrationKind::AccessTokenProvider && integration.secret_partner.is_none()
}

/// For each folder the numbers of the providers that `asks` accepts, and of the secrets beside them that are `free`.
pub(super) fn by_folder(
    found: &[FoundIntegration],
    asks: impl Fn(&Integration) -> bool,
    partners: &[SecretPartner],
    free: impl Fn(usize) -> bool,
) -> Vec<(Vec<usize>, Vec<usize>)> {
    let mut folders: HashMap<String, (Vec<usize>, Vec<usize>)> = HashMap::new();
    for (index, one) in found.iter().enumerate().filter(|(_, one)| asks(&one.integration)) {
        folders.entry(folder(&one.integration.location)).or_default().0.push(index);
    }
    for (index, partner) in partners.iter().enumerate().filter(|(index, _)| free(*index)) {
        if let Some((_, secrets)) = folders.get_mut(&folder(&partner.location)) {
            secrets.push(index);
        }
    }
    folders.into_values().collect()
}

/// The first of `partners` gives its secret; the others may be in force where it is not.
fn adopt<'p>(integration: &mut Integration, partners: impl Iterator<Item = &'p SecretPartner>) {
    let partners: Vec<&SecretPartner> = partners.collect();
    integration.misspelt_keys.extend(partners.iter().flat_map(|partner| partner.misspelt_keys.iter().cloned()));
    integration.partners = partners.into_iter().map(SecretPartner::to_partner).collect();
    let Some(first) = integration.partners.first() else { return };
    integration.secret_partner = Some(first.location.clone());
    if let Some(field) = integration.fields.iter_mut().find(|field| field.name == FieldName::ClientSecret) {
        let own = std::mem::take(&mut field.faults);
        *field = first.secret.clone();
        field.faults.extend(own);
    }
}

/// Partners by the name of their customizer, at ever wider distance.
#[derive(Default)]
struct PartnerIndex<'a> {
    partners: &'a [SecretPartner],
    by_folder: HashMap<(&'a str, String), usize>,
    by_run_modes: HashMap<(&'a str, String, &'a [String]), usize>,
    by_project: HashMap<(&'a str, String), usize>,
    by_environment: HashMap<(&'a str, String, &'a Environment), usize>,
    anywhere: HashMap<&'a str, usize>,
}

impl<'a> PartnerIndex<'a> {
    fn new(partners: &'a [SecretPartner]) -> Self {
        let mut index = Self { partners, ..Self::default() };
        for (at, partner) in partners.iter().enumerate() {
            let Some(name) = partner.customizer.as_deref() else { continue };
            let project = archive_of(&partner.location.file.context).to_owned();
            index.by_folder.entry((name, folder(&partner.location))).or_insert(at);
            index.by_run_modes.entry((name, project.clone(), partner.run_modes.as_slice())).or_insert(at);
            for environment in &partner.environments {
                index.by_environment.entry((name, project.clone(), environment)).or_insert(at);
            }
            index.by_project.entry((name, project)).or_insert(at);
            index.anywhere.entry(name).or_insert(at);
        }
        index
    }

    /// The partners of a provider: the nearest one that is in force where it is, then those for its other environments.
    fn find(&self, one: &FoundIntegration) -> Vec<usize> {
        let Some(name) = one.integration.customizer.as_deref() else { return Vec::new() };
        let location = &one.integration.location;
        let project = archive_of(&location.file.context).to_owned();
        let Some(nearest) = self.nearest(one, name, &project) else { return Vec::new() };
        let mut all = vec![nearest];
        for environment in &one.integration.environments {
            let covered = all.iter().any(|&partner| self.partners[partner].is_in_force(environment));
            let other = || self.by_environment.get(&(name, project.clone(), environment));
            if let Some(&other) = (!covered).then(other).flatten() {
                all.push(other);
            }
        }
        let useless =
            |partner: usize| !one.integration.environments.iter().any(|e| self.partners[partner].is_in_force(e));
        if all.len() > 1 && useless(nearest) {
            all.swap(0, 1);
        }
        all
    }

    fn nearest(&self, one: &FoundIntegration, name: &str, project: &str) -> Option<usize> {
        let modes = one.integration.run_modes.as_slice();
        self.by_folder
            .get(&(name, folder(&one.integration.location)))
            .or_else(|| self.by_run_modes.get(&(name, project.to_owned(), modes)))
            .or_else(|| self.by_run_modes.get(&(name, project.to_owned(), &[])))
            .or_else(|| self.by_project.get(&(name, project.to_owned())))
            .or_else(|| self.anywhere.get(name))
            .copied()
    }
}

/// The folder of a file, entries included.
fn folder(location: &super::Location) -> String {
    let path = location.path().to_string();
    path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned())
}

/// Integrations with the same name: all of them, and those of each project.
#[derive(Default)]
struct Namesakes {
    all: Vec<usize>,
    by_project: HashMap<usize, Vec<usize>>,
}

/// Maximum number of integrations to which one reference is resolved, so that references times names is limited; more
/// would not help the reader.
const MAX_RESOLVED: usize = 100;

/// Resolves references by name, title, sub-name or PID, ignoring case and surrounding spaces.
pub fn resolve_references(integrations: &mut [Integration], names: &[Vec<String>]) {
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut number = |project: String| {
        let next = numbers.len();
        *numbers.entry(project).or_insert(next)
    };
    let projects: Vec<usize> =
        integrations.iter().map(|one| number(archive_of(&one.location.file.context).to_owned())).collect();
    let mut known: HashMap<String, Namesakes> = HashMap::new();
    for (index, names) in names.iter().enumerate() {
        for name in names {
            let namesakes = known.entry(key(name)).or_default();
            if namesakes.all.last() != Some(&index) {
                namesakes.all.push(index);
                namesakes.by_project.entry(projects[index]).or_default().push(index);
            }
        }
    }
    let mut back: Vec<Vec<usize>> = vec![Vec::new(); integrations.len()];
    for (index, integration) in integrations.iter_mut().enumerate() {
        for reference in &mut integration.references {
            if let Some(namesakes) = known.get(&key(&reference.target)) {
                let others = |list: &[usize]| -> Vec<usize> {
                    list.iter().copied().filter(|&target| target != index).take(MAX_RESOLVED).collect()
                };
                // If several projects are scanned together, each refers to its own configurations first.
                reference.resolved =
                    namesakes.by_project.get(&projects[index]).map(|own| others(own)).unwrap_or_default();
                if reference.resolved.is_empty() {
                    reference.resolved = others(&namesakes.all);
                }
                reference.resolved.iter().for_each(|&target| back[target].push(index));
            }
        }
    }
    for (integration, mut referrers) in integrations.iter_mut().zip(back) {
        referrers.dedup();
        integration.referenced_by = referrers;
    }
}

fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Makes ids unique: the second integration with the same id gets `#2`, and so on in path order.
pub fn number_ids(integrations: &mut [Integration]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for integration in integrations {
        let count = seen.entry(integration.id.clone()).and_modify(|count| *count += 1).or_insert(1);
        if *count > 1 {
            integration.id = format!("{}#{count}", integration.id);
        }
    }
}
