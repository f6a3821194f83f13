//! `aem-ims-lint.toml`: what a project settles once instead of on every command line.

pub mod effective;
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
use crate::ims::secrets;
use crate::ims::{Capture, Knowledge, SourceFile, target::Target};
use crate::paths::{PathPatterns, slashed, without_dots};
use crate::repository::FileContext;
use crate::rules;
use crate::source::{Limits, SourcePath};
use crate::suggest::nearest;
use settings::{IgnoreSetting, Settings};

/// The file's name.
pub const FILE_NAME: &str = "aem-ims-lint.toml";
/// Largest configuration: tens of thousands of suppressions have room in it.
const LARGEST: u64 = 4 << 20;

/// The contents of `aem-ims-lint.toml`, checked and ready for use.
#[derive(Clone, Debug, Default)]
pub struct Config {
    settings: Settings,
    kinds: Kinds,
    products: ProductNames,
    exclude: PathPatterns,
    overrides: Vec<(PathPatterns, Levels)>,
    ignores: Vec<Ignore>,
    /// Where it was read from; `None` for the defaults.
    path: Option<PathBuf>,
    /// The absolute directory that its patterns are relative to.
    base: PathBuf,
}

impl Config {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// A message for people: the file cannot be read, is no TOML, or has a key or rule that does not exist.
    pub fn read(path: &Path) -> Result<Self, String> {
        let name = path.display();
        let text = bounded::text_of(path, LARGEST)
            .map_err(|error| format!("cannot read the configuration `{name}`: {error}"))?;
        Self::parse(&text, path).map_err(|error| format!("the configuration `{name}` is not valid: {error}"))
    }

    /// The configuration nearest to `start`: in its directory or one above it, up to the root of the repository (the
    /// directory that holds `.git`) or of the file system. The defaults when there is none.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn find(start: &Path) -> Result<Self, String> {
        nearest_file(start).map_or_else(|| Ok(Self::default()), |found| Self::read(&near(&found)))
    }

    /// The configuration file that one of `inputs` would have if it were scanned alone, where that is not this one: only
    /// one can count.
    pub fn another_for(&self, inputs: &[PathBuf]) -> Option<PathBuf> {
        let own = self.path.as_deref().and_then(|path| std::path::absolute(path).ok()).map(|path| without_dots(&path));
        let mut seen = BTreeSet::new();
        let mut folders =
            inputs.iter().filter_map(|input| folder_of(input)).filter(|folder| seen.insert(folder.clone()));
        folders
            .find_map(|folder| nearest_file(&folder).filter(|found| Some(found) != own.as_ref()))
            .map(|path| near(&path))
    }

    /// Reads the text of the configuration file `path`.
    fn parse(text: &str, path: &Path) -> Result<Self, String> {
        let settings: Settings = toml::from_str(text).map_err(|error| with_suggestion(&error.to_string()))?;
        let base = std::path::absolute(path).map_err(|error| error.to_string())?;
        let base = without_dots(base.parent().unwrap_or(Path::new("")));
        let line = |at: usize| text.get(..at).unwrap_or("").matches('\n').count() + 1;
        settings.rules.keys().try_for_each(|id| known_rule(id, "[rules]"))?;
        for entry in &settings.overrides {
            let place = format!("[[overrides]] in line {}", line(entry.span().start));
            entry.get_ref().rules.keys().try_for_each(|id| known_rule(id, &place))?;
        }
        for entry in &settings.ignore {
            known_rule(&entry.get_ref().rule, &format!("[[ignore]] in line {}", line(entry.span().start)))?;
        }
        let patterns = |patterns: &[String]| PathPatterns::new(&base, patterns.iter().map(String::as_str));
        let overrides = settings.overrides.iter().map(Spanned::get_ref);
        let overrides = overrides.map(|entry| Ok((patterns(&entry.paths)?, levels_of(&entry.rules))));
        let entries = Entries::new(text, path, &base);
        Ok(Self {
            kinds: Kinds::new(settings.kinds.clone())?,
            products: ProductNames::new(settings.products.iter().map(|(name, p)| (name.as_str(), p.as_str())))?,
            exclude: patterns(&settings.exclude)?,
            overrides: overrides.collect::<Result<_, String>>()?,
            ignores: settings.ignore.iter().map(|ignore| entries.read(ignore)).collect::<Result<_, _>>()?,
            settings,
            path: Some(path.to_path_buf()),
            base,
        })
    }

    /// Where it was read from; `None` for the defaults.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The AEM that the project is for.
    pub fn target(&self) -> Target {
        self.settings.target.map_or(Target::Unknown, settings::TargetSetting::target)
    }

    /// What the recognisers learn from the configuration.
    pub fn knowledge(&self) -> Knowledge {
        let (kinds, products) = (self.kinds.clone(), self.products.clone());
        Knowledge { target: self.target(), kinds, products, ..Knowledge::default() }
    }

    /// Files and folders that a walk leaves out.
    pub fn exclude(&self) -> &PathPatterns {
        &self.exclude
    }

    /// What is reported of a scan of `inputs`, and at which level. Suppressions end on their day, as seen from `today`.
    pub fn selection(&self, inputs: &[PathBuf], today: Option<Date>) -> Selection {
        let above = |input: &PathBuf| std::path::absolute(input).is_ok_and(|i| self.base.starts_with(without_dots(&i)));
        let whole = self.path.is_some() && inputs.iter().any(above);
        Selection {
            levels: levels_of(&self.settings.rules),
            overrides: self.overrides.clone(),
            min_confidence: None,
            suppressions: Suppressions { ignores: self.ignores.clone(), whole, today },
        }
    }

    /// Replaces the limits that the configuration sets.
    pub fn apply_limits(&self, limits: &mut Limits) {
        self.settings.limits.apply(limits);
    }
}

