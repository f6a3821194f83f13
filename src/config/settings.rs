//! The contents of `aem-ims-lint.toml`. The published schema is generated from these types.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use crate::ims::kinds::DeclaredKind;
use crate::ims::target::Target;
use crate::rules::Level;
use crate::source::Limits;

/// Settings of aem-ims-lint: `aem-ims-lint.toml`, searched for from the scanned path up to the top of its git work
/// tree.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Settings {
    /// The AEM edition of the project.
    pub(super) target: Option<TargetSetting>,
    /// Files and folders to exclude, with `.gitignore` patterns: relative to the directory of this file; a pattern
    /// without a slash matches at any depth. Paths given on the command line are always read.
    pub(super) exclude: Vec<String>,
    /// Level of each rule by id.
    #[cfg_attr(test, schemars(extend("propertyNames" = rule_names())))]
    pub(super) rules: BTreeMap<String, LevelSetting>,
    /// Different levels for some files; if several match, the last one applies.
    #[cfg_attr(test, schemars(with = "Vec<OverrideSetting>"))]
    pub(super) overrides: Vec<Spanned<OverrideSetting>>,
    /// Findings to suppress.
    #[cfg_attr(test, schemars(with = "Vec<IgnoreSetting>"))]
    pub(super) ignore: Vec<Spanned<IgnoreSetting>>,
    /// Limits on what is read; reaching one makes the scan incomplete. A configuration that was found in the scanned
    /// tree can only lower them.
    pub(super) limits: LimitSettings,
    /// Custom kinds of integrations.
    pub(super) kinds: Vec<DeclaredKind>,
    /// AEM instances and what was exported from each.
    pub(super) instances: Vec<InstanceSetting>,
    /// Products of integrations, by a pattern for their name or PID, such as `"acme-*" = "Target"`.
    pub(super) products: BTreeMap<String, String>,
}

impl Settings {
    /// The keys that are set.
    pub(super) fn keys(&self) -> Vec<&'static str> {
        let limits = self.limits.beside(&Limits::default()).iter().any(|(_, own, _)| own.is_some());
        let all = [
            ("target", self.target.is_some()),
            ("exclude", !self.exclude.is_empty()),
            ("rules", !self.rules.is_empty()),
            ("overrides", !self.overrides.is_empty()),
            ("ignore", !self.ignore.is_empty()),
            ("limits", limits),
            ("kinds", !self.kinds.is_empty()),
            ("instances", !self.instances.is_empty()),
            ("products", !self.products.is_empty()),
        ];
        all.into_iter().filter(|(_, set)| *set).map(|(key, _)| key).collect()
    }
}

/// An AEM edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) enum TargetSetting {
    /// Detected from the project.
    #[serde(rename = "auto")]
    Auto,
    /// AEM as a Cloud Service.
    #[serde(rename = "aemaacs")]
    CloudService,
    /// AEM 6.5 and AMS.
    #[serde(rename = "6.5")]
    V65,
    /// AEM 6.5 LTS.
    #[serde(rename = "6.5-lts")]
    V65Lts,
}

impl TargetSetting {
    pub(super) fn target(self) -> Target {
        match self {
            Self::Auto => Target::Unknown,
            Self::CloudService => Target::CloudService,
            Self::V65 => Target::V65,
            Self::V65Lts => Target::V65Lts,
        }
    }

    pub(super) fn id(self) -> &'static str {
        if self == Self::Auto { "auto" } else { self.target().id() }
    }
}

/// Level of a rule.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(super) enum LevelSetting {
    /// Broken, or a leaked secret.
    Error,
    /// Should be checked.
    Warning,
    /// Worth knowing.
    Note,
    /// Not reported.
    Off,
}

impl LevelSetting {
    pub(super) fn level(self) -> Option<Level> {
        match self {
            Self::Error => Some(Level::Error),
            Self::Warning => Some(Level::Warning),
            Self::Note => Some(Level::Note),
            Self::Off => None,
        }
    }
}

/// Levels in some files.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct OverrideSetting {
    /// Patterns as in `exclude`; entries of packages after `!/`.
    pub(super) paths: Vec<String>,
    /// Level of each rule by id.
    #[cfg_attr(test, schemars(extend("propertyNames" = rule_names())))]
    pub(super) rules: BTreeMap<String, LevelSetting>,
}

