//! Run modes and environments: which configuration of a PID is in force where.
//!
//! "The configuration with the highest number of matching run modes is applied as a whole" (Adobe, "Configuring OSGi
//! for AEM as a Cloud Service").

use std::collections::{BTreeSet, HashMap};

use super::model::{Environment, Integration, VerdictKind};
use crate::repository::FileContext;

/// The services that a run mode can choose.
const SERVICES: [&str; 2] = ["author", "publish"];
/// The environment types of AEM as a Cloud Service.
const STAGES: [&str; 4] = ["dev", "stage", "prod", "rde"];
/// Most combinations of other run modes that are looked at in one project.
const MOST_STAGES: usize = 64;

/// Whether run modes decide about a file: it lies in a `config` or `install` folder.
pub fn is_in_configuration_folder(context: &FileContext) -> bool {
    let path = context.repository_path.as_deref().unwrap_or_else(|| context.inner_path());
    path.rsplit_once('/').is_some_and(|(folders, _)| folders.split('/').any(is_configuration_folder))
}

fn is_configuration_folder(name: &str) -> bool {
    matches!(name.split('.').next(), Some("config" | "install"))
}

/// Decides for every OSGi configuration in a configuration folder where it is in force. What AEM does not install is
/// nowhere.
pub fn decide(integrations: &mut [Integration]) {
    let mut groups: HashMap<(String, String), Vec<usize>> = HashMap::new();
    let mut stages: HashMap<String, BTreeSet<BTreeSet<String>>> = HashMap::new();
    for (index, integration) in integrations.iter().enumerate() {
        let context = &integration.location.file.context;
        let placed = is_in_configuration_folder(context) || names_run_modes(integration);
        let placed = placed && integration.verdicts.iter().all(|verdict| verdict.kind != VerdictKind::NotInstalled);
        let Some(pid) = integration.location.pid.clone().filter(|_| placed) else { continue };
        let project = project_of(context);
        let list =
            stages.entry(project.clone()).or_insert_with(|| STAGES.map(|s| BTreeSet::from([s.to_owned()])).into());
        let own = stage_modes(&integration.run_modes);
        if !own.is_empty() && list.len() < MOST_STAGES {
            list.insert(own);
        }
        groups.entry((project, pid)).or_default().push(index);
    }
    for ((project, _), members) in groups {
        for stage in &stages[&project] {
            for service in SERVICES {
                in_force(integrations, &members, service, stage);
            }
        }
    }
    for integration in integrations {
        integration.environments.sort();
    }
}

/// Whether the content of the file says under which run modes its configurations count: in a provisioning model all do,
/// in a feature model those of a feature for run modes.
fn names_run_modes(integration: &Integration) -> bool {
    match integration.location.file.format {
        "provisioning-model" => true,
        "feature-model" => !integration.run_modes.is_empty(),
        _ => false,
    }
}

fn in_force(integrations: &mut [Integration], members: &[usize], service: &'static str, stage: &BTreeSet<String>) {
    let applies = |modes: &[String]| modes.iter().all(|mode| mode == service || stage.contains(mode));
    let matching: Vec<(usize, usize)> = members
        .iter()
        .map(|&index| (index, &integrations[index].run_modes))
        .filter(|(_, modes)| applies(modes))
        .map(|(index, modes)| (index, modes.len()))
        .collect();
    let Some(most) = matching.iter().map(|&(_, count)| count).max() else { return };
    let name = stage.iter().map(String::as_str).collect::<Vec<_>>().join(".");
    for (index, _) in matching.into_iter().filter(|&(_, count)| count == most) {
        integrations[index].environments.push(Environment { service, stage: name.clone() });
    }
}

/// The run modes that choose no service.
fn stage_modes(modes: &[String]) -> BTreeSet<String> {
    modes.iter().filter(|mode| !SERVICES.contains(&mode.as_str())).cloned().collect()
}

/// The project or the outermost package that a file belongs to: configurations of one PID compete only inside one.
pub fn project_of(context: &FileContext) -> String {
    if !context.path.entries.is_empty() {
        return context.path.input.clone();
    }
    let path = &context.path.input;
    let above = match path.find("/jcr_root/") {
        Some(at) => &path[..at],
        None => path.rsplit('/').nth(1).and_then(|_| path.rsplitn(3, '/').nth(2)).unwrap_or(""),
    };
    let module = ["/src/main/content", "/src/content", "/src/main"].iter().find_map(|end| above.strip_suffix(end));
    // Modules of one Maven project lie beside each other.
    match module {
        Some(module) => module.rsplit_once('/').map_or(String::new(), |(project, _)| project.to_owned()),
        None => above.to_owned(),
    }
}