/// The configuration file nearest to `start`, by its absolute name. Folders above `start` are those of its name: links are
/// not resolved, so that the patterns of the file and the names in reports speak of the same folders.
fn nearest_file(start: &Path) -> Option<PathBuf> {
    let folder = folder_of(start)?;
    for directory in folder.ancestors() {
        let candidate = directory.join(FILE_NAME);
        if candidate.is_file() {
            return Some(candidate);
        }
        // A file in a work tree and in a submodule, a directory otherwise.
        if directory.join(".git").exists() {
            break;
        }
    }
    None
}

/// The absolute directory that is, or holds, `input`.
fn folder_of(input: &Path) -> Option<PathBuf> {
    let absolute = without_dots(&std::path::absolute(input).ok()?);
    if absolute.is_dir() { Some(absolute) } else { absolute.parent().map(Path::to_path_buf) }
}

/// The path as seen from the current directory when it lies below it.
fn near(path: &Path) -> PathBuf {
    let current = std::env::current_dir().ok();
    let below = current.and_then(|current| path.strip_prefix(current).ok().map(Path::to_path_buf));
    below.unwrap_or_else(|| path.to_path_buf())
}

fn levels_of(rules: &std::collections::BTreeMap<String, settings::LevelSetting>) -> Levels {
    rules.iter().map(|(id, setting)| (id.clone(), setting.level())).collect()
}

fn known_rule(id: &str, place: &str) -> Result<(), String> {
    if rules::by_id(id).is_some() {
        return Ok(());
    }
    let near = nearest(id, rules::RULES.iter().map(|rule| rule.meta().id));
    let hint = near.map_or_else(|| "`aem-ims-lint rules` lists them".into(), |near| format!("did you mean `{near}`?"));
    Err(format!("{place}: there is no rule `{id}`; {hint}"))
}

/// Reads `[[ignore]]` entries with their places, so that findings can be about them.
struct Entries<'a> {
    text: Text<'a>,
    file: Arc<SourceFile>,
    base: &'a Path,
}

impl<'a> Entries<'a> {
    fn new(text: &'a str, path: &Path, base: &'a Path) -> Self {
        let context = FileContext { path: SourcePath::file(slashed(path)), ..FileContext::default() };
        let file = Arc::new(SourceFile { context, format: "toml", ..SourceFile::default() });
        Self { text: Text::utf8(text.as_bytes()), file, base }
    }

    fn read(&self, entry: &Spanned<IgnoreSetting>) -> Result<Ignore, String> {
        let document = Document::default();
        let capture = Capture::new(&self.text, Arc::clone(&self.file), &document, secrets::spans);
        let location = capture.at(self.header(entry.span().start));
        let setting = entry.get_ref();
        let fault = |what: String| format!("[[ignore]] in line {}: {what}", location.start.line);
        if setting.reason.trim().is_empty() {
            return Err(fault("the reason is empty".into()));
        }
        let globs = [&setting.path, &setting.jcr_path, &setting.pid, &setting.name];
        if globs.iter().all(|glob| glob.is_none()) {
            let all = format!("[rules]\n{} = \"off\"", setting.rule);
            return Err(fault(format!(
                "say where, with path, jcr-path, pid or name; to switch a rule off write\n{all}"
            )));
        }
        let paths = setting.path.as_deref().map(|path| PathPatterns::new(self.base, [path])).transpose();
        let until = setting.until.as_ref().map(|until| date(&until.to_string())).transpose();
        Ok(Ignore {
            rule: setting.rule.clone(),
            paths: paths.map_err(fault)?,
            jcr_path: glob(setting.jcr_path.as_deref(), true).map_err(fault)?,
            pid: glob(setting.pid.as_deref(), false).map_err(fault)?,
            name: glob(setting.name.as_deref(), false).map_err(fault)?,
            reason: setting.reason.trim().to_owned(),
            until: until.map_err(fault)?,
            location,
        })
    }

    /// The line that an entry beginning at `offset` is named on: a table's span begins at its header.
    fn header(&self, offset: usize) -> Span {
        let rest = self.text.as_str().get(offset..).unwrap_or("");
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        Span::new(offset, offset + rest[..end].trim_end().len())
    }
}

fn date(text: &str) -> Result<Date, String> {
    let wrong = |_| format!("`until = \"{text}\"` is no date such as 2026-12-31");
    // A time of day would be read too; a day is a day.
    if text.len() == 10 { text.parse().map_err(wrong) } else { Err(format!("`{text}` is no date such as 2026-12-31")) }
}

/// A pattern on a path, whose `*` stays within a segment, or on a name, where `/` is a character like any other.
fn glob(pattern: Option<&str>, is_path: bool) -> Result<Option<GlobMatcher>, String> {
    let Some(pattern) = pattern else { return Ok(None) };
    let glob = GlobBuilder::new(pattern).literal_separator(is_path).backslash_escape(true).build();
    glob.map(|glob| Some(glob.compile_matcher())).map_err(|error| format!("`{pattern}`: {}", error.kind()))
}

/// Adds "did you mean" to serde's "unknown field `x`, expected one of `a`, `b`".
fn with_suggestion(message: &str) -> String {
    let message = message.trim_end();
    let rest = message.split_once("unknown field ").or_else(|| message.split_once("unknown variant "));
    let mut quoted = rest.into_iter().flat_map(|(_, rest)| rest.split('`').skip(1).step_by(2));
    let near = quoted.next().and_then(|unknown| nearest(unknown, quoted));
    near.map_or_else(|| message.to_owned(), |near| format!("{message}\ndid you mean `{near}`?"))
}
