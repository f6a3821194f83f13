//! `aem-ims-lint.toml`: what a project settles once instead of on every command line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::ims::kinds::{DeclaredKind, Kinds};
use crate::ims::{Knowledge, target::Target};
use crate::rules::{self, Level};
use crate::source::Limits;

/// The file's name.
pub const FILE_NAME: &str = "aem-ims-lint.toml";

/// The contents of `aem-ims-lint.toml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The AEM that the project is for.
    #[serde(default)]
    target: TargetSetting,
    /// Level of each rule by id: `error`, `warning`, `note` or `off`.
    #[serde(default)]
    rules: BTreeMap<String, LevelSetting>,
    /// Bounds on what is read.
    #[serde(default)]
    limits: LimitSettings,
    /// Kinds of integrations that the project declares.
    #[serde(default)]
    kinds: Vec<DeclaredKind>,
    /// [`Self::kinds`], ready for use.
    #[serde(skip)]
    ready: Kinds,
    /// Where it was read from; `None` for the defaults.
    #[serde(skip)]
    path: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
enum TargetSetting {
    #[default]
    #[serde(rename = "auto")]
    Auto,
    #[serde(rename = "aemaacs")]
    CloudService,
    #[serde(rename = "6.5")]
    V65,
    #[serde(rename = "6.5-lts")]
    V65Lts,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum LevelSetting {
    Error,
    Warning,
    Note,
    Off,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct LimitSettings {
    max_entry_bytes: Option<u64>,
    max_total_bytes: Option<u64>,
    max_nested_bytes: Option<u64>,
    max_entries: Option<u64>,
    max_depth: Option<usize>,
    max_ratio: Option<u64>,
    max_nesting: Option<usize>,
}

impl Config {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// A message for people: the file cannot be read, is no TOML, or has a key or rule that does not exist.
    pub fn read(path: &Path) -> Result<Self, String> {
        let name = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("cannot read the configuration `{name}`: {error}"))?;
        let mut config =
            Self::parse(&text).map_err(|error| format!("the configuration `{name}` is not valid: {error}"))?;
        config.path = Some(path.to_path_buf());
        Ok(config)
    }

    /// The configuration nearest to `start`: in its directory or one above it, up to the root of the repository (the
    /// directory that holds `.git`) or of the file system. The defaults when there is none.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn find(start: &Path) -> Result<Self, String> {
        let Ok(start) = start.canonicalize() else {
            return Ok(Self::default());
        };
        let from = if start.is_dir() { start.as_path() } else { start.parent().unwrap_or(&start) };
        for directory in from.ancestors() {
            let candidate = directory.join(FILE_NAME);
            if candidate.is_file() {
                return Self::read(&candidate);
            }
            if directory.join(".git").exists() {
                break;
            }
        }
        Ok(Self::default())
    }

    /// Reads configuration text.
    fn parse(text: &str) -> Result<Self, String> {
        let mut config: Self = toml::from_str(text).map_err(|error| with_suggestion(&error.to_string()))?;
        config.ready = Kinds::new(std::mem::take(&mut config.kinds))?;
        for id in config.rules.keys() {
            if rules::by_id(id).is_none() {
                let near = nearest(id, rules::RULES.iter().map(|rule| rule.meta().id));
                let hint =
                    near.map_or_else(|| "`aem-ims-lint rules` lists them".into(), |n| format!("did you mean `{n}`?"));
                return Err(format!("there is no rule `{id}`; {hint}"));
            }
        }
        Ok(config)
    }

    /// Where it was read from; `None` for the defaults.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The AEM that the project is for.
    pub fn target(&self) -> Target {
        match self.target {
            TargetSetting::Auto => Target::Unknown,
            TargetSetting::CloudService => Target::CloudService,
            TargetSetting::V65 => Target::V65,
            TargetSetting::V65Lts => Target::V65Lts,
        }
    }

