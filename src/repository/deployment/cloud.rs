//! How the Cloud Manager build handles a configuration file in a content package.
//!
//! Sources: the configuration handlers of the Sling content package converter
//! (apache/sling-org-apache-sling-feature-cpconverter, `AbstractConfigurationEntryHandler`) and the run modes of Adobe's
//! analyser (adobe/aemanalyser-maven-plugin, `RunModes` and `AemAnalyserUtil`).

use super::{SERVICES, STAGES};
use crate::suggest::typing_errors;

/// Extensions that a configuration handler accepts, with the longest of equal endings first.
const EXTENSIONS: [&str; 5] = [".cfg.json", ".config", ".cfg", ".properties", ".xml"];

/// Stages that a run mode of AEM as a Cloud Service can name; `rde` is based on `dev` and has its own modes.
const BUILT_STAGES: [&str; 3] = ["dev", "stage", "prod"];

/// The stage of a local SDK; no cloud environment has it.
const SDK: &str = "sdk";

/// A file that the converter treats as an OSGi configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloudFile<'a> {
    /// The PID, `factory~name` for a factory configuration: the name of the file on disk, because the converter does
    /// not decode it.
    pub pid: String,
    /// The folder is called `config…`; below `install…` the conversion fails.
    pub below_config: bool,
    /// The text after the dot in the folder's name.
    pub run_mode: Option<&'a str>,
}

/// Why the converter treats a file as regular content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RegularContent {
    /// Not below `/apps` or `/libs`.
    OutsideSearchPaths,
    /// No folder above it has a name that begins with `config` or `install`, or it is the first one below `/apps`.
    NoConfigFolder,
    /// The name does not end like that of a configuration file.
    Extension,
}

/// The configuration that the converter creates from the file at `path` below `jcr_root`.
///
/// The reference is one regular expression for each extension:
/// `/jcr_root/(?:apps|libs)/.+/(config|install)(\.([^/]+))?(.*)/([^/]*)\.<extension>`. The last matching folder counts,
/// and a suffix of its name without a dot is not part of a run mode (`configs`, `config-x`).
///
/// # Errors
/// Why it is regular content.
pub fn file(path: &str) -> Result<CloudFile<'_>, RegularContent> {
    let (root, below) = path.split_once('/').unwrap_or((path, ""));
    if !matches!(root, "apps" | "libs") {
        return Err(RegularContent::OutsideSearchPaths);
    }
    let (folders, name) = below.rsplit_once('/').ok_or(RegularContent::NoConfigFolder)?;
    // The first folder below the root is matched by `.+/`, so it cannot be a configuration folder itself.
    let (_, folders) = folders.split_once('/').ok_or(RegularContent::NoConfigFolder)?;
    let folder = folders.split('/').rev().find(|folder| beginning(folder).is_some());
    let folder = folder.ok_or(RegularContent::NoConfigFolder)?;
    let stem = EXTENSIONS.iter().find_map(|extension| name.strip_suffix(extension)).ok_or(RegularContent::Extension)?;
    let (kind, rest) = beginning(folder).ok_or(RegularContent::NoConfigFolder)?;
    let run_mode = rest.strip_prefix('.').filter(|run_mode| !run_mode.is_empty());
    Ok(CloudFile { pid: pid(stem), below_config: kind == "config", run_mode })
}

/// `config` or `install` at the beginning of a folder's name, and the rest of it.
fn beginning(folder: &str) -> Option<(&'static str, &str)> {
    ["config", "install"].into_iter().find_map(|kind| folder.strip_prefix(kind).map(|rest| (kind, rest)))
}

/// `AbstractConfigurationEntryHandler#extractId`: without a tilde, the first hyphen is the separator.
fn pid(stem: &str) -> String {
    if stem.contains('~') { stem.to_owned() } else { stem.replacen('-', "~", 1) }
}

/// The meaning of a run mode in a folder's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunModeUse {
    /// The services and stages that it names; `None` for all of them.
    Known(CloudRunMode),
    /// It applies on a local AEM SDK only.
    SdkOnly,
    /// The analyser rejects it and suggests the correct one: the build fails.
    WrongOrder(String),
    /// The analyser fails, because only the case differs from a run mode that it knows.
    WrongCase(String),
    /// No environment ever has it. One of these is `preview`: that tier uses the configurations of publish.
    Unused,
}

/// A run mode of AEM as a Cloud Service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CloudRunMode {
    /// `author` or `publish`; `None` for both.
    pub service: Option<&'static str>,
    /// `dev`, `stage`, `prod` or `rde`; `None` for all.
    pub stage: Option<&'static str>,
}

impl CloudRunMode {
    /// How specific a configuration with this run mode is in an environment; `None` if it does not apply. A higher
    /// number takes precedence; equal ones have no documented order.
    ///
    /// A rapid development environment uses the configurations for `dev`, overridden by those for `rde`.
    pub fn rank(self, service: &str, stage: &str) -> Option<u8> {
        if self.service.is_some_and(|own| own != service) {
            return None;
        }
        let of_service = u8::from(self.service.is_some());
        match self.stage {
            None => Some(of_service),
            Some("dev") if stage == "rde" => Some(of_service + 1),
            Some(own) if own != stage => None,
            Some("rde") => Some(of_service + 3),
            Some(_) => Some(of_service + 1),
        }
    }
}

