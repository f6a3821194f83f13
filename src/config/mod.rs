//! `aem-ims-lint.toml`: settings of a project.

pub mod effective;
mod error;
mod search;
mod settings;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};
use jiff::civil::Date;
use toml::Spanned;

use crate::bounded;
use crate::findings::selection::{Levels, Selection};
use crate::findings::suppress::{Ignore, Suppressions};
use crate::format::{Document, Span, Text};
use crate::ims::kinds::Kinds;
use crate::ims::products::ProductNames;
use crate::ims::{Capture, Knowledge, SourceFile, target::Target};
use crate::paths::{PathPatterns, PatternError, is_behind_link, slashed, without_dots};
use crate::report::data::Configuration;
use crate::repository::FileContext;
use crate::repository::system::{InstanceLabel, Tier};
use crate::rules;
use crate::source::{Limits, SourcePath};
use crate::suggest::nearest;
pub use error::ConfigError;
use error::{EntryFault, Fault};
pub(crate) use settings::LimitSettings;
use settings::{IgnoreSetting, InstanceSetting, ServiceSetting, Settings};

/// The file's name.
pub const FILE_NAME: &str = "aem-ims-lint.toml";
/// Maximum size of a configuration; tens of thousands of suppressions fit.
const LARGEST: u64 = 4 << 20;

/// The contents of `aem-ims-lint.toml`, checked and ready for use.
#[derive(Clone, Debug, Default)]
pub struct Config {
    settings: Settings,
    kinds: Kinds,
    products: ProductNames,
    exclude: PathPatterns,
    instances: Vec<InstanceLabel>,
    overrides: Vec<(PathPatterns, Levels)>,
    ignores: Vec<Ignore>,
    /// Where it was read from; `None` for the defaults.
    path: Option<PathBuf>,
    /// Whether it was found in the tree rather than given on the command line.
    found: bool,
    /// Files in the tree that have the name of a configuration but are not used.
    passed_over: Vec<PathBuf>,
    /// The absolute directory that its patterns are relative to.
    base: PathBuf,
}

