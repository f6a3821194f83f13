//! Which configuration is in force in which environment, compared with the reference implementations.
//!
//! The tables contain paths and the results of running the Sling content package converter with Adobe's analyser (AEM
//! as a Cloud Service) and the Sling JCR installer (AEM 6.5) on them; each table names the classes and the commits in
//! its `meta`.

#![allow(clippy::unwrap_used)] // a test fails by panicking

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use aem_ims_lint::repository::deployment::cloud::{self, CloudFile, CloudRunMode, RunModeUse};
use aem_ims_lint::repository::deployment::instance::{InstallerSettings, RunModeSpec, WatchedFolder, watched_folders};
use aem_ims_lint::repository::deployment::{SERVICES, STAGES};
use aem_ims_lint::repository::pid::ConfigName;
use serde_json::Value;

fn cases(table: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance").join(table);
    let table: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    table["cases"].as_array().unwrap().clone()
}

/// Shows all cases in which `judge` finds a difference.
fn check(table: &str, cases: Vec<Value>, judge: impl Fn(&Value) -> Option<String>) {
    assert!(!cases.is_empty());
    let failures: Vec<String> = cases.iter().filter_map(|case| Some(format!("{}: {case}", judge(case)?))).collect();
    assert!(failures.is_empty(), "{} of {} cases of {table}:\n{}", failures.len(), cases.len(), failures.join("\n"));
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
}

fn below_root(path: &str) -> &str {
    path.strip_prefix("jcr_root/").unwrap()
}

fn cloud_file(path: &str) -> Option<CloudFile<'_>> {
    cloud::file(below_root(path)).ok()
}

/// The environments of AEM as a Cloud Service in which a run mode applies, with its rank.
fn cloud_environments(mode: CloudRunMode) -> BTreeMap<String, u8> {
    let all = SERVICES.iter().flat_map(|service| STAGES.iter().map(move |stage| (*service, *stage)));
    all.filter_map(|(service, stage)| Some((format!("{service}/{stage}"), mode.rank(service, stage)?))).collect()
}

#[test]
fn paths_in_packages_for_the_cloud() {
    // The content of a file matters too, but not here, where only paths are tested.
    let of_content = |case: &Value| {
        case["why"].as_str().unwrap().contains("XML root") || case["why"].as_str().unwrap().starts_with("IOException")
    };
    let cases = cases("aemaacs_config_path.json").into_iter().filter(|case| !of_content(case)).collect();
    check("aemaacs_config_path.json", cases, |case| {
        let Some(file) = cloud_file(case["path"].as_str().unwrap()) else {
            return (case["taken"] != false).then(|| "regular content".to_owned());
        };
        if case["taken"] != true || case["pid"] != file.pid {
            return Some(format!("taken as {}", file.pid));
        }
        let used = cloud::run_mode(file.run_mode);
        let build = match &used {
            _ if !file.below_config => "fails",
            RunModeUse::Known(_) => "ok",
            RunModeUse::WrongOrder(_) | RunModeUse::WrongCase(_) => "fails",
            RunModeUse::SdkOnly | RunModeUse::Unused => "ignored",
        };
        if case["build"] != build {
            return Some(format!("the build: {build}"));
        }
        let mut environments = match used {
            RunModeUse::Known(mode) if file.below_config => cloud_environments(mode).into_keys().collect(),
            _ => Vec::new(),
        };
        environments.sort();
        (strings(&case["environments"]) != environments).then(|| format!("in {environments:?}"))
    });
}