/// An AEM instance: everything that was exported from one author or publish instance of one environment.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct InstanceSetting {
    /// Its name, such as `prod/author`, or any text.
    pub(super) name: String,
    /// Patterns as in `exclude` for the files exported from it.
    pub(super) paths: Vec<String>,
    /// Its environment, if not part of the name.
    pub(super) environment: Option<String>,
    /// Its service, if not part of the name.
    pub(super) service: Option<ServiceSetting>,
    /// Its edition of AEM.
    pub(super) edition: Option<TargetSetting>,
}

/// A service of AEM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, strum::IntoStaticStr)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "lowercase")]
pub(super) enum ServiceSetting {
    /// The author service.
    Author,
    /// The publish service.
    Publish,
    /// The preview tier of AEM as a Cloud Service.
    Preview,
}

impl ServiceSetting {
    pub(super) fn id(self) -> &'static str {
        self.into()
    }
}

/// Findings to suppress. A finding matches if all given settings match.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct IgnoreSetting {
    /// The rule.
    #[cfg_attr(test, schemars(extend("enum" = rule_names()["enum"])))]
    pub(super) rule: String,
    /// Pattern for the file, as in `exclude`; entries of packages after `!/`.
    pub(super) path: Option<String>,
    /// Glob pattern for the JCR path.
    pub(super) jcr_path: Option<String>,
    /// Glob pattern for the PID.
    pub(super) pid: Option<String>,
    /// Glob pattern for the name of the integration.
    pub(super) name: Option<String>,
    /// The reason.
    pub(super) reason: String,
    /// Last day of the suppression, such as 2026-12-31.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) until: Option<DateSetting>,
}

/// A TOML date, or the same in quotes.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum DateSetting {
    Toml(Datetime),
    Text(String),
}

impl std::fmt::Display for DateSetting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Toml(date) => date.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// Limits on what is read.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct LimitSettings {
    /// Maximum size of a file or inflated archive entry, in bytes.
    pub(crate) max_entry_bytes: Option<u64>,
    /// Maximum bytes inflated from one input.
    pub(crate) max_total_bytes: Option<u64>,
    /// Maximum memory for compressed packages inside packages.
    pub(crate) max_nested_bytes: Option<u64>,
    /// Maximum number of entries in an archive.
    pub(crate) max_entries: Option<u64>,
    /// Maximum nesting of packages.
    pub(crate) max_depth: Option<usize>,
    /// Maximum ratio of inflated to stored bytes of one entry.
    pub(crate) max_ratio: Option<u64>,
    /// Maximum nesting of XML elements or JSON values.
    pub(crate) max_nesting: Option<usize>,
}

impl LimitSettings {
    /// Each limit by its key, with its value here and its value in `limits`.
    pub(crate) fn beside(&self, limits: &Limits) -> [(&'static str, Option<u64>, u64); 7] {
        let size = |own: Option<usize>| own.map(|own| own as u64);
        [
            ("max-entry-bytes", self.max_entry_bytes, limits.max_entry_bytes),
            ("max-total-bytes", self.max_total_bytes, limits.max_total_bytes),
            ("max-nested-bytes", self.max_nested_bytes, limits.max_nested_bytes),
            ("max-entries", self.max_entries, limits.max_entries),
            ("max-depth", size(self.max_depth), limits.max_depth as u64),
            ("max-ratio", self.max_ratio, limits.max_ratio),
            ("max-nesting", size(self.max_nesting), limits.max_nesting as u64),
        ]
    }

    pub(crate) fn apply(&self, limits: &mut Limits) {
        limits.max_entry_bytes = self.max_entry_bytes.unwrap_or(limits.max_entry_bytes);
        limits.max_total_bytes = self.max_total_bytes.unwrap_or(limits.max_total_bytes);
        limits.max_nested_bytes = self.max_nested_bytes.unwrap_or(limits.max_nested_bytes);
        limits.max_entries = self.max_entries.unwrap_or(limits.max_entries);
        limits.max_depth = self.max_depth.unwrap_or(limits.max_depth);
        limits.max_ratio = self.max_ratio.unwrap_or(limits.max_ratio);
        limits.max_nesting = self.max_nesting.unwrap_or(limits.max_nesting);
    }
}

/// The schema of a rule name, so that editors can complete it.
#[cfg(test)]
fn rule_names() -> serde_json::Value {
    let names: Vec<&str> = crate::rules::RULES.iter().map(|rule| rule.meta().id).collect();
    serde_json::json!({ "enum": names })
}