impl Config {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// The file cannot be read, is not TOML, or has an unknown key or rule.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text =
            bounded::text_of(path, LARGEST).map_err(|error| ConfigError::Unreadable(path.to_path_buf(), error))?;
        Self::parse(&text, path).map_err(|why| match is_behind_link(path) {
            true => ConfigError::InvalidBehindLink(path.to_path_buf()),
            false => ConfigError::Invalid(path.to_path_buf(), why),
        })
    }

    /// The configuration of the scanned path `start`: the nearest `aem-ims-lint.toml` from there up to the top of its
    /// git work tree, or only in `start` itself outside a work tree. Without such a file, the defaults.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn find(start: &Path) -> Result<Self, ConfigError> {
        let search::FoundConfigFile { file, passed_over } = search::nearest(start);
        let config = file.map_or_else(|| Ok(Self::default()), |file| Self::read(&search::near(&file)))?;
        let passed_over = passed_over.iter().map(|path| search::near(path)).collect();
        Ok(Self { found: config.path.is_some(), passed_over, ..config })
    }

    /// Paths named `aem-ims-lint.toml` that were found but not used, because they are links or not regular files.
    pub fn passed_over(&self) -> &[PathBuf] {
        &self.passed_over
    }

    /// The configuration file that one of `inputs` would have if scanned alone, if it differs from this one. Only one
    /// can be used.
    pub fn another_for(&self, inputs: &[PathBuf]) -> Option<PathBuf> {
        let own = self.path.as_deref().and_then(|path| std::path::absolute(path).ok()).map(|path| without_dots(&path));
        let mut seen = BTreeSet::new();
        let mut folders =
            inputs.iter().filter(|input| search::folder_of(input).is_some_and(|folder| seen.insert(folder)));
        folders
            .find_map(|input| search::nearest(input).file.filter(|found| Some(found) != own.as_ref()))
            .map(|path| search::near(&path))
    }

    /// Reads the text of the configuration file `path`.
    fn parse(text: &str, path: &Path) -> Result<Self, Fault> {
        let settings: Settings =
            toml::from_str(text).map_err(|error| Fault::Toml(with_suggestion(&error.to_string())))?;
        let base = std::path::absolute(path).map_err(Fault::NoDirectory)?;
        let base = without_dots(base.parent().unwrap_or(Path::new("")));
        let line = |at: usize| text.get(..at).unwrap_or("").matches('\n').count() + 1;
        settings.rules.keys().try_for_each(|id| known_rule(id, || "[rules]".to_owned()))?;
        for entry in &settings.overrides {
            let place = || format!("[[overrides]] in line {}", line(entry.span().start));
            entry.get_ref().rules.keys().try_for_each(|id| known_rule(id, place))?;
        }
        for entry in &settings.ignore {
            known_rule(&entry.get_ref().rule, || format!("[[ignore]] in line {}", line(entry.span().start)))?;
        }
        let patterns = |patterns: &[String]| PathPatterns::new(&base, patterns.iter().map(String::as_str));
        let overrides = settings.overrides.iter().map(Spanned::get_ref);
        let overrides = overrides.map(|entry| {
            let paths = patterns(&entry.paths).map_err(Fault::Pattern)?;
            Ok((paths, levels_of(&entry.rules)))
        });
        let text_of = Text::utf8(text.as_bytes());
        let document = Document::default();
        let entries = ConfigEntries::new(&text_of, &document, path, &base);
        Ok(Self {
            kinds: Kinds::new(settings.kinds.clone()).map_err(Fault::Kind)?,
            products: ProductNames::new(settings.products.iter().map(|(name, p)| (name.as_str(), p.as_str())))
                .map_err(Fault::Product)?,
            exclude: patterns(&settings.exclude).map_err(Fault::Pattern)?,
            instances: settings.instances.iter().map(|one| label(one, &patterns)).collect::<Result<_, _>>()?,
            overrides: overrides.collect::<Result<_, Fault>>()?,
            ignores: settings.ignore.iter().map(|ignore| entries.read(ignore)).collect::<Result<_, _>>()?,
            settings,
            path: Some(path.to_path_buf()),
            base,
            ..Self::default()
        })
    }

    /// Where it was read from; `None` for the defaults.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Its description in reports; `None` for the defaults.
    pub fn in_force(&self) -> Option<Configuration> {
        let path = slashed(self.path.as_deref()?);
        Some(Configuration {
            path,
            found: self.found,
            sets: self.settings.keys().into_iter().map(Into::into).collect(),
        })
    }

    /// The AEM edition of the project.
    pub fn target(&self) -> Target {
        self.settings.target.map_or(Target::Unknown, settings::TargetSetting::target)
    }

    /// The settings for the recognisers.
    pub fn knowledge(&self) -> Knowledge {
        let (kinds, products, instances) = (self.kinds.clone(), self.products.clone(), self.instances.clone());
        Knowledge { target: self.target(), kinds, products, instances, ..Knowledge::default() }
    }

    /// Files and folders to exclude.
    pub fn exclude(&self) -> &PathPatterns {
        &self.exclude
    }

    /// What a scan of `inputs` reports, and at which level. `today` decides whether suppressions have expired.
    pub fn selection(&self, inputs: &[PathBuf], today: Option<Date>) -> Selection {
        let above = |input: &PathBuf| std::path::absolute(input).is_ok_and(|i| self.base.starts_with(without_dots(&i)));
        let whole = self.path.is_some() && inputs.iter().any(above);
        Selection {
            levels: levels_of(&self.settings.rules),
            overrides: self.overrides.clone(),
            forced: Levels::new(),
            min_confidence: None,
            suppressions: Suppressions { ignores: self.ignores.clone(), whole, today, ignore_comments: false },
        }
    }

    /// Applies the limits in the configuration; one that was found in the tree can only lower them.
    pub fn apply_limits(&self, limits: &mut Limits) {
        let before = *limits;
        self.settings.limits.apply(limits);
        if self.found {
            *limits = before.lowered_by(limits);
        }
    }
}

fn levels_of(rules: &std::collections::BTreeMap<String, settings::LevelSetting>) -> Levels {
    rules.iter().map(|(id, setting)| (id.clone(), setting.level())).collect()
}

/// An `[[instances]]` entry, whose paths `patterns` reads.
fn label(
    setting: &InstanceSetting,
    patterns: &impl Fn(&[String]) -> Result<PathPatterns, PatternError>,
) -> Result<InstanceLabel, Fault> {
    let fault = |fault| Fault::Entry { place: format!("[[instances]] `{}`", setting.name), fault };
    if setting.name.trim().is_empty() {
        return Err(Fault::UnnamedInstance);
    }
    if setting.paths.is_empty() {
        return Err(fault(EntryFault::NoPaths));
    }
    let mut label = InstanceLabel::new(setting.name.trim(), "`aem-ims-lint.toml`");
    let said = Tier { environment: setting.environment.clone(), service: setting.service.map(ServiceSetting::id) };
    label.tier = said.or(label.tier);
    label.edition = setting.edition.map(|edition| edition.id().to_owned());
    label.patterns = patterns(&setting.paths).map_err(|error| fault(EntryFault::Pattern(error)))?;
    Ok(label)
}