/// The priority of a node if these run modes are active.
fn priority(folders: &[WatchedFolder<'_>], active: &[&str]) -> Option<usize> {
    let of = |folder: &WatchedFolder<'_>| {
        let matching =
            folder.run_modes.map_or(Some(0), |spec: RunModeSpec<'_>| spec.matching(|mode| active.contains(&mode)));
        Some(usize::from(folder.priority) + matching?)
    };
    folders.iter().filter_map(of).max()
}

#[test]
fn nodes_in_the_repository_of_an_instance() {
    let read = ["nt:file", "sling:OsgiConfig"];
    let unreadable = |case: &Value| case["why"].as_str().unwrap().contains("unreadable");
    let is_case = |case: &Value| read.contains(&case["nodetype"].as_str().unwrap()) && !unreadable(case);
    check("aem65_config_path.json", cases("aem65_config_path.json").into_iter().filter(is_case).collect(), |case| {
        let node = case["node"].as_str().unwrap();
        let folders = watched_folders(node, &InstallerSettings::default()).unwrap_or_default();
        let name = node.rsplit('/').next().unwrap();
        let extension = [".config", ".cfg", ".cfg.json", ".properties"].iter().any(|end| name.ends_with(end));
        let is_configuration = case["nodetype"] != "nt:file" || extension;
        let environments: Vec<String> = SERVICES
            .iter()
            .flat_map(|service| ["dev", "prod", "stage"].map(|stage| (*service, stage)))
            .filter(|(service, stage)| is_configuration && priority(&folders, &[service, stage]).is_some())
            .map(|(service, stage)| format!("{service}/{stage}"))
            .collect();
        if strings(&case["environments"]) != environments {
            return Some(format!("in {environments:?}"));
        }
        let pid = ConfigName::of_file(name).installed.to_string();
        (!environments.is_empty() && case["pid"] != pid.as_str()).then(|| format!("as {pid}"))
    });
}

#[test]
fn the_resource_that_wins_on_an_instance() {
    let cases = cases("installer_winner.json").into_iter().filter(|case| case["system"] == "6.5").collect();
    check("installer_winner.json", cases, |case| {
        let modes = strings(&case["runmodes"]);
        let active: Vec<&str> = modes.iter().map(String::as_str).collect();
        let mut ranks: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
        let mut out = Vec::new();
        for resource in case["resources"].as_array().unwrap() {
            let node = resource["node"].as_str().unwrap();
            let folders = watched_folders(node, &InstallerSettings::default()).unwrap_or_default();
            match priority(&folders, &active) {
                Some(priority) => {
                    let pid = ConfigName::of_file(node.rsplit('/').next().unwrap()).installed.to_string();
                    ranks.entry(pid).or_default().push((priority, node.to_owned()));
                }
                None => out.push(node.to_owned()),
            }
        }
        let winners = case["winner"].as_object().unwrap();
        for (pid, resources) in &ranks {
            let most = resources.iter().map(|(priority, _)| *priority).max().unwrap();
            let best: Vec<&str> =
                resources.iter().filter(|(priority, _)| *priority == most).map(|(_, node)| node.as_str()).collect();
            // Among equals the one installed earlier stays, which the files do not show.
            if !best.contains(&winners[pid].as_str().unwrap()) {
                return Some(format!("{best:?} win"));
            }
        }
        (ranks.len() != winners.len() || strings(&case["not_installed"]) != out)
            .then(|| format!("not installed: {out:?}"))
    });
}

#[test]
fn the_layers_of_an_environment_of_the_cloud() {
    let cases = cases("installer_winner.json").into_iter().filter(|case| case["system"] == "aemaacs").collect();
    check("installer_winner.json", cases, |case| {
        let entries = strings(&case["entries"]);
        let files: Vec<CloudFile<'_>> = entries.iter().filter_map(|path| cloud_file(path)).collect();
        let mut seen: BTreeMap<(String, Option<&str>), usize> = BTreeMap::new();
        for file in &files {
            *seen.entry((file.pid.clone(), file.run_mode)).or_default() += 1;
        }
        let contested = seen.values().any(|count| *count > 1);
        let refused = files
            .iter()
            .any(|file| matches!(cloud::run_mode(file.run_mode), RunModeUse::WrongOrder(_) | RunModeUse::WrongCase(_)));
        // It is undefined which of two configurations wins exactly when the strict handling of duplicates rejects them.
        if case["build"] == "fails" {
            return (!refused && !contested).then(|| "nothing is wrong".to_owned());
        }
        if refused || contested && case["handling"] == "STRICT" {
            return Some("the build fails".to_owned());
        }
        for (environment, layers) in case["layers"].as_object().unwrap() {
            let (service, stage) = environment.split_once('/').unwrap();
            let mut ranked: Vec<(u8, &str)> = files
                .iter()
                .filter_map(|file| match cloud::run_mode(file.run_mode) {
                    RunModeUse::Known(mode) => Some((mode.rank(service, stage)?, file.run_mode.unwrap_or(""))),
                    _ => None,
                })
                .collect();
            ranked.sort_unstable();
            ranked.dedup();
            let names: Vec<&str> = ranked.iter().map(|(_, name)| *name).collect();
            if strings(layers) != names {
                return Some(format!("{environment}: {names:?}"));
            }
        }
        None
    });
}