    /// What the recognisers learn from the configuration.
    pub fn knowledge(&self) -> Knowledge {
        Knowledge { target: self.target(), kinds: self.ready.clone(), ..Knowledge::default() }
    }

    /// Levels that replace the rules' own; `None` switches a rule off.
    pub fn levels(&self) -> BTreeMap<String, Option<Level>> {
        let level = |setting: &LevelSetting| match setting {
            LevelSetting::Error => Some(Level::Error),
            LevelSetting::Warning => Some(Level::Warning),
            LevelSetting::Note => Some(Level::Note),
            LevelSetting::Off => None,
        };
        self.rules.iter().map(|(id, setting)| (id.clone(), level(setting))).collect()
    }

    /// Replaces the limits that the configuration sets.
    pub fn apply_limits(&self, limits: &mut Limits) {
        let set = &self.limits;
        limits.max_entry_bytes = set.max_entry_bytes.unwrap_or(limits.max_entry_bytes);
        limits.max_total_bytes = set.max_total_bytes.unwrap_or(limits.max_total_bytes);
        limits.max_nested_bytes = set.max_nested_bytes.unwrap_or(limits.max_nested_bytes);
        limits.max_entries = set.max_entries.unwrap_or(limits.max_entries);
        limits.max_depth = set.max_depth.unwrap_or(limits.max_depth);
        limits.max_ratio = set.max_ratio.unwrap_or(limits.max_ratio);
        limits.max_nesting = set.max_nesting.unwrap_or(limits.max_nesting);
    }
}

/// Adds "did you mean" to serde's "unknown field `x`, expected one of `a`, `b`".
fn with_suggestion(message: &str) -> String {
    let mut quoted =
        message.split("unknown field ").nth(1).into_iter().flat_map(|rest| rest.split('`').skip(1).step_by(2));
    let near = quoted.next().and_then(|unknown| nearest(unknown, quoted));
    near.map_or_else(|| message.to_owned(), |near| format!("{}\ndid you mean `{near}`?", message.trim_end()))
}

/// The candidate that `word` is most likely a misspelling of.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len() / 3)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(64).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_are_errors_with_a_suggestion() {
        let error = Config::parse("tarjet = \"6.5\"").unwrap_err();
        assert!(error.contains("did you mean `target`?"), "{error}");
        let error = Config::parse("[limits]\nmax-dept = 3").unwrap_err();
        assert!(error.contains("did you mean `max-depth`?"), "{error}");
    }

    #[test]
    fn unknown_rules_are_errors() {
        let error = Config::parse("[rules]\nno-such-rule = \"off\"").unwrap_err();
        assert!(error.contains("there is no rule `no-such-rule`"), "{error}");
    }

    #[test]
    fn limits_and_target_are_taken() {
        let config = Config::parse("target = \"6.5-lts\"\n[limits]\nmax-depth = 3").unwrap();
        let mut limits = Limits::default();
        config.apply_limits(&mut limits);
        assert_eq!(limits, Limits { max_depth: 3, ..Limits::default() });
        assert_eq!(config.target(), Target::V65Lts);
    }

    #[test]
    fn declared_kinds_reach_the_recognisers() {
        let config = Config::parse("[[kinds]]\nname = \"acme\"\npid = [\"com.acme.Client\"]\nauth = \"jwt\"").unwrap();
        assert_eq!(config.knowledge().kinds.literals(), Some(vec!["com.acme.Client".to_owned()]));
        let error = Config::parse("[[kinds]]\nname = \"acme\"").unwrap_err();
        assert!(error.contains("needs `pid`, `resource-type` or `path`"), "{error}");
    }

    #[test]
    fn nearest_knows_misspellings_and_strangers() {
        let rules = ["jwt-credential", "plaintext-secret"];
        assert_eq!(nearest("jwt-credentials", rules.into_iter()), Some("jwt-credential"));
        assert_eq!(nearest("zzz", rules.into_iter()), None);
    }
}