fn known_rule(id: &str, place: impl Fn() -> String) -> Result<(), Fault> {
    if rules::by_id(id).is_some() {
        return Ok(());
    }
    let near = nearest(id, rules::RULES.iter().map(|rule| rule.meta().id));
    Err(Fault::UnknownRule { place: place(), id: id.to_owned(), near })
}

/// Reads `[[ignore]]` entries with their locations, so that findings can refer to them.
struct ConfigEntries<'a> {
    text: &'a Text<'a>,
    capture: Capture<'a>,
    base: &'a Path,
}

impl<'a> ConfigEntries<'a> {
    fn new(text: &'a Text<'a>, document: &'a Document, path: &Path, base: &'a Path) -> Self {
        let context = FileContext { path: SourcePath::file(slashed(path)), ..FileContext::default() };
        let file = Arc::new(SourceFile { context, format: "toml", ..SourceFile::default() });
        let capture = Capture::new(text, file, document);
        Self { text, capture, base }
    }

    fn read(&self, entry: &Spanned<IgnoreSetting>) -> Result<Ignore, Fault> {
        let location = self.capture.at(self.header(entry.span().start));
        let setting = entry.get_ref();
        let fault = |fault| Fault::Entry { place: format!("[[ignore]] in line {}", location.start.line), fault };
        if setting.reason.trim().is_empty() {
            return Err(fault(EntryFault::NoReason));
        }
        let globs = [&setting.path, &setting.jcr_path, &setting.pid, &setting.name];
        if globs.iter().all(|glob| glob.is_none()) {
            return Err(fault(EntryFault::Everywhere(setting.rule.clone())));
        }
        let paths = setting.path.as_deref().map(|path| PathPatterns::new(self.base, [path])).transpose();
        let until = setting.until.as_ref().map(|until| date(&until.to_string())).transpose();
        Ok(Ignore {
            rule: setting.rule.clone(),
            paths: paths.map_err(|error| fault(EntryFault::Pattern(error)))?,
            jcr_path: glob(setting.jcr_path.as_deref(), true).map_err(fault)?,
            pid: glob(setting.pid.as_deref(), false).map_err(fault)?,
            name: glob(setting.name.as_deref(), false).map_err(fault)?,
            reason: setting.reason.trim().to_owned(),
            until: until.map_err(fault)?,
            location,
        })
    }

    /// The line of an entry that starts at `offset`: a table's span begins at its header.
    fn header(&self, offset: usize) -> Span {
        let rest = self.text.as_str().get(offset..).unwrap_or("");
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        Span::new(offset, offset + rest[..end].trim_end().len())
    }
}

fn date(text: &str) -> Result<Date, EntryFault> {
    // A time of day would be parsed too; only dates are allowed.
    let date = if text.len() == 10 { text.parse().ok() } else { None };
    date.ok_or_else(|| EntryFault::Date(text.to_owned()))
}

/// A pattern for a path, in which `*` does not match `/`, or for a name, in which `/` is an ordinary character.
fn glob(pattern: Option<&str>, is_path: bool) -> Result<Option<GlobMatcher>, EntryFault> {
    let Some(pattern) = pattern else { return Ok(None) };
    let glob = GlobBuilder::new(pattern).literal_separator(is_path).backslash_escape(true).build();
    let glob = glob.map_err(|error| EntryFault::Glob(pattern.to_owned(), error.kind().to_string()))?;
    Ok(Some(glob.compile_matcher()))
}

/// Adds "did you mean" to serde's "unknown field `x`, expected one of `a`, `b`".
fn with_suggestion(message: &str) -> String {
    let message = message.trim_end();
    let rest = message.split_once("unknown field ").or_else(|| message.split_once("unknown variant "));
    let mut quoted = rest.into_iter().flat_map(|(_, rest)| rest.split('`').skip(1).step_by(2));
    let near = quoted.next().and_then(|unknown| nearest(unknown, quoted));
    near.map_or_else(|| message.to_owned(), |near| format!("{message}\ndid you mean `{near}`?"))
}