/// How AEM as a Cloud Service interprets the run mode of a folder; `None` is a folder without one.
pub fn run_mode(text: Option<&str>) -> RunModeUse {
    let Some(text) = text else { return RunModeUse::Known(CloudRunMode { service: None, stage: None }) };
    if let Some(known) = known(text) {
        return RunModeUse::Known(known);
    }
    let (first, second) = text.split_once('.').unwrap_or((text, ""));
    let is_stage = |name: &str| name == SDK || STAGES.contains(&name);
    if text == SDK || second == SDK && SERVICES.contains(&first) {
        return RunModeUse::SdkOnly;
    }
    if is_stage(first) && SERVICES.contains(&second) {
        return RunModeUse::WrongOrder(format!("{second}.{first}"));
    }
    // The analyser does not look up modes of `rde` and `sdk` in lower case.
    let lower = text.to_lowercase();
    let looked_up = known(&lower).is_some_and(|mode| mode.stage.is_none_or(|stage| BUILT_STAGES.contains(&stage)));
    if lower != text && looked_up { RunModeUse::WrongCase(lower) } else { RunModeUse::Unused }
}

fn known(text: &str) -> Option<CloudRunMode> {
    let one = |list: &[&'static str], name: &str| list.iter().copied().find(|known| *known == name);
    if let Some((service, stage)) = text.split_once('.') {
        let (service, stage) = (one(&SERVICES, service)?, one(&STAGES, stage)?);
        return Some(CloudRunMode { service: Some(service), stage: Some(stage) });
    }
    let service = one(&SERVICES, text).map(|service| CloudRunMode { service: Some(service), stage: None });
    service.or_else(|| one(&STAGES, text).map(|stage| CloudRunMode { service: None, stage: Some(stage) }))
}

/// The run mode probably meant by an unused one: `authour`, `production`, `stg`.
pub fn nearest_run_mode(text: &str) -> Option<String> {
    /// Common wrong names for run modes of AEM as a Cloud Service.
    const SYNONYMS: [(&str, &str); 9] = [
        ("production", "prod"),
        ("prd", "prod"),
        ("staging", "stage"),
        ("stg", "stage"),
        ("development", "dev"),
        ("publisher", "publish"),
        ("preview", "publish"),
        ("authoring", "author"),
        ("local", "sdk"),
    ];
    let names = || SERVICES.iter().chain(&STAGES).copied();
    let nearest = |part: &str| {
        let lower = part.trim().to_lowercase();
        let synonym = SYNONYMS.iter().find(|(other, _)| *other == lower).map(|(_, name)| *name);
        // One typing error in a short name, two in a longer one; swapped neighbours count as one.
        let near = |name: &&str| typing_errors(name, &lower, if name.len() > 5 { 2 } else { 1 }).is_some();
        names().find(|name| *name == lower).or(synonym).or_else(|| names().find(near))
    };
    let parts = text.split(['.', ',', '-', '_', ' ']).filter(|part| !part.is_empty());
    let mut parts = parts.map(nearest).collect::<Option<Vec<_>>>()?;
    parts.sort_by_key(|part| !SERVICES.contains(part));
    let name = parts.join(".");
    (known(&name).is_some() && name != text).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_folder_that_fits_counts() {
        let of = |path| file(path).map(|file| (file.below_config, file.run_mode.map(str::to_owned)));
        assert_eq!(of("apps/a/config.author/config/a.b.C.config"), Ok((true, None)));
        assert_eq!(of("apps/a/config/install.author/a.b.C.config"), Ok((false, Some("author".to_owned()))));
        assert_eq!(of("apps/a/configs.author/a.b.C.cfg.json"), Ok((true, None)));
        assert_eq!(of("apps/a/config..author/a.b.C.cfg.json"), Ok((true, Some(".author".to_owned()))));
        assert_eq!(of("apps/config/a.b.C.cfg.json"), Err(RegularContent::NoConfigFolder));
        assert_eq!(of("conf/a/config/a.b.C.cfg.json"), Err(RegularContent::OutsideSearchPaths));
        assert_eq!(of("apps/a/config/a.b.C.json"), Err(RegularContent::Extension));
    }

    #[test]
    fn a_rapid_development_environment_is_built_on_dev() {
        let rank = |text: &str, stage| match run_mode(Some(text)) {
            RunModeUse::Known(mode) => mode.rank("author", stage),
            other => panic!("{other:?}"),
        };
        assert_eq!(rank("dev", "rde"), Some(1));
        assert_eq!(rank("author.dev", "rde"), Some(2));
        assert_eq!(rank("rde", "rde"), Some(3));
        assert_eq!(rank("rde", "dev"), None);
        assert_eq!(rank("publish", "dev"), None);
    }

    #[test]
    fn what_was_probably_meant() {
        for (text, meant) in [
            ("authour", "author"),
            ("auhtor", "author"),
            ("production", "prod"),
            ("author-prod", "author.prod"),
            ("author_prod", "author.prod"),
            (" author", "author"),
            ("stg", "stage"),
            ("prod.Author", "author.prod"),
        ] {
            assert_eq!(nearest_run_mode(text).as_deref(), Some(meant), "{text}");
        }
        for text in ["qa", "int", "crx3", "author,publish", "dev.prod", "nosamplecontent"] {
            assert_eq!(nearest_run_mode(text), None, "{text}");
        }
    }
}
